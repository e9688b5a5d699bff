package messages_test

import (
	"testing"

	"dragoman/messages"
)

type investigationView interface {
	MessageID() string
	RequesterID() string
	ResponderID() string
	EIRText() string
	Action() string
	ActionReason() messages.ReasonView
	Type() string
	SubType() string
	Instrument() string
	Requester() messages.PartyView
	Responder() messages.PartyView
	Originator() messages.PartyView
	ExpectedResponder() messages.PartyView
	Underlying() messages.InvestigatedView
}

// investigationFields are the head of a request, also where it is repeated.
func investigationFields[V investigationView](own string) []field[V] {
	const in = "/Undrlyg/IntrBk/"
	fields := append(reasonFields(own+"/ReqActn/ActnRsn", "", func(v V) messages.ReasonView { return v.ActionReason() }),
		textField(own+"/MsgId", "", V.MessageID),
		textField(own+"/RqstrInvstgtnId", "", V.RequesterID),
		textField(own+"/RspndrInvstgtnId", "", V.ResponderID),
		textField(own+"/EIR", "", V.EIRText),
		codeField(own+"/ReqActn/Actn", "", V.Action),
		codeField(own+"/InvstgtnTp", "", V.Type),
		codeField(own+"/InvstgtnSubTp", "", V.SubType),
		codeField(own+"/UndrlygInstrm", "", V.Instrument),
		partyField(own+"/Rqstr", "", V.Requester),
		partyField(own+"/Rspndr", "", V.Responder),
		partyField(own+"/ReqOrgtr", "", V.Originator),
		partyField(own+"/XpctdRspndr", "", V.ExpectedResponder),
	)
	type investigated = messages.InvestigatedView
	at := func(paths string) string {
		return under(own+"/Undrlyg/IntrBk/", paths) + " " + under(own+"/Undrlyg/Initn/", paths) + " " + under(own+"/Undrlyg/StmtNtry/", paths)
	}
	u := append(amountFields(at("OrgnlIntrBkSttlmAmt OrgnlInstdAmt OrgnlNtryAmt"), "", investigated.OriginalAmount),
		textField(at("OrgnlGrpInf/OrgnlMsgId"), "", func(i investigated) string { return i.OriginalGroup().MessageID() }),
		textField(at("OrgnlInstrId"), "", investigated.OriginalInstructionID),
		textField(at("OrgnlEndToEndId"), "", investigated.OriginalEndToEndID),
		textField(at("OrgnlTxId"), "", investigated.OriginalTransactionID),
		textField(at("OrgnlUETR"), "", investigated.OriginalUETRText),
		textField(at("OrgnlIntrBkSttlmDt ReqdExctnDt/Dt ReqdExctnDt/DtTm ReqdColltnDt OrgnlNtryValDt/Dt OrgnlNtryValDt/DtTm"), "", investigated.OriginalDateText),
		textField(at("OrgnlStmtId"), "", investigated.StatementID),
		textField(at("OrgnlNtryRef"), "", investigated.EntryRef),
		accountField(own+"/Undrlyg/StmtNtry/OrgnlAcct "+own+"/Undrlyg/Acct", "", investigated.Account),
		textField(own+"/Undrlyg/Othr/Id", "", investigated.Other),
		partyField(own+in+"OrgnlTxRef/Dbtr "+own+"/Undrlyg/Initn/OrgnlTxRef/Dbtr", "", func(i investigated) messages.PartyView { return i.OriginalReference().Debtor() }),
	)
	return append(fields, through(func(v V) investigated { return v.Underlying() }, u...)...)
}

func investigationRequestFields() []field[messages.InvestigationRequestView] {
	const own = "InvstgtnData"
	type view = messages.InvestigationRequestView
	type question = messages.QuestionView
	fields := append(amountFields(own+"/AddtlReqData/ReqdDbtAuthstn/AmtToDbt", "", question.DebitAmount),
		textField(own+"/Seq", "", question.SequenceText),
		codeField(own+"/Rsn", "", question.Reason),
		codeField(own+"/RsnSubTp", "", question.ReasonSubType),
		textField(own+"/AddtlReqData/ReqNrrtv", "", question.Narrative),
		codeField(own+"/AddtlReqData/ReqdDbtAuthstn/CxlRsn", "", question.DebitReason),
		textField(own+"/AddtlReqData/ReqdCompstn/Amt", "", func(q question) string { return q.CompensationAmount().Text() }),
		textField(own+"/RltdInvstgtnData/InvstgtnId", "", question.RelatedInvestigation),
	)
	all := append(investigationFields[view]("InvstgtnReq"),
		codeField("InvstgtnReq/SvcLvl", "", func(v view) string { return head(v.ServiceLevels()) }))
	return append(all, through(func(v view) question { return head(v.Questions()) }, fields...)...)
}

