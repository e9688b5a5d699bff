package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// What people decide, over HTTPS. The door refuses early what makes no sense, so
// that the log is spared it. An attempt to approve what one may not goes to the log
// all the same: it is refused there, and that is on record.

// DecisionRequest is the body of POST /v1/decisions. Which members an action needs
// is what it is about: a payment, a bank, money, or an entry of the log.
type DecisionRequest struct {
	Action Action `json:"action"`
	Reason string `json:"reason"` // why, for the record
	// UETR names a payment; PaymentID, from the receipt, tells several of one UETR
	// apart.
	UETR      string           `json:"uetr,omitempty"`
	PaymentID string           `json:"paymentId,omitempty"`
	Priority  string           `json:"priority,omitempty"` // of reprioritise and reserve: urgent, high or normal
	Bank      messages.BIC     `json:"bank,omitzero"`
	Standing  routing.Standing `json:"standing,omitempty"` // of standing: applied, active, …
	Amount    string           `json:"amount,omitempty"`   // a decimal in units of the currency
	Currency  string           `json:"currency,omitempty"`
	Put       string           `json:"put,omitempty"`     // of reorder: front or back
	Account   string           `json:"account,omitempty"` // of limit and reserve, where the currency leaves several
	Remove    bool             `json:"remove,omitempty"`  // of limit and reserve
	Place     string           `json:"place,omitempty"`   // of quarantine: the entry
	Digest    string           `json:"digest,omitempty"`  // of quarantine: what stands there; empty: what the lane stopped at
	Time      time.Time        `json:"time,omitzero"`     // of accept-time; of announce: when it is
	Subject   string           `json:"subject,omitempty"`
	Event     string           `json:"event,omitempty"` // of announce: its code, up to four letters and digits
	Text      string           `json:"text,omitempty"`  // of announce
}

// ApprovalRequest is the body of POST /v1/approvals/{id}.
type ApprovalRequest struct {
	Approve *bool  `json:"approve"` // false declines; whoever asked may decline too
	Reason  string `json:"reason"`
}

// DecisionAnswer says what came of a decision.
type DecisionAnswer struct {
	// ID names the decision: the place of its entry in the log.
	ID   string `json:"id"`
	What string `json:"what"`
	// Outcome is empty while the books have not come to it.
	Outcome Outcome   `json:"outcome,omitempty"`
	Expires time.Time `json:"expires,omitzero"` // of a request that waits for a second person
}

// decisionWait is how long the answer to a decision waits for the books.
const decisionWait = 5 * time.Second

func (d *Door) decide(w http.ResponseWriter, r *http.Request, c Caller) error {
	var request DecisionRequest
	if err := readJSON(w, r, &request); err != nil {
		return err
	}
	if request.Action == ActionApply || request.Action == ActionApprove || request.Action == ActionDecline {
		return badRequest("%s has a route of its own: POST /v1/directory, POST /v1/approvals/{id}", request.Action)
	}
	decision := Decision{
		Action: request.Action, Reason: request.Reason, Bank: request.Bank, Standing: request.Standing, Amount: request.Amount, Currency: request.Currency,
		Time: request.Time, Subject: request.Subject, Event: request.Event, Text: request.Text,
		Put: putNamed(request.Put), Account: request.Account, Remove: request.Remove,
	}
	by, err := d.entitled(c, &decision)
	if err != nil {
		return err
	}
	if request.Action == ActionQuarantine {
		return d.quarantine(w, r, c, &request)
	}
	if err := d.about(by, &request, &decision); err != nil {
		return err
	}
	return d.decided(w, r, c, by, decision)
}

// entitled finds who calls and whether it may decide that.
func (d *Door) entitled(c Caller, decision *Decision) (holder, error) {
	if _, known := ruleOf(decision.Action); !known {
		return holder{}, badRequest("there is no action %q", decision.Action)
	}
	by, why := holderOf(d.node.Directory(), c.Participant, c.Key)
	if why == "" {
		why = by.mayDecide(decision.Action)
	}
	if why != "" {
		return by, refused(problemForbidden, "%s", why)
	}
	if why := checkReason(decision.Reason); why != "" {
		return by, badRequest("%s", why)
	}
	return by, nil
}

// about fills in which payment a decision is about.
func (d *Door) about(by holder, request *DecisionRequest, decision *Decision) error {
	if decision.Action == ActionReserve {
		band, ok := bandNamed(request.Priority)
		if !ok {
			return badRequest("priority must be urgent or high")
		}
		decision.Band = band
	}
	if !slices.Contains([]Action{ActionHold, ActionRelease, ActionRefuse, ActionCancel, ActionReprioritise, ActionReorder}, decision.Action) {
		return nil
	}
	p, err := d.node.paymentNamed(by, request.UETR, request.PaymentID)
	if err != nil {
		return err
	}
	decision.Payment, decision.UETR, decision.PaymentID = p.ID, p.UETR.String(), d.node.receiptID(&p)
	if decision.Action == ActionReprioritise {
		band, ok := bandNamed(request.Priority)
		if !ok {
			return badRequest("priority must be urgent, high or normal")
		}
		decision.Band = band
	}
	return nil
}

func bandNamed(name string) (settlement.Band, bool) {
	for band, known := range bandNames {
		if known == name {
			return band, true
		}
	}
	return 0, false
}

