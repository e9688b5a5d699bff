package gateway

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"dragoman/routing"
	"dragoman/settlement"
)

// waiting sends the n-th payment of ALPHA, which has no money, and gives its number.
func (r *rig) waiting(n int) settlement.PaymentID {
	r.t.Helper()
	r.send("ALPHCNBJXXX", samplePayment(r.t, uetr(n)...))
	id := r.books.State().Payment
	if got := r.state(id); got != settlement.StateWaiting {
		r.t.Fatalf("payment %d is %s", id, got)
	}
	return id
}

func (r *rig) state(id settlement.PaymentID) settlement.State {
	r.t.Helper()
	p, ok, err := r.books.Payment(id)
	if err != nil || !ok {
		r.t.Fatalf("payment %d: %v", id, err)
	}
	return p.State
}

// held is a payment that compliance holds.
func (r *rig) held(n int) settlement.PaymentID {
	r.t.Helper()
	id := r.waiting(n)
	if d := r.decide("compliance-1", Decision{Action: ActionHold, Payment: id}); d.Outcome != OutcomeDone {
		r.t.Fatalf("hold: %s %s", d.Outcome, d.Why)
	}
	return id
}

func (r *rig) tick(at settlement.Moment) {
	r.t.Helper()
	for r.lane.engine.Now() < at {
		ticks, _ := steps(r.lane.engine.Now(), at)
		r.apply(ticks...)
	}
}

// balances are what every account holds, in the order of their numbers.
func (r *rig) balances() (all []int64) {
	r.t.Helper()
	accounts, err := r.books.Accounts()
	if err != nil {
		r.t.Fatal(err)
	}
	for i := range accounts {
		all = append(all, accounts[i].Posted, accounts[i].Reserved, accounts[i].Line)
	}
	return all
}

// suspended is a change of one participant.
func (r *rig) edited(bank string, edit func(*routing.Participant)) *routing.Change {
	r.t.Helper()
	p, ok := r.lane.directory.ByBIC(mustBIC(r.t, bank))
	if !ok {
		r.t.Fatalf("no participant %s", bank)
	}
	next := *p
	next.Keys = slices.Clone(p.Keys)
	edit(&next)
	return &routing.Change{Participants: []routing.Participant{next}}
}

// consistent wants the requests that wait to be those that the decisions say wait,
// and rebuilds the books.
func (r *rig) consistent() {
	r.t.Helper()
	var said, waiting []string
	for _, d := range r.decisions() {
		if d.Outcome == OutcomeRequested {
			said = append(said, d.ID)
		}
	}
	rows, err := loadRequests(r.books)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, row := range rows {
		waiting = append(waiting, row.ID)
	}
	if !slices.Equal(said, waiting) {
		r.t.Errorf("the decisions say that %v wait, but %v do", said, waiting)
	}
	r.rebuild()
}

