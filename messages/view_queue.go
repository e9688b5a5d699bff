package messages

import "iter"

// TransactionQueryView is a camt.005: it asks for payments and account entries.
type TransactionQueryView struct{ query }

// ViewTransactionQuery views m as a camt.005; false when it is none.
func ViewTransactionQuery(m *Message) (TransactionQueryView, bool) {
	n, ok := body(m, "camt.005")
	return TransactionQueryView{queryOf(n, "TxQryDef", "TxCrit")}, ok
}

// Searches are the payments that are asked for; none: all.
func (q TransactionQueryView) Searches() iter.Seq[TransactionSearchView] {
	return searches(q.query, func(n Node) TransactionSearchView { return TransactionSearchView{n} })
}

// TransactionAnswerView is a camt.006: it tells of payments, settled or waiting.
type TransactionAnswerView struct{ answer }

// ViewTransactionAnswer views m as a camt.006; false when it is none.
func ViewTransactionAnswer(m *Message) (TransactionAnswerView, bool) {
	n, ok := body(m, "camt.006")
	return TransactionAnswerView{answer{message{n}}}, ok
}

// Page is the page of an answer in several messages.
func (v TransactionAnswerView) Page() PageView { return PageView{v.At("MsgHdr/MsgPgntn")} }

// Common is what holds for all the payments.
func (v TransactionAnswerView) Common() CommonPaymentView {
	return CommonPaymentView{v.At("RptOrErr/BizRpt/PmtCmonInf")}
}

// CountText is the number of payments, as received.
func (v TransactionAnswerView) CountText() string {
	return v.At("RptOrErr/BizRpt/TxsSummry/NbOfNtries").Text()
}

// SumText is the sum of all amounts regardless of currency, as received.
func (v TransactionAnswerView) SumText() string { return v.At("RptOrErr/BizRpt/TxsSummry/Sum").Text() }

// Transactions are the payments, in order.
func (v TransactionAnswerView) Transactions() iter.Seq[TransactionReportView] {
	return views(v.At("RptOrErr/BizRpt"), func(n Node) TransactionReportView {
		return TransactionReportView{n, n.At("TxOrErr/Tx")}
	}, "TxRpt")
}

// CommonPaymentView is what holds for all payments of a camt.006.
type CommonPaymentView struct{ Node }

// From is the system from which the payments come.
func (c CommonPaymentView) From() MemberView { return MemberView{c.Child("PmtFr")} }

// To is the system to which the payments go.
func (c CommonPaymentView) To() MemberView { return MemberView{c.Child("PmtTo")} }

// Statuses are those that all payments have.
func (c CommonPaymentView) Statuses() iter.Seq[QueueStatusView] {
	return views(c.Node, asQueueStatus, "CmonSts")
}

// ExecutionDateText is the requested date or date-time, as received.
func (c CommonPaymentView) ExecutionDateText() string { return dateText(c.Child("ReqdExctnDt")) }

// EntryDateText is the date or date-time of entry, as received.
func (c CommonPaymentView) EntryDateText() string { return dateText(c.Child("NtryDt")) }

// Direction is Credit or Debit.
func (c CommonPaymentView) Direction() string { return c.Child("CdtDbtInd").Text() }

// MemberView is one end of a payment: system, member and account.
type MemberView struct{ Node }

// System is the market infrastructure.
func (v MemberView) System() SystemView { return SystemView{v.Child("SysId")} }

// Member is the member of the system.
func (v MemberView) Member() AgentView { return AgentView{v.Child("MmbId")} }

// Country is an ISO 3166 code.
func (v MemberView) Country() string { return v.Child("Ctry").Text() }

// Account is the member's account.
func (v MemberView) Account() AccountView { return AccountView{v.Child("AcctId")} }

// TransactionReportView is one payment of a camt.006, or why nothing is said
// of it.
type TransactionReportView struct {
	Node
	transaction Node
}

// Reference names the payment.
func (t TransactionReportView) Reference() PaymentReferenceView {
	return PaymentReferenceView{t.Child("PmtId")}
}

// Errors tell why nothing is said of the payment.
func (t TransactionReportView) Errors() iter.Seq[ErrorView] {
	return views(t.Child("TxOrErr"), asError, "BizErr")
}

// From is the system from which the payment comes.
func (t TransactionReportView) From() MemberView { return MemberView{t.transaction.Child("PmtFr")} }

// To is the system to which the payment goes.
func (t TransactionReportView) To() MemberView { return MemberView{t.transaction.Child("PmtTo")} }

// Direction is Credit or Debit.
func (t TransactionReportView) Direction() string { return t.transaction.Child("CdtDbtInd").Text() }

// Payment is the payment as the system holds it.
func (t TransactionReportView) Payment() QueuedPaymentView {
	return QueuedPaymentView{t.transaction.Child("Pmt")}
}

// EntryAccount is the account on which the payment was entered.
func (t TransactionReportView) EntryAccount() AccountView {
	return AccountView{t.transaction.At("AcctNtry/Acct")}
}

