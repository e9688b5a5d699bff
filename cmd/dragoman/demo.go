package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

func demoCommand() command {
	c := command{
		name: "demo", usage: "[--payments N] [--seed N] [--stay]", summary: "see it work: a gateway, eight banks, three currencies, a crash",
		help: `
Makes a gateway in a temporary folder, runs it as a process of its own and acts
as its eight banks, three issuers, operators and compliance officers, over HTTPS
with their certificates. Money is issued and a day's payments are sent; half way
the serving process is killed and started again. Then comes what a day brings
besides: repeated, changed and malformed messages, a batch, a suspended bank, too
little money, a ring that frees itself, recalls granted and refused, a hold, a
return, why a payment waits, a payment that changes its currency on the way, the
close of a day. In the end the log is exported and verified, the books are audited
and rebuilt from the log.

The exit code is 0 if every message was answered as it must be, and nothing was
lost, doubled or made. With --stay it then goes on serving, for you to try.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		payments := flags.Int("payments", 400, "send `N` ordinary payments")
		seed := flags.Uint64("seed", 1, "`NUMBER` that the payments are drawn from")
		stay := flags.Bool("stay", false, "go on serving at the end, until interrupted")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		if *payments < 8 {
			return c.usagef("--payments must be 8 or more, for something to be under way when the process is killed")
		}
		folder, err := os.MkdirTemp("", "dragoman-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
		return newDemo(folder, *seed, std).run(ctx, *payments, *stay)
	}
	return c
}

// demo is one run of the demonstration.
type demo struct {
	folder string
	std    streams
	random *rand.Rand
	scribe *scribe
	banks  []demoBank

	sending sync.RWMutex // held for writing while the server is started again
	server  *served

	mu    sync.Mutex
	heard *sync.Cond
	known map[string][]string // what banks were told, by the end-to-end id of their payment
	got   map[string][]byte   // the payments that banks were sent, by that id
	tally map[string]*tally   // by folder of the bank
	wrong []string            // what did not happen as it must
}

type demoBank struct {
	as   string
	name string
	bic  messages.BIC
}

// tally is what one bank did and saw.
type tally struct{ sent, settled, waiting, rejected, received int }

func newDemo(folder string, seed uint64, std streams) *demo {
	d := &demo{
		folder: folder, std: std, random: rand.New(rand.NewPCG(seed, seed)), //nolint:gosec // a demo wants the same payments again
		known: map[string][]string{}, got: map[string][]byte{}, tally: map[string]*tally{},
	}
	d.heard = sync.NewCond(&d.mu)
	d.scribe = newScribe(d.random, time.Now())
	return d
}

func (d *demo) step(format string, args ...any) {
	say(d.std.out, "\n» "+format+"\n", args...)
}

func (d *demo) run(ctx context.Context, payments int, stay bool) (err error) {
	made, err := makeFolder(d.folder, exampleBanks(), true, time.Now())
	if err != nil {
		return err
	}
	if d.banks, err = banksOf(made); err != nil {
		return err
	}
	for _, bank := range d.banks {
		d.tally[bank.as] = &tally{}
	}
	d.step("A gateway with %d banks and the issuers of digital yuan, baht and dirham", len(d.banks))
	if d.server, err = startServing(ctx, d.folder, os.Stderr); err != nil {
		return err
	}
	defer func() { d.server.kill() }()
	say(d.std.out, "  it serves %s as process %d, in %s\n", d.server.url, d.server.command.Process.Pid, d.folder)
	if err := d.play(ctx, payments); err != nil {
		return err
	}
	if stay {
		d.offer()
		<-ctx.Done()
	}
	if err := d.finish(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	if !stay {
		d.next()
	}
	return nil
}

// play is the day, while every bank reads its mailbox.
func (d *demo) play(ctx context.Context, payments int) error {
	ctx, done := context.WithCancel(ctx)
	var reading sync.WaitGroup
	defer reading.Wait()
	defer done()
	for _, bank := range d.banks {
		reading.Go(func() { d.read(ctx, bank) })
	}
	for _, part := range []func(context.Context) error{
		d.issue, func(ctx context.Context) error { return d.ordinary(ctx, payments) }, d.oddities, d.explain, d.exchange, d.close, d.balances, d.export,
	} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// issue puts money into circulation: one person of an issuer asks for it, another
// agrees.
func (d *demo) issue(ctx context.Context) error {
	d.step("The issuers put money into circulation, two people for each")
	for _, a := range assets() {
		for _, bank := range d.banks {
			if err := d.lend(ctx, a, bank, "150000.00", "opening of the day"); err != nil {
				return err
			}
		}
		say(d.std.out, "  %-14s 150,000.00 %s to each bank\n", a.issuer, a.name)
	}
	return nil
}

func (d *demo) lend(ctx context.Context, a asset, to demoBank, amount, reason string) error {
	first, err := d.client(a.folder(1))
	if err != nil {
		return err
	}
	second, err := d.client(a.folder(2))
	if err != nil {
		return err
	}
	return issueMoney(ctx, first, second, gateway.DecisionRequest{Action: gateway.ActionIssue, Bank: to.bic, Currency: a.code, Amount: amount, Reason: reason})
}

// finish stops the server, audits the books and rebuilds them from the log.
func (d *demo) finish(ctx context.Context) error {
	if err := d.server.stop(); err != nil {
		return err
	}
	data := filepath.Join(d.folder, "data")
	d.step("The books are audited: every value, every balance, every hash")
	if err := d.command(ctx, "audit", "--data", data); err != nil {
		return err
	}
	d.step("The books are thrown away and rebuilt from the log")
	if err := replayLog(ctx, data, streams{in: d.std.in, out: indented{d.std.out}, err: io.Discard}); err != nil {
		return err
	}
	if len(d.wrong) == 0 {
		return nil
	}
	d.step("This was not as it must be")
	for _, text := range d.wrong {
		say(d.std.out, "  %s\n", text)
	}
	return errInvalid
}

// command runs a command of the program and shows what it says.
func (d *demo) command(ctx context.Context, args ...string) error {
	var out bytes.Buffer // tables are written in pieces
	err := dispatch(ctx, args, streams{in: d.std.in, out: &out, err: io.Discard})
	if _, failed := (indented{d.std.out}).Write(out.Bytes()); failed != nil {
		return failed
	}
	if err != nil && !errors.Is(err, errInvalid) {
		return fmt.Errorf("dragoman %s: %w", args[0], err)
	}
	return err
}

// indented sets what commands say apart from what the demonstration says.
type indented struct{ to io.Writer }

func (w indented) Write(text []byte) (int, error) {
	for line := range lines(text) {
		if _, err := fmt.Fprintf(w.to, "  %s", line); err != nil {
			return 0, err
		}
	}
	return len(text), nil
}
