package messages_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// Of every message type, what is written is valid and says what was to be
// written, whatever the order of calls.
func TestWriterWritesEveryType(t *testing.T) {
	const byXMLLint = 200
	i := newInstances(t, seeded(t))
	ids := schema.IDs()
	elements, outside := 0, map[string][]byte{}
	for _, k := range i.random.Perm(len(ids)) {
		s := schema.Lookup(ids[k])
		want := i.message(s)
		out, err := written(s.ID(), i.calls(want, nil))
		if err != nil {
			t.Fatalf("%s: %v", s.ID(), err)
		}
		_, part := readPart(t, string(out))
		if part.ID != s.ID() {
			t.Fatalf("%s: it is %s", s.ID(), part.ID)
		}
		elements += sameElement(t, part.Root, want)
		if len(outside) < byXMLLint {
			outside[s.ID()] = out
		}
	}
	t.Logf("%d types, %d elements", len(ids), elements)
	if len(ids) < 679 || elements < 20_000 {
		t.Error("want at least 679 types and 20,000 elements")
	}
	validByXMLLint(t, outside, byXMLLint*9/10)
}

// sameElement compares an element with what was to be written, and counts.
func sameElement(tb testing.TB, n messages.Node, want element) int {
	tb.Helper()
	count := 1
	switch {
	case want.foreign.Exists():
		if got, want := messages.Canonical(n), messages.Canonical(want.foreign); !n.Wildcard() || string(got) != string(want) {
			tb.Fatalf("%s is\n%s\nwant\n%s", n.Path(), got, want)
		}
		return count
	case n.Name() != want.particle.Name || n.Text() != want.value || n.Attr("Ccy") != want.currency:
		tb.Fatalf("%s is %s %q %q, want %s %q %q", n.Path(), n.Name(), n.Text(), n.Attr("Ccy"), want.particle.Name, want.value, want.currency)
	}
	k := 0
	for c := range n.Children() {
		if k == len(want.children) {
			tb.Fatalf("%s is one too many", c.Path())
		}
		count += sameElement(tb, c, want.children[k])
		k++
	}
	if k < len(want.children) {
		tb.Fatalf("%s has no %s", n.Path(), want.children[k].particle.Name)
	}
	return count
}

// validByXMLLint asks libxml2 about messages by type; least is how many of
// them must have their schema beside the project.
func validByXMLLint(t *testing.T, byID map[string][]byte, least int) {
	t.Helper()
	schemas := filepath.Join("..", "..", "shared", "iso20022", "xsd")
	_, absent := os.Stat(schemas)
	if absent == nil {
		_, absent = exec.LookPath("xmllint")
	}
	if absent != nil {
		if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
			t.Fatalf("the schemas and xmllint are required: %v", absent)
		}
		t.Logf("xmllint is not asked: %v", absent)
		return
	}
	asked := 0
	for id, raw := range byID {
		xsd := filepath.Join(schemas, id+".xsd")
		if _, err := os.Stat(xsd); err != nil {
			continue // its schema comes from another place
		}
		file := filepath.Join(t.TempDir(), "message.xml")
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := exec.CommandContext(t.Context(), "xmllint", "--nonet", "--noout", "--schema", xsd, file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s\n%s", id, err, said, raw)
		}
		asked++
	}
	t.Logf("%d messages are valid by xmllint", asked)
	if asked < least {
		t.Errorf("xmllint was asked about %d messages, want at least %d", asked, least)
	}
}

// Whatever the calls, a writer gives valid XML or an error, and never both.
func TestWriterNeverWritesInvalidXML(t *testing.T) {
	rounds := 20_000
	if testing.Short() {
		rounds = 2_000
	}
	const most = 200_000 // by then even the rarest rule has come
	i := newInstances(t, seeded(t))
	ids := schema.IDs()
	valid, rules := 0, map[string]int{}
	var base []call
	var id string
	round := 0
	for ; round < rounds || round < most && unseen(rules) != ""; round++ {
		if round%10 == 0 {
			id = ids[i.random.IntN(len(ids))]
			base = i.calls(i.message(schema.Lookup(id)), nil)
		}
		calls := append([]call(nil), base...)
		for range 1 + i.random.IntN(2) {
			calls = mutatedCalls(i, id, calls)
		}
		out, err := written(id, calls)
		if err != nil {
			if out != nil {
				t.Fatalf("%s: bytes come with the error %v: %v", id, err, calls)
			}
			wrong, ok := err.(*messages.WriteError) //nolint:errorlint // nothing else, wrapped or not, may come
			if !ok || wrong.Rule == "" || !strings.HasPrefix(wrong.Path, "/") || wrong.Text == "" {
				t.Fatalf("%s: the error is %#v", id, err)
			}
			rules[wrong.Rule]++
			continue
		}
		valid++
		if _, part := readPart(t, string(out)); part.ID != id {
			t.Fatalf("%s: it is %s", id, part.ID)
		}
	}
	t.Logf("%d of %d valid, errors %v", valid, round, rules)
	if valid < round/10 || valid > round*9/10 {
		t.Errorf("%d of %d are valid, want between a tenth and nine tenths", valid, round)
	}
	if rule := unseen(rules); rule != "" {
		t.Errorf("%s never came in %d rounds", rule, round)
	}
}

