// Package naive compares the kernel with a model of it that is slow and obvious. The
// model was written from the description of the payment flow and from the kernel's
// exported types before its writer had read the kernel, shares no code with it, and
// recomputes everything from its lists each time it is asked.
//
// Read model first, then world, which makes up histories, and contest, which plays
// one on both sides.
package naive

import (
	"slices"

	"dragoman/settlement"
)

type account struct {
	owner    settlement.ParticipantID
	currency settlement.Currency
	role     settlement.Role
	line     int64 // as it stands
	wanted   int64 // as it was set
}

type entry struct {
	payment settlement.PaymentID
	leg     int
	debit   settlement.AccountID
	credit  settlement.AccountID
	amount  int64
}

type payment struct {
	settlement.Instruction
	id      settlement.PaymentID
	message settlement.MessageID
	state   settlement.State
	status  settlement.Status
	reason  settlement.Reason
	since   settlement.Moment
	turn    uint64
	decided bool // no message brought it: nobody is answered
	stray   bool // a duplicate: its identity means the first
}

type message struct {
	sender   settlement.ParticipantID
	identity settlement.Identity
	digest   settlement.Digest
	names    []settlement.Identity // of the payments that it brought
	letter   bool                  // it brought none
}

// model is the kernel as a payments officer would keep it on paper.
type model struct {
	now       settlement.Moment
	accounts  []*account
	payments  []*payment
	entries   []entry
	messages  []message
	turns     uint64
	notices   []settlement.Notice
	answering settlement.MessageID // what happens to its payments stands in its answer
}

func (m *model) openAccount(owner settlement.ParticipantID, currency settlement.Currency, role settlement.Role) {
	m.accounts = append(m.accounts, &account{owner: owner, currency: currency, role: role})
}

func (m *model) account(id settlement.AccountID) *account { return m.accounts[id-1] }

// posted is what an account's entries sum up to.
func (m *model) posted(id settlement.AccountID) int64 {
	var sum int64
	for _, e := range m.entries {
		if e.credit == id {
			sum += e.amount
		}
		if e.debit == id {
			sum -= e.amount
		}
	}
	return sum
}

// reserved is what is promised to be debited.
func (m *model) reserved(id settlement.AccountID) int64 {
	var sum int64
	for _, p := range m.payments {
		if p.state == settlement.StateReserved {
			sum += debits(p, id)
		}
	}
	return sum
}

// left is what the owner may still spend.
func (m *model) left(id settlement.AccountID) int64 {
	return m.posted(id) - m.reserved(id) + m.account(id).line
}

// bounded tells that an account has a floor: all but those money comes out of.
func (m *model) bounded(id settlement.AccountID) bool {
	return m.account(id).role != settlement.RoleIssuance
}

// setLine sets a credit line. What is used of the old one stays until it is paid back.
func (m *model) setLine(id settlement.AccountID, line int64) {
	a := m.account(id)
	a.wanted, a.line = line, max(line, a.line)
	m.lowerLines()
	m.resolve()
}

func (m *model) lowerLines() {
	for i, a := range m.accounts {
		id := settlement.AccountID(i + 1)
		used := m.reserved(id) - m.posted(id)
		a.line = max(a.wanted, min(a.line, used))
	}
}

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
		return int(a.turn) - int(b.turn) //nolint:gosec // a few hundred turns
	})
	return q
}

// funded tells that a payment's money is there and nothing waits before it for the
// money of any account that it debits.
func (m *model) funded(p *payment) bool {
	for i := range m.accounts {
		id := settlement.AccountID(i + 1)
		need := debits(p, id)
		if need == 0 || !m.bounded(id) {
			continue
		}
		if need > m.left(id) {
			return false
		}
		for _, q := range m.queue(id) {
			if q.Band <= p.Band {
				return false
			}
		}
	}
	return true
}

// needsNoMoney tells that all of it comes out of issuance accounts.
func (m *model) needsNoMoney(p *payment) bool {
	for _, l := range p.Legs {
		if m.bounded(l.Debit) {
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
	case p.Confirm != 0 && m.needsNoMoney(p):
		m.step(p, settlement.EventAsk, settlement.Reason{})
	case m.funded(p):
		m.pay(p)
	case p.AtOnce:
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

// resolve settles the greatest set of waiting payments that can go together: take
// everything; while an account would end below its floor, drop the last of its
// payments and all that would go before it out of turn; begin anew.
func (m *model) resolve() {
	m.lowerLines()
	for {
		set := m.greatest()
		if len(set) == 0 {
			return
		}
		for _, p := range set {
			m.pay(p)
		}
		m.lowerLines()
	}
}

func (m *model) greatest() []*payment {
	out := map[*payment]bool{}
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
		if last != nil && m.leftAfter(id, out) < 0 {
			out[last] = true
			return true
		}
	}
	return false
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

// post moves the money of a payment.
func (m *model) post(p *payment) {
	for i, l := range p.Legs {
		m.entries = append(m.entries, entry{p.id, i, l.Debit, l.Credit, l.Amount})
	}
}
