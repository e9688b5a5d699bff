package gateway

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store/wire"
)

// OrderKind is what an order is.
type OrderKind uint8

// Kinds of orders.
const (
	OrderMessage   OrderKind = iota + 1 // an ISO 20022 message of a participant
	OrderTick                           // engine time moves on
	OrderDirectory                      // participants, accounts, corridors change
	OrderOperator                       // an operator or compliance officer decides
	OrderRefused                        // a body that could not be read as a message
	OrderView                           // somebody looks at the content of another's message
	OrderExport                         // somebody takes messages out of the message log
	OrderBackup                         // somebody makes a backup
	OrderKey                            // the signing key hands over to the next one
	OrderRates                          // a provider says what rates it stands by
	OrderQuote                          // somebody wants an exchange to be offered
	OrderLife                           // the log goes on from a backup, without what came behind that
	OrderLeader                         // a node claims to lead in the next term
	OrderRules                          // what follows is applied by other rules
	OrderRead                           // participants have read their mailboxes so far
	OrderBarrier                        // nothing: who wrote it knows that it has seen all that stands before it
	OrderTrim                           // the beginning of the log is taken away, which a snapshot covers
)

// Order is one thing that the log brings. Whatever a decision depends on stands
// in it.
type Order struct {
	Kind     OrderKind
	From     messages.BIC // authenticated participant
	Key      string       // fingerprint of the certificate, or NKEY
	Received settlement.Moment
	Facts    []byte   // what was read of it; its form depends on the kind
	Nonce    [16]byte // salt of its digest in the message log
	Payload  []byte   // its bytes as received, packed as store.Pack packs

	ahead *ahead // what was worked out of it already; nil: nothing
}

// digest is what tells two orders of one place in their group apart.
func (o *Order) digest() [32]byte {
	return sha256.Sum256(append(append([]byte{byte(o.Kind)}, o.Facts...), o.Payload...))
}

// Group is one message of the ORDERS stream: the orders that came in while the
// one before was written. It is the unit of the log, of commits and of answers.
type Group struct {
	Door     string   // which door wrote it
	Epoch    uint64   // of the door, one more with every start
	Number   uint64   // of the door's groups in this epoch, from 1
	Term     uint64   // in which its node leads, as far as that knew; 0: it does not lead
	Previous [32]byte // hash of the door's group before
	At       settlement.Moment
	Orders   []Order
}

// Bounds of a group: it closes at either; one larger order travels alone. With
// the body limit they keep it below MaxPayload of the server.
const (
	maxGroupBytes  = 4 << 20
	maxGroupOrders = 1000
	// MaxBody bounds one message of a participant.
	MaxBody = 6 << 20
	// maxPayload is what the embedded server takes and an external one must.
	maxPayload = 8 << 20
)

// What an encoded group has beside its orders, and an order beside its parts, is no
// longer than that.
const (
	groupHead = 256
	orderHead = 64
)

// Encode writes the group as it stands in the log.
func (g *Group) Encode() []byte {
	size := groupHead
	for i := range g.Orders {
		size += orderHead + len(g.Orders[i].Key) + len(g.Orders[i].Facts) + len(g.Orders[i].Payload)
	}
	w := wire.NewWriterOf(size)
	w.Text(g.Door)
	w.Uint(g.Epoch)
	w.Uint(g.Number)
	w.Uint(g.Term)
	w.Fixed(g.Previous[:])
	w.Int(int64(g.At))
	w.Uint(uint64(len(g.Orders)))
	for i := range g.Orders {
		o := &g.Orders[i]
		w.Uint(uint64(o.Kind))
		w.Text(o.From.String())
		w.Text(o.Key)
		w.Int(int64(o.Received))
		w.Bytes(o.Facts)
		w.Fixed(o.Nonce[:])
		w.Bytes(o.Payload)
	}
	return w.Record()
}

// ErrGroup is wrapped by every error of a group that cannot be read.
var ErrGroup = errors.New("the log holds a group that cannot be read")

// DecodeGroup reads a group; its orders are windows on the bytes.
func DecodeGroup(b []byte) (*Group, error) {
	r := wire.NewReader(b)
	g := &Group{Door: r.Text(), Epoch: r.Uint(), Number: r.Uint(), Term: r.Uint()}
	r.Fixed(g.Previous[:])
	g.At = settlement.Moment(r.Int())
	n := r.Uint()
	if n > maxGroupOrders+maxTicks+1 {
		return nil, fmt.Errorf("%w: %d orders", ErrGroup, n)
	}
	for range n {
		o := Order{Kind: OrderKind(r.Uint())} //nolint:gosec // an unknown kind is refused when it is applied
		from := r.Text()
		o.Key, o.Received, o.Facts = r.Text(), settlement.Moment(r.Int()), r.Bytes()
		r.Fixed(o.Nonce[:])
		o.Payload = r.Bytes()
		var err error
		if from != "" {
			o.From, err = messages.ParseBIC(from)
		}
		if err != nil || r.Err() != nil {
			return nil, errors.Join(ErrGroup, err, r.Err())
		}
		g.Orders = append(g.Orders, o)
	}
	if r.Err() != nil || r.Rest() != 0 {
		return nil, fmt.Errorf("%w: %d bytes left over: %w", ErrGroup, r.Rest(), errors.Join(r.Err()))
	}
	return g, nil
}

// nextHash is the running hash of the log: it binds a group to all before it.
func nextHash(before [32]byte, group []byte) [32]byte {
	h := sha256.New()
	_, _ = h.Write(before[:])
	_, _ = h.Write(group)
	var next [32]byte
	h.Sum(next[:0])
	return next
}
