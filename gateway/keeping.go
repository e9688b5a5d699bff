package gateway

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"dragoman/settlement"
	"dragoman/store"
)

// Keeping says how much of its past a node keeps: verified snapshots of its books, and the
// log behind them.
type Keeping struct {
	// A snapshot is taken after so many groups of the log, or so much of its time,
	// whatever comes first; 0: not for that.
	Groups uint64
	Every  time.Duration
	// Kept is how many of the newest are kept, minSnapshots at least.
	Kept int
	// Log is for how long the log is kept in any case; 0: for ever. Then it is trimmed
	// to the newest snapshot that is older, and not among the last but Kept.
	Log time.Duration
}

// minSnapshots are kept at least: should one come to harm there is another.
const minSnapshots = 2

func (k Keeping) on() bool { return k.Groups > 0 || k.Every > 0 }

// retain decides which snapshots are dropped, and which one the log is trimmed to; 0: it is
// not. Between that one and the newest some stay, so that there is one to trim to later.
func (k Keeping) retain(all []Snapshot, now time.Time) (trimTo uint64, drop []Snapshot) {
	newest := len(all) - max(k.Kept, minSnapshots)
	if newest < 0 {
		return 0, nil
	}
	if k.Log == 0 {
		return 0, all[:newest]
	}
	first := 0
	for i := range all[:newest+1] {
		if now.Sub(all[i].Time) >= k.Log {
			first, trimTo = i, all[i].Groups
		}
	}
	drop = append(drop, all[:first]...)
	last := all[first].Time
	for _, s := range all[min(first+1, newest):newest] {
		if s.Time.Sub(last) < k.Log/2 {
			drop = append(drop, s)
			continue
		}
		last = s.Time
	}
	return trimTo, drop
}

// Bounds of keeping.
const (
	keepLook  = time.Second
	keepAgain = time.Minute // after a failure
	// keepRest is how long the work on a snapshot rests, for each unit of time that it
	// has worked: so much of the machine is left to those who wait for it.
	keepRest    = 3
	maxKeepRest = time.Second
	// keepSync is after how many bytes a copy is written to the disk, so that the log
	// does not wait behind all of it at once.
	keepSync = 16 << 20
)

// kept is what a node knows of its snapshots.
type kept struct {
	last    atomic.Pointer[Snapshot]
	unsound atomic.Pointer[error] // why the last one could not be verified
	// step is for tests alone: it may break off the work between two steps, as a kill
	// would.
	step func(string) error
}

func (k *kept) reached(step string) error {
	if k.step == nil {
		return nil
	}
	return k.step(step)
}

func (k *kept) unready() []string {
	if why := k.unsound.Load(); why != nil {
		return []string{fmt.Sprintf("a snapshot of the books is not what the log gives: %v; look with 'dragoman audit', then start again with --rebuild", *why)}
	}
	return nil
}

// keep takes snapshots and trims the log until ctx ends.
func (n *Node) keep(ctx context.Context, k Keeping) {
	n.also(n.kept.unready)
	look := time.NewTimer(0) // what is due is due at once, however short its lives are
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		look.Reset(keepLook)
		if n.blocked() != nil { // whoever sees to it may need all that there is
			continue
		}
		if err := n.keepOnce(ctx, k); err != nil && ctx.Err() == nil {
			n.log.Warn("snapshots: it is tried again in a minute", zap.Error(err))
			look.Reset(keepAgain)
		}
	}
}

// keepOnce does what is due.
func (n *Node) keepOnce(ctx context.Context, k Keeping) error {
	all, err := n.ownSnapshots()
	if err != nil {
		return err
	}
	due, err := n.snapshotDue(k, all)
	if err != nil {
		return err
	}
	if due {
		s, err := n.takeSnapshot(ctx)
		if err != nil {
			return err
		}
		all = append(all, s)
	}
	if len(all) > 0 {
		n.kept.last.Store(&all[len(all)-1])
	}
	return n.retain(ctx, k, all)
}

// ownSnapshots are those of this log: what others there are, of books that went another
// way, is put aside.
func (n *Node) ownSnapshots() (own []Snapshot, err error) {
	all, err := Snapshots(n.folder)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		state, err := s.state()
		if err == nil {
			err = n.stood(state)
		}
		if err == nil {
			own = append(own, s)
			continue
		}
		n.log.Error("snapshots: one is not of these books and is put aside", zap.Uint64("group", s.Groups), zap.Error(err))
		if err := s.aside(n.folder); err != nil {
			return nil, err
		}
	}
	return own, nil
}

// stood tells that the books of this node stood there once.
func (n *Node) stood(s store.State) error {
	g, ok, err := n.Books.Group(s.Sequence)
	switch {
	case err != nil:
		return err
	case !ok || g.LogHash != s.LogHash || g.Digest != s.Digest:
		return fmt.Errorf("%w: the books never stood where it stands, at group %d", ErrUnsound, s.Sequence)
	}
	return nil
}

