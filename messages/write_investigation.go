package messages

// InvestigationResponse is a camt.111 for writing: the answer to a camt.110, or
// how far the investigation is.
type InvestigationResponse struct {
	MessageID     string
	ResponderID   string // the responder's identifier of the investigation
	Status        string // external investigation status
	StatusReason  string // external code, else proprietary
	NextResponder Party
	Findings      []Finding
	// Request is the head of the request as it was received (InvstgtnReq of a
	// camt.110), which the answer repeats as far as it fits.
	Request Node
}

// Finding is one answer, for writing. Of Debit, Booking, PaymentStatus and
// Narrative one is written: the first that is set.
type Finding struct {
	Question      int    // sequence number of the question; 0: not said
	Reason        string // of the question: external code, else proprietary
	ReasonSubType string // of the question: external code, else proprietary
	Originator    Party

	Debit          *DebitDecision
	Booking        *Booking
	PaymentStatus  string // external transaction status, such as ACSC
	PaymentReasons []Reason
	Narrative      string // at most 500 characters
}

// DebitDecision says whether an account may be debited, for writing.
type DebitDecision struct {
	Granted   bool
	Amount    Money
	Account   Account
	ValueDate Date
	Reason    string // at most 140 characters
}

// Booking says how a payment was booked, for writing.
type Booking struct {
	Amount       Money // below zero for a debit
	ExchangeRate Decimal
	Account      Account
	Booked       Moment
	ValueDate    Moment
	References   References
	Reason       string // at most 140 characters
}

// InvestigationResponseOn begins the answer to a received camt.110: it repeats
// the request's head and takes up each question.
func InvestigationResponseOn(m *Message) InvestigationResponse {
	v, _ := ViewInvestigationRequest(m)
	r := InvestigationResponse{ResponderID: v.ResponderID(), Request: v.Node}
	for q := range v.Questions() {
		f := Finding{Reason: q.Reason(), ReasonSubType: q.ReasonSubType()}
		f.Question = smallNumber(q.SequenceText())
		r.Findings = append(r.Findings, f)
	}
	return r
}

// smallNumber is a count of few digits; 0 when there is none.
func smallNumber(text string) (n int) {
	for _, digit := range []byte(text) {
		if digit < '0' || digit > '9' || n > 1<<20 {
			return 0
		}
		n = 10*n + int(digit-'0')
	}
	return n
}

// Write writes the response in that version of camt.111.
func (r InvestigationResponse) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.111")
	w.Open("InvstgtnRspn")
	w.Text("MsgId", r.MessageID)
	w.Text("RspndrInvstgtnId", r.ResponderID)
	w.Open("InvstgtnSts")
	w.Text("Sts", r.Status)
	w.Code("StsRsn", r.StatusReason)
	w.Close()
	w.Party("NxtRspndr", r.NextResponder)
	for i := range r.Findings {
		w.finding(&r.Findings[i])
	}
	w.Close()
	w.fit("OrgnlInvstgtnReq", r.Request)
	w.Close()
	return w.Bytes()
}

func (w *Writer) finding(f *Finding) {
	w.Open("InvstgtnData")
	if f.Question > 0 {
		w.Number("OrgnlInvstgtnSeq", f.Question)
	}
	w.Code("OrgnlInvstgtnRsn", f.Reason)
	w.Code("OrgnlInvstgtnRsnSubTp", f.ReasonSubType)
	w.Open("RspnData")
	switch {
	case f.Debit != nil:
		w.debitDecision(f.Debit)
	case f.Booking != nil:
		w.booking(f.Booking)
	case f.PaymentStatus != "":
		w.Open("TxSts")
		w.Code("Sts", f.PaymentStatus)
		for _, reason := range f.PaymentReasons {
			w.Reason("StsRsnInf", reason)
		}
		w.Close()
	default:
		w.Text("RspnNrrtv", f.Narrative)
	}
	w.Close()
	w.Party("RspnOrgtr", f.Originator)
	w.Close()
}

func (w *Writer) debitDecision(d *DebitDecision) {
	w.Open("DbtAuthstn")
	w.Flag("DbtAuthstn", d.Granted)
	w.amountGiven("AmtToDbt", d.Amount)
	w.Account("Acct", d.Account)
	w.Text("ValDtToDbt", d.ValueDate.String())
	w.Text("Rsn", d.Reason)
	w.Close()
}

func (w *Writer) booking(b *Booking) {
	w.Open("Conf")
	w.SignedAmount("Amt", b.Amount)
	w.rateGiven("XchgRate", b.ExchangeRate)
	w.Account("Acct", b.Account)
	w.Moment("BookgDt", b.Booked)
	w.Moment("ValDt", b.ValueDate)
	w.references(&b.References)
	w.Text("Rsn", b.Reason)
	w.Close()
}
