package gateway

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"

	"dragoman/messages"
	"dragoman/messages/profile"
	"dragoman/routing"
	"dragoman/settlement"
)

// reading is what the desk makes of one body.
type reading struct {
	letter  *routing.Letter
	message *messages.Message
	// unreadable is why the body is no message that can be answered in kind; it
	// is answered admi.002.
	unreadable *messages.Fault
}

// maxFaultText bounds how much of a fault's sentence goes into an answer.
const maxFaultText = 200

// readLetter reads a body and gathers the facts.
func readLetter(raw []byte, sender messages.BIC, at settlement.Moment, directory *routing.Directory) reading {
	m := messages.Read(raw, messages.Options{MaxBytes: MaxBody})
	doc := m.Document()
	if fault := firstUnreadable(m); fault != nil {
		return reading{unreadable: fault}
	}
	l := &routing.Letter{Sender: sender, Type: doc.ID, Received: at, Digest: messages.Digest(doc.Root)}
	f := facts{message: m, letter: l}
	if !f.read() {
		fault := m.Fault("gateway.unsupported", "FF03", doc.Root, "message type %s is not handled here", doc.ID)
		return reading{unreadable: &fault}
	}
	l.Identity = identify("message", sender.Full(), messages.KindOf(doc.ID), l.ID)
	switch {
	case !m.Valid():
		l.Refusal = refusalOf(m.Faults())
		l.Payments, l.Questions = nil, nil
	case !f.ownName():
		l.Refusal = settlement.Reason{Code: "DS0H", Text: "the certificate is not that of the sender named in the message"}
	default:
		f.applyProfile(directory)
	}
	return reading{letter: l, message: m}
}

// firstUnreadable finds what keeps a body from being a message that can be
// answered in kind.
func firstUnreadable(m *messages.Message) *messages.Fault {
	doc := m.Document()
	for i := range m.Faults() {
		f := &m.Faults()[i]
		if !strings.HasPrefix(f.Rule, "schema.") || f.Rule == "schema.unknown-type" || f.Rule == "schema.root" {
			return f
		}
	}
	if !doc.Root.Exists() {
		fault := m.Fault("envelope.no-document", "FF01", m.Header().Root, "there is no Document in the message")
		return &fault
	}
	return nil
}

// refusalOf makes a reason of the first fault and tells how many more there are.
func refusalOf(faults []messages.Fault) settlement.Reason {
	f := faults[0]
	text := f.Path + ": " + f.Text
	if len(text) > maxFaultText {
		text = strings.ToValidUTF8(text[:maxFaultText], "") + "…"
	}
	if len(faults) > 1 {
		text += fmt.Sprintf(" (and %d more)", len(faults)-1)
	}
	return settlement.Reason{Code: f.Reason, Text: text}
}

// facts gathers the parsed fields that decisions depend on.
type facts struct {
	message *messages.Message
	letter  *routing.Letter
	agent   messages.AgentView // instructing agent of the message
}

// read tells whether the message is of a kind that the gateway handles.
func (f *facts) read() bool {
	if v, ok := messages.ViewCustomerCreditTransfer(f.message); ok {
		f.letter.ID, f.agent = v.Group().MessageID(), v.Group().InstructingAgent()
		for t := range v.Transactions() {
			f.payment(t, settlement.KindCustomer)
		}
		f.coveredElsewhere(v.Group().SettlementMethod())
		return true
	}
	if v, ok := messages.ViewInstitutionCreditTransfer(f.message); ok {
		f.letter.ID, f.agent = v.Group().MessageID(), v.Group().InstructingAgent()
		kind := map[messages.Variant]settlement.Kind{
			messages.VariantCore: settlement.KindCore, messages.VariantCover: settlement.KindCover, messages.VariantAdvice: settlement.KindAdvice,
		}[v.Variant()]
		for t := range v.Transactions() {
			f.payment(t, kind)
		}
		return true
	}
	return f.liquidity() || f.reporting() || f.question()
}

// coveredElsewhere refuses customer transfers whose money moves by a payment of
// its own (COVE): to settle them too would move it twice.
func (f *facts) coveredElsewhere(method string) {
	if method != "COVE" {
		return
	}
	for i := range f.letter.Payments {
		f.letter.Payments[i].Refusal = settlement.Reason{Code: "AG03", Text: "a transfer with a cover payment (COVE) is sent to the creditor agent itself; its cover, a pacs.009, settles here"}
	}
}

