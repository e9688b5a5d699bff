package simulation

import (
	"errors"
	"os"
	"time"

	"dragoman/gateway"
	"dragoman/routing"
)

// strikes are the faults of the gateway's machine: each comes after so many
// payments have been sent.
type strikes struct {
	at     []int
	copied bool   // there is an older copy of the books
	older  string // where it is
}

const (
	// heavyUntil is up to how many payments the books are read again as a whole.
	heavyUntil = 3000
	// firstStrikes come in the first payments, so that the heavy ones are light.
	firstStrikes = 24
	// strikeEvery is how many payments lie between later strikes at least. A start
	// reads what it must know of all payments, so that these become more with them.
	strikeEvery, strikeShare = 4000, 16
)

// plan spreads strikes over the run.
func (s *strikes) plan(p *play) {
	early := min(p.wanted, heavyUntil)
	for i := range firstStrikes {
		s.at = append(s.at, (i+1)*early/(firstStrikes+1))
	}
	for n := early + strikeEvery; n < p.wanted; n += max(strikeEvery, n/strikeShare) {
		s.at = append(s.at, n)
	}
	p.after(time.Millisecond, p.watch)
}

// watch strikes when the time has come and the gateway is up.
func (p *play) watch() {
	if p.faults.healed {
		return
	}
	p.after(p.between(time.Millisecond, 20*time.Millisecond), p.watch)
	p.journal.long = p.node.up && p.made > heavyUntil
	if len(p.strikes.at) == 0 || p.made < p.strikes.at[0] || !p.node.up || p.node.now < p.node.paused {
		return
	}
	p.strikes.at = p.strikes.at[1:]
	if fault, ok := p.faults.next(p.made <= heavyUntil); ok {
		p.strike(fault)
	}
	if p.faults.strikes(BankSuspended) {
		p.suspend(p.banks[p.random.IntN(len(p.banks))])
	}
}

// strike lets a fault happen, and the gateway start again.
func (p *play) strike(fault Fault) {
	p.note("", "%s", fault)
	if fault == NodePaused {
		p.node.paused = p.now + p.between(6*time.Second, 15*time.Second)
		return
	}
	if fault == ClockJumped {
		p.jump()
		return
	}
	p.node.remembers()
	p.node.end(fault == NodeStopped)
	damage := map[Fault]func() error{BooksLost: p.lost, BooksOlder: p.older, BooksFlipped: p.flip, BooksTorn: p.tear, LogOlder: p.olderLog}[fault]
	if damage != nil {
		p.no(damage())
	}
	if fault != BooksOlder && fault != BooksLost && p.made <= heavyUntil && !p.strikes.copied {
		p.no(p.copyBooks())
	}
	p.after(p.between(20*time.Millisecond, 3*time.Second), p.start)
}

// no is for what must not fail.
func (p *play) no(err error) {
	if err != nil {
		p.violation("", "%v", err)
	}
}

// start has the gateway start. It must, after whatever happened: with books that are
// damaged it does not, says so, and builds them anew.
func (p *play) start() {
	err := p.node.start()
	if err == nil {
		p.note("", "the gateway is up again; group %d of %d", p.node.books.State().Sequence, len(p.journal.groups))
		return
	}
	p.violation("", "the gateway does not start: %v", err)
}

// copyBooks keeps a copy of the books while nobody has them open.
func (p *play) copyBooks() error {
	p.strikes.older, p.strikes.copied = p.node.path()+".older", true
	return copyFile(p.node.path(), p.strikes.older)
}

// lost takes the books away. A log whose beginning is gone, too, does not give them again:
// the gateway must refuse it. Then the whole log is brought back.
func (p *play) lost() error {
	err := p.node.setAside()
	if err != nil || len(p.journal.groups) < 2 {
		return err
	}
	read := p.node.read
	p.journal.begins = 2 + p.random.Uint64N(uint64(len(p.journal.groups)-1)) //nolint:gosec // two at least
	switch err := p.node.start(); {
	case err == nil:
		p.violation("", "the gateway has no books and serves with a log that begins at group %d", p.journal.begins)
		p.node.end(false)
	case !errors.Is(err, gateway.ErrGap): // what else is wrong then is wrong because of it
		p.violation("", "the gateway has no books and applies a log that begins at group %d: %v", p.journal.begins, err)
	default:
		p.note("", "refused: %v", err)
		p.traffic[lateLog]++
	}
	p.journal.begins = 0
	err = p.node.setAside() // what it had begun
	p.node.read = read
	return err
}

// lateLog is that a log without its beginning was refused.
const lateLog = "log without beginning refused"

// older puts an earlier copy of the books in their place: they are caught up.
func (p *play) older() error {
	if !p.strikes.copied {
		return nil
	}
	p.strikes.copied = false
	p.node.read = nil
	return os.Rename(p.strikes.older, p.node.path())
}

