package main

import (
	"context"
	"encoding/json"
	"fmt"

	"dragoman/gateway"
	"dragoman/messages"
)

// exchange has a payment change its currency on the way: the provider stands by a
// rate, the sender has it quoted, and the legs in both currencies settle together.
func (d *demo) exchange(ctx context.Context) error {
	from, to, provider := d.banks[0], d.banks[2], d.banks[len(d.banks)-1]
	d.step("Yuan become baht on the way, both or neither: %s stands by a rate, %s has it quoted", provider.name, from.name)
	if err := d.lend(ctx, assets()[1], provider, "1000000.00", "liquidity"); err != nil {
		return err
	}
	if err := d.at(ctx, provider, "rates", "--stand", "CNY/THB=4.9312"); err != nil {
		return err
	}
	if err := d.at(ctx, from, "route", "--from", from.bic.String(), "--to", to.bic.String(), "--currency", "CNY", "--into", "THB", "--amount", "250.00"); err != nil {
		return err
	}
	quote, err := d.quoted(ctx, from, to)
	if err != nil {
		return err
	}
	uetr := d.scribe.uetr()
	body := d.scribe.transfer("pacs.008.001.08", from, "DEMO-FX", []draft{{
		id: "DEMO-FX", uetr: uetr, amount: money(250_00, "CNY"), to: to, agent: to.bic, told: []string{gateway.InstructionQuote + quote.ID},
	}})
	status, err := d.outcome(ctx, from, body, "DEMO-FX", 1)
	if err != nil {
		return err
	}
	delivered, err := d.delivered(ctx, "DEMO-FX")
	if err != nil {
		return err
	}
	came := fmt.Sprintf("%s, 250.00 CNY leave and %s arrive", status, amountDelivered(delivered))
	say(d.std.out, "  %s pays %s by that quote: %s\n", from.name, to.name, came)
	if want := "ACSC, 250.00 CNY leave and 1232.80 THB arrive"; came != want {
		d.wrong = append(d.wrong, fmt.Sprintf("a payment that is exchanged: %q, and must be %q", came, want))
	}
	return d.at(ctx, from, "quote", quote.ID)
}

// at runs a command as a bank and shows what it says.
func (d *demo) at(ctx context.Context, bank demoBank, command string, args ...string) error {
	return d.command(ctx, append([]string{command, "--dir", d.folder, "--server", d.server.url, "--as", bank.as}, args...)...)
}

// quoted has 250 yuan quoted in baht.
func (d *demo) quoted(ctx context.Context, from, to demoBank) (gateway.QuoteView, error) {
	c, err := d.client(from.as)
	if err != nil {
		return gateway.QuoteView{}, err
	}
	request := gateway.AskQuote{From: messages.MustCurrency("CNY"), To: messages.MustCurrency("THB"), Amount: "250.00", Side: "source", Receiver: to.bic}
	body, err := json.Marshal(request)
	if err != nil {
		return gateway.QuoteView{}, err
	}
	var made gateway.QuotesView
	if _, err := c.call(ctx, "POST", "/v1/quotes", jsonBody, body, &made); err != nil {
		return gateway.QuoteView{}, err
	}
	return made.Quotes[0], nil
}

// amountDelivered is the amount of a customer transfer as its receiver gets it.
func amountDelivered(raw []byte) string {
	transfer, _ := messages.ViewCustomerCreditTransfer(messages.Read(raw, messages.Options{}))
	for payment := range transfer.Transactions() {
		if amount, err := payment.Amount().Money(); err == nil {
			return amount.Amount() + " " + amount.Currency().Code()
		}
	}
	return "nothing"
}
