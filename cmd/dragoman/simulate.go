package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"dragoman/gateway/simulation"
)

func simulateCommand() command {
	c := command{
		name: "simulate", usage: "[--payments N] [--seed N] [--faults LIST] [--json]", summary: "play a gateway and its banks, with everything going wrong",
		help: `
Plays desk, log, lane, kernel, books and mailboxes in one process in virtual time,
and six banks that send payments, exchange by one of two providers or, where that way
closes, the other, cover, return, recall, withdraw, set limits and reservations, move
their own money, ask each other and the gateway, and net; on a settlement day that closes
and opens again, while one bank joins and others may do less for a while. The network loses, delays,
doubles and reorders; the log's server loses what it had not synced; the gateway is
killed, stands still, loses its books, finds older or damaged ones; banks forget and
send what they must not.

In the end every acknowledged message is held against what its bank was told, the
balances against both, the books are audited, and the log is applied to new books,
which must be the same. Amounts that arrive are held against the rates and quotes that were
agreed, limits and reservations against what was set, and the announcements, statements
and standing orders of the day against each other, the positions of a netting cycle
against the payments that settled in it. The same seed gives the same digest. When something is
violated, a smaller run that still does is looked for and its history printed; the
exit code is then 1. A run of 20,000 payments or more must have met every fault, every
state and every kind of traffic.

--faults names what may go wrong: all, none, or some of net, log, node, books,
clock, bank, compliance, or single ones such as net.lost, with commas between.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		payments := flags.Int("payments", 10_000, "send `N` payments")
		seed := flags.Uint64("seed", 1, "`NUMBER` that everything is drawn from")
		faults := flags.String("faults", "all", "`LIST` of what may go wrong")
		shrink := flags.Bool("shrink", true, "look for a smaller run when something is violated")
		asJSON := flags.Bool("json", false, "print the result as JSON")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		without, err := simulation.Parse(*faults)
		if err != nil {
			return c.usagef("--faults: %v", err)
		}
		if *payments < 1 {
			return c.usagef("--payments must be above zero")
		}
		return simulate(ctx, simulation.Settings{Seed: *seed, Payments: *payments, Without: without}, *shrink, *asJSON, std)
	}
	return c
}

// Memory is collected when it has grown by collectAt percent, and in any case at
// collectBelow bytes: what a run still has to check is far less.
const (
	collectAt    = 400
	collectBelow = 1 << 30
)

func simulate(ctx context.Context, s simulation.Settings, shrink, asJSON bool, std streams) error {
	debug.SetGCPercent(collectAt)
	debug.SetMemoryLimit(collectBelow)
	folder, err := os.MkdirTemp("", "dragoman-simulation-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	begun, watch := time.Now(), watchProcess(os.Getpid())
	s.Folder = folder
	shown := newProgress(std.err, "payments sent")
	s.Progress = func(done, of int) { shown.tell(uint64(done), uint64(of)) } //nolint:gosec // counts
	r, err := simulation.Run(ctx, s)
	shown.end()
	watch.stop()
	if err != nil {
		return err
	}
	took := time.Since(begun)
	if len(r.Violations) > 0 && shrink {
		say(std.err, "violated; looking for a smaller run that is too\n")
		tried := func(payments, faults int) {
			say(std.err, "tried %d payments with %d kinds of faults\n", payments, faults)
		}
		if r, err = simulation.Shrink(ctx, s, r, tried); err != nil {
			return err
		}
	}
	if asJSON {
		if r.Violations == nil {
			r.Violations = []simulation.Violation{}
		}
		encoder := json.NewEncoder(std.out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(r)
	} else {
		err = printSimulation(std.out, &r, took, watch)
	}
	unseen := r.Unseen(s.Without)
	switch {
	case err != nil:
		return err
	case len(r.Violations) > 0:
		return errInvalid
	case r.Payments >= simulation.Enough && len(unseen) > 0:
		say(std.err, "never seen: %s\n", strings.Join(unseen, ", "))
		return errInvalid
	}
	return nil
}

func printSimulation(out io.Writer, r *simulation.Result, took time.Duration, used *processWatch) error {
	for _, line := range r.History {
		say(out, "%s\n", line)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) { say(table, "%s\t%s\n", name, fmt.Sprintf(format, args...)) }
	row("seed", "%d", r.Seed)
	row("payments", "%d in %d messages, of which %d acknowledged, in %d groups of the log", r.Payments, r.Messages, r.Acknowledged, r.Groups)
	row("time", "%s played in %s: %d payments a second", r.Virtual.Round(time.Second), took.Round(100*time.Millisecond), int64(r.Payments)*int64(time.Second)/int64(max(took, 1)))
	row("machine", "%d µs of processor time a payment, %d MB of memory, and %d MB of files mapped", int64(used.use.cpu)/int64(max(r.Payments, 1))/int64(time.Microsecond), used.most>>20, used.mapped>>20) //nolint:mnd // MB
	row("mail", "%s", counts(r.Mails))
	row("traffic", "%s", counts(r.Traffic))
	row("states", "%s", counts(r.States))
	row("faults", "%s", counts(r.Faults))
	row("digest", "%s", r.Digest)
	for _, v := range r.Violations {
		row("VIOLATED", "%s %s", v.Subject, v.Text)
	}
	if len(r.Violations) == 0 {
		row("verdict", "nothing was lost, doubled or made; the audit is clean and the log gives the same books again")
	}
	return table.Flush()
}

// counts writes how many there are of each.
func counts[K ~string](of map[K]int) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(of)) {
		all = append(all, fmt.Sprintf("%s %d", name, of[name]))
	}
	return strings.Join(all, ", ")
}
