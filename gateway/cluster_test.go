package gateway

import (
	"fmt"
	"testing"
	"time"
)

// nodesOn starts nodes on one log.
func nodesOn(t *testing.T, o *natsOutside, n int) []*Node {
	t.Helper()
	nodes := make([]*Node, n)
	for i := range nodes {
		var err error
		if nodes[i], err = Start(t.Context(), o.settings(t)); err != nil {
			t.Fatal(err)
		}
	}
	return nodes
}

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(testPatience); !holds(); wait(t, 5*time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never came true: %s", what)
		}
	}
}

func leader(nodes []*Node) (found int) {
	found = -1
	for i, n := range nodes {
		if n != nil && n.Leads() {
			found = i
		}
	}
	return found
}

// alike waits until nodes have applied the same of the log, and holds their books against
// each other.
func alike(t *testing.T, nodes []*Node) {
	t.Helper()
	for _, n := range nodes {
		if err := n.Fresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "all nodes stand at the same place with the same digest", func() bool {
		return nodes[0].Books.State() == nodes[1].Books.State()
	})
}

// TestNodesShareALog: what banks send to either node is settled once by all; one leads,
// and when it goes another does; what is acknowledged at one is read at the other.
func TestNodesShareALog(t *testing.T) {
	o := newNATSOutside(t, nil)
	nodes := nodesOn(t, o, 2)
	issueAt(t, nodes[0], testBanks[0], "999999999.00")
	until(t, "one leads", func() bool { return leader(nodes) >= 0 })
	send := func(n *Node, i int) Receipt {
		t.Helper()
		receipt, err := n.Desk.Receive(t.Context(), Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(i)...))
		if err != nil {
			t.Fatal(err)
		}
		return receipt
	}
	for i := range 10 {
		send(nodes[i%2], i)
	}
	again := send(nodes[1], 0) // it was sent to the other one
	alike(t, nodes)
	if first := send(nodes[1], 0); !first.Applied || first.Payments[0] != again.Payments[0] {
		t.Errorf("sent again: %+v after %+v", first, again)
	}
	p, _ := nodes[0].Directory().ByBIC(mustBIC(t, testBanks[1]))
	mails, err := nodes[0].Mailboxes.Fetch(t.Context(), p.ID, 0, 100, time.Minute)
	if err != nil || len(mails) != 10 {
		t.Fatalf("%d mails: %v", len(mails), err)
	}
	if more, err := nodes[0].Acknowledge(t.Context(), p.ID, 7); err != nil || more != 7 {
		t.Errorf("%d acknowledged: %v", more, err)
	}
	if err := nodes[1].Fresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if mails, err = nodes[1].Mailboxes.Fetch(t.Context(), p.ID, 0, 100, time.Minute); err != nil || len(mails) != 3 || mails[0].Number != 8 {
		t.Errorf("at the other node: %d mails, %v", len(mails), err)
	}
	first := leader(nodes)
	before := nodes[1-first].Books.State().Now
	if err := nodes[first].Close(); err != nil {
		t.Error(err)
	}
	nodes[first] = nil
	until(t, "the other one leads", func() bool { return leader(nodes) == 1-first })
	other := nodes[1-first]
	until(t, "it moves time", func() bool { return other.Books.State().Now > before })
	send(other, 11)
	if err := other.Fresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := other.Books.Acknowledged(p.ID); got != 7 {
		t.Errorf("%d are acknowledged", got)
	}
	if findings, err := other.Books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
	if err := other.Close(); err != nil {
		t.Error(err)
	}
}

