package main

import (
	"fmt"
	"slices"
	"strings"

	"dragoman/messages"
)

// understand enters one message of the mailbox into what the bank knows.
func (b *crashBank) understand(m mail, digest [32]byte, read *messages.Message) {
	if !read.Valid() {
		b.run.fault("%s: mail %d is no valid message: %v", b.name, m.Number, read.Faults()[0].Text)
		return
	}
	switch messages.KindOf(read.Document().ID) {
	case "pacs.002":
		b.status(m, digest, read)
	case "pacs.008":
		b.incoming(m, read)
	case "camt.029":
		b.resolution(m, digest, read)
	case "camt.056":
		b.askedBack(m, read)
	case "camt.054":
		b.advice(m, read)
	case "admi.004", "camt.088", "pacs.029": // of days and netting cycles: no payment has moved by that
	case "admi.002":
		// Over NATS what is no message is refused by mail as well.
		if b.ordered || !b.hasSent(kindMalformed) {
			b.run.fault("%s: mail %d is an admi.002, and nothing malformed came by NATS", b.name, m.Number)
		}
	default:
		b.run.fault("%s: mail %d is a %s, which nobody expects", b.name, m.Number, read.Document().ID)
	}
	b.run.count(messages.KindOf(read.Document().ID))
}

// hasSent tells whether a message of that kind is in the bank's plan.
func (b *crashBank) hasSent(kind letterKind) bool {
	return slices.ContainsFunc(b.plan, func(l *crashLetter) bool { return l.kind == kind })
}

// status takes a pacs.002: about a message as a whole, its payments, or both.
func (b *crashBank) status(m mail, digest [32]byte, read *messages.Message) {
	v, ok := messages.ViewStatusReport(read)
	if !ok {
		b.run.fault("%s: mail %d is no status report", b.name, m.Number)
		return
	}
	answer := v.Group().MessageID()
	for g := range v.Groups() {
		l, first := b.answered(m, digest, answer, g.MessageID())
		if l == nil || !first || g.Status() == "" {
			continue
		}
		status := crashStatus{m.Number, answer, g.Status(), reasonOf(g.Reasons())}
		b.run.note(l, nil, "mail %d: group %s %s", m.Number, status.status, status.reason)
		if !hasTransactions(v) { // what is said of the message is said of its payments
			for _, p := range l.payments {
				b.told(p, status)
			}
		}
	}
	for t := range v.Transactions() {
		id := t.OriginalGroup().MessageID()
		if id == "" {
			for g := range v.Groups() {
				id = g.MessageID()
			}
		}
		l, first := b.answered(m, digest, answer, id)
		if l == nil || !first {
			continue
		}
		p := l.payment(t.OriginalEndToEndID())
		if p == nil {
			b.run.wrong(l, "mail %d tells of a payment %q that the message does not have", m.Number, t.OriginalEndToEndID())
			continue
		}
		status := crashStatus{m.Number, answer, t.Status(), reasonOf(t.Reasons())}
		b.run.note(l, nil, "mail %d: %s %s %s", m.Number, p.id, status.status, status.reason)
		b.told(p, status)
	}
}

func hasTransactions(v messages.StatusReportView) bool {
	for range v.Transactions() {
		return true
	}
	return false
}

// reasonOf gives the codes of reasons.
func reasonOf(reasons func(func(messages.ReasonView) bool)) string {
	var codes []string
	for r := range reasons {
		codes = append(codes, r.Code())
	}
	return strings.Join(codes, " ")
}

func (l *crashLetter) payment(endToEndID string) *crashPayment {
	for _, p := range l.payments {
		if endToEnd(p.id) == endToEndID {
			return p
		}
	}
	return nil
}

// answered finds the letter that an answer is about, and tells whether the
// answer is new; a repeated one must be the same to the last byte.
func (b *crashBank) answered(m mail, digest [32]byte, answer, original string) (l *crashLetter, first bool) {
	b.run.mu.Lock()
	defer b.run.mu.Unlock()
	if l = b.letters[original]; l == nil {
		b.run.faultLocked("%s: mail %d answers message %q, which it never sent", b.name, m.Number, original)
		return nil, false
	}
	a := l.answers[answer]
	if a == nil {
		l.answers[answer] = &crashAnswer{digest: digest, numbers: []uint64{m.Number}}
		return l, true
	}
	if a.digest != digest {
		b.run.wrongLocked(l, "answer %s came as mail %d and differs from mail %d", answer, m.Number, a.numbers[0])
	}
	if a.numbers[0] == m.Number {
		return l, true // one answer about several payments
	}
	if a.numbers[len(a.numbers)-1] != m.Number {
		a.numbers = append(a.numbers, m.Number)
	}
	return l, false
}

// told notes what the sender was told of a payment. What waits for money makes
// its bank ask for the payment back, or an issuer lend.
func (b *crashBank) told(p *crashPayment, s crashStatus) {
	b.run.mu.Lock()
	before, done := p.final()
	for _, known := range p.statuses {
		if known.answer == s.answer {
			b.run.mu.Unlock()
			return
		}
	}
	p.statuses = append(p.statuses, s)
	b.run.mu.Unlock()
	switch {
	case done && s.number < before.number: // it comes late
	case done:
		b.run.wrong(p.letter, "payment %s: %s (%s) after it was %s (%s)", p.id, s.status, s.answer, before.status, before.answer)
	case s.status == "PDNG" && p.letter.kind == kindRecalled:
		b.recallOf(p.letter)
	case s.status == "PDNG":
		b.run.lend(b, p.amount)
	}
}

