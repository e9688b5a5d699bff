package store

import (
	"time"

	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store/wire"
)

func writeReason(w *wire.Writer, r settlement.Reason) {
	w.Text(r.Code)
	w.Text(r.Text)
}

func readReason(r *wire.Reader) settlement.Reason {
	return settlement.Reason{Code: r.Text(), Text: r.Text()}
}

func encodeAccount(a settlement.Account) []byte {
	w := wire.NewWriter()
	w.Uint(uint64(a.Owner))
	w.Uint(uint64(a.Currency))
	w.Uint(uint64(a.Role))
	w.Int(a.Posted)
	w.Int(a.Reserved)
	w.Int(a.Line)
	w.Int(a.Granted)
	w.Uint(a.Entries)
	w.Uint(uint64(a.Last))
	w.Uint(uint64(a.Controls)) //nolint:gosec // a count
	w.Uint(uint64(a.Saving))
	w.Flag(a.Bypass)
	w.Uint(uint64(a.Issuer))
	w.Int(a.Ceiling)
	w.Int(a.Cap)
	return w.Record()
}

func decodeAccount(id settlement.AccountID, b []byte) (settlement.Account, error) {
	r := wire.NewReader(b)
	a := settlement.Account{
		ID: id, Owner: settlement.ParticipantID(r.Uint()), Currency: settlement.Currency(r.Uint()), Role: settlement.Role(r.Uint()), //nolint:gosec // written from these types
		Posted: r.Int(), Reserved: r.Int(), Line: r.Int(), Granted: r.Int(), Entries: r.Uint(), Last: settlement.EntryID(r.Uint()),
		Controls: int(r.Uint()), Saving: settlement.Saving(r.Uint()), Bypass: r.Flag(), //nolint:gosec // written from a Saving
		Issuer: settlement.ParticipantID(r.Uint()), Ceiling: r.Int(), Cap: r.Int(), //nolint:gosec // written from these types
	}
	return a, r.Err()
}

// encodePayment writes a payment and the numbers of the records that are about it.
func encodePayment(p settlement.Payment, records []uint64) []byte {
	w := wire.NewWriter()
	w.Uint(uint64(p.Message))
	w.Uint(p.Place.Sequence)
	w.Uint(uint64(p.Place.Order))
	w.Fixed(p.Identity[:])
	w.Fixed(p.Digest[:])
	uetr := p.UETR.Bytes()
	w.Fixed(uetr[:])
	w.Uint(uint64(p.Kind))
	w.Uint(uint64(p.Sender))
	w.Uint(uint64(p.Receiver))
	w.Uint(uint64(p.Band))
	w.Int(int64(p.Earliest))
	w.Int(int64(p.Reject))
	w.Flag(p.AtOnce)
	writeLegs(w, p.Legs)
	w.Uint(uint64(p.Confirm))
	w.Int(int64(p.Answer))
	w.Flag(p.Hold)
	writeReason(w, p.Refusal)
	w.Bytes(p.Facts)
	writeIdentities(w, p.Names)
	writeAttempts(w, &p)
	w.Uint(uint64(p.Returns))
	w.Int(p.Returned)
	w.Flag(p.Pair != settlement.Identity{})
	if p.Pair != (settlement.Identity{}) {
		w.Fixed(p.Pair[:])
		w.Uint(uint64(p.CoveredBy))
	}
	w.Flag(p.Net)
	w.Uint(uint64(p.Cycle))
	w.Uint(uint64(p.State))
	w.Text(string(p.Status))
	writeReason(w, p.Reason)
	w.Int(int64(p.Since))
	w.Int(int64(p.Arrived))
	w.Uint(p.Turn)
	writePast(w, p.Past)
	writeCredits(w, p.Credits)
	writeCaseIDs(w, p.Cases)
	writeNumbers(w, records)
	return w.Record()
}

// writeIdentities writes the names of a payment beside its identity, or of a case.
func writeIdentities(w *wire.Writer, names []settlement.Identity) {
	w.Uint(uint64(len(names)))
	for i := range names {
		w.Fixed(names[i][:])
	}
}

func readIdentities(r *wire.Reader) (names []settlement.Identity) {
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		var name settlement.Identity
		r.Fixed(name[:])
		names = append(names, name)
	}
	return names
}

func writePast(w *wire.Writer, past []settlement.Step) {
	w.Uint(uint64(len(past)))
	for _, step := range past {
		w.Uint(uint64(step.State))
		w.Text(string(step.Status))
		writeReason(w, step.Reason)
		w.Int(int64(step.Since))
	}
}

func readPast(r *wire.Reader) (past []settlement.Step) {
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		past = append(past, settlement.Step{
			State: settlement.State(r.Uint()), Status: settlement.Status(r.Text()), Reason: readReason(r), Since: settlement.Moment(r.Int()), //nolint:gosec // written from a State
		})
	}
	return past
}

// writeNumbers writes ascending numbers, each as its distance from the one before.
func writeNumbers(w *wire.Writer, numbers []uint64) {
	w.Uint(uint64(len(numbers)))
	before := uint64(0)
	for _, n := range numbers {
		w.Uint(n - before)
		before = n
	}
}

