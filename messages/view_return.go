package messages

import "iter"

// ReturnView is a pacs.004: money of settled payments that goes back.
type ReturnView struct{ message }

// ViewReturn views m as a pacs.004; false when it is none.
func ViewReturn(m *Message) (ReturnView, bool) {
	n, ok := body(m, "pacs.004")
	return ReturnView{message{n}}, ok
}

// Whole tells that all payments of the original message are returned.
func (v ReturnView) Whole() bool { return isTrue(v.Group().Child("GrpRtr")) }

// OriginalGroup is the message whose payments are returned, where it is one for
// all of them.
func (v ReturnView) OriginalGroup() OriginalGroupView {
	return OriginalGroupView{v.Child("OrgnlGrpInf")}
}

// Reasons are why all of them are returned.
func (v ReturnView) Reasons() iter.Seq[ReasonView] {
	return views(v.Child("OrgnlGrpInf"), asReason, "RtrRsnInf")
}

// Transactions are the payments that are returned, in order.
func (v ReturnView) Transactions() iter.Seq[ReturnTransactionView] {
	group := v.Group()
	return views(v.Node, func(n Node) ReturnTransactionView {
		return ReturnTransactionView{settlement{leg{n, group}}, originalPayment{n}}
	}, "TxInf")
}

// ReturnTransactionView is one payment that is returned, which its Original…
// methods name.
type ReturnTransactionView struct {
	settlement
	originalPayment
}

// ReturnID is the returning agent's identifier of this return.
func (t ReturnTransactionView) ReturnID() string { return t.Child("RtrId").Text() }

// Amount is the interbank settlement amount that goes back.
func (t ReturnTransactionView) Amount() AmountView { return AmountView{t.Child("RtrdIntrBkSttlmAmt")} }

// InstructedAmount is what goes back before charges and exchange.
func (t ReturnTransactionView) InstructedAmount() AmountView {
	return AmountView{t.Child("RtrdInstdAmt")}
}

// Compensation is what the returning agent asks for beside.
func (t ReturnTransactionView) Compensation() AmountView { return AmountView{t.Child("CompstnAmt")} }

// QuoteID is the identifier of the agreed quotation.
func (t ReturnTransactionView) QuoteID() string { return t.At("AgrdRate/QtId").Text() }

// ClearingSystemRef is the clearing system's reference of the return.
func (t ReturnTransactionView) ClearingSystemRef() string { return t.Child("ClrSysRef").Text() }

// Chain names the parties of the return; absent before pacs.004.001.08.
func (t ReturnTransactionView) Chain() ChainView { return asChain(t.Child("RtrChain")) }

// Reasons are why the payment is returned.
func (t ReturnTransactionView) Reasons() iter.Seq[ReasonView] {
	return views(t.Node, asReason, "RtrRsnInf")
}

// ReversalView is a pacs.007: the creditor's side gives collected money back.
type ReversalView struct{ message }

// ViewReversal views m as a pacs.007; false when it is none.
func ViewReversal(m *Message) (ReversalView, bool) {
	n, ok := body(m, "pacs.007")
	return ReversalView{message{n}}, ok
}

// Whole tells that all payments of the original message are reversed.
func (v ReversalView) Whole() bool { return isTrue(v.Group().Child("GrpRvsl")) }

// OriginalGroup is the message whose payments are reversed, where it is one for
// all of them.
func (v ReversalView) OriginalGroup() OriginalGroupView {
	return OriginalGroupView{v.Child("OrgnlGrpInf")}
}

// Reasons are why all of them are reversed.
func (v ReversalView) Reasons() iter.Seq[ReasonView] {
	return views(v.Child("OrgnlGrpInf"), asReason, "RvslRsnInf")
}

// Transactions are the payments that are reversed, in order.
func (v ReversalView) Transactions() iter.Seq[ReversalTransactionView] {
	group := v.Group()
	return views(v.Node, func(n Node) ReversalTransactionView {
		return ReversalTransactionView{settlement{leg{n, group}}, originalPayment{n}}
	}, "TxInf")
}

// ReversalTransactionView is one payment that is reversed, which its Original…
// methods name.
type ReversalTransactionView struct {
	settlement
	originalPayment
}

// ReversalID is the reversing agent's identifier of this reversal.
func (t ReversalTransactionView) ReversalID() string { return t.Child("RvslId").Text() }

// Amount is the interbank settlement amount that goes back.
func (t ReversalTransactionView) Amount() AmountView {
	return AmountView{t.Child("RvsdIntrBkSttlmAmt")}
}

// InstructedAmount is what goes back before charges and exchange.
func (t ReversalTransactionView) InstructedAmount() AmountView {
	return AmountView{t.Child("RvsdInstdAmt")}
}

// Compensation is what is paid for the reversal beside.
func (t ReversalTransactionView) Compensation() AmountView { return AmountView{t.Child("CompstnAmt")} }

// Reasons are why the payment is reversed.
func (t ReversalTransactionView) Reasons() iter.Seq[ReasonView] {
	return views(t.Node, asReason, "RvslRsnInf")
}
