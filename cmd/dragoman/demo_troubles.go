package main

import (
	"context"
	"fmt"

	"dragoman/gateway"
	"dragoman/messages"
)

// mistakes are messages that are not as they should be.
func (d *demo) mistakes() []happening {
	jade, peony, orchid := d.banks[0], d.banks[1], d.banks[2]
	first := d.payment("pacs.008.001.08", jade, peony, "DEMO-FIRST", "CNY", 100_00)
	nobody, err := messages.ParseBIC("NOBODEFFXXX")
	must(err)
	return []happening{
		{"a payment of 100.00", func(ctx context.Context) (string, error) { return d.outcome(ctx, jade, first, "DEMO-FIRST", 1) }, "ACSC"},
		{"the same again, byte for byte: the same answer", func(ctx context.Context) (string, error) { return d.outcome(ctx, jade, first, "DEMO-FIRST", 2) }, "ACSC, ACSC"},
		{"other content under its UETR", func(ctx context.Context) (string, error) {
			changed := replaceUETR(d.payment("pacs.008.001.08", jade, peony, "DEMO-CHANGED", "CNY", 900_00), first)
			return d.outcome(ctx, jade, changed, "DEMO-CHANGED", 1)
		}, "RJCT DUPL"},
		{"half a message", func(ctx context.Context) (string, error) {
			answer, err := d.post(ctx, jade, first[:len(first)/2])
			if !refusedAtOnce(err) {
				return "", fmt.Errorf("it was taken: %w", err)
			}
			return "refused at once, " + messages.KindOf(messages.Read(answer, messages.Options{}).Document().ID), nil
		}, "refused at once, admi.002"},
		{"a payment in another bank's name", func(ctx context.Context) (string, error) {
			return d.outcome(ctx, jade, d.payment("pacs.008.001.08", orchid, peony, "DEMO-FOREIGN", "CNY", 100_00), "DEMO-FOREIGN", 1)
		}, "RJCT DS0H"},
		{"a payment to a bank that nobody knows", func(ctx context.Context) (string, error) {
			body := d.scribe.transfer("pacs.008.001.09", jade, "DEMO-STRAY", []draft{{id: "DEMO-STRAY", uetr: d.scribe.uetr(), amount: money(100_00, "CNY"), to: peony, agent: nobody}})
			return d.outcome(ctx, jade, body, "DEMO-STRAY", 1)
		}, "RJCT CNOR"},
		{"a batch of three, one in a currency that nobody issues", func(ctx context.Context) (string, error) { return d.batch(ctx, jade, peony) }, "ACSC / ACSC / RJCT AM03"},
		{"a payment to a suspended bank", func(ctx context.Context) (string, error) { return d.toSuspended(ctx, jade, d.banks[5]) }, "RJCT AG11"},
	}
}

func (d *demo) batch(ctx context.Context, from, to demoBank) (string, error) {
	var drafts []draft
	for i := range 3 {
		drafts = append(drafts, draft{id: fmt.Sprintf("DEMO-BATCH-%d", i+1), uetr: d.scribe.uetr(), amount: money(250_00, "CNY"), to: to, agent: to.bic})
	}
	drafts[2].amount = money(250_00, "EUR")
	if _, err := d.post(ctx, from, d.scribe.transfer("pacs.008.001.10", from, "DEMO-BATCH", drafts)); err != nil {
		return "", err
	}
	all := ""
	for i, one := range drafts {
		status, err := d.told(ctx, one.id, 1)
		if err != nil {
			return "", err
		}
		if i > 0 {
			all += " / "
		}
		all += status
	}
	return all, nil
}

// twoPeople has one person ask and another agree.
func (d *demo) twoPeople(ctx context.Context, role string, request gateway.DecisionRequest) error {
	first, err := d.client(role + "-1")
	if err != nil {
		return err
	}
	second, err := d.client(role + "-2")
	if err != nil {
		return err
	}
	return issueMoney(ctx, first, second, request)
}

func (d *demo) toSuspended(ctx context.Context, from, to demoBank) (string, error) {
	if err := d.twoPeople(ctx, "operator", gateway.DecisionRequest{Action: gateway.ActionSuspend, Bank: to.bic, Reason: "its line is down"}); err != nil {
		return "", err
	}
	status, err := d.outcome(ctx, from, d.payment("pacs.008.001.09", from, to, "DEMO-SUSPENDED", "CNY", 10_00), "DEMO-SUSPENDED", 1)
	if err != nil {
		return "", err
	}
	return status, d.twoPeople(ctx, "operator", gateway.DecisionRequest{Action: gateway.ActionResume, Bank: to.bic, Reason: "its line is up again"})
}

