package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"strings"

	"dragoman/messages"
	"dragoman/messages/codes"
)

func showCommand() command {
	c := command{
		name: "show", usage: "[--all] FILE",
		summary: "print a message for a person: parties, amounts, references, status",
		help: `
Prints who sent what to whom: of payments and status reports the references,
amounts, parties, agents, statuses and what the reason codes mean; of other
messages every element that holds a value. FILE - is standard input. A message
that is not valid is shown as far as it could be read, with its faults first.`,
	}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		all := flags.Bool("all", false, "print every element that holds a value")
		paths, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(paths) != 1 {
			return usagef("show: exactly one file")
		}
		m, err := readMessage(paths[0], std)
		if err != nil {
			return err
		}
		s := sheet{bufio.NewWriter(std.out)}
		for _, v := range verdicts(paths[0], m, m.Faults()) {
			if v.Verdict != "valid" {
				err = v.write(s.out)
			}
		}
		s.message(m, *all)
		if flushed := s.out.Flush(); err == nil {
			err = flushed
		}
		if err == nil && !m.Valid() {
			return errInvalid
		}
		return err
	}
	return c
}

// sheet prints labelled values.
type sheet struct{ out *bufio.Writer }

// labelWidth is that of the longest label, "Instructing agent".
const labelWidth = 18

func (s sheet) field(label, value string) {
	if value = strings.Join(strings.Fields(value), " "); value != "" {
		say(s.out, "  %-*s %s\n", labelWidth, label, value)
	}
}

func (s sheet) message(m *messages.Message, all bool) {
	if h, ok := messages.ViewHeader(m); ok {
		say(s.out, "Header %s\n", m.Header().ID)
		s.field("From", party(h.From()))
		s.field("To", party(h.To()))
		s.field("Message id", h.MessageID())
		s.field("Definition", h.Definition())
		s.field("Service", h.Service())
		s.field("Created", h.CreatedText())
		s.field("Copy", h.Copy())
		if h.PossibleDuplicate() {
			s.field("Duplicate", "possible: it may have been sent before")
		}
	}
	root := m.Document().Root
	if !root.Exists() {
		return
	}
	say(s.out, "%s %s\n", title(m.Document().ID), m.Document().ID)
	switch {
	case all:
		s.tree(root)
	case s.transfers(m):
	case s.statuses(m):
	default:
		s.tree(root)
	}
}

// titles name the kinds that people see most.
var titles = map[string]string{
	"pacs.002": "Payment status report", "pacs.003": "Customer direct debit", "pacs.004": "Payment return",
	"pacs.007": "Payment reversal", "pacs.008": "Customer credit transfer", "pacs.009": "Institution credit transfer",
	"pacs.010": "Institution direct debit", "pacs.028": "Payment status request", "camt.025": "Receipt",
	"camt.029": "Resolution of investigation", "camt.050": "Liquidity credit transfer", "camt.052": "Account report",
	"camt.053": "Account statement", "camt.054": "Debit and credit notification", "camt.056": "Payment cancellation request",
	"camt.060": "Account reporting request", "admi.002": "Message reject", "admi.004": "System event", "admi.007": "Receipt acknowledgement",
}

func title(id string) string {
	if t := titles[messages.KindOf(id)]; t != "" {
		return t
	}
	return "Message"
}

// tree prints every element that holds a value, indented.
func (s sheet) tree(n messages.Node) {
	s.branch(n, "  ")
}

func (s sheet) branch(n messages.Node, indent string) {
	for c := range n.Children() {
		switch {
		case c.Wildcard():
			say(s.out, "%s%s (foreign content, %d bytes)\n", indent, c.QName(), len(c.Raw()))
		case c.Type().Simple():
			say(s.out, "%s%s: %s\n", indent, c.Name(), strings.TrimSpace(c.Attr("Ccy")+" "+c.Text()))
		default:
			say(s.out, "%s%s\n", indent, c.Name())
			s.branch(c, indent+"  ")
		}
	}
}

