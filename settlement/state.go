package settlement

import "fmt"

// State is where a payment stands.
type State uint8

// States of a payment. Scheduled is until the earliest time that its sender named, or
// until the day opens on which it settles, waiting is for liquidity, held is for compliance,
// reserved is money earmarked until the creditor agent or issuer confirms, asked
// is the same where there is no money to earmark: an issue. Uncovered is a transfer
// whose cover has not settled, delivered an advice, which moves nothing. Netted is in a
// netting cycle that has not settled. Diverted is one whose way has closed while the
// next is taken: nothing ever stays so.
const (
	StateNone State = iota // not known yet
	StateScheduled
	StateWaiting
	StateHeld
	StateReserved
	StateAsked
	StateUncovered
	StateSettled
	StateRejected
	StateCancelled
	StateDelivered
	StateNetted
	StateDiverted
)

var stateNames = [...]string{"none", "scheduled", "waiting", "held", "reserved", "asked", "uncovered", "settled", "rejected", "cancelled", "delivered", "netted", "diverted"}

// String is the state's name.
func (s State) String() string { return stateNames[s] }

// Final tells that the state never changes again.
func (s State) Final() bool { return s >= StateSettled && s != StateNetted && s != StateDiverted }

// idle tells that the payment only waits, and that people may still end it.
func (s State) idle() bool {
	return s == StateScheduled || s == StateWaiting || s == StateHeld || s == StateUncovered
}

// Event is what can happen to a payment.
type Event uint8

// Events of a payment.
const (
	EventRefuse   Event = iota // it is not acceptable
	EventCover                 // its money is there: all its legs can be posted
	EventLack                  // its money is not there
	EventReserve               // its money is there and somebody must confirm first
	EventHold                  // compliance wants to look at it
	EventCancel                // its sender takes it back
	EventExpire                // its time is up
	EventConfirm               // the one who must confirm has done so
	EventDecline               // the one who must confirm has refused
	EventSchedule              // its earliest time has not come
	EventAsk                   // somebody must confirm first, and no money need be there
	EventShort                 // its money is not there, and it may not wait for it
	EventMiss                  // its cover has not settled
	EventDeliver               // it moves nothing: it is passed on
	EventNet                   // it adds to the positions of its cycle
	EventDefer                 // its cycle does not settle it: it waits for the next
	EventDivert                // its way has closed, and another is open
	EventExceed                // its money is there but a limit bounds it, and it may not wait
	eventCount
)

var eventNames = [...]string{"refuse", "cover", "lack", "reserve", "hold", "cancel", "expire", "confirm", "decline", "schedule", "ask", "short", "miss", "deliver", "net", "defer", "divert", "exceed"}

// String is the event's name.
func (e Event) String() string { return eventNames[e] }

// Status is an ISO 20022 external transaction status.
type Status string

// Statuses on the wire. RJCT comes only before settlement; CANC is not used.
const (
	StatusAccepted Status = "ACTC" // checked and taken in; decides nothing
	StatusPending  Status = "PDNG"
	StatusSettling Status = "ACSP"
	StatusSettled  Status = "ACSC"
	StatusRejected Status = "RJCT"
)

// ReasonUncovered is told of a transfer that waits for its cover.
const ReasonUncovered = "G004"

// transition is one row of the machine. What it does to money follows from the
// states alone: who enters waiting joins the queue and who leaves it leaves the
// queue; who enters reserved has the money earmarked; who enters settled has it
// moved; who leaves reserved otherwise has it given back. Who enters netted adds to the
// positions of the open cycle; who leaves it other than settled no longer does, and who
// leaves it settled has moved with all of the cycle.
type transition struct {
	from    State
	event   Event
	to      State
	status  Status // told to the sender; empty: nothing is told
	outcome Status // told to who was asked to confirm; empty: nothing is told
	forward bool   // the payment itself goes to its receiver
	reason  string // ISO reason; empty: the event brings its own, if there is one
}

