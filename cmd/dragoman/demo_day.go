package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"dragoman/messages"
)

// planned is one ordinary payment of the demonstration.
type planned struct {
	from demoBank
	id   string
	body []byte
}

// demoVersions are those in which the banks of the demonstration send.
var demoVersions = []string{"pacs.008.001.08", "pacs.008.001.09", "pacs.008.001.10", "pacs.008.001.12", "pacs.008.001.13"}

// draw makes one ordinary payment.
func (d *demo) draw(n int) planned {
	from := d.banks[d.random.IntN(len(d.banks))]
	to := d.banks[d.random.IntN(len(d.banks))]
	for to == from {
		to = d.banks[d.random.IntN(len(d.banks))]
	}
	currency := assets()[d.random.IntN(len(assets()))].code
	id := fmt.Sprintf("DEMO-%06d", n)
	return planned{from, id, d.payment(demoVersions[n%len(demoVersions)], from, to, id, currency, 10_000+d.random.Int64N(2_000_000))}
}

// payment writes a customer credit transfer of so many minor units.
func (d *demo) payment(version string, from, to demoBank, id, currency string, minor int64) []byte {
	body := d.scribe.transfer(version, from, id, []draft{{id: id, uetr: d.scribe.uetr(), amount: money(minor, currency), to: to, agent: to.bic}})
	if m := messages.Read(body, messages.Options{}); !m.Valid() {
		panic(m.Faults()[0].Text) // our own writers write what our own reader takes
	}
	return body
}

// ordinary sends a day's payments from all banks at once. In the middle the
// serving process is killed; what was not acknowledged is sent again.
func (d *demo) ordinary(ctx context.Context, payments int) error {
	plan := make([]planned, payments)
	for i := range plan {
		plan[i] = d.draw(i)
	}
	d.step("%d payments in %d versions of pacs.008; half way the serving process is killed", payments, len(demoVersions))
	start := time.Now()
	show := d.showTable()
	sent, again := d.send(ctx, plan, payments/2)
	killed, missing := sent, len(again)
	old := d.server.command.Process.Pid
	if err := d.restart(ctx); err != nil {
		return err
	}
	more, rest := d.send(ctx, again, -1)
	if len(rest) > 0 {
		return fmt.Errorf("%d payments were not taken by the server that was started again", len(rest))
	}
	for _, p := range plan {
		if _, err := d.told(ctx, p.id, 1); err != nil {
			return err
		}
	}
	show()
	say(d.std.out, "  process %d was killed: %d payments had been acknowledged, %d not; those were sent again to process %d\n", old, killed, missing, d.server.command.Process.Pid)
	say(d.std.out, "  %d acknowledged and answered in %.1f s, the restart included\n", sent+more, time.Since(start).Seconds())
	return nil
}

// demoSenders is how many messages are under way at a time.
const demoSenders = 16

// send sends payments and returns how many were acknowledged, and which were
// not. After so many acknowledgements the server is killed.
func (d *demo) send(ctx context.Context, plan []planned, killAfter int) (acknowledged int, again []planned) {
	var mu sync.Mutex
	var sending sync.WaitGroup
	slots := make(chan struct{}, demoSenders)
	for _, p := range plan {
		slots <- struct{}{}
		sending.Go(func() {
			defer func() { <-slots }()
			_, err := d.post(ctx, p.from, p.body)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				again = append(again, p)
				return
			}
			if acknowledged++; acknowledged == killAfter {
				d.server.kill()
			}
		})
	}
	sending.Wait()
	return acknowledged, again
}

// happening is something that a day brings beside ordinary payments.
type happening struct {
	what string
	do   func(ctx context.Context) (outcome string, err error)
	want string
}

// oddities plays them and compares what comes of each with what must.
func (d *demo) oddities(ctx context.Context) error {
	d.step("What a day brings besides, and what the sender is told")
	for _, h := range slices.Concat(d.mistakes(), d.troubles(), d.afterwards()) {
		outcome, err := h.do(ctx)
		if err != nil && !errors.Is(err, errOutcome) {
			return fmt.Errorf("%s: %w", h.what, err)
		}
		say(d.std.out, "  %-58s %s\n", h.what, outcome)
		if outcome != h.want {
			d.wrong = append(d.wrong, fmt.Sprintf("%s: %q, and must be %q", h.what, outcome, h.want))
		}
	}
	return nil
}

// errOutcome says that an outcome was not reached; the outcome says why.
var errOutcome = errors.New("not as it must be")

// outcome sends a message and waits for so many answers about a payment.
func (d *demo) outcome(ctx context.Context, from demoBank, body []byte, id string, answers int) (string, error) {
	if _, err := d.post(ctx, from, body); err != nil {
		return "", err
	}
	return d.told(ctx, id, answers)
}
