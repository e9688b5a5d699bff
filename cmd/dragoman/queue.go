package main

import (
	"context"
	"flag"
	"maps"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"dragoman/gateway"
)

// watchEvery is how often --watch looks again.
const watchEvery = 2 * time.Second

// clearScreen has a terminal begin anew.
const clearScreen = "\x1b[2J\x1b[H"

func queueCommand() command {
	c := command{
		name: "queue", usage: "--as NAME [--participant BIC] [--currency CCY] [--watch] | --why UETR", summary: "list payments that have not ended, and what they wait for",
		help: `
A bank sees its own payments, operators and compliance officers all. They wait
for liquidity, for the word of their receiver or issuer, for the time that their
sender named, or for compliance: that is shown to the gateway's own people only.

--why tells what stops one payment, the least money on its payer's account that
would free it if all else stays as it is, and what goes then.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		participant := flags.String("participant", "", "only what the participant with that `BIC` sent")
		currency := flags.String("currency", "", "only what is in the currency of that `CODE`")
		why := flags.String("why", "", "why the payment of that `UETR` waits, and what would free it")
		watch := flags.Bool("watch", false, "look again and again, until interrupted")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		client, err := who.open()
		if err != nil {
			return err
		}
		if *why != "" {
			return client.why(ctx, *why, *who.json, std)
		}
		path := "/v1/queue?" + url.Values{"participant": {*participant}, "currency": {*currency}}.Encode()
		for {
			if err := client.queue(ctx, path, *watch, *who.json, std); err != nil || !*watch {
				return err
			}
			timer := time.NewTimer(watchEvery)
			select {
			case <-ctx.Done():
				timer.Stop()
				return nil
			case <-timer.C:
			}
		}
	}
	return c
}

func (c *client) queue(ctx context.Context, path string, anew, asJSON bool, std streams) error {
	var found gateway.QueueView
	answer, err := c.call(ctx, "GET", path, jsonBody, nil, &found)
	if err != nil && ctx.Err() != nil {
		return nil //nolint:nilerr // interrupted, as --watch says
	}
	if err != nil || asJSON {
		say(std.out, "%s", answer)
		return err
	}
	if anew {
		say(std.out, "%s", clearScreen)
	}
	if len(found.Queue) == 0 {
		say(std.out, "nothing waits\n")
		return nil
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	say(table, "SENDER\tRECEIVER\tCURRENCY\tAMOUNT\tPRIORITY\tWAITS FOR\tSINCE\tUNTIL\tUETR\n")
	for _, e := range found.Queue {
		say(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", e.Sender, e.Receiver, e.Currency, e.Amount, e.Priority, e.For, moment(e.Since), moment(e.Expires), e.UETR)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if found.More > 0 {
		say(std.out, "and %d more\n", found.More)
	}
	say(std.out, "\n")
	totals := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	say(totals, "SENDER\tCURRENCY\tPAYMENTS\tAMOUNT\n")
	for _, t := range found.Totals {
		say(totals, "%s\t%s\t%d\t%s\n", t.Sender, t.Currency, t.Payments, t.Amount)
	}
	return totals.Flush()
}

func versionsCommand() command {
	c := command{
		name: "versions", usage: "--as NAME [BIC...]", summary: "show which message versions each participant accepts",
		help: `
A participant gets the versions listed here. What is not listed it gets in the
version in which it was sent, and answers in the version that belongs to what
they answer.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		wanted, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		client, err := who.open()
		if err != nil {
			return err
		}
		var found struct {
			Participants []struct {
				BIC      string            `json:"bic"`
				Name     string            `json:"name"`
				Standing string            `json:"standing"`
				Versions map[string]string `json:"versions"`
			} `json:"participants"`
		}
		answer, err := client.call(ctx, "GET", "/v1/participants", jsonBody, nil, &found)
		if err != nil || *who.json {
			say(std.out, "%s", answer)
			return err
		}
		table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
		say(table, "BIC\tNAME\tSTANDING\tVERSIONS\n")
		for _, p := range found.Participants {
			if len(wanted) > 0 && !slices.ContainsFunc(wanted, func(w string) bool { return strings.HasPrefix(p.BIC, w) }) {
				continue
			}
			versions := "as sent"
			if len(p.Versions) > 0 {
				versions = strings.Join(slices.Sorted(maps.Values(p.Versions)), ", ") + "; others as sent"
			}
			say(table, "%s\t%s\t%s\t%s\n", p.BIC, p.Name, p.Standing, versions)
		}
		return table.Flush()
	}
	return c
}
