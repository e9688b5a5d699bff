package simulation

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"time"
)

// world is virtual time and everything that is due in it.
type world struct {
	now    time.Duration // since the beginning
	due    queue
	last   uint64 // number of the event scheduled last
	random *rand.Rand
	faults *faults
	trace  trace
	// jumped is how far the gateway's wall clock is from the world's.
	jumped time.Duration
}

// beginning is a Monday morning.
var beginning = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func newWorld(seed uint64, without map[Fault]bool) *world {
	w := &world{random: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))} //nolint:gosec // a seed must repeat a run
	w.faults = newFaults(w.random, without)
	return w
}

// wall is what the gateway's clock shows.
func (w *world) wall() time.Time { return beginning.Add(w.now + w.jumped) }

// after has something happen later. What is due at the same moment happens in the
// order in which it was scheduled.
func (w *world) after(d time.Duration, what func()) {
	w.last++
	heap.Push(&w.due, event{w.now + d, w.last, what})
}

// step lets the next thing happen; false: nothing is due any more.
func (w *world) step() bool {
	if len(w.due) == 0 {
		return false
	}
	e, _ := heap.Pop(&w.due).(event)
	w.now = e.at
	e.what()
	return true
}

// between draws a length of time.
func (w *world) between(least, most time.Duration) time.Duration {
	return least + time.Duration(w.random.Int64N(int64(most-least)))
}

// chance is true once in n.
func (w *world) chance(n int) bool { return w.random.IntN(n) == 0 }

// Elapsed is the monotonic clock of the gateway.
func (w *world) Elapsed() time.Duration { return w.now }

// After is never waited for: what is due is scheduled instead.
func (w *world) After(time.Duration) (fires <-chan time.Time, stop func()) { return nil, func() {} }

type event struct {
	at     time.Duration
	number uint64
	what   func()
}

type queue []event

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].number < q[j].number
}

func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

func (q *queue) Push(x any) {
	e, _ := x.(event)
	*q = append(*q, e)
}

func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = event{}
	*q = old[:len(old)-1]
	return last
}

// trace keeps what happened, for the history of a violation.
type trace struct {
	lines []line
	kept  map[string]bool // subjects; nil: none is kept
}

type line struct {
	at            time.Duration
	subject, text string
}

// note keeps a line about a message, a payment, or the whole ("").
func (w *world) note(subject, format string, args ...any) {
	if w.trace.kept == nil || subject != "" && !w.trace.kept[subject] {
		return
	}
	w.trace.lines = append(w.trace.lines, line{w.now, subject, fmt.Sprintf(format, args...)})
}

func (l line) String() string {
	subject := l.subject
	if subject != "" {
		subject += ": "
	}
	return fmt.Sprintf("%12.6fs  %s%s", l.at.Seconds(), subject, l.text)
}
