package store

import (
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
)

// A list only ever grows at its end, by items of one width. Full rows of it stand
// in a bucket of their own and are never written again; the row that is not full
// yet, the tail, stands in a bucket with those of all lists, so that a commit that
// adds a little to many lists writes few pages.
type listKind struct {
	bucket []byte
	tail   byte // what its tails' keys begin with
	width  int  // of an item, bytes
	perRow uint64
}

// Rows have up to a kilobyte: larger ones make tails dear, smaller ones keys. Four rows
// of hashes fill a page, seven of numbers.
var (
	listHashes   = listKind{bucketHashes, 'h', 32, 30}
	listBranches = listKind{bucketBranches, 'b', 32, 30}
	listParties  = listKind{bucketParties, 'p', 8, 64}
	listMails    = listKind{bucketMails, 'm', 8, 64}
)

// listID names one list: its kind and whose it is; 0: everybody's.
type listID struct {
	kind  *listKind
	party settlement.ParticipantID
}

func (id listID) rowKey(row uint64) []byte { return key3264(uint32(id.party), row) }

func (id listID) tailKey() []byte {
	return binary.BigEndian.AppendUint32([]byte{id.kind.tail}, uint32(id.party))
}

// list is one that is being written.
type list struct {
	listID
	size uint64
	full [][]byte // rows that have filled up since the last flush
	tail []byte
}

// openList finds where a list ends.
func openList(tx *bbolt.Tx, id listID) (*list, error) {
	size, tail, err := id.end(tx)
	if err != nil {
		return nil, err
	}
	return &list{listID: id, size: size, tail: append(make([]byte, 0, id.rowSize()), tail...)}, nil
}

func (id listID) rowSize() int { return id.kind.width * int(id.kind.perRow) } //nolint:gosec // a constant

// end is how many items a list has, and those of its last row that is not full.
func (id listID) end(tx *bbolt.Tx) (size uint64, tail []byte, err error) {
	value, err := get(tx, bucketTails, id.tailKey())
	if value == nil || err != nil {
		return 0, nil, err
	}
	if len(value) < 8 || uint64(len(value)-8) != number64(value)%id.kind.perRow*uint64(id.kind.width) { //nolint:gosec // not negative
		return 0, nil, corrupt("%s/%x is no end of a list", bucketTails, id.tailKey())
	}
	return number64(value), value[8:], nil
}

// item reads one item; it is a window on the file.
func (id listID) item(tx *bbolt.Tx, index uint64) ([]byte, error) {
	row, err := id.row(tx, index/id.kind.perRow)
	if err != nil {
		return nil, err
	}
	width := id.kind.width
	at := int(index%id.kind.perRow) * width //nolint:gosec // less than a row
	if len(row) < at+width {
		return nil, corrupt("the list %s of participant %d lacks item %d", id.kind.bucket, id.party, index)
	}
	return row[at : at+width], nil
}

// row reads the items of one row, those of the tail included; none behind the end.
func (id listID) row(tx *bbolt.Tx, row uint64) ([]byte, error) {
	full, err := get(tx, id.kind.bucket, id.rowKey(row))
	if full != nil || err != nil {
		return full, err
	}
	size, tail, err := id.end(tx)
	if err != nil || size/id.kind.perRow != row {
		return nil, err
	}
	return tail, nil
}

// from reads up to most items from an index on.
func (id listID) from(tx *bbolt.Tx, index uint64, most int) (items [][]byte, err error) {
	width := id.kind.width
	for len(items) < most {
		row, err := id.row(tx, index/id.kind.perRow)
		if err != nil {
			return nil, err
		}
		at := int(index%id.kind.perRow) * width //nolint:gosec // less than a row
		if len(row) < at+width {
			break
		}
		for ; len(row) >= at+width && len(items) < most; at += width {
			items = append(items, row[at:at+width])
			index++
		}
	}
	return items, nil
}

// add appends an item.
func (l *list) add(item []byte) {
	l.tail = append(l.tail, item...)
	if l.size++; l.size%l.kind.perRow == 0 {
		l.full, l.tail = append(l.full, l.tail), make([]byte, 0, l.rowSize())
	}
}

// flush writes what was added.
func (l *list) flush(c *commit) error {
	row := l.size/l.kind.perRow - uint64(len(l.full))
	for i, full := range l.full {
		if err := c.keep(l.kind.bucket, l.rowKey(row+uint64(i)), full); err != nil {
			return err
		}
	}
	l.full = nil
	return c.keep(bucketTails, l.tailKey(), append(key64(l.size), l.tail...))
}

// growth is what the commits of one process append to: lists and trees whose ends
// they know. After a transaction that failed it is forgotten.
type growth struct {
	lists   map[listID]*list
	trees   map[listID]*growingTree
	touched map[*list]bool // by the transaction under way
}

func newGrowth() *growth {
	return &growth{lists: map[listID]*list{}, trees: map[listID]*growingTree{}, touched: map[*list]bool{}}
}

func (c *commit) list(id listID) (*list, error) {
	g := c.books.growth
	l := g.lists[id]
	if l == nil {
		var err error
		if l, err = openList(c.tx, id); err != nil {
			return nil, fmt.Errorf("open list %s of participant %d: %w", id.kind.bucket, id.party, err)
		}
		g.lists[id] = l
	}
	g.touched[l] = true
	return l, nil
}

// tree is the one whose hashes are that list; so many records are in it.
func (c *commit) tree(id listID, size uint64) (*growingTree, error) {
	hashes, err := c.list(id)
	if err != nil {
		return nil, err
	}
	t := c.books.growth.trees[id]
	if t == nil {
		if t, err = openTree(c.tx, hashes, size); err != nil {
			return nil, err
		}
		c.books.growth.trees[id] = t
	}
	if t.size != size {
		return nil, corrupt("the Merkle tree %s of participant %d has %d leaves, not %d", id.kind.bucket, id.party, t.size, size)
	}
	return t, nil
}

// flush writes the lists that the transaction has touched.
func (c *commit) flush() error {
	g := c.books.growth
	for l := range g.touched {
		if err := l.flush(c); err != nil {
			return err
		}
	}
	clear(g.touched)
	return nil
}
