package simulation

import (
	"fmt"
	"time"
)

// What banks send at their pace.

// compose writes a letter.
func (b *bank) compose() *letter {
	switch {
	case b.faults.strikes(BankMalformed):
		l := b.letter(kindMalformed)
		l.raw = fmt.Appendf(nil, "<Document>%s", l.id)
		return l
	case b.faults.strikes(BankConflict):
		if l := b.conflict(); l != nil {
			return l
		}
	case b.faults.strikes(BankForges):
		return b.transfers(kindForged, 1)
	case b.faults.strikes(BankLost):
		return b.transfers(kindUnknown, 1)
	}
	switch n := b.random.IntN(100); {
	case n < 4:
		return b.transfers(kindBatch, 2+b.random.IntN(6))
	case n < 10:
		return b.exchange(pairs[b.random.IntN(len(pairs))], nil)
	case n < 13:
		return b.coverPair()
	case n < 14:
		return b.transfers(kindAdvice, 1)
	case n < 16:
		return b.ownMoney()
	}
	return b.transfers(kindPlain, 1)
}

// besides sends now and then what is no payment.
func (b *bank) besides() {
	switch n := b.random.IntN(300); {
	case n < 5:
		b.query()
	case n < 11:
		b.setControl()
	case n < 13:
		b.checkName()
	case n < 19:
		b.seekQuote(pairs[b.random.IntN(len(pairs))])
	}
}

// draw is the currency of a payment; those that settle by day or by cycle are rare.
func (b *bank) draw() string {
	if b.chance(12) {
		return daily
	}
	if b.chance(8) {
		return netted
	}
	return currencies[b.random.IntN(3)].code
}

// pay adds a payment to a letter.
func (b *bank) pay(l *letter, to *bank, currency string, minor int64) *payment {
	p := &payment{
		letter: l, id: fmt.Sprintf("%s.%d", l.id, len(l.payments)), uetr: b.scribe.uetr(), to: to, currency: currency, minor: minor,
	}
	l.payments = append(l.payments, p)
	b.made++
	return p
}

// transfers writes a letter of payments in one currency.
func (b *bank) transfers(what kind, count int) *letter {
	l := b.letter(what)
	currency, priority := b.draw(), ""
	if b.chance(10) {
		priority = "URGT"
	}
	for range count {
		to := b.other()
		if what == kindUnknown {
			to = nil
		} else if b.chance(200) {
			to = b.readers[len(b.readers)-1-b.random.IntN(2)] // one that has applied
		}
		p := b.pay(l, to, currency, 1+b.random.Int64N(100_000))
		p.priority = priority
		if what != kindAdvice && b.chance(100) {
			p.from = b.wall().Add(b.between(0, 10*time.Second)).Format("15:04:05Z")
		}
		if what == kindAdvice {
			b.covers[p.uetr] = p
		} else {
			b.payments[p.uetr] = p
		}
	}
	from := b.bic
	if what == kindForged {
		from = b.other().bic
	}
	l.raw = b.scribe.transfer(l, from)
	b.tell()
	return l
}

func (b *bank) tell() {
	if b.progress != nil {
		b.progress(b.made, b.wanted)
	}
}

// longAgo is how many letters lie at most between one and another in conflict with it.
const longAgo = 8000

// conflict makes a letter with the identity of an earlier one and other content; nil:
// there is none.
func (b *bank) conflict() *letter {
	for tries := 0; tries < 10 && b.sent > 1; tries++ {
		about := b.letters[fmt.Sprintf("%c-%d", 'A'+b.number, b.sent-1-b.random.IntN(min(b.sent-1, longAgo)))]
		if about == nil || about.kind != kindPlain || about.receipts == 0 {
			continue
		}
		first := about.payments[0]
		l := b.letter(kindConflict)
		l.about = about
		l.payments = []*payment{{letter: l, id: l.id + ".0", uetr: first.uetr, to: first.to, currency: first.currency, minor: first.minor + 1}}
		l.raw = b.scribe.transfer(l, b.bic)
		return l
	}
	return nil
}

// coverPair writes a customer transfer and, as a letter of its own, the payment between
// banks that brings its money: either first, and now and then one of them alone.
func (b *bank) coverPair() *letter {
	transfer, cover := b.letter(kindCovered), b.letter(kindCover)
	to, currency, minor := b.other(), b.draw(), 1+b.random.Int64N(100_000)
	covered := b.pay(transfer, to, currency, minor)
	covering := b.pay(cover, to, currency, minor)
	covering.uetr = covered.uetr
	b.payments[covered.uetr], b.covers[covered.uetr] = covered, covering
	transfer.raw, cover.raw = b.scribe.transfer(transfer, b.bic), b.scribe.transfer(cover, b.bic)
	b.tell()
	first, second := transfer, cover
	if b.chance(2) {
		first, second = cover, transfer
	}
	if b.chance(4) {
		b.made--
		return first
	}
	b.postLater(b.between(0, 3*time.Second), second)
	return first
}
