package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// What banks ask each other, on its way from one to the other: each message goes on as
// it came but for what belongs to the leg (identifiers, times, assigner and assignee,
// and how the payment is called there).

// errand is one case with all that its messages say of it.
type errand struct {
	settlement.Case
	request *messages.Message // as the asker sent it
	payment settlement.Payment
	facts   answerFacts // of the payment
	asker   *routing.Participant
	asked   *routing.Participant
}

// errand gathers what belongs to a case.
func (a *answer) errand(id settlement.CaseID) (*errand, error) {
	c, ok := a.engine.Case(id)
	if !ok {
		return nil, fmt.Errorf("there is no case %d", id)
	}
	e := &errand{Case: c}
	e.asker, _ = a.directory.ByID(c.Asker)
	e.asked, _ = a.directory.ByID(c.Asked)
	m, err := a.message(c.Message)
	if err != nil {
		return nil, err
	}
	if e.request, err = a.read(m.Record); err != nil || c.Payment == 0 {
		return e, err
	}
	if e.payment, err = a.payment(c.Payment); err != nil {
		return nil, err
	}
	e.facts, err = decodeFacts(e.payment.Facts)
	return e, err
}

// called is how a party of the payment calls it: its sender by the message that
// brought it, its receiver by that in which it was forwarded.
func (e *errand) called(by *routing.Participant) messages.OriginalPayment {
	o := messages.OriginalPayment{
		Group:         messages.OriginalGroup{MessageID: e.facts.MessageID, MessageName: e.facts.MessageType},
		InstructionID: e.facts.InstrID, EndToEndID: e.facts.EndToEndID, TransactionID: e.facts.TxID, UETR: e.facts.UETR,
	}
	if by.ID == e.payment.Receiver {
		o.Group = messages.OriginalGroup{MessageID: forwardID(&e.payment), MessageName: e.facts.Definition}
	}
	return o
}

// record is the row of the message log of one of the case's messages.
func (e *errand) record(first bool) store.Record {
	return store.Record{First: first, Payment: e.Payment, UETR: e.facts.UETR}
}

// correspondence writes what a notice about a case tells.
func (a *answer) correspondence() error {
	written := map[settlement.NoticeKind]func() error{
		settlement.NoticeCase: a.passOn, settlement.NoticeCaseAnswer: a.passBack, settlement.NoticeCaseRefused: a.unpassed,
	}[a.notice.Kind]
	if written != nil {
		return written()
	}
	m, err := a.message(a.notice.Message)
	if err != nil {
		return err
	}
	why := settlement.Reason{Code: "NFND", Text: "it answers nothing"}
	if all := a.notice.Outcomes; len(all) > 0 {
		why = all[0].Reason
	}
	return a.turnBack(a.letterOf(m).id, why)
}

// turnBack answers what is no answer to anything: of the messages that answer a case
// none has an answer of its own, so it is an admi.002 that says why nothing came of
// it.
func (a *answer) turnBack(id string, why settlement.Reason) error {
	w := messages.NewWriter(rejectDefinition)
	w.OpenBody(rejectDefinition)
	w.Open("RltdRef")
	w.Text("Ref", id)
	w.Close()
	w.Open("Rsn")
	w.Text("RjctgPtyRsn", why.Code)
	w.Text("RjctnDtTm", a.created().String())
	if why.Text != "" {
		w.Text("RsnDesc", clipped(why.Text, maxTurnedBack))
	}
	w.Close()
	w.Close()
	document, err := w.Bytes()
	if err != nil {
		return err
	}
	return a.send(rejectDefinition, document, store.Record{First: true})
}

// maxTurnedBack bounds the text of an admi.002.
const maxTurnedBack = 350

// attempt is one way to write a message, in one version.
type attempt func(definition string) ([]byte, error)

// firstThatFits writes a message in the first of the versions in which one of the ways
// leads to a valid one. The last is one that says everything: what was taken in is
// never kept back.
func firstThatFits(definitions []string, ways ...attempt) (document []byte, definition string, err error) {
	for _, definition = range definitions {
		for _, way := range ways {
			if document, err = way(definition); err == nil {
				return document, definition, nil
			}
		}
	}
	return nil, "", err
}

// versionsFor are those in which a message is tried: the one that its receiver wants,
// the one in which it came, and the one in which anything can be said.
func (a *answer) versionsFor(received string) []string {
	fullest := map[string]string{"camt.056": "camt.056.001.08", "camt.029": defaultResolution, "acmt.023": "acmt.023.001.03", "acmt.024": "acmt.024.001.03"}
	kind := messages.KindOf(received)
	return []string{orElse(wantedBy(a.to, received), received), received, orElse(fullest[kind], received)}
}

// passOn sends a request to the bank that is asked.
func (a *answer) passOn() error {
	e, err := a.errand(a.notice.Case)
	if err != nil {
		return err
	}
	a.from, a.id = e.asker.BIC, caseID(e.ID)
	received := e.request.Document().ID
	ways := map[settlement.CaseKind][]attempt{
		settlement.CaseRecall:        {a.recallAsItCame(e), a.recallAnew(e)},
		settlement.CaseInvestigation: {a.investigationAsItCame(e)},
		settlement.CaseCheck:         {a.checkAsItCame(e), a.checkAnew(e)},
	}[e.Kind]
	document, definition, err := firstThatFits(a.versionsFor(received), ways...)
	if err != nil {
		return err
	}
	return a.send(definition, document, e.record(e.Kind == settlement.CaseCheck))
}

