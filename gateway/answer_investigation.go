package gateway

import (
	"dragoman/messages"
	"dragoman/messages/codes"
	"dragoman/settlement"
	"dragoman/store"
)

// Investigations on their way from one party of a payment to the other (camt.110), and
// back (camt.111).

// investigationAsItCame is the question as the other party gets it: the payment is
// called as that one knows it.
func (a *answer) investigationAsItCame(e *errand) attempt {
	return func(definition string) ([]byte, error) {
		doc := e.request.Document()
		head := firstChild(doc.Root).Child("InvstgtnReq")
		s := messages.NewSplice(e.request, doc)
		s.Set(head.Child("MsgId"), a.id)
		party(s, head.Child("Rspndr"), e.asked.BIC)
		investigated := head.At("Undrlyg/IntrBk")
		rename(s, investigated.Child("OrgnlGrpInf"), e.called(e.asked).Group)
		return as(s, doc.ID, definition)
	}
}

// findingsAsTheyCame is the answer as who asked gets it: it repeats the head of the
// question as that was asked.
func (a *answer) findingsAsTheyCame(e *errand, reply *messages.Message) attempt {
	return func(definition string) ([]byte, error) {
		doc := reply.Document()
		body := firstChild(doc.Root)
		s := messages.NewSplice(reply, doc)
		s.Set(body.At("InvstgtnRspn/MsgId"), a.id)
		asked := firstChild(e.request.Document().Root).Child("InvstgtnReq")
		repeated := body.Child("OrgnlInvstgtnReq")
		s.Set(repeated.Child("MsgId"), asked.Child("MsgId").Text())
		if to := (messages.PartyView{Node: asked.Child("Rspndr")}).Agent(); !bicOf(to).IsZero() {
			party(s, repeated.Child("Rspndr"), bicOf(to))
		}
		rename(s, repeated.At("Undrlyg/IntrBk/OrgnlGrpInf"), e.called(e.asker).Group)
		return as(s, doc.ID, definition)
	}
}

// unfound is what the gateway says itself to a question about a payment: that it was
// passed on, why it was not, or how a payment stands of which the other party knows
// nothing yet.
func (a *answer) unfound(read *messages.Message, o *settlement.Outcome, record store.Record) error {
	r := messages.InvestigationResponseOn(read)
	r.MessageID = a.id
	r.Status = statusClosed
	for i := range r.Findings {
		r.Findings[i].PaymentStatus = string(o.Status)
	}
	if o.Status == settlement.ResolutionPending {
		r.Status, r.StatusReason, r.Findings = statusOpen, forwardedTo, nil
	}
	if o.Status == settlement.StatusRejected {
		r.Status, r.StatusReason, r.Findings = statusRefused, o.Reason.Code, nil
	}
	document, definition, err := a.inPairedVersion("camt.111", read.Document().ID, r.Write)
	if err != nil {
		return err
	}
	return a.send(definition, document, record)
}

// forwardedTo is the status reason of a question that was passed on.
const forwardedTo = string(codes.InvestigationExecutionConfirmationFTNA)

// inPairedVersion writes an answer in the version that its receiver wants, else in the
// one that belongs to the request.
func (a *answer) inPairedVersion(kind, request string, write func(string) ([]byte, error)) (document []byte, definition string, err error) {
	paired, _ := messages.AnswerVersion(request, kind)
	return firstThatFits([]string{orElse(a.to.Versions[kind], paired), paired}, write)
}
