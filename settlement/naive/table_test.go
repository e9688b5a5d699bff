package naive

import (
	"fmt"

	s "dragoman/settlement"
)

type move struct {
	from s.State
	on   s.Event
}

type row struct {
	to      s.State
	status  s.Status // that the sender is told
	outcome s.Status // that who had to confirm is told
	forward bool     // the payment goes to its receiver
	reason  string
}

// table is the page of states, copied by hand.
var table = map[move]row{
	{s.StateNone, s.EventRefuse}:   {to: s.StateRejected, status: s.StatusRejected},
	{s.StateNone, s.EventSchedule}: {to: s.StateScheduled, status: s.StatusPending},
	{s.StateNone, s.EventCover}:    {to: s.StateSettled, status: s.StatusSettled, forward: true},
	{s.StateNone, s.EventLack}:     {to: s.StateWaiting, status: s.StatusPending},
	{s.StateNone, s.EventReserve}:  {to: s.StateReserved, status: s.StatusSettling, forward: true},
	{s.StateNone, s.EventHold}:     {to: s.StateHeld, status: s.StatusPending},
	{s.StateNone, s.EventAsk}:      {to: s.StateAsked, status: s.StatusPending, forward: true},
	{s.StateNone, s.EventShort}:    {to: s.StateRejected, status: s.StatusRejected, reason: "AM04"},
	{s.StateNone, s.EventExceed}:   {to: s.StateRejected, status: s.StatusRejected, reason: "AM23"},

	{s.StateNone, s.EventMiss}:         {to: s.StateUncovered, status: s.StatusPending, reason: "G004"},
	{s.StateNone, s.EventDeliver}:      {to: s.StateDelivered, status: s.StatusAccepted, forward: true},
	{s.StateScheduled, s.EventMiss}:    {to: s.StateUncovered, reason: "G004"},
	{s.StateScheduled, s.EventDeliver}: {to: s.StateDelivered, status: s.StatusAccepted, forward: true},
	{s.StateHeld, s.EventMiss}:         {to: s.StateUncovered, reason: "G004"},
	{s.StateHeld, s.EventDeliver}:      {to: s.StateDelivered, status: s.StatusAccepted, forward: true},
	{s.StateUncovered, s.EventCover}:   {to: s.StateSettled, status: s.StatusSettled, forward: true},
	{s.StateUncovered, s.EventHold}:    {to: s.StateHeld},
	{s.StateUncovered, s.EventCancel}:  {to: s.StateCancelled, status: s.StatusRejected},
	{s.StateUncovered, s.EventExpire}:  {to: s.StateRejected, status: s.StatusRejected, reason: "DC02"},
	{s.StateUncovered, s.EventRefuse}:  {to: s.StateRejected, status: s.StatusRejected},

	{s.StateScheduled, s.EventCover}:   {to: s.StateSettled, status: s.StatusSettled, forward: true},
	{s.StateScheduled, s.EventLack}:    {to: s.StateWaiting},
	{s.StateScheduled, s.EventReserve}: {to: s.StateReserved, forward: true},
	{s.StateScheduled, s.EventAsk}:     {to: s.StateAsked, forward: true},
	{s.StateScheduled, s.EventShort}:   {to: s.StateRejected, status: s.StatusRejected, reason: "AM04"},
	{s.StateScheduled, s.EventExceed}:  {to: s.StateRejected, status: s.StatusRejected, reason: "AM23"},
	{s.StateScheduled, s.EventHold}:    {to: s.StateHeld},
	{s.StateScheduled, s.EventCancel}:  {to: s.StateCancelled, status: s.StatusRejected},
	{s.StateScheduled, s.EventExpire}:  {to: s.StateRejected, status: s.StatusRejected, reason: "AB03"},
	{s.StateScheduled, s.EventRefuse}:  {to: s.StateRejected, status: s.StatusRejected},

	{s.StateWaiting, s.EventSchedule}: {to: s.StateScheduled},
	{s.StateWaiting, s.EventCover}:    {to: s.StateSettled, status: s.StatusSettled, forward: true},
	{s.StateWaiting, s.EventReserve}:  {to: s.StateReserved, forward: true},
	{s.StateWaiting, s.EventHold}:     {to: s.StateHeld},
	{s.StateWaiting, s.EventCancel}:   {to: s.StateCancelled, status: s.StatusRejected},
	{s.StateWaiting, s.EventExpire}:   {to: s.StateRejected, status: s.StatusRejected, reason: "AB03"},
	{s.StateWaiting, s.EventRefuse}:   {to: s.StateRejected, status: s.StatusRejected},

	{s.StateHeld, s.EventSchedule}: {to: s.StateScheduled},
	{s.StateHeld, s.EventCover}:    {to: s.StateSettled, status: s.StatusSettled, forward: true},
	{s.StateHeld, s.EventLack}:     {to: s.StateWaiting},
	{s.StateHeld, s.EventReserve}:  {to: s.StateReserved, forward: true},
	{s.StateHeld, s.EventAsk}:      {to: s.StateAsked, forward: true},
	{s.StateHeld, s.EventShort}:    {to: s.StateRejected, status: s.StatusRejected, reason: "AM04"},
	{s.StateHeld, s.EventExceed}:   {to: s.StateRejected, status: s.StatusRejected, reason: "AM23"},
	{s.StateHeld, s.EventRefuse}:   {to: s.StateRejected, status: s.StatusRejected},
	{s.StateHeld, s.EventCancel}:   {to: s.StateCancelled, status: s.StatusRejected},
	{s.StateHeld, s.EventExpire}:   {to: s.StateRejected, status: s.StatusRejected, reason: "AB03"},

	{s.StateReserved, s.EventConfirm}: {to: s.StateSettled, status: s.StatusSettled, outcome: s.StatusSettled},
	{s.StateReserved, s.EventDecline}: {to: s.StateRejected, status: s.StatusRejected, outcome: s.StatusRejected},
	{s.StateReserved, s.EventExpire}: {
		to: s.StateRejected, status: s.StatusRejected, outcome: s.StatusRejected, reason: "AB05",
	},

	{s.StateAsked, s.EventConfirm}: {to: s.StateSettled, status: s.StatusSettled, outcome: s.StatusSettled},
	{s.StateAsked, s.EventDecline}: {to: s.StateRejected, status: s.StatusRejected, outcome: s.StatusRejected},
	{s.StateAsked, s.EventExpire}: {
		to: s.StateRejected, status: s.StatusRejected, outcome: s.StatusRejected, reason: "AB06",
	},
}

