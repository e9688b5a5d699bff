package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
)

// A compaction writes the books to a new file, page by page full, while they are read
// and written, and puts it in the place of the old one. It copies the rows in the order
// of their keys, in short transactions: one that lasted would keep the old file from
// reusing pages. What commits change meanwhile behind the row that the copy has come to
// is copied again, until so little is left that the commits can wait for it.
//
// Until the new file is named like the books, the old one is the books, and complete; from
// then on the new one is. A process that ends half way leaves a file that the next start
// removes.

// Compacting says how far a compaction is.
type Compacting struct {
	Done, Of uint64 // rows; more may come meanwhile
	Held     bool   // commits wait from now on; false again: they go on
}

// Bounds of a compaction.
const (
	// copyBytes is how much is read in one transaction and written in one.
	copyBytes = 4 << 20
	// syncBytes is after how much the new file is synced, so that commits never wait for
	// the disk to take all of it.
	syncBytes = 64 << 20
	// fewChanges is how many rows the commits wait for.
	fewChanges = 500
	// mostRounds bounds how often changes are copied again: with more commits than the
	// copy can follow it is better given up.
	mostRounds = 200
)

func compactPath(path string) string { return path + ".compact" }

// copying is what a compaction must know of the commits.
type copying struct {
	pending []rowKey // of the transaction under way

	mu      sync.Mutex
	order   map[string]int // of the buckets
	bucket  int            // which bucket is being copied
	reached []byte         // last key of it that is copied; nil: none
	reading bool           // rows behind that are being read
	dirty   map[rowKey]bool
}

// rowKey is one row of the file.
type rowKey struct{ bucket, key string }

func newCopying() *copying {
	c := &copying{order: map[string]int{}, dirty: map[rowKey]bool{}}
	for i, name := range buckets() {
		c.order[string(name)] = i
	}
	return c
}

// changed notes a row of the transaction under way.
func (c *copying) changed(bucket, key []byte) {
	if c != nil {
		c.pending = append(c.pending, rowKey{string(bucket), string(key)})
	}
}

// committed takes over what a transaction has changed. It is asked behind the
// transaction: what was read before that is old.
func (c *copying) committed(ok bool) {
	if c == nil {
		return
	}
	if ok {
		c.mu.Lock()
		for _, row := range c.pending {
			if c.passed(row) {
				c.dirty[row] = true
			}
		}
		c.mu.Unlock()
	}
	c.pending = c.pending[:0]
}

// passed tells whether a row may have been copied: the copy comes to the others.
func (c *copying) passed(row rowKey) bool {
	switch at := c.order[row.bucket]; {
	case at != c.bucket:
		return at < c.bucket
	case c.reading:
		return true
	}
	return c.reached != nil && row.key <= string(c.reached)
}

// take hands over the rows that have changed, in the order of the file.
func (c *copying) take() []rowKey {
	c.mu.Lock()
	defer c.mu.Unlock()
	rows := slices.SortedFunc(maps.Keys(c.dirty), func(a, b rowKey) int {
		if a.bucket != b.bucket {
			return bytes.Compare([]byte(a.bucket), []byte(b.bucket))
		}
		return bytes.Compare([]byte(a.key), []byte(b.key))
	})
	clear(c.dirty)
	return rows
}

// ErrCompacting says that a compaction is under way already.
var ErrCompacting = errors.New("the books are being compacted already")

// Compact writes the books to a new file and goes on with that. It finds damage: a value
// whose checksum does not fit ends it, and the books stay as they are. tell, which may be
// nil, is told how far it is, and must not wait.
func (b *Books) Compact(ctx context.Context, tell func(Compacting)) error {
	return b.compact(ctx, tell, copyBytes)
}

func (b *Books) compact(ctx context.Context, tell func(Compacting), chunk int) (err error) {
	c := &compaction{books: b, ctx: ctx, tell: tell, copying: newCopying(), chunk: chunk}
	b.writing.Lock()
	busy := b.copy != nil
	if !busy {
		b.copy = c.copying
	}
	b.writing.Unlock()
	if busy {
		return ErrCompacting
	}
	defer func() {
		b.writing.Lock()
		b.copy = nil
		b.writing.Unlock()
	}()
	if err := removed(compactPath(b.path)); err != nil {
		return err
	}
	if c.to, err = openFile(compactPath(b.path), false); err != nil {
		return fmt.Errorf("compact the books: %w", err)
	}
	c.to.NoSync = true
	old := b.db.Load()
	if err = c.run(); err != nil && !c.swapped {
		return errors.Join(fmt.Errorf("compact the books: %w", err), c.to.Close(), removed(compactPath(b.path)))
	}
	return errors.Join(err, old.Close()) // it waits for those who still read it
}

// compaction is one that is under way.
type compaction struct {
	*copying
	books   *Books
	ctx     context.Context //nolint:containedctx // it lives as long as the call
	to      *bbolt.DB
	tell    func(Compacting)
	at      Compacting
	chunk   int  // bytes that are read in one transaction
	written int  // bytes since the last sync
	swapped bool // the new file is the books
}