// transaction is what the desk reads of a payment of either kind.
type transaction interface {
	PaymentID() messages.PaymentIDView
	Amount() messages.AmountView
	timed
	Priority() string
	InstructingAgent() messages.AgentView
	InstructedAgent() messages.AgentView
	DebtorAgent() messages.AgentView
	CreditorAgent() messages.AgentView
}

func (f *facts) payment(t transaction, kind settlement.Kind) {
	id := t.PaymentID()
	p := routing.Payment{
		Kind: kind, Priority: t.Priority(), Date: t.SettlementDateText(), Transaction: len(f.letter.Payments),
		InstrID: id.InstructionID(), EndToEndID: id.EndToEndID(), TxID: id.TransactionID(), UETR: id.UETRText(),
	}
	p.UETRGiven = p.UETR != ""
	if f.agent.BICText() == "" {
		f.agent = t.InstructingAgent()
	}
	var err error
	if p.Amount, err = t.Amount().Money(); err != nil {
		p.Refusal = settlement.Reason{Code: "AM12", Text: err.Error()}
	}
	f.times(t, &p)
	p.From, p.To = bicOf(t.InstructingAgent()), bicOf(t.InstructedAgent())
	p.Debtor, p.Creditor = bicOf(t.DebtorAgent()), bicOf(t.CreditorAgent())
	if p.To.IsZero() {
		p.To = p.Creditor
	}
	sender := f.letter.Sender.Full()
	if p.UETRGiven {
		p.Identity = byUETR(sender, kind, p.UETR)
	} else {
		p.Identity = byReferences(sender, kind, f.letter.ID, p.TxID, p.EndToEndID)
		p.UETR = assigned(p.Identity)
	}
	f.letter.Payments = append(f.letter.Payments, p)
}

// assigned is the UETR of a payment whose message has none, because its version
// knows none: a digest of its identity in the form of a UETR, so that the same
// message sent again has the same.
func assigned(identity settlement.Identity) string {
	sum := sha256.Sum256(append([]byte("UETR"), identity[:]...))
	uetr, err := messages.NewUETR(bytes.NewReader(sum[:]))
	if err != nil {
		panic(err) // the sum is longer than a UETR
	}
	return uetr.String()
}

func bicOf(a messages.AgentView) messages.BIC {
	bic, err := a.BIC()
	if err != nil {
		return messages.BIC{} // the profile tells the sender what is wrong with it
	}
	return bic
}

// ownName tells whether header and instructing agent name the sender.
func (f *facts) ownName() bool {
	own := func(a messages.AgentView) bool {
		return a.BICText() == "" || bicOf(a).Institution() == f.letter.Sender.Institution()
	}
	if h, ok := messages.ViewHeader(f.message); ok && !own(h.From().Agent()) {
		return false
	}
	return own(f.agent)
}

// applyProfile holds the message against the usage rules of its corridors. What
// is wrong with one transaction refuses that one; anything else, the message.
func (f *facts) applyProfile(directory *routing.Directory) {
	name := "base"
	if len(f.letter.Payments) > 0 {
		first := &f.letter.Payments[0]
		if c, ok := directory.Corridor(f.letter.Sender, first.To, first.Amount.Currency()); ok && c.Profile != "" {
			name = c.Profile
		}
	}
	rules, ok := profile.ByName(name)
	if !ok {
		return // the directory admits only known profiles
	}
	byTransaction := map[int][]messages.Fault{}
	for _, fault := range rules.Check(f.message) {
		n := transactionOf(fault.Path)
		if n < 0 || n >= len(f.letter.Payments) {
			f.letter.Refusal = refusalOf([]messages.Fault{fault})
			return
		}
		byTransaction[n] = append(byTransaction[n], fault)
	}
	for n, faults := range byTransaction {
		f.letter.Payments[n].Refusal = refusalOf(faults)
	}
}

// transactionOf finds the position of the transaction in a fault's path, from
// 0; -1 when the fault lies elsewhere.
func transactionOf(path string) int {
	_, rest, found := strings.Cut(path, "/CdtTrfTxInf[")
	if !found {
		return -1
	}
	n := 0
	for i := 0; i < len(rest) && rest[i] != ']'; i++ {
		n = n*10 + int(rest[i]-'0')
	}
	return n - 1
}
