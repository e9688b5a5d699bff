package gateway

import (
	"context"
	"fmt"
	"time"

	"dragoman/settlement"
	"dragoman/store"
	"dragoman/store/wire"
)

// What a participant has acknowledged at one of several nodes, all of them must know:
// it is an entry of the log. A node alone keeps it in its books and spares the write.

func readFacts(party settlement.ParticipantID, upTo uint64) []byte {
	w := wire.NewWriter()
	w.Uint(uint64(party))
	w.Uint(upTo)
	return w.Record()
}

// markRead notes how far a mailbox was read.
func (w *work) markRead(o *Order) error {
	r := wire.NewReader(o.Facts)
	reader := store.Reader{Party: settlement.ParticipantID(r.Uint()), UpTo: r.Uint()} //nolint:gosec // written from one
	if r.Err() != nil {
		return fmt.Errorf("read how far a mailbox was read: %w", r.Err())
	}
	w.readers = append(w.readers, reader)
	return nil
}

// Acknowledge notes that a participant has everything in its mailbox up to that number
// safe, on all nodes; it returns how many messages that are more than before.
func (n *Node) Acknowledge(ctx context.Context, party settlement.ParticipantID, upTo uint64) (uint64, error) {
	if n.orders.alone {
		return n.Mailboxes.Acknowledge(party, upTo), nil
	}
	before := n.Books.Acknowledged(party)
	if upTo = min(upTo, n.Books.MailboxEnd(party)); upTo <= before {
		return 0, nil
	}
	place, err := n.orders.Append(ctx, Order{Kind: OrderRead, Received: settlement.Moment(n.clock().UnixNano()), Facts: readFacts(party, upTo)})
	if err != nil {
		return 0, err
	}
	if err := n.applies(ctx, place); err != nil {
		return 0, err
	}
	n.Mailboxes.forget(party, upTo)
	return upTo - before, nil
}

// Fresh waits until this node has applied all that any node had acknowledged before it
// was called. The end of the log cannot simply be asked for: a server that has been cut
// off from the others and does not know it would answer as well. What is written to the
// log stands behind everything acknowledged.
func (n *Node) Fresh(ctx context.Context) error {
	if n.orders.alone {
		end, err := n.orders.End(ctx)
		if err != nil {
			return err
		}
		return n.applies(ctx, settlement.Place{Sequence: end})
	}
	place, err := n.orders.Append(ctx, Order{Kind: OrderBarrier, Received: settlement.Moment(n.clock().UnixNano())})
	if err != nil {
		return err
	}
	return n.applies(ctx, place)
}

// applies waits until the books have applied a place, for as long as a caller waits.
func (n *Node) applies(ctx context.Context, place settlement.Place) error {
	ctx, cancel := context.WithTimeout(ctx, readPatience)
	defer cancel()
	if n.WaitFor(ctx, place.Sequence) != nil {
		return &requestError{problemBehind, "the books have not come to place " + placeText(place) + "; ask again", time.Second}
	}
	return nil
}
