package gateway

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"dragoman/settlement"
	"dragoman/store"
)

// The log: one JetStream stream, whose every message is one group.
const (
	ordersStream  = "ORDERS"
	ordersSubject = "orders"
	// ordersMaxBytes bounds the log; discard new, so that a full log refuses
	// instead of forgetting.
	ordersMaxBytes = 1 << 39
	// publishTimeout is how long one attempt waits. A time-out means unknown, so
	// the same group is sent again under the same id until there is an answer.
	publishTimeout = 5 * time.Second
	publishFirst   = time.Second            // the first attempt, where there are several servers
	publishPause   = 100 * time.Millisecond // before the next attempt
	// duplicates is for how long the log knows the id of a group: some attempts. A
	// server reads so much of the log again at its start before it answers, and after
	// two minutes of load that is a second; a group that comes in twice after a longer
	// silence is applied once all the same.
	duplicates = 4 * publishTimeout
	// silence is how long the log may owe an answer before orders are refused: far
	// above an election of a leader (4 to 9 s) people would only wait in vain.
	silence = 10 * time.Second
	// intake is how many orders may wait for the group before them.
	intake = 4096
)

// Orders is the one ordered log. Append is safe for many at once: orders that
// come in while a group is written go into the next one together.
type Orders struct {
	js     jetstream.JetStream
	stream jetstream.Stream
	clock  func() time.Time
	meter  *meter // nil: nothing is counted

	waiting chan *pendingOrder
	binder  *Binder
	since   atomic.Int64 // when the publish under way began, nanoseconds of the Unix epoch; 0: none is

	// alone says that nobody else writes to this log: then what was written is
	// handed on in memory, and the log is read only where something is missing.
	alone   bool
	written chan Entry
	blocks  *blocks       // of the log's files, if they are this process's own
	left    chan struct{} // closed when nobody takes what was written any more
}

type pendingOrder struct {
	order Order
	tick  bool // no order at all: only what time brings is to be written
	done  chan appended
}

type appended struct {
	place settlement.Place
	err   error
}

// ErrLog is wrapped by every refusal to go on with a log that does not fit the
// books.
var ErrLog = errors.New("the log does not fit the books")

// OpenOrders opens the log of the server in this process.
func OpenOrders(ctx context.Context, nc *nats.Conn, state store.State, door string, clock func() time.Time) (*Orders, error) {
	return openOrders(ctx, nc, state, door, clock, spaceFor(false, 1))
}

// openOrders opens the log, or makes an empty one when the books are empty too.
// A log that is missing, too short or different at the place where the books
// stand is refused: to go on would drop or repeat what was acknowledged.
func openOrders(ctx context.Context, nc *nats.Conn, state store.State, door string, clock func() time.Time, space streamSpace) (*Orders, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	stream, err := js.Stream(ctx, ordersStream)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound) && state.Sequence == 0:
		stream, err = js.CreateStream(ctx, ordersConfig(space))
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return nil, fmt.Errorf("%w: the books have applied %d groups but there is no log; restore the log's folder, or republish it from a peer", ErrLog, state.Sequence)
	}
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	if err := keeps(stream.CachedInfo().Config, space.replicas); err != nil {
		return nil, err
	}
	end, err := fits(ctx, stream, state)
	if err != nil {
		return nil, err
	}
	epoch, err := newEpoch()
	if err != nil {
		return nil, err
	}
	return &Orders{
		js: js, stream: stream, clock: clock, waiting: make(chan *pendingOrder, intake), binder: NewBinder(door, epoch, clock, nil, end), written: make(chan Entry, maxHandedOn), left: make(chan struct{}),
	}, nil
}

// newEpoch tells this life of a door from its lives before. It is drawn and not read
// off a clock, which may show the same time twice: then the log would take the first
// groups of this life for copies of earlier ones, and answer for what it never took.
func newEpoch() (uint64, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, fmt.Errorf("draw the epoch of the door: %w", err)
	}
	return binary.BigEndian.Uint64(b[:]), nil
}

func ordersConfig(space streamSpace) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: ordersStream, Subjects: []string{ordersSubject}, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
		Discard: jetstream.DiscardNew, MaxBytes: space.orders, MaxMsgSize: maxPayload, DenyDelete: true, Duplicates: duplicates, Replicas: space.replicas,
	}
}

