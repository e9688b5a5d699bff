package messages_test

import (
	"testing"

	"dragoman/messages"
)

// namesOf are the elements of the three kinds: the statement, its page and its
// text.
var namesOf = map[string][3]string{
	"camt.052": {"Rpt", "RptPgntn", "AddtlRptInf"},
	"camt.053": {"Stmt", "StmtPgntn", "AddtlStmtInf"},
	"camt.054": {"Ntfctn", "NtfctnPgntn", "AddtlNtfctnInf"},
}

func reportingFields(kind string) []field[messages.ReportingView] {
	type view = messages.ReportingView
	names := namesOf[kind]
	fields := []field[view]{
		textField("GrpHdr/MsgId", "", func(v view) string { return v.Group().MessageID() }),
		textField("GrpHdr/CreDtTm", "", func(v view) string { return v.Group().CreatedText() }),
		partyField("GrpHdr/MsgRcpt", "", view.Recipient),
		textField("GrpHdr/MsgPgntn/PgNb", "", func(v view) string { return v.Page().NumberText() }),
		flagField("GrpHdr/MsgPgntn/LastPgInd", "", func(v view) bool { return v.Page().Exists() && v.Page().Last() }),
		textField("GrpHdr/OrgnlBizQry/MsgId", "03-", func(v view) string { return v.Query().MessageID() }),
		textField("GrpHdr/OrgnlBizQry/MsgNmId", "03-", func(v view) string { return v.Query().MessageName() }),
		textField("GrpHdr/OrgnlBizQry/CreDtTm", "03-", func(v view) string { return v.Query().CreatedText() }),
		textField("GrpHdr/AddtlInf", "", view.Text),
	}
	statement := statementFields(names)
	if kind != "camt.054" {
		balance := func(s messages.StatementView) messages.BalanceView { return head(s.Balances()) }
		statement = append(statement, through(balance, balanceFields(names[0]+"/Bal")...)...)
	}
	return append(fields, through(func(v view) messages.StatementView { return head(v.Statements()) }, statement...)...)
}

func statementFields(names [3]string) []field[messages.StatementView] {
	type statement = messages.StatementView
	own := names[0]
	fields := []field[statement]{
		textField(own+"/Id", "", statement.StatementID),
		textField(own+"/"+names[1]+"/PgNb", "03-", func(s statement) string { return s.Page().NumberText() }),
		textField(own+"/ElctrncSeqNb", "", statement.ElectronicSequenceText),
		textField(own+"/LglSeqNb", "", statement.LegalSequenceText),
		textField(under(own+"/RptgSeq/", "FrSeq FrToSeq/FrSeq"), "07-", func(s statement) string { from, _ := firstBounds(s.ReportingSequence()); return from }),
		textField(under(own+"/RptgSeq/", "ToSeq FrToSeq/ToSeq"), "07-", func(s statement) string { _, to := firstBounds(s.ReportingSequence()); return to }),
		textField(own+"/RptgSeq/EQSeq", "07-", func(s statement) string { return head(s.ReportingSequence().Equal()) }),
		textField(own+"/RptgSeq/NEQSeq", "07-", func(s statement) string { return head(s.ReportingSequence().Unequal()) }),
		textField(own+"/CreDtTm", "", statement.CreatedText),
		textField(own+"/CpyDplctInd", "", statement.Copy),
		codeField(own+"/RptgSrc", "02-", statement.Source),
		accountField(own+"/Acct", "", statement.Account),
		codeField(own+"/Acct/Tp", "", statement.AccountType),
		textField(own+"/Acct/Ccy", "", func(s statement) string { return s.Account().CurrencyCode() }),
		partyField(own+"/Acct/Ownr", "", statement.Owner),
		agentField(own+"/Acct/Svcr", "", statement.Servicer),
		accountField(own+"/RltdAcct", "", statement.RelatedAccount),
		textField(own+"/"+names[2], "", statement.Text),
	}
	fields = append(fields, periodFields(own+"/FrToDt", "FrDtTm", "ToDtTm", "", statement.Period)...)
	fields = append(fields, through(statement.Totals, totalsFields(own+"/TxsSummry")...)...)
	return append(fields, through(func(s statement) messages.EntryView { return head(s.Entries()) }, entryFields(own+"/Ntry")...)...)
}

func firstBounds(s messages.SequenceView) (from, to string) {
	for from, to := range s.Bounds() {
		return from, to
	}
	return "", ""
}

