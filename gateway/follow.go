package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Bounds of following the log.
const (
	// maxLaneBatch bounds the groups that are applied together.
	maxLaneBatch = 64
	// maxHandedOn bounds the groups that wait in memory for the lane; when it is
	// that far behind the log is not written either, and the next group grows.
	maxHandedOn = 8
	// missedAfter is how often the log's end is asked for while nothing is handed
	// on: a group whose write was answered with a fault may stand in it all the same.
	missedAfter = time.Second
	// readHeartbeat is how often the server that the log is read from says that it lives:
	// twice that after it has gone another one is asked.
	readHeartbeat = 500 * time.Millisecond
	readExpiry    = 5 * time.Second
)

// Leave tells that nobody will follow the log any more.
func (o *Orders) Leave() { close(o.left) }

// Search hands over what the log holds behind one sequence up to another, while
// somebody else may follow it.
func (o *Orders) Search(ctx context.Context, after, upTo uint64, visit func([]Entry) error) error {
	if upTo <= after {
		return nil
	}
	return (&follower{orders: o, next: after + 1, apply: visit}).stream(ctx, upTo)
}

// Follow hands over the log from behind that sequence, in order, a few groups at
// a time as they come, until ctx ends or apply fails. One at a time may follow it.
func (o *Orders) Follow(ctx context.Context, after uint64, apply func([]Entry) error) error {
	f := &follower{orders: o, next: after + 1, apply: apply}
	if !o.alone {
		return f.stream(ctx, 0)
	}
	if err := f.missed(ctx); err != nil {
		return err
	}
	return f.handed(ctx)
}

// follower reads the log.
type follower struct {
	orders *Orders
	next   uint64 // sequence of the group to be applied next
	apply  func([]Entry) error
}

// handed applies what this process has written to the log itself.
func (f *follower) handed(ctx context.Context) error {
	missing := time.NewTicker(missedAfter)
	defer missing.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-missing.C:
			if err := f.missed(ctx); err != nil {
				return err
			}
		case first := <-f.orders.written:
			if err := f.take(ctx, batch(first, f.orders.written)); err != nil {
				return err
			}
			missing.Reset(missedAfter)
		}
	}
}

// batch takes what waits behind the first, as much as is applied together.
func batch(first Entry, waiting <-chan Entry) []Entry {
	all := []Entry{first}
	for len(all) < maxLaneBatch && len(waiting) > 0 {
		all = append(all, <-waiting)
	}
	return all
}

// take applies entries that were handed on: some may have been read from the log
// meanwhile, and before some there may be what was not handed on.
func (f *follower) take(ctx context.Context, entries []Entry) error {
	for len(entries) > 0 {
		if entries[0].Sequence < f.next {
			entries = entries[1:]
			continue
		}
		if entries[0].Sequence > f.next {
			if err := f.stream(ctx, entries[0].Sequence-1); err != nil || ctx.Err() != nil {
				return err
			}
			continue
		}
		n := 1
		for n < len(entries) && entries[n].Sequence == entries[0].Sequence+uint64(n) {
			n++
		}
		if err := f.apply(entries[:n]); err != nil {
			return err
		}
		f.next += uint64(n)
		entries = entries[n:]
	}
	return nil
}

// missed reads from the log what stands in it and was not handed on.
func (f *follower) missed(ctx context.Context) error {
	end, err := f.orders.End(ctx)
	if err != nil || end < f.next {
		return nil //nolint:nilerr // asked again a moment later; until then nothing more can be written either
	}
	return f.stream(ctx, end)
}

// streamPause is the wait before the log is asked again, after it has not answered.
const streamPause = 100 * time.Millisecond

// stream reads the log itself, up to a sequence; 0: until ctx ends. A log that does
// not answer is asked again for as long: what it has is needed, in order.
func (f *follower) stream(ctx context.Context, upTo uint64) error {
	pause := time.NewTimer(streamPause)
	defer pause.Stop()
	for upTo == 0 || f.next <= upTo {
		before := f.next
		if err := f.read(ctx, upTo); err != nil {
			return err
		}
		if upTo > 0 && f.next > upTo {
			return nil
		}
		if f.next == before {
			if err := f.hole(ctx); err != nil {
				return err
			}
		}
		pause.Reset(streamPause)
		select {
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
	}
	return nil
}

// hole tells that the next group is not in the log though later ones are: its disk
// has lost it. A log that does not answer may have it.
func (f *follower) hole(ctx context.Context) error {
	_, err := f.orders.stream.GetMsg(ctx, f.next)
	if !errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil
	}
	end, err := f.orders.End(ctx)
	if err != nil || end < f.next {
		return nil //nolint:nilerr // asked again
	}
	// It may have been written between the two questions.
	if _, err := f.orders.stream.GetMsg(ctx, f.next); !errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil
	}
	return fmt.Errorf("%w: group %d cannot be read from it, though it ends at group %d: its files are damaged; bring back a copy of the log's folder, or books that have applied that group, with 'dragoman restore'", ErrLog, f.next, end)
}

// read hands over what one consumer brings, until it ends or brings something else
// than what comes next. The error is that of apply.
func (f *follower) read(ctx context.Context, upTo uint64) error {
	ctx, done := context.WithCancel(ctx)
	defer done()
	consumer, err := f.orders.js.OrderedConsumer(ctx, ordersStream, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: f.next, MaxResetAttempts: 1,
	})
	if err != nil {
		return nil //nolint:nilerr // asked again
	}
	entries := make(chan Entry, maxLaneBatch)
	reading, err := consumer.Consume(func(m jetstream.Msg) {
		meta, err := m.Metadata()
		if err != nil {
			return // not a message of the stream
		}
		select {
		case entries <- Entry{Sequence: meta.Sequence.Stream, Data: m.Data()}:
		case <-ctx.Done():
		}
	}, jetstream.PullExpiry(readExpiry), jetstream.PullHeartbeat(readHeartbeat))
	if err != nil {
		return nil //nolint:nilerr // asked again
	}
	defer reading.Stop()
	for upTo == 0 || f.next <= upTo {
		select {
		case <-ctx.Done():
			return nil
		case <-reading.Closed():
			return nil
		case first := <-entries:
			all, whole := f.expected(batch(first, entries))
			if len(all) > 0 {
				if err := f.apply(all); err != nil {
					return err
				}
				f.next = all[len(all)-1].Sequence + 1
			}
			if !whole {
				return nil
			}
		}
	}
	return nil
}

// expected gives of some entries those that come next, without what has been taken
// already, and tells whether nothing is missing among them.
func (f *follower) expected(entries []Entry) (next []Entry, whole bool) {
	for len(entries) > 0 && entries[0].Sequence < f.next {
		entries = entries[1:]
	}
	for i, e := range entries {
		if e.Sequence != f.next+uint64(i) {
			return entries[:i], false
		}
	}
	return entries, true
}
