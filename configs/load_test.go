package configs

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// minimal is a configuration with one of everything and no mistake. The tests of
// mistakes replace one place of it.
const minimal = `node:
  operator: DRGMHKHHXXX
  nats:
    listen: 127.0.0.1:4222
currencies:
  - code: THB
    issuer: ETHBTHBK
participants:
  - bic: DRGMHKHH
    name: Dragoman
    keys:
      - certificate: operator.pem
        roles: [operator]
        person: One
  - bic: ETHBTHBK
    name: Baht Issuer
    keys:
      - {certificate: issuer.pem, person: Two,
        roles: [participant, issuer]}
  - bic: TEAKTHBK
    name: "Teak – ไม้สัก"
    keys:
      - fingerprint: "9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08"
        roles: [participant]
    versions: [pacs.008.001.08]
    accounts:
      - currency: THB
        credit-line: "10.50"
corridors:
  - currency: THB
    from: TEAKTHBK
    mode: confirm-then-settle
    patience: 20s
`

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gateway.yaml")
	if err := os.WriteFile(path, []byte(minimal), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	bank, corridor := c.Participants[2], c.Corridors[0]
	switch {
	case c.Node.Operator != "DRGMHKHHXXX" || c.Node.NATS.Listen != "127.0.0.1:4222":
		t.Errorf("node: %+v", c.Node)
	case c.Node.HTTPS.Listen != "127.0.0.1:8443" || c.Node.Limits.Body != 6<<20 || c.Node.Limits.DuplicatesDays != 400 ||
		c.Node.Limits.Timeouts.Wait != time.Minute:
		t.Errorf("what the file leaves out is not as in the reference: %+v", c.Node)
	case bank.Name != "Teak – ไม้สัก" || bank.Standing != "active" || bank.Accounts[0].CreditLine != "10.50" || bank.Versions[0] != "pacs.008.001.08":
		t.Errorf("participant: %+v", bank)
	case corridor.Profile != "base" || corridor.Patience != 20*time.Second || corridor.From != "TEAKTHBK" || corridor.To != "":
		t.Errorf("corridor: %+v", corridor)
	}
	if got, want := c.Path("ca/cert.pem"), filepath.Join(filepath.Dir(path), "ca", "cert.pem"); got != want {
		t.Errorf("Path gives %s, want %s", got, want)
	}
	if got := c.Path("/etc/ca.pem"); got != "/etc/ca.pem" {
		t.Errorf("Path changes an absolute path to %s", got)
	}
	if err := c.Validate(); err != nil {
		t.Errorf("loaded and yet: %v", err)
	}
}

func TestLoadNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "absent.yaml")
	if _, err := Load(path); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("absent file: %v", err)
	}
	if _, err := Load(t.TempDir()); err == nil {
		t.Error("a folder was loaded")
	}
	if _, err := Parse("x.yaml", make([]byte, maxFileBytes+1)); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("long file: %v", err)
	}
}

// TestMistakesTogether holds all problems of one file to the golden text.
func TestMistakesTogether(t *testing.T) {
	text, err := os.ReadFile("testdata/mistakes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Parse("mistakes.yaml", text)
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("not Problems: %v", err)
	}
	t.Logf("%d problems", len(problems))
	if len(problems) < 49 {
		t.Errorf("%d problems, want at least 49", len(problems))
	}
	const golden = "testdata/mistakes.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(err.Error()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := problems.Error() + "\n"; got != string(want) {
		t.Errorf("differs from %s (-update writes it anew):\n%s", golden, got)
	}
}

// TestServersOutside: naming them takes the place of the server inside, unless
// the file asks for both.
func TestServersOutside(t *testing.T) {
	inside, outside := "node:\n  operator: DRGMHKHH\n", "node:\n  operator: DRGMHKHH\n  nats: {url: \"nats://a:4222\", replicas: 3}\n"
	for text, want := range map[string]string{inside: "127.0.0.1:4222", outside: ""} {
		c, err := Parse("c.yaml", []byte(text))
		if err != nil || c.Node.NATS.Listen != want {
			t.Errorf("%q: %+v %v", text, c, err)
		}
	}
	if _, err := Parse("c.yaml", []byte(strings.Replace(outside, "{", "{listen: \":4222\", ", 1))); err == nil || !strings.Contains(err.Error(), "leave one of them empty") {
		t.Error(err)
	}
}