// unseen is a rule that a writer can break and that has not come yet.
func unseen(rules map[string]int) string {
	for _, rule := range []string{
		"schema.unexpected", "schema.missing", "schema.occurs", "schema.choice", "schema.order", "schema.child", "schema.text",
		"schema.attribute", "schema.length", "schema.pattern", "xml.character", "policy.utf8",
	} {
		if rules[rule] == 0 {
			return rule
		}
	}
	return ""
}

// hostileValues are what a careless caller may have in its hands.
var hostileValues = []string{"", " ", "<a/>", "&amp;", "]]>", "\x00", "\x01", "\xff", "\ufffe", "\r\n", "--", "1e5", "NaN", "-1", ".5", "1,5",
	"99999999999999999999", "2026-02-30", "</Document>", `"><x y="`, strings.Repeat("A", 5000), "А", "\u202e", "true ", "EUR", "eur"}

// mutatedCalls changes one call.
func mutatedCalls(i *instances, id string, calls []call) []call {
	if len(calls) == 0 {
		return []call{{method: "Text", name: "Document", value: "x"}}
	}
	k := i.random.IntN(len(calls))
	other := calls[i.random.IntN(len(calls))]
	switch i.random.IntN(14) {
	case 0:
		return append(calls[:k:k], calls[k+1:]...)
	case 1:
		return append(calls[:k:k], append([]call{calls[k]}, calls[k:]...)...)
	case 2:
		return append(calls[:k:k], append([]call{other}, calls[k:]...)...)
	case 3:
		j := i.random.IntN(len(calls))
		calls[k], calls[j] = calls[j], calls[k]
	case 4:
		calls[k].name = other.name
	case 5, 6:
		calls[k].value = hostileValues[i.random.IntN(len(hostileValues))]
	case 7:
		calls[k].currency = hostileValues[i.random.IntN(len(hostileValues))]
	case 8:
		calls[k].method = []string{"Open", "Close", "Text", "AmountText", "Copy"}[i.random.IntN(5)]
		calls[k].foreign = i.foreign["##any"]
	case 9:
		calls[k].name = []string{"", "Nothing", "p:MsgId", "Msg Id", "Document", "AppHdr", "<x>"}[i.random.IntN(7)]
	case 10:
		return append(calls[:k:k], append([]call{{method: "Copy", foreign: i.foreign["##any"]}}, calls[k:]...)...)
	case 11, 12:
		return append(calls[:k:k], append(i.alternative(schema.Lookup(id).Root().Type, calls[k].name), calls[k:]...)...)
	case 13:
		if calls[k].method = "Text"; i.random.IntN(2) == 0 {
			calls[k].method, calls[k].currency = "AmountText", "EUR"
		}
	}
	return calls
}

// alternative are the calls for an element that may stand in the place of the
// named one, if below t there is such a place.
func (i *instances) alternative(t *schema.Type, name string) []call {
	for k := range t.Slots {
		slot := &t.Slots[k]
		for a := range slot.Alternatives {
			p := &slot.Alternatives[a]
			if p.Name == name && slot.Choice() {
				e, _ := i.element(&slot.Alternatives[i.random.IntN(len(slot.Alternatives))])
				return i.calls(element{children: []element{e}}, nil)
			}
			if p.Type != nil {
				if found := i.alternative(p.Type, name); found != nil {
					return found
				}
			}
		}
	}
	return nil
}

func (c call) String() string {
	return fmt.Sprintf("%s(%s %q %s)", c.method, c.name, c.value, c.currency)
}
