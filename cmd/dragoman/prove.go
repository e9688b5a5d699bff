package main

import (
	"context"
	"flag"
	"strings"
	"time"
)

// proof is one thing that 'dragoman prove' shows.
type proof struct {
	name, summary string
	run           func(ctx context.Context, s proofSettings, std streams) error
}

func proofs() []proof {
	return []proof{
		{"crash", "kill the serving process at random while banks send", proveCrash},
	}
}

// proofSettings are the options of every proof.
type proofSettings struct {
	payments int
	kills    int
	stops    int
	pauses   int
	pause    time.Duration
	senders  int
	seed     uint64
	folder   string
	json     bool
	keep     bool

	stall int // see defaultStall
	// spoil, for tests of the proof, changes what a bank is about to take.
	spoil func(as string, box []mail) []mail
}

func proveCommand() command {
	c := command{
		name: "prove", usage: "crash [--payments N] [--kills N] [--pauses N] [--seed N] [--json]", summary: "show that nothing is lost or doubled when the process is killed",
		help: `
Makes a gateway in a folder of its own, runs it as a process and acts as its
banks and issuers over the network. Banks send payments, batches, the same message
again, other content under a known UETR, payments beyond their money, recalls, and
messages that must be refused; what was not acknowledged they send again, byte for
byte. Meanwhile the process is killed at random points and started again, at
times without its books, which it builds anew from the log; it is ended in order and
started again; and it is stopped for a while and let go on.

In the end what the banks saw is held against what the gateway says, to the last
payment and the last cent: every acknowledged payment is in the books exactly
once, has exactly one final answer, and reached its receiver exactly once if it
settled; mailboxes have no gap; the audit is clean and the log gives the same
books again. On a fault it prints the seed and the history of the payments
concerned, and keeps the folder. The exit code is 0 if nothing was lost, doubled
or made, and 1 if something was.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		s := proofSettings{stall: defaultStall}
		flags.IntVar(&s.payments, "payments", 5000, "send `N` payments")
		flags.IntVar(&s.kills, "kills", 20, "kill the process `N` times")
		flags.IntVar(&s.stops, "stops", 2, "end the process in order `N` times")
		flags.IntVar(&s.pauses, "pauses", 1, "let the process stand still `N` times")
		flags.DurationVar(&s.pause, "pause", 7*time.Second, "for how long it stands still, a `DURATION`")
		flags.IntVar(&s.senders, "senders", 3, "each bank sends `N` messages at a time")
		flags.Uint64Var(&s.seed, "seed", 1, "`NUMBER` that payments and kills are drawn from")
		flags.StringVar(&s.folder, "folder", "", "work in `FOLDER`, which must be empty or absent, and keep it")
		flags.BoolVar(&s.json, "json", false, "print the result as JSON")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) != 1 {
			return c.usagef("name one of: %s", strings.Join(proofNames(), ", "))
		}
		if s.payments < 1 || s.kills < 0 || s.stops < 0 || s.pauses < 0 || s.senders < 1 {
			return c.usagef("--payments and --senders must be above zero, --kills, --stops and --pauses not below")
		}
		for _, p := range proofs() {
			if p.name == args[0] {
				s.keep = s.folder != ""
				return p.run(ctx, s, std)
			}
		}
		return c.usagef("%q cannot be proved; name one of: %s", args[0], strings.Join(proofNames(), ", "))
	}
	return c
}

func proofNames() []string {
	var names []string
	for _, p := range proofs() {
		names = append(names, p.name)
	}
	return names
}
