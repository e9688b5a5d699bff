package main

import "dragoman/messages"

// statusReport prints a pacs.002.
func (s sheet) statusReport(m *messages.Message) bool {
	v, ok := messages.ViewStatusReport(m)
	if !ok {
		return false
	}
	s.group(v.Group())
	s.leg(v.Group())
	for g := range v.Groups() {
		s.originalGroup(g.OriginalGroupView)
		s.field("Status", explained(g.Child("GrpSts")))
		s.reasons(g.Reasons())
	}
	n := 0
	for t := range v.Transactions() {
		n++
		say(s.out, "Payment %d\n", n)
		s.field("Status", explained(t.Child("TxSts")))
		s.reasons(t.Reasons())
		s.original(t)
		s.leg(t)
		s.field("Accepted", t.AcceptedText())
		s.field("Settlement date", t.SettlementDateText())
	}
	return true
}

// statusRequest prints a pacs.028.
func (s sheet) statusRequest(m *messages.Message) bool {
	v, ok := messages.ViewStatusRequest(m)
	if !ok {
		return false
	}
	s.group(v.Group())
	s.leg(v.Group())
	for g := range v.Groups() {
		s.originalGroup(g)
	}
	n := 0
	for t := range v.Transactions() {
		n++
		say(s.out, "Payment %d\n", n)
		s.field("Request id", t.RequestID())
		s.original(t)
	}
	return true
}

// receipt prints a camt.025.
func (s sheet) receipt(m *messages.Message) bool {
	v, ok := messages.ViewReceipt(m)
	if !ok {
		return false
	}
	s.group(v.Group())
	for d := range v.Details() {
		say(s.out, "Answer\n")
		s.field("To message", words(d.Original().MessageID(), d.Original().MessageName()))
		for h := range d.Handlings() {
			s.field("Status", h.Status())
			s.field("Description", h.Description())
		}
	}
	return true
}

// rejection prints an admi.002.
func (s sheet) rejection(m *messages.Message) bool {
	v, ok := messages.ViewRejection(m)
	if !ok {
		return false
	}
	s.field("Rejected message", v.Reference())
	s.field("Reason", v.Code())
	s.field("Description", v.Description())
	s.field("Place", v.Location())
	s.field("Rejected at", v.RejectedText())
	return true
}
