package main

import (
	"context"
	"encoding/json"

	"dragoman/gateway"
)

// decide sends a decision and gives what came of it.
func (c *client) decide(ctx context.Context, decision gateway.Decision) (answer gateway.DecisionAnswer, err error) {
	body, err := json.Marshal(decision)
	if err == nil {
		_, err = c.call(ctx, "POST", "/v1/decisions", jsonBody, body, &answer)
	}
	return answer, err
}

// issueMoney has one person of an issuer ask for an issue or a redemption and
// another approve it.
func issueMoney(ctx context.Context, first, second *client, decision gateway.Decision) error {
	asked, err := first.decide(ctx, decision)
	if err == nil {
		_, err = second.decide(ctx, gateway.Decision{Action: gateway.ActionApprove, Request: asked.ID, Reason: "seen and agreed: " + decision.Reason})
	}
	return err
}
