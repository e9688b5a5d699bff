package settlement

import "slices"

// End-of-day optimisation: what waits is offered once more with the widest step that
// the rules permit, before it is refused or carried over.
//
// What owners keep or choose for the course of the day has no use any more when
// nothing new is taken for it. So for this one look, at accounts of the currencies
// whose day ends,
//
//   - reservations are given up: the urgent payments that they were kept for have come
//     or will not come;
//   - everybody takes part in the look at everything: in one step nobody pays before
//     being paid, and what does not go now is not paid at all;
//   - and at last, when that finds no more, payments of one band may pass each other.
//
// What bounds a risk stays: balances and credit lines, bilateral and multilateral
// limits, ceilings, compliance holds, and what is earmarked until somebody confirms.
// A lower band never overtakes a higher one, and linked legs go together or not at all,
// also those into a currency whose day goes on.

// ending says for which accounts the look is, and how far it has come.
type ending struct {
	accounts []bool // by AccountID-1; nil: no day ends
	passing  bool   // payments of one band may pass each other
}

// concerns tells whether the rules of the end of the day hold at an account.
func (x *ending) concerns(id AccountID) bool { return int(id) <= len(x.accounts) && x.accounts[id-1] }

// passes tells whether within a band of an account what can go passes what cannot.
func (e *Engine) passes(id AccountID) bool {
	return e.accounts[id-1].Bypass || e.ending.passing && e.ending.concerns(id)
}

// shares tells whether an account takes part in the look at everything.
func (e *Engine) shares(id AccountID) bool {
	return e.accounts[id-1].Saving == SavingTogether || e.ending.concerns(id)
}

// kept is what an account keeps from payments of a band.
func (e *Engine) kept(id AccountID, b Band) int64 {
	if e.ending.concerns(id) {
		return 0
	}
	return e.controls[id-1].kept(b)
}

// Optimise makes the look for the accounts of some currencies. What it frees is told
// like anything that goes.
func (e *Engine) Optimise(currencies []Currency) {
	e.ending.accounts = make([]bool, len(e.accounts))
	for i := range e.accounts {
		e.ending.accounts[i] = slices.Contains(currencies, e.accounts[i].Currency)
	}
	e.offer()
	e.ending.passing = true
	e.offer()
	e.ending = ending{}
	e.proof.forget()
}

// offer lets go what can go alone, and together, until nothing moves.
func (e *Engine) offer() {
	for i := range e.queues {
		if id := AccountID(i + 1); e.ending.concerns(id) && e.queues[i].first() != nil {
			e.group.credited = append(e.group.credited, id)
		}
	}
	for {
		e.settleWaiting()
		_, all := e.greatest(e.shares)
		if len(all) == 0 && e.ending.passing {
			all = e.fit()
		}
		if len(all) == 0 {
			return
		}
		e.settleTogether(all)
	}
}
