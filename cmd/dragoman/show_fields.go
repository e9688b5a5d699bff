package main

import (
	"iter"
	"strings"
	"unicode"

	"dragoman/messages"
	"dragoman/messages/codes"
)

// labelWidth is that of the longest label, "Instructing agent".
const labelWidth = 18

// field prints a labelled value; an empty one is left out.
func (s sheet) field(label, value string) {
	if value = oneLine(value); value != "" {
		say(s.out, "  %-*s %s\n", labelWidth, label, value)
	}
}

// oneLine keeps a value from disturbing the terminal: white space is single
// spaces, and what does not print shows as a replacement character.
func oneLine(value string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, strings.Join(strings.Fields(value), " "))
}

// words joins what is not empty.
func words(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// explained is an element's value and, where it is an ISO external code, what
// the code means.
func explained(n messages.Node) string {
	if n.Type() == nil {
		return ""
	}
	if set, ok := codes.ForType(n.Type().Name); ok {
		if meaning, _ := set.Lookup(n.Text()); meaning != "" {
			return n.Text() + " (" + brief(meaning) + ")"
		}
	}
	return n.Text()
}

// maxMeaning is how many characters of a meaning fit behind its code.
const maxMeaning = 80

// brief is the first sentence of a meaning, cut between words if it is long.
func brief(meaning string) string {
	meaning, _, _ = strings.Cut(meaning, ". ")
	meaning = strings.TrimSuffix(meaning, ".")
	count, space := 0, 0
	for i, r := range meaning {
		if count == maxMeaning {
			return meaning[:max(space, 1)] + "…"
		}
		if r == ' ' {
			space = i
		}
		count++
	}
	return meaning
}

// choice is the value of a choice between a code and a proprietary text.
func choice(n messages.Node) string {
	for _, path := range []string{"Cd", "Prtry", "Prtry/Id"} {
		if c := n.At(path); c.Exists() && explained(c) != "" {
			return explained(c)
		}
	}
	return explained(n)
}

func amount(a messages.AmountView) string { return words(a.CurrencyCode(), a.Text()) }

// directed is an amount with its direction.
func directed(a messages.AmountView, direction string) string {
	switch direction {
	case messages.Credit:
		direction = "credit"
	case messages.Debit:
		direction = "debit"
	}
	return words(amount(a), direction)
}

func agent(a messages.AgentView) string {
	id := a.BICText()
	if id == "" {
		id = words(a.ClearingSystem(), a.MemberID())
	}
	if id == "" {
		id = a.Other()
	}
	return words(id, a.Name())
}

func party(p messages.PartyView) string {
	if a := p.Agent(); a.Exists() {
		return agent(a)
	}
	where := p.Address()
	return words(p.Name(), p.BICText(), where.Town(), where.Country())
}

func (s sheet) account(label string, a messages.AccountView) {
	s.field(label, words(a.Identification(), a.CurrencyCode(), a.Name()))
}

func (s sheet) group(g messages.GroupView) {
	s.field("Message id", g.MessageID())
	s.field("Created", g.CreatedText())
	s.field("Transactions", g.CountText())
	s.field("Total", amount(g.Total()))
	s.field("Settlement", words(g.SettlementMethod(), g.ClearingSystem()))
}

// leg prints from whom to whom a message goes.
func (s sheet) leg(l interface {
	InstructingAgent() messages.AgentView
	InstructedAgent() messages.AgentView
}) {
	s.field("Instructing agent", agent(l.InstructingAgent()))
	s.field("Instructed agent", agent(l.InstructedAgent()))
}

// reasons prints why something has its status, with the words added to it.
func (s sheet) reasons(reasons iter.Seq[messages.ReasonView]) {
	for r := range reasons {
		for c := range r.Children() {
			if code := c.Child("Cd"); code.Exists() {
				s.field("Reason", explained(code))
			}
		}
		s.field("Reason", r.Proprietary())
		s.field("  given by", party(r.Originator()))
		for text := range r.Text() {
			s.field("", text)
		}
	}
}

// original prints which earlier message and payment are meant.
func (s sheet) original(o interface {
	OriginalGroup() messages.OriginalGroupView
	OriginalUETRText() string
	OriginalInstructionID() string
	OriginalEndToEndID() string
	OriginalTransactionID() string
	OriginalAmount() messages.AmountView
}) {
	s.originalGroup(o.OriginalGroup())
	s.field("UETR", o.OriginalUETRText())
	s.field("Instruction id", o.OriginalInstructionID())
	s.field("End-to-end id", o.OriginalEndToEndID())
	s.field("Transaction id", o.OriginalTransactionID())
	s.field("Original amount", amount(o.OriginalAmount()))
}

func (s sheet) originalGroup(g messages.OriginalGroupView) {
	s.field("Original message", words(g.MessageID(), g.MessageName()))
}

func (s sheet) remittance(r messages.RemittanceView) {
	for text := range r.Unstructured() {
		s.field("Remittance", text)
	}
	for part := range r.Structured() {
		for e := range part.Walk() {
			if e.Name() == "Ref" || e.Name() == "Nb" || e.Name() == "AddtlRmtInf" {
				s.field("Remittance", e.Text())
			}
		}
	}
}
