package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store"
)

// poisonedID is the message id of the payment that breaks the lane of these tests.
const poisonedID = "MSG-666"

// breaks panics at messages with that id, as a defect of the kernel would.
func breaks(_ settlement.Place, o *Order) {
	if l, err := decodeLetter(o.Facts); o.Kind == OrderMessage && err == nil && l.ID == poisonedID {
		panic(&settlement.Broken{Text: "planted by a test"})
	}
}

// put writes a group with the orders into the rig's log and has nobody apply it.
func (r *rig) put(orders ...Order) {
	g := Group{Door: "test", Number: uint64(len(r.log) + 1), At: settlement.Moment(1763889000e9 + int64(len(r.log))*1e9), Orders: orders}
	r.log = append(r.log, Entry{Sequence: uint64(len(r.log) + 1), Data: g.Encode()})
}

// again has a new lane apply what the books lack, with all quarantines of the log.
func (r *rig) again() error {
	var err error
	bare := r.lane.bare
	if r.lane, err = NewLane(r.books); err != nil {
		r.t.Fatal(err)
	}
	r.lane.fault, r.lane.bare = breaks, bare
	for _, e := range r.log {
		r.lane.claims.add(e)
	}
	for _, e := range r.log {
		r.lane.claims.weigh(e)
	}
	return r.lane.Apply(r.log[r.books.State().Sequence:])
}

// stands wants the lane to stand before that place still.
func (r *rig) stands(place settlement.Place) {
	r.t.Helper()
	if p := r.poisoned(place); p.Taken {
		r.t.Errorf("%s is taken out", placeText(place))
	}
}

// poisoned wants the lane to stop before that place, with all before it committed.
func (r *rig) poisoned(place settlement.Place) *Poison {
	r.t.Helper()
	err := r.again()
	var p *Poison
	if !errors.As(err, &p) || p.Place != place || r.books.State().Sequence != place.Sequence-1 {
		r.t.Fatalf("%v at %v, books at %d", err, p, r.books.State().Sequence)
	}
	return p
}

func (r *rig) message(bank string, n int) Order {
	r.t.Helper()
	raw := samplePayment(r.t, uetr(n)...)
	read := readLetter(raw, mustBIC(r.t, bank), settlement.Moment(1), r.directory)
	return Order{Kind: OrderMessage, From: read.letter.Sender, Key: "alpha", Facts: encodeLetter(read.letter), Payload: store.Pack(raw)}
}

func quarantineOf(p *Poison, reason string) Decision {
	return Decision{Action: ActionQuarantine, Place: placeText(p.Place), Digest: hexOf(p.Digest), Reason: reason}
}

// TestQuarantine: a group with a poison between good orders stops the lane; one
// operator, a second key of the same one, or others change nothing; two let it go
// on, and the good orders of the group are applied.
func TestQuarantine(t *testing.T) {
	for name, plant := range map[string]func(*rig) Order{
		"a broken invariant":  func(r *rig) Order { return r.message("ALPHCNBJXXX", 666) },
		"an unknown kind":     func(*rig) Order { return Order{Kind: 99, Facts: []byte("new"), Payload: store.Pack([]byte("body"))} },
		"unreadable facts":    func(*rig) Order { return Order{Kind: OrderMessage, Facts: []byte{9}, Payload: []byte("no codec")} },
		"an unknown decision": func(*rig) Order { return Order{Kind: OrderOperator, Facts: []byte(`{"action":"dance"}`)} },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.issue("ALPHCNBJXXX", "9000000.00")
			r.mailed()
			bad := plant(r)
			r.put(r.message("ALPHCNBJXXX", 1), bad, r.message("ALPHCNBJXXX", 2))
			r.put(r.message("ALPHCNBJXXX", 3))
			place := settlement.Place{Sequence: uint64(len(r.log) - 1), Order: 1}
			p := r.poisoned(place)
			if p.Digest != bad.digest() || p.Kind != bad.Kind || p.Cause == nil {
				t.Errorf("the poison is %+v", p)
			}
			says := func(key string, d Decision) { r.put(r.decisionOrder(key, d)) }
			says("operator-1", quarantineOf(p, "first"))
			r.stands(place)
			says("operator-1b", quarantineOf(p, "the same person"))
			says("compliance-1", quarantineOf(p, "another role"))
			says("alpha", quarantineOf(p, "a bank"))
			other := quarantineOf(p, "another digest")
			other.Digest = strings.Repeat("0", 64)
			says("operator-2", other)
			r.stands(place)
			says("operator-2", quarantineOf(p, "second"))
			if err := r.again(); err != nil {
				t.Fatal(err)
			}
			want := "BETA pacs.008 1250000.50, ALPH pacs.002 ACSC ACSC, "
			settled := want
			if bad.Kind == OrderMessage && bad.From == mustBIC(t, "ALPHCNBJXXX") {
				settled += "ALPH pacs.002 RJCT RJCT FF10, "
			}
			if got := r.mailed(); sorted(got) != sorted(settled+want+strings.TrimSuffix(want, ", ")) {
				t.Errorf("mailed\n got %s\nwant %s", got, settled+want+want)
			}
			r.verdicts(map[string]Outcome{"first": OutcomeDone, "the same person": OutcomeDone, "another role": OutcomeRefused, "a bank": OutcomeRefused, "another digest": OutcomeRefused, "second": OutcomeDone})
			r.recorded(place, bad.From)
			r.rebuild() // with a lane that could apply it
		})
	}
}

