package settlement

import "slices"

// enqueued is a payment that has begun to wait, at the end of its band.
type enqueued struct {
	account AccountID
	band    Band
}

// clear settles together what waits for each other, as long as there is any. It
// is asked once a group, after everything that can go alone has gone.
func (e *Engine) clear() {
	for e.worthClearing() {
		together := e.together()
		if len(together) == 0 {
			return
		}
		e.settleTogether(together)
		e.settleWaiting()
	}
}

// worthClearing tells whether anything that happened since the last look can have
// made a set possible. Then nothing could go, so a set that can go now has
// something in it that has come since, and with it all that stands before that,
// or it takes from a queue whose account has got money.
func (e *Engine) worthClearing() bool {
	worth := false
	for _, came := range e.group.enqueued {
		q := &e.queues[came.account-1]
		worth = worth || q.first() != nil && !e.hope(came.account).less(q.upTo(came.band))
	}
	for _, id := range e.group.filled {
		first := e.queues[id-1].first()
		worth = worth || first != nil && !e.hope(id).less(widen(first.Legs[0].Amount))
	}
	e.group.enqueued, e.group.filled = e.group.enqueued[:0], e.group.filled[:0]
	return worth
}

// hope is what an account could spend if it got everything that waits for it.
func (e *Engine) hope(id AccountID) wide {
	return e.incoming[id-1].plus(e.accounts[id-1].spendable())
}

// expect notes that a waiting payment would bring money to somebody, or no
// longer does.
func (e *Engine) expect(p *Payment, sign int64) {
	if p.Confirm != 0 {
		return // its money comes only when somebody has said so
	}
	for _, leg := range p.Legs {
		in := &e.incoming[leg.Credit-1]
		*in = in.plus(sign * leg.Amount)
	}
}

// together is the greatest set of waiting payments that can all go at once, in
// the order of accounts and their queues.
func (e *Engine) together() []*Payment {
	var c clearing
	for i := range e.accounts {
		c.addPurse(e.accounts[i].spendable())
		c.addQueue()
	}
	var payments [][]*Payment // by queue and claim; a payment stands at its first claim
	for i := range e.queues {
		payments = append(payments, e.claim(&c, i))
	}
	var all []*Payment
	for i, standing := range c.resolve() {
		for _, p := range payments[i][:standing] {
			if p != nil {
				all = append(all, p)
			}
		}
	}
	if !e.fitTogether(all) {
		return nil
	}
	return all
}

// claim enters the payments of one queue.
func (e *Engine) claim(c *clearing, queue int) []*Payment {
	var payments []*Payment
	for p := range e.queues[queue].all() {
		first := -1
		for _, leg := range p.Legs {
			pays, gets := [3]int{int(leg.Debit) - 1, -1, -1}, [3]int{int(leg.Credit) - 1, -1, -1}
			if p.Confirm != 0 {
				gets[0] = -1
			}
			n := c.addClaim(queue, leg.Amount, pays, gets)
			if first < 0 {
				first = n
				payments = append(payments, p)
			} else {
				c.link(first, n)
				payments = append(payments, nil)
			}
		}
	}
	return payments
}

// fitTogether tells whether no account would get more than it can hold. Where it
// would, nothing goes together; each payment still goes alone when it can.
func (e *Engine) fitTogether(all []*Payment) bool {
	in := map[AccountID]wide{}
	for _, p := range all {
		for _, leg := range p.Legs {
			in[leg.Credit] = in[leg.Credit].plus(leg.Amount)
			if widen(maxBalance - max(e.accounts[leg.Credit-1].Posted, 0)).less(in[leg.Credit]) {
				return false
			}
		}
	}
	return true
}

// settleTogether moves payments whose accounts are sound only when all of them
// have moved.
func (e *Engine) settleTogether(all []*Payment) {
	e.netting = true
	for _, p := range all {
		e.move(p, p.ready(), Reason{})
	}
	e.netting = false
	for _, p := range all {
		for _, leg := range p.Legs {
			e.accounts[leg.Debit-1].sound()
			e.accounts[leg.Credit-1].sound()
		}
	}
}

// fill notes that an account has got money.
func (g *group) fill(id AccountID) {
	if !slices.Contains(g.filled, id) {
		g.filled = append(g.filled, id)
	}
}
