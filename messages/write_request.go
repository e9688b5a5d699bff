package messages

// StatusRequest is a pacs.028 for writing: the question what became of messages
// or of single payments.
type StatusRequest struct {
	MessageID        string
	Created          DateTime
	InstructingAgent Agent
	InstructedAgent  Agent
	Groups           []OriginalGroup // messages that are asked about as a whole
	Payments         []RequestedPayment
}

// RequestedPayment is one payment that is asked about, for writing.
type RequestedPayment struct {
	RequestID        string
	Original         OriginalPayment
	Accepted         string // date-time as received
	ClearingRef      string // of the payment
	InstructingAgent Agent
	InstructedAgent  Agent
}

// StatusRequestOn begins the question about a message that was sent before, for
// the same receiver: it names all its payments.
func StatusRequestOn(sent *Message) StatusRequest {
	group := message{bodyOf(sent)}.Group()
	r := StatusRequest{
		InstructingAgent: Agent{Received: group.InstructingAgent().Node},
		InstructedAgent:  Agent{Received: group.InstructedAgent().Node},
	}
	for o, n := range originals(sent) {
		r.Payments = append(r.Payments, RequestedPayment{
			Original:         o,
			InstructingAgent: Agent{Received: n.Child("InstgAgt")},
			InstructedAgent:  Agent{Received: n.Child("InstdAgt")},
		})
	}
	return r
}

// Write writes the request in that version of pacs.028.
func (r StatusRequest) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("pacs.028")
	w.Open("GrpHdr")
	w.Text("MsgId", r.MessageID)
	w.Text("CreDtTm", r.Created.String())
	w.Agent("InstgAgt", r.InstructingAgent)
	w.Agent("InstdAgt", r.InstructedAgent)
	w.Close()
	for _, group := range r.Groups {
		w.Open("OrgnlGrpInf")
		w.originalGroup(group)
		w.Close()
	}
	for i := range r.Payments {
		p := &r.Payments[i]
		w.Open("TxInf")
		w.Text("StsReqId", p.RequestID)
		w.originalPayment(&p.Original)
		w.Text("AccptncDtTm", p.Accepted)
		w.Text("ClrSysRef", p.ClearingRef)
		w.Agent("InstgAgt", p.InstructingAgent)
		w.Agent("InstdAgt", p.InstructedAgent)
		w.Close()
	}
	w.Close()
	return w.Bytes()
}
