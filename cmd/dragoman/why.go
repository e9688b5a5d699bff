package main

import (
	"cmp"
	"context"
	"net/url"

	"dragoman/gateway"
)

// why shows why a payment waits.
func (c *client) why(ctx context.Context, uetr string, asJSON bool, std streams) error {
	var found gateway.Why
	answer, err := c.call(ctx, "GET", "/v1/payments/"+url.PathEscape(uetr)+"/why", jsonBody, nil, &found)
	if err != nil || asJSON {
		say(std.out, "%s", answer)
		return err
	}
	say(std.out, "%s is %s: %s\n", cmp.Or(found.UETR, found.PaymentID), found.State, found.Text)
	if found.Until != "" {
		say(std.out, "its time is up at %s\n", found.Until)
	}
	if found.Needs == nil {
		return nil
	}
	say(std.out, "with exactly %s %s more on %s these go, and with less it does not:\n", found.Needs.Amount, found.Needs.Currency, found.Needs.Account)
	for _, t := range found.Needs.Then {
		say(std.out, "  %s: %s worth %s %s\n", t.Sender, plural(t.Payments, "payment"), t.Amount, t.Currency)
	}
	return nil
}
