package gateway

import (
	"slices"
	"strings"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// Answers to what banks send about earlier payments.

// receivedStatus is the status of a payment in the words of who received it: it
// knows the payment by the message in which the gateway forwarded it.
func receivedStatus(p *settlement.Payment, status settlement.Status, why settlement.Reason) (t messages.TransactionStatus, definition string, err error) {
	if t, err = transactionStatus(*p, status, why); err != nil {
		return t, "", err
	}
	f, err := decodeFacts(p.Facts)
	t.Original.Group = messages.OriginalGroup{MessageID: forwardID(p), MessageName: f.Definition}
	t.Original.UETR = f.UETR
	return t, f.Definition, err
}

// outcomes answers a question or a word about payments: one pacs.002 with the
// status of each.
func (a *answer) outcomes() error {
	m, err := a.message(a.notice.Message)
	if err != nil {
		return err
	}
	letter := a.letterOf(m)
	if isQueue(messages.KindOf(letter.kind)) {
		return a.queueReceipt(letter)
	}
	report := messages.StatusReport{}
	if len(a.notice.Outcomes) == 1 && a.notice.Outcomes[0].Payment == 0 && letter.asked[a.notice.Outcomes[0].Asked].Whole {
		return a.unknownMessage(letter)
	}
	for _, o := range a.notice.Outcomes {
		t, err := a.outcomeOf(o, letter.asked)
		if err != nil {
			return err
		}
		report.Transactions = append(report.Transactions, t)
	}
	if len(report.Transactions) == 0 {
		report.GroupStatus, report.GroupReasons = string(settlement.StatusRejected), reasons(unnamed)
		report.Original = messages.OriginalGroup{MessageID: letter.id, MessageName: letter.kind}
	} else {
		report.Original = report.Transactions[0].Original.Group
	}
	return a.reportTo(letter.kind, report, store.Record{First: true})
}

// unnamed refuses a question that is about nothing.
var unnamed = settlement.Reason{Code: "CH21", Text: "it names neither a payment nor a message as a whole"}

// unknownMessage answers a question about a message as a whole of which no payment is
// known.
func (a *answer) unknownMessage(letter said) error {
	o := a.notice.Outcomes[0]
	report := messages.StatusReport{GroupStatus: string(o.Status), GroupReasons: reasons(o.Reason), Original: original(&letter.asked[o.Asked].Asked).Group}
	return a.reportTo(letter.kind, report, store.Record{First: true})
}

// outcomeOf is the status of one payment of a question, or that it is unknown.
func (a *answer) outcomeOf(o settlement.Outcome, asked []routing.Question) (messages.TransactionStatus, error) {
	if o.Payment == 0 {
		return messages.TransactionStatus{Status: string(o.Status), Reasons: reasons(o.Reason), Original: original(&asked[o.Asked].Asked)}, nil
	}
	p, err := a.payment(o.Payment)
	if err != nil {
		return messages.TransactionStatus{}, err
	}
	if p.Sender == a.to.ID {
		return transactionStatus(p, o.Status, a.withReturns(&p, o.Reason))
	}
	p = attemptOf(p, o.Attempt)
	t, _, err := receivedStatus(&p, o.Status, o.Reason)
	return t, err
}

// notProvided stands where a message must name what a question did not name.
const notProvided = "NOTPROVIDED"

func original(asked *routing.Asked) messages.OriginalPayment {
	return messages.OriginalPayment{
		Group:         messages.OriginalGroup{MessageID: first(asked.OriginalID, notProvided), MessageName: first(asked.OriginalType, notProvided)},
		InstructionID: asked.InstrID, EndToEndID: asked.EndToEndID, TransactionID: asked.TxID, UETR: asked.UETR,
	}
}

// resolution answers a recall: camt.029.
func (a *answer) resolution() error {
	m, err := a.message(a.notice.Message)
	if err != nil {
		return err
	}
	read, err := a.read(m.Record)
	if err != nil {
		return err
	}
	record := store.Record{First: true}
	if all := a.notice.Outcomes; len(all) == 1 && all[0].Payment != 0 {
		p, err := a.payment(all[0].Payment)
		if err != nil {
			return err
		}
		record.Payment, record.UETR = p.ID, p.UETR.String()
	}
	return a.resolutionOf(m, read, a.notice.Outcomes, record)
}

// resolutionOf tells what the recalls of a message have come to, or some of them.
func (a *answer) resolutionOf(m settlement.Message, read *messages.Message, outcomes []settlement.Outcome, record store.Record) error {
	r := messages.ResolutionOn(read)
	r.AssignmentID, r.Created = a.id, a.created()
	r.Assigner, r.Assignee = messages.Party{Agent: messages.Agent{BIC: a.directory.Self}}, messages.Party{Agent: messages.Agent{BIC: a.to.BIC}}
	if err := a.resolve(&r, a.letterOf(m).asked, outcomes); err != nil {
		return err
	}
	document, definition, err := a.writeResolution(r, read.Document().ID)
	if err != nil {
		return err
	}
	return a.send(definition, document, record)
}

// firstResolution is the version of camt.029 that knows three reasons, and no
// payments.
const firstResolution = "camt.029.001.01"

// writeResolution writes the answer in the version that the asker wants or, where
// that one cannot say it (an old one needs a case, and a recall may have none), in
// the one that belongs to the recall.
func (a *answer) writeResolution(r messages.Resolution, request string) (document []byte, definition string, err error) {
	paired, _ := messages.AnswerVersion(request, "camt.029")
	for _, definition = range []string{a.version("camt.029", request, defaultResolution), paired, defaultResolution} {
		said := r
		if definition == firstResolution {
			said.Payments = inFirstWords(r.Payments)
		}
		if document, err = said.Write(definition); err == nil {
			return document, definition, nil
		}
	}
	return nil, "", err
}

// inFirstWords gives every refusal a reason that the first version knows: that it
// is the agent's decision (AGNT), with the true reason as its text.
func inFirstWords(payments []messages.CancellationStatus) []messages.CancellationStatus {
	payments = slices.Clone(payments)
	for i := range payments {
		why := messages.Reason{Code: "AGNT"}
		if all := payments[i].Reasons; len(all) > 0 {
			why.Text = clipped(strings.TrimSpace(all[0].Code+" "+all[0].Text), maxFirstText)
		}
		payments[i].Reasons = []messages.Reason{why}
	}
	return payments
}

// maxFirstText bounds the text of a refusal in the first version.
const maxFirstText = 140

// resolve fills in what became of the recall of each payment, and of all. Of a message
// that was recalled as a whole it names each payment.
func (a *answer) resolve(r *messages.Resolution, asked []routing.Question, outcomes []settlement.Outcome) error {
	if len(outcomes) == 0 {
		r.Refused(reasons(settlement.Reason{Code: "NARR", Text: unnamed.Text})...)
		return nil
	}
	statuses := map[settlement.Status]int{}
	payments := make([]messages.CancellationStatus, 0, len(outcomes))
	for _, o := range outcomes {
		statuses[o.Status]++
		one, err := a.cancellation(r, &asked[o.Asked], o)
		if err != nil {
			return err
		}
		payments = append(payments, one)
	}
	r.Payments = payments
	switch cancelled, refused := statuses[settlement.ResolutionCancelled], statuses[settlement.ResolutionRefused]; {
	case cancelled == len(outcomes):
		r.Cancelled()
	case refused == len(outcomes):
		r.Refused()
	default:
		r.Forwarded()
		if cancelled > 0 {
			r.Confirmation = confirmedInPart
		}
		for i := range r.Groups {
			if len(statuses) > 1 {
				r.Groups[i].Status = groupInPart
			}
		}
	}
	for i, o := range outcomes {
		r.Payments[i].Status, r.Payments[i].Reasons = string(o.Status), reasons(o.Reason)
		if o.Status == settlement.ResolutionCancelled {
			r.Payments[i].Status = statusCancelled
		}
	}
	return nil
}

// cancellation names one payment of a recall as its answer does.
func (a *answer) cancellation(r *messages.Resolution, asked *routing.Question, o settlement.Outcome) (messages.CancellationStatus, error) {
	if !asked.Whole {
		return r.Payments[o.Asked], nil
	}
	one := messages.CancellationStatus{Original: messages.OriginalPayment{Group: messages.OriginalGroup{MessageID: asked.OriginalID, MessageName: asked.OriginalType}}}
	for i := range r.Groups {
		if r.Groups[i].Original.MessageID == asked.OriginalID {
			one.Case = r.Groups[i].Case
		}
	}
	if o.Payment == 0 {
		return one, nil
	}
	p, err := a.payment(o.Payment)
	if err != nil {
		return one, err
	}
	t, err := transactionStatus(p, o.Status, o.Reason)
	one.Original = t.Original
	return one, err
}

// Codes of camt.029: a payment whose recall is accepted, a recall of several of which
// some are, and what that is of their message.
const (
	statusCancelled = "ACCR"
	confirmedInPart = "PECR"
	groupInPart     = "PACR"
)
