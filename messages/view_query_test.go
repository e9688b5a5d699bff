package messages_test

import (
	"iter"
	"testing"

	"dragoman/messages"
)

// queryRounds are enough for the choices inside the choices of a query.
const queryRounds = 160

type queryView interface {
	Group() messages.GroupView
	RequestType() string
	QueryType() string
	QueryName() string
	NewQueryName() string
	ReturnCriteria() messages.Node
}

// queryFields are what all questions share; requested says in which versions
// there is a request type, returned names one of the return criteria.
func queryFields[T queryView](definition, criteria, requested, returned string) []field[T] {
	own := definition + "/" + criteria
	fields := []field[T]{
		textField("MsgHdr/MsgId", "", func(v T) string { return v.Group().MessageID() }),
		textField("MsgHdr/CreDtTm", "", func(v T) string { return v.Group().CreatedText() }),
		textField("MsgHdr/ReqTp/PmtCtrl MsgHdr/ReqTp/Enqry MsgHdr/ReqTp/Prtry/Id", requested, T.RequestType),
		textField(definition+"/QryTp", "", T.QueryType),
		textField(own+"/QryNm", "", T.QueryName),
		textField(own+"/NewCrit/NewQryNm", "", T.NewQueryName),
	}
	if returned != "" {
		fields = append(fields, textField(own+"/NewCrit/RtrCrit/"+returned, "", func(v T) string { return v.ReturnCriteria().At(returned).Text() }))
	}
	return fields
}

type answerView interface {
	Group() messages.GroupView
	Query() messages.OriginalQueryView
	QueryName() string
	RequestType() string
	Errors() iter.Seq[messages.ErrorView]
}

// answerFields are what all answers share.
func answerFields[T answerView]() []field[T] {
	const query = "MsgHdr/OrgnlBizQry"
	return append(errorFields("RptOrErr/OprlErr", func(v T) messages.ErrorView { return head(v.Errors()) }),
		textField("MsgHdr/MsgId", "", func(v T) string { return v.Group().MessageID() }),
		textField("MsgHdr/CreDtTm", "", func(v T) string { return v.Group().CreatedText() }),
		textField("MsgHdr/ReqTp/PmtCtrl MsgHdr/ReqTp/Enqry MsgHdr/ReqTp/Prtry/Id", "", T.RequestType),
		textField(query+"/MsgId", "", func(v T) string { return v.Query().MessageID() }),
		textField(query+"/MsgNmId", "", func(v T) string { return v.Query().MessageName() }),
		textField(query+"/CreDtTm", "", func(v T) string { return v.Query().CreatedText() }),
		textField("MsgHdr/QryNm", "", T.QueryName),
	)
}

func errorFields[T any](place string, get func(T) messages.ErrorView) []field[T] {
	return []field[T]{
		codeField(place+"/Err", "", func(v T) string { return get(v).Code() }),
		textField(place+"/Desc", "", func(v T) string { return get(v).Description() }),
	}
}

// systemFields are the code and the country of a system.
func systemFields[T any](place string, get func(T) messages.SystemView) []field[T] {
	return []field[T]{
		{place, "MktInfrstrctrId/Cd MktInfrstrctrId/Prtry", "", func(v T) string { return get(v).Code() }},
		{place, "Ctry", "", func(v T) string { return get(v).Country() }},
	}
}

// periodFields are the ends of a period; paths below place lead to them.
func periodFields[T any](place, from, to, only string, get func(T) messages.PeriodView) []field[T] {
	return []field[T]{
		{place, from, only, func(v T) string { return get(v).FromText() }},
		{place, to, only, func(v T) string { return get(v).ToText() }},
	}
}

// timesFields are those of a choice of date-times.
func timesFields[T any](place, only string, get func(T) messages.PeriodView) []field[T] {
	return periodFields(place, "FrDtTm DtTmRg/FrDtTm", "ToDtTm DtTmRg/ToDtTm", only, get)
}

// daysFields are those of a search for days or times, which stand in elements
// of these names.
func daysFields[T any](place, days, times string, get func(T) messages.PeriodView) []field[T] {
	in := func(own, each string) string { return under(own+"/", each) }
	return append(periodFields(place,
		in(times, "FrDtTm DtTmRg/FrDtTm FrToDtTm/FrDtTm")+" "+in(days, "FrDt FrToDt/FrDt"),
		in(times, "ToDtTm DtTmRg/ToDtTm FrToDtTm/ToDtTm")+" "+in(days, "ToDt FrToDt/ToDt"), "", get),
		field[T]{place, in(times, "EQDtTm") + " " + in(days, "EQDt"), "", func(v T) string { return get(v).EqualText() }},
		field[T]{place, in(times, "NEQDtTm") + " " + in(days, "NEQDt"), "", func(v T) string { return get(v).UnequalText() }},
	)
}

