package messages

import "iter"

// PaymentReferenceView names a payment that a system holds: by one reference,
// by its place in a queue, or by its business identification, short (who sent
// it, for which day) or long (also to whom and how much).
type PaymentReferenceView struct{ Node }

func (r PaymentReferenceView) business() Node { return first(r.Node, "LngBizId", "ShrtBizId") }

// TransactionID is the first instructing agent's reference.
func (r PaymentReferenceView) TransactionID() string {
	return firstText(r.Node, "TxId", "LngBizId/TxId", "ShrtBizId/TxId")
}

// UETRText is the payment's UETR as received.
func (r PaymentReferenceView) UETRText() string {
	return firstText(r.Node, "UETR", "LngBizId/UETR", "ShrtBizId/UETR")
}

// UETR is the payment's UETR; the error says why it is none.
func (r PaymentReferenceView) UETR() (UETR, error) { return ParseUETR(r.UETRText()) }

// EndToEndID is the initiating party's reference.
func (r PaymentReferenceView) EndToEndID() string { return r.At("LngBizId/EndToEndId").Text() }

// Proprietary is a reference of the system's own kind.
func (r PaymentReferenceView) Proprietary() string { return r.Child("PrtryId").Text() }

// Queue is the queue and the place in it.
func (r PaymentReferenceView) Queue() (id, position string) {
	return r.At("QId/QId").Text(), r.At("QId/PosInQ").Text()
}

// Amount is the interbank settlement amount; its currency is implied: see
// AmountView.MoneyIn.
func (r PaymentReferenceView) Amount() AmountView { return AmountView{r.At("LngBizId/IntrBkSttlmAmt")} }

// SettlementDateText is the interbank settlement date, as received.
func (r PaymentReferenceView) SettlementDateText() string {
	return r.business().Child("IntrBkSttlmDt").Text()
}

// InstructingAgent is who sent the payment.
func (r PaymentReferenceView) InstructingAgent() AgentView {
	return AgentView{r.business().Child("InstgAgt")}
}

// InstructedAgent is to whom it was sent.
func (r PaymentReferenceView) InstructedAgent() AgentView {
	return AgentView{r.business().Child("InstdAgt")}
}

// Method is the message type or instrument that brought the payment.
func (r PaymentReferenceView) Method() string { return paymentMethod(r.At("LngBizId/PmtMtd")) }

// PaymentPartiesView is who takes part in a payment that a system holds.
type PaymentPartiesView struct {
	Node
	parties
}

func paymentParties(n Node) PaymentPartiesView { return PaymentPartiesView{n, parties{n}} }

// InstructingAgent is who sent the payment to the system.
func (p PaymentPartiesView) InstructingAgent() AgentView { return AgentView{p.Child("InstgAgt")} }

// InstructedAgent is to whom the system passes it.
func (p PaymentPartiesView) InstructedAgent() AgentView { return AgentView{p.Child("InstdAgt")} }

// TransactionModificationView is a camt.007: it changes how waiting payments are
// to be carried out.
type TransactionModificationView struct{ message }

// ViewTransactionModification views m as a camt.007; false when it is none.
func ViewTransactionModification(m *Message) (TransactionModificationView, bool) {
	n, ok := body(m, "camt.007")
	return TransactionModificationView{message{n}}, ok
}

// Modifications are the changes, one for each payment.
func (v TransactionModificationView) Modifications() iter.Seq[PaymentModificationView] {
	return views(v.Node, func(n Node) PaymentModificationView { return PaymentModificationView{n} }, "Mod")
}

// PaymentModificationView changes one waiting payment; what is empty stays.
type PaymentModificationView struct{ Node }

// Reference names the payment.
func (p PaymentModificationView) Reference() PaymentReferenceView {
	return PaymentReferenceView{p.Child("PmtId")}
}

// Instruction is PBEN, TTIL or TFRO.
func (p PaymentModificationView) Instruction() string { return p.At("NewPmtValSet/Instr").Text() }

// Type is the new type of the payment.
func (p PaymentModificationView) Type() string { return code(p.At("NewPmtValSet/Tp")) }

// Priority is HIGH, LOWW, NORM, URGT or a proprietary priority.
func (p PaymentModificationView) Priority() string { return code(p.At("NewPmtValSet/Prty")) }

// ProcessingTime newly bounds when the payment may be carried out.
func (p PaymentModificationView) ProcessingTime() PeriodView {
	return PeriodView{p.At("NewPmtValSet/PrcgVldtyTm")}
}

// TransactionCancellationView is a camt.008: it takes a waiting payment back.
type TransactionCancellationView struct{ message }

// ViewTransactionCancellation views m as a camt.008; false when it is none.
func ViewTransactionCancellation(m *Message) (TransactionCancellationView, bool) {
	n, ok := body(m, "camt.008")
	return TransactionCancellationView{message{n}}, ok
}

// RequestType is the external code (or proprietary text) of what is asked.
func (v TransactionCancellationView) RequestType() string { return requestType(v.Node) }

// Reference names the payment.
func (v TransactionCancellationView) Reference() PaymentReferenceView {
	return PaymentReferenceView{v.Child("PmtId")}
}

// Account is the account on which the payment waits.
func (v TransactionCancellationView) Account() AccountView { return AccountView{v.Child("CshAcct")} }

// Reason is why it is taken back.
func (v TransactionCancellationView) Reason() ReasonView { return ReasonView{v.Child("CxlRsn")} }
