package main

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"text/tabwriter"

	"dragoman/gateway"
)

func approveCommand() command {
	c := command{
		name: "approve", usage: "--as NAME --reason TEXT [--decline] ID", summary: "agree to a request of another person, or decline it",
		help: `
What moves value, lets go what is held or changes who takes part needs two
persons of the same role. This is the word of the second: the request is carried
out, if it still fits. The ids of requests are in 'dragoman approvals'. Nobody
approves what they asked for themselves, but they may decline it.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addDecisionFlags(flags)
		decline := flags.Bool("decline", false, "say no: the request ends and nothing happens")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) != 1 {
			return c.usagef("exactly one id of a request, such as 17.0")
		}
		if err := c.needReason(*who.reason); err != nil {
			return err
		}
		client, err := who.open()
		if err != nil {
			return err
		}
		answer, err := client.approve(ctx, url.PathEscape(args[0]), !*decline, *who.reason)
		if err != nil {
			return err
		}
		return showDecision(std, answer, *who.json)
	}
	return c
}

func approvalsCommand() command {
	c := command{
		name: "approvals", usage: "--as NAME", summary: "list requests that wait for a second person",
		help: `
Lists what you may approve and what you have asked for, the oldest first. A
change of the directory is shown with what it would do.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		client, err := who.open()
		if err != nil {
			return err
		}
		var found gateway.ApprovalsView
		answer, err := client.call(ctx, "GET", "/v1/approvals", jsonBody, nil, &found)
		if err != nil || *who.json {
			say(std.out, "%s", answer)
			return err
		}
		if len(found.Approvals) == 0 {
			say(std.out, "nothing waits for a second person\n")
			return nil
		}
		table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
		say(table, "ID\tYOU MAY\tASKED BY\tUNTIL\tWHAT\tREASON\n")
		for _, a := range found.Approvals {
			may := "decline"
			if a.MayApprove {
				may = "approve"
			}
			say(table, "%s\t%s\t%s\t%s\t%s\t%s\n", a.ID, may, a.Person, moment(a.Expires), a.What, a.Reason)
		}
		if err := table.Flush(); err != nil {
			return err
		}
		for _, a := range found.Approvals {
			if len(a.Changes) > 0 {
				say(std.out, "\n%s changes:\n", a.ID)
			}
			for _, change := range a.Changes {
				say(std.out, "  %s\n", change)
			}
		}
		return nil
	}
	return c
}

func decisionsCommand() command {
	c := command{
		name: "decisions", usage: "--as NAME [--action NAME] [--outcome TEXT]", summary: "list who decided what and why, and what came of it",
		help: `
The newest come first. Operators and compliance officers see all decisions,
others those of their own people. Refusals are there too, with their reason.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		query := url.Values{}
		add := func(name, usage string) {
			flags.Func(name, usage, func(text string) error {
				query.Set(name, text)
				return nil
			})
		}
		add("action", "only those of that `NAME`, such as release")
		add("outcome", "only those with that outcome, a `TEXT` such as refused")
		add("person", "only those of the person of that `NAME`")
		add("before", "those before the decision `ID`")
		add("max", "at most `N`, 100 unless told otherwise")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		client, err := who.open()
		if err != nil {
			return err
		}
		var found gateway.DecisionsView
		answer, err := client.call(ctx, "GET", "/v1/decisions?"+query.Encode(), jsonBody, nil, &found)
		if err != nil || *who.json {
			say(std.out, "%s", answer)
			return err
		}
		table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
		say(table, "ID\tAT\tWHO\tWHAT\tOUTCOME\tREASON\n")
		for _, d := range found.Decisions {
			say(table, "%s\t%s\t%s\t%s\t%s\t%s\n", d.ID, moment(d.At), d.Participant.String()+" "+d.Person, d.What, outcomeOf(d), d.Reason)
		}
		if err := table.Flush(); err != nil {
			return err
		}
		if found.Next != "" {
			say(std.out, "there are more: --before %s\n", found.Next)
		}
		return nil
	}
	return c
}

// outcomeOf tells the outcome and what belongs to it.
func outcomeOf(d gateway.DecisionView) string {
	switch {
	case d.Why != "":
		return fmt.Sprintf("%s: %s", d.Outcome, d.Why)
	case d.ClosedBy != "" && d.Outcome == gateway.OutcomeDone:
		return fmt.Sprintf("%s by %s", d.Outcome, d.ClosedBy)
	}
	return string(d.Outcome)
}
