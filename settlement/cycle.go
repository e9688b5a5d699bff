package settlement

import (
	"cmp"
	"maps"
	"slices"
)

// Deferred net settlement. Payments of some corridors do not move money one by one.
// They enter the open cycle of their currency, where they add up to a position of each
// account: what it gets less what it pays. When the cycle closes, the positions settle
// together as one payment, all or nothing, and with it all payments of the cycle; see
// netting.go.
//
// What an account may owe in the open cycle is bounded by its cap. A payment that would
// exceed it waits (in a queue of its own, for it waits for no money) until others pay
// the account, or the next cycle opens.

// CycleID numbers cycles in the order in which they opened, of all currencies together.
type CycleID uint64

// CycleState is where a cycle stands.
type CycleState uint8

// States of a cycle. While one is closed its positions stand, and the next takes
// payments.
const (
	CycleOpen    CycleState = iota + 1
	CycleClosed             // it settles as soon as the money is there, until its window ends
	CycleSettled            // all that was in it then has settled
	CycleUnwound            // its window ended, and nothing of it could settle
)

var cycleStates = [...]string{"none", "open", "closed", "settled", "unwound"}

// String is the state's name.
func (s CycleState) String() string { return cycleStates[s] }

// Ended tells that nothing happens to the cycle any more.
func (s CycleState) Ended() bool { return s >= CycleSettled }

// Cycle is a time during which payments of a currency add up.
type Cycle struct {
	ID       CycleID
	Currency Currency
	State    CycleState
	Opened   Moment // by its first payment
	Closed   Moment
	Ended    Moment
	Until    Moment // of a closed one: when its window ends
	// Defer has what cannot settle when the window ends wait for the next cycle;
	// otherwise it is refused.
	Defer      bool
	Settlement PaymentID // that moves the positions; 0: it is open, or they are all zero
	Left       uint64    // payments that the end of the window took out
}

// Position is what one account pays and gets in a cycle, minor units.
type Position struct {
	Cycle    CycleID
	Account  AccountID
	Pays     int64
	Gets     int64
	Payments uint64 // that it sends or receives
}

// Net is what the account is owed or, below zero, owes.
func (p *Position) Net() int64 { return p.Gets - p.Pays }

// ComparePositions orders positions as the books hold them.
func ComparePositions(a, b Position) int {
	return cmp.Or(cmp.Compare(a.Cycle, b.Cycle), cmp.Compare(a.Account, b.Account))
}

// CycleBooks are the cycles that have not ended with their positions, and the last
// number given.
type CycleBooks struct {
	Live      []Cycle
	Positions []Position
	Last      CycleID
}

// liveCycle is one that has not ended.
type liveCycle struct {
	Cycle
	positions map[AccountID]*Position
	members   map[PaymentID]bool
}

// cycles are those that have not ended.
type cycles struct {
	live map[CycleID]*liveCycle
	open map[Currency]*liveCycle
	last CycleID
}

func newNetting() cycles {
	return cycles{live: map[CycleID]*liveCycle{}, open: map[Currency]*liveCycle{}}
}

func (c *cycles) add(one Cycle) *liveCycle {
	live := &liveCycle{one, map[AccountID]*Position{}, map[PaymentID]bool{}}
	if c.live[one.ID] = live; one.State == CycleOpen {
		c.open[one.Currency] = live
	}
	return live
}

// sorted are the cycles that have not ended, the first first.
func (c *cycles) sorted() (all []*liveCycle) {
	for _, id := range slices.Sorted(maps.Keys(c.live)) {
		all = append(all, c.live[id])
	}
	return all
}

// accounts are those with a position, in order.
func (c *liveCycle) accounts() []AccountID { return slices.Sorted(maps.Keys(c.positions)) }

// tidy forgets accounts that had left when the cycle closed: they are told nothing.
func (c *liveCycle) tidy() {
	if c.State != CycleOpen {
		maps.DeleteFunc(c.positions, func(_ AccountID, p *Position) bool { return p.Payments == 0 })
	}
}

// position is the account's own; a new one is zero.
func (c *liveCycle) position(id AccountID) *Position {
	if c.positions[id] == nil {
		c.positions[id] = &Position{Cycle: c.ID, Account: id}
	}
	return c.positions[id]
}

// cycleOf is the open cycle of a payment's currency.
func (e *Engine) cycleOf(p *Payment) *liveCycle {
	currency := e.accounts[p.Legs[0].Debit-1].Currency
	if c := e.netting.open[currency]; c != nil {
		return c
	}
	e.netting.last++
	return e.netting.add(Cycle{ID: e.netting.last, Currency: currency, State: CycleOpen, Opened: e.now})
}

// enterCycle takes a payment into the open cycle.
func (e *Engine) enterCycle(p *Payment) {
	c := e.cycleOf(p)
	e.lastTurn++
	p.Cycle, p.Turn = c.ID, e.lastTurn
	c.members[p.ID] = true
	e.stake(c, p, 1)
	e.group.credited = append(e.group.credited, p.Legs[0].Credit) // it may send more now
}

