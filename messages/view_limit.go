package messages

import "iter"

// LimitQueryView is a camt.009: it asks for limits.
type LimitQueryView struct{ query }

// ViewLimitQuery views m as a camt.009; false when it is none.
func ViewLimitQuery(m *Message) (LimitQueryView, bool) {
	n, ok := body(m, "camt.009")
	return LimitQueryView{queryOf(n, "LmtQryDef", "LmtCrit")}, ok
}

// Searches are the limits that are asked for; none: all.
func (q LimitQueryView) Searches() iter.Seq[LimitSearchView] {
	return searches(q.query, func(n Node) LimitSearchView { return LimitSearchView{n} })
}

// LimitSearchView describes limits; what is not given does not narrow the search.
type LimitSearchView struct{ Node }

// System is where the limits hold.
func (s LimitSearchView) System() SystemView { return SystemView{s.Child("SysId")} }

// Counterparties are those towards whom the limits hold.
func (s LimitSearchView) Counterparties() iter.Seq[AgentView] {
	return views(s.Node, asAgent, "BilLmtCtrPtyId")
}

// CurrentTypes are types of limits that hold for the day.
func (s LimitSearchView) CurrentTypes() iter.Seq[string] { return views(s.Node, code, "CurLmtTp") }

// DefaultTypes are types of limits that hold where none is set for the day.
func (s LimitSearchView) DefaultTypes() iter.Seq[string] { return views(s.Node, code, "DfltLmtTp") }

// Owner is whose limits they are.
func (s LimitSearchView) Owner() AgentView { return AgentView{s.Child("AcctOwnr")} }

// Account is the account that is limited.
func (s LimitSearchView) Account() AccountView { return AccountView{s.Child("AcctId")} }

// Used is the range of what is used of the limit.
func (s LimitSearchView) Used() AmountRangeView { return AmountRangeView{s.Child("UsdAmt")} }

// Amount is the range of the limit.
func (s LimitSearchView) Amount() AmountRangeView { return AmountRangeView{s.Child("LmtAmt")} }

// CurrencyCode is the currency of the limit, as received.
func (s LimitSearchView) CurrencyCode() string { return s.Child("LmtCcy").Text() }

// ValidAsOf is the day or days from which the limits hold.
func (s LimitSearchView) ValidAsOf() PeriodView { return PeriodView{s.Child("LmtVldAsOfDt")} }

// LimitAnswerView is a camt.010: it tells of limits.
type LimitAnswerView struct{ answer }

// ViewLimitAnswer views m as a camt.010; false when it is none.
func ViewLimitAnswer(m *Message) (LimitAnswerView, bool) {
	n, ok := body(m, "camt.010")
	return LimitAnswerView{answer{message{n}}}, ok
}

func asLimitReport(n Node) LimitReportView { return LimitReportView{n, n.At("LmtOrErr/Lmt")} }

// Current are the limits that hold for the day.
func (v LimitAnswerView) Current() iter.Seq[LimitReportView] {
	return views(v.At("RptOrErr/BizRpt"), asLimitReport, "CurLmt")
}

// Default are the limits that hold where none is set for the day.
func (v LimitAnswerView) Default() iter.Seq[LimitReportView] {
	return views(v.At("RptOrErr/BizRpt"), asLimitReport, "DfltLmt")
}

// LimitReportView is one limit and its use, or why nothing is said of it.
type LimitReportView struct {
	Node
	limit Node
}

// ID names the limit.
func (l LimitReportView) ID() LimitIDView { return LimitIDView{l.Child("LmtId")} }

// Errors tell why nothing is said of the limit.
func (l LimitReportView) Errors() iter.Seq[ErrorView] {
	return views(l.Child("LmtOrErr"), asError, "BizErr")
}

// Amount is the limit; its currency may be implied.
func (l LimitReportView) Amount() AmountView { return chosenAmount(l.limit.Child("Amt")) }

// Direction is Credit or Debit.
func (l LimitReportView) Direction() string { return l.limit.Child("CdtDbtInd").Text() }

// Status is ENAB, DISA, DELD or REQD.
func (l LimitReportView) Status() string { return l.limit.Child("Sts").Text() }

// StartText is the date or date-time from which it holds, as received.
func (l LimitReportView) StartText() string { return dateText(l.limit.Child("StartDtTm")) }

// Used is what is used of the limit; its currency may be implied.
func (l LimitReportView) Used() AmountView { return chosenAmount(l.limit.Child("UsdAmt")) }

