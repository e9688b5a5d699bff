package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
)

// assetRow is what /v1/outstanding tells of one asset.
type assetRow struct {
	Currency, Issuer, Outstanding, Ceiling, SetAside string
	Tier                                             int
	Held                                             []struct {
		Role, Grade, Amount string
		Accounts            int
	}
}

// holders says in words where the money of an asset is.
func (a *assetRow) holders() string {
	var all []string
	for _, h := range a.Held {
		kind := h.Role
		if h.Grade != "" {
			kind = h.Grade + " " + kind
		}
		if h.Accounts != 1 {
			kind += "s"
		}
		all = append(all, fmt.Sprintf("%s in %d %s", h.Amount, h.Accounts, kind))
	}
	return strings.Join(all, ", ")
}

func outstandingCommand() command {
	c := command{
		name: "outstanding", usage: "--as ISSUER", summary: "show what an issuer owes, and what covers it",
		help: `
An issuer sees what it has outstanding and, in its own currency, what operating
banks have: these issue claims on themselves, each covered by one of the issuer's
that they have set aside. Operators and compliance see all of them. Who holds how
much is not told, only how much wallets of each grade hold together.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		issuer, err := who.open()
		if err != nil {
			return err
		}
		var found struct{ Assets []assetRow }
		answer, err := issuer.call(ctx, "GET", "/v1/outstanding", jsonBody, nil, &found)
		if err != nil || *who.json {
			say(std.out, "%s", answer)
			return err
		}
		table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
		say(table, "currency\tissuer\ttier\toutstanding\tat most\tset aside\theld\n")
		for _, a := range found.Assets {
			say(table, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", a.Currency, a.Issuer, a.Tier, a.Outstanding, a.Ceiling, a.SetAside, a.holders())
		}
		return table.Flush()
	}
	return c
}