// fits compares the log with where the books stand, and tells where it ends.
func fits(ctx context.Context, stream jetstream.Stream, state store.State) (end uint64, err error) {
	info, err := stream.Info(ctx)
	if err != nil {
		return 0, fmt.Errorf("open the log: %w", err)
	}
	if first := info.State.FirstSeq; first > 1 && first <= info.State.LastSeq && state.Sequence < first {
		return 0, errTrimmed(first, state.Sequence)
	}
	return info.State.LastSeq, Follows(state, info.State.LastSeq, groupsOf(ctx, stream))
}

// groupsOf reads groups of the log one by one.
func groupsOf(ctx context.Context, stream jetstream.Stream) func(sequence uint64) ([]byte, error) {
	return func(sequence uint64) ([]byte, error) {
		group, err := stream.GetMsg(ctx, sequence)
		if err != nil {
			return nil, err
		}
		return group.Data, nil
	}
}

// Follows tells whether books that stand there can go on with a log that ends there:
// it has not lost what they have applied, and the group that they applied last is the
// one that it has. read reads a group.
func Follows(state store.State, end uint64, read func(sequence uint64) ([]byte, error)) error {
	if end < state.Sequence {
		return fmt.Errorf("%w: it ends at group %d but the books have applied %d; an older copy of the log stands beside newer books: bring back the newer log, or rebuild the books with --rebuild and accept what the older log lacks", ErrLog, end, state.Sequence)
	}
	if state.Sequence == 0 {
		return nil
	}
	last, err := read(state.Sequence)
	if err != nil {
		return fmt.Errorf("%w: group %d, the last that the books have applied, cannot be read from it: %w", ErrLog, state.Sequence, err)
	}
	if nextHash(state.Before, last) != state.LogHash {
		return fmt.Errorf("%w: group %d of the log is not the one that the books have applied; bring back the log that belongs to these books, or rebuild the books from this log with --rebuild", ErrLog, state.Sequence)
	}
	return nil
}

// Run writes groups until ctx ends; the orders still waiting then are told that
// nothing is known of them.
func (o *Orders) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case first := <-o.waiting:
			o.write(ctx, o.collect(first))
		}
	}
}

// collect takes what waits, up to the bounds of a group. What arrives while the
// group is written waits for the next: no timer is needed.
func (o *Orders) collect(first *pendingOrder) []*pendingOrder {
	group, size := []*pendingOrder{first}, len(first.order.Payload)+len(first.order.Facts)
	for len(group) < maxGroupOrders && size < maxGroupBytes {
		select {
		case next := <-o.waiting:
			group = append(group, next)
			size += len(next.order.Payload) + len(next.order.Facts)
		default:
			return group
		}
	}
	return group
}

func (o *Orders) write(ctx context.Context, pending []*pendingOrder) {
	orders, asked := make([]Order, 0, len(pending)), pending[:0]
	for _, p := range pending {
		if p.tick {
			defer func() { p.done <- appended{} }()
			continue
		}
		orders, asked = append(orders, p.order), append(asked, p)
	}
	g, data, late := o.binder.Bind(orders)
	taken := asked[:0]
	for i, p := range asked {
		if late[i] {
			p.done <- appended{err: ErrLate}
			continue
		}
		taken = append(taken, p)
	}
	if g == nil {
		return
	}
	done := o.meter.publishes(g.Orders, o.clock)
	sequence, err := o.publish(ctx, data)
	if err == nil && o.blocks != nil {
		if _, unsafe := o.blocks.makeSafe(); unsafe != nil {
			err = fmt.Errorf("whether the log keeps the order is not known: %w", unsafe)
		}
	}
	done(err)
	handed := err != nil || !o.alone || o.handOn(Entry{sequence, data, g})
	first := uint32(len(g.Orders) - len(taken)) //nolint:gosec // at most maxTicks and one
	for i, p := range taken {
		p.done <- appended{settlement.Place{Sequence: sequence, Order: first + uint32(i)}, err}
	}
	if !handed { // the lane is behind: no more is written until it has caught up
		select {
		case o.written <- Entry{sequence, data, g}:
		case <-o.left:
		case <-ctx.Done():
		}
	}
}

