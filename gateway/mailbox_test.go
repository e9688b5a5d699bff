package gateway

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
	"go.uber.org/zap"

	"dragoman/routing"
)

// pay issues money to the first bank and sends so many payments to the second.
func pay(t *testing.T, n *Node, first, payments int) {
	t.Helper()
	ctx := context.Background()
	issueAt(t, n, testBanks[0], "999999999.00")
	for i := range payments {
		if _, err := n.Desk.Receive(ctx, Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(first+i)...)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMailboxComesAgain: what is not acknowledged comes again in the same order
// and is marked; a reader who waits is woken; a number reads the mailbox anew.
func TestMailboxComesAgain(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	n := startNode(t, folder)
	party := partyOf(t, n, testBanks[1])
	woken := make(chan []Mail, 1)
	go func() {
		mails, _ := n.Mailboxes.Fetch(ctx, party, 0, 10, time.Minute)
		woken <- mails
	}()
	pay(t, n, 0, 5)
	if mails := <-woken; len(mails) == 0 || mails[0].Number != 1 || mails[0].Again {
		t.Fatalf("the waiting reader got %v", mails)
	}
	read := func(from uint64, most int) (numbers, again int) {
		t.Helper()
		mails, err := n.Mailboxes.Fetch(ctx, party, from, most, testPatience)
		if err != nil || len(mails) == 0 {
			t.Fatal(mails, err)
		}
		for i, m := range mails {
			if m.Number != mails[0].Number+uint64(i) {
				t.Errorf("mail %d stands at place %d behind %d", m.Number, i, mails[0].Number)
			}
			if m.Again {
				again++
			}
		}
		return len(mails), again
	}
	if err := n.WaitFor(ctx, n.Books.State().Sequence); err != nil {
		t.Fatal(err)
	}
	for next := uint64(1); next <= 5; {
		count, _ := read(next, 10)
		next += uint64(count)
	}
	if count, again := read(0, 10); count != 5 || again != 5 {
		t.Errorf("unacknowledged: %d come, %d marked", count, again)
	}
	if acknowledged := n.Mailboxes.Acknowledge(party, 3); acknowledged != 3 {
		t.Errorf("%d acknowledged", acknowledged)
	}
	if count, _ := read(0, 10); count != 2 {
		t.Errorf("%d come behind the third", count)
	}
	if count, again := read(2, 3); count != 3 || again != 3 {
		t.Errorf("read anew from the second: %d, %d marked", count, again)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	n = startNode(t, folder)
	defer n.Close() //nolint:errcheck // a test's folder
	if count, again := read(0, 10); count != 2 || again != 2 {
		t.Errorf("after a restart: %d come, %d marked", count, again)
	}
}

// TestRelayMailsOnce: who comes by NATS finds every message in JetStream once
// and in order, also when the node starts again and when its books are rebuilt.
func TestRelayMailsOnce(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	r := &natsRig{t: t, keys: map[string]nkeys.KeyPair{}}
	change := testChange(t)
	for i := range change.Participants {
		if change.Participants[i].BIC == mustBIC(t, testBanks[1]) {
			change.Participants[i].Keys = []routing.Key{{NKey: r.key(testBanks[1]), Roles: []routing.Role{routing.RoleParticipant}}}
		}
	}
	start := func() *Node {
		n, err := Start(ctx, Settings{Folder: folder, Clock: time.Now, Log: zap.NewNop(), First: change, NATS: NATSSettings{Listen: "127.0.0.1:0"}})
		if err != nil {
			t.Fatal(err)
		}
		r.node = n
		r.connect(testBanks[1]) // without it nothing is copied to JetStream
		return n
	}
	n := start()
	pay(t, n, 0, 7)
	count := func(want uint64) {
		t.Helper()
		stream, err := n.relay.stream.js.Stream(ctx, mailboxStream)
		if err != nil {
			t.Fatal(err)
		}
		deadline, cancel := context.WithTimeout(ctx, testPatience)
		defer cancel()
		reader, err := stream.OrderedConsumer(deadline, jetstream.OrderedConsumerConfig{FilterSubjects: []string{subjectOf(mustBIC(t, testBanks[1]))}})
		if err != nil {
			t.Fatal(err)
		}
		for next := uint64(1); next <= want; next++ {
			m, err := reader.Next()
			if err != nil {
				t.Fatalf("mail %d of %d: %v", next, want, err)
			}
			if m.Headers().Get(headerNumber) != strconv.FormatUint(next, 10) {
				t.Fatalf("mail %s comes where %d must", m.Headers().Get(headerNumber), next)
			}
		}
		info, err := stream.Info(ctx)
		if err != nil || info.State.Msgs != want {
			t.Fatalf("%d messages in the stream, want %d: %v", info.State.Msgs, want, err)
		}
	}
	count(7)
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	n = start()
	pay(t, n, 7, 3)
	count(10)
	applyAll(t, n)
	before := n.Books.State()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "books.db")
	again := filepath.Join(folder, "again.db")
	if replayed, err := Replay(ctx, NATSSettings{}, folder, again, zap.NewNop(), func(_, _ uint64) {}); err != nil || replayed.Rebuilt.Digest != before.Digest {
		t.Fatalf("rebuilt to %x, want %x: %v", replayed.Rebuilt.Digest, before.Digest, err)
	}
	if err := os.Rename(again, path); err != nil {
		t.Fatal(err)
	}
	n = start()
	defer n.Close() //nolint:errcheck // a test's folder
	pay(t, n, 10, 1)
	count(11)
	if refused := n.relay.Refused(); len(refused) > 0 {
		t.Error(refused)
	}
	if findings, err := n.Books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
}

// TestMailboxStreamStaysOpen: an attempt to open the stream that fails, as when the
// node ends, takes nothing from whoever asks for places once more.
func TestMailboxStreamStaysOpen(t *testing.T) {
	r := newNATSRig(t)
	r.connect(testBanks[0])
	stream, err := OpenMailboxStream(t.Context(), r.node.nc, spaceFor(false, 1))
	must(t, err)
	bank := mustBIC(t, testBanks[0])
	must(t, stream.reader(t.Context(), bank))
	ended, end := context.WithCancel(t.Context())
	end()
	if err := stream.reader(ended, bank); err == nil {
		t.Error("it opens though nobody waits for it")
	}
	if _, err := stream.acknowledged(t.Context(), bank); err != nil {
		t.Error(err)
	}
}
