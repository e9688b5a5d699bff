package simulation

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"dragoman/messages"
)

// letter is one message that a bank sends, and what became of it as the bank knows.
type letter struct {
	id       string
	kind     kind
	raw      []byte
	from     *bank
	about    *letter // of a recall, a question or a conflict
	recall   *letter // that asks it back
	payments []*payment
	sends    int
	arrived  int // at the door
	receipts int
	place    string // as the first receipt says
	refused  bool   // at the door
	asked    bool   // there was a question about it
	replies  int    // to that
	answers  map[string]*answer
	resolved []string // of a recall: what it came to
}

// answer is one message that answers a letter; it may come again, byte for byte.
type answer struct {
	digest      [32]byte
	first, last uint64 // mails
	times       int
}

// payment is one payment of a letter.
type payment struct {
	letter   *letter
	id       string // instruction and transaction id
	uetr     string
	to       *bank // nil: nobody that is known
	currency string
	minor    int64
	told     []status
	forwards map[string]bool // message ids under which the receiver got it
	outcomes []status        // that the receiver was told after it was asked
	granted  bool            // its receiver will give it back
	said     string          // by the receiver, when it is asked: ACSP, RJCT or nothing
}

type status struct{ code, reason string }

// kind is what a letter is.
type kind uint8

const (
	kindPlain kind = iota
	kindBatch
	kindConflict
	kindMalformed
	kindForged
	kindUnknown
	kindRecall
	kindQuestion
	kindWord  // what a receiver says of a payment that it is asked about
	kindReply // what it says of one that it is asked to give back
)

var kindNames = [...]string{"payment", "batch", "conflict", "malformed", "forged", "unknown receiver", "recall", "question", "word", "reply"}

func (k kind) String() string { return kindNames[k] }

// counted tells that a letter was sent at its bank's pace, and is not about another.
func (l *letter) counted() bool {
	return l.kind < kindRecall
}

// passedOn is the first answer to a recall that goes on to the receiver: it names no
// case.
const passedOn = "FTNA"

// Versions in which the banks write.
const (
	transferVersion = "pacs.008.001.08"
	recallVersion   = "camt.056.001.08"
	questionVersion = "pacs.028.001.03"
	wordVersion     = "pacs.002.001.10"
	replyVersion    = "camt.029.001.09"
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
	return &scribe{random, created, date, bicOf(gatewayBIC)}
}

// transfer writes a customer credit transfer.
func (s *scribe) transfer(l *letter, from messages.BIC, urgent bool) []byte {
	t := messages.CreditTransfer{MessageID: l.id, Created: s.created, Settlement: messages.Settlement{Method: "CLRG"}}
	for _, p := range l.payments {
		to := unknownBIC
		if p.to != nil {
			to = p.to.bic.Full()
		}
		agent := messages.Agent{BIC: bicOf(to)}
		priority := ""
		if urgent {
			priority = "URGT"
		}
		amount, err := messages.NewMoney(p.minor, messages.MustCurrency(p.currency))
		must(err)
		t.Payments = append(t.Payments, messages.Payment{
			InstructionID: p.id, EndToEndID: p.id, TransactionID: p.id, UETR: p.uetr, Amount: amount, SettlementDate: s.date, Priority: priority, ChargeBearer: "SHAR",
			InstructingAgent: messages.Agent{BIC: from}, InstructedAgent: agent,
			Parties: messages.Parties{
				Debtor: messages.Party{Name: "Debtor", Address: messages.Address{Town: "Oldtown", Country: "CN"}}, DebtorAgent: messages.Agent{BIC: from},
				CreditorAgent: agent, Creditor: messages.Party{Name: "Creditor", Address: messages.Address{Town: "Newtown", Country: "TH"}},
			},
			Purpose: "GDDS", Remittance: messages.Remittance{Unstructured: []string{"Invoice " + l.id}},
		})
	}
	document, err := t.Write(transferVersion)
	must(err)
	return s.envelope(from, t.Payments[0].InstructedAgent.BIC, l.id, transferVersion, document)
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
func (s *scribe) word(l *letter, asked *messages.Message, status string) []byte {
	r := messages.StatusReportOn(asked)
	r.MessageID, r.Created, r.GroupStatus = l.id, s.created, ""
	for i := range r.Transactions {
		r.Transactions[i].Status = status
		if status == "RJCT" {
			r.Transactions[i].Reasons = []messages.Reason{{Code: "AC04"}}
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

func (s *scribe) envelope(from, to messages.BIC, id, definition string, document []byte) []byte {
	header, err := messages.Header{
		From: messages.Agent{BIC: from}, To: messages.Agent{BIC: to}, MessageID: id, Definition: definition, Created: s.created,
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
