package messages

import "iter"

// AccountQueryView is a camt.003: it asks for accounts, their balances and limits.
type AccountQueryView struct{ query }

// ViewAccountQuery views m as a camt.003; false when it is none.
func ViewAccountQuery(m *Message) (AccountQueryView, bool) {
	n, ok := body(m, "camt.003")
	return AccountQueryView{queryOf(n, "AcctQryDef", "AcctCrit")}, ok
}

// Searches are the accounts that are asked for; none: all.
func (q AccountQueryView) Searches() iter.Seq[AccountSearchView] {
	return searches(q.query, func(n Node) AccountSearchView { return AccountSearchView{accountSearch{n}} })
}

// accountSearch describes accounts.
type accountSearch struct{ Node }

func asAccount(n Node) AccountView { return AccountView{n} }

// Accounts are those named in full.
func (s accountSearch) Accounts() iter.Seq[AccountView] {
	return nested(s.Node, "AcctId", "EQ", asAccount)
}

// Containing are texts that the account's identification contains.
func (s accountSearch) Containing() iter.Seq[string] {
	return nested(s.Node, "AcctId", "CTTxt", Node.Text)
}

// NotContaining are texts that the account's identification does not contain.
func (s accountSearch) NotContaining() iter.Seq[string] {
	return nested(s.Node, "AcctId", "NCTTxt", Node.Text)
}

// Owner is whose account it is.
func (s accountSearch) Owner() PartyView { return PartyView{s.Child("AcctOwnr")} }

// Servicer is who holds the account.
func (s accountSearch) Servicer() AgentView { return AgentView{s.Child("AcctSvcr")} }

// AccountSearchView describes the accounts of a camt.003.
type AccountSearchView struct{ accountSearch }

// Types are external cash account types.
func (s AccountSearchView) Types() iter.Seq[string] { return views(s.Node, code, "Tp") }

// CurrencyCodes are the currencies as received.
func (s AccountSearchView) CurrencyCodes() iter.Seq[string] { return texts(s.Node, "Ccy") }

// Balances are the balances that are asked for.
func (s AccountSearchView) Balances() iter.Seq[BalanceSearchView] {
	return views(s.Node, func(n Node) BalanceSearchView { return BalanceSearchView{n} }, "Bal")
}

// BalanceSearchView describes balances.
type BalanceSearchView struct{ Node }

// Types are external system balance types.
func (s BalanceSearchView) Types() iter.Seq[string] { return views(s.Node, code, "Tp") }

// CounterpartyType is BILA or MULT.
func (s BalanceSearchView) CounterpartyType() string { return s.Child("CtrPtyTp").Text() }

// Counterparties are those of bilateral balances.
func (s BalanceSearchView) Counterparties() iter.Seq[AgentView] {
	return views(s.Node, asAgent, "CtrPtyId")
}

// ValueDates are the days that are asked for.
func (s BalanceSearchView) ValueDates() iter.Seq[PeriodView] { return views(s.Node, asPeriod, "ValDt") }

// AccountAnswerView is a camt.004: it tells of accounts.
type AccountAnswerView struct{ answer }

// ViewAccountAnswer views m as a camt.004; false when it is none.
func ViewAccountAnswer(m *Message) (AccountAnswerView, bool) {
	n, ok := body(m, "camt.004")
	return AccountAnswerView{answer{message{n}}}, ok
}

// Accounts are those that were asked for, in order.
func (v AccountAnswerView) Accounts() iter.Seq[AccountPositionView] {
	return views(v.Child("RptOrErr"), func(n Node) AccountPositionView {
		return AccountPositionView{n, n.At("AcctOrErr/Acct")}
	}, "AcctRpt")
}

// AccountPositionView is one account of a camt.004: its balances and limits,
// or why there are none.
type AccountPositionView struct {
	Node
	account Node
}

// Account identifies the account.
func (p AccountPositionView) Account() AccountView { return AccountView{p.Child("AcctId")} }

// Errors tell why nothing is said of the account.
func (p AccountPositionView) Errors() iter.Seq[ErrorView] {
	return views(p.Child("AcctOrErr"), asError, "BizErr")
}

// Name is the account's name.
func (p AccountPositionView) Name() string { return p.account.Child("Nm").Text() }

// Type is the external cash account type, such as SACC.
func (p AccountPositionView) Type() string { return code(p.account.Child("Tp")) }

// CurrencyCode is the account's currency as received.
func (p AccountPositionView) CurrencyCode() string { return p.account.Child("Ccy").Text() }

// Owner is whose account it is.
func (p AccountPositionView) Owner() PartyView { return PartyView{p.account.Child("Ownr")} }

// Servicer is who holds the account.
func (p AccountPositionView) Servicer() AgentView { return AgentView{p.account.Child("Svcr")} }

