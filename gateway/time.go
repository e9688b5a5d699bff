package gateway

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"dragoman/settlement"
)

// Engine time moves only by ticks that stand in the log. This file decides when
// one is written, and never what it does.
const (
	// tickEvery is how old engine time may grow under load: the group that is written
	// next brings a tick in front. It costs no write of its own, and periods that
	// begin with an order (the time to confirm) are short by no more than this.
	tickEvery = 200 * time.Millisecond
	// longestTick is how far one tick moves engine time without an operator's entry.
	// What is longer, after a pause, is caught up in steps.
	longestTick = time.Minute
	// tickAgain is how long it is until a tick that could not be written is tried
	// again.
	tickAgain = time.Second
	// maxTicks bounds the ticks of one group: eight hours of a pause.
	maxTicks = 500
	// largestJump is how far the wall clock may move against the monotonic one before
	// somebody must look at it, and how far a door's time may lie from engine time.
	largestJump = 5 * time.Second
)

// Timer is what a node measures time with. It is passed in so that tests can turn
// the hands.
type Timer interface {
	// Elapsed is the monotonic clock: time since some fixed moment.
	Elapsed() time.Duration
	// After fires once when that long has passed; stop forgets it.
	After(d time.Duration) (fires <-chan time.Time, stop func())
}

// systemTimer is the computer's own.
type systemTimer struct{ start time.Time }

// NewTimer is the computer's own clock.
func NewTimer() Timer { return systemTimer{time.Now()} }

func (s systemTimer) Elapsed() time.Duration { return time.Since(s.start) }

func (s systemTimer) After(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTimer(d)
	return t.C, func() { t.Stop() }
}

// Timekeeper writes ticks: in front of a group when engine time has grown old, and
// when nothing else is written, exactly when something is due. Only the leader
// ticks; a node alone is its own.
type Timekeeper struct {
	wall  func() time.Time
	timer Timer
	leads func() bool
	// live tells that somebody writes ticks; nil: this node does, if anybody.
	live func() bool
	// idle is how old engine time may grow while nothing is due; 0: as it likes.
	idle time.Duration
	log  *zap.Logger

	changed chan struct{} // has an entry when the lane has come further

	mu       sync.Mutex
	last     settlement.Moment // of the last tick that was written or applied
	due      settlement.Moment // of the kernel, as applied; 0: nothing is due ever
	accepted int               // entries of operators that accept the clock, as applied
	seen     clocks
	stopped  *jump // why no ticks are written
}

// clocks is both clocks at one moment.
type clocks struct {
	wall    time.Time
	elapsed time.Duration
}

// jump is how far the wall clock moved against the monotonic one, and when.
type jump struct {
	at time.Time
	by time.Duration
}

// NewTimekeeper begins where the books stand: at engine time now. It ticks while leads
// says that this node does.
func NewTimekeeper(now settlement.Moment, wall func() time.Time, timer Timer, leads func() bool, log *zap.Logger) *Timekeeper {
	k := &Timekeeper{wall: wall, timer: timer, leads: leads, log: log, changed: make(chan struct{}, 1), last: now}
	k.seen = clocks{wall(), timer.Elapsed()}
	return k
}

// Applied tells where the kernel stands after a group: its time, when something is
// due next (0: never), and how many entries have accepted the clock.
func (k *Timekeeper) Applied(now, due settlement.Moment, accepted int) {
	k.mu.Lock()
	k.last, k.due = max(k.last, now), due
	if accepted != k.accepted {
		k.accepted, k.stopped = accepted, nil
		k.seen = clocks{k.wall(), k.timer.Elapsed()}
	}
	k.mu.Unlock()
	k.wake()
}

// wake has it look again whether something is due.
func (k *Timekeeper) wake() {
	select {
	case k.changed <- struct{}{}:
	default:
	}
}

// look compares the clocks with how they stood when they were looked at last.
func (k *Timekeeper) look() time.Time {
	now := clocks{k.wall(), k.timer.Elapsed()}
	by := now.wall.Round(0).Sub(k.seen.wall.Round(0)) - (now.elapsed - k.seen.elapsed)
	if by.Abs() > largestJump && k.stopped == nil {
		k.stopped = &jump{now.wall, by}
		k.log.Error("time: the wall clock has jumped; no ticks are written until an operator has accepted it", zap.Duration("by", by))
	}
	k.seen = now
	return now.wall
}

