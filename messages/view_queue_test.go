package messages_test

import (
	"strconv"
	"testing"

	"dragoman/messages"
)

// heldReferenceFields are those of the reference of a payment that a system holds.
func heldReferenceFields(own string) []field[messages.PaymentReferenceView] {
	type reference = messages.PaymentReferenceView
	queue := func(position bool) func(reference) string {
		return func(r reference) string {
			id, at := r.Queue()
			if position {
				return at
			}
			return id
		}
	}
	return []field[reference]{
		{own, "TxId LngBizId/TxId ShrtBizId/TxId", "", reference.TransactionID},
		{own, "UETR LngBizId/UETR ShrtBizId/UETR", "", reference.UETRText},
		{own, "LngBizId/EndToEndId", "", reference.EndToEndID},
		{own, "PrtryId", "", reference.Proprietary},
		{own, "QId/QId", "", queue(false)},
		{own, "QId/PosInQ", "", queue(true)},
		{own, "LngBizId/IntrBkSttlmAmt", "", func(r reference) string { return r.Amount().Text() }},
		{own, "LngBizId/IntrBkSttlmDt ShrtBizId/IntrBkSttlmDt", "", reference.SettlementDateText},
		agentField(own+"/LngBizId/InstgAgt "+own+"/ShrtBizId/InstgAgt", "", reference.InstructingAgent),
		agentField(own+"/LngBizId/InstdAgt", "", reference.InstructedAgent),
		{own, under("LngBizId/PmtMtd/", "FINMT XMLMsgNm Prtry Instrm"), "", reference.Method},
	}
}

func memberFields(own, system string) []field[messages.MemberView] {
	type member = messages.MemberView
	return []field[member]{
		codeField(own+"/"+system, "", func(m member) string { return m.System().Code() }),
		agentField(own+"/MmbId", "", member.Member),
		textField(own+"/Ctry", "", member.Country),
		accountField(own+"/AcctId", "", member.Account),
	}
}

func heldPartiesFields(own string) []field[messages.PaymentPartiesView] {
	type parties = messages.PaymentPartiesView
	return []field[parties]{
		agentField(own+"/InstgAgt", "", parties.InstructingAgent),
		agentField(own+"/InstdAgt", "", parties.InstructedAgent),
		partyField(own+"/UltmtDbtr", "", parties.UltimateDebtor),
		partyField(own+"/Dbtr", "", parties.Debtor),
		agentField(own+"/DbtrAgt", "", parties.DebtorAgent),
		agentField(own+"/IntrmyAgt1", "", func(p parties) messages.AgentView { return head(p.Intermediaries()) }),
		agentField(own+"/CdtrAgt", "", parties.CreditorAgent),
		partyField(own+"/Cdtr", "", parties.Creditor),
		partyField(own+"/UltmtCdtr", "", parties.UltimateCreditor),
	}
}

func transactionQueryFields() []field[messages.TransactionQueryView] {
	const own = "TxQryDef/TxCrit/NewCrit/SchCrit"
	type search = messages.TransactionSearchView
	type member = messages.MemberSearchView
	members := func(own string) []field[member] {
		return []field[member]{
			codeField(own+"/SysId", "", func(m member) string { return head(m.Systems()).Code() }),
			agentField(own+"/MmbId", "", func(m member) messages.AgentView { return head(m.Members()) }),
			textField(own+"/Ctry", "", member.Country),
			accountField(own+"/AcctId", "", member.Account),
		}
	}
	fields := append(through(func(s search) member { return head(s.From()) }, members(own+"/PmtFr")...),
		through(func(s search) member { return head(s.To()) }, members(own+"/PmtTo")...)...)
	fields = append(fields, through(search.Payment, paymentSearchFields(own+"/PmtSch")...)...)
	fields = append(fields, through(search.Entry, entrySearchFields(own+"/AcctNtrySch")...)...)
	return append(queryFields[messages.TransactionQueryView]("TxQryDef", "TxCrit", "", "PmtRtrCrit/MsgIdInd"),
		through(func(v messages.TransactionQueryView) search { return head(v.Searches()) }, fields...)...)
}

