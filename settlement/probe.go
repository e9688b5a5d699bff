package settlement

// probe tells, while something is tried with more money on an account, how much more
// still would make any difference: with less than that every comparison comes out as it
// did, and so does everything. Where payments pass each other, or an account can be full,
// more money may let less go, and amounts must be tried one after the other; this says
// which.
type probe struct {
	account AccountID
	step    int64 // 0: no amount makes a difference
}

// differs notes that so much more would have made a difference.
func (x *probe) differs(more wide) {
	if !more.less(widen(maxBalance)) {
		return
	}
	if n := int64(more.low); x.step == 0 || n < x.step { //nolint:gosec // below maxBalance
		x.step = n
	}
}

// short notes that an account lacks so much, if it lacks anything. What comes pays back first what is in use of
// credit that is no longer approved.
func (e *Engine) short(account AccountID, lacks wide) {
	if e.probe != nil && e.probe.account == account && !lacks.negative() && lacks != (wide{}) {
		e.probe.differs(lacks.plus(e.accounts[account-1].overdrawn()))
	}
}

// roomLeft notes that an account has room for so much more than it gets.
func (e *Engine) roomLeft(account AccountID, room wide) {
	if e.probe != nil && e.probe.account == account {
		e.probe.differs(room.plus(1))
	}
}

// maxProbing bounds how many payments are looked at in search of an amount.
const maxProbing = 150_000

// step tries amounts on the payer's account, from none on, of which each makes a
// difference, until the payment goes; what it returns is the least that has it go, and
// false that none does. Where so much waits that not all of them can be tried, it goes on
// in strides, each twice as long as the one before: then an amount is still exact, in
// that one minor unit less does not suffice, but one between two strides can be missed.
func (e *Engine) step(p *Payment) (int64, bool) {
	most, amount, all := e.most(p), int64(0), maxProbing/(len(e.open)+1)
	for tried := 0; ; tried++ {
		x := &probe{account: p.Legs[0].Debit}
		next := amount
		if tried > all && amount < most {
			next = amount + min(int64(1)<<min(tried-all, 61), most-amount)
		}
		switch {
		case e.probed(x, next).goes(p.ID):
			return e.search(p, amount, next), true
		case x.step == 0 || next > most:
			return 0, false
		}
		amount = next + x.step
	}
}

// monotone tells that more money never lets less go.
func (e *Engine) monotone() bool {
	for i := range e.accounts {
		if a := &e.accounts[i]; a.Bypass || a.Ceiling > 0 && a.Role != RoleIssuance {
			return false
		}
	}
	return true
}
