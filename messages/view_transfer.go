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
func (g GroupView) ClearingSystem() string { return code(g.At("SttlmInf/ClrSys")) }

// InstructingAgent is who sends the message.
func (g GroupView) InstructingAgent() AgentView { return AgentView{g.Child("InstgAgt")} }

// InstructedAgent is who receives the message.
func (g GroupView) InstructedAgent() AgentView { return AgentView{g.Child("InstdAgt")} }

// message is what all interbank messages with a group header share.
type message struct{ Node }

// Group is the group header.
func (m message) Group() GroupView { return GroupView{first(m.Node, "GrpHdr", "MsgId", "MsgHdr")} }

// transfer is what credit transfers of customers and of institutions share.
type transfer struct {
	Node
	group GroupView
}

// PaymentID holds the references.
func (t transfer) PaymentID() PaymentIDView { return PaymentIDView{t.Child("PmtId")} }

// Amount is the interbank settlement amount: what moves on this leg.
func (t transfer) Amount() AmountView { return AmountView{t.Child("IntrBkSttlmAmt")} }

// SettlementDateText is the interbank settlement date of the transaction, else
// of its group, as received.
func (t transfer) SettlementDateText() string {
	if date := t.Child("IntrBkSttlmDt").Text(); date != "" {
		return date
	}
	return t.group.SettlementDateText()
}

// Priority is URGT, HIGH or NORM: the settlement priority, else the
// instruction priority.
func (t transfer) Priority() string {
	return firstText(t.Node, "SttlmPrty", "PmtTpInf/InstrPrty")
}

// paymentType is the transaction's payment type, else the group's.
func (t transfer) paymentType() Node {
	if n := t.Child("PmtTpInf"); n.Exists() {
		return n
	}
	return t.group.Child("PmtTpInf")
}

// ServiceLevel is the first service level code, such as G001.
func (t transfer) ServiceLevel() string { return code(t.paymentType().Child("SvcLvl")) }

// LocalInstrument is the scheme's instrument.
func (t transfer) LocalInstrument() string { return code(t.paymentType().Child("LclInstrm")) }

// CategoryPurpose is the high level purpose, such as CASH.
func (t transfer) CategoryPurpose() string { return code(t.paymentType().Child("CtgyPurp")) }

// TillTimeText, FromTimeText and RejectTimeText bound when the payment may
// settle, as received.
func (t transfer) TillTimeText() string { return t.At("SttlmTmReq/TillTm").Text() }

// FromTimeText is the time before which the payment may not settle.
func (t transfer) FromTimeText() string { return t.At("SttlmTmReq/FrTm").Text() }

// RejectTimeText is the time at which a payment that has not settled is rejected.
func (t transfer) RejectTimeText() string { return t.At("SttlmTmReq/RjctTm").Text() }

// InstructingAgent is who sends this leg, of the transaction or of its group.
func (t transfer) InstructingAgent() AgentView {
	return AgentView{t.own("InstgAgt")}
}

// InstructedAgent is who receives this leg, of the transaction or of its group.
func (t transfer) InstructedAgent() AgentView { return AgentView{t.own("InstdAgt")} }

func (t transfer) own(name string) Node {
	if n := t.Child(name); n.Exists() {
		return n
	}
	return t.group.Child(name)
}

// PreviousAgents are the agents that passed the payment on, the earliest first.
func (t transfer) PreviousAgents() iter.Seq[AgentView] {
	return views(t.Node, asAgent, "PrvsInstgAgt1", "PrvsInstgAgt2", "PrvsInstgAgt3", "PrvsInstgAgt")
}

// Intermediaries are the agents between instructed and creditor agent.
func (t transfer) Intermediaries() iter.Seq[AgentView] {
	return views(t.Node, asAgent, "IntrmyAgt1", "IntrmyAgt2", "IntrmyAgt3")
}

func asAgent(n Node) AgentView { return AgentView{n} }

// Debtor is who owes; in a transfer between institutions, an agent.
func (t transfer) Debtor() PartyView { return PartyView{t.Child("Dbtr")} }

// DebtorAccount is the account that is debited.
func (t transfer) DebtorAccount() AccountView { return AccountView{t.Child("DbtrAcct")} }

// DebtorAgent holds the debtor's account.
func (t transfer) DebtorAgent() AgentView { return AgentView{t.Child("DbtrAgt")} }

// DebtorAgentAccount is the debtor agent's account at its own agent.
func (t transfer) DebtorAgentAccount() AccountView { return AccountView{t.Child("DbtrAgtAcct")} }

// CreditorAgent holds the creditor's account.
func (t transfer) CreditorAgent() AgentView { return AgentView{t.Child("CdtrAgt")} }

// CreditorAgentAccount is the creditor agent's account at its own agent.
func (t transfer) CreditorAgentAccount() AccountView { return AccountView{t.Child("CdtrAgtAcct")} }

