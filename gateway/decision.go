package gateway

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Action names what is decided.
type Action string

// Actions of people. Those that move value, let go what is held, change who takes
// part or take an order out of the log need a second person; see ruleOf.
const (
	ActionHold          Action = "hold"
	ActionRelease       Action = "release"
	ActionRefuse        Action = "refuse"
	ActionCancel        Action = "cancel"
	ActionReprioritise  Action = "reprioritise"
	ActionIssue         Action = "issue"
	ActionRedeem        Action = "redeem"
	ActionSuspend       Action = "suspend"
	ActionResume        Action = "resume"
	ActionStanding      Action = "standing" // where a participant stands
	ActionApply         Action = "apply"
	ActionQuarantine    Action = "quarantine"
	ActionAcceptTime    Action = "accept-time"
	ActionAnnounce      Action = "announce"
	ActionRestoreAccept Action = "restore-accept"
	ActionBackup        Action = "permit-backups"
	ActionApprove       Action = "approve" // of a request
	ActionDecline       Action = "decline" // of a request
	ActionReorder       Action = "reorder" // within a priority
	ActionLimit         Action = "limit"   // what is paid to Bank, or without one to all
	ActionReserve       Action = "reserve" // for payments of a priority
	ActionCloseCycle    Action = "close-cycle"
)

// Decision is what a person decides; it is the facts of an OrderOperator.
type Decision struct {
	Action Action `json:"action"`
	Reason string `json:"reason"` // why, in the decider's words
	// Payment is the number in the books of the payment it is about; UETR and
	// PaymentID are the names by which people know it.
	Payment   settlement.PaymentID `json:"payment,omitempty"`
	UETR      string               `json:"uetr,omitempty"`
	PaymentID string               `json:"paymentId,omitempty"`
	Bank      messages.BIC         `json:"bank,omitzero"`
	Standing  routing.Standing     `json:"standing,omitempty"` // of standing
	Amount    string               `json:"amount,omitempty"`
	Currency  string               `json:"currency,omitempty"`
	Band      settlement.Band      `json:"band,omitempty"`
	Put       settlement.Put       `json:"put,omitempty"`     // of reorder
	Account   string               `json:"account,omitempty"` // of limit and reserve: its name, where the currency leaves several
	Remove    bool                 `json:"remove,omitempty"`  // of limit and reserve
	Change    *routing.Change      `json:"change,omitempty"`  // of apply
	Request   string               `json:"request,omitempty"` // of approve and decline: place of the request
	Place     string               `json:"place,omitempty"`   // of quarantine: the entry that cannot be applied
	Digest    string               `json:"digest,omitempty"`  // of quarantine: what stands there
	Time      time.Time            `json:"time,omitzero"`     // of accept-time: what engine time becomes; of announce: when it is; of permit-backups: until when
	Event     string               `json:"event,omitempty"`   // of announce: its code, such as STDY
	Text      string               `json:"text,omitempty"`    // of announce: what everybody reads, or Bank alone
	Subject   string               `json:"subject,omitempty"` // of restore-accept: digest of the list that is accepted
}

// rule says who may decide something, and whether a second person must agree.
type rule struct {
	roles []routing.Role // one of these
	two   bool
}

// ruleOf is the rule of an action; false when there is no such action.
func ruleOf(a Action) (rule, bool) {
	compliance, operator, issuer := []routing.Role{routing.RoleCompliance}, []routing.Role{routing.RoleOperator}, []routing.Role{routing.RoleIssuer}
	switch a {
	case ActionHold, ActionRefuse:
		return rule{roles: compliance}, true
	case ActionRelease:
		return rule{roles: compliance, two: true}, true
	case ActionLimit, ActionReserve:
		return rule{roles: []routing.Role{routing.RoleParticipant}}, true
	case ActionCancel, ActionReprioritise, ActionReorder:
		return rule{roles: []routing.Role{routing.RoleParticipant, routing.RoleOperator}}, true
	case ActionIssue, ActionRedeem:
		return rule{roles: issuer, two: true}, true
	case ActionAnnounce:
		return rule{roles: operator}, true
	case ActionSuspend, ActionResume, ActionStanding, ActionApply, ActionQuarantine, ActionAcceptTime, ActionRestoreAccept, ActionBackup, ActionCloseCycle:
		return rule{roles: operator, two: true}, true
	case ActionApprove, ActionDecline:
		return rule{roles: slices.Concat(compliance, operator, issuer)}, true
	}
	return rule{}, false
}

