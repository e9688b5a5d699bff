package main

import (
	"context"
	"sync/atomic"
	"time"
)

// benchPace says when the next payment goes out. In a closed loop that is when
// fewer than so many are under way; in an open loop it is at fixed moments, so
// that a slow gateway is not asked less of.
type benchPace struct {
	ledger   *benchLedger
	payments int64
	until    int64 // nanoseconds since the ledger began; 0: without end
	rate     int64
	slots    chan struct{} // closed loop: one for each payment that may go out
	next     atomic.Int64
	finished atomic.Bool // nothing is sent any more
}

func newBenchPace(o benchOptions, l *benchLedger) *benchPace {
	p := &benchPace{ledger: l, payments: int64(o.payments), until: int64(o.duration), rate: int64(o.rate)}
	if p.rate == 0 {
		p.slots = make(chan struct{}, o.inFlight)
		for range o.inFlight {
			p.slots <- struct{}{}
		}
	}
	return p
}

// take waits for the turn of the next payment: its number, and when its latency
// begins. False: there is none any more.
func (p *benchPace) take(ctx context.Context) (n int, from int64, ok bool) {
	if p.rate > 0 {
		return p.scheduled(ctx)
	}
	select {
	case <-p.slots:
	case <-ctx.Done():
		return 0, 0, false
	}
	number, now := p.next.Add(1)-1, p.ledger.since()
	if number >= p.payments || p.until > 0 && now >= p.until {
		p.done() // the next worker wants to know it too
		return 0, 0, false
	}
	return int(number), now, true
}

func (p *benchPace) scheduled(ctx context.Context) (n int, from int64, ok bool) {
	number := p.next.Add(1) - 1
	at := number * int64(time.Second) / p.rate
	if number >= p.payments || p.until > 0 && at >= p.until {
		return 0, 0, false
	}
	if early := time.Duration(at - p.ledger.since()); early > 0 {
		timer := time.NewTimer(early)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return 0, 0, false
		}
	}
	return int(number), at, true
}

// done tells that a payment has its final answer.
func (p *benchPace) done() {
	if p.slots != nil {
		select {
		case p.slots <- struct{}{}:
		default: // an answer too many, which the ledger has noted
		}
	}
}