// UsedDirection is Credit or Debit.
func (l LimitReportView) UsedDirection() string { return l.limit.Child("UsdAmtCdtDbtInd").Text() }

// UsedPercentText is what is used of the limit in per cent, as received.
func (l LimitReportView) UsedPercentText() string { return l.limit.Child("UsdPctg").Text() }

// Remaining is what is left of the limit; its currency may be implied.
func (l LimitReportView) Remaining() AmountView { return chosenAmount(l.limit.Child("RmngAmt")) }

// LimitIDView names a limit, or all limits of a kind.
type LimitIDView struct{ Node }

// System is where the limit holds.
func (l LimitIDView) System() SystemView { return SystemView{l.Child("SysId")} }

// Counterparty is towards whom a bilateral limit holds.
func (l LimitIDView) Counterparty() AgentView { return AgentView{l.Child("BilLmtCtrPtyId")} }

// Type is the type of the limit, such as BILI or MULT.
func (l LimitIDView) Type() string { return code(l.Child("Tp")) }

// Owner is whose limit it is.
func (l LimitIDView) Owner() AgentView { return AgentView{l.Child("AcctOwnr")} }

// Account is the account that is limited.
func (l LimitIDView) Account() AccountView { return AccountView{l.Child("AcctId")} }

// LimitModificationView is a camt.011: it sets limits.
type LimitModificationView struct{ message }

// ViewLimitModification views m as a camt.011; false when it is none.
func ViewLimitModification(m *Message) (LimitModificationView, bool) {
	n, ok := body(m, "camt.011")
	return LimitModificationView{message{n}}, ok
}

// Changes are the limits that are set.
func (v LimitModificationView) Changes() iter.Seq[LimitChangeView] {
	return views(v.Node, func(n Node) LimitChangeView { return LimitChangeView{n} }, "LmtDtls")
}

// LimitChangeView sets one limit, or all limits of a kind.
type LimitChangeView struct{ Node }

// ID names the limit.
func (c LimitChangeView) ID() LimitIDView {
	return LimitIDView{first(c.Node, "LmtId/Cur", "LmtId/Dflt", "LmtId/AllCur", "LmtId/AllDflt")}
}

// IsDefault tells that the limit holds where none is set for the day.
func (c LimitChangeView) IsDefault() bool {
	return first(c.Node, "LmtId/Dflt", "LmtId/AllDflt").Exists()
}

// All tells that all limits of the kind are set.
func (c LimitChangeView) All() bool { return first(c.Node, "LmtId/AllCur", "LmtId/AllDflt").Exists() }

// Amount is the new limit; its currency may be implied.
func (c LimitChangeView) Amount() AmountView { return chosenAmount(c.At("NewLmtValSet/Amt")) }

// Direction is Credit or Debit.
func (c LimitChangeView) Direction() string { return c.At("NewLmtValSet/CdtDbtInd").Text() }

// StartText is the date or date-time from which it holds, as received.
func (c LimitChangeView) StartText() string { return dateText(c.At("NewLmtValSet/StartDtTm")) }

// OldAmount is the limit so far; its currency may be implied. Newer versions
// only.
func (c LimitChangeView) OldAmount() AmountView { return chosenAmount(c.At("OdLmtValSet/Amt")) }

// Increase is by how much the limit grows; newer versions only.
func (c LimitChangeView) Increase() AmountView { return chosenAmount(c.At("LmtValAmdmnt/IncrAmt")) }

// Decrease is by how much the limit shrinks; newer versions only.
func (c LimitChangeView) Decrease() AmountView { return chosenAmount(c.At("LmtValAmdmnt/DcrAmt")) }

// LimitDeletionView is a camt.012: it removes limits that hold for the day.
type LimitDeletionView struct{ message }

// ViewLimitDeletion views m as a camt.012; false when it is none.
func ViewLimitDeletion(m *Message) (LimitDeletionView, bool) {
	n, ok := body(m, "camt.012")
	return LimitDeletionView{message{n}}, ok
}

// ID names the limit.
func (v LimitDeletionView) ID() LimitIDView {
	return LimitIDView{first(v.Node, "LmtDtls/CurLmtId", "LmtDtls/AllCurLmts")}
}

// All tells that all limits of the kind are removed.
func (v LimitDeletionView) All() bool { return v.At("LmtDtls/AllCurLmts").Exists() }
