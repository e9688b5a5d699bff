package naive

import (
	"slices"

	s "dragoman/settlement"
)

// early tells that nobody but its sender's bank and the gateway have to do with it yet.
func early(p *payment) bool {
	return p.state == s.StateUncovered || p.state == s.StateHeld || p.state == s.StateWaiting || p.state == s.StateScheduled
}

func (m *model) recall(msg s.Message, targets []s.Reference) {
	if old, ok := m.repeats(msg, nil); ok {
		m.tell(s.Notice{Kind: s.NoticeRepeat, To: msg.Sender, Message: old})
		return
	}
	number := m.note(msg, nil)
	var outcomes []s.Outcome
	for _, t := range targets {
		o := m.recallOne(msg.Sender, number, t)
		o.Asked = t.Asked
		outcomes = append(outcomes, o)
	}
	m.tell(s.Notice{Kind: s.NoticeResolved, To: msg.Sender, Message: number, Outcomes: outcomes})
	m.heads()
}

func (m *model) recallOne(by s.ParticipantID, asks s.MessageID, t s.Reference) s.Outcome {
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
	case s.StateRejected, s.StateNone, s.StateScheduled, s.StateWaiting, s.StateHeld:
		why := s.Reason{Code: "NARR", Text: "the payment was rejected and never settled"}
		return s.Outcome{Payment: p.id, Status: s.ResolutionRefused, Reason: why}
	case s.StateSettled:
		return m.askBack(p, asks)
	case s.StateUncovered, s.StateDelivered, s.StateNetted, s.StateDiverted:
	}
	return s.Outcome{Payment: p.id, Status: s.ResolutionRefused, Reason: s.Reason{Code: "PTNA"}}
}

// askBack asks who got a payment to give it back, once: nobody answers in the model.
func (m *model) askBack(p *payment, asks s.MessageID) s.Outcome {
	refused := func(code string) s.Outcome {
		return s.Outcome{Payment: p.id, Status: s.ResolutionRefused, Reason: s.Reason{Code: code}}
	}
	switch {
	case p.Receiver == 0 || p.Receiver == p.Sender:
		return refused("PTNA")
	case m.returnedWhole(p):
		return refused("ARDT")
	case p.recalled:
		return refused("ARPL")
	}
	p.recalled = true
	m.tell(s.Notice{Kind: s.NoticeCase, To: p.Receiver, Message: asks, Payment: p.id})
	return s.Outcome{Payment: p.id, Status: s.ResolutionPending}
}

func (m *model) inquire(msg s.Message, targets []s.Reference) {
	number := m.letter(msg)
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
	switch {
	case !yes:
		m.step(p, s.EventDecline, why)
	case !m.room(p):
		m.came("no room when it is confirmed")
		m.step(p, s.EventDecline, full())
	case p.state == s.StateAsked && !m.funded(p): // what it sets aside is not there
		m.came("nothing to set aside")
		m.step(p, s.EventDecline, s.Reason{Code: "AM04"})
	default:
		m.step(p, s.EventConfirm, s.Reason{})
	}
	return true
}

func (m *model) confirm(p *payment, by s.ParticipantID, yes bool, why s.Reason) bool {
	done := m.speak(p, by, yes, why)
	m.heads()
	return done
}

// report answers whatever its statements did not decide.
func (m *model) report(msg s.Message, statements []s.Statement) {
	number := m.letter(msg)
	var outcomes []s.Outcome
	for i, st := range statements {
		p, ok := m.find(st.Target)
		if ok && st.Says != s.SayNothing && m.speak(p, msg.Sender, st.Says == s.SayYes, st.Reason) {
			m.headsSoFar() // what comes back may free what the next statement is about
			continue
		}
		o := s.Outcome{Status: s.StatusRejected, Reason: s.Reason{Code: "AG09"}, Asked: i}
		switch {
		case !ok:
		case p.state == s.StateReserved || p.state == s.StateAsked:
			if p.Confirm == msg.Sender {
				o = s.Outcome{Payment: p.id, Status: s.StatusSettling, Asked: i}
			}
		case p.Confirm == msg.Sender && p.asked || p.Receiver == msg.Sender && (p.state == s.StateSettled || p.state == s.StateDelivered):
			o = s.Outcome{Payment: p.id, Status: p.status, Reason: p.reason, Asked: i}
		}
		outcomes = append(outcomes, o)
	}
	if len(outcomes) > 0 {
		m.tell(s.Notice{Kind: s.NoticeAnswer, To: msg.Sender, Message: number, Outcomes: outcomes})
	}
	m.heads()
}

