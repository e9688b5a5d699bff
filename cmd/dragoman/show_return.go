package main

import "dragoman/messages"

// returned prints a pacs.004.
func (s sheet) returned(m *messages.Message) bool {
	v, ok := messages.ViewReturn(m)
	if !ok {
		return false
	}
	s.group(v.Group())
	s.originalGroup(v.OriginalGroup())
	s.reasons(v.Reasons())
	n := 0
	for t := range v.Transactions() {
		n++
		say(s.out, "Return %d\n", n)
		s.field("Amount", amount(t.Amount()))
		s.field("Settlement date", t.SettlementDateText())
		s.field("Return id", t.ReturnID())
		s.reasons(t.Reasons())
		s.original(t)
		s.field("Charges", t.ChargeBearer())
		s.leg(t)
		s.field("Returned by", party(t.Chain().Debtor()))
		s.field("Returned to", party(t.Chain().Creditor()))
	}
	return true
}

// reversed prints a pacs.007.
func (s sheet) reversed(m *messages.Message) bool {
	v, ok := messages.ViewReversal(m)
	if !ok {
		return false
	}
	s.group(v.Group())
	s.originalGroup(v.OriginalGroup())
	s.reasons(v.Reasons())
	n := 0
	for t := range v.Transactions() {
		n++
		say(s.out, "Reversal %d\n", n)
		s.field("Amount", amount(t.Amount()))
		s.field("Settlement date", t.SettlementDateText())
		s.field("Reversal id", t.ReversalID())
		s.reasons(t.Reasons())
		s.original(t)
	}
	return true
}

// assignment is how requests to cancel and their answers begin.
type assignment interface {
	AssignmentID() string
	Assigner() messages.PartyView
	Assignee() messages.PartyView
	CreatedText() string
	Case() messages.CaseView
}

func (s sheet) assignment(a assignment) {
	s.field("Assignment id", a.AssignmentID())
	s.field("By", party(a.Assigner()))
	s.field("To", party(a.Assignee()))
	s.field("Created", a.CreatedText())
	s.field("Case", words(a.Case().ID(), party(a.Case().Creator())))
}

// cancellationRequest prints a camt.056.
func (s sheet) cancellationRequest(m *messages.Message) bool {
	v, ok := messages.ViewCancellationRequest(m)
	if !ok {
		return false
	}
	s.assignment(v)
	for g := range v.Groups() {
		say(s.out, "Group\n")
		s.originalGroup(g.OriginalGroupView)
		s.reasons(g.Reasons())
	}
	n := 0
	for t := range v.Transactions() {
		n++
		say(s.out, "Payment %d\n", n)
		s.field("Cancellation id", t.CancellationID())
		s.field("Case", t.Case().ID())
		s.reasons(t.Reasons())
		s.original(t)
		s.field("Settlement date", t.OriginalSettlementDateText())
	}
	return true
}

// resolution prints a camt.029.
func (s sheet) resolution(m *messages.Message) bool {
	v, ok := messages.ViewResolution(m)
	if !ok {
		return false
	}
	s.assignment(v)
	s.field("Outcome", explained(v.At("Sts/Conf")))
	n := 0
	for t := range v.Transactions() {
		n++
		say(s.out, "Payment %d\n", n)
		s.field("Status", explained(t.Child("TxCxlSts")))
		s.field("Case", t.Case().ID())
		s.reasons(t.Reasons())
		s.original(t)
	}
	return true
}
