package disk

import (
	"math/rand/v2"
)

// node is one file or folder, as it is and as it would be without power.
type node struct {
	id     uint64
	mode   uint32
	folder bool

	live, safe content
	unsynced   []write // what live has and safe has not, in order

	entries, safeEntries map[string]*node
}

// write is one change of a file's content.
type write struct {
	offset   int64
	data     []byte
	truncate bool // to offset
}

func (w write) to(c *content) {
	if w.truncate {
		c.truncate(w.offset)
		return
	}
	c.writeAt(w.data, w.offset)
}

// take makes a change of the content that nothing has made safe yet.
func (n *node) take(w write) {
	w.to(&n.live)
	n.unsynced = append(n.unsynced, w)
}

// sync makes everything safe.
func (n *node) sync() {
	for _, w := range n.unsynced {
		w.to(&n.safe)
	}
	n.unsynced = nil
}

// failSync is a sync that fails: what it should have made safe can still be read and
// will never be written, though a later sync succeeds.
func (n *node) failSync() { n.unsynced = nil }

// Fate is what becomes of what was not safe.
type Fate string

// Fates of what was not safe when the power was cut.
const (
	Forgotten Fate = "forgotten" // as if it had never been
	Kept      Fate = "kept"      // all of it came to the disk
	Prefix    Fate = "prefix"    // the first of it came to the disk, the last write in part
	Pages     Fate = "pages"     // some pages did, in whatever order
	Sectors   Fate = "sectors"   // some sectors did, and the length may be ahead of the content
)

// Fates are all there are.
func Fates() []Fate { return []Fate{Forgotten, Kept, Prefix, Pages, Sectors} }

// lose leaves of a file's content what is safe and what fate adds to it, and tells
// how many writes were not safe.
func (n *node) lose(fate Fate, random *rand.Rand) (unsafe int) {
	unsafe = len(n.unsynced)
	end := n.live.size
	switch fate {
	case Forgotten:
	case Kept:
		n.sync()
	case Prefix:
		n.keepPrefix(random)
	case Pages:
		n.keepPieces(pageSize, random)
	case Sectors:
		n.keepPieces(sectorSize, random)
		if unsafe > 0 && n.safe.size < end && random.IntN(2) == 0 {
			n.safe.size = end // zeros where the content did not come
		}
	}
	n.unsynced = nil
	n.live = n.safe.clone()
	return unsafe
}

// keepPrefix keeps the first writes and a part of the one behind them.
func (n *node) keepPrefix(random *rand.Rand) {
	if len(n.unsynced) == 0 {
		return
	}
	kept := random.IntN(len(n.unsynced))
	for _, w := range n.unsynced[:kept] {
		w.to(&n.safe)
	}
	if torn := n.unsynced[kept]; !torn.truncate {
		torn.data = torn.data[:random.IntN(len(torn.data)/sectorSize+1)*sectorSize]
		torn.to(&n.safe)
	}
}

// keepPieces keeps every second piece or so of every write, whatever came first.
func (n *node) keepPieces(size int64, random *rand.Rand) {
	for _, w := range n.unsynced {
		if w.truncate {
			if random.IntN(2) == 0 {
				w.to(&n.safe)
			}
			continue
		}
		for done := int64(0); done < int64(len(w.data)); {
			next := min(int64(len(w.data)), done+size-(w.offset+done)%size)
			if random.IntN(2) == 0 {
				n.safe.writeAt(w.data[done:next], w.offset+done)
			}
			done = next
		}
	}
}
