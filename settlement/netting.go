package settlement

import (
	"cmp"
	"slices"
)

// How a cycle settles. When it closes, everybody is told its position and whoever issues
// the currency what is to move. The positions then settle as one payment: those who owe
// pay into the netting account, which pays those who are owed, all or nothing. It goes
// before everything else that waits for money of those accounts, and like anything that
// waits it may go together with other payments.
//
// When somebody is short, it waits until its window ends. Then of the payments of the
// cycle the greatest set is settled for which the money is there: of each account's
// payments a piece from the front, by band and order of entry, so that no account ends
// below what it may spend. There is one such set; see liquidity.go. The others are taken
// out: they wait for the next cycle, before what waits already, or are refused.
//
// A cycle that has closed stands: its payments cannot be taken back, held or ended, also
// when one of its participants is suspended, for everybody has been told what to expect.

// ReasonNotSettled is told of payments that the end of a window takes out: ED05,
// settlement has failed.
const ReasonNotSettled = "ED05"

// Terms are how a cycle that closes settles.
type Terms struct {
	Until Moment // when its window ends; now or before: at once
	Defer bool   // what cannot settle then waits for the next cycle
	Facts []byte // of the payment that settles it
}

// CloseCycle closes the open cycle of a currency. One that closed before and still waits
// ends first. False: there is no payment in it.
func (e *Engine) CloseCycle(m Message, currency Currency, t Terms) (CycleID, bool) {
	e.EndWindow(currency)
	c := e.netting.open[currency]
	if c == nil || len(c.members) == 0 {
		return 0, false
	}
	delete(e.netting.open, currency)
	c.State, c.Closed, c.Until, c.Defer = CycleClosed, e.now, max(t.Until, e.now), t.Defer
	c.tidy()
	e.touchCycle(c)
	legs := e.netLegs(c)
	if len(legs) > 0 {
		m.First, m.Count = e.lastPayment+1, 1
		c.Settlement = m.First
	}
	m = e.number(m)
	e.tellPositions(c, m.ID, false)
	if len(legs) == 0 {
		e.discharge(c.ID)
	} else {
		e.settlePositions(c, m, legs, t.Facts)
	}
	for i := range e.nets {
		if e.nets[i].first() != nil && e.accounts[i].Currency == currency {
			e.group.credited = append(e.group.credited, e.accounts[i].ID)
		}
	}
	e.settleWaiting()
	return c.ID, true
}

// settlePositions has the positions settle, or wait for the money until the window ends.
func (e *Engine) settlePositions(c *liveCycle, m Message, legs []Leg, facts []byte) {
	in := Instruction{Identity: m.Identity, Kind: KindNet, Sender: m.Sender, Band: BandUrgent, Legs: legs, Cycle: c.ID, Facts: facts}
	if c.Until > e.now {
		in.Reject = c.Until
	}
	e.admit(m, in)
	if in.Reject == 0 {
		e.EndWindow(c.Currency)
	}
}

// EndWindow ends the window of a cycle of a currency that has closed and still waits.
func (e *Engine) EndWindow(currency Currency) {
	for _, c := range e.netting.sorted() {
		if p := e.open[c.Settlement]; c.Currency == currency && p != nil && p.State == StateWaiting {
			e.recast(p)
		}
	}
	e.settleWaiting()
}

// nettingAccount is the one through which the positions of a currency move.
func (e *Engine) nettingAccount(currency Currency) AccountID {
	i := slices.IndexFunc(e.accounts, func(a Account) bool { return a.Role == RoleNetting && a.Currency == currency })
	if i < 0 {
		broken("there is no netting account in %s", currency)
	}
	return e.accounts[i].ID
}

// netLegs are what moves the positions of a cycle: those who owe pay first.
func (e *Engine) netLegs(c *liveCycle) (legs []Leg) {
	through := e.nettingAccount(c.Currency)
	var owed []Leg
	for _, id := range c.accounts() {
		switch net := c.positions[id].Net(); {
		case net < 0:
			legs = append(legs, Leg{id, through, -net})
		case net > 0:
			owed = append(owed, Leg{through, id, net})
		}
	}
	return append(legs, owed...)
}

// tellPositions tells everybody in a cycle its position, and whoever issues the currency
// what is to move. Final tells that the window has ended and something was taken out.
func (e *Engine) tellPositions(c *liveCycle, m MessageID, final bool) {
	var moves []Position
	for _, id := range c.accounts() {
		p := *c.positions[id]
		e.notify(Notice{Kind: NoticePosition, To: e.accounts[id-1].Owner, Message: m, Cycle: c.ID, Positions: []Position{p}, Final: final})
		if p.Net() != 0 {
			moves = append(moves, p)
		}
	}
	if to := e.issuerOf(c.Currency); to != 0 && len(moves) > 0 {
		e.notify(Notice{Kind: NoticeNetting, To: to, Message: m, Cycle: c.ID, Positions: moves, Final: final})
	}
}

// issuerOf is the currency's own issuer; 0: there is none.
func (e *Engine) issuerOf(currency Currency) ParticipantID {
	for i := range e.accounts {
		if a := &e.accounts[i]; a.Role == RoleIssuance && a.Currency == currency && a.Issuer == 0 {
			return a.Owner
		}
	}
	return 0
}

