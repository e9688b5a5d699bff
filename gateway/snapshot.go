package gateway

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"dragoman/store"
)

// Long work on the books of a serving node, an audit, a backup or a what-if, is done on a
// copy: a transaction that stays open keeps the file from reusing its pages, and
// it would grow by all that is written meanwhile.

// snapshotNames is what copies of the books are called while they are worked on.
const snapshotNames = "snapshot-*.tmp"

// clearSnapshots removes what a process left that ended in the middle of such work.
func clearSnapshots(folder string) error {
	left, err := filepath.Glob(filepath.Join(folder, snapshotNames))
	if err != nil {
		return err
	}
	for _, path := range left {
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove what an earlier backup or audit left: %w", err)
		}
	}
	return nil
}

// snapshot copies the books as they stand and opens the copy. One at a time: two
// would need the disk twice. Whoever gets it must call the function, which closes
// and removes it.
func (n *Node) snapshot(ctx context.Context) (books *store.Books, done func(), err error) {
	if err := n.alone(ctx); err != nil {
		return nil, nil, err
	}
	path := ""
	done = func() {
		if books != nil {
			_ = books.Close() // only read
		}
		if path != "" {
			if err := os.Remove(path); err != nil {
				n.log.Error("a copy of the books stays behind", zap.Error(err))
			}
		}
		<-n.copying
	}
	defer func() {
		if err != nil {
			done()
			done = nil
		}
	}()
	if err := n.room(n.Books.Size()); err != nil {
		return nil, done, err
	}
	f, err := os.CreateTemp(n.folder, snapshotNames)
	if err != nil {
		return nil, done, fmt.Errorf("copy the books: %w", err)
	}
	path = f.Name()
	err = n.Books.CopyTo(ctx, f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, done, fmt.Errorf("copy the books: %w", err)
	}
	books, err = store.OpenReadOnly(path)
	return books, done, err
}

// copyPatience is how long such work waits for another that has ended for whoever asked
// for it, and still tidies up.
const copyPatience = time.Second

// alone waits until no other such work is under way.
func (n *Node) alone(ctx context.Context) error {
	patience, cancel := context.WithTimeout(ctx, copyPatience)
	defer cancel()
	select {
	case n.copying <- struct{}{}:
		return nil
	case <-patience.Done():
		return refused(problemChange, "another backup, audit or what-if is under way; ask again when it has ended")
	}
}

// room refuses a copy of so many bytes for which there is no room beside what else
// the disk must take.
func (n *Node) room(size uint64) error {
	if free, err := freeSpace(n.folder); err == nil {
		if needed := size + diskNeeded; free < needed {
			return refused(problemChange, "a copy of the books needs %d MiB of free disk and there are %d", needed>>20, free>>20)
		}
	}
	return nil
}
