package messages_test

import (
	"testing"

	"dragoman/messages"
)

func writeReturn(t *testing.T, id string) ([]byte, []given, error) {
	original, originalGiven := sampleOriginal(t, id)
	settlement, settlementGiven := sampleSettlement()
	kind, kindGiven := samplePaymentType()
	parties, chainGiven := sampleParties("pacs.004.001.08", false)
	p := messages.ReturnedPayment{
		ReturnID: "RTR-1", Original: original, Amount: money("EUR 997.50"), SettlementDate: sampleDate,
		InstructedAmount: money("EUR 1000.00"), ExchangeRate: sampleRate, Compensation: money("EUR 1.25"), ChargeBearer: "SHAR",
		Charges:     []messages.Charge{{Amount: money("EUR 2.50"), Agent: agent("BANKDEFF")}},
		ClearingRef: "CLR-2", InstructingAgent: agent("RECVFRPP"), InstructedAgent: agent("SENDDEFF"),
		Chain: parties, Reasons: sampleReasons("AC04", "own reason"),
	}
	list := all([]given{
		{"RtrId", "RTR-1"}, {"RtrdIntrBkSttlmAmt", "997.50"}, {"IntrBkSttlmDt", "2026-03-05"}, {"RtrdInstdAmt", "1000.00"},
		{"XchgRate", "1.0835"}, {"CompstnAmt", "1.25"}, {"ChrgBr", "SHAR"}, {"ChrgsInf/Amt ChrgsInf/ChrgsAmt", "2.50"},
		{"ClrSysRef", "CLR-2"}, bicAt("InstgAgt", "RECVFRPP"), bicAt("InstdAgt", "SENDDEFF"),
	}, originalGiven, reasonGiven("RtrRsnInf", "Rtr", "AC04"), at("RtrChain/", chainGiven...))
	if versionOf(id) >= 5 {
		p.Priority = "URGT"
		list = append(list, given{"SttlmPrty", "URGT"})
	}
	if versionOf(id) >= 11 {
		p.Type, p.Times = kind, sampleTimes(id)
		list = all(list, kindGiven, timesGiven(p.Times))
	}
	if versionOf(id) >= 14 {
		p.Quote = messages.Quote{ID: sampleUETR, Rate: sampleRate}
		list = append(list, given{"AgrdRate/QtId", sampleUETR}, given{"AgrdRate/PreAgrdXchgRate", "1.0835"})
	}
	raw, err := messages.Return{
		MessageID: "MSG-1", Created: createdTime, Sums: true, SettlementDate: sampleDate, Settlement: settlement,
		InstructingAgent: agent("RECVFRPP"), InstructedAgent: agent("SENDDEFF"), Original: original.Group,
		Payments: []messages.ReturnedPayment{p, p},
	}.Write(id)
	return raw, all(settlementGiven, []given{{"GrpHdr/MsgId", "MSG-1"}, {"GrpHdr/NbOfTxs", "2"}, {"GrpHdr/CtrlSum", "1995"},
		{"GrpHdr/TtlRtrdIntrBkSttlmAmt", "1995.00"}, {"OrgnlGrpInf/OrgnlMsgId", "ORIG-1"}}, at("TxInf/", list...)), err
}

func TestWriteReturn(t *testing.T) {
	writing[messages.ReturnView]{"pacs.004", 15, messages.ViewReturn, returnFields(),
		func(id string) ([]byte, []given, error) { return writeReturn(t, id) }}.check(t)
}
