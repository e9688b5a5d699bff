package store

import (
	"fmt"
	"math/bits"

	"go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
)

// tree is a Merkle tree for reading: its hashes are a list, in the order in which
// tlog stores them.
type tree struct {
	tx *bbolt.Tx
	id listID
}

func globalTree(tx *bbolt.Tx) tree { return tree{tx, listID{&listHashes, 0}} }

func partyTree(tx *bbolt.Tx, party settlement.ParticipantID) tree {
	return tree{tx, listID{&listBranches, party}}
}

// ReadHashes is what tlog asks for.
func (t tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		value, err := t.id.item(t.tx, uint64(index)) //nolint:gosec // indexes are not negative
		if err != nil {
			return nil, fmt.Errorf("%w: the message log lacks hash %d: %w", ErrCorrupt, index, err)
		}
		copy(hashes[i][:], value)
	}
	return hashes, nil
}

// leaf is the hash of the n-th record, as the tree has it.
func (t tree) leaf(n uint64) ([]byte, error) {
	return t.id.item(t.tx, uint64(tlog.StoredHashIndex(0, int64(n)))) //nolint:gosec // far below 2^63
}

// growingTree is a Merkle tree that commits append to. Of its hashes it holds
// those of its largest subtrees, one for each bit of its size, from the lowest
// level up; no other is ever needed again.
type growingTree struct {
	hashes *list
	size   uint64
	peaks  []tlog.Hash // by level; only those of set bits of size count
}

// openTree reads the peaks of a tree of so many records.
func openTree(tx *bbolt.Tx, hashes *list, size uint64) (*growingTree, error) {
	t := &growingTree{hashes: hashes, size: size, peaks: make([]tlog.Hash, bits.Len64(size))}
	stored, end := tree{tx, hashes.listID}, uint64(0)
	for level := len(t.peaks) - 1; level >= 0; level-- {
		if size>>level&1 == 0 {
			continue
		}
		index := tlog.StoredHashIndex(level, int64(end>>level)) //nolint:gosec // far below 2^63
		hash, err := stored.ReadHashes([]int64{index})
		if err != nil {
			return nil, err
		}
		t.peaks[level] = hash[0]
		end += 1 << level
	}
	return t, nil
}

// add appends a record's hash, and those of the subtrees that it completes.
func (t *growingTree) add(leaf tlog.Hash) {
	t.hashes.add(leaf[:])
	level := 0
	for ; t.size>>level&1 == 1; level++ {
		leaf = tlog.NodeHash(t.peaks[level], leaf)
		t.hashes.add(leaf[:])
	}
	if level == len(t.peaks) {
		t.peaks = append(t.peaks, tlog.Hash{})
	}
	t.peaks[level] = leaf
	t.size++
}

// root is the hash of the whole tree.
func (t *growingTree) root() tlog.Hash {
	if t.size == 0 {
		return emptyRoot()
	}
	level := bits.TrailingZeros64(t.size)
	root := t.peaks[level]
	for level++; level < len(t.peaks); level++ {
		if t.size>>level&1 == 1 {
			root = tlog.NodeHash(t.peaks[level], root)
		}
	}
	return root
}

// emptyRoot is that of a log without records.
func emptyRoot() tlog.Hash {
	root, _ := tlog.TreeHash(0, nil) // nothing is read
	return root
}

func treeHead(t tree, size uint64) (Head, error) {
	root, err := tlog.TreeHash(int64(size), t) //nolint:gosec // far below 2^63
	return Head{size, root}, err
}