// ticks are those to be written in front of the next group, whose time is at.
// After a pause of many hours time may be behind still: the next group goes on.
func (k *Timekeeper) ticks() (at settlement.Moment, ticks []Order) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.look()
	at = settlement.Moment(now.UnixNano())
	due := k.due != 0 && k.due <= at && k.due > k.last
	if k.stopped != nil || !k.leads() || at <= k.last || !due && at-k.last < settlement.Moment(tickEvery) {
		return at, nil
	}
	ticks, k.last = steps(k.last, at)
	return at, ticks
}

// steps are the ticks that take engine time from one moment to another, as far as
// one group takes it, and the moment that they reach. The first time of all is set
// at once.
func steps(from, to settlement.Moment) (ticks []Order, reached settlement.Moment) {
	for from != 0 && to-from > settlement.Moment(longestTick) && len(ticks) < maxTicks {
		from += settlement.Moment(longestTick)
		ticks = append(ticks, Order{Kind: OrderTick, Received: from})
	}
	if from != 0 && to-from > settlement.Moment(longestTick) {
		return ticks, from
	}
	return append(ticks, Order{Kind: OrderTick, Received: to}), to
}

// run has a tick written whenever something is due, until ctx ends. nudge writes
// a group of whatever ticks there are.
func (k *Timekeeper) run(ctx context.Context, nudge func(context.Context) error) {
	for ctx.Err() == nil {
		wait, some := k.UntilDue()
		if some && wait <= 0 {
			some = false // until the lane has applied it
			if err := nudge(ctx); err != nil && ctx.Err() == nil {
				k.log.Error("time: a tick was not written and is tried again", zap.Error(err))
				wait, some = tickAgain, true
			}
		}
		var fires <-chan time.Time
		stop := func() {}
		if some {
			fires, stop = k.timer.After(wait)
		}
		select {
		case <-ctx.Done():
		case <-fires:
		case <-k.changed:
		}
		stop()
	}
}

// UntilDue is how long it is until something is due; false: nothing will be, or
// no ticks are written.
func (k *Timekeeper) UntilDue() (time.Duration, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	due := k.due
	if next := k.last + settlement.Moment(k.idle); k.idle > 0 && (due == 0 || next < due) {
		due = next
	}
	if due == 0 || k.stopped != nil || !k.leads() {
		return 0, false
	}
	return time.Duration(due - settlement.Moment(k.look().UnixNano())), true
}

// late tells that an order came so long before the group that takes it, or after
// it, that its door's clock or the log cannot be trusted: while ticks are live, a
// door's time is a fact.
func (k *Timekeeper) late(at settlement.Moment, o *Order) bool {
	if k == nil {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	live := k.leads
	if k.live != nil {
		live = k.live
	}
	return k.stopped == nil && live() && !apart(at, k.last) && o.Received != 0 && apart(at, o.Received)
}

// apart tells that two moments are further from each other than clocks that go
// right.
func apart(a, b settlement.Moment) bool { return time.Duration(a-b).Abs() > largestJump }

// Unready says what is wrong with time; none: it goes on.
func (k *Timekeeper) Unready() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.look()
	behind := time.Duration(k.last - settlement.Moment(now.UnixNano()))
	switch {
	case k.stopped != nil:
		return []string{fmt.Sprintf("engine time stands still: the clock jumped by %v at %s; set the clock right, then accept it with an operator's accept-time", k.stopped.by, k.stopped.at.UTC().Format(time.RFC3339))}
	case behind > largestJump:
		return []string{fmt.Sprintf("engine time stands still: the clock is %v behind it, and it never goes back; set the clock right", behind.Round(time.Second))}
	}
	return nil
}

// tick moves engine time, no further at once than a tick may.
func (w *work) tick(to settlement.Moment) {
	if now := w.engine.Now(); now != 0 {
		to = min(max(to, now), now+settlement.Moment(longestTick))
	}
	w.moveTime(to)
}

// due is when something happens next by itself; 0: never.
func (l *Lane) due() settlement.Moment {
	due, _ := l.engine.NextDeadline()
	for _, r := range l.requests {
		if expires := settlement.Moment(r.Expires.UnixNano()); due == 0 || expires < due {
			due = expires
		}
	}
	for _, at := range []settlement.Moment{l.upcoming.at, l.nextClosing().at} {
		if at != 0 && (due == 0 || at < due) {
			due = at
		}
	}
	return due
}