func paymentSearchFields(own string) []field[messages.PaymentSearchView] {
	type search = messages.PaymentSearchView
	fields := append(rangeFields(own+"/InstdAmt", func(s search) messages.AmountRangeView { return head(s.InstructedAmounts()) }),
		rangeFields(own+"/IntrBkSttlmAmt", func(s search) messages.AmountRangeView { return head(s.Amounts()) })...)
	fields = append(fields, timesFields(own+"/PrcgVldtyTm", "", func(s search) messages.PeriodView { return head(s.ProcessingTimes()) })...)
	fields = append(fields, daysFields(own+"/ReqdExctnDt", "DtSch", "DtTmSch", func(s search) messages.PeriodView { return head(s.ExecutionDates()) })...)
	fields = append(fields, through(func(s search) messages.PaymentReferenceView { return head(s.References()) }, heldReferenceFields(own+"/PmtId")...)...)
	fields = append(fields, through(search.Parties, heldPartiesFields(own+"/Pties")...)...)
	return append(fields,
		textField(own+"/MsgId", "", func(s search) string { return head(s.MessageIDs()) }),
		textField(own+"/EndToEndId", "", func(s search) string { return head(s.EndToEndIDs()) }),
		textField(own+"/TxId", "", func(s search) string { return head(s.TransactionIDs()) }),
		textField(own+"/UETR", "11-", func(s search) string { return head(s.UETRTexts()) }),
		textField(own+"/IntrBkSttlmDt", "", func(s search) string { return head(s.SettlementDateTexts()) }),
		textField(under(own+"/Sts/PmtInstrSts/", "PdgSts FnlSts PdgAndFnlSts"), "", func(s search) string { return head(s.Statuses()) }),
		textField(own+"/InstdAmtCcy", "", func(s search) string { return head(s.InstructedCurrencyCodes()) }),
		textField(own+"/IntrBkSttlmAmtCcy", "", func(s search) string { return head(s.CurrencyCodes()) }),
		textField(own+"/CdtDbtInd", "", search.Direction),
		textField(under(own+"/PmtMtd/", "FINMT XMLMsgNm Prtry Instrm"), "", func(s search) string { return head(s.Methods()) }),
		codeField(own+"/PmtTp", "", func(s search) string { return head(s.Types()) }),
		codeField(own+"/Prty", "", func(s search) string { return head(s.Priorities()) }),
	)
}

func entrySearchFields(own string) []field[messages.EntrySearchView] {
	type search = messages.EntrySearchView
	fields := append(rangeFields(own+"/NtryAmt", func(s search) messages.AmountRangeView { return head(s.Amounts()) }),
		daysFields(own+"/NtryDt", "DtSch", "DtTmSch", func(s search) messages.PeriodView { return head(s.Dates()) })...)
	return append(fields,
		accountField(own+"/AcctId/EQ", "", func(s search) messages.AccountView { return head(s.Accounts()) }),
		textField(own+"/AcctId/CTTxt", "", func(s search) string { return head(s.Containing()) }),
		textField(own+"/NtryAmtCcy", "", func(s search) string { return head(s.CurrencyCodes()) }),
		textField(own+"/CdtDbtInd", "", search.Direction),
		textField(own+"/NtrySts", "", func(s search) string { return head(s.Statuses()) }),
		partyField(own+"/AcctOwnr", "", search.Owner),
		agentField(own+"/AcctSvcr", "", search.Servicer),
	)
}

func TestViewTransactionQuery(t *testing.T) {
	walkRounds(t, "camt.005", 3, queryRounds, messages.ViewTransactionQuery, transactionQueryFields())
}

