package messages

import "iter"

// What the queries and answers of cash management share: camt.003 to camt.019
// and camt.046, camt.047.

// query is what all questions share.
type query struct {
	message
	definition Node // such as AcctQryDef
	criteria   Node // such as AcctCrit
}

func queryOf(n Node, definition, criteria string) query {
	d := n.Child(definition)
	return query{message{n}, d, d.Child(criteria)}
}

// RequestType is the external code (or proprietary text) of what is asked.
func (q query) RequestType() string { return requestType(q.Node) }

func requestType(n Node) string {
	return firstText(n.At("MsgHdr/ReqTp"), "PmtCtrl", "Enqry", "Prtry/Id")
}

// QueryType is ALLL, CHNG, MODF or DELD: which items are asked for.
func (q query) QueryType() string { return q.definition.Child("QryTp").Text() }

// QueryName names an earlier query that is to be answered again.
func (q query) QueryName() string { return q.criteria.Child("QryNm").Text() }

// NewQueryName is the name under which this query can be asked again.
func (q query) NewQueryName() string { return q.criteria.At("NewCrit/NewQryNm").Text() }

// ReturnCriteria tells which fields the answer is to hold.
func (q query) ReturnCriteria() Node { return q.criteria.At("NewCrit/RtrCrit") }

// searches yields the search criteria; an item is meant that fits one of them.
func searches[V any](q query, as func(Node) V) iter.Seq[V] {
	return views(q.criteria.Child("NewCrit"), as, "SchCrit")
}

// nested yields, of each child of that name, what a path below it leads to.
func nested[V any](n Node, name, path string, as func(Node) V) iter.Seq[V] {
	return func(yield func(V) bool) {
		for c := range n.All(name) {
			if found := c.At(path); found.Exists() && !yield(as(found)) {
				return
			}
		}
	}
}

// answer is what all answers share.
type answer struct{ message }

// Query names the question, where the answer does.
func (a answer) Query() OriginalQueryView {
	return OriginalQueryView{first(a.Node, "MsgHdr/OrgnlBizQry", "GrpHdr/OrgnlBizQry")}
}

// QueryName is the name under which the question can be asked again.
func (a answer) QueryName() string { return a.At("MsgHdr/QryNm").Text() }

// RequestType is the external code (or proprietary text) of what was asked.
func (a answer) RequestType() string { return requestType(a.Node) }

// Errors tell why there is no answer at all.
func (a answer) Errors() iter.Seq[ErrorView] {
	return views(a.Child("RptOrErr"), asError, "OprlErr")
}

// OriginalQueryView names the question that is answered.
type OriginalQueryView struct{ Node }

// MessageID is the identifier of the question.
func (o OriginalQueryView) MessageID() string { return o.Child("MsgId").Text() }

// MessageName is the message identifier of its type, such as camt.003.001.08.
func (o OriginalQueryView) MessageName() string { return o.Child("MsgNmId").Text() }

// CreatedText is when it was created, as received.
func (o OriginalQueryView) CreatedText() string { return o.Child("CreDtTm").Text() }

// ErrorView is why a question, or a part of it, is not answered.
type ErrorView struct{ Node }

func asError(n Node) ErrorView { return ErrorView{n} }

// Code is the external error code, else the proprietary one.
func (e ErrorView) Code() string { return code(e.Child("Err")) }

// Description is for a person.
func (e ErrorView) Description() string { return e.Child("Desc").Text() }

// PageView is one page of a message or statement in several.
type PageView struct{ Node }

// NumberText is the number of the page, the first is 1; as received.
func (p PageView) NumberText() string { return p.Child("PgNb").Text() }

// Last tells whether no page follows. It is true where there are no pages.
func (p PageView) Last() bool { return !p.Exists() || isTrue(p.Child("LastPgInd")) }

// isTrue tells whether an element says so.
func isTrue(n Node) bool {
	text := n.Text()
	return text == "true" || text == "1"
}

// SystemView names a market infrastructure or, instead, a country.
type SystemView struct{ Node }

func asSystem(n Node) SystemView { return SystemView{n} }

// Code names the market infrastructure, such as TGT.
func (s SystemView) Code() string { return code(firstOr(s.Node, "MktInfrstrctrId")) }

// Country is an ISO 3166 code.
func (s SystemView) Country() string { return s.Child("Ctry").Text() }

// PeriodView is a span of dates, of times or of both; its ends may be open.
type PeriodView struct{ Node }

func asPeriod(n Node) PeriodView { return PeriodView{n} }

// span is the choice between open and closed ends, inside that between days
// and times where there is one.
func (p PeriodView) span() Node {
	for _, name := range [...]string{"DtTmSch", "DtSch", "DtTm", "Dt"} {
		if c := p.Child(name); c.Exists() && !c.Type().Simple() {
			return c
		}
	}
	return p.Node
}

// FromText is the first moment, as received.
func (p PeriodView) FromText() string {
	return firstText(p.span(), "FrDtTm", "FrDt", "FrTm", "DtTmRg/FrDtTm", "FrToDtTm/FrDtTm", "FrToDt/FrDt", "Prd/FrDt")
}

// ToText is the last moment, as received.
func (p PeriodView) ToText() string {
	return firstText(p.span(), "ToDtTm", "ToDt", "ToTm", "DtTmRg/ToDtTm", "FrToDtTm/ToDtTm", "FrToDt/ToDt", "Prd/ToDt")
}

// EqualText is the one moment that is meant, as received.
func (p PeriodView) EqualText() string { return firstText(p.span(), "EQDtTm", "EQDt", "Dt") }

// UnequalText is the one moment that is not meant, as received.
func (p PeriodView) UnequalText() string { return firstText(p.span(), "NEQDtTm", "NEQDt") }

// dateText is the value of a choice between a date and a date-time.
func dateText(n Node) string {
	if text := firstText(n, "Dt", "DtTm"); text != "" {
		return text
	}
	return n.Text()
}
