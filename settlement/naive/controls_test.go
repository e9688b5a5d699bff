package naive

import (
	"slices"

	s "dragoman/settlement"
)

// control is a reservation or a limit that an owner has set.
type control struct {
	s.ControlChange
	used int64 // paid out of it; of a limit: paid less received
}

// control makes changes, all or none. A limit that is changed keeps what is used of
// it, a reservation is whole again.
func (m *model) control(changes []s.ControlChange) s.Reason {
	for _, c := range changes {
		if c.Remove && m.find1(c) == nil {
			return s.Reason{Code: "NARR"}
		}
	}
	for _, c := range changes {
		old := m.find1(c)
		switch {
		case c.Remove:
			m.controls = slices.DeleteFunc(m.controls, func(o *control) bool { return o == old })
		case old != nil && c.Kind != s.ControlReservation:
			old.Amount = c.Amount
		default:
			m.controls = slices.DeleteFunc(m.controls, func(o *control) bool { return o == old })
			m.controls = append(m.controls, &control{ControlChange: c})
		}
	}
	m.heads()
	return s.Reason{}
}

// find1 is the control that a change is about.
func (m *model) find1(c s.ControlChange) *control {
	for _, o := range m.controls {
		if o.Account == c.Account && o.Kind == c.Kind && (c.Kind != s.ControlReservation || o.Band == c.Band) &&
			(c.Kind != s.ControlBilateral || o.Towards == c.Towards) {
			return o
		}
	}
	return nil
}

// beginDay begins a day for the accounts of a currency: nothing is used.
func (m *model) beginDay(currency s.Currency) {
	for _, c := range m.controls {
		if m.account(c.Account).currency == currency {
			c.used = 0
		}
	}
	m.heads()
}

// promised is what payments that somebody must confirm will take.
func (m *model) promised(c *control) (sum int64) {
	for _, p := range m.payments {
		if p.state != s.StateReserved || liquidity(p.Kind) {
			continue
		}
		sum += m.paid(p, c)
	}
	return sum
}

// remains is what a reservation still keeps, or what a limit still allows.
func (m *model) remains(c *control) int64 {
	left := c.Amount - c.used - m.promised(c)
	if c.Kind == s.ControlReservation {
		return min(max(left, 0), c.Amount)
	}
	return left
}

// paid is what a payment pays under a control, and received what it brings against it.
func (m *model) paid(p *payment, c *control) (sum int64) {
	for _, l := range p.Legs {
		if l.Debit != c.Account {
			continue
		}
		switch c.Kind {
		case s.ControlReservation:
			if p.Band == c.Band {
				sum += l.Amount
			}
		case s.ControlBilateral:
			if l.Credit == c.Towards {
				sum += l.Amount
			}
		case s.ControlMultilateral:
			sum += l.Amount
		}
	}
	return sum
}

func (m *model) received(p *payment, c *control) (sum int64) {
	for _, l := range p.Legs {
		if l.Credit == c.Account && (c.Kind == s.ControlMultilateral || c.Kind == s.ControlBilateral && l.Debit == c.Towards) {
			sum += l.Amount
		}
	}
	return sum
}

// kept is what is reserved above a band once payments that are not left out have gone.
// A reservation is used by payments of its band alone.
func (m *model) kept(id s.AccountID, above s.Band, going []*payment) (sum int64) {
	for _, c := range m.controls {
		if c.Account != id || c.Kind != s.ControlReservation || c.Band >= above {
			continue
		}
		left := m.remains(c)
		for _, p := range going {
			left -= m.paid(p, c)
		}
		sum += max(left, 0)
	}
	return sum
}

// netted is what must be there for a payment: what it brings is there for what it
// takes, unless somebody must confirm first.
func (m *model) netted(p *payment, id s.AccountID) int64 {
	if p.Confirm != 0 {
		return debits(p, id)
	}
	return max(debits(p, id)-credits(p, id), 0)
}

// use counts what a payment has paid and brought.
func (m *model) use(p *payment) {
	if liquidity(p.Kind) {
		return
	}
	for _, c := range m.controls {
		c.used += m.paid(p, c) - m.received(p, c)
	}
}

// within tells whether a limit lets these payments go together.
func (m *model) within(c *control, going []*payment) bool {
	left := m.remains(c)
	for _, p := range going {
		if liquidity(p.Kind) {
			continue
		}
		left -= m.paid(p, c)
		if p.Confirm == 0 {
			left += m.received(p, c)
		}
	}
	return left >= 0
}
