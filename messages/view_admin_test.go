package messages_test

import (
	"testing"

	"dragoman/messages"
)

func rejectionFields() []field[messages.RejectionView] {
	type view = messages.RejectionView
	return []field[view]{
		textField("RltdRef/Ref", "", view.Reference),
		textField("Rsn/RjctgPtyRsn", "", view.Code),
		textField("Rsn/RjctnDtTm", "", view.RejectedText),
		textField("Rsn/ErrLctn", "", view.Location),
		textField("Rsn/RsnDesc", "", view.Description),
		textField("Rsn/AddtlData", "", view.Additional),
	}
}

func TestViewRejection(t *testing.T) {
	walk(t, "admi.002", 1, messages.ViewRejection, rejectionFields())
}

func TestViewRejectionCorpus(t *testing.T) {
	walkCorpus(t, "admi.002", 2, messages.ViewRejection, rejectionFields())
}

func eventFields() []field[messages.EventNotificationView] {
	type view = messages.EventNotificationView
	return []field[view]{
		textField("EvtInf/EvtCd", "", view.Code),
		textField("EvtInf/EvtParam", "", func(v view) string { return head(v.Parameters()) }),
		textField("EvtInf/EvtDesc", "", view.Description),
		textField("EvtInf/EvtTm", "", view.TimeText),
	}
}

func TestViewEventNotification(t *testing.T) {
	walk(t, "admi.004", 2, messages.ViewEventNotification, eventFields())
}

func TestViewEventNotificationCorpus(t *testing.T) {
	walkCorpus(t, "admi.004", 20, messages.ViewEventNotification, eventFields())
}

func TestViewAcknowledgement(t *testing.T) {
	type view = messages.AcknowledgementView
	type receipt = messages.AcknowledgedView
	fields := []field[view]{
		textField("MsgId/MsgId", "", func(v view) string { return v.Group().MessageID() }),
		textField("MsgId/CreDtTm", "", func(v view) string { return v.Group().CreatedText() }),
	}
	walk(t, "admi.007", 1, messages.ViewAcknowledgement, append(fields, through(func(v view) receipt { return head(v.Receipts()) },
		textField("Rpt/RltdRef/Ref", "", receipt.Reference),
		textField("Rpt/RltdRef/MsgNm", "", receipt.MessageName),
		field[receipt]{"Rpt/RltdRef/RefIssr/Id", "AnyBIC PrtryId/Id NmAndAdr/Nm", "", receipt.Issuer},
		textField("Rpt/ReqHdlg/StsCd", "", receipt.Status),
		textField("Rpt/ReqHdlg/StsDtTm", "", receipt.StatusText),
		textField("Rpt/ReqHdlg/Desc", "", receipt.Description),
	)...))
}

func headerFields() []field[messages.HeaderView] {
	type view = messages.HeaderView
	return []field[view]{
		partyField("Fr", "", view.From),
		partyField("To", "", view.To),
		agentField("Fr/FIId", "", func(v view) messages.AgentView { return v.From().Agent() }),
		{"Fr", "OrgId/Id/OrgId/AnyBIC FIId/FinInstnId/BICFI", "", func(v view) string { return v.From().BICText() }},
		{"To", "OrgId/Id/OrgId/AnyBIC FIId/FinInstnId/BICFI", "", func(v view) string { return v.To().BICText() }},
		textField("BizMsgIdr", "", view.MessageID),
		textField("MsgDefIdr", "", view.Definition),
		textField("BizSvc", "", view.Service),
		textField("CreDt", "", view.CreatedText),
		textField("CpyDplct", "", view.Copy),
		flagField("PssblDplct", "", view.PossibleDuplicate),
		textField("Prty", "", view.Priority),
		textField("Rltd/BizMsgIdr", "", func(v view) string { return v.Related().MessageID() }),
	}
}

func TestViewHeader(t *testing.T) { walk(t, "head.001", 4, messages.ViewHeader, headerFields()) }

func TestViewHeaderCorpus(t *testing.T) {
	walkCorpus(t, "head.001", 300, messages.ViewHeader, headerFields())
}
