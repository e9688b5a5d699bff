package gateway

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// scrubEvery is how often a scrub reads a little of the books: at most 4 MB in 250
// ms, so that a million payments are read within a few hours, unnoticed.
const scrubEvery = 250 * time.Millisecond

// scrubbed is what reading the books over has found.
type scrubbed struct {
	faults atomic.Int64
	first  atomic.Pointer[error]
}

func (s *scrubbed) unready() []string {
	first := s.first.Load()
	if first == nil {
		return nil
	}
	return []string{fmt.Sprintf("the books are damaged in %d places, the first: %v; look with 'dragoman audit', then start again with --rebuild", s.faults.Load(), *first)}
}

// scrub reads the books over and over, a little with each tick. Damage is told and
// keeps the node from being ready; it goes on with what it has, for what it reads it
// checks.
func (n *Node) scrub(ctx context.Context, ticks <-chan time.Time) {
	found := &scrubbed{}
	n.also(found.unready)
	s := n.Books.NewScrubber()
	told := map[string]bool{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		for _, fault := range s.Step(ctx) {
			if told[fault.Error()] || len(told) == maxScrubTold {
				continue // of an earlier round
			}
			told[fault.Error()] = true
			found.faults.Add(1)
			found.first.CompareAndSwap(nil, &fault)
			n.log.Error("books: damage was found while reading them over", zap.Error(fault))
		}
	}
}

// maxScrubTold bounds the places of damage that are told one by one.
const maxScrubTold = 1000
