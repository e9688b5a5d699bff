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
	flips         bool // bits are flipped while the gateway is stopped
	unsafe        bool // the data is on a disk of our own that forgets what was not synced
	// own plays a proof that is no blow to one process; nil: it is.
	own func(ctx context.Context, s proofSettings, std streams) error
}

func proofs() []proof {
	return []proof{
		{name: "crash", summary: "kill the serving process at random while banks send"},
		provePower(),
		{name: "flips", summary: "flip bits in the files of a gateway that is stopped", flips: true},
		{name: "cluster", summary: "strike down gateways, log servers and the ways between them", own: proveCluster},
	}
}

// proofSettings are the options of every proof.
type proofSettings struct {
	payments int
	kills    int
	stops    int
	pauses   int
	cuts     int
	errors   int
	pause    time.Duration
	senders  int
	strikes  int
	seed     uint64
	rounds   int
	flips    int
	began    time.Time
	folder   string
	json     bool
	keep     bool

	stall int // see defaultStall
	// spoil, for tests of the proof, changes what a bank is about to take.
	spoil func(as string, box []mail) []mail
}

func proveCommand() command {
	c := command{
		name: "prove", usage: "crash|power|flips|cluster [--payments N] [--kills N] [--cuts N] [--strikes N] [--rounds N] [--seed N] [--json]", summary: "show that nothing is lost or doubled, whatever fails",
		help: `
Makes a gateway in a folder of its own, runs it as a process and acts as its
banks and issuers over the network. Banks send payments, batches, the same message
again, other content under a known UETR, payments beyond their money, recalls, and
messages that must be refused; what was not acknowledged they send again, byte for
byte.

crash: meanwhile the process is killed at random points and started again, at
times without its books, which it builds anew from the log; it is ended in order and
started again; and it is stopped for a while and let go on.

power: meanwhile its data lies on a file system of our own, which loses power: the
process is gone, and so is everything that it had not synced, files and their names,
or half of it, in any order and torn anywhere. At times the power fails again while
the process starts; and the disk returns errors, or is full. This takes Linux with
FUSE.

flips: banks send undisturbed; then the gateway is stopped and one bit is flipped, in
its books, log, keys, certificates or configuration, again and again. Each time it is
audited, replayed and started: what it serves must be what the banks saw, or it says
what is wrong.

cluster: two gateways on three log servers, all of them processes, with a proxy on
every way between any two. Banks send and ask at both gateways while the one that leads
is killed, stopped or cut off, in one direction or both; log servers likewise; links are
slow; books are lost; everything is killed at once. What each client saw of each payment
must fit one order of events, and both gateways must say the same in the end.

After every blow what was acknowledged must be there. In the end what the banks saw
is held against what the gateway says, to the last payment and the last cent: every
acknowledged payment is in the books exactly once, has exactly one final answer, and
reached its receiver exactly once if it settled; mailboxes have no gap; the audit is
clean and the log gives the same books again. On a fault it prints the seed and the
history of the payments concerned, and keeps the folder.

With --rounds it does all of that so many times, with a new gateway and the next seed
each; with --folder as well, a proof that was broken off goes on where it was.

The exit code is 0 if nothing was lost, doubled or made, and 1 if something was.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		s := proofSettings{stall: defaultStall, began: time.Now()}
		flags.IntVar(&s.payments, "payments", 5000, "send `N` payments")
		flags.IntVar(&s.kills, "kills", 20, "crash: kill the process `N` times")
		flags.IntVar(&s.pauses, "pauses", 1, "crash: let the process stand still `N` times")
		flags.DurationVar(&s.pause, "pause", 7*time.Second, "crash: for how long it stands still, a `DURATION`")
		flags.IntVar(&s.cuts, "cuts", 10, "power: cut the power `N` times")
		flags.IntVar(&s.errors, "errors", 3, "power: have the disk fail `N` times")
		flags.IntVar(&s.flips, "flips", 100, "flips: flip `N` bits")
		flags.IntVar(&s.stops, "stops", 2, "end the process in order `N` times")
		flags.IntVar(&s.senders, "senders", 3, "each bank sends `N` messages at a time")
		flags.IntVar(&s.strikes, "strikes", 11, "cluster: strike `N` times; 11 are all kinds that there are")
		flags.IntVar(&s.rounds, "rounds", 1, "do it all `N` times")
		flags.Uint64Var(&s.seed, "seed", 1, "`NUMBER` that payments and blows are drawn from")
		flags.StringVar(&s.folder, "folder", "", "work in `FOLDER` and keep it; it must be empty or absent, or hold rounds of this very proof")
		flags.BoolVar(&s.json, "json", false, "print the result as JSON")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) != 1 {
			return c.usagef("name one of: %s", strings.Join(proofNames(), ", "))
		}
		if s.payments < 1 || s.kills < 0 || s.stops < 0 || s.pauses < 0 || s.cuts < 0 || s.errors < 0 || s.strikes < 0 || s.senders < 1 || s.rounds < 1 {
			return c.usagef("--payments, --senders and --rounds must be above zero, the numbers of blows not below")
		}
		for _, p := range proofs() {
			if p.name == args[0] {
				return p.run(ctx, s, std)
			}
		}
		return c.usagef("%q cannot be proved; name one of: %s", args[0], strings.Join(proofNames(), ", "))
	}
	return c
}

// run plays the proof with the blows that are its own.
func (p proof) run(ctx context.Context, s proofSettings, std streams) error {
	if p.own != nil {
		return p.own(ctx, s, std)
	}
	if err := p.check(); err != nil {
		return err
	}
	if p.flips {
		return proveFlips(ctx, s, std)
	}
	if p.unsafe {
		s.kills, s.pauses = 0, 0
	} else {
		s.cuts, s.errors = 0, 0
	}
	s.keep = s.folder != ""
	result, err := p.play(ctx, s, std)
	if err != nil {
		return err
	}
	if err := result.print(s, std); err != nil {
		return err
	}
	if len(result.Violations) > 0 {
		return errInvalid
	}
	return nil
}

func proofNames() []string {
	var names []string
	for _, p := range proofs() {
		names = append(names, p.name)
	}
	return names
}
