package simulation

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"dragoman/gateway"
	"dragoman/messages"
)

// Versions in which the banks write.
const (
	transferVersion = "pacs.008.001.08"
	recallVersion   = "camt.056.001.08"
	questionVersion = "pacs.028.001.03"
	wordVersion     = "pacs.002.001.10"
	replyVersion    = "camt.029.001.09"
	coverVersion    = "pacs.009.001.08"
	returnVersion   = "pacs.004.001.09"
	moneyVersion    = "camt.050.001.06"
	receiptVersion  = "camt.025.001.05"
	headerVersion   = "head.001.001.02"
)

// scribe writes what the banks send.
type scribe struct {
	random  *rand.Rand
	created messages.DateTime
	date    messages.Date
	gateway messages.BIC
}

func newScribe(random *rand.Rand) *scribe {
	created, err := messages.NewDateTime(beginning)
	must(err)
	year, month, day := beginning.Date()
	date, err := messages.NewDate(year, month, day)
	must(err)
	return &scribe{random: random, created: created, date: date, gateway: bicOf(gatewayBIC)}
}

// transfer writes a credit transfer: of customers, or between banks.
func (s *scribe) transfer(l *letter, from messages.BIC) []byte {
	version, service := transferVersion, ""
	t := messages.CreditTransfer{MessageID: l.id, Created: s.created, Settlement: messages.Settlement{Method: "CLRG"}}
	switch l.kind { //nolint:exhaustive // the others are plain
	case kindCovered:
		t.Settlement.Method = "COVE"
	case kindCover:
		version = coverVersion
	case kindAdvice:
		version, service = coverVersion, adviceService
	}
	for _, p := range l.payments {
		t.Payments = append(t.Payments, s.payment(p, from))
	}
	document, err := t.Write(version)
	must(err)
	return s.under(from, t.Payments[0].InstructedAgent.BIC, l.id, version, service, document)
}

func (s *scribe) payment(p *payment, from messages.BIC) messages.Payment {
	to := unknownBIC
	if p.to != nil {
		to = p.to.bic.Full()
	}
	sender, agent := messages.Agent{BIC: from}, messages.Agent{BIC: bicOf(to)}
	w := messages.Payment{
		InstructionID: p.id, EndToEndID: p.id, TransactionID: p.id, UETR: p.uetr, Amount: money(p.minor, p.currency), SettlementDate: s.date, Priority: p.priority,
		InstructingAgent: sender, InstructedAgent: agent, Remittance: messages.Remittance{Unstructured: []string{"Invoice " + p.letter.id}},
	}
	if p.from != "" {
		from, err := messages.ParseTimeOfDay(p.from)
		must(err)
		w.Times.From = from
	}
	parties := messages.Parties{
		Debtor: messages.Party{Name: "Debtor", Address: messages.Address{Town: "Oldtown", Country: "CN"}}, DebtorAgent: sender,
		CreditorAgent: agent, Creditor: messages.Party{Name: "Creditor", Address: messages.Address{Town: "Newtown", Country: "TH"}},
	}
	if p.letter.kind == kindCover || p.letter.kind == kindAdvice {
		w.Parties = messages.Parties{Debtor: messages.Party{Agent: sender}, Creditor: messages.Party{Agent: agent}}
		if p.letter.kind == kindCover {
			w.Underlying = &messages.Payment{Parties: parties}
		}
		return w
	}
	w.Parties, w.ChargeBearer, w.Purpose = parties, "SHAR", "GDDS"
	if p.into != "" {
		w.InstructedAmount = w.Amount
		w.Parties.CreditorAccount = messages.Account{Other: "0012345678", Currency: p.into}
	}
	if p.bearer != "" {
		w.ChargeBearer = p.bearer
	}
	switch {
	case p.quote != nil:
		w.Instructions = []string{gateway.InstructionQuote + p.quote.ID}
	case p.bound != "":
		w.Instructions = []string{gateway.InstructionRate + p.bound}
	}
	return w
}

// recall asks for the payments of a letter back.
func (s *scribe) recall(l *letter) []byte {
	r := messages.CancellationOf(messages.Read(l.about.raw, messages.Options{}))
	r.AssignmentID, r.Created = l.id, s.created
	for i := range r.Payments {
		r.Payments[i].CancellationID = fmt.Sprintf("%s-%d", l.id, i)
		r.Payments[i].Reasons = []messages.Reason{{Code: "CUST"}}
	}
	document, err := r.Write(recallVersion)
	must(err)
	return s.envelope(l.from.bic, s.gateway, l.id, recallVersion, document)
}

// question asks how the payments of a letter stand.
func (s *scribe) question(l *letter) []byte {
	r := messages.StatusRequestOn(messages.Read(l.about.raw, messages.Options{}))
	r.MessageID, r.Created = l.id, s.created
	document, err := r.Write(questionVersion)
	must(err)
	return s.envelope(l.from.bic, s.gateway, l.id, questionVersion, document)
}

