package settlement

import "slices"

// Trials and announcements: what is answered or told and changes nothing.

// Try tells what would become of a message's payments if it came in now, one
// after the other. Nothing moves, and nothing is known again.
func (e *Engine) Try(m Message, instructions []Instruction) {
	m = e.number(m)
	answer := Notice{Kind: NoticeTrial, To: m.Sender, Message: m.ID}
	var moved []Leg
	for i := range instructions {
		outcome, legs := e.try(m, instructions[i])
		for _, leg := range legs {
			e.shift(leg, 1)
		}
		moved = append(moved, legs...)
		answer.Outcomes = append(answer.Outcomes, outcome)
	}
	for _, leg := range slices.Backward(moved) {
		e.shift(leg, -1)
	}
	e.notify(answer)
}

// try is what would become of one payment, and the legs whose money the next one
// would not find any more.
func (e *Engine) try(m Message, in Instruction) (Outcome, []Leg) {
	if first, known := e.Find(in.Identity); known {
		if first.Digest == m.Digest {
			return Outcome{Payment: first.ID, Status: first.Status, Reason: first.Reason}, nil
		}
		return Outcome{Status: StatusRejected, Reason: Reason{Code: "DUPL"}}, nil
	}
	p := &Payment{Instruction: in}
	e.asReturn(p)
	event, why := e.verdict(p)
	row := lookup(StateNone, event)
	if row.reason != "" {
		why.Code = row.reason
	}
	if row.to == StateSettled || row.to == StateReserved {
		return Outcome{Status: row.status, Reason: why}, in.Legs
	}
	return Outcome{Status: row.status, Reason: why}, nil
}

// shift moves a leg for the length of a trial.
func (e *Engine) shift(leg Leg, sign int64) {
	e.accounts[leg.Debit-1].Posted -= sign * leg.Amount
	e.accounts[leg.Credit-1].Posted += sign * leg.Amount
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
