package gateway

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"dragoman/messages"
)

// PoisonView is the answer to GET /v1/poison: before which entry the lane stands.
type PoisonView struct {
	Stopped bool         `json:"stopped"`
	Place   string       `json:"place,omitempty"`
	Digest  string       `json:"digest,omitempty"` // as a quarantine must name it
	Kind    string       `json:"kind,omitempty"`   // of entry
	Sender  messages.BIC `json:"sender,omitzero"`
	Type    string       `json:"type,omitempty"` // of message
	Cause   string       `json:"cause,omitempty"`
	// Quarantines are those that the log holds for it so far; two persons are needed.
	Quarantines []DecisionView `json:"quarantines,omitempty"`
	Next        string         `json:"next,omitempty"` // what to do
}

// orderNames are the kinds of entries as people call them.
var orderNames = map[OrderKind]string{
	OrderMessage: "message", OrderTick: "tick", OrderDirectory: "directory", OrderOperator: "decision", OrderRefused: "refused body",
	OrderView: "view", OrderExport: "export", OrderBackup: "backup", OrderKey: "signing key", OrderLife: "restore", OrderTrim: "trim",
}

func (k OrderKind) String() string {
	if name, known := orderNames[k]; known {
		return name
	}
	return fmt.Sprintf("kind %d, unknown to this program", uint8(k))
}

func (d *Door) poison(w http.ResponseWriter, _ *http.Request, _ Caller) error {
	h := d.node.halted.Load()
	if h == nil {
		return reply(w, http.StatusOK, PoisonView{})
	}
	p := h.poison
	v := PoisonView{
		Stopped: true, Place: placeText(p.Place), Digest: hex.EncodeToString(p.Digest[:]), Kind: p.Kind.String(), Sender: p.From, Type: p.Type,
		Cause: fmt.Sprint(p.Cause),
		Next:  fmt.Sprintf("two operators, each: dragoman quarantine %s --reason TEXT; or serve with a program that can apply the entry", placeText(p.Place)),
	}
	for _, asked := range d.node.quarantineRequests() {
		v.Quarantines = append(v.Quarantines, viewOf(asked))
	}
	return reply(w, http.StatusOK, v)
}

// quarantineRequests are the quarantines of the entry before which the lane stands:
// they stand in the log behind it, so no books have them yet.
func (n *Node) quarantineRequests() (all []*DecisionRecord) {
	h := n.halted.Load()
	if h == nil {
		return nil
	}
	for _, said := range h.said() {
		r := &DecisionRecord{
			ID: placeText(said.at), place: said.at, At: timeOf(said.received), Participant: said.from, Key: said.key, Outcome: OutcomeRequested,
			Decision: Decision{Action: ActionQuarantine, Place: placeText(h.poison.Place), Digest: said.digest, Reason: said.reason},
		}
		if by, why := holderOf(n.Directory(), said.from, said.key); why == "" {
			r.Person = by.person
		}
		all = append(all, r)
	}
	return all
}

func (n *Node) quarantineRequest(id string) *DecisionRecord {
	for _, asked := range n.quarantineRequests() {
		if asked.ID == id {
			return asked
		}
	}
	return nil
}

// quarantine takes the word of one operator that the entry before which the lane
// stands is to be taken out. It goes into the log, whose lane stands still, so the
// answer comes from what the log holds.
func (d *Door) quarantine(w http.ResponseWriter, r *http.Request, c Caller, request *DecisionRequest) error {
	decision := Decision{Action: ActionQuarantine, Reason: request.Reason, Place: request.Place, Digest: request.Digest}
	by, err := d.entitled(c, &decision)
	if err != nil {
		return err
	}
	p := d.node.Poisoned()
	switch {
	case p == nil:
		return refused(problemChange, "the lane stands before no entry: there is nothing to take out")
	case placeText(p.Place) != request.Place:
		return refused(problemChange, "the lane stands before %s, not before %q", placeText(p.Place), request.Place)
	case request.Digest != "" && request.Digest != hex.EncodeToString(p.Digest[:]):
		return refused(problemChange, "another digest stands at %s: %x", request.Place, p.Digest)
	}
	decision.Digest = hex.EncodeToString(p.Digest[:])
	others := 0
	for _, said := range d.node.quarantineRequests() {
		if said.Decision.Digest != decision.Digest {
			continue
		}
		if said.Key == c.Key || samePerson(said.Person, by.person) {
			return refused(problemChange, "%s has asked for this already, as %s; another operator must", by.person, said.ID)
		}
		others++
	}
	place, err := d.node.Desk.Decide(r.Context(), c, decision)
	if err != nil {
		return err
	}
	if others == 0 {
		return reply(w, http.StatusOK, DecisionAnswer{ID: placeText(place), What: decision.What(), Outcome: OutcomeRequested})
	}
	ctx, cancel := context.WithTimeout(r.Context(), decisionWait)
	defer cancel()
	if !d.node.applied.reach(ctx, place.Sequence) {
		return reply(w, http.StatusAccepted, DecisionAnswer{ID: placeText(place), What: decision.What()})
	}
	return d.outcome(w, place)
}

// reach waits until the books have come that far, also while they stand still.
func (w *watermark) reach(ctx context.Context, sequence uint64) bool {
	for again := time.NewTicker(reachAgain); ; {
		if w.at() >= sequence {
			again.Stop()
			return true
		}
		select {
		case <-ctx.Done():
			again.Stop()
			return false
		case <-again.C:
		}
	}
}

// reachAgain is how often somebody who waits for a lane that stands still looks.
const reachAgain = 20 * time.Millisecond
