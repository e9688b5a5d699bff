package main

import (
	"context"
	"flag"
	"net/url"
	"text/tabwriter"
	"time"

	"dragoman/gateway"
)

func cyclesCommand() command {
	c := command{
		name: "cycles", usage: "--as NAME [--currency CODE]", summary: "show netting cycles and the positions in them",
		help: `
The cycles of corridors that settle deferred net, the latest first: open, closed
while its positions wait for the money, settled, or unwound when its window ended
with nothing that could settle. A bank sees its own positions: what it pays, what
it gets, and the net of both, which is below zero when it owes. Operators and
compliance see all. 'dragoman close-cycle' closes one.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		currency := flags.String("currency", "", "`CODE` of the only currency that is shown")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		client, err := who.open()
		if err != nil {
			return err
		}
		var found struct{ Cycles []gateway.CycleView }
		path := "/v1/cycles"
		if *currency != "" {
			path += "?" + url.Values{"currency": {*currency}}.Encode()
		}
		answer, err := client.call(ctx, "GET", path, jsonBody, nil, &found)
		if err != nil || *who.json {
			say(std.out, "%s", answer)
			return err
		}
		return showCycles(found.Cycles, std)
	}
	return c
}

func showCycles(all []gateway.CycleView, std streams) error {
	if len(all) == 0 {
		say(std.out, "there is no netting cycle\n")
		return nil
	}
	at := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return moment(*t)
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	say(table, "CYCLE\tSTATE\tOPENED\tCLOSED\tWINDOW UNTIL\tACCOUNT\tPAYMENTS\tPAYS\tGETS\tNET\n")
	for i := range all {
		v := &all[i]
		say(table, "%s-%d\t%s\t%s\t%s\t%s", v.Currency, v.Cycle, v.State, moment(v.Opened), at(v.Closed), at(v.Until))
		if len(v.Positions) == 0 {
			say(table, "\t\t\t\t\t\n")
		}
		for n, p := range v.Positions {
			if n > 0 {
				say(table, "\t\t\t\t")
			}
			say(table, "\t%s\t%d\t%s\t%s\t%s\n", p.Account, p.Payments, p.Pays, p.Gets, p.Net)
		}
	}
	return table.Flush()
}

func closeCycleCommand() command {
	c := command{
		name: "close-cycle", usage: "CURRENCY --as OPERATOR --reason TEXT", summary: "close the open netting cycle of a currency",
		help: `
Everybody in the cycle is told its position, and the positions settle at once or
within the window that the configuration gives. Another operator must agree; it is
the cycle that is open then which closes.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addDecisionFlags(flags)
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) != 1 {
			return c.usagef("one currency is needed")
		}
		if err := c.needReason(*who.reason); err != nil {
			return err
		}
		return who.run(ctx, gateway.DecisionRequest{Action: gateway.ActionCloseCycle, Currency: args[0]}, std)
	}
	return c
}