// ErrLate says that an order waited so long for its place in the log, or came with
// so wrong a time, that its time is no fact any more.
var ErrLate = errors.New("the order's time and that of the log are too far apart; nothing was taken in: send it again")

// handOn gives a group to whoever follows the log, if there is room.
func (o *Orders) handOn(e Entry) bool {
	select {
	case o.written <- e:
		return true
	default:
		return false
	}
}

// publish sends a group until the log has answered. What it sends again is the
// same group under the same id; should it stand in the log twice all the same,
// the lane applies it once.
func (o *Orders) publish(ctx context.Context, data []byte) (uint64, error) {
	id := o.binder.ID()
	o.since.Store(time.Now().UnixNano())
	defer o.since.Store(0)
	pause := time.NewTimer(publishPause)
	defer pause.Stop()
	patience := publishTimeout
	if !o.alone {
		patience = publishFirst // the server that was asked may be gone, and another one answers
	}
	for again := false; ; again = true {
		attempt, cancel := context.WithTimeout(ctx, patience)
		patience = min(2*patience, publishTimeout)
		at, err := o.once(attempt, id, data, again)
		cancel()
		switch {
		case err == nil:
			return at, nil
		case ctx.Err() != nil:
			return 0, fmt.Errorf("the gateway stops; whether the log has the order is not known: %w", ctx.Err())
		case !unanswered(err):
			return 0, fmt.Errorf("write to the log: %w", err)
		}
		if o.silent() > silence {
			o.turnAway()
		}
		pause.Reset(publishPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
	}
}

// once sends a group once, and tells where it stands.
func (o *Orders) once(ctx context.Context, id string, data []byte, again bool) (uint64, error) {
	ack, err := o.js.Publish(ctx, ordersSubject, data, jetstream.WithMsgID(id), jetstream.WithExpectStream(ordersStream), jetstream.WithRetryAttempts(0))
	if err != nil {
		return 0, err
	}
	if ack.Duplicate && !again {
		return 0, fmt.Errorf("it has a group %s already, as %d, and this is another one", id, ack.Sequence)
	}
	return o.binder.Stands(ack.Sequence, again, groupsOf(ctx, o.stream))
}

// turnAway refuses the orders that wait for the next group: the log has nothing of
// them.
func (o *Orders) turnAway() {
	for {
		select {
		case p := <-o.waiting:
			p.done <- appended{err: ErrSilent}
		default:
			return
		}
	}
}

// ErrSilent says that the log does not answer: nothing more is taken in.
var ErrSilent = errors.New("the log does not answer")

// silent tells for how long the log has owed an answer.
func (o *Orders) silent() time.Duration {
	if since := o.since.Load(); since != 0 {
		return time.Since(time.Unix(0, since))
	}
	return 0
}

// Append writes an order to the log and returns its place. When it returns
// without error the order is on disk.
func (o *Orders) Append(ctx context.Context, order Order) (settlement.Place, error) {
	if o.silent() > silence {
		return settlement.Place{}, ErrSilent
	}
	return o.append(ctx, &pendingOrder{order: order, done: make(chan appended, 1)})
}

// Tick writes the ticks that are due, with whatever orders wait.
func (o *Orders) Tick(ctx context.Context) error {
	_, err := o.append(ctx, &pendingOrder{tick: true, done: make(chan appended, 1)})
	return err
}

func (o *Orders) append(ctx context.Context, p *pendingOrder) (settlement.Place, error) {
	select {
	case o.waiting <- p:
	case <-ctx.Done():
		return settlement.Place{}, ctx.Err()
	}
	select {
	case a := <-p.done:
		return a.place, a.err
	case <-ctx.Done():
		return settlement.Place{}, fmt.Errorf("whether the log has the order is not known: %w", ctx.Err())
	}
}

// End is the sequence of the last group of the log.
func (o *Orders) End(ctx context.Context) (uint64, error) {
	info, err := o.stream.Info(ctx)
	if err != nil {
		return 0, fmt.Errorf("ask the log for its end: %w", err)
	}
	return info.State.LastSeq, nil
}
