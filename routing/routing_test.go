package routing

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/settlement"
)

const (
	alpha = "ALPHCNBJXXX"
	beta  = "BETATHBKXXX"
	gamma = "GAMMAEADXXX"
)

func bic(text string) messages.BIC {
	b, err := messages.ParseBIC(text)
	if err != nil {
		panic(err)
	}
	return b
}

var cny = messages.MustCurrency("CNY")

// town is a directory with two banks that hold digital yuan and one that does not.
func town(t *testing.T) *Directory {
	t.Helper()
	change := Change{Self: bic("DRGMHKHHXXX")}
	for _, name := range []string{"PBOCCNBJXXX", alpha, beta, gamma} {
		change.Participants = append(change.Participants, Participant{BIC: bic(name), Name: name, Keys: []Key{{Fingerprint: "key of " + name, Roles: []Role{RoleParticipant}}}})
	}
	change.Accounts = []AccountChange{
		{Owner: bic("PBOCCNBJXXX"), Currency: cny, Role: settlement.RoleIssuance},
		{Owner: bic(alpha), Currency: cny, Role: settlement.RoleWallet, Line: 500},
		{Owner: bic(beta), Currency: cny, Role: settlement.RoleWallet},
	}
	change.Corridors = []Corridor{{Currency: cny, Mode: SettleThenDeliver, Profile: "base"}}
	d, err := new(Directory).Ready().Apply(change)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *Directory) with(t *testing.T, c Change) *Directory {
	t.Helper()
	next, err := d.Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func payment(to, amount string) *Payment {
	m, err := messages.ParseMoney(amount, cny)
	if err != nil {
		panic(err)
	}
	p := &Payment{Kind: settlement.KindCustomer, Amount: m}
	if to != "" {
		p.To = bic(to)
	}
	return p
}

func TestPlan(t *testing.T) {
	d := town(t)
	suspended := func(name string) *Directory {
		p, _ := d.ByBIC(bic(name))
		q := *p
		q.Standing = StandingSuspended
		return d.with(t, Change{Participants: []Participant{q}})
	}
	confirm := d.with(t, Change{Corridors: []Corridor{{From: bic(alpha), To: bic(beta), Currency: cny, Mode: ConfirmThenSettle, Patience: 20}}})
	thb := messages.MustCurrency("THB")
	inBaht := payment(beta, "1.00")
	inBaht.Amount, _ = messages.ParseMoney("1.00", thb)
	only := d.with(t, Change{Participants: []Participant{{BIC: bic("BOTHTHBKXXX"), Name: "issuer"}}, Accounts: []AccountChange{{Owner: bic("BOTHTHBKXXX"), Currency: thb, Role: settlement.RoleIssuance}}})
	limited := d.with(t, Change{Corridors: []Corridor{{Currency: cny, Mode: SettleThenDeliver, Maximum: 100, AtOnce: true}}})
	capped := d.with(t, Change{Accounts: []AccountChange{{Owner: bic(alpha), Currency: cny, Role: settlement.RoleWallet, Maximum: 100}}})
	later := payment(beta, "1.00")
	later.EarliestTime = 50e9
	patient := d.with(t, Change{Corridors: []Corridor{{Currency: cny, Mode: ConfirmThenSettle, Patience: 20, Answer: 5}}})
	for _, c := range []struct {
		name    string
		d       *Directory
		sender  string
		payment *Payment
		want    string
	}{
		{"settles", d, alpha, payment(beta, "12.34"), "2→3 1234"},
		{"a branch is its bank", d, alpha, payment("BETATHBK123", "1.00"), "2→3 100"},
		{"sender unknown", d, "NOBODEFFXXX", payment(beta, "1.00"), "DNOR"},
		{"receiver unknown", d, alpha, payment("NOBODEFFXXX", "1.00"), "CNOR"},
		{"receiver missing", d, alpha, payment("", "1.00"), "RC04"},
		{"sender suspended", suspended(alpha), alpha, payment(beta, "1.00"), "AG10"},
		{"receiver suspended", suspended(beta), alpha, payment(beta, "1.00"), "AG11"},
		{"receiver has no account", d, alpha, payment(gamma, "1.00"), "AC09"},
		{"sender has no account", d, gamma, payment(beta, "1.00"), "AC09"},
		{"to oneself", d, alpha, payment(alpha, "1.00"), "AG12"},
		{"nothing", d, alpha, payment(beta, "0.00"), "AM01"},
		{"confirm first", confirm, alpha, payment(beta, "1.00"), "2→3 100 confirm 3 within 20s until 20000000007"},
		{"nobody issues the currency", d, alpha, inBaht, "AM03"},
		{"no corridor for the currency", only, alpha, inBaht, "RC15"},
		{"above what the corridor carries", limited, alpha, payment(beta, "1.01"), "AM13"},
		{"as much as the corridor carries", limited, alpha, payment(beta, "1.00"), "2→3 100 at once"},
		{"above what the account may pay", capped, alpha, payment(beta, "1.01"), "AM14"},
		{"patience runs from the earliest time", patient, alpha, later, "2→3 100 confirm 3 within 5s from 50000000000 until 70000000000"},
		{"the other way there is the general corridor", confirm, beta, payment(alpha, "1.00"), "3→2 100"},
	} {
		planner := &Planner{Directory: c.d, Market: NewMarket(), Now: 7}
		in, _ := planner.Plan(&Letter{Sender: bic(c.sender)}, c.payment)
		if got := describe(in); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func describe(in settlement.Instruction) string {
	if in.Refusal.Code != "" {
		return in.Refusal.Code
	}
	var words []string
	for _, leg := range in.Legs {
		words = append(words, sprint(leg.Debit)+"→"+sprint(leg.Credit), sprint(leg.Amount))
	}
	if in.Confirm != 0 {
		words = append(words, "confirm", sprint(in.Confirm), "within", in.Answer.String())
	}
	if in.AtOnce {
		words = append(words, "at once")
	}
	if in.Earliest != 0 {
		words = append(words, "from", sprint(in.Earliest))
	}
	if in.Reject != 0 {
		words = append(words, "until", sprint(in.Reject))
	}
	return strings.Join(words, " ")
}

func sprint(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestChangeThatDoesNotFitChangesNothing(t *testing.T) {
	d := town(t)
	for _, c := range []struct {
		change Change
		want   string
	}{
		{Change{Participants: []Participant{{Name: "nobody"}}}, "BIC"},
		{Change{Participants: []Participant{{BIC: bic(gamma), Name: "G", Standing: "asleep"}}}, "there is no standing"},
		{Change{Participants: []Participant{{BIC: bic(gamma), Name: "G", Keys: []Key{{Fingerprint: "key of " + alpha}}}}}, "is given to"},
		{Change{Accounts: []AccountChange{{Owner: bic("NOBODEFFXXX"), Currency: cny, Role: settlement.RoleWallet}}}, "no such participant"},
		{Change{Accounts: []AccountChange{{Owner: bic(beta), Currency: cny, Role: settlement.RoleIssuance}}}, "two issuers"},
		{Change{Accounts: []AccountChange{{Owner: bic(beta), Currency: cny, Role: settlement.RoleWallet, Line: -1}}}, "not negative"},
		{Change{Corridors: []Corridor{{Currency: cny, Mode: "sometimes"}}}, "mode"},
		{Change{Corridors: []Corridor{{Currency: cny, Mode: SettleThenDeliver, Patience: maxPatience + 1}}}, "at most"},
		{Change{Corridors: []Corridor{{Currency: cny, Mode: ConfirmThenSettle, Refusal: "OFAC"}}}, "no ISO status reason"},
		{Change{Corridors: []Corridor{{Currency: cny, Mode: ConfirmThenSettle, Answer: 1 << 60}}}, "at most"},
		{Change{Corridors: []Corridor{{Currency: cny, Mode: SettleThenDeliver, Profile: "loose"}}}, `profile "loose" is unknown`},
	} {
		next, err := d.Apply(c.change)
		if !errors.Is(err, ErrChange) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.change, err, c.want)
		}
		if next != nil {
			t.Errorf("%+v was applied", c.change)
		}
	}
	if got := sprint(d); got != sprint(town(t)) {
		t.Error("a refused change left something behind")
	}
}

// TestNumbersAreGivenByTheLog: the same changes in the same order give the same
// numbers, and a directory read back from its JSON is the same.
func TestNumbersAreGivenByTheLog(t *testing.T) {
	a, b := town(t), town(t)
	if sprint(a) != sprint(b) {
		t.Fatal("two runs differ")
	}
	var back Directory
	if err := json.Unmarshal([]byte(sprint(a)), &back); err != nil {
		t.Fatal(err)
	}
	p, ok := back.Ready().ByBIC(bic(beta))
	if !ok || p.ID != 3 || back.AccountOf(p.ID, cny, settlement.RoleWallet) != 3 {
		t.Errorf("read back: %+v", p)
	}
	if holder, key, ok := back.ByKey("key of " + alpha); !ok || holder.BIC != bic(alpha) || len(key.Roles) != 1 {
		t.Errorf("by key: %+v %+v", holder, key)
	}
}
