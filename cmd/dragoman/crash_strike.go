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
	at   int // messages answered after which it comes
	kind string
}

// Kinds of blows; the report counts them by these words.
const (
	blowKill  = "killed"
	blowPause = "paused"
	blowStop  = "ended in order"
	blowCut   = "power cut"
	blowError = "disk failing"
)

// strike is a blow that was struck.
type strike struct {
	kind    string
	text    string
	rebuilt bool // the books were taken away

	olderBooks, olderLog bool // were put in place
	restarted            bool // it was struck again while it started
	loss                 []powerLoss
}

// strike does to the server what was drawn from the seed: it is killed and started
// again, sometimes killed once more while it starts, sometimes without its books,
// which it must build anew from the log; or it stands still for a while; or it is
// asked to end, and started again; or its disk loses power, or fails.
func (r *crashRun) strike(ctx context.Context) error {
	random := chanceOf(r.settings.seed, 3)
	defer r.letSend(r.settings.blows() + 1)
	for n, b := range r.blows(random) {
		if err := r.reach(ctx, b.at); err != nil {
			return nil //nolint:nilerr // the run has ended
		}
		r.letSend(n + 2)
		pause(ctx, time.Duration(random.Int64N(int64(maxStrikeDelay))))
		done, err := r.hit(ctx, b, random)
		done.text = fmt.Sprintf("blow %d of %d after %d answers: %s", n+1, r.settings.blows(), r.answersSoFar(), done.text)
		if err != nil {
			return fmt.Errorf("%s: %w", done.text, err)
		}
		r.progressLine("%s", done.text)
		r.strikes = append(r.strikes, done)
		if err := r.checkKept(ctx); err != nil {
			return err
		}
	}
	return nil
}

const (
	maxStrikeDelay = 30 * time.Millisecond // behind the answer that is waited for
	startKillOneIn = 5                     // kills that are followed by one during the start
	booksLostOneIn = 7                     // kills after which the books are gone
)

// hit does one thing to the server and says what.
func (r *crashRun) hit(ctx context.Context, b blow, random *rand.Rand) (done strike, err error) {
	done = strike{kind: b.kind, text: b.kind}
	switch b.kind {
	case blowPause:
		done.text = fmt.Sprintf("%s for %s", b.kind, r.settings.pause)
		return done, r.server.standStill(ctx, r.settings.pause)
	case blowStop:
		begun := time.Now()
		if err := r.server.stop(); err != nil {
			return done, err
		}
		done.text += " after " + time.Since(begun).Round(time.Millisecond).String()
		if err := r.keepOlder(); err != nil {
			return done, err
		}
		return done, r.startAgain(ctx, &done)
	case blowCut:
		err = r.power.cutWhileServing(ctx, random, &done)
	case blowError:
		err = r.power.failWhileServing(ctx, random, &done)
	default:
		r.server.kill()
		err = r.putOlder(ctx, random, &done)
	}
	if err == nil && random.IntN(booksLostOneIn) == 0 {
		done.rebuilt = true
		done.text += ", the books deleted"
		err = r.deleteBooks()
	}
	if err == nil && random.IntN(startKillOneIn) == 0 {
		done.restarted = true
		err = r.hitStart(ctx, random, &done)
	}
	if err != nil {
		return done, err
	}
	return done, r.startAgain(ctx, &done)
}

// hitStart strikes once more while the server starts.
func (r *crashRun) hitStart(ctx context.Context, random *rand.Rand, done *strike) error {
	if r.power != nil {
		return r.power.strikeStart(ctx, random, done)
	}
	after := time.Duration(random.Int64N(int64(r.server.lastStart) + 1))
	done.text += fmt.Sprintf(", again into the start after %s", after.Round(time.Millisecond))
	timed, cancel := context.WithTimeout(ctx, after)
	defer cancel()
	return r.server.killWhileStarting(ctx, timed.Done(), func() {})
}

func (r *crashRun) startAgain(ctx context.Context, done *strike) error {
	if err := r.server.start(ctx); ctx.Err() != nil {
		return err
	} else if err != nil {
		return fmt.Errorf("%w: %s, and it does not start: %w", errHalted, done.text, err)
	}
	done.text += fmt.Sprintf("; served again after %s", r.server.lastStart.Round(time.Millisecond))
	return nil
}

// deleteBooks takes the books away, which the log gives again.
func (r *crashRun) deleteBooks() error {
	if r.power != nil {
		return r.power.remove("books.db")
	}
	return os.Remove(filepath.Join(r.folder, "data", "books.db"))
}

// blows is how many there are.
func (s proofSettings) blows() int { return s.kills + s.pauses + s.stops + s.cuts + s.errors }

// blows are drawn over the run, one for as many messages each; pauses, orderly ends and
// what befalls the disk lie among the kills.
func (r *crashRun) blows(random *rand.Rand) []blow {
	all := make([]blow, r.settings.blows())
	for i := range all {
		first, next := r.share(i), r.share(i+1)
		all[i] = blow{first + random.IntN(max(1, next-first)), blowKill}
	}
	order := random.Perm(len(all))
	for _, some := range []struct {
		kind  string
		count int
	}{{blowPause, r.settings.pauses}, {blowStop, r.settings.stops}, {blowCut, r.settings.cuts}, {blowError, r.settings.errors}} {
		for _, i := range order[:some.count] {
			all[i].kind = some.kind
		}
		order = order[some.count:]
	}
	return all
}

// share is how many of the planned messages come before the end of so many shares: one
// for each blow, and one behind the last.
func (r *crashRun) share(shares int) int {
	return len(r.planned) * min(shares, r.settings.blows()+1) / (r.settings.blows() + 1)
}

// letSend lets the banks send that many shares of what they have: so that there is
// something under way at every blow, however quick the gateway is.
func (r *crashRun) letSend(shares int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.allowed = r.share(shares)
	close(r.moved)
	r.moved = make(chan struct{})
}

// maySend waits until the banks may send a message; false: the run has ended.
func (r *crashRun) maySend(ctx context.Context, l *crashLetter) bool {
	return r.until(ctx, func() bool { return l.number < r.allowed }) == nil
}

func (r *crashRun) answersSoFar() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.answered
}

// reach waits until that many of the planned messages have been answered.
func (r *crashRun) reach(ctx context.Context, answers int) error {
	return r.until(ctx, func() bool { return r.answered >= answers })
}

// until waits for something that is so by what the run has seen.
func (r *crashRun) until(ctx context.Context, so func() bool) error {
	for {
		r.mu.Lock()
		done, moved := so(), r.moved
		r.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