func sorted(list string) string {
	words := strings.Split(list, ", ")
	for i := range words { // a few
		for k := i + 1; k < len(words); k++ {
			if words[k] < words[i] {
				words[i], words[k] = words[k], words[i]
			}
		}
	}
	return strings.Join(words, ", ")
}

func (r *rig) verdicts(want map[string]Outcome) {
	r.t.Helper()
	for _, d := range r.decisions() {
		if outcome, ok := want[d.Decision.Reason]; ok && d.Outcome != outcome {
			r.t.Errorf("%s: %s %s", d.Decision.Reason, d.Outcome, d.Why)
		}
	}
}

// recorded wants the order of a place in the message log.
func (r *rig) recorded(place settlement.Place, from messages.BIC) {
	r.t.Helper()
	for n := range r.books.State().Records {
		record, _, err := r.books.Record(n)
		if err != nil {
			r.t.Fatal(err)
		}
		if record.Place == place && !record.Out && record.From == from.Full() {
			return
		}
	}
	r.t.Errorf("the order at %s is not in the message log", placeText(place))
}

// TestQuarantineOfWhatCannotBeRefused: when even the refusal of an order fails, and
// when a whole group cannot be read, it is recorded alone.
func TestQuarantineOfWhatCannotBeRefused(t *testing.T) {
	r := newRig(t)
	r.put(r.message("ALPHCNBJXXX", 666))
	place := settlement.Place{Sequence: uint64(len(r.log))}
	p := r.poisoned(place)
	r.put(r.decisionOrder("operator-1", quarantineOf(p, "one")), r.decisionOrder("operator-2", quarantineOf(p, "two")))
	r.lane.bare[place] = true // as after a failed refusal
	if err := r.again(); err != nil {
		t.Fatal(err)
	}
	r.expect("")
	r.recorded(place, mustBIC(t, "ALPHCNBJXXX"))
	r.log = append(r.log, Entry{Sequence: uint64(len(r.log) + 1), Data: []byte("no group at all")})
	place = settlement.Place{Sequence: uint64(len(r.log))}
	p = r.poisoned(place)
	r.put(r.decisionOrder("operator-1", quarantineOf(p, "three")), r.decisionOrder("operator-2", quarantineOf(p, "four")))
	if err := r.again(); err != nil {
		t.Fatal(err)
	}
	r.verdicts(map[string]Outcome{"one": OutcomeDone, "two": OutcomeDone, "three": OutcomeDone, "four": OutcomeDone})
	if findings, err := r.books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
}

// TestQuarantineOfWhatWasApplied takes nothing out: the lane is past it.
func TestQuarantineOfWhatWasApplied(t *testing.T) {
	r := newRig(t)
	order := r.message("ALPHCNBJXXX", 1)
	r.apply(order)
	p := &Poison{Place: settlement.Place{Sequence: uint64(len(r.log))}, Digest: order.digest()}
	d := r.decide("operator-1", quarantineOf(p, "too late"))
	if d.Outcome != OutcomeRefused || !strings.Contains(d.Why, "was applied") {
		t.Errorf("%s %s", d.Outcome, d.Why)
	}
}

