package messages

// OriginalGroup names the message that another one answers, for writing.
type OriginalGroup struct {
	MessageID   string
	MessageName string // message identifier, such as pacs.008.001.08
	Created     string // as received
}

// StatusReport is a pacs.002 for writing: the fate of a message as a whole, of
// single transactions, or both.
type StatusReport struct {
	MessageID        string
	Created          DateTime
	InstructingAgent Agent
	InstructedAgent  Agent
	Original         OriginalGroup
	OriginalCount    int    // transactions of the original; 0: not said
	GroupStatus      string // such as ACSC, RJCT, PART; empty: only transactions are reported
	GroupReasons     []Reason
	Transactions     []TransactionStatus
}

// TransactionStatus is the fate of one payment.
type TransactionStatus struct {
	StatusID       string
	InstructionID  string // of the original
	EndToEndID     string // of the original
	TransactionID  string // of the original
	UETR           string // of the original; left out where the version has no element for it
	Status         string // external transaction status, such as ACSC
	Reasons        []Reason
	Accepted       string // date-time as received
	SettlementDate Date   // effective interbank settlement date
	ClearingRef    string
	// Reference is the original transaction: the elements of it that the answer
	// can hold are repeated. Absent: none.
	Reference Node
}

// Write writes the report in that version of pacs.002.
func (r StatusReport) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.OpenBody("FIToFIPmtStsRpt")
	w.Open("GrpHdr")
	w.Text("MsgId", r.MessageID)
	w.Text("CreDtTm", r.Created.String())
	w.Agent("InstgAgt", r.InstructingAgent)
	w.Agent("InstdAgt", r.InstructedAgent)
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

// group writes what is said of the whole message. Versions to .05 or so demand
// it; later ones name the original with each transaction where nothing is said
// of the whole.
func (w *Writer) group(r StatusReport) {
	if r.GroupStatus == "" && !w.Required("OrgnlGrpInfAndSts") {
		return
	}
	w.Open("OrgnlGrpInfAndSts")
	w.originalGroup(r.Original)
	if r.OriginalCount > 0 {
		w.Number("OrgnlNbOfTxs", r.OriginalCount)
	}
	w.Text("GrpSts", r.GroupStatus)
	for _, reason := range r.GroupReasons {
		w.Reason("StsRsnInf", reason)
	}
	w.Close()
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

func (w *Writer) originalGroup(o OriginalGroup) {
	w.Text("OrgnlMsgId", o.MessageID)
	w.Text("OrgnlMsgNmId", o.MessageName)
	w.Text("OrgnlCreDtTm", o.Created)
}

func (w *Writer) transactionStatus(r StatusReport, t *TransactionStatus) {
	w.Open("TxInfAndSts")
	w.Text("StsId", t.StatusID)
	if r.GroupStatus == "" && w.Has("OrgnlGrpInf") {
		w.Open("OrgnlGrpInf")
		w.originalGroup(r.Original)
		w.Close()
	}
	w.Text("OrgnlInstrId", t.InstructionID)
	w.Text("OrgnlEndToEndId", t.EndToEndID)
	w.Text("OrgnlTxId", t.TransactionID)
	w.Maybe("OrgnlUETR", t.UETR)
	w.Text("TxSts", t.Status)
	for _, reason := range t.Reasons {
		w.Reason("StsRsnInf", reason)
	}
	w.Maybe("AccptncDtTm", t.Accepted)
	if !t.SettlementDate.IsZero() && w.Has("FctvIntrBkSttlmDt") {
		w.Open("FctvIntrBkSttlmDt")
		w.Text("Dt", t.SettlementDate.String())
		w.Close()
	}
	w.Maybe("ClrSysRef", t.ClearingRef)
	w.CopyMatching("OrgnlTxRef", t.Reference)
	w.Close()
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
