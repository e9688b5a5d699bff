package messages

import "iter"

// GroupView is the group header of an interbank message (GrpHdr).
type GroupView struct{ Node }

// MessageID is the sender's identifier of the message.
func (g GroupView) MessageID() string { return firstText(g.Node, "MsgId", "GrpId") }

// CreatedText is when the message was created, as received.
func (g GroupView) CreatedText() string { return firstText(g.Node, "CreDtTm", "CreDt") }

// Created is when the message was created; the error says why it is no date-time.
func (g GroupView) Created() (DateTime, error) { return ParseDateTime(g.CreatedText()) }

// CountText is the number of transactions, as received.
func (g GroupView) CountText() string { return g.Child("NbOfTxs").Text() }

// ControlSumText is the sum of all amounts regardless of currency, as received.
func (g GroupView) ControlSumText() string { return g.Child("CtrlSum").Text() }

// Total is the sum of the interbank settlement amounts.
func (g GroupView) Total() AmountView {
	return AmountView{first(g.Node, "TtlIntrBkSttlmAmt", "TtlRtrdIntrBkSttlmAmt", "TtlRvsdIntrBkSttlmAmt")}
}

// SettlementDateText is the interbank settlement date, as received.
func (g GroupView) SettlementDateText() string { return g.Child("IntrBkSttlmDt").Text() }

// SettlementMethod is INDA, INGA, COVE or CLRG.
func (g GroupView) SettlementMethod() string { return g.At("SttlmInf/SttlmMtd").Text() }

// ClearingSystem is the system through which settlement takes place.
func (g GroupView) ClearingSystem() string {
	return code(firstOr(g.At("SttlmInf/ClrSys"), "ClrSysId"))
}

// SettlementAccount is the account at the settlement agent.
func (g GroupView) SettlementAccount() AccountView { return AccountView{g.At("SttlmInf/SttlmAcct")} }

// ReimbursementAgents are the instructing, the instructed and the third
// reimbursement agent; absent ones are skipped.
func (g GroupView) ReimbursementAgents() iter.Seq[AgentView] {
	return views(g.Child("SttlmInf"), asAgent, "InstgRmbrsmntAgt", "InstdRmbrsmntAgt", "ThrdRmbrsmntAgt")
}

// InstructingAgent is who sends the message.
func (g GroupView) InstructingAgent() AgentView { return AgentView{g.Child("InstgAgt")} }

// InstructedAgent is who receives the message.
func (g GroupView) InstructedAgent() AgentView { return AgentView{g.Child("InstdAgt")} }

// message is what all interbank messages with a group header share.
type message struct{ Node }

// Group is the group header.
func (m message) Group() GroupView { return GroupView{first(m.Node, "GrpHdr", "MsgId", "MsgHdr")} }

// transfer is what credit transfers and direct debits share, of customers and
// of institutions.
type transfer struct {
	settlement
	parties
}

func asTransfer(n Node, group GroupView) transfer {
	return transfer{settlement{leg{n, group}}, parties{n}}
}

// PaymentID holds the references.
func (t transfer) PaymentID() PaymentIDView { return PaymentIDView{t.Child("PmtId")} }

// Amount is the interbank settlement amount: what moves on this leg.
func (t transfer) Amount() AmountView { return AmountView{t.Child("IntrBkSttlmAmt")} }

// InstructedAmount is what was ordered, before charges and exchange.
func (t transfer) InstructedAmount() AmountView { return AmountView{t.Child("InstdAmt")} }

// Purpose is why the payment is made, such as SALA.
func (t transfer) Purpose() string { return code(t.Child("Purp")) }

// Remittance is what the payment is for.
func (t transfer) Remittance() RemittanceView { return RemittanceView{t.Child("RmtInf")} }

// RegulatoryReporting are the parts that authorities ask for.
func (t transfer) RegulatoryReporting() iter.Seq[Node] { return t.All("RgltryRptg") }

// CreditorAgentInstructions and the next agent's are what the agents are asked
// to do.
func (t transfer) CreditorAgentInstructions() iter.Seq[InstructionView] {
	return views(t.Node, asInstruction, "InstrForCdtrAgt")
}

// NextAgentInstructions are what the next agent is asked to do.
func (t transfer) NextAgentInstructions() iter.Seq[InstructionView] {
	return views(t.Node, asInstruction, "InstrForNxtAgt")
}

// InstructionView is what an agent is asked to do.
type InstructionView struct{ Node }

