package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"go.uber.org/zap"

	"dragoman/gateway"
	"dragoman/settlement"
	"dragoman/store"
)

// What becomes of a day from a point on.

// parsePoint reads a place in the log: a group, or a time.
func parsePoint(text string) (p gateway.Point, err error) {
	if p.Group, err = strconv.ParseUint(text, 10, 64); err == nil {
		return p, nil
	}
	if p.Time, err = time.Parse(time.RFC3339, text); err != nil {
		return p, errors.New("is neither the number of a group, nor a time")
	}
	return p, nil
}

// continueFlags are those of a question that goes on from a point.
func (w *whatIf) continueFlags(flags *flag.FlagSet, moment func(name, usage string, into *settlement.Moment)) {
	flags.Func("from", "play on from `POINT`: now, a group of the log, or a time such as 2026-11-23T09:00:00Z", func(text string) (err error) {
		w.from = text
		if text == "now" {
			return nil
		}
		if w.point, err = parsePoint(text); err != nil {
			return fmt.Errorf("%w, nor now", err)
		}
		return nil
	})
	flags.Func("expect", "with --from: what came after the same time of the day `DATE` comes again", func(text string) (err error) {
		w.outlook.Expect, err = time.Parse(time.DateOnly, text)
		return err
	})
	moment("until", "with --from: play on up to that `TIME`, and not to the close of the day", &w.outlook.Until)
}

// wrong is what does not go together; empty: nothing.
func (w *whatIf) wrong(serving bool) string {
	switch {
	case w.from == "" && (!w.outlook.Expect.IsZero() || w.outlook.Until != 0):
		return "--expect and --until need --from"
	case w.from != "" && (w.since != 0 || w.supposed.From != 0):
		return "--at and --since do not go with --from: changes hold from that point on"
	case serving && w.from != "now":
		return "a gateway that serves plays on from now alone: say --from now, or ask of a backup of it with --backup"
	}
	return ""
}

// goOn plays on from a point of a folder's log.
func (w *whatIf) goOn(ctx context.Context, servers gateway.NATSSettings, folder, scratch string, std streams, asJSON bool) error {
	told := newProgress(std.err, "of the time played")
	r, err := gateway.Continue(ctx, servers, folder, scratch, w.point, w.supposed, w.outlook, zap.NewNop(), told.tell)
	told.end()
	if errors.Is(err, store.ErrInUse) {
		return fmt.Errorf("%w; one that serves is asked with --as OPERATOR --from now", err)
	}
	if err != nil {
		return err
	}
	return showContinued(gateway.WhatIfViewOf(&r), std.out, asJSON)
}

// serving has a gateway play on while it serves.
func (w *whatIf) serving(ctx context.Context, who clientFlags, std streams) error {
	c, err := who.open()
	if err != nil {
		return err
	}
	body, err := json.Marshal(gateway.RequestOf(&w.supposed, &w.outlook))
	if err != nil {
		return err
	}
	answer, err := c.stream(ctx, "POST", "/v1/whatif", body)
	if err != nil {
		return err
	}
	defer answer.Close() //nolint:errcheck // only read
	told := newProgress(std.err, "of the time played")
	lines := bufio.NewScanner(answer)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var line gateway.WhatIfLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return fmt.Errorf("the answer cannot be read: %w", err)
		}
		switch {
		case line.Problem != "":
			told.end()
			return errors.New(line.Problem)
		case line.WhatIf != nil:
			told.end()
			return showContinued(*line.WhatIf, std.out, *who.json)
		}
		told.tell(line.Done, line.Of)
	}
	return fmt.Errorf("the answer ended before it said what came of it: %w", orUnexpected(lines.Err()))
}

// showContinued prints what becomes of a day.
func showContinued(v gateway.WhatIfView, out io.Writer, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(v)
	}
	say(out, "behind group %d, %s, to %s: %s open, %d expected\n", v.Groups, v.From.Format(time.RFC3339), v.Until.Format(time.RFC3339), plural(v.Open, "payment"), v.Expected)
	if v.Same {
		say(out, "as it is, and again with nothing changed: the same digest %s\n", v.ChangedDigest)
	}
	say(out, "\n")
	if err := tableOfFigures(out, "as it is", v.AsItIs, "changed", v.Changed); err != nil {
		return err
	}
	say(out, "\n%d payments settle only with the change, %d no longer\n", v.Now, v.NoLonger)
	for _, l := range v.Left {
		say(out, "%s %s %s of what was to be taken away was never there\n", l.Bank, l.Currency, l.Amount)
	}
	return nil
}

// tableOfFigures shows two outcomes of a day beside each other. A currency may have
// payments under one of the two alone.
func tableOfFigures(out io.Writer, first string, was []gateway.FigureView, second string, is []gateway.FigureView) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	say(table, "\t\tpayments\tvalue\tsettled\tvalue settled\tshare\tdelay\twait\tliquidity used\t\n")
	row := func(name string, list []gateway.FigureView) {
		for _, f := range list {
			say(table, "%s\t%s\t%d\t%s\t%d\t%s\t%s %%\t%s\t%s\t%s\t\n", f.Currency, name, f.Count, f.Value, f.Settled, f.SettledValue, f.Share, f.Delay, f.Wait, f.Liquidity)
		}
	}
	row(first, was)
	row(second, is)
	return table.Flush()
}
