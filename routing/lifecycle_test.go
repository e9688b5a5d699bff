package routing

import (
	"testing"

	"dragoman/settlement"
)

// TestStandings walks every pair of standings.
func TestStandings(t *testing.T) {
	want := map[Standing]string{ // of each, to which it leads, in the order of Standings
		StandingApplied: "yy...y", StandingActive: ".yyyyy", StandingSendOnly: ".yyyyy", StandingReceiveOnly: ".yyyyy",
		StandingSuspended: ".yyyyy", StandingClosed: ".....y",
	}
	walked := 0
	for _, from := range Standings {
		got := ""
		for _, to := range Standings {
			walked++
			if from.LeadsTo(to) {
				got += "y"
			} else {
				got += "."
			}
		}
		if got != want[from] {
			t.Errorf("%s leads to %s, want %s", from, got, want[from])
		}
		if from.TakesPart() != (from.Sends() || from.Receives()) || from.LeadsTo("nonsense") {
			t.Errorf("%s contradicts itself", from)
		}
	}
	if walked != 36 {
		t.Errorf("%d pairs", walked)
	}
}

// TestStandingOfReturns: who may only receive gives back, who may only send gets
// back, and nobody else does either.
func TestStandingOfReturns(t *testing.T) {
	for _, s := range Standings {
		p := &Payment{Kind: settlement.KindReturn}
		sender := &Participant{Standing: s}
		if got := mayNotSend(sender, p) == ""; got != s.TakesPart() {
			t.Errorf("%s returns: %v", s, got)
		}
		p.Kind = settlement.KindCustomer
		if got := mayNotSend(sender, p) == ""; got != s.Sends() {
			t.Errorf("%s sends: %v", s, got)
		}
	}
}