// step is one row of the table: the state, the money, and who is told.
func (m *model) step(p *payment, on s.Event, why s.Reason) {
	r, ok := table[move{p.state, on}]
	if !ok {
		panic(fmt.Sprintf("the page of states does not know %v on %v", on, p.state))
	}
	m.steps = append(m.steps, move{p.state, on})
	if r.reason != "" {
		why.Code = r.reason
	}
	p.asked = p.asked || r.to == s.StateReserved || r.to == s.StateAsked
	if on == s.EventHold && byCover(p) {
		why = s.Reason{Code: "G004"} // outside it waits for its cover like any other
	}
	from := p.state
	if from != s.StateNone {
		p.past = append(p.past, p.state)
	}
	p.state, p.reason, p.since = r.to, why, m.now
	if r.to == s.StateSettled {
		m.countClaims(p)
		m.use(p)
		m.post(p)
	}
	if r.outcome != "" {
		m.tell(s.Notice{Kind: s.NoticeOutcome, To: p.Confirm, Message: m.about(p), Payment: p.id, Status: r.outcome, Reason: why})
	}
	if r.forward {
		m.tell(s.Notice{Kind: s.NoticeForward, To: p.Receiver, Message: p.message, Payment: p.id})
	}
	if r.status != "" {
		p.status = r.status
		if !m.answering[p.message] {
			m.tell(s.Notice{Kind: s.NoticeStatus, To: p.Sender, Message: p.message, Payment: p.id, Status: r.status, Reason: why})
		}
	}
	if r.to == s.StateSettled {
		m.covered(p)
	}
}

func (m *model) tell(n s.Notice) { m.notices = append(m.notices, n) }

// about is the message that an outcome is about: the word that brought it about.
func (m *model) about(p *payment) s.MessageID {
	if m.word != 0 {
		return m.word
	}
	return p.message
}
