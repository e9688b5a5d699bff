package messages

import "strconv"

// Reporting is a camt.052, 053 or 054 for writing: what a bank tells of
// accounts. The message identifier given to Write says which: a report of the
// running day, a statement of a finished one, or a notification of entries.
type Reporting struct {
	MessageID  string
	Created    DateTime
	Recipient  Party         // where it is not the account owner
	Page       Page          // of a message in several
	Query      OriginalQuery // left out in versions .01 and .02
	Text       string        // at most 500 characters
	Statements []Statement
}

// Statement is the report, statement or notification of one account, for
// writing. What a version has no element for is left out where the field's
// comment says so, and is an error otherwise.
type Statement struct {
	StatementID        string
	Page               Page // left out in versions .01 and .02
	ElectronicSequence int  // 0: not said; so in LegalSequence
	LegalSequence      int
	Created            DateTime // zero: that of the message, where the version demands one
	From, To           DateTime // both or none
	Copy               string   // CODU, COPY or DUPL
	Source             string   // external reporting source; left out in version .01
	Account            Account
	Owner              Party
	Servicer           Agent
	RelatedAccount     Account
	Balances           []Balance // left out in notifications
	Totals             Totals    // zero: not said; see TotalsOf
	Entries            []Entry
	Text               string // at most 500 characters
}

// Balance is one balance of an account, for writing.
type Balance struct {
	Type         string // external balance type, such as OPBD, CLBD or ITBD, else proprietary
	Subtype      string // such as INTM; left out in version .01
	Amount       Money  // below zero: a debit
	Date         Moment
	CreditLines  []CreditLine // at most one in versions to .06
	Availability []Availability
}

// CreditLine is a line that the owner of an account may draw on, for writing.
type CreditLine struct {
	Included bool   // in the balance
	Type     string // external credit line type; left out in versions to .06
	Amount   Money  // Money{}: not said
	Date     Moment // left out in versions to .06
}

// Availability is when an amount can be used, for writing: on a day or, where
// that is zero, after Days.
type Availability struct {
	Date   Date
	Days   int
	Amount Money // below zero: a debit
}

// Totals counts and sums the entries of a statement, for writing. The sums are
// of one currency, which is not written.
type Totals struct {
	Credits, Debits     int
	CreditSum, DebitSum Money
}

// TotalsOf counts and sums entries. The error says that they are of several
// currencies, or too large to be summed.
func TotalsOf(entries []Entry) (t Totals, err error) {
	for i := range entries {
		amount := entries[i].Amount
		count, sum := &t.Credits, &t.CreditSum
		if amount.Sign() < 0 {
			count, sum = &t.Debits, &t.DebitSum
		}
		if *count++; *count == 1 {
			*sum = magnitude(amount)
		} else if *sum, err = sum.Add(magnitude(amount)); err != nil {
			return Totals{}, err
		}
	}
	return t, nil
}

// Write writes the message in that version of camt.052, camt.053 or camt.054.
func (r Reporting) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.052", "camt.053", "camt.054")
	w.Open("GrpHdr")
	w.Text("MsgId", r.MessageID)
	w.Text("CreDtTm", r.Created.String())
	w.Party("MsgRcpt", r.Recipient)
	w.Page("MsgPgntn", r.Page)
	if w.Has("OrgnlBizQry") {
		w.query(r.Query)
	}
	w.Text("AddtlInf", r.Text)
	w.Close()
	for i := range r.Statements {
		w.statement(&r.Statements[i], r.Created)
	}
	w.Close()
	return w.Bytes()
}

// reportingName is how a kind of message calls the statement of one account.
func reportingName(kind string) string {
	switch kind {
	case "camt.052":
		return "Rpt"
	case "camt.054":
		return "Ntfctn"
	}
	return "Stmt"
}

