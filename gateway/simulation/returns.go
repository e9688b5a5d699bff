package simulation

import (
	"fmt"
	"slices"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// What banks give back: pacs.004.

// destinationFault is a reason of a return that does not say that the payment was wrong
// when it was sent.
const destinationFault = "MD06"

// mayReturn has a bank give back a payment that it has got, now and then in parts, and
// now and then more than there is.
func (b *bank) mayReturn(p *payment, got *messages.Message) {
	if p.letter.kind == kindCovered || p.letter.kind == kindAdvice || !b.chance(15) {
		return
	}
	reason := "AC04"
	switch {
	case p.letter.kind == kindCover:
		reason = "DC04"
	case b.chance(2):
		reason = destinationFault
	}
	b.giveBack(p, got, reason)
	if b.chance(3) {
		b.giveBack(p, got, reason)
	}
}

// giveBack gives back a payment, or half of it.
func (b *bank) giveBack(p *payment, got *messages.Message, reason string) {
	l := b.letterOn(p.letter, kindReturn, fmt.Sprintf("%c-T%d-%s", 'A'+b.number, len(p.backs), p.id))
	back := &payment{letter: l, id: l.id, uetr: p.uetr, to: p.letter.from, currency: p.currency, minor: p.minor, returns: p}
	if p.into != "" {
		back.currency, back.minor = p.into, p.arrived
	}
	if b.chance(3) {
		back.minor = (back.minor + 1) / 2 //nolint:mnd // a half
	}
	back.sourceFault = reason != destinationFault
	l.payments = []*payment{back}
	p.backs = append(p.backs, back)
	b.returned[back.id] = back
	l.raw = b.scribe.back(l, back, got, reason)
	b.postLater(b.between(0, 5*time.Second), l)
}

// gotBack takes a return of what the bank has sent.
func (b *bank) gotBack(m *gateway.Mail, read *messages.Message) {
	v, _ := messages.ViewReturn(read)
	for t := range v.Transactions() {
		p := b.returned[t.ReturnID()]
		if p == nil || p.to != b {
			b.violation("", "%s: mail %d returns %s, which nobody gave back to it", b.bic, m.Number, t.ReturnID())
			continue
		}
		b.touch(p.letter)
		b.note(p.letter.id, "mail %d of %s returns %s", m.Number, b.bic, p.id)
		amount, err := t.Amount().Money()
		b.no(err)
		p.arrived = amount.Minor()
		if o := p.returns; amount.Currency().Code() != o.currency || !p.comesTo(p.arrived) {
			b.violation(p.letter.id, "of %s (%d for %d) came back %s for %d", o.id, o.minor, o.arrived, amount, p.minor)
		}
		p.came(v.Group().MessageID())
	}
}

// comesTo tells whether a return brings its receiver what it must. Of an exchanged
// payment that is the same part of what was exchanged, rounded down, or what completes
// it. Where the source was at fault it is by one of the provider's rates the other way,
// its fee taken out, if it changes that way at all.
func (p *payment) comesTo(arrived int64) bool {
	o := p.returns
	if o.into == "" {
		return arrived == p.minor
	}
	for _, way := range pairs {
		if p.sourceFault && way.from == o.into && way.into == o.currency &&
			slices.ContainsFunc(way.rates, func(rate string) bool { return arrived == exchanged(p.minor-way.fee, rate) }) {
			return true
		}
	}
	share := o.sold() * p.minor / o.arrived
	return share <= arrived && arrived <= share+1
}

// checkReturns wants no more to have gone back than was there.
func (p *play) checkReturns(o *payment) {
	whole, sum := o.minor, int64(0)
	if o.into != "" {
		whole = o.arrived
	}
	for _, back := range o.backs {
		if back.settled() {
			sum += back.minor
			p.traffic["returned"]++
		}
	}
	if sum > whole {
		p.violation(o.letter.id, "of %d of %s went back %d", whole, o.id, sum)
	}
}