// recallOf makes the message that asks for a letter's payments back.
func (b *crashBank) recallOf(l *crashLetter) {
	r := b.run
	r.mu.Lock()
	id := fmt.Sprintf("%s-R", l.id)
	recall := &crashLetter{
		kind: kindRecall, from: b, id: id, body: r.scribe.recall(b.demoBank, r.gateway, id, l.body), recalls: l,
		acknowledged: make(chan struct{}), answers: map[string]*crashAnswer{},
	}
	r.letters = append(r.letters, recall)
	b.letters[id] = recall
	r.mu.Unlock()
	b.recalls.add(recall)
}

// resolution takes a camt.029. A payment that could not be taken back is lent for.
func (b *crashBank) resolution(m mail, digest [32]byte, read *messages.Message) {
	v, ok := messages.ViewResolution(read)
	if !ok {
		b.run.fault("%s: mail %d is no resolution", b.name, m.Number)
		return
	}
	l, first := b.answered(m, digest, v.AssignmentID(), recallNamed(b, v))
	if l == nil || !first {
		return
	}
	b.run.note(l, func() { l.resolved = append(l.resolved, v.Confirmation()) }, "mail %d: %s", m.Number, v.Confirmation())
}

// recallNamed is the recall that a resolution answers: the payment that it names
// was asked back once.
func recallNamed(b *crashBank, v messages.ResolutionView) string {
	b.run.mu.Lock()
	defer b.run.mu.Unlock()
	for t := range v.Transactions() {
		if p := b.run.payments[t.OriginalEndToEndID()]; p != nil {
			return p.letter.id + "-R"
		}
	}
	return ""
}

// askedBack takes the request of a sender to give a settled payment back. The banks of
// the proof leave it at that: it must have been asked for, and comes once.
func (b *crashBank) askedBack(m mail, read *messages.Message) {
	v, _ := messages.ViewCancellationRequest(read)
	for t := range v.Transactions() {
		b.run.mu.Lock()
		p := b.run.payments[t.OriginalEndToEndID()]
		switch {
		case p == nil || p.to != b || p.letter.kind != kindRecalled:
			b.run.faultLocked("%s: mail %d asks for payment %q back, which nobody asked back from it", b.name, m.Number, t.OriginalEndToEndID())
		case p.askedBack != 0 && p.askedBack != m.Number:
			b.run.wrongLocked(p.letter, "%s was asked for %s by mail %d and again by mail %d", b.name, p.id, p.askedBack, m.Number)
		default:
			p.askedBack = m.Number
			b.run.noteLocked(p.letter, "%s is asked for %s by mail %d", b.name, p.id, m.Number)
		}
		b.run.mu.Unlock()
	}
}

// incoming takes a payment that another bank sent.
func (b *crashBank) incoming(m mail, read *messages.Message) {
	v, ok := messages.ViewCustomerCreditTransfer(read)
	if !ok {
		b.run.fault("%s: mail %d is no credit transfer", b.name, m.Number)
		return
	}
	for t := range v.Transactions() {
		id := t.PaymentID()
		b.run.mu.Lock()
		p := b.run.payments[id.EndToEndID()]
		switch amount, err := t.Amount().Money(); {
		case p == nil:
			b.run.faultLocked("%s: mail %d brings a payment %q that nobody sent", b.name, m.Number, id.EndToEndID())
		case p.to != b || err != nil || amount != p.amount || p.uetr != "" && id.UETRText() != p.uetr:
			b.run.wrongLocked(p.letter, "%s got it as mail %d: %s, UETR %s; it was sent to %s: %s, UETR %s", b.name, m.Number, amount, id.UETRText(), p.to.name, p.amount, p.uetr)
		default:
			p.arrived = append(p.arrived, m.Number)
			b.run.noteLocked(p.letter, "%s got %s as mail %d", b.name, p.id, m.Number)
		}
		b.run.mu.Unlock()
	}
}

// advice takes a camt.054: every booking on the bank's accounts.
func (b *crashBank) advice(m mail, read *messages.Message) {
	v, ok := messages.ViewNotification(read)
	if !ok {
		b.run.fault("%s: mail %d is no notification", b.name, m.Number)
		return
	}
	b.run.mu.Lock()
	defer b.run.mu.Unlock()
	for statement := range v.Statements() {
		for entry := range statement.Entries() {
			amount, err := entry.Signed()
			if err != nil {
				b.run.faultLocked("%s: mail %d has an entry without amount: %v", b.name, m.Number, err)
				continue
			}
			b.advised[amount.Currency().Code()] += amount.Minor()
			for n := range entry.Walk() {
				if p := b.run.payments[n.Text()]; n.Name() == "EndToEndId" && p != nil {
					b.advisedOf(p, amount)
				}
			}
		}
	}
}

// advisedOf notes that a payment was advised; the amount is below zero for the
// one who paid.
func (b *crashBank) advisedOf(p *crashPayment, amount messages.Money) {
	switch {
	case b == p.letter.from && amount.Minor() == -p.amount.Minor():
		p.debited++
	case b == p.to && amount == p.amount:
		p.credited++
	default:
		b.run.wrongLocked(p.letter, "%s was advised of %s for %s, which moves %s", b.name, amount, p.id, p.amount)
	}
}