func (s sheet) group(g messages.GroupView) {
	s.field("Message id", g.MessageID())
	s.field("Created", g.CreatedText())
	s.field("Transactions", g.CountText())
	s.field("Total", amount(g.Total()))
	s.field("Settlement", strings.TrimSpace(g.SettlementMethod()+" "+g.ClearingSystem()))
}

// payment is what the transactions of pacs.008 and pacs.009 have in common.
type payment interface {
	PaymentID() messages.PaymentIDView
	Amount() messages.AmountView
	SettlementDateText() string
	Priority() string
	InstructingAgent() messages.AgentView
	InstructedAgent() messages.AgentView
	Debtor() messages.PartyView
	DebtorAccount() messages.AccountView
	DebtorAgent() messages.AgentView
	CreditorAgent() messages.AgentView
	Creditor() messages.PartyView
	CreditorAccount() messages.AccountView
	Purpose() string
	Remittance() messages.RemittanceView
}

func (s sheet) transfers(m *messages.Message) bool {
	if v, ok := messages.ViewCustomerCreditTransfer(m); ok {
		s.group(v.Group())
		n := 0
		for t := range v.Transactions() {
			n++
			s.payment(n, t)
			s.field("Instructed", amount(t.InstructedAmount()))
			s.field("Charges", t.ChargeBearer())
			for c := range t.Charges() {
				s.field("Charge taken", amount(c.Amount())+" by "+agent(c.Agent()))
			}
		}
		return true
	}
	v, ok := messages.ViewInstitutionCreditTransfer(m)
	if !ok {
		return false
	}
	s.field("Variant", v.Variant().String())
	s.group(v.Group())
	n := 0
	for t := range v.Transactions() {
		n++
		s.payment(n, t)
		if u := t.Underlying(); u.Exists() {
			s.field("Covers", party(u.Debtor())+" to "+party(u.Creditor()))
		}
	}
	return true
}

func (s sheet) payment(n int, t payment) {
	say(s.out, "Payment %d\n", n)
	id := t.PaymentID()
	s.field("Amount", amount(t.Amount()))
	s.field("Settlement date", t.SettlementDateText())
	s.field("Priority", t.Priority())
	s.field("UETR", id.UETRText())
	s.field("Instruction id", id.InstructionID())
	s.field("End-to-end id", id.EndToEndID())
	s.field("Transaction id", id.TransactionID())
	s.field("Debtor", party(t.Debtor()))
	s.field("  account", t.DebtorAccount().Identification())
	s.field("Debtor agent", agent(t.DebtorAgent()))
	s.field("Instructing agent", agent(t.InstructingAgent()))
	s.field("Instructed agent", agent(t.InstructedAgent()))
	s.field("Creditor agent", agent(t.CreditorAgent()))
	s.field("Creditor", party(t.Creditor()))
	s.field("  account", t.CreditorAccount().Identification())
	if purpose := codes.Purpose(t.Purpose()); purpose != "" {
		s.field("Purpose", explained(string(purpose), purpose.Meaning()))
	}
	for text := range t.Remittance().Unstructured() {
		s.field("Remittance", text)
	}
}

func explained(code, meaning string) string {
	if meaning == "" {
		return code
	}
	return code + ": " + meaning
}

func amount(a messages.AmountView) string {
	return strings.TrimSpace(a.CurrencyCode() + " " + a.Text())
}

func agent(a messages.AgentView) string {
	id := a.BICText()
	if id == "" {
		id = strings.TrimSpace(a.ClearingSystem() + " " + a.MemberID())
	}
	if id == "" {
		id = a.Other()
	}
	return strings.TrimSpace(id + " " + a.Name())
}

func party(p messages.PartyView) string {
	if a := p.Agent(); a.Exists() {
		return agent(a)
	}
	where := p.Address()
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", p.Name(), p.BICText(), where.Town(), where.Country()))
}
