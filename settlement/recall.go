package settlement

import "slices"

// What banks ask each other about payments that have settled, and about accounts, and
// what they answer.

// recallSettled passes the recall of a payment that has settled on to who got it:
// only that bank can give the money back. While one recall waits for its answer a
// second is refused (ARPL); one that was granted already is granted.
func (e *Engine) recallSettled(m *Message, p *Payment, target *Reference) Outcome {
	o := Outcome{Payment: p.ID, Status: ResolutionRefused}
	if p.Receiver == 0 || p.Receiver == p.Sender {
		o.Reason = Reason{Code: "PTNA"}
		return o
	}
	if e.returnedWhole(p) {
		o.Reason = Reason{Code: "ARDT"}
		return o
	}
	for c := range e.casesOf(p) {
		switch {
		case c.Kind != CaseRecall:
		case c.State == CaseGranted:
			o.Status = ResolutionCancelled
			return o
		case c.State == CaseOpen:
			o.Reason = Reason{Code: "ARPL"}
			return o
		}
	}
	if len(p.Cases) >= maxCases {
		o.Reason = Reason{Code: "NARR", Text: "the payment has been asked about too often"}
		return o
	}
	e.openCase(m, Case{Kind: CaseRecall, Item: target.Asked, Payment: p.ID, Asked: p.Receiver, Until: e.answerBy(target), Names: target.Case})
	o.Status = ResolutionPending
	return o
}

// InquireCases asks how far requests about payments are (pacs.028 about a camt.056).
// What the bank that is asked has said is told again; while it has said nothing,
// that the request is pending.
func (e *Engine) InquireCases(m Message, targets []Reference) {
	m, _ = e.letter(m)
	unknown := Notice{Kind: NoticeAnswer, To: m.Sender, Message: m.ID}
	for i := range targets {
		c, found := e.asked(m.Sender, &targets[i])
		if !found {
			unknown.Outcomes = append(unknown.Outcomes, unknownPayment(targets[i].Asked))
			continue
		}
		e.tellCase(&c, m.ID, true)
	}
	if len(unknown.Outcomes) > 0 || len(targets) == 0 {
		e.notify(unknown)
	}
}

// asked is the last recall of its own that somebody means.
func (e *Engine) asked(by ParticipantID, target *Reference) (last Case, found bool) {
	consider := func(c Case) {
		if c.Kind == CaseRecall && c.Asker == by {
			last, found = c, true
		}
	}
	if p, known := e.Lookup(*target); known && p.Sender == by {
		for c := range e.casesOf(&p) {
			consider(c)
		}
		return last, found
	}
	for _, name := range target.Case {
		for c := range e.casesNamed(name) {
			consider(c)
		}
	}
	return last, found
}

// tellCase tells who asked how far a case is, as the answer to a message.
func (e *Engine) tellCase(c *Case, answers MessageID, first bool) {
	if c.Said.Message != 0 && c.State != CaseExpired {
		e.notify(Notice{Kind: NoticeCaseAnswer, To: c.Asker, Message: answers, Payment: c.Payment, Case: c.ID, First: first, Said: c.Said})
		return
	}
	status := ResolutionPending
	if c.State == CaseExpired {
		status, _ = c.Kind.unanswered()
	}
	e.notify(Notice{Kind: NoticeCaseRefused, To: c.Asker, Message: answers, Payment: c.Payment, Case: c.ID, First: first,
		Outcomes: []Outcome{{Payment: c.Payment, Status: status, Reason: c.Reason, Asked: c.Item}}})
}

// tellAgain repeats, when a request comes again, what its cases have been answered
// since.
func (e *Engine) tellAgain(m *Message) {
	for c := range e.casesNamed(m.Identity) {
		if c.Message == m.ID && (c.Said.Message != 0 || c.State == CaseExpired) {
			e.tellCase(&c, m.ID, false)
		}
	}
}