// tellNetted tells the issuer what became of the movements that it was told of.
func (e *Engine) tellNetted(p *Payment, row *transition) {
	if p.Status = row.status; !p.State.Final() {
		return
	}
	c := e.netting.live[p.Cycle]
	if to := e.issuerOf(c.Currency); to != 0 {
		e.notify(Notice{Kind: NoticeNetted, To: to, Message: p.Message, Payment: p.ID, Status: p.Status, Reason: p.Reason, Cycle: c.ID, Final: c.Left > 0 && p.State == StateSettled})
	}
}

// members are the payments of a cycle in the order in which they go: by band, then as
// they entered.
func (e *Engine) members(c *liveCycle) (all []*Payment) {
	for id := range c.members {
		all = append(all, e.open[id])
	}
	slices.SortFunc(all, func(a, b *Payment) int { return cmp.Or(cmp.Compare(a.Band, b.Band), cmp.Compare(a.Turn, b.Turn)) })
	return all
}

// discharge ends a cycle whose positions have settled, and with it its payments.
func (e *Engine) discharge(id CycleID) {
	c := e.netting.live[id]
	for _, p := range e.members(c) {
		delete(c.members, p.ID)
		e.move(p, EventCover, Reason{})
	}
	e.endCycle(c, CycleSettled)
}

func (e *Engine) endCycle(c *liveCycle, state CycleState) {
	c.State, c.Ended = state, e.now
	e.touchCycle(c)
}

// recast ends the window of a cycle: what the money is there for settles, the rest is
// taken out. What may go together with other payments had its chance before.
func (e *Engine) recast(p *Payment) {
	e.settleWaiting()
	if e.clear(); p.State != StateWaiting {
		return
	}
	c := e.netting.live[p.Cycle]
	out := e.withoutMoney(c)
	c.Left = uint64(len(out))
	for _, one := range slices.Backward(out) { // each before the one that came before it
		if c.Defer {
			e.move(one, EventDefer, Reason{})
		} else {
			e.move(one, EventRefuse, Reason{Code: ReasonNotSettled, Text: "the netting cycle could not settle it"})
		}
	}
	e.tellPositions(c, p.Message, true)
	legs := e.netLegs(c)
	if len(legs) == 0 {
		e.move(p, EventRefuse, Reason{Code: ReasonNotSettled})
		if len(c.members) > 0 {
			e.discharge(c.ID) // they owe each other the same
		} else {
			e.endCycle(c, CycleUnwound)
		}
		return
	}
	e.leave(p)
	p.Legs = legs // others may owe now
	e.enqueue(p, true)
	e.move(p, EventCover, Reason{})
}

// withoutMoney are the payments of a cycle that are not in the greatest set for which
// the money is there.
func (e *Engine) withoutMoney(c *liveCycle) []*Payment {
	out := e.outside(c, func(a *Account) (wide, bool) { return widen(a.spendable()), true })
	in := map[AccountID]wide{}
	for _, id := range c.accounts() {
		in[id] = widen(c.positions[id].Net())
	}
	for _, p := range out {
		leg := &p.Legs[0]
		in[leg.Debit], in[leg.Credit] = in[leg.Debit].plus(leg.Amount), in[leg.Credit].plus(-leg.Amount)
	}
	for _, id := range c.accounts() {
		if widen(maxBalance - max(e.accounts[id-1].Posted, 0)).less(in[id]) {
			return e.members(c) // an account would get more than it can hold
		}
	}
	return out
}

// outside are the payments of a cycle that are not in its greatest set in which every
// account keeps to a bound on what it owes; false: it has none.
func (e *Engine) outside(c *liveCycle, bound func(*Account) (wide, bool)) (out []*Payment) {
	var look clearing
	at := map[AccountID]int{}
	for _, id := range c.accounts() {
		free, bounded := bound(&e.accounts[id-1])
		at[id] = look.addPurse(free)
		look.purses[at[id]].plenty = !bounded
		look.addQueue()
	}
	all := e.members(c)
	for _, p := range all {
		leg := &p.Legs[0]
		look.addClaim(at[leg.Debit], leg.Amount, outlets{at[leg.Debit], -1, -1, -1}, inlets{at[leg.Credit], -1, -1, -1, -1})
	}
	look.resolve()
	for n, p := range all {
		if !look.stands(n) {
			out = append(out, p)
		}
	}
	return out
}

// keepCaps has payments of an open cycle wait again when their senders would exceed
// their caps without others that have left it.
func (e *Engine) keepCaps() {
	for len(e.group.shrunk) > 0 {
		c := e.group.shrunk[0]
		if e.group.shrunk = e.group.shrunk[1:]; c.State != CycleOpen {
			continue
		}
		out := e.outside(c, func(a *Account) (wide, bool) { return widen(a.Cap), a.Cap > 0 })
		for _, p := range slices.Backward(out) {
			e.move(p, EventDefer, Reason{})
		}
	}
}

// loose tells whether people may still end or stop a payment.
func (e *Engine) loose(p *Payment) bool {
	return p != nil && p.Kind != KindNet && (p.State.idle() || p.State == StateNetted && !e.stands(p))
}

// stands tells whether the cycle of a payment has closed.
func (e *Engine) stands(p *Payment) bool {
	c := e.netting.live[p.Cycle]
	return p.State == StateNetted && c != nil && c.State != CycleOpen
}

// netsFirst puts the settlement of positions before what has just been put first.
func (e *Engine) netsFirst() {
	for _, c := range e.netting.sorted() {
		if p := e.open[c.Settlement]; p != nil && p.State == StateWaiting {
			e.leave(p)
			e.enqueue(p, true)
			e.touch(p)
		}
	}
}
