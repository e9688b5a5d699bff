package messages

import "iter"

// MultilateralSettlementView is a pacs.029: a netting system asks for the
// movements that settle its cycles.
type MultilateralSettlementView struct{ message }

// ViewMultilateralSettlement views m as a pacs.029; false when it is none.
func ViewMultilateralSettlement(m *Message) (MultilateralSettlementView, bool) {
	n, ok := body(m, "pacs.029")
	return MultilateralSettlementView{message{n}}, ok
}

// RequestCountText is the number of requests, as received.
func (v MultilateralSettlementView) RequestCountText() string {
	return v.Group().Child("NbOfSttlmReqs").Text()
}

// Requests are the cycles to settle, in order.
func (v MultilateralSettlementView) Requests() iter.Seq[SettlementRequestView] {
	group := v.Group()
	return views(v.Node, func(n Node) SettlementRequestView {
		return SettlementRequestView{settlement{leg{n, group}}}
	}, "SttlmReq")
}

// SettlementRequestView is one cycle, whose movements settle together.
type SettlementRequestView struct{ settlement }

// InstructionID identifies the request.
func (r SettlementRequestView) InstructionID() string { return r.Child("InstrId").Text() }

// Priority is URGT, HIGH or NORM: the settlement priority, else the
// instruction priority.
func (r SettlementRequestView) Priority() string { return firstText(r.Node, "SttlmPrty", "InstrPrty") }

// Cycle identifies the settlement cycle.
func (r SettlementRequestView) Cycle() string { return r.Child("SttlmCycl").Text() }

// MovementCountText is the number of movements, as received.
func (r SettlementRequestView) MovementCountText() string { return r.Child("NbOfMvmntRcrds").Text() }

// Movements are the debits and credits of the cycle.
func (r SettlementRequestView) Movements() iter.Seq[MovementView] {
	return views(r.Node, func(n Node) MovementView { return MovementView{n} }, "MvmntRcrd")
}

// MovementView is one debit or credit of a settlement cycle.
type MovementView struct{ Node }

// ID identifies the movement.
func (v MovementView) ID() string { return v.Child("Id").Text() }

// SequenceText is the movement's place in the cycle, as received.
func (v MovementView) SequenceText() string { return v.Child("SeqNb").Text() }

// Amount is what moves; its direction is Direction.
func (v MovementView) Amount() AmountView { return AmountView{v.At("Amt/Amt")} }

// Direction is CRDT or DBIT, seen from the participant.
func (v MovementView) Direction() string { return v.At("Amt/CdtDbt").Text() }

// SettlementAgent settles for the participant.
func (v MovementView) SettlementAgent() PartyView { return PartyView{v.Child("SttlmAgt")} }

// SettlementAgentAccount is the settlement agent's account.
func (v MovementView) SettlementAgentAccount() AccountView {
	return AccountView{v.Child("SttlmAgtAcct")}
}

// Participant is whose position is settled.
func (v MovementView) Participant() PartyView { return PartyView{v.Child("Ptcpt")} }

// ParticipantAccount is the participant's account.
func (v MovementView) ParticipantAccount() AccountView { return AccountView{v.Child("PtcptAcct")} }

// Reference is a further reference of the movement.
func (v MovementView) Reference() string { return v.Child("Ref").Text() }

// NetReportView is a camt.088: what a participant owes or is owed after netting.
type NetReportView struct{ Node }

// ViewNetReport views m as a camt.088; false when it is none.
func ViewNetReport(m *Message) (NetReportView, bool) {
	n, ok := body(m, "camt.088")
	return NetReportView{n}, ok
}

// MessageID is the netting service's identifier of the report.
func (v NetReportView) MessageID() string { return v.At("NetRptData/MsgId").Text() }

// CreatedText is when the report was created, as received.
func (v NetReportView) CreatedText() string { return v.At("NetRptData/CreDtTm").Text() }

// CutOffText is the time of day after which nothing was netted, as received.
func (v NetReportView) CutOffText() string { return v.At("NetRptData/NetgCutOffTm").Text() }

// DateText is the day of the report, as received.
func (v NetReportView) DateText() string { return v.At("NetRptData/RptDt").Text() }