// TestQuarantineBehindTheDesk: two operators put quarantines of what was applied into
// the log, past every door. Books that are built anew take nothing out: the log shows
// that what stands behind the entry had been seen when they did.
func TestQuarantineBehindTheDesk(t *testing.T) {
	for name, shows := range map[string]func(r *rig){
		"a request is approved": func(r *rig) {
			asked := r.decide("operator-1", Decision{Action: ActionSuspend, Bank: mustBIC(r.t, "GAMMAEADXXX")})
			r.decide("operator-2", Decision{Action: ActionApprove, Request: asked.ID})
		},
		"a request is declined": func(r *rig) {
			asked := r.decide("operator-1", Decision{Action: ActionSuspend, Bank: mustBIC(r.t, "GAMMAEADXXX")})
			r.decide("operator-2", Decision{Action: ActionDecline, Request: asked.ID})
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.issue("ALPHCNBJXXX", "9000000.00")
			order := r.message("ALPHCNBJXXX", 1)
			r.apply(order)
			p := &Poison{Place: settlement.Place{Sequence: uint64(len(r.log))}, Digest: order.digest()}
			shows(r)
			for _, key := range []string{"operator-1", "operator-2"} {
				if d := r.decide(key, quarantineOf(p, "it never was")); d.Outcome != OutcomeRefused {
					t.Errorf("%s: %s", key, d.Outcome)
				}
			}
			r.rebuild()
		})
	}
}

// TestNodeGoesOnAfterQuarantine: the whole path, over HTTPS, in one process: reads
// go on, orders are refused with 503, two operators let the node go on, and replay
// and a restart come to the same books.
func TestNodeGoesOnAfterQuarantine(t *testing.T) {
	r := openDoorRigWith(t, func(s *Settings) { s.fault = breaks }, nil)
	r.issue(testBanks[0], "9000000.00")
	r.pay(testBanks[0], testBanks[1], 1)
	if a := r.get("operator", "/v1/poison"); a.StatusCode != 200 || bytes.Contains(a.body, []byte(`"stopped":true`)) {
		t.Errorf("at first: %s", a.body)
	}
	if a := r.post(testBanks[0], "/v1/messages", xmlContent, letter(t, testBanks[0], testBanks[1], 666)); a.StatusCode != 202 {
		t.Fatalf("the poison: %s %s", a.Status, a.body)
	}
	eventually(t, "the lane stops", func() bool { return r.node.Poisoned() != nil })
	place := placeText(r.node.Poisoned().Place)
	for _, name := range []string{testBanks[0], "issuer"} {
		if a := r.post(name, "/v1/messages", xmlContent, letter(t, testBanks[0], testBanks[1], 2)); a.StatusCode != 503 || a.problem() != "stopped" || a.Header.Get("Retry-After") == "" {
			t.Errorf("a new order of %s: %s %s", name, a.Status, a.body)
		}
	}
	if a := r.decision("issuer", Decision{Action: ActionIssue, Bank: mustBIC(t, testBanks[0]), Currency: "CNY", Amount: "1.00", Reason: "x"}); a.StatusCode != 503 {
		t.Errorf("a decision: %s %s", a.Status, a.body)
	}
	for _, path := range []string{"/v1/accounts", "/v1/mailbox", "/v1/payments/" + testUETR(1), "/v1/queue"} {
		if a := r.get(testBanks[0], path); a.StatusCode != 200 {
			t.Errorf("%s: %s %s", path, a.Status, a.body)
		}
	}
	if a := r.get("operator", "/readyz"); a.StatusCode != 503 || !strings.Contains(string(a.body), place) {
		t.Errorf("readyz: %s %s", a.Status, a.body)
	}
	var v PoisonView
	if a := r.get("operator", "/v1/poison"); json.Unmarshal(a.body, &v) != nil || v.Place != place || v.Type != "pacs.008.001.08" ||
		v.Sender != mustBIC(t, testBanks[0]) || len(v.Digest) != 64 || !strings.Contains(v.Cause, "planted by a test") {
		t.Errorf("the poison is told as %s", a.body)
	}
	if a := r.get(testBanks[0], "/v1/poison"); a.StatusCode != 403 {
		t.Errorf("a bank asks for it: %s", a.Status)
	}
	q := Decision{Action: ActionQuarantine, Place: place, Reason: "a defect of the program"}
	for _, wrong := range []struct {
		name   string
		change func(*Decision)
		status int
	}{
		{"compliance", func(*Decision) {}, 403}, {"issuer", func(*Decision) {}, 403},
		{"operator", func(d *Decision) { d.Place = "1.0" }, 422}, {"operator", func(d *Decision) { d.Digest = "00" }, 422}, {"operator", func(d *Decision) { d.Reason = "" }, 400},
	} {
		d := q
		wrong.change(&d)
		if a := r.decision(wrong.name, d); a.StatusCode != wrong.status {
			t.Errorf("%s %+v: %s %s", wrong.name, d, a.Status, a.body)
		}
	}
	first := r.decided("operator", q)
	if first.Outcome != OutcomeRequested || r.node.Poisoned() == nil {
		t.Errorf("one operator: %+v", first)
	}
	eventually(t, "the log shows the first quarantine", func() bool { return len(r.node.quarantineRequests()) == 1 })
	if a := r.decision("operator", q); a.StatusCode != 422 || !strings.Contains(string(a.body), "another operator must") {
		t.Errorf("the same operator again: %s %s", a.Status, a.body)
	}
	var waiting ApprovalsView
	if a := r.get("operator-2", "/v1/approvals"); json.Unmarshal(a.body, &waiting) != nil || len(waiting.Approvals) != 1 || !waiting.Approvals[0].MayApprove || waiting.Approvals[0].ID != first.ID {
		t.Errorf("approvals: %s", a.body)
	}
	if second := r.decided("operator-2", Decision{Action: ActionApprove, Request: first.ID, Reason: "seen"}); second.Outcome != OutcomeDone {
		t.Errorf("two operators: %+v", second)
	}
	if r.node.Poisoned() != nil || r.node.Failed() != nil {
		t.Error("the lane still stands")
	}
	if a := r.get(testBanks[0], "/v1/payments/"+testUETR(666)); !bytes.Contains(a.body, []byte(`"reason":"FF10"`)) {
		t.Errorf("the payment that was taken out: %s", a.body)
	}
	r.pay(testBanks[0], testBanks[1], 3)
	if a := r.get("operator", "/readyz"); a.StatusCode != 200 {
		t.Errorf("readyz: %s %s", a.Status, a.body)
	}
	r.replays()
}

