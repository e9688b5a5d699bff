package simulation

import (
	"fmt"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// Banks' own money: camt.050 to an issuer, who answers, or to another bank.

// ownMoney asks an issuer for money, gives it some back, or sends it to another bank.
func (b *bank) ownMoney() *letter {
	l := b.letter(kindMoney)
	currency := currencies[b.random.IntN(len(currencies))]
	issuer := b.reader(currency.issuer)
	p := b.pay(l, issuer, currency.code, 1+b.random.Int64N(1_000_000))
	b.payments[p.uetr] = p
	from, to := walletOf(b.bic, currency.code), issuer.bic.String()+"-"+currency.code+"-I"
	switch p.use = useIssue + use(b.random.IntN(3)); p.use { //nolint:gosec // three uses
	case useIssue:
		from, to = to, from
	case useTransfer:
		p.to = b.other()
		to = walletOf(p.to.bic, currency.code)
	case useNone, useRedeem:
	}
	l.raw = b.scribe.ownMoney(l, p, from, to)
	b.traffic[p.use.String()]++
	b.tell()
	return l
}

// reader is who has that BIC.
func (p *play) reader(bic string) *bank {
	for _, b := range p.readers {
		if b.bic == bicOf(bic) {
			return b
		}
	}
	panic(bic)
}

// asksMoney takes a camt.050: an issuer answers it, a bank has got the money.
func (b *bank) asksMoney(m *gateway.Mail, read *messages.Message) {
	v, _ := messages.ViewLiquidityCreditTransfer(read)
	p := b.payments[v.PaymentID().UETRText()]
	if p == nil || p.to != b || p.use == useNone {
		b.violation("", "%s: mail %d moves money that nobody sent to it", b.bic, m.Number)
		return
	}
	b.touch(p.letter)
	id := v.Group().MessageID()
	b.note(p.letter.id, "mail %d of %s forwards %s", m.Number, b.bic, p.id)
	f := p.came(id)
	if !p.confirm() {
		return
	}
	b.forwarded[id] = p
	if f.said != "" {
		return
	}
	word := "ACPT"
	if f.said = "ACSP"; b.chance(8) {
		word, f.said = "RJCT", "RJCT"
	} else if b.faults.strikes(BankSilent) {
		f.said = "none" // for hours; then it is over
		return
	}
	l := b.letterOn(p.letter, kindReceipt, fmt.Sprintf("%c-W-%s", 'A'+b.number, p.id))
	l.raw = b.scribe.receipt(l, id, word)
	b.postLater(b.between(0, 5*time.Second), l)
}

// codes are the words of a camt.025 as the status that they mean.
var codes = map[string]string{"ACPT": "ACSC", "RJCT": "RJCT", "PDNG": "PDNG"}

// receiptFor takes a camt.025: what came of own money, of a control or of a wish about
// the queue.
func (b *bank) receiptFor(m *gateway.Mail, digest [32]byte, read *messages.Message) {
	v, _ := messages.ViewReceipt(read)
	id := v.Group().MessageID()
	for d := range v.Details() {
		original, word := d.Original().MessageID(), ""
		for h := range d.Handlings() {
			word = h.Status()
		}
		l := b.letters[original]
		switch {
		case l == nil:
			b.asked(m, original, "", status{codes[word], ""})
		case !b.first(l, m, id, digest):
		case l.kind == kindMoney:
			b.note(l.id, "mail %d: %s", m.Number, word)
			b.told(l, l.payments[0], status{codes[word], ""})
		case l.kind == kindReceipt: // the issuer's word came too late
		default:
			b.note(l.id, "mail %d: %s", m.Number, word)
			l.words, l.heard = append(l.words, word), m.Number
		}
	}
}

// answered takes the answer to a query.
func (b *bank) answered(m *gateway.Mail, digest [32]byte, read *messages.Message) {
	id, original := "", ""
	for n := range read.Document().Root.Walk() {
		switch n.Name() {
		case "MsgHdr":
			id = n.Child("MsgId").Text()
		case "OrgnlBizQry":
			original = n.Child("MsgId").Text()
		}
	}
	l := b.letters[original]
	if l == nil || l.kind != kindQuery {
		b.violation("", "%s: mail %d answers %q, which it never asked", b.bic, m.Number, original)
		return
	}
	b.first(l, m, id, digest)
}
