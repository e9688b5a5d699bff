package settlement

import (
	"cmp"
	"iter"
	"slices"
)

// CaseID numbers cases in the order in which the log brought them.
type CaseID uint64

// CaseKind is what is asked.
type CaseKind uint8

// Kinds of cases.
const (
	CaseRecall        CaseKind = iota + 1 // camt.056: give the money back
	CaseInvestigation                     // camt.110: a question about a payment
	CaseCheck                             // acmt.023: whether an account belongs to a name
)

// CaseState is how far a case is.
type CaseState uint8

// States of a case. An open one waits for the bank that is asked; the others never
// change again.
const (
	CaseOpen CaseState = iota + 1
	CaseGranted
	CaseRefused
	CaseClosed  // answered, with neither yes nor no
	CaseExpired // nobody answered in time
)

var caseStateNames = [...]string{"none", "open", "granted", "refused", "closed", "expired"}

// String is the state's name.
func (s CaseState) String() string { return caseStateNames[s] }

// Case is one thing that a bank has asked another through the gateway. It moves no
// money: a recall that is granted is followed by a return.
type Case struct {
	ID      CaseID
	Kind    CaseKind
	Message MessageID // the request
	Item    int       // which question of it, from 0
	Payment PaymentID // 0: it is about none
	Asker   ParticipantID
	Asked   ParticipantID
	Names   []Identity // by which answers and questions may mean it
	State   CaseState
	Opened  Moment // engine time
	Since   Moment // of the last change
	Until   Moment // when it expires; 0: never

	Said   Said   // last by the bank that is asked
	Reason Reason // as it was given last
}

// Said is what a bank said of a case.
type Said struct {
	Message MessageID // 0: nothing yet
	Part    int       // which statement of that message it is, from 0
	Turn    int       // how often it has said something
}

func (c *Case) called(name Identity) bool { return slices.Contains(c.Names, name) }

// Bounds of cases. A payment is asked about a few times, and one question answered a
// few times; somebody who goes on for ever must not fill the books.
const (
	maxCases   = 32
	maxReplies = 64
)

// CheckWindow is the time in which the checks of accounts that a bank asks for are
// counted.
const CheckWindow = Moment(3600e9)

// cases are those that are open, or changed in this group; the archive has the rest.
type cases struct {
	last    CaseID
	open    map[CaseID]*Case
	names   *Index
	due     []*Case // those that expire, the first first
	checks  map[ParticipantID][]Moment
	changed []CaseID
}

// CaseBooks are the cases as a start reads them.
type CaseBooks struct {
	Last   CaseID
	Open   []Case
	Names  Index
	Checks map[ParticipantID][]Moment // when each bank asked for checks of accounts lately
}

// Take takes in one case of the books, in the order of their numbers.
func (b *CaseBooks) Take(c Case, now Moment) {
	b.Last = c.ID
	for _, name := range c.Names {
		b.Names.Add(name.Key(), uint64(c.ID))
	}
	if c.Kind == CaseCheck && c.Opened > now-CheckWindow {
		if b.Checks == nil {
			b.Checks = map[ParticipantID][]Moment{}
		}
		b.Checks[c.Asker] = append(b.Checks[c.Asker], c.Opened)
	}
	if c.State == CaseOpen {
		b.Open = append(b.Open, c)
	}
}

func newCases() cases {
	return cases{open: map[CaseID]*Case{}, names: &Index{}, checks: map[ParticipantID][]Moment{}}
}

func (k *cases) restore(b *CaseBooks) {
	k.last, k.names = b.Last, &b.Names
	for id, at := range b.Checks {
		k.checks[id] = slices.Clone(at)
	}
	for i := range b.Open {
		c := b.Open[i]
		k.open[c.ID] = &c
		k.watch(&c)
	}
}

// next is the case that expires next; nil: none does.
func (k *cases) next() *Case {
	if len(k.due) == 0 {
		return nil
	}
	return k.due[0]
}

func inTime(a, b *Case) int { return cmp.Or(cmp.Compare(a.Until, b.Until), cmp.Compare(a.ID, b.ID)) }

func (k *cases) watch(c *Case) {
	if c.Until == 0 {
		return
	}
	i, _ := slices.BinarySearchFunc(k.due, c, inTime)
	k.due = slices.Insert(k.due, i, c)
}

