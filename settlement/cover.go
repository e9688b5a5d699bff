package settlement

// Covers: a customer transfer whose money moves by a payment of its own (COVE)
// waits until that one, its cover, has settled, and is delivered then. Whichever
// comes first, they find each other under the name of their pair: receiver, UETR,
// currency and amount. One cover settles one transfer.

// ByCover tells that a payment is a customer transfer that moves nothing itself.
func (p *Payment) ByCover() bool { return p.Kind == KindCustomer && p.Pair != (Identity{}) }

// bare tells that a payment moves nothing: an advice, or a transfer with a cover.
func (p *Payment) bare() bool { return p.Kind == KindAdvice || p.ByCover() }

// asPair files a transfer or a cover under the name of its pair.
func (p *Payment) asPair() {
	if p.Pair != (Identity{}) && p.Refusal.Code == "" {
		p.Names = append(p.Names[:len(p.Names):len(p.Names)], p.Pair)
	}
}

// cover is the first settled cover of a pair that has settled no transfer yet and of
// which nothing has gone back; 0: there is none.
func (e *Engine) cover(pair Identity) PaymentID {
	used := map[PaymentID]bool{}
	var covers []PaymentID
	for id := range e.identities.Candidates(pair.Key()) {
		p, ok := e.Payment(PaymentID(id))
		if !ok || p.Pair != pair || p.State != StateSettled {
			continue
		}
		if p.ByCover() {
			used[p.CoveredBy] = true
		} else if settled, open := e.Returned(p.ID); settled+open == 0 {
			covers = append(covers, p.ID)
		}
	}
	for _, p := range e.tried {
		if p.ByCover() && p.Pair == pair && p.State == StateSettled {
			used[p.CoveredBy] = true
		}
	}
	for _, id := range covers {
		if !used[id] {
			return id
		}
	}
	return 0
}

// nextBare is what happens to a payment that moves nothing.
func (e *Engine) nextBare(p *Payment) Event {
	switch {
	case p.Kind == KindAdvice:
		return EventDeliver
	case e.cover(p.Pair) == 0:
		return EventMiss
	}
	return EventCover
}

// uncovered lets the transfer go that waited for a cover which has settled.
func (e *Engine) uncovered(cover *Payment) {
	if cover.Pair == (Identity{}) || cover.ByCover() {
		return
	}
	for id := range e.identities.Candidates(cover.Pair.Key()) {
		if p := e.open[PaymentID(id)]; p != nil && p.Pair == cover.Pair && p.State == StateUncovered {
			e.move(p, EventCover, Reason{})
			return
		}
	}
}

// Cover checks a settled transfer with a cover against that cover, which may have
// come before or after it; known is false when there is none.
func (a *Audit) Cover(transfer, cover Payment, known bool) {
	switch {
	case !known || cover.Kind != KindCover || cover.State != StateSettled || cover.Pair != transfer.Pair || cover.Receiver != transfer.Receiver:
		a.find("payment %d is settled by payment %d, which is no cover of it", transfer.ID, transfer.CoveredBy)
	case a.covers[cover.ID]:
		a.find("payment %d is settled by payment %d, which has settled another", transfer.ID, cover.ID)
	}
	a.covers[cover.ID] = true
}
