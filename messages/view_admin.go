package messages

import "iter"

// RejectionView is an admi.002: a message could not be read at all.
type RejectionView struct{ Node }

// ViewRejection views m as an admi.002; false when it is none.
func ViewRejection(m *Message) (RejectionView, bool) {
	n, ok := body(m, "admi.002")
	return RejectionView{n}, ok
}

// Reference identifies the message that is rejected.
func (v RejectionView) Reference() string { return v.At("RltdRef/Ref").Text() }

// Code is the rejecting party's code of the reason.
func (v RejectionView) Code() string { return v.At("Rsn/RjctgPtyRsn").Text() }

// RejectedText is when it was rejected, as received.
func (v RejectionView) RejectedText() string { return v.At("Rsn/RjctnDtTm").Text() }

// Location is where in the message the fault lies.
func (v RejectionView) Location() string { return v.At("Rsn/ErrLctn").Text() }

// Description is the reason in words.
func (v RejectionView) Description() string { return v.At("Rsn/RsnDesc").Text() }

// Additional is what else may help, such as the message itself.
func (v RejectionView) Additional() string { return v.At("Rsn/AddtlData").Text() }

// EventNotificationView is an admi.004: something happened in the system, such
// as the start of a business day.
type EventNotificationView struct{ Node }

// ViewEventNotification views m as an admi.004; false when it is none.
func ViewEventNotification(m *Message) (EventNotificationView, bool) {
	n, ok := body(m, "admi.004")
	return EventNotificationView{n}, ok
}

// Code is the system's code of the event.
func (v EventNotificationView) Code() string { return v.At("EvtInf/EvtCd").Text() }

// Parameters are the event's own values, in order.
func (v EventNotificationView) Parameters() iter.Seq[string] {
	return texts(v.Child("EvtInf"), "EvtParam")
}

// Description is the event in words.
func (v EventNotificationView) Description() string { return v.At("EvtInf/EvtDesc").Text() }

// TimeText is when it happened, as received.
func (v EventNotificationView) TimeText() string { return v.At("EvtInf/EvtTm").Text() }

// AcknowledgementView is an admi.007: messages were received, and how they are
// handled.
type AcknowledgementView struct{ message }

// ViewAcknowledgement views m as an admi.007; false when it is none.
func ViewAcknowledgement(m *Message) (AcknowledgementView, bool) {
	n, ok := body(m, "admi.007")
	return AcknowledgementView{message{n}}, ok
}

// Receipts are what was received, in order.
func (v AcknowledgementView) Receipts() iter.Seq[AcknowledgedView] {
	return views(v.Node, func(n Node) AcknowledgedView { return AcknowledgedView{n} }, "Rpt")
}

// AcknowledgedView is one message that was received.
type AcknowledgedView struct{ Node }

// Reference identifies the message.
func (a AcknowledgedView) Reference() string { return a.At("RltdRef/Ref").Text() }

// MessageName is the message identifier of its type.
func (a AcknowledgedView) MessageName() string { return a.At("RltdRef/MsgNm").Text() }

// Issuer gave the reference: its BIC, else its proprietary identification, else
// its name.
func (a AcknowledgedView) Issuer() string {
	return firstText(a.At("RltdRef/RefIssr/Id"), "AnyBIC", "PrtryId/Id", "NmAndAdr/Nm")
}

// Status is the receiver's code of how the message is handled.
func (a AcknowledgedView) Status() string { return a.At("ReqHdlg/StsCd").Text() }

// StatusText is when that was decided, as received.
func (a AcknowledgedView) StatusText() string { return a.At("ReqHdlg/StsDtTm").Text() }

// Description is the handling in words.
func (a AcknowledgedView) Description() string { return a.At("ReqHdlg/Desc").Text() }
