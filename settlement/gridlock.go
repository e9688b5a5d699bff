package settlement

import "slices"

// enqueued is a payment that has begun to wait for an account's money, with the
// value of what goes before it and itself.
type enqueued struct {
	account AccountID
	value   wide
}

// before is the value that must go from an account when a payment that has just
// joined its queue goes.
func (e *Engine) before(p *Payment, account AccountID) wide {
	q := &e.queues[account-1]
	if e.passes(account) {
		return q.above(p.Band).plus(p.takes(account))
	}
	return q.upTo(p.Band)
}

// clear settles together what waits for each other, as long as there is any. It
// is asked once a group, after everything that can go alone has gone.
func (e *Engine) clear() {
	for worth := e.worth(nil); len(worth) > 0; worth = e.worth(worth) {
		all := e.offset(worth)
		if len(all) == 0 && !e.proved() {
			all = e.together()
		}
		if len(all) == 0 {
			all = e.fit()
		}
		if len(all) == 0 {
			return
		}
		e.settleTogether(all)
		e.settleWaiting()
	}
}

// worth adds the accounts at which something has happened since the last look
// that can have made a set possible. Then nothing could go, so a set that can go
// now has something in it that has come since, and with it all that stands before
// that, or it takes from a queue whose account has got money, or gives to one
// that has got room.
func (e *Engine) worth(accounts []AccountID) []AccountID {
	note := func(id AccountID) {
		if e.accounts[id-1].Saving != SavingAlone && !slices.Contains(accounts, id) {
			accounts = append(accounts, id)
		}
	}
	accounts = slices.DeleteFunc(accounts, func(id AccountID) bool { return e.queues[id-1].first() == nil })
	if e.group.room {
		for i := range e.queues {
			if e.queues[i].first() != nil {
				note(e.accounts[i].ID)
			}
		}
	}
	for _, came := range e.group.enqueued {
		if e.queues[came.account-1].first() != nil && e.hopes(came.account, came.value) {
			note(came.account)
		}
	}
	for _, id := range e.group.filled {
		first := e.queues[id-1].first()
		if first != nil && (e.accounts[id-1].Bypass || e.hopes(id, widen(first.takes(id)))) {
			note(id)
		}
	}
	e.group.enqueued, e.group.filled, e.group.room = e.group.enqueued[:0], e.group.filled[:0], false
	return accounts
}

// hope is what an account could spend if it got everything that waits for it.
func (e *Engine) hope(id AccountID) wide {
	return e.incoming[id-1].plus(e.accounts[id-1].spendable())
}

// hopes tells whether that is enough to pay so much.
func (e *Engine) hopes(id AccountID, value wide) bool {
	lacks := value.minus(e.hope(id))
	e.short(id, lacks)
	return lacks.negative() || lacks == wide{}
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
		if sign < 0 {
			e.roomier(leg.Credit)
		}
	}
}

// roomier notes that an account can take more of what waits for it than before.
func (e *Engine) roomier(id AccountID) {
	e.group.room = e.group.room || e.accounts[id-1].Ceiling > 0 && e.incoming[id-1] != wide{}
}

// together is the greatest set of waiting payments that can all go at once, in
// the order of accounts and their queues.
func (e *Engine) together() []*Payment {
	g, all := e.greatest(e.shares)
	e.seed(g)
	return all
}

// greatest is the greatest set of payments that can all go at once and take money
// from these accounts alone. A payment that also takes from another stays, and with
// it all that may not overtake it.
func (e *Engine) greatest(takes func(AccountID) bool) (*gathering, []*Payment) {
	g := e.gathered(takes)
	for _, n := range g.stay {
		g.exclude(n)
	}
	var all []*Payment
	for i, standing := range g.resolve() {
		for _, n := range g.queues[i][:standing] {
			if g.begins(n) {
				all = append(all, g.owners[n])
			}
		}
	}
	if !e.fitTogether(all) {
		return g, nil
	}
	return g, all
}

// gathered is the clearing of what waits for money of these accounts.
func (e *Engine) gathered(takes func(AccountID) bool) *gathering {
	g := &gathering{bounds: e.bounds(), takes: takes, firsts: map[PaymentID]int{}}
	for i, free := range g.free {
		g.addPurse(free)
		g.purses[i].short = g.short(i)
	}
	for range e.accounts {
		g.addQueue()
	}
	g.reserve(e.queues)
	for i := range e.queues {
		if id := AccountID(i + 1); takes(id) {
			g.gather(id)
		}
	}
	return g
}

// reserve makes room for all that waits, and a little more for further legs.
func (g *gathering) reserve(queues []queue) {
	all := 0
	for i := range queues {
		if id := AccountID(i + 1); !g.takes(id) {
			continue
		}
		n := queues[i].count()
		n += n / 8
		g.queues[i], g.purses[i].claims = make([]int, 0, n), make([]int, 0, n)
		all += n
	}
	g.claims, g.owners = make([]claim, 0, all), make([]*Payment, 0, all)
}

// gathering is a clearing of what waits.
type gathering struct {
	clearing
	*bounds
	takes  func(AccountID) bool
	owners []*Payment        // by claim
	firsts map[PaymentID]int // the first claims of payments that have several
	stay   []int             // claims of payments that cannot go because another account is not asked
	// crowded: some stay because there may not be room for them.
	crowded bool
}

// begins tells whether a claim is the first of its payment.
func (g *gathering) begins(n int) bool {
	return len(g.owners[n].Legs) == 1 || g.firsts[g.owners[n].ID] == n
}

// gather enters the legs that take money from one account, in the order of its
// queue.
func (g *gathering) gather(account AccountID) {
	for p := range g.engine.queues[account-1].all() {
		whole := g.engine.roomForAll(p)
		g.crowded = g.crowded || !whole
		for _, leg := range p.Legs {
			if leg.Debit != account {
				whole = whole && g.takes(leg.Debit)
				continue
			}
			g.enter(p, leg)
		}
		if !whole {
			g.stay = append(g.stay, len(g.claims)-1)
		}
	}
}

// enter enters one leg, linked with the others of its payment.
func (g *gathering) enter(p *Payment, leg Leg) {
	n := g.addClaim(int(leg.Debit)-1, leg.Amount, g.pays(p, &leg), g.gets(p, &leg))
	g.owners = append(g.owners, p)
	if len(p.Legs) == 1 {
		return
	}
	if first, known := g.firsts[p.ID]; known {
		g.link(first, n)
	} else {
		g.firsts[p.ID] = n
	}
}

// roomForAll tells whether the accounts that a payment credits could take all that
// waits for them: then no set that goes together gives them too much. Where they
// could not, a set could depend on which of its parts is looked at first.
func (e *Engine) roomForAll(p *Payment) bool {
	for _, leg := range p.Legs {
		a := &e.accounts[leg.Credit-1]
		if a.Ceiling == 0 || a.Role == RoleIssuance {
			continue
		}
		room := widen(a.Ceiling - a.Posted).minus(e.incoming[leg.Credit-1])
		if room.negative() {
			return false
		}
		e.roomLeft(leg.Credit, room)
	}
	return true
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
	e.jointly = true
	for _, p := range all {
		e.move(p, p.ready(), Reason{})
	}
	e.jointly = false
	for _, p := range all {
		e.rest(p)
		e.bounded(p)
	}
}

// fill notes that an account has got money.
func (g *group) fill(id AccountID) {
	if !slices.Contains(g.filled, id) {
		g.filled = append(g.filled, id)
	}
}
