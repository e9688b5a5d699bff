package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/sample"
)

// messageType is one type that takes part.
type messageType struct {
	schema *schema.Schema
	xsd    string   // file of its schema
	corpus [][]byte // valid messages of it
}

// plan says which messages are made: all jobs follow from it and a seed.
type plan struct {
	options
	types    []*messageType
	kinds    []kind
	eligible [][]*messageType // by kind: the types that have what it needs
	corpus   int

	explanations []explanation
}

func newPlan(o options) (*plan, error) {
	p := &plan{options: o, kinds: kinds(), explanations: explanations()}
	byID := map[string]*messageType{}
	for _, id := range schema.IDs() {
		xsd := filepath.Join(o.shared, "xsd", id+".xsd")
		if _, err := os.Stat(xsd); err != nil {
			continue // compiled in from elsewhere
		}
		byID[id] = &messageType{schema: schema.Lookup(id), xsd: xsd}
		p.types = append(p.types, byID[id])
	}
	if len(p.types) == 0 {
		return nil, fmt.Errorf("no schema of a compiled type in %s", filepath.Join(o.shared, "xsd"))
	}
	if err := p.readCorpus(byID); err != nil {
		return nil, err
	}
	for _, k := range p.kinds {
		var eligible []*messageType
		for _, t := range p.types {
			if k.needs == nil || holds(t.schema, k.needs) {
				eligible = append(eligible, t)
			}
		}
		if len(eligible) == 0 {
			return nil, fmt.Errorf("no message type has what %s needs", k.name)
		}
		p.eligible = append(p.eligible, eligible)
	}
	return p, nil
}

// maxCorpusMessage bounds the corpus messages that are changed; changing a
// large one shows no more and costs more.
const maxCorpusMessage = 64 << 10

// readCorpus adds the valid messages that INDEX.tsv names.
func (p *plan) readCorpus(byID map[string]*messageType) error {
	index, err := os.ReadFile(filepath.Join(p.shared, "messages", "INDEX.tsv"))
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(index)) {
		columns := strings.Split(line, "\t")
		if len(columns) < 3 || columns[2] != "valid" || byID[columns[1]] == nil {
			continue
		}
		text, err := os.ReadFile(filepath.Join(p.shared, columns[0]))
		if err != nil {
			return err
		}
		if len(text) <= maxCorpusMessage {
			byID[columns[1]].corpus = append(byID[columns[1]].corpus, text)
			p.corpus++
		}
	}
	return nil
}

// holds tells whether some particle of the schema is of that sort.
func holds(s *schema.Schema, sort func(*schema.Particle) bool) bool {
	seen := map[*schema.Type]bool{}
	var visit func(p *schema.Particle) bool
	visit = func(p *schema.Particle) bool {
		if sort(p) {
			return true
		}
		if p.Type == nil || seen[p.Type] {
			return false
		}
		seen[p.Type] = true
		for i := range p.Type.Slots {
			for k := range p.Type.Slots[i].Alternatives {
				if visit(&p.Type.Slots[i].Alternatives[k]) {
					return true
				}
			}
		}
		return false
	}
	return visit(s.Root())
}

// document is one text to be judged.
type document struct {
	kind string // unchanged, or of which kind its change is
	text []byte
}

const unchanged = "unchanged"

// job is the documents of one kind and type that are judged together.
type job struct {
	number    int
	kind      int
	typ       *messageType
	documents []document
}

const (
	perBase  = 4   // mutants made of one valid message
	attempts = 400 // valid messages tried before a job gives up on a type
)

// jobs is how many jobs make one pass: the mutants, in equal shares of kinds.
func (p *plan) jobs() int {
	perKind := (p.mutants + len(p.kinds) - 1) / len(p.kinds)
	return (perKind + p.perJob - 1) / p.perJob * len(p.kinds)
}

// job makes job number i of a pass.
func (p *plan) job(seed uint64, i int) job {
	k := i % len(p.kinds)
	// Every kind goes through its types in an order of its own.
	order := rand.New(rand.NewPCG(seed, uint64(k))).Perm(len(p.eligible[k])) //nolint:gosec // repeatable on purpose; not negative
	r := rand.New(rand.NewPCG(seed, uint64(i)+1<<32))                        //nolint:gosec // repeatable on purpose; not negative
	j := job{number: i, kind: k, typ: p.eligible[k][order[(i/len(p.kinds))%len(order)]]}
	w := &sample.Writer{Rand: r, Toward: p.kinds[k].needs}
	seen := map[string]bool{}
	made := 0
	for try := 0; made < p.perJob && try < attempts; try++ {
		text := p.base(w, j.typ)
		if !seen[string(text)] {
			seen[string(text)] = true
			j.documents = append(j.documents, document{unchanged, text})
		}
		m := newMessage(w, text)
		if m == nil {
			continue // the judge decides who is wrong
		}
		for range perBase {
			changed, ok := p.kinds[k].change(m)
			if !ok || seen[changed] || made == p.perJob {
				continue
			}
			seen[changed] = true
			made++
			j.documents = append(j.documents, document{p.kinds[k].name, []byte(changed)})
		}
	}
	return j
}

// base is a valid message of the type, with what the change needs if chance
// allows.
func (p *plan) base(w *sample.Writer, t *messageType) []byte {
	r := w.Rand
	if len(t.corpus) > 0 && r.IntN(2) == 0 {
		return t.corpus[r.IntN(len(t.corpus))]
	}
	w.Budget, w.Form, w.Prefix, w.Indent = 10+r.IntN(200), sample.Random, "", r.IntN(3) == 0
	if w.Toward == nil || r.IntN(4) == 0 {
		w.Form = sample.Form(r.IntN(3))
	}
	if r.IntN(4) == 0 {
		w.Prefix = "p"
	}
	return w.Message(t.schema)
}
