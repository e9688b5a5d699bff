package settlement

import (
	"cmp"
	"slices"
)

// Trials and announcements: what is answered or told and changes nothing.

// Try tells what would become of a message's payments if it came in now, one
// after the other. Nothing moves, and nothing is known again. What others' waiting
// payments would free is not counted on.
func (e *Engine) Try(m Message, instructions []Instruction) {
	m = e.number(m)
	answer := Notice{Kind: NoticeTrial, To: m.Sender, Message: m.ID}
	end := e.beginTrial(instructions)
	defer end()
	for i := range instructions {
		p := &Payment{Instruction: instructions[i]}
		o := e.try(m, p)
		o.Asked = i
		answer.Outcomes = append(answer.Outcomes, o)
		e.shift(p, 1)
		e.tried = append(e.tried, p)
	}
	for _, p := range slices.Backward(e.tried) {
		e.shift(p, -1)
	}
	e.notify(answer)
}

// beginTrial has limits and reservations of those who take part counted on copies,
// until the trial ends.
func (e *Engine) beginTrial(instructions []Instruction) (end func()) {
	own, touched := e.controls, len(e.group.controls)
	e.controls = slices.Clone(own)
	for i := range instructions {
		for _, leg := range instructions[i].Legs {
			for _, id := range []AccountID{leg.Debit, leg.Credit} {
				if id != 0 && int(id) <= len(own) && e.controls[id-1] == own[id-1] {
					e.controls[id-1] = own[id-1].copied()
				}
			}
		}
	}
	return func() {
		for _, c := range e.group.controls[touched:] {
			delete(e.group.controlled, c)
		}
		e.controls, e.group.controls, e.tried = own, e.group.controls[:touched], nil
	}
}

// try is what would become of one payment behind others of its message, of which some
// may give back the same, or wait for the same cover.
func (e *Engine) try(m Message, p *Payment) Outcome {
	if first, known := e.Find(p.Identity); known && first.Digest == m.Digest {
		return Outcome{Payment: first.ID, Status: first.Status, Reason: first.Reason}
	} else if known || slices.ContainsFunc(e.tried, func(b *Payment) bool { return b.called(p.Identity) }) {
		return Outcome{Status: StatusRejected, Reason: Reason{Code: "DUPL"}}
	}
	e.asReturn(p)
	event, why := e.verdict(p)
	for why == noRoom && e.crowded(p) {
		way, open := e.another(p)
		if !open {
			break
		}
		p.take(&way, Attempt{Legs: p.Legs, Facts: p.Facts, Reason: why, Ended: e.now})
		event, why = e.verdict(p)
	}
	if (event == p.ready() || event == EventExceed) && slices.ContainsFunc(e.tried, func(b *Payment) bool { return e.waitsBefore(b, p) }) {
		event = e.lack(p, true)
	}
	row := lookup(StateNone, event)
	if len(p.Attempts) > 0 {
		row = lookup(StateDiverted, event)
	}
	if row.reason != "" {
		why.Code = row.reason
	}
	if row.to == StateHeld && p.ByCover() {
		why.Code = ReasonUncovered // as if it waited for its cover; see move
	}
	p.State = row.to
	if p.State == StateSettled && p.ByCover() {
		p.CoveredBy = e.cover(p.Pair)
	}
	return Outcome{Status: cmp.Or(row.status, StatusPending), Reason: why}
}

// waitsBefore tells whether a payment may not overtake another that waits, if only
// in a trial.
func (e *Engine) waitsBefore(first, p *Payment) bool {
	if first.State != StateWaiting || first.Net != p.Net {
		return false
	}
	for account := range p.debits() {
		passes := first.Band > p.Band || first.Band == p.Band && e.accounts[account-1].Bypass
		if first.takes(account) > 0 && !passes {
			return true
		}
	}
	return false
}

// shift moves for the length of a trial what a payment moves or earmarks.
func (e *Engine) shift(p *Payment, sign int64) {
	for _, leg := range p.Legs {
		switch debit := &e.accounts[leg.Debit-1]; p.State {
		case StateSettled:
			debit.Posted -= sign * leg.Amount
			e.accounts[leg.Credit-1].Posted += sign * leg.Amount
			if sign > 0 {
				e.use(p, &leg, leg.Amount, 0)
				e.giveBack(p, &leg)
			}
		case StateReserved:
			debit.Reserved += sign * leg.Amount
			if sign > 0 {
				e.use(p, &leg, 0, leg.Amount)
			}
		case StateNetted, StateDiverted, StateNone, StateScheduled, StateWaiting, StateHeld, StateAsked, StateUncovered, StateRejected, StateCancelled, StateDelivered:
		}
	}
}

// Acknowledge answers a message that only tries and asks nothing: it is valid.
func (e *Engine) Acknowledge(m Message) {
	m = e.number(m)
	e.notify(Notice{Kind: NoticeGroup, To: m.Sender, Message: m.ID, Status: StatusAccepted})
}

// Announce tells participants of an event and gives the number under which the
// books know it.
func (e *Engine) Announce(m Message, to []ParticipantID) MessageID {
	m = e.number(m)
	for _, id := range to {
		e.notify(Notice{Kind: NoticeEvent, To: id, Message: m.ID})
	}
	return m.ID
}
