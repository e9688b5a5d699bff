package settlement

import "math"

// Why a payment waits, and what would free it.

// Constraint is what binds a payment that has not ended.
type Constraint uint8

// Constraints.
const (
	BindsNothing     Constraint = iota // it has ended, or goes with what happens now
	BindsOrder                         // another payment goes before it
	BindsMoney                         // an account has not enough
	BindsRoom                          // an account that gets money cannot hold as much
	BindsTime                          // its earliest time has not come
	BindsWord                          // somebody must confirm it
	BindsHold                          // compliance looks at it
	BindsReservation                   // an account has enough, but keeps it for payments of higher bands
	BindsLimit                         // a limit that the owner of an account has set
	BindsCover                         // the cover of a transfer has not settled
	BindsCap                           // what an account may owe in a netting cycle
	BindsCycle                         // the netting cycle that it is in has not settled
)

// Explanation says why a payment waits and what would free it.
type Explanation struct {
	Payment PaymentID
	Binds   Constraint
	Account AccountID // of BindsOrder, BindsMoney, BindsRoom, BindsReservation, BindsLimit and BindsCap: where
	Towards AccountID // of BindsLimit: to whom it bounds payments; 0: to all
	Behind  PaymentID // of BindsOrder: what is the next there
	Lacks   int64     // of BindsMoney, BindsReservation, BindsLimit and BindsCap: how much more is needed for it alone
	Until   Moment    // when something happens by itself; 0: never

	// Payer is the account that a payment takes money from first. With Least more on
	// it, all else equal, the payment goes, and with one minor unit less it does not.
	// Frees is false where no amount there frees it.
	Payer AccountID
	Frees bool
	Least int64
	Freed []PaymentID // what goes then, the payment itself among it, in order
}

// Why explains, between two groups of the log. It tries on a copy: nothing here
// changes.
func (e *Engine) Why(id PaymentID) Explanation {
	x := Explanation{Payment: id}
	p := e.open[id]
	if p == nil || p.State.Final() {
		return x
	}
	x.Until = p.deadline()
	switch p.State {
	case StateScheduled:
		x.Binds = BindsTime
	case StateHeld:
		x.Binds = BindsHold
	case StateReserved, StateAsked:
		x.Binds = BindsWord
	case StateWaiting:
		if p.Net {
			e.bindNetted(&x, p)
			break
		}
		e.bind(&x, p)
		e.frees(&x, p)
	case StateNetted:
		x.Binds = BindsCycle
	case StateUncovered:
		x.Binds = BindsCover
	case StateNone, StateDiverted, StateSettled, StateRejected, StateCancelled, StateDelivered:
	}
	return x
}

// bind finds what stops a waiting payment first.
func (e *Engine) bind(x *Explanation, p *Payment) {
	for account := range p.debits() {
		first := e.queues[account-1].first()
		if first != p && (first.Band != p.Band || !e.accounts[account-1].Bypass) {
			x.Binds, x.Account, x.Behind = BindsOrder, account, first.ID
			return
		}
	}
	for account, takes := range p.debits() {
		if lacks := p.needs(account, takes) - e.usable(account, p.Band); lacks > 0 {
			x.Binds, x.Account, x.Lacks = BindsMoney, account, lacks+e.accounts[account-1].overdrawn()
			if e.accounts[account-1].spendable() >= p.needs(account, takes) {
				x.Binds = BindsReservation
			}
			return
		}
	}
	if limit := e.exceeded(p); limit != nil {
		x.Binds, x.Account, x.Towards, x.Lacks = BindsLimit, limit.Account, limit.Towards, limit.wants(p)-limit.Left()
		return
	}
	for _, leg := range p.Legs {
		if !e.accounts[leg.Credit-1].Takes(p.gives(leg.Credit)) {
			x.Binds, x.Account = BindsRoom, leg.Credit
			return
		}
	}
}

// bindNetted finds what stops a payment that waits for room in a netting cycle. Money
// does not free it; what others pay its sender in the cycle does.
func (e *Engine) bindNetted(x *Explanation, p *Payment) {
	account := p.Legs[0].Debit
	first := e.nets[account-1].first()
	if first != p && (first.Band != p.Band || !e.accounts[account-1].Bypass) {
		x.Binds, x.Account, x.Behind = BindsOrder, account, first.ID
		return
	}
	x.Binds, x.Account, x.Lacks = BindsCap, account, e.exceeds(p)
}

// frees finds the least that must come to the payer's account: an amount that
// suffices while one less does not. As long as more money never lets less go, there is
// one such amount; otherwise amounts are tried from below.
func (e *Engine) frees(x *Explanation, p *Payment) {
	x.Payer = p.Legs[0].Debit
	if e.monotone() {
		x.Least, x.Frees = e.least(p)
	} else {
		x.Least, x.Frees = e.step(p)
	}
	if x.Frees {
		x.Freed = e.with(x.Payer, x.Least).went(e)
	}
}

// least finds that amount where there is one; false: there is none.
func (e *Engine) least(p *Payment) (int64, bool) {
	payer, most := p.Legs[0].Debit, e.most(p)
	guess, known := e.shortfall(p)
	if known && guess <= most && e.with(payer, guess).goes(p.ID) && (guess == 0 || !e.with(payer, guess-1).goes(p.ID)) {
		return guess, true
	}
	if !e.with(payer, most).goes(p.ID) {
		return 0, false
	}
	return e.search(p, 0, most), true
}

