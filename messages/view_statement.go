package messages

import "iter"

// ReportingView is a camt.052, 053 or 054: what a bank tells of accounts. The
// three differ in purpose, not in form: a report of the running day, a
// statement of a finished one, and a notification of single entries, which
// holds no balances.
type ReportingView struct{ answer }

// ViewReporting views m as a camt.052, 053 or 054; false when it is none.
func ViewReporting(m *Message) (ReportingView, bool) {
	return viewReporting(m, "camt.052", "camt.053", "camt.054")
}

// ViewAccountReport views m as a camt.052, a report of the running day.
func ViewAccountReport(m *Message) (ReportingView, bool) { return viewReporting(m, "camt.052") }

// ViewStatement views m as a camt.053, a statement of a finished day.
func ViewStatement(m *Message) (ReportingView, bool) { return viewReporting(m, "camt.053") }

// ViewNotification views m as a camt.054, a notification of entries.
func ViewNotification(m *Message) (ReportingView, bool) { return viewReporting(m, "camt.054") }

func viewReporting(m *Message, kinds ...string) (ReportingView, bool) {
	n, ok := body(m, kinds...)
	return ReportingView{answer{message{n}}}, ok
}

// Recipient is for whom the message is meant, where it is not the account owner.
func (v ReportingView) Recipient() PartyView { return PartyView{v.At("GrpHdr/MsgRcpt")} }

// Page is the page of a message in several.
func (v ReportingView) Page() PageView { return PageView{v.At("GrpHdr/MsgPgntn")} }

// Text is further information.
func (v ReportingView) Text() string { return v.At("GrpHdr/AddtlInf").Text() }

// Statements are the accounts of which the message tells, in order.
func (v ReportingView) Statements() iter.Seq[StatementView] {
	return views(v.Node, func(n Node) StatementView { return StatementView{n} }, "Stmt", "Rpt", "Ntfctn")
}

// StatementView is the report, statement or notification of one account.
type StatementView struct{ Node }

// StatementID is the servicer's identifier.
func (s StatementView) StatementID() string { return s.Child("Id").Text() }

// Page is the page of a statement in several messages.
func (s StatementView) Page() PageView {
	return PageView{first(s.Node, "StmtPgntn", "RptPgntn", "NtfctnPgntn")}
}

// ElectronicSequenceText counts the electronic statements, as received.
func (s StatementView) ElectronicSequenceText() string { return s.Child("ElctrncSeqNb").Text() }

// LegalSequenceText counts the legal statements, as received.
func (s StatementView) LegalSequenceText() string { return s.Child("LglSeqNb").Text() }

// ReportingSequence are the numbers of the reports in it; newer versions only.
func (s StatementView) ReportingSequence() SequenceView { return SequenceView{s.Child("RptgSeq")} }

// CreatedText is when it was made, as received.
func (s StatementView) CreatedText() string { return s.Child("CreDtTm").Text() }

// Period is the time of which it tells.
func (s StatementView) Period() PeriodView { return PeriodView{s.Child("FrToDt")} }

// Copy is CODU, COPY or DUPL when it is a copy or a duplicate.
func (s StatementView) Copy() string { return s.Child("CpyDplctInd").Text() }

// Source is the application that made it.
func (s StatementView) Source() string { return code(s.Child("RptgSrc")) }

// Account is the account of which it tells.
func (s StatementView) Account() AccountView { return AccountView{s.Child("Acct")} }

// AccountType is the external cash account type, such as CACC.
func (s StatementView) AccountType() string { return code(s.At("Acct/Tp")) }

// Owner is whose account it is.
func (s StatementView) Owner() PartyView { return PartyView{s.At("Acct/Ownr")} }

// Servicer is who holds the account.
func (s StatementView) Servicer() AgentView { return AgentView{s.At("Acct/Svcr")} }

// RelatedAccount is another account of the same owner.
func (s StatementView) RelatedAccount() AccountView { return AccountView{s.Child("RltdAcct")} }

// Balances are the balances, in order.
func (s StatementView) Balances() iter.Seq[BalanceView] { return views(s.Node, asBalance, "Bal") }