func asInstruction(n Node) InstructionView { return InstructionView{n} }

// Code is such as HOLD or PHOB; empty when there is only text.
func (i InstructionView) Code() string { return i.Child("Cd").Text() }

// Text is the instruction in words.
func (i InstructionView) Text() string { return i.Child("InstrInf").Text() }

// CustomerCreditTransferView is a pacs.008.
type CustomerCreditTransferView struct{ message }

// ViewCustomerCreditTransfer views m as a pacs.008; false when it is none.
func ViewCustomerCreditTransfer(m *Message) (CustomerCreditTransferView, bool) {
	n, ok := body(m, "pacs.008")
	return CustomerCreditTransferView{message{n}}, ok
}

// Transactions are the payments of the message, in order.
func (v CustomerCreditTransferView) Transactions() iter.Seq[CustomerTransactionView] {
	group := v.Group()
	return views(v.Node, func(n Node) CustomerTransactionView {
		return CustomerTransactionView{asTransfer(n, group)}
	}, "CdtTrfTxInf")
}

// CustomerTransactionView is one payment of a pacs.008.
type CustomerTransactionView struct{ transfer }

// QuoteID is the identifier of the agreed quotation.
func (t CustomerTransactionView) QuoteID() string { return t.At("AgrdRate/QtId").Text() }

// AgreedRateText is the rate that was agreed before, as received.
func (t CustomerTransactionView) AgreedRateText() string {
	return t.At("AgrdRate/PreAgrdXchgRate").Text()
}

// AcceptedText is when the debtor agent accepted the order, as received.
func (t CustomerTransactionView) AcceptedText() string {
	return firstText(t.Node, "AddtlDtTm/AccptncDtTm", "AccptncDtTm")
}

// ExpiryText is when the payment expires if it has not settled, of the
// transaction or of its group, as received.
func (t CustomerTransactionView) ExpiryText() string {
	if text := t.At("AddtlDtTm/XpryDtTm").Text(); text != "" {
		return text
	}
	return t.group.Child("XpryDtTm").Text()
}

// Variant tells the uses of pacs.009 apart.
type Variant uint8

// The uses of pacs.009: a transfer on the institutions' own account, the cover
// of a customer credit transfer sent beside it, and the advice of a transfer
// that settles elsewhere.
const (
	VariantCore Variant = iota
	VariantCover
	VariantAdvice
)

var variantNames = [...]string{"CORE", "COV", "ADV"}

// String is the name by which CBPR+ knows the variant.
func (v Variant) String() string { return variantNames[v] }

// InstitutionCreditTransferView is a pacs.009.
type InstitutionCreditTransferView struct {
	message
	header HeaderView
}

// ViewInstitutionCreditTransfer views m as a pacs.009; false when it is none.
func ViewInstitutionCreditTransfer(m *Message) (InstitutionCreditTransferView, bool) {
	n, ok := body(m, "pacs.009")
	header, _ := ViewHeader(m)
	return InstitutionCreditTransferView{message{n}, header}, ok
}

// Variant is COV when an underlying customer credit transfer is given, ADV
// when the header's business service says so, else CORE.
func (v InstitutionCreditTransferView) Variant() Variant {
	for t := range v.Transactions() {
		if t.Underlying().Exists() {
			return VariantCover
		}
	}
	if v.header.isAdvice() {
		return VariantAdvice
	}
	return VariantCore
}

// Transactions are the payments of the message, in order.
func (v InstitutionCreditTransferView) Transactions() iter.Seq[InstitutionTransactionView] {
	group := v.Group()
	return views(v.Node, func(n Node) InstitutionTransactionView {
		return InstitutionTransactionView{asTransfer(n, group)}
	}, "CdtTrfTxInf")
}

// InstitutionTransactionView is one payment of a pacs.009. Its Debtor and Creditor
// are institutions: see PartyView.Agent.
type InstitutionTransactionView struct{ transfer }

// Underlying is the customer credit transfer that the payment covers.
func (t InstitutionTransactionView) Underlying() UnderlyingTransferView {
	return UnderlyingTransferView{asTransfer(t.Child("UndrlygCstmrCdtTrf"), GroupView{})}
}

// ExpiryText is when the payment expires if it has not settled, of the
// transaction or of its group, as received.
func (t InstitutionTransactionView) ExpiryText() string { return t.own("XpryDtTm").Text() }

// UnderlyingTransferView is the customer credit transfer inside a cover payment.
type UnderlyingTransferView struct{ transfer }
