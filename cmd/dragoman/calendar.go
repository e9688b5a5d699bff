package main

import (
	"context"
	"flag"
	"strings"
	"text/tabwriter"

	"dragoman/gateway"
)

func calendarCommand() command {
	c := command{
		name: "calendar", usage: "--as NAME", summary: "show the settlement days: which are open, and until when",
		help: `
For each calendar its phase (open, customer cut-off, end of day, closed) and the
day that is open or opens next: until when customer payments and payments between
banks are taken for it, and when it closes. A currency without a calendar settles
at any time.`,
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
		var found struct{ Calendars []gateway.CalendarView }
		answer, err := client.call(ctx, "GET", "/v1/calendars", jsonBody, nil, &found)
		if err != nil || *who.json {
			say(std.out, "%s", answer)
			return err
		}
		return showCalendars(found.Calendars, std)
	}
	return c
}

func showCalendars(all []gateway.CalendarView, std streams) error {
	if len(all) == 0 {
		say(std.out, "there is no calendar: everything settles at any time\n")
		return nil
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	say(table, "CALENDAR\tCURRENCIES\tPHASE\tDATE\tOPENS\tCUSTOMERS UNTIL\tBANKS UNTIL\tCLOSES\n")
	for i := range all {
		v := &all[i]
		say(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", v.Name, strings.Join(v.Currencies, ", "), v.Phase, v.Date, moment(v.Opens), moment(v.CustomerCutOff), moment(v.BankCutOff), moment(v.Closes))
	}
	return table.Flush()
}
