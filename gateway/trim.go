package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

// The log is trimmed behind a verified snapshot: what that has applied is taken off the
// log's beginning, but for the last of it, by which the snapshot is known to belong there.
// That is an entry of the log first; then it is noted beside the snapshots; then it is done,
// and done again at the next start should it not have held.

// TypeTrim is the type of the records of the message log that say that the log was trimmed.
const TypeTrim = "dragoman.trim"

// Trimmed is where the log begins, and by which snapshot that is covered.
type Trimmed struct {
	First    uint64    `json:"first"`    // group of the log
	Snapshot uint64    `json:"snapshot"` // that has applied all up to there
	LogHash  string    `json:"logHash"`
	Digest   string    `json:"digest"`
	At       time.Time `json:"at"`
}

// TrimmedTo tells where the log of a data folder begins as far as that was noted; the zero
// Trimmed: it was never trimmed.
func TrimmedTo(folder string) (t Trimmed, err error) {
	raw, err := os.ReadFile(filepath.Join(folder, snapshotsName, trimmedName)) //nolint:gosec // in the folder of the snapshots
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &t)
	}
	if err != nil {
		return t, fmt.Errorf("read where the log begins: %w", err)
	}
	return t, nil
}

// trimStep bounds the groups that are taken away at once: writing to the log waits
// meanwhile.
const trimStep = 1000

// retain trims the log and drops snapshots as the policy says.
func (n *Node) retain(ctx context.Context, k Keeping, all []Snapshot) error {
	trimTo, drop := k.retain(all, timeOf(n.Books.State().Booked))
	for i := range all {
		if all[i].Groups != trimTo {
			continue
		}
		if err := n.trim(ctx, &all[i]); err != nil {
			return fmt.Errorf("trim the log to group %d: %w", trimTo, err)
		}
	}
	for i := range drop {
		if err := drop[i].drop(n.folder); err != nil {
			return err
		}
		if err := n.kept.reached("dropped"); err != nil {
			return err
		}
	}
	return nil
}

// trim has the log begin with the last group that a snapshot has applied.
func (n *Node) trim(ctx context.Context, s *Snapshot) error {
	first, _, err := n.orders.Span(ctx)
	if err != nil || first >= s.Groups {
		return err
	}
	if err := s.writeTo(ctx, n.folder, newGentle(ctx)); err != nil { // it may have come to harm since
		return errors.Join(err, s.aside(n.folder))
	}
	noted, err := TrimmedTo(n.folder)
	if err != nil {
		return err
	}
	if noted.First < s.Groups {
		if noted, err = n.recordTrim(ctx, s); err != nil {
			return err
		}
	}
	if err := n.purge(ctx, first, noted.First); err != nil {
		return err
	}
	n.log.Info("log: it is trimmed", zap.Uint64("first", noted.First), zap.Uint64("snapshot", noted.Snapshot), zap.Uint64("before", first))
	return n.kept.reached("purged")
}

// recordTrim writes to the log, and beside the snapshots, that it is trimmed.
func (n *Node) recordTrim(ctx context.Context, s *Snapshot) (t Trimmed, err error) {
	t = Trimmed{First: s.Groups, Snapshot: s.Groups, LogHash: s.LogHash, Digest: s.Digest, At: n.clock().UTC()}
	body, err := json.Marshal(t)
	if err != nil {
		return t, err
	}
	place, err := n.Desk.appendRecord(ctx, OrderTrim, Caller{Participant: n.Directory().Self}, body)
	if err != nil {
		return t, err
	}
	if err := n.WaitFor(ctx, place.Sequence); err != nil {
		return t, err
	}
	if err := n.kept.reached("recorded"); err != nil {
		return t, err
	}
	if err := writeJSON(filepath.Join(n.folder, snapshotsName, trimmedName), t); err != nil {
		return t, err
	}
	return t, n.kept.reached("noted")
}

// purge takes groups off the beginning of the log, some at a time. No backup reads them
// meanwhile.
func (n *Node) purge(ctx context.Context, first, upTo uint64) error {
	if err := n.alone(ctx); err != nil {
		return err
	}
	defer func() { <-n.copying }()
	g := newGentle(ctx)
	for first < upTo {
		first = min(first+trimStep, upTo)
		if err := n.orders.stream.Purge(ctx, jetstream.WithPurgeSequence(first)); err != nil {
			return err
		}
		if err := n.kept.reached("some purged"); err != nil {
			return err
		}
		g.rest()
	}
	return nil
}

// Span is where the log begins and ends; nothing: 0.
func (o *Orders) Span(ctx context.Context) (first, last uint64, err error) {
	info, err := o.stream.Info(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("ask the log for its ends: %w", err)
	}
	return info.State.FirstSeq, info.State.LastSeq, nil
}

// sumOf reads a file without haste.
func sumOf(ctx context.Context, path string) (size int64, sum string, err error) {
	f, err := os.Open(path) //nolint:gosec // in the folder of the snapshots
	if err != nil {
		return 0, "", err
	}
	defer f.Close() //nolint:errcheck // only read
	h, g := sha256.New(), newGentle(ctx)
	size, err = io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(h, g)}, struct{ io.Reader }{f}, make([]byte, sumPiece))
	return size, hex.EncodeToString(h.Sum(nil)), err
}

// sumPiece is how much is read between two rests.
const sumPiece = 4 << 20
