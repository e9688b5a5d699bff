package simulation

import (
	"context"
	"maps"
	"os"
)

// Shrink looks for a smaller run that still violates something: fewer payments first,
// then fewer kinds of faults, then fewer payments again. It returns that run's result
// with the history of what was violated. tried is told of every attempt.
func Shrink(ctx context.Context, s Settings, failed Result, tried func(payments, faults int)) (Result, error) {
	h := &shrinking{ctx: ctx, small: s, result: failed, tried: tried}
	h.small.Without = maps.Clone(s.Without)
	if h.small.Without == nil {
		h.small.Without = map[Fault]bool{}
	}
	h.small.Progress = nil
	for fewer := true; fewer && h.small.Payments > 1; {
		fewer = h.attempt(func(next *Settings) { next.Payments /= 2 }) //nolint:mnd // halves
	}
	h.fewerFaults()
	for step := h.small.Payments / 2; step > 0; step /= 2 { //nolint:mnd // halves
		for fewer := true; fewer && h.small.Payments > step; {
			fewer = h.attempt(func(next *Settings) { next.Payments -= step })
		}
	}
	if h.err != nil {
		return h.result, h.err
	}
	h.small.Subjects = []string{""}
	for _, v := range h.result.Violations {
		h.small.Subjects = append(h.small.Subjects, v.Subject)
	}
	return inFolder(ctx, h.small)
}

// shrinking is the smallest run so far that violates something, and what it came to.
type shrinking struct {
	ctx    context.Context //nolint:containedctx // of one call
	small  Settings
	result Result
	tried  func(payments, faults int)
	err    error // that ends it
}

// attempt tries a smaller run and keeps it if it still violates something.
func (h *shrinking) attempt(change func(next *Settings)) bool {
	if h.err != nil {
		return false
	}
	next := h.small
	next.Without = maps.Clone(h.small.Without)
	change(&next)
	r, err := inFolder(h.ctx, next)
	h.err = err
	h.tried(next.Payments, next.kinds())
	if err != nil || len(r.Violations) == 0 {
		return false
	}
	h.small, h.result = next, r
	return true
}

// fewerFaults goes without all kinds of faults, or without as many as it can.
func (h *shrinking) fewerFaults() {
	without := func(some ...Fault) func(*Settings) {
		return func(next *Settings) {
			for _, f := range some {
				next.Without[f] = true
			}
		}
	}
	if h.attempt(without(All()...)) {
		return
	}
	for _, f := range All() {
		if !h.small.Without[f] {
			h.attempt(without(f))
		}
	}
}

// kinds is how many kinds of faults a run has.
func (s *Settings) kinds() (n int) {
	for _, f := range All() {
		if !s.Without[f] {
			n++
		}
	}
	return n
}

// inFolder runs in a folder of its own inside that of the settings.
func inFolder(ctx context.Context, s Settings) (Result, error) {
	folder, err := os.MkdirTemp(s.Folder, "again")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // it lies in a temporary folder
	s.Folder = folder
	return Run(ctx, s)
}