// TestEveryActionAndItsEyes walks every action that needs two persons: alone it
// does nothing, whoever says it and however often; the right second person carries
// it out. The cases count themselves against the table of rules.
func TestEveryActionAndItsEyes(t *testing.T) {
	beta := "BETATHBKXXX"
	cases := map[Action]struct {
		first, same, second, wrong string // keys: who asks, another key of that person, another person, another role
		make                       func(*rig) Decision
		done                       func(*rig) bool
	}{
		ActionRelease: {"compliance-1", "compliance-1", "compliance-2", "operator-2",
			func(r *rig) Decision { return Decision{Action: ActionRelease, Payment: r.held(1)} },
			func(r *rig) bool { return r.state(1) != settlement.StateHeld }},
		ActionIssue: {"yuan-1", "yuan-1", "yuan-2", "operator-2",
			func(r *rig) Decision {
				return Decision{Action: ActionIssue, Bank: mustBIC(r.t, beta), Currency: "CNY", Amount: "5.00"}
			},
			func(r *rig) bool { return r.balances()[0] == -500 }},
		ActionRedeem: {"yuan-1", "yuan-1", "yuan-2", "compliance-2",
			func(r *rig) Decision {
				r.issue(beta, "9.00")
				return Decision{Action: ActionRedeem, Bank: mustBIC(r.t, beta), Currency: "CNY", Amount: "4.00"}
			},
			func(r *rig) bool { return r.balances()[0] == -500 }},
		ActionSuspend: {"operator-1", "operator-1b", "operator-2", "compliance-2",
			func(r *rig) Decision { return Decision{Action: ActionSuspend, Bank: mustBIC(r.t, beta)} },
			func(r *rig) bool {
				p, _ := r.lane.directory.ByBIC(mustBIC(r.t, beta))
				return p.Standing == routing.StandingSuspended
			}},
		ActionResume: {"operator-1", "operator-1b", "operator-2", "compliance-2",
			func(r *rig) Decision {
				r.both("operator-1", "operator-2", Decision{Action: ActionSuspend, Bank: mustBIC(r.t, beta)})
				return Decision{Action: ActionResume, Bank: mustBIC(r.t, beta)}
			},
			func(r *rig) bool {
				p, _ := r.lane.directory.ByBIC(mustBIC(r.t, beta))
				return p.Standing == routing.StandingActive
			}},
		ActionApply: {"operator-1", "operator-1b", "operator-2", "compliance-2",
			func(r *rig) Decision {
				return Decision{Action: ActionApply, Change: r.edited(beta, func(p *routing.Participant) { p.Name = "Beta Bank" })}
			},
			func(r *rig) bool { p, _ := r.lane.directory.ByBIC(mustBIC(r.t, beta)); return p.Name == "Beta Bank" }},
		ActionAcceptTime: {"operator-1", "operator-1b", "operator-2", "compliance-2",
			func(r *rig) Decision {
				r.tick(1763880000e9)
				return Decision{Action: ActionAcceptTime, Time: time.Unix(1763885000, 0).UTC()}
			},
			func(r *rig) bool { return r.lane.engine.Now() == 1763885000e9 }},
		ActionRestoreAccept: {"operator-1", "operator-1b", "operator-2", "compliance-2",
			func(*rig) Decision { return Decision{Action: ActionRestoreAccept, Subject: "a list"} },
			func(r *rig) bool {
				done := false
				for _, d := range r.decisions() {
					done = done || d.Decision.Action == ActionRestoreAccept && d.Outcome == OutcomeDone
				}
				return done
			}},
		ActionBackup: {"operator-1", "operator-1b", "operator-2", "compliance-2",
			func(r *rig) Decision {
				return Decision{Action: ActionBackup, Time: timeOf(r.lane.engine.Booking()).Add(30 * 24 * time.Hour)}
			},
			func(r *rig) bool {
				done := false
				for _, d := range r.decisions() {
					done = done || d.Decision.Action == ActionBackup && d.Outcome == OutcomeDone
				}
				return done
			}},
	}
	tried := 0
	for _, action := range allActions() {
		if !action.NeedsTwo() || action == ActionQuarantine { // for quarantine see TestQuarantine
			continue
		}
		c, ok := cases[action]
		if !ok {
			t.Errorf("%s needs two persons and has no case", action)
			continue
		}
		tried++
		t.Run(string(action), func(t *testing.T) {
			r := newRig(t)
			d := c.make(r)
			alone := func(why string, got *DecisionRecord, outcome Outcome, word string) {
				t.Helper()
				if c.done(r) || got.Outcome != outcome || !strings.Contains(got.Why, word) {
					t.Fatalf("%s: %s %q, done %v; want %s with %q", why, got.Outcome, got.Why, c.done(r), outcome, word)
				}
			}
			alone("by another role", r.decide(c.wrong, d), OutcomeRefused, "needs the role")
			alone("by a bank", r.decide("alpha", d), OutcomeRefused, "needs the role")
			asked := r.decide(c.first, d)
			alone("asked for", asked, OutcomeRequested, "")
			answer := Decision{Action: ActionApprove, Request: asked.ID}
			alone("approved by who asked", r.decide(c.first, answer), OutcomeRefused, "cannot approve it")
			alone("approved by the same person", r.decide(c.same, answer), OutcomeRefused, "cannot approve it")
			alone("approved by another role", r.decide(c.wrong, answer), OutcomeRefused, "is for another person")
			alone("asked for again", r.decide(c.first, d), OutcomeRequested, "")
			alone("approved without a reason", r.decide(c.second, Decision{Action: ActionApprove, Request: asked.ID, Reason: " "}), OutcomeRefused, "needs a reason")
			if done := r.decide(c.second, answer); done.Outcome != OutcomeDone || !c.done(r) {
				t.Fatalf("approved: %s %s, done %v", done.Outcome, done.Why, c.done(r))
			}
			before := r.balances()
			if again := r.decide(c.second, answer); again.Outcome != OutcomeRefused || !strings.Contains(again.Why, "was answered already") {
				t.Errorf("approved twice: %s %s", again.Outcome, again.Why)
			}
			if first := r.recordOf(asked.place); first.Outcome != OutcomeDone || first.ClosedBy == "" {
				t.Errorf("the request stands as %+v", first)
			}
			if !slices.Equal(before, r.balances()) {
				t.Errorf("approving twice moved money: %v, %v", before, r.balances())
			}
			r.consistent()
		})
	}
	if t.Logf("%d actions need two persons", tried); tried != 9 {
		t.Errorf("%d actions, want 9", tried)
	}
}

