package naive

import s "dragoman/settlement"

// Ceilings bound what an account may hold and what an issuer may have outstanding. An
// operating bank sets aside what it issues, and takes back what is redeemed.

func full() s.Reason { return s.Reason{Code: "AM23", Text: "an account cannot hold as much"} }

// setCeiling bounds an account. What is there stays.
func (m *model) setCeiling(id s.AccountID, ceiling int64) {
	m.account(id).ceiling = ceiling
	m.open = true // who has no room is refused or not as others have paid it before or not
	m.heads()
}

// room tells that who gets a payment may hold as much.
func (m *model) room(p *payment) bool {
	for i, a := range m.accounts {
		id := s.AccountID(i + 1)
		comes, holds := broughtTo(p, id), m.posted(id)
		if a.role == s.RoleIssuance {
			comes, holds = -comes, -holds
		}
		if a.ceiling != 0 && comes > 0 && holds+comes > a.ceiling {
			return false
		}
	}
	return true
}

// mayBeFull tells that somebody who gets a payment may not hold any amount.
func (m *model) mayBeFull(p *payment) bool {
	for _, l := range p.Legs {
		if m.account(l.Credit).ceiling != 0 || m.account(l.Debit).ceiling != 0 {
			return true
		}
	}
	return false
}

// crowded tells that an account has no room for all that waits to be paid to it:
// nothing of that goes together with others. For what somebody must confirm there must
// be room only then.
func (m *model) crowded(id s.AccountID) bool {
	a, sum := m.account(id), m.posted(id)
	for _, p := range m.payments {
		if p.state == s.StateWaiting && p.Confirm == 0 {
			sum += credits(p, id)
		}
	}
	return a.ceiling != 0 && a.role != s.RoleIssuance && sum > a.ceiling
}

// bound sets the ceiling of a wallet or of an issuer.
func (m *maker) bound(wallet s.AccountID) event {
	e := event{what: happenCeiling, account: wallet, line: 10 * int64(m.r.IntN(12))}
	if m.r.IntN(4) == 0 {
		e.account, e.line = m.issuance(m.r.IntN(len(m.currencies))), 10*int64(m.r.IntN(60))
		if m.tiers && m.r.IntN(2) == 0 {
			e.account = m.reserve() + 1
		}
	}
	return e
}

// ofClaims makes a payment of claims on the operating bank, or asks for them, or gives
// them back, out of an instruction.
func (m *maker) ofClaims(in *s.Instruction) {
	amount := in.Legs[0].Amount
	if m.r.IntN(2) == 0 {
		in.Receiver = operating
	}
	switch {
	case in.Sender == operating:
	case in.Receiver == operating && m.r.IntN(2) == 0:
		in.Kind, in.Confirm, in.AtOnce = s.KindRedeem, operating, true
		in.Legs = m.takeBack(in.Sender, amount)
	case in.Receiver == operating:
		in.Kind, in.Confirm, in.Legs = s.KindIssue, operating, m.setAside(in.Sender, amount)
	default:
		in.Legs = []s.Leg{{Debit: m.claimsOf(in.Sender), Credit: m.claimsOf(in.Receiver), Amount: amount}}
	}
}

// decideClaims has the operating bank issue, or take back.
func (m *maker) decideClaims(in *s.Instruction) {
	in.Sender, in.Receiver, in.Kind, in.AtOnce = operating, 2+s.ParticipantID(m.r.IntN(m.banks-1)), s.KindIssue, false
	amount := in.Legs[0].Amount
	if in.Legs = m.setAside(in.Receiver, amount); m.r.IntN(4) == 0 {
		in.Kind, in.AtOnce, in.Legs = s.KindRedeem, true, m.takeBack(in.Receiver, amount)
	}
}

func (w *world) setAside(bank s.ParticipantID, amount int64) []s.Leg {
	return []s.Leg{
		{Debit: w.reserve() + 1, Credit: w.claimsOf(bank), Amount: amount},
		{Debit: w.wallet(0, int(operating)), Credit: w.reserve(), Amount: amount},
	}
}

func (w *world) takeBack(bank s.ParticipantID, amount int64) []s.Leg {
	return []s.Leg{
		{Debit: w.claimsOf(bank), Credit: w.reserve() + 1, Amount: amount},
		{Debit: w.reserve(), Credit: w.wallet(0, int(operating)), Amount: amount},
	}
}

// countClaims notes for the coverage what an operating bank issues and takes back.
func (m *model) countClaims(p *payment) {
	for _, l := range p.Legs {
		switch {
		case m.account(l.Credit).role == s.RoleReserve:
			m.came("claims are issued")
		case m.account(l.Debit).role == s.RoleReserve:
			m.came("claims come back")
		}
	}
}
