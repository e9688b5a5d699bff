package gateway

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"dragoman/settlement"
	"dragoman/store"
)

// booksName is the file of the books in a data folder, and logName the folder of
// the log's server.
const (
	booksName = "books.db"
	logName   = "log"
)

// BooksPath is where the books of a data folder are.
func BooksPath(folder string) string { return filepath.Join(folder, booksName) }

// openBooks opens the books and checks them before anything goes on with them.
// With rebuild the file is moved aside first, and the log fills one that begins with a
// snapshot, or empty.
func (n *Node) openBooks(ctx context.Context, s *Settings) (err error) {
	path := BooksPath(s.Folder)
	if err := clearSnapshots(s.Folder); err != nil {
		return err
	}
	if err := n.loadRestored(); err != nil {
		return err
	}
	if s.Rebuild {
		if err := n.setAside(path); err != nil {
			return err
		}
	}
	if err := errors.Join(sweepSnapshots(s.Folder), n.regain(ctx, s)); err != nil {
		return err
	}
	if n.Books, err = store.Open(path); err != nil {
		return err
	}
	if note := n.Books.Note(); note != "" {
		n.log.Warn("books: "+note, zap.String("file", path))
	}
	return nil
}

// loadedLane is the first lane of a node.
type loadedLane struct {
	lane *Lane
	err  error
}

// loadLane checks the books and makes the lane that stands where they stand, while
// the log's server starts: with many payments both take their time, and neither
// needs the other.
func (n *Node) loadLane() <-chan loadedLane {
	loaded := make(chan loadedLane, 1)
	go func() {
		l := loadedLane{err: n.Books.Check()}
		if l.err == nil {
			l.lane, l.err = NewLane(n.Books)
		}
		loaded <- l
	}()
	return loaded
}

// setAside moves damaged books out of the way and keeps them: somebody may want to
// know how they came to harm. How far mailboxes are read stands nowhere else.
func (n *Node) setAside(path string) error {
	n.readers = store.Readers(path)
	aside := fmt.Sprintf("%s.aside-%s", path, n.clock().UTC().Format("20060102T150405.000Z"))
	err := os.Rename(path, aside)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("move the books aside: %w", err)
	}
	n.log.Info("books: moved aside, they are built anew from the log", zap.String("to", aside))
	return nil
}

// wayOut says what to do about books that are damaged or in use.
func wayOut(err error) error {
	if errors.Is(err, store.ErrInUse) {
		return fmt.Errorf("%w; one gateway at a time runs on a data folder: stop that one, or give this one a folder of its own with node.data", err)
	}
	if !errors.Is(err, store.ErrCorrupt) {
		return err
	}
	return fmt.Errorf("%w; 'dragoman serve --rebuild' moves them aside and builds them anew from the log, or bring back a backup with 'dragoman restore'", err)
}

// catchUp waits until the books have applied the log up to a group, and tells now
// and then how far they are.
func (n *Node) catchUp(ctx context.Context, end uint64, progress func(done, of uint64)) error {
	const told = 200 * time.Millisecond
	for progress != nil && n.applied.at() < end && ctx.Err() == nil && n.Failed() == nil {
		waiting, stop := context.WithTimeout(ctx, told)
		n.applied.wait(waiting, end)
		stop()
		progress(n.applied.at(), end)
	}
	return n.WaitFor(ctx, end)
}

// markRead takes over how far mailboxes were read before the books were built
// anew.
func (n *Node) markRead(readers map[settlement.ParticipantID]uint64) {
	for party, upTo := range readers {
		n.Books.Acknowledge(party, upTo)
	}
}
