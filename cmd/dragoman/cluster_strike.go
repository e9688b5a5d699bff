package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// clusterStrike is one thing that is done to a cluster, and undone after a while.
type clusterStrike struct {
	name string
	do   func(ctx context.Context, r *clusterRun, random *rand.Rand) error
}

// Times of strikes.
const (
	strikeHold  = 2500 * time.Millisecond // how long something stays broken: longer than a leader may be silent
	strikeSlow  = 150 * time.Millisecond  // of a slow link
	strikeBreak = 500 * time.Millisecond  // between two
	strikeAlive = 45 * time.Second        // within which the cluster takes payments again
)

// clusterStrikes are all of them; every round goes through them in an order of its own.
func clusterStrikes() []clusterStrike {
	return []clusterStrike{
		{"the leading gateway killed", strikeLeader},
		{"a log server killed", func(ctx context.Context, r *clusterRun, random *rand.Rand) error {
			l := r.rig.logs[random.IntN(len(r.rig.logs))]
			l.kill()
			pause(ctx, strikeHold)
			return l.start(ctx)
		}},
		{"the leading gateway cut off both ways", func(ctx context.Context, r *clusterRun, _ *rand.Rand) error { return r.cutLeader(ctx, true) }},
		{"a gateway stopped for a while", func(ctx context.Context, r *clusterRun, random *rand.Rand) error {
			return r.rig.nodes[random.IntN(len(r.rig.nodes))].standStill(ctx, strikeHold)
		}},
		{"a log server cut off both ways", func(ctx context.Context, r *clusterRun, random *rand.Rand) error {
			return r.cutLog(ctx, random, true)
		}},
		{"a gateway killed and its books lost", strikeBooks},
		{"the leading gateway cut off one way", func(ctx context.Context, r *clusterRun, _ *rand.Rand) error { return r.cutLeader(ctx, false) }},
		{"a log server stopped for a while", func(ctx context.Context, r *clusterRun, random *rand.Rand) error {
			l := r.rig.logs[random.IntN(len(r.rig.logs))]
			if err := l.signal(syscall.SIGSTOP); err != nil {
				return err
			}
			pause(ctx, strikeHold)
			return l.signal(syscall.SIGCONT)
		}},
		{"a log server cut off one way", func(ctx context.Context, r *clusterRun, random *rand.Rand) error {
			return r.cutLog(ctx, random, false)
		}},
		{"slow links", func(ctx context.Context, r *clusterRun, random *rand.Rand) error {
			for _, l := range r.rig.links {
				if random.IntN(2) == 0 {
					l.delay.Store(int64(strikeSlow))
				}
			}
			pause(ctx, strikeHold)
			return nil
		}},
		{"everything killed", strikeAll},
	}
}

// strike goes through strikes, each in time, and sees to it that the cluster recovers.
func (r *clusterRun) strike(ctx context.Context, random *rand.Rand) error {
	all := clusterStrikes()
	var order []int
	for n := range r.settings.strikes {
		if n%len(all) == 0 {
			order = random.Perm(len(all))
		}
		s := all[order[n%len(all)]]
		pause(ctx, strikeBreak)
		begun := time.Now()
		if err := s.do(ctx, r, random); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		r.rig.heal()
		if err := r.alive(ctx); err != nil {
			return fmt.Errorf("after %q: %w", s.name, err)
		}
		r.mu.Lock()
		r.strikes[s.name]++
		acked := r.acked
		r.mu.Unlock()
		r.progress("strike %d of %d: %s; payments are taken and one leads again %.1f s after it began; %d acknowledged so far", n+1, r.settings.strikes, s.name, time.Since(begun).Seconds(), acked)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (r *clusterRun) progress(format string, args ...any) {
	say(r.std.err, "%6.1f s  %s\n", time.Since(r.began).Seconds(), fmt.Sprintf(format, args...))
}

// alive waits until payments are acknowledged and a gateway leads.
func (r *clusterRun) alive(ctx context.Context) error {
	r.mu.Lock()
	before := r.acked
	r.mu.Unlock()
	for deadline := time.Now().Add(strikeAlive); ; pause(ctx, retryAfter) {
		r.mu.Lock()
		more := r.acked > before+len(r.banks)
		r.mu.Unlock()
		if more && r.rig.leader(ctx) >= 0 {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no payment is taken or nobody leads %s later", strikeAlive)
		}
	}
}

// strikeLeader kills the gateway that leads, and measures when another one does.
func strikeLeader(ctx context.Context, r *clusterRun, _ *rand.Rand) error {
	led := r.rig.leader(ctx)
	if led < 0 {
		return fmt.Errorf("nobody leads")
	}
	r.rig.nodes[led].kill()
	r.replaced(ctx, led)
	return r.rig.startNode(ctx, r.rig.nodes[led])
}

// replaced measures until another gateway leads.
func (r *clusterRun) replaced(ctx context.Context, led int) {
	begun := time.Now()
	for ; time.Since(begun) < strikeAlive && ctx.Err() == nil; pause(ctx, retryAfter) {
		if now := r.rig.leader(ctx); now >= 0 && now != led {
			r.mu.Lock()
			r.takeovers = append(r.takeovers, time.Since(begun))
			r.mu.Unlock()
			return
		}
	}
	r.fault("nobody leads %s after the leader was gone", strikeAlive)
}

// strikeBooks kills a gateway and takes its books away: it begins with what the leader
// shares, or with the log.
func strikeBooks(ctx context.Context, r *clusterRun, random *rand.Rand) error {
	n := random.IntN(len(r.rig.nodes))
	r.rig.nodes[n].kill()
	if err := os.Remove(filepath.Join(r.rig.folder, nodeName(n), "books.db")); err != nil {
		return err
	}
	return r.rig.startNode(ctx, r.rig.nodes[n])
}

func strikeAll(ctx context.Context, r *clusterRun, _ *rand.Rand) error {
	for _, n := range r.rig.nodes {
		n.kill()
	}
	for _, l := range r.rig.logs {
		l.kill()
	}
	return r.rig.start(ctx)
}

// cutLeader cuts the gateway that leads off from all servers; one way: what it says does
// not come through, and it hears everything.
func (r *clusterRun) cutLeader(ctx context.Context, both bool) error {
	led := r.rig.leader(ctx)
	if led < 0 {
		return fmt.Errorf("nobody leads")
	}
	for i := range r.rig.logs {
		r.rig.cut(nodeName(led), logName(i), both)
	}
	r.replaced(ctx, led)
	return nil
}

// cutLog cuts a log server off from the other servers.
func (r *clusterRun) cutLog(ctx context.Context, random *rand.Rand, both bool) error {
	n := random.IntN(len(r.rig.logs))
	for i := range r.rig.logs {
		if i != n {
			r.rig.cut(logName(n), logName(i), both)
		}
	}
	pause(ctx, strikeHold)
	return nil
}
