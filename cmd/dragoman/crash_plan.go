package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// letterKind is what a bank wants with a message, and what must come of it.
type letterKind string

const (
	kindPlain     letterKind = "plain"     // one payment; settles
	kindBatch     letterKind = "batch"     // several payments; they settle
	kindLarge     letterKind = "large"     // more than the sender has; waits, is funded, settles
	kindRecalled  letterKind = "recalled"  // the same, and the sender asks for it back
	kindConflict  letterKind = "conflict"  // other content under the UETR of an earlier one; RJCT DUPL
	kindUnknown   letterKind = "unknown"   // to a bank that nobody knows; RJCT CNOR
	kindForeign   letterKind = "foreign"   // in another bank's name; RJCT DS0H
	kindInvalid   letterKind = "invalid"   // readable but against the schema; RJCT
	kindMalformed letterKind = "malformed" // no XML; refused at once
	kindRecall    letterKind = "recall"    // camt.056; camt.029
	kindRepeat    letterKind = "repeat"    // an acknowledged one again; the same answer
)

// refusedWhole tells that nothing becomes of the payments of such a message: they
// do not come into the books.
func (k letterKind) refusedWhole() bool { return k == kindInvalid || k == kindForeign }

// letterWeights say how often a kind is drawn. Recalls come of what waits.
var letterWeights = []struct {
	kind   letterKind
	weight int
}{
	{kindPlain, 100}, {kindBatch, 10}, {kindLarge, 3}, {kindRecalled, 3}, {kindConflict, 4}, {kindUnknown, 3}, {kindForeign, 2},
	{kindInvalid, 2}, {kindMalformed, 3}, {kindRepeat, 8},
}

// Versions in which the banks send; one of them carries no UETR.
var crashVersions = []string{"pacs.008.001.08", "pacs.008.001.09", "pacs.008.001.10", "pacs.008.001.07", "pacs.008.001.12", "pacs.008.001.13"}

const (
	maxBatch     = 10
	maxOrdinary  = 20_000        // minor units of an ordinary payment
	opening      = 5_000_000     // minor units that every account starts with
	largePayment = opening * 4   // minor units; nobody without a credit line has it
	abandonOneIn = 20            // plain letters whose bank does not ask again when no answer came
	waitOneIn    = 4             // fetches of a mailbox that are not acknowledged
	strangerBIC  = "NOBODEFFXXX" // of nobody here
)

// crashLetter is one message and what its sender saw of it. Everything below the
// line changes under the lock of the run.
type crashLetter struct {
	number   int // in the plan
	kind     letterKind
	from     *crashBank
	id       string
	body     []byte
	payments []*crashPayment
	after    *crashLetter // it is sent when that one is acknowledged
	mayDrop  bool         // its bank may give up when no answer comes
	recalls  *crashLetter // what a recall is about

	sends        int
	receipts     int
	refused      bool
	dropped      bool
	kept         bool          // asked for after a blow
	acknowledged chan struct{} // closed with the first answer
	receipt      gateway.Receipt
	answers      map[string]*crashAnswer // by message id of the answer
	resolved     []string                // what became of a recall
	wrongs       []string                // what is wrong with it
	history      []crashEvent
}

// crashPayment is one payment of a letter.
type crashPayment struct {
	letter *crashLetter
	id     string
	uetr   string // as given; empty: the gateway gives one
	to     *crashBank
	amount messages.Money

	statuses []crashStatus // what the sender was told, each answer once, in order
	arrived  []uint64      // numbers in the receiver's mailbox under which it came
	debited  int           // times that its sender was advised of it
	credited int           // times that its receiver was
	// askedBack is the number of the mail that asks the receiver to give it back; 0: none.
	askedBack uint64
}

type crashStatus struct {
	number uint64 // in the mailbox: over NATS what comes again comes out of order
	answer string // message id
	status string
	reason string
}

// crashAnswer is one answer of the gateway: its copies must be the same.
type crashAnswer struct {
	digest  [32]byte
	numbers []uint64 // in the mailbox
}

type crashEvent struct {
	at      time.Duration
	process int // which start of the server
	text    string
}

// final is the last word on a payment; false when there is none yet.
func (p *crashPayment) final() (crashStatus, bool) {
	for _, s := range p.statuses {
		if s.status == "ACSC" || s.status == "RJCT" {
			return s, true
		}
	}
	return crashStatus{}, false
}

