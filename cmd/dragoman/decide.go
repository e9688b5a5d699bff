package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// decide sends a decision and gives what came of it.
func (c *client) decide(ctx context.Context, request gateway.DecisionRequest) (answer gateway.DecisionAnswer, err error) {
	_, err = c.post(ctx, "/v1/decisions", request, &answer)
	return answer, err
}

// approve answers a request of another person.
func (c *client) approve(ctx context.Context, id string, yes bool, reason string) (answer gateway.DecisionAnswer, err error) {
	_, err = c.post(ctx, "/v1/approvals/"+id, gateway.ApprovalRequest{Approve: &yes, Reason: reason}, &answer)
	return answer, err
}

// post sends a value as JSON.
func (c *client) post(ctx context.Context, path string, value, into any) ([]byte, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return c.call(ctx, "POST", path, jsonBody, body, into)
}

// issueMoney has one person of an issuer ask for an issue or a redemption and
// another approve it.
func issueMoney(ctx context.Context, first, second *client, request gateway.DecisionRequest) error {
	asked, err := first.decide(ctx, request)
	if err == nil {
		_, err = second.approve(ctx, asked.ID, true, "seen and agreed: "+request.Reason)
	}
	return err
}

// show tells a person what came of a decision and what is to be done next.
func showDecision(std streams, a gateway.DecisionAnswer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(std.out).Encode(a)
	}
	switch a.Outcome {
	case gateway.OutcomeRequested:
		say(std.out, "asked for as %s: %s\n", a.ID, a.What)
		if strings.HasPrefix(a.What, string(gateway.ActionQuarantine)) {
			say(std.out, "the lane goes on when another operator says the same\n")
		} else {
			say(std.out, "nothing happens before another person agrees, until %s:\n", moment(a.Expires))
		}
		say(std.out, "  dragoman approve %s --as NAME --reason TEXT\n", a.ID)
	case "":
		say(std.out, "in the log as %s: %s\nthe books have not come to it; 'dragoman decisions' tells what came of it\n", a.ID, a.What)
	case gateway.OutcomeDone, gateway.OutcomeRefused, gateway.OutcomeDeclined, gateway.OutcomeExpired:
		say(std.out, "%s as %s: %s\n", a.Outcome, a.ID, a.What)
	}
	return nil
}

// moment is a time as a person reads it.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// decisionFlags are those of every command that decides.
type decisionFlags struct {
	clientFlags
	reason *string
}

func addDecisionFlags(flags *flag.FlagSet) decisionFlags {
	return decisionFlags{addClientFlags(flags), flags.String("reason", "", "why, a `TEXT` for the record; needed")}
}

// run sends a decision and tells what came of it.
func (f decisionFlags) run(ctx context.Context, request gateway.DecisionRequest, std streams) error {
	c, err := f.open()
	if err != nil {
		return err
	}
	request.Reason = *f.reason
	answer, err := c.decide(ctx, request)
	if err != nil {
		return err
	}
	return showDecision(std, answer, *f.json)
}

// needReason refuses a decision without one before anybody is asked.
func (c command) needReason(reason string) error {
	if strings.TrimSpace(reason) == "" {
		return c.usagef("--reason is missing: a sentence for the record")
	}
	return nil
}

// paymentDecision makes a command that decides about one payment.
func paymentDecision(action gateway.Action, as, summary, help string) command {
	c := command{name: string(action), usage: fmt.Sprintf("--as %s --reason TEXT UETR", as), summary: summary, help: help + paymentNamed}
	c.run = func(ctx context.Context, args []string, std streams) error {
		return c.decidePayment(ctx, flag.NewFlagSet(c.name, flag.ContinueOnError), args, std, func(r *gateway.DecisionRequest) error {
			r.Action = action
			return nil
		})
	}
	return c
}

// paymentNamed is how the help explains what a payment is called.
const paymentNamed = `

A UETR can name several payments, such as a transfer and its cover: then they
are listed, and --payment says which is meant. Receipts contain payment ids.`

// decidePayment decides about the payment that is named; decide completes what is
// asked by what the flags say.
func (c command) decidePayment(ctx context.Context, flags *flag.FlagSet, args []string, std streams, decide func(*gateway.DecisionRequest) error) error {
	who := addDecisionFlags(flags)
	payment := flags.String("payment", "", "the payment `ID` of its receipt, where the UETR names several")
	args, err := c.parse(flags, args, std)
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return c.usagef("exactly one UETR")
	}
	request := gateway.DecisionRequest{UETR: strings.ToLower(args[0]), PaymentID: *payment}
	if err := decide(&request); err != nil {
		return err
	}
	if err := c.needReason(*who.reason); err != nil {
		return err
	}
	return who.run(ctx, request, std)
}

func holdCommand() command {
	return paymentDecision(gateway.ActionHold, "COMPLIANCE", "stop a waiting payment until compliance has looked at it", `
Stops a payment that waits. Its sender sees it wait as any other: that it is
held, and why, is for compliance and operators. One compliance officer is
enough.`)
}

