package naive

import (
	"encoding/binary"
	"math/rand/v2"

	"dragoman/messages"
	s "dragoman/settlement"
)

// maker makes up a history.
type maker struct {
	*world
	r       *rand.Rand
	letters []event                 // messages so far, to be sent again
	payment int                     // last identity given
	asked   map[int]s.ParticipantID // who must confirm which payment
	moved   []movement              // what may have to go back
	held    []int                   // what came to be held
	letter  int
	now     s.Moment
}

// makeWorld makes up who takes part and what happens: few banks, little money, round
// amounts, so that payments wait for each other and numbers meet.
func makeWorld(seed uint64, size int) *world {
	r := rand.New(rand.NewPCG(seed, 0x6e61697665))
	w := &world{banks: 3 + r.IntN(4)}
	for _, code := range codes[:1+r.IntN(3)] {
		w.currencies = append(w.currencies, messages.MustCurrency(code))
	}
	w.tiers, w.bypass, w.ceilings = r.IntN(3) == 0, r.IntN(3) == 0, r.IntN(3) == 0
	m := &maker{world: w, r: r, asked: map[int]s.ParticipantID{}}
	for range size {
		e := m.event()
		e.finish = r.IntN(3) == 0
		e.restart = e.finish && r.IntN(8) == 0
		w.events = append(w.events, e)
	}
	w.events[size-1].finish = true
	return w
}

func (m *maker) bank() s.ParticipantID { return s.ParticipantID(1 + m.r.IntN(m.banks)) }

func (m *maker) anybody() s.ParticipantID {
	if m.r.IntN(6) == 0 {
		return m.issuer(m.r.IntN(len(m.currencies)))
	}
	return m.bank()
}

// known is a payment that may exist, more often one of the last.
func (m *maker) known() int {
	if m.payment == 0 || m.r.IntN(30) == 0 {
		return m.payment + 1000
	}
	if m.r.IntN(3) == 0 {
		return 1 + m.r.IntN(m.payment)
	}
	return max(1, m.payment-m.r.IntN(8))
}

// heldOne is mostly a payment that compliance held when it came.
func (m *maker) heldOne() int {
	if len(m.held) == 0 || m.r.IntN(3) == 0 {
		return m.known()
	}
	return m.held[max(0, len(m.held)-1-m.r.IntN(3))]
}

func (m *maker) several() []int {
	n := []int{1, 1, 1, 2, 3}[m.r.IntN(5)]
	var list []int
	for range n {
		list = append(list, m.known())
	}
	return list
}

func (m *maker) reason() s.Reason {
	return s.Reason{Code: []string{"AC04", "AM14", "RR04", "MS03"}[m.r.IntN(4)]}
}

func (m *maker) newLetter(e *event) {
	m.letter++
	e.letter = m.letter
}

// event makes up one.
func (m *maker) event() event {
	r := m.r
	a := m.wallet(r.IntN(len(m.currencies)), 1+r.IntN(m.banks))
	switch {
	case m.bypass && r.IntN(10) == 0:
		return event{what: happenSaving, account: a, saving: s.Saving([]int{0, 0, 0, 1, 2}[r.IntN(5)]), yes: r.IntN(5) > 0}
	case m.ceilings && r.IntN(15) == 0:
		return m.bound(a)
	}
	switch n := r.IntN(100); {
	case n < 34:
		return m.submission(happenSubmit)
	case n < 36:
		return m.submission(happenTry)
	case n < 49:
		return m.decision()
	case n < 53:
		return m.question(happenRecall)
	case n < 56:
		return m.question(happenInquire)
	case n < 62:
		return m.report()
	case n < 66:
		return m.word()
	case n < 68:
		e := event{what: happenConfirm, targets: []int{m.known()}, who: m.anybody(), yes: r.IntN(3) > 0, why: m.reason()}
		m.byWhomItConcerns(&e)
		return e
	case n < 71:
		return event{what: happenHold, targets: []int{m.known()}}
	case n < 75:
		return event{what: happenRelease, targets: []int{m.heldOne()}}
	case n < 77:
		return event{what: happenRefuse, targets: []int{m.known()}, why: m.reason()}
	case n < 79:
		return event{what: happenCancel, targets: []int{m.known()}, why: m.reason()}
	case n < 83:
		return event{what: happenReprioritise, targets: []int{m.known()}, band: s.Band(r.IntN(3))}
	case n < 84:
		return event{what: happenExclude, who: m.bank()}
	case n < 93:
		m.now += s.Moment(r.IntN(12))
		return event{what: happenTick, at: m.now - s.Moment(r.IntN(2))}
	case n < 94:
		return m.plain()
	default:
		switch r.IntN(9) {
		case 8:
			e := event{what: happenEndDay, line: int64(r.IntN(len(m.currencies))), yes: r.IntN(3) > 0}
			if r.IntN(5) > 0 {
				e.at = m.now + 1 + s.Moment(r.IntN(15))
			}
			return e
		case 0, 1, 2:
			return m.control(a)
		case 3:
			return event{what: happenDay, at: s.Moment(r.IntN(len(m.currencies)))}
		case 4:
			return event{what: happenReorder, targets: []int{m.known()}, front: r.IntN(2) == 0}
		case 5:
			return event{what: happenSaving, account: a, saving: s.Saving(r.IntN(3))}
		}
		return event{what: happenLine, account: a, line: 10 * int64(r.IntN(8))}
	}
}

