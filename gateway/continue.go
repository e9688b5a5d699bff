package gateway

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"time"

	"go.uber.org/zap"

	"dragoman/settlement"
	measure "dragoman/settlement/days"
	"dragoman/store"
)

// Continued is what becomes of a day from where books stand, as things are and under a
// supposition.
type Continued struct {
	Stood    store.State // where it begins
	From     settlement.Moment
	Until    settlement.Moment
	Open     int // payments that had not ended
	Expected int // payments that came after

	AsItIs, Otherwise store.State // in the end
	Was, Is           []measure.Figures
	Now, NoLonger     []settlement.PaymentID // that settle only under the supposition, or only without
	Left              []SupposedAmount       // of changes of balances: what was never there
}

// Point is a place in the log: the group, or the last one before a time. The zero Point
// is where the books stand.
type Point struct {
	Group uint64
	Time  time.Time
}

// Continue plays on from a point of the log of a node that is stopped. A point before
// the end is reached by applying the log up to it, and must have the digest that the
// node had there.
func Continue(ctx context.Context, servers NATSSettings, folder, scratch string, at Point, s Supposition, o Outlook, log *zap.Logger, progress func(done, of uint64)) (r Continued, err error) {
	own, err := store.OpenReadOnly(BooksPath(folder))
	if err != nil {
		return r, err
	}
	defer own.Close() //nolint:errcheck // only read
	base, group := own, own.State().Sequence
	if at != (Point{}) {
		if group, err = at.in(own); err != nil {
			return r, err
		}
	}
	if group < own.State().Sequence {
		path := filepath.Join(scratch, "point.db")
		if err = reach(ctx, servers, folder, path, group, own, log, progress); err != nil {
			return r, err
		}
		if base, err = store.OpenReadOnly(path); err != nil {
			return r, err
		}
		defer base.Close() //nolint:errcheck // only read
	}
	return continuing{known: own, base: base, path: filepath.Join(scratch, "played.db"), progress: progress}.play(ctx, s, o)
}

// in is the group of the books that a point means.
func (p Point) in(books *store.Books) (uint64, error) {
	last := books.State().Sequence
	if p.Time.IsZero() {
		if p.Group == 0 || p.Group > last {
			return 0, fmt.Errorf("the books have applied the groups 1 to %d; %d is none of them", last, p.Group)
		}
		return p.Group, nil
	}
	var err error
	later := sort.Search(int(last), func(i int) bool { //nolint:gosec // groups of one log
		g, _, wrong := books.Group(uint64(i) + 1) //nolint:gosec // not negative
		if wrong != nil {
			err = wrong
		}
		return g.Booked > settlement.Moment(p.Time.UnixNano())
	})
	if err == nil && later == 0 {
		err = fmt.Errorf("the log begins after %s", p.Time.Format(time.RFC3339))
	}
	return uint64(later), err //nolint:gosec // not negative
}

// reach applies the log of a node up to a group to new books.
func reach(ctx context.Context, servers NATSSettings, folder, path string, group uint64, own *store.Books, log *zap.Logger, progress func(done, of uint64)) error {
	nc, ended, err := connectLog(ctx, servers, folder, log)
	if err != nil {
		return err
	}
	defer ended()
	orders, err := OpenOrders(ctx, nc, own.State(), "what-if", time.Now)
	if err != nil {
		return err
	}
	if _, err := orders.baseOf(ctx, folder, path, group, true); err != nil {
		return err
	}
	reached, err := rebuild(ctx, orders, path, group, replaying{progress: progress})
	if err != nil {
		return err
	}
	if was, _, err := own.Group(group); err != nil || was.Digest != reached.Digest {
		return fmt.Errorf("at group %d: %w", group, orError(err, ErrNotTheLog))
	}
	return nil
}

func orError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// continuing plays on from books, which it only reads, on copies of them.
type continuing struct {
	known    *store.Books // that know the day which is expected again
	base     *store.Books
	path     string // where a copy may stand
	progress func(done, of uint64)
}

func (c continuing) play(ctx context.Context, s Supposition, o Outlook) (r Continued, err error) {
	r.Stood = c.base.State()
	if r.Stood.Now == 0 {
		return r, outlookError("no time has passed in the books yet: there is nothing to go on from")
	}
	directory, err := directoryOf(c.base)
	if err != nil {
		return r, err
	}
	if err := s.unknown(directory); err != nil {
		return r, err
	}
	r.From, r.Until = max(r.Stood.Now, o.From), o.Until
	if r.Until == 0 {
		r.Until = (&Lane{directory: directory}).closeAfter(r.From)
	}
	if r.Until <= r.From {
		return r, outlookError(fmt.Sprintf("it is %s already: it can be played on until a later time only", timeOf(r.From).Format(time.RFC3339)))
	}
	expected, err := o.expected(c.known, r.From, r.Until, r.Stood.Payment)
	if err != nil {
		return r, err
	}
	r.Expected = len(expected)
	run := func(s *supposing, half uint64) (*player, error) {
		p := &player{from: r.From, until: r.Until, suppose: s, expected: expected, progress: func(done, of uint64) { c.progress(half*of+done, 2*of) }}
		return p, p.play(ctx, c.base, c.path)
	}
	was, err := run(nil, 0)
	if err != nil {
		return r, err
	}
	supposing := newSupposing(s)
	is, err := run(supposing, 1)
	if err != nil {
		return r, fmt.Errorf("under the supposition: %w", err)
	}
	r.Open, r.AsItIs, r.Otherwise = was.open, was.state, is.state
	r.Was, r.Is = was.measure.Figures(r.Until), is.measure.Figures(r.Until)
	r.Now, r.NoLonger = difference(is.settled, was.settled), difference(was.settled, is.settled)
	r.Left = supposing.left()
	return r, nil
}