// Investigation asks the other party of a payment about it (camt.110).
type Investigation struct {
	Target Reference
}

// Investigate passes a question about a payment on to its other party. Nobody else
// can know anything of it: while the payment has not been forwarded, the gateway says
// itself how it stands.
func (e *Engine) Investigate(m Message, q Investigation) {
	m, again := e.letter(m)
	if again {
		e.notify(Notice{Kind: NoticeRepeat, To: m.Sender, Message: m.ID})
		e.tellAgain(&m)
		return
	}
	o := e.investigate(&m, &q.Target)
	e.notify(Notice{Kind: NoticeCaseRefused, To: m.Sender, Message: m.ID, Payment: o.Payment, First: true, Outcomes: []Outcome{o}})
}

func (e *Engine) investigate(m *Message, target *Reference) Outcome {
	p, known := e.Lookup(*target)
	received := p.Receiver == m.Sender && (p.State == StateSettled || p.Confirm == m.Sender && p.asked())
	if !known || p.Kind.Liquidity() || p.Sender != m.Sender && !received {
		return Outcome{Status: StatusRejected, Reason: Reason{Code: "NOOR"}}
	}
	o := Outcome{Payment: p.ID, Status: StatusRejected}
	other := p.Receiver
	if received {
		other = p.Sender
	}
	switch {
	case p.State == StateRejected || p.State == StateCancelled:
		o.Reason = Reason{Code: "ARJT"}
	case p.State != StateSettled || other == 0 || other == m.Sender:
		o.Status, o.Reason.Code = p.Status, ""
	case len(p.Cases) >= maxCases:
		o.Reason = Reason{Code: "NARR"}
	default:
		e.openCase(m, Case{Kind: CaseInvestigation, Item: target.Asked, Payment: p.ID, Asked: other, Until: e.answerBy(target), Names: target.Case})
		o.Status = ResolutionPending
	}
	return o
}

// Check asks who holds an account whether it belongs to a name (acmt.023).
type Check struct {
	Asked   ParticipantID // who holds the account; 0: Refusal says why it cannot be asked
	Refusal Reason
	Names   []Identity
}

// CheckRules bound checks of accounts.
type CheckRules struct {
	Hourly int    // checks of one bank in [CheckWindow]
	Answer Moment // how long who holds the account may take
}

// CheckAccounts passes each check on to who holds the account. Somebody who asks
// more often than a bank that pays ever does is refused: it would find out names.
func (e *Engine) CheckAccounts(m Message, checks []Check, rules CheckRules) {
	m, again := e.letter(m)
	if again {
		e.notify(Notice{Kind: NoticeRepeat, To: m.Sender, Message: m.ID})
		e.tellAgain(&m)
		return
	}
	refused := Notice{Kind: NoticeCaseRefused, To: m.Sender, Message: m.ID, First: true}
	for i, check := range checks {
		why := check.Refusal
		if check.Asked == m.Sender {
			why = Reason{Code: "AGNT", Text: "the account is the asker's own"}
		}
		if why.Code == "" && !e.mayCheck(m.Sender, rules.Hourly) {
			why = Reason{Code: "NR01", Text: "more accounts are checked than may be in an hour"}
		}
		if why.Code != "" {
			refused.Outcomes = append(refused.Outcomes, Outcome{Status: StatusRejected, Reason: why, Asked: i})
			continue
		}
		e.cases.checks[m.Sender] = append(e.cases.checks[m.Sender], e.now)
		e.openCase(&m, Case{Kind: CaseCheck, Item: i, Asked: check.Asked, Until: e.now + rules.Answer, Names: check.Names})
	}
	if len(refused.Outcomes) > 0 {
		e.notify(refused)
	}
}

// mayCheck tells whether a bank may check one more account now.
func (e *Engine) mayCheck(by ParticipantID, hourly int) bool {
	all := e.cases.checks[by]
	for len(all) > 0 && all[0] <= e.now-CheckWindow {
		all = all[1:]
	}
	e.cases.checks[by] = all
	return len(all) < hourly
}

