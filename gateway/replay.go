package gateway

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"dragoman/store"
)

// Replay builds new books at path from the log of a node that is stopped, up to
// where the node's own books stand, and returns the states of both. Equal states
// have equal digests: the books are what the log says. progress is told now and
// then how far it is.
func Replay(ctx context.Context, folder, path string, log *zap.Logger, progress func(done, of uint64)) (own, rebuilt store.State, err error) {
	books, err := store.Open(filepath.Join(folder, "books.db"))
	if err != nil {
		return own, rebuilt, err
	}
	own = books.State()
	if err := books.Close(); err != nil {
		return own, rebuilt, err
	}
	embedded, err := StartEmbedded(filepath.Join(folder, "log"), log)
	if err != nil {
		return own, rebuilt, err
	}
	defer embedded.Stop()
	nc, err := embedded.Connect()
	if err != nil {
		return own, rebuilt, err
	}
	defer nc.Close()
	orders, err := OpenOrders(ctx, nc, own, "replay", time.Now)
	if err != nil {
		return own, rebuilt, err
	}
	rebuilt, err = rebuild(ctx, orders, path, own.Sequence, progress)
	return own, rebuilt, err
}

// rebuild applies the log up to a sequence to new books.
func rebuild(ctx context.Context, orders *Orders, path string, upTo uint64, progress func(done, of uint64)) (state store.State, err error) {
	books, err := store.Open(path)
	if err != nil {
		return state, err
	}
	defer func() {
		if closed := books.Close(); err == nil {
			err = closed
		}
	}()
	lane, err := NewLane(books)
	if err != nil || upTo == 0 {
		return books.State(), err
	}
	ctx, done := context.WithCancel(ctx)
	defer done()
	err = orders.Follow(ctx, 0, func(entries []Entry) error {
		for i, e := range entries {
			if e.Sequence > upTo {
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
		progress(reached, upTo)
		if reached == upTo {
			done()
		}
		return nil
	})
	if err == nil && books.State().Sequence != upTo {
		err = fmt.Errorf("the log was applied up to group %d of %d: %w", books.State().Sequence, upTo, context.Cause(ctx))
	}
	return books.State(), err
}
