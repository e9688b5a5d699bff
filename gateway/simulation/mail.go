package simulation

import (
	"slices"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// understand enters one message of the mailbox into what the bank knows.
func (b *bank) understand(m *gateway.Mail, digest [32]byte) {
	read := messages.Read(m.Body, messages.Options{})
	if !read.Valid() {
		b.violation("", "%s: mail %d is no valid message: %+v", b.bic, m.Number, read.Faults()[0])
		return
	}
	kind := messages.KindOf(read.Document().ID)
	b.mails[kind]++
	switch kind {
	case "pacs.002":
		b.statusReport(m, digest, read)
	case "pacs.008":
		v, _ := messages.ViewCustomerCreditTransfer(read)
		for t := range v.Transactions() {
			b.incoming(m, read, b.payments[t.PaymentID().UETRText()], t.Node)
		}
	case "pacs.009":
		v, _ := messages.ViewInstitutionCreditTransfer(read)
		for t := range v.Transactions() {
			b.incoming(m, read, b.covers[t.PaymentID().UETRText()], t.Node)
		}
	case "pacs.004":
		b.gotBack(m, read)
	case "camt.029":
		b.resolution(m, digest, read)
	case "camt.056":
		b.askedBack(m, read)
	case "camt.050":
		b.asksMoney(m, read)
	case "camt.025":
		b.receiptFor(m, digest, read)
	case "camt.004", "camt.006", "camt.010", "camt.017", "camt.019", "camt.047":
		b.answered(m, digest, read)
	case "camt.053":
		b.statement(m, read)
	case "admi.004":
		b.event(m, read)
	case "camt.110":
		b.investigated(m, read)
	case "camt.111":
		b.found(m, digest, read)
	case "acmt.023":
		b.checked(m, read)
	case "acmt.024":
		b.judged(m, digest, read)
	case "admi.002":
		b.tooLate(m, digest, read)
	case "camt.105":
		b.charged(m, read)
	case "camt.088":
		b.netReport(m, read)
	case "pacs.029":
		b.netRequest(m, read)
	case "camt.054":
	default:
		b.violation("", "%s: mail %d is a %s, which nobody expects", b.bic, m.Number, read.Document().ID)
	}
}

// statusReport takes a pacs.002: about a message as a whole, its payments, or both.
func (b *bank) statusReport(m *gateway.Mail, digest [32]byte, read *messages.Message) {
	v, _ := messages.ViewStatusReport(read)
	id := v.Group().MessageID()
	original, group := "", status{}
	for g := range v.Groups() {
		original, group = g.MessageID(), status{g.Status(), reasonOf(g.Reasons())}
	}
	alone := true
	type told struct {
		original, payment string
		status            status
	}
	var all []told
	for t := range v.Transactions() {
		alone = false
		about := t.OriginalGroup().MessageID()
		if about == "" {
			about = original
		}
		all = append(all, told{about, t.OriginalEndToEndID(), status{t.Status(), reasonOf(t.Reasons())}})
	}
	if alone {
		all = append(all, told{original, "", group})
	}
	for _, s := range all {
		l := b.letters[s.original]
		if l == nil && b.netOutcome(s.original, s.status) {
			continue
		}
		if l == nil {
			b.asked(m, s.original, s.payment, s.status)
			continue
		}
		if !b.first(l, m, id, digest) {
			continue
		}
		b.note(l.id, "mail %d: %s %s %s", m.Number, s.payment, s.status.code, s.status.reason)
		if l.kind == kindQuestion || l.kind == kindWord {
			continue
		}
		for _, p := range l.payments {
			if s.payment == "" || s.payment == p.reference() {
				b.told(l, p, s.status)
			}
		}
	}
}

// first tells whether an answer is new to a letter. One that comes again must be
// the same to the last byte.
func (b *bank) first(l *letter, m *gateway.Mail, id string, digest [32]byte) bool {
	b.touch(l)
	a := l.answers[id]
	if a == nil {
		a = &answer{digest: digest, first: m.Number}
		l.answers[id] = a
	}
	if a.digest != digest {
		b.violation(l.id, "answer %s came again as mail %d and differs", id, m.Number)
	}
	if a.last != m.Number { // it may tell of several payments
		a.last = m.Number
		a.times++
	}
	return a.first == m.Number
}

// told notes what the sender hears of a payment.
func (b *bank) told(l *letter, p *payment, s status) {
	n := len(p.told)
	if n > 0 && l.asked && p.told[n-1] == s {
		l.replies++
		return
	}
	if n > 0 && p.final(p.told[n-1]) && p.told[n-1] != (status{"ACTC", ""}) {
		b.violation(l.id, "payment %s was told %s and then %s", p.id, p.told[n-1].code, s.code)
	}
	p.told = append(p.told, s)
	if s.code == "PDNG" && (l.kind == kindPlain || l.kind == kindExchange) {
		b.waits(p)
	}
}

// incoming takes a payment that is forwarded: to be settled when the bank says so,
// or settled already.
func (b *bank) incoming(m *gateway.Mail, read *messages.Message, p *payment, t messages.Node) {
	if p == nil || p.to != b {
		b.violation("", "%s: mail %d brings a payment that nobody sent to it", b.bic, m.Number)
		return
	}
	amount, err := messages.ParseMoney(t.Child("IntrBkSttlmAmt").Text(), messages.MustCurrency(t.Child("IntrBkSttlmAmt").Attr("Ccy")))
	b.no(err)
	switch arrived := amount.Minor(); {
	case p.into == "" && (arrived != p.minor || amount.Currency().Code() != p.currency):
		b.violation(p.letter.id, "it was forwarded with another amount: %s", amount)
	case p.into != "" && !p.arrives(arrived, amount.Currency().Code(), rateOf(t)):
		b.violation(p.letter.id, "of %d %s arrives %s at %s, which was not agreed", p.minor, p.currency, amount, rateOf(t))
	}
	b.touch(p.letter)
	id := firstText(read)
	b.note(p.letter.id, "mail %d of %s forwards %s", m.Number, b.bic, p.id)
	f := p.came(id)
	if p.letter.recall != nil || p.confirm() {
		p.got = m.Body
	}
	if p.confirm() {
		b.consider(p, f, read)
		return
	}
	b.mayReturn(p, read)
}

// firstText is the message's own identifier.
func firstText(read *messages.Message) string {
	for n := range read.Document().Root.Walk() {
		if n.Name() == "MsgId" {
			return n.Text()
		}
	}
	return ""
}

// asked takes what becomes of a payment that this bank was asked about.
func (b *bank) asked(m *gateway.Mail, original, endToEnd string, s status) {
	p := b.forwarded[original]
	switch {
	case p == nil || p.to != b:
		b.violation("", "%s: mail %d is about message %q, which it has nothing to do with", b.bic, m.Number, original)
	case endToEnd != "" && endToEnd != p.id:
		b.violation(p.letter.id, "mail %d of %s names payment %s", m.Number, b.bic, endToEnd)
	default:
		b.touch(p.letter)
		b.note(p.letter.id, "mail %d of %s: %s %s", m.Number, b.bic, s.code, s.reason)
		if f := p.came(original); !slices.Contains(f.outcomes, s) {
			f.outcomes = append(f.outcomes, s)
			if s.code == "ACSC" && p.use == useNone {
				b.mayReturn(p, messages.Read(p.got, messages.Options{}))
			}
		}
	}
}

// askedBack takes the request to give back a payment that has settled, and answers it.
func (b *bank) askedBack(m *gateway.Mail, read *messages.Message) {
	v, _ := messages.ViewCancellationRequest(read)
	for t := range v.Transactions() {
		p := b.payments[t.OriginalUETRText()]
		if p == nil || p.to != b || p.letter.recall == nil {
			b.violation("", "%s: mail %d asks back %s, which nobody asked back from it", b.bic, m.Number, t.OriginalUETRText())
			continue
		}
		l := b.letterOn(p.letter, kindReply, p.letter.recall.id+"-R")
		if b.letters[l.id] != nil {
			b.violation(p.letter.id, "%s is asked for it a second time, by mail %d", b.bic, m.Number)
			continue
		}
		p.granted = b.chance(3)
		l.raw = b.scribe.reply(l, read, p.granted)
		b.postLater(b.between(0, 5*time.Second), l)
		if p.granted && p.got != nil {
			b.giveBack(p, messages.Read(p.got, messages.Options{}), "FOCR")
		}
	}
}

// resolution takes the answer to a recall: every letter is asked back once at most.
func (b *bank) resolution(m *gateway.Mail, digest [32]byte, read *messages.Message) {
	v, _ := messages.ViewResolution(read)
	for t := range v.Transactions() {
		about := b.payments[t.OriginalUETRText()]
		if about == nil || about.letter.from != b || about.letter.recall == nil {
			b.violation("", "%s: mail %d resolves %s, which it never asked back", b.bic, m.Number, t.OriginalUETRText())
			return
		}
		if l := about.letter.recall; b.first(l, m, v.AssignmentID(), digest) {
			l.resolved = append(l.resolved, v.Confirmation())
			b.note(about.letter.id, "mail %d: recall %s", m.Number, v.Confirmation())
		}
	}
}

func reasonOf(reasons func(func(messages.ReasonView) bool)) string {
	code := ""
	for r := range reasons {
		code = r.Code()
	}
	return code
}