// search finds the least between an amount from which on it must be looked for and one
// that is enough. It halves what is between them, and tries in turn the next that makes
// a difference.
func (e *Engine) search(p *Payment, from, enough int64) int64 {
	for middle := from; from < enough; {
		x := &probe{account: p.Legs[0].Debit}
		switch {
		case e.probed(x, middle).goes(p.ID):
			enough = middle
		case x.step == 0:
			return enough
		default:
			from = middle + x.step // nothing below makes a difference
		}
		if half := from + (enough-from)/2; middle != from {
			middle = from
		} else {
			middle = half
		}
	}
	return enough
}

// most is what can make a difference to the payer's account: all that waits for it,
// as far as it can hold as much.
func (e *Engine) most(p *Payment) int64 {
	account := p.Legs[0].Debit
	value := e.queues[account-1].upTo(bandCount - 1).plus(e.controls[account-1].kept(bandCount - 1)).plus(e.accounts[account-1].overdrawn())
	room := maxBalance - max(e.accounts[account-1].Posted, 0)
	if widen(room).less(value) {
		return room
	}
	return int64(value.low) //nolint:gosec // not above room
}

// trial is a copy of what waits, on which something else happens.
type trial struct{ *Engine }

// with is what becomes of everything when so much more money comes to an account
// and nothing else happens.
func (e *Engine) with(account AccountID, more int64) trial {
	return e.richer(account, more, nil)
}

// probed is the same, and tells how much more would make a difference.
func (e *Engine) probed(x *probe, more int64) trial { return e.richer(x.account, more, x) }

func (e *Engine) richer(account AccountID, more int64, x *probe) trial {
	t := trial{NewEngine(e.archive)}
	t.proof, t.probe = nil, x // one look is enough
	t.now, t.booked = e.now, e.booked
	t.accounts = append(t.accounts, e.accounts...)
	t.controls = make([]*controls, len(e.controls))
	for i := range e.controls {
		t.controls[i] = e.controls[i].copied()
	}
	t.queues, t.nets, t.incoming = make([]queue, len(e.queues)), make([]queue, len(e.queues)), append(t.incoming, e.incoming...)
	for i := range e.queues {
		for b := range e.queues[i].bands {
			t.queues[i].bands[b] = t.copied(&e.queues[i].bands[b])
		}
	}
	t.copyCycles(e)
	t.accounts[account-1].Posted += more
	t.accounts[account-1].lower()
	t.group.credited = append(t.group.credited, account)
	t.settleWaiting()
	t.clear()
	return t
}

// copied is a band with payments of its own; one that stands in several queues is
// the same in all.
func (t trial) copied(b *band) band {
	c := band{count: b.count, value: b.value, places: make([]place, 0, b.count)}
	for p := range b.all() {
		own := t.open[p.ID]
		if own == nil {
			own = new(Payment)
			*own = *p
			t.open[p.ID] = own
		}
		c.places = append(c.places, place{p.Turn, own})
	}
	return c
}

// copyCycles gives a trial the cycles that have closed, with payments of its own.
func (t trial) copyCycles(e *Engine) {
	for _, c := range e.netting.sorted() {
		if c.State == CycleOpen {
			continue // nothing that waits for money changes it
		}
		own := t.netting.add(c.Cycle)
		for _, p := range e.members(c) {
			one := *p
			t.open[p.ID], own.members[p.ID] = &one, true
		}
	}
}

// goes tells that a payment settles, or that its money is earmarked: one that waited for
// money and is then refused because nobody has room for it is not freed.
func (t trial) goes(id PaymentID) bool {
	s := t.open[id].State
	return s == StateSettled || s == StateReserved
}

// went are the payments that have gone, in order.
func (t trial) went(e *Engine) (all []PaymentID) {
	for _, id := range t.group.payments {
		if before := e.open[id].State; before == StateWaiting && t.goes(id) || before == StateNetted && t.open[id].State == StateSettled {
			all = append(all, id)
		}
	}
	return all
}

// shortfall is the least that the payer's account lacks for a set that has the
// payment in it, found in one clearing: the account is taken to have enough, and
// gives up from behind what waits after the payment. False: there is no such set,
// or owners have chosen otherwise than to go together.
func (e *Engine) shortfall(p *Payment) (int64, bool) {
	for i := range e.accounts {
		if e.accounts[i].Saving != SavingTogether || e.accounts[i].Bypass {
			return 0, false
		}
	}
	payer := int(p.Legs[0].Debit) - 1
	if e.controls[payer].kept(bandCount-1) > 0 {
		return 0, false // more money there is more for each band, and not the same
	}
	g := e.gathered(func(AccountID) bool { return true })
	last := -1 // the last claim of the payment on the payer
	for _, n := range g.queues[payer] {
		if g.owners[n] == p {
			last = n
		}
	}
	g.purses[payer].plenty = true
	g.resolve()
	least, found := int64(math.MaxInt64), false
	for g.stands(last) {
		free := g.purses[payer].free
		if free.negative() {
			free = free.plus(-e.accounts[payer].overdrawn()) // what comes pays that back first
		}
		if !free.less(widen(-math.MaxInt64)) {
			lacks := int64(0)
			if free.negative() {
				lacks = -int64(free.low) //nolint:gosec // above the smallest there is
			}
			least, found = min(least, lacks), true
		}
		tail := g.queues[payer][g.standing[payer]-1]
		if tail == last {
			break
		}
		g.giveUp(tail)
		g.settle()
	}
	return least, found
}
