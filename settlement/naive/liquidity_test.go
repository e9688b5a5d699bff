package naive

import (
	"slices"

	"dragoman/settlement"
)

func debits(p *payment, id settlement.AccountID) int64 {
	var sum int64
	for _, l := range p.Legs {
		if l.Debit == id {
			sum += l.Amount
		}
	}
	return sum
}

func credits(p *payment, id settlement.AccountID) int64 {
	var sum int64
	for _, l := range p.Legs {
		if l.Credit == id {
			sum += l.Amount
		}
	}
	return sum
}

// queue is what waits for an account's money, in the order in which it goes.
func (m *model) queue(id settlement.AccountID) []*payment {
	var q []*payment
	for _, p := range m.payments {
		if p.state == settlement.StateWaiting && debits(p, id) > 0 {
			q = append(q, p)
		}
	}
	slices.SortFunc(q, func(a, b *payment) int {
		if a.Band != b.Band {
			return int(a.Band) - int(b.Band)
		}
		return int(a.turn) - int(b.turn)
	})
	return q
}

// funded tells that a payment's money is there and nothing waits before it for the
// money of any account that it debits.
func (m *model) funded(p *payment) bool { return m.foremost(p) && m.covers(p) }

// foremost tells that nothing waits before a payment that comes.
func (m *model) foremost(p *payment) bool {
	for i := range m.accounts {
		id := settlement.AccountID(i + 1)
		need := debits(p, id)
		if need == 0 || !m.bounded(id) {
			continue
		}
		for _, q := range m.queue(id) {
			if q.Band <= p.Band && !m.passes(p, q, id) {
				return false
			}
		}
	}
	return true
}

// covers tells that a payment's money is there, and that limits let it go.
func (m *model) covers(p *payment) bool { return m.affords(p) && m.allowed(p) }

func (m *model) affords(p *payment) bool {
	for i := range m.accounts {
		id := settlement.AccountID(i + 1)
		need := m.netted(p, id)
		left := m.left(id)
		if !liquidity(p.Kind) {
			left -= m.kept(id, p.Band, nil)
		}
		if need > 0 && m.bounded(id) && need > left {
			return false
		}
	}
	return true
}

func (m *model) allowed(p *payment) bool {
	for _, c := range m.controls {
		if c.Kind != settlement.ControlReservation && !liquidity(p.Kind) && m.paid(p, c) > 0 && !m.within(c, []*payment{p}) {
			return false
		}
	}
	return true
}

// goOn lets a payment do what it can do now.
func (m *model) goOn(p *payment) {
	switch {
	case p.Earliest > m.now:
		m.step(p, settlement.EventSchedule, settlement.Reason{})
	case p.Kind == settlement.KindAdvice || byCover(p):
		m.passOn(p)
	case !m.room(p):
		m.step(p, settlement.EventRefuse, full())
	case p.Confirm != 0 && p.Kind == settlement.KindIssue:
		m.step(p, settlement.EventAsk, settlement.Reason{})
	case m.funded(p):
		m.pay(p)
		m.lowerLines()
	case (p.AtOnce || liquidity(p.Kind)) && m.foremost(p) && m.affords(p): // a limit alone bounds it
		m.step(p, settlement.EventExceed, settlement.Reason{})
	case p.AtOnce || liquidity(p.Kind):
		m.step(p, settlement.EventShort, settlement.Reason{})
	default:
		m.turns++
		p.turn = m.turns
		m.step(p, settlement.EventLack, settlement.Reason{})
	}
}

// pay settles a payment whose money is there, or earmarks the money.
func (m *model) pay(p *payment) {
	if p.Confirm != 0 {
		m.step(p, settlement.EventReserve, settlement.Reason{})
		return
	}
	m.step(p, settlement.EventCover, settlement.Reason{})
}

// heads settles what stands first for all the money that it needs, as long as there
// is any. This happens after each event.
func (m *model) heads() { m.settleHeads(true) }

// headsSoFar is the same within an event that goes on.
func (m *model) headsSoFar() { m.settleHeads(false) }

func (m *model) settleHeads(last bool) {
	m.lowerLines()
	if m.open && m.kernel != nil {
		m.followHeads(last)
		return
	}
	for all := m.ready(); len(all) > 0; all = m.ready() {
		m.turn(all[0])
	}
}

// ready are the waiting payments whose turn it is and whose money is there.
func (m *model) ready() (all []*payment) {
	for _, p := range m.payments {
		if p.state == settlement.StateWaiting && m.goes(p) {
			all = append(all, p)
		}
	}
	return all
}

