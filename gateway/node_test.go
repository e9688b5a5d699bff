package gateway

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/settlement"
)

func startNode(t testing.TB, folder string) *Node {
	t.Helper()
	n, err := Start(context.Background(), Settings{Folder: folder, Clock: time.Now, Log: zap.NewNop(), First: testChange(t)})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestNodeEndToEnd sends payments from many at once through the log and reads
// the answers from the mailboxes; then the node starts again on the same folder.
func TestNodeEndToEnd(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	n := startNode(t, folder)
	issueAt(t, n, testBanks[0], "999999999.00")
	const payments = 60
	var sending sync.WaitGroup
	for i := range payments {
		sending.Go(func() {
			receipt, err := n.Desk.Receive(ctx, Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(i)...))
			if err != nil || len(receipt.Payments) != 1 {
				t.Error(receipt, err)
			}
		})
	}
	sending.Wait()
	var unreadable *Unreadable
	if _, err := n.Desk.Receive(ctx, Caller{Participant: mustBIC(t, testBanks[0])}, []byte("<broken")); !errors.As(err, &unreadable) || !messages.Read(unreadable.Answer, messages.Options{}).Valid() {
		t.Errorf("a broken body: %v", err)
	}
	for _, bank := range testBanks[:2] {
		fetchAll(t, n, bank, payments)
	}
	applyAll(t, n)
	before := n.Books.State()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	replayed, err := Replay(ctx, NATSSettings{}, folder, filepath.Join(t.TempDir(), "again.db"), zap.NewNop(), func(_, _ uint64) {})
	if err != nil || !replayed.Same() || replayed.Own != before {
		t.Errorf("replay: %v: had %+v, own %+v, rebuilt %+v", err, before, replayed.Own, replayed.Rebuilt)
	}
	n = startNode(t, folder)
	defer n.Close() //nolint:errcheck // a test's folder
	if n.Books.State() != before {
		t.Errorf("after a restart:\n%+v\n%+v", n.Books.State(), before)
	}
	if findings, err := n.Books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
	if mails, err := n.Mailboxes.Fetch(ctx, partyOf(t, n, testBanks[1]), 0, 10, time.Millisecond); err != nil || len(mails) != 0 {
		t.Errorf("after all is acknowledged there are %d mails, %v", len(mails), err)
	}
}

// applyAll waits until the books have all that the log has.
func applyAll(t *testing.T, n *Node) {
	t.Helper()
	end, err := n.orders.End(context.Background())
	if err == nil {
		err = n.WaitFor(context.Background(), end)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func partyOf(t *testing.T, n *Node, bank string) settlement.ParticipantID {
	t.Helper()
	p, ok := n.Directory().ByBIC(mustBIC(t, bank))
	if !ok {
		t.Fatalf("%s is not in the directory", bank)
	}
	return p.ID
}

// fetchAll fetches and acknowledges, and wants every number once and in order.
func fetchAll(t *testing.T, n *Node, bank string, want int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testPatience)
	defer cancel()
	next := uint64(1)
	for int(next) <= want {
		mails, err := n.Mailboxes.Fetch(ctx, partyOf(t, n, bank), 0, 100, time.Second)
		if err != nil || ctx.Err() != nil {
			t.Fatalf("%s has %d of %d mails: %v %v", bank, next-1, want, err, ctx.Err())
		}
		for _, mail := range mails {
			if mail.Number != next {
				t.Fatalf("%s: mail %d comes where %d must", bank, mail.Number, next)
			}
			next++
			if !strings.Contains(string(mail.Body), "<Document ") {
				t.Errorf("mail %d has no document", mail.Number)
			}
			n.Mailboxes.Acknowledge(partyOf(t, n, bank), mail.Number)
		}
	}
}

// TestLogThatDoesNotFit: an older or missing log beside newer books is refused
// and never made anew.
func TestLogThatDoesNotFit(t *testing.T) {
	folder := t.TempDir()
	n := startNode(t, folder)
	issueAt(t, n, testBanks[0], "1.00")
	if err := n.WaitFor(context.Background(), 2); err != nil {
		t.Fatal(err)
	}
	state := n.Books.State()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	embedded, err := StartEmbedded(t.TempDir(), zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer embedded.Stop()
	nc, err := embedded.Connect()
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := OpenOrders(context.Background(), nc, state, "door", time.Now); !errors.Is(err, ErrLog) {
		t.Errorf("a missing log: %v", err)
	}
}
