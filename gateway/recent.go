package gateway

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// recent is what groups that are applied but not committed yet have changed; the
// books know the rest.
type recent struct {
	payments map[settlement.PaymentID]settlement.Payment
	messages map[settlement.MessageID]settlement.Message
	payloads map[uint64][]byte // bytes of records, by number
	answers  map[settlement.MessageID]uint64
	records  map[uint64]store.Record
}

func newRecent() *recent {
	return &recent{
		payments: map[settlement.PaymentID]settlement.Payment{}, messages: map[settlement.MessageID]settlement.Message{},
		payloads: map[uint64][]byte{}, answers: map[settlement.MessageID]uint64{}, records: map[uint64]store.Record{},
	}
}

// remember keeps what a group changed until it is committed.
func (w *work) remember(c settlement.Changes) {
	for _, p := range c.Payments {
		w.recent.payments[p.ID] = p
	}
	for _, m := range c.Messages {
		w.recent.messages[m.ID] = m
	}
}

func (w *work) payment(id settlement.PaymentID) (settlement.Payment, error) {
	if p, ok := w.engine.Payment(id); ok {
		return p, nil
	}
	return settlement.Payment{}, fmt.Errorf("there is no payment %d", id)
}

func (w *work) message(id settlement.MessageID) (settlement.Message, error) {
	if m, ok := w.recent.messages[id]; ok {
		return m, nil
	}
	m, ok, err := w.books.Message(id)
	if err == nil && !ok {
		err = fmt.Errorf("there is no message %d", id)
	}
	return m, err
}

// payload is the bytes of a record of the message log.
func (w *work) payload(number uint64) ([]byte, error) {
	if payload, ok := w.recent.payloads[number]; ok {
		return payload, nil
	}
	_, payload, err := w.books.Record(number)
	return payload, err
}

// firstAnswer is the record that answered a message first.
func (w *work) firstAnswer(id settlement.MessageID) (store.Record, []byte, error) {
	if number, ok := w.recent.answers[id]; ok {
		return w.recent.records[number], w.recent.payloads[number], nil
	}
	number, ok, err := w.books.Answer(id)
	if err != nil || !ok {
		return store.Record{}, nil, fmt.Errorf("message %d has no answer: %w", id, err)
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
		return said{kind: a.letter.Type, id: a.letter.ID, asked: a.letter.Questions}
	}
	payload, err := w.payload(m.Record)
	if err != nil {
		panic(err)
	}
	read := messages.Read(payload, messages.Options{MaxBytes: MaxBody})
	l := &routing.Letter{Type: read.Document().ID}
	f := facts{message: read, letter: l, uetr: func() string { return "" }}
	f.read()
	return said{kind: l.Type, id: l.ID, asked: l.Questions}
}

// saltOf makes the salt of a record that the gateway itself writes: it depends
// on the log alone, and nobody outside knows it before the record is shown.
func saltOf(log [32]byte, sequence, number uint64) (salt [16]byte) {
	b := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(log[:], sequence), number)
	sum := sha256.Sum256(b)
	copy(salt[:], sum[:])
	return salt
}
