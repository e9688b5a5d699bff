package store

import (
	"dragoman/settlement"
	"dragoman/store/wire"
)

// writeAttempts writes whether a payment may take other ways, and those that it has
// taken in vain.
func writeAttempts(w *wire.Writer, p *settlement.Payment) {
	w.Flag(p.Diverts)
	if !p.Diverts {
		return
	}
	w.Uint(uint64(len(p.Attempts)))
	for i := range p.Attempts {
		one := &p.Attempts[i]
		writeLegs(w, one.Legs)
		w.Bytes(one.Facts)
		w.Uint(uint64(one.Asked))
		writeReason(w, one.Reason)
		w.Int(int64(one.Ended))
	}
}

func readAttempts(r *wire.Reader, p *settlement.Payment) {
	if p.Diverts = r.Flag(); !p.Diverts {
		return
	}
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		one := settlement.Attempt{Legs: readLegs(r)}
		if facts := r.Bytes(); len(facts) > 0 {
			one.Facts = append([]byte(nil), facts...)
		}
		one.Asked, one.Reason, one.Ended = settlement.ParticipantID(r.Uint()), readReason(r), settlement.Moment(r.Int()) //nolint:gosec // written from a ParticipantID
		p.Attempts = append(p.Attempts, one)
	}
}

func writeLegs(w *wire.Writer, legs []settlement.Leg) {
	w.Uint(uint64(len(legs)))
	for _, leg := range legs {
		w.Uint(uint64(leg.Debit))
		w.Uint(uint64(leg.Credit))
		w.Int(leg.Amount)
	}
}

//nolint:gosec // every conversion undoes one of writeLegs
func readLegs(r *wire.Reader) (legs []settlement.Leg) {
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		legs = append(legs, settlement.Leg{Debit: settlement.AccountID(r.Uint()), Credit: settlement.AccountID(r.Uint()), Amount: r.Int()})
	}
	return legs
}
