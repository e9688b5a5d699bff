package simulation

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"dragoman/gateway"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// node is the gateway: the program's own parts, driven one step at a time.
type node struct {
	*world
	journal *journal
	folder  string
	most    uint64 // groups that it applies at once
	life    int    // what was begun in an earlier life comes to nothing
	up      bool
	paused  time.Duration // until when it stands still

	books     *store.Books
	lane      *gateway.Lane
	desk      *gateway.Desk
	mailboxes *gateway.Mailboxes
	binder    *gateway.Binder
	time      *gateway.Timekeeper
	directory atomic.Pointer[routing.Directory]
	read      map[settlement.ParticipantID]uint64 // how far mailboxes were read when the books were lost

	waiting    []*taking // orders for the next group
	binding    []*taking // those of the group under way
	publishing bool
	taking     *taking // whose turn at the desk it is
	handed     uint64  // applied in memory
	committing []step

	held      int                // how often what a start would know was looked at
	approvals []settlement.Place // of who had asked himself
	decided   []decided

	broken func(format string, args ...any) // an invariant does not hold
	done   func()                           // something was committed
}

// step is what the lane did at once.
type step struct {
	batches   []store.Batch
	directory *routing.Directory
}

// taking is one order on its way through the desk to the log: a routine of its own,
// which runs only while the world waits for it.
type taking struct {
	next  func() (gateway.Order, bool)
	stop  func()
	yield func(gateway.Order) bool
	order gateway.Order
	place settlement.Place
	err   error
	done  func()
}

var errKilled = errors.New("the gateway has ended")

// Append stands for the log before the desk: it waits until the order has its place.
func (n *node) Append(_ context.Context, order gateway.Order) (settlement.Place, error) {
	t := n.taking
	if !t.yield(order) {
		return settlement.Place{}, errKilled
	}
	return t.place, t.err
}

// take runs what comes to the desk up to where it waits for the log.
func (n *node) take(work func(), done func()) {
	t := &taking{done: done}
	t.next, t.stop = iter.Pull(func(yield func(gateway.Order) bool) {
		t.yield = yield
		work()
	})
	n.goOn(t)
}

// goOn lets a taking run on; when it comes to the log, its order waits there.
func (n *node) goOn(t *taking) {
	before := n.taking
	n.taking = t
	order, waits := t.next()
	n.taking = before
	if !waits {
		t.done()
		return
	}
	t.order = order
	n.waiting = append(n.waiting, t)
	n.soon()
}

// soon writes what waits: what comes in the meantime goes with it.
func (n *node) soon() { n.later(100*time.Microsecond, n.write) }

// later is after, unless the gateway has ended by then; while it stands still
// nothing of it happens.
func (n *node) later(d time.Duration, what func()) {
	life := n.life
	n.after(d, func() {
		switch {
		case n.life != life:
		case n.now < n.paused:
			n.later(n.paused-n.now, what)
		default:
			what()
		}
	})
}

// Bounds as the gateway has them.
const (
	mostOrders   = 1000
	mostGroups   = 64
	publishAgain = 5 * time.Second
)

// write binds what waits into a group and sends it to the log.
func (n *node) write() {
	if n.publishing || !n.up {
		return
	}
	taken := n.waiting[:min(len(n.waiting), mostOrders)]
	n.waiting = n.waiting[len(taken):]
	orders := make([]gateway.Order, len(taken))
	for i, t := range taken {
		orders[i] = t.order
	}
	group, data, late := n.binder.Bind(orders)
	var kept []*taking
	for i, t := range taken {
		if late[i] {
			t.err = gateway.ErrLate
			n.goOn(t)
			continue
		}
		kept = append(kept, t)
	}
	if group == nil {
		return
	}
	n.publishing, n.binding = true, kept
	n.publish(n.binder.ID(), data, len(group.Orders)-len(kept), kept)
}

// publish sends a group again and again until the log has answered.
func (n *node) publish(id string, data []byte, first int, taken []*taking) {
	life, answered := n.life, false
	n.journal.publish(id, data, func(sequence uint64) {
		n.onward(life, func() {
			if answered || !n.publishing || n.binder.ID() != id {
				return
			}
			answered, n.publishing, n.binding = true, false, nil
			at, err := n.binder.Stands(sequence, true, n.journal.read)
			for i, t := range taken {
				t.err, t.place = err, settlement.Place{Sequence: at, Order: uint32(first + i)} //nolint:gosec // a group is small
				n.goOn(t)
			}
			n.soon()
		})
	})
	n.later(publishAgain, func() {
		if !answered && n.publishing && n.binder.ID() == id {
			n.publish(id, data, first, taken)
		}
	})
}

// onward does something now if the gateway still lives the life that began it, or
// when it no longer stands still.
func (n *node) onward(life int, what func()) {
	if n.life == life {
		n.later(max(0, n.paused-n.now), what)
	}
}