// leaveCycle takes a payment out that does not settle with its cycle. Others may have
// relied on it: see keepCaps.
func (e *Engine) leaveCycle(p *Payment) {
	c := e.netting.live[p.Cycle]
	delete(c.members, p.ID)
	e.stake(c, p, -1)
	if p.Cycle = 0; c.State == CycleOpen {
		e.group.shrunk = append(e.group.shrunk, c)
	}
}

// stake counts a payment in its cycle, or no longer.
func (e *Engine) stake(c *liveCycle, p *Payment, sign int64) {
	leg := &p.Legs[0]
	out, in := c.position(leg.Debit), c.position(leg.Credit)
	out.Pays += sign * leg.Amount
	in.Gets += sign * leg.Amount
	for _, one := range []*Position{out, in} {
		one.Payments += uint64(sign) //nolint:gosec // two's complement
		e.group.positions[positionKey{c.ID, one.Account}] = one
	}
	e.touchCycle(c)
}

type positionKey struct {
	cycle   CycleID
	account AccountID
}

func (e *Engine) touchCycle(c *liveCycle) { e.group.cycles[c.ID] = c }

// maxStake bounds what an account pays or gets in a cycle: an amount of a message has 18
// digits.
const maxStake = 999_999_999_999_999_999

// hasRoom tells whether a payment keeps its sender within its cap.
func (e *Engine) hasRoom(p *Payment) bool { return e.exceeds(p) == 0 }

// exceeds is by how much a payment would exceed the cap of its sender in the open
// cycle. Sums that no message could say count as above any cap.
func (e *Engine) exceeds(p *Payment) int64 {
	leg := &p.Legs[0]
	var out, in Position
	if c := e.netting.open[e.accounts[leg.Debit-1].Currency]; c != nil {
		out, in = positionIn(c, leg.Debit), positionIn(c, leg.Credit)
	}
	if out.Pays > maxStake-leg.Amount || in.Gets > maxStake-leg.Amount {
		return max(out.Pays, in.Gets) - (maxStake - leg.Amount)
	}
	most := e.accounts[leg.Debit-1].Cap
	if most == 0 {
		return 0
	}
	return max(leg.Amount-out.Net()-most, 0)
}

func positionIn(c *liveCycle, id AccountID) Position {
	if p := c.positions[id]; p != nil {
		return *p
	}
	return Position{}
}

// nextNetted is what happens to a payment that settles in a cycle.
func (e *Engine) nextNetted(p *Payment) Event {
	q := &e.nets[p.Legs[0].Debit-1]
	behind := q.precedes(p.Band) && (!e.accounts[p.Legs[0].Debit-1].Bypass || q.first().Band < p.Band)
	if behind || !e.hasRoom(p) {
		return e.lack(p, behind)
	}
	return EventNet
}

// nextIn is the payment of an account that may enter the open cycle now; nil: none may.
func (e *Engine) nextIn(account AccountID) *Payment {
	q := &e.nets[account-1]
	first := q.first()
	switch {
	case first == nil:
		return nil
	case e.hasRoom(first):
		return first
	case !e.accounts[account-1].Bypass:
		return nil
	}
	for p := range q.bands[first.Band].all() {
		if e.hasRoom(p) {
			return p
		}
	}
	return nil
}

// SetCap changes what an account may owe in a cycle; 0: no bound. Payments of the open
// cycle that are above it wait again.
func (e *Engine) SetCap(id AccountID, most int64) {
	a := e.account(id)
	a.Cap = min(max(most, 0), maxBalance)
	if c := e.netting.open[a.Currency]; c != nil {
		e.group.shrunk = append(e.group.shrunk, c)
	}
	e.group.credited = append(e.group.credited, id)
	e.settleWaiting()
}

// OpenCycle is the open cycle of a currency in which there are payments; false: there
// is none.
func (e *Engine) OpenCycle(currency Currency) (Cycle, bool) {
	if c := e.netting.open[currency]; c != nil && len(c.members) > 0 {
		return c.Cycle, true
	}
	return Cycle{}, false
}

// changedCycles are the cycles and positions that a group has changed, in order; those
// that have ended leave memory.
func (e *Engine) changedCycles() (all []Cycle, positions []Position) {
	for _, id := range slices.Sorted(maps.Keys(e.group.cycles)) {
		c := e.group.cycles[id]
		if all = append(all, c.Cycle); c.State.Ended() {
			delete(e.netting.live, id)
		}
	}
	for _, p := range e.group.positions {
		positions = append(positions, *p)
	}
	slices.SortFunc(positions, ComparePositions)
	return all, positions
}

// restore puts the cycles of the books back; their payments follow.
func (c *cycles) restore(b *CycleBooks) {
	c.last = b.Last
	for _, one := range b.Live {
		c.add(one)
	}
	for _, p := range b.Positions {
		if c.live[p.Cycle] == nil {
			broken("account %d has a position in cycle %d, which is not there", p.Account, p.Cycle)
		}
		*c.live[p.Cycle].position(p.Account) = p
	}
	for _, one := range c.live {
		one.tidy()
	}
}

// member puts a payment of the books back into its cycle.
func (c *cycles) member(p *Payment) {
	if c.live[p.Cycle] == nil {
		broken("payment %d is in cycle %d, which is not there", p.ID, p.Cycle)
	}
	c.live[p.Cycle].members[p.ID] = true
}
