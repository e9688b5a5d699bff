package settlement

import (
	"cmp"
	"maps"
	"slices"
)

// ControlKind is what an owner's control of its own account does.
type ControlKind uint8

// Kinds of controls.
const (
	// ControlReservation keeps money for the payments of a band, urgent or high, and
	// those above it: lower ones may not use it.
	ControlReservation ControlKind = iota + 1
	// ControlBilateral bounds what is paid to one account beyond what came from it.
	ControlBilateral
	// ControlMultilateral bounds what is paid to all others together beyond what came
	// in from them.
	ControlMultilateral
)

// Control is a bound that an account's owner has set to its own payments. It does
// not bound transfers of its own money (camt.050). Positions of netting cycles are
// urgent, and limits do not bound them: caps have.
//
// A reservation is used up by payments of its band first, before they take what
// nobody has reserved. A limit is used by what is paid and given back by what
// comes in. What is promised until somebody confirms counts as used by both.
type Control struct {
	Account  AccountID
	Kind     ControlKind
	Band     Band      // of a reservation: for whose payments it is
	Towards  AccountID // of a bilateral limit
	Amount   int64     // what is kept, or the limit
	Used     int64     // posted: paid out of the reservation; or paid less received, which may be below zero
	Promised int64     // of payments that are reserved until somebody confirms
	Stood    int64     // of a limit: what was in use when it was set, which may be more than its amount
	Since    EntryID   // entries after that one count
	Gone     bool      // it was removed: in Changes alone
}

// Left is what a reservation still keeps, or what may still be paid under a limit;
// that is below zero when the limit was set lower than what was in use.
func (c *Control) Left() int64 {
	left := c.Amount - c.Used - c.Promised
	if c.Kind == ControlReservation {
		return min(max(left, 0), c.Amount)
	}
	return left
}

// sound checks what holds of a limit between any two events: what is in use is not
// above it, but for what was so when it was set.
func (c *Control) sound() {
	if c.Kind != ControlReservation && c.Used+c.Promised > max(c.Amount, c.Stood) {
		broken("account %d uses %d of its limit %d towards %d", c.Account, c.Used+c.Promised, c.Amount, c.Towards)
	}
}

// controls are those of one account.
type controls struct {
	reserved [BandNormal]*Control // by band
	others   *Control             // multilateral limit
	towards  map[AccountID]*Control
}

// all are the controls, the reservations first, then the bilateral limits in the
// order of the accounts towards which they hold, then the multilateral one.
func (c *controls) all() (all []*Control) {
	if c == nil {
		return nil
	}
	for _, r := range c.reserved {
		if r != nil {
			all = append(all, r)
		}
	}
	for _, towards := range slices.Sorted(maps.Keys(c.towards)) {
		all = append(all, c.towards[towards])
	}
	if c.others != nil {
		all = append(all, c.others)
	}
	return all
}

// find is the control that a change is about; nil: it is not set.
func (c *controls) find(change *ControlChange) *Control {
	switch {
	case c == nil:
		return nil
	case change.Kind == ControlReservation:
		return c.reserved[change.Band]
	case change.Kind == ControlBilateral:
		return c.towards[change.Towards]
	}
	return c.others
}

// put puts a control in its place; one that is gone leaves it empty.
func (c *controls) put(one *Control) {
	kept := one
	if one.Gone {
		kept = nil
	}
	switch one.Kind {
	case ControlReservation:
		c.reserved[one.Band] = kept
	case ControlMultilateral:
		c.others = kept
	case ControlBilateral:
		if delete(c.towards, one.Towards); kept != nil {
			if c.towards == nil {
				c.towards = map[AccountID]*Control{}
			}
			c.towards[one.Towards] = kept
		}
	}
}

// limits are those that bound payments to an account: the bilateral one and the
// multilateral one; nil: there is none.
func (c *controls) limits(towards AccountID) [2]*Control {
	if c == nil {
		return [2]*Control{}
	}
	return [2]*Control{c.towards[towards], c.others}
}

// kept is what is reserved above a band.
func (c *controls) kept(b Band) (sum int64) {
	if c == nil {
		return 0
	}
	for _, r := range c.reserved[:min(b, BandNormal)] {
		if r != nil {
			sum += r.Left()
		}
	}
	return sum
}

// copied are the same controls, apart from these.
func (c *controls) copied() *controls {
	if c == nil {
		return nil
	}
	other := &controls{}
	for _, one := range c.all() {
		own := *one
		other.put(&own)
	}
	return other
}

// ControlChange sets a control of an account, or removes it.
type ControlChange struct {
	Account AccountID
	Kind    ControlKind
	Band    Band
	Towards AccountID
	Amount  int64
	Remove  bool
}

// maxControls bounds the controls of one account: every group of the log writes
// those again that it changes.
const maxControls = 1000

// Control makes changes to controls, all of them or, with the reason why, none.
//
// A limit that is changed keeps what is used of it; a reservation that is set again
// keeps its whole amount from now on.
func (e *Engine) Control(changes []ControlChange) Reason {
	if why := e.checkControls(changes); why.Code != "" {
		return why
	}
	e.setControls(changes)
	return Reason{}
}

