package schema_test

import (
	"math/rand/v2"
	"testing"

	"dragoman/messages"
	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/sample"
)

// Messages of every type, as far as the schema allows, with foreign content:
// the canonical form is its own, and JSON and back gives just that form. The
// test stands here, beside the writer of samples.
func TestFormsOfEveryType(t *testing.T) {
	const atLeast, seed = 660, 1
	forms := []sample.Form{sample.Minimal, sample.Random, sample.Full}
	if testing.Short() {
		forms = forms[1:2]
	}
	types, foreign := map[string]bool{}, 0
	for _, id := range schema.IDs() {
		for k, form := range forms {
			w := sample.Writer{Rand: rand.New(rand.NewPCG(seed, uint64(k))), Form: form, Budget: 400}
			if k > 0 {
				w.Prefix, w.Indent = "p", true
			}
			raw := w.Message(schema.Lookup(id))
			top := root(t, raw)
			canonical := messages.Canonical(top)
			back, err := messages.FromJSON(messages.ToJSON(top))
			if err != nil {
				t.Fatalf("%s: %v\n%s", id, err, raw)
			}
			if string(back) != string(canonical) {
				t.Fatalf("%s: by JSON\n%s\nthe canonical form is\n%s", id, back, canonical)
			}
			if again := messages.Canonical(root(t, canonical)); string(again) != string(canonical) {
				t.Fatalf("%s: the form\n%s\nhas the form\n%s", id, canonical, again)
			}
			types[id] = true
			for n := range top.Walk() {
				if n.Wildcard() {
					foreign++
				}
			}
		}
	}
	t.Logf("%d types, %d pieces of foreign content", len(types), foreign)
	if len(types) < atLeast || foreign < atLeast/2 {
		t.Errorf("want at least %d types and %d pieces of foreign content", atLeast, atLeast/2)
	}
}

func root(t *testing.T, raw []byte) schema.Node {
	t.Helper()
	m := messages.Read(raw, messages.Options{})
	if !m.Valid() {
		t.Fatalf("not valid: %+v\n%s", m.Faults()[0], raw)
	}
	if m.Document().Exists() {
		return m.Document().Root
	}
	return m.Header().Root
}
