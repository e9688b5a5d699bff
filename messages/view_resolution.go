package messages

import "iter"

// ResolutionView is a camt.029: what became of a case, in a gateway mostly of a
// request to cancel (camt.056).
type ResolutionView struct{ assigned }

// ViewResolution views m as a camt.029; false when it is none.
func ViewResolution(m *Message) (ResolutionView, bool) {
	n, ok := body(m, "camt.029")
	return ResolutionView{assigned{n}}, ok
}

// Case is the case that is resolved.
func (v ResolutionView) Case() CaseView { return CaseView{v.Child("RslvdCase")} }

// Confirmation is the outcome, such as CNCL, RJCR, PDCR or FTNA.
func (v ResolutionView) Confirmation() string { return v.At("Sts/Conf").Text() }

// RejectedModifications are why a payment is not modified, as codes.
func (v ResolutionView) RejectedModifications() iter.Seq[string] {
	return views(v.Child("Sts"), code, "RjctdMod")
}

// RejectedCancellation is why a payment is not cancelled, a code with words;
// camt.029.001.01 only. Later versions say it with each payment.
func (v ResolutionView) RejectedCancellation() (reason, text string) {
	n := v.At("Sts/RjctdCxl")
	return n.Child("RsnCd").Text(), n.Child("Rsn").Text()
}

// DuplicateOf is the case of which this one is a duplicate.
func (v ResolutionView) DuplicateOf() CaseView { return CaseView{v.At("Sts/DplctOf")} }

// AssignmentCancelled tells whether an assignment was cancelled as asked; given
// is false when nothing is said of it.
func (v ResolutionView) AssignmentCancelled() (cancelled, given bool) {
	n := v.At("Sts/AssgnmtCxlConf")
	return isTrue(n), n.Exists()
}

// Groups are the messages of whose cancellation something is said as a whole.
func (v ResolutionView) Groups() iter.Seq[GroupCancellationStatusView] {
	return below(v.Node, "CxlDtls", "OrgnlGrpInfAndSts", func(n Node) GroupCancellationStatusView {
		return GroupCancellationStatusView{OriginalGroupView{n}}
	})
}

// Transactions are the single interbank payments of whose cancellation
// something is said.
func (v ResolutionView) Transactions() iter.Seq[CancellationStatusView] {
	return below(v.Node, "CxlDtls", "TxInfAndSts", func(n Node) CancellationStatusView {
		return CancellationStatusView{n, originalPayment{n}}
	})
}

// Correction is the payment that was made or is to be made to set things
// right; until camt.029.001.13.
func (v ResolutionView) Correction() CorrectionView {
	return CorrectionView{first(v.Node, "CrrctnTx/IntrBk", "CrrctnTx/Initn", "CrrctnTx")}
}

// Modification is what became of a request to modify a payment;
// camt.029.001.08 to .13.
func (v ResolutionView) Modification() ModificationStatusView {
	n := v.Child("ModDtls")
	return ModificationStatusView{n, originalPayment{n}}
}

// ClaimAccepted is the day on which a payment claimed as missing was processed,
// as received, and the agent to which it was sent.
func (v ResolutionView) ClaimAccepted() (processed string, next AgentView) {
	n := v.At("ClmNonRctDtls/Accptd")
	return n.Child("DtPrcd").Text(), AgentView{n.Child("OrgnlNxtAgt")}
}

// ClaimRejected is the code of why a claim that a payment is missing is
// rejected.
func (v ResolutionView) ClaimRejected() string { return code(v.At("ClmNonRctDtls/Rjctd")) }

// Outcome is the payment that resolves the case as a whole.
func (v ResolutionView) Outcome() OutcomeView { return OutcomeView{v.Child("RsltnRltdInf")} }

// GroupCancellationStatusView is what became of the request for an earlier
// message as a whole.
type GroupCancellationStatusView struct{ OriginalGroupView }

// CancellationID is the identifier of the request.
func (g GroupCancellationStatusView) CancellationID() string { return g.Child("OrgnlGrpCxlId").Text() }

// Case is the case that is resolved.
func (g GroupCancellationStatusView) Case() CaseView { return CaseView{g.Child("RslvdCase")} }

// Status is ACCR, RJCR, PDCR or PACR.
func (g GroupCancellationStatusView) Status() string { return g.Child("GrpCxlSts").Text() }

// Reasons are why it has its status.
func (g GroupCancellationStatusView) Reasons() iter.Seq[ReasonView] {
	return views(g.Node, asReason, "CxlStsRsnInf")
}

// CancellationStatusView is what became of the request to cancel one payment,
// which its Original… methods name.
type CancellationStatusView struct {
	Node
	originalPayment
}