func transactionAnswerFields() []field[messages.TransactionAnswerView] {
	const all, own = "RptOrErr/BizRpt", "RptOrErr/BizRpt/TxRpt"
	type view = messages.TransactionAnswerView
	type report = messages.TransactionReportView
	type common = messages.CommonPaymentView
	tx := own + "/TxOrErr/Tx"
	fields := append(errorFields(own+"/TxOrErr/BizErr", func(r report) messages.ErrorView { return head(r.Errors()) }),
		textField(tx+"/CdtDbtInd", "", report.Direction),
		accountField(tx+"/AcctNtry/Acct", "", report.EntryAccount))
	fields = append(fields, through(report.Reference, heldReferenceFields(own+"/PmtId")...)...)
	fields = append(fields, through(report.From, memberFields(tx+"/PmtFr", "SysId")...)...)
	fields = append(fields, through(report.To, memberFields(tx+"/PmtTo", "SysId")...)...)
	fields = append(fields, through(report.Payment, queuedPaymentFields(tx+"/Pmt")...)...)
	fields = append(fields, through(report.Entry, queueEntryFields(tx+"/AcctNtry/Ntry")...)...)
	shared := append(through(func(c common) messages.QueueStatusView { return head(c.Statuses()) }, queueStatusFields(all+"/PmtCmonInf/CmonSts")...),
		textField(all+"/PmtCmonInf/ReqdExctnDt/Dt "+all+"/PmtCmonInf/ReqdExctnDt/DtTm", "", common.ExecutionDateText),
		textField(all+"/PmtCmonInf/NtryDt/Dt "+all+"/PmtCmonInf/NtryDt/DtTm", "", common.EntryDateText),
		textField(all+"/PmtCmonInf/CdtDbtInd", "", common.Direction))
	shared = append(shared, through(common.From, memberFields(all+"/PmtCmonInf/PmtFr", "SysId")...)...)
	shared = append(shared, through(common.To, memberFields(all+"/PmtCmonInf/PmtTo", "SysId")...)...)
	result := append(answerFields[view](), through(view.Common, shared...)...)
	result = append(result,
		textField("MsgHdr/MsgPgntn/PgNb", "", func(v view) string { return v.Page().NumberText() }),
		textField(all+"/TxsSummry/NbOfNtries", "", view.CountText),
		textField(all+"/TxsSummry/Sum", "", view.SumText))
	return append(result, through(func(v view) report { return head(v.Transactions()) }, fields...)...)
}

func queuedPaymentFields(own string) []field[messages.QueuedPaymentView] {
	type payment = messages.QueuedPaymentView
	fields := append(chosenFields(own+"/InstdAmt", "", payment.InstructedAmount), chosenFields(own+"/IntrBkSttlmAmt", "", payment.Amount)...)
	fields = append(fields, timesFields(own+"/PrcgVldtyTm", "", payment.ProcessingTime)...)
	fields = append(fields, through(payment.Parties, heldPartiesFields(own+"/Pties")...)...)
	fields = append(fields, through(func(p payment) messages.QueueStatusView { return head(p.Statuses()) }, queueStatusFields(own+"/Sts")...)...)
	return append(fields,
		textField(own+"/MsgId", "", payment.MessageID),
		textField(own+"/EndToEndId", "", payment.EndToEndID),
		textField(own+"/TxId", "", payment.TransactionID),
		textField(own+"/ReqdExctnDt/Dt "+own+"/ReqdExctnDt/DtTm", "", payment.ExecutionDateText),
		textField(own+"/IntrBkSttlmDt", "", payment.SettlementDateText),
		textField(own+"/Purp", "", payment.Purpose),
		textField(under(own+"/PmtMtd/", "FINMT XMLMsgNm Prtry Instrm"), "", payment.Method),
		codeField(own+"/Prty", "", payment.Priority),
		codeField(own+"/Tp", "", payment.Type),
		textField(own+"/InstrCpy", "", payment.InstructionCopy),
		flagField(own+"/GnrtdOrdr", "", payment.Generated),
	)
}