func TestMistakes(t *testing.T) {
	for _, test := range []struct{ from, to, want string }{
		{"node:", "noed:", "c.yaml:1:1: noed: unknown key; did you mean node? allowed here: node, currencies, calendars, participants, corridors, netting, standing-orders, checks, inquiries"},
		{"  operator: DRGMHKHHXXX\n", "", "c.yaml:1:1: node.operator: is missing"},
		{"operator: DRGMHKHHXXX", "operator: OTHRHKHH", "c.yaml:2:13: node.operator: OTHRHKHH is not among the participants; its people need keys there\n" +
			"c.yaml:13:17: participants[0].keys[0].roles[0]: operator is for the gateway's own people: the participant node.operator"},
		{"operator: DRGMHKHHXXX", "operator: drgmhkhh", `c.yaml:2:13: node.operator: "drgmhkhh" is not a BIC: 8 or 11 capitals and digits, with a country at the fifth place` + "\n" +
			"c.yaml:13:17: participants[0].keys[0].roles[0]: operator is for the gateway's own people: the participant node.operator"},
		{"listen: 127.0.0.1:4222", "listen: 127.0.0.1:70000", `c.yaml:4:13: node.nats.listen: "127.0.0.1:70000" is not an address with a port, such as 127.0.0.1:8443 or :8443`},
		{"listen: 127.0.0.1:4222", "credentials: a.creds", "c.yaml:4:18: node.nats.credentials: are for servers outside, and url names none"},
		{"listen: 127.0.0.1:4222", "replicas: 3", "c.yaml:4:15: node.nats.replicas: the server inside this process keeps 1 copy; url names no others"},
		{"listen: 127.0.0.1:4222", "url: nats://a:1,http://b:2", `c.yaml:4:10: node.nats.url: "nats://a:1,http://b:2" is not nats:// or tls:// addresses, separated by commas, without user and password`},
		{"issuer: ETHBTHBK", "issuer: GONETHBK", "c.yaml:7:13: currencies[0].issuer: GONETHBK is not among the participants\n" +
			"c.yaml:19:30: participants[1].keys[0].roles[1]: issuer is for participants that issue a currency"},
		{"code: THB", "code: EUR", "c.yaml:27:19: participants[2].accounts[0].currency: THB is not among the currencies\n" +
			"c.yaml:30:15: corridors[0].currency: THB is not among the currencies"},
		{"        person: One\n", "", "c.yaml:12:9: participants[0].keys[0].person: is missing: for operator it must be known who holds the key"},
		{"roles: [operator]", "roles: [compliance, participant]", "c.yaml:13:29: participants[0].keys[0].roles[1]: the gateway itself sends no payments; its people are operator or compliance"},
		{"versions: [pacs.008.001.08]", "versions: [pacs.008.001.8]", `c.yaml:25:16: participants[2].versions[0]: "pacs.008.001.8" is not a message identifier, such as pacs.008.001.08`},
		{`name: "Teak – ไม้สัก"`, `name: {short: Teak, standing: active}`, "c.yaml:21:11: participants[2].name: expected one value, on one line"},
		{`credit-line: "10.50"`, `credit-line: 10.50`, `c.yaml:28:22: participants[2].accounts[0].credit-line: YAML reads 10.50 as a number or a truth value; put it in quotes: "10.50"`},
		{`"10.50"`, `"NaN"`, `c.yaml:28:22: participants[2].accounts[0].credit-line: "NaN" is not an amount: digits with at most one point, such as "1500000.00"`},
		{`"10.50"`, `".5"`, `c.yaml:28:22: participants[2].accounts[0].credit-line: ".5" is not an amount: digits with at most one point, such as "1500000.00"`},
		{`"10.50"`, `"1234567890123456789"`, `c.yaml:28:22: participants[2].accounts[0].credit-line: "1234567890123456789" is not an amount: digits with at most one point, such as "1500000.00"`},
		{"patience: 20s", "patience: 20", `c.yaml:33:15: corridors[0].patience: "20" is not a duration; write one such as 500ms, 30s, 5m or 240h`},
		{"patience: 20s", "patience: 20s\n    patience: 30s", "c.yaml:34:5: corridors[0].patience: this key stands at line 33 already"},
		{"from: TEAKTHBK", "form: TEAKTHBK", "c.yaml:31:5: corridors[0].form: unknown key; did you mean from? allowed here: from, to, currency, into, mode, profile, patience, answer, at-once, maximum, refusal-reason, issuer, rail, priority, calendar, customer-cut-off, bank-cut-off, late, carry-over"},
		{"from: TEAKTHBK", "to: OAKXTHBK", "c.yaml:31:9: corridors[0].to: OAKXTHBK is not among the participants"},
		{"issuer: ETHBTHBK", "issuer: ETHBTHBK\n    operating-banks: [{bank: GONETHBK}, {bank: GONETHBK}]", "c.yaml:8:30: currencies[0].operating-banks[0].bank: GONETHBK is not among the participants\n" +
			"c.yaml:8:48: currencies[0].operating-banks[1].bank: is given at currencies[0].operating-banks[0] already"},
		{`credit-line: "10.50"`, "issuer: TEAKTHBK\n        grade: x", "c.yaml:28:17: participants[2].accounts[0].issuer: TEAKTHBK is not among the operating banks of THB\n" +
			"c.yaml:29:16: participants[2].accounts[0].grade: x is not among the grades of THB"},
		{"mode: confirm-then-settle", "mode: confirm-then-setle", `c.yaml:32:11: corridors[0].mode: "confirm-then-setle" is not allowed; did you mean confirm-then-settle?; allowed here: settle-then-deliver, confirm-then-settle, deferred-net`},
		{"corridors:", "corridors: *all\nrest:", "c.yaml:29:12: corridors: anchors, aliases, tags and directives are not used here; write the value itself\n" +
			"c.yaml:30:1: rest: unknown key; allowed here: node, currencies, calendars, participants, corridors, netting, standing-orders, checks, inquiries"},
		{minimal, "", "c.yaml:1:1: the file is empty; it needs at least node.operator"},
		{minimal, "# nothing\n", "c.yaml:1:1: the file is empty; it needs at least node.operator"},
		{minimal, "- node\n", "c.yaml:1:1: expected keys and values; the keys are: node, currencies, calendars, participants, corridors, netting, standing-orders, checks, inquiries"},
		{minimal, "node: [", "c.yaml:1:7: not YAML: sequence end token ']' not found"},
		{minimal, "node: \xff", "c.yaml: not text in UTF-8"},
		{minimal, "node: {}\n---\nnode: {}\n", "c.yaml:3:5: a second document begins here; the file holds one"},
	} {
		text := strings.Replace(minimal, test.from, test.to, 1)
		if text == minimal {
			t.Errorf("%q does not occur", test.from)
			continue
		}
		_, err := Parse("c.yaml", []byte(text))
		if err == nil {
			t.Errorf("%q was accepted", test.to)
		} else if err.Error() != test.want {
			t.Errorf("%q gives\n%v\nwant\n%s", test.to, err, test.want)
		}
	}
}

