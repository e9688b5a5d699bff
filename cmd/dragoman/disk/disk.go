package disk

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
)

// Disk is the disk. Its methods are for the proof, which stands outside; programs
// use it where it is mounted.
type Disk struct {
	mu      sync.Mutex
	power   power
	changed *sync.Cond // of power
	root    *node
	nodes   map[uint64]*node // all that programs may know, by id
	last    uint64           // id given
	changes []change         // of folders, not safe yet, in order

	trap  *Trap
	limit int // pages that may be used; 0: as many as wanted
	full  chan struct{}

	mounted *mounted
}

type power int

const (
	on power = iota
	frozen
	off
)

// New makes an empty disk.
func New() *Disk {
	d := &Disk{}
	d.changed = sync.NewCond(&d.mu)
	d.reset(&node{folder: true, mode: 0o700, entries: map[string]*node{}, safeEntries: map[string]*node{}})
	return d
}

// reset has programs begin anew with what is below a folder.
func (d *Disk) reset(root *node) {
	d.root, d.nodes = root, map[uint64]*node{}
	d.number(root)
}

func (d *Disk) number(n *node) {
	d.last++
	n.id = d.last
	if n == d.root {
		n.id = rootID
	}
	d.nodes[n.id] = n
}

// rootID is the id of the topmost folder, by the protocol of FUSE.
const rootID = 1

// powered waits while the disk is frozen; whoever is there when the power is off gets
// no answer that anybody hears.
func (d *Disk) powered() syscall.Errno {
	for d.power == frozen {
		d.changed.Wait()
	}
	if d.power == off {
		return syscall.EIO
	}
	return 0
}

// PowerOff ends every operation under way and answers no other. Whoever uses the disk
// must have been killed before: it must not live to see the error.
func (d *Disk) PowerOff() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.power = off
	d.changed.Broadcast()
}

// Loss is what a cut of the power did.
type Loss struct {
	Names, Content Fate // of the folders' changes, and of the writes
	Changes        int  // of folders that were not safe
	Writes         int  // that were not safe
	Files          int  // that had such writes
}

func (l Loss) String() string {
	return fmt.Sprintf("of %d writes to %d files that were not synced: %s; of %d changes of folders: %s", l.Writes, l.Files, l.Content, l.Changes, l.Names)
}

// Cut leaves what is safe, and of the rest what is drawn. The power must be off and
// nobody may use the disk; then it is on again.
func (d *Disk) Cut(random *rand.Rand) Loss {
	fates := Fates()
	return d.CutAs(fates[random.IntN(len(fates))], fates[random.IntN(len(fates))], random)
}

// CutAs is Cut with fates that the caller has chosen.
func (d *Disk) CutAs(names, contents Fate, random *rand.Rand) Loss {
	d.mu.Lock()
	defer d.mu.Unlock()
	loss := Loss{Names: names, Content: contents}
	loss.Changes = d.loseChanges(names, random)
	d.nodes = map[uint64]*node{}
	d.settle(d.root, &loss, random)
	d.trap, d.limit, d.full, d.power = nil, 0, nil, on
	return loss
}

// settle leaves below a folder what is safe.
func (d *Disk) settle(n *node, loss *Loss, random *rand.Rand) {
	d.number(n)
	if !n.folder {
		if writes := n.lose(loss.Content, random); writes > 0 {
			loss.Writes += writes
			loss.Files++
		}
		return
	}
	n.entries = map[string]*node{}
	for _, name := range sortedNames(n.safeEntries) {
		n.entries[name] = n.safeEntries[name]
		d.settle(n.entries[name], loss, random)
	}
}

func sortedNames(entries map[string]*node) []string {
	names := make([]string, 0, len(entries))
	for name := range entries {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Remove takes a file or folder away, for good. The disk must not be mounted.
func (d *Disk) Remove(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.root.entries, name)
	delete(d.root.safeEntries, name)
}

// used counts the pages that are in use.
func (d *Disk) used(n *node) int {
	count := n.live.used()
	for _, below := range n.entries {
		count += d.used(below)
	}
	return count
}

// Has tells whether there is a file of that name in the topmost folder, and something
// in it.
func (d *Disk) Has(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.root.entries[name]
	return n != nil && n.live.size > 0
}

// Save writes everything that can be read to a folder of the machine.
func (d *Disk) Save(folder string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.root.save(folder)
}

func (n *node) save(path string) error {
	if !n.folder {
		all := make([]byte, n.live.size)
		n.live.readAt(all, 0)
		return os.WriteFile(path, all, 0o600)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	for name, below := range n.entries {
		if err := below.save(filepath.Join(path, name)); err != nil {
			return err
		}
	}
	return nil
}
