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
	"dragoman/store"
)

// hands are clocks that a test turns.
type hands struct {
	mu      sync.Mutex
	wall    time.Time
	elapsed time.Duration
	waiting []*alarm
}

type alarm struct {
	at    time.Duration
	fires chan time.Time
}

func newHands() *hands { return &hands{wall: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)} }

func (h *hands) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.wall
}

// Elapsed is the monotonic clock.
func (h *hands) Elapsed() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.elapsed
}

// After fires when the hands have been turned that far.
func (h *hands) After(d time.Duration) (<-chan time.Time, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	a := &alarm{h.elapsed + d, make(chan time.Time, 1)}
	h.waiting = append(h.waiting, a)
	h.fire()
	return a.fires, func() {}
}

// turn moves both clocks.
func (h *hands) turn(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wall, h.elapsed = h.wall.Add(d), h.elapsed+d
	h.fire()
}

// jump moves the wall clock alone.
func (h *hands) jump(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wall = h.wall.Add(d)
}

func (h *hands) fire() {
	for i := 0; i < len(h.waiting); {
		if h.waiting[i].at > h.elapsed {
			i++
			continue
		}
		h.waiting[i].fires <- h.wall
		h.waiting = append(h.waiting[:i], h.waiting[i+1:]...)
	}
}

// startPatient starts a node whose payments wait for an hour at most.
func startPatient(t *testing.T, folder string, h *hands) *Node {
	t.Helper()
	change := testChange(t)
	change.Corridors[0].Patience = 3600
	n, err := Start(context.Background(), Settings{Folder: folder, Clock: h.now, Timer: h, Log: zap.NewNop(), First: change})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// answers fetches statuses and reasons of a bank's mailbox from a number on, and
// waits for the first.
func answers(t *testing.T, n *Node, bank string, from uint64) (said []string) {
	t.Helper()
	mails, err := n.Mailboxes.Fetch(t.Context(), partyOf(t, n, bank), from, 100, testPatience)
	if err != nil || len(mails) == 0 {
		t.Fatalf("no answer: %v", err)
	}
	for _, m := range mails {
		v, ok := messages.ViewStatusReport(messages.Read(m.Body, messages.Options{}))
		if !ok {
			continue
		}
		for status := range v.Transactions() {
			words := status.Status()
			for reason := range status.Reasons() {
				words += " " + reason.Code()
			}
			said = append(said, words)
		}
	}
	return said
}

func sendAt(t *testing.T, n *Node, number int) {
	t.Helper()
	receipt, err := n.Desk.Receive(t.Context(), Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(number)...))
	if err != nil {
		t.Fatal(err)
	}
	if err := n.WaitFor(t.Context(), placeSequence(t, receipt.Place)); err != nil {
		t.Fatal(err)
	}
}

func placeSequence(t *testing.T, text string) uint64 {
	t.Helper()
	place, ok := parsePlace(text)
	if !ok {
		t.Fatalf("%q is no place", text)
	}
	return place.Sequence
}

// checkBooks stops a node and wants its books clean and what the log says.
func checkBooks(t *testing.T, n *Node, folder string) {
	t.Helper()
	applyAll(t, n)
	if findings, err := n.Books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	replayed, err := Replay(context.Background(), NATSSettings{}, folder, filepath.Join(t.TempDir(), "again.db"), zap.NewNop(), func(_, _ uint64) {})
	if err != nil || !replayed.Same() {
		t.Errorf("replay: %v %+v", err, replayed)
	}
}

