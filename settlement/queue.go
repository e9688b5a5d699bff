package settlement

import (
	"cmp"
	"iter"
	"slices"
)

// queue holds the payments that wait for one account's money: by band, and in
// order of arrival within a band unless the owner reordered them. Adding, and
// taking from anywhere, costs no more than a search, however many wait. A payment
// that takes money from several accounts stands in the queue of each, under the
// same band and turn, so that two of them never wait for each other's places.
type queue struct {
	bands [bandCount]band
}

// band is ordered by turn. What has left stands empty until its places are the
// greater part, and what has left the front is passed over by head.
type band struct {
	places []place
	head   int
	count  int
	value  wide // sum of what is waited for here, minor units
}

type place struct {
	turn    uint64
	payment *Payment // nil: it has left
}

// add puts in a payment that takes so much here.
func (q *queue) add(p *Payment, amount int64) {
	b := &q.bands[p.Band]
	b.value = b.value.plus(amount)
	switch n := len(b.places); {
	case b.count > 0 && p.Turn < b.places[b.head].turn:
		b.addFirst(p)
		return
	case n > 0 && b.places[n-1].turn >= p.Turn:
		broken("payment %d has turn %d, not behind %d", p.ID, p.Turn, b.places[n-1].turn)
	}
	b.places = append(b.places, place{p.Turn, p})
	b.count++
}

func (q *queue) remove(p *Payment, amount int64) {
	b := &q.bands[p.Band]
	i, found := slices.BinarySearchFunc(b.places, p.Turn, func(at place, turn uint64) int { return cmp.Compare(at.turn, turn) })
	if !found || b.places[i].payment != p {
		broken("payment %d waits but is not in its queue", p.ID)
	}
	b.places[i].payment = nil
	b.count--
	b.value = b.value.plus(-amount)
	b.tidy()
}

// tidy moves head to the first that is still there, and closes the gaps when
// they are the greater part.
func (b *band) tidy() {
	for b.head < len(b.places) && b.places[b.head].payment == nil {
		b.head++
	}
	if b.count*2 < len(b.places)-b.count {
		b.places = slices.DeleteFunc(b.places, func(at place) bool { return at.payment == nil })
		b.head = 0
	}
}

// first is the payment to be served next; nil when nothing waits.
func (q *queue) first() *Payment {
	for i := range q.bands {
		if b := &q.bands[i]; b.count > 0 {
			return b.places[b.head].payment
		}
	}
	return nil
}

// precedes tells whether something waits that a new payment of that band may
// not overtake.
func (q *queue) precedes(b Band) bool {
	for i := range q.bands[:b+1] {
		if q.bands[i].count > 0 {
			return true
		}
	}
	return false
}

// upTo is the value of what waits in a band and before it.
func (q *queue) upTo(b Band) (value wide) {
	for i := range q.bands[:b+1] {
		value = value.add(q.bands[i].value)
	}
	return value
}

// count is how many wait.
func (q *queue) count() (n int) {
	for i := range q.bands {
		n += q.bands[i].count
	}
	return n
}

// above is the value of what waits before a band.
func (q *queue) above(b Band) (value wide) {
	for i := range q.bands[:b] {
		value = value.add(q.bands[i].value)
	}
	return value
}

// all are the payments in the order in which they will be served.
func (q *queue) all() iter.Seq[*Payment] {
	return func(yield func(*Payment) bool) {
		for i := range q.bands {
			for p := range q.bands[i].all() {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// all are the payments of the band in the order in which they will be served.
func (b *band) all() iter.Seq[*Payment] {
	return func(yield func(*Payment) bool) {
		for _, at := range b.places[b.head:] {
			if at.payment != nil && !yield(at.payment) {
				return
			}
		}
	}
}
