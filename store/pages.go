package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// bbolt checks no page but the two heads of its file. Values of the books have
// checksums; what lies between them, the pages of the trees, is checked here. It
// is read with the file, not through a mapping, so that no damage can crash.
//
// A page begins with its number, kind, count of elements and how many further
// pages belong to it. Behind that stand the elements, each with the place of its
// key: of a branch with the page below, of a leaf with the length of its value.
const (
	pageHeader  = 16
	elementSize = 16

	kindBranch   = 0x01
	kindLeaf     = 0x02
	kindFreelist = 0x10

	elementBucket = 1          // flag of a leaf's element: its value is a bucket
	bucketHeader  = 16         // root page and a counter; an inline page follows when the root is 0
	noFreelist    = ^uint64(0) // the head's freelist when none is kept
	manyFree      = 0xFFFF     // count of a freelist whose true length is its first number
	deepest       = 32         // levels of a tree; five hold a billion rows
	branchesLimit = 20_000     // branch pages that a start reads; a few million payments have fewer
	maxPageFaults = 100
	largestPage   = 64 << 20 // of one page with those that belong to it: more than any value
)

// head is what one of the two heads says.
type head struct {
	root, freelist, pages, tx uint64
}

// pages checks the trees of one file.
type pages struct {
	file  io.ReaderAt
	head  head
	whole bool // read leaves, too, and account for every page
	seen  []bool
	// unread are the leaves that were not read: how many pages belong to them is
	// not known.
	unread []bool
	read   int // branch pages
	// progress is told how many pages were read.
	progress func(pages uint64)
	done     uint64
	faults   []error
}

func (p *pages) fault(format string, args ...any) {
	if len(p.faults) < maxPageFaults {
		p.faults = append(p.faults, corrupt(format, args...))
	}
}

// checkBranches walks the branch pages of all trees, so that a damaged one can
// not lead a reader in circles, and reads the list of free pages.
func checkBranches(file io.ReaderAt, h head) error {
	p := &pages{file: file, head: h, seen: make([]bool, h.pages), unread: make([]bool, h.pages)}
	p.tree(h.root, "the list of buckets", nil, nil, true, 0)
	if p.read <= branchesLimit { // else not all pages in use are known
		p.checkFree()
	}
	return errors.Join(p.faults...)
}

// leafUnread notes that a page is in use without reading it.
func (p *pages) leafUnread(n uint64, of string) {
	switch {
	case n < headPages || n >= p.head.pages:
		p.fault("%s names page %d of %d", of, n, p.head.pages)
	case p.seen[n]:
		p.fault("page %d of %s is in use twice", n, of)
	default:
		p.seen[n], p.unread[n] = true, true
	}
}

// checkFree compares the list of free pages with those in use as far as they are
// known: the first commit would write over a page that is listed by mistake.
func (p *pages) checkFree() {
	free := p.free()
	used, reaches := uint64(0), uint64(0) // the last leaf not read, and up to where it reaches
	for n := uint64(headPages); n < p.head.pages; n++ {
		switch {
		case p.seen[n] && free[n]:
			p.fault("page %d is in use and free", n)
		case p.unread[n]:
			used, reaches = n, 0
		case p.seen[n]:
			used = 0 // the pages that belong to it are known
		case free[n] && used > 0:
			if reaches == 0 {
				reaches = used + p.more(used)
			}
			if n <= reaches {
				p.fault("page %d belongs to page %d and is free", n, used)
			}
		}
	}
}

// more is how many pages belong to a page besides itself.
func (p *pages) more(n uint64) uint64 {
	header := make([]byte, pageHeader)
	if _, err := p.file.ReadAt(header, int64(n)*pageSize); err != nil { //nolint:gosec // below the length of a file
		p.fault("page %d cannot be read: %v", n, err)
	}
	return uint64(binary.NativeEndian.Uint32(header[12:]))
}

// checkPages reads every page of the file: each must be reached once, or be free.
func checkPages(file io.ReaderAt, h head, progress func(pages uint64)) []error {
	p := &pages{file: file, head: h, seen: make([]bool, h.pages), whole: true, progress: progress}
	p.tree(h.root, "the list of buckets", nil, nil, true, 0)
	free := p.free()
	for n := uint64(headPages); n < h.pages; n++ {
		switch {
		case p.seen[n] && free[n]:
			p.fault("page %d is in use and free", n)
		case !p.seen[n] && !free[n] && h.freelist != noFreelist:
			p.fault("page %d is neither in use nor free", n)
		}
	}
	return p.faults
}