// TestWhatIsDueHappens: a payment that waits in an idle node is rejected when its
// time is up, without anybody doing anything; and not a moment before.
func TestWhatIsDueHappens(t *testing.T) {
	folder, h := t.TempDir(), newHands()
	n := startPatient(t, folder, h)
	sendAt(t, n, 1)
	if said := answers(t, n, testBanks[0], 1); len(said) != 1 || said[0] != "PDNG" {
		t.Fatalf("at first: %v", said)
	}
	before := n.Books.State().Sequence
	h.turn(time.Hour - time.Second)
	sendAt(t, n, 2) // brings time with it
	if state := n.Books.State(); state.Sequence != before+1 || state.Now != settlement.Moment(h.now().UnixNano()) {
		t.Errorf("a second before: group %d, time %d", state.Sequence, state.Now)
	}
	h.turn(time.Second)
	said := answers(t, n, testBanks[0], 3)
	if len(said) != 1 || said[0] != "RJCT AB03" {
		t.Errorf("at its time: %v", said)
	}
	if unready := strings.Join(n.time.Unready(), "\n"); unready != "" {
		t.Error(unready)
	}
	checkBooks(t, n, folder)
}

// TestDueWhileDown: what fell due while the node was down happens when it starts,
// and time catches up in steps of a minute.
func TestDueWhileDown(t *testing.T) {
	folder, h := t.TempDir(), newHands()
	n := startPatient(t, folder, h)
	sendAt(t, n, 1)
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	h.turn(12 * time.Hour)
	n = startPatient(t, folder, h)
	if said := answers(t, n, testBanks[0], 2); len(said) != 1 || said[0] != "RJCT AB03" {
		t.Errorf("after the pause: %v", said)
	}
	sendAt(t, n, 2)
	sendAt(t, n, 3)
	if now := n.Books.State().Now; apart(now, settlement.Moment(h.now().UnixNano())) {
		t.Errorf("engine time is %s, the clock %s", timeOf(now), h.now())
	}
	checkBooks(t, n, folder)
}

// TestClockJump: a clock that jumps stops time, is named, and goes on when two
// operators have accepted it.
func TestClockJump(t *testing.T) {
	folder, h := t.TempDir(), newHands()
	n := startPatient(t, folder, h)
	sendAt(t, n, 1)
	before := n.Books.State().Now
	h.jump(2 * time.Hour)
	sendAt(t, n, 2)
	if now := n.Books.State().Now; now != before {
		t.Errorf("time moved by %s", time.Duration(now-before))
	}
	if unready := n.time.Unready(); len(unready) != 1 || !strings.Contains(unready[0], "the clock jumped by 2h") || !strings.Contains(unready[0], "accept-time") {
		t.Errorf("unready: %q", unready)
	}
	bothAt(t, n, callerOf(t, "operator-1"), callerOf(t, "operator-2"), Decision{Action: ActionAcceptTime, Time: h.now()})
	if unready := n.time.Unready(); len(unready) > 0 {
		t.Errorf("after it was accepted: %q", unready)
	}
	if said := answers(t, n, testBanks[0], 3); len(said) != 2 || said[0] != "RJCT AB03" || said[1] != "RJCT AB03" {
		t.Errorf("what fell due: %v", said) // both: for the log, the second came when the first did
	}
	h.turn(time.Second)
	sendAt(t, n, 3)
	if now := n.Books.State().Now; now != settlement.Moment(h.now().UnixNano()) {
		t.Errorf("engine time is %s, the clock %s", timeOf(now), h.now())
	}
	checkBooks(t, n, folder)
}

// TestLateOrder: an order whose time is no fact any more is not taken in.
func TestLateOrder(t *testing.T) {
	folder, h := t.TempDir(), newHands()
	n := startPatient(t, folder, h)
	sendAt(t, n, 1)
	old := settlement.Moment(h.now().UnixNano())
	h.turn(6 * time.Second)
	refused := func(at settlement.Moment) Order {
		return Order{Kind: OrderRefused, From: mustBIC(t, testBanks[0]), Received: at, Facts: []byte("{}"), Payload: store.Pack([]byte("no message"))}
	}
	_, err := n.orders.Append(t.Context(), refused(old))
	if !errors.Is(err, ErrLate) {
		t.Errorf("an order of six seconds ago: %v", err)
	}
	if _, err := n.orders.Append(t.Context(), refused(old+2e9)); err != nil {
		t.Errorf("an order of four seconds ago: %v", err)
	}
	checkBooks(t, n, folder)
}
