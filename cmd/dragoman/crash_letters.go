package main

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"dragoman/messages"
)

// scribe writes the messages of invented banks. Everything that is left to
// chance comes from one source, so that a seed gives the same messages.
type scribe struct {
	random  *rand.Rand
	created messages.DateTime
	date    messages.Date
}

func newScribe(random *rand.Rand, now time.Time) *scribe {
	created, err := messages.NewDateTime(now.UTC().Truncate(time.Second))
	must(err)
	year, month, day := now.UTC().Date()
	date, err := messages.NewDate(year, month, day)
	must(err)
	return &scribe{random, created, date}
}

// draft is one payment to be written.
type draft struct {
	id       string // instruction and transaction id; the end-to-end id is made of it
	uetr     string // empty: none is given
	amount   messages.Money
	to       demoBank
	agent    messages.BIC // of the creditor; usually the receiver
	priority string
	told     []string // what the gateway is told in words, such as the quote that is used
}

func endToEnd(id string) string { return "E2E-" + id }

// transfer writes a customer credit transfer with its header.
func (s *scribe) transfer(version string, from demoBank, id string, drafts []draft) []byte {
	transfer := messages.CreditTransfer{MessageID: id, Created: s.created, Settlement: messages.Settlement{Method: "CLRG"}}
	for _, d := range drafts {
		transfer.Payments = append(transfer.Payments, messages.Payment{
			InstructionID: d.id, EndToEndID: endToEnd(d.id), TransactionID: d.id, UETR: d.uetr, Amount: d.amount,
			SettlementDate: s.date, Priority: d.priority, ChargeBearer: "SHAR",
			InstructingAgent: messages.Agent{BIC: from.bic}, InstructedAgent: messages.Agent{BIC: d.agent},
			Parties: messages.Parties{
				Debtor:        messages.Party{Name: "Customer of " + from.name, Address: messages.Address{Town: "Oldtown", Country: from.bic.Country().String()}},
				DebtorAgent:   messages.Agent{BIC: from.bic},
				CreditorAgent: messages.Agent{BIC: d.agent},
				Creditor:      messages.Party{Name: "Customer of " + d.to.name, Address: messages.Address{Town: "Newtown", Country: d.to.bic.Country().String()}},
			},
			Instructions: d.told, Purpose: "GDDS", Remittance: messages.Remittance{Unstructured: []string{"Invoice " + d.id}},
		})
	}
	document, err := transfer.Write(version)
	must(err)
	return s.envelope(from.bic, drafts[0].agent, id, version, document)
}

// recallVersion is the version in which banks of the proof ask for a payment back.
const recallVersion = "camt.056.001.08"

// recall asks for the payments of a message back.
func (s *scribe) recall(from demoBank, gateway messages.BIC, id string, sent []byte) []byte {
	r := messages.CancellationOf(messages.Read(sent, messages.Options{}))
	r.AssignmentID, r.Created = id, s.created
	for i := range r.Payments {
		r.Payments[i].CancellationID = fmt.Sprintf("%s-%d", id, i)
		r.Payments[i].Reasons = []messages.Reason{{Code: "DUPL"}}
	}
	document, err := r.Write(recallVersion)
	must(err)
	return s.envelope(from.bic, gateway, id, recallVersion, document)
}

func (s *scribe) envelope(from, to messages.BIC, id, definition string, document []byte) []byte {
	header, err := messages.Header{
		From: messages.Agent{BIC: from}, To: messages.Agent{BIC: to}, MessageID: id, Definition: definition, Created: s.created,
	}.Write("head.001.001.02")
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

// money makes an amount of minor units.
func money(minor int64, currency string) messages.Money {
	m, err := messages.NewMoney(minor, messages.MustCurrency(currency))
	must(err)
	return m
}
