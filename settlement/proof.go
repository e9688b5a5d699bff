package settlement

import (
	"cmp"
	"math"
	"slices"
)

// A look at everything that waits costs as much as waits. Most of the time it finds
// that nothing can go together, and little has changed since the last one. So what
// the last look found is kept as a proof, and mended where something has changed.
//
// The proof is the order in which payments were given up: a rank for each. A
// payment of rank r is given up rightly if at one account that it takes from,
//
//	what the account may spend, and what payments of rank r or more would bring
//
// is less than what must go there before the payment and with it; or if a payment
// that must go before it has a rank of r or less. When every payment has such a
// rank, no set can go: of its payments with the lowest rank take the one that is
// served first. All that must go before it is in the set, so its rank is not owed to
// one of those; and all that the set brings to that account has its rank or more,
// which is too little.
//
// The proof only ever saves a look. It is neither kept nor audited: without one
// everything is looked at.

// unproven is the rank of a payment that nothing rules out.
const unproven = math.MaxUint64

// waiter is a waiting payment with its rank.
type waiter struct {
	payment *Payment
	rank    uint64
	by      AccountID // at which account it is given up
	gone    bool      // it waits no more
}

// proof is what is known of what cannot go together.
type proof struct {
	of       map[PaymentID]*waiter
	incoming []inflow    // by AccountID-1
	stale    []AccountID // accounts at which something has changed
	listed   []bool      // by AccountID-1: it is among them
	open     int         // waiters of which nothing is proved
	seeded   bool
	looks    int // how often everything was looked at
}

// inflow is what waits to be paid into an account.
type inflow struct {
	all  []*waiter
	live int // of all, those that still wait
}

// minGone is how many that wait no more are kept without a look at how many that is
// among all.
const minGone = 16

func newProof() *proof { return &proof{of: map[PaymentID]*waiter{}} }

// opens takes in one more account.
func (p *proof) opens() {
	p.incoming, p.listed = append(p.incoming, inflow{}), append(p.listed, false)
}

// add takes in a payment that begins to wait.
func (p *proof) add(payment *Payment) {
	w := &waiter{payment: payment, rank: unproven}
	p.of[payment.ID] = w
	p.open++
	for account := range w.credits() {
		in := &p.incoming[account-1]
		if len(in.all) > 2*in.live+minGone {
			in.tidy()
		}
		in.all = append(in.all, w)
		in.live++
	}
	for account := range payment.debits() {
		p.mark(account)
	}
}

// remove takes out a payment that waits no more.
func (p *proof) remove(payment *Payment) {
	w := p.of[payment.ID]
	delete(p.of, payment.ID)
	if w.gone = true; w.rank == unproven {
		p.open--
	}
	for account := range w.credits() {
		p.incoming[account-1].live--
	}
	for account := range payment.debits() {
		p.mark(account)
	}
}

// credits are the accounts that the payment brings money to when it goes, each
// once.
func (w *waiter) credits() map[AccountID]bool {
	accounts := map[AccountID]bool{}
	if w.payment.Confirm == 0 {
		for _, leg := range w.payment.Legs {
			accounts[leg.Credit] = true
		}
	}
	return accounts
}

// mark notes that something has changed at an account.
func (p *proof) mark(id AccountID) {
	if p != nil && !p.listed[id-1] {
		p.listed[id-1] = true
		p.stale = append(p.stale, id)
	}
}

// forget has everything looked at the next time.
func (p *proof) forget() { p.seeded = false }

func (in *inflow) tidy() {
	in.all = slices.DeleteFunc(in.all, func(w *waiter) bool { return w.gone })
}

// sorted are those that still wait, the lowest rank first.
func (in *inflow) sorted() []*waiter {
	in.tidy()
	slices.SortFunc(in.all, func(a, b *waiter) int { return cmp.Compare(a.rank, b.rank) })
	return in.all
}

// A proof is mended as long as that is less work than a look: mending looks at a
// payment far more quickly than a look takes it in.
const (
	mendingOf  = 4    // times as many payments as wait
	minMending = 1000 // however few wait
)

// proved mends the proof where something has changed, and tells whether it holds:
// that nothing can go together. It gives up when a look is cheaper.
func (e *Engine) proved() bool {
	p := e.proof
	if p == nil || !p.seeded {
		return false
	}
	for work := mendingOf*len(p.of) + minMending; len(p.stale) > 0; {
		if work < 0 {
			return false
		}
		id := p.stale[0]
		p.stale, p.listed[id-1] = p.stale[1:], false
		work -= e.weigh(id)
	}
	return p.open == 0
}

// weigh gives every payment that takes money from an account the lowest rank that
// is right there, and tells how much it had to look at.
func (e *Engine) weigh(id AccountID) (work int) {
	p, account := e.proof, &e.accounts[id-1]
	in := p.incoming[id-1].sorted()
	have, next, low := widen(account.spendable()), len(in)-1, uint64(unproven)
	var upTo wide
	for payment := range e.queues[id-1].all() {
		work++
		upTo = upTo.plus(payment.takes(id))
		for next >= 0 && have.plus(in[next].payment.gives(id)).less(upTo) {
			have = have.plus(in[next].payment.gives(id))
			next--
		}
		rank := uint64(unproven)
		switch {
		case account.Saving != SavingTogether:
			rank = 0 // it takes no part
		case !have.less(upTo), len(payment.Legs) > 1 && payment.gives(id) > 0:
			// It could go or, by what it brings itself, perhaps could.
		case next < 0:
			rank = 0
		case in[next].rank < unproven:
			rank = in[next].rank + 1
		}
		w := p.of[payment.ID]
		if low = min(low, rank); w.by == id || low < w.rank {
			p.give(w, low, id)
		}
		low = min(low, w.rank)
	}
	return work + len(in)
}

// give gives a payment its rank. Where that takes something from what is right
// elsewhere, or adds to it, the accounts are looked at again.
func (p *proof) give(w *waiter, rank uint64, by AccountID) {
	before := w.rank
	p.rank(w, rank, by)
	if rank == before || rank < before && before != unproven {
		return
	}
	for _, leg := range w.payment.Legs {
		if leg.Debit != by {
			p.mark(leg.Debit)
		}
		if w.payment.Confirm == 0 {
			p.mark(leg.Credit)
		}
	}
}

// rank sets a payment's rank and counts those that have none.
func (p *proof) rank(w *waiter, rank uint64, by AccountID) {
	if w.rank == unproven {
		p.open--
	}
	if rank == unproven {
		p.open++
	}
	w.rank, w.by = rank, by
}

// seed makes a proof of what a look at everything has found: the order in which
// claims fell.
func (e *Engine) seed(g *gathering) {
	p := e.proof
	if p == nil {
		return
	}
	p.looks++
	for _, id := range p.stale {
		p.listed[id-1] = false
	}
	p.stale, p.seeded = p.stale[:0], !g.crowded
	for n, payment := range g.owners {
		w, rank, by := p.of[payment.ID], uint64(unproven), AccountID(g.claims[n].queue+1) //nolint:gosec // far fewer than 4 billion accounts
		if !g.stands(n) {
			rank = g.fell[n]
		}
		if g.begins(n) || rank < w.rank {
			p.rank(w, rank, by)
		}
	}
	for i := range e.accounts { // what the look does not know of, or knows more of than the proof
		if e.accounts[i].Saving != SavingTogether || e.controls[i] != nil {
			p.mark(e.accounts[i].ID)
		}
	}
}
