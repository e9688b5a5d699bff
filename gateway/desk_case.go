package gateway

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// What banks ask each other about payments that have settled and about accounts, and
// what they answer, as the desk reads it.

// correspondence reads such a message; false when it is none.
func (f *facts) correspondence() bool {
	if v, ok := messages.ViewResolution(f.message); ok {
		f.letter.ID, f.agent = v.AssignmentID(), v.Assigner().Agent()
		f.resolved(v)
		return true
	}
	if v, ok := messages.ViewInvestigationRequest(f.message); ok {
		f.letter.ID, f.agent = v.MessageID(), v.Requester().Agent()
		f.investigation(v)
		return true
	}
	if v, ok := messages.ViewInvestigationResponse(f.message); ok {
		f.letter.ID, f.agent = v.MessageID(), v.Request().Responder().Agent()
		f.letter.Questions = append(f.letter.Questions, routing.Question{
			Asked: routing.Asked{OriginalID: v.Request().MessageID()}, Says: investigated[v.Status()], Final: v.Status() == statusClosed,
			Reason: settlement.Reason{Code: v.StatusReason()},
		})
		return true
	}
	if v, ok := messages.ViewIdentificationRequest(f.message); ok {
		f.letter.ID, f.agent = v.MessageID(), v.Assigner().Agent()
		for q := range v.Verifications() {
			f.verification(v, q)
		}
		return true
	}
	if v, ok := messages.ViewIdentificationReport(f.message); ok {
		f.letter.ID, f.agent = v.MessageID(), v.Assigner().Agent()
		for one := range v.Verdicts() {
			f.verdict(v, one)
		}
		return true
	}
	return false
}

// Statuses of an investigation in camt.111.
const (
	statusClosed  = "CLSD"
	statusOpen    = "PDNG"
	statusRefused = "RJCT"
)

var investigated = map[string]settlement.Say{statusRefused: settlement.SayNo}

// recall reads what is to be cancelled: single payments, or all of a message.
func (f *facts) recall(v messages.CancellationRequestView) {
	for t := range v.Transactions() {
		f.ask(t, t.OriginalGroup())
		q := &f.letter.Questions[len(f.letter.Questions)-1]
		q.Cases = caseNames(t.Case(), v.Case())
	}
	for g := range v.Groups() {
		single := g.Parent().Child("TxInf").Exists()
		if !single && (g.Whole() || !g.Child("GrpCxl").Exists()) {
			f.askWhole(g.OriginalGroupView)
			q := &f.letter.Questions[len(f.letter.Questions)-1]
			q.Cases = caseNames(g.Case(), v.Case())
		}
	}
}

// askWhole notes a question about all payments of a message.
func (f *facts) askWhole(g messages.OriginalGroupView) {
	q := routing.Question{Asked: routing.Asked{OriginalID: g.MessageID(), OriginalType: g.MessageName()}, Whole: true}
	q.Names = []settlement.Identity{wholeMessage(f.letter.Sender.Full(), q.OriginalType, q.OriginalID)}
	q.Cases = f.recalled(q.OriginalType, q.OriginalID)
	f.letter.Questions = append(f.letter.Questions, q)
}

// wholeMessage is the name of a payment that is the first of its message.
func wholeMessage(sender, name, id string) settlement.Identity {
	return identify("message of payments", sender, messages.KindOf(name), id)
}

// recalled is how cases are named that a recall has opened; none for other messages.
func (f *facts) recalled(name, id string) []settlement.Identity {
	if messages.KindOf(name) != "camt.056" {
		return nil
	}
	return []settlement.Identity{identify("message", f.letter.Sender.Full(), "camt.056", id)}
}

// aboutRecalls tells whether a status request asks about recalls.
func aboutRecalls(l *routing.Letter) bool {
	return slices.ContainsFunc(l.Questions, func(q routing.Question) bool { return messages.KindOf(q.OriginalType) == "camt.056" })
}

// caseNames is the name of the first case that there is.
func caseNames(all ...messages.CaseView) []settlement.Identity {
	for _, c := range all {
		if c.ID() != "" {
			return []settlement.Identity{caseName(c)}
		}
	}
	return nil
}

// caseName names a case as its creator does.
func caseName(c messages.CaseView) settlement.Identity {
	creator := c.Creator().BICText()
	if bic, err := messages.ParseBIC(creator); err == nil {
		creator = bic.Full()
	}
	return identify("case", c.ID(), first(creator, c.Creator().Name()))
}

// resolved reads what became of cases (camt.029): of single payments, of messages
// (each payment went out as one), or of the case alone.
func (f *facts) resolved(v messages.ResolutionView) {
	conf := v.Confirmation()
	for t := range v.Transactions() {
		asked := askedOf(t, t.OriginalGroup())
		q := replied(asked, first(t.Status(), conf), conf, reasonOf(t.Reasons()), caseNames(t.Case(), v.Case()))
		q.Names = f.either(&asked)
		f.letter.Questions = append(f.letter.Questions, q)
	}
	if len(f.letter.Questions) > 0 {
		return
	}
	for g := range v.Groups() {
		asked := routing.Asked{OriginalID: g.MessageID(), OriginalType: g.MessageName()}
		f.letter.Questions = append(f.letter.Questions, replied(asked, first(g.Status(), conf), conf, reasonOf(g.Reasons()), caseNames(g.Case(), v.Case())))
	}
	if len(f.letter.Questions) > 0 {
		return
	}
	why := settlement.Reason{}
	why.Code, why.Text = v.RejectedCancellation()
	if why.Code != "" {
		conf = string(settlement.ResolutionRefused)
	}
	f.letter.Questions = append(f.letter.Questions, replied(routing.Asked{}, conf, conf, why, caseNames(v.Case())))
}

