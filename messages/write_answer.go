package messages

import (
	"slices"
	"strings"
)

// Parts that the answers of cash management share, written from plain values.

// OriginalQuery names the question that is answered, for writing.
type OriginalQuery struct {
	MessageID   string
	MessageName string // message identifier, such as camt.003.001.08
	Created     string // as received
}

// QueryError is why a question, or a part of it, is not answered, for writing.
type QueryError struct {
	Code        string // external error code, else proprietary
	Description string // at most 140 characters
}

// Answer is what every answer says of itself and of the question, for writing.
// It stands in AccountAnswer, TransactionAnswer, LimitAnswer, RateAnswer,
// BusinessDayAnswer and ReservationAnswer.
type Answer struct {
	MessageID   string
	Created     DateTime
	Query       OriginalQuery
	QueryName   string // under which the question can be asked again
	RequestType Node   // of the question, as received; absent: not repeated
	// Errors tell why there is no answer at all. What is answered stands beside
	// them in no message: both together are an error of Write.
	Errors []QueryError
}

// AnswerTo begins the answer to a question that was received.
func AnswerTo(m *Message) Answer {
	return Answer{Query: QueryIn(m), RequestType: first(bodyOf(m), "MsgHdr/ReqTp")}
}

// QueryIn names the question that m asks.
func QueryIn(m *Message) OriginalQuery {
	group := message{bodyOf(m)}.Group()
	return OriginalQuery{
		MessageID:   group.MessageID(),
		MessageName: m.document.ID,
		Created:     group.CreatedText(),
	}
}

// bodyOf is the message inside the Document, of whatever kind.
func bodyOf(m *Message) Node {
	n, _ := body(m, KindOf(m.document.ID))
	return n
}

// Page is the place of a message or statement among several, for writing. The
// zero Page says that there is only one, and is not written.
type Page struct {
	Number int // from 1
	Last   bool
}

// Page writes a pagination.
func (w *Writer) Page(name string, p Page) {
	if p == (Page{}) {
		return
	}
	w.Open(name)
	w.Number("PgNb", p.Number)
	w.Flag("LastPgInd", p.Last)
	w.Close()
}

// openKind begins the message inside Document, whatever its element is called
// in this version. A message of another kind is an error.
func (w *Writer) openKind(kinds ...string) {
	if w.err != nil {
		return
	}
	if !slices.Contains(kinds, KindOf(w.ID())) {
		w.fail("schema.unknown-type", "", "%s is no %s", w.ID(), strings.Join(kinds, ", "))
		return
	}
	w.Open(w.parent().particle.Type.Slots[0].Alternatives[0].Name)
}

// answer writes the header, and the answer or why there is none. It leaves the
// element of the message open.
func (w *Writer) answer(a Answer, page Page, content func()) {
	w.Open("MsgHdr")
	w.Text("MsgId", a.MessageID)
	w.Text("CreDtTm", a.Created.String())
	w.Page("MsgPgntn", page)
	if a.RequestType.Exists() {
		w.CopyAs("ReqTp", a.RequestType)
	}
	w.query(a.Query)
	w.Text("QryNm", a.QueryName)
	w.Close()
	w.Open("RptOrErr")
	w.errors("OprlErr", a.Errors)
	content()
	w.Close()
}

func (w *Writer) query(q OriginalQuery) {
	if q == (OriginalQuery{}) {
		return
	}
	w.Open("OrgnlBizQry")
	w.Text("MsgId", q.MessageID)
	w.Text("MsgNmId", q.MessageName)
	w.Text("CreDtTm", q.Created)
	w.Close()
}

func (w *Writer) errors(name string, errs []QueryError) {
	for _, e := range errs {
		w.Open(name)
		w.Code("Err", e.Code)
		w.Text("Desc", e.Description)
		w.Close()
	}
}

// System names a market infrastructure or, instead, a country, for writing.
type System struct {
	Code    string // external market infrastructure code, such as TGT, else proprietary
	Country string // ISO 3166 code
}

// System writes a SystemIdentification.
func (w *Writer) System(name string, s System) {
	if s == (System{}) {
		return
	}
	w.Open(name)
	w.Code("MktInfrstrctrId", s.Code)
	w.Text("Ctry", s.Country)
	w.Close()
}

// Period is a span of time for writing; an end that is zero is open.
type Period struct{ From, To DateTime }

// Period writes a choice between a range and one that is open on one side.
func (w *Writer) Period(name string, p Period) {
	if p == (Period{}) {
		return
	}
	w.Open(name)
	closed := !p.From.IsZero() && !p.To.IsZero()
	if closed {
		w.Open("DtTmRg")
	}
	w.Text("FrDtTm", p.From.String())
	w.Text("ToDtTm", p.To.String())
	if closed {
		w.Close()
	}
	w.Close()
}
