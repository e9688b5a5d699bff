package main

import (
	"context"
	"math"
	"time"

	"dragoman/messages"
)

const (
	// lull is how long nothing may happen before waiting payments are lent for again:
	// of what was lent for one, another of a higher priority may have taken a part.
	lull = 3 * time.Second
	// defaultStall is after how many such times what is missing counts as lost.
	defaultStall = 20
)

// awaitAll waits until nothing is outstanding, or nothing happens any more.
func (r *crashRun) awaitAll(ctx context.Context) {
	least := math.MaxInt // that was missing; loans move things and bring nothing closer
	for quiet := 0; ; {
		r.mu.Lock()
		missing, moved := r.outstanding(), r.moved
		if missing-r.loans < least {
			least, quiet = missing-r.loans, 0
		}
		r.finished = missing == 0 || quiet >= r.settings.stall
		finished := r.finished
		r.mu.Unlock()
		if finished {
			if missing > 0 {
				r.fault("nothing has happened for %s and %d answers or payments are missing", time.Duration(r.settings.stall)*lull, missing)
			}
			return
		}
		timer := time.NewTimer(lull)
		select {
		case <-moved:
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
			quiet++
			r.lendAgain()
		}
		timer.Stop()
	}
}

// lendAgain has banks be lent what their payments wait for, unless a loan is under
// way.
func (r *crashRun) lendAgain() {
	type want struct {
		bank   *crashBank
		amount messages.Money
	}
	var wants []want
	r.mu.Lock()
	for _, l := range r.letters {
		for _, p := range l.payments {
			if _, done := p.final(); !done && len(p.statuses) > 0 && r.loans == 0 {
				wants = append(wants, want{l.from, p.amount})
			}
		}
	}
	r.mu.Unlock()
	for _, w := range wants {
		r.lend(w.bank, w.amount)
	}
}

// outstanding counts what must still come.
func (r *crashRun) outstanding() (missing int) {
	for _, l := range r.letters {
		switch {
		case l.kind == kindRepeat || l.dropped:
			continue
		case l.receipts == 0 && !l.refused:
			missing++
		case l.kind == kindRecall && len(l.resolved) == 0:
			missing++
		}
		for _, p := range l.payments {
			final, told := p.final()
			if !told || final.status == "ACSC" && (len(p.arrived) == 0 || p.debited == 0 || p.credited == 0) {
				missing++
			}
		}
	}
	return missing + r.loans
}
