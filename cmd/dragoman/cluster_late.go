package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"dragoman/gateway"
	"dragoman/settlement"
	"dragoman/store"
	"dragoman/store/wire"
)

// A leader that was replaced while it stood still may wake up and write what it was about
// to: ticks of its term, by a clock that may be wrong, and its claim once more. The proof
// writes that itself, in the name of the last leader that was replaced. It must count for
// nothing.

// The stream of the log, and its subject.
const (
	ordersStream  = "ORDERS"
	ordersSubject = "orders"
)

// lateTicks are those of the group: together farther ahead than any clock here.
const (
	lateTicks = 10
	lateTick  = 50 * time.Second
)

// reigns are the terms that the log gives, as the proof reads it: the first claim of the
// next term is heeded, and no other.
type reigns struct {
	terms []clusterTerm
	last  map[string]lastGroup // of every door in each of its epochs
}

// clusterTerm is one term.
type clusterTerm struct {
	door     string
	epoch    uint64
	sequence uint64 // of the group with the claim
}

type lastGroup struct {
	number uint64
	hash   [32]byte
}

func (t clusterTerm) name() string { return fmt.Sprintf("%s, epoch %d", t.door, t.epoch) }

// at is the number of the term after a group of the log, and who leads in it.
func (r *reigns) at(sequence uint64) (term uint64, by clusterTerm) {
	for _, t := range r.terms {
		if t.sequence <= sequence {
			term, by = term+1, t
		}
	}
	return term, by
}

// replaced is who led last before who leads now, and in which term; 0: nobody did.
func (r *reigns) replaced() (term uint64, by clusterTerm) {
	for i, t := range r.terms {
		if t.name() != r.terms[len(r.terms)-1].name() {
			term, by = uint64(i)+1, t
		}
	}
	return term, by
}

func (r *reigns) add(sequence uint64, data []byte) error {
	g, err := gateway.DecodeGroup(data)
	if err != nil {
		return err
	}
	by := clusterTerm{g.Door, g.Epoch, sequence}
	if g.Number <= r.last[by.name()].number {
		return nil // a copy, or given up by its door
	}
	r.last[by.name()] = lastGroup{g.Number, sha256.Sum256(data)}
	for i := range g.Orders {
		o := &g.Orders[i]
		if o.Kind == gateway.OrderLeader && wire.NewReader(o.Facts).Uint() == uint64(len(r.terms))+1 {
			r.terms = append(r.terms, by)
		}
	}
	return nil
}

// openLog connects to the log past the gateways.
func (c *clusterRig) openLog(ctx context.Context) (nc *nats.Conn, stream jetstream.Stream, js jetstream.JetStream, err error) {
	var all []string
	for _, l := range c.logs {
		all = append(all, "nats://"+l.Listen)
	}
	if nc, err = nats.Connect(strings.Join(all, ",")); err != nil {
		return nil, nil, nil, err
	}
	if js, err = jetstream.New(nc); err == nil {
		stream, err = js.Stream(ctx, ordersStream)
	}
	if err != nil {
		nc.Close()
	}
	return nc, stream, js, err
}

// readLog reads who leads out of the whole log.
func readLog(ctx context.Context, stream jetstream.Stream) (*reigns, error) {
	r := &reigns{last: map[string]lastGroup{}}
	info, err := stream.Info(ctx)
	if err != nil {
		return nil, err
	}
	for s := max(info.State.FirstSeq, 1); s <= info.State.LastSeq; s++ {
		m, err := stream.GetMsg(ctx, s)
		if err == nil {
			err = r.add(s, m.Data)
		}
		if err != nil {
			return nil, fmt.Errorf("group %d of the log: %w", s, err)
		}
	}
	return r, nil
}

// comesLate has a leader that was replaced write, and waits until all gateways
// have applied that.
func (r *clusterRun) comesLate(ctx context.Context) error {
	nc, stream, js, err := r.rig.openLog(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	read, err := readLog(ctx, stream)
	if err != nil {
		return err
	}
	term, old := read.replaced()
	if term == 0 {
		return nil // nobody was
	}
	last, now := read.last[old.name()], time.Now()
	claim := wire.NewWriter()
	claim.Uint(term)
	g := gateway.Group{Door: old.door, Epoch: old.epoch, Number: last.number + 1, Term: term, Previous: last.hash, At: settlement.Moment(now.UnixNano())}
	for range lateTicks {
		now = now.Add(lateTick)
		g.Orders = append(g.Orders, gateway.Order{Kind: gateway.OrderTick, Received: settlement.Moment(now.UnixNano())})
	}
	g.Orders = append(g.Orders, gateway.Order{Kind: gateway.OrderLeader, Facts: claim.Record()})
	if _, err := js.Publish(ctx, ordersSubject, g.Encode()); err != nil {
		return err
	}
	r.late = true
	for node := range r.rig.nodes {
		if _, err := r.payments[0].from.look(ctx, r.payments[0], node, true); err != nil {
			r.fault("after a group of a leader that was replaced %s does not answer: %v", nodeName(node), err)
		}
	}
	return nil
}

// judgeReign holds who leads and what time it is by the books of a gateway against the
// log and the clock.
func (r *clusterRun) judgeReign(books *store.Books, node string, read *reigns) error {
	state := books.State()
	if ahead := time.Duration(int64(state.Now) - time.Now().UnixNano()); ahead > 0 {
		r.fault("engine time of %s is %s ahead of every clock", node, ahead)
	}
	encoded, err := books.Reign()
	if err != nil {
		return err
	}
	row := wire.NewReader(encoded)
	_, term, door, epoch := row.Uint(), row.Uint(), row.Text(), row.Uint()
	if row.Err() != nil {
		return row.Err()
	}
	want, by := read.at(state.Sequence)
	if got := (clusterTerm{door: door, epoch: epoch}); term != want || got.name() != by.name() {
		r.fault("by the books of %s %s leads in term %d; by the log it is %s in term %d", node, got.name(), term, by.name(), want)
	}
	return nil
}
