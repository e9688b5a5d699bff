package gateway

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"testing"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// The people of tests, by the key that each holds: two of the issuer, two
// operators, one of whom has a second certificate, two compliance officers, and
// one key of each bank.
var testPeople = []struct {
	key, bank, person string
	roles             []routing.Role
}{
	{"yuan-1", "PBOCCNBJXXX", "Issuer One", []routing.Role{routing.RoleParticipant, routing.RoleIssuer}},
	{"yuan-2", "PBOCCNBJXXX", "Issuer Two", []routing.Role{routing.RoleParticipant, routing.RoleIssuer}},
	{"operator-1", testGateway, "Operator One", []routing.Role{routing.RoleOperator}},
	{"operator-1b", testGateway, "operator one", []routing.Role{routing.RoleOperator}},
	{"operator-2", testGateway, "Operator Two", []routing.Role{routing.RoleOperator}},
	{"compliance-1", testGateway, "Compliance One", []routing.Role{routing.RoleCompliance}},
	{"compliance-2", testGateway, "Compliance Two", []routing.Role{routing.RoleCompliance}},
	{"alpha", "ALPHCNBJXXX", "", []routing.Role{routing.RoleParticipant}},
	{"beta", "BETATHBKXXX", "", []routing.Role{routing.RoleParticipant}},
	{"gamma", "GAMMAEADXXX", "", []routing.Role{routing.RoleParticipant}},
}

// testChange is the directory of tests: a gateway, an issuer of CNY and three
// banks, two of which have a wallet.
func testChange(t testing.TB) routing.Change {
	cny := messages.MustCurrency("CNY")
	change := routing.Change{Self: mustBIC(t, testGateway)}
	for _, name := range append([]string{testGateway, "PBOCCNBJXXX"}, testBanks...) {
		p := routing.Participant{BIC: mustBIC(t, name), Name: name}
		for _, one := range testPeople {
			if one.bank == name {
				p.Keys = append(p.Keys, routing.Key{Fingerprint: one.key, Person: one.person, Roles: one.roles})
			}
		}
		change.Participants = append(change.Participants, p)
	}
	change.Accounts = append(change.Accounts, routing.AccountChange{Owner: mustBIC(t, "PBOCCNBJXXX"), Currency: cny, Role: settlement.RoleIssuance})
	for _, name := range testBanks[:2] {
		change.Accounts = append(change.Accounts, routing.AccountChange{Owner: mustBIC(t, name), Currency: cny, Role: settlement.RoleWallet})
	}
	change.Corridors = []routing.Corridor{{Currency: cny, Mode: routing.SettleThenDeliver, Profile: "base"}}
	return change
}

// callerOf is who holds one of the keys of testPeople.
func callerOf(t testing.TB, key string) Caller {
	t.Helper()
	for _, one := range testPeople {
		if one.key == key {
			return Caller{Participant: mustBIC(t, one.bank), Key: key, Roles: one.roles}
		}
	}
	t.Fatalf("nobody holds the key %s", key)
	return Caller{}
}

// issueAt has two people of the issuer put money into circulation at a node, and
// waits until it is there.
func issueAt(t testing.TB, n *Node, bank, amount string) {
	t.Helper()
	bothAt(t, n, callerOf(t, "yuan-1"), callerOf(t, "yuan-2"), Decision{Action: ActionIssue, Bank: mustBIC(t, bank), Amount: amount, Currency: "CNY"})
}

// changeAt has two operators change the directory of a node, and waits for it.
func changeAt(t testing.TB, n *Node, change routing.Change) {
	t.Helper()
	bothAt(t, n, callerOf(t, "operator-1"), callerOf(t, "operator-2"), Decision{Action: ActionApply, Change: &change})
}

// bothAt has one person ask and another approve at a node, and wants it carried
// out.
func bothAt(t testing.TB, n *Node, first, second Caller, d Decision) {
	t.Helper()
	ctx := context.Background()
	d.Reason = "a test"
	asked, err := n.Desk.Decide(ctx, first, d)
	place := asked
	if err == nil {
		place, err = n.Desk.Decide(ctx, second, Decision{Action: ActionApprove, Request: placeText(asked), Reason: "a test"})
	}
	if err == nil {
		err = n.WaitFor(ctx, place.Sequence)
	}
	if err != nil {
		t.Fatal(err)
	}
	value, err := n.Books.Decision(asked)
	if err != nil {
		t.Fatal(err)
	}
	record, err := decodeDecision(value)
	if err != nil || record.Outcome != OutcomeDone {
		t.Fatalf("%s was %s: %s %v", d.Action, record.Outcome, record.Why, err)
	}
}

// decide has the holder of a key decide, and gives the record of it.
func (r *rig) decide(key string, d Decision) *DecisionRecord {
	r.t.Helper()
	return r.recordOf(r.write(key, d))
}

// write has the holder of a key put a decision into the log, and gives its place.
func (r *rig) write(key string, d Decision) settlement.Place {
	r.t.Helper()
	if d.Reason == "" {
		d.Reason = "a test"
	}
	r.apply(r.decisionOrder(key, d))
	return settlement.Place{Sequence: uint64(len(r.log))}
}

func (r *rig) decisionOrder(key string, d Decision) Order {
	r.t.Helper()
	facts, err := json.Marshal(d)
	if err != nil {
		r.t.Fatal(err)
	}
	return Order{Kind: OrderOperator, From: callerOf(r.t, key).Participant, Key: key, Facts: facts}
}

// recordOf reads a decision back from the books.
func (r *rig) recordOf(place settlement.Place) *DecisionRecord {
	r.t.Helper()
	value, err := r.books.Decision(place)
	if err != nil || value == nil {
		r.t.Fatalf("no decision at %s: %v", placeText(place), err)
	}
	record, err := decodeDecision(value)
	if err != nil {
		r.t.Fatal(err)
	}
	return record
}

// both has one person ask and another approve, and wants it carried out.
func (r *rig) both(first, second string, d Decision) {
	r.t.Helper()
	asked := r.decide(first, d)
	answer := r.decide(second, Decision{Action: ActionApprove, Request: asked.ID})
	if asked.Outcome != OutcomeRequested || answer.Outcome != OutcomeDone {
		r.t.Fatalf("%s: asked: %s %s; approved: %s %s", d.Action, asked.Outcome, asked.Why, answer.Outcome, answer.Why)
	}
}

func hexOf(digest [32]byte) string { return hex.EncodeToString(digest[:]) }
