package settlement

// Credit is what the creditor agent says of the money that it has got: whether its
// customer has it. The money here has moved before, and does not move by it.
type Credit struct {
	Status Status // ISO external payment status, as it said it
	Reason Reason // it travels unchanged
	At     Moment // engine time
	Passed bool   // the debtor agent has been told; else it came out of turn
}

// Statuses by which a creditor agent says how far the credit is, beside
// StatusSettling.
const (
	StatusWithoutPosting Status = "ACWP" // accepted, not posted to the customer's account yet
	StatusBlocked        Status = "BLCK" // posted and blocked
	StatusCredited       Status = "ACCC" // the customer has it: the last word
)

// creditRank orders what can be said of a credit: it is under way, stopped on its
// way, or done. What is said goes up, or between the two ways to be stopped.
var creditRank = map[Status]int{StatusSettling: 1, StatusWithoutPosting: 2, StatusBlocked: 2, StatusCredited: 3}

// maxCredits bounds what is recorded of one payment: a creditor agent says a few
// things, and one that goes back and forth must not make it grow without end.
const maxCredits = 16

// Outward is how a payment stands for its sender: its own status or, behind
// settlement, what the creditor agent has said since of the credit. That the credit is
// under way says less than that the payment has settled.
func (p *Payment) Outward() (Status, Reason) {
	if c := p.credited(); c != nil && c.Status != StatusSettling {
		return c.Status, c.Reason
	}
	return p.Status, p.Reason
}

// credited is the last word on the credit that was passed on; nil: there is none.
func (p *Payment) credited() *Credit {
	for i := len(p.Credits) - 1; i >= 0; i-- {
		if p.Credits[i].Passed {
			return &p.Credits[i]
		}
	}
	return nil
}

// credit records what the creditor agent says of a payment that has settled, and
// passes on what follows from what it said before. What contradicts that (a credit
// that is done and then is not, a rejection of money that has been taken) stands in
// the payment's history and goes no further: money that is to go back goes back by
// a return.
func (e *Engine) credit(p *Payment, status Status, why Reason) {
	rank := creditRank[status]
	if status == StatusSettling && p.Confirm != 0 {
		return // by that it has confirmed the payment
	}
	if p.State != StateSettled {
		return // an advice brings no money that could be credited
	}
	if rank == 0 && status != StatusRejected || len(p.Credits) >= maxCredits {
		return
	}
	if n := len(p.Credits); n > 0 && p.Credits[n-1].Status == status && p.Credits[n-1].Reason == why {
		return // it says the same again
	}
	passed := rank > 0 && !e.returnedWhole(p)
	if last := p.credited(); last != nil {
		before := creditRank[last.Status]
		passed = passed && (rank > before || rank == before && rank == creditRank[StatusBlocked] && status != last.Status)
	}
	p = e.reopen(p)
	p.Credits = append(p.Credits[:len(p.Credits):len(p.Credits)], Credit{status, why, e.now, passed})
	e.touch(p)
	if passed {
		e.notify(Notice{Kind: NoticeStatus, To: p.Sender, Message: p.Message, Payment: p.ID, Status: status, Reason: why})
	}
}

// reopen has a payment that has ended in memory until the group ends, so that what is
// added to its history is handed over.
func (e *Engine) reopen(p *Payment) *Payment {
	if open := e.open[p.ID]; open != nil {
		return open
	}
	again := *p
	e.open[p.ID] = &again
	return &again
}
