package gateway

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// What sums a decision up for people.
func (d *Decision) What() string {
	text := string(d.Action)
	switch d.Action {
	case ActionHold, ActionRelease, ActionRefuse, ActionCancel:
		text += " payment " + d.UETR
	case ActionReprioritise:
		text += fmt.Sprintf(" payment %s to %s", d.UETR, bandNames[d.Band])
	case ActionReorder:
		text += fmt.Sprintf(" payment %s to the %s of its priority", d.UETR, putNames[d.Put])
	case ActionLimit, ActionReserve:
		text += " " + d.controlText()
	case ActionIssue:
		text += fmt.Sprintf(" %s %s to %s", d.Amount, d.Currency, d.Bank)
	case ActionRedeem:
		text += fmt.Sprintf(" %s %s from %s", d.Amount, d.Currency, d.Bank)
	case ActionSuspend, ActionResume:
		text += " participant " + d.Bank.String()
	case ActionStanding:
		text += fmt.Sprintf(" of %s: %s", d.Bank, d.Standing)
	case ActionApply:
		text += " a change of the directory"
	case ActionQuarantine:
		text += " entry " + d.Place
	case ActionAcceptTime:
		text += " " + d.Time.Format(time.RFC3339)
	case ActionAnnounce:
		to := "everybody"
		if !d.Bank.IsZero() {
			to = d.Bank.String()
		}
		text += fmt.Sprintf(" %s to %s: %s", d.Event, to, d.Text)
	case ActionCloseCycle:
		text += " of " + d.Currency
	case ActionRestoreAccept:
		text += " " + d.Subject
	case ActionBackup:
		text += " until " + d.Time.UTC().Format(time.RFC3339)
	case ActionApprove, ActionDecline:
		text += " " + d.Request
	}
	return text
}

// DecisionView is one decision as the list of decisions shows it.
type DecisionView struct {
	ID          string       `json:"id"`
	At          time.Time    `json:"at"`
	Participant messages.BIC `json:"participant,omitzero"`
	Person      string       `json:"person,omitempty"`
	Action      Action       `json:"action"`
	What        string       `json:"what"`
	Reason      string       `json:"reason"`
	Outcome     Outcome      `json:"outcome"`
	Why         string       `json:"why,omitempty"`      // of a refusal
	ClosedBy    string       `json:"closedBy,omitempty"` // the decision that ended a request
	Expires     time.Time    `json:"expires,omitzero"`   // of a request
}

// DecisionsView is the answer to GET /v1/decisions.
type DecisionsView struct {
	Decisions []DecisionView `json:"decisions"` // the newest first
	// Next is what ?before= must be for those before; empty: there are none.
	Next string `json:"next,omitempty"`
}

func viewOf(r *DecisionRecord) DecisionView {
	return DecisionView{
		ID: r.ID, At: r.At, Participant: r.Participant, Person: r.Person, Action: r.Decision.Action, What: r.Decision.What(),
		Reason: r.Decision.Reason, Outcome: r.Outcome, Why: r.Why, ClosedBy: r.ClosedBy, Expires: r.Expires,
	}
}

// staff tells whether the caller is one of the gateway's own people, who see what
// everybody decided; others see what their own people decided.
func (c Caller) staff() bool { return c.may(routing.RoleOperator) || c.may(routing.RoleCompliance) }

// maxDecisionsRead bounds the decisions that are read for one answer, most of which
// a filter may leave out.
const maxDecisionsRead = 20_000

