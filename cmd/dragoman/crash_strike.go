package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// strike kills the server at points drawn from the seed, in between also while
// it starts, and starts it again.
func (r *crashRun) strike(ctx context.Context) error {
	random := chanceOf(r.settings.seed, 3)
	for n, at := range r.strikePoints(random) {
		if err := r.reach(ctx, at); err != nil {
			return nil //nolint:nilerr // the run has ended
		}
		pause(ctx, time.Duration(random.Int64N(int64(maxStrikeDelay))))
		r.server.kill()
		what := fmt.Sprintf("kill %d of %d after %d events", n+1, r.settings.kills, r.eventsSoFar())
		if random.IntN(startKillOneIn) == 0 {
			after := time.Duration(random.Int64N(int64(r.server.lastStart) + 1))
			if err := r.server.killWhileStarting(ctx, after); err != nil {
				return err
			}
			what += fmt.Sprintf(", and again %s into the start", after.Round(time.Millisecond))
		}
		if err := r.server.start(ctx); err != nil {
			return errors.Join(fmt.Errorf("after kill %d", n+1), err)
		}
		r.progressLine("%s; served again after %s", what, r.server.lastStart.Round(time.Millisecond))
		r.strikes = append(r.strikes, what)
	}
	return nil
}

const (
	maxStrikeDelay = 30 * time.Millisecond // behind the event that is waited for
	startKillOneIn = 5                     // kills that are followed by one during the start
	eventsPerEach  = 3                     // of a payment, about: receipt, answer, arrival
)

// strikePoints are counts of events at which to strike, over the first nine
// tenths of the run.
func (r *crashRun) strikePoints(random *rand.Rand) []int {
	points := make([]int, r.settings.kills)
	span := r.settings.payments * eventsPerEach * 9 / 10
	for i := range points {
		points[i] = (i*span + random.IntN(span)) / max(1, len(points))
	}
	return points
}

func (r *crashRun) eventsSoFar() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.events
}

// reach waits until that many events have been seen.
func (r *crashRun) reach(ctx context.Context, events int) error {
	for {
		r.mu.Lock()
		seen, moved, finished := r.events, r.moved, r.outstanding() == 0
		r.mu.Unlock()
		if seen >= events || finished {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
