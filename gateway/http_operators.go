package gateway

import (
	"context"
	"net/http"
	"time"

	"dragoman/settlement"
)

// What operators, compliance officers and issuers decide, over HTTPS. The door
// refuses early what the lane would refuse, so that the log is spared it; an
// attempt to approve what one may not goes to the log all the same and is
// recorded there.

// DecisionAnswer says what came of a decision.
type DecisionAnswer struct {
	// ID names the decision: the place of its entry in the log.
	ID string `json:"id"`
	// Outcome is empty while the books have not come to it.
	Outcome Outcome   `json:"outcome,omitempty"`
	Expires time.Time `json:"expires,omitzero"` // of a request that waits for a second person
}

// decisionWait is how long the answer to a decision waits for the books.
const decisionWait = 5 * time.Second

func (d *Door) decide(w http.ResponseWriter, r *http.Request, c Caller) error {
	var decision Decision
	if err := readJSON(w, r, &decision); err != nil {
		return err
	}
	return d.decided(w, r, c, decision)
}

// decided puts a decision into the log and answers with what came of it.
func (d *Door) decided(w http.ResponseWriter, r *http.Request, c Caller, decision Decision) error {
	if _, known := ruleOf(decision.Action); !known {
		return badRequest("there is no action %q", decision.Action)
	}
	by, why := holderOf(d.node.Directory(), c.Participant, c.Key)
	if why == "" {
		why = by.mayDecide(decision.Action)
	}
	if why != "" {
		return refused(problemForbidden, "%s", why)
	}
	if why := checkReason(decision.Reason); why != "" {
		return badRequest("%s", why)
	}
	place, err := d.node.Desk.Decide(r.Context(), c, decision)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), decisionWait)
	defer cancel()
	if err := d.node.WaitFor(ctx, place.Sequence); err != nil {
		return reply(w, http.StatusAccepted, DecisionAnswer{ID: placeText(place)})
	}
	return d.outcome(w, place)
}

// outcome answers with what the books say of a decision.
func (d *Door) outcome(w http.ResponseWriter, place settlement.Place) error {
	value, err := d.node.Books.Decision(place)
	if err != nil {
		return err
	}
	record, err := decodeDecision(value)
	if err != nil {
		return err
	}
	if record.Outcome == OutcomeRefused {
		return refused(problemDecision, "%s (recorded as %s)", record.Why, record.ID)
	}
	return reply(w, http.StatusOK, DecisionAnswer{ID: record.ID, Outcome: record.Outcome, Expires: record.Expires})
}
