package messages_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// corpusFolders hold every message beside the project.
var corpusFolders = []string{"messages", "cbpr", "mt-mx-pairs"}

// seeded is a random source. Its seed is the same in every run, so that a verdict
// on a change is not one of chance; DRAGOMAN_SEED takes others.
func seeded(tb testing.TB) *rand.Rand {
	tb.Helper()
	return rand.New(rand.NewPCG(seedOf(tb), 0))
}

func seedOf(tb testing.TB) uint64 {
	tb.Helper()
	seed := uint64(1)
	if text := os.Getenv("DRAGOMAN_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			tb.Fatal(err)
		}
	}
	tb.Logf("DRAGOMAN_SEED=%d", seed)
	return seed
}

// partOf is the part of a message that is of the type.
func partOf(m *messages.Message, id string) messages.Part {
	if m.Header().ID == id {
		return m.Header()
	}
	return m.Document()
}

// However a message is written, its canonical form is the same.
func TestCanonicalOfTheCorpusRestyled(t *testing.T) {
	const styles, atLeast = 4, 3500
	random, count := seeded(t), 0
	for _, file := range corpusFiles(t, corpusFolders...) {
		for _, part := range file.parts() {
			form := messages.Canonical(part.Root)
			for range styles {
				styled := restyle(t, random, part)
				m := messages.Read([]byte(styled), messages.Options{})
				if !m.Valid() {
					t.Fatalf("%s: restyled it is not valid: %+v\n%s", file.path, m.Faults()[0], styled)
				}
				again := partOf(m, part.ID).Root
				if messages.Digest(again) != messages.Digest(part.Root) {
					t.Errorf("%s: another digest", file.path)
				}
				sameText(t, string(messages.Canonical(again)), string(form))
				count++
			}
			if t.Failed() {
				t.FailNow()
			}
		}
	}
	t.Logf("%d styles of messages", count)
	if count < atLeast {
		t.Errorf("only %d styles, want at least %d", count, atLeast)
	}
}

// The canonical form is valid and its own canonical form.
func TestCanonicalOfTheCorpusIsStable(t *testing.T) {
	const atLeast = 1000
	count := 0
	for _, file := range corpusFiles(t, corpusFolders...) {
		for _, part := range file.parts() {
			form := messages.Canonical(part.Root)
			m := messages.Read(form, messages.Options{})
			if !m.Valid() {
				t.Fatalf("%s: the form is not valid: %+v", file.path, m.Faults()[0])
			}
			sameText(t, string(messages.Canonical(partOf(m, part.ID).Root)), string(form))
			count++
		}
	}
	t.Logf("%d parts", count)
	if count < atLeast {
		t.Errorf("only %d parts, want at least %d", count, atLeast)
	}
}

// mutation changes one thing that a canonical message says, at a node that fits.
type mutation struct {
	name   string
	fits   func(n messages.Node) bool
	change func(random *rand.Rand, form []byte, n messages.Node) []byte
}

// splice puts with in the place of form[from:to].
func splice(form []byte, from, to int, with string) []byte {
	return bytes.Join([][]byte{form[:from], form[to:]}, []byte(with))
}

func simple(n messages.Node) bool { return n.Type() != nil && n.Type().Simple() && n.Text() != "" }

var mutations = []mutation{
	{"character", simple, func(random *rand.Rand, form []byte, n messages.Node) []byte {
		from, to := n.Content()
		at := from + random.IntN(to-from)
		if c := form[at]; c < '0' || c > 'z' || c == '<' || c == '>' {
			return form
		}
		return splice(form, at, at+1, string("0123456789ABCDEFGHabcdefgh"[random.IntN(26)]))
	}},
	{"white space in text", func(n messages.Node) bool {
		return simple(n) && n.Type().Kind == schema.String
	}, func(_ *rand.Rand, form []byte, n messages.Node) []byte {
		_, to := n.Content()
		return splice(form, to, to, " ")
	}},
	{"trailing zero", func(n messages.Node) bool {
		return simple(n) && n.Type().Kind == schema.Decimal && strings.Contains(n.Text(), ".")
	}, func(_ *rand.Rand, form []byte, n messages.Node) []byte {
		_, to := n.Content()
		return splice(form, to, to, "0")
	}},
	{"currency", func(n messages.Node) bool {
		return n.Attr("Ccy") != ""
	}, func(_ *rand.Rand, form []byte, n messages.Node) []byte {
		at := n.Offset() + bytes.IndexByte(form[n.Offset():], '"') + 1
		return splice(form, at, at+3, "XTS")
	}},
	{"order", func(n messages.Node) bool {
		return n.Index() > 1
	}, func(_ *rand.Rand, form []byte, n messages.Node) []byte {
		var before messages.Node
		for sibling := range n.Parent().All(n.Name()) {
			if sibling == n {
				break
			}
			before = sibling
		}
		return splice(form, before.Offset(), n.Offset()+len(n.Raw()), string(n.Raw())+string(before.Raw()))
	}},
	{"element less", func(n messages.Node) bool {
		return n.Particle().Min == 0
	}, func(_ *rand.Rand, form []byte, n messages.Node) []byte {
		return splice(form, n.Offset(), n.Offset()+len(n.Raw()), "")
	}},
	{"element more", func(n messages.Node) bool {
		return n.Particle().Repeats()
	}, func(_ *rand.Rand, form []byte, n messages.Node) []byte {
		return splice(form, n.Offset(), n.Offset(), string(n.Raw()))
	}},
}

// mutate tries a mutation at some node; nil means that none was found.
func (m mutation) mutate(random *rand.Rand, form []byte, nodes []messages.Node) []byte {
	const tries = 20
	for range tries {
		if n := nodes[random.IntN(len(nodes))]; m.fits(n) {
			return m.change(random, form, n)
		}
	}
	return nil
}

// Whatever one changes of what a message says, its canonical form changes.
func TestCanonicalOfTheCorpusMutated(t *testing.T) {
	const tries, atLeast = 4, 100
	random, counts := seeded(t), map[string]int{}
	for _, file := range corpusFiles(t, corpusFolders...) {
		for _, part := range file.parts() {
			form := messages.Canonical(part.Root)
			root := partOf(messages.Read(form, messages.Options{}), part.ID).Root
			var nodes []messages.Node
			for n := range root.Walk() {
				nodes = append(nodes, n)
			}
			for range tries {
				for _, mutation := range mutations {
					mutant := mutation.mutate(random, form, nodes)
					if mutant == nil || bytes.Equal(mutant, form) {
						continue
					}
					m := messages.Read(mutant, messages.Options{})
					if !m.Valid() {
						continue
					}
					mutated := partOf(m, part.ID).Root
					if bytes.Equal(messages.Canonical(mutated), form) || messages.Digest(mutated) == messages.Digest(root) {
						t.Fatalf("%s: %s makes no difference:\n%s", file.path, mutation.name, mutant)
					}
					counts[mutation.name]++
				}
			}
		}
	}
	t.Log(counts)
	for _, mutation := range mutations {
		if counts[mutation.name] < atLeast {
			t.Errorf("%s: only %d valid mutants, want at least %d", mutation.name, counts[mutation.name], atLeast)
		}
	}
}
