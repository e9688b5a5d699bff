package settlement

import (
	"crypto/sha256"
	"encoding/binary"
	"iter"
)

// Returns: money of a settled payment that goes back (pacs.004). A return is a
// payment of its own, for the original has ended and never changes again. It names
// the original, and is filed under "returns of" that one, by which all of them are
// found. What waits or is promised counts as returned like what has settled, so
// that two returns together never give back more than came.

// MaxReturns bounds the returns of one payment: each new one looks at all before
// it. A payment that goes back in more than a hundred pieces is a mistake.
const MaxReturns = 100

// ReasonReturnedTwice refuses a second return of a whole payment, and
// ReasonReturnedMore one that would bring the sum of returns above the original.
const (
	ReasonReturnedTwice = "DUPL"
	ReasonReturnedMore  = "AM09"
	// ReasonUnknownOriginal refuses the return of a payment that is unknown to who
	// returns it, or that has not settled: it never received it.
	ReasonUnknownOriginal = "AG09"
)

// returnsOf is the name under which the returns of a payment are filed.
func returnsOf(id PaymentID) Identity {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("returns of"), uint64(id)))
	return Identity(sum[:len(Identity{})])
}

// Received is what a payment has brought an account: credits less debits of its
// legs.
func (p *Payment) Received(account AccountID) (net int64) {
	for _, leg := range p.Legs {
		if leg.Credit == account {
			net += leg.Amount
		}
		if leg.Debit == account {
			net -= leg.Amount
		}
	}
	return net
}

// gone tells that a payment has ended without moving anything.
func (p *Payment) gone() bool { return p.State == StateRejected || p.State == StateCancelled }

// Returns are the returns of a payment that were taken in, the first first; behind them
// those of a message that only tries.
func (e *Engine) Returns(original PaymentID) iter.Seq[Payment] {
	name := returnsOf(original)
	return func(yield func(Payment) bool) {
		for id := range e.identities.Candidates(name.Key()) {
			if p, ok := e.Payment(PaymentID(id)); ok && p.Returns == original && p.called(name) && !yield(p) {
				return
			}
		}
		for _, p := range e.tried {
			if p.Returns == original && p.Refusal.Code == "" && !yield(*p) {
				return
			}
		}
	}
}

// Returned is how much of a payment has gone back, in minor units of what its
// receiver got, and how much is on its way: it waits, is held or is promised.
func (e *Engine) Returned(original PaymentID) (settled, open int64) {
	for p := range e.Returns(original) {
		switch {
		case p.State == StateSettled:
			settled += p.Returned
		case !p.gone():
			open += p.Returned
		}
	}
	return settled, open
}

// returnedWhole tells that nothing is left of a payment to go back.
func (e *Engine) returnedWhole(original *Payment) bool {
	back := int64(0)
	for r := range e.Returns(original.ID) {
		if r.gone() {
			continue
		}
		if back += r.Returned; back >= original.Received(r.returner()) {
			return true
		}
	}
	return false
}

// returner is the account that a return is paid from: it holds what the original
// brought.
func (p *Payment) returner() AccountID { return p.Legs[0].Debit }

// returnRefusal finds why a return cannot be taken in; of anything else nothing.
func (e *Engine) returnRefusal(p *Payment) Reason {
	if p.Kind != KindReturn {
		return Reason{}
	}
	original, known := e.Payment(p.Returns)
	if !known || original.State != StateSettled || original.Receiver != p.Sender || original.Sender != p.Receiver {
		return Reason{Code: ReasonUnknownOriginal}
	}
	whole := original.Received(p.returner())
	count, before, wholly := 0, int64(0), false
	for r := range e.Returns(original.ID) {
		count++
		if !r.gone() {
			before += r.Returned
			wholly = wholly || r.Returned == whole
		}
	}
	switch {
	case p.Returned <= 0:
		return Reason{Code: ReasonReturnedMore, Text: "a return gives something back"}
	case wholly && p.Returned == whole:
		return Reason{Code: ReasonReturnedTwice, Text: "the payment is returned already"}
	case p.Returned > whole-before:
		return Reason{Code: ReasonReturnedMore, Text: "it is more than is left of the payment"}
	case count >= MaxReturns:
		return Reason{Code: "AM18", Text: "the payment has been returned in too many parts"}
	}
	return Reason{}
}

// asReturn files a return among those of its original, or refuses it.
func (e *Engine) asReturn(p *Payment) {
	if p.Kind != KindReturn || p.Refusal.Code != "" {
		return
	}
	if p.Refusal = e.returnRefusal(p); p.Refusal.Code == "" {
		p.Names = append(p.Names[:len(p.Names):len(p.Names)], returnsOf(p.Returns))
	}
}

// asLetter makes a message of returns known again by itself, as one that carries no
// payment is: a return may name what it gives back without any UETR.
func (e *Engine) asLetter(m Message, instructions []Instruction) {
	if len(instructions) == 0 || instructions[0].Kind != KindReturn {
		return
	}
	e.letters.Add(m.Letter().Key(), uint64(m.ID))
	e.group.letters = append(e.group.letters, Letter{m.Letter(), m.ID})
}

// returnAudit adds the returns of every payment up.
type returnAudit map[PaymentID]int64

// Return checks a return against the payment that it gives back, which comes before
// it; known is false when there is none.
func (a *Audit) Return(p, original Payment, known bool) {
	if p.gone() {
		return
	}
	switch {
	case !known || original.ID >= p.ID:
		a.find("payment %d returns payment %d, which does not come before it", p.ID, p.Returns)
		return
	case original.State != StateSettled || original.Receiver != p.Sender || original.Sender != p.Receiver:
		a.find("payment %d returns payment %d, which is %s or between others", p.ID, p.Returns, original.State)
		return
	case p.Returned <= 0 || len(p.Legs) == 0:
		a.find("payment %d returns nothing of payment %d", p.ID, p.Returns)
		return
	}
	a.returned[p.Returns] += p.Returned
	if whole := original.Received(p.returner()); a.returned[p.Returns] > whole {
		a.find("the returns of payment %d come to %d but it brought %d", p.Returns, a.returned[p.Returns], whole)
	}
}