// TestValidateWithoutFile checks a Config that was made in Go.
func TestValidateWithoutFile(t *testing.T) {
	c := Default()
	c.Node.Log.Level = "loud"
	c.Corridors = []Corridor{{Currency: "THB", Profile: "base", RefusalReason: "NARR", Rail: "ledger", Priority: "NORM", Late: "next-day", Patience: time.Millisecond}}
	want := `node.log.level: "loud" is not allowed; allowed here: debug, info, warn, error` + "\n" +
		"corridors[0].mode: is empty; allowed here: settle-then-deliver, confirm-then-settle, deferred-net\n" +
		"corridors[0].patience: 1ms is not a whole number of seconds\n" +
		"corridors[0].currency: THB is not among the currencies"
	if err := c.Validate(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestByteOrderMark(t *testing.T) {
	if _, err := Parse("c.yaml", []byte("\ufeff"+minimal)); err != nil {
		t.Error(err)
	}
}

// TestParseOfDamagedFiles removes, doubles and changes one byte at a time: the
// answer is a valid Config or a list of problems, never anything else. (The native
// fuzzer cannot work here: under its instrumentation the YAML parser is a
// thousand times slower.)
func TestParseOfDamagedFiles(t *testing.T) {
	mistakes, err := os.ReadFile("testdata/mistakes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tried, stride, least := 0, 2, 2000
	if testing.Short() {
		stride, least = 20, 200
	}
	for _, seed := range []string{minimal, "node: {operator: DRGMHKHHXXX}\n? a\n: - b\n", string(mistakes[:min(len(mistakes), 800)])} {
		for i := 0; i < len(seed); i += stride {
			for _, damaged := range []string{seed[:i] + seed[i+1:], seed[:i] + seed[i:i+1] + seed[i:], seed[:i] + "\x00" + seed[i+1:], seed[:i] + "{" + seed[i+1:]} {
				tried++
				parseDamaged(t, []byte(damaged))
			}
		}
	}
	if t.Logf("%d damaged files", tried); tried < least {
		t.Errorf("%d damaged files tried, want at least %d", tried, least)
	}
}

func parseDamaged(t *testing.T, text []byte) {
	t.Helper()
	c, err := Parse("f.yaml", text)
	var problems Problems
	switch {
	case err == nil:
		if err := c.Validate(); err != nil {
			t.Errorf("parsed and yet: %v", err)
		}
	case c != nil || !errors.As(err, &problems) || len(problems) == 0:
		t.Errorf("%v is no list of problems, or comes with a Config", err)
	}
}
