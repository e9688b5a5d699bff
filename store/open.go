package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"hash/maphash"
	"io"
	"os"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"dragoman/settlement"
)

// Settings of the file, measured for this load. A commit writes a page in each of
// two dozen places, so small pages write less: 124 KB for one payment alone and 16
// KB for one of 26 together, where pages of 8 KB write 208 and 19; the file is a
// twentieth larger. A large first mapping spares remapping under load.
const (
	pageSize    = 4096
	growBy      = 64 << 20
	firstMapped = 1 << 30
	lockWait    = 2 * time.Second
)

// Open opens the books in a file, or makes empty ones. A file that is cut short,
// or whose first pages are damaged, is refused with ErrCorrupt.
func Open(path string) (*Books, error) { return open(path, false) }

// OpenUnsynced opens books that need not survive the machine: their commits do not
// wait for the disk.
func OpenUnsynced(path string) (*Books, error) {
	b, err := open(path, false)
	if err == nil {
		b.db.Load().NoSync = true
	}
	return b, err
}

// OpenReadOnly opens books that nobody changes meanwhile: those of a gateway
// that is stopped, or a copy.
func OpenReadOnly(path string) (*Books, error) { return open(path, true) }

func open(path string, readOnly bool) (*Books, error) {
	head, err := checkFile(path)
	if err != nil {
		return nil, fmt.Errorf("open books %s: %w", path, err)
	}
	b := &Books{path: path, note: head, uetrs: uetrIndex{seed: maphash.MakeSeed()}, growth: newGrowth()}
	db, err := openFile(path, readOnly)
	if err != nil {
		return nil, err
	}
	b.db.Store(db)
	if !readOnly { // it is ours now, and so is what a compaction left that ended half way
		err = removed(compactPath(path))
	}
	if err = errors.Join(err, b.prepare()); err != nil {
		return nil, errors.Join(fmt.Errorf("open books %s: %w", path, err), db.Close())
	}
	return b, nil
}

// ErrInUse says that another process has the books open.
var ErrInUse = errors.New("another process has them open")

func openFile(path string, readOnly bool) (db *bbolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer rescue(&err)
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout: lockWait, PageSize: pageSize, FreelistType: bbolt.FreelistMapType, InitialMmapSize: firstMapped, ReadOnly: readOnly,
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("open books %s: %w", path, ErrInUse)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("open books %s: %w; the file and its folder must belong to the user that runs dragoman", path, err)
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("open books: there is no file %s", path)
	case err != nil:
		return nil, fmt.Errorf("open books %s: %w: %w", path, ErrCorrupt, err)
	}
	db.AllocSize = growBy
	return db, nil
}

// view reads in one transaction. A damaged page makes bbolt panic, and a page
// that the file no longer has faults the memory: both become ErrCorrupt. A
// transaction that stays open keeps the file from reusing pages, so read must
// not wait for anybody.
func (b *Books) view(read func(*bbolt.Tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer rescue(&err)
	for {
		db := b.db.Load()
		err = db.View(read)
		if !errors.Is(err, berrors.ErrDatabaseNotOpen) || db == b.db.Load() {
			return err
		} // else a compaction has put another file in its place just now
	}
}

// update is view for writing.
func (b *Books) update(write func(*bbolt.Tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer rescue(&err)
	b.writing.Lock()
	defer b.writing.Unlock()
	err = b.db.Load().Update(write)
	b.copy.committed(err == nil)
	return err
}

// rescue turns a panic over damaged pages into an error; a broken invariant of
// the kernel is not its matter.
func rescue(err *error) {
	switch cause := recover().(type) {
	case nil:
	case *settlement.Broken:
		panic(cause)
	case error:
		*err = fmt.Errorf("%w: a page cannot be read: %w", ErrCorrupt, cause)
	default:
		*err = fmt.Errorf("%w: a page cannot be read: %v", ErrCorrupt, cause)
	}
}

// The head of a bbolt file: two pages that take turns, each with a checksum. The
// one with the higher transaction number counts.
const (
	headPages    = 2
	metaSize     = 64 // without page header
	metaMagic    = 0xED0CDAED
	metaRoot     = 16 // offset of the root page
	metaFreelist = 32 // offset of the page of the list of free pages
	metaPages    = 40 // offset of the number of pages in use
	metaTx       = 48 // offset of the transaction number
	metaChecksum = 56
)

// checkFile reads the two heads of a file, compares its length with the pages
// that are in use, and walks the branches of its trees, before anything maps it.
// The note tells of one damaged head: the file then stands where it stood one
// transaction earlier, which is sound.
func checkFile(path string) (note string, err error) {
	f, err := os.Open(path) //nolint:gosec // the caller's own file
	if errors.Is(err, os.ErrNotExist) {
		return "", nil // an empty one will be made
	}
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return "", err
	}
	h, note, err := readHead(f, info.Size())
	if err != nil {
		return "", err
	}
	return note, checkBranches(f, h)
}

// headAt reads one of the two heads; false: it is damaged.
func headAt(f io.ReaderAt, which int64) (head, bool) {
	meta := make([]byte, metaSize)
	if _, err := f.ReadAt(meta, which*pageSize+pageHeader); err != nil {
		return head{}, false
	}
	sum := fnv.New64a()
	_, _ = sum.Write(meta[:metaChecksum])
	number := func(offset int) uint64 { return binary.NativeEndian.Uint64(meta[offset:]) }
	if binary.NativeEndian.Uint32(meta) != metaMagic || number(metaChecksum) != sum.Sum64() {
		return head{}, false
	}
	return head{number(metaRoot), number(metaFreelist), number(metaPages), number(metaTx)}, true
}

// readHead finds the head that counts.
func readHead(f io.ReaderAt, size int64) (h head, note string, err error) {
	sound := 0
	for i := range int64(headPages) {
		one, ok := headAt(f, i)
		if !ok {
			note = fmt.Sprintf("head %d of 2 of the file is damaged; the other is sound", i+1)
			continue
		}
		if sound++; sound == 1 || one.tx > h.tx {
			h = one
		}
	}
	switch {
	case sound == 0:
		return h, "", corrupt("both heads of the file are damaged, or it is no file of books")
	case uint64(size) < h.pages*pageSize: //nolint:gosec // a length
		return h, "", corrupt("the file is cut short: it has %d bytes and its pages need %d", size, h.pages*pageSize)
	}
	return h, note, nil
}

// Size is how many bytes a copy of the books has.
func (b *Books) Size() (size uint64) {
	_ = b.view(func(tx *bbolt.Tx) error {
		size = uint64(tx.Size()) //nolint:gosec // not negative
		return nil
	})
	return size
}

// CopyTo writes the books as they stand to a file. The transaction lasts as long as
// the copy: write to a local disk.
func (b *Books) CopyTo(ctx context.Context, w io.Writer) error {
	return b.view(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(stoppable{ctx, w})
		return err
	})
}

// stoppable stops writing when a context ends.
type stoppable struct {
	ctx context.Context //nolint:containedctx // it lives as long as the call
	w   io.Writer
}

func (s stoppable) Write(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.w.Write(b)
}
