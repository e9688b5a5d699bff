// Command peers measures the same durable transfer workload against PostgreSQL and
// plain bbolt, beside whole ISO 20022 payments through dragoman, in one run on one
// machine, and prints the table with its ratios.
//
// A peer's transfer is what a ledger must at least do: recognise the transfer by its
// name, lower one account that has the money, raise another, write the transfer and
// its two entries, and answer when all that is on disk. Dragoman does the whole
// payment: mutual TLS, XML read and checked against its schema, one ordered log,
// routing, the double entry, the message log, the answer and the delivery as ISO
// messages that sender and receiver have read.
//
// Read Workload first.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"
)

// Workload is what every contender is given: so many clients at a time, each with one
// transfer under way, over so many accounts.
type Workload struct {
	Clients  int
	Accounts int
	Time     time.Duration // of sending
}

// Figures are what a contender did of a workload. Latency runs from a transfer's send
// to its durable answer.
type Figures struct {
	Contender string  `json:"contender"`
	Clients   int     `json:"clients"`
	Accounts  int     `json:"accounts"`
	PerSecond float64 `json:"per_s"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	Ratio     float64 `json:"dragoman_to_this"` // of transfers a second; 0: nothing to compare
}

type options struct {
	clients  []int
	accounts []int
	time     time.Duration
	postgres string
	dir      string
	json     bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o, err := parse(os.Args[1:])
	if err == nil {
		err = run(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	o := options{}
	var clients, accounts string
	flags := flag.NewFlagSet("peers", flag.ExitOnError)
	flags.StringVar(&clients, "clients", "1,64,256", "clients at a time, each `LIST` item a run of its own")
	flags.StringVar(&accounts, "accounts", "10,10000", "accounts that transfers move between; few of them are the hot case")
	flags.DurationVar(&o.time, "time", 10*time.Second, "send for this `TIME` in each run")
	flags.StringVar(&o.postgres, "postgres", "/usr/lib/postgresql/15/bin", "`FOLDER` of PostgreSQL's programs")
	flags.StringVar(&o.dir, "dir", "", "make all data below `FOLDER`, whose disk is measured; else below the folder for temporary files")
	flags.BoolVar(&o.json, "json", false, "print the figures as JSON")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.clients, err = numbers(clients); err != nil {
		return o, fmt.Errorf("-clients: %w", err)
	}
	if o.accounts, err = numbers(accounts); err != nil {
		return o, fmt.Errorf("-accounts: %w", err)
	}
	return o, nil
}

func numbers(list string) ([]int, error) {
	var all []int
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no number above zero", text)
		}
		all = append(all, n)
	}
	return all, nil
}

// contender carries a workload through. Each run begins with fresh data.
type contender interface {
	name() string
	run(ctx context.Context, folder string, w Workload) (Figures, error)
}

func run(ctx context.Context, o options) error {
	folder, err := os.MkdirTemp(o.dir, "peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)                      //nolint:errcheck // a folder for temporary files
	if err := os.Chmod(folder, 0o755); err != nil { //nolint:gosec // PostgreSQL runs as a user of its own
		return err
	}
	ours, err := newOurs(ctx, folder)
	if err != nil {
		return err
	}
	contenders := []contender{ours, postgres{o.postgres}, bolt{}}
	var all []Figures
	for _, accounts := range o.accounts {
		for _, clients := range o.clients {
			w := Workload{Clients: clients, Accounts: accounts, Time: o.time}
			var base float64
			for _, c := range contenders {
				fmt.Fprintf(os.Stderr, "%s: %d clients, %d accounts …\n", c.name(), clients, accounts)
				f, err := fresh(ctx, folder, c, w)
				if err != nil {
					return fmt.Errorf("%s, %d clients, %d accounts: %w", c.name(), clients, accounts, err)
				}
				if c == contender(ours) {
					base = f.PerSecond
				}
				f.Ratio = base / f.PerSecond
				all = append(all, f)
			}
		}
	}
	return show(all, o.json)
}

// fresh gives the contender a folder of its own for one run.
func fresh(ctx context.Context, folder string, c contender, w Workload) (Figures, error) {
	below, err := os.MkdirTemp(folder, "run-")
	if err != nil {
		return Figures{}, err
	}
	defer os.RemoveAll(below) //nolint:errcheck // as above
	f, err := c.run(ctx, below, w)
	f.Contender, f.Clients = c.name(), w.Clients
	if f.Accounts == 0 {
		f.Accounts = w.Accounts
	}
	return f, err
}

func show(all []Figures, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(all)
	}
	fmt.Println("| contender | accounts | clients | a second | p50 ms | p99 ms | dragoman is |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|")
	for _, f := range all {
		fmt.Printf("| %s | %d | %d | %.0f | %.2f | %.2f | %.2f × |\n", f.Contender, f.Accounts, f.Clients, f.PerSecond, f.P50, f.P99, f.Ratio)
	}
	return nil
}
