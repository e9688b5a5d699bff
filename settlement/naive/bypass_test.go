package naive

import (
	"fmt"
	"slices"

	s "dragoman/settlement"
)

// passes tells that a payment need not wait behind another for the money of an account:
// its owner allows bypass, they are of one band, and the other cannot go.
func (m *model) passes(p, before *payment, id s.AccountID) bool {
	return m.account(id).bypass && p.Band == before.Band && !m.goes(before)
}

// went tells that in the kernel a payment waits no more.
func (m *model) went(p *payment) bool {
	return p.state == s.StateWaiting && m.kernel(p.id) != s.StateWaiting
}

// Orders of payments that one event lets go are few. More than so many attempts to find
// one would be a mistake of the model.
const maxAttempts = 5_000

// followHeads lets go what the kernel let go, in an order in which it is each one's turn.
func (m *model) followHeads(last bool) {
	attempts := 0
	order, found := m.order(last, &attempts)
	if !found && m.odd == "" {
		m.odd = fmt.Sprintf("of what waits the kernel let %v go, which no order explains; ready are %v", m.gone(), ids(m.ready()))
	}
	for _, id := range order {
		p := m.payments[id-1]
		for i := range m.accounts {
			if q := m.queue(s.AccountID(i + 1)); slices.Contains(q, p) && q[0] != p {
				m.came("passes another")
			}
		}
		m.turn(p)
	}
}

// order finds an order in which everything goes that went, unless the event goes on, and
// behind which nothing that could go is left.
func (m *model) order(last bool, attempts *int) ([]s.PaymentID, bool) {
	ready := m.ready()
	if len(ready) == 0 {
		return nil, !last || len(m.gone()) == 0
	}
	for _, p := range ready {
		if *attempts++; !m.went(p) || *attempts > maxAttempts {
			continue
		}
		c := m.copy()
		c.kernel = m.kernel
		c.turn(c.payments[p.id-1])
		if c.payments[p.id-1].state != m.kernel(p.id) {
			continue
		}
		if rest, found := c.order(last, attempts); found {
			return append([]s.PaymentID{p.id}, rest...), true
		}
	}
	return nil, false
}

func (m *model) gone() (all []s.PaymentID) {
	for _, p := range m.payments {
		if m.went(p) {
			all = append(all, p.id)
		}
	}
	return all
}

func ids(payments []*payment) (all []s.PaymentID) {
	for _, p := range payments {
		all = append(all, p.id)
	}
	return all
}

// followSets lets go what the kernel let go at the end of a group: together it breaks no
// rule, and nothing more could go by itself or in a set without bypass.
func (m *model) followSets() {
	out := map[*payment]bool{}
	var set []*payment
	for _, p := range m.payments {
		switch {
		case !m.went(p):
			out[p] = true
		case m.kernel(p.id) == s.StateRejected:
			out[p] = true
			if !m.mayBeFull(p) {
				m.odd = fmt.Sprintf("payment %d is refused and who gets it may hold any amount", p.id)
			}
		default:
			set = append(set, p)
		}
	}
	if why := m.wrong(set, out); why != "" {
		m.odd = fmt.Sprintf("the kernel let %v go: %s", ids(set), why)
		return
	}
	for _, p := range set {
		m.pay(p)
	}
	for _, p := range m.payments {
		if m.went(p) {
			m.step(p, s.EventRefuse, full())
		}
	}
	m.lowerLines()
	if rest := append(m.ready(), m.set()...); len(rest) > 0 {
		m.odd = fmt.Sprintf("the kernel let %v go, and %v could", ids(set), ids(rest))
	}
}

// wrong tells why payments cannot go together while others stay out.
func (m *model) wrong(set []*payment, out map[*payment]bool) string {
	for i, a := range m.accounts {
		id := s.AccountID(i + 1)
		queue := m.queue(id)
		var last *payment
		for j, p := range queue {
			if out[p] {
				continue
			}
			last = p
			for _, q := range queue[:j] {
				if out[q] && m.kernel(q.id) == s.StateWaiting && (!a.bypass || q.Band != p.Band) {
					return fmt.Sprintf("%d overtakes %d in account %d", p.id, q.id, id)
				}
				if out[q] {
					m.came("passes another in a set")
				}
			}
		}
		if last != nil && m.bounded(id) && m.leftAfter(id, out) < m.kept(id, last.Band, m.going(id, out)) {
			return fmt.Sprintf("account %d has not the money", id)
		}
	}
	for _, c := range m.controls {
		pays := slices.ContainsFunc(set, func(p *payment) bool { return !liquidity(p.Kind) && m.paid(p, c) > 0 })
		if pays && c.Kind != s.ControlReservation && !m.within(c, set) {
			return fmt.Sprintf("limit %+v is exceeded", c.ControlChange)
		}
	}
	return ""
}
