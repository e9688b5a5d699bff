package messages

// Case identifies an investigation, for writing.
type Case struct {
	ID       string
	Creator  Party // in camt.029.001.01 by BIC only
	Reopened bool
}

// Case writes a case.
func (w *Writer) Case(name string, c Case) {
	if c == (Case{}) {
		return
	}
	w.Open(name)
	w.Text("Id", c.ID)
	w.AssignmentParty("Cretr", c.Creator)
	if c.Reopened {
		w.Flag("ReopCaseIndctn", true)
	}
	w.Close()
}

// CaseIn is a received case for writing.
func CaseIn(c CaseView) Case {
	return Case{ID: c.ID(), Creator: Party{Received: c.Child("Cretr")}, Reopened: c.Reopened()}
}

// assignment writes who hands a case to whom.
func (w *Writer) assignment(id string, from, to Party, created DateTime) {
	w.Open("Assgnmt")
	w.Text("Id", id)
	w.AssignmentParty("Assgnr", from)
	w.AssignmentParty("Assgne", to)
	w.Text("CreDtTm", created.String())
	w.Close()
}

// AssignmentParty writes a party or, where the version takes nothing else, its
// BIC.
func (w *Writer) AssignmentParty(name string, p Party) {
	particle, _ := w.child(name)
	if particle == nil {
		return
	}
	if !particle.Type.Simple() {
		w.Party(name, p)
		return
	}
	bic := p.BIC.String()
	switch {
	case p.Received.Exists():
		bic = PartyView{p.Received}.BICText()
	case !p.Agent.IsZero():
		bic = p.Agent.BIC.String()
	}
	w.Text(name, bic)
}

// CancellationRequest is a camt.056 for writing: the wish to cancel payments, or
// to get back what has settled.
type CancellationRequest struct {
	AssignmentID string
	Assigner     Party
	Assignee     Party
	Created      DateTime
	Case         Case
	Counted      bool // write the number of payments and, with Sums, of their amounts
	Sums         bool
	Groups       []GroupCancellation
	Payments     []Cancellation
}

// GroupCancellation names an earlier message whose payments are to be
// cancelled, for writing.
type GroupCancellation struct {
	CancellationID string
	Case           Case
	Original       OriginalGroup
	Whole          bool // all payments of the message
	Reasons        []Reason
}

// Cancellation is one payment to cancel, for writing.
type Cancellation struct {
	CancellationID string
	Case           Case
	Original       OriginalPayment
	Assigner       Agent
	Assignee       Agent
	Reasons        []Reason
}

// CancellationOf begins the request to cancel all payments of a message that
// was sent before, for the same receiver. Identifiers and reasons are to be
// filled in, and payments that are not cancelled taken out.
func CancellationOf(sent *Message) CancellationRequest {
	group := message{bodyOf(sent)}.Group()
	var r CancellationRequest
	for o, n := range originals(sent) {
		r.Payments = append(r.Payments, Cancellation{Original: o})
		l := leg{n, group}
		r.Assigner = Party{Agent: Agent{Received: l.InstructingAgent().Node}}
		r.Assignee = Party{Agent: Agent{Received: l.InstructedAgent().Node}}
	}
	return r
}

// Write writes the request in that version of camt.056.
func (r CancellationRequest) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.056")
	w.assignment(r.AssignmentID, r.Assigner, r.Assignee, r.Created)
	w.Case("Case", r.Case)
	if r.Counted {
		w.Open("CtrlData")
		w.Number("NbOfTxs", len(r.Payments))
		if r.Sums {
			amounts := make([]Money, len(r.Payments))
			for i := range r.Payments {
				amounts[i] = r.Payments[i].Original.Amount
			}
			w.sums("", amounts)
		}
		w.Close()
	}
	for i := range r.Groups {
		w.Open("Undrlyg")
		w.groupCancellation(&r.Groups[i])
		w.Close()
	}
	if len(r.Payments) > 0 {
		w.Open("Undrlyg")
		for i := range r.Payments {
			w.cancellation(&r.Payments[i])
		}
		w.Close()
	}
	w.Close()
	return w.Bytes()
}

func (w *Writer) groupCancellation(g *GroupCancellation) {
	w.Open("OrgnlGrpInfAndCxl")
	w.Text("GrpCxlId", g.CancellationID)
	w.Case("Case", g.Case)
	w.originalGroup(g.Original)
	if g.Whole {
		w.Flag("GrpCxl", true)
	}
	for _, reason := range g.Reasons {
		w.Reason("CxlRsnInf", reason)
	}
	w.Close()
}

func (w *Writer) cancellation(c *Cancellation) {
	w.Open("TxInf")
	w.Text("CxlId", c.CancellationID)
	w.Case("Case", c.Case)
	w.originalPayment(&c.Original)
	w.Agent("Assgnr", c.Assigner)
	w.Agent("Assgne", c.Assignee)
	for _, reason := range c.Reasons {
		w.Reason("CxlRsnInf", reason)
	}
	w.Close()
}
