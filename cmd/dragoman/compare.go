package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"dragoman/settlement/days"
)

func compareCommand() command {
	c := command{
		name: "compare", usage: "[--seeds FIRST-LAST] [--exchange PERCENT] [--json]", summary: "compare ways of freeing waiting payments on made-up days",
		help: `
Makes days up, each from a seed, and plays them on the kernel under several
algorithms: 20 banks, 4,000 payments of lognormal amounts in two currencies, and
little liquidity: a bank holds from 1 to 10 per cent of what it will send, by the
seed. Some payments exchange money: both their legs go together or neither. The
same seed is the same day on every machine.

  strict FIFO       what stands first goes when its money is there
  bypass            what can go passes what cannot
  bilateral         also what two banks owe each other
  Bech-Soramäki     also any that can go together, in each currency for itself
  ours              also any that can go together, in all currencies
  ours with bypass  also what can go passes what cannot

Value and payments are shares of the day's. Delay is from arrival to settlement, of
what settled; wait counts until the close what did not. Liquidity is what banks
paid before they were paid, each at its worst, as a share of the day's value. The
exit code is 1 when ours settles less than Bech-Soramäki on any day.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		seeds := flags.String("seeds", "1-20", "play the days of seeds `FIRST-LAST`")
		banks := flags.Int("banks", 20, "`N` banks")
		payments := flags.Int("payments", 4_000, "`N` payments a day")
		liquidity := flags.Int("liquidity", 0, "`PERCENT` of what it will send that a bank holds; 0: by the seed")
		exchange := flags.Int("exchange", 5, "of 100 payments, `N` exchange money")
		asJSON := flags.Bool("json", false, "print JSON")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		first, last, ok := seedRange(*seeds)
		switch {
		case !ok:
			return c.usagef("--seeds: %q is not FIRST-LAST", *seeds)
		case *banks < 3 || *banks > 1000 || *payments < 1 || *payments > 1_000_000:
			return c.usagef("--banks must be from 3 to 1,000, --payments from 1 to 1,000,000")
		case *liquidity < 0 || *liquidity > 100 || *exchange < 0 || *exchange > 100:
			return c.usagef("--liquidity and --exchange are percentages")
		}
		comparison := comparison{progress: newProgress(std.err, "days played")}
		s := days.Setting{Banks: *banks, Payments: *payments, Liquidity: *liquidity, Exchange: *exchange}
		if s.Exchange == 0 {
			s.Exchange = -1
		}
		if err := comparison.play(ctx, s, first, last); err != nil {
			return err
		}
		err := comparison.print(std.out, *asJSON)
		if err == nil && comparison.worse {
			err = errInvalid
		}
		return err
	}
	return c
}

// seedRange reads FIRST-LAST, or one seed.
func seedRange(text string) (first, last uint64, ok bool) {
	from, to, both := strings.Cut(text, "-")
	if !both {
		to = from
	}
	first, err := strconv.ParseUint(from, 10, 63)
	last, err2 := strconv.ParseUint(to, 10, 63)
	return first, last, err == nil && err2 == nil && first <= last && last-first < 10_000
}

// fewDays are played without a word of how far it is.
const fewDays = 3

// comparison is days played under all algorithms.
type comparison struct {
	progress *progress
	days     []comparedDay
	worse    bool // ours was, on one of them
}

type comparedDay struct {
	Seed      uint64       `json:"seed"`
	Liquidity int          `json:"liquidityPercent"`
	Played    []playedView `json:"algorithms"`
}

type playedView struct {
	Algorithm  string        `json:"algorithm"`
	Currencies []figuresView `json:"currencies"`
}

func (c *comparison) play(ctx context.Context, s days.Setting, first, last uint64) error {
	defer c.progress.end()
	for s.Seed = first; s.Seed <= last; s.Seed++ {
		d := days.Make(s)
		day := comparedDay{Seed: s.Seed, Liquidity: d.Setting.Liquidity}
		for _, a := range days.Algorithms {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			day.Played = append(day.Played, playedView{a.Name, figuresOf(days.Play(d, a))})
		}
		c.days = append(c.days, day)
		for i, f := range day.Played[days.Ours].Currencies {
			c.worse = c.worse || f.settled.Cmp(day.Played[days.BechSoramaki].Currencies[i].settled) < 0
		}
		if n := last - first + 1; n > fewDays {
			c.progress.tell(s.Seed-first+1, n)
		}
	}
	return nil
}

func (c *comparison) print(out io.Writer, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(c.days)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	say(table, "mean of the days\tvalue\tpayments\tdelay\twait\tliquidity\t\n")
	for i, a := range days.Algorithms {
		var m meanView
		for _, day := range c.days {
			for _, f := range day.Played[i].Currencies {
				m.add(f)
			}
		}
		say(table, "%s\t%s\t%s\t%s\t%s\t%s\t\n", a.Name, m.share(m.value), m.share(m.payments), m.time(m.delay), m.time(m.wait), m.share(m.liquidity))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	say(out, "\n")
	return c.printDays(out)
}

// printDays prints the value settled on each day, and what ours gains or loses.
func (c *comparison) printDays(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	say(table, "seed\tholds\t")
	for _, a := range days.Algorithms {
		say(table, "%s\t", a.Name)
	}
	say(table, "to B-S\tto bypass\twith bypass\t\n")
	for _, day := range c.days {
		say(table, "%d\t%d %%\t", day.Seed, day.Liquidity)
		values := make([]int64, len(day.Played))
		for i, p := range day.Played {
			var m meanView
			for _, f := range p.Currencies {
				m.add(f)
			}
			values[i] = m.value / max(m.count, 1)
			say(table, "%s\t", m.share(m.value))
		}
		ours, bypass := values[days.Ours], values[days.Bypass]
		say(table, "%s\t%s\t%s\t\n", signed(ours-values[days.BechSoramaki]), signed(ours-bypass), signed(values[days.Ours+1]-bypass))
	}
	return table.Flush()
}

// meanView adds shares and times up.
type meanView struct {
	count, value, payments, liquidity int64
	delay, wait                       time.Duration
}

func (m *meanView) add(f figuresView) {
	m.count++
	m.value += f.share
	m.liquidity += f.used
	m.payments += int64(f.Settled) * 10_000 / int64(max(f.Count, 1))
	m.delay += f.delay
	m.wait += f.wait
}

// share is a mean share as a percentage; sum is in hundredths of a per cent.
func (m *meanView) share(sum int64) string { return percent(sum / max(m.count, 1)) }

func (m *meanView) time(sum time.Duration) string {
	return (sum / time.Duration(max(m.count, 1))).Round(time.Second).String()
}

func percent(hundredths int64) string {
	return fmt.Sprintf("%d.%02d %%", hundredths/100, hundredths%100)
}

func signed(hundredths int64) string {
	if hundredths < 0 {
		return "-" + percent(-hundredths)
	}
	return "+" + percent(hundredths)
}
