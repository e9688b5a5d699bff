package gateway

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

// regain begins books that are missing, or that were moved aside, with the newest verified
// snapshot that the log goes on from. Without one the log gives all, if it begins with its
// first group.
func (n *Node) regain(ctx context.Context, s *Settings) error {
	path := BooksPath(s.Folder)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	all, err := Snapshots(s.Folder)
	if err != nil || len(all) == 0 {
		return err
	}
	if s.NATS.URL == "" {
		folder := filepath.Join(s.Folder, logName)
		if err := errors.Join(sweepProbes(folder), writeEndAgain(folder)); err != nil {
			return err
		}
	}
	nc, ended, err := connectLog(ctx, s.NATS, s.Folder, s.Log)
	if err != nil {
		return err
	}
	defer ended()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	stream, err := js.Stream(ctx, ordersStream)
	if err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("open the log: %w", err)
	}
	for _, snapshot := range slices.Backward(all) {
		laid, err := n.regainFrom(ctx, s, stream, &snapshot)
		if err != nil || laid {
			return err
		}
	}
	return nil
}

// regainFrom begins with one snapshot. One that is newer than the log is refused, because it shows that
// an older log stands there, unless whoever wants books rebuilt has accepted that.
func (n *Node) regainFrom(ctx context.Context, s *Settings, stream jetstream.Stream, snapshot *Snapshot) (laid bool, err error) {
	state, err := snapshot.state()
	if err == nil && stream != nil {
		if _, err := fits(ctx, stream, state); err != nil {
			if !s.Rebuild {
				return false, err
			}
			n.log.Warn("snapshots: one does not belong to this log and is put aside", zap.Uint64("group", snapshot.Groups), zap.Error(err))
			return false, snapshot.aside(s.Folder)
		}
	}
	if err == nil {
		err = snapshot.copyTo(ctx, s.Folder, BooksPath(s.Folder))
	}
	if errors.Is(err, ErrUnsound) {
		n.log.Error("snapshots: one is damaged, an older one is tried", zap.Uint64("group", snapshot.Groups), zap.Error(err))
		return false, nil
	}
	if err == nil {
		n.log.Info("books: they begin with a verified snapshot", zap.Uint64("group", snapshot.Groups))
	}
	return err == nil, err
}

// errTrimmed refuses books that stand before the beginning of the log.
func errTrimmed(first, applied uint64) error {
	return fmt.Errorf("%w: it begins at group %d, what stood before is trimmed, and the books have applied %d groups; bring back the folder %s of this gateway and start with --rebuild, which begins with a snapshot, or bring back a backup with 'dragoman restore'",
		ErrLog, first, applied, snapshotsName)
}

// begins is the first group of a log from which it can be applied; 1: it is whole.
func (o *Orders) begins(ctx context.Context, folder string) (uint64, error) {
	first, _, err := o.Span(ctx)
	if err != nil {
		return 0, err
	}
	noted, err := TrimmedTo(folder)
	return max(first, noted.First, 1), err
}

// baseOf lays at path the books with which an application of the log up to a group begins:
// nothing for one that is whole, otherwise a snapshot, the oldest or the newest that there
// is. from is the group that they have applied.
func (o *Orders) baseOf(ctx context.Context, folder, path string, upTo uint64, newest bool) (from uint64, err error) {
	first, err := o.begins(ctx, folder)
	if err != nil || first == 1 && !newest {
		return 0, err
	}
	all, err := Snapshots(folder)
	if err != nil {
		return 0, err
	}
	all = slices.DeleteFunc(all, func(s Snapshot) bool { return s.Groups > upTo || first > 1 && s.Groups < first })
	if newest {
		slices.Reverse(all)
	}
	for i := range all {
		if err = all[i].copyTo(ctx, folder, path); !errors.Is(err, ErrUnsound) {
			return all[i].Groups, err
		}
	}
	if first > 1 {
		return 0, errors.Join(fmt.Errorf("%w: it begins at group %d, what stood before is trimmed, and no snapshot in %s reaches from there to group %d; use a backup of that time", ErrLog, first, filepath.Join(folder, snapshotsName), upTo), err)
	}
	return 0, nil
}

// coverOf is the oldest snapshot that covers what was trimmed off the log; nil: nothing was.
func (o *Orders) coverOf(ctx context.Context, folder string, upTo uint64) (*Snapshot, error) {
	first, err := o.begins(ctx, folder)
	if err != nil || first == 1 {
		return nil, err
	}
	all, err := Snapshots(folder)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Groups >= first && all[i].Groups <= upTo {
			return &all[i], nil
		}
	}
	return nil, fmt.Errorf("%w: it begins at group %d, and no snapshot covers what stood before", ErrLog, first)
}