// TestTheCutOffLeaderIsReplaced: a leader that stands still or is cut off does not end in
// order. Another one takes over, and what the first one writes afterwards moves no time.
func TestTheCutOffLeaderIsReplaced(t *testing.T) {
	o := newNATSOutside(t, nil)
	nodes := nodesOn(t, o, 2)
	until(t, "one leads", func() bool { return leader(nodes) >= 0 })
	until(t, "rules of terms count", func() bool {
		r, err := loadReign(nodes[0].Books)
		return err == nil && r.rules == rulesTerms
	})
	first := leader(nodes)
	old, other := nodes[first], nodes[1-first]
	term := old.Term()
	old.nc.Close() // it is not told, and tells nobody
	began := time.Now()
	until(t, "the other one leads", func() bool { return other.Leads() })
	t.Logf("term %d after %s", other.Term(), time.Since(began).Round(time.Millisecond))
	if old.Leads() {
		t.Error("two lead")
	}
	now := other.Books.State().Now
	late := Group{Door: old.orders.binder.door, Epoch: old.orders.binder.epoch, Number: 1 << 20, Term: term, At: now, Orders: []Order{{Kind: OrderTick, Received: now + 50e9}}}
	ack, err := other.orders.js.Publish(t.Context(), ordersSubject, late.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if err := other.WaitFor(t.Context(), ack.Sequence); err != nil {
		t.Fatal(err)
	}
	if got := other.Books.State().Now; got >= now+40e9 {
		t.Errorf("the old leader has moved time by %s", time.Duration(got-now))
	}
	for _, n := range nodes {
		_ = n.Close() // one has lost its connection
	}
}

// TestNewerRulesStopAnOlderProgram: a node that does not know the rules by which the log
// goes on stops before them, and says so; newer ones go on. It is no poison: nothing can
// be taken out. With the newer program it goes on.
func TestNewerRulesStopAnOlderProgram(t *testing.T) {
	o := newNATSOutside(t, nil)
	settings := o.settings(t)
	settings.rules = rulesFirst
	older, err := Start(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "it leads", older.Leads)
	newer := nodesOn(t, o, 1)[0]
	for range 3 { // as long as the older one lives the rules stay
		if err := newer.Fresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := loadReign(newer.Books); err != nil || r.rules != rulesFirst {
		t.Errorf("rules %d: %v", r.rules, err)
	}
	older.nc.Close() // it is not heard any more
	_ = older.Close()
	newer.election.mu.Lock()
	clear(newer.election.peers)
	newer.election.mu.Unlock()
	until(t, "the rules change", func() bool {
		r, err := loadReign(newer.Books)
		return err == nil && r.rules == rulesTerms
	})
	if older, err = Start(t.Context(), settings); err == nil {
		t.Error("an older program serves")
		_ = older.Close()
	} else {
		t.Log(err)
	}
	settings.rules = 0
	again, err := Start(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	alike(t, []*Node{newer, again})
	for _, n := range []*Node{newer, again} {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestTicksCountInTheirTerm walks who may move time, at the lane: under the first rules
// every door, under those of terms the leader in its own term; and a replay by the rules
// in force at each entry gives the same.
func TestTicksCountInTheirTerm(t *testing.T) {
	r := newRig(t)
	number := map[string]uint64{}
	write := func(door string, epoch, term uint64, o Order) {
		t.Helper()
		key := fmt.Sprint(door, epoch)
		number[key]++
		g := Group{Door: door, Epoch: epoch, Number: number[key], Term: term, At: r.lane.engine.Booking() + 1, Orders: []Order{o}}
		r.log = append(r.log, Entry{Sequence: uint64(len(r.log) + 1), Data: g.Encode()})
		if err := r.lane.Apply(r.log[len(r.log)-1:]); err != nil {
			t.Fatal(err)
		}
	}
	counts := 0
	tick := func(door string, epoch, term uint64, want bool) {
		t.Helper()
		before := r.lane.engine.Now()
		write(door, epoch, term, Order{Kind: OrderTick, Received: before + 1e9})
		if moved := r.lane.engine.Now() > before; moved != want {
			t.Errorf("door %s, epoch %d, term %d: time moved: %t", door, epoch, term, moved)
		}
		counts++
	}
	claim := func(door string, epoch, term uint64) {
		t.Helper()
		write(door, epoch, 0, Order{Kind: OrderLeader, Facts: claimFacts(term)})
	}
	tick("a", 1, 0, true)
	claim("a", 1, 1)
	tick("b", 1, 0, true) // the first rules
	write("a", 1, 1, Order{Kind: OrderRules, Facts: claimFacts(rulesTerms)})
	tick("a", 1, 1, true)
	tick("b", 1, 0, false) // leads not
	tick("b", 1, 1, false) // nor does it in that term
	tick("a", 2, 1, false) // was started again
	tick("a", 1, 0, false)
	claim("b", 1, 1) // too late
	claim("b", 1, 3) // too early
	tick("a", 1, 1, true)
	claim("b", 1, 2)
	claim("c", 1, 2) // the second of its term
	tick("b", 1, 2, true)
	tick("a", 1, 1, false) // was deposed
	tick("c", 1, 2, false)
	claim("a", 1, 3)
	tick("a", 1, 1, false) // was on its way since it led before
	tick("a", 1, 3, true)
	write("a", 1, 3, Order{Kind: OrderRules, Facts: claimFacts(rulesFirst)}) // never back
	tick("b", 1, 2, false)
	t.Logf("%d ticks", counts)
	r.rebuild()
	r.lane.known = rulesFirst
	if _, err := r.lane.Advance([]Entry{{Sequence: uint64(len(r.log) + 1), Data: (&Group{Door: "a", Epoch: 1, Number: 99}).Encode()}}); err == nil {
		t.Error("a lane goes on by rules that it does not know")
	}
}

// TestNewNodesBeginWithSharedBooks: a node without books begins with those that the leader
// has shared, applies what the log has behind them, and stands where all stand. Damaged
// ones it leaves, and takes all from the log.
func TestNewNodesBeginWithSharedBooks(t *testing.T) {
	o := newNATSOutside(t, nil)
	settings := o.settings(t)
	settings.NATS.Shared = 1 << 40 // the test shares
	n, err := Start(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "it leads", n.Leads)
	issueAt(t, n, testBanks[0], "999999999.00")
	send := func(i int) {
		t.Helper()
		if _, err := n.Desk.Receive(t.Context(), Caller{Participant: mustBIC(t, testBanks[0])}, samplePayment(t, uetr(i)...)); err != nil {
			t.Fatal(err)
		}
	}
	p, _ := n.Directory().ByBIC(mustBIC(t, testBanks[1]))
	var at uint64
	for i := range 4 {
		send(i)
		if err := n.Fresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			if more, err := n.Acknowledge(t.Context(), p.ID, 1); err != nil || more != 1 {
				t.Errorf("%d acknowledged: %v", more, err)
			}
		}
		if i < 3 {
			if at, err = n.shareNow(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	shared, err := sharedIn(t.Context(), n.nc)
	if err != nil {
		t.Fatal(err)
	}
	if names, err := sharedNames(t.Context(), shared); err != nil || len(names) != sharedKept || names[1] != sharedName(at) {
		t.Errorf("shared: %v %v", names, err)
	}
	fresh := o.settings(t)
	if got, err := fetchShared(t.Context(), &fresh, BooksPath(fresh.Folder)); err != nil || got != at {
		t.Errorf("fetched at %d, not %d: %v", got, at, err)
	}
	second, err := Start(t.Context(), fresh)
	if err != nil {
		t.Fatal(err)
	}
	alike(t, []*Node{n, second})
	if got := second.Books.Acknowledged(p.ID); got != 1 {
		t.Errorf("%d are acknowledged at the new node", got)
	}
	if findings, err := second.Books.Audit(); err != nil || len(findings) > 0 {
		t.Errorf("audit: %v %v", err, findings)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	if _, err := shared.PutString(t.Context(), sharedName(at+1), "no books"); err != nil {
		t.Fatal(err)
	}
	third, err := Start(t.Context(), o.settings(t))
	if err != nil {
		t.Fatal(err)
	}
	alike(t, []*Node{n, third})
	for _, n := range []*Node{n, third} {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}
}