// word tells whether a bank takes the payment that it was asked about.
func (s *scribe) word(l *letter, asked *messages.Message, status, reason string) []byte {
	r := messages.StatusReportOn(asked)
	r.MessageID, r.Created, r.GroupStatus = l.id, s.created, ""
	for i := range r.Transactions {
		r.Transactions[i].Status = status
		if reason != "" {
			r.Transactions[i].Reasons = []messages.Reason{{Code: reason}}
		}
	}
	document, err := r.Write(wordVersion)
	must(err)
	return s.envelope(l.from.bic, s.gateway, l.id, wordVersion, document)
}

// reply refuses to give a payment back, or grants it.
func (s *scribe) reply(l *letter, asked *messages.Message, grants bool) []byte {
	r := messages.ResolutionOn(asked)
	r.AssignmentID, r.Created = l.id, s.created
	if grants {
		r.Cancelled()
	} else {
		r.Refused(messages.Reason{Code: "CUST"})
	}
	document, err := r.Write(replyVersion)
	must(err)
	return s.envelope(l.from.bic, s.gateway, l.id, replyVersion, document)
}

// back gives a payment back, or a part of it.
func (s *scribe) back(l *letter, p *payment, got *messages.Message, reason string) []byte {
	r, err := messages.ReturnOf(got)
	must(err)
	r.MessageID, r.Created = l.id, s.created
	one := &r.Payments[0]
	one.ReturnID, one.Amount, one.Reasons = p.id, money(p.minor, p.currency), []messages.Reason{{Code: reason}}
	one.Original.Received = messages.Node{}
	if l.about.payments[0].letter.kind == kindCover {
		one.Chain = messages.Parties{}
	}
	document, err := r.Write(returnVersion)
	must(err)
	return s.envelope(l.from.bic, p.to.bic, l.id, returnVersion, document)
}

// ownMoney moves a bank's own money from one account to another.
func (s *scribe) ownMoney(l *letter, p *payment, from, to string) []byte {
	document, err := messages.LiquidityCreditTransfer{
		MessageID: l.id, Created: s.created, EndToEndID: p.id, UETR: p.uetr, Amount: money(p.minor, p.currency),
		DebtorAccount: messages.Account{Other: from}, CreditorAccount: messages.Account{Other: to},
	}.Write(moneyVersion)
	must(err)
	return s.envelope(l.from.bic, s.gateway, l.id, moneyVersion, document)
}

// receipt is an issuer's answer to who wants its money, or gives it back.
func (s *scribe) receipt(l *letter, asked, status string) []byte {
	document, err := messages.Receipt{MessageID: l.id, Created: s.created, Details: []messages.ReceiptDetails{{
		Original: messages.OriginalQuery{MessageID: asked, MessageName: moneyVersion}, Handlings: []messages.Handling{{Status: status}},
	}}}.Write(receiptVersion)
	must(err)
	return s.envelope(l.from.bic, s.gateway, l.id, receiptVersion, document)
}

// form writes one of the messages that have no writer of their own.
func (s *scribe) form(l *letter, version, root string, fill func(w *messages.Writer)) []byte {
	w := messages.NewWriter(version)
	w.Open(root)
	w.Open("MsgHdr")
	w.Text("MsgId", l.id)
	w.Text("CreDtTm", s.created.String())
	w.Close()
	fill(w)
	w.Close()
	document, err := w.Bytes()
	must(err)
	return s.envelope(l.from.bic, s.gateway, l.id, version, document)
}

func money(minor int64, currency string) messages.Money {
	m, err := messages.NewMoney(minor, messages.MustCurrency(currency))
	must(err)
	return m
}

// adviceService says in the header of a message that it is an advice.
const adviceService = "swift.cbprplus.adv.03"

func (s *scribe) envelope(from, to messages.BIC, id, definition string, document []byte) []byte {
	return s.under(from, to, id, definition, "", document)
}

// under puts a document under a header that names a business service.
func (s *scribe) under(from, to messages.BIC, id, definition, service string, document []byte) []byte {
	header, err := messages.Header{
		From: messages.Agent{BIC: from}, To: messages.Agent{BIC: to}, MessageID: id, Definition: definition, Service: service, Created: s.created,
	}.Write(headerVersion)
	must(err)
	return messages.Envelope(header, document)
}

// uetr draws a UUID of version 4.
func (s *scribe) uetr() string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], s.random.Uint64())
	binary.BigEndian.PutUint64(id[8:], s.random.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	u, err := messages.UETRFromBytes(id)
	must(err)
	return u.String()
}

func bicOf(text string) messages.BIC {
	bic, err := messages.ParseBIC(text)
	must(err)
	return bic
}

// must is for what is wrong only if this package is.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