// Entry is the entry on that account.
func (t TransactionReportView) Entry() QueueEntryView {
	return QueueEntryView{t.transaction.At("AcctNtry/Ntry")}
}

// QueueEntryView is the entry of a payment on an account.
type QueueEntryView struct{ Node }

// Amount is the amount of the entry.
func (e QueueEntryView) Amount() AmountView { return AmountView{e.Child("Amt")} }

// DateText is the date or date-time of the entry, as received.
func (e QueueEntryView) DateText() string { return dateText(e.Child("Dt")) }

// Status is BOOK, PDNG or FUTR.
func (e QueueEntryView) Status() string { return e.Child("Sts").Text() }

// EntryID is the identifier of the entry.
func (e QueueEntryView) EntryID() string { return e.Child("Id").Text() }

// StatementID is the statement in which the entry stands.
func (e QueueEntryView) StatementID() string { return e.Child("StmtId").Text() }

// ServicerRef is the account servicer's reference.
func (e QueueEntryView) ServicerRef() string { return e.Child("AcctSvcrRef").Text() }

// QueuedPaymentView is a payment as a system holds it.
type QueuedPaymentView struct{ Node }

// MessageID is the identifier of the message that brought the payment.
func (p QueuedPaymentView) MessageID() string { return p.Child("MsgId").Text() }

// EndToEndID is the initiating party's reference.
func (p QueuedPaymentView) EndToEndID() string { return p.Child("EndToEndId").Text() }

// TransactionID is the first instructing agent's reference.
func (p QueuedPaymentView) TransactionID() string { return p.Child("TxId").Text() }

// ExecutionDateText is the requested date or date-time, as received.
func (p QueuedPaymentView) ExecutionDateText() string { return dateText(p.Child("ReqdExctnDt")) }

// SettlementDateText is the interbank settlement date, as received.
func (p QueuedPaymentView) SettlementDateText() string { return p.Child("IntrBkSttlmDt").Text() }

// Statuses are what became of the payment.
func (p QueuedPaymentView) Statuses() iter.Seq[QueueStatusView] {
	return views(p.Node, asQueueStatus, "Sts")
}

// InstructedAmount is what was ordered; its currency may be implied.
func (p QueuedPaymentView) InstructedAmount() AmountView { return chosenAmount(p.Child("InstdAmt")) }

// Amount is the interbank settlement amount; its currency may be implied.
func (p QueuedPaymentView) Amount() AmountView { return chosenAmount(p.Child("IntrBkSttlmAmt")) }

// Purpose is why the payment is made.
func (p QueuedPaymentView) Purpose() string { return p.Child("Purp").Text() }

// Method is the message type or instrument that brought the payment.
func (p QueuedPaymentView) Method() string { return paymentMethod(p.Child("PmtMtd")) }

func paymentMethod(n Node) string { return firstText(n, "FINMT", "XMLMsgNm", "Prtry", "Instrm") }

// Priority is HIGH, LOWW, NORM, URGT or a proprietary priority.
func (p QueuedPaymentView) Priority() string { return code(p.Child("Prty")) }

// ProcessingTime bounds when the payment may be carried out.
func (p QueuedPaymentView) ProcessingTime() PeriodView { return PeriodView{p.Child("PrcgVldtyTm")} }

// Type is the type of the payment, such as CLS.
func (p QueuedPaymentView) Type() string { return code(p.Child("Tp")) }

// InstructionCopy is a copy of the message that brought the payment.
func (p QueuedPaymentView) InstructionCopy() string { return p.Child("InstrCpy").Text() }

// Generated tells that a standing order made the payment.
func (p QueuedPaymentView) Generated() bool { return isTrue(p.Child("GnrtdOrdr")) }

// Parties are who takes part.
func (p QueuedPaymentView) Parties() PaymentPartiesView { return paymentParties(p.Child("Pties")) }

// QueueStatusView is what became of a payment, and why.
type QueueStatusView struct{ Node }

func asQueueStatus(n Node) QueueStatusView { return QueueStatusView{n} }

// Code is the status, of whichever list.
func (s QueueStatusView) Code() string {
	return firstText(s.Node, "Cd/Pdg", "Cd/Fnl", "Cd/RTGS", "Cd/Sttlm", "Cd/Prtry")
}

// Final tells whether the status is one that never changes.
func (s QueueStatusView) Final() bool { return s.At("Cd/Fnl").Exists() }

// DateText is the date or date-time of the status, as received.
func (s QueueStatusView) DateText() string { return dateText(s.Child("DtTm")) }

// Reasons are codes or texts that tell why.
func (s QueueStatusView) Reasons() iter.Seq[string] {
	return views(s.Node, func(n Node) string {
		return firstText(n, "Umtchd", "Canc", "Sspd", "PdgFlngSttlm", "PdgSttlm", "PrtryRjctn/PrtryStsRsn", "Prtry")
	}, "Rsn")
}

// ReasonText explains a proprietary rejection.
func (s QueueStatusView) ReasonText() string { return s.At("Rsn/PrtryRjctn/Rsn").Text() }
