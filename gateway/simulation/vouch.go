package simulation

import (
	"context"
	"encoding/json"

	"dragoman/gateway"
	"dragoman/routing"
	"dragoman/settlement"
)

// What is looked at while the run goes on, because the end would not show it, or not
// in every run: what a start forgets, what waits for nothing, what counts as read that
// nobody has, and who agrees with himself.

// What must have been looked at in a run.
const (
	ownApproval   = "own approval refused"
	startCompared = "start compared"
)

// remembers holds the lane against one that begins from the books as they stand, just
// before the gateway ends: that is what the next start will know.
func (n *node) remembers() {
	if !n.up {
		return
	}
	again, err := gateway.NewLane(n.books)
	if err == nil && n.books.State().Sequence < n.handed { // the books are behind what it remembers
		_, err = again.Advance(n.journal.entries(n.books.State().Sequence, n.handed))
	}
	if err != nil {
		n.broken("the gateway could not start from its books: %v", err)
		return
	}
	for _, d := range n.lane.Differs(again) {
		n.broken("a start would forget: %s", d)
	}
	n.held++
}

// overlooks wants nothing to wait that could go.
func (n *node) overlooks() {
	for _, id := range n.lane.Overlooked() {
		n.broken("payment %d waits though it could go", id)
	}
}

// unread wants the mailbox of a bank to count as read no further than it has said.
func (b *bank) unread(mails []gateway.Mail, from uint64) {
	if from == 0 && len(mails) > 0 && mails[0].Number > b.acked+1 {
		b.violation("", "%s has acknowledged up to %d and is given %d next", b.bic, b.acked, mails[0].Number)
	}
	if party, known := b.node.directory.Load().ByBIC(b.bic); known && b.node.up {
		if upTo := b.node.books.Acknowledged(party.ID); upTo > b.acked {
			b.violation("", "the mailbox of %s counts as read up to %d; it has acknowledged %d", b.bic, upTo, b.acked)
		}
	}
}

// spare is the second certificate of a person.
func spare(name string) string { return name + "-spare" }

// two are a person's two certificates.
func two(name string, role routing.Role) []routing.Key {
	return []routing.Key{key(name, role), {Fingerprint: spare(name), Person: name, Roles: []routing.Role{role}}}
}

// alone has who asked for something try to approve it with the other certificate of
// the same person.
func (n *node) alone(from, first, place string, d gateway.Decision) {
	if from != gatewayBIC || !n.chance(4) {
		return
	}
	var p settlement.Place
	approval := gateway.Decision{Action: gateway.ActionApprove, Request: place, Reason: d.Reason}
	n.put(func() (err error) {
		p, err = n.desk.Decide(context.Background(), gateway.Caller{Participant: bicOf(from), Key: spare(first)}, approval)
		return err
	}, func() { n.approvals = append(n.approvals, p) })
}

// checkApprovals wants nobody to have approved what he had asked for himself.
func (p *play) checkApprovals() {
	for _, place := range p.node.approvals {
		value, err := p.node.books.Decision(place)
		var r gateway.DecisionRecord
		if err == nil {
			err = json.Unmarshal(value, &r)
		}
		if err != nil || r.Outcome != gateway.OutcomeRefused {
			p.violation("", "%s approved with another certificate what %s had asked for: %q (%v)", r.Person, r.Person, r.Outcome, err)
		}
	}
	p.traffic[ownApproval] += len(p.node.approvals)
	p.traffic[startCompared] += p.node.held
}
