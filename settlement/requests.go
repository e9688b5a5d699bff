package settlement

import (
	"slices"
	"time"

	"dragoman/messages"
)

// Requests are what banks ask about or of payments that stand in the books, and
// what operators and compliance officers decide about them.

// Reference is how a message names a payment that stands in the books.
type Reference struct {
	Payment PaymentID     // its number; 0: not named by it
	Names   []Identity    // identities and names; the first that is known counts
	UETR    messages.UETR // as named; a payment of another is not meant
	Attempt int           // which of its attempts is named, from 1; 0: none is

	Asked int        // which question of the message it belongs to, from 0
	Case  []Identity // by which a case that it opens can be named

	Patience time.Duration // how long who is asked may take to answer that case; 0: for ever
}

// Lookup finds the payment that is meant.
func (e *Engine) Lookup(r Reference) (Payment, bool) {
	p, known := Payment{}, false
	if r.Payment != 0 {
		p, known = e.Payment(r.Payment)
	}
	for i := 0; i < len(r.Names) && !known; i++ {
		p, known = e.Find(r.Names[i])
	}
	if known && !r.UETR.IsZero() && !p.UETR.IsZero() && r.UETR != p.UETR {
		return Payment{}, false
	}
	return p, known
}

// Resolutions of a recall: ISO 20022 investigation execution confirmations.
const (
	ResolutionCancelled Status = "CNCL"
	ResolutionRefused   Status = "RJCR"
	ResolutionPending   Status = "PDCR"
)

// ReasonCancelled is told to the sender of a payment that it took back:
// DS02, an authorised user has cancelled the order.
const ReasonCancelled = "DS02"

// Recall takes payments back that have not settled (camt.056), each for itself, and
// passes the request on to the creditor agent of one that has.
// Cancel and settle can never both win: whichever the log brings first has
// changed the state that the other finds.
func (e *Engine) Recall(m Message, targets []Reference) {
	m, again := e.letter(m)
	if again {
		e.notify(Notice{Kind: NoticeRepeat, To: m.Sender, Message: m.ID})
		e.tellAgain(&m)
		return
	}
	answer := Notice{Kind: NoticeResolved, To: m.Sender, Message: m.ID}
	for _, target := range targets {
		o := e.recall(&m, &target)
		o.Asked = target.Asked
		answer.Outcomes = append(answer.Outcomes, o)
	}
	e.notify(answer)
	e.settleWaiting()
}

func (e *Engine) recall(m *Message, target *Reference) Outcome {
	p, known := e.Lookup(*target)
	if !known || p.Sender != m.Sender {
		return Outcome{Status: ResolutionRefused, Reason: Reason{Code: "NOOR"}}
	}
	o := Outcome{Payment: p.ID, Status: ResolutionRefused}
	switch p.State {
	case StateScheduled, StateWaiting, StateHeld, StateUncovered:
		o.Status = ResolutionCancelled
		e.move(e.open[p.ID], EventCancel, Reason{Code: ReasonCancelled})
	case StateNetted:
		if e.stands(&p) {
			o.Reason = Reason{Code: "NARR", Text: "the netting cycle of the payment has closed and settles"}
			break
		}
		o.Status = ResolutionCancelled
		e.move(e.open[p.ID], EventCancel, Reason{Code: ReasonCancelled})
	case StateCancelled:
		o.Status = ResolutionCancelled
	case StateRejected:
		o.Reason = Reason{Code: "NARR", Text: "the payment was rejected and never settled"}
	case StateReserved, StateAsked:
		o.Reason = Reason{Code: "ARPL"}
	case StateSettled:
		return e.recallSettled(m, &p, target)
	case StateDelivered, StateDiverted, StateNone:
		o.Reason = Reason{Code: "PTNA"}
	}
	return o
}

// Reject records a message that as a whole cannot be carried out, and answers
// it.
func (e *Engine) Reject(m Message, why Reason) {
	m, again := e.letter(m)
	if again {
		e.notify(Notice{Kind: NoticeRepeat, To: m.Sender, Message: m.ID})
		return
	}
	e.notify(Notice{Kind: NoticeGroup, To: m.Sender, Message: m.ID, Status: StatusRejected, Reason: why})
}

