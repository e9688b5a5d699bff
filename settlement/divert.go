package settlement

import (
	"slices"
	"time"
)

// Diversions: a payment whose way closes before anything has moved on it, and for a
// reason that is the way's and not its own, takes another. The attempt is dead first:
// what it had earmarked is given back, who was asked is told, and no word about it
// counts any more. So of all attempts of a payment at most one ever moves money: a
// payment has one way at a time, and settles once.

// Way is what of an instruction belongs to the way that a payment takes.
type Way struct {
	Legs     []Leg
	Confirm  ParticipantID
	Answer   time.Duration
	Earliest Moment
	Reject   Moment
	AtOnce   bool
	Facts    []byte
}

// Attempt is a way that a payment has taken in vain.
type Attempt struct {
	Legs   []Leg
	Facts  []byte
	Asked  ParticipantID // who was asked to confirm it; 0: nobody
	Reason Reason
	Ended  Moment
}

// MaxAttempts bounds the ways that one payment takes: whoever waits for it must hear
// in the end.
const MaxAttempts = 8

// wayward are the reasons of a refusal that are about the way on which a payment came
// and not about the payment: on another it may be taken.
var wayward = map[string]bool{
	"AB01": true, // clearing was aborted, because time was up
	"AB02": true, // or by an error
	"AB04": true, // settlement was aborted by an error
	"AB05": true, // time was up at the creditor agent
	"AB06": true, // or at the instructed agent
	"AB07": true, // an agent on the way is not online
	"AGNT": true, // an agent on the way is not the right one
	"ED05": true, // settlement has failed
	"RC11": true, // the intermediary agent is not acceptable
}

// Route has payments that may be diverted planned anew by router, from what stands in
// the books and nothing else; it answers false where there is no other way.
func (e *Engine) Route(router func(*Payment) (Way, bool)) { e.router = router }

// On are the facts of one of a payment's attempts, from 0; the last is the present
// one.
func (p *Payment) On(attempt int) []byte {
	if attempt < len(p.Attempts) {
		return p.Attempts[attempt].Facts
	}
	return p.Facts
}

// diverts tells whether a payment may take another way. What is netted goes by no way
// of its own.
func (p *Payment) diverts() bool { return p.Diverts && !p.Net }

// end ends a payment unless its way alone is why, and there is another.
func (e *Engine) end(p *Payment, event Event, why Reason, ofWay bool) {
	if ofWay {
		if way, open := e.another(p); open {
			if row := lookup(p.State, event); row.reason != "" {
				why.Code = row.reason
			}
			e.divert(p, &way, why)
			return
		}
	}
	e.move(p, event, why)
}

// another is the next way of a payment, if it may take one.
func (e *Engine) another(p *Payment) (Way, bool) {
	if !p.diverts() || e.router == nil || len(p.Attempts)+1 >= MaxAttempts {
		return Way{}, false
	}
	way, open := e.router(p)
	return way, open && (way.Reject == 0 || way.Reject > e.now)
}

// take puts a payment on another way than one that it has taken in vain.
func (p *Payment) take(way *Way, before Attempt) {
	p.Attempts = append(slices.Clip(p.Attempts), before)
	p.Legs, p.Confirm, p.Answer, p.Facts = way.Legs, way.Confirm, way.Answer, way.Facts
	p.Earliest, p.Reject, p.AtOnce = way.Earliest, way.Reject, way.AtOnce
}

// divert has a payment leave its way for another. What compliance looks at, or is to,
// it goes on to look at.
func (e *Engine) divert(p *Payment, way *Way, why Reason) {
	from, asked := p.State, ParticipantID(0)
	if from == StateReserved {
		asked = p.Confirm
	}
	e.move(p, EventDivert, why)
	p.take(way, Attempt{p.Legs, p.Facts, asked, why, e.now})
	e.check(p)
	if from == StateHeld || from == StateNone && p.Hold {
		e.move(p, EventHold, Reason{})
		return
	}
	e.proceed(p)
}

