package messages

import "iter"

// InvestigationRequestView is a camt.110: a question about a payment, an entry
// or an account, and what is wanted.
type InvestigationRequestView struct{ investigation }

// ViewInvestigationRequest views m as a camt.110; false when it is none.
func ViewInvestigationRequest(m *Message) (InvestigationRequestView, bool) {
	n, ok := body(m, "camt.110")
	return InvestigationRequestView{investigation{n.Child("InvstgtnReq")}}, ok
}

// Questions are what is to be found out, in order.
func (v InvestigationRequestView) Questions() iter.Seq[QuestionView] {
	return views(v.Parent(), func(n Node) QuestionView { return QuestionView{n} }, "InvstgtnData")
}

// investigation is the head of an investigation request.
type investigation struct{ Node }

// MessageID is the requester's identifier of the message.
func (v investigation) MessageID() string { return v.Child("MsgId").Text() }

// RequesterID is the requester's identifier of the investigation.
func (v investigation) RequesterID() string { return v.Child("RqstrInvstgtnId").Text() }

// ResponderID is the responder's identifier of the investigation.
func (v investigation) ResponderID() string { return v.Child("RspndrInvstgtnId").Text() }

// EIRText is the exchange's unique identifier of the investigation, a UUID.
func (v investigation) EIRText() string { return v.Child("EIR").Text() }

// Action is a further wish for a running investigation, such as to cancel it.
func (v investigation) Action() string { return code(v.At("ReqActn/Actn")) }

// ActionReason is why the action is wanted.
func (v investigation) ActionReason() ReasonView { return ReasonView{v.At("ReqActn/ActnRsn")} }

// Type is the kind of investigation.
func (v investigation) Type() string { return code(v.Child("InvstgtnTp")) }

// SubType is the finer kind of investigation.
func (v investigation) SubType() string { return code(v.Child("InvstgtnSubTp")) }

// Instrument is the kind of payment that is investigated.
func (v investigation) Instrument() string { return code(v.Child("UndrlygInstrm")) }

// ServiceLevels are how the investigation is to be treated.
func (v investigation) ServiceLevels() iter.Seq[string] { return views(v.Node, code, "SvcLvl") }

// Requester asks.
func (v investigation) Requester() PartyView { return PartyView{v.Child("Rqstr")} }

// Responder is asked.
func (v investigation) Responder() PartyView { return PartyView{v.Child("Rspndr")} }

// Originator is who asked first.
func (v investigation) Originator() PartyView { return PartyView{v.Child("ReqOrgtr")} }

// ExpectedResponder is who is expected to answer in the end.
func (v investigation) ExpectedResponder() PartyView { return PartyView{v.Child("XpctdRspndr")} }

// Underlying is what is investigated.
func (v investigation) Underlying() InvestigatedView {
	n := v.Child("Undrlyg")
	chosen := first(n, "IntrBk", "Initn", "StmtNtry", "Acct", "Othr")
	return InvestigatedView{chosen, originalPayment{chosen}}
}

// InvestigatedView is what is investigated: an interbank payment, a payment
// order, an entry on a statement, an account, or something else that has an
// identification only. Its Name tells which: IntrBk, Initn, StmtNtry, Acct or
// Othr.
type InvestigatedView struct {
	Node
	originalPayment
}

// OriginalAmount is the amount of the payment, the order or the entry.
func (u InvestigatedView) OriginalAmount() AmountView {
	return AmountView{first(u.Node, "OrgnlIntrBkSttlmAmt", "OrgnlInstdAmt", "OrgnlNtryAmt")}
}

// OriginalDateText is the settlement date of the payment, the execution or
// collection date of the order or the value date of the entry, as received.
func (u InvestigatedView) OriginalDateText() string {
	return dateText(first(u.Node, "OrgnlIntrBkSttlmDt", "ReqdExctnDt", "ReqdColltnDt", "OrgnlNtryValDt"))
}

// StatementID is the statement that holds the entry.
func (u InvestigatedView) StatementID() string { return u.Child("OrgnlStmtId").Text() }

// EntryRef is the reference of the entry.
func (u InvestigatedView) EntryRef() string { return u.Child("OrgnlNtryRef").Text() }

// Account is the account of the entry, or the one that is investigated.
func (u InvestigatedView) Account() AccountView {
	if u.Name() == "Acct" {
		return AccountView{u.Node}
	}
	return AccountView{u.Child("OrgnlAcct")}
}

// Other identifies what is none of the other kinds.
func (u InvestigatedView) Other() string {
	if u.Name() != "Othr" {
		return ""
	}
	return u.Child("Id").Text()
}

// QuestionView is one thing to be found out.
type QuestionView struct{ Node }

// SequenceText is the question's number, as received.
func (q QuestionView) SequenceText() string { return q.Child("Seq").Text() }

// Reason is why it is asked.
func (q QuestionView) Reason() string { return code(q.Child("Rsn")) }

// ReasonSubType is the finer reason.
func (q QuestionView) ReasonSubType() string { return code(q.Child("RsnSubTp")) }

// Narrative is the question in words.
func (q QuestionView) Narrative() string { return q.At("AddtlReqData/ReqNrrtv").Text() }

// DebitReason is why leave to debit an account is asked for.
func (q QuestionView) DebitReason() string { return code(q.At("AddtlReqData/ReqdDbtAuthstn/CxlRsn")) }

// DebitAmount is what is to be debited.
func (q QuestionView) DebitAmount() AmountView {
	return AmountView{q.At("AddtlReqData/ReqdDbtAuthstn/AmtToDbt")}
}

// CompensationAmount is the compensation that is asked for.
func (q QuestionView) CompensationAmount() AmountView {
	return AmountView{q.At("AddtlReqData/ReqdCompstn/Amt")}
}

// RelatedInvestigation is the identifier of another investigation.
func (q QuestionView) RelatedInvestigation() string {
	return q.At("RltdInvstgtnData/InvstgtnId").Text()
}

// InvestigationResponseView is a camt.111: the answer to a camt.110, or how far
// the investigation is.
type InvestigationResponseView struct{ Node }

// ViewInvestigationResponse views m as a camt.111; false when it is none.
func ViewInvestigationResponse(m *Message) (InvestigationResponseView, bool) {
	n, ok := body(m, "camt.111")
	return InvestigationResponseView{n}, ok
}

// MessageID is the responder's identifier of the message.
func (v InvestigationResponseView) MessageID() string { return v.At("InvstgtnRspn/MsgId").Text() }

// ResponderID is the responder's identifier of the investigation.
func (v InvestigationResponseView) ResponderID() string {
	return v.At("InvstgtnRspn/RspndrInvstgtnId").Text()
}

// Status is how far the investigation is.
func (v InvestigationResponseView) Status() string {
	return v.At("InvstgtnRspn/InvstgtnSts/Sts").Text()
}

// StatusReason is why it has its status.
func (v InvestigationResponseView) StatusReason() string {
	return code(v.At("InvstgtnRspn/InvstgtnSts/StsRsn"))
}

// NextResponder is to whom the question was passed on.
func (v InvestigationResponseView) NextResponder() PartyView {
	return PartyView{v.At("InvstgtnRspn/NxtRspndr")}
}

// Request is the head of the request that is answered.
func (v InvestigationResponseView) Request() InvestigationRequestView {
	return InvestigationRequestView{investigation{v.Child("OrgnlInvstgtnReq")}}
}

// Findings are the answers, in order.
func (v InvestigationResponseView) Findings() iter.Seq[FindingView] {
	return below(v.Node, "InvstgtnRspn", "InvstgtnData", func(n Node) FindingView { return FindingView{n} })
}
