package settlement

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// arrive is a scenario that brings the payment "p" into a state.
var arrive = map[State][]string{
	StateScheduled: {"pay p ALPHA BETA USD 10.00 from 100 until 900"},
	StateWaiting:   {"pay p ALPHA BETA USD 10.00 until 900"},
	StateHeld:      {"pay p ALPHA BETA USD 10.00 until 900 hold"},
	StateReserved:  {"issue ALPHA USD 10.00", "pay p ALPHA BETA USD 10.00 until 900 confirm BETA within 50"},
	StateAsked:     {"ask p ALPHA USD 10.00 until 900"},
	StateSettled:   {"issue ALPHA USD 10.00", "pay p ALPHA BETA USD 10.00"},
	StateRejected:  {"pay p ALPHA BETA USD 10.00 refuse AM01"},
	StateCancelled: {"pay p ALPHA BETA USD 10.00", "recall p by ALPHA"},
	StateUncovered: {"covered p ALPHA BETA USD 10.00 pair one until 900"},
	StateDiverted:  {"pay p ALPHA BETA USD 10.00 until 900 diverts"},
	StateDelivered: {"advise p ALPHA BETA USD 10.00 pair none"},
	StateNetted:    {"pay p ALPHA BETA USD 10.00 until 900 net"},
}

// arriveNet is the same for a payment that settles in a netting cycle.
var arriveNet = map[State][]string{
	StateScheduled: {"pay p ALPHA BETA USD 10.00 from 100 until 900 net"},
	StateWaiting:   {"cap ALPHA USD 9.99", "pay p ALPHA BETA USD 10.00 until 900 net"},
	StateHeld:      {"pay p ALPHA BETA USD 10.00 until 900 hold net"},
}

// TestEveryRowTellsWhatItSays brings a payment into every state and has every event
// happen to it. What the table has leads where it says, tells whom it says and
// keeps the books clean; anything else is a broken invariant that changes nothing.
func TestEveryRowTellsWhatItSays(t *testing.T) {
	rows, refused := 0, 0
	for state := StateScheduled; state <= StateDiverted; state++ {
		for event := range eventCount {
			w := newWorld()
			lines := arrive[state]
			if lookup(state, event) != nil && event == EventNet {
				lines = arriveNet[state]
			}
			for _, line := range lines {
				if _, err := w.line(line); err != nil {
					t.Fatal(err)
				}
			}
			if state == StateDiverted { // it never stays so
				w.engine.move(w.engine.open[w.names["p"]], EventDivert, Reason{Code: "AB07"})
				w.inVain()
			}
			p, _ := w.engine.Payment(w.names["p"])
			if p.State != state {
				t.Fatalf("the scenario for %s leads to %s", state, p.State)
			}
			if w.engine.open[p.ID] == nil { // it has ended: the machine must refuse it all the same
				w.engine.open[p.ID] = &p
			}
			if row := lookup(state, event); row == nil {
				refused++
				w.refuses(t, event)
			} else {
				rows++
				w.follows(t, row)
			}
		}
	}
	first := 0 // rows of payments that come in; the scenarios above and in testdata follow them
	for _, row := range machine {
		if row.from == StateNone {
			first++
		}
	}
	t.Logf("%d rows followed, %d that begin, %d pairs refused", rows, first, refused)
	if rows+first != len(machine) || rows+refused != int(StateDiverted)*int(eventCount) {
		t.Errorf("%d rows of %d followed, %d pairs refused", rows+first, len(machine), refused)
	}
}

// inVain notes of a payment that has left its way what the engine would.
func (w *world) inVain() {
	p := w.engine.open[w.names["p"]]
	p.Diverts, p.Attempts = true, append(p.Attempts, Attempt{Legs: p.Legs, Reason: p.Reason, Ended: p.Since})
}

// refuses wants an event to be impossible and to change nothing.
func (w *world) refuses(t *testing.T, event Event) {
	t.Helper()
	p := w.engine.open[w.names["p"]]
	before, notices := *p, len(w.engine.group.notices)
	defer func() {
		var broken *Broken
		if err, ok := recover().(error); !ok || !errors.As(err, &broken) {
			t.Errorf("%s on %s: no broken invariant: %v", before.State, event, err)
		}
		if p.State != before.State || len(w.engine.group.notices) != notices {
			t.Errorf("%s on %s changed something", before.State, event)
		}
	}()
	w.engine.move(p, event, Reason{Code: "NARR"})
}

// follows wants an event to do what its row says.
func (w *world) follows(t *testing.T, row *transition) {
	t.Helper()
	p := w.engine.open[w.names["p"]]
	if row.to == StateSettled || row.to == StateReserved {
		from, to := w.open("ISSUER", "USD"), w.open("ALPHA", "USD") // the money must be there
		w.submit("money", "ISSUER", Instruction{Identity: identityOf("ISSUER", "money"), Kind: KindIssue, Sender: w.bank("ISSUER"), Legs: []Leg{{from, to, 1}}}, "money")
		a := &w.engine.accounts[to-1]
		a.Line, a.Granted = 1000, 1000
	}
	if p.ByCover() && row.to == StateSettled {
		for _, line := range []string{"issue ALPHA USD 10.00", "cover c ALPHA BETA USD 10.00 pair one"} {
			if _, err := w.line(line); err != nil {
				t.Fatal(err)
			}
		}
		if p.State == StateSettled { // with its cover it has gone already
			return
		}
	}
	if p.State == StateNetted && row.to == StateSettled { // it does with its cycle alone
		if _, err := w.line("cycle USD"); err != nil || w.payments[p.ID].State != StateSettled || !strings.HasSuffix(w.told(), "forward BETA p, status ALPHA p ACSC") {
			t.Errorf("%s on %s: told %q %v", row.from, row.event, w.told(), err)
		}
		return
	}
	if row.event == EventNet { // there is room
		w.engine.account(p.Legs[0].Debit).Cap = 0
	}
	status := p.Status
	w.engine.group.notices = nil
	w.engine.move(p, row.event, Reason{Code: "NARR"})
	var told []string
	for _, n := range w.engine.group.notices {
		told = append(told, map[NoticeKind]string{NoticeStatus: "sender ", NoticeForward: "forward", NoticeOutcome: "outcome "}[n.Kind]+string(n.Status))
	}
	var want []string
	if row.forward {
		want = append(want, "forward")
	}
	if row.outcome != "" {
		want = append(want, "outcome "+string(row.outcome))
	}
	if row.status != "" && row.status != status {
		want = append(want, "sender "+string(row.status))
	}
	if p.State != row.to || !slices.Equal(told, want) {
		t.Errorf("%s on %s: it is %s, told %q, want %s and %q", row.from, row.event, p.State, told, row.to, want)
	}
	if row.reason != "" && p.Reason.Code != row.reason {
		t.Errorf("%s on %s: reason %s, want %s", row.from, row.event, p.Reason.Code, row.reason)
	}
	if row.to == StateDiverted { // a way must follow: the audit says so
		w.inVain()
		w.engine.move(p, EventRefuse, Reason{Code: "NARR"})
	}
	w.engine.settleWaiting()
	w.keep()
	if findings := w.audit(); len(findings) > 0 {
		t.Errorf("%s on %s: audit:\n%s", row.from, row.event, strings.Join(findings, "\n"))
	}
}
