package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"dragoman/settlement"
	"dragoman/store"
)

// ErrStopped says that the lane has stopped: reads go on, new orders are refused.
var ErrStopped = errors.New("the lane has stopped")

// halt is the lane standing before an entry that it cannot apply.
type halt struct {
	mu     sync.Mutex
	poison *Poison
	claims claims // that the log holds behind it so far
}

// see takes in what stands behind the poison in the log.
func (h *halt) see(entries []Entry) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range entries {
		h.claims.add(e)
	}
}

// said are those who want the entry taken out.
func (h *halt) said() []claim {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.claims[h.poison.Place])
}

// lead applies the log until ctx ends or something fails that nobody in the log
// can help. Before an entry that cannot be applied it waits until two operators
// have taken that entry out, and goes on.
func (n *Node) lead(ctx context.Context) error {
	for {
		err := n.follow(ctx)
		var poison *Poison
		if !errors.As(err, &poison) {
			if !errors.Is(err, errUnwritable) || ctx.Err() != nil {
				return err
			}
			if err := n.tryAgain(ctx, err); err != nil || ctx.Err() != nil {
				return err
			}
			continue
		}
		bare := poison.Taken
		switch {
		case bare && n.lane.bare[poison.Place]:
			return err // not even recording it works: no quarantine will help
		case !bare:
			n.log.Error("the lane has stopped before an entry that it cannot apply", zap.String("place", placeText(poison.Place)), zap.Error(err))
			if err := n.standStill(ctx, poison); err != nil || ctx.Err() != nil {
				return err
			}
		}
		if err := n.restart(ctx, poison.Place, bare); err != nil {
			return err
		}
	}
}

// follow has the lane apply the log and the books take it in, until ctx ends or
// one of them fails.
func (n *Node) follow(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c := newCommitter(n.lane, n.Books, n.applied, n.committed)
	c.meter, c.log, c.clock, c.time, c.fault = n.meter, n.log, n.clock, n.time, n.unwritable
	c.tell()
	written := make(chan error, 1)
	go func() {
		written <- c.run(ctx)
		stop()
	}()
	err := n.orders.Follow(ctx, n.Books.State().Sequence, func(entries []Entry) error { return c.apply(ctx, entries) })
	stop()
	if broken := <-written; broken != nil {
		return fmt.Errorf("%w: %w", errUnwritable, broken)
	}
	if errors.Is(err, errEnded) {
		return nil // ctx has ended
	}
	return err
}

// errUnwritable says that the books took nothing: the disk is full, say. What they
// have is as it was, and the log has the rest.
var errUnwritable = errors.New("the books cannot be written")

// writeAgain is the wait before the books are tried again.
const writeAgain = time.Second

// tryAgain refuses new orders for a moment, and has a new lane go on where the
// books stand: it heals by itself as soon as they can be written.
func (n *Node) tryAgain(ctx context.Context, cause error) error {
	if errors.Is(cause, store.ErrCorrupt) {
		return cause
	}
	n.fail("the lane waits until the books can be written again", cause)
	pause := time.NewTimer(writeAgain)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return nil
	case <-pause.C:
	}
	return n.restart(ctx, settlement.Place{}, false)
}

// standStill refuses new orders and reads on in the log until it holds what lets
// the lane go on: quarantines of the poison by two keys. Whether they are those of
// two persons who may is judged when the lane comes to the entry again.
func (n *Node) standStill(ctx context.Context, poison *Poison) error {
	directory, err := directoryOf(n.Books) // the lane's own may be ahead of the books
	if err != nil {
		return err
	}
	n.show(directory)
	var cause error = poison
	h := &halt{poison: poison, claims: claims{}}
	n.failed.Store(&cause)
	n.halted.Store(h)
	n.applied.close()
	tried := n.tried[poison.Place]
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	return n.orders.Follow(ctx, poison.Place.Sequence, func(entries []Entry) error {
		h.see(entries)
		if said := len(h.said()); said > 1 && said > tried {
			n.tried[poison.Place] = said
			enough()
		}
		return nil
	})
}

// restart has a new lane stand where the books stand: what the old one has in
// memory is of no use after a failure.
func (n *Node) restart(ctx context.Context, place settlement.Place, bare bool) error {
	before := n.lane
	if err := n.openLane(ctx); err != nil {
		return err
	}
	n.lane.accepted = before.accepted
	if n.lane.bare = before.bare; bare {
		n.lane.bare[place] = true
	}
	n.show(n.lane.directory)
	n.halted.Store(nil)
	n.failed.Store(nil)
	n.applied.open()
	n.log.Info("the lane goes on", zap.Uint64("behind", n.Books.State().Sequence))
	return nil
}

// openLane makes the lane that stands where the books stand.
func (n *Node) openLane(ctx context.Context) error {
	lane, err := NewLane(n.Books)
	if err != nil {
		return err
	}
	return n.setLane(ctx, lane)
}

// setLane has a lane take over, and know the quarantines that the log holds behind
// the place where it stands.
func (n *Node) setLane(ctx context.Context, lane *Lane) error {
	n.lane = lane
	n.lane.fault, n.lane.known = n.fault, n.known
	end, err := n.orders.End(ctx)
	if err != nil {
		return err
	}
	n.lane.claims, err = n.orders.quarantines(ctx, n.Books.State().Sequence, end)
	return err
}

// quarantines are those that the log holds between two places.
func (o *Orders) quarantines(ctx context.Context, after, upTo uint64) (claims, error) {
	found := claims{}
	err := o.Search(ctx, after, upTo, func(entries []Entry) error {
		for _, e := range entries {
			found.add(e)
		}
		return nil
	})
	if err == nil && len(found) > 0 {
		err = o.Search(ctx, after, upTo, func(entries []Entry) error {
			for _, e := range entries {
				found.weigh(e)
			}
			return nil
		})
	}
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return found, err
}

// WaitFor waits until the books have applied that group.
func (n *Node) WaitFor(ctx context.Context, sequence uint64) error {
	if n.applied.wait(ctx, sequence) {
		return nil
	}
	if err := n.failed.Load(); err != nil {
		return fmt.Errorf("%w: %w", ErrStopped, *err)
	}
	return ctx.Err()
}

// Failed is why the lane has stopped; nil while it runs.
func (n *Node) Failed() error {
	if err := n.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// Poisoned is the entry before which the lane stands; nil while it runs.
func (n *Node) Poisoned() *Poison {
	if h := n.halted.Load(); h != nil {
		return h.poison
	}
	return nil
}
