package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dragoman/configs"
	"dragoman/messages"
	"dragoman/messages/profile"
	"dragoman/routing"
	"dragoman/settlement"
)

// initialised makes a folder as init does and gives its configuration's path.
func initialised(t *testing.T, now time.Time) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "gateway")
	if _, err := makeFolder(dir, exampleBanks(), false, now); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, configName)
}

func TestFirstChange(t *testing.T) {
	now := time.Now()
	c, err := configs.Load(initialised(t, now))
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
	if len(d.Participants) != 1+3+8 || len(d.Accounts) != 3+3+8*3 || len(d.Corridors) != 3+6 {
		t.Errorf("%d participants, %d accounts, %d corridors", len(d.Participants), len(d.Accounts), len(d.Corridors))
	}
	jade, _ := d.ByBIC(bicOf(t, "JADECNBJ"))
	lotus, _ := d.ByBIC(bicOf(t, "LOTUHKHH"))
	chain, err := readCertificates(c.Path("certs/jade-bank/cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	holder, key, ok := d.ByKey(fingerprint(chain[0].Raw))
	if !ok || holder.BIC != jade.BIC || !slices.Equal(key.Roles, []routing.Role{routing.RoleParticipant}) {
		t.Errorf("the certificate of Jade Bank is that of %v, %+v", holder, key)
	}
	wallet := d.AccountOf(jade.ID, messages.MustCurrency("CNY"), settlement.RoleWallet)
	if wallet == 0 || d.Accounts[wallet-1].Line != 500_000_000 {
		t.Errorf("wallet %d of Jade Bank: %+v", wallet, d.Accounts)
	}
	issuer, ok := d.Issuance(messages.MustCurrency("THB"))
	if owner, _ := d.ByID(issuer.Owner); !ok || owner.Name != "Baht Issuer" {
		t.Errorf("baht is issued by %v", owner)
	}
	corridor, ok := d.Corridor(jade.BIC, lotus.BIC, messages.MustCurrency("AED"))
	if !ok || corridor.Mode != routing.SettleThenDeliver || corridor.Patience != 4*60*60 {
		t.Errorf("corridor %+v, %v", corridor, ok)
	}
	people := map[string]int{}
	for _, k := range d.Participants[0].Keys {
		people[string(k.Roles[0])+" "+k.Person]++
	}
	if len(people) != 4 {
		t.Errorf("four eyes need two people of each role: %v", people)
	}
}

func bicOf(t *testing.T, text string) messages.BIC {
	t.Helper()
	bic, err := messages.ParseBIC(text)
	if err != nil {
		t.Fatal(err)
	}
	return bic
}

// TestFirstChangeMistakes edits the configuration of init, or its files, one
// place at a time.
func TestFirstChangeMistakes(t *testing.T) {
	now := time.Now()
	path := initialised(t, now)
	dir := filepath.Dir(path)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	stranger := certify(t, now)
	for name, content := range map[string][]byte{"stranger.pem": stranger.client.certificate, "nothing.pem": nil, "key.pem": stranger.client.key} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ from, to, key, want string }{
		{"certs/jade-bank/cert.pem", "absent.pem", "participants[4].keys[0].certificate", "absent.pem: open "},
		{"certs/jade-bank/cert.pem", "nothing.pem", "participants[4].keys[0].certificate", "nothing.pem: holds no PEM certificate"},
		{"certs/jade-bank/cert.pem", "key.pem", "participants[4].keys[0].certificate", "key.pem: holds a PRIVATE KEY; it should hold certificates only"},
		{"certs/jade-bank/cert.pem", "stranger.pem", "participants[4].keys[0].certificate", "stranger.pem: was not issued by an authority in the file of node.https.client-ca"},
		{"certs/jade-bank/cert.pem", "server/cert.pem", "participants[4].keys[0].certificate", "server/cert.pem: is not for clients: it lacks the extended key usage client authentication"},
		{"- bic: JADECNBJ", "- bic: ONYXCNBJ", "participants[4].keys[0].certificate", "certs/jade-bank/cert.pem: names JADECNBJ, and this is ONYXCNBJ"},
		{"client-ca: ca/cert.pem", "client-ca: nothing.pem", "node.https.client-ca", "nothing.pem: holds no PEM certificate"},
		{"name: \"Jade Bank\"", "name: Jade Bank\n    lei: DRGM00JADECNBJXXX091", "participants[4].lei", "LEI"},
		{"name: \"Jade Bank\"", "name: Jade Bank\n    versions: [pacs.002.001.99]", "participants[4].versions[0]", "pacs.002.001.99 is no message version that this gateway knows; it knows pacs.002.001.0"},
		{"name: \"Jade Bank\"", "name: Jade Bank\n    versions: [abcd.002.001.99]", "participants[4].versions[0]", "abcd.002.001.99 is no message version that this gateway knows; 'dragoman schema' lists them"},
		{`credit-line: "5000000.00"`, `credit-line: "5000000.001"`, "participants[4].accounts[0].credit-line", "3 fraction digits, CNY has 2"},
		{`credit-line: "5000000.00"`, `credit-line: "999999999999999999"`, "participants[4].accounts[0].credit-line", "more than 9223372036854775807 minor units of CNY"},
		{"    certificate: server/cert.pem", "    certificate: server/cert.pem", "", ""}, // nothing wrong
	} {
		c, err := configs.Parse(path, []byte(strings.Replace(string(text), test.from, test.to, 1)))
		if err != nil {
			t.Errorf("%s: %v", test.to, err)
			continue
		}
		checkProblem(t, c, now, test.key, test.want)
	}
	for from, to := range map[string]string{"CNY": "XAU (Gold) has no minor unit: no money is counted in it", "THB": "withdrawn"} {
		code := map[string]string{"CNY": "XAU", "THB": "DEM"}[from]
		c, err := configs.Parse(path, []byte(strings.ReplaceAll(string(text), "currency: "+from, "currency: "+code)))
		if err == nil {
			t.Errorf("%s is not among the currencies and was accepted: %+v", code, c.Corridors)
		}
		c, err = configs.Parse(path, []byte(strings.ReplaceAll(strings.ReplaceAll(string(text), "currency: "+from, "currency: "+code), "code: "+from, "code: "+code)))
		if err != nil {
			t.Fatal(err)
		}
		checkProblem(t, c, now, map[string]string{"CNY": "currencies[0].code", "THB": "currencies[1].code"}[from], to)
	}
	c, err := configs.Parse(path, text)
	if err != nil {
		t.Fatal(err)
	}
	checkProblem(t, c, now.AddDate(2, 0, 0), "participants[0].keys[0].certificate", "certs/operator-1/cert.pem: is good from")
	checkProblem(t, c, time.Time{}, "", "")
	c.Participants[4].BIC = "JADEZZBJ"
	checkProblem(t, c, now, "participants[4].bic", "ZZ is not a country code")
}

// checkProblem wants a problem of a key, with its line; none for the empty key.
func checkProblem(t *testing.T, c *configs.Config, now time.Time, key, want string) {
	t.Helper()
	_, err := firstChange(c, now)
	var problems configs.Problems
	if key == "" {
		if err != nil {
			t.Errorf("nothing is wrong and yet: %v", err)
		}
		return
	}
	if !errors.As(err, &problems) {
		t.Errorf("%s %q: %v", key, want, err)
		return
	}
	for _, p := range problems {
		if p.Key == key && strings.Contains(p.Text, want) && p.Line > 1 && p.Column > 1 {
			return
		}
	}
	t.Errorf("want %s: … %s; got\n%v", key, want, err)
}

// TestFirstChangeExponents: the same decimal is another number of minor units in
// each currency.
func TestFirstChangeExponents(t *testing.T) {
	for _, test := range []struct {
		code, line string
		want       int64
	}{{"JPY", "1050", 1050}, {"CNY", "1050", 105000}, {"KWD", "10.5", 10500}, {"CNY", "0.01", 1}} {
		c := configs.Default()
		c.Node.HTTPS.ClientCA = "testdata/none.pem"
		tr := &translation{config: c}
		tr.account("", "", "", configs.Account{Currency: test.code, CreditLine: test.line}, "JADECNBJ", settlement.RoleWallet)
		if len(tr.problems) > 0 || tr.change.Accounts[0].Line != test.want {
			t.Errorf("%s %s: %+v %v", test.code, test.line, tr.change.Accounts, tr.problems)
		}
	}
}

// TestWordsOfConfigs holds the words that configs allows to those of the rooms
// which it may not import.
func TestWordsOfConfigs(t *testing.T) {
	text := strings.ReplaceAll(configs.Reference(), "profile: cbpr2026", "profile: none")
	_, err := configs.Parse("x.yaml", []byte(text))
	if want := strings.Join(profile.Names(), ", "); err == nil || !strings.HasSuffix(err.Error(), "allowed here: "+want) {
		t.Errorf("profiles are %s: %v", want, err)
	}
	for from, to := range map[string][]string{
		"mode: settle-then-deliver": {string(routing.SettleThenDeliver), string(routing.ConfirmThenSettle), string(routing.DeferredNet)},
		"late: by-priority":         {string(routing.LateByPriority), string(routing.LateRefused), string(routing.LateNextDay)},
		"short: next-cycle":         {string(routing.ShortDeferred), string(routing.ShortRefused)},
		"rail: ledger":              {string(routing.RailLedger)},
		"standing: active":          {string(routing.StandingApplied), string(routing.StandingActive), string(routing.StandingSendOnly), string(routing.StandingReceiveOnly), string(routing.StandingSuspended), string(routing.StandingClosed)},
		"roles: [operator]": {string(routing.RoleParticipant), string(routing.RoleIssuer),
			string(routing.RoleOperator), string(routing.RoleCompliance)},
	} {
		word, _, _ := strings.Cut(from, ":")
		to2 := word + ": none"
		if word == "roles" {
			to2 = "roles: [none]"
		}
		_, err := configs.Parse("x.yaml", []byte(strings.Replace(configs.Reference(), from, to2, 1)))
		if err == nil || !strings.HasSuffix(err.Error(), "allowed here: "+strings.Join(to, ", ")) {
			t.Errorf("%s: want %v: %v", word, to, err)
		}
	}
}

// TestCalendarsOfConfigs: the reference's calendar and corridor, as the log has them.
func TestCalendarsOfConfigs(t *testing.T) {
	c, err := configs.Parse("x.yaml", []byte(configs.Reference()))
	if err != nil {
		t.Fatal(err)
	}
	tr := &translation{config: c}
	tr.calendar("calendars[0]", c.Calendars[0])
	tr.corridor("corridors[0]", c.Corridors[0])
	if len(tr.problems) > 0 {
		t.Fatal(tr.problems)
	}
	calendar, corridor := tr.change.Calendars[0], tr.change.Corridors[0]
	if calendar.Name != "Renminbi" || len(calendar.Offsets) != 1 || calendar.Offsets[0].Ahead != 8*3600 || len(calendar.Weekly) != 2 ||
		calendar.Holidays[0].String() != "2027-01-01" || calendar.Special[0].Close != "15:00" || calendar.CustomerCutOff != "16:30" {
		t.Errorf("the calendar is %+v", calendar)
	}
	if corridor.Calendar != "Renminbi" || corridor.CustomerCutOff != "16:00" || corridor.BankCutOff != "17:00" || corridor.Rail+routing.Rail(corridor.Late)+routing.Rail(corridor.Priority) != "" {
		t.Errorf("the corridor is %+v", corridor)
	}
	c.Calendars[0].Zone = "Asia/Atlantis"
	if tr.calendar("calendars[0]", c.Calendars[0]); len(tr.problems) != 1 || tr.problems[0].Line == 0 || !strings.Contains(tr.problems[0].Text, "no time zone") {
		t.Errorf("Atlantis: %v", tr.problems)
	}
}
