package settlement

import (
	"cmp"
	"container/heap"
	"slices"
)

// deadlines is a heap of moments at which something happens to payments by itself. A
// payment that changes leaves its old deadline behind: stale ones are known by the
// payment's own deadline and dropped where they are met.
type deadlines struct{ heap deadlineHeap }

// deadline is one of them. Of equal moments those come first at which something ends,
// for what comes back then is there for what begins, in the order of the payments'
// numbers. What begins, such as when a day opens, begins by band and, within a band, in
// the order in which it stood in its queue when it was carried over; behind that comes
// what has not waited yet, by number.
type deadline struct {
	at     Moment
	begins bool
	band   Band
	turn   uint64
	id     PaymentID
}

// next is the deadline of a payment; at 0: nothing happens to it by itself.
func (p *Payment) next() deadline {
	d := deadline{at: p.deadline(), id: p.ID}
	if p.State == StateScheduled && p.Earliest == d.at && p.Earliest != p.Reject {
		d.begins, d.band, d.turn = true, p.Band, p.Turn-1 // no turn comes last
	}
	return d
}

func (d deadline) compare(other deadline) int {
	if d.begins != other.begins && d.at == other.at {
		if other.begins {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(d.at, other.at), cmp.Compare(d.band, other.band), cmp.Compare(d.turn, other.turn), cmp.Compare(d.id, other.id))
}

// minStale is how many stale deadlines are kept without a look at how many that
// is among all.
const minStale = 1024

// watch notes when something will happen to a payment that has changed.
func (e *Engine) watch(p *Payment) {
	if d := p.next(); d.at != 0 {
		heap.Push(&e.deadlines.heap, d)
	}
}

// current tells whether a deadline still is that of its payment.
func (e *Engine) current(d deadline) bool {
	p := e.open[d.id]
	return p != nil && p.next() == d
}

// NextDeadline is the moment at which a tick is due next; false: no payment waits
// for any.
func (e *Engine) NextDeadline() (Moment, bool) {
	at, some := e.nextPayment()
	if c := e.cases.next(); c != nil && (!some || c.Until < at) {
		return c.Until, true
	}
	return at, some
}

// nextPayment is when something happens next to a payment.
func (e *Engine) nextPayment() (Moment, bool) {
	h := &e.deadlines.heap
	for len(*h) > 0 && !e.current((*h)[0]) {
		heap.Pop(h)
	}
	if len(*h) == 0 {
		return 0, false
	}
	return (*h)[0].at, true
}

// due takes the first payment whose moment has come.
func (e *Engine) due() *Payment {
	at, some := e.nextPayment()
	if !some || at > e.now {
		return nil
	}
	d, _ := heap.Pop(&e.deadlines.heap).(deadline)
	return e.open[d.id]
}

// tidy drops stale deadlines when they are most of all.
func (e *Engine) tidy() {
	if h := &e.deadlines.heap; len(*h) > 2*len(e.open)+minStale {
		*h = slices.DeleteFunc(*h, func(d deadline) bool { return !e.current(d) })
		heap.Init(h)
	}
}

type deadlineHeap []deadline

func (h deadlineHeap) Len() int { return len(h) }

func (h deadlineHeap) Less(i, j int) bool { return h[i].compare(h[j]) < 0 }

func (h deadlineHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h *deadlineHeap) Push(x any) {
	d, _ := x.(deadline)
	*h = append(*h, d)
}

func (h *deadlineHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
