package messages

import "iter"

// ReceiptView is a camt.025: it tells what became of cash management messages.
type ReceiptView struct{ message }

// ViewReceipt views m as a camt.025; false when it is none.
func ViewReceipt(m *Message) (ReceiptView, bool) {
	n, ok := body(m, "camt.025")
	return ReceiptView{message{n}}, ok
}

// RequestType is the external code (or proprietary text) of what was asked.
func (v ReceiptView) RequestType() string { return requestType(v.Node) }

// Details are the messages of which it tells.
func (v ReceiptView) Details() iter.Seq[ReceiptDetailsView] {
	return views(v.Node, func(n Node) ReceiptDetailsView { return ReceiptDetailsView{n} }, "RctDtls")
}

// ReceiptDetailsView tells what became of one message, or of one payment in it.
type ReceiptDetailsView struct{ Node }

// Original names the message.
func (r ReceiptDetailsView) Original() OriginalQueryView {
	return OriginalQueryView{r.Child("OrgnlMsgId")}
}

// OriginatorName is who sent the message.
func (r ReceiptDetailsView) OriginatorName() string { return r.At("OrgnlMsgId/OrgtrNm").Text() }

// Payment names the payment, where one is meant.
func (r ReceiptDetailsView) Payment() PaymentReferenceView {
	return PaymentReferenceView{r.Child("OrgnlPmtId")}
}

// Handlings are what was done.
func (r ReceiptDetailsView) Handlings() iter.Seq[HandlingView] {
	return views(r.Node, func(n Node) HandlingView { return HandlingView{n} }, "ReqHdlg")
}

// HandlingView is what was done with a request.
type HandlingView struct{ Node }

// Status is the external request status code, such as COMP or REJT; in older
// versions a code of four characters that the parties have agreed on.
func (h HandlingView) Status() string {
	if status := h.Child("StsCd").Text(); status != "" {
		return status
	}
	return code(h.Child("Sts"))
}

// Reason is why; newer versions only.
func (h HandlingView) Reason() ReasonView { return ReasonView{h.Child("StsRsn")} }

// Description is for a person; one version in between has none.
func (h HandlingView) Description() string { return h.Child("Desc").Text() }
