package simulation

import (
	"slices"
	"time"
)

// family is a letter and all that follow from it: what asks it back or about it, takes
// it back, says yes to it or gives its money back. They are checked together, when the
// last of them has come to its end; then the run forgets them, so that a long one does
// not hold everything that ever happened.
type family struct {
	letters []*letter
	touched time.Duration // when a bank last sent or heard something of it
}

const (
	// rests is how long nobody may have sent or heard anything of a family before it is
	// forgotten: longer than anything is on its way, however much goes wrong. What comes
	// of it after that nobody knows of, and that is a violation.
	rests = time.Minute
	// tidyEvery is how often it is looked at what can be forgotten.
	tidyEvery = 5 * time.Second
)

// keep enters a letter among those that its bank and the run know.
func (b *bank) keep(l *letter) {
	b.letters[l.id] = l
	b.messages++
	if l.family == nil {
		l.family = &family{}
		b.families = append(b.families, l.family)
	}
	l.family.letters = append(l.family.letters, l)
	b.touch(l)
}

func (w *world) touch(l *letter) { l.family.touched = w.now }

// ended tells that all letters of a family have come to their end.
func (f *family) ended() bool {
	for _, l := range f.letters {
		if !l.ended() {
			return false
		}
	}
	return true
}

// tidy checks and forgets families that have ended, as long as banks read often: at
// night something may lie in a mailbox for longer than a family rests.
func (p *play) tidy() {
	if p.faults.healed {
		return
	}
	p.after(tidyEvery, p.tidy)
	p.families = slices.DeleteFunc(p.families, func(f *family) bool {
		if p.now-f.touched < rests || !f.ended() {
			return false
		}
		p.checkFamily(f)
		p.forget(f)
		return true
	})
}

// forget takes a family out of everything.
func (p *play) forget(f *family) {
	for _, l := range f.letters {
		if l.kind != kindControl { // what stands is known by all that were set
			delete(l.from.letters, l.id)
		}
		for _, pay := range l.payments {
			for _, by := range []map[string]*payment{p.payments, p.covers} {
				if by[pay.uetr] == pay {
					delete(by, pay.uetr)
				}
			}
			if pay.returns != nil {
				delete(p.returned, pay.id)
			}
			for _, f := range pay.forwards {
				delete(p.forwarded, f.id)
			}
		}
	}
}

// checkFamily checks its letters, and adds up what its payments have moved.
func (p *play) checkFamily(f *family) {
	for _, l := range f.letters {
		p.checkLetter(l)
		for _, pay := range l.payments {
			p.checkQuote(pay)
			if pay.settled() {
				pay.effect(p.moves)
			}
		}
	}
}

// moves adds to what an account has moved by what was told.
func (p *play) moves(owner, currency string, minor int64) { p.moved[owner+currency] += minor }

// checkQuote wants every quote to have settled one payment at most.
func (p *play) checkQuote(pay *payment) {
	if pay.quote == nil || !pay.settled() {
		return
	}
	if first := p.settledBy[pay.quote.ID]; first != "" {
		p.violation(pay.letter.id, "payment %s settled by the quote by which %s had", pay.id, first)
	}
	p.settledBy[pay.quote.ID] = pay.id
}