// troubles are what liquidity, regret and compliance bring.
func (d *demo) troubles() []happening {
	orchid, teak, falcon, dune := d.banks[2], d.banks[3], d.banks[4], d.banks[5]
	yuan := assets()[0]
	return []happening{
		{"not enough money: it waits, until its issuer lends some", func(ctx context.Context) (string, error) {
			if _, err := d.outcome(ctx, orchid, d.payment("pacs.008.001.08", orchid, teak, "DEMO-LARGE", "CNY", 1_000_000_00), "DEMO-LARGE", 1); err != nil {
				return "", err
			}
			if err := d.lend(ctx, yuan, orchid, "1000000.00", "liquidity"); err != nil {
				return "", err
			}
			return d.told(ctx, "DEMO-LARGE", 2)
		}, "PDNG, ACSC"},
		{"not enough money: it waits, and its sender takes it back", func(ctx context.Context) (string, error) {
			body := d.payment("pacs.008.001.08", dune, teak, "DEMO-REGRET", "CNY", 2_000_000_00)
			if _, err := d.outcome(ctx, dune, body, "DEMO-REGRET", 1); err != nil {
				return "", err
			}
			gateway, err := messages.ParseBIC(gatewayBIC)
			must(err)
			return d.outcome(ctx, dune, d.scribe.recall(dune, gateway, "DEMO-RECALL", body), "DEMO-REGRET", 3)
		}, "PDNG, RJCT DS02, camt.029 CNCL"},
		{"a ring: three banks without the money pay each other", func(ctx context.Context) (string, error) { return d.ring(ctx, orchid, falcon, dune) }, "PDNG, ACSC / PDNG, ACSC / ACSC"},
		{"compliance holds one that waits, two release it", func(ctx context.Context) (string, error) { return d.held(ctx, yuan, falcon, teak) }, "PDNG, ACSC"},
	}
}

// ring has every bank pay the next more than it has; together they need nothing.
func (d *demo) ring(ctx context.Context, banks ...demoBank) (string, error) {
	all := ""
	for i, from := range banks {
		id := fmt.Sprintf("DEMO-RING-%d", i+1)
		if _, err := d.outcome(ctx, from, d.payment("pacs.008.001.12", from, banks[(i+1)%len(banks)], id, "CNY", 5_000_000_00), id, 1); err != nil {
			return "", err
		}
	}
	for i := range banks {
		answers := 2
		if i == len(banks)-1 {
			answers = 1
		}
		status, err := d.told(ctx, fmt.Sprintf("DEMO-RING-%d", i+1), answers)
		if err != nil {
			return "", err
		}
		if i > 0 {
			all += " / "
		}
		all += status
	}
	return all, nil
}

// held has a payment held while it waits: the money that comes does not move it,
// and two officers do.
func (d *demo) held(ctx context.Context, a asset, from, to demoBank) (string, error) {
	body := d.payment("pacs.008.001.13", from, to, "DEMO-HELD", a.code, 3_000_000_00)
	if _, err := d.outcome(ctx, from, body, "DEMO-HELD", 1); err != nil {
		return "", err
	}
	officer, err := d.client("compliance-1")
	if err != nil {
		return "", err
	}
	uetr := uetrOf(body)
	if _, err := officer.decide(ctx, gateway.DecisionRequest{Action: gateway.ActionHold, UETR: uetr, Reason: "a name to look at"}); err != nil {
		return "", err
	}
	if err := d.lend(ctx, a, from, "3000000.00", "liquidity"); err != nil {
		return "", err
	}
	if err := d.twoPeople(ctx, "compliance", gateway.DecisionRequest{Action: gateway.ActionRelease, UETR: uetr, Reason: "another person of that name"}); err != nil {
		return "", err
	}
	return d.told(ctx, "DEMO-HELD", 2)
}

// must ends the program on a message that our own writers cannot write.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func uetrNode(raw []byte) (messages.Node, *messages.Message) {
	m := messages.Read(raw, messages.Options{})
	for n := range m.Document().Root.Walk() {
		if n.Name() == "UETR" {
			return n, m
		}
	}
	return messages.Node{}, m
}

func uetrOf(raw []byte) string {
	n, _ := uetrNode(raw)
	return n.Text()
}

// replaceUETR gives a payment the UETR of another.
func replaceUETR(body, other []byte) []byte {
	mine, m := uetrNode(body)
	s := messages.NewSplice(m, m.Document())
	s.Set(mine, uetrOf(other))
	document, err := s.Bytes()
	must(err)
	return append([]byte(nil), document...)
}