// rangeFields are those of a range of amounts.
func rangeFields[T any](place string, get func(T) messages.AmountRangeView) []field[T] {
	places := place + "/CcyAndAmtRg " + place + "/ImpldCcyAndAmtRg"
	bound := func(of func(messages.AmountRangeView) (string, bool)) func(T) string {
		return func(v T) string { decimal, _ := of(get(v)); return decimal }
	}
	included := func(of func(messages.AmountRangeView) (string, bool)) func(T) bool {
		return func(v T) bool { _, yes := of(get(v)); return yes }
	}
	from, to := messages.AmountRangeView.From, messages.AmountRangeView.To
	return []field[T]{
		{places, "Ccy", "", func(v T) string { return get(v).CurrencyCode() }},
		{places, "CdtDbtInd", "", func(v T) string { return get(v).Direction() }},
		{places, "Amt/FrAmt/BdryAmt Amt/FrToAmt/FrAmt/BdryAmt", "", bound(from)},
		{places, "Amt/ToAmt/BdryAmt Amt/FrToAmt/ToAmt/BdryAmt", "", bound(to)},
		flagField(beforeEach(places, "/Amt/FrAmt/Incl")+" "+beforeEach(places, "/Amt/FrToAmt/FrAmt/Incl"), "", included(from)),
		flagField(beforeEach(places, "/Amt/ToAmt/Incl")+" "+beforeEach(places, "/Amt/FrToAmt/ToAmt/Incl"), "", included(to)),
		{places, "Amt/EQAmt", "", func(v T) string { return get(v).EqualText() }},
		{places, "Amt/NEQAmt", "", func(v T) string { return get(v).UnequalText() }},
	}
}

func accountQueryFields() []field[messages.AccountQueryView] {
	const own = "AcctQryDef/AcctCrit/NewCrit/SchCrit"
	type search = messages.AccountSearchView
	type balance = messages.BalanceSearchView
	balances := append(daysFields(own+"/Bal/ValDt", "Dt", "DtTm", func(b balance) messages.PeriodView { return head(b.ValueDates()) }),
		codeField(own+"/Bal/Tp", "", func(b balance) string { return head(b.Types()) }),
		textField(own+"/Bal/CtrPtyTp", "", balance.CounterpartyType),
		agentField(own+"/Bal/CtrPtyId", "", func(b balance) messages.AgentView { return head(b.Counterparties()) }))
	fields := append(through(func(s search) balance { return head(s.Balances()) }, balances...),
		accountField(own+"/AcctId/EQ", "", func(s search) messages.AccountView { return head(s.Accounts()) }),
		codeField(own+"/AcctId/EQ/Othr/SchmeNm", "", func(s search) string { return head(s.Accounts()).Scheme() }),
		textField(own+"/AcctId/CTTxt", "", func(s search) string { return head(s.Containing()) }),
		textField(own+"/AcctId/NCTTxt", "", func(s search) string { return head(s.NotContaining()) }),
		codeField(own+"/Tp", "", func(s search) string { return head(s.Types()) }),
		textField(own+"/Ccy", "", func(s search) string { return head(s.CurrencyCodes()) }),
		partyField(own+"/AcctOwnr", "", search.Owner),
		agentField(own+"/AcctSvcr", "", search.Servicer),
	)
	return append(queryFields[messages.AccountQueryView]("AcctQryDef", "AcctCrit", "", "BilLmtInd"),
		through(func(v messages.AccountQueryView) search { return head(v.Searches()) }, fields...)...)
}

func TestViewAccountQuery(t *testing.T) {
	walkRounds(t, "camt.003", 2, queryRounds, messages.ViewAccountQuery, accountQueryFields())
}

func TestViewAccountQueryCorpus(t *testing.T) {
	walkCorpus(t, "camt.003", 1, messages.ViewAccountQuery, accountQueryFields())
}

