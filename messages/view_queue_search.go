package messages

import "iter"

// TransactionSearch describes the payments of a camt.005; what is not given
// does not narrow the search.
type TransactionSearch struct{ Node }

// From are the systems from which the payments come.
func (s TransactionSearch) From() iter.Seq[MemberSearch] {
	return views(s.Node, asMemberSearch, "PmtFr")
}

// To are the systems to which the payments go.
func (s TransactionSearch) To() iter.Seq[MemberSearch] {
	return views(s.Node, asMemberSearch, "PmtTo")
}

// Payment describes the payments themselves.
func (s TransactionSearch) Payment() PaymentSearch { return PaymentSearch{s.Child("PmtSch")} }

// Entry describes the entries of the payments on accounts.
func (s TransactionSearch) Entry() EntrySearch {
	return EntrySearch{accountSearch{s.Child("AcctNtrySch")}}
}

// MemberSearch describes one end of payments.
type MemberSearch struct{ Node }

func asMemberSearch(n Node) MemberSearch { return MemberSearch{n} }

// Systems are the systems of the members.
func (s MemberSearch) Systems() iter.Seq[SystemView] { return views(s.Node, asSystem, "SysId") }

// Members are the members.
func (s MemberSearch) Members() iter.Seq[AgentView] { return views(s.Node, asAgent, "MmbId") }

// Country is an ISO 3166 code.
func (s MemberSearch) Country() string { return s.Child("Ctry").Text() }

// Account is the account of the member.
func (s MemberSearch) Account() AccountView { return AccountView{s.Child("AcctId")} }

// PaymentSearch describes payments.
type PaymentSearch struct{ Node }

// MessageIDs are those of the messages that brought the payments.
func (s PaymentSearch) MessageIDs() iter.Seq[string] { return texts(s.Node, "MsgId") }

// EndToEndIDs are the initiating parties' references.
func (s PaymentSearch) EndToEndIDs() iter.Seq[string] { return texts(s.Node, "EndToEndId") }

// TransactionIDs are the first instructing agents' references.
func (s PaymentSearch) TransactionIDs() iter.Seq[string] { return texts(s.Node, "TxId") }

// UETRTexts are the payments' UETRs as received; older versions have none here.
func (s PaymentSearch) UETRTexts() iter.Seq[string] { return texts(s.Node, "UETR") }

// References name single payments.
func (s PaymentSearch) References() iter.Seq[PaymentReferenceView] {
	return views(s.Node, func(n Node) PaymentReferenceView { return PaymentReferenceView{n} }, "PmtId")
}

// ExecutionDates are the requested dates.
func (s PaymentSearch) ExecutionDates() iter.Seq[PeriodView] {
	return views(s.Node, asPeriod, "ReqdExctnDt")
}

// SettlementDateTexts are the interbank settlement dates, as received.
func (s PaymentSearch) SettlementDateTexts() iter.Seq[string] {
	return texts(s.Node, "IntrBkSttlmDt")
}

// Statuses are codes of statuses, of whichever list.
func (s PaymentSearch) Statuses() iter.Seq[string] {
	return nested(s.Node, "Sts", "PmtInstrSts", func(n Node) string {
		return firstText(n, "PdgSts", "FnlSts", "PdgAndFnlSts")
	})
}

// InstructedAmounts are ranges of what was ordered.
func (s PaymentSearch) InstructedAmounts() iter.Seq[AmountRangeView] {
	return views(s.Node, asAmountRange, "InstdAmt")
}

// InstructedCurrencyCodes are the currencies of what was ordered.
func (s PaymentSearch) InstructedCurrencyCodes() iter.Seq[string] {
	return texts(s.Node, "InstdAmtCcy")
}

// Amounts are ranges of interbank settlement amounts.
func (s PaymentSearch) Amounts() iter.Seq[AmountRangeView] {
	return views(s.Node, asAmountRange, "IntrBkSttlmAmt")
}

// CurrencyCodes are the currencies of the interbank settlement amounts.
func (s PaymentSearch) CurrencyCodes() iter.Seq[string] { return texts(s.Node, "IntrBkSttlmAmtCcy") }

// Direction is Credit, Debit or, for both, empty.
func (s PaymentSearch) Direction() string { return s.Child("CdtDbtInd").Text() }

// Methods are the message types or instruments that brought the payments.
func (s PaymentSearch) Methods() iter.Seq[string] { return views(s.Node, paymentMethod, "PmtMtd") }

// Types are types of payments.
func (s PaymentSearch) Types() iter.Seq[string] { return views(s.Node, code, "PmtTp") }

// Priorities are HIGH, LOWW, NORM, URGT or proprietary.
func (s PaymentSearch) Priorities() iter.Seq[string] { return views(s.Node, code, "Prty") }

// ProcessingTimes bound when the payments may be carried out.
func (s PaymentSearch) ProcessingTimes() iter.Seq[PeriodView] {
	return views(s.Node, asPeriod, "PrcgVldtyTm")
}

// Parties are who takes part.
func (s PaymentSearch) Parties() PaymentPartiesView { return paymentParties(s.Child("Pties")) }

// EntrySearch describes entries on accounts.
type EntrySearch struct{ accountSearch }

// Amounts are ranges of the entries' amounts.
func (s EntrySearch) Amounts() iter.Seq[AmountRangeView] {
	return views(s.Node, asAmountRange, "NtryAmt")
}

// CurrencyCodes are the currencies of the entries.
func (s EntrySearch) CurrencyCodes() iter.Seq[string] { return texts(s.Node, "NtryAmtCcy") }

// Direction is Credit, Debit or, for both, empty.
func (s EntrySearch) Direction() string { return s.Child("CdtDbtInd").Text() }

// Statuses are BOOK, PDNG or FUTR.
func (s EntrySearch) Statuses() iter.Seq[string] { return texts(s.Node, "NtrySts") }

// Dates are the dates of the entries.
func (s EntrySearch) Dates() iter.Seq[PeriodView] { return views(s.Node, asPeriod, "NtryDt") }
