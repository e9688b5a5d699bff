package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// planned is one message that the demonstration sends.
type planned struct {
	from demoBank
	to   demoBank
	id   string
	body []byte
}

// demoVersions are those in which the banks of the demonstration send.
var demoVersions = []string{"pacs.008.001.08", "pacs.008.001.09", "pacs.008.001.10", "pacs.008.001.12", "pacs.008.001.13"}

// issue puts money into circulation: every issuer to every bank.
func (d *demo) issue(ctx context.Context) error {
	d.step("The issuers put money into circulation")
	for _, a := range assets() {
		first, second, err := d.issuers(a)
		if err != nil {
			return err
		}
		for _, bank := range d.banks {
			if err := issueMoney(ctx, first, second, gateway.DecisionRequest{Action: gateway.ActionIssue, Bank: bank.bic, Currency: a.code, Amount: "150000.00", Reason: "opening of the day"}); err != nil {
				return err
			}
		}
		say(d.std.out, "  %s: 150,000.00 %s to each bank\n", a.issuer, a.name)
	}
	return nil
}

// issuers are the two people of an issuer.
func (d *demo) issuers(a asset) (first, second *client, err error) {
	if first, err = d.client(a.folder(1)); err == nil {
		second, err = d.client(a.folder(2))
	}
	return first, second, err
}

// draw makes one ordinary payment.
func (d *demo) draw(n int) planned {
	from := d.banks[d.random.IntN(len(d.banks))]
	to := d.banks[d.random.IntN(len(d.banks))]
	for to == from {
		to = d.banks[d.random.IntN(len(d.banks))]
	}
	currency := assets()[d.random.IntN(len(assets()))].code
	amount := fmt.Sprintf("%d.%02d", 100+d.random.IntN(20000), d.random.IntN(100))
	return d.payment(demoVersions[n%len(demoVersions)], from, to, fmt.Sprintf("DEMO-%06d", n), currency, amount, to.bic)
}

// payment writes a customer credit transfer with its header. The creditor's
// agent may be another than the receiver's, to send it astray.
func (d *demo) payment(version string, from, to demoBank, id, currency, amount string, agent messages.BIC) planned {
	now, err := messages.NewDateTime(time.Now().UTC().Truncate(time.Second))
	must(err)
	year, month, day := time.Now().UTC().Date()
	date, err := messages.NewDate(year, month, day)
	must(err)
	money, err := messages.ParseMoney(amount, messages.MustCurrency(currency))
	must(err)
	transfer := messages.CreditTransfer{
		MessageID: id, Created: now, Settlement: messages.Settlement{Method: "CLRG"},
		Payments: []messages.Payment{{
			InstructionID: id, EndToEndID: "E2E-" + id, TransactionID: id, UETR: d.uetr(), Amount: money, SettlementDate: date, ChargeBearer: "SHAR",
			InstructingAgent: messages.Agent{BIC: from.bic}, InstructedAgent: messages.Agent{BIC: agent},
			Parties: messages.Parties{
				Debtor:        messages.Party{Name: "Customer of " + from.name, Address: messages.Address{Town: "Oldtown", Country: from.bic.Country().String()}},
				DebtorAgent:   messages.Agent{BIC: from.bic},
				CreditorAgent: messages.Agent{BIC: agent},
				Creditor:      messages.Party{Name: "Customer of " + to.name, Address: messages.Address{Town: "Newtown", Country: to.bic.Country().String()}},
			},
			Purpose: "GDDS", Remittance: messages.Remittance{Unstructured: []string{"Invoice " + id}},
		}},
	}
	document, err := transfer.Write(version)
	must(err)
	header, err := messages.Header{
		From: messages.Agent{BIC: from.bic}, To: messages.Agent{BIC: agent}, MessageID: id, Definition: version, Created: now,
	}.Write("head.001.001.02")
	must(err)
	return planned{from, to, id, messages.Envelope(header, document)}
}

// must ends the demonstration on a message that our own writers cannot write.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// uetr draws a UUID of version 4 from the demonstration's own numbers.
func (d *demo) uetr() string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], d.random.Uint64())
	binary.BigEndian.PutUint64(id[8:], d.random.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	u, err := messages.UETRFromBytes(id)
	must(err)
	return u.String()
}

// oddities are what a day brings beside ordinary payments.
func (d *demo) oddities(ctx context.Context, plan []planned) error {
	d.step("What a day brings besides")
	first := plan[0]
	try := func(what string, from demoBank, body []byte) error {
		answer, err := d.post(ctx, from.as, body)
		var refused *answerError
		switch {
		case err == nil:
			d.tally[from.as].sent++
			say(d.std.out, "  %-46s accepted; the answer comes by mail\n", what)
		case errors.As(err, &refused):
			say(d.std.out, "  %-46s refused at once: %s\n", what, summary(answer))
		default:
			return err
		}
		return nil
	}
	nobody, err := messages.ParseBIC("NOBODEFFXXX")
	must(err)
	stranger := d.payment("pacs.008.001.08", d.banks[0], d.banks[1], "DEMO-STRAY", "CNY", "10.00", nobody)
	large := d.payment("pacs.008.001.08", d.banks[2], d.banks[3], "DEMO-LARGE", "CNY", "900000.00", d.banks[3].bic)
	changed := d.payment("pacs.008.001.08", first.from, first.to, "DEMO-CHANGED", "CNY", "10.00", first.to.bic)
	changed.body = replaceUETR(changed.body, first.body)
	for _, o := range []struct {
		what string
		p    planned
	}{
		{"the first payment again, byte for byte", first},
		{"other content under the first payment's UETR", changed},
		{"half a message", planned{from: d.banks[0], body: first.body[:len(first.body)/2]}},
		{"a payment to a bank that nobody knows", stranger},
		{"a payment that the sender has no money for", large},
	} {
		if err := try(o.what, o.p.from, o.p.body); err != nil {
			return err
		}
	}
	officer, other, err := d.issuers(assets()[0])
	if err != nil {
		return err
	}
	say(d.std.out, "  its issuer lends the money: the waiting payment settles\n")
	return issueMoney(ctx, officer, other, gateway.DecisionRequest{Action: gateway.ActionIssue, Bank: large.from.bic, Currency: "CNY", Amount: "900000.00", Reason: "liquidity"})
}

// replaceUETR gives a payment the UETR of another.
func replaceUETR(body, other []byte) []byte {
	uetr := func(raw []byte) (messages.Node, *messages.Message) {
		m := messages.Read(raw, messages.Options{})
		for n := range m.Document().Root.Walk() {
			if n.Name() == "UETR" {
				return n, m
			}
		}
		return messages.Node{}, m
	}
	mine, m := uetr(body)
	theirs, _ := uetr(other)
	s := messages.NewSplice(m, m.Document())
	s.Set(mine, theirs.Text())
	document, err := s.Bytes()
	must(err)
	return append([]byte(nil), document...)
}
