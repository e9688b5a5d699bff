package messages

import "dragoman/messages/codes"

// Outcomes of a request to cancel: of the whole, and of one payment (no external
// code set). Source of which go together: decisions.md of the design notes.
const (
	confirmedCancelled = string(codes.InvestigationExecutionConfirmationCNCL)
	confirmedRejected  = string(codes.InvestigationExecutionConfirmationRJCR)
	confirmedPending   = string(codes.InvestigationExecutionConfirmationPDCR)
	confirmedForwarded = string(codes.InvestigationExecutionConfirmationFTNA)
	statusAccepted     = "ACCR"
	statusRejected     = "RJCR"
	statusPending      = "PDCR"
)

// Resolution is a camt.029 for writing: what became of a case, in a gateway
// mostly of a request to cancel. Begin with ResolutionOn, and with Cancelled,
// Refused or Forwarded.
type Resolution struct {
	AssignmentID string
	Assigner     Party
	Assignee     Party
	Created      DateTime
	Case         Case
	// Confirmation is the outcome of the whole: an external code, until
	// camt.029.001.07 one that the version lists. Where FTNA is not listed, PDCR
	// is written.
	Confirmation string
	Groups       []GroupCancellationStatus
	Payments     []CancellationStatus
}

// GroupCancellationStatus is what became of the request for an earlier message
// as a whole, for writing.
type GroupCancellationStatus struct {
	CancellationID string // of the request
	Case           Case
	Original       OriginalGroup
	Status         string // ACCR, RJCR, PDCR or PACR
	Reasons        []Reason
}

// CancellationStatus is what became of the request to cancel one payment, for
// writing.
type CancellationStatus struct {
	StatusID string
	Case     Case
	Original OriginalPayment
	Status   string // ACCR, RJCR or PDCR
	Reasons  []Reason
	Outcome  Outcome
	Assigner Party
	Assignee Party
}

// Outcome names the payment by which money goes back, for writing. Its
// references are left out before camt.029.001.09.
type Outcome struct {
	EndToEndID      string
	TransactionID   string
	UETR            string
	Amount          Money
	SettlementDate  Date
	ClearingChannel string // RTGS, RTNS, MPNS or BOOK
}

// ResolutionOn begins the answer to a received camt.056, to who sent it: it
// names the case, messages and payments as the request does.
func ResolutionOn(m *Message) Resolution {
	v, _ := ViewCancellationRequest(m)
	r := Resolution{
		Assigner: Party{Received: v.Assignee().Node},
		Assignee: Party{Received: v.Assigner().Node},
		Case:     CaseIn(v.Case()),
	}
	for g := range v.Groups() {
		r.Groups = append(r.Groups, GroupCancellationStatus{
			CancellationID: g.CancellationID(), Case: CaseIn(g.Case()), Original: g.again(),
		})
	}
	for c := range v.Transactions() {
		r.Payments = append(r.Payments, CancellationStatus{
			Case: CaseIn(c.Case()), Original: namedPayment(c.Node, c.OriginalGroup()),
			Assigner: Party{Received: c.Assigner().Node}, Assignee: Party{Received: c.Assignee().Node},
		})
	}
	return r
}

// Cancelled resolves the case: all is cancelled as asked.
func (r *Resolution) Cancelled() { r.resolve(confirmedCancelled, statusAccepted, nil) }

// Refused resolves the case: nothing is cancelled, and why.
func (r *Resolution) Refused(reasons ...Reason) {
	r.resolve(confirmedRejected, statusRejected, reasons)
}

// Forwarded tells that the request was passed on to the next agent.
func (r *Resolution) Forwarded() {
	r.resolve(confirmedPending, statusPending, nil)
	if !r.hasCase() {
		r.Confirmation = confirmedForwarded
	}
}

func (r *Resolution) hasCase() bool {
	for i := range r.Payments {
		if r.Payments[i].Case.ID != "" {
			return true
		}
	}
	for i := range r.Groups {
		if r.Groups[i].Case.ID != "" {
			return true
		}
	}
	return r.Case.ID != ""
}

func (r *Resolution) resolve(confirmation, status string, reasons []Reason) {
	r.Confirmation = confirmation
	for i := range r.Groups {
		r.Groups[i].Status, r.Groups[i].Reasons = status, reasons
	}
	for i := range r.Payments {
		r.Payments[i].Status, r.Payments[i].Reasons = status, reasons
	}
}

// Write writes the resolution in that version of camt.029.
//
// camt.029.001.01 names no payments: they are left out, and the first reason of
// the first is written in a refusal, which it must be there one of LEGL, AGNT
// and CUST.
func (r Resolution) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.029")
	w.assignment(r.AssignmentID, r.Assigner, r.Assignee, r.Created)
	w.Case("RslvdCase", r.Case)
	w.Open("Sts")
	if r.Confirmation == confirmedRejected && w.Has("RjctdCxl") {
		w.rejectedCancellation(r)
	} else {
		w.confirmation(r.Confirmation)
	}
	w.Close()
	if w.Has("CxlDtls") {
		w.cancellationDetails(r)
	}
	w.Close()
	return w.Bytes()
}

func (w *Writer) confirmation(code string) {
	if code == confirmedForwarded {
		if p, _ := w.child("Conf"); p != nil && len(p.Type.Enumeration) > 0 {
			code = confirmedPending
		}
	}
	w.Text("Conf", code)
}

// rejectedCancellation is all that the first version says of a refusal.
func (w *Writer) rejectedCancellation(r Resolution) {
	for i := range r.Payments {
		for _, reason := range r.Payments[i].Reasons {
			w.Open("RjctdCxl")
			w.Text("RsnCd", reason.Code)
			w.Text("Rsn", reason.Text)
			w.Close()
			return
		}
	}
	w.fail("schema.missing", "RjctdCxl", "a refusal needs a reason")
}

func (w *Writer) cancellationDetails(r Resolution) {
	for i := range r.Groups {
		g := &r.Groups[i]
		w.Open("CxlDtls")
		w.Open("OrgnlGrpInfAndSts")
		w.Text("OrgnlGrpCxlId", g.CancellationID)
		w.Case("RslvdCase", g.Case)
		w.originalGroup(g.Original)
		w.cancellationStatus("GrpCxlSts", g.Status, g.Reasons)
		w.Close()
		w.Close()
	}
	if len(r.Payments) == 0 {
		return
	}
	w.Open("CxlDtls")
	for i := range r.Payments {
		p := &r.Payments[i]
		w.Open("TxInfAndSts")
		w.Text("CxlStsId", p.StatusID)
		w.Case("RslvdCase", p.Case)
		w.originalPayment(&p.Original)
		w.cancellationStatus("TxCxlSts", p.Status, p.Reasons)
		w.outcome(p.Outcome)
		w.Party("Assgnr", p.Assigner)
		w.Party("Assgne", p.Assignee)
		w.Close()
	}
	w.Close()
}

func (w *Writer) cancellationStatus(name, status string, reasons []Reason) {
	w.Text(name, status)
	for _, reason := range reasons {
		w.Reason("CxlStsRsnInf", reason)
	}
}

func (w *Writer) outcome(o Outcome) {
	w.Open("RsltnRltdInf")
	w.Maybe("EndToEndId", o.EndToEndID)
	w.Maybe("TxId", o.TransactionID)
	w.Maybe("UETR", o.UETR)
	w.amountGiven("IntrBkSttlmAmt", o.Amount)
	w.Text("IntrBkSttlmDt", o.SettlementDate.String())
	w.Text("ClrChanl", o.ClearingChannel)
	w.Close()
}
