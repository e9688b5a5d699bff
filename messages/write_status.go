package messages

import "dragoman/messages/codes"

// StatusReport is a pacs.002 for writing: the fate of a message as a whole, of
// single payments of it, or both.
type StatusReport struct {
	MessageID        string
	Created          DateTime
	InstructingAgent Agent
	InstructedAgent  Agent
	Query            OriginalQuery // that is answered; left out before pacs.002.001.12
	Original         OriginalGroup
	OriginalCount    int    // transactions of the original; 0: not said
	GroupStatus      string // such as ACSC, RJCT, PART; empty: only transactions are reported
	GroupReasons     []Reason
	Transactions     []TransactionStatus
}

// TransactionStatus is the fate of one payment, for writing.
type TransactionStatus struct {
	StatusID string
	// Original names the payment. Its Group is left out where something is said
	// of the message as a whole, and that of the report where it is zero.
	Original         OriginalPayment
	Status           string // external transaction status, such as ACSC
	Reasons          []Reason
	Charges          []Charge
	Accepted         string // date-time as received
	Processed        Moment // left out before pacs.002.001.13
	SettlementDate   Date   // effective interbank settlement date; left out before pacs.002.001.10
	ServicerRef      string // left out in pacs.002.001.02, as ClearingRef
	ClearingRef      string
	InstructingAgent Agent // where they are not those of the report
	InstructedAgent  Agent
}

// Charge is one charge taken along the chain, for writing.
type Charge struct {
	Amount Money
	Agent  Agent
	Type   string // external charge type, else proprietary; left out where there is no place for it
}

// StatusReportOn begins the report on a received message: it goes back to who
// sent it and names it and all its payments, whose statuses are to be filled in.
func StatusReportOn(m *Message) StatusReport {
	group := message{bodyOf(m)}.Group()
	r := StatusReport{
		InstructingAgent: Agent{Received: group.InstructedAgent().Node},
		InstructedAgent:  Agent{Received: group.InstructingAgent().Node},
		Original:         OriginalGroupIn(m),
	}
	for o, n := range originals(m) {
		r.Transactions = append(r.Transactions, TransactionStatus{
			Original:         o,
			InstructingAgent: Agent{Received: n.Child("InstdAgt")},
			InstructedAgent:  Agent{Received: n.Child("InstgAgt")},
		})
	}
	return r
}

// Write writes the report in that version of pacs.002.
//
// A status that the version has no code for is written as the next lower one
// that it has, and named in a reason's text: ACWP as ACSP, ACCC as ACSC, BLCK as
// PDNG. The code set of groups has no ACWP and no BLCK in any version.
func (r StatusReport) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("pacs.002")
	w.Open("GrpHdr")
	w.Text("MsgId", r.MessageID)
	w.Text("CreDtTm", r.Created.String())
	w.Agent("InstgAgt", r.InstructingAgent)
	w.Agent("InstdAgt", r.InstructedAgent)
	if w.Has("OrgnlBizQry") {
		w.query(r.Query)
	}
	w.Close()
	w.group(r)
	for i := range r.Transactions {
		w.transactionStatus(r, &r.Transactions[i])
	}
	w.Close()
	return w.Bytes()
}

// OpenBody begins the message inside Document: in first versions its element
// is named by the message identifier itself.
func (w *Writer) OpenBody(name string) {
	if w.Has(w.ID()) {
		name = w.ID()
	}
	w.Open(name)
}

// group writes what is said of the whole message. Versions to .05 demand it;
// later ones name the original with each transaction where nothing is said of
// the whole.
func (w *Writer) group(r StatusReport) {
	if r.GroupStatus == "" && !w.Required("OrgnlGrpInfAndSts") {
		return
	}
	w.Open("OrgnlGrpInfAndSts")
	w.originalGroup(r.Original)
	if r.OriginalCount > 0 {
		w.Number("OrgnlNbOfTxs", r.OriginalCount)
	}
	w.status("GrpSts", r.GroupStatus, r.GroupReasons)
	w.Close()
}