func queueStatusFields(own string) []field[messages.QueueStatusView] {
	type status = messages.QueueStatusView
	return []field[status]{
		textField(under(own+"/Cd/", "Pdg Fnl RTGS Sttlm Prtry"), "", status.Code),
		textField(own+"/DtTm/Dt "+own+"/DtTm/DtTm", "", status.DateText),
		textField(under(own+"/Rsn/", "Umtchd Canc Sspd PdgFlngSttlm PdgSttlm PrtryRjctn/PrtryStsRsn Prtry"), "", func(s status) string { return head(s.Reasons()) }),
		textField(own+"/Rsn/PrtryRjctn/Rsn", "", status.ReasonText),
	}
}

func queueEntryFields(own string) []field[messages.QueueEntryView] {
	type entry = messages.QueueEntryView
	return append(amountFields(own+"/Amt", "", entry.Amount),
		textField(own+"/Dt/Dt "+own+"/Dt/DtTm", "", entry.DateText),
		textField(own+"/Sts", "", entry.Status),
		textField(own+"/Id", "", entry.EntryID),
		textField(own+"/StmtId", "", entry.StatementID),
		textField(own+"/AcctSvcrRef", "", entry.ServicerRef),
	)
}

func TestViewTransactionAnswer(t *testing.T) {
	walkRounds(t, "camt.006", 3, queryRounds, messages.ViewTransactionAnswer, transactionAnswerFields())
}

// A status is final if and only if it stands among the final ones.
func TestQueueStatusFinal(t *testing.T) {
	finals := 0
	for round := range queryRounds {
		v, _ := messages.ViewTransactionAnswer(filled(t, "camt.006.001.11", round))
		status := head(head(v.Transactions()).Payment().Statuses())
		if want := status.At("Cd/Fnl").Exists(); status.Final() != want {
			t.Errorf("round %d: final %t, want %t", round, status.Final(), want)
		} else if want {
			finals++
		}
	}
	if t.Logf("%d final statuses", finals); finals < 5 {
		t.Errorf("%d final statuses, want 5", finals)
	}
}

func TestViewTransactionModification(t *testing.T) {
	type view = messages.TransactionModificationView
	type change = messages.PaymentModificationView
	const own = "Mod/NewPmtValSet"
	fields := append(through(change.Reference, heldReferenceFields("Mod/PmtId")...), timesFields(own+"/PrcgVldtyTm", "", change.ProcessingTime)...)
	fields = append(fields,
		textField(own+"/Instr", "", change.Instruction),
		codeField(own+"/Tp", "", change.Type),
		codeField(own+"/Prty", "", change.Priority))
	all := through(func(v view) change { return head(v.Modifications()) }, fields...)
	all = append(all, textField("MsgHdr/MsgId", "", func(v view) string { return v.Group().MessageID() }))
	walkRounds(t, "camt.007", 2, queryRounds, messages.ViewTransactionModification, all)
	v, _ := messages.ViewTransactionModification(filled(t, "camt.007.001.10", 0))
	if n := count(v.Modifications()); n != 2 {
		t.Errorf("%s modifications, want 2", strconv.Itoa(n))
	}
}

func TestViewTransactionCancellation(t *testing.T) {
	type view = messages.TransactionCancellationView
	fields := append(through(view.Reference, heldReferenceFields("PmtId")...),
		textField("MsgHdr/MsgId", "", func(v view) string { return v.Group().MessageID() }),
		textField("MsgHdr/ReqTp/PmtCtrl MsgHdr/ReqTp/Enqry MsgHdr/ReqTp/Prtry/Id", "", view.RequestType),
		accountField("CshAcct", "", view.Account),
		textField("CxlRsn/Rsn/Cd", "", func(v view) string { return v.Reason().Code() }),
		textField("CxlRsn/Rsn/Prtry", "", func(v view) string { return v.Reason().Proprietary() }),
		textField("CxlRsn/AddtlInf", "", func(v view) string { return head(v.Reason().Text()) }),
		partyField("CxlRsn/Orgtr", "", func(v view) messages.PartyView { return v.Reason().Originator() }),
	)
	walkRounds(t, "camt.008", 3, queryRounds, messages.ViewTransactionCancellation, fields)
}
