package settlement

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// updateStates has the page of states written anew.
const updateStates = "DRAGOMAN_UPDATE_STATES"

// eventMeanings say what an event is, for the page.
var eventMeanings = [eventCount]string{
	EventRefuse: "it is not acceptable, or compliance ends it", EventCover: "its money is there", EventLack: "its money is not there: it waits",
	EventReserve: "its money is there, and somebody must confirm first", EventHold: "compliance wants to look at it", EventCancel: "its sender takes it back",
	EventExpire: "its time is up", EventConfirm: "who must confirm has done so", EventDecline: "who must confirm has refused",
	EventSchedule: "its earliest time has not come", EventAsk: "somebody must confirm first, and no money need be there", EventShort: "its money is not there, and it may not wait",
	EventMiss: "its cover has not settled", EventDeliver: "it moves nothing: it is passed on",
	EventNet: "it adds to the positions of the open netting cycle", EventDefer: "its netting cycle does not settle it, or it has lost its room there",
	EventDivert: "its way has closed, and another is open", EventExceed: "its money is there but a limit bounds it, and it may not wait",
}

var stateMeanings = [...]string{
	StateNone: "not known yet", StateScheduled: "waits for the earliest time that its sender named", StateWaiting: "waits for liquidity, in its place in the queue",
	StateHeld: "compliance looks at it; outside it looks as if it waited", StateReserved: "its money is earmarked until the creditor agent or issuer has confirmed",
	StateAsked: "an issue that its issuer has not confirmed", StateUncovered: "a transfer whose cover has not settled", StateSettled: "final: the money has moved", StateRejected: "final: nothing moved", StateCancelled: "final: nothing moved; its sender took it back", StateDelivered: "final: an advice that moves nothing has been passed on",
	StateNetted: "in a netting cycle that has not settled", StateDiverted: "its way has closed and it takes another: it is never found so",
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
	for s := StateSettled; s.Final(); s++ {
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
