package gateway

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
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

// maxTransactions bounds the payments of one message, and those that a question
// names: the message is applied whole, and meanwhile the lane does nothing else.
// The answer, a kilobyte at most for each, is far below what a mailbox takes.
const maxTransactions = 1000

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
	case len(l.Payments) > maxTransactions || len(l.Questions) > maxTransactions:
		l.Refusal = settlement.Reason{Code: "AM19", Text: fmt.Sprintf("one message may hold %d transactions at most", maxTransactions)}
		l.Payments, l.Questions = nil, nil
	case !f.ownName():
		l.Refusal = settlement.Reason{Code: codeNotSender, Text: "the certificate is not that of the sender named in the message"}
	default:
		f.applyProfiles(directory)
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
	if h, ok := messages.ViewHeader(m); ok && h.Definition() != "" && h.Definition() != doc.ID {
		fault := m.Fault("header.definition", "CH16", h.Child("MsgDefIdr"), "the header announces %s but the document is %s", clipped(h.Definition(), maxReference), doc.ID)
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
		f.byCover(v.Group().SettlementMethod())
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
	return f.returning() || f.liquidity() || f.reporting() || f.daily() || f.changing() || f.question() || f.controlling() || f.searching()
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
	Debtor() messages.PartyView
	Creditor() messages.PartyView
	exchangeable
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
	f.exchange(t, &p)
	p.From, p.To = bicOf(t.InstructingAgent()), bicOf(t.InstructedAgent())
	p.Debtor, p.Creditor = bicOf(t.DebtorAgent()), bicOf(t.CreditorAgent())
	if kind != settlement.KindCustomer { // debtor and creditor are banks
		p.Debtor, p.Creditor = orBIC(p.Debtor, t.Debtor()), orBIC(p.Creditor, t.Creditor())
	}
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

func orBIC(bic messages.BIC, bank messages.PartyView) messages.BIC {
	if bic.IsZero() {
		return bicOf(messages.AgentView(bank))
	}
	return bic
}

// ownName tells whether header and instructing agent name the sender. Where
// neither names anybody, the debtor agents do; a payment that names none of the
// three is refused.
func (f *facts) ownName() bool {
	sender := f.letter.Sender.Institution()
	h, _ := messages.ViewHeader(f.message)
	from := h.From().Agent()
	for _, a := range []messages.AgentView{from, f.agent} {
		if a.BICText() != "" && bicOf(a).Institution() != sender {
			return false
		}
	}
	if from.BICText() != "" || f.agent.BICText() != "" {
		return true
	}
	for i := range f.letter.Payments {
		p := &f.letter.Payments[i]
		switch {
		case p.Kind.Liquidity():
		case p.Debtor.IsZero():
			p.Refusal = settlement.Reason{Code: "RC03", Text: "no instructing agent, header or debtor agent says by BIC whose payment it is"}
		case p.Debtor.Institution() != sender:
			return false
		}
	}
	return true
}

// applyProfiles holds the message against the usage rules of the corridors that
// its payments go through. What is wrong with one transaction refuses that one, if
// it breaks a rule of its own corridor; anything else refuses the message.
func (f *facts) applyProfiles(directory *routing.Directory) {
	wanted := make([]string, len(f.letter.Payments))
	names := []string{}
	for i := range f.letter.Payments {
		wanted[i] = f.profileOf(directory, &f.letter.Payments[i])
		if !slices.Contains(names, wanted[i]) {
			names = append(names, wanted[i])
		}
	}
	if len(names) == 0 {
		names = []string{baseProfile}
	}
	h, _ := messages.ViewHeader(f.message)
	here := bicOf(h.To().Agent()).Institution() == directory.Self.Institution()
	for _, name := range names {
		rules, ok := profile.ByName(name)
		if !ok {
			continue // the directory admits only known profiles
		}
		faults := rules.Check(f.message)
		if here { // the header may be addressed to the receiver or to the gateway
			faults = slices.DeleteFunc(faults, func(fault messages.Fault) bool { return fault.Rule == ruleHeaderTo })
		}
		f.apply(faults, name, wanted)
	}
}

// ruleHeaderTo wants the instructed agent to be the header's To.
const ruleHeaderTo = "base.header.to"

// baseProfile holds where no corridor says which does.
const baseProfile = "base"

func (f *facts) profileOf(directory *routing.Directory, p *routing.Payment) string {
	sender, known := directory.ByBIC(f.letter.Sender)
	receiver, knownToo := directory.ByBIC(p.To) // a branch is its bank
	if !known || !knownToo {
		return baseProfile
	}
	if c, ok := directory.CorridorOf(p, sender, receiver); ok && c.Profile != "" {
		return c.Profile
	}
	return baseProfile
}

// apply refuses what a profile has found.
func (f *facts) apply(faults []messages.Fault, name string, wanted []string) {
	byTransaction := map[int][]messages.Fault{}
	for _, fault := range faults {
		n := transactionOf(fault.Path)
		if n < 0 || n >= len(wanted) {
			if f.letter.Refusal.Code == "" {
				f.letter.Refusal = refusalOf([]messages.Fault{fault})
			}
			continue
		}
		byTransaction[n] = append(byTransaction[n], fault)
	}
	for n, faults := range byTransaction {
		if p := &f.letter.Payments[n]; wanted[n] == name && (p.Refusal.Code == "" || p.Refusal.Code == "AM12") {
			p.Refusal = refusalOf(faults)
		}
	}
}

// transactionOf finds the position of the transaction in a fault's path, from
// 0; -1 when the fault lies elsewhere.
func transactionOf(path string) int {
	_, rest, found := strings.Cut(path, "/CdtTrfTxInf[")
	if !found {
		_, rest, found = strings.Cut(path, "/TxInf[") // of a return
	}
	if !found {
		return -1
	}
	n := 0
	for i := 0; i < len(rest) && rest[i] != ']'; i++ {
		n = n*10 + int(rest[i]-'0')
	}
	return n - 1
}
