package main

import (
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"sync"
	"time"
)

// transfer is one movement of money between two accounts, by their numbers from 0.
type transfer struct {
	name             [16]byte // a UETR's bytes: nothing may be booked under it twice
	debtor, creditor int
	minor            int64
}

// initialMinor is what every account holds at the beginning: enough for every transfer.
const initialMinor = int64(1_000_000_000_000)

// closedLoop lets the workload's clients send one transfer after the other, each when
// the one before was answered, and tells what they saw. book returns when the transfer
// is on disk; it is called by one client at a time for each number.
func closedLoop(ctx context.Context, w Workload, book func(ctx context.Context, client int, t transfer) error) (Figures, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	taken := make([][]time.Duration, w.Clients)
	var clients sync.WaitGroup
	begun := time.Now()
	for client := range w.Clients {
		clients.Go(func() {
			random := mathrand.New(mathrand.NewPCG(uint64(client), 1)) //nolint:gosec // load, no secret
			for sent := begun; sent.Sub(begun) < w.Time && ctx.Err() == nil; {
				if err := book(ctx, client, drawn(random, w.Accounts)); err != nil {
					cancel(err)
					return
				}
				now := time.Now()
				taken[client] = append(taken[client], now.Sub(sent))
				sent = now
			}
		})
	}
	clients.Wait()
	seconds := time.Since(begun).Seconds()
	if err := context.Cause(ctx); err != nil {
		return Figures{}, err
	}
	all := slices.Concat(taken...)
	if len(all) == 0 {
		return Figures{}, fmt.Errorf("no transfer was answered within %v", w.Time)
	}
	slices.Sort(all)
	return Figures{PerSecond: float64(len(all)) / seconds, P50: milliseconds(all[len(all)/2]), P99: milliseconds(all[len(all)*99/100])}, nil
}

// drawn is a transfer between two different accounts, each as likely as any other.
func drawn(random *mathrand.Rand, accounts int) transfer {
	t := transfer{debtor: random.IntN(accounts), minor: 1 + random.Int64N(100_000)}
	t.creditor = (t.debtor + 1 + random.IntN(accounts-1)) % accounts
	_, _ = rand.Read(t.name[:]) // it never fails: crypto/rand
	return t
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
