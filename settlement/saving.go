package settlement

import (
	"cmp"
	"slices"
)

// SetSaving is an owner's choice of how its waiting payments may be freed, and
// whether within a band what can go passes what cannot.
func (e *Engine) SetSaving(id AccountID, saving Saving, bypass bool) {
	if saving >= savingCount {
		broken("account %d has saving %d, which does not exist", id, saving)
	}
	a := e.account(id)
	a.Saving, a.Bypass = saving, bypass
	e.proof.forget()
	e.group.credited = append(e.group.credited, id)
	e.settleWaiting()
}

// offset finds what can go because two accounts owe each other: the greatest set
// that takes money from these two alone. It is looked for where one of the two
// wants nothing more than that; between others the greatest set of all has it.
func (e *Engine) offset(accounts []AccountID) []*Payment {
	if !slices.ContainsFunc(e.accounts, func(a Account) bool { return a.Saving == SavingPairs }) {
		return nil
	}
	for _, a := range accounts {
		for _, b := range e.payees(a) {
			if !e.pairs(a, b) {
				continue
			}
			if _, all := e.greatest(func(id AccountID) bool { return id == a || id == b }); len(all) > 0 {
				return all
			}
		}
	}
	return nil
}

// pairs tells whether payments of two accounts are offset apart from those of
// all.
func (e *Engine) pairs(a, b AccountID) bool {
	one, other := e.accounts[a-1].Saving, e.accounts[b-1].Saving
	return one != SavingAlone && other != SavingAlone && (one == SavingPairs || other == SavingPairs)
}

// payees are the accounts that an account's waiting payments go to and from which
// something waits too, each once, in the order of its queue.
func (e *Engine) payees(id AccountID) (all []AccountID) {
	seen := map[AccountID]bool{}
	for p := range e.queues[id-1].all() {
		for _, leg := range p.Legs {
			if leg.Debit == id && !seen[leg.Credit] && e.queues[leg.Credit-1].first() != nil {
				seen[leg.Credit] = true
				all = append(all, leg.Credit)
			}
		}
	}
	return all
}

// fitting looks for payments that can all go at once where some owners let their
// payments pass each other. There is no greatest set then: it begins with
// everything and, account by account, gives up the least that cures what lacks.
type fitting struct {
	*bounds // what is free is what is left when all that are in have gone
	members []member
	by      map[PaymentID]int
	queues  [][]int // members by account, in the order of service
}

type member struct {
	payment *Payment
	in      bool
}

// fit is what can go when payments of owners that allow it pass each other; nil
// when nobody does.
func (e *Engine) fit() []*Payment {
	if !slices.ContainsFunc(e.accounts, func(a Account) bool { return e.passes(a.ID) && e.shares(a.ID) }) {
		return nil
	}
	f := fitting{bounds: e.bounds(), by: map[PaymentID]int{}, queues: make([][]int, len(e.accounts))}
	for i := range e.queues {
		for p := range e.queues[i].all() {
			f.enter(i, p)
		}
	}
	f.exclude()
	for f.cure() {
	}
	var all []*Payment
	for _, m := range f.members {
		if m.in {
			all = append(all, m.payment)
		}
	}
	if !e.fitTogether(all) {
		return nil
	}
	return all
}

func (f *fitting) enter(queue int, p *Payment) {
	n, known := f.by[p.ID]
	if !known {
		n = len(f.members)
		f.members, f.by[p.ID] = append(f.members, member{p, true}), n
		f.shift(p, 1)
	}
	f.queues[queue] = append(f.queues[queue], n)
}

// shift does to purses what a payment does, or undoes it.
func (f *fitting) shift(p *Payment, sign int64) {
	move := func(purse int, amount int64) {
		if purse >= 0 {
			f.free[purse] = f.free[purse].plus(amount)
		}
	}
	for i := range p.Legs {
		leg := &p.Legs[i]
		for _, purse := range f.pays(p, leg) {
			move(purse, -sign*leg.Amount)
		}
		for _, purse := range f.gets(p, leg) {
			move(purse, sign*leg.Amount)
		}
	}
}

// claims is what a payment takes from a purse.
func (f *fitting) claims(p *Payment, purse int) (sum int64) {
	for i := range p.Legs {
		if all := f.pays(p, &p.Legs[i]); slices.Contains(all[:], purse) {
			sum = sumUp(sum, p.Legs[i].Amount)
		}
	}
	return sum
}

// exclude takes out what is paid from accounts that do not take part, and what goes
// to those that could not take all that waits for them.
func (f *fitting) exclude() {
	for i := range f.queues {
		for _, n := range f.queues[i] {
			if !f.engine.shares(AccountID(i+1)) || !f.engine.roomForAll(f.members[n].payment) {
				f.drop(n)
			}
		}
	}
}

// cure gives up payments until no purse lacks money, and tells whether one did.
func (f *fitting) cure() (lacked bool) {
	for i := range f.free {
		for f.lacks(i, f.free[i]) {
			n := f.victim(i)
			if n < 0 {
				break // it is exceeded already, and nothing takes more
			}
			lacked = true
			f.drop(n)
		}
	}
	return lacked
}

// lacks tells whether more is taken from a purse than there would be.
func (f *fitting) lacks(purse int, free wide) bool {
	if short := f.short(purse); short != nil {
		short(wide{}.minus(free))
	}
	return free.negative()
}

// victim is the payment to be given up so that a purse lacks less: the last that
// takes from it or, where they may pass each other, of the lowest band the smallest
// that cures what lacks, else the largest; -1: none takes from it.
func (f *fitting) victim(purse int) int {
	amount := func(n int) int64 { return f.claims(f.members[n].payment, purse) }
	in := slices.DeleteFunc(slices.Clone(f.queues[f.owner[purse]]), func(n int) bool { return !f.members[n].in || amount(n) == 0 })
	if len(in) == 0 {
		return -1
	}
	last := in[len(in)-1]
	if !f.engine.passes(f.engine.accounts[f.owner[purse]].ID) {
		return last
	}
	band := f.members[last].payment.Band
	in = slices.DeleteFunc(in, func(n int) bool { return f.members[n].payment.Band != band })
	best, cures := -1, false
	for _, n := range in {
		switch cure := !f.lacks(purse, f.free[purse].plus(amount(n))); {
		case best < 0, cure && !cures, cure && amount(n) <= amount(best), !cures && amount(n) >= amount(best):
			best, cures = n, cure
		}
	}
	return best
}

// drop takes a payment out, and all that may not overtake it.
func (f *fitting) drop(n int) {
	for out := []int{n}; len(out) > 0; {
		n, out = out[len(out)-1], out[:len(out)-1]
		m := &f.members[n]
		if !m.in {
			continue
		}
		m.in = false
		f.shift(m.payment, -1)
		for account := range m.payment.debits() {
			out = append(out, f.behind(account, m.payment)...)
		}
	}
}

// behind are those that may not go when a payment stays.
func (f *fitting) behind(account AccountID, p *Payment) (all []int) {
	for _, n := range f.queues[account-1] {
		other := f.members[n].payment
		later := cmp.Or(cmp.Compare(other.Band, p.Band), cmp.Compare(other.Turn, p.Turn)) > 0
		if f.members[n].in && later && (other.Band > p.Band || !f.engine.passes(account)) {
			all = append(all, n)
		}
	}
	return all
}
