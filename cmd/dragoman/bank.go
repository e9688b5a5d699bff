package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"strconv"
	"text/tabwriter"
	"time"

	"dragoman/gateway"
)

func sendCommand() command {
	c := command{
		name: "send", usage: "--as NAME [--test] FILE...", summary: "send ISO 20022 messages to the gateway",
		help: `
Sends each file as one message and prints the receipt: the message is on disk
when it is printed. The answers come into the mailbox: see 'dragoman inbox'.
With --door nats it goes over NATS, with the NKEY beside the certificate. With
--test it is only tried: it is checked, and answered with what would become of it;
nothing moves, and the same message may be sent in earnest afterwards.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags).withDoor(flags)
		test := flags.Bool("test", false, "only try: nothing moves")
		paths, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(paths) == 0 {
			return c.usagef("which files?")
		}
		bank, err := who.open()
		if err != nil {
			return err
		}
		defer bank.close()
		bank.only(*test)
		unread := false
		err = walk(ctx, paths, func(path string) error { return bank.send(ctx, path, *who.json, std) }, func(err error) {
			unread = true
			complain(std, err)
		})
		if err == nil && unread {
			return errFailed
		}
		return err
	}
	return c
}

func (c *client) send(ctx context.Context, path string, asJSON bool, std streams) error {
	raw, err := readInput(path, std)
	if err != nil {
		return err
	}
	var receipt gateway.Receipt
	answer, err := c.call(ctx, "POST", "/v1/messages", xmlBody, raw, &receipt)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if asJSON {
		say(std.out, "%s", answer)
		return nil
	}
	what := "accepted"
	if receipt.Test {
		what = "taken to be tried"
	}
	say(std.out, "%s: %s at %s, %s %s\n", path, what, receipt.Place, receipt.Type, receipt.ID)
	for _, p := range receipt.Payments {
		say(std.out, "  payment %s  end-to-end id %s\n", p.UETR, p.EndToEndID)
	}
	return nil
}

// mail is one message of a mailbox.
type mail struct {
	Number            uint64 `json:"number"`
	Type              string `json:"type"`
	PossibleDuplicate bool   `json:"possibleDuplicate"`
	Message           string `json:"message"`
}

func inboxCommand() command {
	c := command{
		name: "inbox", usage: "--as NAME [--ack] [--follow]", summary: "read the mailbox: answers and incoming payments",
		help: `
Prints what the mailbox holds, in order. Without --ack it stays there and comes
again. With --follow it goes on as messages come in, until interrupted. With
--door nats it is read over NATS.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags).withDoor(flags)
		ack := flags.Bool("ack", false, "acknowledge what was printed")
		follow := flags.Bool("follow", false, "go on until interrupted")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		bank, err := who.open()
		if err != nil {
			return err
		}
		defer bank.close()
		if bank.nats != nil && *follow && !*ack {
			return c.usagef("over NATS --follow needs --ack: what is not acknowledged would come again every half minute")
		}
		for from := uint64(0); ; {
			next, err := bank.inbox(ctx, from, *ack, *follow, *who.json, std)
			if err != nil && ctx.Err() != nil {
				return nil //nolint:nilerr // interrupted, as --follow says
			}
			if err != nil || next == from && !*follow {
				return err
			}
			from = next
		}
	}
	return c
}

// inbox prints some messages, from a number on or from the first unread one, and
// gives the number to go on from.
func (c *client) inbox(ctx context.Context, from uint64, ack, follow, asJSON bool, std streams) (next uint64, err error) {
	wait := "0s"
	if follow {
		wait = "30s"
	}
	box, err := c.fetch(ctx, from, wait)
	if err != nil || len(box) == 0 {
		return from, err
	}
	for _, m := range box {
		if asJSON {
			line, err := json.Marshal(m)
			if err != nil {
				return from, err
			}
			say(std.out, "%s\n", line)
			continue
		}
		say(std.out, "%d  %s  %s\n", m.Number, m.Type, summary([]byte(m.Message)))
	}
	if ack {
		err = c.acknowledge(ctx, box)
	}
	return box[len(box)-1].Number + 1, err
}

// fetch takes up to 100 messages of the mailbox, from a number on or, if that is
// 0, from the first unread one; it waits as long for the first.
func (c *client) fetch(ctx context.Context, from uint64, wait string) ([]mail, error) {
	if c.nats != nil {
		patience, err := time.ParseDuration(wait)
		if err != nil {
			return nil, err
		}
		return c.nats.fetch(ctx, patience)
	}
	var box struct {
		Mailbox  string `json:"mailbox"`
		Messages []mail `json:"messages"`
	}
	path := "/v1/mailbox?max=100&wait=" + wait
	if from > 0 {
		path += "&from=" + strconv.FormatUint(from, 10)
	}
	if id := c.box.Load(); from > 0 && id != nil {
		path += "&mailbox=" + url.QueryEscape(*id)
	}
	_, err := c.call(ctx, "GET", path, jsonBody, nil, &box)
	if err == nil && box.Mailbox != "" {
		c.box.Store(&box.Mailbox)
	}
	return box.Messages, err
}

// acknowledge tells that what was fetched is safe.
func (c *client) acknowledge(ctx context.Context, box []mail) error {
	if len(box) == 0 {
		return nil
	}
	if c.nats != nil {
		return c.nats.acknowledge(ctx)
	}
	safe := struct {
		UpTo    uint64 `json:"upTo"`
		Mailbox string `json:"mailbox,omitempty"`
	}{UpTo: box[len(box)-1].Number}
	if id := c.box.Load(); id != nil {
		safe.Mailbox = *id
	}
	body, err := json.Marshal(safe)
	if err == nil {
		_, err = c.call(ctx, "POST", "/v1/mailbox/ack", jsonBody, body, nil)
	}
	return err
}

// close ends a connection that outlives its calls.
// only has what is sent tried instead of carried out.
func (c *client) only(try bool) {
	c.test = try
	if c.nats != nil {
		c.nats.test = try
	}
}

func (c *client) close() {
	if c.nats != nil {
		c.nats.close()
	}
}

func accountsCommand() command {
	c := command{
		name: "accounts", usage: "--as NAME", summary: "show balances: the own ones, or for an operator all",
		help: `
Account is its name in messages (Id/Othr/Id). Posted is what entries sum to, reserved what is promised, line the approved
intraday credit, available what may still be spent.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		bank, err := who.open()
		if err != nil {
			return err
		}
		var found struct {
			Accounts []map[string]string `json:"accounts"`
		}
		answer, err := bank.call(ctx, "GET", "/v1/accounts", jsonBody, nil, &found)
		if err != nil || *who.json {
			say(std.out, "%s", answer)
			return err
		}
		table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', tabwriter.AlignRight)
		say(table, "account\towner\tcurrency\trole\tposted\treserved\tline\tavailable\t\n")
		for _, a := range found.Accounts {
			say(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", a["account"], a["owner"], a["currency"], a["role"], a["posted"], a["reserved"], a["line"], a["available"])
		}
		return table.Flush()
	}
	return c
}
