package gateway

import (
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Recalls on their way to the creditor agent (camt.056), and what that says
// (camt.029).

// recallAsItCame is the recall of one payment as its creditor agent gets it: what was
// sent, reduced to that payment. None when the message was recalled as a whole.
func (a *answer) recallAsItCame(e *errand) attempt {
	return func(definition string) ([]byte, error) {
		doc := e.request.Document()
		body := firstChild(doc.Root)
		tx := nth(body, "Undrlyg", "TxInf", e.Item)
		if !tx.Exists() {
			return nil, messages.ErrSplice
		}
		s := messages.NewSplice(e.request, doc)
		own := e.called(e.asked)
		a.assign(s, body.Child("Assgnmt"), "Id", e.asker.BIC, e.asked.BIC)
		s.Only(tx)
		s.Only(tx.Parent())
		if count := body.At("CtrlData/NbOfTxs"); count.Exists() {
			s.Set(count, "1")
			drop(s, body.At("CtrlData/CtrlSum"))
		}
		rename(s, tx.Parent().Child("OrgnlGrpInfAndCxl"), own.Group)
		rename(s, tx.Child("OrgnlGrpInf"), own.Group)
		drop(s, tx.Child("Assgnr"))
		drop(s, tx.Child("Assgne"))
		if element, _ := tx.Type().Element("OrgnlUETR"); element != nil && !tx.Child("OrgnlUETR").Exists() {
			s.Insert(tx, "OrgnlUETR", func(w *messages.Writer) { w.Text("OrgnlUETR", own.UETR) })
		}
		return as(s, doc.ID, definition)
	}
}

// nth finds the n-th element of a name among the children of those of another.
func nth(body messages.Node, holder, name string, n int) messages.Node {
	for h := range body.All(holder) {
		for c := range h.All(name) {
			if n == 0 {
				return c
			}
			n--
		}
	}
	return messages.Node{}
}

// recallAnew is the same written anew: where a whole message was recalled, or the
// creditor agent takes a version that cannot be had by another name.
func (a *answer) recallAnew(e *errand) attempt {
	return func(definition string) ([]byte, error) {
		v, _ := messages.ViewCancellationRequest(e.request)
		c := messages.Cancellation{Original: e.called(e.asked)}
		if money, err := messages.NewMoney(e.facts.Amount, e.facts.Currency); err == nil {
			c.Original.Amount = money
		}
		top := messages.CaseIn(v.Case())
		n := 0
		for t := range v.Transactions() {
			if n == e.Item {
				c.CancellationID, c.Case, c.Reasons = t.CancellationID(), messages.CaseIn(t.Case()), reasonsIn(t.Reasons())
			}
			n++
		}
		if n <= e.Item {
			g := wholeGroup(v, e.facts.MessageID)
			c.CancellationID, c.Reasons = g.CancellationID(), reasonsIn(g.Reasons())
			if own := messages.CaseIn(g.Case()); own.ID != "" && top.ID == "" {
				c.Case = own
			}
		}
		r := messages.CancellationRequest{
			AssignmentID: a.id, Created: a.created(), Case: top, Counted: true, Payments: []messages.Cancellation{c},
			Assigner: messages.Party{Agent: messages.Agent{BIC: e.asker.BIC}}, Assignee: messages.Party{Agent: messages.Agent{BIC: e.asked.BIC}},
		}
		return r.Write(definition)
	}
}

func wholeGroup(v messages.CancellationRequestView, id string) (found messages.GroupCancellationView) {
	for g := range v.Groups() {
		if g.MessageID() == id {
			return g
		}
	}
	return found
}

// reasonsIn are received reasons for writing.
func reasonsIn(all func(func(messages.ReasonView) bool)) (reasons []messages.Reason) {
	for r := range all {
		one := messages.Reason{Code: first(r.Code(), r.Proprietary())}
		for line := range r.Text() {
			one.Text += orElse(map[bool]string{true: " "}[one.Text != ""], "") + line
		}
		reasons = append(reasons, one)
	}
	return reasons
}

// resolutionAsItCame is the answer to one case as it came. An answer to several cases
// is not passed on whole: they may be of different banks.
func (a *answer) resolutionAsItCame(e *errand, reply *messages.Message, parts int) attempt {
	return func(definition string) ([]byte, error) {
		doc := reply.Document()
		body := firstChild(doc.Root)
		if parts != 1 {
			return nil, messages.ErrSplice
		}
		s := messages.NewSplice(reply, doc)
		own := e.called(e.asker)
		a.assign(s, body.Child("Assgnmt"), "Id", e.asked.BIC, e.asker.BIC)
		for details := range body.All("CxlDtls") {
			rename(s, details.Child("OrgnlGrpInfAndSts"), own.Group)
			for tx := range details.All("TxInfAndSts") {
				rename(s, tx.Child("OrgnlGrpInf"), own.Group)
				drop(s, tx.Child("Assgnr"))
				drop(s, tx.Child("Assgne"))
			}
		}
		return as(s, doc.ID, definition)
	}
}

// resolutionAnew is the answer to one case written anew, its reasons unchanged.
func (a *answer) resolutionAnew(e *errand, reply *messages.Message, said *routing.Question) attempt {
	return func(definition string) ([]byte, error) {
		r := messages.Resolution{
			AssignmentID: a.id, Created: a.created(), Confirmation: confirmations[said.Says],
			Assigner: messages.Party{Agent: messages.Agent{BIC: e.asked.BIC}}, Assignee: messages.Party{Agent: messages.Agent{BIC: e.asker.BIC}},
		}
		own := messages.CancellationStatus{Original: e.called(e.asker), Status: individual[said.Says]}
		if v, ok := messages.ViewCancellationRequest(e.request); ok {
			r.Case = messages.CaseIn(v.Case())
			n := 0
			for t := range v.Transactions() {
				if n == e.Item && r.Case.ID == "" {
					own.Case = messages.CaseIn(t.Case())
				}
				n++
			}
		}
		v, _ := messages.ViewResolution(reply)
		n := 0
		for t := range v.Transactions() {
			if n == a.notice.Said.Part {
				own.Reasons = reasonsIn(t.Reasons())
			}
			n++
		}
		if n == 0 && said.Reason.Code != "" {
			own.Reasons = reasons(said.Reason)
		}
		r.Payments = []messages.CancellationStatus{own}
		if definition == firstResolution {
			r.Payments = inFirstWords(r.Payments)
		}
		return r.Write(definition)
	}
}

// confirmations and individual are the words of a camt.029 for what is said of a
// case, of the whole and of its payment.
var (
	confirmations = map[settlement.Say]string{
		settlement.SayYes: string(settlement.ResolutionCancelled), settlement.SayNo: string(settlement.ResolutionRefused), settlement.SayNothing: string(settlement.ResolutionPending),
	}
	individual = map[settlement.Say]string{settlement.SayYes: statusCancelled, settlement.SayNo: string(settlement.ResolutionRefused), settlement.SayNothing: string(settlement.ResolutionPending)}
)
