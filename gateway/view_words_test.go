package gateway

import (
	"testing"

	"dragoman/routing"
	"dragoman/settlement"
)

// TestGatewayPeopleReadCodesOnly: why a creditor agent declined stands in its own words in
// the history of the payment. Its sender reads them; the gateway's people read the code,
// in the steps and in the ways that were taken in vain.
func TestGatewayPeopleReadCodesOnly(t *testing.T) {
	declined := settlement.Reason{Code: "AC06", Text: "our customer is under investigation"}
	p := settlement.Payment{
		Instruction: settlement.Instruction{Sender: 1, Receiver: 2, Confirm: 2},
		State:       settlement.StateRejected, Status: settlement.StatusRejected, Reason: declined,
		Past: []settlement.Step{{State: settlement.StateReserved}, {State: settlement.StateDiverted, Reason: declined}, {State: settlement.StateReserved}},
		Attempts: []settlement.Attempt{
			{Asked: 2, Reason: declined}, {Reason: settlement.Reason{Code: "AM23", Text: "an account cannot hold as much"}},
		},
	}
	facts := answerFacts{}
	p.Facts = facts.encode()
	for i := range p.Attempts {
		p.Attempts[i].Facts = p.Facts
	}
	for _, c := range []struct {
		who   viewer
		words string
	}{
		{viewer{party: 1, directory: &routing.Directory{}}, declined.Text},
		{viewer{party: 2, directory: &routing.Directory{}}, declined.Text},
		{viewer{all: true, directory: &routing.Directory{}}, ""},
	} {
		steps := c.who.steps(&p)
		if last := steps[len(steps)-1]; last.Reason != declined.Code || last.Text != c.words {
			t.Errorf("%+v reads %s %q in the last step, want %q", c.who, last.Reason, last.Text, c.words)
		}
		attempts, err := c.who.attempts(&p)
		if err != nil {
			t.Fatal(err)
		}
		if c.who.party == p.Receiver {
			continue // it is not told of the sender's ways
		}
		if len(attempts) != 2 || attempts[0].Text != c.words || attempts[1].Text == "" {
			t.Errorf("%+v reads attempts %+v", c.who, attempts)
		}
	}
	if p.Reason != declined || p.Past[1].Reason != declined {
		t.Error("showing it has changed the payment")
	}
}
