package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"dragoman/messages"
	"dragoman/messages/codes"
)

func demoCommand() command {
	c := command{
		name: "demo", usage: "[--payments N] [--seed N] [--stay]", summary: "see it work: a gateway, eight banks, three currencies, a crash",
		help: `
Makes a gateway in a temporary folder, runs it as a process of its own and acts
as its eight banks and three issuers over HTTPS with client certificates. Money
is issued; payments are sent, among them repeated, changed, malformed and
unpayable ones; the serving process is killed in the middle and started again.
In the end every mailbox is read, the books are audited and rebuilt from the log.
The exit code is 0 if nothing was lost, doubled or made.`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		payments := flags.Int("payments", 400, "send `N` ordinary payments")
		seed := flags.Uint64("seed", 1, "`NUMBER` that the payments are drawn from")
		stay := flags.Bool("stay", false, "keep serving at the end, until interrupted")
		if _, err := c.parse(flags, args, std); err != nil {
			return err
		}
		folder, err := os.MkdirTemp("", "dragoman-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)                                                                                                                           //nolint:errcheck // a temporary folder
		d := &demo{folder: folder, std: std, random: rand.New(rand.NewPCG(*seed, *seed)), tally: map[string]*tally{}, reasons: map[codes.StatusReason]int{}} //nolint:gosec // a demo wants the same payments again
		return d.run(ctx, *payments, *stay)
	}
	return c
}

// demo is one run of the demonstration.
type demo struct {
	folder string
	std    streams
	random *rand.Rand
	banks  []demoBank
	server *served

	mu      sync.Mutex
	tally   map[string]*tally // by folder of the bank
	reasons map[codes.StatusReason]int
	sent    int
}

type demoBank struct {
	as   string
	name string
	bic  messages.BIC
}

// tally is what one bank saw.
type tally struct{ sent, settled, waiting, rejected, received int }

func (d *demo) step(format string, args ...any) {
	say(d.std.out, "\n» "+format+"\n", args...)
}

func (d *demo) run(ctx context.Context, payments int, stay bool) error {
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
	d.step("A gateway with %d banks and the issuers of digital yuan, baht and dirham, in %s", len(d.banks), d.folder)
	if d.server, err = startServing(ctx, d.folder, os.Stderr); err != nil {
		return err
	}
	defer func() { d.server.kill() }()
	say(d.std.out, "  it serves %s as process %d\n", d.server.url, d.server.command.Process.Pid)
	if err := d.play(ctx, payments); err != nil {
		return err
	}
	if stay {
		d.step("It goes on serving at %s. Try: dragoman accounts --dir %s --server %s --as %s; interrupt to end", d.server.url, d.folder, d.server.url, d.banks[0].as)
		<-ctx.Done()
	}
	return d.finish(context.WithoutCancel(ctx))
}

func (d *demo) play(ctx context.Context, payments int) error {
	if err := d.issue(ctx); err != nil {
		return err
	}
	plan := make([]planned, payments)
	for i := range plan {
		plan[i] = d.draw(i)
	}
	d.step("%d payments in five versions of pacs.008; half way the serving process is killed", payments)
	start := time.Now()
	if err := d.send(ctx, plan[:payments/2], payments/4); err != nil {
		return err
	}
	if err := d.send(ctx, plan[payments/2:], -1); err != nil {
		return err
	}
	say(d.std.out, "  %d acknowledged in %.1f s, the restart included\n", d.sent, time.Since(start).Seconds())
	if err := d.oddities(ctx, plan); err != nil {
		return err
	}
	d.step("Every bank reads its mailbox")
	return d.readAll(ctx)
}

// send sends payments from several banks at once. After killAt acknowledgements
// the server is killed; what was not acknowledged is sent again, byte for byte.
func (d *demo) send(ctx context.Context, plan []planned, killAt int) error {
	for len(plan) > 0 {
		var again []planned
		var mu sync.Mutex
		var sending sync.WaitGroup
		acknowledged := 0
		slots := make(chan struct{}, 16)
		for _, p := range plan {
			slots <- struct{}{}
			sending.Go(func() {
				defer func() { <-slots }()
				_, err := d.post(ctx, p.from.as, p.body)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					again = append(again, p)
					return
				}
				acknowledged++
				d.tally[p.from.as].sent++
				if acknowledged == killAt {
					d.server.kill()
				}
			})
		}
		sending.Wait()
		d.sent += acknowledged
		if len(again) > 0 {
			say(d.std.out, "  process %d was killed; %d payments had been acknowledged, %d had not and are sent again\n", d.server.command.Process.Pid, d.sent, len(again))
			next, err := startServing(ctx, d.folder, os.Stderr)
			if err != nil {
				return err
			}
			d.server = next
			say(d.std.out, "  process %d serves the same books\n", d.server.command.Process.Pid)
		}
		plan, killAt = again, -1
	}
	return nil
}