func (m *model) goes(p *payment) bool { return m.covers(p) && m.first(p) }

// turn pays a payment whose turn it is, if who gets it has room for it.
func (m *model) turn(p *payment) {
	if m.room(p) {
		m.pay(p)
	} else {
		m.came("no room when its turn comes")
		m.step(p, settlement.EventRefuse, full())
	}
	m.lowerLines()
}

// first tells that nothing goes before a waiting payment.
func (m *model) first(p *payment) bool {
	for i := range m.accounts {
		id := settlement.AccountID(i + 1)
		if debits(p, id) == 0 {
			continue
		}
		for _, q := range m.queue(id) {
			if q == p {
				break
			}
			if !m.passes(p, q, id) {
				return false
			}
		}
	}
	return true
}

// resolve settles the greatest set of waiting payments that can go together: take
// everything; while an account would end below its floor, drop the last of its
// payments and all that would go before it out of turn; begin anew. This happens when
// a group of the log ends.
func (m *model) resolve() {
	for {
		m.heads()
		set := m.set()
		if len(set) == 0 {
			return
		}
		for _, p := range set {
			m.pay(p)
		}
		m.lowerLines()
	}
}

// set is what can go together next.
func (m *model) set() []*payment {
	if set := m.pair(); len(set) > 0 {
		return set
	}
	return m.greatest(func(id settlement.AccountID) bool { return m.account(id).saving == settlement.SavingTogether })
}

// pair is what can go because of what two accounts owe each other, where one of them
// wants no more than that.
func (m *model) pair() []*payment {
	for i, a := range m.accounts {
		for j, b := range m.accounts[:i] {
			if a.saving == settlement.SavingAlone || b.saving == settlement.SavingAlone ||
				a.saving != settlement.SavingPairs && b.saving != settlement.SavingPairs {
				continue
			}
			set := m.greatest(func(id settlement.AccountID) bool { return int(id) == i+1 || int(id) == j+1 })
			if len(set) > 0 {
				return set
			}
		}
	}
	return nil
}

// greatest is the greatest set that takes money from these accounts alone.
func (m *model) greatest(from func(settlement.AccountID) bool) []*payment {
	out := map[*payment]bool{}
	for _, p := range m.payments {
		for _, l := range p.Legs {
			out[p] = out[p] || !from(l.Debit) || m.crowded(l.Credit)
		}
	}
	for m.dropOne(out) {
	}
	var set []*payment
	for _, p := range m.payments {
		if p.state == settlement.StateWaiting && !out[p] {
			set = append(set, p)
		}
	}
	return set
}

// dropOne leaves one more payment out if something is wrong with the others.
func (m *model) dropOne(out map[*payment]bool) bool {
	for i := range m.accounts {
		id := settlement.AccountID(i + 1)
		if !m.bounded(id) {
			continue
		}
		var last *payment
		behind := false
		for _, p := range m.queue(id) {
			switch {
			case out[p]:
				behind = true
			case behind: // it would overtake one that stays
				out[p] = true
				return true
			default:
				last = p
			}
		}
		if last != nil && m.leftAfter(id, out)-m.kept(id, last.Band, m.going(id, out)) < 0 {
			out[last] = true
			return true
		}
	}
	return m.dropForLimits(out)
}

// dropForLimits leaves the last payment out that a limit does not let go.
func (m *model) dropForLimits(out map[*payment]bool) bool {
	all := slices.DeleteFunc(slices.Clone(m.payments), func(p *payment) bool { return p.state != settlement.StateWaiting || out[p] })
	for _, c := range m.controls {
		if c.Kind == settlement.ControlReservation || m.within(c, all) {
			continue
		}
		bound := slices.DeleteFunc(m.going(c.Account, out), func(p *payment) bool { return liquidity(p.Kind) || m.paid(p, c) == 0 })
		if len(bound) > 0 {
			out[bound[len(bound)-1]] = true
			return true
		}
	}
	return false
}

// going is what is paid from an account and is not left out.
func (m *model) going(id settlement.AccountID, out map[*payment]bool) []*payment {
	return slices.DeleteFunc(m.queue(id), func(p *payment) bool { return out[p] })
}

// leftAfter is what an account has left once all that waits and is not left out has
// gone. Money that somebody must confirm first is not the receiver's yet.
func (m *model) leftAfter(id settlement.AccountID, out map[*payment]bool) int64 {
	sum := m.left(id)
	for _, p := range m.payments {
		if p.state != settlement.StateWaiting || out[p] {
			continue
		}
		sum -= debits(p, id)
		if p.Confirm == 0 {
			sum += credits(p, id)
		}
	}
	return sum
}