// machine is the state table. What is not in it cannot happen. docs/states.md is
// made from it.
var machine = [...]transition{
	{StateNone, EventRefuse, StateRejected, StatusRejected, "", false, ""},
	{StateNone, EventSchedule, StateScheduled, StatusPending, "", false, ""},
	{StateNone, EventCover, StateSettled, StatusSettled, "", true, ""},
	{StateNone, EventLack, StateWaiting, StatusPending, "", false, ""},
	{StateNone, EventReserve, StateReserved, StatusSettling, "", true, ""},
	{StateNone, EventHold, StateHeld, StatusPending, "", false, ""},
	{StateNone, EventAsk, StateAsked, StatusPending, "", true, ""},
	{StateNone, EventShort, StateRejected, StatusRejected, "", false, "AM04"},
	{StateNone, EventExceed, StateRejected, StatusRejected, "", false, "AM23"},
	{StateNone, EventMiss, StateUncovered, StatusPending, "", false, ReasonUncovered},
	{StateNone, EventDeliver, StateDelivered, StatusAccepted, "", true, ""},
	{StateNone, EventNet, StateNetted, StatusSettling, "", false, ""},
	{StateNone, EventDivert, StateDiverted, StatusPending, "", false, ""},

	{StateScheduled, EventCover, StateSettled, StatusSettled, "", true, ""},
	{StateScheduled, EventLack, StateWaiting, "", "", false, ""},
	{StateScheduled, EventReserve, StateReserved, "", "", true, ""},
	{StateScheduled, EventAsk, StateAsked, "", "", true, ""},
	{StateScheduled, EventShort, StateRejected, StatusRejected, "", false, "AM04"},
	{StateScheduled, EventExceed, StateRejected, StatusRejected, "", false, "AM23"},
	{StateScheduled, EventMiss, StateUncovered, "", "", false, ReasonUncovered},
	{StateScheduled, EventDeliver, StateDelivered, StatusAccepted, "", true, ""},
	{StateScheduled, EventNet, StateNetted, StatusSettling, "", false, ""},
	{StateScheduled, EventHold, StateHeld, "", "", false, ""},
	{StateScheduled, EventCancel, StateCancelled, StatusRejected, "", false, ""},
	{StateScheduled, EventExpire, StateRejected, StatusRejected, "", false, "AB03"},
	{StateScheduled, EventRefuse, StateRejected, StatusRejected, "", false, ""},
	{StateScheduled, EventDivert, StateDiverted, "", "", false, ""},

	{StateWaiting, EventCover, StateSettled, StatusSettled, "", true, ""},
	{StateWaiting, EventReserve, StateReserved, "", "", true, ""},
	{StateWaiting, EventNet, StateNetted, StatusSettling, "", false, ""},
	{StateWaiting, EventSchedule, StateScheduled, "", "", false, ""},
	{StateWaiting, EventHold, StateHeld, "", "", false, ""},
	{StateWaiting, EventCancel, StateCancelled, StatusRejected, "", false, ""},
	{StateWaiting, EventExpire, StateRejected, StatusRejected, "", false, "AB03"},
	{StateWaiting, EventRefuse, StateRejected, StatusRejected, "", false, ""},
	{StateWaiting, EventDivert, StateDiverted, "", "", false, ""},

	{StateHeld, EventSchedule, StateScheduled, "", "", false, ""},
	{StateHeld, EventCover, StateSettled, StatusSettled, "", true, ""},
	{StateHeld, EventLack, StateWaiting, "", "", false, ""},
	{StateHeld, EventReserve, StateReserved, "", "", true, ""},
	{StateHeld, EventAsk, StateAsked, "", "", true, ""},
	{StateHeld, EventShort, StateRejected, StatusRejected, "", false, "AM04"},
	{StateHeld, EventExceed, StateRejected, StatusRejected, "", false, "AM23"},
	{StateHeld, EventMiss, StateUncovered, "", "", false, ReasonUncovered},
	{StateHeld, EventDeliver, StateDelivered, StatusAccepted, "", true, ""},
	{StateHeld, EventNet, StateNetted, StatusSettling, "", false, ""},
	{StateHeld, EventRefuse, StateRejected, StatusRejected, "", false, ""},
	{StateHeld, EventCancel, StateCancelled, StatusRejected, "", false, ""},
	{StateHeld, EventExpire, StateRejected, StatusRejected, "", false, "AB03"},
	{StateHeld, EventDivert, StateDiverted, "", "", false, ""},

	{StateUncovered, EventCover, StateSettled, StatusSettled, "", true, ""},
	{StateUncovered, EventHold, StateHeld, "", "", false, ""},
	{StateUncovered, EventCancel, StateCancelled, StatusRejected, "", false, ""},
	{StateUncovered, EventExpire, StateRejected, StatusRejected, "", false, "DC02"},
	{StateUncovered, EventRefuse, StateRejected, StatusRejected, "", false, ""},

	{StateReserved, EventConfirm, StateSettled, StatusSettled, StatusSettled, false, ""},
	{StateReserved, EventDecline, StateRejected, StatusRejected, StatusRejected, false, ""},
	{StateReserved, EventExpire, StateRejected, StatusRejected, StatusRejected, false, "AB05"},
	{StateReserved, EventDivert, StateDiverted, "", StatusRejected, false, ""},

	{StateDiverted, EventCover, StateSettled, StatusSettled, "", true, ""},
	{StateDiverted, EventLack, StateWaiting, "", "", false, ""},
	{StateDiverted, EventReserve, StateReserved, "", "", true, ""},
	{StateDiverted, EventSchedule, StateScheduled, "", "", false, ""},
	{StateDiverted, EventHold, StateHeld, "", "", false, ""},
	{StateDiverted, EventShort, StateRejected, StatusRejected, "", false, "AM04"},
	{StateDiverted, EventExceed, StateRejected, StatusRejected, "", false, "AM23"},
	{StateDiverted, EventRefuse, StateRejected, StatusRejected, "", false, ""},
	{StateDiverted, EventDivert, StateDiverted, "", "", false, ""},

	{StateAsked, EventConfirm, StateSettled, StatusSettled, StatusSettled, false, ""},
	{StateAsked, EventDecline, StateRejected, StatusRejected, StatusRejected, false, ""},
	{StateAsked, EventExpire, StateRejected, StatusRejected, StatusRejected, false, "AB06"},

	{StateNetted, EventCover, StateSettled, StatusSettled, "", true, ""},
	{StateNetted, EventDefer, StateWaiting, StatusPending, "", false, ""},
	{StateNetted, EventHold, StateHeld, StatusPending, "", false, ""},
	{StateNetted, EventCancel, StateCancelled, StatusRejected, "", false, ""},
	{StateNetted, EventRefuse, StateRejected, StatusRejected, "", false, ""},
}

// lookup finds the row; nil when the event means nothing in that state.
func lookup(from State, event Event) *transition {
	for i := range machine {
		if machine[i].from == from && machine[i].event == event {
			return &machine[i]
		}
	}
	return nil
}

// Broken is the panic of a broken invariant. The lane stops on it, names the
// place, and keeps nothing of the group: better silent than wrong.
type Broken struct{ Text string }

func (b *Broken) Error() string { return "broken invariant: " + b.Text }

func broken(format string, args ...any) {
	panic(&Broken{fmt.Sprintf(format, args...)})
}
