package gateway

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"dragoman/settlement"
	"dragoman/store"
)

// requestLife is how long a request waits for a second person, in engine time: a
// working day and the night behind it.
const requestLife = 24 * time.Hour

// maxRequests bounds the requests that wait for a second person at once: far more
// than people can answer in a day.
const maxRequests = 1000

// requests are those that wait for a second person, in the order of their places.
type requests []*DecisionRecord

func (r requests) find(place settlement.Place) int {
	return slices.IndexFunc(r, func(one *DecisionRecord) bool { return one.place == place })
}

// loadRequests reads the requests that wait in the books.
func loadRequests(books *store.Books) (requests, error) {
	rows, err := books.Pending()
	if err != nil {
		return nil, err
	}
	var all requests
	for _, row := range rows {
		one, err := decodeDecision(row.Value)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// operate takes a decision out of the log: it is carried out, waits for a second
// person, or is refused, and in each case stands in the books. Who may decide is
// judged here, from the key in the log and the directory as of now; that the door
// has judged it as well spares only the caller the way.
func (w *work) operate(o *Order) error {
	var d Decision
	if err := json.Unmarshal(o.Facts, &d); err != nil {
		return err
	}
	if _, known := ruleOf(d.Action); !known {
		return fmt.Errorf("action %q is unknown: a newer program wrote it", d.Action)
	}
	r := w.decisionOf(o, d)
	by, why := holderOf(w.directory, o.From, o.Key)
	r.Person = by.person
	if why == "" {
		why = by.mayDecide(d.Action)
	}
	if why == "" {
		why = checkReason(d.Reason)
	}
	if why == "" {
		var err error
		if why, err = w.rule(o, r, by); err != nil {
			return err
		}
	}
	if why != "" {
		r.Outcome, r.Why = OutcomeRefused, why
	}
	return w.keepDecision(r)
}

func (w *work) decisionOf(o *Order, d Decision) *DecisionRecord {
	place := w.place()
	return &DecisionRecord{ID: placeText(place), place: place, At: timeOf(o.Received), Participant: o.From, Key: o.Key, Decision: d}
}

// rule carries a decision out or has it wait. A refusal changes nothing but the
// record.
func (w *work) rule(o *Order, r *DecisionRecord, by holder) (refusal string, err error) {
	action := r.Decision.Action
	if action == ActionApprove || action == ActionDecline {
		return w.answerRequest(o, r, by)
	}
	if action == ActionQuarantine {
		return w.recordQuarantine(r), nil
	}
	s := w.situation()
	if why := s.fits(&r.Decision, by); why != "" {
		return why, nil
	}
	if action.NeedsTwo() {
		return w.request(r), nil
	}
	r.Outcome = OutcomeDone
	return w.carryOut(o, &r.Decision, by)
}

// request has a decision wait for a second person.
func (w *work) request(r *DecisionRecord) (refusal string) {
	if len(w.requests) >= maxRequests {
		return fmt.Sprintf("%d requests wait for a second person already; approve or decline some first", len(w.requests))
	}
	r.Outcome = OutcomeRequested
	// Engine time may lag behind the day while no ticks are written; the group's
	// own time, from the same log, may not shorten a request's life either.
	r.Expires = timeOf(max(w.engine.Now(), w.at)).Add(requestLife)
	if r.Decision.Action == ActionApply {
		r.Directory = w.directoryDigest()
	}
	w.requests = append(w.requests, r)
	w.pend(r.place, r)
	return ""
}

// answerRequest has a second person approve or decline a request.
func (w *work) answerRequest(o *Order, r *DecisionRecord, by holder) (refusal string, err error) {
	place, ok := parsePlace(r.Decision.Request)
	at := w.requests.find(place)
	if !ok || at < 0 {
		return w.whyNotOpen(place, r.Decision.Request)
	}
	asked := w.requests[at]
	if why := mayAnswer(asked, r.Decision.Action, r, by); why != "" {
		return why, nil
	}
	if r.Decision.Action == ActionDecline {
		r.Outcome = OutcomeDone
		return "", w.close(at, OutcomeDeclined, r.ID, r.Decision.Reason)
	}
	why, err := w.approve(o, asked)
	if err != nil {
		return "", err
	}
	if why != "" {
		// It can never be carried out as it was asked; to leave it open would invite
		// a third try.
		return why, w.close(at, OutcomeRefused, r.ID, why)
	}
	r.Outcome = OutcomeDone
	return "", w.close(at, OutcomeDone, r.ID, "")
}

// mayAnswer tells why this person may not answer that request: whoever answers
// must be another person than the one who asked, with another certificate, of the
// same participant and with the role that the request needs. Whoever asked may
// take it back.
func mayAnswer(asked *DecisionRecord, answer Action, r *DecisionRecord, by holder) string {
	needed, _ := ruleOf(asked.Decision.Action)
	own := r.Key == asked.Key || samePerson(by.person, asked.Person)
	switch {
	case by.bank.BIC != asked.Participant || !slices.ContainsFunc(needed.roles, by.may):
		return fmt.Sprintf("request %s is for another person with the role %s of %s", asked.ID, listed(needed.roles), asked.Participant)
	case answer == ActionApprove && by.person == "":
		return "the certificate names no person; the directory must say whose it is"
	case answer == ActionApprove && own:
		return fmt.Sprintf("%s asked for %s and cannot approve it; another person must", asked.Person, asked.ID)
	}
	return ""
}

// approve carries out what was asked, if whoever asked may still ask it and it
// still fits.
func (w *work) approve(o *Order, asked *DecisionRecord) (refusal string, err error) {
	first, why := holderOf(w.directory, asked.Participant, asked.Key)
	if why == "" {
		why = first.mayDecide(asked.Decision.Action)
	}
	if why != "" {
		return "whoever asked may no longer ask it: " + why, nil
	}
	if asked.Directory != "" && asked.Directory != w.directoryDigest() {
		return "the directory has changed since this was asked, so what was shown then is not what would change now; ask again", nil
	}
	s := w.situation()
	if why := s.fits(&asked.Decision, first); why != "" {
		return "it no longer fits: " + why, nil
	}
	return w.carryOut(o, &asked.Decision, first)
}

// whyNotOpen says what became of a request that waits no longer.
func (w *work) whyNotOpen(place settlement.Place, text string) (string, error) {
	earlier, err := w.decision(place)
	switch {
	case err != nil:
		return "", err
	case earlier == nil || !earlier.Decision.Action.NeedsTwo():
		return fmt.Sprintf("there is no request %s", text), nil
	case earlier.Outcome == OutcomeExpired:
		return fmt.Sprintf("request %s expired at %s", text, earlier.Expires.Format(time.RFC3339)), nil
	case earlier.ClosedBy != "":
		return fmt.Sprintf("request %s was answered already: it was %s by %s", text, earlier.Outcome, earlier.ClosedBy), nil
	}
	return fmt.Sprintf("request %s was %s and waits for nobody", text, earlier.Outcome), nil
}

// close ends a request: its record says what came of it.
func (w *work) close(at int, outcome Outcome, by, why string) error {
	// A copy: books and readers may hold the record as it was.
	r := *w.requests[at]
	r.Outcome, r.ClosedBy, r.Why = outcome, by, why
	w.requests = slices.Delete(slices.Clone(w.requests), at, at+1)
	w.pend(r.place, nil)
	return w.keepDecision(&r)
}

// expireRequests ends the requests whose time is up. It is called behind every
// order, since it is engine time that ends them, whatever moved it.
func (w *work) expireRequests() error {
	for i := 0; i < len(w.requests); {
		if r := w.requests[i]; r.Expires.UnixNano() > int64(w.engine.Now()) {
			i++
			continue
		}
		if err := w.close(i, OutcomeExpired, placeText(w.place()), ""); err != nil {
			return err
		}
	}
	return nil
}

// keepDecision has the books keep a decision, or what became of it.
func (w *work) keepDecision(r *DecisionRecord) error {
	value, err := r.encode()
	if err != nil {
		return err
	}
	w.decisions = append(w.decisions, store.Kept{Place: r.place, Value: value})
	w.recent.decisions[r.place] = r
	return nil
}

// pend has the books keep a request among those that wait, or no longer.
func (w *work) pend(place settlement.Place, r *DecisionRecord) {
	row := store.Kept{Place: place}
	if r != nil {
		row.Value, _ = r.encode() //nolint:errchkjson // keepDecision writes the same and tells
	}
	w.pending = append(w.pending, row)
}

// decision is what an entry decided; nil when it decided nothing.
func (w *work) decision(place settlement.Place) (*DecisionRecord, error) {
	if r, ok := w.recent.decisions[place]; ok {
		return r, nil
	}
	value, err := w.books.Decision(place)
	if value == nil || err != nil {
		return nil, err
	}
	return decodeDecision(value)
}