func (n *Node) snapshotDue(k Keeping, all []Snapshot) (bool, error) {
	state := n.Books.State()
	if state.Sequence == 0 {
		return false, nil
	}
	last := Snapshot{}
	if len(all) > 0 {
		last = all[len(all)-1]
	} else {
		g, _, err := n.Books.Group(1)
		if err != nil {
			return false, err
		}
		last.Time = timeOf(g.Booked)
	}
	long := k.Every > 0 && state.Booked >= settlement.Moment(last.Time.Add(k.Every).UnixNano()) && state.Sequence > last.Groups
	return long || k.Groups > 0 && state.Sequence >= last.Groups+k.Groups, nil
}

// takeSnapshot copies the books and verifies the copy.
func (n *Node) takeSnapshot(ctx context.Context) (s Snapshot, err error) {
	folder := filepath.Join(n.folder, snapshotsName)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return s, err
	}
	if err := errors.Join(syncFolder(n.folder), sweepSnapshots(n.folder)); err != nil {
		return s, err
	}
	path := filepath.Join(folder, unverified)
	if err := n.copyBooks(ctx, path); err != nil {
		return s, err
	}
	if err := n.kept.reached("copied"); err != nil {
		return s, err
	}
	if s, err = n.verify(ctx, path); err != nil {
		if errors.Is(err, ErrUnsound) {
			n.kept.unsound.Store(&err)
		}
		return s, err
	}
	n.kept.unsound.Store(nil)
	if err := n.kept.reached("verified"); err != nil {
		return s, err
	}
	if err := errors.Join(os.Rename(path, keptPath(n.folder, keptBooks, s.Groups)), syncFolder(folder)); err != nil {
		return s, err
	}
	if err := n.kept.reached("named"); err != nil {
		return s, err
	}
	s.Verified = n.clock().UTC()
	if err := writeJSON(keptPath(n.folder, keptMark, s.Groups), s); err != nil {
		return s, err
	}
	n.log.Info("snapshots: one is taken and verified", zap.Uint64("group", s.Groups), zap.Int64("bytes", s.Bytes), zap.String("digest", s.Digest))
	return s, n.kept.reached("described")
}

// copyBooks copies the books as they stand. Other copies wait meanwhile, and no longer:
// verifying it takes its time.
func (n *Node) copyBooks(ctx context.Context, path string) error {
	if err := n.alone(ctx); err != nil {
		return err
	}
	defer func() { <-n.copying }()
	if err := n.room(n.Books.Size()); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // in the folder of the snapshots
	if err != nil {
		return fmt.Errorf("copy the books: %w", err)
	}
	err = n.Books.CopyTo(ctx, &syncing{file: f})
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("copy the books: %w", err)
	}
	return nil
}

// syncing writes to the disk as it goes.
type syncing struct {
	file *os.File
	open int
}

func (s *syncing) Write(b []byte) (int, error) {
	n, err := s.file.Write(b)
	if s.open += n; err == nil && s.open >= keepSync {
		s.open, err = 0, s.file.Sync()
	}
	return n, err
}

// verify opens a copy of the books, audits it as a whole, and holds where it stands against
// the books and the log. The error wraps ErrUnsound if it is not what it must be.
func (n *Node) verify(ctx context.Context, path string) (s Snapshot, err error) {
	g := newGentle(ctx)
	state, findings, err := audited(ctx, path, func(uint64, uint64) { g.rest() })
	switch {
	case errors.Is(err, store.ErrCorrupt):
		return s, fmt.Errorf("%w: %w", ErrUnsound, err)
	case err != nil:
		return s, err
	case len(findings) > 0:
		return s, fmt.Errorf("%w: the audit has %d findings, the first: %s", ErrUnsound, len(findings), findings[0])
	}
	if err := n.stood(state); err != nil {
		return s, err
	}
	if _, err := fits(ctx, n.orders.stream, state); err != nil {
		return s, err
	}
	s = snapshotOf(state)
	s.Bytes, s.SHA256, err = sumOf(ctx, path)
	return s, err
}

// audited opens books that nobody changes, and audits them.
func audited(ctx context.Context, path string, progress func(done, of uint64)) (state store.State, findings []string, err error) {
	books, err := store.OpenReadOnly(path)
	if err != nil {
		return state, nil, err
	}
	defer books.Close() //nolint:errcheck // only read
	if err := books.Check(); err != nil {
		return state, nil, err
	}
	report, err := Audit(ctx, books, progress)
	return books.State(), report.Findings, err
}

// gentle is work that rests most of the time.
type gentle struct {
	ctx   context.Context //nolint:containedctx // it lives as long as the work
	since time.Time
}

func newGentle(ctx context.Context) *gentle { return &gentle{ctx, time.Now()} }

func (g *gentle) rest() {
	pause := time.NewTimer(min(keepRest*time.Since(g.since), maxKeepRest))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-g.ctx.Done():
	}
	g.since = time.Now()
}

// Write rests, for work that writes.
func (g *gentle) Write(b []byte) (int, error) {
	g.rest()
	return len(b), g.ctx.Err()
}
