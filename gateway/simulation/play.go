package simulation

import (
	"fmt"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// play is one run: the world, the gateway in it, and the banks.
type play struct {
	*world
	net      *network
	journal  *journal
	node     *node
	follower *follower
	scribe   *scribe
	banks    []*bank // that send
	readers  []*bank // all who have mailboxes: those first

	payments  map[string]*payment // by UETR
	covers    map[string]*payment // pacs.009 by UETR, which they share with what they cover
	returned  map[string]*payment // returns by their identifiers
	forwarded map[string]*payment // by the message id under which the receiver got it
	families  []*family
	moved     map[string]int64  // by what was told, of families that are checked
	settledBy map[string]string // payment by quote
	cycles    map[string]*cycle
	mails     map[string]int // read by banks, by kind
	traffic   map[string]int // what banks sent and heard, by what it is about

	made         int // payments sent
	wanted       int
	acknowledged int // letters
	messages     int // letters
	ended        int // families that have come to their end, from the first without a gap
	strikes      strikes
	violations   []Violation
	progress     func(done, of int)
}

// Violation is something that must never happen.
type Violation struct {
	Subject string `json:"subject,omitempty"` // message id of the letter that it is about
	Text    string `json:"text"`
}

// mostViolations bounds the list: one is enough to look for its cause.
const mostViolations = 20

func (p *play) violation(subject, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	p.note(subject, "VIOLATION: %s", text)
	if len(p.violations) < mostViolations {
		p.violations = append(p.violations, Violation{subject, text})
	}
}

// pace is how long it is on the average between two letters of one bank.
const pace = 4 * time.Millisecond

// begin schedules what happens by itself.
func (p *play) begin() {
	for _, b := range p.banks {
		p.after(p.between(0, pace), b.work)
	}
	for _, b := range p.readers {
		p.after(p.between(0, readAgain), b.fetch)
	}
	p.after(time.Second, p.lend)
	p.after(p.between(time.Second, 3*time.Second), p.closeCycles)
	p.quoteRates()
	p.after(p.between(time.Second, 3*time.Second), p.applicants)
	p.after(tidyEvery, p.tidy)
	p.strikes.plan(p)
}

// mostUnheard is how many letters of a bank may be without an answer of the door.
const mostUnheard = 12

// work sends the next letter, as long as there is one to be sent.
func (b *bank) work() {
	if b.made >= b.wanted {
		return
	}
	b.after(b.between(0, 2*pace), b.work)
	if b.unheard >= mostUnheard {
		return
	}
	b.unheard++
	l := b.compose()
	l.paced = true
	b.post(l)
	b.besides()
	if b.faults.strikes(BankRepeats) {
		b.after(b.between(time.Second, 10*time.Second), func() { b.once(l) })
	}
	if l.kind == kindPlain && b.chance(50) {
		b.after(b.between(0, 5*time.Second), func() { b.ask(kindQuestion, l) })
	}
	if l.kind == kindPlain && b.chance(80) {
		b.after(b.between(0, 5*time.Second), func() { b.investigate(l) })
	}
}

// post sends a letter for the first time.
func (b *bank) post(l *letter) {
	b.keep(l)
	b.send(l)
}

// postLater sends it after a while; until then it is on its way already.
func (b *bank) postLater(d time.Duration, l *letter) {
	b.keep(l)
	b.after(d, func() { b.send(l) })
}

// letter begins one that is numbered in its bank's order.
func (b *bank) letter(what kind) *letter {
	b.sent++
	return &letter{id: fmt.Sprintf("%c-%d", 'A'+b.number, b.sent), kind: what, from: b, answers: map[string]*answer{}}
}

// letterOn begins one that follows from another, and has its name from it.
func (b *bank) letterOn(about *letter, what kind, id string) *letter {
	return &letter{id: id, kind: what, from: b, about: about, family: about.family, answers: map[string]*answer{}}
}

// other draws another bank.
func (b *bank) other() *bank {
	return b.banks[(b.number+1+b.random.IntN(len(b.banks)-1))%len(b.banks)]
}

// ask sends a recall of a letter, or a question about it.
func (b *bank) ask(what kind, about *letter) {
	l := b.letterOn(about, what, fmt.Sprintf("%s-%d", about.id, what))
	if b.letters[l.id] != nil || about.receipts == 0 {
		return
	}
	if what == kindRecall {
		l.raw = b.scribe.recall(l)
		about.recall = l
	} else {
		l.raw, about.asked = b.scribe.question(l), true
	}
	b.post(l)
}

// waits is what a bank does when it hears that a payment waits: it may ask for it
// back, take it back itself, give it another place, or an officer has a look at it.
func (b *bank) waits(pay *payment) {
	switch {
	case b.chance(6):
		b.after(b.between(0, 5*time.Second), func() { b.ask(kindRecall, pay.letter) })
	case b.chance(10):
		b.after(b.between(0, 5*time.Second), func() { b.withdraw(pay) })
	case b.chance(10):
		b.after(b.between(0, 5*time.Second), func() { b.move(pay) })
	case b.faults.strikes(ComplianceHold):
		b.look(pay)
	}
}

// look has an officer hold a payment and, a while later, two release it, or one
// refuse it.
func (p *play) look(pay *payment) {
	id, ok := p.node.number(pay.uetr)
	if !ok {
		return
	}
	d := gateway.Decision{Action: gateway.ActionHold, Payment: id, Reason: "the simulation looks at it"}
	p.node.decide(gatewayBIC, "officer-1", "", d, func() {
		p.after(p.between(time.Second, 8*time.Second), func() {
			if d.Action = gateway.ActionRelease; p.chance(4) {
				d.Action = gateway.ActionRefuse
				p.node.decide(gatewayBIC, "officer-2", "", d, func() {})
				return
			}
			p.node.decide(gatewayBIC, "officer-1", "officer-2", d, func() {})
		})
	})
}

// consider is what a bank does that is asked whether it takes a payment.
func (b *bank) consider(p *payment, f *forward, read *messages.Message) {
	b.forwarded[f.id] = p
	if f.said != "" {
		return
	}
	f.said = "ACSP"
	reason := ""
	d := b.between(0, 2*time.Second)
	switch {
	case b.faults.strikes(BankSilent):
		f.said = "none"
		return
	case b.faults.strikes(BankLate):
		d = answerIn*time.Second + b.between(time.Second, 3*time.Second)
	case b.chance(10):
		f.said, reason = "RJCT", "AC04"
	case b.chance(30):
		f.said, reason = "RJCT", wrongWay
	}
	name := p.id
	if n := len(p.forwards); n > 1 {
		name += fmt.Sprintf("-%d", n)
	}
	l := b.letterOn(p.letter, kindWord, fmt.Sprintf("%c-W-%s", 'A'+b.number, name))
	l.raw = b.scribe.word(l, read, f.said, reason)
	b.postLater(d, l)
}

// wrongWay is the reason of a bank that does not take a payment from where it came.
const wrongWay = "RC11"

// lend has issuers put money into circulation now and then, never quite enough.
func (p *play) lend() {
	if p.faults.healed {
		return
	}
	p.after(p.between(200*time.Millisecond, time.Second), p.lend)
	for _, currency := range currencies {
		amount := "10000.00"
		if currency.code == netted {
			amount = "1500.00" // less moves
		}
		p.issue(p.readers[p.random.IntN(funded)], currency.code, currency.issuer, amount)
	}
}

// issue gives a bank money.
func (p *play) issue(b *bank, currency, issuer, amount string) {
	d := gateway.Decision{Action: gateway.ActionIssue, Bank: b.bic, Currency: currency, Amount: amount, Reason: "the simulation lends"}
	p.node.decide(issuer, currency+"-1", currency+"-2", d, func() {})
}
