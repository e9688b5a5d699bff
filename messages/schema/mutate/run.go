package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/libxml"
)

// pass makes and judges all messages of one seed and adds them to the report.
func (p *plan) pass(ctx context.Context, seed uint64, r *report) error {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // left-over temporary files are no failure
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			if err := p.work(ctx, seed, dir, numbers, r); err != nil {
				cancel(err)
			}
		})
	}
	for i := range p.jobs() {
		select {
		case numbers <- i:
		case <-ctx.Done():
		}
	}
	close(numbers)
	workers.Wait()
	return context.Cause(ctx)
}

// work does jobs until there are no more.
func (p *plan) work(ctx context.Context, seed uint64, dir string, numbers <-chan int, r *report) error {
	judge, err := libxml.NewJudge(dir)
	if err != nil {
		return err
	}
	for i := range numbers {
		j := p.job(seed, i)
		texts := make([][]byte, len(j.documents))
		for k := range j.documents {
			texts[k] = j.documents[k].text
		}
		verdicts, err := judge.Ask(ctx, j.typ.xsd, texts)
		if err != nil {
			return err
		}
		for k := range j.documents {
			d := j.documents[k]
			c := compare(j.typ, d.text, verdicts[k])
			why := ""
			if c.differs {
				if why, err = p.explain(ctx, judge, j.typ, d.text, c); err != nil {
					return err
				}
			}
			r.add(j, d, c, why)
			if c.differs && why == "" {
				if err := p.keep(ctx, judge, seed, j, d, r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// comparison is what both say of one text.
type comparison struct {
	faults  []schema.Fault
	theirs  libxml.Verdict
	policy  bool // we refuse it by policy alone
	differs bool
}

// compare sets our verdict on a text of type t beside theirs.
func compare(t *messageType, text []byte, theirs libxml.Verdict) comparison {
	read := schema.Read(text, schema.Options{})
	c := comparison{faults: read.Faults, theirs: theirs}
	if id := t.schema.ID(); len(c.faults) == 0 && read.Header.ID != id && read.Document.ID != id {
		// A changed digit in its namespace made it a valid message of another type.
		c.faults = []schema.Fault{{Rule: "schema.other-type", Text: "the message is not of type " + id}}
	}
	c.policy = len(c.faults) > 0
	for _, f := range c.faults {
		c.policy = c.policy && strings.HasPrefix(f.Rule, "policy.")
	}
	c.differs = (len(c.faults) == 0) != theirs.Valid && !c.policy
	return c
}

// keep writes the smallest message that still shows a difference to a file.
func (p *plan) keep(ctx context.Context, judge *libxml.Judge, seed uint64, j job, d document, r *report) error {
	if !r.room() {
		return nil
	}
	small, c, err := p.shrink(ctx, judge, j.typ, d.text)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.out == "" {
		if p.out, err = os.MkdirTemp("", "mutate-differences"); err != nil {
			return err
		}
	}
	found := difference{typ: j.typ.schema.ID(), kind: d.kind, seed: seed, job: j.number, comparison: c}
	found.file = filepath.Join(p.out, found.name(len(r.kept)))
	r.kept = append(r.kept, found)
	return os.WriteFile(found.file, small, 0o600)
}
