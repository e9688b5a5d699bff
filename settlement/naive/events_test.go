package naive

import (
	"slices"

	s "dragoman/settlement"
)

// note keeps a message and numbers it.
func (m *model) note(msg s.Message, names []s.Identity) s.MessageID {
	m.messages = append(m.messages, message{
		sender: msg.Sender, identity: msg.Identity, digest: msg.Digest, names: names, letter: len(names) == 0,
	})
	return s.MessageID(len(m.messages))
}

// letter numbers a message that carries no payment, as before if it came before.
func (m *model) letter(msg s.Message) s.MessageID {
	if old, ok := m.repeats(msg, nil); ok {
		return old
	}
	return m.note(msg, nil)
}

// repeats tells that a message came before: the same content under the same names.
func (m *model) repeats(msg s.Message, names []s.Identity) (s.MessageID, bool) {
	for i, old := range m.messages {
		if old.sender != msg.Sender || old.digest != msg.Digest || old.trial || old.letter != (len(names) == 0) {
			continue
		}
		if old.letter && old.identity == msg.Identity || !old.letter && slices.Equal(old.names, names) {
			return s.MessageID(i + 1), true
		}
	}
	return 0, false
}

func (m *model) submit(msg s.Message, ins []s.Instruction) {
	var names []s.Identity
	for _, in := range ins {
		names = append(names, in.Identity)
	}
	if old, ok := m.repeats(msg, names); ok {
		m.tell(s.Notice{Kind: s.NoticeRepeat, To: msg.Sender, Message: old})
		return
	}
	number := m.note(msg, names)
	m.answering[number] = true
	if msg.Accept && slices.ContainsFunc(ins, func(in s.Instruction) bool { return in.Refusal.Code == "" }) {
		m.tell(s.Notice{Kind: s.NoticeAccepted, To: msg.Sender, Message: number, Status: s.StatusAccepted})
	}
	for _, in := range ins {
		m.take(in)
	}
	m.heads()
	m.tell(s.Notice{Kind: s.NoticeGroup, To: msg.Sender, Message: number})
}

// decide carries out a payment that no message brought.
func (m *model) decide(msg s.Message, in s.Instruction) {
	number := m.note(msg, []s.Identity{in.Identity})
	m.answering[number] = true
	m.take(in)
	m.heads()
	delete(m.answering, number)
}

// take takes in one payment.
func (m *model) take(in s.Instruction) {
	first, known := m.find(s.Reference{Names: []s.Identity{in.Identity}})
	p := &payment{
		Instruction: in, id: s.PaymentID(len(m.payments) + 1), message: s.MessageID(len(m.messages)),
		stray: known,
	}
	m.payments = append(m.payments, p)
	switch {
	case known:
		m.step(p, s.EventRefuse, s.Reason{Code: "DUPL", Text: "the first payment of this identity is " + string(first.status)})
	case in.Refusal.Code != "":
		m.step(p, s.EventRefuse, in.Refusal)
	case m.unreturnable(in).Code != "":
		m.step(p, s.EventRefuse, m.unreturnable(in))
	case in.Reject != 0 && in.Reject <= m.now:
		m.step(p, s.EventRefuse, s.Reason{Code: "TM01", Text: "its time was up when it came"})
	case !m.room(p):
		m.came("no room when it comes")
		m.step(p, s.EventRefuse, full())
	case in.Hold:
		m.step(p, s.EventHold, s.Reason{})
	default:
		m.goOn(p)
	}
}

// find is the payment that a reference means: the first known of its names counts, and
// of payments that bring the same name the first.
func (m *model) find(r s.Reference) (*payment, bool) {
	for _, name := range r.Names {
		for _, p := range m.payments {
			if !p.stray && (p.Identity == name || slices.Contains(p.Names, name)) {
				return p, true
			}
		}
	}
	return nil, false
}

// end ends a payment that is early.
func (m *model) end(p *payment, on s.Event, why s.Reason) bool {
	if !early(p) {
		return false
	}
	m.step(p, on, why)
	m.heads()
	return true
}

func (m *model) hold(p *payment) bool {
	if p.state != s.StateWaiting && p.state != s.StateScheduled && p.state != s.StateUncovered {
		return false
	}
	m.step(p, s.EventHold, s.Reason{})
	p.turn = 0
	m.heads()
	return true
}

func (m *model) release(p *payment) bool {
	if p.state != s.StateHeld {
		return false
	}
	m.goOn(p)
	m.heads()
	return true
}

func (m *model) reprioritise(p *payment, band s.Band) bool {
	if !early(p) {
		return false
	}
	if p.state == s.StateWaiting {
		m.turns++
		p.turn = m.turns
	} else if p.Band != band {
		p.turn = 0
	}
	p.Band = band
	m.heads()
	return true
}