func TestViewInvestigationRequest(t *testing.T) {
	walk(t, "camt.110", 2, messages.ViewInvestigationRequest, investigationRequestFields())
}

func responseFields() []field[messages.InvestigationResponseView] {
	const own, data = "InvstgtnRspn/InvstgtnData", "InvstgtnRspn/InvstgtnData/RspnData"
	type view = messages.InvestigationResponseView
	type finding = messages.FindingView
	fields := append(amountFields(under(data+"/", "DbtAuthstn/AmtToDbt Compstn/AmtDue Valtn/AmtDue Conf/Amt"), "", finding.Amount),
		textField(own+"/OrgnlInvstgtnSeq", "", finding.QuestionText),
		codeField(own+"/OrgnlInvstgtnRsn", "", finding.Reason),
		codeField(own+"/OrgnlInvstgtnRsnSubTp", "", finding.ReasonSubType),
		partyField(own+"/RspnOrgtr", "", finding.Originator),
		field[finding]{data, "RspnNrrtv DbtAuthstn/Rsn Compstn/Rsn Valtn/Rsn Conf/Rsn", "", finding.Narrative},
		flagField(under(data+"/", "DbtAuthstn/DbtAuthstn Compstn/Grantd"), "", func(f finding) bool { granted, given := f.Granted(); return granted && given }),
		textField(data+"/Conf/CdtDbtInd", "", finding.Direction),
		accountField(under(data+"/", "DbtAuthstn/Acct Valtn/CompstnAcct Conf/Acct"), "", finding.Account),
		field[finding]{data + "/Conf/BookgDt", "Dt DtTm", "", finding.BookedText},
		field[finding]{data, "Conf/ValDt/Dt Conf/ValDt/DtTm DbtAuthstn/ValDtToDbt Compstn/XpctdValDt", "", finding.ValueDateText},
		textField(data+"/Conf/Refs/EndToEndId", "", func(f finding) string { return f.References().EndToEndID() }),
		textField(data+"/Conf/Refs/UETR", "", func(f finding) string { return f.References().UETRText() }),
		codeField(data+"/TxSts/Sts", "", finding.PaymentStatus),
		textField(data+"/TxSts/StsRsnInf/AddtlInf", "", func(f finding) string { return head(head(f.PaymentReasons()).Text()) }),
		textField(data+"/TxData/Pth", "", func(f finding) string { return head(f.Amendments()).FieldPath() }),
		textField(under(data+"/TxData/Rcrd/", "Cd Othr Dt DtTm BICFI AnyBIC Amt"), "", func(f finding) string { return head(f.Amendments()).Value().Text() }),
	)
	all := append([]field[view]{
		textField("InvstgtnRspn/MsgId", "", view.MessageID),
		textField("InvstgtnRspn/RspndrInvstgtnId", "", view.ResponderID),
		textField("InvstgtnRspn/InvstgtnSts/Sts", "", view.Status),
		codeField("InvstgtnRspn/InvstgtnSts/StsRsn", "", view.StatusReason),
		partyField("InvstgtnRspn/NxtRspndr", "", view.NextResponder),
	}, through(view.Request, investigationFields[messages.InvestigationRequestView]("OrgnlInvstgtnReq")...)...)
	return append(all, through(func(v view) finding { return head(v.Findings()) }, fields...)...)
}

func TestViewInvestigationResponse(t *testing.T) {
	walk(t, "camt.111", 3, messages.ViewInvestigationResponse, responseFields())
}

// The kind of a finding is told by what it holds; an amended field is given
// with its path.
func TestFindingKinds(t *testing.T) {
	kinds := map[string]int{}
	for round := range rounds {
		v, _ := messages.ViewInvestigationResponse(filled(t, "camt.111.001.03", round))
		for f := range v.Findings() {
			kinds[f.Kind()]++
			if amended := count(f.Amendments()); (amended > 0) != (f.Kind() == "TxData") {
				t.Errorf("round %d: %d amendments in a %s", round, amended, f.Kind())
			}
		}
	}
	for _, kind := range []string{"DbtAuthstn", "Compstn", "Valtn", "Conf", "TxSts", "TxData", "RspnNrrtv"} {
		if kinds[kind] == 0 {
			t.Errorf("no finding of kind %s among %v", kind, kinds)
		}
	}
}