func totalsFields(own string) []field[messages.TotalsView] {
	type totals = messages.TotalsView
	return []field[totals]{
		textField(own+"/TtlNtries/NbOfNtries", "", totals.CountText),
		textField(own+"/TtlNtries/Sum", "", totals.SumText),
		textField(own+"/TtlNtries/TtlNetNtry/Amt "+own+"/TtlNtries/TtlNetNtryAmt", "", totals.NetText),
		textField(own+"/TtlNtries/TtlNetNtry/CdtDbtInd "+own+"/TtlNtries/CdtDbtInd", "", totals.NetDirection),
		textField(own+"/TtlCdtNtries/NbOfNtries", "", totals.CreditCountText),
		textField(own+"/TtlCdtNtries/Sum", "", totals.CreditSumText),
		textField(own+"/TtlDbtNtries/NbOfNtries", "", totals.DebitCountText),
		textField(own+"/TtlDbtNtries/Sum", "", totals.DebitSumText),
	}
}

func balanceFields(own string) []field[messages.BalanceView] {
	type balance = messages.BalanceView
	line := func(b balance) messages.CreditLineView { return head(b.CreditLines()) }
	fields := append(amountFields(own+"/Amt", "", balance.Amount),
		textField(own+"/CdtDbtInd", "", balance.Direction),
		textField(under(own+"/Tp/", "CdOrPrtry/Cd CdOrPrtry/Prtry Cd Prtry"), "", balance.Type),
		codeField(own+"/Tp/SubTp", "02-", balance.Subtype),
		textField(own+"/Dt/Dt "+own+"/Dt/DtTm", "", balance.DateText),
		flagField(own+"/CdtLine/Incl", "", func(b balance) bool { return line(b).Included() }),
		codeField(own+"/CdtLine/Tp", "07-", func(b balance) string { return line(b).Type() }),
		textField(own+"/CdtLine/Dt/Dt "+own+"/CdtLine/Dt/DtTm", "07-", func(b balance) string { return line(b).DateText() }))
	fields = append(fields, amountFields(own+"/CdtLine/Amt", "", func(b balance) messages.AmountView { return line(b).Amount() })...)
	return append(fields, availabilityFields(own+"/Avlbty", func(b balance) messages.AvailabilityView { return head(b.Availability()) })...)
}

func availabilityFields[T any](places string, get func(T) messages.AvailabilityView) []field[T] {
	return append(amountFields(beforeEach(places, "/Amt"), "", func(v T) messages.AmountView { return get(v).Amount() }),
		field[T]{places, "CdtDbtInd", "", func(v T) string { return get(v).Direction() }},
		field[T]{places, "Dt/ActlDt", "", func(v T) string { return get(v).DateText() }},
		field[T]{places, "Dt/NbOfDays", "", func(v T) string { return get(v).DaysText() }},
	)
}

func entryFields(own string) []field[messages.EntryView] {
	type entry = messages.EntryView
	batch := func(e entry) messages.BatchView { return head(e.Batches()) }
	batches := own + "/Btch " + own + "/NtryDtls/Btch"
	fields := append(amountFields(own+"/Amt", "", entry.Amount),
		textField(own+"/CdtDbtInd", "", entry.Direction),
		textField(own+"/NtryRef", "02-", entry.Reference),
		flagField(own+"/RvslInd", "", entry.Reversal),
		codeField(own+"/Sts", "", entry.Status),
		textField(own+"/BookgDt/Dt "+own+"/BookgDt/DtTm", "", entry.BookedText),
		textField(own+"/ValDt/Dt "+own+"/ValDt/DtTm", "", entry.ValueDateText),
		textField(own+"/AcctSvcrRef", "", entry.ServicerRef),
		textField(own+"/AddtlNtryInf", "", entry.Text),
		textField(beforeEach(batches, "/MsgId"), "", func(e entry) string { return batch(e).MessageID() }),
		textField(beforeEach(batches, "/PmtInfId"), "", func(e entry) string { return batch(e).PaymentInformationID() }),
		textField(beforeEach(batches, "/NbOfTxs"), "", func(e entry) string { return batch(e).CountText() }),
		textField(beforeEach(batches, "/CdtDbtInd"), "02-", func(e entry) string { return batch(e).Direction() }))
	fields = append(fields, amountFields(beforeEach(batches, "/TtlAmt"), "02-", func(e entry) messages.AmountView { return batch(e).Total() })...)
	fields = append(fields, through(entry.Code, transactionCodeFields(own+"/BkTxCd")...)...)
	fields = append(fields, availabilityFields(own+"/Avlbty", func(e entry) messages.AvailabilityView { return head(e.Availability()) })...)
	fields = append(fields, through(entry.Amounts, amountDetailsFields(own+"/AmtDtls")...)...)
	fields = append(fields, chargeFields(own+"/Chrgs", func(e entry) messages.EntryChargeView { return head(e.Charges()) })...)
	transaction := func(e entry) messages.EntryTransactionView { return head(e.Transactions()) }
	return append(fields, through(transaction, entryTransactionFields(own+"/TxDtls "+own+"/NtryDtls/TxDtls")...)...)
}