// advance has the lane apply what the log has, a few groups at a time.
func (n *node) advance() {
	if !n.up || len(n.committing) > 1 {
		return
	}
	if len(n.committing) == 0 {
		n.lane.Committed()
	}
	end := min(uint64(len(n.journal.groups)), n.handed+n.most)
	if end <= n.handed {
		return
	}
	if err := n.apply(end); err != nil {
		n.broken("the lane stops: %v", err)
		return
	}
	n.overlooks()
	n.time.Applied(n.lane.Clock())
	n.later(n.committingTakes(), n.commit)
	n.whenDue()
	n.later(50*time.Microsecond, n.advance)
}

// apply has the lane apply the log up to a group, in memory.
func (n *node) apply(end uint64) error {
	batches, err := n.lane.Advance(n.journal.entries(n.handed, end))
	n.committing = append(n.committing, step{batches, n.lane.Directory()})
	n.handed = end
	return err
}

// committingTakes is how long the disk takes: what comes in the meantime goes with the
// next.
func (n *node) committingTakes() time.Duration {
	if n.chance(4) {
		return n.between(100*time.Microsecond, time.Millisecond)
	}
	return n.between(2*time.Millisecond, 30*time.Millisecond)
}

// commit has the books take in what the lane did.
func (n *node) commit() {
	if len(n.committing) == 0 {
		return
	}
	s := n.committing[0]
	n.committing = n.committing[1:]
	if _, err := n.books.Commit(s.batches); err != nil {
		n.broken("the books take nothing: %v", err)
		return
	}
	n.directory.Store(s.directory)
	n.mailboxes.Arrived(gateway.Mailed(s.batches))
	n.done()
	n.journal.forget(n.books.State().Sequence)
	n.later(0, n.advance)
}

// whenDue writes a tick when something is due by itself.
func (n *node) whenDue() {
	d, some := n.time.UntilDue()
	if some {
		n.later(max(d, time.Millisecond), func() {
			if left, some := n.time.UntilDue(); some && left <= 0 {
				n.write()
			}
		})
	}
}

// start is what the program does at its start: it holds the books against the log,
// catches up, and serves. The error says why it does not.
func (n *node) start() (err error) {
	n.life++
	path := n.path()
	if n.books, err = store.OpenUnsynced(path); err != nil {
		return err
	}
	if err = n.open(); err != nil {
		return errors.Join(err, n.books.Abandon())
	}
	n.up, n.publishing, n.committing = true, false, nil
	n.whenDue()
	n.later(0, n.advance)
	return nil
}

func (n *node) open() (err error) {
	if err = n.books.Check(); err != nil {
		return err
	}
	if err = gateway.Follows(n.books.State(), uint64(len(n.journal.groups)), n.journal.read); err != nil {
		return err
	}
	if n.lane, err = gateway.NewLane(n.books); err != nil {
		return err
	}
	n.handed, n.committing = n.books.State().Sequence, nil
	if err = n.catchUp(); err != nil {
		return err
	}
	n.directory.Store(n.lane.Directory())
	for party, upTo := range n.read {
		n.books.Acknowledge(party, upTo)
	}
	n.read = nil
	n.time = gateway.NewTimekeeper(n.books.State().Now, n.wall, n, func() bool { return true }, zap.NewNop())
	n.time.Applied(n.lane.Clock())
	n.binder = gateway.NewBinder("simulated", uint64(n.life), n.wall, n.time, uint64(len(n.journal.groups))) //nolint:gosec // counts
	n.mailboxes = gateway.NewMailboxes(n.books)
	n.desk = gateway.NewDesk(n, &n.directory, n.books, n.wall, salts{n.world}, gateway.DefaultDuplicates)
	return nil
}

// catchUp applies what the log has, and has the books take it in.
func (n *node) catchUp() error {
	for end := uint64(len(n.journal.groups)); n.handed < end; {
		if err := n.apply(min(end, n.handed+n.most)); err != nil {
			return err
		}
		if _, err := n.books.Commit(n.committing[0].batches); err != nil {
			return err
		}
		n.lane.Committed()
		n.committing = nil
	}
	return nil
}

// end stops the gateway: at once, with nothing saved, or in order.
func (n *node) end(inOrder bool) {
	n.life++
	n.up, n.paused = false, 0
	all := append(n.waiting, n.binding...)
	n.waiting, n.binding = nil, nil
	for _, t := range all {
		t.stop()
	}
	if inOrder {
		if err := n.books.Close(); err != nil {
			n.broken("the books do not close: %v", err)
		}
		return
	}
	if err := n.books.Abandon(); err != nil {
		n.broken("the books do not close: %v", err)
	}
}

func (n *node) path() string { return filepath.Join(n.folder, "books.db") }

// setAside takes the books away; the log gives them again.
func (n *node) setAside() error {
	n.read = store.Readers(n.path())
	if err := os.Remove(n.path()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("take the books away: %w", err)
	}
	return nil
}

// salts are drawn from the world.
type salts struct{ *world }

func (s salts) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(s.random.IntN(1 << 8)) //nolint:gosec // it fits
	}
	return len(b), nil
}
