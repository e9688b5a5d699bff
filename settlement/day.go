package settlement

import "slices"

// Closing is what the end of a settlement day means to one payment.
type Closing struct {
	Concerned bool   // its day is the one that ends
	Opens     Moment // when the next one begins; 0: never
	Carried   bool   // it waits for the next day; otherwise it ends now
}

// ReasonClosed is told of payments that have not settled when their day ends: TM01.
const ReasonClosed = "TM01"

// EndDay ends every open payment whose day ends, or has it wait for the next one.
// What is scheduled for later is not ended, but never before the next day; what moves
// a bank's own money stays as it is, and so does what is in a netting cycle that has
// closed; what moves nothing itself has no day.
func (e *Engine) EndDay(of func(*Payment) Closing) {
	var open []PaymentID
	for id, p := range e.open {
		if !p.State.Final() && !e.stands(p) && !p.Kind.Liquidity() && !p.bare() {
			open = append(open, id)
		}
	}
	slices.Sort(open)
	for _, id := range open {
		p := e.open[id]
		c := of(p)
		later := p.Earliest > e.now && c.Opens != 0
		switch {
		case p.State.Final() || !c.Concerned || later && p.Earliest >= c.Opens:
		case later, c.Carried && c.Opens != 0:
			e.carry(p, c.Opens)
		default:
			e.close(p)
		}
	}
	e.settleWaiting()
}

// close ends a payment with its day.
func (e *Engine) close(p *Payment) {
	event := EventRefuse
	if p.State == StateReserved || p.State == StateAsked {
		event = EventDecline
	}
	e.end(p, event, Reason{Code: ReasonClosed, Text: "the settlement day has closed"}, e.outwaited(p))
}

// carry has a payment do nothing until the next day opens, and then go on in its place
// in the queue, where its owner may have put it. One whose receiver has
// been asked is not put off: within its time to answer it settles or ends.
func (e *Engine) carry(p *Payment, opens Moment) {
	switch p.State {
	case StateReserved, StateAsked, StateUncovered:
	case StateWaiting:
		p.Earliest = opens
		e.move(p, EventSchedule, Reason{})
	case StateScheduled, StateHeld:
		p.Earliest = opens
		e.touch(p)
		e.watch(p)
	case StateNetted:
		e.move(p, EventDefer, Reason{})
		e.carry(p, opens)
	case StateDiverted, StateNone, StateSettled, StateRejected, StateCancelled, StateDelivered:
	}
}