func (k *cases) unwatch(c *Case) {
	if i, found := slices.BinarySearchFunc(k.due, c, inTime); found && c.Until != 0 {
		k.due = slices.Delete(k.due, i, i+1)
	}
}

func (k *cases) touch(c *Case) {
	if !slices.Contains(k.changed, c.ID) {
		k.changed = append(k.changed, c.ID)
	}
}

// changes hands over what changed and lets go of what is closed.
func (k *cases) changes() (all []Case) {
	for _, id := range k.changed {
		c := k.open[id]
		all = append(all, *c)
		if c.State != CaseOpen {
			delete(k.open, id)
		}
	}
	k.changed = nil
	return all
}

// Case is a case as it is now; false when there is none of that number.
func (e *Engine) Case(id CaseID) (Case, bool) {
	if c := e.cases.open[id]; c != nil {
		return *c, true
	}
	if id == 0 || id > e.cases.last {
		return Case{}, false
	}
	return e.archive.Case(id)
}

// casesOf are the cases about a payment, in order.
func (e *Engine) casesOf(p *Payment) iter.Seq[Case] {
	return func(yield func(Case) bool) {
		for _, id := range p.Cases {
			if c, ok := e.Case(id); ok && !yield(c) {
				return
			}
		}
	}
}

// casesNamed are the cases that are called so, in order.
func (e *Engine) casesNamed(name Identity) iter.Seq[Case] {
	return func(yield func(Case) bool) {
		for id := range e.cases.names.Candidates(name.Key()) {
			if c, ok := e.Case(CaseID(id)); ok && c.called(name) && !yield(c) {
				return
			}
		}
	}
}

// openCase opens a case for a request, whose identity is one of its names, and has
// the bank that is asked hear of it.
func (e *Engine) openCase(m *Message, c Case) {
	k := &e.cases
	k.last++
	c.ID, c.Message, c.Asker, c.State, c.Opened, c.Since = k.last, m.ID, m.Sender, CaseOpen, e.now, e.now
	c.Names = append([]Identity{m.Identity}, c.Names...)
	k.open[c.ID] = &c
	for _, name := range c.Names {
		k.names.Add(name.Key(), uint64(c.ID))
	}
	k.touch(&c)
	k.watch(&c)
	if c.Payment != 0 {
		p, _ := e.Payment(c.Payment)
		about := e.reopen(&p)
		about.Cases = append(about.Cases[:len(about.Cases):len(about.Cases)], c.ID)
		e.touch(about)
	}
	e.notify(Notice{Kind: NoticeCase, To: c.Asked, Message: c.Message, Payment: c.Payment, Case: c.ID})
}

// closeCase moves a case to a state that is final, or leaves it open.
func (e *Engine) closeCase(c *Case, state CaseState) {
	if c.State != CaseOpen {
		broken("case %d is %s: it cannot be %s", c.ID, c.State, state)
	}
	c.State, c.Since = state, e.now
	if state != CaseOpen {
		e.cases.unwatch(c)
	}
	e.cases.touch(c)
}

// answerBy is when a case that a reference opens expires; 0: never.
func (e *Engine) answerBy(r *Reference) Moment {
	if r.Patience == 0 {
		return 0
	}
	return e.now + Moment(r.Patience)
}

// unanswered is what who asked is told when no answer has come: in the codes of the
// message that answers such a case.
func (k CaseKind) unanswered() (Status, Reason) {
	switch k {
	case CaseRecall:
		return ResolutionRefused, Reason{Code: "NOAS"}
	case CaseInvestigation:
		return StatusRejected, Reason{Code: "NOAS"}
	case CaseCheck:
	}
	return StatusRejected, Reason{Code: "NORR"}
}

// expireCases ends the cases whose time is up, and tells who asked.
func (e *Engine) expireCases() {
	for c := e.cases.next(); c != nil && c.Until <= e.now; c = e.cases.next() {
		e.closeCase(c, CaseExpired)
		status, why := c.Kind.unanswered()
		c.Reason = why
		e.notify(Notice{Kind: NoticeCaseRefused, To: c.Asker, Message: c.Message, Payment: c.Payment, Case: c.ID,
			Outcomes: []Outcome{{Payment: c.Payment, Status: status, Reason: c.Reason, Asked: c.Item}}})
	}
}