// hear is the word on money that a bank moves for itself.
func (m *model) hear(msg s.Message, p *payment, yes, later bool, why s.Reason) {
	if old, ok := m.repeats(msg, nil); ok {
		m.tell(s.Notice{Kind: s.NoticeRepeat, To: msg.Sender, Message: old})
		return
	}
	number := m.note(msg, nil)
	if p == nil || p.Confirm != msg.Sender || !p.asked || !liquidity(p.Kind) {
		m.tell(s.Notice{
			Kind: s.NoticeGroup, To: msg.Sender, Message: number, Status: s.StatusRejected, Reason: s.Reason{Code: "AG09"},
		})
		return
	}
	m.word = number
	decides := !later && m.speak(p, msg.Sender, yes, why)
	m.word = 0
	if !decides {
		m.tell(s.Notice{
			Kind: s.NoticeOutcome, To: msg.Sender, Message: number, Payment: p.id, Status: p.status, Reason: p.reason,
		})
	}
	m.heads()
}

func liquidity(k s.Kind) bool {
	return k == s.KindIssue || k == s.KindRedeem || k == s.KindTransfer
}

// try is submit, of which only the words remain.
func (m *model) try(msg s.Message, ins []s.Instruction) {
	number := m.note(msg, nil)
	m.messages[number-1].trial = true
	c := m.copy()
	var outcomes []s.Outcome
	for i, in := range ins {
		in.Digest = msg.Digest
		first, known := c.find(s.Reference{Names: []s.Identity{in.Identity}})
		if known && first.Digest == msg.Digest && int(first.id) <= len(m.payments) {
			outcomes = append(outcomes, s.Outcome{Payment: first.id, Status: first.status, Reason: first.reason, Asked: i})
			continue
		}
		c.take(in)
		p := c.payments[len(c.payments)-1]
		why := p.reason
		if known {
			why.Text = ""
		}
		outcomes = append(outcomes, s.Outcome{Status: p.status, Reason: why, Asked: i})
	}
	m.tell(s.Notice{Kind: s.NoticeTrial, To: msg.Sender, Message: number, Outcomes: outcomes})
}

func (m *model) copy() *model {
	c := &model{
		now: m.now, turns: m.turns, open: m.open, entries: slices.Clone(m.entries), messages: slices.Clone(m.messages),
		answering: map[s.MessageID]bool{},
	}
	for _, a := range m.accounts {
		a := *a
		c.accounts = append(c.accounts, &a)
	}
	for _, old := range m.controls {
		own := *old
		c.controls = append(c.controls, &own)
	}
	for _, p := range m.payments {
		p := *p
		c.payments = append(c.payments, &p)
	}
	return c
}

// reject refuses a message as a whole.
func (m *model) reject(msg s.Message, why s.Reason) {
	if old, ok := m.repeats(msg, nil); ok {
		m.tell(s.Notice{Kind: s.NoticeRepeat, To: msg.Sender, Message: old})
		return
	}
	number := m.note(msg, nil)
	m.tell(s.Notice{Kind: s.NoticeGroup, To: msg.Sender, Message: number, Status: s.StatusRejected, Reason: why})
}

// acknowledge says that a message is valid that only tries.
func (m *model) acknowledge(msg s.Message) {
	m.tell(s.Notice{Kind: s.NoticeGroup, To: msg.Sender, Message: m.note(msg, nil), Status: s.StatusAccepted})
}

func (m *model) announce(msg s.Message, to []s.ParticipantID) {
	number := m.note(msg, nil)
	for _, who := range to {
		m.tell(s.Notice{Kind: s.NoticeEvent, To: who, Message: number})
	}
}

func (m *model) disclose(msg s.Message) {
	if old, ok := m.repeats(msg, nil); ok {
		m.tell(s.Notice{Kind: s.NoticeRepeat, To: msg.Sender, Message: old})
		return
	}
	m.tell(s.Notice{Kind: s.NoticeStatement, To: msg.Sender, Message: m.note(msg, nil)})
}