// outwaited tells whether a payment whose time is up has waited for others than its
// sender: for the word of who was asked, or for money on its way.
func (e *Engine) outwaited(p *Payment) bool {
	if !p.diverts() {
		return false
	}
	switch p.State {
	case StateReserved:
		return true
	case StateWaiting:
		for account, takes := range p.debits() {
			if e.accounts[account-1].Owner != p.Sender {
				continue
			}
			first := e.queues[account-1].first()
			turn := first == p || first.Band == p.Band && e.accounts[account-1].Bypass
			if !turn || e.usable(account, p.Band) < p.needs(account, takes) {
				return false
			}
		}
		return e.within(p)
	case StateNone, StateScheduled, StateHeld, StateAsked, StateUncovered, StateDiverted, StateNetted, StateSettled, StateRejected, StateCancelled, StateDelivered:
	}
	return false
}

// crowded tells whether it is somebody on the way alone who cannot hold what a payment
// brings, and not its receiver.
func (e *Engine) crowded(p *Payment) bool {
	onTheWay := false
	for _, leg := range p.Legs {
		debit, credit := &e.accounts[leg.Debit-1], &e.accounts[leg.Credit-1]
		full := !credit.Takes(p.gives(leg.Credit))
		if debit.Role == RoleIssuance || full && credit.Owner == p.Receiver {
			return false
		}
		onTheWay = onTheWay || full
	}
	return onTheWay
}

// outlived tells whether a word is about an attempt that is dead, and which: the one
// that it names. Where it names none it is about the last that its speaker was asked
// about. While a later one waits for the same bank's word, one that names none decides
// nothing: the amounts may be others, and a yes to one is none to the other.
func (p *Payment) outlived(s *Statement, by ParticipantID) (attempt int, dead bool) {
	n := s.Target.Attempt
	if n > len(p.Attempts) || n == 0 && p.State.Final() {
		return 0, false
	}
	if n > 0 {
		return n - 1, p.Attempts[n-1].Asked == by
	}
	for i := range slices.Backward(p.Attempts) {
		if p.Attempts[i].Asked == by {
			return i, true
		}
	}
	return 0, false
}

// ofAttempt answers a word about an attempt that is dead, and counts it if it accepts.
func (e *Engine) ofAttempt(p *Payment, s *Statement, attempt, asked int) Outcome {
	if s.Target.Attempt == 0 && p.State == StateReserved {
		return Outcome{p.ID, StatusSettling, Reason{Text: "it was forwarded more than once: name the message that is answered"}, asked, len(p.Attempts)}
	}
	if s.Says == SayYes {
		e.group.late++
	}
	return Outcome{p.ID, StatusRejected, p.Attempts[attempt].Reason, asked, attempt}
}

// attempts checks the ways that a payment has taken: each but the last is dead before
// the next begins, and nothing was posted on it. That what is posted is the last one's
// is checked with the entries.
func (a *Audit) attempts(p *Payment) {
	diverted, committed := 0, 0
	for _, step := range append(slices.Clip(p.Past), Step{State: p.State, Reason: p.Reason, Since: p.Since}) {
		switch {
		case step.State == StateSettled:
			committed++
		case step.State != StateDiverted:
			continue
		case diverted < len(p.Attempts) && (p.Attempts[diverted].Reason != step.Reason || p.Attempts[diverted].Ended != step.Since):
			a.find("payment %d: its attempt %d ended %+v at %d but it was diverted %+v at %d", p.ID, diverted+1, p.Attempts[diverted].Reason, p.Attempts[diverted].Ended, step.Reason, step.Since)
		}
		if step.State == StateDiverted {
			diverted++
		}
	}
	switch {
	case p.State == StateDiverted:
		a.find("payment %d has left its way and taken no other", p.ID)
	case diverted != len(p.Attempts):
		a.find("payment %d was diverted %d times but has %d attempts that ended", p.ID, diverted, len(p.Attempts))
	case committed > 1:
		a.find("payment %d has settled %d times", p.ID, committed)
	case len(p.Attempts) > 0 && (!p.Diverts || len(p.Attempts) >= MaxAttempts):
		a.find("payment %d has taken %d ways in vain: that is more than it may", p.ID, len(p.Attempts))
	}
	for i := range p.Attempts {
		if one := &p.Attempts[i]; one.Reason.Code == "" || len(one.Legs) == 0 {
			a.find("payment %d: its attempt %d ended without a reason, or had no legs", p.ID, i+1)
		}
	}
}
