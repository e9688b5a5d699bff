package messages_test

import (
	"testing"

	"dragoman/messages"
)

// chargePlaces are where a record stands: alone, in a set, or in first versions
// as the charges themselves.
const (
	chargePlaces = "Chrgs/Sngl/ Chrgs/PerTx/Rcrd/ Chrgs/PerTp/Rcrd/ Chrgs/"
	chargeSets   = "Chrgs/PerTx/ Chrgs/PerTp/"
)

func chargesFields() []field[messages.ChargesNotificationView] {
	type view = messages.ChargesNotificationView
	type record = messages.ChargeRecordView
	own := func(path string) string { return beforeEach(chargePlaces, path) }
	shared := func(path string) string {
		return beforeEach(chargePlaces+" "+chargeSets+" GrpHdr/", path)
	}
	fields := append(amountFields(own("Amt")+" Chrgs/PerTx/Rcrd/TtlChrgsPerRcrd/TtlChrgsAmt", "", record.Amount),
		textField(own("RcrdId")+" Chrgs/ChrgsRcrdId", "", record.ID),
		textField("Chrgs/Sngl/ChrgsId Chrgs/PerTx/ChrgsId Chrgs/PerTp/ChrgsId", "03", record.ChargesID),
		textField(own("UndrlygTx/EndToEndId"), "", func(r record) string { return head(r.Transactions()).EndToEndID() }),
		textField(own("UndrlygTx/UETR"), "", func(r record) string { return head(r.Transactions()).UETRText() }),
		textField(own("CdtDbtInd")+" Chrgs/PerTx/Rcrd/TtlChrgsPerRcrd/CdtDbtInd", "", record.Direction),
		textField("Chrgs/PerTx/Rcrd/ChrgsBrkdwn/Amt", "03", func(r record) string { return head(r.Breakdown()).Amount().Text() }),
		textField("Chrgs/PerTx/Rcrd/ChrgsBrkdwn/CdtDbtInd", "03", func(r record) string { return head(r.Breakdown()).Direction() }),
		codeField("Chrgs/PerTx/Rcrd/ChrgsBrkdwn/Tp", "03", func(r record) string { return head(r.Breakdown()).Type() }),
		codeField("Chrgs/Sngl/Tp Chrgs/PerTp/Tp Chrgs/Tp", "", record.Type),
		field[record]{own("ValDt"), "Dt DtTm", "", record.ValueDateText},
		agentField(shared("ChrgsRqstr"), "03", record.Requester),
		partyField(own("Dbtr"), "03", record.Debtor),
		agentField(own("DbtrAgt"), "", record.DebtorAgent),
		accountField(own("DbtrAgtAcct"), "", record.DebtorAgentAccount),
		accountField(shared("ChrgsAcct"), "", record.Account),
		agentField(shared("ChrgsAcctOwnr"), "", record.AccountOwner),
		textField(own("InstrForInstdAgt/Cd"), "", func(r record) string { return r.Instruction().Code() }),
		textField(own("InstrForInstdAgt/InstrInf"), "", func(r record) string { return r.Instruction().Text() }),
		textField(own("AddtlInf")+" "+beforeEach(chargeSets, "AddtlInf"), "", record.Text),
	)
	all := append(groupFields[view](), amountFields("GrpHdr/TtlChrgs/TtlChrgsAmt GrpHdr/TtlChrgsAmt", "", view.Total)...)
	all = append(all,
		textField("GrpHdr/TtlChrgs/NbOfChrgsRcrds GrpHdr/NbOfChrgsRcrds", "", view.CountText),
		textField("GrpHdr/TtlChrgs/CtrlSum GrpHdr/CtrlSum", "", view.ControlSumText),
		agentField("GrpHdr/ChrgsRqstr", "03", view.Requester))
	return append(all, through(func(v view) record { return head(v.Records()) }, fields...)...)
}

func TestViewChargesNotification(t *testing.T) {
	walk(t, "camt.105", 2, messages.ViewChargesNotification, chargesFields())
}
