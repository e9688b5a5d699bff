package messages_test

import (
	"testing"

	"dragoman/messages"
)

func TestViewRateQuery(t *testing.T) {
	const own = "CcyQryDef/CcyCrit/NewCrit/SchCrit"
	type view = messages.RateQueryView
	fields := append(queryFields[view]("CcyQryDef", "CcyCrit", "none", ""),
		textField(own+"/SrcCcy", "", func(v view) string { return head(v.Pairs()).SourceCode() }),
		textField(own+"/TrgtCcy", "", func(v view) string { return head(v.Pairs()).TargetCode() }),
	)
	walk(t, "camt.016", 1, messages.ViewRateQuery, fields)
}

func TestViewRateAnswer(t *testing.T) {
	const own, rate = "RptOrErr/CcyXchgRpt", "RptOrErr/CcyXchgRpt/CcyXchgOrErr/CcyXchg"
	type view = messages.RateAnswerView
	type quote = messages.RateView
	fields := append(errorFields(own+"/CcyXchgOrErr/BizErr", func(q quote) messages.ErrorView { return head(q.Errors()) }),
		textField(own+"/CcyRef/SrcCcy", "", func(q quote) string { return q.Pair().SourceCode() }),
		textField(own+"/CcyRef/TrgtCcy", "", func(q quote) string { return q.Pair().TargetCode() }),
		textField(rate+"/XchgRate", "", quote.RateText),
		textField(rate+"/QtdCcy", "", quote.QuotedCode),
		textField(rate+"/QtnDt", "", quote.QuotedText),
		textField(rate+"/LwLmt/Rate", "05-", func(q quote) string { return q.Lowest().RateText() }),
		textField(rate+"/LwLmt/Pctg", "05-", func(q quote) string { return q.Lowest().PercentText() }),
		textField(rate+"/HghLmt/Rate", "05-", func(q quote) string { return q.Highest().RateText() }),
		textField(rate+"/HghLmt/Pctg", "05-", func(q quote) string { return q.Highest().PercentText() }),
	)
	walkRounds(t, "camt.017", 2, queryRounds, messages.ViewRateAnswer,
		append(answerFields[view](), through(func(v view) quote { return head(v.Rates()) }, fields...)...))
}

func TestViewBusinessDayQuery(t *testing.T) {
	const own = "BizDayInfQryDef/Crit/NewCrit/SchCrit"
	type view = messages.BusinessDayQueryView
	type search = messages.BusinessDaySearchView
	fields := append(systemFields(own+"/SysId", func(s search) messages.SystemView { return head(s.Systems()) }),
		timesFields(own+"/ClsrPrd", "", search.Closure)...)
	fields = append(fields,
		textField(own+"/SysDt", "", search.DateText),
		textField(own+"/SysCcy", "", func(s search) string { return head(s.CurrencyCodes()) }),
		codeField(own+"/EvtTp", "", search.EventType))
	all := append(queryFields[view]("BizDayInfQryDef", "Crit", "", "SysStsInd"),
		through(func(v view) search { return head(v.Searches()) }, fields...)...)
	walkRounds(t, "camt.018", 1, queryRounds, messages.ViewBusinessDayQuery, all)
}

