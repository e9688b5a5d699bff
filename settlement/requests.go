package settlement

// Requests are what banks ask about or of payments that stand in the books, and
// what operators and compliance officers decide about them.

// Recall asks for a payment to be cancelled (camt.056).
type Recall struct {
	Message Message
	Target  Identity
	Reason  Reason // of the bank; not the status reason
}

// Resolutions of a recall: ISO 20022 investigation execution confirmations.
const (
	ResolutionCancelled Status = "CNCL"
	ResolutionRefused   Status = "RJCR"
)

// ReasonCancelled is told to the sender of a payment that it took back:
// DS02, an authorised user has cancelled the order.
const ReasonCancelled = "DS02"

// Recall takes a payment back if it has not settled. Cancel and settle can
// never both win: whichever the log brings first has changed the state that
// the other finds.
func (e *Engine) Recall(r Recall) {
	m, again := e.letter(r.Message)
	if again {
		e.notify(Notice{Kind: NoticeRepeat, To: m.Sender, Message: m.ID})
		return
	}
	answer := Notice{Kind: NoticeResolved, To: m.Sender, Message: m.ID, Status: ResolutionRefused}
	p, known := e.Find(r.Target)
	switch {
	case !known || p.Sender != m.Sender:
		answer.Reason = Reason{Code: "NOOR"}
	case p.State == StateWaiting || p.State == StateHeld:
		answer.Status, answer.Payment = ResolutionCancelled, p.ID
		e.move(e.open[p.ID], EventCancel, Reason{Code: ReasonCancelled})
	case p.State == StateRejected || p.State == StateCancelled:
		answer.Payment, answer.Reason = p.ID, Reason{Code: "NARR", Text: "the payment was never settled: it is " + p.State.String()}
	case p.State == StateReserved || p.State == StateAsked:
		answer.Payment, answer.Reason = p.ID, Reason{Code: "ARPL"}
	default:
		answer.Payment, answer.Reason = p.ID, Reason{Code: "PTNA"}
	}
	e.notify(answer)
	e.settleWaiting()
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

// letter numbers a message that carries no payment; the same one again gives
// the number it had.
func (e *Engine) letter(m Message) (numbered Message, again bool) {
	key := conflict(m.Identity, m.Digest)
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

// Inquire asks for the status of a payment (pacs.028). It changes nothing, and
// stands in the log behind every payment acknowledged before it.
func (e *Engine) Inquire(m Message, target Identity) {
	m, _ = e.letter(m)
	p, known := e.Find(target)
	if !known || p.Sender != m.Sender {
		e.notify(Notice{Kind: NoticeUnknown, To: m.Sender, Message: m.ID, Status: StatusRejected, Reason: Reason{Code: "AG09"}})
		return
	}
	status := p.Status
	if status == "" {
		status = StatusSettling
	}
	e.notify(Notice{Kind: NoticeStatus, To: m.Sender, Message: p.Message, Payment: p.ID, Status: status, Reason: p.Reason})
}

// Hold stops a payment that waits, for compliance. False: it does not wait.
func (e *Engine) Hold(id PaymentID) bool {
	p := e.open[id]
	if p == nil || p.State != StateWaiting {
		return false
	}
	e.move(p, EventHold, Reason{})
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

// Refuse ends a held or waiting payment with a reason. False: it is neither.
func (e *Engine) Refuse(id PaymentID, why Reason) bool {
	p := e.open[id]
	if p == nil || p.State != StateHeld && p.State != StateWaiting {
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
	if !known || p.Confirm != m.Sender || p.State < StateReserved {
		e.notify(Notice{Kind: NoticeGroup, To: m.Sender, Message: m.ID, Status: StatusRejected, Reason: Reason{Code: "AG09"}})
		return
	}
	e.group.word = m.ID
	if w.Later || !e.Confirm(p.ID, m.Sender, w.Accept, w.Reason) {
		e.notify(Notice{Kind: NoticeOutcome, To: m.Sender, Message: m.ID, Payment: p.ID, Status: p.Status, Reason: p.Reason, First: true})
	}
	e.group.word = 0
}

// Confirm settles or gives back a payment as the participant says who must
// confirm it. False: nothing waits for that participant's word, because it has
// settled, its time is up, or the word is another's to give.
func (e *Engine) Confirm(id PaymentID, by ParticipantID, accept bool, why Reason) bool {
	p := e.open[id]
	if p == nil || p.State != StateReserved && p.State != StateAsked || p.Confirm != by {
		return false
	}
	if accept {
		e.move(p, EventConfirm, Reason{})
	} else {
		e.move(p, EventDecline, why)
	}
	e.group.word = 0
	e.settleWaiting()
	return true
}

// Reprioritise moves a waiting payment to another band, behind what waits there.
// False: it does not wait.
func (e *Engine) Reprioritise(id PaymentID, band Band) bool {
	p := e.open[id]
	if p == nil || p.State != StateWaiting || band >= bandCount {
		return false
	}
	q := &e.queues[p.debited()-1]
	q.remove(p)
	p.Band = band
	e.enqueue(p)
	e.touch(p)
	e.group.credited = append(e.group.credited, p.debited())
	e.settleWaiting()
	return true
}

// Waiting lists the payments that wait for an account's money, in the order in
// which they will be served.
func (e *Engine) Waiting(id AccountID) []Payment {
	var all []Payment
	if id == 0 || int(id) > len(e.queues) {
		return nil
	}
	for p := range e.queues[id-1].all() {
		all = append(all, *p)
	}
	return all
}
