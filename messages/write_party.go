package messages

// Party names a person or organisation for writing, or an agent that stands in
// the place of one.
type Party struct {
	Name    string
	BIC     BIC
	LEI     LEI
	Address Address

	// Agent is written where the message takes an agent in the place of a party.
	// Where it takes none, naming an agent is an error.
	Agent    Agent
	Received Node // written as it came in place of all else; see Writer.Received
}

// IsZero reports no party.
func (p Party) IsZero() bool { return p == Party{} }

// Party writes a PartyIdentification.
func (w *Writer) Party(name string, p Party) {
	if p.IsZero() {
		return
	}
	if p.Received.Exists() {
		w.Received(name, p.Received)
		return
	}
	if p.only() && w.takesAgent(name) {
		w.Agent(name, p.Agent)
		return
	}
	w.Open(name)
	switch {
	case !p.Agent.IsZero():
		w.Agent("Agt", p.Agent)
	case w.Has("Pty"): // offered beside an agent
		w.Open("Pty")
		w.partyFields(p)
		w.Close()
	default:
		w.partyFields(p)
	}
	w.Close()
}

// only tells that nothing but an agent is named.
func (p Party) only() bool { return p == Party{Agent: p.Agent} }

// takesAgent tells whether the child of that name is an agent itself.
func (w *Writer) takesAgent(name string) bool {
	p, _ := w.child(name)
	if p == nil {
		return false
	}
	institution, _ := p.Type.Element("FinInstnId")
	return institution != nil
}

func (w *Writer) partyFields(p Party) {
	w.Text("Nm", p.Name)
	w.Address("PstlAdr", p.Address)
	w.Open("Id")
	w.Open("OrgId")
	bic := "AnyBIC"
	for _, older := range []string{"BICOrBEI", "BIC"} {
		if !w.Has(bic) {
			bic = older
		}
	}
	w.Text(bic, p.BIC.String())
	w.Maybe("LEI", p.LEI.String())
	w.Close()
	w.Close()
}
