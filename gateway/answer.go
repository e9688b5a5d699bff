package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// The one place where what the kernel says becomes messages. Everything written
// here is a function of the log, so that every node writes the same bytes.

// Versions in which the gateway speaks to those who have not said which they want.
const (
	defaultHeader     = "head.001.001.02"
	defaultStatus     = "pacs.002.001.10"
	defaultResolution = "camt.029.001.09"
)

// notices turns the notices of a group into records, in order.
func (w *work) notices(c settlement.Changes) error {
	w.remember(c)
	for _, cycle := range c.Cycles {
		w.cycles[cycle.ID] = cycle
	}
	charges, err := w.charges(c)
	if err != nil {
		return err
	}
	c.Notices = append(append(c.Notices, charges...), w.advices(c)...)
	for i := range c.Notices {
		w.writing = i
		if err := w.notice(&c.Notices[i], i); err != nil {
			return fmt.Errorf("notice %d to participant %d: %w", i, c.Notices[i].To, err)
		}
	}
	return nil
}

func (w *work) notice(n *settlement.Notice, number int) error {
	to, ok := w.directory.ByID(n.To)
	if !ok {
		return fmt.Errorf("participant %d is not in the directory", n.To)
	}
	a := &answer{work: w, from: w.directory.Self, to: to, notice: n, id: fmt.Sprintf("DRGM-%d-%d", w.sequence, number)}
	switch n.Kind {
	case settlement.NoticeGroup:
		return a.groupReport()
	case settlement.NoticeStatus:
		return a.statusReport()
	case settlement.NoticeForward:
		return a.forward()
	case settlement.NoticeRepeat:
		return a.repeat()
	case settlement.NoticeResolved:
		return a.resolution()
	case settlement.NoticeAnswer:
		return a.outcomes()
	case settlement.NoticeOutcome:
		return a.outcome()
	case settlement.NoticeAdvice:
		return a.advice()
	case settlement.NoticeAccepted:
		return a.acceptance()
	case settlement.NoticeTrial:
		return a.trial()
	case settlement.NoticeEvent:
		return a.event()
	case settlement.NoticeStatement:
		return a.disclosed()
	case settlement.NoticeCase, settlement.NoticeCaseAnswer, settlement.NoticeCaseRefused, settlement.NoticeMisdirected:
		return a.correspondence()
	case settlement.NoticePosition, settlement.NoticeNetting, settlement.NoticeNetted:
		return a.netting()
	case settlement.NoticeCharges:
		return a.charged()
	}
	return fmt.Errorf("notice of kind %d has no message", n.Kind)
}

// answer is one message in the making.
type answer struct {
	*work
	from   messages.BIC // whose name the header bears
	to     *routing.Participant
	notice *settlement.Notice
	id     string // its message id

	service string // business service in the header; empty: none

	booked       messages.DateTime // the last booking time that was written
	bookedMoment settlement.Moment
}

// version is the one the participant wants of a kind, else the one that belongs
// to the request, else the default.
func (a *answer) version(kind, request, otherwise string) string {
	if v := a.to.Versions[kind]; v != "" {
		return v
	}
	if v, ok := messages.AnswerVersion(request, kind); ok {
		return v
	}
	if messages.KindOf(request) == kind {
		return request
	}
	return otherwise
}

// send puts a header before the document, logs both and has them mailed.
func (a *answer) send(definition string, document []byte, r store.Record) error {
	form := headerForm{a.from, a.to.BIC, a.version("head.001", "", defaultHeader), definition, a.service}
	header, err := a.templates.header(a.templates.headerRoom[:0], form, a.id, a.created())
	if err != nil {
		return err
	}
	a.templates.headerRoom = header
	payload := messages.Envelope(header, document)
	r.Out, r.Mailed, r.Receiver, r.Type, r.ID = true, true, a.to.ID, definition, a.id
	r.Message, r.Place, r.At = a.notice.Message, a.place(), a.at
	if sender, ok := a.directory.ByBIC(a.from); ok {
		r.Sender = sender.ID
	}
	r.Salt = saltOf(a.state.LogHash, a.sequence, uint64(len(a.records)))
	r.Seal(payload)
	a.add(r, payload)
	return nil
}

