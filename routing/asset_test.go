package routing

import (
	"errors"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/settlement"
)

// twoTier has an issuer of CNY, two operating banks that issue claims on themselves,
// and banks that hold one or the other.
func twoTier(t *testing.T, more ...AccountChange) (*Directory, error) {
	t.Helper()
	cny := messages.MustCurrency("CNY")
	change := Change{
		Self:      bicOf(t, "DRGMHKHH"),
		Grades:    []Grade{{Currency: cny, Name: "small", Holding: 100, Payment: 40}},
		Corridors: []Corridor{{Currency: cny, Mode: SettleThenDeliver}, {To: bicOf(t, "ALPHCNBJ"), Currency: cny, Mode: SettleThenDeliver, Issuer: bicOf(t, "OPTWCNBJ")}},
	}
	for _, name := range []string{"DRGMHKHH", "PBOCCNBJ", "OPONCNBJ", "OPTWCNBJ", "ALPHCNBJ", "BETACNBJ", "GAMMCNBJ"} {
		change.Participants = append(change.Participants, Participant{BIC: bicOf(t, name), Name: name})
	}
	account := func(owner, issuer string, role settlement.Role) AccountChange {
		a := AccountChange{Owner: bicOf(t, owner), Currency: cny, Role: role}
		if issuer != "" {
			a.Issuer = bicOf(t, issuer)
		}
		return a
	}
	change.Accounts = append([]AccountChange{
		account("PBOCCNBJ", "", settlement.RoleIssuance),
		account("OPONCNBJ", "", settlement.RoleWallet), account("OPONCNBJ", "OPONCNBJ", settlement.RoleIssuance),
		account("OPTWCNBJ", "", settlement.RoleWallet), account("OPTWCNBJ", "OPTWCNBJ", settlement.RoleIssuance),
		account("ALPHCNBJ", "OPONCNBJ", settlement.RoleWallet), account("ALPHCNBJ", "OPTWCNBJ", settlement.RoleWallet),
		account("BETACNBJ", "OPONCNBJ", settlement.RoleWallet), account("BETACNBJ", "OPTWCNBJ", settlement.RoleWallet),
		account("GAMMCNBJ", "OPTWCNBJ", settlement.RoleWallet),
	}, more...)
	return (&Directory{}).Apply(change)
}