// replays closes the node and wants a rebuild of its log to come to the same books.
func (r *doorRig) replays() {
	r.t.Helper()
	end, err := r.node.orders.End(context.Background())
	if err == nil {
		err = r.node.WaitFor(context.Background(), end)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	if findings, err := r.node.Books.Audit(); err != nil || len(findings) > 0 {
		r.t.Errorf("audit: %v %v", err, findings)
	}
	before := r.node.Books.State()
	r.closed = true
	if err := r.node.Close(); err != nil {
		r.t.Fatal(err)
	}
	replayed, err := Replay(context.Background(), NATSSettings{}, r.folder, filepath.Join(r.t.TempDir(), "again.db"), zap.NewNop(), func(_, _ uint64) {})
	if err != nil || !replayed.Same() || replayed.Own != before {
		r.t.Errorf("replay: %v\nhad     %+v\nown     %+v\nrebuilt %+v", err, before, replayed.Own, replayed.Rebuilt)
	}
}

// TestNodeStartsBeforeAPoison: a node whose log holds a poison starts, serves reads,
// and goes on when two operators took it out, also over another restart.
func TestNodeStartsBeforeAPoison(t *testing.T) {
	folder, ctx := t.TempDir(), context.Background()
	start := func() *Node {
		t.Helper()
		n, err := Start(ctx, Settings{Folder: folder, Clock: time.Now, Log: zap.NewNop(), First: testChange(t), fault: breaks})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	n := start()
	bank := Caller{Participant: mustBIC(t, testBanks[0]), Key: "alpha"}
	if _, err := n.Desk.Receive(ctx, bank, samplePayment(t, uetr(666)...)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the lane stops", func() bool { return n.Poisoned() != nil })
	says := func(key string) {
		t.Helper()
		p := n.Poisoned()
		if _, err := n.Desk.Decide(ctx, callerOf(t, key), quarantineOf(p, "a test")); err != nil {
			t.Fatal(err)
		}
	}
	says("operator-1")
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	n = start()
	if n.Poisoned() == nil {
		t.Fatal("after a restart with one quarantine the lane runs")
	}
	if _, err := n.Desk.Receive(ctx, bank, samplePayment(t, uetr(2)...)); !errors.Is(err, ErrStopped) {
		t.Errorf("a new order: %v", err)
	}
	eventually(t, "the log shows the first quarantine", func() bool { return len(n.quarantineRequests()) == 1 })
	says("operator-2")
	eventually(t, "the lane goes on", func() bool { return n.Poisoned() == nil && n.Failed() == nil })
	if _, err := n.Desk.Receive(ctx, bank, samplePayment(t, uetr(3)...)); err != nil {
		t.Error(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	n = start()
	if n.Poisoned() != nil || n.Books.State().Payment != 2 {
		t.Errorf("after the last restart: %v, %d payments", n.Poisoned(), n.Books.State().Payment)
	}
	before := n.Books.State()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	replayed, err := Replay(ctx, NATSSettings{}, folder, filepath.Join(t.TempDir(), "again.db"), zap.NewNop(), func(_, _ uint64) {})
	if err != nil || !replayed.Same() || replayed.Own != before {
		t.Errorf("replay: %v\nhad     %+v\nown     %+v\nrebuilt %+v", err, before, replayed.Own, replayed.Rebuilt)
	}
}