// reorder puts a waiting payment before or behind all of its band.
func (m *model) reorder(p *payment, front bool) bool {
	if p.state != s.StateWaiting {
		return false
	}
	m.turns++
	if p.turn = m.turns; front {
		p.turn = -m.turns
	}
	m.heads()
	return true
}

// endDay ends what has not settled of a currency whose day ends, or has it do nothing
// until the next one opens. What is scheduled for a later day stays as it is, and what
// a bank moves for itself or moves nothing has no day.
func (m *model) endDay(currency s.Currency, opens s.Moment, carried bool) {
	for _, p := range m.payments {
		if p.state.Final() || liquidity(p.Kind) || len(p.Legs) == 0 || m.account(p.Legs[0].Debit).currency != currency {
			continue
		}
		later := p.Earliest > m.now && opens != 0
		switch {
		case later && p.Earliest >= opens:
		case later || carried && opens != 0:
			m.carry(p, opens)
		case p.state == s.StateReserved || p.state == s.StateAsked:
			m.step(p, s.EventDecline, s.Reason{Code: s.ReasonClosed, Text: "the settlement day has closed"})
		default:
			m.step(p, s.EventRefuse, s.Reason{Code: s.ReasonClosed, Text: "the settlement day has closed"})
		}
	}
	m.heads()
}

// carry has a payment wait for the next day; one that is asked about goes on.
func (m *model) carry(p *payment, opens s.Moment) {
	if p.state == s.StateReserved || p.state == s.StateAsked {
		return
	}
	p.Earliest = opens
	if p.state == s.StateWaiting {
		m.step(p, s.EventSchedule, s.Reason{})
	}
}

// exclude ends everything open in which a participant has a part.
func (m *model) exclude(id s.ParticipantID) {
	for _, p := range m.payments {
		why := s.Reason{Code: "AG10"}
		if p.Receiver == id && p.Sender != id {
			why.Code = "AG11"
		}
		switch {
		case !m.concerns(p, id):
		case early(p):
			m.step(p, s.EventRefuse, why)
		case !p.state.Final():
			m.step(p, s.EventDecline, why)
		}
	}
	m.heads()
}

func (m *model) concerns(p *payment, id s.ParticipantID) bool {
	for _, l := range p.Legs {
		if m.account(l.Debit).owner == id || m.account(l.Credit).owner == id {
			return true
		}
	}
	return p.Sender == id || p.Receiver == id || p.Confirm == id
}

// deadline is when a payment's time is up; 0: never.
func deadline(p *payment) s.Moment {
	end := p.Reject
	if p.state == s.StateReserved || p.state == s.StateAsked {
		if answer := p.since + s.Moment(p.Answer); p.Answer != 0 && (end == 0 || answer < end) {
			end = answer
		}
	}
	return end
}

// tick lets happen what is due, in the order of time. In one moment what ends comes before
// what begins; that begins by band and, as they stood in their queues when their day
// ended, those that have waited, and behind them the others. What is over is over, even
// if it might have begun before.
func (m *model) tick(now s.Moment) {
	m.now = max(m.now, now)
	for p := m.due(); p != nil; p = m.due() {
		if p.state == s.StateScheduled && (p.Reject == 0 || p.Reject > m.now) {
			m.goOn(p)
		} else {
			m.step(p, s.EventExpire, s.Reason{})
			m.lowerLines() // what nobody uses any more of a line that was lowered is gone
		}
	}
	m.heads()
}

func (m *model) due() *payment {
	if p, at := m.next(); p != nil && at <= m.now {
		return p
	}
	return nil
}

// next is where something happens next by itself.
func (m *model) next() (next *payment, when s.Moment) {
	for _, p := range m.payments {
		at := deadline(p)
		if p.state == s.StateScheduled && (at == 0 || p.Earliest < at) {
			at = p.Earliest
		}
		if !p.state.Final() && at != 0 && (next == nil || at < when || at == when && m.sooner(p, next)) {
			next, when = p, at
		}
	}
	return next, when
}

// sooner tells that of two things that happen in one moment that to a comes first.
func (m *model) sooner(a, b *payment) bool {
	begins := func(p *payment) bool {
		end := deadline(p)
		return p.state == s.StateScheduled && (end == 0 || p.Earliest < end)
	}
	switch {
	case !begins(a) || !begins(b):
		return !begins(a) && begins(b)
	case a.Band != b.Band:
		return a.Band < b.Band
	case a.turn == 0 || b.turn == 0:
		return a.turn != 0
	}
	return a.turn < b.turn
}

// finish ends a group.
func (m *model) finish() {
	if m.open {
		m.followSets()
	} else {
		m.resolve()
	}
	clear(m.answering)
}
