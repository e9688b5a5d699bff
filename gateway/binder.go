package gateway

import (
	"crypto/sha256"
	"fmt"
	"time"

	"dragoman/settlement"
)

// Binder binds the orders of one door into groups of the log: each group names the
// door's group before it, and brings in front the ticks that are due.
type Binder struct {
	door  string
	epoch uint64
	clock func() time.Time
	time  *Timekeeper   // nil: no ticks are written
	term  func() uint64 // in which this node leads, 0: it does not; nil: it is alone

	number uint64
	before [32]byte
	stood  uint64 // sequence of the last group whose place is known
}

// NewBinder begins a door's epoch behind the end of the log.
func NewBinder(door string, epoch uint64, clock func() time.Time, time *Timekeeper, end uint64) *Binder {
	return &Binder{door: door, epoch: epoch, clock: clock, time: time, stood: end}
}

// Bind makes a group of orders as the log takes it. Orders whose time is no fact any
// more are not in it: late tells which, in order. Without ticks and orders there is no
// group.
func (b *Binder) Bind(orders []Order) (g *Group, data []byte, late []bool) {
	var term uint64
	if b.term != nil {
		term = b.term() // before the ticks: those of a term that has just begun count for the one before, which is none
	}
	at, ticks := b.now()
	late = make([]bool, len(orders))
	g = &Group{Door: b.door, Epoch: b.epoch, Number: b.number + 1, Term: term, Previous: b.before, At: at, Orders: ticks}
	for i := range orders {
		if late[i] = b.time.late(at, &orders[i]); !late[i] {
			g.Orders = append(g.Orders, orders[i])
		}
	}
	if len(g.Orders) == 0 {
		return nil, nil, late
	}
	b.number++
	data = g.Encode()
	b.before = sha256.Sum256(data)
	return g, data, late
}

// ID is what the log knows the last group by: one that is written again under it
// does not stand there twice.
func (b *Binder) ID() string { return fmt.Sprintf("%s-%d-%d", b.door, b.epoch, b.number) }

// Stands tells where the group stands that was bound last, when the log has answered
// with a sequence. One that was sent again may stand before that too, when the log knew
// its id no more: the first copy is the one that counts. read reads a group of the log.
func (b *Binder) Stands(sequence uint64, again bool, read func(sequence uint64) ([]byte, error)) (uint64, error) {
	first := sequence
	for s := b.stood + 1; again && s < first; s++ {
		data, err := read(s)
		if err != nil {
			return 0, err
		}
		if sha256.Sum256(data) == b.before {
			first = s
		}
	}
	b.stood = sequence
	return first, nil
}

// now is the time of the next group, and the ticks that are due in front of it.
func (b *Binder) now() (settlement.Moment, []Order) {
	if b.time == nil {
		return settlement.Moment(b.clock().UnixNano()), nil
	}
	return b.time.ticks()
}
