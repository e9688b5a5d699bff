package naive

import (
	"slices"

	s "dragoman/settlement"
)

// books keep what the kernel hands over, as the store does.
type books struct {
	accounts []s.Account
	payments map[s.PaymentID]s.Payment
	order    []s.PaymentID
	messages map[s.MessageID]s.Message
	cases    []s.Case
	letters  []s.Letter
	entries  []s.Entry
	controls []s.Control
}

func (b *books) open() {
	b.payments = map[s.PaymentID]s.Payment{}
	b.messages = map[s.MessageID]s.Message{}
}

// Payment, Message and Case make books an archive.
func (b *books) Payment(id s.PaymentID) (s.Payment, bool) {
	p, ok := b.payments[id]
	return p, ok
}

func (b *books) Message(id s.MessageID) (s.Message, bool) {
	m, ok := b.messages[id]
	return m, ok
}

func (b *books) Case(id s.CaseID) (s.Case, bool) {
	if id == 0 || int(id) > len(b.cases) {
		return s.Case{}, false
	}
	return b.cases[id-1], true
}

func (b *books) keep(changes s.Changes) {
	for _, a := range changes.Accounts {
		for len(b.accounts) < int(a.ID) {
			b.accounts = append(b.accounts, s.Account{})
		}
		b.accounts[a.ID-1] = a
	}
	for _, p := range changes.Payments {
		if _, known := b.payments[p.ID]; !known {
			b.order = append(b.order, p.ID)
		}
		p.Past = slices.Clone(p.Past)
		b.payments[p.ID] = p
	}
	for _, m := range changes.Messages {
		b.messages[m.ID] = m
	}
	for _, c := range changes.Controls {
		b.controls = slices.DeleteFunc(b.controls, func(old s.Control) bool { return s.CompareControls(old, c) == 0 })
		if !c.Gone {
			b.controls = append(b.controls, c)
		}
	}
	slices.SortFunc(b.controls, s.CompareControls)
	for _, c := range changes.Cases {
		if int(c.ID) > len(b.cases) {
			b.cases = append(b.cases, s.Case{})
		}
		b.cases[c.ID-1] = c
	}
	b.letters = append(b.letters, changes.Letters...)
	b.entries = append(b.entries, changes.Entries...)
}

// audit is the kernel's own: it finds in particular what is wrong between entries.
func (b *books) audit() []string {
	a := s.NewAudit()
	a.Controls(b.controls)
	for _, e := range b.entries {
		a.Entry(e)
	}
	for _, id := range b.order {
		a.Payment(b.payments[id])
	}
	a.Accounts(b.accounts)
	return a.Findings()
}

// restore is a kernel that goes on where the one that kept these books stopped.
func (b *books) restore(before *s.Engine) *s.Engine {
	k := s.Books{
		Now: before.Now(), Booked: before.Booking(), Accounts: slices.Clone(b.accounts),
		Identities: &s.Index{}, Letters: &s.Index{}, Controls: slices.Clone(b.controls),
	}
	k.LastPayment, k.LastMessage, k.LastEntry, k.LastTurn = before.Counters()
	for _, id := range b.order {
		p := b.payments[id]
		k.Identities.Add(p.Identity.Key(), uint64(id))
		for i, name := range p.Names {
			if p.Files(i) {
				k.Identities.Add(name.Key(), uint64(id))
			}
		}
		if !p.State.Final() {
			p.Past = slices.Clone(p.Past)
			k.Open = append(k.Open, p)
		}
	}
	for _, l := range b.letters {
		k.Letters.Add(l.Identity.Key(), uint64(l.Message))
	}
	for _, c := range b.cases {
		k.Cases.Take(c, k.Now)
	}
	return s.Restore(b, k)
}