// plan draws the letters of all banks until there are as many payments.
func (r *crashRun) plan(payments int) {
	for drawn := 0; drawn < payments; {
		from := r.banks[r.scribe.random.IntN(len(r.banks))]
		l := r.draw(from, len(r.letters), min(payments-drawn, maxBatch))
		drawn += len(l.payments)
		r.letters = append(r.letters, l)
		from.letters[l.id] = l
		from.plan = append(from.plan, l)
	}
}

func (r *crashRun) drawKind() letterKind {
	total := 0
	for _, w := range letterWeights {
		total += w.weight
	}
	n := r.scribe.random.IntN(total)
	for _, w := range letterWeights {
		if n -= w.weight; n < 0 {
			return w.kind
		}
	}
	return kindPlain
}

// draw makes one letter of a bank.
func (r *crashRun) draw(from *crashBank, number, most int) *crashLetter {
	random := r.scribe.random
	kind := r.drawKind()
	version := crashVersions[random.IntN(len(crashVersions))]
	l := &crashLetter{
		number: number, kind: kind, from: from, id: fmt.Sprintf("PROOF-%d-%06d", r.settings.seed, number),
		acknowledged: make(chan struct{}), answers: map[string]*crashAnswer{},
	}
	if kind == kindRepeat {
		return l // which one is chosen when it is its turn
	}
	count := 1
	if kind == kindBatch {
		count = 1 + random.IntN(most)
	}
	sender, to := from.demoBank, r.another(from)
	var drafts []draft
	for i := range count {
		drafts = append(drafts, r.drawPayment(l, to, fmt.Sprintf("%s-%d", l.id, i), version))
	}
	switch kind {
	case kindConflict:
		if l.after = r.earlier(from); l.after != nil {
			drafts[0].uetr, version = l.after.payments[0].uetr, "pacs.008.001.08"
			l.payments[0].uetr = drafts[0].uetr
		} else {
			l.kind = kindPlain
		}
	case kindUnknown:
		stranger, err := messages.ParseBIC(strangerBIC)
		must(err)
		drafts[0].agent = stranger
	case kindForeign:
		sender = r.another(from).demoBank
	case kindPlain:
		l.mayDrop = random.IntN(abandonOneIn) == 0
	case kindBatch, kindLarge, kindRecalled, kindInvalid, kindMalformed, kindRecall, kindRepeat:
	}
	l.body = r.scribe.transfer(version, sender, l.id, drafts)
	if kind == kindInvalid {
		l.body = bytes.Replace(l.body, []byte("SHAR"), []byte("SHARE"), 1)
	}
	if kind == kindMalformed {
		l.body = l.body[:len(l.body)/2+random.IntN(len(l.body)/2)-1]
		l.payments = nil
	}
	return l
}

func (r *crashRun) drawPayment(l *crashLetter, to *crashBank, id, version string) draft {
	random := r.scribe.random
	currency := assets()[random.IntN(len(assets()))].code
	minor := int64(1 + random.IntN(maxOrdinary))
	if l.kind == kindLarge || l.kind == kindRecalled {
		currency = l.from.withoutLine(random.IntN(len(assets())))
		minor = largePayment + int64(random.IntN(maxOrdinary))
	}
	p := &crashPayment{letter: l, id: id, to: to, amount: money(minor, currency)}
	if version != "pacs.008.001.07" {
		p.uetr = r.scribe.uetr()
	}
	l.payments = append(l.payments, p)
	r.payments[endToEnd(id)] = p
	return draft{id: id, uetr: p.uetr, amount: p.amount, to: to.demoBank, agent: to.bic, priority: []string{"NORM", "NORM", "HIGH", "URGT"}[random.IntN(4)]}
}

// earlier finds a plain letter of the bank with a UETR that is surely sent.
func (r *crashRun) earlier(from *crashBank) *crashLetter {
	for range 10 {
		if len(from.plan) == 0 {
			return nil
		}
		l := from.plan[r.scribe.random.IntN(len(from.plan))]
		if l.kind == kindPlain && l.payments[0].uetr != "" && !l.mayDrop {
			return l
		}
	}
	return nil
}

// another draws any other bank.
func (r *crashRun) another(than *crashBank) *crashBank {
	n := r.scribe.random.IntN(len(r.banks) - 1)
	if r.banks[n] == than {
		n = len(r.banks) - 1
	}
	return r.banks[n]
}

// withoutLine is a currency in which the bank has no credit line, by example.
func (b *crashBank) withoutLine(n int) string {
	var codes []string
	for _, a := range assets() {
		if !strings.HasPrefix(a.code, b.bic.Country().String()) {
			codes = append(codes, a.code)
		}
	}
	slices.Sort(codes)
	return codes[n%len(codes)]
}
