package messages_test

import (
	"testing"

	"dragoman/messages"
)

func reservationIDFields(places string) []field[messages.ReservationIDView] {
	type id = messages.ReservationIDView
	return []field[id]{
		textField(beforeEach(places, "/RsvatnId"), "", id.ReservationID),
		{beforeEach(places, "/SysId"), "MktInfrstrctrId/Cd MktInfrstrctrId/Prtry", "", func(r id) string { return r.System().Code() }},
		{beforeEach(places, "/SysId"), "Ctry", "", func(r id) string { return r.System().Country() }},
		codeField(beforeEach(places, "/Tp"), "", id.Type),
		agentField(beforeEach(places, "/AcctOwnr"), "", id.Owner),
		accountField(beforeEach(places, "/AcctId"), "", id.Account),
	}
}

func TestViewReservationQuery(t *testing.T) {
	const own = "RsvatnQryDef/RsvatnCrit/NewCrit/SchCrit"
	type view = messages.ReservationQueryView
	type search = messages.ReservationSearchView
	fields := append(systemFields(own+"/SysId", search.System),
		periodFields(own+"/DtTm", "FrDtTm FrToDtTm/FrDtTm", "ToDtTm FrToDtTm/ToDtTm", "08-", search.Time)...)
	fields = append(fields,
		textField(own+"/DtTm/EQDtTm", "08-", func(s search) string { return s.Time().EqualText() }),
		textField(own+"/DtTm/NEQDtTm", "08-", func(s search) string { return s.Time().UnequalText() }),
		codeField(own+"/CurRsvatnTp", "", func(s search) string { return head(s.CurrentTypes()) }),
		codeField(own+"/DfltRsvatnTp", "", func(s search) string { return head(s.DefaultTypes()) }),
		agentField(own+"/AcctOwnr", "", search.Owner),
		accountField(own+"/AcctId", "", search.Account),
	)
	all := append(queryFields[view]("RsvatnQryDef", "RsvatnCrit", "", "StsInd"),
		through(func(v view) search { return head(v.Searches()) }, fields...)...)
	walkRounds(t, "camt.046", 3, queryRounds, messages.ViewReservationQuery, all)
}

func reservationReportFields(own string) []field[messages.ReservationReportView] {
	type report = messages.ReservationReportView
	held := own + "/RsvatnOrErr/Rsvatn"
	fields := append(errorFields(own+"/RsvatnOrErr/BizErr", func(r report) messages.ErrorView { return head(r.Errors()) }),
		through(report.ID, reservationIDFields(own+"/RsvatnId")...)...)
	fields = append(fields, chosenFields(held+"/Amt", "", report.Amount)...)
	return append(fields,
		codeField(held+"/Sts", "", report.Status),
		textField(held+"/StartDtTm/Dt "+held+"/StartDtTm/DtTm", "", report.StartText),
	)
}

func TestViewReservationAnswer(t *testing.T) {
	type view = messages.ReservationAnswerView
	type report = messages.ReservationReportView
	fields := append(answerFields[view](),
		through(func(v view) report { return head(v.Current()) }, reservationReportFields("RptOrErr/BizRpt/CurRsvatn")...)...)
	fields = append(fields,
		through(func(v view) report { return head(v.Default()) }, reservationReportFields("RptOrErr/BizRpt/DfltRsvatn")...)...)
	walkRounds(t, "camt.047", 3, queryRounds, messages.ViewReservationAnswer, fields)
}

func TestViewReservationModification(t *testing.T) {
	type view = messages.ReservationModificationView
	const held = "NewRsvatnValSet"
	fields := append(through(view.ID, reservationIDFields(under("RsvatnId/", "Cur Dflt"))...),
		chosenFields(held+"/Amt", "", view.Amount)...)
	fields = append(fields,
		textField("MsgHdr/MsgId", "", func(v view) string { return v.Group().MessageID() }),
		textField(held+"/StartDtTm/Dt "+held+"/StartDtTm/DtTm", "", view.StartText))
	walkRounds(t, "camt.048", 3, queryRounds, messages.ViewReservationModification, fields)
	for round := range 8 {
		v, _ := messages.ViewReservationModification(filled(t, "camt.048.001.07", round))
		if want := v.At("RsvatnId/Dflt").Exists(); v.IsDefault() != want {
			t.Errorf("round %d: default %t, want %t", round, v.IsDefault(), want)
		}
	}
}

func TestViewReservationDeletion(t *testing.T) {
	type view = messages.ReservationDeletionView
	fields := append(through(view.ID, reservationIDFields("CurRsvatn")...),
		textField("MsgHdr/MsgId", "", func(v view) string { return v.Group().MessageID() }))
	walk(t, "camt.049", 3, messages.ViewReservationDeletion, fields)
}

type liquidityView interface {
	Group() messages.GroupView
	PaymentID() messages.PaymentIDView
	Amount() messages.AmountView
	Debtor() messages.AgentView
	DebtorAccount() messages.AccountView
	Creditor() messages.AgentView
	CreditorAccount() messages.AccountView
	SettlementDateText() string
}

func liquidityFields[T liquidityView](own string) []field[T] {
	return append(chosenFields(own+"/TrfdAmt", "", T.Amount),
		textField("MsgHdr/MsgId", "", func(v T) string { return v.Group().MessageID() }),
		textField(own+"/LqdtyTrfId/InstrId", "", func(v T) string { return v.PaymentID().InstructionID() }),
		textField(own+"/LqdtyTrfId/EndToEndId", "", func(v T) string { return v.PaymentID().EndToEndID() }),
		textField(own+"/LqdtyTrfId/TxId", "", func(v T) string { return v.PaymentID().TransactionID() }),
		textField(own+"/LqdtyTrfId/UETR", "", func(v T) string { return v.PaymentID().UETRText() }),
		agentField(own+"/Dbtr", "", T.Debtor),
		accountField(own+"/DbtrAcct", "", T.DebtorAccount),
		agentField(own+"/Cdtr", "", T.Creditor),
		accountField(own+"/CdtrAcct", "", T.CreditorAccount),
		textField(own+"/SttlmDt", "", T.SettlementDateText),
	)
}

func TestViewLiquidityTransfers(t *testing.T) {
	walk(t, "camt.050", 3, messages.ViewLiquidityCreditTransfer, liquidityFields[messages.LiquidityCreditTransferView]("LqdtyCdtTrf"))
	walk(t, "camt.051", 2, messages.ViewLiquidityDebitTransfer, liquidityFields[messages.LiquidityDebitTransferView]("LqdtyDbtTrf"))
}