func (d *Door) decisions(w http.ResponseWriter, r *http.Request, c Caller) error {
	query := r.URL.Query()
	most, err := strconv.Atoi(orElse(query.Get("max"), "100"))
	if err != nil || most < 1 || most > maxFetch {
		return badRequest("max must be a number from 1 to %d", maxFetch)
	}
	var before settlement.Place
	if text := query.Get("before"); text != "" {
		var ok bool
		if before, ok = parsePlace(text); !ok {
			return badRequest("before must be the id of a decision, such as 17.0")
		}
	}
	wanted := func(v *DecisionView) bool {
		return (c.staff() || v.Participant == c.Participant) &&
			slices.Contains([]string{"", string(v.Action)}, query.Get("action")) &&
			slices.Contains([]string{"", string(v.Outcome)}, query.Get("outcome")) &&
			slices.Contains([]string{"", v.Person}, query.Get("person"))
	}
	answer, read, failed := DecisionsView{Decisions: []DecisionView{}}, 0, error(nil)
	err = d.node.Books.Decisions(before, func(row store.Kept) bool {
		record, err := decodeDecision(row.Value)
		if err != nil {
			failed = err
			return false
		}
		if v := viewOf(record); wanted(&v) {
			if len(answer.Decisions) == most {
				answer.Next = answer.Decisions[most-1].ID
				return false
			}
			answer.Decisions = append(answer.Decisions, v)
		}
		if read++; read == maxDecisionsRead {
			answer.Next = record.ID
		}
		return read < maxDecisionsRead
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, answer)
}

// ApprovalView is one request that waits for a second person.
type ApprovalView struct {
	DecisionView
	// MayApprove: the caller is that second person, or may be.
	MayApprove bool `json:"mayApprove"`
	// Changes are what a change of the directory would do to it as it is.
	Changes []routing.Difference `json:"changes,omitempty"`
}

// ApprovalsView is the answer to GET /v1/approvals.
type ApprovalsView struct {
	Approvals []ApprovalView `json:"approvals"` // the oldest first
}

func (d *Door) approvals(w http.ResponseWriter, _ *http.Request, c Caller) error {
	by, why := holderOf(d.node.Directory(), c.Participant, c.Key)
	if why != "" {
		return refused(problemForbidden, "%s", why)
	}
	waiting, err := loadRequests(d.node.Books)
	if err != nil {
		return err
	}
	answer := ApprovalsView{Approvals: []ApprovalView{}}
	for _, asked := range append(waiting, d.node.quarantineRequests()...) {
		needed, _ := ruleOf(asked.Decision.Action)
		if asked.Participant != c.Participant || !slices.ContainsFunc(needed.roles, c.may) {
			continue
		}
		v := ApprovalView{DecisionView: viewOf(asked)}
		v.MayApprove = mayAnswer(asked, ActionApprove, &DecisionRecord{Key: c.Key}, by) == ""
		if asked.Decision.Change != nil {
			if next, err := d.node.Directory().Apply(*asked.Decision.Change); err == nil {
				v.Changes = d.node.Directory().Differences(next)
			}
		}
		answer.Approvals = append(answer.Approvals, v)
	}
	return reply(w, http.StatusOK, answer)
}

// answerApproval takes the word of a second person.
func (d *Door) answerApproval(w http.ResponseWriter, r *http.Request, c Caller) error {
	var request ApprovalRequest
	if err := readJSON(w, r, &request); err != nil {
		return err
	}
	id := r.PathValue("id")
	place, ok := parsePlace(id)
	if !ok || request.Approve == nil {
		return badRequest(`the address ends with the id of a request, such as 17.0, and the body is {"approve": true or false, "reason": "why"}`)
	}
	decision := Decision{Action: ActionDecline, Request: id, Reason: request.Reason}
	if *request.Approve {
		decision.Action = ActionApprove
	}
	if _, err := d.entitled(c, &decision); err != nil {
		return err
	}
	if asked := d.node.quarantineRequest(id); asked != nil {
		if !*request.Approve {
			return refused(problemChange, "a quarantine is not declined: it takes two operators, and until then the lane stands still")
		}
		return d.quarantine(w, r, c, &DecisionRequest{Place: asked.Decision.Place, Digest: asked.Decision.Digest, Reason: request.Reason})
	}
	var value []byte
	err := d.node.lookTwice(r.Context(), func() (found bool, err error) { // who asked a moment ago has its place already
		value, err = d.node.Books.Decision(place)
		return value != nil, err
	})
	if err != nil {
		return err
	}
	if value != nil {
		asked, err := decodeDecision(value)
		if err != nil {
			return err
		}
		if !asked.Decision.Action.NeedsTwo() || !c.staff() && asked.Participant != c.Participant {
			value = nil
		}
	}
	if value == nil {
		return notFound("there is no request %s; GET /v1/approvals lists those that wait", id)
	}
	return d.enact(w, r, c, decision)
}