// Reply is what a bank answers to one thing that it was asked.
type Reply struct {
	Kinds  []CaseKind // which it can answer, before others the first
	Case   CaseID     // as named; 0: not by its number
	Names  []Identity
	Target Reference // the payment that it names
	Says   Say
	Final  bool // nothing more will come
	Reason Reason
}

// Answer passes on what a bank answers. What answers nothing that it was asked, or
// comes behind a final answer, is refused: nobody else hears of it.
func (e *Engine) Answer(m Message, replies []Reply) {
	m, again := e.letter(m)
	if again {
		e.notify(Notice{Kind: NoticeRepeat, To: m.Sender, Message: m.ID})
		return
	}
	wrong := Notice{Kind: NoticeMisdirected, To: m.Sender, Message: m.ID}
	for i := range replies {
		c, why := e.answer(&m, &replies[i], i)
		if c == nil {
			wrong.Outcomes = append(wrong.Outcomes, Outcome{Status: StatusRejected, Reason: why, Asked: i})
		}
	}
	if len(wrong.Outcomes) > 0 || len(replies) == 0 {
		e.notify(wrong)
	}
}

func (e *Engine) answer(m *Message, r *Reply, part int) (*Case, Reason) {
	found, ok := e.meant(m.Sender, r)
	switch {
	case !ok:
		return nil, Reason{Code: "NFND", Text: "it answers nothing that its sender was asked"}
	case found.State != CaseOpen:
		return nil, Reason{Code: "CLSD", Text: "what it answers is " + found.State.String() + " already"}
	case found.Said.Turn >= maxReplies:
		return nil, Reason{Code: "NARR", Text: "it has been answered too often"}
	}
	c := e.cases.open[found.ID]
	c.Said, c.Reason = Said{m.ID, part, c.Said.Turn + 1}, r.Reason
	state := CaseOpen
	switch {
	case r.Says == SayYes:
		state = CaseGranted
	case r.Says == SayNo:
		state = CaseRefused
	case r.Final:
		state = CaseClosed
	}
	e.closeCase(c, state)
	e.notify(Notice{Kind: NoticeCaseAnswer, To: c.Asker, Message: m.ID, Payment: c.Payment, Case: c.ID, First: true, Said: c.Said})
	return c, Reason{}
}

// meant is the case that a bank answers: the one whose number it names, else among
// those about the payment that it names, else the one that is called so. Of several
// an open one is meant, of the kind that such an answer is made for; where that leaves
// more than one, none.
func (e *Engine) meant(by ParticipantID, r *Reply) (Case, bool) {
	var all []Case
	consider := func(c Case) {
		if c.Asked == by && slices.Contains(r.Kinds, c.Kind) {
			all = append(all, c)
		}
	}
	named := func(c Case) bool { return slices.ContainsFunc(r.Names, c.called) }
	p, known := e.Lookup(r.Target)
	switch {
	case r.Case != 0:
		if c, ok := e.Case(r.Case); ok && (len(r.Names) == 0 || named(c)) {
			consider(c)
		}
	case known:
		for c := range e.casesOf(&p) {
			consider(c)
		}
	default:
		for _, name := range r.Names {
			for c := range e.casesNamed(name) {
				consider(c)
			}
		}
	}
	madeFor := func(c Case) bool { return c.Kind == r.Kinds[0] }
	for _, keep := range []func(Case) bool{func(c Case) bool { return c.State == CaseOpen }, named, madeFor} {
		if slices.ContainsFunc(all, keep) {
			all = slices.DeleteFunc(all, func(c Case) bool { return !keep(c) })
		}
	}
	switch {
	case len(all) == 0:
		return Case{}, false
	case all[0].State == CaseOpen && len(all) > 1:
		return Case{}, false
	}
	return all[len(all)-1], true
}
