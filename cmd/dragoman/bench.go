package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// benchOptions are what a person asks of the benchmark.
type benchOptions struct {
	payments int           // 0: as many as the duration allows
	duration time.Duration // of sending; 0: until all payments are sent
	inFlight int           // payments between send and final answer at most; with a rate: connections at most
	rate     int           // payments a second, whether or not answers keep up; 0: closed loop
	accounts int
	door     string
	mailbox  string
	json     bool
	dir      string
	profile  string
	keep     bool // the folder
}

// Bounds and defaults of the benchmark.
const (
	benchPayments    = 50_000
	benchInFlight    = 256
	benchAccounts    = 10
	benchMaxAccounts = 1000 // each bank has connections of its own
	benchMaxInFlight = 20_000
	benchMaxRate     = 1_000_000
)

func benchCommand() command {
	c := command{
		name: "bench", usage: "[--payments N | --duration D] [--in-flight N | --rate N]", summary: "measure the whole path: payments a second, and how long each takes",
		help: `
Makes a gateway in a fresh folder with the settings of 'dragoman init', runs
'dragoman serve' on it as a process of its own and acts as its banks: every bank
pays every other, each payment a pacs.008.001.08 of 3 KB with header and its own
UETR, over mutual TLS (--door nats: over NATS with TLS). A payment counts as settled when its sender has read the
pacs.002 with ACSC in its mailbox; every mailbox is read and acknowledged. The
time runs from the first send to the last answer, the latency of a payment from
its send (with --rate: from when it should have been sent) to its final answer.

The machine's own speed is measured in the same run and on the same file system:
syncs a second, and a plain double-entry loop on bbolt. Generator and gateway
share the machine. Afterwards the books are audited; the exit code is 0 if the
audit is clean and every payment had exactly one answer and one delivery.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		var o benchOptions
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		flags.IntVar(&o.payments, "payments", 0, fmt.Sprintf("end after `N` payments; %d if there is no duration", benchPayments))
		flags.DurationVar(&o.duration, "duration", 0, "stop sending after this `TIME`, such as 30s")
		flags.IntVar(&o.inFlight, "in-flight", benchInFlight, "closed loop: `N` payments under way at a time")
		flags.IntVar(&o.rate, "rate", 0, "open loop: send `N` payments a second, whatever the answers do")
		flags.IntVar(&o.accounts, "accounts", benchAccounts, "`N` banks with an account each that payments move between")
		flags.StringVar(&o.door, "door", doorHTTPS, "send and read through `DOOR`: "+doorHTTPS+" or "+doorNATS)
		flags.StringVar(&o.mailbox, "mailbox", mailboxStream, "read mailboxes by `WAY`: "+mailboxStream+" (server-sent events, acknowledged ten times a second) or "+mailboxPoll+" (fetch and acknowledge in turns)")
		flags.StringVar(&o.dir, "dir", "", "make the gateway's folder below `FOLDER`, whose disk is measured; else below the folder for temporary files")
		flags.StringVar(&o.profile, "profile", "", "have the serving process write a CPU profile to `FILE`")
		flags.BoolVar(&o.keep, "keep", false, "leave the gateway's folder where it is, to look at, and name it")
		flags.BoolVar(&o.json, "json", false, "print the figures as JSON")
		args, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(args) > 0 {
			return c.usagef("%s is no option", args[0])
		}
		if err := o.check(c); err != nil {
			return err
		}
		return runBench(ctx, o, std)
	}
	return c
}

func (o *benchOptions) check(c command) error {
	switch {
	case o.payments < 0 || o.payments > benchMaxPayments:
		return c.usagef("--payments is from 1 to %d", benchMaxPayments)
	case o.duration < 0:
		return c.usagef("--duration is not negative")
	case o.inFlight < 1 || o.inFlight > benchMaxInFlight:
		return c.usagef("--in-flight is from 1 to %d", benchMaxInFlight)
	case o.rate < 0 || o.rate > benchMaxRate:
		return c.usagef("--rate is from 1 to %d", benchMaxRate)
	case o.accounts < 2 || o.accounts > benchMaxAccounts:
		return c.usagef("--accounts is from 2 to %d", benchMaxAccounts)
	case o.door != doorHTTPS && o.door != doorNATS:
		return c.usagef("there is no door %q; the doors are %s and %s", o.door, doorHTTPS, doorNATS)
	}
	if o.payments == 0 && o.duration == 0 {
		o.payments = benchPayments
	}
	if o.payments == 0 {
		o.payments = benchMaxPayments
	}
	if o.profile != "" {
		var err error
		o.profile, err = filepath.Abs(o.profile) // the serving process runs elsewhere
		return err
	}
	return nil
}

// bench is one run.
type bench struct {
	benchOptions
	std       streams
	folder    string
	banks     []demoBank
	server    *served
	doors     benchDoor
	boxes     []benchMailbox // by bank
	templates *benchTemplates
	ledger    *benchLedger
	latencies []histogram // by bank
	pace      *benchPace
	watch     *processWatch
	machine   yardsticks
}

func runBench(ctx context.Context, o benchOptions, std streams) error {
	folder, err := os.MkdirTemp(o.dir, "dragoman-bench-")
	if err != nil {
		return fmt.Errorf("make the gateway's folder: %w", err)
	}
	if o.keep {
		say(std.err, "the gateway's folder stays: %s\n", folder)
	} else {
		defer os.RemoveAll(folder) //nolint:errcheck // a folder of this run alone
	}
	b := &bench{benchOptions: o, std: std, folder: folder}
	r, err := b.run(ctx)
	if err != nil {
		return err
	}
	if err := r.print(o.json, std); err != nil {
		return err
	}
	if !r.good() {
		return errInvalid
	}
	return nil
}

// run makes the gateway, measures, and audits the books.
func (b *bench) run(ctx context.Context) (*benchReport, error) {
	differences, err := b.prepare(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { b.server.kill() }()
	if err := b.load(ctx); err != nil {
		return nil, err
	}
	times, err := b.times(ctx)
	if err != nil {
		return nil, err
	}
	if err := b.server.stop(); err != nil {
		return nil, fmt.Errorf("the serving process ended badly: %w", err)
	}
	say(b.std.err, "measuring the machine again, auditing the books\n")
	if err := b.machine.measure(ctx, b.folder, b.inFlight); err != nil {
		return nil, err
	}
	books, err := auditBooks(filepath.Join(b.folder, "data"))
	if err != nil {
		return nil, err
	}
	space, err := measureSpace(filepath.Join(b.folder, "data"), b.ledger.settled.Load())
	if err != nil {
		return nil, err
	}
	return b.report(books, space, times, differences), nil
}

// prepare makes the gateway and puts money into its accounts.
func (b *bench) prepare(ctx context.Context) (differences []string, err error) {
	say(b.std.err, "measuring the machine\n")
	if err := b.machine.measure(ctx, b.folder, b.inFlight); err != nil {
		return nil, err
	}
	now := time.Now()
	made, err := makeFolder(b.folder, benchBanks(b.accounts), true, now)
	if err != nil {
		return nil, err
	}
	if b.banks, err = banksOf(made); err != nil {
		return nil, err
	}
	if differences, err = differsFromDefaults(filepath.Join(b.folder, configName)); err != nil {
		return nil, err
	}
	var extra []string
	if b.profile != "" {
		extra = []string{"--profile", b.profile}
		differences = append(differences, "--profile "+b.profile)
	}
	if b.templates, err = newBenchTemplates(b.banks, now); err != nil {
		return nil, err
	}
	if b.server, err = startServing(ctx, b.folder, os.Stderr, extra...); err != nil {
		return nil, err
	}
	say(b.std.err, "process %d serves %s with %d banks; issuing money\n", b.server.command.Process.Pid, b.server.url, len(b.banks))
	if err := b.issue(ctx); err != nil {
		b.server.kill()
		return nil, err
	}
	return differences, nil
}

// banksOf are the banks of a folder: those who are neither issuer nor operator.
func banksOf(made *folder) (banks []demoBank, err error) {
	for _, m := range made.Participants {
		if m.Role != "participant" {
			continue
		}
		bic, err := messages.ParseBIC(m.BIC)
		if err != nil {
			return nil, err
		}
		banks = append(banks, demoBank{m.As, m.Name, bic})
	}
	return banks, nil
}

// benchBanks names banks at a place whose currency nobody issues here: none has a
// credit line, so that all they pay with is issued money.
func benchBanks(n int) banksFlag {
	banks := make(banksFlag, n)
	for i := range banks {
		banks[i] = fmt.Sprintf("BN%c%cHKHH=Bank %03d", 'A'+i/26%26, 'A'+i%26, i+1)
		if i >= 26*26 {
			banks[i] = fmt.Sprintf("BM%c%cHKHH=Bank %03d", 'A'+i/26%26, 'A'+i%26, i+1)
		}
	}
	return banks
}

const (
	benchCurrency = "CNY"
	benchIssued   = "9000000000.00" // each bank can pay for all its payments at once
)

// issue puts so much money into circulation that no payment has to wait.
func (b *bench) issue(ctx context.Context) error {
	for _, a := range assets() {
		if a.code != benchCurrency {
			continue
		}
		first, err := openClient(b.folder, a.folder(1), b.server.url)
		if err != nil {
			return err
		}
		second, err := openClient(b.folder, a.folder(2), b.server.url)
		if err != nil {
			return err
		}
		for _, bank := range b.banks {
			if err := issueMoney(ctx, first, second, gateway.DecisionRequest{Action: gateway.ActionIssue, Bank: bank.bic, Currency: a.code, Amount: benchIssued, Reason: "benchmark"}); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.New("nobody issues " + benchCurrency)
}
