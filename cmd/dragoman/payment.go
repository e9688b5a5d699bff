package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"text/tabwriter"
)

// timeline is one payment as the gateway tells it.
type timeline struct {
	PaymentID  string `json:"paymentId"`
	UETR       string `json:"uetr"`
	Type       string `json:"messageType"`
	MessageID  string `json:"messageId"`
	EndToEndID string `json:"endToEndId"`
	Sender     string `json:"sender"`
	Receiver   string `json:"receiver"`
	Amount     string `json:"amount"`
	Priority   string `json:"priority"`
	State      string `json:"state"`
	Status     string `json:"status"`
	Reason     string `json:"reason"`
	Text       string `json:"text"`
	Since      string `json:"since"`
	Received   string `json:"received"`
	Expires    string `json:"expires"`
	Place      string `json:"place"`
	Number     uint64 `json:"number"`

	ReturnOf     string `json:"returnOf"`
	ReturnReason string `json:"returnReason"`
	Returned     string `json:"returned"`
	Left         string `json:"left"`

	Steps []struct {
		State, Status, Reason, Text, Since string
	} `json:"steps"`
	Credits []struct {
		Status, Reason, Text, At string
		PassedOn                 bool `json:"passedOn"`
	} `json:"credits"`
	Cases []struct {
		CaseID                       string `json:"caseId"`
		Kind, From, To, State, Since string
	} `json:"cases"`
	Messages []struct {
		Record  uint64 `json:"record"`
		Type    string `json:"messageType"`
		ID      string `json:"messageId"`
		From    string `json:"from"`
		To      string `json:"to"`
		At      string `json:"at"`
		Digest  string `json:"digest"`
		Mailbox uint64 `json:"mailbox"`
	} `json:"messages"`
}

func paymentCommand() command {
	c := command{
		name: "payment", usage: "--as NAME UETR", summary: "show where a payment stands, and how it came there",
		help: `
Prints every payment of that UETR in which the participant has a part: what it
is, the states it went through, and its messages. 'dragoman message' prints one
of them. A UETR can name several payments, such as a transfer and its cover.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) != 1 {
			return c.usagef("exactly one UETR")
		}
		bank, err := who.open()
		if err != nil {
			return err
		}
		var found struct {
			Payments []timeline `json:"payments"`
		}
		answer, err := bank.call(ctx, "GET", "/v1/payments/"+url.PathEscape(args[0]), jsonBody, nil, &found)
		if err != nil {
			return err
		}
		if *who.json {
			say(std.out, "%s", answer)
			return nil
		}
		for i := range found.Payments {
			if err := found.Payments[i].show(std); err != nil {
				return err
			}
		}
		return nil
	}
	return c
}

// after writes what was said and asked about a payment since it settled.
func (t *timeline) after(to io.Writer) {
	if len(t.Credits) > 0 {
		say(to, "\nAT\tCREDIT\tREASON\tPASSED ON\n")
	}
	for _, c := range t.Credits {
		say(to, "%s\t%s\t%s %s\t%s\n", c.At, c.Status, c.Reason, c.Text, map[bool]string{true: "yes", false: "no"}[c.PassedOn])
	}
	if len(t.Cases) > 0 {
		say(to, "\nSINCE\tCASE\tKIND\tFROM\tTO\tSTATE\n")
	}
	for _, c := range t.Cases {
		say(to, "%s\t%s\t%s\t%s\t%s\t%s\n", c.Since, c.CaseID, c.Kind, c.From, c.To, c.State)
	}
}

// show writes a timeline for a person.
func (t *timeline) show(std streams) error {
	number := ""
	if t.Number > 0 {
		number = strconv.FormatUint(t.Number, 10)
	}
	for _, line := range [][2]string{
		{"uetr", t.UETR}, {"payment", t.PaymentID}, {"number", number}, {"message", t.Type + " " + t.MessageID}, {"end-to-end", t.EndToEndID},
		{"amount", t.Amount}, {"from", t.Sender}, {"to", t.Receiver}, {"priority", t.Priority}, {"received", t.Received}, {"expires", t.Expires}, {"place", t.Place},
		{"return of", t.ReturnOf}, {"reason", t.ReturnReason}, {"returned", t.Returned}, {"left", t.Left},
	} {
		if line[1] != "" {
			say(std.out, "%-12s %s\n", line[0], line[1])
		}
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	say(table, "\nSINCE\tSTATE\tSTATUS\tREASON\n")
	for _, s := range t.Steps {
		say(table, "%s\t%s\t%s\t%s %s\n", s.Since, s.State, s.Status, s.Reason, s.Text)
	}
	t.after(table)
	if len(t.Messages) > 0 {
		say(table, "\nAT\tMESSAGE\tFROM\tTO\tRECORD\tSHA-256\n")
	}
	for _, m := range t.Messages {
		to := m.To
		if to == "" {
			to = "the gateway"
		}
		say(table, "%s\t%s\t%s\t%s\t%d\t%.16s…\n", m.At, m.Type, m.From, to, m.Record, m.Digest)
	}
	say(table, "\n")
	return table.Flush()
}

func paymentsCommand() command {
	c := command{
		name: "payments", usage: "--as NAME [--state STATE] [--counterparty BIC] …", summary: "list payments, the latest first",
		help: `
Lists the payments in which the participant has a part; for operators and
compliance officers all, or those of --participant. Times are as in
2026-01-31T09:00:00Z; --from is included, --to is not.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		most := flags.Int("max", 100, "list at most `N`")
		for name, usage := range map[string]string{
			"state": "waiting, settled, …: only payments in that `STATE`", "status": "only those whose last ISO `STATUS` this is", "currency": "only those in that `CODE`",
			"counterparty": "only those with that bank, by `BIC`", "direction": "only those that went `WAY`, in or out, seen from the participant", "participant": "only those of that bank, by `BIC`",
			"from": "received at or after that `TIME`", "to": "received before that `TIME`", "end-to-end": "only those with that end-to-end `ID`", "message": "only those of that message `ID`",
		} {
			flags.String(name, "", usage)
		}
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		bank, err := who.open()
		if err != nil {
			return err
		}
		return bank.payments(ctx, listQuery(flags), *most, *who.json, std)
	}
	return c
}

