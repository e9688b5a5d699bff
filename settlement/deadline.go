package settlement

import "container/heap"

// deadlines is a heap of moments at which payments expire; equal moments come
// in the order of the payments' numbers.
type deadlines struct{ heap deadlineHeap }

type deadline struct {
	at Moment
	id PaymentID
}

func (d *deadlines) add(at Moment, id PaymentID) { heap.Push(&d.heap, deadline{at, id}) }

// due takes the first payment whose moment has come.
func (d *deadlines) due(now Moment) (PaymentID, bool) {
	if len(d.heap) == 0 || d.heap[0].at > now {
		return 0, false
	}
	next, _ := heap.Pop(&d.heap).(deadline)
	return next.id, true
}

type deadlineHeap []deadline

func (h deadlineHeap) Len() int { return len(h) }

func (h deadlineHeap) Less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].id < h[j].id
}

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
