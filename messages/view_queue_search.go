package messages

import "iter"

// TransactionSearchView describes the payments of a camt.005; what is not given
// does not narrow the search.
type TransactionSearchView struct{ Node }

// From are the systems from which the payments come.
func (s TransactionSearchView) From() iter.Seq[MemberSearchView] {
	return views(s.Node, asMemberSearch, "PmtFr")
}

// To are the systems to which the payments go.
func (s TransactionSearchView) To() iter.Seq[MemberSearchView] {
	return views(s.Node, asMemberSearch, "PmtTo")
}

// Payment describes the payments themselves.
func (s TransactionSearchView) Payment() PaymentSearchView {
	return PaymentSearchView{s.Child("PmtSch")}
}

// Entry describes the entries of the payments on accounts.
func (s TransactionSearchView) Entry() EntrySearchView {
	return EntrySearchView{accountSearch{s.Child("AcctNtrySch")}}
}

// MemberSearchView describes one end of payments.
type MemberSearchView struct{ Node }

func asMemberSearch(n Node) MemberSearchView { return MemberSearchView{n} }

// Systems are the systems of the members.
func (s MemberSearchView) Systems() iter.Seq[SystemView] { return views(s.Node, asSystem, "SysId") }

// Members are the members.
func (s MemberSearchView) Members() iter.Seq[AgentView] { return views(s.Node, asAgent, "MmbId") }

// Country is an ISO 3166 code.
func (s MemberSearchView) Country() string { return s.Child("Ctry").Text() }

// Account is the account of the member.
func (s MemberSearchView) Account() AccountView { return AccountView{s.Child("AcctId")} }

// PaymentSearchView describes payments.
type PaymentSearchView struct{ Node }

// MessageIDs are those of the messages that brought the payments.
func (s PaymentSearchView) MessageIDs() iter.Seq[string] { return texts(s.Node, "MsgId") }

// EndToEndIDs are the initiating parties' references.
func (s PaymentSearchView) EndToEndIDs() iter.Seq[string] { return texts(s.Node, "EndToEndId") }

// TransactionIDs are the first instructing agents' references.
func (s PaymentSearchView) TransactionIDs() iter.Seq[string] { return texts(s.Node, "TxId") }

// UETRTexts are the payments' UETRs as received; older versions have none here.
func (s PaymentSearchView) UETRTexts() iter.Seq[string] { return texts(s.Node, "UETR") }

// References name single payments.
func (s PaymentSearchView) References() iter.Seq[PaymentReferenceView] {
	return views(s.Node, func(n Node) PaymentReferenceView { return PaymentReferenceView{n} }, "PmtId")
}

// ExecutionDates are the requested dates.
func (s PaymentSearchView) ExecutionDates() iter.Seq[PeriodView] {
	return views(s.Node, asPeriod, "ReqdExctnDt")
}

// SettlementDateTexts are the interbank settlement dates, as received.
func (s PaymentSearchView) SettlementDateTexts() iter.Seq[string] {
	return texts(s.Node, "IntrBkSttlmDt")
}

// Statuses are codes of statuses, of whichever list.
func (s PaymentSearchView) Statuses() iter.Seq[string] {
	return nested(s.Node, "Sts", "PmtInstrSts", func(n Node) string {
		return firstText(n, "PdgSts", "FnlSts", "PdgAndFnlSts")
	})
}

// InstructedAmounts are ranges of what was ordered.
func (s PaymentSearchView) InstructedAmounts() iter.Seq[AmountRangeView] {
	return views(s.Node, asAmountRange, "InstdAmt")
}

// InstructedCurrencyCodes are the currencies of what was ordered.
func (s PaymentSearchView) InstructedCurrencyCodes() iter.Seq[string] {
	return texts(s.Node, "InstdAmtCcy")
}

// Amounts are ranges of interbank settlement amounts.
func (s PaymentSearchView) Amounts() iter.Seq[AmountRangeView] {
	return views(s.Node, asAmountRange, "IntrBkSttlmAmt")
}

// CurrencyCodes are the currencies of the interbank settlement amounts.
func (s PaymentSearchView) CurrencyCodes() iter.Seq[string] {
	return texts(s.Node, "IntrBkSttlmAmtCcy")
}

// Direction is Credit, Debit or, for both, empty.
func (s PaymentSearchView) Direction() string { return s.Child("CdtDbtInd").Text() }

// Methods are the message types or instruments that brought the payments.
func (s PaymentSearchView) Methods() iter.Seq[string] { return views(s.Node, paymentMethod, "PmtMtd") }

// Types are types of payments.
func (s PaymentSearchView) Types() iter.Seq[string] { return views(s.Node, code, "PmtTp") }

// Priorities are HIGH, LOWW, NORM, URGT or proprietary.
func (s PaymentSearchView) Priorities() iter.Seq[string] { return views(s.Node, code, "Prty") }

// ProcessingTimes bound when the payments may be carried out.
func (s PaymentSearchView) ProcessingTimes() iter.Seq[PeriodView] {
	return views(s.Node, asPeriod, "PrcgVldtyTm")
}

// Parties are who takes part.
func (s PaymentSearchView) Parties() PaymentPartiesView { return paymentParties(s.Child("Pties")) }

// EntrySearchView describes entries on accounts.
type EntrySearchView struct{ accountSearch }

// Amounts are ranges of the entries' amounts.
func (s EntrySearchView) Amounts() iter.Seq[AmountRangeView] {
	return views(s.Node, asAmountRange, "NtryAmt")
}

// CurrencyCodes are the currencies of the entries.
func (s EntrySearchView) CurrencyCodes() iter.Seq[string] { return texts(s.Node, "NtryAmtCcy") }

// Direction is Credit, Debit or, for both, empty.
func (s EntrySearchView) Direction() string { return s.Child("CdtDbtInd").Text() }

// Statuses are BOOK, PDNG or FUTR.
func (s EntrySearchView) Statuses() iter.Seq[string] { return texts(s.Node, "NtrySts") }

// Dates are the dates of the entries.
func (s EntrySearchView) Dates() iter.Seq[PeriodView] { return views(s.Node, asPeriod, "NtryDt") }
