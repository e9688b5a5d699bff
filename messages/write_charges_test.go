package messages_test

import (
	"testing"

	"dragoman/messages"
)

// writeCharges writes so many records: one alone, or several of one set.
func writeCharges(id string, records int) ([]byte, []given, error) {
	r := messages.ChargeRecord{
		ID: "REC-1", References: messages.References{MessageID: "ORIG-1", ServicerRef: "SVC-1", InstructionID: "INSTR-1", EndToEndID: "E2E-1",
			UETR: sampleUETR, TransactionID: "TX-1", ClearingRef: "CLR-1"}, MessageName: "pacs.008.001.08",
		Amount: money("EUR 2.50"), Direction: "DBIT", ValueDate: moment("2026-03-05"), Debtor: debtorParty,
		DebtorAgent: agent("BANKDEFF"), DebtorAgentAccount: nostro, Type: "COMM", Instruction: "FPRC", InstructionText: "debit", Text: "March",
	}
	n := messages.ChargesNotification{MessageID: "MSG-1", Created: createdTime, Sums: true, Requester: agent("BANKFRPP"),
		Account: otherAccount, AccountOwner: agent("BANKDEFF")}
	for range records {
		n.Records = append(n.Records, r)
	}
	raw, err := n.Write(id)
	total, number := "2.50", "1"
	if records > 1 {
		total, number = "5.00", "2"
	}
	list := []given{{"GrpHdr/MsgId", "MSG-1"}, {"GrpHdr/CreDtTm", createdTime.String()}, bicAt("GrpHdr/ChrgsRqstr", "BANKFRPP"),
		{"GrpHdr/TtlChrgs/NbOfChrgsRcrds GrpHdr/NbOfChrgsRcrds", number}, {"GrpHdr/TtlChrgs/TtlChrgsAmt GrpHdr/TtlChrgsAmt", total}}
	own := "Chrgs/"
	switch {
	case versionOf(id) == 1:
		list = append(list, accountAt("Chrgs/ChrgsAcct", "ACC-2"), bicAt("Chrgs/ChrgsAcctOwnr", "BANKDEFF"))
	case records > 1:
		own = "Chrgs/PerTx/Rcrd/"
	default:
		own = "Chrgs/Sngl/"
	}
	return raw, append(list, at(own, given{"RcrdId ChrgsRcrdId", "REC-1"}, given{"UndrlygTx/MsgId", "ORIG-1"}, given{"UndrlygTx/MsgNmId", "pacs.008.001.08"},
		given{"UndrlygTx/EndToEndId", "E2E-1"}, given{"UndrlygTx/UETR", sampleUETR}, given{"UndrlygTx/AcctSvcrRef", "SVC-1"},
		given{"Amt ChrgsBrkdwn/Amt", "2.50"}, given{"CdtDbtInd ChrgsBrkdwn/CdtDbtInd", "DBIT"}, given{"ValDt/Dt", "2026-03-05"},
		given{"Tp/Cd ChrgsBrkdwn/Tp/Cd", "COMM"}, nameAt("Dbtr", "Erika Mustermann"), bicAt("DbtrAgt", "BANKDEFF"), accountAt("DbtrAgtAcct", "NOSTRO-7"),
		given{"InstrForInstdAgt/Cd", "FPRC"}, given{"InstrForInstdAgt/InstrInf", "debit"}, given{"AddtlInf", "March"})...), err
}

func TestWriteChargesNotification(t *testing.T) {
	for _, records := range []int{1, 2} {
		writing[messages.ChargesNotificationView]{"camt.105", 2, messages.ViewChargesNotification, chargesFields(),
			func(id string) ([]byte, []given, error) { return writeCharges(id, records) }}.check(t)
		for _, id := range kindIDs("camt.105") {
			raw, _, _ := writeCharges(id, records)
			v, _ := messages.ViewChargesNotification(messages.Read(raw, messages.Options{}))
			if n := count(v.Records()); n != records {
				t.Errorf("%s: %d records, want %d", id, n, records)
			}
		}
	}
}