// replied is an answer to one case.
func replied(asked routing.Asked, status, conf string, why settlement.Reason, names []settlement.Identity) routing.Question {
	q := routing.Question{Asked: asked, Reason: why, Status: status, Cases: names}
	switch status {
	case statusCancelled, string(settlement.ResolutionCancelled):
		q.Says = settlement.SayYes
	case string(settlement.ResolutionRefused):
		q.Says = settlement.SayNo
	}
	q.Final = q.Says != settlement.SayNothing || !slices.Contains(unfinished, status) && !slices.Contains(unfinished, conf)
	return q
}

// unfinished are the words of a camt.029 behind which more will come: it waits, was
// passed on, or is done in part.
var unfinished = []string{"PDCR", "FTNA", "PACR", "PECR"}

// investigation reads a question about a payment, which its sender or its receiver
// may ask.
func (f *facts) investigation(v messages.InvestigationRequestView) {
	u := v.Underlying()
	asked := askedOf(u, u.OriginalGroup())
	f.letter.Questions = append(f.letter.Questions, routing.Question{Asked: asked, Names: f.either(&asked)})
}

// either are the names of a payment that may have been sent or received by who names
// it.
func (f *facts) either(asked *routing.Asked) []settlement.Identity {
	names := f.sentNames(asked)
	if asked.UETR != "" {
		names = append(names, asReceived(f.letter.Sender.Full(), asked.UETR))
	}
	return names
}

// verification reads the question whether an account belongs to a name. What it says
// of people stays in the message.
func (f *facts) verification(v messages.IdentificationRequestView, q messages.VerificationView) {
	holder := routing.Holder{Bank: bicOf(q.Subject().Agent()), Assignee: bicOf(messages.AgentView(v.Assignee()))}
	if holder.Assignee.IsZero() {
		holder.Assignee = bicOf(v.Assignee().Agent())
	}
	if iban, err := messages.ParseIBAN(q.Subject().Account().Identification()); err == nil && len(iban.BBAN()) >= ibanBank {
		holder.IBAN = iban.String()[:2] + iban.BBAN()[:ibanBank]
	}
	f.letter.Questions = append(f.letter.Questions, routing.Question{
		Asked: routing.Asked{InstrID: q.ID()}, Account: holder, Cases: []settlement.Identity{verificationName(q.ID())},
	})
}

// ibanBank is how many characters of a national account number name its bank in the
// countries that put the bank's code of its BIC there.
const ibanBank = 4

func verificationName(id string) settlement.Identity { return identify("verification", id) }

// verdict reads the answer to one such question.
func (f *facts) verdict(v messages.IdentificationReportView, one messages.VerdictView) {
	q := routing.Question{
		Asked: routing.Asked{OriginalID: v.RequestID(), InstrID: one.VerificationID()}, Says: settlement.SayNo, Reason: settlement.Reason{Code: one.Reason()},
		Final: true, Cases: []settlement.Identity{verificationName(one.VerificationID())},
	}
	if one.Verified() {
		q.Says = settlement.SayYes
	}
	f.letter.Questions = append(f.letter.Questions, q)
}

// casePrefix begins the message id of a request that is passed on. The case's number
// follows, so that the answer, which names that id, finds the case.
const casePrefix = "DRGM-C"

func caseID(id settlement.CaseID) string { return fmt.Sprintf("%s%d", casePrefix, id) }

// namedCase undoes caseID; 0 is no case.
func namedCase(id string) settlement.CaseID {
	number, ours := strings.CutPrefix(id, casePrefix)
	n, err := strconv.ParseUint(number, 10, 64)
	if !ours || err != nil {
		return 0
	}
	return settlement.CaseID(n)
}

// repliesOf are the answers of a letter.
func repliesOf(l *routing.Letter) []settlement.Reply {
	kinds := map[string][]settlement.CaseKind{
		"camt.029": {settlement.CaseRecall, settlement.CaseInvestigation}, "camt.111": {settlement.CaseInvestigation}, "acmt.024": {settlement.CaseCheck},
	}[messages.KindOf(l.Type)]
	all := make([]settlement.Reply, len(l.Questions))
	for i := range l.Questions {
		q := &l.Questions[i]
		all[i] = settlement.Reply{
			Kinds: kinds, Case: namedCase(q.OriginalID), Names: q.Cases, Target: referenceOf(q, true), Says: q.Says, Final: q.Final, Reason: q.Reason,
		}
		all[i].Target.Case = nil
	}
	return all
}

// checksOf are the checks of accounts of a letter, each with who holds the account.
func (w *work) checksOf(l *routing.Letter) []settlement.Check {
	all := make([]settlement.Check, len(l.Questions))
	for i := range l.Questions {
		q := &l.Questions[i]
		all[i].Names = q.Cases
		holder, ok := w.directory.Holder(&q.Account)
		if !ok {
			all[i].Refusal = settlement.Reason{Code: "RC04", Text: "no participant is known to hold the account"}
			continue
		}
		all[i].Asked = holder.ID
	}
	return all
}

// wholeOf are the payments of a message that is meant as a whole, as far as there is
// room for them; one that is none when nothing of it is known.
func (w *work) wholeOf(q *routing.Question, asked, room int) (all []settlement.Reference) {
	r := settlement.Reference{Asked: asked, Case: q.Cases, Patience: w.directory.Inquiries.Patience()}
	p, known := w.engine.Lookup(settlement.Reference{Names: q.Names})
	if !known {
		return []settlement.Reference{r}
	}
	id, count := w.engine.Beside(&p)
	for range min(count, room) {
		r.Payment = id
		all = append(all, r)
		id++
	}
	return all
}
