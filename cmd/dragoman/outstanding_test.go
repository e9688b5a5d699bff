package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dragoman/configs"
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// tiers are changes to the configuration of an example: Jade Bank issues yuan of its
// own, which Lotus Bank holds in a small wallet.
var tiers = []struct{ behind, from, to string }{
	{"code: CNY", "}\n", ", ceiling: \"90000000.00\", operating-banks: [{bank: JADECNBJ, ceiling: \"1000.00\"}], grades: [{name: small, holding: \"100.00\", payment: \"10.00\"}]}\n"},
	{"bic: JADECNBJ", "roles: [participant]", "roles: [participant, issuer]\n        person: Jade One"},
	{"bic: LOTUHKHH", "    accounts:\n", "    accounts:\n      - {currency: CNY, issuer: JADECNBJ, grade: small}\n"},
}

// twoTiers makes a folder whose configuration has them.
func twoTiers(t *testing.T, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for _, change := range tiers {
		before, rest, found := strings.Cut(text, change.behind)
		if !found || !strings.Contains(rest, change.from) {
			t.Fatalf("the example has no %q behind %q", change.from, change.behind)
		}
		text = before + change.behind + strings.Replace(rest, change.from, change.to, 1)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTwoTiersOfAConfiguration: operating banks and grades of the file are those of
// the directory.
func TestTwoTiersOfAConfiguration(t *testing.T) {
	now := time.Now()
	path := initialised(t, now)
	twoTiers(t, path)
	c, err := configs.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	change, err := firstChange(c, now)
	if err != nil {
		t.Fatal(err)
	}
	d, err := (&routing.Directory{}).Apply(change)
	if err != nil {
		t.Fatal(err)
	}
	cny := messages.MustCurrency("CNY")
	jade, _ := d.ByBIC(bicOf(t, "JADECNBJ"))
	lotus, _ := d.ByBIC(bicOf(t, "LOTUHKHH"))
	own, issues := d.IssuanceOf(jade.ID, cny)
	central, _ := d.Issuance(cny)
	wallet := d.AccountIn(lotus.ID, cny, settlement.RoleWallet, jade.ID)
	if !issues || own.Issuer != jade.ID || own.Ceiling != 100000 || central.Ceiling != 9000000000 || wallet == 0 {
		t.Fatalf("Jade Bank issues by %+v, the issuer by %+v, Lotus Bank's wallet is %d", own, central, wallet)
	}
	if g := d.Grade(d.Accounts[wallet-1]); g.Holding != 10000 || g.Payment != 1000 || d.AccountOf(jade.ID, cny, settlement.RoleReserve) == 0 {
		t.Errorf("its grade is %+v; accounts %+v", g, d.Accounts)
	}
	if left := d.Reduce(change); len(left.Accounts)+len(left.Grades)+len(left.Participants)+len(left.Corridors) > 0 {
		t.Errorf("the same again is a change: %+v", left)
	}
}

// TestOutstandingCommand: an issuer sees what it owes, and its operating banks.
func TestOutstandingCommand(t *testing.T) {
	r := newRig(t, nil...)
	r.stop()
	if err := os.RemoveAll(filepath.Join(r.folder, "data")); err != nil {
		t.Fatal(err)
	}
	twoTiers(t, filepath.Join(r.folder, configName))
	r.start()
	r.issue("CNY", "500.00", r.banks[0])
	r.says(exitOK, "before another person agrees", r.as("jade-bank", "issue", "--bank", "LOTUHKHH", "--currency", "CNY", "--amount", "60.00", "--reason", "test")...)
	if out := r.says(exitOK, "500.00", r.as("yuan-issuer-1", "outstanding")...); !strings.Contains(out, "JADECNBJ  2") || !strings.Contains(out, "1 small wallet") {
		t.Errorf("%s", out)
	}
	r.says(exitUsage, "role", r.as("orchid-bank", "outstanding")...)
	r.stop()
	r.digest()
}