func releaseCommand() command {
	return paymentDecision(gateway.ActionRelease, "COMPLIANCE", "let a held payment go on", `
Asks that a held payment go on. A second compliance officer must approve it.`)
}

func refuseCommand() command {
	return paymentDecision(gateway.ActionRefuse, "COMPLIANCE", "reject a held or waiting payment", `
Ends a held or waiting payment. Its sender is told that it is rejected and not
why: the reason given here stays in the books. One compliance officer is enough.`)
}

func cancelCommand() command {
	return paymentDecision(gateway.ActionCancel, "NAME", "take a waiting payment back", `
Takes back a payment that has not settled: a bank its own, an operator any. The
sender is told RJCT with DS02.`)
}

func reprioritiseCommand() command {
	c := command{
		name: "reprioritise", usage: "--as NAME --priority LEVEL|--front|--back --reason TEXT UETR", summary: "move a waiting payment to another priority, or within its own",
		help: `
Moves a waiting payment behind those of another priority that wait for the same
account's money, or before or behind all of its own: a bank its own, an operator
any.` + paymentNamed,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		priority := flags.String("priority", "", "the new `LEVEL`: urgent, high or normal")
		front, back := flags.Bool("front", false, "before all others of its priority"), flags.Bool("back", false, "behind all others of its priority")
		return c.decidePayment(ctx, flags, args, std, func(r *gateway.DecisionRequest) error {
			switch {
			case *priority != "" && !*front && !*back:
				r.Action, r.Priority = gateway.ActionReprioritise, *priority
			case *priority == "" && *front != *back:
				r.Action, r.Put = gateway.ActionReorder, map[bool]string{true: "front", false: "back"}[*front]
			default:
				return c.usagef("one of --priority, --front and --back")
			}
			return nil
		})
	}
	return c
}

// issueCommand makes issue and redeem.
func issueCommand(action gateway.Action, summary string) command {
	c := command{
		name: string(action), usage: "--as ISSUER --bank BIC --currency CCY --amount N --reason TEXT", summary: summary,
		help: `
Only the issuer of a currency may do this, and a second person of the issuer
must approve it. The amount is a decimal in units of the currency; what is
redeemed must be in the bank's account and not promised to others.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addDecisionFlags(flags)
		bank := flags.String("bank", "", "`BIC` of the bank")
		currency := flags.String("currency", "", "`CODE` of the currency")
		amount := flags.String("amount", "", "how much, a `DECIMAL` such as 1000.00")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) > 0 {
			return c.usagef("%s is no option", args[0])
		}
		bic, err := messages.ParseBIC(*bank)
		if err != nil {
			return c.usagef("--bank: %v", err)
		}
		if err := c.needReason(*who.reason); err != nil {
			return err
		}
		return who.run(ctx, gateway.DecisionRequest{Action: action, Bank: bic, Currency: *currency, Amount: *amount}, std)
	}
	return c
}

// quarantineCommand shows the entry that stops the lane, or takes it out.
func quarantineCommand() command {
	c := command{
		name: "quarantine", usage: "--as OPERATOR [--reason TEXT PLACE]", summary: "show the entry of the log that stops the gateway, or take it out",
		help: `
When an entry of the log cannot be applied the gateway stops before it: it
answers what is asked and refuses new orders. Without PLACE this shows which
entry it is, and why. With PLACE it is taken out when two operators have said
so: it moves nothing, and the sender of a message is told RJCT with FF10. The
gateway goes on in the same process.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addDecisionFlags(flags)
		args, err := c.parse(flags, args, std)
		switch {
		case err != nil:
			return err
		case len(args) > 1:
			return c.usagef("at most one place, such as 17.0")
		case len(args) == 0:
			return who.poison(ctx, std)
		}
		if err := c.needReason(*who.reason); err != nil {
			return err
		}
		return who.run(ctx, gateway.DecisionRequest{Action: gateway.ActionQuarantine, Place: args[0]}, std)
	}
	return c
}

func (f decisionFlags) poison(ctx context.Context, std streams) error {
	c, err := f.open()
	if err != nil {
		return err
	}
	var v gateway.PoisonView
	answer, err := c.call(ctx, "GET", "/v1/poison", jsonBody, nil, &v)
	if err != nil || *f.json {
		say(std.out, "%s", answer)
		return err
	}
	if !v.Stopped {
		say(std.out, "the gateway applies its log; there is nothing to take out\n")
		return nil
	}
	say(std.out, "the gateway stands before entry %s, which it cannot apply\n", v.Place)
	for _, line := range [][2]string{{"kind", v.Kind}, {"type", v.Type}, {"sender", v.Sender.String()}, {"digest", v.Digest}, {"cause", v.Cause}} {
		if line[1] != "" {
			say(std.out, "  %-8s %s\n", line[0], line[1])
		}
	}
	for _, q := range v.Quarantines {
		say(std.out, "  %s asked at %s that it be taken out (%s): %s\n", q.Person, moment(q.At), q.ID, q.Reason)
	}
	say(std.out, "to take it out, two operators, each:\n  dragoman quarantine %s --as NAME --reason TEXT\n", v.Place)
	return nil
}