// passBack sends what the bank that is asked has said to the one that asked.
func (a *answer) passBack() error {
	e, err := a.errand(a.notice.Case)
	if err != nil {
		return err
	}
	m, err := a.message(a.notice.Said.Message)
	if err != nil {
		return err
	}
	reply, err := a.read(m.Record)
	if err != nil {
		return err
	}
	a.from, a.id = e.asked.BIC, fmt.Sprintf("%s-%d", caseID(e.ID), a.notice.Said.Turn)
	if a.notice.Message != a.notice.Said.Message { // it is told again
		switch number, found, err := a.passedBefore(); {
		case err != nil:
			return err
		case found:
			return a.again(number, store.Record{First: a.notice.First, Message: a.notice.Message})
		}
	}
	said := a.letterOf(m).asked
	received := reply.Document().ID
	var ways []attempt
	switch messages.KindOf(received) {
	case "camt.029":
		ways = []attempt{a.resolutionAsItCame(e, reply, len(said)), a.resolutionAnew(e, reply, &said[a.notice.Said.Part])}
	case "camt.111":
		ways = []attempt{a.findingsAsTheyCame(e, reply)}
	default:
		ways = []attempt{a.verdictAnew(e, reply, true), a.verdictAnew(e, reply, false)}
	}
	document, definition, err := firstThatFits(a.versionsFor(received), ways...)
	if err != nil {
		return err
	}
	return a.send(definition, document, e.record(a.notice.First))
}

// passedBefore finds the message by which the answer was passed on when it came: what
// is told again is the same to the last byte.
func (a *answer) passedBefore() (number uint64, found bool, err error) {
	numbers, err := a.firstAnswers(a.notice.Said.Message)
	if err != nil {
		return 0, false, err
	}
	first, _, err := a.record(numbers[0])
	for number = numbers[0]; err == nil && number < a.state.Records+uint64(len(a.records)); number++ {
		var r store.Record
		if r, _, err = a.record(number); r.Place != first.Place {
			break
		}
		if r.ID == a.id && r.Receiver == a.to.ID {
			return number, true, err
		}
	}
	return 0, false, err
}

// unpassed tells what becomes of requests that are not passed on, or how far those
// are that nobody has answered.
func (a *answer) unpassed() error {
	about := a.notice.Message
	record := store.Record{First: a.notice.First, Payment: a.notice.Payment}
	if a.notice.Case != 0 {
		c, ok := a.engine.Case(a.notice.Case)
		if !ok {
			return fmt.Errorf("there is no case %d", a.notice.Case)
		}
		about = c.Message
	}
	if record.Payment != 0 {
		p, err := a.payment(record.Payment)
		if err != nil {
			return err
		}
		record.UETR = p.UETR.String()
	}
	m, err := a.message(about)
	if err != nil {
		return err
	}
	read, err := a.read(m.Record)
	if err != nil {
		return err
	}
	switch messages.KindOf(read.Document().ID) {
	case "camt.056":
		return a.resolutionOf(m, read, a.notice.Outcomes, record)
	case "camt.110":
		return a.unfound(read, &a.notice.Outcomes[0], record)
	}
	return a.unverified(read, a.notice.Outcomes, record)
}

// assign writes the two parties of a leg, its identifier and its time.
func (a *answer) assign(s *messages.Splice, assignment messages.Node, id string, from, to messages.BIC) {
	s.Set(assignment.Child(id), a.id)
	s.Set(assignment.Child("CreDtTm"), a.created().String())
	party(s, assignment.Child("Assgnr"), from)
	party(s, assignment.Child("Assgne"), to)
}

// party puts a bank in the place of a party.
func party(s *messages.Splice, n messages.Node, bic messages.BIC) {
	s.Replace(n, func(w *messages.Writer) {
		w.AssignmentParty(n.Name(), messages.Party{Agent: messages.Agent{BIC: bic}})
	})
}

// rename has a part of a message call the payment's message as its reader does.
func rename(s *messages.Splice, group messages.Node, as messages.OriginalGroup) {
	if !group.Exists() {
		return
	}
	s.Set(group.Child("OrgnlMsgId"), as.MessageID)
	s.Set(group.Child("OrgnlMsgNmId"), as.MessageName)
	for _, name := range []string{"NbOfTxs", "CtrlSum", "GrpCxl"} { // they are of the whole message
		drop(s, group.Child(name))
	}
}

// drop takes an element out if it is there.
func drop(s *messages.Splice, n messages.Node) {
	if n.Exists() {
		s.Delete(n)
	}
}

// as gives a splice the version that is wanted.
func as(s *messages.Splice, received, definition string) ([]byte, error) {
	if received != definition {
		s.Relabel(definition)
	}
	return s.Bytes()
}
