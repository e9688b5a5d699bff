package gateway

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/zap"

	"dragoman/settlement"
	"dragoman/store"
)

// Replayed is what came of a replay.
type Replayed struct {
	Own, Rebuilt store.State
	// From is the group behind which the log was applied, to a snapshot that has
	// applied the trimmed ones; 0: it is whole.
	From uint64
	// Differences are those between the rows of both, beyond their states.
	Differences []string
}

// Same tells that the books are what the log says.
func (r *Replayed) Same() bool { return r.Own == r.Rebuilt && len(r.Differences) == 0 }

// Replay builds new books at path from the log of a node that is stopped, up to
// where the node's own books stand, and compares both: their states, which hold a
// digest of all effects, and every row. progress is told now and then how far it
// is, in groups of the log. The log is the folder's own, or that of the servers
// outside that are named.
func Replay(ctx context.Context, servers NATSSettings, folder, path string, log *zap.Logger, progress func(done, of uint64)) (r Replayed, err error) {
	own, err := store.OpenReadOnly(BooksPath(folder))
	if err != nil {
		return r, err
	}
	defer own.Close() //nolint:errcheck // only read
	r.Own = own.State()
	nc, ended, err := connectLog(ctx, servers, folder, log)
	if err != nil {
		return r, err
	}
	defer ended()
	orders, err := OpenOrders(ctx, nc, r.Own, "replay", time.Now)
	if err != nil {
		return r, err
	}
	if r.From, err = orders.baseOf(ctx, folder, path, r.Own.Sequence, false); err != nil {
		return r, err
	}
	if r.Rebuilt, err = rebuild(ctx, orders, path, r.Own.Sequence, replaying{progress: progress}); err != nil {
		return r, err
	}
	rebuilt, err := store.OpenReadOnly(path)
	if err != nil {
		return r, err
	}
	defer rebuilt.Close() //nolint:errcheck // only read
	r.Differences, err = store.Compare(ctx, own, rebuilt)
	return r, err
}

// connectLog connects to the log of a node that is stopped; ended ends that.
func connectLog(ctx context.Context, servers NATSSettings, folder string, log *zap.Logger) (nc *nats.Conn, ended func(), err error) {
	if servers.URL != "" {
		if nc, err = connectExternal(ctx, servers, log); err != nil {
			return nil, nil, err
		}
		return nc, nc.Close, nil
	}
	embedded, err := StartEmbedded(filepath.Join(folder, logName), log)
	if err != nil {
		return nil, nil, err
	}
	if nc, err = embedded.Connect(); err != nil {
		embedded.Stop()
		return nil, nil, err
	}
	return nc, func() { nc.Close(); embedded.Stop() }, nil
}

// replaying is how a log is applied to new books.
type replaying struct {
	progress func(done, of uint64)
	suppose  *supposing         // what is supposed to be otherwise; nil: nothing
	observe  func(*store.Batch) // is shown what each group did; nil: nobody looks
}

// rebuild applies the log up to a sequence to new books, or to those that are there.
func rebuild(ctx context.Context, orders *Orders, path string, upTo uint64, how replaying) (state store.State, err error) {
	books, err := store.Open(path)
	if err != nil {
		return state, err
	}
	defer func() {
		if closed := books.Close(); err == nil {
			err = closed
		}
	}()
	r := &rebuilding{orders: orders, books: books, upTo: upTo, bare: map[settlement.Place]bool{}, replaying: how}
	if books.State().Sequence >= upTo {
		return books.State(), nil
	}
	if r.claims, err = orders.quarantines(ctx, books.State().Sequence, upTo); err != nil {
		return books.State(), err
	}
	for err = r.run(ctx); r.again(err); {
		err = r.run(ctx)
	}
	if err == nil && books.State().Sequence != upTo {
		err = fmt.Errorf("the log was applied up to group %d of %d: %w", books.State().Sequence, upTo, context.Cause(ctx))
	}
	return books.State(), err
}

// rebuilding is a log on its way into new books.
type rebuilding struct {
	replaying
	orders *Orders
	books  *store.Books
	upTo   uint64
	claims claims // of the whole log
	bare   map[settlement.Place]bool
}

// again tells whether a failure is that of an entry which is taken out and could
// not be refused: then it is recorded alone, as the node did.
func (r *rebuilding) again(err error) bool {
	var poison *Poison
	if !errors.As(err, &poison) || !poison.Taken || r.bare[poison.Place] {
		return false
	}
	r.bare[poison.Place] = true
	return true
}

// run applies the log from where the books stand.
func (r *rebuilding) run(ctx context.Context) error {
	lane, err := NewLane(r.books)
	if err != nil {
		return err
	}
	lane.claims, lane.bare, lane.suppose, lane.observe = r.claims, r.bare, r.suppose, r.observe
	ctx, done := context.WithCancel(ctx)
	defer done()
	return r.orders.Follow(ctx, r.books.State().Sequence, func(entries []Entry) error {
		for i, e := range entries {
			if e.Sequence > r.upTo {
				entries = entries[:i]
				break
			}
		}
		if len(entries) == 0 {
			return nil
		}
		if err := lane.Apply(entries); err != nil {
			return err
		}
		reached := entries[len(entries)-1].Sequence
		r.progress(reached, r.upTo)
		if reached == r.upTo {
			done()
		}
		return nil
	})
}
