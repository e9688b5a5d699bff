package main

import (
	"context"
	"flag"
	"net/url"
	"text/tabwriter"

	"dragoman/gateway"
	"dragoman/messages"
)

// limitsCommand shows limits and reservations, and sets or removes limits.
func limitsCommand() command {
	c := command{
		name: "limits", usage: "--as NAME [--towards BIC|all --currency CCY --amount N|--remove --reason TEXT]", summary: "show limits and reservations, or set a limit on what is paid",
		help: `
Without options this lists what is set on the own accounts, for an operator on
those of all, with what is used and left. With --towards a bank bounds what it
pays to one other, or to all others together, beyond what it gets from them. It
holds at once: for payments that come, that wait, and that go together. What is
used of a limit stays when it is changed; a new settlement day begins with
nothing used.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who, set := addDecisionFlags(flags), addControlFlags(flags)
		towards := flags.String("towards", "", "`BIC` of the bank to whom it bounds payments, or all")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		if *towards == "" {
			return who.listLimits(ctx, std)
		}
		request, err := set.request(c, gateway.ActionLimit)
		if err != nil {
			return err
		}
		if *towards != "all" {
			if request.Bank, err = messages.ParseBIC(*towards); err != nil {
				return c.usagef("--towards: %v", err)
			}
		}
		if err := c.needReason(*who.reason); err != nil {
			return err
		}
		return who.run(ctx, request, std)
	}
	return c
}

// reserveCommand keeps money for payments of a priority.
func reserveCommand() command {
	c := command{
		name: "reserve", usage: "--as NAME --priority LEVEL --currency CCY --amount N|--remove --reason TEXT", summary: "keep money for urgent or high payments, or no longer",
		help: `
Keeps so much of the own account for payments of that priority, urgent or high:
those of lower ones may not use it. Payments of the priority use it first. Set
again, the whole amount is kept from now on; 'dragoman limits' shows what is left.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who, set := addDecisionFlags(flags), addControlFlags(flags)
		priority := flags.String("priority", "", "for payments of which `LEVEL`: urgent or high")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		request, err := set.request(c, gateway.ActionReserve)
		if err != nil {
			return err
		}
		if request.Priority = *priority; *priority == "" {
			return c.usagef("--priority is missing: urgent or high")
		}
		if err := c.needReason(*who.reason); err != nil {
			return err
		}
		return who.run(ctx, request, std)
	}
	return c
}

// controlFlags are what limits and reservations have in common.
type controlFlags struct {
	currency, amount, account *string
	remove                    *bool
}

func addControlFlags(flags *flag.FlagSet) controlFlags {
	return controlFlags{
		currency: flags.String("currency", "", "`CODE` of the currency"),
		amount:   flags.String("amount", "", "how much, a `DECIMAL` such as 1000.00"),
		account:  flags.String("account", "", "the account's `NAME`, where the currency leaves several"),
		remove:   flags.Bool("remove", false, "no longer"),
	}
}

func (f controlFlags) request(c command, action gateway.Action) (gateway.DecisionRequest, error) {
	switch {
	case *f.currency == "":
		return gateway.DecisionRequest{}, c.usagef("--currency is missing")
	case (*f.amount == "") != *f.remove:
		return gateway.DecisionRequest{}, c.usagef("--amount or --remove")
	}
	return gateway.DecisionRequest{Action: action, Currency: *f.currency, Amount: *f.amount, Account: *f.account, Remove: *f.remove}, nil
}

// listLimits prints what is set on every account that the caller may look at.
func (f decisionFlags) listLimits(ctx context.Context, std streams) error {
	c, err := f.open()
	if err != nil {
		return err
	}
	var found struct {
		Accounts []struct{ Account string } `json:"accounts"`
	}
	if _, err := c.call(ctx, "GET", "/v1/accounts", jsonBody, nil, &found); err != nil {
		return err
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	if !*f.json {
		say(table, "ACCOUNT\tWHAT\tAMOUNT\tUSED\tLEFT\n")
	}
	for _, account := range found.Accounts {
		var v gateway.LimitsView
		answer, err := c.call(ctx, "GET", "/v1/accounts/"+url.PathEscape(account.Account)+"/limits", jsonBody, nil, &v)
		if err != nil {
			return err
		}
		if *f.json {
			say(std.out, "%s", answer)
			continue
		}
		for _, r := range v.Reservations {
			say(table, "%s\tkept for %s\t%s\t\t%s\n", v.Account, r.Priority, r.Amount, r.Left)
		}
		for _, l := range v.Limits {
			towards := "all others"
			if !l.Towards.IsZero() {
				towards = l.Towards.String()
			}
			say(table, "%s\tlimit towards %s\t%s\t%s\t%s\n", v.Account, towards, l.Limit, l.Used, l.Left)
		}
	}
	return table.Flush()
}
