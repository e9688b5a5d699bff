package settlement

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Audit checks the invariants of the books from what the engine holds and from
// the entries alone, and lists every finding. It shares no arithmetic with the
// engine: balances are summed anew.
type Audit struct {
	balances map[AccountID]int64
	chains   map[AccountID]Side // the last entry of each account, as it sees it; Before is that entry
	booked   Moment
	legs     map[legKey]bool
	last     EntryID
	findings []string
}

type legKey struct {
	payment PaymentID
	leg     int
}

// NewAudit begins an audit.
func NewAudit() *Audit {
	return &Audit{balances: map[AccountID]int64{}, chains: map[AccountID]Side{}, legs: map[legKey]bool{}}
}

func (a *Audit) find(format string, args ...any) {
	a.findings = append(a.findings, fmt.Sprintf(format, args...))
}

// Entry takes the entries in order.
func (a *Audit) Entry(e Entry) {
	if e.ID != a.last+1 {
		a.find("entry %d follows entry %d", e.ID, a.last)
	}
	a.last = e.ID
	if e.Amount <= 0 {
		a.find("entry %d moves %d", e.ID, e.Amount)
	}
	key := legKey{e.Payment, e.Leg}
	if a.legs[key] {
		a.find("leg %d of payment %d is posted twice", e.Leg, e.Payment)
	}
	a.legs[key] = true
	a.balances[e.Debit] -= e.Amount
	a.balances[e.Credit] += e.Amount
	if e.At < a.booked {
		a.find("entry %d is booked before entry %d", e.ID, e.ID-1)
	}
	a.booked = e.At
	a.chain(e.ID, e.Debit, e.Debited)
	a.chain(e.ID, e.Credit, e.Credited)
}

// chain checks that an entry follows the account's entry before it.
func (a *Audit) chain(id EntryID, account AccountID, got Side) {
	last := a.chains[account]
	want := Side{Number: last.Number + 1, Before: last.Before, Balance: a.balances[account]}
	if got != want {
		a.find("entry %d says of account %d %+v but its entries give %+v", id, account, got, want)
	}
	want.Before = id
	a.chains[account] = want
}

// Payment checks that a payment's legs are posted all or none, as its state says,
// and that the state table leads from state to state as it went.
func (a *Audit) Payment(p Payment) {
	before := Step{State: StateNone}
	for _, step := range append(slices.Clip(p.Past), Step{State: p.State, Since: p.Since}) {
		if !leads(before.State, step.State) || step.Since < before.Since {
			a.find("payment %d went from %s at %d to %s at %d", p.ID, before.State, before.Since, step.State, step.Since)
		}
		before = step
	}
	for i := range p.Legs {
		if posted := a.legs[legKey{p.ID, i}]; posted != (p.State == StateSettled) {
			a.find("payment %d is %s but leg %d is posted: %v", p.ID, p.State, i, posted)
		}
	}
}

// leads tells whether a row of the state table goes from one state to the other.
func leads(from, to State) bool {
	return slices.ContainsFunc(machine[:], func(row transition) bool { return row.from == from && row.to == to })
}

// Accounts compares the accounts with the entries and, per currency, what is
// held with what was issued.
func (a *Audit) Accounts(accounts []Account) {
	issued, held := map[Currency]int64{}, map[Currency]int64{}
	for _, acc := range accounts {
		if acc.Posted != a.balances[acc.ID] {
			a.find("account %d holds %d but its entries give %d", acc.ID, acc.Posted, a.balances[acc.ID])
		}
		if last := a.chains[acc.ID]; acc.Entries != last.Number || acc.Last != last.Before {
			a.find("account %d has %d entries up to %d but there are %d up to %d", acc.ID, acc.Entries, acc.Last, last.Number, last.Before)
		}
		if acc.Reserved < 0 {
			a.find("account %d has %d reserved", acc.ID, acc.Reserved)
		}
		if acc.Role == RoleIssuance {
			issued[acc.Currency] -= acc.Posted
			continue
		}
		held[acc.Currency] += acc.Posted
		if acc.Posted-acc.Reserved < -acc.Line {
			a.find("account %d is below its floor: posted %d, reserved %d, line %d", acc.ID, acc.Posted, acc.Reserved, acc.Line)
		}
	}
	for _, currency := range slices.SortedFunc(maps.Keys(held), cmp.Compare) {
		if held[currency] != issued[currency] {
			a.find("%s: %d issued but %d held", currency, issued[currency], held[currency])
		}
	}
}

// Findings are what is wrong; none is a clean audit.
func (a *Audit) Findings() []string { return a.findings }