func transactionCodeFields(places string) []field[messages.TransactionCodeView] {
	type code = messages.TransactionCodeView
	return []field[code]{
		{places, "Domn/Cd", "", code.Domain},
		{places, "Domn/Fmly/Cd", "", code.Family},
		{places, "Domn/Fmly/SubFmlyCd", "", code.Subfamily},
		{places, "Prtry/Cd", "", code.Proprietary},
		{places, "Prtry/Issr", "", code.Issuer},
	}
}

func amountDetailsFields(places string) []field[messages.AmountDetailsView] {
	type details = messages.AmountDetailsView
	return append(append(append(
		exchangedFields(beforeEach(places, "/InstdAmt"), details.Instructed),
		exchangedFields(beforeEach(places, "/TxAmt"), details.Transaction)...),
		exchangedFields(beforeEach(places, "/CntrValAmt"), details.Countervalue)...),
		exchangedFields(beforeEach(places, "/AnncdPstngAmt"), details.Announced)...)
}

func exchangedFields[T any](places string, get func(T) messages.ExchangedAmountView) []field[T] {
	exchange := func(of func(messages.ExchangeView) string) func(T) string {
		return func(v T) string { return of(get(v).Exchange()) }
	}
	return append(amountFields(beforeEach(places, "/Amt"), "", func(v T) messages.AmountView { return get(v).Amount() }),
		field[T]{places, "CcyXchg/SrcCcy", "", exchange(messages.ExchangeView.SourceCode)},
		field[T]{places, "CcyXchg/TrgtCcy", "", exchange(messages.ExchangeView.TargetCode)},
		field[T]{places, "CcyXchg/UnitCcy", "", exchange(messages.ExchangeView.UnitCode)},
		field[T]{places, "CcyXchg/XchgRate", "", exchange(messages.ExchangeView.RateText)},
		field[T]{places, "CcyXchg/CtrctId", "", exchange(messages.ExchangeView.ContractID)},
		field[T]{places, "CcyXchg/QtnDt", "", exchange(messages.ExchangeView.QuotedText)},
	)
}

// chargeFields are those of the first charge, which older versions do not put
// into a record.
func chargeFields[T any](places string, get func(T) messages.EntryChargeView) []field[T] {
	records := beforeEach(places, "/Rcrd") + " " + places
	return append(amountFields(beforeEach(records, "/Amt"), "", func(v T) messages.AmountView { return get(v).Amount() }),
		textField(beforeEach(records, "/CdtDbtInd"), "02-", func(v T) string { return get(v).Direction() }),
		flagField(beforeEach(records, "/ChrgInclInd"), "04-", func(v T) bool { return get(v).Included() }),
		field[T]{beforeEach(records, "/Tp"), "PrtryCd Cd Prtry/Id Prtry", "", func(v T) string { return get(v).Type() }},
		textField(beforeEach(records, "/Rate"), "", func(v T) string { return get(v).RateText() }),
		textField(beforeEach(records, "/Br"), "", func(v T) string { return get(v).Bearer() }),
		agentField(beforeEach(records, "/Agt")+" "+beforeEach(records, "/Pty"), "", func(v T) messages.AgentView { return get(v).Agent() }),
	)
}

func TestViewReporting(t *testing.T) {
	for kind, view := range map[string]func(*messages.Message) (messages.ReportingView, bool){
		"camt.052": messages.ViewAccountReport, "camt.053": messages.ViewStatement, "camt.054": messages.ViewNotification,
	} {
		walk(t, kind, 14, view, reportingFields(kind))
	}
	for _, kind := range reportingKinds {
		m := filled(t, kind+".001.08", 0)
		if _, ok := messages.ViewReporting(m); !ok {
			t.Errorf("%s is not viewed", kind)
		}
	}
	if _, ok := messages.ViewReporting(filled(t, "camt.060.001.05", 0)); ok {
		t.Error("a camt.060 is viewed as a report")
	}
}

func TestViewReportingCorpus(t *testing.T) {
	least := map[string]int{"camt.052": 20, "camt.053": 30, "camt.054": 30}
	for _, kind := range reportingKinds {
		walkCorpus(t, kind, least[kind], messages.ViewReporting, reportingFields(kind))
	}
}
