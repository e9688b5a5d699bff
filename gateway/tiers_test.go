package gateway

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// operatingBank makes ALPHA of the tests one that issues claims on itself, which BETA
// holds.
func operatingBank(t testing.TB, c *routing.Change) {
	t.Helper()
	cny, alpha := messages.MustCurrency("CNY"), mustBIC(t, "ALPHCNBJXXX")
	c.Grades = append(c.Grades, routing.Grade{Currency: cny, Name: "small", Holding: 10000})
	c.Accounts = append(c.Accounts,
		routing.AccountChange{Owner: alpha, Currency: cny, Role: settlement.RoleIssuance, Issuer: alpha, Ceiling: 50000},
		routing.AccountChange{Owner: mustBIC(t, "BETATHBKXXX"), Currency: cny, Role: settlement.RoleWallet, Issuer: alpha, Grade: "small"})
}

// TestOperatingBankIsAsked: a bank asks its operating bank for money by camt.050, and
// gives it back. What the operating bank has nothing to cover with, or what the bank
// may not hold, is refused when it says yes: until then nothing is earmarked.
func TestOperatingBankIsAsked(t *testing.T) {
	r := newRig(t, func(c *routing.Change) { operatingBank(t, c) })
	const issuance, wallet = "ALPHCNBJ-CNY-I-ALPHCNBJ", "BETATHBK-CNY-W-ALPHCNBJ"
	own, held, reserve := settlement.AccountID(0), settlement.AccountID(0), settlement.AccountID(0)
	for name, id := range map[string]*settlement.AccountID{testWallet: &own, wallet: &held, "ALPHCNBJ-CNY-B": &reserve} {
		a, known := r.directory.ByName(name)
		if !known {
			t.Fatalf("there is no %s", name)
		}
		*id = a.ID
	}
	standing := func(want string) {
		t.Helper()
		if got := strings.Join([]string{r.balance(own), r.balance(reserve), r.balance(held)}, " "); got != want {
			t.Errorf("wallet, reserve and what is held: %s, want %s", got, want)
		}
	}
	ask := func(id, amount, debtor, creditor string) {
		t.Helper()
		r.send("BETATHBKXXX", transferOf{id: id, amount: amount, debtorAcct: debtor, creditAcct: creditor}.write(t, "camt.050.001.05"))
	}
	yes := func(id, asked string) {
		t.Helper()
		r.send("ALPHCNBJXXX", word(t, "camt.025.001.05", id, asked, "ACPT", ""))
	}
	ask("I-1", "60.00", issuance, wallet)
	r.expect("ALPH camt.050 60.00, BETA camt.025 PDNG")
	yes("W-1", "DRGM-P1")
	r.expect("ALPH camt.025 RJCT AM04, BETA camt.025 RJCT AM04")
	standing("0/0 0/0 0/0")
	r.issue("ALPHCNBJXXX", "500.00")
	r.mailed()
	ask("I-2", "60.00", issuance, wallet)
	r.expect("ALPH camt.050 60.00, BETA camt.025 PDNG")
	standing("50000/0 0/0 0/0")
	ask("I-3", "60.00", issuance, wallet)
	r.expect("ALPH camt.050 60.00, BETA camt.025 PDNG")
	yes("W-2", "DRGM-P3")
	r.mailed()
	standing("44000/0 6000/0 6000/0")
	yes("W-3", "DRGM-P4") // it may not hold 120.00
	r.expect("ALPH camt.025 RJCT AM23 an account cannot hold as much, BETA camt.025 RJCT AM23 an account cannot hold as much")
	ask("R-1", "25.00", wallet, issuance)
	r.expect("ALPH camt.050 25.00, BETA camt.025 PDNG")
	standing("44000/0 6000/2500 6000/2500")
	yes("W-4", "DRGM-P5")
	r.mailed()
	standing("46500/0 3500/0 3500/0")
	ask("T-1", "1.00", wallet, "BETATHBK-CNY-W")
	if got := r.mailed(); !strings.Contains(got, "RJCT") {
		t.Errorf("into money of another issuer: %s", got)
	}
	r.rebuild()
}

// TestOutstanding: an issuer sees what it owes and, of its own currency, what operating
// banks owe and have set aside; a bank that issues nothing sees nothing.
func TestOutstanding(t *testing.T) {
	r := openDoorRigWith(t, func(s *Settings) {
		operatingBank(t, &s.First)
		for i := range s.First.Participants {
			p := &s.First.Participants[i]
			if p.BIC == mustBIC(t, testBanks[0]) {
				p.Keys[0].Person, p.Keys[0].Roles = "One", append(slices.Clone(p.Keys[0].Roles), routing.RoleIssuer)
			}
		}
	}, nil)
	r.issue(testBanks[0], "500.00")
	asked := r.decision(testBanks[0], Decision{Action: ActionIssue, Bank: mustBIC(t, testBanks[1]), Amount: "500.01", Currency: "CNY", Reason: "test"})
	if !strings.Contains(string(asked.body), "500.00 CNY outstanding") {
		t.Errorf("more than it may have outstanding: %s", asked.body)
	}
	asked = r.decision(testBanks[0], Decision{Action: ActionIssue, Bank: mustBIC(t, testBanks[1]), Amount: "100.01", Currency: "CNY", Reason: "test"})
	if !strings.Contains(string(asked.body), "cannot hold as much") {
		t.Errorf("more than it may hold: %s", asked.body)
	}
	for _, c := range []struct{ name, want string }{
		{"issuer", `CNY PBOCCNBJ 1 500.00 of  aside : 3 wallet  500.00, 1 reserve  0.00; CNY ALPHCNBJ 2 0.00 of 500.00 aside 0.00: 1 wallet small 0.00`},
		{testBanks[0], `CNY ALPHCNBJ 2 0.00 of 500.00 aside 0.00: 1 wallet small 0.00`},
		{"operator", `CNY PBOCCNBJ 1 500.00 of  aside : 3 wallet  500.00, 1 reserve  0.00; CNY ALPHCNBJ 2 0.00 of 500.00 aside 0.00: 1 wallet small 0.00`},
	} {
		a := r.get(c.name, "/v1/outstanding")
		var found struct{ Assets []assetView }
		if err := json.Unmarshal(a.body, &found); err != nil {
			t.Fatalf("%s: %s", a.Status, a.body)
		}
		var assets []string
		for _, v := range found.Assets {
			if v.Currency != "CNY" {
				continue
			}
			var held []string
			for _, h := range v.Held {
				if h.Role == roleNames[settlement.RoleRounding] {
					continue
				}
				held = append(held, strings.Join([]string{string(rune('0' + h.Accounts)), h.Role, h.Grade, h.Amount}, " "))
			}
			assets = append(assets, strings.Join([]string{v.Currency, v.Issuer.String(), string(rune('0' + v.Tier)), v.Outstanding, "of", v.Ceiling, "aside", v.SetAside + ":", strings.Join(held, ", ")}, " "))
		}
		if got := strings.Join(assets, "; "); got != c.want {
			t.Errorf("%s sees\n%s, want\n%s", c.name, got, c.want)
		}
	}
	if a := r.get(testBanks[1], "/v1/outstanding"); a.StatusCode != 403 {
		t.Errorf("a bank that issues nothing: %s %s", a.Status, a.body)
	}
	if a := r.get(testBanks[1], "/v1/accounts"); !strings.Contains(string(a.body), `"issuer":"ALPHCNBJ","grade":"small","ceiling":"100.00"`) {
		t.Errorf("%s", a.body)
	}
}