// lowerStatus is what is written of a payment for which a version has no code.
// Source: decisions.md 17 of the design notes.
var lowerStatus = map[string]string{
	string(codes.PaymentTransactionStatusACWP): string(codes.PaymentTransactionStatusACSP),
	string(codes.PaymentTransactionStatusACCC): string(codes.PaymentTransactionStatusACSC),
	string(codes.PaymentTransactionStatusBLCK): string(codes.PaymentTransactionStatusPDNG),
}

// status writes a status with its reasons.
func (w *Writer) status(name, status string, reasons []Reason) {
	written := status
	for written != "" && !w.admitsStatus(name, written) {
		if written = lowerStatus[written]; written == "" {
			written = status // for the schema to refuse
			break
		}
	}
	w.Text(name, written)
	for _, reason := range reasons {
		w.Reason("StsRsnInf", reason)
	}
	if written != status {
		w.Reason("StsRsnInf", Reason{Text: "Status " + status})
	}
}

// admitsStatus tells whether a status is among the codes of the element's type,
// listed in the schema or published apart.
func (w *Writer) admitsStatus(name, status string) bool {
	p, _ := w.child(name)
	if p == nil {
		return true
	}
	if _, _, ok := p.Type.CheckValue(status); !ok {
		return false
	}
	set, external := codes.ForType(p.Type.Name)
	return !external || set.Known(status)
}

// Required tells whether the open element must hold a child of that name in
// this version of the message.
func (w *Writer) Required(name string) bool {
	if w.err != nil {
		return false
	}
	p, _ := w.parent().particle.Type.Element(name)
	return p != nil && p.Min > 0
}

func (w *Writer) transactionStatus(r StatusReport, t *TransactionStatus) {
	w.Open("TxInfAndSts")
	w.Text("StsId", t.StatusID)
	original := t.Original
	switch {
	case r.GroupStatus != "":
		original.Group = OriginalGroup{}
	case original.Group == OriginalGroup{}:
		original.Group = r.Original
	}
	w.originalPayment(&original)
	w.status("TxSts", t.Status, t.Reasons)
	w.ChargesTaken("ChrgsInf", t.Charges)
	w.Text("AccptncDtTm", t.Accepted)
	if w.Has("PrcgDt") {
		w.Moment("PrcgDt", t.Processed)
	}
	if w.Has("FctvIntrBkSttlmDt") {
		w.Moment("FctvIntrBkSttlmDt", Moment{Date: t.SettlementDate})
	}
	w.Maybe("AcctSvcrRef", t.ServicerRef)
	w.Maybe("ClrSysRef", t.ClearingRef)
	w.Agent("InstgAgt", t.InstructingAgent)
	w.Agent("InstdAgt", t.InstructedAgent)
	w.Close()
}

// ChargesTaken writes charges under the names that they have in the version.
func (w *Writer) ChargesTaken(name string, charges []Charge) {
	for i := range charges {
		c := &charges[i]
		w.Open(name)
		amount, agent := "Amt", "Agt"
		if w.Has("ChrgsAmt") {
			amount, agent = "ChrgsAmt", "ChrgsPty"
		} else if !w.Has(agent) {
			agent = "Pty"
		}
		w.Amount(amount, c.Amount)
		w.Agent(agent, c.Agent)
		if w.Has("Tp") {
			w.Code("Tp", c.Type)
		}
		w.Close()
	}
}

// CopyMatching writes an element whose children are those children of n that
// it can hold under the same name and that are valid there.
func (w *Writer) CopyMatching(name string, n Node) {
	if !n.Exists() || !w.Has(name) {
		return
	}
	w.Open(name)
	for c := range n.Children() {
		if !c.Wildcard() && w.Has(c.Name()) {
			w.try(func() { w.Copy(c) })
		}
	}
	w.Close()
}

// try undoes what write wrote if it failed.
func (w *Writer) try(write func()) {
	if w.err != nil {
		return
	}
	buf, pieces, open := len(w.buf), len(w.pieces), len(w.open)
	if write(); w.err != nil {
		w.buf, w.pieces, w.open, w.err = w.buf[:buf], w.pieces[:pieces], w.open[:open], nil
	}
}
