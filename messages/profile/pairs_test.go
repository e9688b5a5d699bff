package profile_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/messages/profile"
	"dragoman/messages/schema"
)

// pair is one block of testdata/pairs.txt, which explains its form.
type pair struct {
	line                     int
	rule, in, from, to, path string
	schemaBroken             bool
}

func readPairs(t *testing.T) []pair {
	t.Helper()
	raw, err := os.ReadFile("testdata/pairs.txt")
	if err != nil {
		t.Fatal(err)
	}
	var pairs []pair
	for i, line := range strings.Split(string(raw), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, _ := strings.Cut(line, " ")
		value = strings.TrimSpace(value)
		if key == "rule" {
			pairs = append(pairs, pair{line: i + 1})
		}
		p := &pairs[len(pairs)-1]
		switch key {
		case "rule":
			p.rule = value
		case "in":
			p.in = value
		case "-":
			p.from = value
		case "+":
			p.to = repeat(t, value)
		case "at":
			p.path = value
		case "schema":
			p.schemaBroken = value == "broken"
		default:
			t.Fatalf("testdata/pairs.txt:%d: unknown key %q", i+1, key)
		}
	}
	return pairs
}

// repeat resolves {N * text}.
func repeat(t *testing.T, s string) string {
	t.Helper()
	before, rest, found := strings.Cut(s, "{")
	if !found {
		return s
	}
	inside, after, _ := strings.Cut(rest, "}")
	number, text, _ := strings.Cut(inside, " * ")
	n, err := strconv.Atoi(number)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return before + strings.Repeat(text, n) + after
}

// change replaces the one place that from describes.
func change(t *testing.T, raw []byte, from, to string) []byte {
	t.Helper()
	head, tail, spans := strings.Cut(from, "…")
	if n := bytes.Count(raw, []byte(head)); n != 1 {
		t.Fatalf("%q occurs %d times, want once", head, n)
	}
	start := bytes.Index(raw, []byte(head))
	end := start + len(head)
	if spans {
		i := bytes.Index(raw[end:], []byte(tail))
		if i < 0 {
			t.Fatalf("%q does not follow %q", tail, head)
		}
		end += i + len(tail)
	}
	return slices.Concat(raw[:start], []byte(to), raw[end:])
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "samples", name+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func profileFor(t testing.TB, rule string) *profile.Profile {
	t.Helper()
	name, _, _ := strings.Cut(rule, ".")
	return named(t, map[string]string{"base": "base", "cpmi": "cpmi", "cbpr": "cbpr2026"}[name])
}

func named(t testing.TB, name string) *profile.Profile {
	t.Helper()
	p, ok := profile.ByName(name)
	if !ok {
		t.Fatalf("there is no profile %q", name)
	}
	return p
}

func both(v profile.Verdict) []schema.Fault { return slices.Concat(v.Refusals, v.Warnings) }

func TestMinimalPairs(t *testing.T) {
	pairs := readPairs(t)
	shown := map[string]bool{}
	for _, p := range pairs {
		shown[p.rule] = true
		t.Run(p.rule+"/"+p.in, func(t *testing.T) { testPair(t, p) })
	}
	rules := 0
	for _, name := range profile.Names() {
		for _, rule := range named(t, name).Rules {
			rules++
			if !shown[rule.ID] {
				t.Errorf("%s has no minimal pair in testdata/pairs.txt", rule.ID)
			}
		}
	}
	t.Logf("%d pairs for %d rules; profiles have %d rules with those they share", len(pairs), len(shown), rules)
	if len(pairs) < 120 {
		t.Errorf("%d pairs, want at least 120", len(pairs))
	}
}

func testPair(t *testing.T, p pair) {
	examiner := profileFor(t, p.rule)
	rule := slices.IndexFunc(examiner.Rules, func(r profile.Rule) bool { return r.ID == p.rule })
	if rule < 0 {
		t.Fatalf("testdata/pairs.txt:%d: there is no rule %s in %s", p.line, p.rule, examiner.Name)
	}
	good := messages.Read(sample(t, p.in), messages.Options{})
	if !good.Valid() {
		t.Fatalf("the sample is not valid by its schema: %v", good.Faults())
	}
	if found := both(examiner.Examine(good)); len(found) > 0 {
		t.Fatalf("the sample does not keep the rules of %s: %v", examiner.Name, found)
	}
	bad := messages.Read(change(t, sample(t, p.in), p.from, p.to), messages.Options{})
	if bad.Valid() == p.schemaBroken {
		t.Errorf("after the change valid by the schema: %v, faults %v", bad.Valid(), bad.Faults())
	}
	verdict := examiner.Examine(bad)
	found := both(verdict)
	if len(found) == 0 {
		t.Fatal("the change breaks no rule")
	}
	for _, fault := range found {
		if fault.Rule != p.rule {
			t.Errorf("the change breaks %s too, at %s: %s", fault.Rule, fault.Path, fault.Text)
		}
	}
	if found[0].Path != p.path {
		t.Errorf("reported at\n%s, want\n%s", found[0].Path, p.path)
	}
	if refused := len(verdict.Refusals) > 0; refused != (examiner.Rules[rule].Action == profile.Refuse) {
		t.Errorf("the message is refused: %v, which is not what the rule says", refused)
	}
	if refusals := examiner.Check(bad); !slices.Equal(refusals, verdict.Refusals) {
		t.Errorf("Check gives %v, Examine %v", refusals, verdict.Refusals)
	}
}