func (c *compaction) run() error {
	for _, step := range []func() error{c.begin, c.rows, c.changes, c.swap} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (c *compaction) begin() error {
	s := c.books.State()
	for _, all := range spans(&Group{}, &s) {
		c.at.Of += all.end - all.first
	}
	return c.to.Update(func(tx *bbolt.Tx) error {
		for _, name := range buckets() {
			if _, err := tx.CreateBucket(name); err != nil {
				return fmt.Errorf("make bucket %s: %w", name, err)
			}
		}
		return nil
	})
}

func (c *compaction) told() {
	c.at.Of = max(c.at.Of, c.at.Done)
	if c.tell != nil {
		c.tell(c.at)
	}
}

// copiedRow is a row on its way; without a value it is taken out.
type copiedRow struct {
	rowKey
	sealed []byte
}

// rows copies every bucket once.
func (c *compaction) rows() error {
	for _, bucket := range buckets() {
		for {
			rows, err := c.read(bucket)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			if err := c.write(rows); err != nil {
				return err
			}
		}
		c.mu.Lock()
		c.bucket, c.reached, c.reading = c.bucket+1, nil, false
		c.mu.Unlock()
	}
	return nil
}

// read reads the next rows of a bucket. Commits that end from now on may not be in what
// it reads: until it is known how far that reaches, all that they change counts as
// passed. At the end of a bucket that stays so.
func (c *compaction) read(bucket []byte) (rows []copiedRow, err error) {
	c.mu.Lock()
	c.reading = true
	reached := c.reached
	c.mu.Unlock()
	err = c.books.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucket).Cursor()
		key, sealed := cursor.First()
		if reached != nil {
			if key, sealed = cursor.Seek(reached); bytes.Equal(key, reached) {
				key, sealed = cursor.Next()
			}
		}
		for size := 0; key != nil && size < c.chunk; key, sealed = cursor.Next() {
			if _, err := unseal(bucket, key, sealed); err != nil {
				return err
			}
			rows = append(rows, copiedRow{rowKey{string(bucket), string(key)}, bytes.Clone(sealed)})
			size += len(key) + len(sealed)
		}
		return nil
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	c.mu.Lock()
	c.reached, c.reading = []byte(rows[len(rows)-1].key), false
	c.mu.Unlock()
	c.at.Done += uint64(len(rows))
	c.told()
	return rows, nil
}

// write writes rows to the new file.
func (c *compaction) write(rows []copiedRow) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	err := c.to.Update(func(tx *bbolt.Tx) error {
		for i := range rows {
			bucket, key := tx.Bucket([]byte(rows[i].bucket)), []byte(rows[i].key)
			bucket.FillPercent = 1
			if rows[i].sealed == nil {
				if err := bucket.Delete(key); err != nil {
					return err
				}
				continue
			}
			if err := bucket.Put(key, rows[i].sealed); err != nil {
				return err
			}
			c.written += len(key) + len(rows[i].sealed)
		}
		return nil
	})
	if err == nil && c.written > syncBytes {
		c.written, err = 0, c.to.Sync()
	}
	return err
}

// changes copies what has changed meanwhile, until that is little.
func (c *compaction) changes() error {
	for range mostRounds {
		rows := c.take()
		if err := c.again(rows); err != nil {
			return err
		}
		if err := c.to.Sync(); err != nil {
			return err
		}
		if len(rows) <= fewChanges {
			return nil
		}
	}
	return errors.New("the books change faster than they can be copied; compact them when there is less to do")
}

// again copies rows as they stand now.
func (c *compaction) again(changed []rowKey) error {
	for part := range slices.Chunk(changed, fewChanges) {
		rows := make([]copiedRow, len(part))
		err := c.books.view(func(tx *bbolt.Tx) error {
			for i, row := range part {
				sealed := tx.Bucket([]byte(row.bucket)).Get([]byte(row.key))
				rows[i] = copiedRow{row, bytes.Clone(sealed)}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := c.write(rows); err != nil {
			return err
		}
	}
	return nil
}

// swap copies the last changes while commits wait, and puts the new file in the place of
// the old one. Behind the renaming it must succeed.
func (c *compaction) swap() error {
	b := c.books
	b.writing.Lock()
	defer b.writing.Unlock()
	c.at.Held = true
	c.told()
	defer func() { c.at.Held = false; c.told() }()
	err := errors.Join(c.again(c.take()), c.to.Sync(), c.same())
	if err == nil {
		err = os.Rename(compactPath(b.path), b.path)
	}
	if err != nil {
		return err
	}
	c.to.NoSync = b.db.Load().NoSync
	b.db.Store(c.to)
	c.swapped = true
	return syncFolder(filepath.Dir(b.path))
}

// same makes sure that both files stand at the same place.
func (c *compaction) same() error {
	var old, state State
	read := func(s *State) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) (err error) { *s, err = stateIn(tx); return err }
	}
	if err := errors.Join(c.books.view(read(&old)), c.to.View(read(&state))); err != nil {
		return err
	}
	if state != old {
		return corrupt("the copy stands at group %d but the books at group %d", state.Sequence, old.Sequence)
	}
	return nil
}

// syncFolder has the names in a folder written to the disk.
func syncFolder(folder string) error {
	f, err := os.Open(folder) //nolint:gosec // that of the books
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// removed is os.Remove for what may be gone already.
func removed(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) { //nolint:gosec // the file of books, as the operator named it
		return err
	}
	return nil
}
