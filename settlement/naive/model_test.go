// Package naive compares the kernel with a model of it that is slow and obvious. The
// model was written from the description of the payment flow and from the kernel's
// exported types before its writer had read the kernel, shares no code with it, and
// recomputes everything from its lists each time it is asked.
//
// It knows accounts with credit lines, ceilings, limits and reservations, payments of all
// kinds, returns, covers, the savings of owners, bypass, the ends of days, and operating
// banks that issue claims on themselves.
//
// Where an owner allows bypass, or an account has a ceiling, the descriptions leave open
// which account is looked at first, and what goes depends on it. There the model asks the kernel which payments
// went, and says whether that could be: in some order each was the first that could go,
// or they could go together, and nothing that could go stays.
//
// Read model first, then world, which makes up histories, and contest, which plays
// one on both sides.
package naive

import "dragoman/settlement"

type account struct {
	owner    settlement.ParticipantID
	currency settlement.Currency
	role     settlement.Role
	line     int64 // as it stands
	wanted   int64 // as it was set
	saving   settlement.Saving
	bypass   bool
	issuer   settlement.ParticipantID // an operating bank
	ceiling  int64                    // 0: none
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
	past    []settlement.State

	coveredBy *payment // of a settled transfer with a cover
	turn      int64
	stray     bool // a duplicate: its identity means the first
	asked     bool // it was forwarded to who must confirm it
	recalled  bool // who got it was asked to give it back
}

type message struct {
	sender   settlement.ParticipantID
	identity settlement.Identity
	digest   settlement.Digest
	names    []settlement.Identity // of the payments that it brought
	letter   bool                  // it brought none
	trial    bool                  // it only tried
}

// model is the kernel as a payments officer would keep it on paper.
type model struct {
	now      settlement.Moment
	accounts []*account
	payments []*payment
	entries  []entry
	messages []message
	turns    int64
	controls []*control
	notices  []settlement.Notice
	// What happens to the payments of a message until its group ends stands in its answer.
	answering map[settlement.MessageID]bool
	word      settlement.MessageID // by which somebody confirms or declines
	steps     []move               // rows of the table that were taken in this group
	special   []string             // what else happened in it

	open   bool // bypass or a ceiling: what happens depends on what is looked at first
	kernel func(settlement.PaymentID) settlement.State
	odd    string // what the kernel did that could not be
}

func (m *model) openAccount(owner settlement.ParticipantID, currency settlement.Currency, role settlement.Role, issuer settlement.ParticipantID) {
	m.accounts = append(m.accounts, &account{owner: owner, currency: currency, role: role, issuer: issuer})
}

// came notes for the coverage that something special happened.
func (m *model) came(what string) { m.special = append(m.special, what) }

// setSaving is an owner's choice of how its payments may be freed.
func (m *model) setSaving(id settlement.AccountID, saving settlement.Saving, bypass bool) {
	m.account(id).saving, m.account(id).bypass = saving, bypass
	m.open = m.open || bypass
	m.heads()
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
	m.heads()
}

func (m *model) lowerLines() {
	for i, a := range m.accounts {
		id := settlement.AccountID(i + 1)
		used := m.reserved(id) - m.posted(id)
		a.line = max(a.wanted, min(a.line, used))
	}
}

// post moves the money of a payment.
func (m *model) post(p *payment) {
	for i, l := range p.Legs {
		m.entries = append(m.entries, entry{p.id, i, l.Debit, l.Credit, l.Amount})
	}
}
