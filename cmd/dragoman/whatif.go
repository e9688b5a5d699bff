package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.uber.org/zap"

	"dragoman/configs"
	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

func whatIfCommand() command {
	c := command{
		name: "whatif", usage: "[--data FOLDER | --config FILE | --backup FILE | --as OPERATOR] [--from now|GROUP|TIME] [CHANGE]… [--json]", summary: "play a day again, or on from now, with something changed",
		help: `
Applies the whole log of a gateway that does not run, or that of a backup, twice to
books in a temporary folder: as it was, which must give the gateway's own digest,
and with changes. It compares what settled, how late, and how much liquidity was
used. Nothing of the gateway changes. Without a change both are the same, digest
and all.

With --from it plays on from there instead, to the close of the day: what waits,
with what is expected to come, once as things are and once with changes. Now is
where the books stand; before that it is a group of the log, or a time. With --as,
a gateway that serves plays on from now on a copy of its books, and serves on.

  --balance BANK:CURRENCY:AMOUNT    it held so much more, or less: -AMOUNT
  --line BANK:CURRENCY:AMOUNT       it had this credit line
  --limit BANK:CURRENCY:AMOUNT[:TO] it had this limit to all others, or to one
  --fails BANK                      nothing came from it
  --saving CHOICE, --bypass         payments of all were freed that way
  --at TIME                         all that from then on, not from the beginning
  --since TIME                      payments that came before are not counted
  --expect DATE                     with --from: what came after the same time (UTC)
                                    of that day comes again
  --until TIME                      with --from: up to then, not to the close

Changes may be given more than once. A bank that fails has its payments refused;
what waits stays. Less money is taken as it comes in, and never what is not there.
From a point on, payments that were refused at once, taken back or declined do not
come again, nor returns; whoever must confirm a payment does so at once, unless it
fails; what compliance holds stays held.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		w := whatIf{}
		data := dataFlag(flags)
		backup := flags.String("backup", "", "play the log of the backup `FILE`, and not that of a data folder")
		path := flags.String("config", "", "play the log of the gateway of the configuration `FILE`")
		who := addClientFlags(flags)
		asJSON := who.json
		w.flags(flags)
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		if wrong := w.wrong(*who.as != ""); wrong != "" {
			return c.usagef("%s", wrong)
		}
		if *who.as != "" {
			return w.serving(ctx, who, std)
		}
		scratch, err := os.MkdirTemp("", "dragoman-whatif-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(scratch) //nolint:errcheck // a temporary folder
		folder, servers := *data, gateway.NATSSettings{}
		switch {
		case *backup != "":
			folder = filepath.Join(scratch, "data")
			err = restoreTo(ctx, *backup, folder, std)
		case *path != "":
			var config *configs.Config
			if config, err = configs.Load(*path); err == nil {
				folder, servers = config.Path(config.Node.Data), natsSettings(config)
			}
		}
		if err != nil {
			return err
		}
		if w.from != "" {
			return w.goOn(ctx, servers, folder, scratch, std, *asJSON)
		}
		return w.play(ctx, servers, folder, scratch, std, *asJSON)
	}
	return c
}

// whatIf is what a person wants to know.
type whatIf struct {
	supposed gateway.Supposition
	since    settlement.Moment
	from     string // now, a group or a time; empty: the whole log is played again
	point    gateway.Point
	outlook  gateway.Outlook
}

func (w *whatIf) flags(flags *flag.FlagSet) {
	amount := func(name, usage string, into *[]gateway.SupposedAmount) {
		flags.Func(name, usage, func(text string) error {
			a, err := supposedAmount(text, name)
			*into = append(*into, a)
			return err
		})
	}
	amount("balance", "`BANK:CURRENCY:AMOUNT` that it held more, or less when the amount is below zero", &w.supposed.Balances)
	amount("line", "`BANK:CURRENCY:AMOUNT` of its credit line", &w.supposed.Lines)
	amount("limit", "`BANK:CURRENCY:AMOUNT[:TO]` of its limit to all others, or to one", &w.supposed.Limits)
	flags.Func("fails", "nothing came from the `BANK`", func(text string) error {
		bank, err := messages.ParseBIC(text)
		w.supposed.Failed = append(w.supposed.Failed, bank)
		return err
	})
	flags.Func("saving", "payments of all were freed `together`, in pairs, or alone", func(text string) error {
		if w.supposed.Saving = routing.Saving(text); text != "together" && text != "pairs" && text != "alone" {
			return fmt.Errorf("is none of together, pairs, alone")
		}
		return nil
	})
	flags.BoolVar(&w.supposed.Bypass, "bypass", false, "what could go passed what could not")
	moment := func(name, usage string, into *settlement.Moment) {
		flags.Func(name, usage, func(text string) error {
			t, err := time.Parse(time.RFC3339, text)
			*into = settlement.Moment(t.UnixNano())
			return err
		})
	}
	moment("at", "changes hold from that `TIME` on, as in 2026-11-23T09:00:00Z", &w.supposed.From)
	moment("since", "payments that came before that `TIME` are not counted", &w.since)
	w.continueFlags(flags, moment)
}

// supposedAmount reads BANK:CURRENCY:AMOUNT, of a limit with :TO.
func supposedAmount(text, name string) (a gateway.SupposedAmount, err error) {
	parts := strings.Split(text, ":")
	if len(parts) != 3 && (len(parts) != 4 || name != "limit") {
		return a, fmt.Errorf("is not BANK:CURRENCY:AMOUNT")
	}
	if a.Bank, err = messages.ParseBIC(parts[0]); err != nil {
		return a, err
	}
	if a, err = gateway.ParseSupposed(gateway.WhatIfAmount{Bank: a.Bank, Currency: parts[1], Amount: parts[2]}, name == "balance"); err != nil {
		return a, err
	}
	if len(parts) == 4 {
		a.Towards, err = messages.ParseBIC(parts[3])
	}
	return a, err
}

// whatIfView is the answer as JSON.
type whatIfView struct {
	Groups   uint64               `json:"groups"`
	From     uint64               `json:"from,omitempty"` // behind which the log begins, which is trimmed
	Digest   string               `json:"digest"`
	Replayed string               `json:"replayedDigest"`
	Changed  string               `json:"changedDigest"`
	Same     bool                 `json:"same"` // the change changed nothing
	Was      []gateway.FigureView `json:"asItWas"`
	Is       []gateway.FigureView `json:"changed"`
	Now      int                  `json:"settleOnlyThen"`
	NoLonger int                  `json:"settleNoLonger"`
	Left     []string             `json:"neverThere"`
}

func (w *whatIf) play(ctx context.Context, servers gateway.NATSSettings, folder, scratch string, std streams, asJSON bool) error {
	told := newProgress(std.err, "of the log played")
	r, err := gateway.WhatIf(ctx, servers, folder, scratch, w.supposed, w.since, zap.NewNop(), told.tell)
	told.end()
	if errors.Is(err, store.ErrInUse) {
		return fmt.Errorf("%w; stop the gateway first, or ask of a backup of it with --backup", err)
	}
	if err != nil {
		return err
	}
	v := whatIfView{
		Groups: r.Own.Sequence, From: r.From, Digest: hexOf(r.Own.Digest), Replayed: hexOf(r.AsItWas.Digest), Changed: hexOf(r.Otherwise.Digest),
		Same: r.Otherwise == r.Own, Was: gateway.FiguresOf(r.Was), Is: gateway.FiguresOf(r.Is), Now: len(r.Now), NoLonger: len(r.NoLonger), Left: []string{},
	}
	for _, l := range r.Left {
		m, err := messages.NewMoney(max(l.Amount, -l.Amount), l.Currency)
		if err != nil {
			return err
		}
		v.Left = append(v.Left, fmt.Sprintf("%s %s %s", l.Bank, l.Currency, m.Amount()))
	}
	if asJSON {
		encoder := json.NewEncoder(std.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(v)
	}
	return v.print(std.out)
}

func (v *whatIfView) print(out io.Writer) error {
	say(out, "%d groups replayed as they were: the same digest %s\n", v.Groups, v.Replayed)
	if v.From > 0 {
		say(out, "the log is trimmed: they are those behind group %d, applied to its verified snapshot\n", v.From)
	}
	if v.Same {
		say(out, "and again with nothing changed: the same digest %s\n", v.Changed)
	}
	say(out, "\n")
	if err := tableOfFigures(out, "as it was", v.Was, "changed", v.Is); err != nil {
		return err
	}
	say(out, "\n%d payments settle only with the change, %d no longer\n", v.Now, v.NoLonger)
	for _, l := range v.Left {
		say(out, "%s of what was to be taken away was never there\n", l)
	}
	return nil
}
