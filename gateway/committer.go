package gateway

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// committer writes to the books what the lane has applied, while the lane goes on
// in memory: the disk is slow and the processor idle in turns. Nothing is shown to
// anybody before it is committed.
type committer struct {
	lane    *Lane
	books   *store.Books
	applied *watermark // how far the books have come
	// done is called after every commit, with the directory as it stood then, before
	// the mark moves.
	done func(directory *routing.Directory, mails map[settlement.ParticipantID][]Mail)

	meter *meter      // nil: nothing is counted
	log   *zap.Logger // nil: nothing is logged
	time  *Timekeeper // nil: no ticks are written
	clock func() time.Time

	todo    chan step
	fault   func() error  // for tests alone: why the books cannot be written
	ended   chan struct{} // closed when nothing is committed any more
	handed  uint64        // sequence of the last group handed over
	records int           // handed over since the lane last forgot what is committed
}

// step is what the lane did at once.
type step struct {
	batches   []store.Batch
	directory *routing.Directory
}

func (s *step) records() (n int) {
	for i := range s.batches {
		n += 1 + len(s.batches[i].Records)
	}
	return n
}

func (s *step) last() uint64 { return s.batches[len(s.batches)-1].State.Sequence }

const (
	// maxUncommitted bounds the steps that wait for the commit before them; they are
	// committed together.
	maxUncommitted = 4
	// maxRemembered is after how many records of the message log the lane waits until
	// all is committed, so that it can forget them: some 20 MB.
	maxRemembered = 4000
)

// errEnded says that nothing is committed any more; why is told elsewhere.
var errEnded = errors.New("the books take no more")

func newCommitter(lane *Lane, books *store.Books, applied *watermark, done func(*routing.Directory, map[settlement.ParticipantID][]Mail)) *committer {
	return &committer{
		lane: lane, books: books, applied: applied, done: done, clock: time.Now,
		todo: make(chan step, maxUncommitted), ended: make(chan struct{}), handed: books.State().Sequence,
	}
}

// run commits until ctx ends or a commit fails. What was handed over and is not
// committed by then stands in the log.
func (c *committer) run(ctx context.Context) error {
	defer close(c.ended)
	for {
		select {
		case <-ctx.Done():
			return nil
		case first := <-c.todo:
			if err := c.commit(first); err != nil {
				return err
			}
		}
	}
}

// commit writes everything that waits in one transaction.
func (c *committer) commit(all step) error {
	for len(c.todo) > 0 {
		next := <-c.todo
		all = step{append(all.batches, next.batches...), next.directory}
	}
	if c.fault != nil {
		if err := c.fault(); err != nil {
			return err
		}
	}
	start := c.clock()
	if _, err := c.books.Commit(all.batches); err != nil {
		return err
	}
	now := c.clock()
	c.meter.applied(all.batches, now.Sub(start), settlement.Moment(now.UnixNano()))
	c.trace(all.batches, all.directory)
	c.done(all.directory, Mailed(all.batches))
	c.applied.set(all.last())
	return nil
}

// Mailed are the messages that batches put into mailboxes.
func Mailed(batches []store.Batch) map[settlement.ParticipantID][]Mail {
	mails := map[settlement.ParticipantID][]Mail{}
	for i := range batches {
		for k := range batches[i].Records {
			if r := &batches[i].Records[k]; r.Mailed {
				mails[r.Receiver] = append(mails[r.Receiver], Mail{Number: r.Mail, Type: r.Type, Body: r.Payload})
			}
		}
	}
	return mails
}

// apply is the lane's step: it applies entries in memory and hands them over. The
// error comes when everything before it is committed.
func (c *committer) apply(ctx context.Context, entries []Entry) error {
	if err := c.forget(ctx); err != nil {
		return err
	}
	batches, poison := c.lane.Advance(entries)
	c.tell()
	if len(batches) > 0 {
		s := step{batches, c.lane.directory}
		select {
		case c.todo <- s:
			c.handed, c.records = s.last(), c.records+s.records()
		case <-c.ended:
			return errEnded
		}
	}
	if poison != nil {
		c.applied.wait(ctx, c.handed)
	}
	return poison
}

// tell has the timekeeper know where the lane stands.
func (c *committer) tell() {
	if c.time != nil {
		c.time.Applied(c.lane.Clock())
	}
}

// forget lets the lane forget what is committed, if that is all it did; after
// much it waits until it is.
func (c *committer) forget(ctx context.Context) error {
	switch {
	case c.records == 0:
		return nil
	case c.applied.at() >= c.handed:
	case c.records < maxRemembered:
		return nil
	case !c.applied.wait(ctx, c.handed):
		return errEnded
	}
	c.lane.Committed()
	c.records = 0
	return nil
}

// trace logs how payments have changed, for those who look for a fault: what they
// are called and where they stand, nothing that is in them.
func (c *committer) trace(batches []store.Batch, directory *routing.Directory) {
	if c.log == nil || !c.log.Core().Enabled(zap.DebugLevel) {
		return
	}
	v := viewer{all: true, directory: directory}
	for i := range batches {
		for k := range batches[i].Changes.Payments {
			p := &batches[i].Changes.Payments[k]
			c.log.Debug("a payment has changed", zap.String("uetr", uetrOf(p)), zap.Uint64("payment", uint64(p.ID)), zap.Stringer("from", v.name(p.Sender)),
				zap.Stringer("to", v.name(p.Receiver)), zap.Stringer("state", p.State), zap.String("status", string(p.Status)), zap.String("reason", p.Reason.Code))
		}
	}
}