func readNumbers(r *wire.Reader) (numbers []uint64) {
	before := uint64(0)
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		before += r.Uint()
		numbers = append(numbers, before)
	}
	return numbers
}

func decodePayment(id settlement.PaymentID, b []byte) (settlement.Payment, error) {
	p, _, err := decodePaymentRow(id, b)
	return p, err
}

//nolint:gosec // every conversion undoes one of encodePayment
func decodePaymentRow(id settlement.PaymentID, b []byte) (p settlement.Payment, records []uint64, err error) {
	r := wire.NewReader(b)
	p = settlement.Payment{ID: id, Message: settlement.MessageID(r.Uint())}
	p.Place = settlement.Place{Sequence: r.Uint(), Order: uint32(r.Uint())}
	r.Fixed(p.Identity[:])
	r.Fixed(p.Digest[:])
	var uetr [16]byte
	r.Fixed(uetr[:])
	if uetr != ([16]byte{}) {
		if p.UETR, err = messages.UETRFromBytes(uetr); err != nil {
			return p, nil, err
		}
	}
	p.Kind = settlement.Kind(r.Uint())
	p.Sender, p.Receiver = settlement.ParticipantID(r.Uint()), settlement.ParticipantID(r.Uint())
	p.Band, p.Earliest, p.Reject, p.AtOnce = settlement.Band(r.Uint()), settlement.Moment(r.Int()), settlement.Moment(r.Int()), r.Flag()
	p.Legs = readLegs(r)
	p.Confirm, p.Answer, p.Hold, p.Refusal = settlement.ParticipantID(r.Uint()), time.Duration(r.Int()), r.Flag(), readReason(r)
	if facts := r.Bytes(); len(facts) > 0 {
		p.Facts = append([]byte(nil), facts...)
	}
	p.Names = readIdentities(r)
	readAttempts(r, &p)
	p.Returns, p.Returned = settlement.PaymentID(r.Uint()), r.Int()
	if r.Flag() {
		r.Fixed(p.Pair[:])
		p.CoveredBy = settlement.PaymentID(r.Uint())
	}
	p.Net, p.Cycle = r.Flag(), settlement.CycleID(r.Uint())
	p.State, p.Status, p.Reason = settlement.State(r.Uint()), settlement.Status(r.Text()), readReason(r)
	p.Since, p.Arrived, p.Turn = settlement.Moment(r.Int()), settlement.Moment(r.Int()), r.Uint()
	p.Past, p.Credits, p.Cases = readPast(r), readCredits(r), readCaseIDs(r)
	records = readNumbers(r)
	return p, records, r.Err()
}

func encodeMessage(m settlement.Message) []byte {
	w := wire.NewWriter()
	w.Uint(m.Place.Sequence)
	w.Uint(uint64(m.Place.Order))
	w.Uint(uint64(m.Sender))
	w.Fixed(m.Identity[:])
	w.Fixed(m.Digest[:])
	w.Uint(uint64(m.First))
	w.Uint(uint64(m.Count)) //nolint:gosec // a count
	w.Uint(m.Record)
	return w.Record()
}

//nolint:gosec // every conversion undoes one of encodeMessage
func decodeMessage(id settlement.MessageID, b []byte) (settlement.Message, error) {
	r := wire.NewReader(b)
	m := settlement.Message{ID: id, Place: settlement.Place{Sequence: r.Uint(), Order: uint32(r.Uint())}, Sender: settlement.ParticipantID(r.Uint())}
	r.Fixed(m.Identity[:])
	r.Fixed(m.Digest[:])
	m.First, m.Count, m.Record = settlement.PaymentID(r.Uint()), int(r.Uint()), r.Uint()
	return m, r.Err()
}

func encodeEntry(e settlement.Entry) []byte {
	w := wire.NewWriter()
	w.Uint(uint64(e.Payment))
	w.Uint(uint64(e.Leg)) //nolint:gosec // a position
	w.Uint(uint64(e.Debit))
	w.Uint(uint64(e.Credit))
	w.Int(e.Amount)
	w.Int(int64(e.At))
	writeSide(w, e.Debited)
	writeSide(w, e.Credited)
	return w.Record()
}

//nolint:gosec // every conversion undoes one of encodeEntry
func decodeEntry(id settlement.EntryID, b []byte) (settlement.Entry, error) {
	r := wire.NewReader(b)
	e := settlement.Entry{
		ID: id, Payment: settlement.PaymentID(r.Uint()), Leg: int(r.Uint()), Debit: settlement.AccountID(r.Uint()), Credit: settlement.AccountID(r.Uint()),
		Amount: r.Int(), At: settlement.Moment(r.Int()), Debited: readSide(r), Credited: readSide(r),
	}
	return e, r.Err()
}

func writeSide(w *wire.Writer, s settlement.Side) {
	w.Uint(s.Number)
	w.Uint(uint64(s.Before))
	w.Int(s.Balance)
}

func readSide(r *wire.Reader) settlement.Side {
	return settlement.Side{Number: r.Uint(), Before: settlement.EntryID(r.Uint()), Balance: r.Int()}
}
