// Command mutate compares the reader with libxml2 on messages that are broken,
// or harmlessly changed, in one place.
//
//	go run ./messages/schema/mutate -n 50000 -seed 1
//	go run ./messages/schema/mutate -for 2h
//
// It takes valid messages of the corpus and messages written from the compiled
// schemas, changes one thing in each, and asks both package schema and
// `xmllint --schema` for a verdict. It prints what it counted and exits 1 if a
// count is below what is demanded or if the verdicts differ without a reason
// that docs/divergences.md explains. What we refuse by policy alone is no
// difference. The same seed gives the same messages.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"dragoman/messages/schema/internal/libxml"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// options are what the flags say.
type options struct {
	shared     string
	seed       uint64
	mutants    int           // of one pass
	minTypes   int           // message types that must take part
	minPerKind int           // mutants of each kind that must take part
	perJob     int           // mutants that are judged together
	duration   time.Duration // passes with further seeds until then; 0: one pass
	out        string        // directory for messages with a difference
}

func run(ctx context.Context, args []string, out io.Writer) error {
	var o options
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&o.shared, "shared", "../shared/iso20022", "`folder` with xsd/ and messages/")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the first pass")
	flags.IntVar(&o.mutants, "n", 50_000, "mutants of one pass")
	flags.IntVar(&o.minTypes, "min-types", 80, "fail when fewer message types take part")
	flags.IntVar(&o.minPerKind, "min-per-kind", 200, "fail when a kind of change has fewer mutants")
	flags.IntVar(&o.perJob, "batch", 50, "mutants of one kind and type that are judged together")
	flags.DurationVar(&o.duration, "for", 0, "go on with further seeds for so long, such as 2h")
	flags.StringVar(&o.out, "out", "", "`folder` for the smallest form of each message with a difference (default: a new one)")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if !libxml.Available() {
		return fmt.Errorf("%s is not installed (Debian: libxml2-utils)", libxml.Command)
	}
	r, err := differ(ctx, o, out)
	if err != nil {
		return err
	}
	r.print(out)
	return r.failure(o)
}

// say prints to standard output, which has nobody to tell when it fails.
func say(out io.Writer, format string, args ...any) {
	fmt.Fprintf(out, format, args...) //nolint:errcheck // see above
}

// differ runs passes until the time is over; the first is always run whole.
func differ(ctx context.Context, o options, out io.Writer) (*report, error) {
	p, err := newPlan(o)
	if err != nil {
		return nil, err
	}
	say(out, "oracle %s; %d message types with a schema, %d corpus messages, %d kinds of change\n",
		libxml.Version(ctx), len(p.types), p.corpus, len(p.kinds))
	limit, cancel := context.WithTimeout(ctx, o.duration)
	defer cancel()
	r := newReport(p)
	for seed := o.seed; ; seed++ {
		if err := p.pass(ctx, seed, r); err != nil {
			return nil, err
		}
		say(out, "seed %d: %d mutants so far, %d unexplained differences\n", seed, r.mutants, len(r.differences))
		if limit.Err() != nil {
			return r, ctx.Err()
		}
	}
}
