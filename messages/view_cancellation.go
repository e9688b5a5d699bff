package messages

import "iter"

// assigned is what cancellation requests and resolutions share: the assignment
// of a case by one party to another.
type assigned struct{ Node }

// AssignmentID is the assigner's identifier of the message.
func (a assigned) AssignmentID() string { return a.At("Assgnmt/Id").Text() }

// Assigner is who sends the message.
func (a assigned) Assigner() PartyView { return PartyView{a.At("Assgnmt/Assgnr")} }

// Assignee is who receives the message.
func (a assigned) Assignee() PartyView { return PartyView{a.At("Assgnmt/Assgne")} }

// CreatedText is when the message was created, as received.
func (a assigned) CreatedText() string { return a.At("Assgnmt/CreDtTm").Text() }

// CaseView identifies an investigation.
type CaseView struct{ Node }

// ID is the creator's identifier of the case.
func (c CaseView) ID() string { return c.Child("Id").Text() }

// Creator opened the case.
func (c CaseView) Creator() PartyView { return PartyView{c.Child("Cretr")} }

// Reopened tells that the case was closed before.
func (c CaseView) Reopened() bool { return isTrue(c.Child("ReopCaseIndctn")) }

// CancellationRequestView is a camt.056: the wish to cancel payments, or to get
// back what has settled.
type CancellationRequestView struct{ assigned }

// ViewCancellationRequest views m as a camt.056; false when it is none.
func ViewCancellationRequest(m *Message) (CancellationRequestView, bool) {
	n, ok := body(m, "camt.056")
	return CancellationRequestView{assigned{n}}, ok
}

// Case is the case of the whole request.
func (v CancellationRequestView) Case() CaseView { return CaseView{v.Child("Case")} }

// CountText is the number of payments to cancel, as received.
func (v CancellationRequestView) CountText() string { return v.At("CtrlData/NbOfTxs").Text() }

// ControlSumText is the sum of their amounts regardless of currency, as received.
func (v CancellationRequestView) ControlSumText() string { return v.At("CtrlData/CtrlSum").Text() }

// Groups are the messages named as a whole.
func (v CancellationRequestView) Groups() iter.Seq[GroupCancellationView] {
	return below(v.Node, "Undrlyg", "OrgnlGrpInfAndCxl", asGroupCancellation)
}

// Transactions are the single payments to cancel, in order.
func (v CancellationRequestView) Transactions() iter.Seq[CancellationView] {
	return below(v.Node, "Undrlyg", "TxInf", func(n Node) CancellationView {
		return CancellationView{n, originalPayment{n}}
	})
}

// below yields the children of that name of all children that hold them.
func below[V any](n Node, holder, name string, as func(Node) V) iter.Seq[V] {
	return func(yield func(V) bool) {
		for h := range n.All(holder) {
			for c := range h.All(name) {
				if !yield(as(c)) {
					return
				}
			}
		}
	}
}

// GroupCancellationView names an earlier message whose payments are to be
// cancelled, all of them when Whole.
type GroupCancellationView struct{ OriginalGroupView }

func asGroupCancellation(n Node) GroupCancellationView {
	return GroupCancellationView{OriginalGroupView{n}}
}

// CancellationID identifies the request for the whole message.
func (g GroupCancellationView) CancellationID() string { return g.Child("GrpCxlId").Text() }

// Case is the case of the whole message.
func (g GroupCancellationView) Case() CaseView { return CaseView{g.Child("Case")} }

// Whole tells that all payments of the message are to be cancelled.
func (g GroupCancellationView) Whole() bool { return isTrue(g.Child("GrpCxl")) }

// CountText is the number of its payments to cancel, as received.
func (g GroupCancellationView) CountText() string { return g.Child("NbOfTxs").Text() }

// ControlSumText is the sum of their amounts regardless of currency, as received.
func (g GroupCancellationView) ControlSumText() string { return g.Child("CtrlSum").Text() }

// Reasons are why they are to be cancelled.
func (g GroupCancellationView) Reasons() iter.Seq[ReasonView] {
	return views(g.Node, asReason, "CxlRsnInf")
}

// CancellationView is one payment to cancel, which its Original… methods name.
type CancellationView struct {
	Node
	originalPayment
}

// OriginalGroup is the message that carried the payment, named with it or for
// all payments beside it.
func (c CancellationView) OriginalGroup() OriginalGroupView {
	if group := c.originalPayment.OriginalGroup(); group.Exists() {
		return group
	}
	return OriginalGroupView{c.Parent().Child("OrgnlGrpInfAndCxl")}
}

// CancellationID identifies the request for this payment.
func (c CancellationView) CancellationID() string { return c.Child("CxlId").Text() }

// Case is the case of this payment.
func (c CancellationView) Case() CaseView { return CaseView{c.Child("Case")} }

// Assigner asks for the cancellation on this leg.
func (c CancellationView) Assigner() PartyView { return PartyView{c.Child("Assgnr")} }

// Assignee is asked to cancel.
func (c CancellationView) Assignee() PartyView { return PartyView{c.Child("Assgne")} }

// Reasons are why the payment is to be cancelled.
func (c CancellationView) Reasons() iter.Seq[ReasonView] { return views(c.Node, asReason, "CxlRsnInf") }