// Decide carries out a payment that no message brought: an issuer or operator
// decided it. Nobody is answered.
func (e *Engine) Decide(m Message, in Instruction) {
	e.lastMessage++
	m.ID, m.First, m.Count = e.lastMessage, e.lastPayment+1, 1
	e.group.messages = append(e.group.messages, m)
	e.group.current = m.ID
	e.admit(m, in)
	e.settleWaiting()
	e.group.current = 0
}

// message is a message of this group or an earlier one.
func (e *Engine) message(id MessageID) (Message, bool) {
	if m := e.messages[id]; m != nil {
		return *m, true
	}
	return e.archive.Message(id)
}

// number numbers a message that takes no identity.
func (e *Engine) number(m Message) Message {
	e.lastMessage++
	m.ID = e.lastMessage
	e.messages[m.ID] = &m
	e.group.messages = append(e.group.messages, m)
	return m
}

// letter numbers a message that carries no payment; the same one again gives
// the number it had.
func (e *Engine) letter(m Message) (numbered Message, again bool) {
	if m.Test {
		return e.number(m), false
	}
	key := m.Letter()
	for id := range e.letters.Candidates(key.Key()) {
		if known, ok := e.message(MessageID(id)); ok && conflict(known.Identity, known.Digest) == key {
			m.ID = known.ID
			return m, true
		}
	}
	e.lastMessage++
	m.ID = e.lastMessage
	e.letters.Add(key.Key(), uint64(m.ID))
	e.messages[m.ID] = &m
	e.group.letters = append(e.group.letters, Letter{key, m.ID})
	e.group.messages = append(e.group.messages, m)
	return m, false
}

// Inquire asks for the status of payments (pacs.028). It changes nothing, and
// stands in the log behind every payment acknowledged before it.
func (e *Engine) Inquire(m Message, targets []Reference) {
	m, _ = e.letter(m)
	answer := Notice{Kind: NoticeAnswer, To: m.Sender, Message: m.ID}
	for _, target := range targets {
		p, known := e.Lookup(target)
		if !known || p.Sender != m.Sender {
			answer.Outcomes = append(answer.Outcomes, unknownPayment(target.Asked))
			continue
		}
		status, why := p.Outward()
		answer.Outcomes = append(answer.Outcomes, Outcome{p.ID, status, why, target.Asked, len(p.Attempts)})
	}
	e.notify(answer)
}

// Disclose answers a question for what stands in the books (camt.060). It changes
// nothing: the answer is made from entries that can no longer change.
func (e *Engine) Disclose(m Message) {
	m, again := e.letter(m)
	if again {
		e.notify(Notice{Kind: NoticeRepeat, To: m.Sender, Message: m.ID})
		return
	}
	e.notify(Notice{Kind: NoticeStatement, To: m.Sender, Message: m.ID})
}

// Beside are the payments of the message that brought p: the first, and how many.
func (e *Engine) Beside(p *Payment) (first PaymentID, count int) {
	if m, ok := e.message(p.Message); ok {
		return m.First, m.Count
	}
	return p.ID, 1
}

// unknownPayment is what is said of a payment that who asks has no part in.
func unknownPayment(asked int) Outcome {
	return Outcome{Status: StatusRejected, Reason: Reason{Code: "AG09"}, Asked: asked}
}

// concerns tells whether a participant sends or receives a payment, or money of
// its own moves with it.
func (e *Engine) concerns(p *Payment, id ParticipantID) bool {
	return p.Sender == id || p.Receiver == id || slices.ContainsFunc(p.Legs, func(l Leg) bool {
		return e.accounts[l.Debit-1].Owner == id || e.accounts[l.Credit-1].Owner == id
	})
}

// Exclude ends everything open in which a participant has a part, because it is
// suspended: nothing waits for a bank that may not settle.
func (e *Engine) Exclude(id ParticipantID) { e.Bar(id, "AG10", "AG11") }

// Bar ends what is open of a participant that may not send any more, or not receive,
// each with a reason; an empty one says that it still may. One that may do neither
// has no part in anything. Otherwise its own money, and what goes back, still moves.
func (e *Engine) Bar(id ParticipantID, sending, receiving string) {
	var ended []PaymentID
	for _, p := range e.open {
		if !p.State.Final() && p.Kind != KindNet && !e.stands(p) && e.concerns(p, id) && barred(p, id, sending, receiving) != "" {
			ended = append(ended, p.ID)
		}
	}
	slices.Sort(ended)
	for _, n := range ended {
		p := e.open[n]
		event := EventRefuse
		if p.State == StateReserved || p.State == StateAsked {
			event = EventDecline
		}
		e.end(p, event, Reason{Code: barred(p, id, sending, receiving)}, p.Sender != id && p.Receiver != id)
	}
	e.settleWaiting()
}