// page reads a page with those that belong to it; nil: it is not what it must be.
func (p *pages) page(n uint64, of string) []byte {
	if n < headPages || n >= p.head.pages {
		p.fault("%s names page %d of %d", of, n, p.head.pages)
		return nil
	}
	first := make([]byte, pageSize)
	if _, err := p.file.ReadAt(first, int64(n)*pageSize); err != nil { //nolint:gosec // below the length of a file
		p.fault("page %d of %s cannot be read: %v", n, of, err)
		return nil
	}
	more := uint64(binary.NativeEndian.Uint32(first[12:]))
	if id := binary.NativeEndian.Uint64(first); id != n || n+more >= p.head.pages || more*pageSize > largestPage {
		p.fault("page %d of %s says it is page %d with %d more", n, of, id, more)
		return nil
	}
	for k := n; k <= n+more; k++ {
		if p.seen[k] {
			p.fault("page %d of %s is in use twice", k, of)
			return nil
		}
		p.seen[k] = true
	}
	p.done += more + 1
	if p.progress != nil {
		p.progress(p.done)
	}
	if more == 0 || !p.whole {
		return first
	}
	all := make([]byte, (more+1)*pageSize)
	if _, err := p.file.ReadAt(all, int64(n)*pageSize); err != nil { //nolint:gosec // below the length of a file
		p.fault("page %d of %s cannot be read: %v", n, of, err)
		return nil
	}
	return all
}

// tree walks a tree from a page down. Its keys must grow, the first
// being lowest, all below highest; nil is no bound. It returns the kind of the page.
func (p *pages) tree(n uint64, of string, lowest, highest []byte, buckets bool, depth int) (kind uint16) {
	if depth > deepest {
		p.fault("%s is deeper than %d pages", of, deepest)
		return 0
	}
	page := p.page(n, of)
	if page == nil {
		return 0
	}
	kind = binary.NativeEndian.Uint16(page[8:])
	switch kind {
	case kindBranch:
		p.branch(page, n, of, lowest, highest, buckets, depth)
	case kindLeaf:
		if p.whole || buckets {
			p.leaf(page, n, of, lowest, highest, buckets)
		}
	default:
		p.fault("page %d of %s is of kind %d, neither branch nor leaf", n, of, kind)
	}
	return kind
}

// element is one row of a page.
type element struct {
	flags      uint32
	key, value []byte
	below      uint64
}

// elements reads the rows of a page; false: they do not lie within it.
func (p *pages) elements(page []byte, n uint64, of string, branch bool) ([]element, bool) {
	count := int(binary.NativeEndian.Uint16(page[10:]))
	all, next := make([]element, 0, count), uint64(pageHeader+count*elementSize)
	for i := range count {
		at := pageHeader + i*elementSize
		if at+elementSize > len(page) {
			p.fault("page %d of %s has no room for its %d rows", n, of, count)
			return nil, false
		}
		row, e := page[at:at+elementSize], element{}
		var position, keySize, valueSize uint64
		if branch {
			position, keySize = uint64(binary.NativeEndian.Uint32(row)), uint64(binary.NativeEndian.Uint32(row[4:]))
			e.below = binary.NativeEndian.Uint64(row[8:])
		} else {
			e.flags, position = binary.NativeEndian.Uint32(row), uint64(binary.NativeEndian.Uint32(row[4:]))
			keySize, valueSize = uint64(binary.NativeEndian.Uint32(row[8:])), uint64(binary.NativeEndian.Uint32(row[12:]))
		}
		from := uint64(at) + position
		if from != next || from+keySize+valueSize > uint64(len(page)) {
			p.fault("row %d of page %d of %s does not lie where it must", i, n, of)
			return nil, false
		}
		next = from + keySize + valueSize
		e.key, e.value = page[from:from+keySize], page[from+keySize:from+keySize+valueSize]
		all = append(all, e)
	}
	return all, true
}

// ordered tells whether keys grow, from the one that the page above names.
func (p *pages) ordered(rows []element, n uint64, of string, lowest, highest []byte) {
	for i := range rows {
		switch {
		case i > 0 && bytes.Compare(rows[i-1].key, rows[i].key) >= 0:
			p.fault("row %d of page %d of %s is out of order: %x after %x", i, n, of, rows[i].key, rows[i-1].key)
		case i == 0 && lowest != nil && !bytes.Equal(rows[i].key, lowest), highest != nil && bytes.Compare(rows[i].key, highest) >= 0:
			p.fault("row %d of page %d of %s does not belong there: %x", i, n, of, rows[i].key)
		}
	}
}

