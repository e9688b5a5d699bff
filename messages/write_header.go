package messages

// Header is the business application header of a message for writing.
type Header struct {
	From, To          Agent
	MessageID         string // of the business message
	Definition        string // message identifier of the document
	Service           string // business service, such as swift.cbprplus.03
	Created           DateTime
	Copy              string // CODU, COPY or DUPL
	PossibleDuplicate bool
	Priority          string
	// Registry and Practice name the usage guidelines that the message follows;
	// left out in head.001.001.01, as Processed.
	Registry, Practice string
	Processed          DateTime // business processing date
	Related            Node     // header of the message that this one answers, as received
}

// HeaderTo begins the header of an answer to a message with that header: it
// goes back to who sent it.
func HeaderTo(received HeaderView) Header {
	return Header{
		From:     Agent{Received: received.To().Node},
		To:       Agent{Received: received.From().Node},
		Service:  received.Service(),
		Priority: received.Priority(),
		Related:  received.Node,
	}
}

// Write writes the header in that version, such as head.001.001.03.
func (h Header) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.fields(h)
	return w.Bytes()
}

func (w *Writer) fields(h Header) {
	w.headerParty("Fr", h.From)
	w.headerParty("To", h.To)
	w.Text("BizMsgIdr", h.MessageID)
	w.Text("MsgDefIdr", h.Definition)
	w.Text("BizSvc", h.Service)
	w.Text("CreDt", w.headerTime(h.Created))
	w.Text("CpyDplct", h.Copy)
	if h.PossibleDuplicate {
		w.Flag("PssblDplct", true)
	}
	w.Text("Prty", h.Priority)
	if w.Has("MktPrctc") {
		w.Open("MktPrctc")
		w.Text("Regy", h.Registry)
		w.Text("Id", h.Practice)
		w.Close()
	}
	w.Maybe("BizPrcgDt", h.Processed.String())
	w.related(h.Related)
}

// headerTime is in UTC where the version asks for it (head.001.001.01).
func (w *Writer) headerTime(created DateTime) string {
	p, _ := w.child("CreDt")
	if p == nil || p.Type.Pattern == "" {
		return created.String()
	}
	if t, ok := created.Time(); ok {
		if utc, err := NewNormalisedDateTime(t); err == nil {
			return utc.String()
		}
	}
	return created.String()
}

func (w *Writer) headerParty(name string, a Agent) {
	if a.Received.Exists() {
		w.Received(name, a.Received)
		return
	}
	w.Open(name)
	w.Agent("FIId", a)
	w.Close()
}

// related repeats what the answered message's header says of itself.
func (w *Writer) related(n Node) {
	if !n.Exists() {
		return
	}
	w.Open("Rltd")
	for c := range n.Children() {
		if name := c.Name(); name != "Rltd" && name != "Sgntr" && w.Has(name) {
			w.Copy(c)
		}
	}
	w.Close()
}
