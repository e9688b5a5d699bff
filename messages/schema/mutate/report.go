package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// tally counts the mutants of one kind.
type tally struct {
	count, valid, invalid int // by libxml2
	policy                int // valid by libxml2, refused by our policy
	explained             int
}

// difference is one that nothing explains.
type difference struct {
	typ, kind string
	seed      uint64
	job       int
	file      string
	comparison
}

func (d difference) name(n int) string {
	return fmt.Sprintf("%03d-%s-%s-seed%d-job%d.xml", n, d.typ, d.kind, d.seed, d.job)
}

// report is what all passes counted.
type report struct {
	plan *plan

	mu          sync.Mutex
	kinds       map[string]*tally
	types       map[string]int
	mutants     int
	unchanged   tally
	reasons     map[string]int // explained differences by explanation
	differences []string
	kept        []difference
	wanted      int
}

func newReport(p *plan) *report {
	r := &report{plan: p, kinds: map[string]*tally{}, types: map[string]int{}, reasons: map[string]int{}}
	for _, k := range p.kinds {
		r.kinds[k.name] = &tally{}
	}
	return r
}

// add counts one judged document; why explains a difference.
func (r *report) add(j job, d document, c comparison, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.unchanged
	if d.kind != unchanged {
		t = r.kinds[d.kind]
		r.mutants++
		r.types[j.typ.schema.ID()]++
	}
	t.count++
	if c.theirs.Valid {
		t.valid++
	} else {
		t.invalid++
	}
	if c.theirs.Valid && c.policy {
		t.policy++
	}
	switch {
	case why != "":
		t.explained++
		r.reasons[why]++
	case c.differs:
		r.differences = append(r.differences, j.typ.schema.ID()+" "+d.kind)
	}
}

// maxKept bounds the differences that are shrunk and printed; the rest is
// counted.
const maxKept = 20

func (r *report) room() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wanted++
	return r.wanted <= maxKept
}

func percent(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return 100 * part / whole
}

func (r *report) sum() (sum tally) {
	for _, t := range r.kinds {
		sum.count += t.count
		sum.valid += t.valid
		sum.invalid += t.invalid
		sum.policy += t.policy
		sum.explained += t.explained
	}
	return sum
}

func (r *report) print(out io.Writer) {
	var b strings.Builder
	row := func(name string, t tally) {
		fmt.Fprintf(&b, "%-24s %8d %8d %8d %8d %8d\n", name, t.count, t.valid, t.invalid, t.policy, t.explained)
	}
	fmt.Fprintf(&b, "%-24s %8s %8s %8s %8s %8s\n", "kind of change", "mutants", "valid", "invalid", "policy", "explained")
	for _, k := range r.plan.kinds {
		row(k.name, *r.kinds[k.name])
	}
	sum := r.sum()
	row("all", sum)
	row("(unchanged messages)", r.unchanged)
	fmt.Fprintf(&b, "by libxml2 %d%% valid, %d%% invalid; %d message types; policy: valid by libxml2, refused by us on purpose\n", percent(sum.valid, sum.count), percent(sum.invalid, sum.count), len(r.types))
	for _, e := range r.plan.explanations {
		verb := "explained by"
		if e.aside {
			verb = "not compared:"
		}
		fmt.Fprintf(&b, "%s %q (docs/divergences.md): %d\n", verb, e.name, r.reasons[e.name])
	}
	for _, d := range r.kept {
		fmt.Fprintf(&b, "DIFFERENCE %s %s seed %d job %d: %s\n  libxml2: %s\n", d.typ, d.kind, d.seed, d.job, d.file, verdict(d.theirs.Valid, d.theirs.Reason))
		ours := ""
		for _, f := range d.faults {
			ours += fmt.Sprintf(" %s %s %d:%d %s;", f.Rule, f.Path, f.Line, f.Column, f.Text)
		}
		fmt.Fprintf(&b, "  ours:    %s\n", verdict(len(d.faults) == 0, ours))
	}
	fmt.Fprintf(&b, "%d unexplained differences\n", len(r.differences))
	say(out, "%s", b.String())
}

func verdict(valid bool, reason string) string {
	if valid {
		return "valid"
	}
	return "invalid:" + reason
}

// leastShare is the percentage of mutants that must be valid, and invalid.
const leastShare = 30

// failure says what is below the numbers demanded.
func (r *report) failure(o options) error {
	var errs []error
	demand := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	sum := r.sum()
	demand(sum.count >= o.mutants, "%d mutants, wanted %d", sum.count, o.mutants)
	demand(percent(sum.valid, sum.count) >= leastShare, "%d%% of the mutants are valid, wanted %d%%", percent(sum.valid, sum.count), leastShare)
	demand(percent(sum.invalid, sum.count) >= leastShare, "%d%% of the mutants are invalid, wanted %d%%", percent(sum.invalid, sum.count), leastShare)
	demand(len(r.types) >= o.minTypes, "%d message types, wanted %d", len(r.types), o.minTypes)
	for _, k := range r.plan.kinds {
		demand(r.kinds[k.name].count >= o.minPerKind, "%d mutants of kind %s, wanted %d", r.kinds[k.name].count, k.name, o.minPerKind)
	}
	demand(r.unchanged.invalid <= r.unchanged.explained, "%d messages that should be valid before any change are invalid by libxml2", r.unchanged.invalid-r.unchanged.explained)
	demand(len(r.differences) == 0, "%d unexplained differences", len(r.differences))
	return errors.Join(errs...)
}
