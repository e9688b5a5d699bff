package messages

import "iter"

// leg is one transaction of a message between two agents. What it does not say
// of the leg itself is said by the group header.
type leg struct {
	Node
	group GroupView
}

func (l leg) own(name string) Node {
	if n := l.Child(name); n.Exists() {
		return n
	}
	return l.group.Child(name)
}

// InstructingAgent is who sends this leg, of the transaction or of its group.
func (l leg) InstructingAgent() AgentView { return AgentView{l.own("InstgAgt")} }

// InstructedAgent is who receives this leg, of the transaction or of its group.
func (l leg) InstructedAgent() AgentView { return AgentView{l.own("InstdAgt")} }

// settlement is a leg on which money moves.
type settlement struct{ leg }

// SettlementDateText is the interbank settlement date of the transaction, else
// of its group, as received.
func (s settlement) SettlementDateText() string { return s.own("IntrBkSttlmDt").Text() }

// Priority is URGT, HIGH or NORM: the settlement priority, else the
// instruction priority.
func (s settlement) Priority() string {
	if priority := s.Child("SttlmPrty").Text(); priority != "" {
		return priority
	}
	return s.own("PmtTpInf").Child("InstrPrty").Text()
}

// ServiceLevel is the first service level code, such as G001.
func (s settlement) ServiceLevel() string { return code(s.own("PmtTpInf").Child("SvcLvl")) }

// LocalInstrument is the scheme's instrument.
func (s settlement) LocalInstrument() string { return code(s.own("PmtTpInf").Child("LclInstrm")) }

// CategoryPurpose is the high level purpose, such as CASH.
func (s settlement) CategoryPurpose() string { return code(s.own("PmtTpInf").Child("CtgyPurp")) }

// CLSTimeText is the time by which CLS must be funded, as received.
func (s settlement) CLSTimeText() string { return s.At("SttlmTmReq/CLSTm").Text() }

// TillTimeText is the time until which the payment should settle, as received.
func (s settlement) TillTimeText() string { return s.At("SttlmTmReq/TillTm").Text() }

// FromTimeText is the time before which the payment may not settle, as received.
func (s settlement) FromTimeText() string { return s.At("SttlmTmReq/FrTm").Text() }

// RejectTimeText is the time at which a payment that has not settled is
// rejected, as received.
func (s settlement) RejectTimeText() string { return s.At("SttlmTmReq/RjctTm").Text() }

// DebitedText is when the account was debited, as received.
func (s settlement) DebitedText() string { return s.At("SttlmTmIndctn/DbtDtTm").Text() }

// CreditedText is when the account was credited, as received.
func (s settlement) CreditedText() string { return s.At("SttlmTmIndctn/CdtDtTm").Text() }

// ExchangeRateText is the rate between instructed and settlement amount, as
// received.
func (s settlement) ExchangeRateText() string { return s.Child("XchgRate").Text() }

// ChargeBearer is DEBT, CRED, SHAR or SLEV.
func (s settlement) ChargeBearer() string { return s.Child("ChrgBr").Text() }

// Charges are those taken so far.
func (s settlement) Charges() iter.Seq[ChargeView] {
	return views(s.Node, asCharge, "ChrgsInf", "Chrgs")
}

func asAgent(n Node) AgentView   { return AgentView{n} }
func asCharge(n Node) ChargeView { return ChargeView{n} }
func asReason(n Node) ReasonView { return ReasonView{n} }

// parties are those of a payment, from who pays to who is paid.
type parties struct{ of Node }

// PreviousAgents are the agents that passed the payment on, the earliest first.
func (p parties) PreviousAgents() iter.Seq[AgentView] {
	return views(p.of, asAgent, "PrvsInstgAgt1", "PrvsInstgAgt2", "PrvsInstgAgt3", "PrvsInstgAgt")
}

// Intermediaries are the agents between instructed and creditor agent.
func (p parties) Intermediaries() iter.Seq[AgentView] {
	return views(p.of, asAgent, "IntrmyAgt1", "IntrmyAgt2", "IntrmyAgt3")
}

// Debtor is who owes; in a transfer between institutions, an agent.
func (p parties) Debtor() PartyView { return PartyView{p.of.Child("Dbtr")} }

// DebtorAccount is the account that is debited.
func (p parties) DebtorAccount() AccountView { return AccountView{p.of.Child("DbtrAcct")} }

// DebtorAgent holds the debtor's account.
func (p parties) DebtorAgent() AgentView { return AgentView{p.of.Child("DbtrAgt")} }

// DebtorAgentAccount is the debtor agent's account at its own agent.
func (p parties) DebtorAgentAccount() AccountView { return AccountView{p.of.Child("DbtrAgtAcct")} }