func (p *pages) branch(page []byte, n uint64, of string, lowest, highest []byte, buckets bool, depth int) {
	if p.read++; !p.whole && p.read > branchesLimit {
		return
	}
	rows, ok := p.elements(page, n, of, true)
	if !ok {
		return
	}
	if len(rows) == 0 {
		p.fault("page %d of %s is a branch with nothing below", n, of)
	}
	p.ordered(rows, n, of, lowest, highest)
	leaves := false
	for i := range rows {
		next := highest
		if i+1 < len(rows) {
			next = rows[i+1].key
		}
		if leaves && !p.whole && !buckets {
			// All pages of a level are of one kind: the first was a leaf.
			p.leafUnread(rows[i].below, of)
			continue
		}
		leaves = p.tree(rows[i].below, of, rows[i].key, next, buckets, depth+1) == kindLeaf
	}
}

func (p *pages) leaf(page []byte, n uint64, of string, lowest, highest []byte, buckets bool) {
	rows, ok := p.elements(page, n, of, false)
	if !ok {
		return
	}
	p.ordered(rows, n, of, lowest, highest)
	for i := range rows {
		switch isBucket := rows[i].flags&elementBucket != 0; {
		case isBucket != buckets || rows[i].flags&^elementBucket != 0:
			p.fault("row %d of page %d of %s has flags %d", i, n, of, rows[i].flags)
		case isBucket:
			p.bucket(rows[i], n)
		}
	}
}

// bucket walks the tree of a bucket, or the one page that lies in its row.
func (p *pages) bucket(row element, n uint64) {
	name := string(row.key)
	if !slices.ContainsFunc(buckets(), func(b []byte) bool { return string(b) == name }) {
		p.fault("page %d lists a bucket %q, which is none of ours", n, name)
		return
	}
	if len(row.value) < bucketHeader {
		p.fault("the row of bucket %s is too short", name)
		return
	}
	if root := binary.NativeEndian.Uint64(row.value); root != 0 {
		if len(row.value) != bucketHeader {
			p.fault("the row of bucket %s has %d bytes, not %d", name, len(row.value), bucketHeader)
		}
		p.tree(root, name, nil, nil, false, 0)
		return
	}
	inline := row.value[bucketHeader:]
	if len(inline) < pageHeader || binary.NativeEndian.Uint16(inline[8:]) != kindLeaf {
		p.fault("bucket %s has neither a page of its own nor a leaf in its row", name)
		return
	}
	end := pageHeader
	if rows, ok := p.elements(inline, n, name, false); ok {
		for i := range rows {
			end += elementSize + len(rows[i].key) + len(rows[i].value)
		}
	}
	if end != len(inline) {
		p.fault("the row of bucket %s has %d bytes, not %d", name, len(inline), end)
	}
	p.leaf(inline, n, name, nil, nil, false)
}

// free reads the list of free pages.
func (p *pages) free() []bool {
	free := make([]bool, p.head.pages)
	if p.head.freelist == noFreelist {
		return free
	}
	whole := p.whole
	p.whole = true // all pages of the list
	page := p.page(p.head.freelist, "the list of free pages")
	p.whole = whole
	if page == nil {
		return free
	}
	if kind := binary.NativeEndian.Uint16(page[8:]); kind != kindFreelist {
		p.fault("page %d, the list of free pages, is of kind %d", p.head.freelist, kind)
		return free
	}
	at, count := uint64(pageHeader), uint64(binary.NativeEndian.Uint16(page[10:]))
	if count == manyFree {
		count, at = binary.NativeEndian.Uint64(page[at:]), at+8
	}
	if count > (uint64(len(page))-at)/8 {
		p.fault("the list of free pages has no room for %d", count)
		return free
	}
	last := uint64(0)
	for i := range count {
		n := binary.NativeEndian.Uint64(page[at+8*i:])
		if n < headPages || n >= p.head.pages || i > 0 && n <= last {
			p.fault("the list of free pages names page %d behind %d", n, last)
			continue
		}
		free[n], last = true, n
	}
	return free
}
