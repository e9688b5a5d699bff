package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// blow is one thing that is done to the server.
type blow struct {
	at   int // events after which it comes
	kind string
}

// Kinds of blows; the report counts them by these words.
const (
	blowKill  = "killed"
	blowPause = "paused"
	blowStop  = "ended in order"
)

// strike does to the server what was drawn from the seed: it is killed and started
// again, sometimes killed once more while it starts, sometimes without its books,
// which it must build anew from the log; or it stands still for a while; or it is
// asked to end, and started again.
func (r *crashRun) strike(ctx context.Context) error {
	random := chanceOf(r.settings.seed, 3)
	for n, b := range r.blows(random) {
		if err := r.reach(ctx, b.at); err != nil {
			return nil //nolint:nilerr // the run has ended
		}
		pause(ctx, time.Duration(random.Int64N(int64(maxStrikeDelay))))
		what, err := r.hit(ctx, b, random)
		what = fmt.Sprintf("blow %d of %d after %d events: %s", n+1, r.settings.blows(), r.eventsSoFar(), what)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		r.progressLine("%s", what)
		r.strikes = append(r.strikes, what)
	}
	return nil
}

const (
	maxStrikeDelay  = 30 * time.Millisecond // behind the event that is waited for
	startKillOneIn  = 5                     // kills that are followed by one during the start
	booksLostOneIn  = 7                     // kills after which the books are gone
	eventsPerEach   = 3                     // of a payment, about: receipt, answer, arrival
	notableRebuild  = "the books deleted"
	notableStarting = "again into the start"
)

// hit does one thing to the server and says what.
func (r *crashRun) hit(ctx context.Context, b blow, random *rand.Rand) (what string, err error) {
	what = b.kind
	switch b.kind {
	case blowPause:
		return fmt.Sprintf("%s for %s", what, r.settings.pause), r.server.standStill(ctx, r.settings.pause)
	case blowStop:
		begun := time.Now()
		if err := r.server.stop(); err != nil {
			return what, err
		}
		what += " after " + time.Since(begun).Round(time.Millisecond).String()
	default:
		r.server.kill()
	}
	if b.kind == blowKill && random.IntN(booksLostOneIn) == 0 {
		what += ", " + notableRebuild
		if err := os.Remove(filepath.Join(r.folder, "data", "books.db")); err != nil {
			return what, err
		}
	}
	if b.kind == blowKill && random.IntN(startKillOneIn) == 0 {
		after := time.Duration(random.Int64N(int64(r.server.lastStart) + 1))
		what += fmt.Sprintf(", %s after %s", notableStarting, after.Round(time.Millisecond))
		if err := r.server.killWhileStarting(ctx, after); err != nil {
			return what, err
		}
	}
	if err := r.server.start(ctx); err != nil {
		return what, err
	}
	return fmt.Sprintf("%s; served again after %s", what, r.server.lastStart.Round(time.Millisecond)), nil
}

// blows is how many there are.
func (s proofSettings) blows() int { return s.kills + s.pauses + s.stops }

// blows are drawn over the first nine tenths of the run; pauses and orderly ends lie
// among the kills.
func (r *crashRun) blows(random *rand.Rand) []blow {
	all := make([]blow, r.settings.blows())
	span := r.settings.payments * eventsPerEach * 9 / 10
	for i := range all {
		all[i] = blow{(i*span + random.IntN(span)) / len(all), blowKill}
	}
	for n, i := range random.Perm(len(all))[:r.settings.pauses+r.settings.stops] {
		if all[i].kind = blowStop; n < r.settings.pauses {
			all[i].kind = blowPause
		}
	}
	return all
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