func allActions() []Action {
	return []Action{
		ActionHold, ActionRelease, ActionRefuse, ActionCancel, ActionReprioritise, ActionIssue, ActionRedeem, ActionSuspend, ActionResume,
		ActionApply, ActionQuarantine, ActionAcceptTime, ActionRestoreAccept, ActionBackup, ActionApprove, ActionDecline, ActionAnnounce,
	}
}

func (r *rig) decisions() (all []*DecisionRecord) {
	r.t.Helper()
	for sequence := range uint64(len(r.log)) {
		value, err := r.books.Decision(settlement.Place{Sequence: sequence + 1})
		if err != nil {
			r.t.Fatal(err)
		}
		if value == nil {
			continue
		}
		d, err := decodeDecision(value)
		if err != nil {
			r.t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

// TestDecisionsOfOnePerson: hold, refuse, cancel and reprioritise take one entry of
// who may, and are refused to all others.
func TestDecisionsOfOnePerson(t *testing.T) {
	for _, c := range []struct {
		action      Action
		allowed     []string
		refused     []string
		after       settlement.State
		mailed, why string
	}{
		{ActionHold, []string{"compliance-1", "compliance-2"}, []string{"operator-1", "alpha", "yuan-1"}, settlement.StateHeld, "", "needs the role compliance"},
		{ActionRefuse, []string{"compliance-1"}, []string{"operator-1", "alpha"}, settlement.StateRejected, "ALPH pacs.002 RJCT NARR", "needs the role compliance"},
		{ActionCancel, []string{"alpha", "operator-1"}, []string{"beta", "yuan-1", "compliance-1"}, settlement.StateCancelled, "ALPH pacs.002 RJCT DS02", ""},
		{ActionReprioritise, []string{"alpha", "operator-2"}, []string{"beta", "compliance-1"}, settlement.StateWaiting, "", ""},
	} {
		for _, key := range c.allowed {
			r := newRig(t)
			id := r.waiting(1)
			r.mailed()
			for _, other := range c.refused {
				if d := r.decide(other, Decision{Action: c.action, Payment: id}); d.Outcome != OutcomeRefused || !strings.Contains(d.Why, c.why) || r.state(id) != settlement.StateWaiting {
					t.Errorf("%s by %s: %s %s", c.action, other, d.Outcome, d.Why)
				}
			}
			if d := r.decide(key, Decision{Action: c.action, Payment: id, Band: settlement.BandUrgent}); d.Outcome != OutcomeDone || r.state(id) != c.after {
				t.Errorf("%s by %s: %s %s, the payment is %s", c.action, key, d.Outcome, d.Why, r.state(id))
			}
			r.expect(c.mailed)
			r.consistent()
		}
	}
}

// TestHoldIsNotSeenOutside: what the owner of a held payment may do with it, and
// what it hears, is the same as for one that waits.
func TestHoldIsNotSeenOutside(t *testing.T) {
	for _, action := range []Action{ActionCancel, ActionReprioritise} {
		said := map[bool]string{}
		for _, hold := range []bool{false, true} {
			r := newRig(t)
			id := r.waiting(1)
			if hold {
				r.decide("compliance-1", Decision{Action: ActionHold, Payment: id})
			}
			d := r.decide("alpha", Decision{Action: action, Payment: id, Band: settlement.BandHigh})
			said[hold] = fmt.Sprintf("%s %q %s", d.Outcome, d.Why, r.mailed())
			if p, _, err := r.books.Payment(id); err != nil || action == ActionReprioritise && p.Band != settlement.BandHigh {
				t.Errorf("held %v: the band is %d, %v", hold, p.Band, err)
			}
			r.consistent()
		}
		if said[true] != said[false] {
			t.Errorf("%s: held %s, waiting %s", action, said[true], said[false])
		}
	}
}

// TestRequestsExpireByTick: engine time ends a request, and nothing revives it.
func TestRequestsExpireByTick(t *testing.T) {
	r := newRig(t)
	at := settlement.Moment(1763889000e9)
	r.tick(at)
	asked := r.decide("yuan-1", Decision{Action: ActionIssue, Bank: mustBIC(t, "BETATHBKXXX"), Currency: "CNY", Amount: "5.00"})
	until := settlement.Moment(asked.Expires.UnixNano())
	if life := time.Duration(until - at); life < requestLife || life > requestLife+time.Minute {
		t.Errorf("a request lives for %s", life)
	}
	r.tick(until - 1)
	if d := r.recordOf(asked.place); d.Outcome != OutcomeRequested {
		t.Errorf("a moment before: %s", d.Outcome)
	}
	r.tick(until)
	if d := r.recordOf(asked.place); d.Outcome != OutcomeExpired || d.ClosedBy == "" {
		t.Errorf("at its end: %+v", d)
	}
	late := r.decide("yuan-2", Decision{Action: ActionApprove, Request: asked.ID})
	if late.Outcome != OutcomeRefused || !strings.Contains(late.Why, "expired at") || r.balances()[0] != 0 {
		t.Errorf("too late: %s %s %v", late.Outcome, late.Why, r.balances())
	}
	if waiting, err := loadRequests(r.books); err != nil || len(waiting) != 0 {
		t.Errorf("%d requests wait, %v", len(waiting), err)
	}
	r.consistent()
}

// TestWhatNoLongerFits: between a request and its approval the world changes.
func TestWhatNoLongerFits(t *testing.T) {
	for _, c := range []struct {
		name          string
		first, second string
		make          func(*rig) Decision
		change        func(*rig)
		why           string
	}{
		{"the payment is gone", "compliance-1", "compliance-2",
			func(r *rig) Decision { return Decision{Action: ActionRelease, Payment: r.held(1)} },
			func(r *rig) { r.decide("alpha", Decision{Action: ActionCancel, Payment: 1}) }, "it no longer fits: the payment is cancelled"},
		{"the money is gone", "yuan-1", "yuan-2",
			func(r *rig) Decision {
				r.issue("BETATHBKXXX", "5.00")
				return Decision{Action: ActionRedeem, Bank: mustBIC(r.t, "BETATHBKXXX"), Currency: "CNY", Amount: "5.00"}
			},
			func(r *rig) {
				r.both("yuan-2", "yuan-1", Decision{Action: ActionRedeem, Bank: mustBIC(r.t, "BETATHBKXXX"), Currency: "CNY", Amount: "1.00"})
			}, "has only 4.00 CNY of its own"},
		{"the bank is suspended", "yuan-1", "yuan-2",
			func(r *rig) Decision {
				return Decision{Action: ActionIssue, Bank: mustBIC(r.t, "BETATHBKXXX"), Currency: "CNY", Amount: "5.00"}
			},
			func(r *rig) {
				r.both("operator-1", "operator-2", Decision{Action: ActionSuspend, Bank: mustBIC(r.t, "BETATHBKXXX")})
			}, "is suspended"},
		{"who asked has no key any more", "yuan-1", "yuan-2",
			func(r *rig) Decision {
				return Decision{Action: ActionIssue, Bank: mustBIC(r.t, "BETATHBKXXX"), Currency: "CNY", Amount: "5.00"}
			},
			func(r *rig) {
				change := r.edited("PBOCCNBJXXX", func(p *routing.Participant) { p.Keys = p.Keys[1:] })
				r.both("operator-1", "operator-2", Decision{Action: ActionApply, Change: change})
			}, "whoever asked may no longer ask it"},
		{"the directory is another", "operator-1", "operator-2",
			func(r *rig) Decision {
				return Decision{Action: ActionApply, Change: r.edited("BETATHBKXXX", func(p *routing.Participant) { p.Name = "Beta" })}
			},
			func(r *rig) {
				r.both("operator-2", "operator-1", Decision{Action: ActionSuspend, Bank: mustBIC(r.t, "BETATHBKXXX")})
			}, "the directory has changed since"},
	} {
		r := newRig(t)
		asked := r.decide(c.first, c.make(r))
		c.change(r)
		before := r.balances()
		d := r.decide(c.second, Decision{Action: ActionApprove, Request: asked.ID})
		if d.Outcome != OutcomeRefused || !strings.Contains(d.Why, c.why) || !slices.Equal(before, r.balances()) {
			t.Errorf("%s: %s %s", c.name, d.Outcome, d.Why)
		}
		if first := r.recordOf(asked.place); first.Outcome != OutcomeRefused || first.ClosedBy != d.ID {
			t.Errorf("%s: the request stands as %+v", c.name, first)
		}
		r.consistent()
	}
}

// TestDecline: the second person says no, or whoever asked takes it back.
func TestDecline(t *testing.T) {
	for _, key := range []string{"yuan-1", "yuan-2"} {
		r := newRig(t)
		asked := r.decide("yuan-1", Decision{Action: ActionIssue, Bank: mustBIC(t, "BETATHBKXXX"), Currency: "CNY", Amount: "5.00"})
		for _, other := range []string{"operator-1", "compliance-1", "beta"} {
			if d := r.decide(other, Decision{Action: ActionDecline, Request: asked.ID}); d.Outcome != OutcomeRefused {
				t.Errorf("declined by %s: %s", other, d.Outcome)
			}
		}
		if d := r.decide(key, Decision{Action: ActionDecline, Request: asked.ID, Reason: "not today"}); d.Outcome != OutcomeDone {
			t.Errorf("by %s: %s %s", key, d.Outcome, d.Why)
		}
		if d := r.recordOf(asked.place); d.Outcome != OutcomeDeclined || d.Why != "not today" {
			t.Errorf("the request stands as %+v", d)
		}
		if d := r.decide("yuan-2", Decision{Action: ActionApprove, Request: asked.ID}); d.Outcome != OutcomeRefused || !strings.Contains(d.Why, "it was declined by") {
			t.Errorf("approved all the same: %s %s", d.Outcome, d.Why)
		}
		r.consistent()
	}
	r := newRig(t)
	for _, request := range []string{"", "99.0", "1.0", "x"} {
		if d := r.decide("yuan-2", Decision{Action: ActionApprove, Request: request}); d.Outcome != OutcomeRefused || !strings.Contains(d.Why, "there is no request") {
			t.Errorf("%q: %s %s", request, d.Outcome, d.Why)
		}
	}
	r.consistent()
}

// TestPersonsAndKeys: a key without a person, or of nobody, decides nothing for two;
// a change that would leave one operator is refused; an entry that changes an
// existing directory alone is refused and recorded.
func TestPersonsAndKeys(t *testing.T) {
	r := newRig(t, func(c *routing.Change) {
		c.Participants[1].Keys[1].Person = ""
	})
	issue := Decision{Action: ActionIssue, Bank: mustBIC(t, "BETATHBKXXX"), Currency: "CNY", Amount: "5.00"}
	if d := r.decide("yuan-2", issue); d.Outcome != OutcomeRefused || !strings.Contains(d.Why, "names no person") {
		t.Errorf("asked by nobody: %s %s", d.Outcome, d.Why)
	}
	asked := r.decide("yuan-1", issue)
	if d := r.decide("yuan-2", Decision{Action: ActionApprove, Request: asked.ID}); d.Outcome != OutcomeRefused || !strings.Contains(d.Why, "names no person") {
		t.Errorf("approved by nobody: %s %s", d.Outcome, d.Why)
	}
	stranger := r.decisionOrder("yuan-1", issue)
	stranger.Key = "unknown"
	r.apply(stranger)
	if d := r.recordOf(settlement.Place{Sequence: uint64(len(r.log))}); d.Outcome != OutcomeRefused || !strings.Contains(d.Why, "not, or no longer, in the directory") {
		t.Errorf("by a stranger: %s %s", d.Outcome, d.Why)
	}
	foreign := r.decisionOrder("yuan-1", issue)
	foreign.From = mustBIC(t, "BETATHBKXXX")
	r.apply(foreign)
	if d := r.recordOf(settlement.Place{Sequence: uint64(len(r.log))}); d.Outcome != OutcomeRefused {
		t.Errorf("with the key of another: %s %s", d.Outcome, d.Why)
	}
	alone := r.edited(testGateway, func(p *routing.Participant) {
		p.Keys = slices.DeleteFunc(p.Keys, func(k routing.Key) bool { return k.Fingerprint == "operator-2" })
	})
	if d := r.decide("operator-1", Decision{Action: ActionApply, Change: alone}); d.Outcome != OutcomeRefused || !strings.Contains(d.Why, "fewer than two persons") {
		t.Errorf("one operator: %s %s", d.Outcome, d.Why)
	}
	before := r.lane.directoryText(t)
	r.apply(Order{Kind: OrderDirectory, From: mustBIC(t, testGateway), Key: "operator-1", Facts: []byte(`{"participants":[{"bic":"BETATHBK","name":"Mine"}]}`)})
	if d := r.recordOf(settlement.Place{Sequence: uint64(len(r.log))}); d.Outcome != OutcomeRefused || r.lane.directoryText(t) != before {
		t.Errorf("a bare directory entry: %s %s", d.Outcome, d.Why)
	}
	r.consistent()
}

func (l *Lane) directoryText(t *testing.T) string {
	t.Helper()
	return digestOf(l.directory)
}

// TestSuspension: new payments from a suspended participant and to it are refused,
// what is open ends and gives back what was reserved, and it goes on when it is
// resumed.
func TestSuspension(t *testing.T) {
	r := newRig(t, func(c *routing.Change) {
		c.Corridors = append(c.Corridors, routing.Corridor{From: mustBIC(t, "BETATHBKXXX"), Currency: c.Corridors[0].Currency, Mode: routing.ConfirmThenSettle, Profile: "base"})
	})
	r.issue("BETATHBKXXX", "2000000.00")
	swap := func(n int) []byte { return samplePayment(t, swapped(n)...) }
	waiting := r.waiting(1)
	r.send("BETATHBKXXX", swap(2))
	reserved := r.books.State().Payment
	if got := r.state(reserved); got != settlement.StateReserved {
		t.Fatalf("the second payment is %s", got)
	}
	before := r.balances()
	r.mailed()
	if account, _ := r.lane.engine.Account(3); account.Reserved == 0 {
		t.Fatal("nothing is reserved")
	}
	r.both("operator-1", "operator-2", Decision{Action: ActionSuspend, Bank: mustBIC(t, "ALPHCNBJXXX")})
	r.expect("ALPH pacs.002 RJCT AG10, ALPH pacs.002 RJCT AG11, BETA pacs.002 RJCT AG11")
	if account, _ := r.lane.engine.Account(3); account.Reserved != 0 {
		t.Errorf("%d is still reserved", account.Reserved)
	}
	if r.state(waiting) != settlement.StateRejected || r.state(reserved) != settlement.StateRejected {
		t.Errorf("after suspension: %s, %s, %v, was %v", r.state(waiting), r.state(reserved), r.balances(), before)
	}
	r.send("ALPHCNBJXXX", samplePayment(t, uetr(3)...))
	r.send("BETATHBKXXX", swap(4))
	r.expect("ALPH pacs.002 RJCT RJCT AG10, BETA pacs.002 RJCT RJCT AG11")
	r.both("operator-2", "operator-1", Decision{Action: ActionResume, Bank: mustBIC(t, "ALPHCNBJXXX")})
	r.send("ALPHCNBJXXX", samplePayment(t, uetr(5)...))
	r.expect("ALPH pacs.002 PDNG PDNG")
	r.consistent()
}

// swapped is the n-th payment of BETA to ALPHA.
func swapped(n int) []string {
	return append([]string{"ALPHCNBJXXX", "BETATHBKXXX", "BETATHBKXXX", "ALPHCNBJXXX"}, uetr(n)...)
}

// TestOnePersonMovesNothing: whatever one person puts into the log, with all the
// keys it holds, in whatever order, no balance, no credit line and no directory
// changes and nothing that is held goes on.
func TestOnePersonMovesNothing(t *testing.T) {
	persons := [][]string{{"yuan-1"}, {"operator-1", "operator-1b"}, {"compliance-1"}, {"alpha"}, {"gamma"}}
	entries, carried := 0, 0
	for seed := range uint64(share(40)) {
		random := rand.New(rand.NewPCG(seed, 3))
		r := newRig(t)
		r.issue("BETATHBKXXX", "9.00") // what may be redeemed
		held := r.held(1)
		r.waiting(2)
		r.waiting(3)
		change := r.edited("BETATHBKXXX", func(p *routing.Participant) { p.Name = "Mine" })
		requests := []string{}
		keys := persons[random.IntN(len(persons))]
		balances, directory := r.balances(), digestOf(r.lane.directory)
		for range 40 {
			actions := allActions()
			d := Decision{
				Action: actions[random.IntN(len(actions))], Payment: settlement.PaymentID(random.IntN(5)), Band: settlement.Band(random.IntN(4)),
				Bank: mustBIC(t, testBanks[random.IntN(2)]), Currency: "CNY", Amount: "1.00", Change: change, Subject: "x",
				Time: time.Unix(1763889000, 0), Place: "3.0", Digest: "00",
			}
			if random.IntN(2) == 0 {
				d.Action = ActionApprove
			}
			if len(requests) > 0 {
				d.Request = requests[random.IntN(len(requests))]
			}
			got := r.decide(keys[random.IntN(len(keys))], d)
			entries++
			if got.Outcome == OutcomeRequested {
				requests = append(requests, got.ID)
			}
			if got.Outcome == OutcomeDone {
				carried++
				if got.Decision.Action.NeedsTwo() || got.Decision.Action == ActionApprove {
					t.Fatalf("seed %d: %s of one person was carried out", seed, got.Decision.Action)
				}
			}
			state := r.state(held)
			if !slices.Equal(balances, r.balances()) || directory != digestOf(r.lane.directory) || state == settlement.StateWaiting || state == settlement.StateSettled {
				t.Fatalf("seed %d: after %s by %v (%s): balances %v, were %v; the held payment is %s", seed, d.Action, keys, got.Outcome, r.balances(), balances, state)
			}
		}
		if seed%8 == 0 {
			r.consistent()
		}
	}
	t.Logf("%d entries of one person each, %d of them carried out: no value moved", entries, carried)
	if entries != share(1600) || carried < share(28) {
		t.Errorf("%d entries, %d carried out; want %d and at least %d", entries, carried, share(1600), share(28))
	}
}
