package main

import (
	"context"
	"fmt"

	"dragoman/gateway"
	"dragoman/messages"
)

// afterwards is what can still happen to a payment when it has settled.
func (d *demo) afterwards() []happening {
	jade, peony := d.banks[0], d.banks[1]
	return []happening{
		{"the account is closed: its receiver returns it", func(ctx context.Context) (string, error) {
			if _, err := d.outcome(ctx, jade, d.payment("pacs.008.001.10", jade, peony, "DEMO-BACK", "CNY", 60_00), "DEMO-BACK", 1); err != nil {
				return "", err
			}
			body, err := d.back(ctx, peony, "DEMO-BACK", "AC04")
			if err != nil {
				return "", err
			}
			returned, err := d.outcome(ctx, peony, body, "DEMO-BACK"+aboutReturn, 1)
			if err != nil {
				return "", err
			}
			sent, err := d.told(ctx, "DEMO-BACK", 2)
			return sent + " / " + returned, err
		}, "ACSC, pacs.004 AC04 / ACSC"},
		{"it is recalled when it has settled: its receiver refuses", func(ctx context.Context) (string, error) {
			body := d.payment("pacs.008.001.09", jade, peony, "DEMO-MINE", "CNY", 75_00)
			if _, err := d.outcome(ctx, jade, body, "DEMO-MINE", 1); err != nil {
				return "", err
			}
			here, err := messages.ParseBIC(gatewayBIC)
			must(err)
			if _, err := d.outcome(ctx, jade, d.scribe.recall(jade, here, "DEMO-RECALL-MINE", body), "DEMO-MINE", 2); err != nil {
				return "", err
			}
			if body, err = d.refusal(ctx, peony, here, "DEMO-MINE", "CUST"); err != nil {
				return "", err
			}
			return d.outcome(ctx, peony, body, "DEMO-MINE", 3)
		}, "ACSC, camt.029 FTNA, camt.029 RJCR CUST"},
	}
}

// refusal writes the answer of who received a payment that was recalled.
func (d *demo) refusal(ctx context.Context, from demoBank, here messages.BIC, id, reason string) ([]byte, error) {
	asked, err := d.delivered(ctx, id+aboutRecall)
	if err != nil {
		return nil, err
	}
	answer := messages.ResolutionOn(messages.Read(asked, messages.Options{}))
	answer.AssignmentID, answer.Created = "REFUSAL-"+id, d.scribe.created
	answer.Assigner, answer.Assignee = messages.Party{Agent: messages.Agent{BIC: from.bic}}, messages.Party{Agent: messages.Agent{BIC: here}}
	for i := range answer.Payments {
		answer.Payments[i].Original.Received = messages.Node{}
	}
	answer.Refused(messages.Reason{Code: reason})
	document, err := answer.Write(resolutionVersion)
	if err != nil {
		return nil, err
	}
	return d.scribe.envelope(from.bic, here, answer.AssignmentID, resolutionVersion, document), nil
}

// resolutionVersion is the version in which banks of the demonstration answer recalls.
const resolutionVersion = "camt.029.001.09"

// returnVersion is the version in which banks of the demonstration return.
const returnVersion = "pacs.004.001.09"

// back writes the return of a payment as its receiver does, from what it was sent.
func (d *demo) back(ctx context.Context, from demoBank, id, reason string) ([]byte, error) {
	received, err := d.delivered(ctx, id)
	if err != nil {
		return nil, err
	}
	back, err := messages.ReturnOf(messages.Read(received, messages.Options{}))
	if err != nil {
		return nil, err
	}
	back.MessageID, back.Created = "RETURN-"+id, d.scribe.created
	for i := range back.Payments {
		back.Payments[i].ReturnID = fmt.Sprintf("RETURN-%s-%d", id, i)
		back.Payments[i].Reasons = []messages.Reason{{Code: reason}}
		back.Payments[i].Original.Received = messages.Node{}
	}
	document, err := back.Write(returnVersion)
	if err != nil {
		return nil, err
	}
	here, err := messages.ParseBIC(gatewayBIC)
	must(err)
	return d.scribe.envelope(from.bic, here, back.MessageID, returnVersion, document), nil
}

// explain shows what stops a payment and what would free it: that much does, and a
// cent less does not.
func (d *demo) explain(ctx context.Context) error {
	from, to, yuan := d.banks[3], d.banks[4], assets()[0]
	body := d.payment("pacs.008.001.09", from, to, "DEMO-WHY", yuan.code, 7_000_000_00)
	if _, err := d.outcome(ctx, from, body, "DEMO-WHY", 1); err != nil {
		return err
	}
	uetr := uetrOf(body)
	d.step("Why does it wait? dragoman queue --as %s --why %s", from.as, uetr)
	if err := d.command(ctx, "queue", "--dir", d.folder, "--server", d.server.url, "--as", from.as, "--why", uetr); err != nil {
		return err
	}
	needs, err := d.needs(ctx, from, uetr)
	if err != nil {
		return err
	}
	less := money(needs.Minor()-1, yuan.code)
	if err := d.lend(ctx, yuan, from, less.Amount(), "almost enough"); err != nil {
		return err
	}
	left, err := d.needs(ctx, from, uetr)
	if err != nil {
		return err
	}
	say(d.std.out, "  its issuer lends %s: it waits for %s\n", less.Amount(), left.Amount())
	if left.Minor() != 1 {
		d.wrong = append(d.wrong, fmt.Sprintf("a cent less than %s was lent, and %s is missing", needs.Amount(), left.Amount()))
	}
	if err := d.lend(ctx, yuan, from, left.Amount(), "enough"); err != nil {
		return err
	}
	status, err := d.told(ctx, "DEMO-WHY", 2)
	if err != nil {
		return err
	}
	say(d.std.out, "  its issuer lends %s: %s\n", left.Amount(), status)
	if status != "PDNG, ACSC" {
		d.wrong = append(d.wrong, "exactly what was missing was lent, and the payment came to "+status)
	}
	return nil
}

// needs is the least that frees a payment.
func (d *demo) needs(ctx context.Context, bank demoBank, uetr string) (messages.Money, error) {
	c, err := d.client(bank.as)
	if err != nil {
		return messages.Money{}, err
	}
	var why gateway.Why
	if _, err := c.call(ctx, "GET", "/v1/payments/"+uetr+"/why", jsonBody, nil, &why); err != nil {
		return messages.Money{}, err
	}
	if why.Needs == nil {
		return messages.Money{}, fmt.Errorf("no amount frees payment %s: %s", uetr, why.Text)
	}
	return messages.ParseMoney(why.Needs.Amount, messages.MustCurrency(why.Needs.Currency))
}
