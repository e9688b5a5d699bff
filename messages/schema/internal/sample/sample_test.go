package sample_test

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/sample"
)

// TestMessages writes messages of every type in every form; what it writes must
// be valid and of the size asked for.
func TestMessages(t *testing.T) {
	if testing.Short() {
		t.Skip("not in short runs: it takes long under the race detector")
	}
	count := 0
	for i, id := range schema.IDs() {
		s := schema.Lookup(id)
		w := &sample.Writer{Rand: rand.New(rand.NewPCG(1, uint64(i))), Budget: 200}
		sizes := map[sample.Form]int{}
		for _, form := range []sample.Form{sample.Minimal, sample.Random, sample.Full} {
			w.Form, w.Indent = form, form == sample.Random
			w.Prefix = map[sample.Form]string{sample.Full: "p"}[form]
			text := w.Message(s)
			if faults := schema.Read(text, schema.Options{}).Faults; len(faults) > 0 {
				t.Errorf("%s, form %d: %+v", id, form, faults[0])
			}
			sizes[form] = strings.Count(string(text), "</")
			count++
		}
		if sizes[sample.Minimal] > sizes[sample.Full] {
			t.Errorf("%s: %d elements at least, %d in full", id, sizes[sample.Minimal], sizes[sample.Full])
		}
	}
	t.Logf("%d messages", count)
	if count < 3*666 {
		t.Errorf("%d messages, wanted three of each type", count)
	}
}

// TestToward checks that a wanted element is come upon often.
func TestToward(t *testing.T) {
	s := schema.Lookup("pacs.008.001.08")
	found := func(toward func(*schema.Particle) bool) (n int) {
		w := &sample.Writer{Rand: rand.New(rand.NewPCG(1, 1)), Form: sample.Random, Budget: 100, Toward: toward}
		for range 300 {
			if strings.Contains(string(w.Message(s)), "<TaxRmt>") {
				n++
			}
		}
		return n
	}
	by := found(func(p *schema.Particle) bool { return p.Name == "TaxRmt" })
	if without := found(nil); by < 20 || by < 3*without {
		t.Errorf("found in %d of 300 messages, without being wanted in %d", by, without)
	}
}

func TestText(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for n := range 200 {
		if text := sample.Text(r, n); utf8.RuneCountInString(text) != n {
			t.Errorf("%q has %d characters, wanted %d", text, utf8.RuneCountInString(text), n)
		}
	}
}

func TestMatching(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, pattern := range []string{`[A-Z0-9]{4,4}[A-Z]{2,2}[A-Z0-9]{2,2}([A-Z0-9]{3,3}){0,1}`, `a|b*`, `\+[0-9]{1,3}-[0-9()+\-]{1,30}`, `.*Z`, `(x+y?)*`} {
		whole := regexp.MustCompile(`^(?:` + pattern + `)$`)
		for range 200 {
			if text := sample.Matching(r, pattern); !whole.MatchString(text) {
				t.Errorf("%q does not match %s", text, pattern)
			}
		}
	}
	if text := sample.Matching(r, "("); text != "" {
		t.Errorf("%q for a pattern that is none", text)
	}
}
