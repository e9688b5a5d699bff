package messages

import "iter"

// DirectDebitView is a pacs.003: money that creditors collect.
type DirectDebitView struct{ message }

// ViewDirectDebit views m as a pacs.003; false when it is none.
func ViewDirectDebit(m *Message) (DirectDebitView, bool) {
	n, ok := body(m, "pacs.003")
	return DirectDebitView{message{n}}, ok
}

// Transactions are the collections of the message, in order.
func (v DirectDebitView) Transactions() iter.Seq[DirectDebitTransactionView] {
	group := v.Group()
	return views(v.Node, func(n Node) DirectDebitTransactionView {
		return DirectDebitTransactionView{asTransfer(n, group)}
	}, "DrctDbtTxInf")
}

// DirectDebitTransactionView is one collection of a pacs.003.
type DirectDebitTransactionView struct{ transfer }

// SequenceType tells a single collection (OOFF) from the first, recurrent and
// final ones of a series (FRST, RCUR, FNAL) and a repeated one (RPRE).
func (t DirectDebitTransactionView) SequenceType() string {
	return t.own("PmtTpInf").Child("SeqTp").Text()
}

// CollectionDateText is the day on which the creditor wants the money, as
// received.
func (t DirectDebitTransactionView) CollectionDateText() string {
	return t.Child("ReqdColltnDt").Text()
}

// MandateID identifies the debtor's mandate.
func (t DirectDebitTransactionView) MandateID() string {
	return t.At("DrctDbtTx/MndtRltdInf/MndtId").Text()
}

// MandateSignedText is when the mandate was signed, as received.
func (t DirectDebitTransactionView) MandateSignedText() string {
	return t.At("DrctDbtTx/MndtRltdInf/DtOfSgntr").Text()
}

// CreditorScheme identifies the creditor within the direct debit scheme.
func (t DirectDebitTransactionView) CreditorScheme() PartyView {
	return PartyView{t.At("DrctDbtTx/CdtrSchmeId")}
}

// PreNotificationID is the identifier under which the debtor was told before.
func (t DirectDebitTransactionView) PreNotificationID() string {
	return t.At("DrctDbtTx/PreNtfctnId").Text()
}

// PreNotificationDateText is when the debtor was told before, as received.
func (t DirectDebitTransactionView) PreNotificationDateText() string {
	return t.At("DrctDbtTx/PreNtfctnDt").Text()
}

// InstitutionDirectDebitView is a pacs.010: money that institutions collect
// from each other.
type InstitutionDirectDebitView struct{ message }

// ViewInstitutionDirectDebit views m as a pacs.010; false when it is none.
func ViewInstitutionDirectDebit(m *Message) (InstitutionDirectDebitView, bool) {
	n, ok := body(m, "pacs.010")
	return InstitutionDirectDebitView{message{n}}, ok
}

// Credits are the creditors of the message with what each collects, in order.
func (v InstitutionDirectDebitView) Credits() iter.Seq[CollectionView] {
	group := v.Group()
	return views(v.Node, func(n Node) CollectionView {
		return CollectionView{settlement{leg{n, group}}, parties{n}}
	}, "CdtInstr")
}

// CollectionView is what one institution collects from others.
type CollectionView struct {
	settlement
	parties
}

// CreditID identifies the credit in which the collections are added up.
func (c CollectionView) CreditID() string { return c.Child("CdtId").Text() }

// Total is the sum of the interbank settlement amounts.
func (c CollectionView) Total() AmountView { return AmountView{c.Child("TtlIntrBkSttlmAmt")} }

// Transactions are the single collections, in order. What they do not say of
// their leg is said by the collection, not by the group header.
func (c CollectionView) Transactions() iter.Seq[InstitutionDebitView] {
	return views(c.Node, func(n Node) InstitutionDebitView {
		return InstitutionDebitView{asTransfer(n, GroupView{c.Node})}
	}, "DrctDbtTxInf")
}

// InstitutionDebitView is one collection of a pacs.010. Its creditor is that of
// the CollectionView; its Debtor is an institution: see PartyView.Agent.
type InstitutionDebitView struct{ transfer }

// DebtorAgentInstruction is what the debtor agent is asked to do.
func (t InstitutionDebitView) DebtorAgentInstruction() string {
	return t.Child("InstrForDbtrAgt").Text()
}
