package gateway

import (
	"cmp"
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
	"slices"
	"time"

	"dragoman/settlement"
	"dragoman/store"
)

// Verified snapshots are copies of the books in a folder beside them:
//
//	snapshots/books-<group>.db    the books as they stood after that group
//	snapshots/books-<group>.json  a Snapshot: that it was verified, and what it must be
//	snapshots/trimmed.json        a Trimmed: where the log begins
//
// The second is written last, when the copy was opened again, audited as a whole and held
// against the log. A copy without it is none, and is taken away.
const (
	snapshotsName = "snapshots"
	keptBooks     = "books-%020d.db"
	keptMark      = "books-%020d.json"
	trimmedName   = "trimmed.json"
	unverified    = "unverified.tmp"
	asideSuffix   = ".aside"
)

// Snapshot is a verified copy of the books.
type Snapshot struct {
	Groups   uint64    `json:"groups"` // of the log, which it has applied
	Time     time.Time `json:"time"`   // of the last of them
	LogHash  string    `json:"logHash"`
	Before   string    `json:"before"` // the same without the last group
	Digest   string    `json:"digest"` // of the books
	Bytes    int64     `json:"bytes"`
	SHA256   string    `json:"sha256"` // of the file
	Verified time.Time `json:"verified"`
}

// ErrUnsound says that a snapshot is not what was verified.
var ErrUnsound = errors.New("the snapshot is damaged")

// snapshotOf describes books that stand there.
func snapshotOf(s store.State) Snapshot {
	return Snapshot{
		Groups: s.Sequence, Time: time.Unix(0, int64(s.Booked)).UTC(),
		LogHash: hex.EncodeToString(s.LogHash[:]), Before: hex.EncodeToString(s.Before[:]), Digest: hex.EncodeToString(s.Digest[:]),
	}
}

// state is where the books of a snapshot stand, as far as the log is concerned.
func (s *Snapshot) state() (state store.State, err error) {
	state.Sequence, state.Booked = s.Groups, settlement.Moment(s.Time.UnixNano())
	for _, h := range []struct {
		to   []byte
		from string
	}{{state.LogHash[:], s.LogHash}, {state.Before[:], s.Before}, {state.Digest[:], s.Digest}} {
		if n, wrong := hex.Decode(h.to, []byte(h.from)); wrong != nil || n != len(h.to) {
			err = fmt.Errorf("%w: %q in the description of group %d is no hash", ErrUnsound, h.from, s.Groups)
		}
	}
	return state, err
}

// Snapshots are the verified snapshots of a data folder, the oldest first. A description
// that cannot be read is none.
func Snapshots(folder string) (all []Snapshot, err error) {
	found, err := filepath.Glob(filepath.Join(folder, snapshotsName, "books-*.json"))
	if err != nil {
		return nil, err
	}
	for _, path := range found {
		raw, err := os.ReadFile(path) //nolint:gosec // in the folder of the snapshots
		if err != nil {
			return nil, fmt.Errorf("read a snapshot's description: %w", err)
		}
		var s Snapshot
		if json.Unmarshal(raw, &s) == nil && filepath.Base(path) == fmt.Sprintf(keptMark, s.Groups) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b Snapshot) int { return cmp.Compare(a.Groups, b.Groups) })
	return all, nil
}

func keptPath(folder, name string, groups uint64) string {
	return filepath.Join(folder, snapshotsName, fmt.Sprintf(name, groups))
}

// sweepSnapshots takes away what a process left that ended while it made or removed a
// snapshot: whatever has no description.
func sweepSnapshots(folder string) error {
	copies, err := filepath.Glob(filepath.Join(folder, snapshotsName, "books-*.db"))
	if err != nil {
		return err
	}
	left, err := filepath.Glob(filepath.Join(folder, snapshotsName, "*.tmp"))
	if err != nil {
		return err
	}
	begun, err := filepath.Glob(filepath.Join(folder, booksName+".*.tmp"))
	if err != nil {
		return err
	}
	left = append(left, begun...)
	for _, path := range copies {
		mark := path[:len(path)-len(".db")] + ".json"
		if _, err := os.Stat(mark); errors.Is(err, fs.ErrNotExist) {
			left = append(left, path)
		}
	}
	for _, path := range left {
		if err := removed(path); err != nil {
			return fmt.Errorf("take away an unfinished snapshot: %w", err)
		}
	}
	return nil
}

// drop removes a snapshot: the description first.
func (s *Snapshot) drop(folder string) error {
	return errors.Join(removed(keptPath(folder, keptMark, s.Groups)), removed(keptPath(folder, keptBooks, s.Groups)))
}

// aside keeps a snapshot that belongs to another log out of the way.
func (s *Snapshot) aside(folder string) error {
	for _, name := range []string{keptMark, keptBooks} {
		path := keptPath(folder, name, s.Groups)
		if err := os.Rename(path, path+asideSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// writeTo writes the file of a snapshot, held to what was verified.
func (s *Snapshot) writeTo(ctx context.Context, folder string, w io.Writer) error {
	from, err := os.Open(keptPath(folder, keptBooks, s.Groups))
	if err != nil {
		return fmt.Errorf("%w: group %d: %w", ErrUnsound, s.Groups, err)
	}
	defer from.Close() //nolint:errcheck // only read
	sum := sha256.New()
	if _, err := io.Copy(stopping{ctx, io.MultiWriter(w, sum)}, from); err != nil {
		return err
	}
	return s.is(sum.Sum(nil))
}

// copyTo lays a snapshot at a path, whole or not at all.
func (s *Snapshot) copyTo(ctx context.Context, folder, path string) error {
	return writeWhole(path, func(w io.Writer) error { return s.writeTo(ctx, folder, w) })
}

func (s *Snapshot) is(sum []byte) error {
	if hex.EncodeToString(sum) != s.SHA256 {
		return fmt.Errorf("%w: the file of group %d is not the one that was verified", ErrUnsound, s.Groups)
	}
	return nil
}

// stopping writes until a context ends.
type stopping struct {
	ctx context.Context //nolint:containedctx // it lives as long as the copy
	to  io.Writer
}

func (s stopping) Write(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.to.Write(b)
}

// writeWhole writes a file that is there whole, on disk and under its name, or not.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	err = write(f)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, removed(f.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

func writeJSON(path string, v any) error {
	return writeWhole(path, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(v)
	})
}
