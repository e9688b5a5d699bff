package disk

import "syscall"

// Operation is what a trap waits for.
type Operation string

// Operations.
const (
	Write  Operation = "write"  // of content, and changes of a length
	Sync   Operation = "sync"   // of a file or a folder
	Rename Operation = "rename" // and every other change of a name
)

// Effect is what a trap does.
type Effect string

// Effects.
const (
	FreezeBefore Effect = "before" // the disk stands still; the operation never happens
	FreezeAfter  Effect = "after"  // it happens, and nobody hears of it
	Fail         Effect = "error"  // it returns an error, and so does every further one of its kind
	FailOnce     Effect = "error once"
)

// Trap does something to an operation to come.
type Trap struct {
	Operation Operation
	Skip      int // so many of the kind pass before
	Effect    Effect
	Error     syscall.Errno // of Fail and FailOnce

	struck chan struct{}
}

// Set sets a trap, in place of the one before. The channel is closed when it strikes.
func (d *Disk) Set(t Trap) (struck <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t.struck = make(chan struct{})
	d.trap = &t
	return t.struck
}

// Fill leaves so many pages of space. The channel is closed when that is too little.
func (d *Disk) Fill(left int) (struck <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.limit, d.full = d.used(d.root)+max(left, 1), make(chan struct{})
	return d.full
}

// Mend takes the trap away and gives space.
func (d *Disk) Mend() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.trap, d.limit, d.full = nil, 0, nil
}

// do carries an operation out, unless there is no power or a trap says otherwise.
// failed, if there is one, is what an error leaves behind.
func (d *Disk) do(o Operation, act func() syscall.Errno, failed func()) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	if e := d.powered(); e != 0 {
		return e
	}
	switch effect := d.spring(o); effect {
	case FreezeBefore:
		return d.freeze()
	case FreezeAfter:
		_ = act() // nobody hears what came of it
		return d.freeze()
	case Fail, FailOnce:
		e := d.trap.Error
		if effect == FailOnce {
			d.trap = nil
		}
		if failed != nil {
			failed()
		}
		return e
	}
	return act()
}

// freeze stands still until the power is off.
func (d *Disk) freeze() syscall.Errno {
	d.power = frozen
	return d.powered()
}

// spring tells whether the trap strikes at an operation.
func (d *Disk) spring(o Operation) Effect {
	t := d.trap
	if t == nil || t.Operation != o {
		return ""
	}
	if t.Skip > 0 {
		t.Skip--
		return ""
	}
	select {
	case <-t.struck:
	default:
		close(t.struck)
	}
	return t.Effect
}

// room tells how much of a write there is space for.
func (d *Disk) room(n *node, offset int64, length int) (int, syscall.Errno) {
	if d.limit == 0 {
		return length, 0
	}
	left := d.limit - d.used(d.root)
	for length > 0 && n.live.missing(offset, length) > max(left, 0) {
		_, end := pageOf(offset + int64(length) - 1)
		length -= min(length, end+1)
	}
	if length == 0 {
		d.noSpace()
		return 0, syscall.ENOSPC
	}
	return length, 0
}

func (d *Disk) noSpace() {
	select {
	case <-d.full:
	default:
		close(d.full)
	}
}