// ValueDateText is the day on which the obligations are due, as received.
func (v NetReportView) ValueDateText() string { return v.At("NetRptData/ValDt").Text() }

// Type is the service's own name of the report's type.
func (v NetReportView) Type() string { return v.At("NetRptData/RptTp").Text() }

// ServiceType is the service's own name of the netting service.
func (v NetReportView) ServiceType() string { return v.At("NetRptData/NetSvcTp").Text() }

// Page is this part of a report in several messages.
func (v NetReportView) Page() PageView { return PageView{v.At("NetRptData/MsgPgntn")} }

// Servicer issues the report.
func (v NetReportView) Servicer() NettingPartyView {
	return NettingPartyView{v.At("NetRptData/NetRptSvcr")}
}

// Participant is whom the report is for.
func (v NetReportView) Participant() NettingPartyView {
	return NettingPartyView{v.Child("NetSvcPtcptId")}
}

// Counterparty is the other side of all obligations, where it is one.
func (v NetReportView) Counterparty() NettingPartyView {
	return NettingPartyView{v.Child("NetSvcCtrPtyId")}
}

// Obligations are what is owed, in order.
func (v NetReportView) Obligations() iter.Seq[NetObligationView] {
	return views(v.Node, func(n Node) NetObligationView { return NetObligationView{n} }, "NetOblgtn")
}

// NetObligationView is one amount that is owed after netting.
type NetObligationView struct{ Node }

// ID identifies the obligation.
func (o NetObligationView) ID() string { return o.Child("OblgtnId").Text() }

// Amount is what is owed.
func (o NetObligationView) Amount() AmountView { return AmountView{o.Child("Amt")} }

// Direction is PAYM when the participant pays, RECE when it receives, NONE when
// nothing is left.
func (o NetObligationView) Direction() string { return o.Child("OblgtnDrctn").Text() }

// Participant is the side for which it was netted: a party, or a group named by
// its Group.
func (o NetObligationView) Participant() NettingPartyView {
	return NettingPartyView{o.Child("PtcptNetgId")}
}

// Counterparty is the other side.
func (o NetObligationView) Counterparty() NettingPartyView {
	return NettingPartyView{o.Child("CtrPtyNetgId")}
}

// ReceivingAgent is where the counterparty wants to be paid.
func (o NetObligationView) ReceivingAgent() NettingPartyView {
	return NettingPartyView{o.At("CtrPtySttlmInstrs/RcvgAgt")}
}

// Beneficiary is the institution that the counterparty wants to be paid.
func (o NetObligationView) Beneficiary() NettingPartyView {
	return NettingPartyView{o.At("CtrPtySttlmInstrs/BnfcryInstn")}
}

// TradeCountText is how many transactions were netted, as received.
func (o NetObligationView) TradeCountText() string { return o.Child("TxsNb").Text() }

// ClearingCentre is the ISO 3166 code of the country in which it is cleared.
func (o NetObligationView) ClearingCentre() string { return o.Child("PmtClrCentr").Text() }

// NettingPartyView is a party as trade messages name it: by BIC, by name and
// address, by an account and clearing system, or as a group.
type NettingPartyView struct{ Node }

func (p NettingPartyView) party() Node { return firstOr(p.Node, "TradPty") }

// Group identifies a netting group in place of a party.
func (p NettingPartyView) Group() string { return p.Child("NetgGrpId").Text() }

// BICText is the party's BIC as received.
func (p NettingPartyView) BICText() string {
	return firstText(p.party(), "AnyBIC/AnyBIC", "PtyId/AnyBIC/AnyBIC")
}

// Name is the party's name.
func (p NettingPartyView) Name() string { return firstText(p.party(), "NmAndAdr/Nm", "PtyId/PtyNm") }

// LEIText is the party's LEI as received.
func (p NettingPartyView) LEIText() string { return p.party().At("PtyId/LglNttyIdr").Text() }

// Account is the party's account.
func (p NettingPartyView) Account() string { return p.party().At("PtyId/AcctNb").Text() }

// ClearingSystem is the clearing system of which the party is a member.
func (p NettingPartyView) ClearingSystem() string { return code(p.party().At("PtyId/ClrSysId")) }