// barred is why a payment in which a participant has a part ends; empty: it does not.
func barred(p *Payment, id ParticipantID, sending, receiving string) string {
	receives := p.Receiver == id && p.Sender != id
	switch {
	case sending != "" && receiving != "" && receives:
		return receiving
	case sending != "" && receiving != "":
		return sending
	case p.Kind == KindReturn || p.Kind.Liquidity():
		return ""
	case receives:
		return receiving
	case p.Sender == id:
		return sending
	}
	return ""
}

// Hold stops a payment that waits, for money, its time or its cover, for compliance.
// False: it does not.
func (e *Engine) Hold(id PaymentID) bool {
	p := e.open[id]
	if p == nil || p.State == StateHeld || !e.loose(p) {
		return false
	}
	e.move(p, EventHold, Reason{})
	p.Turn = 0 // it loses its place
	e.settleWaiting()
	return true
}

// Release lets a held payment go on. False: it is not held.
func (e *Engine) Release(id PaymentID) bool {
	p := e.open[id]
	if p == nil || p.State != StateHeld {
		return false
	}
	e.proceed(p)
	e.settleWaiting()
	return true
}

// Refuse ends a held, waiting or scheduled payment with a reason. False: it is
// none of these.
func (e *Engine) Refuse(id PaymentID, why Reason) bool {
	p := e.open[id]
	if !e.loose(p) {
		return false
	}
	e.move(p, EventRefuse, why)
	e.settleWaiting()
	return true
}

// Word is what the one who must confirm a payment says of it.
type Word struct {
	Message Message
	Payment PaymentID // 0: the message names none that is known
	Accept  bool
	Later   bool   // it decides nothing yet
	Reason  Reason // why it does not accept
}

// Hear settles or gives back a payment that is reserved or asked for, as the
// participant says who must confirm it. A word that comes too late, or again,
// changes nothing and is answered with what became of the payment. A word that
// is another's to give is refused.
func (e *Engine) Hear(w Word) {
	m, again := e.letter(w.Message)
	if again {
		e.notify(Notice{Kind: NoticeRepeat, To: m.Sender, Message: m.ID})
		return
	}
	p, known := e.Payment(w.Payment)
	if !known || p.Confirm != m.Sender || !p.Kind.Liquidity() || !p.asked() {
		e.notify(Notice{Kind: NoticeGroup, To: m.Sender, Message: m.ID, Status: StatusRejected, Reason: Reason{Code: "AG09"}})
		return
	}
	e.group.word = m.ID
	if w.Later || !e.Confirm(p.ID, m.Sender, w.Accept, w.Reason) {
		e.notify(Notice{Kind: NoticeOutcome, To: m.Sender, Message: m.ID, Payment: p.ID, Status: p.Status, Reason: p.Reason, First: true})
	}
	e.group.word = 0
}

// Statement is what a participant says of one payment that was forwarded to it.
type Statement struct {
	Target Reference
	Says   Say
	Status Status // as it was said
	Reason Reason // it travels unchanged
}

// Say is the gist of a statement.
type Say uint8

// Gists of statements.
const (
	SayNothing Say = iota // neither yes nor no: such as that it was received
	SayYes
	SayNo
)

