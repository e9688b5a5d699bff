package messages_test

import (
	"testing"

	"dragoman/messages"
)

func writeMultilateral(id string) ([]byte, []given, error) {
	times := sampleTimes(id)
	times.Till, times.From, times.Reject = must(messages.ParseTimeOfDay("15:00:00")), must(messages.ParseTimeOfDay("09:00:00")), must(messages.ParseTimeOfDay("16:00:00"))
	move := messages.Movement{
		ID: "MOVE-1", Sequence: 1, Amount: money("EUR 1000.55"), Direction: "DBIT",
		SettlementAgent: messages.Party{Name: "Agent", BIC: must(messages.ParseBIC("BANKDEFF"))}, SettlementAgentAccount: nostro,
		Participant: creditorParty, ParticipantAccount: otherAccount, Reference: "REF-1",
	}
	credit := move
	credit.ID, credit.Sequence, credit.Direction = "MOVE-2", 2, "CRDT"
	raw, err := messages.MultilateralSettlement{
		MessageID: "MSG-1", Created: createdTime, Settlement: messages.Settlement{Method: "CLRG", Account: nostro, ClearingSystem: "TGT"},
		Requests: []messages.SettlementRequest{{InstructionID: "INSTR-1", InstructionPriority: "HIGH", Priority: "URGT", Times: times, Cycle: "CYCLE-1",
			Movements: []messages.Movement{move, credit}}},
	}.Write(id)
	return raw, all([]given{{"GrpHdr/MsgId", "MSG-1"}, {"GrpHdr/CreDtTm", createdTime.String()}, {"GrpHdr/NbOfSttlmReqs", "1"},
		{"GrpHdr/SttlmInf/SttlmMtd", "CLRG"}, accountAt("GrpHdr/SttlmInf/SttlmAcct", "NOSTRO-7"), codeAt("GrpHdr/SttlmInf/ClrSys", "TGT")},
		at("SttlmReq/", append(timesGiven(times), given{"InstrId", "INSTR-1"}, given{"InstrPrty", "HIGH"}, given{"SttlmPrty", "URGT"},
			given{"SttlmCycl", "CYCLE-1"}, given{"NbOfMvmntRcrds", "2"})...),
		at("SttlmReq/MvmntRcrd/", given{"Id", "MOVE-1"}, given{"SeqNb", "1"}, given{"Amt/Amt", "1000.55"}, given{"Amt/CdtDbt", "DBIT"},
			nameAt("SttlmAgt", "Agent"), accountAt("SttlmAgtAcct", "NOSTRO-7"), nameAt("Ptcpt", "Müller & Söhne"),
			given{"Ptcpt/Id/OrgId/LEI", sampleLEI.String()}, accountAt("PtcptAcct", "ACC-2"), given{"Ref", "REF-1"})), err
}

func TestWriteMultilateralSettlement(t *testing.T) {
	writing[messages.MultilateralSettlementView]{"pacs.029", 2, messages.ViewMultilateralSettlement, multilateralFields(), writeMultilateral}.check(t)
}

// A cycle has two sides at least.
func TestWriteOneSidedCycle(t *testing.T) {
	_, err := messages.MultilateralSettlement{MessageID: "MSG-1", Created: createdTime, Requests: []messages.SettlementRequest{{
		InstructionID: "INSTR-1", Movements: []messages.Movement{{ID: "MOVE-1", Amount: money("EUR 1.00")}}}}}.Write("pacs.029.001.01")
	if !isWriteError(err, "schema.occurs") {
		t.Errorf("one movement: %v", err)
	}
}

func writeNetReport(id string) ([]byte, []given, error) {
	full := messages.NettingParty{BIC: must(messages.ParseBIC("BANKFRPP")), Name: "Banque", LEI: sampleLEI, Account: "ACC-2", ClearingSystem: "FRABA"}
	raw, err := messages.NetReport{
		MessageID: "MSG-1", Created: createdTime, CutOff: must(messages.ParseTimeOfDay("15:00:00")), Date: sampleDate, ValueDate: sampleDate,
		Type: "FINAL", ServiceType: "PVP", Servicer: messages.NettingParty{BIC: must(messages.ParseBIC("NETSUS33"))},
		Page: messages.Page{Number: 1, Last: true}, Participant: messages.NettingParty{Name: "Bank A"}, Counterparty: full,
		Obligations: []messages.NetObligation{{
			ID: "OBL-1", Amount: money("EUR 1000.55"), Direction: "PAYM", Participant: messages.NettingParty{Group: "GROUP-1"}, Counterparty: full,
			ReceivingAgent: messages.NettingParty{BIC: must(messages.ParseBIC("BANKUS33"))}, Beneficiary: messages.NettingParty{Name: "Bank B"},
			TradeCount: 17, ClearingCentre: "FR",
		}},
	}.Write(id)
	party := func(place string) []given {
		return at(place+"/PtyId/", given{"PtyNm", "Banque"}, given{"AnyBIC/AnyBIC", "BANKFRPP"}, given{"AcctNb", "ACC-2"},
			codeAt("ClrSysId", "FRABA"), given{"LglNttyIdr", sampleLEI.String()})
	}
	return raw, all(at("NetRptData/", given{"MsgId", "MSG-1"}, given{"CreDtTm", createdTime.String()}, given{"NetgCutOffTm", "15:00:00"},
		given{"RptDt", "2026-03-05"}, given{"ValDt", "2026-03-05"}, given{"RptTp", "FINAL"}, given{"NetSvcTp", "PVP"},
		given{"NetRptSvcr/AnyBIC/AnyBIC", "NETSUS33"}, given{"MsgPgntn/PgNb", "1"}, given{"MsgPgntn/LastPgInd", "true"}),
		[]given{{"NetSvcPtcptId/NmAndAdr/Nm", "Bank A"}}, party("NetSvcCtrPtyId"),
		at("NetOblgtn/", append(party("CtrPtyNetgId/TradPty"), given{"OblgtnId", "OBL-1"}, given{"Amt", "1000.55"}, given{"OblgtnDrctn", "PAYM"},
			given{"PtcptNetgId/NetgGrpId", "GROUP-1"}, given{"CtrPtySttlmInstrs/RcvgAgt/AnyBIC/AnyBIC", "BANKUS33"},
			given{"CtrPtySttlmInstrs/BnfcryInstn/NmAndAdr/Nm", "Bank B"}, given{"TxsNb", "17"}, given{"PmtClrCentr", "FR"})...)), err
}

func TestWriteNetReport(t *testing.T) {
	writing[messages.NetReportView]{"camt.088", 2, messages.ViewNetReport, netReportFields(), writeNetReport}.check(t)
}