// Balance is the first balance of that type, such as CLBD; absent if there is
// none.
func (s StatementView) Balance(kind string) BalanceView {
	for b := range s.Balances() {
		if b.Type() == kind {
			return b
		}
	}
	return BalanceView{}
}

// Totals counts and sums the entries.
func (s StatementView) Totals() TotalsView { return TotalsView{s.Child("TxsSummry")} }

// Entries are the entries, in order.
func (s StatementView) Entries() iter.Seq[EntryView] { return views(s.Node, asEntry, "Ntry") }

// Text is further information.
func (s StatementView) Text() string {
	return firstText(s.Node, "AddtlStmtInf", "AddtlRptInf", "AddtlNtfctnInf")
}

// BalanceView is one balance of an account.
type BalanceView struct{ directed }

func asBalance(n Node) BalanceView { return BalanceView{directed{n}} }

// Type is the external balance type, such as OPBD, CLBD, ITBD or CLAV.
func (b BalanceView) Type() string { return code(firstOr(b.Child("Tp"), "CdOrPrtry")) }

// Subtype narrows the type down, such as INTM.
func (b BalanceView) Subtype() string { return code(b.At("Tp/SubTp")) }

// DateText is the date or date-time of the balance, as received.
func (b BalanceView) DateText() string { return dateText(b.Child("Dt")) }

// CreditLines are the lines that the owner may draw on.
func (b BalanceView) CreditLines() iter.Seq[CreditLineView] {
	return views(b.Node, func(n Node) CreditLineView { return CreditLineView{n} }, "CdtLine")
}

// Availability is when which part of the balance can be used.
func (b BalanceView) Availability() iter.Seq[AvailabilityView] {
	return views(b.Node, asAvailability, "Avlbty")
}

// CreditLineView is a line that the owner of an account may draw on.
type CreditLineView struct{ Node }

// Included tells whether the balance includes the line.
func (c CreditLineView) Included() bool { return isTrue(c.Child("Incl")) }

// Type is the external credit line type; newer versions only.
func (c CreditLineView) Type() string { return code(c.Child("Tp")) }

// Amount is the line.
func (c CreditLineView) Amount() AmountView { return AmountView{c.Child("Amt")} }

// DateText is the date or date-time of the line, as received.
func (c CreditLineView) DateText() string { return dateText(c.Child("Dt")) }

// AvailabilityView is when an amount can be used.
type AvailabilityView struct{ directed }

func asAvailability(n Node) AvailabilityView { return AvailabilityView{directed{n}} }

// DateText is from which day on, as received.
func (a AvailabilityView) DateText() string { return a.At("Dt/ActlDt").Text() }

// DaysText is after how many days, as received.
func (a AvailabilityView) DaysText() string { return a.At("Dt/NbOfDays").Text() }

// TotalsView counts and sums the entries of a statement. Sums carry no
// currency: they are sums of numbers.
type TotalsView struct{ Node }

// CountText is the number of all entries, as received.
func (t TotalsView) CountText() string { return t.At("TtlNtries/NbOfNtries").Text() }

// SumText is the sum of all entries regardless of their direction, as received.
func (t TotalsView) SumText() string { return t.At("TtlNtries/Sum").Text() }

// NetText is the sum of the credits less that of the debits, without its sign,
// as received.
func (t TotalsView) NetText() string {
	return firstText(t.Node, "TtlNtries/TtlNetNtry/Amt", "TtlNtries/TtlNetNtryAmt")
}

// NetDirection is Credit or Debit: which sum is greater.
func (t TotalsView) NetDirection() string {
	return firstText(t.Node, "TtlNtries/TtlNetNtry/CdtDbtInd", "TtlNtries/CdtDbtInd")
}

// CreditCountText is the number of credit entries, as received.
func (t TotalsView) CreditCountText() string { return t.At("TtlCdtNtries/NbOfNtries").Text() }

// CreditSumText is the sum of the credit entries, as received.
func (t TotalsView) CreditSumText() string { return t.At("TtlCdtNtries/Sum").Text() }

// DebitCountText is the number of debit entries, as received.
func (t TotalsView) DebitCountText() string { return t.At("TtlDbtNtries/NbOfNtries").Text() }

// DebitSumText is the sum of the debit entries, as received.
func (t TotalsView) DebitSumText() string { return t.At("TtlDbtNtries/Sum").Text() }
