package gateway

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"dragoman/settlement"
	"dragoman/store"
)

// TestWhatWasNotHandedOnIsRead: groups that stand in the log without having been
// handed on are applied in their places, whether or not something follows them.
func TestWhatWasNotHandedOnIsRead(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	n := startNode(t, folder)
	js, err := jetstream.New(n.nc)
	if err != nil {
		t.Fatal(err)
	}
	strays := uint64(0)
	stray := func() uint64 {
		t.Helper()
		strays++
		from, raw := mustBIC(t, testBanks[0]), samplePayment(t, uetr(500+int(strays))...)
		read := readLetter(raw, from, 1, n.Directory())
		g := &Group{Door: "stray", Epoch: 1, Number: strays, At: settlement.Moment(time.Now().UnixNano()), Orders: []Order{
			{Kind: OrderMessage, From: from, Facts: encodeLetter(read.letter), Payload: store.Pack(raw)},
		}}
		ack, err := js.Publish(ctx, ordersSubject, g.Encode())
		if err != nil {
			t.Fatal(err)
		}
		return ack.Sequence
	}
	if err := n.WaitFor(ctx, stray()); err != nil { // nothing comes behind it
		t.Fatal(err)
	}
	pay(t, n, 0, 2)
	stray()
	stray()
	pay(t, n, 2, 3) // what is handed on lies behind a gap
	last := stray()
	if err := n.WaitFor(ctx, last); err != nil {
		t.Fatal(err)
	}
	applyAll(t, n)
	if s := n.Books.State(); uint64(s.Payment) < strays+5 {
		t.Errorf("%d payments, want %d and more", s.Payment, strays+5)
	}
	endNode(t, n, folder)
}

// TestManyGroupsOutrunTheDisk: more groups than wait in memory are written while
// commits are under way; every one is applied once, and memory forgets them.
func TestManyGroupsOutrunTheDisk(t *testing.T) {
	folder := t.TempDir()
	n := startNode(t, folder)
	pay(t, n, 0, 1)
	const senders, each = 8, 40
	var sending sync.WaitGroup
	for s := range senders {
		sending.Go(func() {
			for i := range each {
				if _, err := n.Desk.Receive(context.Background(), Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(1000+s*each+i)...)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	sending.Wait()
	applyAll(t, n)
	s := n.Books.State()
	t.Logf("%d payments in %d groups", s.Payment, s.Sequence)
	if s.Payment < senders*each || s.Sequence < senders*each/senders {
		t.Errorf("want at least %d payments in %d groups", senders*each, senders*each/senders)
	}
	endNode(t, n, folder)
}

// endNode audits a node's books and rebuilds them from its log.
func endNode(t *testing.T, n *Node, folder string) {
	t.Helper()
	findings, err := n.Books.Audit()
	before := n.Books.State()
	if err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Replay(context.Background(), NATSSettings{}, folder, filepath.Join(t.TempDir(), "again.db"), zap.NewNop(), func(_, _ uint64) {})
	if err != nil || !r.Same() || r.Rebuilt != before {
		t.Errorf("replay: %v: had %+v, replayed %+v", err, before, r)
	}
}
