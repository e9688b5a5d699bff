package main

import (
	"context"
	"flag"
	"strings"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// announceCommand tells participants of an event.
func announceCommand() command {
	c := command{
		name: "announce", usage: "--as OPERATOR --event CODE --reason TEXT [--to BIC] [--at TIME] TEXT", summary: "tell participants of an event (admi.004)",
		help: `
Puts an admi.004 with the code and the text into the mailbox of every participant,
or of the one that --to names. The code is the scheme's own: one to four letters
and digits, such as STDY for the start of a business day. One operator is enough.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addDecisionFlags(flags)
		event := flags.String("event", "", "`CODE` of the event; needed")
		to := flags.String("to", "", "`BIC` of the only one who is told")
		at := flags.String("at", "", "`TIME` of the event, such as 2026-11-24T08:00:00Z; without it, that of the announcement")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) == 0 || *event == "" {
			return c.usagef("a text and --event are needed")
		}
		if err := c.needReason(*who.reason); err != nil {
			return err
		}
		request := gateway.DecisionRequest{Action: gateway.ActionAnnounce, Event: *event, Text: strings.Join(args, " ")}
		if *to != "" {
			if request.Bank, err = messages.ParseBIC(*to); err != nil {
				return c.usagef("--to: %v", err)
			}
		}
		if *at != "" {
			if request.Time, err = time.Parse(time.RFC3339, *at); err != nil {
				return c.usagef("--at: %v", err)
			}
		}
		return who.run(ctx, request, std)
	}
	return c
}