func (w *Writer) statement(s *Statement, created DateTime) {
	name := reportingName(KindOf(w.ID()))
	w.Open(name)
	w.Text("Id", s.StatementID)
	if w.Has(name + "Pgntn") {
		w.Page(name+"Pgntn", s.Page)
	}
	w.sequence("ElctrncSeqNb", s.ElectronicSequence)
	w.sequence("LglSeqNb", s.LegalSequence)
	if s.Created.IsZero() && w.Required("CreDtTm") {
		w.Text("CreDtTm", created.String())
	} else {
		w.Text("CreDtTm", s.Created.String())
	}
	w.Open("FrToDt")
	w.Text("FrDtTm", s.From.String())
	w.Text("ToDtTm", s.To.String())
	w.Close()
	w.Text("CpyDplctInd", s.Copy)
	if w.Has("RptgSrc") {
		w.Code("RptgSrc", s.Source)
	}
	w.Open("Acct")
	w.accountFields(s.Account)
	w.Party("Ownr", s.Owner)
	w.Agent("Svcr", s.Servicer)
	w.Close()
	w.Account("RltdAcct", s.RelatedAccount)
	if w.Has("Bal") {
		for i := range s.Balances {
			w.balance(&s.Balances[i])
		}
	}
	w.totals(s.Totals)
	for i := range s.Entries {
		w.entry(&s.Entries[i])
	}
	w.Text("Addtl"+name+"Inf", s.Text)
	w.Close()
}

func (w *Writer) sequence(name string, n int) {
	if n > 0 {
		w.Number(name, n)
	}
}

func (w *Writer) balance(b *Balance) {
	w.Open("Bal")
	w.Open("Tp")
	if w.Has("CdOrPrtry") {
		w.Code("CdOrPrtry", b.Type)
		w.Code("SubTp", b.Subtype)
	} else {
		w.codeValue(b.Type)
	}
	w.Close()
	for i := range b.CreditLines {
		w.creditLine(&b.CreditLines[i])
	}
	w.SignedAmount("Amt", b.Amount)
	w.Moment("Dt", b.Date)
	w.availability(b.Availability)
	w.Close()
}

func (w *Writer) creditLine(l *CreditLine) {
	w.Open("CdtLine")
	w.Flag("Incl", l.Included)
	if w.Has("Tp") {
		w.Code("Tp", l.Type)
		w.Moment("Dt", l.Date)
	}
	if l.Amount != (Money{}) {
		w.Amount("Amt", l.Amount)
	}
	w.Close()
}

func (w *Writer) availability(list []Availability) {
	for i := range list {
		a := &list[i]
		w.Open("Avlbty")
		w.Open("Dt")
		if a.Date.IsZero() {
			w.Number("NbOfDays", a.Days)
		} else {
			w.Text("ActlDt", a.Date.String())
		}
		w.Close()
		w.SignedAmount("Amt", a.Amount)
		w.Close()
	}
}

func (w *Writer) totals(t Totals) {
	if t == (Totals{}) {
		return
	}
	all, net, err := t.sums()
	if err != nil {
		w.fail("base.sum", "TxsSummry", "%v", err)
		return
	}
	w.Open("TxsSummry")
	w.Open("TtlNtries")
	w.Text("NbOfNtries", strconv.Itoa(t.Credits+t.Debits))
	w.Text("Sum", all.Amount())
	if w.Has("TtlNetNtry") {
		w.Open("TtlNetNtry")
		w.Text("Amt", magnitude(net).Amount())
		w.Text("CdtDbtInd", direction(net))
		w.Close()
	} else {
		w.Text("TtlNetNtryAmt", magnitude(net).Amount())
		w.Text("CdtDbtInd", direction(net))
	}
	w.Close()
	w.partialTotals("TtlCdtNtries", t.Credits, t.CreditSum)
	w.partialTotals("TtlDbtNtries", t.Debits, t.DebitSum)
	w.Close()
}

func (w *Writer) partialTotals(name string, count int, sum Money) {
	if count == 0 {
		return
	}
	w.Open(name)
	w.Text("NbOfNtries", strconv.Itoa(count))
	w.Text("Sum", sum.Amount())
	w.Close()
}

// sums are the sum of all entries regardless of their direction, and that of
// the credits less that of the debits.
func (t Totals) sums() (all, net Money, err error) {
	switch {
	case t.Debits == 0:
		return t.CreditSum, t.CreditSum, nil
	case t.Credits == 0:
		net, err = t.DebitSum.negated()
		return t.DebitSum, net, err
	}
	if all, err = t.CreditSum.Add(t.DebitSum); err != nil {
		return Money{}, Money{}, err
	}
	net, err = t.CreditSum.Sub(t.DebitSum)
	return all, net, err
}

func (m Money) negated() (Money, error) { return NewMoney(-m.minor, m.currency) }