func accountAnswerFields() []field[messages.AccountAnswerView] {
	const report, own = "RptOrErr/AcctRpt", "RptOrErr/AcctRpt/AcctOrErr/Acct"
	type position = messages.AccountPositionView
	fields := append(errorFields(report+"/AcctOrErr/BizErr", func(p position) messages.ErrorView { return head(p.Errors()) }),
		accountField(report+"/AcctId", "", position.Account),
		textField(own+"/Nm", "", position.Name),
		codeField(own+"/Tp", "", position.Type),
		textField(own+"/Ccy", "", position.CurrencyCode),
		partyField(own+"/Ownr", "", position.Owner),
		agentField(own+"/Svcr", "", position.Servicer))
	fields = append(fields, through(func(p position) messages.SystemBalanceView { return head(p.Balances()) }, systemBalanceFields(own+"/MulBal", true)...)...)
	fields = append(fields, accountLimitFields(own+"/CurMulLmt", "Amt", position.MultilateralLimit)...)
	bilateral := func(p position) messages.AccountLimitView { return head(p.BilateralLimits()) }
	fields = append(fields, accountLimitFields(own+"/CurBilLmt", "LmtAmt", bilateral)...)
	fields = append(fields, agentField(own+"/CurBilLmt/CtrPtyId", "", func(p position) messages.AgentView { return bilateral(p).Counterparty() }))
	fields = append(fields, through(func(p position) messages.SystemBalanceView { return head(bilateral(p).Balances()) }, systemBalanceFields(own+"/CurBilLmt/BilBal", false)...)...)
	fields = append(fields, through(func(p position) messages.StandingOrderView { return head(p.StandingOrders()) }, standingOrderFields(own+"/StgOrdr")...)...)
	return append(answerFields[messages.AccountAnswerView](),
		through(func(v messages.AccountAnswerView) position { return head(v.Accounts()) }, fields...)...)
}

func systemBalanceFields(own string, processed bool) []field[messages.SystemBalanceView] {
	type balance = messages.SystemBalanceView
	fields := []field[balance]{
		textField(own+"/Amt", "", func(b balance) string { return b.Amount().Text() }),
		textField(own+"/CdtDbtInd", "", balance.Direction),
		textField("RptOrErr/AcctRpt/AcctOrErr/Acct/Ccy", "", balance.CurrencyCode),
		codeField(own+"/Tp", "", balance.Type),
		textField(own+"/Sts", "", balance.Status),
		textField(own+"/ValDt/Dt "+own+"/ValDt/DtTm", "", balance.ValueDateText),
		textField(own+"/NbOfPmts", "", balance.PaymentCountText),
	}
	if processed {
		fields = append(fields, textField(own+"/PrcgDt/Dt "+own+"/PrcgDt/DtTm", "", balance.ProcessingDateText))
	}
	return fields
}

func accountLimitFields[T any](own, amount string, get func(T) messages.AccountLimitView) []field[T] {
	return append(chosenFields(own+"/"+amount, "", func(v T) messages.AmountView { return get(v).Amount() }),
		textField(own+"/CdtDbtInd", "", func(v T) string { return get(v).Direction() }))
}

// chosenFields are those of an amount that may come without its currency.
func chosenFields[T any](place, only string, get func(T) messages.AmountView) []field[T] {
	return amountFields(place+"/AmtWthCcy "+place+"/AmtWthtCcy", only, get)
}

func standingOrderFields(own string) []field[messages.StandingOrderView] {
	type order = messages.StandingOrderView
	return append(append(chosenFields(own+"/Amt", "", order.Amount),
		periodFields(own+"/VldtyPrd", "FrDt", "ToDt", "", order.Validity)...),
		textField(own+"/CdtDbtInd", "", order.Direction),
		textField(own+"/Ccy", "", order.CurrencyCode),
		codeField(own+"/Tp", "", order.Type),
		textField(own+"/Ref", "", order.Reference),
		textField(own+"/Frqcy", "", order.Frequency),
		textField(own+"/ExctnTp/Tm "+own+"/ExctnTp/Evt/Cd "+own+"/ExctnTp/Evt/Prtry", "", order.Trigger),
		accountField(own+"/CdtrAcct", "", order.CreditorAccount),
		accountField(own+"/DbtrAcct", "", order.DebtorAccount),
	)
}

func TestViewAccountAnswer(t *testing.T) {
	walk(t, "camt.004", 3, messages.ViewAccountAnswer, accountAnswerFields())
}

func TestViewAccountAnswerCorpus(t *testing.T) {
	walkCorpus(t, "camt.004", 1, messages.ViewAccountAnswer, accountAnswerFields())
}
