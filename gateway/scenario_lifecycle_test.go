package gateway

import (
	"context"
	"strings"

	"dragoman/routing"
)

// Where participants stand in a scenario.

// stands has two operators say where a bank stands:
//
//	stands BANK STANDING
//	stands BANK STANDING refused TEXT
//
// The second wants it to be refused, with that in the reason.
func (s *stage) stands(at scenarioLine, f []string) {
	s.t.Helper()
	d := Decision{Action: ActionStanding, Bank: s.bic(at, f[0]), Standing: routing.Standing(f[1]), Reason: at.text}
	if len(f) == 2 {
		s.both(at, "operator-1", "operator-2", s.change.Self, d)
		return
	}
	asked, err := s.node.Desk.Decide(context.Background(), Caller{Participant: s.change.Self, Key: "operator-1"}, d)
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	applyAll(s.t, s.node)
	value, err := s.node.Books.Decision(asked)
	if err != nil {
		s.t.Fatal(err)
	}
	if r, err := decodeDecision(value); err != nil || r.Outcome != OutcomeRefused || !strings.Contains(r.Why, f[3]) {
		s.t.Errorf("%s: it was %s: %s %v", at.place, r.Outcome, r.Why, err)
	}
}
