package settlement

import (
	"iter"
	"math/bits"
)

// Index finds the numbers that are filed under a key, which is a digest or the
// beginning of one. It is meant for millions: an entry costs about 20 bytes,
// because it keeps 64 bits of the key and nothing else. What it finds are
// therefore candidates: the caller compares them with what the books hold. The
// zero Index is empty and ready.
//
// It is cut into segments by the first byte of the key, each a table of its own,
// so that growing never costs more than a small fraction of the whole.
type Index struct {
	segments [indexSegments]indexSegment
	count    int
}

const (
	indexSegments = 256
	// A table is filled up to fullOf and then grows by a quarter.
	fullNumerator, fullDenominator = 4, 5
	smallestTable                  = 8
	// unevenness is by which part of it a segment has more than its share, as a rule.
	unevenness = 32
	// tail is how far behind its last home a table reaches at first, so that a probe
	// never wraps around and equal keys stay in the order in which they came.
	tail = 16
)

// indexSegment is one table with open addressing. The home of a key is where it
// would lie if all keys were spread evenly; from there it is searched forward up
// to the first free slot. Slots with number 0 are free: nothing is numbered 0.
type indexSegment struct {
	slots []indexSlot
	homes uint64 // slots that are homes; the tail follows
	used  uint64
}

type indexSlot struct{ key, number uint64 }

// Len is how many entries there are.
func (x *Index) Len() int { return x.count }

// Reserve makes room for so many entries at once.
func (x *Index) Reserve(entries int) {
	each := uint64(max(entries, 0)) / indexSegments * fullDenominator / fullNumerator
	each += each/unevenness + smallestTable
	for i := range x.segments {
		if s := &x.segments[i]; each > s.homes {
			s.resize(each)
		}
	}
}

// Add files a number, above 0, under a key.
func (x *Index) Add(key, number uint64) {
	s := &x.segments[key>>(64-8)]
	if s.used*fullDenominator >= s.homes*fullNumerator {
		s.resize(s.homes + s.homes/4 + smallestTable)
	}
	s.put(key, number)
	s.used++
	x.count++
}

// Filed is a number under its key.
type Filed struct{ Key, Number uint64 }

// Entries are sorted by the upper bits of their keys before many are filed at once: a
// table of ten million lies all over the memory, and in this order it is walked once.
const (
	sortedBits = 12
	sortedRuns = 1 << sortedBits
)

// AddAll files many numbers, in their order, as Add files one; room, which may be nil,
// is where they are sorted. Of one key no more than so many are filed, 0: all.
func (x *Index) AddAll(all, room []Filed, most int) {
	var ends [sortedRuns + 1]int
	for i := range all {
		ends[all[i].Key>>(64-sortedBits)+1]++
	}
	for i := range sortedRuns {
		ends[i+1] += ends[i]
	}
	if cap(room) < len(all) {
		room = make([]Filed, len(all))
	}
	room = room[:len(all)]
	for _, one := range all {
		run := one.Key >> (64 - sortedBits)
		room[ends[run]] = one
		ends[run]++
	}
	for _, one := range room {
		if most == 0 || !x.holds(one.Key, most) {
			x.Add(one.Key, one.Number)
		}
	}
}

// holds tells whether so many numbers are filed under a key.
func (x *Index) holds(key uint64, many int) bool {
	for range x.Candidates(key) {
		if many--; many == 0 {
			return true
		}
	}
	return false
}

// Candidates are the numbers filed under a key, in the order in which they were
// added.
func (x *Index) Candidates(key uint64) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		s := &x.segments[key>>(64-8)]
		if s.homes == 0 {
			return
		}
		for _, slot := range s.slots[s.home(key):] {
			if slot.number == 0 || slot.key == key && !yield(slot.number) {
				return
			}
		}
	}
}

// home spreads the keys of a segment evenly over its slots.
func (s *indexSegment) home(key uint64) uint64 {
	h, _ := bits.Mul64(key<<8, s.homes)
	return h
}

// put takes the first free slot. When there is none the tail grows.
func (s *indexSegment) put(key, number uint64) {
	i := s.home(key)
	for i < uint64(len(s.slots)) && s.slots[i].number != 0 {
		i++
	}
	if i == uint64(len(s.slots)) {
		s.slots = append(s.slots, make([]indexSlot, tail)...)
	}
	s.slots[i] = indexSlot{key, number}
}

// resize moves the entries into a table of so many homes. They are moved in the
// order in which they lie, which keeps those of one key in theirs.
func (s *indexSegment) resize(homes uint64) {
	next := indexSegment{slots: make([]indexSlot, homes+tail), homes: homes, used: s.used}
	for _, slot := range s.slots {
		if slot.number != 0 {
			next.put(slot.key, slot.number)
		}
	}
	*s = next
}
