package settlement

// Adjust takes in a message by which a participant sets or removes limits and
// reservations of its own (camt.011, camt.012, camt.048, camt.049): all that it
// says or nothing. It is receipted, and what may go because of it goes at once.
func (e *Engine) Adjust(m Message, changes []ControlChange) {
	m, again := e.letter(m)
	if again {
		e.notify(Notice{Kind: NoticeRepeat, To: m.Sender, Message: m.ID})
		return
	}
	n := Notice{Kind: NoticeGroup, To: m.Sender, Message: m.ID, Status: StatusSettled}
	if n.Reason = e.checkControls(changes); n.Reason.Code != "" {
		n.Status, changes = StatusRejected, nil
	}
	e.notify(n)
	e.setControls(changes)
}

// Rearrangement is what the sender of a payment wants of its place among those that
// wait (camt.007), or that it is taken back (camt.008).
type Rearrangement struct {
	Target  Reference
	Cancel  bool
	Move    bool // to another band
	Band    Band
	Put     Put
	Refusal Reason // why it cannot be carried out, whatever the payment
}

// Put is where a payment is put within its band.
type Put uint8

// Places within a band.
const (
	PutNowhere Put = iota // it stays
	PutFirst
	PutLast
)

// Rearrange makes such changes, each for itself, and receipts each.
func (e *Engine) Rearrange(m Message, changes []Rearrangement) {
	m, again := e.letter(m)
	if again {
		e.notify(Notice{Kind: NoticeRepeat, To: m.Sender, Message: m.ID})
		return
	}
	answer := Notice{Kind: NoticeAnswer, To: m.Sender, Message: m.ID}
	for i := range changes {
		o := e.rearrange(m.Sender, &changes[i])
		o.Asked = i
		answer.Outcomes = append(answer.Outcomes, o)
	}
	e.notify(answer)
	e.settleWaiting()
}

func (e *Engine) rearrange(by ParticipantID, c *Rearrangement) Outcome {
	known, ok := e.Lookup(c.Target)
	if !ok || known.Sender != by {
		return unknownPayment(0)
	}
	if c.Refusal.Code != "" {
		return Outcome{Payment: known.ID, Status: StatusRejected, Reason: c.Refusal}
	}
	refused := func(text string) Outcome {
		return Outcome{Payment: known.ID, Status: StatusRejected, Reason: Reason{Code: "NARR", Text: text}}
	}
	p := e.open[known.ID]
	switch known.State {
	case StateReserved, StateAsked:
		return refused("it waits for the word of its receiver")
	case StateSettled, StateRejected, StateCancelled, StateDelivered, StateDiverted, StateNone:
		return refused("it does not wait any more: it is " + known.State.String())
	case StateNetted:
		if e.stands(p) || !c.Cancel {
			return refused("it is in a netting cycle")
		}
	case StateScheduled, StateWaiting, StateHeld, StateUncovered:
	}
	switch {
	case c.Cancel:
		e.move(p, EventCancel, Reason{Code: ReasonCancelled})
	case known.State == StateScheduled && c.Put != PutNowhere:
		return refused("its time has not come: it has no place among those that wait")
	case p.ByCover() && c.Put != PutNowhere:
		return refused("it waits for its cover: it has no place among those that wait for money")
	case known.State == StateWaiting:
		if c.Move && c.Band != p.Band {
			e.reband(p, c.Band)
		}
		if c.Put != PutNowhere {
			e.reorder(p, c.Put == PutFirst)
		}
	case c.Move: // a held one joins its band when it comes to wait
		e.willJoin(p, c.Band)
	}
	return Outcome{Payment: known.ID, Status: StatusSettled}
}
