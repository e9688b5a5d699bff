package messages

import "iter"

// StatusReportView is a pacs.002: the fate of a message as a whole, of single
// payments of it, or both.
type StatusReportView struct{ message }

// ViewStatusReport views m as a pacs.002; false when it is none.
func ViewStatusReport(m *Message) (StatusReportView, bool) {
	n, ok := body(m, "pacs.002")
	return StatusReportView{message{n}}, ok
}

// Query is the question to which the report answers.
func (v StatusReportView) Query() OriginalQueryView {
	return OriginalQueryView{v.At("GrpHdr/OrgnlBizQry")}
}

// Groups are the messages of which something is said as a whole; one until
// pacs.002.001.05.
func (v StatusReportView) Groups() iter.Seq[GroupStatusView] {
	return views(v.Node, func(n Node) GroupStatusView {
		return GroupStatusView{OriginalGroupView{n}}
	}, "OrgnlGrpInfAndSts")
}

// Transactions are the payments whose status is reported.
func (v StatusReportView) Transactions() iter.Seq[TransactionStatusView] {
	group := v.Group()
	return views(v.Node, func(n Node) TransactionStatusView {
		return TransactionStatusView{leg{n, group}, originalPayment{n}}
	}, "TxInfAndSts")
}

// GroupStatusView is the fate of a message as a whole.
type GroupStatusView struct{ OriginalGroupView }

// Status is the external group status, such as ACSC, RJCT or PART; empty when
// only its transactions are reported.
func (g GroupStatusView) Status() string { return g.Child("GrpSts").Text() }

// Reasons are why it has its status.
func (g GroupStatusView) Reasons() iter.Seq[ReasonView] { return views(g.Node, asReason, "StsRsnInf") }

// Counts say how many transactions have which status.
func (g GroupStatusView) Counts() iter.Seq[StatusCountView] {
	return views(g.Node, func(n Node) StatusCountView { return StatusCountView{n} }, "NbOfTxsPerSts")
}

// StatusCountView is how many transactions have a status.
type StatusCountView struct{ Node }

// Status is the status that they have.
func (c StatusCountView) Status() string { return c.Child("DtldSts").Text() }

// CountText is their number, as received.
func (c StatusCountView) CountText() string { return c.Child("DtldNbOfTxs").Text() }

// ControlSumText is the sum of their amounts regardless of currency, as received.
func (c StatusCountView) ControlSumText() string { return c.Child("DtldCtrlSum").Text() }

// TransactionStatusView is the fate of one payment. Its Original… methods name
// the payment.
type TransactionStatusView struct {
	leg
	originalPayment
}

// StatusID is the sender's identifier of this status.
func (t TransactionStatusView) StatusID() string { return t.Child("StsId").Text() }

// Status is the external transaction status, such as ACSC, PDNG or RJCT.
func (t TransactionStatusView) Status() string { return t.Child("TxSts").Text() }

// Reasons are why it has its status.
func (t TransactionStatusView) Reasons() iter.Seq[ReasonView] {
	return views(t.Node, asReason, "StsRsnInf")
}

// Charges are those taken.
func (t TransactionStatusView) Charges() iter.Seq[ChargeView] {
	return views(t.Node, asCharge, "ChrgsInf")
}

// AcceptedText is when the debtor agent accepted the order, as received.
func (t TransactionStatusView) AcceptedText() string { return t.Child("AccptncDtTm").Text() }

// ProcessedText is when the payment was processed, as received.
func (t TransactionStatusView) ProcessedText() string { return dateText(t.Child("PrcgDt")) }

// SettlementDateText is the date (and time) on which the payment did settle,
// as received.
func (t TransactionStatusView) SettlementDateText() string {
	return dateText(t.Child("FctvIntrBkSttlmDt"))
}

// ServicerRef is the account servicer's reference.
func (t TransactionStatusView) ServicerRef() string { return t.Child("AcctSvcrRef").Text() }

// ClearingSystemRef is the clearing system's reference.
func (t TransactionStatusView) ClearingSystemRef() string { return t.Child("ClrSysRef").Text() }

// StatusRequestView is a pacs.028: the question what became of a message or of
// single payments of it.
type StatusRequestView struct{ message }

// ViewStatusRequest views m as a pacs.028; false when it is none.
func ViewStatusRequest(m *Message) (StatusRequestView, bool) {
	n, ok := body(m, "pacs.028")
	return StatusRequestView{message{n}}, ok
}

// Groups are the messages that are asked about as a whole.
func (v StatusRequestView) Groups() iter.Seq[OriginalGroupView] {
	return views(v.Node, func(n Node) OriginalGroupView { return OriginalGroupView{n} }, "OrgnlGrpInf")
}

// Transactions are the payments that are asked about.
func (v StatusRequestView) Transactions() iter.Seq[TransactionRequestView] {
	group := v.Group()
	return views(v.Node, func(n Node) TransactionRequestView {
		return TransactionRequestView{leg{n, group}, originalPayment{n}}
	}, "TxInf")
}

// TransactionRequestView asks about one payment, which its Original… methods
// name.
type TransactionRequestView struct {
	leg
	originalPayment
}

// RequestID is the sender's identifier of this question.
func (t TransactionRequestView) RequestID() string { return t.Child("StsReqId").Text() }

// AcceptedText is when the debtor agent accepted the order, as received.
func (t TransactionRequestView) AcceptedText() string { return t.Child("AccptncDtTm").Text() }

// ClearingSystemRef is the clearing system's reference of the payment.
func (t TransactionRequestView) ClearingSystemRef() string { return t.Child("ClrSysRef").Text() }
