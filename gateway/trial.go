package gateway

import (
	"net/http"
	"strings"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// Messages that only try: they are read, checked, planned, answered with what
// would become of them, and recorded. Nothing moves, and the same message sent
// in earnest afterwards is not a duplicate.

// HeaderTest marks such a message at every door: head.001 has no element for it.
const HeaderTest = "Dragoman-Test"

// trialNote says in every answer to such a message that it was one.
const trialNote = "TEST: nothing has moved"

// isTest reads the mark; a value that is neither yes nor no is refused, because
// to guess wrong would move money.
func isTest(value string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "true", "1":
		return true, nil
	case "", "false", "0":
		return false, nil
	}
	return false, badRequest("%s must be true or false, not %q", HeaderTest, value)
}

// testOf reads the mark of an HTTP request.
func testOf(r *http.Request) (bool, error) { return isTest(r.Header.Get(HeaderTest)) }

// try takes in a message that only tries. False: it asks for what changes
// nothing anyhow, and goes the usual way.
func (w *work) try(m settlement.Message, l *routing.Letter) bool {
	switch kind := messages.KindOf(l.Type); {
	case l.Refusal.Code != "":
		w.engine.Reject(m, noted(l.Refusal))
	case kind == "pacs.028" || kind == "camt.060" || kind == "camt.018" || kind == "camt.016" || isQuery(kind):
		return false
	case len(l.Payments) > 0:
		w.engine.Try(m, w.plan(l, m.Record))
	default:
		w.engine.Acknowledge(m)
	}
	return true
}

// noted is a reason whose text begins with the note of a trial.
func noted(why settlement.Reason) settlement.Reason {
	if why.Text != "" {
		why.Text = ": " + why.Text
	}
	why.Text = trialNote + why.Text
	return why
}

// trial answers a message that only tried: what would have become of each of its
// payments.
func (a *answer) trial() error {
	m, err := a.message(a.notice.Message)
	if err != nil {
		return err
	}
	l := a.ahead[m.Record].letter // a trial is answered in its own group
	if messages.KindOf(l.Type) == "camt.050" {
		o := a.notice.Outcomes[0]
		f := factsOf(l, &l.Payments[0], m.Record)
		return a.writeReceipt(receiptDetails(f), o.Status, noted(o.Reason), store.Record{First: true, UETR: f.UETR})
	}
	report := messages.StatusReport{Original: messages.OriginalGroup{MessageID: l.ID, MessageName: l.Type}, OriginalCount: len(l.Payments)}
	statuses := map[settlement.Status]int{}
	for i, o := range a.notice.Outcomes {
		statuses[o.Status]++
		report.Transactions = append(report.Transactions, statusOf(factsOf(l, &l.Payments[i], m.Record), o.Status, noted(o.Reason), o.Reason.Code == codeDuplicate))
	}
	report.GroupStatus = groupStatus(statuses)
	return a.report(report, store.Record{First: true})
}

// acknowledged answers a message that only tried and is about no new payment: it
// is valid, and what it is about stays as it is.
func (a *answer) acknowledged(letter said) error {
	if kind := messages.KindOf(letter.kind); kind == "camt.025" || isControl(kind) || isQueue(kind) {
		details := messages.ReceiptDetails{Original: messages.OriginalQuery{MessageID: letter.id, MessageName: letter.kind}}
		return a.writeReceipt(details, a.notice.Status, noted(settlement.Reason{}), store.Record{First: true})
	}
	report := messages.StatusReport{
		Original: messages.OriginalGroup{MessageID: letter.id, MessageName: letter.kind}, GroupStatus: string(a.notice.Status),
		GroupReasons: reasons(noted(settlement.Reason{})),
	}
	return a.report(report, store.Record{First: true})
}

// acceptance tells a sender who wants it that the payments of a message have been
// accepted, before anything is decided: pacs.002 ACTC.
func (a *answer) acceptance() error {
	m, err := a.message(a.notice.Message)
	if err != nil {
		return err
	}
	letter := a.letterOf(m)
	if messages.KindOf(letter.kind) == "camt.050" {
		return nil // its camt.025 says all there is
	}
	report := messages.StatusReport{Original: messages.OriginalGroup{MessageID: letter.id, MessageName: letter.kind}}
	for i := range m.Count {
		p, err := a.payment(m.First + settlement.PaymentID(i))
		if err != nil {
			return err
		}
		if p.Refusal.Code != "" {
			continue
		}
		t, err := transactionStatus(p, settlement.StatusAccepted, settlement.Reason{})
		if err != nil {
			return err
		}
		report.Transactions = append(report.Transactions, t)
	}
	switch len(report.Transactions) {
	case 0:
		return nil // all were duplicates
	case m.Count:
		report.GroupStatus, report.OriginalCount = string(settlement.StatusAccepted), m.Count
	default:
		report.GroupStatus, report.OriginalCount = "PART", m.Count
	}
	return a.report(report, store.Record{})
}
