package gateway

import (
	"slices"
	"strings"

	"dragoman/messages"
)

// What banks send back in a scenario.

// returns makes a pacs.004:
//
//	return NAME BANK VERSION of PAYMENT [options]
//
// or one of several returns, each on a line of its own that begins with "+":
//
//	return NAME BANK VERSION [options]
//	+ RETURN of PAYMENT [options]
//
// Options: amount AMOUNT, currency CODE, reason CODE, to BANK (InstdAgt; nobody:
// it is left out), original AMOUNT (of what goes back),
// before AMOUNT (RtrdInstdAmt), charge AMOUNT, by-uetr,
// by-references, as-sent (references as the original's sender wrote them).
func (s *stage) returns(at scenarioLine, f, parts []string) *sentMessage {
	s.t.Helper()
	m := &sentMessage{name: f[0], from: s.bic(at, f[1]), version: f[2]}
	s.sent[m.name] = m
	rest := f[3:]
	if len(parts) == 0 {
		parts = []string{f[0] + " " + strings.Join(quoted(rest), " ")}
		rest = rest[2:]
	}
	o := optionsOf(rest)
	sender := messages.Agent{BIC: s.bic(at, o.text("as", f[1]))}
	var back messages.Return
	for i, part := range parts {
		one, settled := s.returned(at, m, i, words(part))
		one.InstructingAgent = sender
		back.Settlement = settled
		back.Payments = append(back.Payments, one)
	}
	back.MessageID, back.Created, back.Sums = o.text("id", "M-"+m.name), s.dateTime(at, ""), o.has("sums")
	receiver := back.Payments[0].InstructedAgent
	if receiver.BIC.IsZero() {
		receiver = messages.Agent{BIC: s.change.Self}
	}
	document, err := back.Write(m.version)
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	m.raw = s.edit(at, document, o)
	if len(parts) > 1 {
		receiver = messages.Agent{BIC: s.change.Self}
	}
	m.raw = s.envelope(at, messages.Header{
		From: sender, To: receiver, MessageID: back.MessageID, Definition: m.version, Created: s.dateTime(at, ""),
	}, m.raw)
	return m
}

// returned makes one return of a message: NAME of PAYMENT [options]. It begins with
// what the returning bank has been sent.
func (s *stage) returned(at scenarioLine, m *sentMessage, index int, f []string) (messages.ReturnedPayment, messages.Settlement) {
	s.t.Helper()
	if len(f) < 3 || f[1] != "of" || s.payments[f[2]] == nil {
		s.fatal(at.place, "a return is NAME of PAYMENT, not %q", f)
	}
	name, o := f[0], optionsOf(f[3:])
	original, position := s.payments[f[2]], 0
	raw := s.delivered["forwarded "+f[2]]
	if raw == nil || o.has("as-sent") {
		raw, position = original.message.raw, original.index
	}
	whole, err := messages.ReturnOf(messages.Read(raw, messages.Options{}))
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	if messages.KindOf(original.message.version) == "pacs.004" {
		back := messages.OriginalPayments(messages.Read(raw, messages.Options{}))[0]
		whole.Payments = []messages.ReturnedPayment{{Original: back, Amount: back.Amount}}
		whole.Settlement = messages.Settlement{Method: "CLRG", ClearingSystem: "DRGM"}
	}
	one := whole.Payments[position]
	one.ReturnID, one.Reasons = "R-"+name, []messages.Reason{{Code: o.text("reason", "AC04")}}
	one.Original.Received = messages.Node{}
	switch {
	case o.has("by-references"):
		one.Original.UETR = ""
	case o.has("by-uetr"):
		one.Original = messages.OriginalPayment{UETR: one.Original.UETR}
	}
	currency := messages.MustCurrency(o.text("currency", one.Amount.Currency().Code()))
	money := func(text string) messages.Money {
		amount, err := messages.ParseMoney(text, currency)
		if err != nil {
			s.fatal(at.place, "%v", err)
		}
		return amount
	}
	if o.has("amount") {
		one.Amount = money(o.text("amount", ""))
	}
	if o.has("original") {
		one.Original.Amount = money(o.text("original", ""))
	}
	if o.has("before") {
		one.InstructedAmount, one.ChargeBearer = money(o.text("before", "")), "SHAR"
		one.Charges = []messages.Charge{{Amount: money(o.text("charge", "")), Agent: messages.Agent{BIC: m.from}}}
	}
	one.InstructedAgent = messages.Agent{BIC: original.message.from}
	switch to := o.text("to", ""); to {
	case "":
	case "nobody":
		one.InstructedAgent, one.Chain = messages.Agent{}, messages.Parties{}
	default:
		one.InstructedAgent = messages.Agent{BIC: s.bic(at, to)}
	}
	if one.Chain.Debtor == (messages.Party{}) || slices.Contains(f, "no-chain") {
		one.Chain = messages.Parties{}
	}
	s.payments[name] = &sentPayment{name, m, index, one.ReturnID, original.uetr}
	return one, whole.Settlement
}

// returnWords are those of a return that has reached who sent the original.
func (s *stage) returnWords(m *messages.Message, raw []byte) []string {
	s.t.Helper()
	v, _ := messages.ViewReturn(m)
	var said []string
	for t := range v.Transactions() {
		name := s.nameOf(t.ReturnID(), "", "")
		s.delivered["forwarded "+name] = raw
		amount := t.Child("RtrdIntrBkSttlmAmt")
		said = append(said, name, amount.Attr("Ccy"), amount.Text())
		for reason := range t.Reasons() {
			said = append(said, reasonWord(reason))
		}
	}
	if count := firstChild(m.Document().Root).At("GrpHdr/NbOfTxs").Text(); count != "1" {
		s.t.Errorf("a forwarded return is one of %s", count)
	}
	return said
}
