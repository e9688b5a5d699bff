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

// repeats tells that a message came before: the same content under the same names.
func (m *model) repeats(msg s.Message, names []s.Identity) (s.MessageID, bool) {
	for i, old := range m.messages {
		if old.sender != msg.Sender || old.digest != msg.Digest || old.letter != (len(names) == 0) {
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
	m.answering = m.note(msg, names)
	if msg.Accept {
		m.tell(s.Notice{Kind: s.NoticeAccepted, To: msg.Sender, Message: m.answering})
	}
	for _, in := range ins {
		m.take(in, false)
	}
	m.tell(s.Notice{Kind: s.NoticeGroup, To: msg.Sender, Message: m.answering})
	m.answering = 0
}

// decide carries out a payment that no message brought.
func (m *model) decide(msg s.Message, in s.Instruction) {
	m.note(msg, []s.Identity{in.Identity})
	m.take(in, true)
}

// take takes in one payment.
func (m *model) take(in s.Instruction, decided bool) {
	_, known := m.find(s.Reference{Names: []s.Identity{in.Identity}})
	p := &payment{
		Instruction: in, id: s.PaymentID(len(m.payments) + 1), message: s.MessageID(len(m.messages)),
		decided: decided, stray: known,
	}
	m.payments = append(m.payments, p)
	switch {
	case known:
		m.step(p, s.EventRefuse, s.Reason{Code: "DUPL"})
	case in.Refusal.Code != "":
		m.step(p, s.EventRefuse, in.Refusal)
	case in.Reject != 0 && in.Reject <= m.now:
		m.step(p, s.EventRefuse, s.Reason{Code: "TM01"})
	case in.Hold:
		m.step(p, s.EventHold, s.Reason{})
	default:
		m.goOn(p)
	}
	m.resolve()
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

// early tells that nobody but its sender's bank and the gateway have to do with it yet.
func early(p *payment) bool {
	return p.state == s.StateHeld || p.state == s.StateWaiting || p.state == s.StateScheduled
}

func (m *model) recall(msg s.Message, targets []s.Reference) {
	if old, ok := m.repeats(msg, nil); ok {
		m.tell(s.Notice{Kind: s.NoticeRepeat, To: msg.Sender, Message: old})
		return
	}
	number := m.note(msg, nil)
	var outcomes []s.Outcome
	for i, t := range targets {
		o := m.recallOne(msg.Sender, t)
		o.Asked = i
		outcomes = append(outcomes, o)
	}
	m.tell(s.Notice{Kind: s.NoticeResolved, To: msg.Sender, Message: number, Outcomes: outcomes})
	m.resolve()
}

func (m *model) recallOne(by s.ParticipantID, t s.Reference) s.Outcome {
	p, ok := m.find(t)
	if !ok || p.Sender != by {
		return s.Outcome{Status: s.ResolutionRefused, Reason: s.Reason{Code: "NOOR"}}
	}
	if early(p) {
		m.step(p, s.EventCancel, s.Reason{Code: s.ReasonCancelled})
	}
	switch p.state {
	case s.StateCancelled:
		return s.Outcome{Payment: p.id, Status: s.ResolutionCancelled}
	case s.StateReserved, s.StateAsked:
		return s.Outcome{Payment: p.id, Status: s.ResolutionRefused, Reason: s.Reason{Code: "ARPL"}}
	default:
		return s.Outcome{Payment: p.id, Status: s.ResolutionRefused, Reason: s.Reason{Code: "PTNA"}}
	}
}

func (m *model) inquire(msg s.Message, targets []s.Reference) {
	number := m.note(msg, nil)
	var outcomes []s.Outcome
	for i, t := range targets {
		o := s.Outcome{Status: s.StatusRejected, Reason: s.Reason{Code: "AG09"}, Asked: i}
		if p, ok := m.find(t); ok && p.Sender == msg.Sender {
			o = s.Outcome{Payment: p.id, Status: p.status, Reason: p.reason, Asked: i}
		}
		outcomes = append(outcomes, o)
	}
	m.tell(s.Notice{Kind: s.NoticeAnswer, To: msg.Sender, Message: number, Outcomes: outcomes})
}

// speak is what who must confirm a payment says of it.
func (m *model) speak(p *payment, by s.ParticipantID, yes bool, why s.Reason) bool {
	if p.Confirm != by || p.state != s.StateReserved && p.state != s.StateAsked {
		return false
	}
	if yes {
		m.step(p, s.EventConfirm, s.Reason{})
	} else {
		m.step(p, s.EventDecline, why)
	}
	return true
}

func (m *model) confirm(p *payment, by s.ParticipantID, yes bool, why s.Reason) bool {
	done := m.speak(p, by, yes, why)
	m.resolve()
	return done
}

// report answers whatever its statements did not decide.
func (m *model) report(msg s.Message, statements []s.Statement) {
	number := m.note(msg, nil)
	var outcomes []s.Outcome
	for i, st := range statements {
		p, ok := m.find(st.Target)
		if ok && st.Says != s.SayNothing && m.speak(p, msg.Sender, st.Says == s.SayYes, st.Reason) {
			continue
		}
		o := s.Outcome{Status: s.StatusRejected, Reason: s.Reason{Code: "AG09"}, Asked: i}
		if ok && p.Confirm == msg.Sender && !early(p) {
			o = s.Outcome{Payment: p.id, Status: p.status, Reason: p.reason, Asked: i}
		}
		outcomes = append(outcomes, o)
	}
	if len(outcomes) > 0 {
		m.tell(s.Notice{Kind: s.NoticeAnswer, To: msg.Sender, Message: number, Outcomes: outcomes})
	}
	m.resolve()
}

// hear is the word on money that a bank moves for itself. One that decides nothing and
// is not too late is no answer's worth.
func (m *model) hear(msg s.Message, p *payment, yes, later bool, why s.Reason) {
	if old, ok := m.repeats(msg, nil); ok {
		m.tell(s.Notice{Kind: s.NoticeRepeat, To: msg.Sender, Message: old})
		return
	}
	m.note(msg, nil)
	if p == nil || later || p.Confirm != msg.Sender || !p.Kind.Liquidity() {
		return
	}
	if !m.speak(p, msg.Sender, yes, why) && p.state.Final() {
		m.tell(s.Notice{Kind: s.NoticeOutcome, To: msg.Sender, Payment: p.id, Status: p.status, Reason: p.reason})
	}
	m.resolve()
}

// end ends a payment that is early.
func (m *model) end(p *payment, on s.Event, why s.Reason) bool {
	if !early(p) {
		return false
	}
	m.step(p, on, why)
	m.resolve()
	return true
}

func (m *model) hold(p *payment) bool {
	if p.state != s.StateWaiting && p.state != s.StateScheduled {
		return false
	}
	m.step(p, s.EventHold, s.Reason{})
	m.resolve()
	return true
}

func (m *model) release(p *payment) bool {
	if p.state != s.StateHeld {
		return false
	}
	m.goOn(p)
	m.resolve()
	return true
}

func (m *model) reprioritise(p *payment, band s.Band) bool {
	if !early(p) {
		return false
	}
	m.turns++
	p.Band, p.turn = band, m.turns
	m.resolve()
	return true
}

// exclude ends everything open that a participant sends or receives.
func (m *model) exclude(id s.ParticipantID) {
	for _, p := range m.payments {
		why := s.Reason{Code: "AG11"}
		if p.Sender == id {
			why.Code = "AG10"
		}
		switch {
		case p.Sender != id && p.Receiver != id:
		case early(p):
			m.step(p, s.EventRefuse, why)
		case !p.state.Final():
			m.step(p, s.EventDecline, why)
		}
	}
	m.resolve()
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

// tick first ends what is over, then lets go on what may begin.
func (m *model) tick(now s.Moment) {
	m.now = max(m.now, now)
	for _, p := range m.payments {
		if end := deadline(p); !p.state.Final() && end != 0 && end <= m.now {
			m.step(p, s.EventExpire, s.Reason{})
		}
	}
	for _, p := range m.payments {
		if p.state == s.StateScheduled && p.Earliest <= m.now {
			m.goOn(p)
		}
	}
	m.resolve()
}

// try is submit, of which only the words remain.
func (m *model) try(msg s.Message, ins []s.Instruction) {
	c := m.copy()
	before := len(c.payments)
	c.submit(msg, ins)
	var outcomes []s.Outcome
	for i, p := range c.payments[before:] {
		outcomes = append(outcomes, s.Outcome{Status: p.status, Reason: p.reason, Asked: i})
	}
	m.tell(s.Notice{Kind: s.NoticeTrial, To: msg.Sender, Outcomes: outcomes})
}

func (m *model) copy() *model {
	c := &model{
		now: m.now, turns: m.turns, entries: slices.Clone(m.entries), messages: slices.Clone(m.messages),
	}
	for _, a := range m.accounts {
		a := *a
		c.accounts = append(c.accounts, &a)
	}
	for _, p := range m.payments {
		p := *p
		c.payments = append(c.payments, &p)
	}
	return c
}
