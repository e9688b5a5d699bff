package simulation

import (
	"slices"

	"dragoman/gateway"
	"dragoman/messages"
)

// forward is a payment as its receiver got it once. One that takes another way comes
// again, under another message id, when the first way is dead.
type forward struct {
	id       string
	said     string   // by the receiver, when it is asked: ACSP, RJCT or nothing
	outcomes []status // that the receiver was told after it was asked
}

// mostWays is how many ways a payment has at most: as many as there are providers.
const mostWays = 2

// came notes that the payment has come to its receiver under a message id, and is the
// forward of that id.
func (p *payment) came(id string) *forward {
	if i := slices.IndexFunc(p.forwards, func(f *forward) bool { return f.id == id }); i >= 0 {
		return p.forwards[i]
	}
	f := &forward{id: id}
	p.forwards = append(p.forwards, f)
	return f
}

// checkForwards wants a payment at its receiver once if it has settled and else never,
// unless its receiver was asked. Then it hears of every time that it was asked what
// became of it: of all but the last that this way is dead, of the last what the sender
// hears; and what has settled it had agreed to, that time.
func (p *play) checkForwards(pay *payment) {
	l, last, settled := pay.letter, pay.last(), pay.settled() || pay.last().code == "ACTC"
	n := len(pay.forwards)
	if !pay.confirm() {
		if n > 1 || settled != (n == 1) {
			p.violation(l.id, "payment %s came to %s and its receiver got it %d times", pay.id, last.code, n)
		}
		return
	}
	if n > mostWays || n > 1 && !pay.diverts() || settled && n == 0 {
		p.violation(l.id, "payment %s came to %s and its receiver was asked %d times", pay.id, last.code, n)
	}
	for i, f := range pay.forwards {
		want := "RJCT"
		if i == n-1 {
			want = last.code
		}
		switch {
		case len(f.outcomes) != 1:
			p.violation(l.id, "of %s the receiver of %s heard %v", f.id, pay.id, f.outcomes)
		case f.outcomes[0].code != want:
			p.violation(l.id, "of %s the receiver of %s heard %s, its sender %s", f.id, pay.id, f.outcomes[0].code, last.code)
		case want == "ACSC" && f.said != "ACSP":
			p.violation(l.id, "payment %s has settled though its receiver said %q", pay.id, f.said)
		}
	}
	if n > 1 {
		p.traffic["diverted "+last.code]++
	}
}

// diverts tells that a payment may take another way: what two providers change, where
// its sender has not named the quote of one.
func (p *payment) diverts() bool {
	return p.into != "" && p.quote == nil && len(p.pair().others) > 0
}

// charged takes a camt.105: what the bank has paid besides an amount.
func (b *bank) charged(m *gateway.Mail, read *messages.Message) {
	v, _ := messages.ViewChargesNotification(read)
	for r := range v.Records() {
		amount, err := r.Amount().Money()
		b.no(err)
		for tx := range r.Transactions() {
			p := b.payments[tx.UETRText()]
			if p == nil || p.letter.from != b || tx.EndToEndID() != p.id {
				b.violation("", "%s: mail %d charges it for %q", b.bic, m.Number, tx.EndToEndID())
				continue
			}
			b.touch(p.letter)
			if p.charges++; amount.Minor() != p.besides() || amount.Currency().Code() != p.currency || r.Direction() != "DBIT" {
				b.violation(p.letter.id, "mail %d charges %s %s for %s, not %d", m.Number, r.Direction(), amount, p.id, p.besides())
			}
			b.traffic["charges told"]++
		}
	}
}

// besides is what the sender pays above the amount.
func (p *payment) besides() int64 {
	if p.bearer != "DEBT" {
		return 0
	}
	return p.pair().fee
}

// hearsCharges tells that a bank takes camt.105.
func hearsCharges(number int) bool { return number%2 == 0 }

// checkCharges wants who takes camt.105 to be told once of what it has paid besides.
func (p *play) checkCharges(pay *payment) {
	want := 0
	if hearsCharges(pay.letter.from.number) && pay.settled() && pay.besides() > 0 {
		want = 1
	}
	if pay.charges != want {
		p.violation(pay.letter.id, "its sender was told of the charges of %s %d times, not %d", pay.id, pay.charges, want)
	}
}
