package disk

import (
	"math/rand/v2"
	"slices"
)

// change is one change of folders: all its edits come to the disk, or none.
type change []edit

// edit gives a name in a folder to a node, or to none.
type edit struct {
	folder *node
	name   string
	to     *node
}

func (e edit) in(entries map[string]*node) {
	if e.to == nil {
		delete(entries, e.name)
		return
	}
	entries[e.name] = e.to
}

func (c change) live() {
	for _, e := range c {
		e.in(e.folder.entries)
	}
}

func (c change) safe() {
	for _, e := range c {
		e.in(e.folder.safeEntries)
	}
}

func (c change) touches(folders map[*node]bool) bool {
	return slices.ContainsFunc(c, func(e edit) bool { return folders[e.folder] })
}

// rearrange makes a change of folders that nothing has made safe yet.
func (d *Disk) rearrange(c change) {
	c.live()
	d.changes = append(d.changes, c)
}

// syncFolder makes every name of a folder safe. A change that moves something from
// one folder to another takes along what came before it in the other.
func (d *Disk) syncFolder(folder *node) {
	folders, chosen := map[*node]bool{folder: true}, map[int]bool{}
	last := len(d.changes) - 1
	for again := true; again; {
		again = false
		for i := last; i >= 0; i-- {
			if chosen[i] || !d.changes[i].touches(folders) {
				continue
			}
			chosen[i], again = true, true
			for _, e := range d.changes[i] {
				folders[e.folder] = true
			}
		}
	}
	var rest []change
	for i, c := range d.changes {
		if chosen[i] {
			c.safe()
		} else {
			rest = append(rest, c)
		}
	}
	d.changes = rest
}

// loseChanges leaves of the changes of folders what fate says, and tells how many
// were not safe.
func (d *Disk) loseChanges(fate Fate, random *rand.Rand) (unsafe int) {
	unsafe = len(d.changes)
	first := unsafe
	switch fate {
	case Forgotten:
		first = 0
	case Prefix:
		first = random.IntN(unsafe + 1)
	case Kept, Pages, Sectors:
	}
	for i, c := range d.changes {
		scattered := fate == Pages || fate == Sectors
		if i < first && (!scattered || random.IntN(2) == 0) {
			c.safe()
		}
	}
	d.changes = nil
	return unsafe
}
