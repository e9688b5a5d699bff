package settlement

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dragoman/messages"
)

// updateStates has the page of states written anew.
const updateStates = "DRAGOMAN_UPDATE_STATES"

// eventMeanings say what an event is, for the page.
var eventMeanings = [eventCount]string{
	EventRefuse: "it is not acceptable, or compliance ends it", EventCover: "its money is there", EventLack: "its money is not there: it waits",
	EventReserve: "its money is there, and somebody must confirm first", EventHold: "compliance wants to look at it", EventCancel: "its sender takes it back",
	EventExpire: "its time is up", EventConfirm: "who must confirm has done so", EventDecline: "who must confirm has refused",
	EventSchedule: "its earliest time has not come", EventAsk: "somebody must confirm first, and no money need be there", EventShort: "its money is not there, and it may not wait",
}

var stateMeanings = [...]string{
	StateNone: "not known yet", StateScheduled: "waits for the earliest time that its sender named", StateWaiting: "waits for liquidity, in its place in the queue",
	StateHeld: "compliance looks at it; outside it looks as if it waited", StateReserved: "its money is earmarked until the creditor agent or issuer has confirmed",
	StateAsked: "an issue that its issuer has not confirmed", StateSettled: "final: the money has moved", StateRejected: "final: nothing moved", StateCancelled: "final: nothing moved; its sender took it back",
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// statesPage is docs/states.md as the table of the machine makes it.
func statesPage() string {
	var b strings.Builder
	b.WriteString("# States of a payment\n\nGenerated from the table in `settlement/state.go`, which drives the kernel; a test fails\nwhen they differ. What is not in the table cannot happen.\n\n")
	b.WriteString("| state | |\n|---|---|\n")
	for s := StateScheduled; int(s) < len(stateNames); s++ {
		fmt.Fprintf(&b, "| %s | %s |\n", s, stateMeanings[s])
	}
	b.WriteString("\n```mermaid\nstateDiagram-v2\n")
	name := func(s State) string {
		if s == StateNone {
			return "[*]"
		}
		return s.String()
	}
	for _, row := range machine {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", name(row.from), row.to, row.event)
	}
	for s := StateSettled; int(s) < len(stateNames); s++ {
		fmt.Fprintf(&b, "    %s --> [*]\n", s)
	}
	b.WriteString("```\n\n## Transitions\n\nThe sender is told the status in a pacs.002 (a camt.025 where it sent a camt.050), with\nthe reason of the row, or that of the event where the row has none. *Outcome* is told to\nwho was asked to confirm. *Forward*: the payment itself goes to its receiver.\n\n")
	b.WriteString("| from | event | to | sender is told | outcome | forward | reason |\n|---|---|---|---|---|---|---|\n")
	for _, row := range machine {
		forward := ""
		if row.forward {
			forward = "yes"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", row.from, row.event, row.to, orDash(string(row.status)), orDash(string(row.outcome)), orDash(forward), orDash(row.reason))
	}
	b.WriteString("\n## Events\n\n| event | |\n|---|---|\n")
	for e := range eventCount {
		fmt.Fprintf(&b, "| %s | %s |\n", e, eventMeanings[e])
	}
	return b.String()
}

func TestStatesPage(t *testing.T) {
	path, page := filepath.Join("..", "docs", "states.md"), statesPage()
	for e := range eventCount {
		if eventMeanings[e] == "" {
			t.Errorf("event %s has no meaning", e)
		}
	}
	if len(stateMeanings) != len(stateNames) {
		t.Errorf("%d states, %d meanings", len(stateNames), len(stateMeanings))
	}
	if os.Getenv(updateStates) != "" {
		if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(path); err != nil || string(have) != page {
		t.Errorf("%s is not what the table makes it (%v); run the test with %s=1", path, err, updateStates)
	}
}

// placed makes an engine that knows one payment, in a state, as if it had come
// there.
func placed(state State) (*Engine, *Payment) {
	e := NewEngine(nil)
	usd := messages.MustCurrency("USD")
	e.OpenAccount(1, usd, RoleIssuance)
	debit, credit := e.OpenAccount(2, usd, RoleWallet), e.OpenAccount(3, usd, RoleWallet)
	e.accounts[0].Posted, e.accounts[debit-1].Posted = -100, 100
	p := &Payment{ID: 1, State: state, Instruction: Instruction{Kind: KindCustomer, Sender: 2, Receiver: 3, Confirm: 3, Legs: []Leg{{debit, credit, 60}}}}
	e.lastPayment, e.open[p.ID] = 1, p
	switch state {
	case StateWaiting:
		e.enqueue(p)
	case StateReserved:
		e.reserve(p, 1)
	case StateNone, StateScheduled, StateHeld, StateAsked, StateSettled, StateRejected, StateCancelled:
	}
	return e, p
}

// TestEveryPairMovesMoney walks every state with every event: what the table has leads where
// it says, with the money where the state says; what it has not breaks, and
// changes nothing.
func TestEveryPairMovesMoney(t *testing.T) {
	pairs, rows := 0, 0
	for s := range len(stateNames) {
		for event := range eventCount {
			pairs++
			from := State(s)
			row := lookup(from, event)
			e, p := placed(from)
			broke := func() (broke bool) {
				defer func() {
					var b *Broken
					if err, ok := recover().(error); ok && errors.As(err, &b) {
						broke = true
					}
				}()
				e.move(p, event, Reason{Code: "XXXX"})
				return false
			}()
			if row == nil || from.Final() {
				if row != nil || !broke || p.State != from {
					t.Errorf("%s, %s: row %v, broke %v, then %s", from, event, row, broke, p.State)
				}
				continue
			}
			rows++
			if broke || p.State != row.to {
				t.Errorf("%s, %s: broke %v, then %s, want %s", from, event, broke, p.State, row.to)
				continue
			}
			posted, reserved := int64(0), int64(0)
			switch row.to {
			case StateSettled:
				posted = 60
			case StateReserved:
				reserved = 60
			case StateNone, StateScheduled, StateWaiting, StateHeld, StateAsked, StateRejected, StateCancelled:
			}
			debit, credit := e.accounts[1], e.accounts[2]
			waits := e.queues[1].first() == p
			if debit.Posted != 100-posted || credit.Posted != posted || debit.Reserved != reserved || waits != (row.to == StateWaiting) {
				t.Errorf("%s, %s, %s: posted %d and %d, reserved %d, waits %v", from, event, row.to, debit.Posted, credit.Posted, debit.Reserved, waits)
			}
		}
	}
	t.Logf("%d pairs, %d rows", pairs, rows)
	if rows != len(machine) || pairs != len(stateNames)*int(eventCount) {
		t.Errorf("%d pairs walked, %d rows found of %d", pairs, rows, len(machine))
	}
}