// CreditorAgent holds the creditor's account.
func (p parties) CreditorAgent() AgentView { return AgentView{p.of.Child("CdtrAgt")} }

// CreditorAgentAccount is the creditor agent's account at its own agent.
func (p parties) CreditorAgentAccount() AccountView { return AccountView{p.of.Child("CdtrAgtAcct")} }

// Creditor is who is owed; in a transfer between institutions, an agent.
func (p parties) Creditor() PartyView { return PartyView{p.of.Child("Cdtr")} }

// CreditorAccount is the account that is credited.
func (p parties) CreditorAccount() AccountView { return AccountView{p.of.Child("CdtrAcct")} }

// UltimateDebtor is on whose behalf the debtor pays.
func (p parties) UltimateDebtor() PartyView { return PartyView{p.of.Child("UltmtDbtr")} }

// UltimateCreditor is on whose behalf the creditor receives.
func (p parties) UltimateCreditor() PartyView { return PartyView{p.of.Child("UltmtCdtr")} }

// InitiatingParty initiated the payment, where it is not the debtor.
func (p parties) InitiatingParty() PartyView { return PartyView{p.of.Child("InitgPty")} }

// ChainView names the parties of a return, from who gives back to who gets
// back: its debtor is the creditor of the payment.
type ChainView struct {
	Node
	parties
}

func asChain(n Node) ChainView { return ChainView{n, parties{n}} }

// originalPayment is how messages about an earlier payment name it.
type originalPayment struct{ payment Node }

// OriginalGroup is the message that carried the payment, where it is named
// with the transaction.
func (o originalPayment) OriginalGroup() OriginalGroupView {
	return OriginalGroupView{o.payment.Child("OrgnlGrpInf")}
}

// OriginalInstructionID is the reference of the payment on its leg.
func (o originalPayment) OriginalInstructionID() string {
	return o.payment.Child("OrgnlInstrId").Text()
}

// OriginalEndToEndID is the initiating party's reference of the payment.
func (o originalPayment) OriginalEndToEndID() string {
	return o.payment.Child("OrgnlEndToEndId").Text()
}

// OriginalTransactionID is the first instructing agent's reference of the payment.
func (o originalPayment) OriginalTransactionID() string { return o.payment.Child("OrgnlTxId").Text() }

// OriginalUETRText is the payment's UETR as received.
func (o originalPayment) OriginalUETRText() string { return o.payment.Child("OrgnlUETR").Text() }

// OriginalUETR is the payment's UETR; the error says why it is none.
func (o originalPayment) OriginalUETR() (UETR, error) { return ParseUETR(o.OriginalUETRText()) }

// OriginalClearingSystemRef is the clearing system's reference of the payment.
func (o originalPayment) OriginalClearingSystemRef() string {
	return o.payment.Child("OrgnlClrSysRef").Text()
}

// OriginalAmount is the interbank settlement amount of the payment.
func (o originalPayment) OriginalAmount() AmountView {
	return AmountView{o.payment.Child("OrgnlIntrBkSttlmAmt")}
}

// OriginalSettlementDateText is the interbank settlement date of the payment,
// as received.
func (o originalPayment) OriginalSettlementDateText() string {
	return o.payment.Child("OrgnlIntrBkSttlmDt").Text()
}

// OriginalReference holds key elements of the payment.
func (o originalPayment) OriginalReference() ReferenceView {
	return asReference(o.payment.Child("OrgnlTxRef"))
}

// ReferenceView repeats key elements of an earlier payment.
type ReferenceView struct {
	Node
	parties
}

func asReference(n Node) ReferenceView { return ReferenceView{n, parties{n}} }

// Amount is the interbank settlement amount.
func (r ReferenceView) Amount() AmountView { return AmountView{r.Child("IntrBkSttlmAmt")} }

// InstructedAmount is what was ordered, before charges and exchange.
func (r ReferenceView) InstructedAmount() AmountView {
	return AmountView{first(r.Node, "Amt/InstdAmt", "Amt/EqvtAmt/Amt")}
}

// SettlementDateText is the interbank settlement date, as received.
func (r ReferenceView) SettlementDateText() string { return r.Child("IntrBkSttlmDt").Text() }

// SettlementMethod is INDA, INGA, COVE or CLRG.
func (r ReferenceView) SettlementMethod() string { return r.At("SttlmInf/SttlmMtd").Text() }

// Purpose is why the payment was made, such as SALA.
func (r ReferenceView) Purpose() string { return code(r.Child("Purp")) }

// Remittance is what the payment was for.
func (r ReferenceView) Remittance() RemittanceView { return RemittanceView{r.Child("RmtInf")} }
