package naive

import (
	"time"

	s "dragoman/settlement"
)

func (m *maker) instruction(sender s.ParticipantID) s.Instruction {
	r := m.r
	c := r.IntN(len(m.currencies))
	name := m.name()
	in := s.Instruction{
		Identity: identity(name), Kind: s.KindCustomer, Sender: sender, Receiver: m.other(sender),
		Band: s.Band([]int{0, 1, 2, 2, 2}[r.IntN(5)]),
	}
	amount := m.amount()
	in.Legs = []s.Leg{{Debit: m.wallet(c, int(sender)), Credit: m.wallet(c, int(in.Receiver)), Amount: amount}}
	switch r.IntN(16) {
	case 0, 1: // it asks its issuer for money
		in.Kind, in.Receiver, in.Confirm = s.KindIssue, m.issuer(c), m.issuer(c)
		in.Legs = []s.Leg{{Debit: m.issuance(c), Credit: m.wallet(c, int(sender)), Amount: amount}}
	case 2:
		in.Kind, in.Receiver, in.Confirm, in.AtOnce = s.KindRedeem, m.issuer(c), m.issuer(c), true
		in.Legs = []s.Leg{{Debit: m.wallet(c, int(sender)), Credit: m.issuance(c), Amount: amount}}
	case 3:
		in.Kind, in.AtOnce = s.KindTransfer, true
	case 4, 5, 6: // its receiver must confirm
		in.Confirm = in.Receiver
	case 7: // a second leg, to a third bank or back in another currency
		m.secondLeg(&in, c)
	case 8, 9, 10:
		if m.tiers {
			m.ofClaims(&in)
		}
	}
	if r.IntN(8) == 0 {
		in.AtOnce = true
	}
	if in.Confirm != 0 {
		m.asked[name] = in.Confirm
	}
	if in.Kind == s.KindCustomer {
		m.moved = append(m.moved, movement{name, sender, in.Receiver})
	}
	m.conditions(&in)
	return in
}

func (m *maker) secondLeg(in *s.Instruction, c int) {
	if len(m.currencies) > 1 && m.r.IntN(4) > 0 {
		d := (c + 1) % len(m.currencies)
		in.Legs = append(in.Legs, s.Leg{
			Debit: m.wallet(d, int(in.Receiver)), Credit: m.wallet(d, int(in.Sender)), Amount: m.amount(),
		})
		return
	}
	third := m.wallet(c, int(m.other(in.Sender)))
	in.Legs = append(in.Legs, s.Leg{Debit: in.Legs[0].Debit, Credit: third, Amount: m.amount()})
}

func (m *maker) conditions(in *s.Instruction) {
	r := m.r
	if r.IntN(8) == 0 {
		in.Earliest = m.now + s.Moment(r.IntN(20))
	}
	if r.IntN(5) == 0 {
		in.Reject = m.now + s.Moment(r.IntN(30))
	}
	if in.Confirm != 0 && r.IntN(2) == 0 {
		in.Answer = time.Duration(1 + r.IntN(20))
	}
	in.Hold = r.IntN(14) == 0
	if r.IntN(20) == 0 {
		in.Refusal = m.reason()
	}
	if r.IntN(10) == 0 {
		in.Names = append(in.Names, identity(5000+r.IntN(3)))
	}
}

// decision is mostly money out of nothing.
func (m *maker) decision() event {
	c := m.r.IntN(len(m.currencies))
	bank := m.bank()
	if m.tiers && m.r.IntN(3) == 0 { // it needs money to set aside
		c, bank = 0, operating
	}
	in := s.Instruction{
		Identity: identity(m.name()), Kind: s.KindIssue, Sender: m.issuer(c), Receiver: bank, Band: s.BandUrgent,
		Legs: []s.Leg{{Debit: m.issuance(c), Credit: m.wallet(c, int(bank)), Amount: m.amount()}},
	}
	if m.r.IntN(6) == 0 {
		in.Kind, in.AtOnce = s.KindRedeem, true
		in.Legs[0].Debit, in.Legs[0].Credit = in.Legs[0].Credit, in.Legs[0].Debit
	}
	if m.tiers && m.r.IntN(3) == 0 {
		m.decideClaims(&in)
	}
	e := event{what: happenDecide, who: in.Sender, pays: []s.Instruction{in}}
	m.newLetter(&e)
	return e
}

// control sets a limit or a reservation, or removes one.
func (m *maker) control(a s.AccountID) event {
	r := m.r
	c := s.ControlChange{Account: a, Kind: s.ControlKind(1 + r.IntN(3)), Amount: 10 * int64(r.IntN(8)), Remove: r.IntN(4) == 0}
	switch c.Kind {
	case s.ControlReservation:
		c.Band = s.Band(r.IntN(2))
	case s.ControlBilateral:
		first := (a-1)/s.AccountID(m.banks+1)*s.AccountID(m.banks+1) + 2 // the first wallet of the currency
		for c.Towards = first + s.AccountID(r.IntN(m.banks)); c.Towards == a; {
			c.Towards = first + s.AccountID(r.IntN(m.banks))
		}
	case s.ControlMultilateral:
	}
	if c.Remove {
		c.Amount = 0
	}
	return event{what: happenControl, control: []s.ControlChange{c}}
}
