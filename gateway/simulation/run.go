package simulation

import (
	"context"
	"errors"
	"time"

	"dragoman/gateway"
)

// Settings of a run.
type Settings struct {
	Seed     uint64
	Payments int
	Without  map[Fault]bool // faults that the run goes without; see Parse
	Folder   string         // for the books; it must be empty
	// Subjects are the message ids whose history is kept; nil: none. What concerns
	// everybody is kept with them.
	Subjects []string
	Progress func(done, of int) // payments sent; nil: nobody is told
}

// Result is what came of a run.
type Result struct {
	Seed         uint64         `json:"seed"`
	Payments     int            `json:"payments"`
	Messages     int            `json:"messages"`     // that banks sent, without repetitions
	Acknowledged int            `json:"acknowledged"` // of these
	Groups       int            `json:"groups"`       // of the log
	Mails        map[string]int `json:"mails"`        // that banks have read, by kind
	Traffic      map[string]int `json:"traffic"`      // what they did and what came of it
	Faults       map[Fault]int  `json:"faults"`       // how often each struck
	States       map[string]int `json:"states"`       // how many payments were in each
	Virtual      time.Duration  `json:"virtual_ns"`
	Violations   []Violation    `json:"violations"`
	Digest       string         `json:"digest"` // of log, books and mailboxes: the same seed gives the same
	History      []string       `json:"history,omitempty"`
}

// settleFor is how long, in virtual time, the world may take to come to rest when
// nothing goes wrong any more: until the next day has opened.
const settleFor = opensNextDay + 4*time.Hour

// Run plays until every payment has ended, and checks everything. An error is one of
// the simulation itself, or of ctx; what the gateway does wrong is in the result.
func Run(ctx context.Context, s Settings) (r Result, err error) {
	p := newPlay(s)
	r = Result{Seed: s.Seed, States: map[string]int{}, Faults: p.faults.count, Mails: p.mails, Traffic: p.traffic}
	if err = p.node.start(); err != nil {
		return r, err
	}
	if p.follower, err = follow(s.Folder, p.journal.groups[0]); err != nil {
		return r, err
	}
	defer func() {
		if p.node.up {
			p.node.end(false)
		}
		err = errors.Join(err, p.follower.close())
	}()
	p.begin()
	for p.made < p.wanted && len(p.violations) == 0 && p.step() {
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		p.bounded()
	}
	p.heal()
	for until := p.now + settleFor; p.now < until && len(p.violations) == 0 && !p.quiet() && p.step(); {
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		p.bounded()
	}
	if len(p.violations) == 0 {
		err = p.check(&r)
	}
	r.Payments, r.Messages, r.Acknowledged, r.Groups = p.made, p.messages, p.acknowledged, len(p.journal.groups)
	r.Virtual, r.Violations = p.now, p.violations
	if p.node.up {
		r.Digest = p.digest()
	}
	for _, l := range p.trace.lines {
		r.History = append(r.History, l.String())
	}
	return r, err
}

// idleGroups are far more groups than time brings by itself in a run.
const idleGroups = 10_000

// bounded wants the log to grow by what people send: a gateway that gives itself more and
// more to do never comes to rest.
func (p *play) bounded() {
	if groups := len(p.journal.groups); groups > idleGroups+2*p.messages {
		p.violation("", "the log has %d groups, and %d messages were sent: something goes on by itself", groups, p.messages)
	}
}

func newPlay(s Settings) *play {
	w := newWorld(s.Seed, s.Without)
	if s.Subjects != nil {
		w.trace.kept = map[string]bool{}
		for _, subject := range s.Subjects {
			w.trace.kept[subject] = true
		}
	}
	p := &play{
		world: w, net: &network{w, map[int]time.Duration{}}, scribe: newScribe(w.random), wanted: s.Payments, progress: s.Progress,
		payments: map[string]*payment{}, covers: map[string]*payment{}, returned: map[string]*payment{},
		forwarded: map[string]*payment{}, mails: map[string]int{}, traffic: map[string]int{},
		moved: map[string]int64{}, settledBy: map[string]string{}, cycles: map[string]*cycle{},
	}
	p.journal = &journal{world: w, ids: map[string]uint64{}, groups: [][]byte{first(s.Seed)}}
	p.node = &node{world: w, journal: p.journal, folder: s.Folder, most: mostGroups, done: func() {}}
	p.node.broken = func(format string, args ...any) { p.violation("", format, args...) }
	p.journal.kept = func(group []byte) { p.follower.groups <- group }
	p.journal.arrived = func() { p.node.later(p.between(fastest, time.Millisecond), p.node.advance) }
	for n, bic := range readers() {
		p.readers = append(p.readers, &bank{play: p, number: n, bic: bicOf(bic), letters: map[string]*letter{}})
	}
	p.banks = p.readers[:banks]
	return p
}

// heal ends all faults and gives everybody money, so that what waits can go.
func (p *play) heal() {
	p.faults.healed = true
	p.net.cut = map[int]time.Duration{}
	p.node.paused = 0
	p.note("", "nothing goes wrong any more")
	p.rich(30 * time.Second)
}

// rich lends until nothing waits, at first often.
func (p *play) rich(again time.Duration) {
	for _, b := range p.readers[:funded] {
		p.resume(b)
		b.letGo()
		for _, currency := range currencies {
			p.issue(b, currency.code, currency.issuer, "10000000.00")
		}
	}
	p.closeCycle()
	p.acceptTime()
	p.note("", "time: %v; group %d of %d", p.node.time.Unready(), p.node.books.State().Sequence, len(p.journal.groups))
	p.after(again, func() { p.rich(min(2*again, time.Hour)) })
}

// quiet tells that everything has come to its end: all letters have receipts, all
// payments their final answers, and all mailboxes are read.
func (p *play) quiet() bool {
	if !p.node.up || len(p.node.committing) > 0 || p.node.books.State().Sequence < uint64(len(p.journal.groups)) || p.node.publishing {
		return false
	}
	if p.wall().Sub(beginning) < opensNextDay {
		return false
	}
	for _, b := range p.readers {
		if b.opened() == 0 && b.number < banks {
			return false
		}
		party, ok := p.node.directory.Load().ByBIC(b.bic)
		if !ok || p.node.books.MailboxEnd(party.ID) != uint64(len(b.seen)) {
			return false
		}
	}
	for p.ended < len(p.families) && p.families[p.ended].ended() {
		p.ended++
	}
	return p.ended == len(p.families)
}

func (l *letter) ended() bool {
	if l.refused {
		return true
	}
	if l.receipts == 0 {
		return false
	}
	for _, p := range l.payments {
		if !p.final(p.last()) {
			return false
		}
	}
	if l.kind.answeredOnce() && len(l.answers) == 0 {
		return false
	}
	if (l.kind == kindInvestigation || l.kind == kindCheck) && !l.concluded() {
		return false
	}
	return (l.kind != kindRecall || len(l.resolved) > 0 && l.resolved[len(l.resolved)-1] != passedOn) && (l.kind != kindQuestion || l.about.replies > 0)
}

var _ gateway.Log = (*node)(nil)