// plain is a message that moves nothing.
func (m *maker) plain() event {
	e := event{what: []happening{happenReject, happenAcknowledge, happenAnnounce, happenDisclose}[m.r.IntN(4)], who: m.bank()}
	e.why = m.reason()
	m.newLetter(&e)
	return e
}

func (m *maker) report() event {
	if old := m.again(happenReport); old != nil {
		return *old
	}
	e := event{what: happenReport, who: m.anybody(), targets: m.several(), why: m.reason()}
	m.byWhomItConcerns(&e)
	for range e.targets {
		e.says = append(e.says, []s.Say{s.SayYes, s.SayYes, s.SayNo, s.SayNothing}[m.r.IntN(4)])
	}
	return m.sent(e)
}

// byWhomItConcerns has mostly the right bank speak.
func (m *maker) byWhomItConcerns(e *event) {
	if who := m.asked[e.targets[0]]; who != 0 && m.r.IntN(4) > 0 {
		e.who = who
	}
}

func (m *maker) word() event {
	if old := m.again(happenHear); old != nil {
		return *old
	}
	e := event{what: happenHear, who: m.anybody(), targets: m.several()[:1], why: m.reason()}
	m.byWhomItConcerns(&e)
	e.yes, e.later = m.r.IntN(3) > 0, m.r.IntN(5) == 0
	return m.sent(e)
}

// sent gives a new letter its number and remembers it.
func (m *maker) sent(e event) event {
	m.letter++
	e.letter = m.letter
	m.letters = append(m.letters, e)
	return e
}

func (m *maker) question(what happening) event {
	if old := m.again(what); old != nil {
		return *old
	}
	return m.sent(event{what: what, who: m.anybody(), targets: m.several()})
}

// again is sometimes a message of that kind that was sent before.
func (m *maker) again(what happening) *event {
	if len(m.letters) == 0 || m.r.IntN(12) > 0 {
		return nil
	}
	old := m.letters[m.r.IntN(len(m.letters))]
	if old.what != what {
		return nil
	}
	return &old
}

func (m *maker) submission(what happening) event {
	if old := m.again(what); old != nil {
		if m.r.IntN(3) == 0 {
			old.content++ // other content under the same names
		}
		return *old
	}
	e := event{what: what, who: m.bank(), accept: m.r.IntN(6) == 0}
	if len(m.moved) > 0 && m.r.IntN(8) == 0 {
		return m.sent(m.giveBack(e))
	}
	for range []int{1, 1, 1, 2, 4}[m.r.IntN(5)] {
		in := m.instruction(e.who)
		if in.Kind == s.KindCustomer && in.Confirm == 0 && m.r.IntN(8) == 0 {
			m.pair(&in)
			if what == happenTry && in.Kind == s.KindCover { // no message holds covers and what they cover
				in.Kind, in.Pair = s.KindCustomer, s.Identity{}
			}
		}
		if in.Hold {
			m.held = append(m.held, int(binary.BigEndian.Uint64(in.Identity[8:])))
		}
		e.pays = append(e.pays, in)
	}
	return m.sent(e)
}

// pair makes a transfer with a cover, a cover, or an advice out of an instruction.
func (m *maker) pair(in *s.Instruction) {
	switch in.Pair = identity(7000 + m.r.IntN(4)); m.r.IntN(5) {
	case 0:
		in.Kind, in.Legs = s.KindAdvice, nil
		in.Hold = in.Hold || m.r.IntN(4) == 0
	case 1, 2:
		in.Legs = nil
	default:
		in.Kind = s.KindCover
	}
}

// movement is a payment that may have to go back.
type movement struct {
	label    int
	from, to s.ParticipantID
}

// giveBack makes returns up, mostly by who received something.
func (m *maker) giveBack(e event) event {
	for range 1 + m.r.IntN(2) {
		of := m.moved[max(0, len(m.moved)-1-m.r.IntN(12))]
		if m.r.IntN(8) > 0 && len(e.pays) == 0 {
			e.who = of.to
		}
		in := m.instruction(e.who)
		if m.r.IntN(8) > 0 {
			in.Receiver = of.from
		}
		in.Confirm, in.Legs = 0, in.Legs[:1]
		e.pays, e.returns = append(e.pays, in), append(e.returns, of.label)
	}
	return e
}

func (m *maker) amount() int64 {
	if m.r.IntN(4) == 0 {
		return 1 + int64(m.r.IntN(99))
	}
	return 10 * (1 + int64(m.r.IntN(8)))
}

func (m *maker) other(than s.ParticipantID) s.ParticipantID {
	for {
		if b := m.bank(); b != than {
			return b
		}
	}
}

// name is a new identity, or now and then one that is taken.
func (m *maker) name() int {
	if m.payment > 0 && m.r.IntN(40) == 0 {
		return 1 + m.r.IntN(m.payment)
	}
	m.payment++
	return m.payment
}