func (d *demo) post(ctx context.Context, as string, body []byte) ([]byte, error) {
	c, err := d.client(as)
	if err != nil {
		return nil, err
	}
	return c.call(ctx, "POST", "/v1/messages", xmlBody, body, nil)
}

func (d *demo) client(as string) (*client, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.server.clients[as]; c != nil {
		return c, nil
	}
	c, err := openClient(d.folder, as, d.server.url)
	if err == nil {
		d.server.clients[as] = c
	}
	return c, err
}

// readAll empties every mailbox; a mailbox is empty when a fetch brings nothing.
func (d *demo) readAll(ctx context.Context) error {
	var reading sync.WaitGroup
	failures := make([]error, len(d.banks))
	for i, bank := range d.banks {
		reading.Go(func() { failures[i] = d.read(ctx, bank.as) })
	}
	reading.Wait()
	if err := errors.Join(failures...); err != nil {
		return err
	}
	table := tabwriter.NewWriter(d.std.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	say(table, "bank\tsent\tsettled\twaiting\trejected\treceived\t\n")
	for _, bank := range d.banks {
		t := d.tally[bank.as]
		say(table, "%s\t%d\t%d\t%d\t%d\t%d\t\n", bank.name, t.sent, t.settled, t.waiting, t.rejected, t.received)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, reason := range slices.Sorted(maps.Keys(d.reasons)) {
		say(d.std.out, "  rejected %d × %s: %s\n", d.reasons[reason], reason, reason.Meaning())
	}
	return nil
}

func (d *demo) read(ctx context.Context, as string) error {
	c, err := d.client(as)
	if err != nil {
		return err
	}
	for {
		box, err := c.fetch(ctx, 0, "1s")
		if err != nil || len(box) == 0 {
			return err
		}
		for _, m := range box {
			d.count(d.tally[as], []byte(m.Message))
		}
		if err := c.acknowledge(ctx, box); err != nil {
			return err
		}
	}
}

func (d *demo) count(t *tally, raw []byte) {
	m := messages.Read(raw, messages.Options{})
	if messages.KindOf(m.Document().ID) == "pacs.008" {
		t.received++
		return
	}
	v, _ := messages.ViewStatusReport(m)
	for status := range v.Transactions() {
		switch status.Status() {
		case "ACSC":
			t.settled++
		case "PDNG":
			t.waiting++
		case "RJCT":
			t.rejected++
			for reason := range status.Reasons() {
				d.mu.Lock()
				d.reasons[codes.StatusReason(reason.Code())]++
				d.mu.Unlock()
			}
		}
	}
}

// finish stops the server, audits the books and rebuilds them from the log.
func (d *demo) finish(ctx context.Context) error {
	if err := d.server.stop(); err != nil {
		return err
	}
	data := filepath.Join(d.folder, "data")
	d.step("The books are audited")
	if err := audit(data, d.std); err != nil {
		return err
	}
	d.step("The books are rebuilt from the log")
	return replayLog(ctx, data, streams{in: d.std.in, out: d.std.out, err: io.Discard})
}
