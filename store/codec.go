package store

import (
	"encoding/binary"
	"errors"

	"dragoman/settlement"
)

// Records are written field by field in a fixed order behind a version byte.
// A new field goes at the end under a new version; old versions stay readable.

const recordVersion = 1

var errShort = errors.New("the record is too short or of an unknown version")

type writer struct{ b []byte }

func newRecord() *writer { return &writer{b: append(make([]byte, 0, 256), recordVersion)} }

func (w *writer) uint(v uint64)              { w.b = binary.AppendUvarint(w.b, v) }
func (w *writer) int(v int64)                { w.b = binary.AppendVarint(w.b, v) }
func (w *writer) fixed(v []byte)             { w.b = append(w.b, v...) }
func (w *writer) text(v string)              { w.uint(uint64(len(v))); w.b = append(w.b, v...) }
func (w *writer) bytes(v []byte)             { w.uint(uint64(len(v))); w.b = append(w.b, v...) }
func (w *writer) flag(v bool)                { w.uint(map[bool]uint64{true: 1}[v]) }
func (w *writer) reason(r settlement.Reason) { w.text(r.Code); w.text(r.Text) }

// reader reads what writer wrote; the first error stands and later reads give
// zeros.
type reader struct {
	b   []byte
	err error
}

func readRecord(b []byte) *reader {
	if len(b) == 0 || b[0] != recordVersion {
		return &reader{err: errShort}
	}
	return &reader{b: b[1:]}
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.b, r.err = nil, errShort
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.b, r.err = nil, errShort
		return 0
	}
	r.b = r.b[n:]
	return v
}

// fixed fills to from the record.
func (r *reader) fixed(to []byte) {
	if len(r.b) < len(to) {
		r.b, r.err = nil, errShort
		return
	}
	r.b = r.b[copy(to, r.b):]
}

func (r *reader) bytes() []byte {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.b, r.err = nil, errShort
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) text() string { return string(r.bytes()) }
func (r *reader) flag() bool   { return r.uint() == 1 }
func (r *reader) reason() settlement.Reason {
	return settlement.Reason{Code: r.text(), Text: r.text()}
}

func encodeAccount(a settlement.Account) []byte {
	w := newRecord()
	w.uint(uint64(a.Owner))
	w.uint(uint64(a.Currency))
	w.uint(uint64(a.Role))
	w.int(a.Posted)
	w.int(a.Reserved)
	w.int(a.Line)
	return w.b
}

func decodeAccount(id settlement.AccountID, b []byte) (settlement.Account, error) {
	r := readRecord(b)
	a := settlement.Account{
		ID: id, Owner: settlement.ParticipantID(r.uint()), Currency: settlement.Currency(r.uint()), Role: settlement.Role(r.uint()), //nolint:gosec // written from these types
		Posted: r.int(), Reserved: r.int(), Line: r.int(),
	}
	return a, r.err
}

func encodePayment(p settlement.Payment) []byte {
	w := newRecord()
	w.uint(uint64(p.Message))
	w.uint(p.Place.Sequence)
	w.uint(uint64(p.Place.Order))
	w.fixed(p.Identity[:])
	w.fixed(p.Digest[:])
	w.uint(uint64(p.Kind))
	w.uint(uint64(p.Sender))
	w.uint(uint64(p.Receiver))
	w.uint(uint64(p.Band))
	w.int(int64(p.Reject))
	w.uint(uint64(len(p.Legs)))
	for _, leg := range p.Legs {
		w.uint(uint64(leg.Debit))
		w.uint(uint64(leg.Credit))
		w.int(leg.Amount)
	}
	w.uint(uint64(p.Confirm))
	w.flag(p.Hold)
	w.reason(p.Refusal)
	w.bytes(p.Facts)
	w.uint(uint64(p.State))
	w.text(string(p.Status))
	w.reason(p.Reason)
	w.int(int64(p.Since))
	w.int(int64(p.Arrived))
	w.uint(p.Turn)
	return w.b
}

//nolint:gosec // every conversion undoes one of encodePayment
func decodePayment(id settlement.PaymentID, b []byte) (settlement.Payment, error) {
	r := readRecord(b)
	p := settlement.Payment{ID: id, Message: settlement.MessageID(r.uint())}
	p.Place = settlement.Place{Sequence: r.uint(), Order: uint32(r.uint())}
	r.fixed(p.Identity[:])
	r.fixed(p.Digest[:])
	p.Kind = settlement.Kind(r.uint())
	p.Sender, p.Receiver = settlement.ParticipantID(r.uint()), settlement.ParticipantID(r.uint())
	p.Band, p.Reject = settlement.Band(r.uint()), settlement.Moment(r.int())
	for n := r.uint(); n > 0 && r.err == nil; n-- {
		p.Legs = append(p.Legs, settlement.Leg{Debit: settlement.AccountID(r.uint()), Credit: settlement.AccountID(r.uint()), Amount: r.int()})
	}
	p.Confirm, p.Hold, p.Refusal = settlement.ParticipantID(r.uint()), r.flag(), r.reason()
	if facts := r.bytes(); len(facts) > 0 {
		p.Facts = append([]byte(nil), facts...)
	}
	p.State, p.Status, p.Reason = settlement.State(r.uint()), settlement.Status(r.text()), r.reason()
	p.Since, p.Arrived, p.Turn = settlement.Moment(r.int()), settlement.Moment(r.int()), r.uint()
	return p, r.err
}

func encodeMessage(m settlement.Message) []byte {
	w := newRecord()
	w.uint(m.Place.Sequence)
	w.uint(uint64(m.Place.Order))
	w.uint(uint64(m.Sender))
	w.fixed(m.Identity[:])
	w.fixed(m.Digest[:])
	w.uint(uint64(m.First))
	w.uint(uint64(m.Count)) //nolint:gosec // a count
	return w.b
}

//nolint:gosec // every conversion undoes one of encodeMessage
func decodeMessage(id settlement.MessageID, b []byte) (settlement.Message, error) {
	r := readRecord(b)
	m := settlement.Message{ID: id, Place: settlement.Place{Sequence: r.uint(), Order: uint32(r.uint())}, Sender: settlement.ParticipantID(r.uint())}
	r.fixed(m.Identity[:])
	r.fixed(m.Digest[:])
	m.First, m.Count = settlement.PaymentID(r.uint()), int(r.uint())
	return m, r.err
}

func encodeEntry(e settlement.Entry) []byte {
	w := newRecord()
	w.uint(uint64(e.Payment))
	w.uint(uint64(e.Leg)) //nolint:gosec // a position
	w.uint(uint64(e.Debit))
	w.uint(uint64(e.Credit))
	w.int(e.Amount)
	w.int(int64(e.At))
	return w.b
}

//nolint:gosec // every conversion undoes one of encodeEntry
func decodeEntry(id settlement.EntryID, b []byte) (settlement.Entry, error) {
	r := readRecord(b)
	e := settlement.Entry{
		ID: id, Payment: settlement.PaymentID(r.uint()), Leg: int(r.uint()), Debit: settlement.AccountID(r.uint()), Credit: settlement.AccountID(r.uint()),
		Amount: r.int(), At: settlement.Moment(r.int()),
	}
	return e, r.err
}