// flip changes a bit of the books: where that matters it is found, by the start or
// the audit, and the books are built anew.
func (p *play) flip() error {
	raw, err := os.ReadFile(p.node.path())
	if err != nil {
		return err
	}
	raw[p.random.IntN(len(raw))] ^= 1 << p.random.IntN(8)
	if err = os.WriteFile(p.node.path(), raw, 0o600); err != nil { //nolint:gosec // its own file
		return err
	}
	return p.node.sound()
}

// tear cuts the file short.
func (p *play) tear() error {
	info, err := os.Stat(p.node.path())
	if err != nil {
		return err
	}
	if err = os.Truncate(p.node.path(), p.random.Int64N(info.Size())); err != nil {
		return err
	}
	return p.node.sound()
}

// olderLog has the log's server come back with less than the books have applied: the
// gateway must refuse that. Then the newer log is brought back.
func (p *play) olderLog() error {
	j := p.journal
	whole := j.groups
	// Books that are behind the log could go on with a log that has lost no more than
	// what they have not applied.
	applied := p.node.books.State().Sequence
	if applied == 0 {
		return nil
	}
	j.groups = whole[:applied-1-p.random.Uint64N(min(applied, 20))]
	if err := p.node.start(); err == nil {
		p.violation("", "the gateway serves with a log that ends before its books")
		p.node.end(false)
	} else {
		p.note("", "refused: %v", err)
	}
	j.groups = whole
	return nil
}

// jump sets the gateway's clock. Its time stands still until two operators accept
// that; before, the clock may be set right again. A gateway that starts meanwhile
// cannot know that its clock is wrong, and goes by it from then on.
func (p *play) jump() {
	by, life := p.between(10*time.Second, time.Hour), p.node.life
	p.jumped += by
	p.after(p.between(time.Second, 5*time.Second), func() {
		if p.chance(2) && p.node.life == life {
			p.jumped -= by
		}
		p.acceptTime()
	})
}

// acceptTime has two operators accept the clock, until it is accepted.
func (p *play) acceptTime() {
	if p.node.up && p.node.now >= p.node.paused {
		d := gateway.Decision{Action: gateway.ActionAcceptTime, Time: p.wall(), Reason: "the clock is right"}
		p.node.decide(gatewayBIC, "operator-1", "operator-2", d, func() {})
	}
	if p.node.up && len(p.node.time.Unready()) == 0 {
		return
	}
	p.after(time.Second, p.acceptTime)
}

// barred are the standings of a bank that may do less than others.
var barred = [...]routing.Standing{routing.StandingSuspended, routing.StandingSendOnly, routing.StandingReceiveOnly}

// suspend has two operators bar a bank from sending, receiving or both, by turns, and, a
// little later, let it in again.
func (p *play) suspend(b *bank) {
	p.bar(b, barred[p.faults.count[BankSuspended]%len(barred)])
}

// bar has it decided until it is so, or nothing goes wrong any more.
func (p *play) bar(b *bank, standing routing.Standing) {
	switch {
	case p.faults.healed:
	case p.standing(b) == standing:
		p.note("", "%s is %s", b.bic, standing)
		p.traffic["standing "+string(standing)]++
		p.after(p.between(500*time.Millisecond, 3*time.Second), func() { p.resume(b) })
	default:
		p.stands(b, standing, func() {})
		p.after(p.between(100*time.Millisecond, time.Second), func() { p.bar(b, standing) })
	}
}

// stands has two operators decide where a participant stands.
func (p *play) stands(b *bank, standing routing.Standing, done func()) {
	d := gateway.Decision{Action: gateway.ActionStanding, Bank: b.bic, Standing: standing, Reason: "the simulation decides"}
	p.node.decide(gatewayBIC, "operator-1", "operator-2", d, done)
}

// applicants has operators let one of those in that have applied, and turn the other
// one down, until it is so.
func (p *play) applicants() {
	newcomer, declined := p.reader(newcomerBIC), p.reader(declinedBIC)
	if p.standing(newcomer) == routing.StandingActive && p.standing(declined) == routing.StandingClosed {
		return
	}
	p.stands(newcomer, routing.StandingActive, func() {})
	p.stands(declined, routing.StandingClosed, func() {})
	p.after(p.between(time.Second, 2*time.Second), p.applicants)
}

// standing is where a participant stands as far as the gateway knows; empty: it is down.
func (p *play) standing(b *bank) routing.Standing {
	if party, ok := p.node.directory.Load().ByBIC(b.bic); ok && p.node.up {
		return party.Standing
	}
	return ""
}

// resume lets a bank in again, until it is.
func (p *play) resume(b *bank) {
	if p.standing(b) == routing.StandingActive {
		return
	}
	d := gateway.Decision{Action: gateway.ActionResume, Bank: b.bic, Reason: "it may go on"}
	p.node.decide(gatewayBIC, "operator-1", "operator-2", d, func() {})
	p.after(time.Second, func() { p.resume(b) })
}
