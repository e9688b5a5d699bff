package settlement

import "slices"

// queue holds the payments that wait for one account's money: by band, and in
// order of arrival within a band unless the owner reordered them.
type queue struct {
	bands [bandCount][]PaymentID
	value int64 // sum of what waits, minor units
	count int
}

func (q *queue) add(p *Payment) {
	q.bands[p.Band] = append(q.bands[p.Band], p.ID)
	q.value += p.Legs[0].Amount
	q.count++
}

func (q *queue) remove(p *Payment) {
	band := q.bands[p.Band]
	i := slices.Index(band, p.ID)
	if i < 0 {
		broken("payment %d waits but is not in its queue", p.ID)
	}
	q.bands[p.Band] = slices.Delete(band, i, i+1)
	q.value -= p.Legs[0].Amount
	q.count--
}

// first is the payment to be served next; 0 when nothing waits.
func (q *queue) first() PaymentID {
	for _, band := range q.bands {
		if len(band) > 0 {
			return band[0]
		}
	}
	return 0
}

// precedes tells whether something waits that a new payment of that band may
// not overtake.
func (q *queue) precedes(b Band) bool {
	for _, band := range q.bands[:b+1] {
		if len(band) > 0 {
			return true
		}
	}
	return false
}
