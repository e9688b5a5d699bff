package messages_test

import (
	"testing"

	"dragoman/messages"
)

func multilateralFields() []field[messages.MultilateralSettlementView] {
	const own, move = "SttlmReq", "SttlmReq/MvmntRcrd"
	type view = messages.MultilateralSettlementView
	type request = messages.SettlementRequestView
	type movement = messages.MovementView
	moves := append(amountFields(move+"/Amt/Amt", "", movement.Amount),
		textField(move+"/Id", "", movement.ID),
		textField(move+"/SeqNb", "", movement.SequenceText),
		textField(move+"/Amt/CdtDbt", "", movement.Direction),
		partyField(move+"/SttlmAgt", "", movement.SettlementAgent),
		accountField(move+"/SttlmAgtAcct", "", movement.SettlementAgentAccount),
		partyField(move+"/Ptcpt", "", movement.Participant),
		accountField(move+"/PtcptAcct", "", movement.ParticipantAccount),
		textField(move+"/Ref", "", movement.Reference),
	)
	fields := append(timeFields[request](own, "", ""),
		textField(own+"/InstrId", "", request.InstructionID),
		textField(own+"/SttlmPrty "+own+"/InstrPrty", "", request.Priority),
		textField(own+"/SttlmCycl", "", request.Cycle),
		textField(own+"/NbOfMvmntRcrds", "", request.MovementCountText),
	)
	fields = append(fields, through(func(r request) movement { return head(r.Movements()) }, moves...)...)
	all := append(groupFields[view](),
		textField("GrpHdr/NbOfSttlmReqs", "", view.RequestCountText),
		textField("GrpHdr/CtrlSum", "", func(v view) string { return v.Group().ControlSumText() }),
		textField("GrpHdr/SttlmInf/SttlmMtd", "", func(v view) string { return v.Group().SettlementMethod() }))
	return append(all, through(func(v view) request { return head(v.Requests()) }, fields...)...)
}

func TestViewMultilateralSettlement(t *testing.T) {
	walk(t, "pacs.029", 2, messages.ViewMultilateralSettlement, multilateralFields())
}

// nettingPartyFields are those of a party as trade messages name it.
func nettingPartyFields[V any](place string, get func(V) messages.NettingPartyView) []field[V] {
	type party = messages.NettingPartyView
	return through(get,
		field[party]{place, "AnyBIC/AnyBIC PtyId/AnyBIC/AnyBIC TradPty/AnyBIC/AnyBIC TradPty/PtyId/AnyBIC/AnyBIC", "", party.BICText},
		field[party]{place, "NmAndAdr/Nm PtyId/PtyNm TradPty/NmAndAdr/Nm TradPty/PtyId/PtyNm", "", party.Name},
		field[party]{place, "PtyId/LglNttyIdr TradPty/PtyId/LglNttyIdr", "", party.LEIText},
		field[party]{place, "PtyId/AcctNb TradPty/PtyId/AcctNb", "", party.Account},
		field[party]{place, "PtyId/ClrSysId/Cd TradPty/PtyId/ClrSysId/Cd PtyId/ClrSysId/Prtry TradPty/PtyId/ClrSysId/Prtry", "", party.ClearingSystem},
	)
}

func netReportFields() []field[messages.NetReportView] {
	const own = "NetOblgtn"
	type view = messages.NetReportView
	type owed = messages.NetObligationView
	fields := append(amountFields(own+"/Amt", "", owed.Amount),
		textField(own+"/OblgtnId", "", owed.ID),
		textField(own+"/OblgtnDrctn", "", owed.Direction),
		textField(own+"/TxsNb", "", owed.TradeCountText),
		textField(own+"/PmtClrCentr", "03", owed.ClearingCentre),
		textField(own+"/PtcptNetgId/NetgGrpId", "", func(o owed) string { return o.Participant().Group() }),
	)
	fields = append(fields, nettingPartyFields(own+"/PtcptNetgId", owed.Participant)...)
	fields = append(fields, nettingPartyFields(own+"/CtrPtyNetgId", owed.Counterparty)...)
	fields = append(fields, nettingPartyFields(own+"/CtrPtySttlmInstrs/RcvgAgt", owed.ReceivingAgent)...)
	fields = append(fields, nettingPartyFields(own+"/CtrPtySttlmInstrs/BnfcryInstn", owed.Beneficiary)...)
	all := []field[view]{
		textField("NetRptData/MsgId", "", view.MessageID),
		textField("NetRptData/CreDtTm", "", view.CreatedText),
		textField("NetRptData/NetgCutOffTm", "", view.CutOffText),
		textField("NetRptData/RptDt", "", view.DateText),
		textField("NetRptData/ValDt", "", view.ValueDateText),
		textField("NetRptData/RptTp", "", view.Type),
		textField("NetRptData/NetSvcTp", "", view.ServiceType),
		textField("NetRptData/MsgPgntn/PgNb", "", func(v view) string { return v.Page().NumberText() }),
	}
	all = append(all, nettingPartyFields("NetRptData/NetRptSvcr", view.Servicer)...)
	all = append(all, nettingPartyFields("NetSvcPtcptId", view.Participant)...)
	all = append(all, nettingPartyFields("NetSvcCtrPtyId", view.Counterparty)...)
	return append(all, through(func(v view) owed { return head(v.Obligations()) }, fields...)...)
}

func TestViewNetReport(t *testing.T) {
	walk(t, "camt.088", 2, messages.ViewNetReport, netReportFields())
}