// Balances are those towards all counterparties together.
func (p AccountPositionView) Balances() iter.Seq[SystemBalanceView] {
	return views(p.account, p.balance, "MulBal")
}

func (p AccountPositionView) balance(n Node) SystemBalanceView {
	return SystemBalanceView{directed{n}, p.CurrencyCode()}
}

// MultilateralLimit is the limit towards all counterparties together.
func (p AccountPositionView) MultilateralLimit() AccountLimitView {
	return AccountLimitView{p.account.Child("CurMulLmt"), p}
}

// BilateralLimits are the limits towards single counterparties.
func (p AccountPositionView) BilateralLimits() iter.Seq[AccountLimitView] {
	return views(p.account, func(n Node) AccountLimitView { return AccountLimitView{n, p} }, "CurBilLmt")
}

// StandingOrders are the transfers that the owner has ordered for good.
func (p AccountPositionView) StandingOrders() iter.Seq[StandingOrderView] {
	return views(p.account, func(n Node) StandingOrderView { return StandingOrderView{n} }, "StgOrdr")
}

// SystemBalanceView is a balance whose currency is that of its account.
type SystemBalanceView struct {
	directed
	currency string
}

// CurrencyCode is the currency of the account, as received.
func (b SystemBalanceView) CurrencyCode() string { return b.currency }

// Signed is the balance in minor units of the account's currency, below zero
// for a debit; the error is that of AmountView.Money.
func (b SystemBalanceView) Signed() (Money, error) {
	currency, err := ParseCurrency(b.currency)
	if err != nil {
		return Money{}, err
	}
	m, err := b.Amount().MoneyIn(currency)
	if err != nil {
		return Money{}, err
	}
	return signed(m, b.Direction())
}

// Type is the external system balance type, such as AVLB.
func (b SystemBalanceView) Type() string { return code(b.Child("Tp")) }

// Status is PDNG or STLD.
func (b SystemBalanceView) Status() string { return b.Child("Sts").Text() }

// ValueDateText is the date or date-time for which it is valid, as received.
func (b SystemBalanceView) ValueDateText() string { return dateText(b.Child("ValDt")) }

// ProcessingDateText is the date or date-time at which it was made, as received.
func (b SystemBalanceView) ProcessingDateText() string { return dateText(b.Child("PrcgDt")) }

// PaymentCountText is the number of payments in it, as received.
func (b SystemBalanceView) PaymentCountText() string { return b.Child("NbOfPmts").Text() }

// AccountLimitView is a limit of an account, towards one counterparty or all.
type AccountLimitView struct {
	Node
	position AccountPositionView
}

// Counterparty is towards whom the limit holds; absent: all.
func (l AccountLimitView) Counterparty() AgentView { return AgentView{l.Child("CtrPtyId")} }

// Amount is the limit; its currency may be implied.
func (l AccountLimitView) Amount() AmountView { return chosenAmount(first(l.Node, "LmtAmt", "Amt")) }

// Direction is Credit or Debit.
func (l AccountLimitView) Direction() string { return l.Child("CdtDbtInd").Text() }

// Balances are those towards the counterparty.
func (l AccountLimitView) Balances() iter.Seq[SystemBalanceView] {
	return views(l.Node, l.position.balance, "BilBal")
}

// StandingOrderView is a transfer ordered for good.
type StandingOrderView struct{ Node }

// Amount is what moves each time; its currency may be implied.
func (o StandingOrderView) Amount() AmountView { return chosenAmount(o.Child("Amt")) }

// CurrencyCode is the currency as received.
func (o StandingOrderView) CurrencyCode() string { return o.Child("Ccy").Text() }

// Direction is Credit or Debit.
func (o StandingOrderView) Direction() string { return o.Child("CdtDbtInd").Text() }

// Type is USTO, PSTO or a proprietary type.
func (o StandingOrderView) Type() string { return code(o.Child("Tp")) }

// Reference is the owner's reference.
func (o StandingOrderView) Reference() string { return o.Child("Ref").Text() }

// Frequency is how often it is carried out, such as DAIL.
func (o StandingOrderView) Frequency() string { return o.Child("Frqcy").Text() }

// Validity is from when to when the order holds.
func (o StandingOrderView) Validity() PeriodView { return PeriodView{o.Child("VldtyPrd")} }

// Trigger is the time of day, or the system event, at which it is carried out.
func (o StandingOrderView) Trigger() string {
	if time := o.At("ExctnTp/Tm").Text(); time != "" {
		return time
	}
	return code(o.At("ExctnTp/Evt"))
}

// DebtorAccount is the account that is debited.
func (o StandingOrderView) DebtorAccount() AccountView { return AccountView{o.Child("DbtrAcct")} }

// CreditorAccount is the account that is credited.
func (o StandingOrderView) CreditorAccount() AccountView { return AccountView{o.Child("CdtrAcct")} }