// groupReport answers a message as a whole: pacs.002 with the status of every
// payment, and of the group.
func (a *answer) groupReport() error {
	m, err := a.message(a.notice.Message)
	if err != nil {
		return err
	}
	letter := a.letterOf(m)
	if a.notice.Status == settlement.StatusAccepted {
		return a.acknowledged(letter)
	}
	switch messages.KindOf(letter.kind) {
	case "camt.003", "camt.005", "camt.009", "camt.046":
		return a.queryRefused(letter)
	case "camt.007", "camt.008", "camt.011", "camt.012", "camt.048", "camt.049":
		return a.controlReceipt(letter)
	case "camt.050":
		return a.transferReceipt(m, letter)
	case "camt.016", "camt.018", "camt.025", "camt.060":
		return a.rejection(letter)
	case "camt.029", "camt.110", "camt.111", "acmt.023", "acmt.024":
		return a.turnBack(letter.id, a.notice.Reason)
	}
	report := messages.StatusReport{GroupStatus: string(a.notice.Status)}
	report.Original = messages.OriginalGroup{MessageID: letter.id, MessageName: letter.kind}
	report.GroupReasons = reasons(a.notice.Reason)
	statuses, record := map[settlement.Status]int{}, store.Record{First: true}
	for i := range m.Count {
		p, err := a.payment(m.First + settlement.PaymentID(i))
		if err != nil {
			return err
		}
		status, err := transactionStatus(p, p.Status, p.Reason)
		if err != nil {
			return err
		}
		statuses[p.Status]++
		report.Transactions = append(report.Transactions, status)
		if m.Count == 1 {
			record.UETR = p.UETR.String()
		}
	}
	if m.Count > 0 {
		report.GroupStatus = groupStatus(statuses)
		report.OriginalCount = m.Count
	}
	return a.report(report, record)
}

// groupStatus is that of all payments if they have the same, else PART.
func groupStatus(statuses map[settlement.Status]int) string {
	if len(statuses) > 1 {
		return "PART"
	}
	for status := range statuses {
		if status == "" {
			return string(settlement.StatusSettling)
		}
		return string(status)
	}
	return ""
}

func (a *answer) report(report messages.StatusReport, r store.Record) error {
	return a.reportTo(report.Original.MessageName, report, r)
}

// reportTo writes a report in the version that belongs to that of the request.
func (a *answer) reportTo(request string, report messages.StatusReport, r store.Record) error {
	report.MessageID, report.Created = a.id, a.created()
	report.InstructingAgent, report.InstructedAgent = messages.Agent{BIC: a.directory.Self}, messages.Agent{BIC: a.to.BIC}
	definition := a.version("pacs.002", request, defaultStatus)
	document := a.templates.report(a.templates.documentRoom[:0], &report, definition)
	if document != nil {
		a.templates.documentRoom = document
	} else {
		var err error
		if document, err = report.Write(definition); err != nil {
			return err
		}
	}
	return a.send(definition, document, r)
}

func reasons(why settlement.Reason) []messages.Reason {
	if why.Code == "" && why.Text == "" {
		return nil
	}
	return []messages.Reason{{Code: why.Code, Text: why.Text}}
}

func transactionStatus(p settlement.Payment, status settlement.Status, why settlement.Reason) (messages.TransactionStatus, error) {
	f, err := decodeFacts(p.Facts)
	if err != nil {
		return messages.TransactionStatus{}, err
	}
	return statusOf(f, status, why, p.Refusal.Code == codeDuplicate), nil
}

// codeDuplicate refuses other content under the identity of a known payment. The
// receiver of a payment may give the same reason: then it is about this one.
const codeDuplicate = "DUPL"

func statusOf(f answerFacts, status settlement.Status, why settlement.Reason, duplicate bool) messages.TransactionStatus {
	if status == "" {
		status = settlement.StatusSettling
	}
	t := messages.TransactionStatus{Status: string(status), Reasons: reasons(why)}
	t.Original = messages.OriginalPayment{
		Group:         messages.OriginalGroup{MessageID: f.MessageID, MessageName: f.MessageType},
		InstructionID: f.InstrID, EndToEndID: f.EndToEndID, TransactionID: f.TxID, UETR: f.UETR,
	}
	if duplicate {
		t.Original.UETR = "" // it names the first payment, which this answer is not about
	}
	return t
}

// statusReport tells a later change of one payment.
func (a *answer) statusReport() error {
	p, err := a.payment(a.notice.Payment)
	if err != nil {
		return err
	}
	if p.Kind.Liquidity() {
		return a.receipt(p, a.notice.Status, a.notice.Reason, store.Record{Payment: p.ID})
	}
	t, err := transactionStatus(p, a.notice.Status, a.notice.Reason)
	if err != nil {
		return err
	}
	return a.report(messages.StatusReport{Original: t.Original.Group, Transactions: []messages.TransactionStatus{t}},
		store.Record{Payment: p.ID, UETR: t.Original.UETR})
}

// forward sends the payment itself to its receiver.
func (a *answer) forward() error {
	p, err := a.payment(a.notice.Payment)
	if err != nil {
		return err
	}
	p = attemptOf(p, a.notice.Attempt)
	f, err := decodeFacts(p.Facts)
	if err != nil {
		return err
	}
	if sender, ok := a.directory.ByID(p.Sender); ok && !p.Kind.Liquidity() {
		a.from = sender.BIC // header and document name the same two banks
	}
	if a.service, err = a.serviceOf(&p, &f); err != nil {
		return err
	}
	a.id = forwardID(&p)
	if len(p.Attempts) > 0 { // what was rendered when it came is its first attempt
		delete(a.forwarded, forwardKey{f.Record, f.Transaction})
	}
	document, definition, err := a.forwardAs(&f, a.id)
	if err != nil {
		return err
	}
	return a.send(definition, document, store.Record{Payment: p.ID, UETR: f.UETR})
}
