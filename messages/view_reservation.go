package messages

import "iter"

// ReservationQueryView is a camt.046: it asks for reservations of liquidity.
type ReservationQueryView struct{ query }

// ViewReservationQuery views m as a camt.046; false when it is none.
func ViewReservationQuery(m *Message) (ReservationQueryView, bool) {
	n, ok := body(m, "camt.046")
	return ReservationQueryView{queryOf(n, "RsvatnQryDef", "RsvatnCrit")}, ok
}

// Searches are the reservations that are asked for; none: all.
func (q ReservationQueryView) Searches() iter.Seq[ReservationSearchView] {
	return searches(q.query, func(n Node) ReservationSearchView { return ReservationSearchView{n} })
}

// ReservationSearchView describes reservations; what is not given does not narrow
// the search.
type ReservationSearchView struct{ Node }

// System is where liquidity is reserved.
func (s ReservationSearchView) System() SystemView { return SystemView{s.Child("SysId")} }

// CurrentTypes are types of reservations that hold for the day.
func (s ReservationSearchView) CurrentTypes() iter.Seq[string] {
	return views(s.Node, code, "CurRsvatnTp")
}

// DefaultTypes are types of reservations that hold where none is set for the day.
func (s ReservationSearchView) DefaultTypes() iter.Seq[string] {
	return views(s.Node, code, "DfltRsvatnTp")
}

// Owner is whose liquidity it is.
func (s ReservationSearchView) Owner() AgentView { return AgentView{s.Child("AcctOwnr")} }

// Account is the account on which liquidity is reserved.
func (s ReservationSearchView) Account() AccountView { return AccountView{s.Child("AcctId")} }

// Time is when liquidity is reserved; newer versions only.
func (s ReservationSearchView) Time() PeriodView { return PeriodView{s.Child("DtTm")} }

// ReservationAnswerView is a camt.047: it tells of reservations.
type ReservationAnswerView struct{ answer }

// ViewReservationAnswer views m as a camt.047; false when it is none.
func ViewReservationAnswer(m *Message) (ReservationAnswerView, bool) {
	n, ok := body(m, "camt.047")
	return ReservationAnswerView{answer{message{n}}}, ok
}

func asReservationReport(n Node) ReservationReportView {
	return ReservationReportView{n, n.At("RsvatnOrErr/Rsvatn")}
}

// Current are the reservations that hold for the day.
func (v ReservationAnswerView) Current() iter.Seq[ReservationReportView] {
	return views(v.At("RptOrErr/BizRpt"), asReservationReport, "CurRsvatn")
}

// Default are the reservations that hold where none is set for the day.
func (v ReservationAnswerView) Default() iter.Seq[ReservationReportView] {
	return views(v.At("RptOrErr/BizRpt"), asReservationReport, "DfltRsvatn")
}

// ReservationReportView is one reservation, or why nothing is said of it.
type ReservationReportView struct {
	Node
	reservation Node
}

// ID names the reservation.
func (r ReservationReportView) ID() ReservationIDView {
	return ReservationIDView{r.Child("RsvatnId")}
}

// Errors tell why nothing is said of the reservation.
func (r ReservationReportView) Errors() iter.Seq[ErrorView] {
	return views(r.Child("RsvatnOrErr"), asError, "BizErr")
}

// Amount is what is reserved; its currency may be implied.
func (r ReservationReportView) Amount() AmountView { return chosenAmount(r.reservation.Child("Amt")) }

// Status is ENAB, DISA, DELD, REQD, BLKD or a proprietary status.
func (r ReservationReportView) Status() string { return code(r.reservation.Child("Sts")) }

// StartText is the date or date-time from which it holds, as received.
func (r ReservationReportView) StartText() string { return dateText(r.reservation.Child("StartDtTm")) }

// ReservationIDView names a reservation.
type ReservationIDView struct{ Node }

// ReservationID is the identifier that the system gave it.
func (r ReservationIDView) ReservationID() string { return r.Child("RsvatnId").Text() }

// System is where liquidity is reserved.
func (r ReservationIDView) System() SystemView { return SystemView{r.Child("SysId")} }

// Type is the type of the reservation, such as HPAR or UPAR.
func (r ReservationIDView) Type() string { return code(r.Child("Tp")) }

// Owner is whose liquidity it is.
func (r ReservationIDView) Owner() AgentView { return AgentView{r.Child("AcctOwnr")} }

// Account is the account on which liquidity is reserved.
func (r ReservationIDView) Account() AccountView { return AccountView{r.Child("AcctId")} }

// ReservationModificationView is a camt.048: it sets a reservation.
type ReservationModificationView struct{ message }

// ViewReservationModification views m as a camt.048; false when it is none.
func ViewReservationModification(m *Message) (ReservationModificationView, bool) {
	n, ok := body(m, "camt.048")
	return ReservationModificationView{message{n}}, ok
}

// ID names the reservation.
func (v ReservationModificationView) ID() ReservationIDView {
	return ReservationIDView{first(v.Node, "RsvatnId/Cur", "RsvatnId/Dflt")}
}

// IsDefault tells that it holds where none is set for the day.
func (v ReservationModificationView) IsDefault() bool { return v.At("RsvatnId/Dflt").Exists() }

// Amount is what is to be reserved; its currency may be implied.
func (v ReservationModificationView) Amount() AmountView {
	return chosenAmount(v.At("NewRsvatnValSet/Amt"))
}

// StartText is the date or date-time from which it holds, as received.
func (v ReservationModificationView) StartText() string {
	return dateText(v.At("NewRsvatnValSet/StartDtTm"))
}

// ReservationDeletionView is a camt.049: it removes a reservation that holds for
// the day.
type ReservationDeletionView struct{ message }

// ViewReservationDeletion views m as a camt.049; false when it is none.
func ViewReservationDeletion(m *Message) (ReservationDeletionView, bool) {
	n, ok := body(m, "camt.049")
	return ReservationDeletionView{message{n}}, ok
}

// ID names the reservation; absent: all.
func (v ReservationDeletionView) ID() ReservationIDView {
	return ReservationIDView{v.Child("CurRsvatn")}
}