func bicOf(t *testing.T, text string) messages.BIC {
	t.Helper()
	b, err := messages.ParseBIC(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAssetOfAPayment: money of one issuer moves between wallets for it alone.
func TestAssetOfAPayment(t *testing.T) {
	d, err := twoTier(t)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, want string }{
		{"ALPHCNBJ", "BETACNBJ", "ALPHCNBJ-CNY-W-OPONCNBJ BETACNBJ-CNY-W-OPONCNBJ"}, // the first that both have
		{"BETACNBJ", "ALPHCNBJ", "BETACNBJ-CNY-W-OPTWCNBJ ALPHCNBJ-CNY-W-OPTWCNBJ"}, // the corridor names it
		{"ALPHCNBJ", "GAMMCNBJ", "ALPHCNBJ-CNY-W-OPTWCNBJ GAMMCNBJ-CNY-W-OPTWCNBJ"},
		{"OPONCNBJ", "OPTWCNBJ", "OPONCNBJ-CNY-W OPTWCNBJ-CNY-W"},
		{"OPONCNBJ", "BETACNBJ", "AC09"},
		{"PBOCCNBJ", "OPONCNBJ", "AC09"},
	} {
		amount, _ := messages.NewMoney(30, messages.MustCurrency("CNY"))
		in, _ := (&Planner{Directory: d, Market: NewMarket(), Now: 1}).Plan(&Letter{Sender: bicOf(t, c.from)}, &Payment{Kind: settlement.KindCustomer, From: bicOf(t, c.from), To: bicOf(t, c.to), Amount: amount})
		got := in.Refusal.Code
		for _, leg := range in.Legs {
			got += d.AccountName(d.Accounts[leg.Debit-1]) + " " + d.AccountName(d.Accounts[leg.Credit-1])
		}
		if got != c.want {
			t.Errorf("%s to %s: %s (%s), want %s", c.from, c.to, got, in.Refusal.Text, c.want)
		}
	}
	for _, a := range d.Accounts {
		if found, known := d.ByName(d.AccountName(a)); !known || found != a {
			t.Errorf("%s is found as %+v", d.AccountName(a), found)
		}
	}
	for _, name := range []string{"ALPHCNBJ-CNY-W", "ALPHCNBJ-CNY-W-", "ALPHCNBJ-CNY-W-BETACNBJ", "ALPHCNBJ-CNY-W-NOBDDEFF", "ALPHCNBJ-CNY-W-OPONCNBJ-X", "ALPHCNBJ-CNY-B"} {
		if a, known := d.ByName(name); known {
			t.Errorf("%s is found as %+v", name, a)
		}
	}
}

// TestOperatingBankIsCovered: what an operating bank issues is set aside in the same
// movement, and comes back with it.
func TestOperatingBankIsCovered(t *testing.T) {
	d, err := twoTier(t)
	if err != nil {
		t.Fatal(err)
	}
	named := func(name string) Account {
		a, known := d.ByName(name)
		if !known {
			t.Fatalf("there is no %s", name)
		}
		return a
	}
	issuance, wallet := named("OPONCNBJ-CNY-I-OPONCNBJ"), named("ALPHCNBJ-CNY-W-OPONCNBJ")
	own, reserve := named("OPONCNBJ-CNY-W"), named("OPONCNBJ-CNY-B")
	for _, c := range []struct {
		from, to Account
		want     []settlement.Leg
	}{
		{issuance, wallet, []settlement.Leg{{Debit: issuance.ID, Credit: wallet.ID, Amount: 7}, {Debit: own.ID, Credit: reserve.ID, Amount: 7}}},
		{wallet, issuance, []settlement.Leg{{Debit: wallet.ID, Credit: issuance.ID, Amount: 7}, {Debit: reserve.ID, Credit: own.ID, Amount: 7}}},
		{named("PBOCCNBJ-CNY-I"), own, []settlement.Leg{{Debit: named("PBOCCNBJ-CNY-I").ID, Credit: own.ID, Amount: 7}}},
	} {
		got := d.Movement(c.from.ID, c.to.ID, 7)
		if len(got) != len(c.want) || got[0] != c.want[0] || len(got) > 1 && got[1] != c.want[1] {
			t.Errorf("%s to %s: %+v, want %+v", d.AccountName(c.from), d.AccountName(c.to), got, c.want)
		}
	}
	alpha, _ := d.ByBIC(bicOf(t, "ALPHCNBJ"))
	beta := named("BETACNBJ-CNY-W-OPTWCNBJ")
	for _, c := range []struct{ from, to Account }{{wallet, beta}, {wallet, reserve}, {reserve, wallet}, {wallet, named("PBOCCNBJ-CNY-I")}} {
		if why := d.transferRefusal(alpha, c.from, c.to); why.Code != "AG01" {
			t.Errorf("%s to %s: %+v", d.AccountName(c.from), d.AccountName(c.to), why)
		}
	}
}

// TestAssetsThatDoNotFit: changes of accounts that would make no sense.
func TestAssetsThatDoNotFit(t *testing.T) {
	cny := messages.MustCurrency("CNY")
	alpha, one, pboc := bicOf(t, "ALPHCNBJ"), bicOf(t, "OPONCNBJ"), bicOf(t, "PBOCCNBJ")
	for name, c := range map[string]struct {
		account AccountChange
		words   string
	}{
		"a second issuer":           {AccountChange{Owner: alpha, Role: settlement.RoleIssuance}, "two issuers"},
		"an unknown issuer":         {AccountChange{Owner: alpha, Role: settlement.RoleWallet, Issuer: bicOf(t, "NOBDDEFF")}, "no such participant"},
		"of one who issues nothing": {AccountChange{Owner: one, Role: settlement.RoleWallet, Issuer: alpha}, "issues no"},
		"in another's name":         {AccountChange{Owner: alpha, Role: settlement.RoleIssuance, Issuer: one}, "but itself"},
		"a claim on itself":         {AccountChange{Owner: one, Role: settlement.RoleWallet, Issuer: one}, "on itself"},
		"without a wallet":          {AccountChange{Owner: alpha, Role: settlement.RoleIssuance, Issuer: alpha}, "no wallet from which"},
		"both tiers":                {AccountChange{Owner: pboc, Role: settlement.RoleIssuance, Issuer: pboc}, "as well"},
		"a reserve":                 {AccountChange{Owner: one, Role: settlement.RoleReserve}, "unknown"},
		"rounding":                  {AccountChange{Owner: one, Role: settlement.RoleRounding, Issuer: one}, "rounding"},
		"a line":                    {AccountChange{Owner: alpha, Role: settlement.RoleWallet, Issuer: one, Line: 1}, "credit"},
		"an unknown grade":          {AccountChange{Owner: alpha, Role: settlement.RoleWallet, Issuer: one, Grade: "x"}, "no grade"},
		"an issuer's grade":         {AccountChange{Owner: one, Role: settlement.RoleIssuance, Issuer: one, Grade: "small"}, "for wallets"},
		"a wallet's ceiling":        {AccountChange{Owner: alpha, Role: settlement.RoleWallet, Issuer: one, Ceiling: 5}, "by its grade"},
	} {
		c.account.Currency = cny
		if _, err := twoTier(t, c.account); !errors.Is(err, ErrChange) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d, err := twoTier(t, AccountChange{Owner: alpha, Currency: cny, Role: settlement.RoleWallet, Issuer: one, Grade: "small"})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := d.ByName("ALPHCNBJ-CNY-W-OPONCNBJ")
	if d.Ceiling(a) != 100 {
		t.Errorf("the ceiling of %+v is %d", a, d.Ceiling(a))
	}
	if _, err := d.Apply(Change{Corridors: []Corridor{{Currency: cny, Mode: SettleThenDeliver, Issuer: alpha}}}); !errors.Is(err, ErrChange) {
		t.Errorf("a corridor for money that nobody issues: %v", err)
	}
	for _, g := range []Grade{{Currency: cny}, {Currency: cny, Name: "x", Holding: -1}, {Name: "x"}} {
		if _, err := d.Apply(Change{Grades: []Grade{g}}); !errors.Is(err, ErrChange) {
			t.Errorf("%+v: %v", g, err)
		}
	}
}
