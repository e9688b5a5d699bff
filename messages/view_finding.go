package messages

import "iter"

// FindingView is one answer of an investigation. Which of its fields are there
// is told by Kind.
type FindingView struct{ Node }

// QuestionText is the number of the question, as received.
func (f FindingView) QuestionText() string { return f.Child("OrgnlInvstgtnSeq").Text() }

// Reason is why it was asked.
func (f FindingView) Reason() string { return code(f.Child("OrgnlInvstgtnRsn")) }

// ReasonSubType is the finer reason.
func (f FindingView) ReasonSubType() string { return code(f.Child("OrgnlInvstgtnRsnSubTp")) }

// Originator is who gave the answer first.
func (f FindingView) Originator() PartyView { return PartyView{f.Child("RspnOrgtr")} }

// Kind is the name of the element that holds the answer: DbtAuthstn, Compstn,
// Valtn, Conf, TxSts, TxData or RspnNrrtv.
func (f FindingView) Kind() string { return f.data().Name() }

// data is the answer; TxData may repeat.
func (f FindingView) data() Node {
	for n := range f.Child("RspnData").Children() {
		return n
	}
	return Node{}
}

// Narrative is the answer in words, else the reason that stands beside a
// decision.
func (f FindingView) Narrative() string {
	if text := f.At("RspnData/RspnNrrtv").Text(); text != "" {
		return text
	}
	return f.data().Child("Rsn").Text()
}

// Granted tells whether a debit is authorised or a compensation granted; given
// is false when the answer is of another kind.
func (f FindingView) Granted() (granted, given bool) {
	n := first(f.Child("RspnData"), "DbtAuthstn/DbtAuthstn", "Compstn/Grantd")
	return isTrue(n), n.Exists()
}

// Amount is what may be debited, is due as compensation, or was booked.
func (f FindingView) Amount() AmountView {
	return AmountView{first(f.data(), "AmtToDbt", "AmtDue", "Amt")}
}

// Direction is CRDT or DBIT for what was booked.
func (f FindingView) Direction() string { return f.data().Child("CdtDbtInd").Text() }

// Account is to be debited, is to be paid to, or was booked on.
func (f FindingView) Account() AccountView {
	return AccountView{first(f.data(), "Acct", "CompstnAcct")}
}

// BookedText is when it was booked, as received.
func (f FindingView) BookedText() string { return dateText(f.data().Child("BookgDt")) }

// ValueDateText is the value date of a booking, a debit or a compensation, as
// received.
func (f FindingView) ValueDateText() string {
	return dateText(first(f.data(), "ValDt", "ValDtToDbt", "XpctdValDt"))
}

// References are those of what was booked.
func (f FindingView) References() ReferencesView {
	return ReferencesView{PaymentIDView{f.data().Child("Refs")}}
}

// PaymentStatus is the external status of the payment, such as ACSC.
func (f FindingView) PaymentStatus() string { return code(f.At("RspnData/TxSts/Sts")) }

// PaymentReasons are why the payment has its status.
func (f FindingView) PaymentReasons() iter.Seq[ReasonView] {
	return views(f.At("RspnData/TxSts"), asReason, "StsRsnInf")
}

// Amendments are fields of the payment, as they should be or as they are known.
func (f FindingView) Amendments() iter.Seq[AmendmentView] {
	return views(f.Child("RspnData"), func(n Node) AmendmentView { return AmendmentView{n} }, "TxData")
}

// AmendmentView is one field of a payment.
type AmendmentView struct{ Node }

// FieldPath says which field, as a path in the payment's message.
func (a AmendmentView) FieldPath() string { return a.Child("Pth").Text() }

// Value is the field's value: a text, or an element such as an agent or a party.
func (a AmendmentView) Value() Node {
	for n := range a.Child("Rcrd").Children() {
		return n
	}
	return Node{}
}