// checkControls finds why changes cannot be made.
func (e *Engine) checkControls(changes []ControlChange) Reason {
	added := map[AccountID]int{}
	for i := range changes {
		if why := e.uncontrollable(&changes[i]); why.Code != "" {
			return why
		}
		if c := &changes[i]; !c.Remove && e.controls[c.Account-1].find(c) == nil {
			added[c.Account]++
			if e.accounts[c.Account-1].Controls+added[c.Account] > maxControls {
				return Reason{Code: "AM19", Text: "an account has at most 1000 limits and reservations"}
			}
		}
	}
	return Reason{}
}

// setControls makes changes that have been checked. Nothing here may fail.
func (e *Engine) setControls(changes []ControlChange) {
	for i := range changes {
		e.control(&changes[i])
	}
	e.settleWaiting()
}

// uncontrollable finds why a change cannot be made.
func (e *Engine) uncontrollable(c *ControlChange) Reason {
	a, known := e.Account(c.Account)
	other, knownToo := e.Account(c.Towards)
	switch {
	case !known || a.Role != RoleWallet:
		return Reason{Code: "AC02", Text: "only a wallet has limits and reservations"}
	case c.Kind == ControlReservation && c.Band >= BandNormal:
		return Reason{Code: "CH16", Text: "money is reserved for urgent or for high payments"}
	case c.Kind == ControlBilateral && (!knownToo || c.Towards == c.Account || other.Currency != a.Currency || other.Issuer != a.Issuer):
		return Reason{Code: "AC03", Text: "a limit holds towards the account of another for the same money"}
	case !c.Remove && (c.Amount < 0 || c.Amount > maxBalance):
		return Reason{Code: "AM12", Text: "the amount is not one that an account can hold"}
	case c.Remove && e.controls[c.Account-1].find(c) == nil:
		return Reason{Code: "NARR", Text: "there is no such limit or reservation to remove"}
	}
	return Reason{}
}

// control makes one change. A payment that waits may go because of it.
func (e *Engine) control(change *ControlChange) {
	own := e.controls[change.Account-1]
	if own == nil {
		own = &controls{}
		e.controls[change.Account-1] = own
	}
	c := own.find(change)
	switch {
	case change.Remove && c == nil:
		return // one message removes it twice
	case change.Remove:
		c.Gone = true
		e.account(c.Account).Controls--
	case c == nil:
		e.account(change.Account).Controls++
		c = &Control{Account: change.Account, Kind: change.Kind, Band: change.Band, Towards: change.Towards, Since: e.lastEntry}
		own.put(c)
		e.promises(c)
	}
	c.Amount = change.Amount
	if c.Kind == ControlReservation {
		c.Used, c.Since = 0, e.lastEntry
	}
	c.Stood = c.Used + c.Promised
	e.touchControl(c)
	own.put(c)
	e.group.credited = append(e.group.credited, c.Account)
}

// promises counts what payments that are reserved have promised under a control.
func (e *Engine) promises(c *Control) {
	for _, p := range e.open {
		if p.State != StateReserved {
			continue
		}
		for i := range p.Legs {
			if c.counts(p, &p.Legs[i]) {
				c.Promised += p.Legs[i].Amount
			}
		}
	}
}

// counts tells whether what a leg pays counts under a control.
func (c *Control) counts(p *Payment, leg *Leg) bool {
	switch {
	case leg.Debit != c.Account || p.Kind.Liquidity() && p.Kind != KindNet:
		return false
	case c.Kind == ControlReservation:
		return p.Band == c.Band
	}
	return p.Kind != KindNet && (c.Kind == ControlMultilateral || c.Towards == leg.Credit)
}

// touchControl has Finish hand the control over.
func (e *Engine) touchControl(c *Control) {
	if !e.group.controlled[c] {
		e.group.controlled[c] = true
		e.group.controls = append(e.group.controls, c)
	}
}

// changedControls are the controls that a group has changed, as they are now. One
// that was removed and set again is another one: it stands behind.
func (g *group) changedControls() (all []Control) {
	for _, c := range g.controls {
		all = append(all, *c)
	}
	return all
}

// BeginDay begins a new day for the accounts of a currency: what was used of their
// limits and reservations before no longer counts.
func (e *Engine) BeginDay(currency Currency) {
	for i := range e.controls {
		if e.accounts[i].Currency != currency {
			continue
		}
		for _, c := range e.controls[i].all() {
			c.Used, c.Since, c.Stood = 0, e.lastEntry, c.Promised
			e.touchControl(c)
		}
		if e.controls[i] != nil {
			e.group.credited = append(e.group.credited, e.accounts[i].ID)
		}
	}
	e.settleWaiting()
}

// Controls are the limits and reservations of an account.
func (e *Engine) Controls(id AccountID) (all []Control) {
	if id == 0 || int(id) > len(e.controls) {
		return nil
	}
	for _, c := range e.controls[id-1].all() {
		all = append(all, *c)
	}
	return all
}

// restoreControls puts the controls of the books back.
func (e *Engine) restoreControls(all []Control) {
	for i := range all {
		c := all[i]
		if c.Account == 0 || int(c.Account) > len(e.controls) {
			broken("account %d has a control but is not there", c.Account)
		}
		if e.controls[c.Account-1] == nil {
			e.controls[c.Account-1] = &controls{}
		}
		e.controls[c.Account-1].put(&c)
		c.sound()
	}
}

// CompareControls orders controls as an account lists them.
func CompareControls(a, b Control) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Band, b.Band), cmp.Compare(a.Towards, b.Towards))
}
