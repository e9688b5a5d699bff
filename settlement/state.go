package settlement

import "fmt"

// State is where a payment stands.
type State uint8

// States of a payment. Waiting is for liquidity, held is for compliance,
// reserved is money earmarked until the creditor agent or issuer confirms, asked
// is the same where there is no money to earmark: an issue.
const (
	StateNone State = iota // not known yet
	StateWaiting
	StateHeld
	StateReserved
	StateAsked
	StateSettled
	StateRejected
	StateCancelled
)

var stateNames = [...]string{"none", "waiting", "held", "reserved", "asked", "settled", "rejected", "cancelled"}

// String is the state's name.
func (s State) String() string { return stateNames[s] }

// Final tells that the state never changes again.
func (s State) Final() bool { return s >= StateSettled }

// Event is what can happen to a payment.
type Event uint8

// Events of a payment.
const (
	EventRefuse  Event = iota // it is not acceptable
	EventCover                // its money is there: all its legs can be posted
	EventLack                 // its money is not there
	EventReserve              // its money is there and somebody must confirm first
	EventHold                 // compliance wants to look at it
	EventRelease              // compliance lets it go on
	EventCancel               // its sender takes it back
	EventExpire               // its time is up
	EventConfirm              // the one who must confirm has done so
	EventDecline              // the one who must confirm has refused
	EventAsk                  // somebody must confirm first, and no money need be there
	EventShort                // its money is not there, and it may not wait for it
)

var eventNames = [...]string{"refuse", "cover", "lack", "reserve", "hold", "release", "cancel", "expire", "confirm", "decline", "ask", "short"}

// String is the event's name.
func (e Event) String() string { return eventNames[e] }

// Status is an ISO 20022 external transaction status.
type Status string

// Statuses on the wire. RJCT comes only before settlement; CANC is not used.
const (
	StatusPending  Status = "PDNG"
	StatusSettling Status = "ACSP"
	StatusSettled  Status = "ACSC"
	StatusRejected Status = "RJCT"
)

// transition is one row of the machine. What it does to money follows from the
// states alone: who enters waiting joins the queue and who leaves it leaves the
// queue; who enters reserved has the money earmarked; who enters settled has it
// moved; who leaves reserved otherwise has it given back.
type transition struct {
	from   State
	event  Event
	to     State
	status Status // told to the sender; empty: nothing is told
	reason string // ISO reason; empty: the event brings its own
}

// machine is the state table. What is not in it cannot happen. docs/states.md is
// made from it.
var machine = [...]transition{
	{StateNone, EventRefuse, StateRejected, StatusRejected, ""},
	{StateNone, EventCover, StateSettled, StatusSettled, ""},
	{StateNone, EventLack, StateWaiting, StatusPending, ""},
	{StateNone, EventReserve, StateReserved, "", ""},
	{StateNone, EventHold, StateHeld, StatusPending, ""},
	{StateNone, EventAsk, StateAsked, StatusPending, ""},
	{StateNone, EventShort, StateRejected, StatusRejected, "AM04"},

	{StateWaiting, EventCover, StateSettled, StatusSettled, ""},
	{StateWaiting, EventReserve, StateReserved, "", ""},
	{StateWaiting, EventHold, StateHeld, "", ""},
	{StateWaiting, EventCancel, StateCancelled, StatusRejected, ""},
	{StateWaiting, EventExpire, StateRejected, StatusRejected, "AB03"},
	{StateWaiting, EventRefuse, StateRejected, StatusRejected, ""},

	{StateHeld, EventCover, StateSettled, StatusSettled, ""},
	{StateHeld, EventLack, StateWaiting, "", ""},
	{StateHeld, EventReserve, StateReserved, "", ""},
	{StateHeld, EventAsk, StateAsked, "", ""},
	{StateHeld, EventShort, StateRejected, StatusRejected, "AM04"},
	{StateHeld, EventRefuse, StateRejected, StatusRejected, ""},
	{StateHeld, EventCancel, StateCancelled, StatusRejected, ""},
	{StateHeld, EventExpire, StateRejected, StatusRejected, "AB03"},

	{StateReserved, EventConfirm, StateSettled, StatusSettled, ""},
	{StateReserved, EventDecline, StateRejected, StatusRejected, ""},
	{StateReserved, EventExpire, StateRejected, StatusRejected, "AB05"},

	{StateAsked, EventConfirm, StateSettled, StatusSettled, ""},
	{StateAsked, EventDecline, StateRejected, StatusRejected, ""},
	{StateAsked, EventExpire, StateRejected, StatusRejected, "AB06"},
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
