package settlement

import (
	"maps"
	"slices"
)

// Limits and reservations, recomputed from what the books hold.

// audited is a control as the books have it, and what entries and payments give.
type audited struct {
	Control
	used, promised wide
	gross          wide // all that was counted, whichever way
}

// Controls takes the limits and reservations. It comes before the entries.
func (a *Audit) Controls(all []Control) {
	for i := range all {
		c := &all[i]
		a.controls[c.Account] = append(a.controls[c.Account], &audited{Control: *c})
		if i > 0 && CompareControls(all[i-1], *c) >= 0 {
			a.find("account %d has controls out of order or twice: %d %d %d", c.Account, c.Kind, c.Band, c.Towards)
		}
	}
}

// note keeps where the entries of a payment begin, if its accounts have controls.
func (a *Audit) note(e *Entry) {
	if len(a.controls[e.Debit])+len(a.controls[e.Credit]) > 0 {
		a.firsts[e.Payment] = e.ID - EntryID(e.Leg) //nolint:gosec // a position
	}
}

// controlled counts what a payment used or promised.
func (a *Audit) controlled(p *Payment) {
	first := a.firsts[p.ID]
	delete(a.firsts, p.ID)
	if p.State != StateSettled && p.State != StateReserved || p.Kind.Liquidity() && p.Kind != KindNet || p.Net {
		return
	}
	for i := range p.Legs {
		leg := &p.Legs[i]
		posted := first + EntryID(i)
		for _, c := range a.controls[leg.Debit] {
			switch {
			case !c.counts(p, leg):
			case p.State == StateReserved:
				c.promised = c.promised.plus(leg.Amount)
			case posted > c.Since:
				c.used, c.gross = c.used.plus(leg.Amount), c.gross.plus(leg.Amount)
			}
		}
		for _, c := range a.controls[leg.Credit] {
			limits := c.Kind == ControlMultilateral || c.Kind == ControlBilateral && c.Towards == leg.Debit
			if limits && p.Kind != KindNet && p.State == StateSettled && posted > c.Since {
				c.used, c.gross = c.used.plus(-leg.Amount), c.gross.plus(leg.Amount)
			}
		}
	}
}

// controlsEnd compares the limits and reservations with what was counted.
func (a *Audit) controlsEnd(accounts []Account) {
	for i := range accounts {
		if has := len(a.controls[accounts[i].ID]); has != accounts[i].Controls {
			a.find("account %d has %d limits and reservations but %d are there", accounts[i].ID, accounts[i].Controls, has)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(a.controls)) {
		if id == 0 || int(id) > len(accounts) {
			a.find("account %d has limits or reservations but is not there", id)
		}
		for _, c := range a.controls[id] {
			if !c.fits(accounts) {
				a.find("account %d has a control of kind %d, band %d towards account %d, which means nothing", id, c.Kind, c.Band, c.Towards)
			}
			// Beyond what an account can hold the kernel counts no further.
			exact := c.gross.less(widen(maxBalance))
			if exact && widen(c.Used) != c.used || widen(c.Promised) != c.promised {
				a.find("account %d: control %d %d %d says that %d is used and %d promised but payments give %v and %v", id, c.Kind, c.Band, c.Towards, c.Used, c.Promised, c.used, c.promised)
			}
			if c.Kind != ControlReservation && c.Used+c.Promised > max(c.Amount, c.Stood) {
				a.find("account %d uses %d of its limit %d towards %d", id, c.Used+c.Promised, c.Amount, c.Towards)
			}
		}
	}
}

// fits tells whether a control says what one of its kind says.
func (c *Control) fits(accounts []Account) bool {
	there := c.Towards > 0 && int(c.Towards) <= len(accounts)
	switch c.Kind {
	case ControlReservation:
		return c.Band < BandNormal && c.Towards == 0 && c.Amount >= 0
	case ControlBilateral:
		return c.Band == 0 && there && c.Towards != c.Account && c.Amount >= 0
	case ControlMultilateral:
		return c.Band == 0 && c.Towards == 0 && c.Amount >= 0
	}
	return false
}

// bounds tells whether a limit or a reservation is why a payment waits although
// its accounts have the money.
func (a *Audit) bounds(p *Payment, left map[AccountID]wide) bool {
	if p.Kind.Liquidity() {
		return false
	}
	for account, free := range left {
		for _, c := range a.controls[account] {
			switch {
			case c.Kind == ControlReservation && c.Band < p.Band:
				free = free.plus(-c.Left())
			case c.Kind != ControlReservation && c.Left() < c.wants(p):
				return true
			}
		}
		if free.negative() {
			return true
		}
	}
	return false
}