// NeedsTwo tells whether a second person must agree to the action.
func (a Action) NeedsTwo() bool {
	r, _ := ruleOf(a)
	return r.two
}

// holder is who stands behind an entry, as the directory knows the key.
type holder struct {
	bank   *routing.Participant
	person string
	roles  []routing.Role
}

func (h holder) may(role routing.Role) bool { return slices.Contains(h.roles, role) }

// holderOf finds who stands behind a key. The refusal is for people.
func holderOf(d *routing.Directory, from messages.BIC, name string) (holder, string) {
	p, key, ok := d.ByKey(name)
	if !ok || p.BIC != from {
		return holder{}, "the certificate is not, or no longer, in the directory"
	}
	return holder{p, key.Person, key.Roles}, ""
}

// mayDecide tells why the holder may not decide that; empty: it may.
func (h holder) mayDecide(a Action) string {
	r, known := ruleOf(a)
	switch {
	case !known:
		return fmt.Sprintf("there is no action %q", a)
	case !slices.ContainsFunc(r.roles, h.may):
		return fmt.Sprintf("%s needs the role %s", a, listed(r.roles))
	case r.two && h.person == "":
		return "the certificate names no person; two persons must agree, so the directory must say whose it is"
	}
	return ""
}

func listed(roles []routing.Role) string {
	words := make([]string, len(roles))
	for i, role := range roles {
		words[i] = string(role)
	}
	return strings.Join(words, " or ")
}

// samePerson tells whether two keys of a participant belong to one person.
func samePerson(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

// maxReason bounds the reason of a decision: a sentence or two.
const maxReason = 500

// checkReason wants a reason that a reader of the record can read.
func checkReason(reason string) string {
	switch {
	case strings.TrimSpace(reason) == "":
		return "a decision needs a reason: a sentence for the record"
	case len(reason) > maxReason:
		return fmt.Sprintf("the reason is longer than %d bytes", maxReason)
	case strings.IndexFunc(reason, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0:
		return "the reason is not one line of printable text"
	}
	return ""
}

// placeText writes a place as people type it: 17.0.
func placeText(p settlement.Place) string { return fmt.Sprintf("%d.%d", p.Sequence, p.Order) }

// parsePlace reads what placeText writes.
func parsePlace(text string) (settlement.Place, bool) {
	group, order, _ := strings.Cut(text, ".")
	sequence, err := strconv.ParseUint(group, 10, 64)
	position, wrong := strconv.ParseUint(order, 10, 32)
	p := settlement.Place{Sequence: sequence, Order: uint32(position)}
	return p, err == nil && wrong == nil && placeText(p) == text
}

// Outcome is what came of a decision.
type Outcome string

// Outcomes. A request has the outcome of the entry that ended it.
const (
	OutcomeRequested Outcome = "requested" // a second person must approve
	OutcomeDone      Outcome = "carried out"
	OutcomeRefused   Outcome = "refused"
	OutcomeDeclined  Outcome = "declined"
	OutcomeExpired   Outcome = "expired"
)

// DecisionRecord is one decision as the books keep it: who decided what, when and
// why, and what came of it. The place of its entry is its id.
type DecisionRecord struct {
	ID          string       `json:"id"`
	At          time.Time    `json:"at"` // when the door received it
	Participant messages.BIC `json:"participant,omitzero"`
	Person      string       `json:"person,omitempty"` // who held the key then
	Key         string       `json:"key,omitempty"`    // fingerprint of the certificate
	Decision    Decision     `json:"decision"`
	Outcome     Outcome      `json:"outcome"`
	Why         string       `json:"why,omitempty"` // why it was refused
	// ClosedBy is the entry that ended a request, by whichever person.
	ClosedBy string `json:"closedBy,omitempty"`
	// Expires is when a request ends by itself, if nobody has approved it.
	Expires time.Time `json:"expires,omitzero"`
	// Directory is the digest of the directory that a change was asked for.
	Directory string `json:"directory,omitempty"`

	place settlement.Place
}

func (r *DecisionRecord) encode() ([]byte, error) { return json.Marshal(r) }

func decodeDecision(value []byte) (*DecisionRecord, error) {
	r := &DecisionRecord{}
	if err := json.Unmarshal(value, r); err != nil {
		return nil, fmt.Errorf("a decision in the books cannot be read: %w", err)
	}
	r.place, _ = parsePlace(r.ID)
	return r, nil
}

// timeOf is a moment as people read it.
func timeOf(m settlement.Moment) time.Time { return time.Unix(0, int64(m)).UTC() }
