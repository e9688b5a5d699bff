package settlement

// How much of an account's money a payment may use, and what it uses of limits and
// reservations. Every decision about money that is there asks here; see liquidity.go
// for decisions about many payments at once.

// usable is how much of an account's money a payment of that band may use: all but
// what is reserved for bands above it. Urgent payments use what is reserved for
// them first, then what nobody has reserved, then what is kept for high ones; so
// that what an owner sets aside for urgent payments is for the first of them, and
// what those do not need stays aside.
func (e *Engine) usable(account AccountID, b Band) int64 {
	return e.accounts[account-1].spendable() - e.kept(account, b)
}

// within tells whether a payment keeps to the limits of all who pay it.
func (e *Engine) within(p *Payment) bool { return e.exceeded(p) == nil }

// exceeded is a limit that a payment does not keep; nil: it keeps all.
func (e *Engine) exceeded(p *Payment) *Control {
	for i := range p.Legs {
		for _, limit := range e.controls[p.Legs[i].Debit-1].limits(p.Legs[i].Credit) {
			if limit == nil {
				continue
			}
			if wants := limit.wants(p); wants > 0 && limit.Left() < wants {
				return limit
			}
		}
	}
	return nil
}

// wants is what a payment pays under a control.
func (c *Control) wants(p *Payment) (sum int64) {
	for i := range p.Legs {
		if c.counts(p, &p.Legs[i]) {
			sum = sumUp(sum, p.Legs[i].Amount)
		}
	}
	return sum
}

// use counts what a leg pays under the controls of who pays it.
func (e *Engine) use(p *Payment, leg *Leg, used, promised int64) {
	own := e.controls[leg.Debit-1]
	if own == nil || p.Kind.Liquidity() && p.Kind != KindNet {
		return
	}
	if p.Band < BandNormal && own.reserved[p.Band] != nil {
		e.count(own.reserved[p.Band], used, promised)
	}
	if p.Kind == KindNet {
		return
	}
	for _, limit := range own.limits(leg.Credit) {
		e.count(limit, used, promised)
	}
}

// giveBack counts what a leg brings under the limits of who gets it.
func (e *Engine) giveBack(p *Payment, leg *Leg) {
	if own := e.controls[leg.Credit-1]; own != nil && !p.Kind.Liquidity() {
		for _, limit := range own.limits(leg.Debit) {
			e.count(limit, -leg.Amount, 0)
		}
	}
}

// count moves what is used of a control. What is long used up, or under which far
// more came in than was paid, is counted no further than an account holds.
func (e *Engine) count(c *Control, used, promised int64) {
	if c == nil {
		return
	}
	c.Used = min(max(c.Used+used, -maxBalance), maxBalance)
	c.Promised += promised
	e.touchControl(c)
}

// bounded checks, of a payment that has just gone, that it has left what is kept
// for others and that no limit is exceeded.
func (e *Engine) bounded(p *Payment) {
	for i := range p.Legs {
		leg := &p.Legs[i]
		own := e.controls[leg.Debit-1]
		if own == nil || p.Kind.Liquidity() {
			continue
		}
		if kept := e.kept(leg.Debit, p.Band); kept > 0 && e.accounts[leg.Debit-1].spendable() < kept {
			broken("payment %d took from account %d what is reserved for others: %d of %d are left", p.ID, leg.Debit, e.accounts[leg.Debit-1].spendable(), kept)
		}
		for _, limit := range own.limits(leg.Credit) {
			if limit != nil {
				limit.sound()
			}
		}
	}
}

// bounds are the purses of a look for payments that can go together. The first are
// the accounts, in their order; reservations and limits follow.
//
// The payments of a band may use what is left when everything that waits above
// them has gone and what is then still reserved above them is kept: none of them
// goes before all of those do. So what waits urgent takes the greater of itself
// and the reservation, and the same of what is high.
type bounds struct {
	engine *Engine
	free   []wide      // of each purse, before anything goes
	owner  []int       // of each purse, the account whose payments claim it
	bands  map[int]int // by account: the purse of high payments, with that of normal ones behind it
	limits map[*Control]int
}

func (e *Engine) bounds() *bounds {
	b := &bounds{engine: e, bands: map[int]int{}, limits: map[*Control]int{}}
	for i := range e.accounts {
		b.add(i, widen(e.accounts[i].spendable()))
	}
	for i, own := range e.controls {
		if own == nil || e.queues[i].first() == nil {
			continue
		}
		free, reserved := b.free[i], own.reserved
		if e.ending.concerns(AccountID(i + 1)) {
			reserved = [BandNormal]*Control{}
		}
		for band, r := range reserved {
			waits := e.queues[i].bands[band].value
			if r != nil && waits.less(widen(r.Left())) {
				waits = widen(r.Left())
			}
			free = free.minus(waits)
			if n := b.add(i, free); band == 0 {
				b.bands[i] = n
			}
		}
		for _, c := range own.all() {
			if c.Kind != ControlReservation {
				b.limits[c] = b.add(i, widen(c.Amount).plus(-c.Used).plus(-c.Promised))
			}
		}
	}
	return b
}

// short notes what a purse lacks; nil: nobody asks.
func (b *bounds) short(purse int) func(wide) {
	account := AccountID(b.owner[purse] + 1) //nolint:gosec // far fewer than 4 billion accounts
	if x := b.engine.probe; x == nil || x.account != account {
		return nil
	}
	return func(lacks wide) { b.engine.short(account, lacks) }
}

// add returns the number of a purse.
func (b *bounds) add(owner int, free wide) int {
	b.free, b.owner = append(b.free, free), append(b.owner, owner)
	return len(b.free) - 1
}

// pays are the purses that a leg is paid from: the account, what its band may use,
// and the limits of its owner.
func (b *bounds) pays(p *Payment, leg *Leg) outlets {
	account := int(leg.Debit) - 1
	all := outlets{account, -1, -1, -1}
	own := b.engine.controls[account]
	if own == nil || p.Kind.Liquidity() { // positions of a netting cycle: urgent, and not bounded
		return all
	}
	if n, reserved := b.bands[account]; reserved && p.Band > BandUrgent {
		all[1] = n + int(p.Band-BandHigh)
	}
	for i, limit := range own.limits(leg.Credit) {
		all[2+i] = b.limit(limit)
	}
	return all
}

// gets are the purses that a leg fills: the account with what its bands may use,
// and the limits of who gets it. What somebody must confirm first fills none.
func (b *bounds) gets(p *Payment, leg *Leg) inlets {
	all := inlets{-1, -1, -1, -1, -1}
	if p.Confirm != 0 {
		return all
	}
	account := int(leg.Credit) - 1
	all[0] = account
	own := b.engine.controls[account]
	if own == nil {
		return all
	}
	if n, reserved := b.bands[account]; reserved {
		all[1], all[2] = n, n+1
	}
	if p.Kind.Liquidity() {
		return all
	}
	for i, limit := range own.limits(leg.Debit) {
		all[3+i] = b.limit(limit)
	}
	return all
}

// limit is the purse of a limit; -1: there is none.
func (b *bounds) limit(c *Control) int {
	if n, known := b.limits[c]; known {
		return n
	}
	return -1
}