// OriginalGroup is the message that carried the payment, named with it or for
// all payments beside it.
func (c CancellationStatusView) OriginalGroup() OriginalGroupView {
	if group := c.originalPayment.OriginalGroup(); group.Exists() {
		return group
	}
	return OriginalGroupView{c.Parent().Child("OrgnlGrpInfAndSts")}
}

// StatusID is the sender's identifier of this status.
func (c CancellationStatusView) StatusID() string { return c.Child("CxlStsId").Text() }

// Case is the case that is resolved.
func (c CancellationStatusView) Case() CaseView { return CaseView{c.Child("RslvdCase")} }

// Status is ACCR (cancelled), RJCR (refused) or PDCR (pending).
func (c CancellationStatusView) Status() string { return c.Child("TxCxlSts").Text() }

// Reasons are why it has its status.
func (c CancellationStatusView) Reasons() iter.Seq[ReasonView] {
	return views(c.Node, asReason, "CxlStsRsnInf")
}

// Assigner asked for the cancellation on this leg.
func (c CancellationStatusView) Assigner() PartyView { return PartyView{c.Child("Assgnr")} }

// Assignee was asked to cancel.
func (c CancellationStatusView) Assignee() PartyView { return PartyView{c.Child("Assgne")} }

// Outcome is the payment by which the money goes back.
func (c CancellationStatusView) Outcome() OutcomeView { return OutcomeView{c.Child("RsltnRltdInf")} }

// ModificationStatusView is what became of the request to modify one payment,
// which its Original… methods name.
type ModificationStatusView struct {
	Node
	originalPayment
}

// StatusID is the sender's identifier of this status.
func (c ModificationStatusView) StatusID() string { return c.Child("ModStsId").Text() }

// Case is the case that is resolved.
func (c ModificationStatusView) Case() CaseView { return CaseView{c.Child("RslvdCase")} }

// Reasons are why the payment was modified or not.
func (c ModificationStatusView) Reasons() iter.Seq[ReasonView] {
	return views(c.Node, asReason, "ModStsRsnInf")
}

// Outcome is the payment by which the case is resolved.
func (c ModificationStatusView) Outcome() OutcomeView { return OutcomeView{c.Child("RsltnRltdInf")} }

// OutcomeView names the payment that resolves a case.
type OutcomeView struct{ Node }

// EndToEndID is the initiating party's reference of the payment.
func (o OutcomeView) EndToEndID() string { return o.Child("EndToEndId").Text() }

// TransactionID is the first instructing agent's reference of the payment.
func (o OutcomeView) TransactionID() string { return o.Child("TxId").Text() }

// UETRText is the payment's UETR as received.
func (o OutcomeView) UETRText() string { return o.Child("UETR").Text() }

// Amount is what comes back.
func (o OutcomeView) Amount() AmountView { return AmountView{o.Child("IntrBkSttlmAmt")} }

// SettlementDateText is when it comes back, as received.
func (o OutcomeView) SettlementDateText() string { return o.Child("IntrBkSttlmDt").Text() }

// Compensation is what is paid beside.
func (o OutcomeView) Compensation() AmountView { return AmountView{o.At("Compstn/Amt")} }

// Charges are taken for it.
func (o OutcomeView) Charges() iter.Seq[ChargeView] {
	return views(o.Node, asCharge, "ChrgsInf", "Chrgs")
}

// CorrectionView is a payment that sets things right.
type CorrectionView struct{ Node }

// MessageID is the identifier of the message that carries the payment.
func (c CorrectionView) MessageID() string { return c.At("GrpHdr/MsgId").Text() }

// MessageName is the message identifier of its type.
func (c CorrectionView) MessageName() string { return c.At("GrpHdr/MsgNmId").Text() }

// InstructionID is the assigner's reference of the payment.
func (c CorrectionView) InstructionID() string { return firstText(c.Node, "InstrId", "AssgnrInstrId") }

// EndToEndID is the initiating party's reference of the payment.
func (c CorrectionView) EndToEndID() string { return c.Child("EndToEndId").Text() }

// TransactionID is the first instructing agent's reference of the payment.
func (c CorrectionView) TransactionID() string { return c.Child("TxId").Text() }

// UETRText is the payment's UETR as received.
func (c CorrectionView) UETRText() string { return c.Child("UETR").Text() }

// Amount is what is paid.
func (c CorrectionView) Amount() AmountView {
	return AmountView{first(c.Node, "IntrBkSttlmAmt", "InstdAmt", "CcyAmt")}
}

// SettlementDateText is when it is paid, as received: the settlement date, else
// the date of execution or collection that was asked for.
func (c CorrectionView) SettlementDateText() string {
	return dateText(first(c.Node, "IntrBkSttlmDt", "ReqdExctnDt", "ReqdColltnDt", "ValDt"))
}
