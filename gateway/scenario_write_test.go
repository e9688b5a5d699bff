package gateway

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"

	"dragoman/messages"
)

// What banks send in a scenario, made by the writers of the message layer.

// sentMessage is a message that a bank has sent.
type sentMessage struct {
	name    string
	from    messages.BIC
	version string
	raw     []byte
}

// sentPayment is one payment of such a message.
type sentPayment struct {
	name        string
	message     *sentMessage
	index       int
	instruction string // InstrId, which no two payments share
	uetr        string
}

// uetrFrom makes the UETR of a payment from its name.
func uetrFrom(name string) string {
	sum := sha256.Sum256([]byte(name))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// options are the words behind the plain ones of a line: some are alone, the
// others have a value behind them.
type options map[string][]string

var alone = map[string]bool{"no-header": true, "by-references": true, "by-uetr": true, "group": true, "cover": true, "sums": true, "as-sent": true, "no-chain": true}

func optionsOf(f []string) options {
	o := options{}
	for i := 0; i < len(f); i++ {
		if alone[f[i]] {
			o[f[i]] = []string{""}
			continue
		}
		if i+1 < len(f) {
			o[f[i]] = append(o[f[i]], f[i+1])
			i++
		}
	}
	return o
}

func (o options) text(name, otherwise string) string {
	if all := o[name]; len(all) > 0 {
		return all[0]
	}
	return otherwise
}

func (o options) has(name string) bool { return len(o[name]) > 0 }

// write makes a payment message:
//
//	send NAME FROM VERSION to BANK CURRENCY AMOUNT [options]
//
// or one of several payments, each on a line of its own that begins with "+":
//
//	send NAME FROM VERSION [options]
//	+ PAYMENT to BANK CURRENCY AMOUNT [options]
//
// Options: id MSGID, created TIME, uetr-of PAYMENT, from TIME, until TIME, till
// TIME, priority CODE, as BANK (InstgAgt and header), method CODE, cover, sums,
// no-header, set ELEMENT=TEXT, drop ELEMENT, put TEXT=TEXT; of one that is exchanged
// quote QUOTE, bound RATE, account CURRENCY, charges BEARER, ordered "CURRENCY AMOUNT".
func (s *stage) write(at scenarioLine, f, parts []string) *sentMessage {
	s.t.Helper()
	m := &sentMessage{name: f[0], from: s.bic(at, f[1]), version: f[2]}
	s.sent[m.name] = m
	rest := f[3:]
	if len(parts) == 0 {
		parts = []string{f[0] + " " + strings.Join(quoted(rest), " ")}
		if len(rest) > 4 {
			rest = rest[4:]
		}
	}
	o := optionsOf(rest)
	sender := messages.Agent{BIC: s.bic(at, o.text("as", f[1]))}
	transfer := messages.CreditTransfer{
		MessageID: o.text("id", "M-"+m.name), Created: s.dateTime(at, o.text("created", "")), Sums: o.has("sums"),
		Settlement: messages.Settlement{Method: o.text("method", "CLRG")}, InstructingAgent: sender,
	}
	if transfer.Settlement.Method == "CLRG" {
		transfer.Settlement.ClearingSystem = "DRGM"
	}
	var receiver messages.BIC
	for i, part := range parts {
		p, to := s.payment(at, m, i, words(part))
		transfer.Payments = append(transfer.Payments, p)
		receiver = to
	}
	document, err := transfer.Write(m.version)
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	m.raw = s.edit(at, document, o)
	if !o.has("no-header") {
		h := messages.Header{
			From: messages.Agent{BIC: s.bic(at, o.text("header-from", o.text("as", f[1])))}, To: messages.Agent{BIC: receiver}, MessageID: transfer.MessageID, Definition: o.text("definition", m.version),
			Created: s.dateTime(at, ""), Service: o.text("service", ""), PossibleDuplicate: o.has("possible-duplicate"),
		}
		if len(parts) > 1 {
			h.To = messages.Agent{BIC: s.change.Self}
		}
		m.raw = s.envelope(at, h, m.raw)
	}
	return m
}

func (s *stage) envelope(at scenarioLine, h messages.Header, document []byte) []byte {
	s.t.Helper()
	header, err := h.Write("head.001.001.02")
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	return messages.Envelope(header, document)
}

func quoted(f []string) []string {
	all := make([]string, len(f))
	for i, word := range f {
		all[i] = `"` + word + `"`
	}
	return all
}

// payment makes one payment of a message: NAME to BANK CURRENCY AMOUNT [options].
func (s *stage) payment(at scenarioLine, m *sentMessage, index int, f []string) (messages.Payment, messages.BIC) {
	s.t.Helper()
	if len(f) < 5 || f[1] != "to" {
		s.fatal(at.place, "a payment is NAME to BANK CURRENCY AMOUNT, not %q", f)
	}
	name, o := f[0], optionsOf(f[5:])
	to := messages.Agent{BIC: s.bic(at, f[2])}
	amount, err := messages.ParseMoney(f[4], messages.MustCurrency(f[3]))
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	same := o.text("uetr-of", name)
	date, err := messages.ParseDate(o.text("date", s.now().Format("2006-01-02")))
	if err != nil {
		s.t.Fatal(err)
	}
	p := messages.Payment{
		InstructionID: "I-" + name, EndToEndID: "E-" + same, TransactionID: "T-" + same, UETR: uetrFrom(same), Amount: amount, SettlementDate: date,
		Priority: o.text("priority", ""), Accepted: "2026-11-23T08:59:00Z", InstructedAgent: to, Purpose: "GDDS",
		Times:      messages.SettlementTimes{From: s.timeOfDay(at, o.text("from", "")), Till: s.timeOfDay(at, o.text("till", "")), Reject: s.timeOfDay(at, o.text("until", ""))},
		Remittance: messages.Remittance{Unstructured: []string{"invoice " + name}},
	}
	s.payments[name] = &sentPayment{name, m, index, p.InstructionID, p.UETR}
	from := messages.Agent{BIC: m.from}
	if messages.KindOf(m.version) == "pacs.009" {
		p.Accepted, p.Purpose = "", ""
		p.Parties = messages.Parties{Debtor: messages.Party{Agent: from}, Creditor: messages.Party{Agent: to}}
		if o.has("cover") {
			p.Underlying = &messages.Payment{Parties: customersOf(from, to)}
		}
		return p, to.BIC
	}
	p.ChargeBearer, p.InstructedAmount, p.Parties = o.text("charges", "SHAR"), amount, customersOf(from, to)
	s.exchange(at, m.version, &p, o)
	return p, to.BIC
}

// customersOf are the people who pay and are paid, and the accounts that they have.
func customersOf(from, to messages.Agent) messages.Parties {
	return messages.Parties{
		UltimateDebtor: messages.Party{Name: "Wei Trading"}, Debtor: messages.Party{Name: "Li Wei"}, DebtorAccount: messages.Account{Other: "6222020200001234567"},
		DebtorAgent: from, CreditorAgent: to, Creditor: messages.Party{Name: "Somchai Jaidee"}, CreditorAccount: messages.Account{Other: "0012345678"},
		UltimateCreditor: messages.Party{Name: "Jaidee Textiles"},
	}
}

// edit changes the document as its text says.
func (s *stage) edit(at scenarioLine, document []byte, o options) []byte {
	s.t.Helper()
	text := string(document)
	replace := func(pattern, with string) {
		next := regexp.MustCompile(pattern).ReplaceAllLiteralString(text, with)
		if next == text {
			s.fatal(at.place, "there is nothing to change for %s", pattern)
		}
		text = next
	}
	for _, one := range o["set"] {
		element, value, _ := strings.Cut(one, "=")
		replace(`(?s)<`+element+`>[^<]*</`+element+`>`, "<"+element+">"+value+"</"+element+">")
	}
	for _, element := range o["drop"] {
		replace(`(?s)<`+element+`>.*?</`+element+`>`, "")
	}
	for _, one := range o["put"] {
		before, after, _ := strings.Cut(one, "=>")
		replace(regexp.QuoteMeta(before), after)
	}
	return []byte(text)
}

func (s *stage) timeOfDay(at scenarioLine, text string) messages.TimeOfDay {
	s.t.Helper()
	if text == "" {
		return messages.TimeOfDay{}
	}
	t, err := messages.ParseTimeOfDay(text)
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	return t
}

// dateTime is a time as written, or now.
func (s *stage) dateTime(at scenarioLine, text string) messages.DateTime {
	s.t.Helper()
	if text == "" {
		text = s.now().UTC().Format("2006-01-02T15:04:05Z")
	}
	t, err := messages.ParseDateTime(text)
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	return t
}

// repeatOf is a message sent before, byte for byte or with what its sender may
// change: "again NAME [possible-duplicate yes] [put TEXT=>TEXT]".
func (s *stage) repeatOf(at scenarioLine, f []string) *sentMessage {
	s.t.Helper()
	m, ok := s.sent[f[0]]
	if !ok {
		s.fatal(at.place, "there is no message %s", f[0])
	}
	again := *m
	again.raw = s.edit(at, m.raw, optionsOf(f[1:]))
	return &again
}