// Creditor is who is owed; in a transfer between institutions, an agent.
func (t transfer) Creditor() PartyView { return PartyView{t.Child("Cdtr")} }

// CreditorAccount is the account that is credited.
func (t transfer) CreditorAccount() AccountView { return AccountView{t.Child("CdtrAcct")} }

// UltimateDebtor is on whose behalf the debtor pays.
func (t transfer) UltimateDebtor() PartyView { return PartyView{t.Child("UltmtDbtr")} }

// UltimateCreditor is on whose behalf the creditor receives.
func (t transfer) UltimateCreditor() PartyView { return PartyView{t.Child("UltmtCdtr")} }

// Purpose is why the payment is made, such as SALA.
func (t transfer) Purpose() string { return code(t.Child("Purp")) }

// Remittance is what the payment is for.
func (t transfer) Remittance() RemittanceView { return RemittanceView{t.Child("RmtInf")} }

// CustomerCreditTransfer is a pacs.008.
type CustomerCreditTransfer struct{ message }

// ViewCustomerCreditTransfer views m as a pacs.008; false when it is none.
func ViewCustomerCreditTransfer(m *Message) (CustomerCreditTransfer, bool) {
	n, ok := body(m, "pacs.008")
	return CustomerCreditTransfer{message{n}}, ok
}

// Transactions are the payments of the message, in order.
func (v CustomerCreditTransfer) Transactions() iter.Seq[CustomerTransaction] {
	group := v.Group()
	return views(v.Node, func(n Node) CustomerTransaction { return CustomerTransaction{transfer{n, group}} }, "CdtTrfTxInf")
}

// CustomerTransaction is one payment of a pacs.008.
type CustomerTransaction struct{ transfer }

// InstructedAmount is what the debtor ordered, before charges and exchange.
func (t CustomerTransaction) InstructedAmount() AmountView { return AmountView{t.Child("InstdAmt")} }

// ExchangeRateText is the rate between instructed and settlement amount, as
// received.
func (t CustomerTransaction) ExchangeRateText() string { return t.Child("XchgRate").Text() }

// QuoteID is the identifier of the agreed quotation.
func (t CustomerTransaction) QuoteID() string { return t.At("AgrdRate/QtId").Text() }

// ChargeBearer is DEBT, CRED, SHAR or SLEV.
func (t CustomerTransaction) ChargeBearer() string { return t.Child("ChrgBr").Text() }

// Charges are those taken so far.
func (t CustomerTransaction) Charges() iter.Seq[ChargeView] {
	return views(t.Node, func(n Node) ChargeView { return ChargeView{n} }, "ChrgsInf")
}

// AcceptedText is when the debtor agent accepted the order, as received.
func (t CustomerTransaction) AcceptedText() string {
	return firstText(t.Node, "AddtlDtTm/AccptncDtTm", "AccptncDtTm")
}

// InitiatingParty initiated the payment, where it is not the debtor.
func (t CustomerTransaction) InitiatingParty() PartyView { return PartyView{t.Child("InitgPty")} }

// RegulatoryReporting are the parts that authorities ask for.
func (t CustomerTransaction) RegulatoryReporting() iter.Seq[Node] { return t.All("RgltryRptg") }

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

// InstitutionCreditTransfer is a pacs.009.
type InstitutionCreditTransfer struct {
	message
	header HeaderView
}

// ViewInstitutionCreditTransfer views m as a pacs.009; false when it is none.
func ViewInstitutionCreditTransfer(m *Message) (InstitutionCreditTransfer, bool) {
	n, ok := body(m, "pacs.009")
	header, _ := ViewHeader(m)
	return InstitutionCreditTransfer{message{n}, header}, ok
}

// Variant is COV when an underlying customer credit transfer is given, ADV
// when the header's business service says so, else CORE.
func (v InstitutionCreditTransfer) Variant() Variant {
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
func (v InstitutionCreditTransfer) Transactions() iter.Seq[InstitutionTransaction] {
	group := v.Group()
	return views(v.Node, func(n Node) InstitutionTransaction { return InstitutionTransaction{transfer{n, group}} }, "CdtTrfTxInf")
}

// InstitutionTransaction is one payment of a pacs.009. Its Debtor and Creditor
// are institutions: see PartyView.Agent.
type InstitutionTransaction struct{ transfer }

// Underlying is the customer credit transfer that the payment covers.
func (t InstitutionTransaction) Underlying() UnderlyingTransfer {
	return UnderlyingTransfer{transfer{t.Child("UndrlygCstmrCdtTrf"), GroupView{}}}
}

// UnderlyingTransfer is the customer credit transfer inside a cover payment.
type UnderlyingTransfer struct{ transfer }

// InstructedAmount is what the debtor ordered.
func (t UnderlyingTransfer) InstructedAmount() AmountView { return AmountView{t.Child("InstdAmt")} }
