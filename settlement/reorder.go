package settlement

import "slices"

// firstTurn is the turn of the first payment that ever waits. Below it is room for
// payments that their owners put before all others.
const firstTurn = 1 << 40

// Reorder puts a waiting payment before or behind all others of its band, in every
// queue in which it stands. A held or scheduled one has no place yet: it can be put
// nowhere. False: it does not wait.
func (e *Engine) Reorder(id PaymentID, front bool) bool {
	p := e.open[id]
	if p == nil || p.State != StateWaiting || p.Kind == KindNet {
		return false
	}
	e.reorder(p, front)
	e.settleWaiting()
	return true
}

func (e *Engine) reorder(p *Payment, front bool) {
	e.leave(p)
	e.enqueue(p, front)
	if e.touch(p); front {
		e.netsFirst()
	}
	e.stir(p)
}

// firstTurn is the lowest turn in the band of a payment, of all its queues.
func (e *Engine) firstTurn(p *Payment) (first uint64, some bool) {
	queues := e.queues
	if p.Net {
		queues = e.nets
	}
	for account := range p.debits() {
		b := &queues[account-1].bands[p.Band]
		if b.count > 0 && (!some || b.places[b.head].turn < first) {
			first, some = b.places[b.head].turn, true
		}
	}
	return first, some
}

// addFirst puts a payment into a band before all that wait there.
func (b *band) addFirst(p *Payment) {
	b.count++
	if b.head == 0 {
		b.places = slices.Insert(b.places, 0, place{p.Turn, p})
		return
	}
	for i := b.head - 1; i >= 0 && b.places[i].turn != 0; i-- {
		b.places[i].turn = 0 // what stood there has left; the places stay ordered by turn
	}
	b.head--
	b.places[b.head] = place{p.Turn, p}
}