// Report takes in what a participant says of payments (pacs.002). The word of the
// one who must confirm a payment settles it or gives the money back; anything
// else moves nothing and is answered with how the payment stands, or with AG09
// when it is none that was forwarded to who speaks.
func (e *Engine) Report(m Message, statements []Statement) {
	m, _ = e.letter(m)
	answer := Notice{Kind: NoticeAnswer, To: m.Sender, Message: m.ID}
	for i, s := range statements {
		p, known := e.Lookup(s.Target)
		attempt, dead := p.outlived(&s, m.Sender)
		settled := p.Receiver == m.Sender && (p.State == StateSettled || p.State == StateDelivered)
		switch {
		case known && dead:
			answer.Outcomes = append(answer.Outcomes, e.ofAttempt(&p, &s, attempt, i))
		case !known || !settled && (p.Confirm != m.Sender || !p.asked()):
			answer.Outcomes = append(answer.Outcomes, unknownPayment(i))
		case s.Says != SayNothing && e.Confirm(p.ID, m.Sender, s.Says == SayYes, s.Reason):
			if s.Status == StatusCredited || s.Status == StatusWithoutPosting || s.Status == StatusBlocked {
				p, _ = e.Payment(p.ID)
				e.credit(&p, s.Status, s.Reason)
			}
		case p.State == StateReserved || p.State == StateAsked:
			answer.Outcomes = append(answer.Outcomes, Outcome{Payment: p.ID, Status: StatusSettling, Asked: i, Attempt: len(p.Attempts)})
		default:
			if p.State == StateSettled { // what an advice tells of settles elsewhere
				e.credit(&p, s.Status, s.Reason)
				p, _ = e.Payment(p.ID)
			}
			status, why := p.Outward()
			answer.Outcomes = append(answer.Outcomes, Outcome{p.ID, status, why, i, len(p.Attempts)})
		}
	}
	if len(answer.Outcomes) > 0 || len(statements) == 0 {
		e.notify(answer)
	}
}

// Confirm settles or gives back a payment as the participant says who must
// confirm it. False: nothing waits for that participant's word, because it has
// settled, its time is up, or the word is another's to give.
func (e *Engine) Confirm(id PaymentID, by ParticipantID, accept bool, why Reason) bool {
	p := e.open[id]
	if p == nil || p.State != StateReserved && p.State != StateAsked || p.Confirm != by {
		e.tooLate(id, by, accept)
		return false
	}
	switch {
	case !accept:
		e.end(p, EventDecline, why, wayward[why.Code])
	case !e.taken(p):
		e.end(p, EventDecline, noRoom, e.crowded(p))
	case p.State == StateAsked && (e.preceded(p) || !e.paid(p)): // what waits for what it sets aside goes first
		e.move(p, EventDecline, Reason{Code: "AM04"})
	default:
		e.move(p, EventConfirm, Reason{})
	}
	e.group.word = 0
	e.settleWaiting()
	return true
}

// tooLate counts an acceptance that comes when the time to confirm was up.
func (e *Engine) tooLate(id PaymentID, by ParticipantID, accept bool) {
	p, known := e.Payment(id)
	if known && accept && p.Confirm == by && p.State == StateRejected && p.Reason.Code == "AB05" {
		e.group.late++
	}
}

// Cancel takes back a held, waiting or scheduled payment. False: it is none of
// these.
func (e *Engine) Cancel(id PaymentID, why Reason) bool {
	p := e.open[id]
	if !e.loose(p) {
		return false
	}
	e.move(p, EventCancel, why)
	e.settleWaiting()
	return true
}

// Reprioritise moves a waiting payment to another band, behind what waits there.
// A held or scheduled one will join that band when it comes to wait: to its owner a
// held one waits like any other. False: it is none of these.
func (e *Engine) Reprioritise(id PaymentID, band Band) bool {
	p := e.open[id]
	if p == nil || p.Kind == KindNet || band >= bandCount {
		return false
	}
	if p.State == StateHeld || p.State == StateScheduled || p.State == StateUncovered {
		e.willJoin(p, band)
		return true
	}
	if p.State != StateWaiting {
		return false
	}
	e.reband(p, band)
	e.settleWaiting()
	return true
}

// willJoin has a payment that does not wait for money yet join another band when it
// does, behind what was carried over in that.
func (e *Engine) willJoin(p *Payment, band Band) {
	if p.Band != band {
		p.Band, p.Turn = band, 0
		e.watch(p)
	}
	e.touch(p)
}

// reband moves a waiting payment to another band.
func (e *Engine) reband(p *Payment, band Band) {
	e.leave(p)
	p.Band = band
	e.enqueue(p, false)
	e.touch(p)
	e.stir(p)
}

// Told is how many notices the group has so far: what is told from there on is the
// doing of the next event.
func (e *Engine) Told() int { return len(e.group.notices) }

// Waiting lists the payments that wait for an account's money, in the order in
// which they will be served; behind them those that wait for room in a netting cycle.
func (e *Engine) Waiting(id AccountID) []Payment {
	var all []Payment
	if id == 0 || int(id) > len(e.queues) {
		return nil
	}
	for p := range e.queues[id-1].all() {
		all = append(all, *p)
	}
	for p := range e.nets[id-1].all() {
		all = append(all, *p)
	}
	return all
}
