package settlement

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// ownOpen wants every sender to be shown its own open payments, all of them and in
// order, also behind a restart. Every random history is watched for it.
func (x *watcher) ownOpen() string {
	want := map[ParticipantID][]PaymentID{}
	for _, id := range slices.Sorted(maps.Keys(x.w.payments)) {
		if p := x.w.payments[id]; !p.State.Final() {
			want[p.Sender] = append(want[p.Sender], id)
		}
	}
	restored := Restore(x.w, x.w.books())
	for sender := ParticipantID(0); int(sender) < 20; sender++ {
		for name, e := range map[string]*Engine{"": x.w.engine, "restored ": restored} {
			var got []PaymentID
			for _, p := range e.OpenOf(sender) {
				got = append(got, p.ID)
			}
			if !slices.Equal(got, want[sender]) {
				return fmt.Sprintf("%ssender %d is shown %d as open, and has %d", name, sender, got, want[sender])
			}
		}
		x.seen["open payments of a sender"] += len(want[sender])
	}
	return ""
}

// TestOpenOfWithinAGroup: what has come in with the group counts, what has ended with it
// does not.
func TestOpenOfWithinAGroup(t *testing.T) {
	w := newWorld()
	for _, line := range []string{"pay p1 ALPHA BETA USD 1.00", "pay p2 ALPHA BETA USD 2.00", "pay p3 BETA ALPHA USD 1.00"} {
		if _, err := w.line(line); err != nil {
			t.Fatal(err)
		}
	}
	e := w.engine
	in := Instruction{Identity: identityOf("ALPHA", "p4"), Kind: KindCustomer, Sender: w.bank("ALPHA"), Receiver: w.bank("BETA"), Band: BandNormal, Legs: []Leg{{w.open("ALPHA", "USD"), w.open("BETA", "USD"), 1}}}
	e.Submit(Message{Sender: w.bank("ALPHA"), Identity: identityOf("ALPHA", "m4")}, []Instruction{in})
	e.Cancel(w.names["p1"], Reason{Code: ReasonCancelled})
	var got []PaymentID
	for _, p := range e.OpenOf(w.bank("ALPHA")) {
		got = append(got, p.ID)
	}
	if want := []PaymentID{w.names["p2"], w.names["p3"] + 1}; !slices.Equal(got, want) {
		t.Errorf("ALPHA is shown %d, and has %d", got, want)
	}
}

// TestTrialTakesAnotherWay: who only tries hears what would become of the payment,
// also where its way is full and the next is taken.
func TestTrialTakesAnotherWay(t *testing.T) {
	for _, c := range []struct{ way, options, want string }{
		{"", "", "RJCT AM23"},
		{"way p ALPHA FY USD 1.00 and FY BETA EUR 1.00", "", "ACSC"},
		{"way p ALPHA FY USD 1.00 and FY BETA EUR 1.00 confirm BETA", "", "PDNG"},
		{"way p ALPHA FY USD 1.00 and FY BETA EUR 9.00", "", "PDNG"},
		{"way p ALPHA FY USD 1.00 and FY BETA EUR 1.00", " hold", "PDNG"},
	} {
		w := newWorld()
		for _, line := range []string{"issue ALPHA USD 5.00", "issue FX EUR 5.00", "issue FY EUR 5.00", "ceiling FX USD 0.50", c.way} {
			if line == "" {
				continue
			}
			if _, err := w.line(line); err != nil {
				t.Fatal(err)
			}
		}
		pay := "pay p ALPHA FX USD 1.00 and FX BETA EUR 1.00 diverts" + c.options
		f := strings.Fields(pay)[1:]
		w.engine.Try(Message{Sender: w.bank("ALPHA"), Test: true}, []Instruction{w.instruction(f[:5], f[5:])})
		w.keep()
		o := w.notices[0].Outcomes[0]
		tried := strings.TrimSpace(string(o.Status) + " " + o.Reason.Code)
		submitted, err := w.line(pay)
		if err != nil {
			t.Fatal(err)
		}
		if submitted != c.want || tried != c.want {
			t.Errorf("%s: tried it is %q, submitted %q, want %q", c.way, tried, submitted, c.want)
		}
	}
}
