package evidence

import (
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// A proof for many records of one log at once. The tree of the log (RFC 6962,
// section 2.1) is walked from the root down. Where nothing below is exported, its
// hash is in the proof; where something is, the walk goes on below; a record
// exported gives its own hash. So the root can be computed again from the records
// and the proof, in one pass and with little memory. For records that follow each
// other without a gap the proof has at most two hashes for each level: that is what
// makes completeness of a range cheap. One record alone makes the usual inclusion
// proof.
//
// So that a difference can be named, the hash of every whole block of 256 records
// that holds exported ones is in the proof as well, before what is below it: if the
// block gives another hash, the fault is in the block; if the root fits with the
// blocks' own hashes, it is nowhere else.

// blockLevel is the level of the subtrees whose hashes help to name a difference.
const blockLevel = 8

// step is one element of a proof.
type step struct {
	block bool
	hash  tlog.Hash
}

// positions hands over, one by one and ascending, the places of the exported
// records in their log; false: there are no more.
type positions func() (uint64, bool, error)

// prover writes a proof while it walks the tree.
type prover struct {
	hashes tlog.HashReader
	next   positions
	emit   func(step) error
	at     uint64 // next exported record
	left   bool   // there is one
}

// prove writes the proof for records of a log of so many.
func prove(size uint64, hashes tlog.HashReader, next positions, emit func(step) error) error {
	p := &prover{hashes: hashes, next: next, emit: emit}
	if err := p.advance(); err != nil || size == 0 {
		return err
	}
	return p.walk(0, size)
}

func (p *prover) advance() (err error) {
	before, had := p.at, p.left
	p.at, p.left, err = p.next()
	if err == nil && p.left && had && p.at <= before {
		err = fmt.Errorf("record %d is exported behind record %d", p.at, before)
	}
	return err
}

// walk proves the records from lo up to before hi, a node of the tree.
func (p *prover) walk(lo, hi uint64) error {
	switch {
	case !p.left || p.at >= hi:
		hash, err := p.node(lo, hi)
		if err != nil {
			return err
		}
		return p.emit(step{false, hash})
	case hi-lo == 1:
		return p.advance()
	}
	if isBlock(lo, hi) {
		hash, err := p.node(lo, hi)
		if err != nil {
			return err
		}
		if err := p.emit(step{true, hash}); err != nil {
			return err
		}
	}
	middle := lo + split(hi-lo)
	if err := p.walk(lo, middle); err != nil {
		return err
	}
	return p.walk(middle, hi)
}

// isBlock tells whether a node is a whole block.
func isBlock(lo, hi uint64) bool { return hi-lo == 1<<blockLevel && lo%(1<<blockLevel) == 0 }

// split is how many records stand on the left below a node: the largest power of
// two that leaves at least one for the right.
func split(n uint64) uint64 { return 1 << (bits.Len64(n-1) - 1) }

// node is the hash of a node of the tree, from the stored hashes of the whole
// subtrees below it.
func (p *prover) node(lo, hi uint64) (tlog.Hash, error) {
	var indexes []int64
	for at := lo; at < hi; {
		level := bits.Len64(hi-at) - 1
		indexes = append(indexes, tlog.StoredHashIndex(level, int64(at>>level))) //nolint:gosec // far below 2^63
		at += 1 << level
	}
	hashes, err := p.hashes.ReadHashes(indexes)
	if err != nil {
		return tlog.Hash{}, err
	}
	hash := hashes[len(hashes)-1]
	for i := len(hashes) - 2; i >= 0; i-- {
		hash = tlog.NodeHash(hashes[i], hash)
	}
	return hash, nil
}

// leaves hands over the exported records: their places and hashes.
type leaves func() (position uint64, hash tlog.Hash, ok bool, err error)

// steps hands over the elements of a proof.
type steps func() (step, error)

// checker computes the root from records and proof.
type checker struct {
	record leaves
	proof  steps
	at     uint64
	hash   tlog.Hash
	left   bool
	// differs is told of blocks whose records give another hash.
	differs func(lo, hi uint64)
}

var errProofShort = errors.New("the proof ends too early or has a hash where none belongs")

// compute is the root that records and proof give for a log of so many records.
func compute(size uint64, record leaves, proof steps, differs func(lo, hi uint64)) (root tlog.Hash, err error) {
	c := &checker{record: record, proof: proof, differs: differs}
	if err := c.advance(); err != nil {
		return root, err
	}
	if size == 0 {
		root, err = tlog.TreeHash(0, nil)
	} else {
		root, err = c.walk(0, size)
	}
	if err != nil {
		return root, err
	}
	if c.left {
		return root, fmt.Errorf("record %d is not one of the log's %d", c.at, size)
	}
	return root, nil
}

func (c *checker) advance() (err error) {
	c.at, c.hash, c.left, err = c.record()
	return err
}

func (c *checker) take(block bool) (tlog.Hash, error) {
	s, err := c.proof()
	if err != nil {
		return tlog.Hash{}, err
	}
	if s.block != block {
		return tlog.Hash{}, errProofShort
	}
	return s.hash, nil
}

func (c *checker) walk(lo, hi uint64) (tlog.Hash, error) {
	switch {
	case !c.left || c.at >= hi:
		return c.take(false)
	case hi-lo == 1:
		hash := c.hash
		return hash, c.advance()
	}
	if !isBlock(lo, hi) {
		return c.below(lo, hi)
	}
	said, err := c.take(true)
	if err != nil {
		return said, err
	}
	hash, err := c.below(lo, hi)
	if err == nil && hash != said {
		c.differs(lo, hi)
	}
	return said, err // what is above is judged with what the block should be
}

func (c *checker) below(lo, hi uint64) (tlog.Hash, error) {
	middle := lo + split(hi-lo)
	left, err := c.walk(lo, middle)
	if err != nil {
		return left, err
	}
	right, err := c.walk(middle, hi)
	return tlog.NodeHash(left, right), err
}
