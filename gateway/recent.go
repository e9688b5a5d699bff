package gateway

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// recent is what groups that are applied but not committed yet have changed; the
// books know the rest.
type recent struct {
	payments map[settlement.PaymentID]*settlement.Payment
	messages map[settlement.MessageID]*settlement.Message
	cases    map[settlement.CaseID]*settlement.Case
	answers  map[settlement.MessageID]uint64
	first    uint64 // number of the first of records
	records  []store.Record
	entries  [][]settlement.Entry // by group

	decisions   map[settlement.Place]*DecisionRecord
	quarantined map[settlement.Place]string // digests
}

func newRecent() *recent {
	return &recent{
		payments: map[settlement.PaymentID]*settlement.Payment{}, messages: map[settlement.MessageID]*settlement.Message{}, answers: map[settlement.MessageID]uint64{},
		cases:     map[settlement.CaseID]*settlement.Case{},
		decisions: map[settlement.Place]*DecisionRecord{}, quarantined: map[settlement.Place]string{},
	}
}

// remember keeps what a group changed until it is committed.
func (w *work) remember(c settlement.Changes) {
	for i := range c.Payments {
		w.recent.payments[c.Payments[i].ID] = &c.Payments[i]
	}
	for i := range c.Cases {
		w.recent.cases[c.Cases[i].ID] = &c.Cases[i]
	}
	if len(c.Entries) > 0 {
		w.recent.entries = append(w.recent.entries, c.Entries)
	}
	for i := range c.Messages {
		w.recent.messages[c.Messages[i].ID] = &c.Messages[i]
	}
}

// add remembers a record; their numbers have no gap.
func (r *recent) add(number uint64, record *store.Record) {
	if len(r.records) == 0 {
		r.first = number
	}
	r.records = append(r.records, *record)
}

// record is one of those, with its bytes; nil when it is older.
func (r *recent) record(number uint64) *store.Record {
	if number < r.first || number-r.first >= uint64(len(r.records)) {
		return nil
	}
	return &r.records[number-r.first]
}

func (w *work) payment(id settlement.PaymentID) (settlement.Payment, error) {
	if p, ok := w.engine.Payment(id); ok {
		return p, nil
	}
	return settlement.Payment{}, fmt.Errorf("there is no payment %d", id)
}

func (w *work) message(id settlement.MessageID) (settlement.Message, error) {
	if m := w.recent.messages[id]; m != nil {
		return *m, nil
	}
	m, ok, err := w.books.Message(id)
	if err == nil && !ok {
		err = fmt.Errorf("there is no message %d", id)
	}
	return m, err
}

// payload is the bytes of a record of the message log.
func (w *work) payload(number uint64) ([]byte, error) {
	if r := w.recent.record(number); r != nil {
		return r.Payload, nil
	}
	_, payload, err := w.books.Record(number)
	return payload, err
}

// firstAnswers are the numbers of the records that answered a message first: one
// or, of a statement, its pages.
func (w *work) firstAnswers(id settlement.MessageID) ([]uint64, error) {
	number, ok := w.recent.answers[id]
	if !ok {
		var err error
		if number, ok, err = w.books.Answer(id); err != nil || !ok {
			return nil, fmt.Errorf("message %d has no answer: %w", id, err)
		}
	}
	first, _, err := w.record(number)
	if err != nil {
		return nil, err
	}
	numbers := []uint64{number}
	if !isReport(first.Type) {
		return numbers, nil
	}
	for number++; number < w.state.Records+uint64(len(w.records)); number++ {
		next, _, err := w.record(number)
		if err != nil {
			return nil, err
		}
		if !next.Out || next.Message != id || next.Place != first.Place || !isReport(next.Type) {
			break
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

// record reads one record of the message log with its bytes.
func (w *work) record(number uint64) (store.Record, []byte, error) {
	if r := w.recent.record(number); r != nil {
		return *r, r.Payload, nil
	}
	return w.books.Record(number)
}

// said is what a message said of itself.
type said struct {
	kind, id string
	asked    []routing.Question
}

// letterOf reads again what the answer to a message must repeat of it.
func (w *work) letterOf(m settlement.Message) said {
	if a := w.ahead[m.Record]; a != nil && a.letter != nil {
		return said{kind: a.letter.Type, id: reference(a.letter.ID), asked: a.letter.Questions}
	}
	payload, err := w.payload(m.Record)
	if err != nil {
		panic(err)
	}
	read := messages.Read(payload, messages.Options{MaxBytes: MaxBody})
	l := &routing.Letter{Type: read.Document().ID}
	f := facts{message: read, letter: l}
	f.read()
	return said{kind: l.Type, id: reference(l.ID), asked: l.Questions}
}

// maxReference is the length of references in ISO 20022 (Max35Text).
const maxReference = 35

// reference is a message's own identifier as an answer can repeat it. A message
// against its schema may have none, or one that fits nowhere.
func reference(id string) string {
	printable := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, id)
	return clipped(first(strings.TrimSpace(printable), notProvided), maxReference)
}

// saltOf makes the salt of a record that the gateway itself writes: it depends
// on the log alone, and nobody outside knows it before the record is shown.
func saltOf(log [32]byte, sequence, number uint64) (salt [16]byte) {
	b := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(log[:], sequence), number)
	sum := sha256.Sum256(b)
	copy(salt[:], sum[:])
	return salt
}
