package messages

import "iter"

// BusinessDayQueryView is a camt.018: it asks for a system's days and hours.
type BusinessDayQueryView struct{ query }

// ViewBusinessDayQuery views m as a camt.018; false when it is none.
func ViewBusinessDayQuery(m *Message) (BusinessDayQueryView, bool) {
	n, ok := body(m, "camt.018")
	return BusinessDayQueryView{queryOf(n, "BizDayInfQryDef", "Crit")}, ok
}

// Searches are the days that are asked for; none: all.
func (q BusinessDayQueryView) Searches() iter.Seq[BusinessDaySearchView] {
	return searches(q.query, func(n Node) BusinessDaySearchView { return BusinessDaySearchView{n} })
}

// BusinessDaySearchView describes days of systems; what is not given does not
// narrow the search.
type BusinessDaySearchView struct{ Node }

// Systems are those that are asked for.
func (s BusinessDaySearchView) Systems() iter.Seq[SystemView] {
	return views(s.Node, asSystem, "SysId")
}

// DateText is the system's date, as received.
func (s BusinessDaySearchView) DateText() string { return s.Child("SysDt").Text() }

// CurrencyCodes are currencies of the system, as received.
func (s BusinessDaySearchView) CurrencyCodes() iter.Seq[string] { return texts(s.Node, "SysCcy") }

// EventType is the type of event that is asked for.
func (s BusinessDaySearchView) EventType() string { return code(s.Child("EvtTp")) }

// Closure is when the system is closed.
func (s BusinessDaySearchView) Closure() PeriodView { return PeriodView{s.Child("ClsrPrd")} }

// BusinessDayAnswerView is a camt.019: it tells a system's days and hours.
type BusinessDayAnswerView struct{ answer }

// ViewBusinessDayAnswer views m as a camt.019; false when it is none.
func ViewBusinessDayAnswer(m *Message) (BusinessDayAnswerView, bool) {
	n, ok := body(m, "camt.019")
	return BusinessDayAnswerView{answer{message{n}}}, ok
}

// Days are the days, in order.
func (v BusinessDayAnswerView) Days() iter.Seq[BusinessDayView] {
	return views(v.Child("RptOrErr"), func(n Node) BusinessDayView {
		return BusinessDayView{n, n.At("BizDayOrErr/BizDayInf")}
	}, "BizRpt")
}

// BusinessDayView is one day of one or more systems, or why nothing is said
// of it.
type BusinessDayView struct {
	Node
	day Node
}

// Systems are those whose day it is.
func (d BusinessDayView) Systems() iter.Seq[SystemView] { return views(d.Node, asSystem, "SysId") }

// Errors tell why nothing is said of the day.
func (d BusinessDayView) Errors() iter.Seq[ErrorView] {
	return views(d.Child("BizDayOrErr"), asError, "BizErr")
}

// DateText is the date or date-time of the system, as received.
func (d BusinessDayView) DateText() string { return dateText(d.day.Child("SysDt")) }

// Status is SUSP, ACTV, CLSD, CLSG or a proprietary status.
func (d BusinessDayView) Status() string { return code(d.day.At("SysSts/Sts")) }

// StatusValidity is how long the status holds.
func (d BusinessDayView) StatusValidity() PeriodView { return PeriodView{d.day.At("SysSts/VldtyTm")} }

// Hours are the hours of the day, for each currency of the system.
func (d BusinessDayView) Hours() iter.Seq[SystemHoursView] {
	return views(d.day, func(n Node) SystemHoursView { return SystemHoursView{n} }, "SysInfPerCcy")
}

// SystemHoursView is when a system works in one currency, or in all.
type SystemHoursView struct{ Node }

// CurrencyCode is the currency as received; empty: all.
func (h SystemHoursView) CurrencyCode() string { return h.Child("SysCcy").Text() }

// Session is from when to when the system works: times of day.
func (h SystemHoursView) Session() PeriodView { return PeriodView{h.Child("SsnPrd")} }

// Events are what happens during the day, such as cut-offs.
func (h SystemHoursView) Events() iter.Seq[SystemEventView] {
	return views(h.Node, func(n Node) SystemEventView { return SystemEventView{n} }, "Evt")
}

// Closures are when the system does not work.
func (h SystemHoursView) Closures() iter.Seq[SystemClosureView] {
	return views(h.Node, func(n Node) SystemClosureView { return SystemClosureView{n} }, "ClsrInf")
}

// SystemEventView is something that happens at a system during the day.
type SystemEventView struct{ Node }

// Type is the external system event type, such as ZCOT.
func (e SystemEventView) Type() string { return code(e.Child("Tp")) }

// ScheduledText is when it is to happen, as received.
func (e SystemEventView) ScheduledText() string { return e.Child("SchdldTm").Text() }

// EffectiveText is when it happens in fact, as received.
func (e SystemEventView) EffectiveText() string { return e.Child("FctvTm").Text() }

// StartText is when it begins, as received.
func (e SystemEventView) StartText() string { return e.Child("StartTm").Text() }

// EndText is when it ends, as received.
func (e SystemEventView) EndText() string { return e.Child("EndTm").Text() }

// SystemClosureView is when a system does not work, and why.
type SystemClosureView struct{ Node }

// Period is from when to when it does not work.
func (c SystemClosureView) Period() PeriodView { return PeriodView{c.Child("Prd")} }

// Reason is BHOL, SMTN, NOOP, RCVR, ADTW or a proprietary reason.
func (c SystemClosureView) Reason() string { return code(c.Child("Rsn")) }