func TestViewBusinessDayAnswer(t *testing.T) {
	const own = "RptOrErr/BizRpt"
	const info, hours = own + "/BizDayOrErr/BizDayInf", own + "/BizDayOrErr/BizDayInf/SysInfPerCcy"
	type view = messages.BusinessDayAnswerView
	type day = messages.BusinessDayView
	type hour = messages.SystemHoursView
	event := func(h hour) messages.SystemEventView { return head(h.Events()) }
	closure := func(h hour) messages.SystemClosureView { return head(h.Closures()) }
	open := append(periodFields(hours+"/SsnPrd", "FrTm", "ToTm", "", hour.Session),
		textField(hours+"/SysCcy", "", hour.CurrencyCode),
		codeField(hours+"/Evt/Tp", "", func(h hour) string { return event(h).Type() }),
		textField(hours+"/Evt/SchdldTm", "", func(h hour) string { return event(h).ScheduledText() }),
		textField(hours+"/Evt/FctvTm", "", func(h hour) string { return event(h).EffectiveText() }),
		textField(hours+"/Evt/StartTm", "", func(h hour) string { return event(h).StartText() }),
		textField(hours+"/Evt/EndTm", "", func(h hour) string { return event(h).EndText() }),
		codeField(hours+"/ClsrInf/Rsn", "", func(h hour) string { return closure(h).Reason() }))
	open = append(open, timesFields(hours+"/ClsrInf/Prd", "", func(h hour) messages.PeriodView { return closure(h).Period() })...)
	fields := append(errorFields(own+"/BizDayOrErr/BizErr", func(d day) messages.ErrorView { return head(d.Errors()) }),
		textField(info+"/SysDt/Dt "+info+"/SysDt/DtTm", "", day.DateText),
		codeField(info+"/SysSts/Sts", "", day.Status))
	fields = append(fields, systemFields(own+"/SysId", func(d day) messages.SystemView { return head(d.Systems()) })...)
	fields = append(fields, timesFields(info+"/SysSts/VldtyTm", "", day.StatusValidity)...)
	fields = append(fields, through(func(d day) hour { return head(d.Hours()) }, open...)...)
	all := append(answerFields[view](), through(func(v view) day { return head(v.Days()) }, fields...)...)
	walkRounds(t, "camt.019", 1, queryRounds, messages.ViewBusinessDayAnswer, all)
}

func TestViewReceipt(t *testing.T) {
	const own, handled = "RctDtls", "RctDtls/ReqHdlg"
	type view = messages.ReceiptView
	type details = messages.ReceiptDetailsView
	handling := func(d details) messages.HandlingView { return head(d.Handlings()) }
	reason := func(d details) messages.ReasonView { return handling(d).Reason() }
	fields := append(through(details.Payment, heldReferenceFields(own+"/OrgnlPmtId")...),
		textField(own+"/OrgnlMsgId/MsgId", "", func(d details) string { return d.Original().MessageID() }),
		textField(own+"/OrgnlMsgId/MsgNmId", "", func(d details) string { return d.Original().MessageName() }),
		textField(own+"/OrgnlMsgId/OrgtrNm", "", details.OriginatorName),
		textField(under(handled+"/", "StsCd Sts/Cd Sts/Prtry"), "", func(d details) string { return handling(d).Status() }),
		textField(handled+"/StsRsn/Rsn/Cd", "08-", func(d details) string { return reason(d).Code() }),
		textField(handled+"/StsRsn/Rsn/Prtry", "08-", func(d details) string { return reason(d).Proprietary() }),
		textField(handled+"/StsRsn/AddtlInf", "08-", func(d details) string { return head(reason(d).Text()) }),
		partyField(handled+"/StsRsn/Orgtr", "08-", func(d details) messages.PartyView { return reason(d).Originator() }),
	)
	all := append(through(func(v view) details { return head(v.Details()) }, fields...),
		textField("MsgHdr/MsgId", "", func(v view) string { return v.Group().MessageID() }),
		textField("MsgHdr/ReqTp/PmtCtrl MsgHdr/ReqTp/Enqry MsgHdr/ReqTp/Prtry/Id", "", view.RequestType))
	walkRounds(t, "camt.025", 3, queryRounds, messages.ViewReceipt, all)
}

// Of three versions the one in between has no description.
func TestViewReceiptDescription(t *testing.T) {
	for id, described := range map[string]bool{"camt.025.001.05": true, "camt.025.001.08": false, "camt.025.001.09": true} {
		v, _ := messages.ViewReceipt(filled(t, id, 0))
		want := v.At("RctDtls/ReqHdlg/Desc").Text()
		if got := head(head(v.Details()).Handlings()).Description(); got != want || (got != "") != described {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}