// paymentNamed finds the one payment that a caller means. A UETR may name several:
// then the payment id must say which.
func (n *Node) paymentNamed(by holder, uetr, paymentID string) (settlement.Payment, error) {
	id, err := messages.ParseUETR(uetr)
	if err != nil {
		return settlement.Payment{}, badRequest("uetr: %v", err)
	}
	numbers, err := n.Books.ByUETR(id)
	if err != nil {
		return settlement.Payment{}, err
	}
	var found []settlement.Payment
	var names []string
	for _, number := range numbers {
		p, ok, err := n.Books.Payment(number)
		if err != nil || !ok {
			return p, fmt.Errorf("payment %d: %w", number, err)
		}
		name := n.receiptID(&p)
		own := p.Sender == by.bank.ID || by.may(routing.RoleOperator) || by.may(routing.RoleCompliance)
		if own && (paymentID == "" || paymentID == name) {
			found = append(found, p)
			names = append(names, fmt.Sprintf("%s (%s, %s)", name, callNames[p.Kind], outsideOf(by, &p)))
		}
	}
	switch {
	case len(found) == 0:
		return settlement.Payment{}, notFound("no payment %s is known to you; one that was sent a moment ago is found when its answer has come", uetr)
	case len(found) > 1:
		return settlement.Payment{}, refused(problemChange, "%s names %d payments; say with paymentId which: %s", uetr, len(found), strings.Join(names, "; "))
	}
	return found[0], nil
}

// callNames are the kinds of payments as people call them.
var callNames = map[settlement.Kind]string{
	settlement.KindCustomer: "pacs.008", settlement.KindCore: "pacs.009", settlement.KindCover: "pacs.009 COV", settlement.KindAdvice: "pacs.009 ADV",
	settlement.KindReturn: "pacs.004", settlement.KindIssue: "issue", settlement.KindRedeem: "redemption",
}

// outsideOf is a state as that caller may know it.
func outsideOf(by holder, p *settlement.Payment) string {
	if by.may(routing.RoleOperator) || by.may(routing.RoleCompliance) {
		return p.State.String()
	}
	return outside(p, p.State).String()
}

// receiptID is the payment id that the receipt named.
func (n *Node) receiptID(p *settlement.Payment) string {
	sender, ok := n.Directory().ByID(p.Sender)
	f, err := decodeFacts(p.Facts)
	if !ok || err != nil {
		return ""
	}
	return receiptID(sender.BIC, p.Digest, f.Transaction)
}

// decided puts a decision into the log, if it makes sense as the books stand, and
// answers with what came of it.
func (d *Door) decided(w http.ResponseWriter, r *http.Request, c Caller, by holder, decision Decision) error {
	if err := readZones(decision.Change); err != nil {
		return refused(problemChange, "%v", err)
	}
	s, err := d.node.situation(d.clock())
	if err != nil {
		return err
	}
	if why := s.fits(&decision, by); why != "" {
		return refused(problemChange, "%s", why)
	}
	return d.enact(w, r, c, decision)
}

// enact puts a decision into the log and answers with what came of it.
func (d *Door) enact(w http.ResponseWriter, r *http.Request, c Caller, decision Decision) error {
	place, err := d.node.Desk.Decide(r.Context(), c, decision)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), decisionWait)
	defer cancel()
	if err := d.node.WaitFor(ctx, place.Sequence); err != nil {
		return reply(w, http.StatusAccepted, DecisionAnswer{ID: placeText(place), What: decision.What()})
	}
	return d.outcome(w, place)
}

// outcome answers with what the books say of a decision.
func (d *Door) outcome(w http.ResponseWriter, place settlement.Place) error {
	value, err := d.node.Books.Decision(place)
	if err != nil {
		return err
	}
	if value == nil {
		return errors.New("the books have no record of a decision that they have applied")
	}
	record, err := decodeDecision(value)
	if err != nil {
		return err
	}
	if record.Outcome == OutcomeRefused {
		return refused(problemDecision, "%s (on record as %s)", record.Why, record.ID)
	}
	return reply(w, http.StatusOK, DecisionAnswer{ID: record.ID, What: record.Decision.What(), Outcome: record.Outcome, Expires: record.Expires})
}

// situation is what the door holds a decision against: the books as they are.
func (n *Node) situation(at time.Time) (*situation, error) {
	accounts, err := n.Books.Accounts()
	if err != nil {
		return nil, err
	}
	open, err := n.Books.Open()
	if err != nil {
		return nil, err
	}
	return &situation{
		directory: n.Directory(), now: n.Books.State().Now, at: settlement.Moment(at.UnixNano()),
		payment: func(id settlement.PaymentID) (settlement.Payment, bool) {
			p, ok, err := n.Books.Payment(id)
			return p, ok && err == nil
		},
		account: func(id settlement.AccountID) (settlement.Account, bool) {
			if id == 0 || int(id) > len(accounts) {
				return settlement.Account{}, false
			}
			return accounts[id-1], true
		},
		urgent: func(id settlement.AccountID) bool {
			return slices.ContainsFunc(open, func(p settlement.Payment) bool {
				return p.State == settlement.StateWaiting && p.Band == settlement.BandUrgent && slices.ContainsFunc(p.Legs, func(l settlement.Leg) bool { return l.Debit == id })
			})
		},
	}, nil
}
