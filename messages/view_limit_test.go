package messages_test

import (
	"testing"

	"dragoman/messages"
)

// limitIDFields are those of the name of a limit; all limits of a kind have no
// counterparty.
func limitIDFields(places string, bilateral string) []field[messages.LimitIDView] {
	type id = messages.LimitIDView
	return []field[id]{
		{beforeEach(places, "/SysId"), "MktInfrstrctrId/Cd MktInfrstrctrId/Prtry", "", func(l id) string { return l.System().Code() }},
		{beforeEach(places, "/SysId"), "Ctry", "", func(l id) string { return l.System().Country() }},
		agentField(beforeEach(bilateral, "/BilLmtCtrPtyId"), "", id.Counterparty),
		codeField(beforeEach(places, "/Tp"), "", id.Type),
		agentField(beforeEach(places, "/AcctOwnr"), "", id.Owner),
		accountField(beforeEach(places, "/AcctId"), "", id.Account),
	}
}

func limitQueryFields() []field[messages.LimitQueryView] {
	const own = "LmtQryDef/LmtCrit/NewCrit/SchCrit"
	type search = messages.LimitSearchView
	fields := append(rangeFields(own+"/UsdAmt", search.Used), rangeFields(own+"/LmtAmt", search.Amount)...)
	fields = append(fields, periodFields(own+"/LmtVldAsOfDt", "FrDt Prd/FrDt", "ToDt Prd/ToDt", "", search.ValidAsOf)...)
	fields = append(fields, systemFields(own+"/SysId", search.System)...)
	fields = append(fields,
		textField(own+"/LmtVldAsOfDt/Dt", "", func(s search) string { return s.ValidAsOf().EqualText() }),
		agentField(own+"/BilLmtCtrPtyId", "", func(s search) messages.AgentView { return head(s.Counterparties()) }),
		codeField(own+"/CurLmtTp", "", func(s search) string { return head(s.CurrentTypes()) }),
		codeField(own+"/DfltLmtTp", "", func(s search) string { return head(s.DefaultTypes()) }),
		agentField(own+"/AcctOwnr", "", search.Owner),
		accountField(own+"/AcctId", "", search.Account),
		textField(own+"/LmtCcy", "", search.CurrencyCode),
	)
	return append(queryFields[messages.LimitQueryView]("LmtQryDef", "LmtCrit", "", "StsInd"),
		through(func(v messages.LimitQueryView) search { return head(v.Searches()) }, fields...)...)
}

func TestViewLimitQuery(t *testing.T) {
	walkRounds(t, "camt.009", 2, queryRounds, messages.ViewLimitQuery, limitQueryFields())
}

func limitReportFields(own string) []field[messages.LimitReportView] {
	type report = messages.LimitReportView
	limit := own + "/LmtOrErr/Lmt"
	fields := append(errorFields(own+"/LmtOrErr/BizErr", func(r report) messages.ErrorView { return head(r.Errors()) }),
		through(report.ID, limitIDFields(own+"/LmtId", own+"/LmtId")...)...)
	fields = append(fields, chosenFields(limit+"/Amt", "", report.Amount)...)
	fields = append(fields, chosenFields(limit+"/UsdAmt", "", report.Used)...)
	fields = append(fields, chosenFields(limit+"/RmngAmt", "", report.Remaining)...)
	return append(fields,
		textField(limit+"/CdtDbtInd", "", report.Direction),
		textField(limit+"/Sts", "", report.Status),
		textField(limit+"/StartDtTm/Dt "+limit+"/StartDtTm/DtTm", "", report.StartText),
		textField(limit+"/UsdAmtCdtDbtInd", "", report.UsedDirection),
		textField(limit+"/UsdPctg", "", report.UsedPercentText),
	)
}

func TestViewLimitAnswer(t *testing.T) {
	type view = messages.LimitAnswerView
	fields := append(answerFields[view](),
		through(func(v view) messages.LimitReportView { return head(v.Current()) }, limitReportFields("RptOrErr/BizRpt/CurLmt")...)...)
	fields = append(fields,
		through(func(v view) messages.LimitReportView { return head(v.Default()) }, limitReportFields("RptOrErr/BizRpt/DfltLmt")...)...)
	walkRounds(t, "camt.010", 2, queryRounds, messages.ViewLimitAnswer, fields)
}

func TestViewLimitModification(t *testing.T) {
	type view = messages.LimitModificationView
	type change = messages.LimitChangeView
	const own, limit = "LmtDtls", "LmtDtls/NewLmtValSet"
	one := under(own+"/LmtId/", "Cur Dflt")
	fields := append(through(change.ID, limitIDFields(one+" "+under(own+"/LmtId/", "AllCur AllDflt"), one)...),
		chosenFields(limit+"/Amt", "", change.Amount)...)
	fields = append(fields, chosenFields(own+"/OdLmtValSet/Amt", "08-", change.OldAmount)...)
	fields = append(fields, chosenFields(own+"/LmtValAmdmnt/IncrAmt", "08-", change.Increase)...)
	fields = append(fields, chosenFields(own+"/LmtValAmdmnt/DcrAmt", "08-", change.Decrease)...)
	fields = append(fields,
		textField(limit+"/CdtDbtInd", "", change.Direction),
		textField(limit+"/StartDtTm/Dt "+limit+"/StartDtTm/DtTm", "", change.StartText))
	all := through(func(v view) change { return head(v.Changes()) }, fields...)
	all = append(all, textField("MsgHdr/MsgId", "", func(v view) string { return v.Group().MessageID() }))
	walkRounds(t, "camt.011", 2, queryRounds, messages.ViewLimitModification, all)

	kinds := map[string]int{}
	for round := range queryRounds {
		v, _ := messages.ViewLimitModification(filled(t, "camt.011.001.08", round))
		c := head(v.Changes())
		name := head(c.Child("LmtId").Children()).Name()
		if want := [2]bool{name == "Dflt" || name == "AllDflt", name == "AllCur" || name == "AllDflt"}; [2]bool{c.IsDefault(), c.All()} != want {
			t.Errorf("%s: default %t, all %t", name, c.IsDefault(), c.All())
		}
		kinds[name]++
	}
	if len(kinds) != 4 {
		t.Errorf("only %v", kinds)
	}
}

func TestViewLimitDeletion(t *testing.T) {
	type view = messages.LimitDeletionView
	fields := append(through(view.ID, limitIDFields(under("LmtDtls/", "CurLmtId AllCurLmts"), "LmtDtls/CurLmtId")...),
		textField("MsgHdr/MsgId", "", func(v view) string { return v.Group().MessageID() }))
	walkRounds(t, "camt.012", 2, queryRounds, messages.ViewLimitDeletion, fields)
	for round := range 8 {
		v, _ := messages.ViewLimitDeletion(filled(t, "camt.012.001.08", round))
		if want := v.At("LmtDtls/AllCurLmts").Exists(); v.All() != want {
			t.Errorf("round %d: all %t, want %t", round, v.All(), want)
		}
	}
}
