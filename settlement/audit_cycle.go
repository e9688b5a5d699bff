package settlement

import (
	"maps"
	"slices"
)

// Netting cycles, recomputed from their payments.

// cycleAudit is what the books say of cycles, and what payments give.
type cycleAudit struct {
	cycles  map[CycleID]Cycle
	says    map[positionKey]Position
	gives   map[positionKey]Position
	moved   map[positionKey]int64 // by the payments that settled positions
	last    CycleID
	settles map[CycleID]PaymentID
	waiting map[AccountID]*Payment // of each account, the next of those that wait for room
}

func newCycleAudit() cycleAudit {
	return cycleAudit{
		cycles: map[CycleID]Cycle{}, says: map[positionKey]Position{}, gives: map[positionKey]Position{}, moved: map[positionKey]int64{}, waiting: map[AccountID]*Payment{},
		settles: map[CycleID]PaymentID{},
	}
}

// Cycle takes the cycles in order. They and their positions come before the payments.
func (a *Audit) Cycle(c Cycle) {
	if c.ID != a.netting.last+1 {
		a.find("cycle %d follows cycle %d", c.ID, a.netting.last)
	}
	if c.State < CycleOpen || c.State > CycleUnwound || c.State > CycleOpen && c.Closed < c.Opened || c.State.Ended() && c.Ended < c.Closed {
		a.find("cycle %d is in state %d, opened at %d, closed at %d and ended at %d", c.ID, c.State, c.Opened, c.Closed, c.Ended)
	}
	a.netting.last = c.ID
	a.netting.cycles[c.ID] = c
}

// Position takes the positions of all cycles.
func (a *Audit) Position(p Position) { a.netting.says[positionKey{p.Cycle, p.Account}] = p }

// cycled counts what a payment does to positions.
func (a *Audit) cycled(p *Payment) {
	n := &a.netting
	if p.Kind == KindNet {
		n.settles[p.Cycle] = p.ID
	}
	switch {
	case p.Kind == KindNet && p.State == StateSettled:
		for _, leg := range p.Legs {
			n.moved[positionKey{p.Cycle, leg.Debit}] -= leg.Amount
			n.moved[positionKey{p.Cycle, leg.Credit}] += leg.Amount
		}
	case p.Kind == KindNet:
	case p.Net && p.State == StateWaiting:
		account := p.Legs[0].Debit
		if first := n.waiting[account]; first == nil || p.Band < first.Band || p.Band == first.Band && p.Turn < first.Turn {
			n.waiting[account] = p
		}
	case p.State != StateNetted && (p.Cycle == 0 || p.State != StateSettled):
		if p.Cycle != 0 || p.Net && p.State == StateSettled {
			a.find("payment %d is %s in cycle %d", p.ID, p.State, p.Cycle)
		}
	default:
		a.stakes(p)
	}
}

// stakes counts a payment that is in a cycle or has settled with it.
func (a *Audit) stakes(p *Payment) {
	c, known := a.netting.cycles[p.Cycle]
	settled := p.State == StateSettled
	if !known || !p.Net || len(p.Legs) != 1 || settled != (c.State == CycleSettled) || c.State == CycleUnwound {
		a.find("payment %d is %s in cycle %d, which is %s", p.ID, p.State, p.Cycle, c.State)
		return
	}
	leg := p.Legs[0]
	count := func(id AccountID, pays, gets int64) {
		key := positionKey{p.Cycle, id}
		one := a.netting.gives[key]
		one.Cycle, one.Account = p.Cycle, id
		one.Pays, one.Gets, one.Payments = one.Pays+pays, one.Gets+gets, one.Payments+1
		a.netting.gives[key] = one
	}
	count(leg.Debit, leg.Amount, 0)
	count(leg.Credit, 0, leg.Amount)
}