// outlookError says why there is nothing to be played: whoever asked can ask otherwise.
type outlookError string

func (e outlookError) Error() string { return string(e) }

func isOutlook(err error) bool {
	var e outlookError
	return errors.As(err, &e)
}

// player plays one continuation.
type player struct {
	onlooker
	from, until settlement.Moment
	suppose     *supposing
	expected    []settlement.Payment // that have not come yet
	progress    func(done, of uint64)

	lane    *Lane
	books   *store.Books
	asked   []settlement.PaymentID // whose confirmation is asked for
	batches []store.Batch          // that are not in the books yet
	open    int
	state   store.State
}

// play plays to the end on a copy of the books, which it takes away again.
func (p *player) play(ctx context.Context, base *store.Books, path string) (err error) {
	if err := copyTo(ctx, base, path); err != nil {
		return err
	}
	defer func() {
		if gone := removed(path); err == nil {
			err = gone
		}
	}()
	if p.books, err = store.OpenUnsynced(path); err != nil {
		return err
	}
	defer p.books.Abandon() //nolint:errcheck // nobody keeps it
	if p.lane, err = NewLane(p.books); err != nil {
		return err
	}
	p.lane.suppose = p.suppose
	if err := p.begin(); err != nil {
		return err
	}
	for at := p.from; ; at = p.next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.step(at); err != nil {
			return err
		}
		p.progress(uint64((at-p.from)/settlement.Moment(time.Second)), uint64((p.until-p.from)/settlement.Moment(time.Second))+1) //nolint:gosec // at is not before from
		if at == p.until && len(p.asked)+len(p.expected) == 0 {
			break
		}
	}
	if err := p.commit(); err != nil {
		return err
	}
	p.state = p.books.State()
	return nil
}

func copyTo(ctx context.Context, books *store.Books, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // in a folder of its own
	if err != nil {
		return fmt.Errorf("copy the books: %w", err)
	}
	err = books.CopyTo(ctx, f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("copy the books: %w", err)
	}
	return nil
}

// begin measures what is there already.
func (p *player) begin() error {
	p.onlooker = onlooker{measure: measure.NewMeasure(0), settled: map[settlement.PaymentID]bool{}}
	open, err := p.onlooker.begin(p.books)
	for i := range open {
		if open[i].State == settlement.StateReserved || open[i].State == settlement.StateAsked {
			p.asked = append(p.asked, open[i].ID)
		}
	}
	p.open = len(open)
	return err
}

// next is when something happens next: what is due by itself, what comes, or at once
// what is confirmed; the end at the latest.
func (p *player) next() settlement.Moment {
	now := p.lane.engine.Now()
	if len(p.asked) > 0 {
		return now
	}
	at := p.until
	if due := p.lane.due(); due != 0 {
		at = min(at, max(due, now+1))
	}
	if len(p.expected) > 0 {
		at = min(at, max(p.expected[0].Arrived, now))
	}
	return at
}

// maxPlayed is how many steps are written to the copy at once.
const maxPlayed = 256

// step plays one moment.
func (p *player) step(at settlement.Moment) error {
	came := 0
	for came < len(p.expected) && came < maxGroupOrders && p.expected[came].Arrived <= at {
		came++
	}
	batch, err := p.lane.imagine(at, p.asked, p.expected[:came])
	if err != nil {
		return err
	}
	p.expected, p.asked = p.expected[came:], nil
	for i := range batch.Changes.Payments {
		if one := &batch.Changes.Payments[i]; one.State == settlement.StateReserved || one.State == settlement.StateAsked {
			p.asked = append(p.asked, one.ID)
		}
	}
	p.group(&batch)
	if p.batches = append(p.batches, batch); len(p.batches) == maxPlayed {
		return p.commit()
	}
	return nil
}

func (p *player) commit() error {
	_, err := p.books.Commit(p.batches)
	p.batches = nil
	p.lane.Committed()
	return err
}

// imagine applies what no log brought: time moves, payments are confirmed, and others
// come. Nobody is told anything: no message is written.
func (l *Lane) imagine(at settlement.Moment, confirmed []settlement.PaymentID, come []settlement.Payment) (batch store.Batch, err error) {
	w := l.next(l.state.Sequence + 1)
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("at %s: %v", timeOf(at).Format(time.RFC3339Nano), cause)
		}
	}()
	w.at = at
	l.engine.Begin(at)
	w.enforce()
	w.moveTime(at)
	w.confirm(confirmed)
	for i := range come {
		w.expect(&come[i])
	}
	if err := w.expireRequests(); err != nil {
		return batch, err
	}
	changes := l.engine.Finish()
	w.remember(changes)
	return w.done(nextHash(l.state.LogHash, nil), changes)
}
