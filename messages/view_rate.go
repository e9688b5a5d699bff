package messages

import "iter"

// RateQueryView is a camt.016: it asks for exchange rates.
type RateQueryView struct{ query }

// ViewRateQuery views m as a camt.016; false when it is none.
func ViewRateQuery(m *Message) (RateQueryView, bool) {
	n, ok := body(m, "camt.016")
	return RateQueryView{queryOf(n, "CcyQryDef", "CcyCrit")}, ok
}

// Pairs are the currencies that are asked for; none: all.
func (q RateQueryView) Pairs() iter.Seq[CurrencyPairView] {
	return searches(q.query, func(n Node) CurrencyPairView { return CurrencyPairView{n} })
}

// CurrencyPairView is two currencies, one of which is changed into the other.
type CurrencyPairView struct{ Node }

// SourceCode is the currency that is changed, as received.
func (p CurrencyPairView) SourceCode() string { return p.Child("SrcCcy").Text() }

// TargetCode is the currency into which it is changed, as received.
func (p CurrencyPairView) TargetCode() string { return p.Child("TrgtCcy").Text() }

// RateAnswerView is a camt.017: it tells exchange rates.
type RateAnswerView struct{ answer }

// ViewRateAnswer views m as a camt.017; false when it is none.
func ViewRateAnswer(m *Message) (RateAnswerView, bool) {
	n, ok := body(m, "camt.017")
	return RateAnswerView{answer{message{n}}}, ok
}

// Rates are the rates, in order.
func (v RateAnswerView) Rates() iter.Seq[RateView] {
	return views(v.Child("RptOrErr"), func(n Node) RateView { return RateView{n} }, "CcyXchgRpt")
}

// RateView is the rate of one pair of currencies, or why there is none.
type RateView struct{ Node }

// Pair are the currencies.
func (r RateView) Pair() CurrencyPairView { return CurrencyPairView{r.Child("CcyRef")} }

// Errors tell why there is no rate.
func (r RateView) Errors() iter.Seq[ErrorView] {
	return views(r.Child("CcyXchgOrErr"), asError, "BizErr")
}

// RateText is the rate as received.
func (r RateView) RateText() string { return r.At("CcyXchgOrErr/CcyXchg/XchgRate").Text() }

// Rate is the rate, exactly; the error says why it is none.
func (r RateView) Rate() (Decimal, error) { return ParseDecimal(r.RateText()) }

// QuotedCode is the currency in which the rate is quoted, as received.
func (r RateView) QuotedCode() string { return r.At("CcyXchgOrErr/CcyXchg/QtdCcy").Text() }

// QuotedText is when the rate was quoted, as received.
func (r RateView) QuotedText() string { return r.At("CcyXchgOrErr/CcyXchg/QtnDt").Text() }

// Lowest is how far down the rate may go; newer versions only.
func (r RateView) Lowest() RateLimitView { return RateLimitView{r.At("CcyXchgOrErr/CcyXchg/LwLmt")} }

// Highest is how far up the rate may go; newer versions only.
func (r RateView) Highest() RateLimitView { return RateLimitView{r.At("CcyXchgOrErr/CcyXchg/HghLmt")} }

// RateLimitView bounds a rate: by a rate or by per cent of it.
type RateLimitView struct{ Node }

// RateText is the bound as a rate, as received.
func (l RateLimitView) RateText() string { return l.Child("Rate").Text() }

// PercentText is the bound in per cent, as received.
func (l RateLimitView) PercentText() string { return l.Child("Pctg").Text() }