// cyclesEnd compares what the books say of cycles with what payments give.
func (a *Audit) cyclesEnd(accounts []Account) {
	n := &a.netting
	open := map[Currency]CycleID{}
	for id := CycleID(1); id <= n.last; id++ {
		c := n.cycles[id]
		if c.Settlement != n.settles[id] {
			a.find("cycle %d is settled by payment %d but it is payment %d that says so", id, c.Settlement, n.settles[id])
		}
		if c.State == CycleOpen {
			if other := open[c.Currency]; other != 0 {
				a.find("cycles %d and %d in %s are both open", other, id, c.Currency)
			}
			open[c.Currency] = id
		}
	}
	keys := slices.Concat(slices.Collect(maps.Keys(n.says)), slices.Collect(maps.Keys(n.gives)), slices.Collect(maps.Keys(n.moved)))
	slices.SortFunc(keys, func(x, y positionKey) int {
		return ComparePositions(Position{Cycle: x.cycle, Account: x.account}, Position{Cycle: y.cycle, Account: y.account})
	})
	sums := map[CycleID]wide{}
	for _, key := range slices.Compact(keys) {
		if key.account == 0 || int(key.account) > len(accounts) {
			a.find("account %d has a position in cycle %d but is not there", key.account, key.cycle)
			continue
		}
		p := a.position(key, &accounts[key.account-1])
		sums[key.cycle] = sums[key.cycle].plus(p.Gets).plus(-p.Pays)
	}
	for _, id := range slices.Sorted(maps.Keys(sums)) {
		if sums[id] != (wide{}) {
			a.find("the positions of cycle %d come to %v", id, sums[id])
		}
	}
	for _, id := range slices.Sorted(maps.Keys(n.waiting)) {
		if p := n.waiting[id]; a.roomy(p, open, accounts) {
			a.find("payment %d waits although there is room for it: it is the next of account %d", p.ID, id)
		}
	}
	for i := range accounts {
		if accounts[i].Role == RoleNetting && accounts[i].Posted != 0 {
			a.find("netting account %d holds %d between two cycles", accounts[i].ID, accounts[i].Posted)
		}
	}
}

// position checks one position.
func (a *Audit) position(key positionKey, account *Account) Position {
	n := &a.netting
	says, gives, moved := n.says[key], n.gives[key], n.moved[key]
	c, known := n.cycles[key.cycle]
	if account.Role == RoleNetting && says == (Position{}) && gives == (Position{}) {
		return says // positions move through it
	}
	if says.Pays != gives.Pays || says.Gets != gives.Gets || says.Payments != gives.Payments || !known || account.Currency != c.Currency {
		a.find("account %d pays %d and gets %d by %d payments in cycle %d but its payments give %d, %d and %d", key.account, says.Pays, says.Gets, says.Payments, key.cycle, gives.Pays, gives.Gets, gives.Payments)
	}
	if want := says.Net(); c.State == CycleSettled && moved != want || c.State != CycleSettled && moved != 0 {
		a.find("account %d has position %d in cycle %d, which is %s, but %d moved", key.account, want, key.cycle, c.State, moved)
	}
	if c.State == CycleOpen && account.Cap > 0 && says.Net() < -account.Cap {
		a.find("account %d owes %d in cycle %d, above its cap of %d", key.account, -says.Net(), key.cycle, account.Cap)
	}
	return says
}

// roomy tells whether there is room for a payment in the open cycle.
func (a *Audit) roomy(p *Payment, open map[Currency]CycleID, accounts []Account) bool {
	leg := p.Legs[0]
	if leg.Debit == 0 || int(leg.Debit) > len(accounts) {
		return false
	}
	account := accounts[leg.Debit-1]
	cycle := open[account.Currency]
	out, in := a.netting.says[positionKey{cycle, leg.Debit}], a.netting.says[positionKey{cycle, leg.Credit}]
	if out.Pays > maxStake-leg.Amount || in.Gets > maxStake-leg.Amount {
		return false
	}
	return account.Cap == 0 || out.Net()-leg.Amount >= -account.Cap
}
