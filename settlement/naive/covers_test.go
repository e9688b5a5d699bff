package naive

import s "dragoman/settlement"

// Covers: a transfer that moves nothing itself waits for a payment that does, of the
// same pair. One cover settles one transfer. An advice moves nothing at all.

// byCover tells that a payment is a transfer whose money moves by another.
func byCover(p *payment) bool { return p.Kind == s.KindCustomer && p.Pair != s.Identity{} }

// cover is the first settled cover of a pair that has settled no transfer and of which
// nothing has gone back or is about to.
func (m *model) cover(pair s.Identity) *payment {
	for _, c := range m.payments {
		if c.Pair != pair || c.Kind != s.KindCover || c.state != s.StateSettled || len(m.returnsOf(c.id)) > 0 {
			continue
		}
		free := true
		for _, p := range m.payments {
			free = free && (p.coveredBy == nil || p.coveredBy.id != c.id) // a trial looks at copies
		}
		if free {
			return c
		}
	}
	return nil
}

// passOn lets a payment that moves nothing do what it can do now.
func (m *model) passOn(p *payment) {
	if p.Kind == s.KindAdvice {
		m.step(p, s.EventDeliver, s.Reason{})
		return
	}
	if p.coveredBy = m.cover(p.Pair); p.coveredBy == nil {
		m.step(p, s.EventMiss, s.Reason{})
		return
	}
	m.step(p, s.EventCover, s.Reason{})
}

// covered lets the first transfer go that waits for a cover which has just settled.
func (m *model) covered(c *payment) {
	for _, p := range m.payments {
		if c.Kind == s.KindCover && c.Pair != (s.Identity{}) && p.Pair == c.Pair && p.state == s.StateUncovered {
			p.coveredBy = c
			m.step(p, s.EventCover, s.Reason{})
			return
		}
	}
}
