package main

import (
	"bufio"
	"context"
	"flag"
	"strings"

	"dragoman/messages"
	"dragoman/messages/profile"
)

func showCommand() command {
	c := command{
		name: "show", usage: "[--all] FILE",
		summary: "print a message for a person: parties, amounts, references, status",
		help: `
Prints who sent what to whom: references, amounts, parties, agents, accounts,
statuses, and what codes mean. Payments, returns, status reports, recalls and
their answers, statements, receipts and rejections are shown by their meaning;
of other messages every element that holds a value. FILE - is standard input. Of
a message that is not valid the faults come first, then as much of it as could
be read.

  dragoman show payment.xml
  dragoman show --all payment.xml

Exit code: 0 shown; 1 shown, and it is not valid; 2 wrong usage, or a file that
cannot be read.`,
	}
	c.run = func(_ context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		all := flags.Bool("all", false, "print every element that holds a value")
		paths, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		if len(paths) != 1 {
			return c.usagef("which file? just one; - is standard input")
		}
		m, err := readMessage(paths[0], std)
		if err != nil {
			return err
		}
		s := sheet{bufio.NewWriter(std.out)}
		if err := s.faults(paths[0], m); err != nil {
			return err
		}
		s.message(m, *all)
		if err := s.out.Flush(); err != nil || m.Valid() {
			return err
		}
		return errInvalid
	}
	return c
}

// sheet prints a message for a person.
type sheet struct{ out *bufio.Writer }

// faults prints the verdict on every part that is not valid.
func (s sheet) faults(path string, m *messages.Message) error {
	if m.Valid() {
		return nil
	}
	for _, v := range verdicts(path, m, profile.Verdict{Refusals: m.Faults()}) {
		if v.Verdict == isValid {
			continue
		}
		if err := v.write(s.out); err != nil {
			return err
		}
	}
	if m.Header().Root.Exists() || m.Document().Root.Exists() {
		say(s.out, "\n")
	}
	return nil
}

func (s sheet) message(m *messages.Message, all bool) {
	if h, ok := messages.ViewHeader(m); ok {
		say(s.out, "Header %s\n", m.Header().ID)
		if all {
			s.tree(h.Node, "  ")
		} else {
			s.header(h)
		}
	}
	root := m.Document().Root
	if !root.Exists() {
		return
	}
	title := titles[messages.KindOf(m.Document().ID)]
	if title == "" {
		title = "Message"
	}
	say(s.out, "%s %s\n", title, m.Document().ID)
	if !all {
		for _, show := range []func(*messages.Message) bool{
			s.customerTransfer, s.institutionTransfer, s.directDebit, s.returned, s.reversed, s.statusReport, s.statusRequest,
			s.cancellationRequest, s.resolution, s.statements, s.receipt, s.rejection,
		} {
			if show(m) {
				return
			}
		}
	}
	s.tree(root, "  ")
}

// titles name the kinds that people see most.
var titles = map[string]string{
	"pacs.002": "Payment status report", "pacs.003": "Customer direct debit", "pacs.004": "Payment return",
	"pacs.007": "Payment reversal", "pacs.008": "Customer credit transfer", "pacs.009": "Institution credit transfer",
	"pacs.010": "Institution direct debit", "pacs.028": "Payment status request", "pacs.029": "Multilateral settlement request",
	"camt.025": "Receipt", "camt.029": "Resolution of investigation", "camt.050": "Liquidity credit transfer",
	"camt.051": "Liquidity debit transfer", "camt.052": "Account report", "camt.053": "Account statement",
	"camt.054": "Debit and credit notification", "camt.056": "Payment cancellation request", "camt.060": "Account reporting request",
	"pain.001": "Customer credit transfer initiation", "admi.002": "Message reject", "admi.004": "System event", "admi.007": "Receipt acknowledgement",
}

func (s sheet) header(h messages.HeaderView) {
	s.field("From", party(h.From()))
	s.field("To", party(h.To()))
	s.field("Message id", h.MessageID())
	s.field("Definition", h.Definition())
	s.field("Service", h.Service())
	s.field("Created", h.CreatedText())
	s.field("Copy", h.Copy())
	s.field("Priority", h.Priority())
	if h.PossibleDuplicate() {
		s.field("Duplicate", "possible: it may have been sent before")
	}
	s.field("Answers", strings.TrimSpace(h.Related().MessageID()+" "+h.Related().Definition()))
}

// tree prints every element that holds a value; elements with a single child
// share its line.
func (s sheet) tree(n messages.Node, indent string) {
	for c := range n.Children() {
		name := c.Name()
		for only := onlyChild(c); only.Exists() && !only.Wildcard(); only = onlyChild(c) {
			c, name = only, name+"/"+only.Name()
		}
		switch {
		case c.Wildcard():
			say(s.out, "%s%s (foreign content, %d bytes)\n", indent, c.QName(), len(c.Raw()))
		case c.Type().Simple():
			say(s.out, "%s%s: %s\n", indent, name, strings.TrimSpace(c.Attr("Ccy")+" "+oneLine(explained(c))))
		default:
			say(s.out, "%s%s\n", indent, name)
			s.tree(c, indent+"  ")
		}
	}
}

// onlyChild is the child of an element that has just one.
func onlyChild(n messages.Node) (only messages.Node) {
	for c := range n.Children() {
		if only.Exists() {
			return messages.Node{}
		}
		only = c
	}
	return only
}
