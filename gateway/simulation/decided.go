package simulation

import (
	"context"
	"encoding/json"
	"fmt"

	"dragoman/gateway"
	"dragoman/settlement"
)

// What people decide is held against what the books say of it in the end.

// decided is a decision that the gateway has taken in.
type decided struct {
	place settlement.Place // that it told
	key   string
	d     gateway.Decision
	two   bool // a second person must agree
	again bool // it approves what was approved before
}

// approvedAgain is what must have been tried in a run.
const approvedAgain = "second approval refused"

// decide has two people decide something. The second one at times does it twice.
func (n *node) decide(from, first, second string, d gateway.Decision, done func()) {
	n.ask(from, decided{key: first, d: d, two: second != ""}, func(place string) {
		if second == "" {
			done()
			return
		}
		n.alone(from, first, place, d)
		approval := decided{key: second, d: gateway.Decision{Action: gateway.ActionApprove, Request: place, Reason: d.Reason}}
		n.ask(from, approval, func(string) {
			if done(); n.chance(8) {
				approval.again = true
				n.ask(from, approval, func(string) {})
			}
		})
	})
}

// ask has somebody decide something, and goes on when the gateway has told its place.
func (n *node) ask(from string, one decided, then func(place string)) {
	n.put(func() (err error) {
		one.place, err = n.desk.Decide(context.Background(), gateway.Caller{Participant: bicOf(from), Key: one.key}, one.d)
		return err
	}, func() {
		n.decided = append(n.decided, one)
		then(fmt.Sprintf("%d.%d", one.place.Sequence, one.place.Order))
	})
}

// checkDecided wants every decision to stand under the number that was told, as it was
// made, carried out once, and by two where two are wanted.
func (p *play) checkDecided() {
	for _, one := range p.node.decided {
		value, err := p.node.books.Decision(one.place)
		var r gateway.DecisionRecord
		if err == nil && value != nil {
			err = json.Unmarshal(value, &r)
		}
		switch {
		case err != nil || r.Key != one.key || r.Decision.Action != one.d.Action || r.Decision.Request != one.d.Request:
			p.violation("", "%s was told that its decision to %s %s is %d.%d; there stands %s %s of %s (%v)", one.key, one.d.Action, one.d.Request, one.place.Sequence, one.place.Order, r.Decision.Action, r.Decision.Request, r.Key, err)
		case one.again && r.Outcome != gateway.OutcomeRefused:
			p.violation("", "%s approved %s a second time, and it was %s", one.key, one.d.Request, r.Outcome)
		case one.two && r.Outcome == gateway.OutcomeDone && (r.ClosedBy == "" || r.ClosedBy == r.ID):
			p.violation("", "%s alone decided to %s in %s", one.key, one.d.Action, r.ID)
		case one.again:
			p.traffic[approvedAgain]++
		}
	}
}
