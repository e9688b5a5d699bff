package gateway

import (
	"slices"
	"strings"

	"dragoman/messages"
)

// What banks send about earlier payments in a scenario.

// about makes a recall, a status request or a report:
//
//	recall NAME BANK VERSION PAYMENT… [by-references|by-uetr]
//	ask NAME BANK VERSION PAYMENT… [by-references|by-uetr]
//	  (of all payments of a message: all:NAME; of a recall: recall:NAME)
//	say NAME BANK VERSION PAYMENT… STATUS [reason CODE] [text TEXT] [by-uetr] [group]
//
// A report names payments as they were forwarded, the others as they were sent.
func (s *stage) about(at scenarioLine, f []string) *sentMessage {
	s.t.Helper()
	m := &sentMessage{name: f[1], from: s.bic(at, f[2]), version: f[3]}
	s.sent[m.name] = m
	names := f[4:]
	if n := slices.IndexFunc(names, func(name string) bool { return !s.namesPayments(name) }); n >= 0 {
		names = names[:n]
	}
	rest := f[4+len(names):]
	var document []byte
	var err error
	switch f[0] {
	case "recall":
		document, err = s.recall(at, m, names, optionsOf(rest))
	case "ask":
		document, err = s.ask(at, m, names, optionsOf(rest))
	default:
		document, err = s.say(at, m, names, rest[0], optionsOf(rest[1:]))
	}
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	document = s.edit(at, document, optionsOf(rest[min(len(rest), map[bool]int{true: 1}[f[0] == "say"]):]))
	m.raw = s.envelope(at, messages.Header{
		From: messages.Agent{BIC: m.from}, To: messages.Agent{BIC: s.change.Self}, MessageID: "M-" + m.name, Definition: m.version, Created: s.dateTime(at, ""),
	}, document)
	return m
}

// namesPayments tells that a word means a payment, nothing, all payments of a message
// ("all:NAME") or a recall ("recall:NAME").
func (s *stage) namesPayments(word string) bool {
	kind, name, marked := strings.Cut(word, ":")
	return s.payments[word] != nil || word == "nothing" || marked && (kind == "all" || kind == "recall") && s.sent[name] != nil
}

// wholeOf is the message that a word means as a whole; false when it means a payment.
func (s *stage) wholeOf(word string) (messages.OriginalGroup, bool) {
	_, name, marked := strings.Cut(word, ":")
	switch {
	case word == "nothing":
		return messages.OriginalGroup{MessageID: "M-any", MessageName: "pacs.008.001.08"}, true
	case marked:
		return messages.OriginalGroup{MessageID: "M-" + name, MessageName: s.sent[name].version}, true
	}
	return messages.OriginalGroup{}, false
}

// originalOf names a payment as its sender does.
func (s *stage) originalOf(at scenarioLine, name string, o options) messages.OriginalPayment {
	s.t.Helper()
	p, ok := s.payments[name]
	if !ok {
		s.fatal(at.place, "there is no payment %s", name)
	}
	all := messages.OriginalPayments(messages.Read(p.message.raw, messages.Options{}))
	if p.index >= len(all) {
		s.fatal(at.place, "%s cannot be named", name)
	}
	one := all[p.index]
	one.Received = messages.Node{}
	if o.has("by-references") {
		one.UETR = ""
	}
	if o.has("by-uetr") {
		one = messages.OriginalPayment{Group: messages.OriginalGroup{MessageID: "NOTPROVIDED", MessageName: one.Group.MessageName}, UETR: one.UETR, EndToEndID: one.EndToEndID}
	}
	return one
}

func (s *stage) recall(at scenarioLine, m *sentMessage, names []string, o options) ([]byte, error) {
	r := messages.CancellationRequest{
		AssignmentID: "M-" + m.name, Created: s.dateTime(at, ""), Case: messages.Case{ID: "C-" + m.name, Creator: messages.Party{Agent: messages.Agent{BIC: m.from}}},
		Assigner: messages.Party{Agent: messages.Agent{BIC: m.from}}, Assignee: messages.Party{Agent: messages.Agent{BIC: s.change.Self}},
	}
	for _, name := range names {
		if whole, ok := s.wholeOf(name); ok {
			r.Groups = append(r.Groups, messages.GroupCancellation{Original: whole, Whole: true, Reasons: []messages.Reason{{Code: "DUPL"}}})
			continue
		}
		r.Payments = append(r.Payments, messages.Cancellation{Original: s.originalOf(at, name, o), Reasons: []messages.Reason{{Code: "DUPL"}}})
	}
	return r.Write(m.version)
}

func (s *stage) ask(at scenarioLine, m *sentMessage, names []string, o options) ([]byte, error) {
	r := messages.StatusRequest{
		MessageID: "M-" + m.name, Created: s.dateTime(at, ""), InstructingAgent: messages.Agent{BIC: m.from}, InstructedAgent: messages.Agent{BIC: s.change.Self},
	}
	for _, name := range names {
		if whole, ok := s.wholeOf(name); ok {
			r.Groups = append(r.Groups, whole)
			continue
		}
		r.Payments = append(r.Payments, messages.RequestedPayment{Original: s.originalOf(at, name, o)})
	}
	return r.Write(m.version)
}

func (s *stage) say(at scenarioLine, m *sentMessage, names []string, status string, o options) ([]byte, error) {
	var reasons []messages.Reason
	if o.has("reason") {
		reasons = []messages.Reason{{Code: o.text("reason", ""), Text: o.text("text", "")}}
	}
	r := messages.StatusReport{
		MessageID: "M-" + m.name, Created: s.dateTime(at, ""), InstructingAgent: messages.Agent{BIC: m.from}, InstructedAgent: messages.Agent{BIC: s.change.Self},
	}
	for _, name := range names {
		original := s.originalOf(at, name, options{})
		if raw, ok := s.delivered["forwarded "+name+o.text("attempt", "")]; ok {
			original = messages.OriginalPayments(messages.Read(raw, messages.Options{}))[0]
			original.Received = messages.Node{}
		}
		if o.has("by-uetr") {
			original.Group = messages.OriginalGroup{}
		}
		r.Original = original.Group
		r.Transactions = append(r.Transactions, messages.TransactionStatus{Original: original, Status: status, Reasons: reasons})
	}
	if o.has("group") {
		r.GroupStatus, r.GroupReasons, r.Transactions = status, reasons, nil
	}
	return r.Write(m.version)
}