// listQuery makes the parameters of the list from the flags that were given.
func listQuery(flags *flag.FlagSet) url.Values {
	query := url.Values{}
	names := map[string]string{"end-to-end": "endToEndId", "message": "messageId"}
	for _, name := range []string{"state", "status", "currency", "counterparty", "direction", "participant", "from", "to", "end-to-end", "message"} {
		if value := flags.Lookup(name).Value.String(); value != "" {
			if outside, other := names[name]; other {
				name = outside
			}
			query.Set(name, value)
		}
	}
	return query
}

// listPage is how many payments are asked for at once.
const listPage = 200

func (c *client) payments(ctx context.Context, query url.Values, most int, asJSON bool, std streams) error {
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	if !asJSON {
		say(table, "RECEIVED\tUETR\tFROM\tTO\tAMOUNT\tSTATE\tSTATUS\tREASON\n")
	}
	for listed := 0; listed < most; {
		query.Set("max", strconv.Itoa(min(listPage, most-listed)))
		var page struct {
			Payments []json.RawMessage `json:"payments"`
			Next     string            `json:"next"`
		}
		if _, err := c.call(ctx, "GET", "/v1/payments?"+query.Encode(), jsonBody, nil, &page); err != nil {
			return err
		}
		for _, raw := range page.Payments {
			listed++
			if asJSON {
				say(std.out, "%s\n", raw)
				continue
			}
			var p timeline
			if err := json.Unmarshal(raw, &p); err != nil {
				return fmt.Errorf("the gateway's list cannot be read: %w", err)
			}
			say(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.Received, p.UETR, p.Sender, p.Receiver, p.Amount, p.State, p.Status, p.Reason)
		}
		if page.Next == "" {
			break
		}
		query.Set("cursor", page.Next)
	}
	return table.Flush()
}

func messageCommand() command {
	c := command{
		name: "message", usage: "--as NAME RECORD", summary: "print one message of the message log, byte for byte",
		help: `
RECORD is the number that 'dragoman payment' shows. Participants read what they
sent or were sent; compliance officers read everything, and each view of
another's message is recorded.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) != 1 {
			return c.usagef("exactly one record")
		}
		bank, err := who.open()
		if err != nil {
			return err
		}
		body, err := bank.call(ctx, "GET", "/v1/messages/"+url.PathEscape(args[0]), jsonBody, nil, nil)
		if err == nil {
			_, err = std.out.Write(body)
		}
		return err
	}
	return c
}
