package settlement

import (
	"crypto/sha256"
	"maps"
	"slices"
)

// Archive gives back payments that have ended and are no longer in memory.
type Archive interface {
	// Payment is the payment as last changed; false when there is none.
	Payment(id PaymentID) (Payment, bool)
	// Message is the message as it was accepted; false when there is none.
	Message(id MessageID) (Message, bool)
	// Case is the case as last changed; false when there is none.
	Case(id CaseID) (Case, bool)
}

// Engine is the machine. One caller at a time feeds it the events of the log in
// order, group by group: any number of events, then [Engine.Finish], which
// hands over what changed.
type Engine struct {
	archive Archive
	router  func(*Payment) (Way, bool) // plans payments anew; nil: nobody does

	now        Moment
	booked     Moment      // booking time: never before engine time, nor before that of an earlier entry
	accounts   []Account   // by AccountID-1
	queues     []queue     // by AccountID-1
	incoming   []wide      // by AccountID-1: what waiting payments would bring
	nets       []queue     // by AccountID-1: what waits for room in a netting cycle
	controls   []*controls // by AccountID-1; nil: the owner has set none
	proof      *proof      // that nothing can go together; nil: everything is looked at each time
	open       map[PaymentID]*Payment
	senders    senders                // who has sent those of them that a group has left open
	messages   map[MessageID]*Message // of this group
	identities *Index                 // payments by identity
	letters    *Index                 // messages that carry no payment, by theirs
	deadlines  deadlines
	cases      cases
	netting    cycles

	lastPayment PaymentID
	lastMessage MessageID
	lastEntry   EntryID
	lastTurn    uint64

	group group
	tried []*Payment // of a message that only tries, while it does
	probe *probe     // something is tried, to find out how much more makes a difference
	// jointly: payments are settling together, and an account may be below its
	// floor until the last of them has.
	jointly bool
	ending  ending // whose day ends, while that is looked at; see Optimise
}

// group is what the events since the last Finish did.
type group struct {
	accounts   map[AccountID]bool
	payments   []PaymentID // changed, in order of first change
	changed    map[PaymentID]bool
	controls   []*Control // changed, in order of first change
	controlled map[*Control]bool
	messages   []Message
	letters    []Letter
	entries    []Entry
	notices    []Notice
	credited   []AccountID // accounts whose queues may move now, in order
	enqueued   []enqueued  // what has begun to wait since the last look for a clearing
	filled     []AccountID // accounts that have got money since then
	room       bool        // an account with a ceiling has got room since then for what waits for it
	current    MessageID   // the message whose first answer is still to be written
	word       MessageID   // the message by which somebody confirms or declines
	late       int         // acceptances after the time was up
	cycles     map[CycleID]*liveCycle
	positions  map[positionKey]*Position
	shrunk     []*liveCycle // that payments have left on which others may have relied
	// answered are the messages whose first answer is among the notices. It is
	// written when the group ends and tells what the payments have come to by then.
	answered map[MessageID]bool
}

// NewEngine is a machine that knows nothing yet.
func NewEngine(archive Archive) *Engine {
	e := &Engine{
		archive: archive, open: map[PaymentID]*Payment{}, messages: map[MessageID]*Message{},
		senders: senders{}, identities: &Index{}, letters: &Index{}, lastTurn: firstTurn, proof: newProof(), cases: newCases(), netting: newNetting(),
	}
	e.reset()
	return e
}

func (e *Engine) reset() {
	e.group = group{accounts: map[AccountID]bool{}, changed: map[PaymentID]bool{}, controlled: map[*Control]bool{}, answered: map[MessageID]bool{}, cycles: map[CycleID]*liveCycle{}, positions: map[positionKey]*Position{}}
}

// Now is engine time.
func (e *Engine) Now() Moment { return e.now }

// Begin opens a group of the log that was written at that time. Its entries are
// booked at that time, or at that of the last entry when a clock went back.
func (e *Engine) Begin(at Moment) { e.booked = max(e.booked, at) }

// Booking is the booking time of entries that would be made now. What happened
// before it can no longer change.
func (e *Engine) Booking() Moment { return max(e.booked, e.now) }

// OpenAccount opens an account for money of the currency's own issuer and returns
// its number. Its balance is zero: money comes only out of an issuance account.
func (e *Engine) OpenAccount(owner ParticipantID, currency Currency, role Role) AccountID {
	return e.OpenAccountOf(owner, currency, role, 0)
}

// OpenAccountOf opens an account for the money that an operating bank issues; 0 is
// the currency's own issuer.
func (e *Engine) OpenAccountOf(owner ParticipantID, currency Currency, role Role, issuer ParticipantID) AccountID {
	id := AccountID(len(e.accounts) + 1) //nolint:gosec // far fewer than 4 billion accounts
	e.accounts = append(e.accounts, Account{ID: id, Owner: owner, Currency: currency, Issuer: issuer, Role: role})
	e.queues, e.nets, e.incoming = append(e.queues, queue{}), append(e.nets, queue{}), append(e.incoming, wide{})
	e.proof.opens()
	e.controls = append(e.controls, nil)
	e.group.accounts[id] = true
	return id
}

// Account is a copy of an account; false when there is none of that number.
func (e *Engine) Account(id AccountID) (Account, bool) {
	if id == 0 || int(id) > len(e.accounts) {
		return Account{}, false
	}
	return e.accounts[id-1], true
}

// account is for change; a leg that names no account is a defect of the planner.
func (e *Engine) account(id AccountID) *Account {
	if id == 0 || int(id) > len(e.accounts) {
		broken("there is no account %d", id)
	}
	e.group.accounts[id] = true
	return &e.accounts[id-1]
}

// SetLine changes an account's credit line. A line below what is already used
// is lowered only as far as that goes; the rest follows as credits come in.
func (e *Engine) SetLine(id AccountID, line int64) {
	a := e.account(id)
	a.Granted = min(max(line, 0), maxBalance)
	a.Line = max(a.Granted, a.Line)
	a.lower()
	e.group.credited = append(e.group.credited, id)
	e.settleWaiting()
}

// SetCeiling changes what an account may hold or have outstanding; 0: no bound of its
// own. What is there already stays.
func (e *Engine) SetCeiling(id AccountID, ceiling int64) {
	e.account(id).Ceiling = min(max(ceiling, 0), maxBalance)
	e.group.room = e.group.room || e.incoming[id-1] != wide{}
}

// Payment is the payment as it is now; false when there is none of that number.
func (e *Engine) Payment(id PaymentID) (Payment, bool) {
	if p := e.open[id]; p != nil {
		return *p, true
	}
	return e.archive.Payment(id)
}

// Find is the payment of that identity or name.
func (e *Engine) Find(identity Identity) (Payment, bool) {
	for id := range e.identities.Candidates(identity.Key()) {
		if p, ok := e.Payment(PaymentID(id)); ok && p.called(identity) {
			return p, true
		}
	}
	return Payment{}, false
}

// Submit takes in one message and its payments. The same message again moves
// nothing: its first answer is repeated. Other content under the identity of a
// known payment is refused as a duplicate.
func (e *Engine) Submit(m Message, instructions []Instruction) {
	if first, ok := e.repeated(m, instructions); ok {
		e.notify(Notice{Kind: NoticeRepeat, To: m.Sender, Message: first})
		return
	}
	e.lastMessage++
	m.ID, m.First, m.Count = e.lastMessage, e.lastPayment+1, len(instructions)
	e.group.messages = append(e.group.messages, m)
	e.messages[m.ID] = &m
	e.asLetter(m, instructions)
	e.group.current = m.ID
	if m.Accept && slices.ContainsFunc(instructions, func(in Instruction) bool { return in.Refusal.Code == "" }) {
		e.notify(Notice{Kind: NoticeAccepted, To: m.Sender, Message: m.ID, Status: StatusAccepted})
	}
	for i := range instructions {
		e.admit(m, instructions[i])
	}
	e.settleWaiting()
	e.group.current = 0
	e.group.answered[m.ID] = true
	e.notify(Notice{Kind: NoticeGroup, To: m.Sender, Message: m.ID})
}

// repeated finds the message that m repeats: its payments are all known, under
// the same document.
func (e *Engine) repeated(m Message, instructions []Instruction) (MessageID, bool) {
	for i := range instructions {
		p, ok := e.Find(instructions[i].Identity)
		if !ok || p.Digest != m.Digest {
			p, ok = e.Find(conflict(instructions[i].Identity, m.Digest))
		}
		if ok {
			return p.Message, true
		}
	}
	return 0, false
}

// Knows tells whether a message would be answered as the one that it repeats.
func (e *Engine) Knows(m Message, instructions []Instruction) bool {
	_, known := e.repeated(m, instructions)
	return known
}

// conflict is the identity under which a second payment with the identity of a
// first one is remembered, so that its resend is known as such.
func conflict(identity Identity, digest Digest) Identity {
	sum := sha256.Sum256(slices.Concat(identity[:], digest[:]))
	return Identity(sum[:len(identity)])
}

// admit gives one payment its number and its first state.
func (e *Engine) admit(m Message, in Instruction) {
	e.lastPayment++
	in.Digest = m.Digest
	p := &Payment{ID: e.lastPayment, Message: m.ID, Place: m.Place, Instruction: in, Arrived: e.now, Since: e.now}
	if first, known := e.Find(in.Identity); known {
		p.Refusal = Reason{Code: "DUPL", Text: "the first payment of this identity is " + string(first.Status)}
		p.Identity, p.Names = conflict(in.Identity, m.Digest), nil
	}
	e.asReturn(p)
	p.asPair()
	e.open[p.ID] = p
	e.name(p)
	event, why := e.verdict(p)
	e.end(p, event, why, why == noRoom && e.crowded(p))
}

// verdict is what happens to a payment when it comes in.
func (e *Engine) verdict(p *Payment) (Event, Reason) {
	if p.Refusal.Code != "" {
		return EventRefuse, p.Refusal
	}
	if !p.bare() {
		e.check(p)
	}
	switch {
	case p.Reject != 0 && p.Reject <= e.now:
		return EventRefuse, Reason{Code: "TM01", Text: "its time was up when it came"}
	case !e.taken(p):
		return EventRefuse, noRoom
	case p.Hold:
		return EventHold, Reason{}
	}
	return e.next(p), Reason{}
}

// noRoom refuses what an account may not hold. It is told at once, and again when
// the money is there after a wait: nobody waits behind a payment that nobody takes.
var noRoom = Reason{Code: "AM23", Text: "an account cannot hold as much"}

// name makes a payment known under its identity and its other names.
func (e *Engine) name(p *Payment) {
	e.identities.Add(p.Identity.Key(), uint64(p.ID))
	for i, name := range p.Names {
		if p.Files(i) {
			e.identities.Add(name.Key(), uint64(p.ID))
		}
	}
}

// check holds the planner to its word: legs of one asset each, amounts above zero.
func (e *Engine) check(p *Payment) {
	if len(p.Legs) == 0 || p.Net && (len(p.Legs) > 1 || p.Confirm != 0) {
		broken("payment %d has no legs, or is to be netted as it cannot be", p.ID)
	}
	for _, leg := range p.Legs {
		debit, credit := e.account(leg.Debit), e.account(leg.Credit)
		if leg.Amount <= 0 || debit.Currency != credit.Currency || debit.Issuer != credit.Issuer || leg.Debit == leg.Credit {
			broken("payment %d moves %d from account %d to %d", p.ID, leg.Amount, leg.Debit, leg.Credit)
		}
	}
}

// proceed settles, reserves, queues or schedules a payment that nothing else
// stops.
func (e *Engine) proceed(p *Payment) {
	if p.Earliest <= e.now && !e.taken(p) {
		e.end(p, EventRefuse, noRoom, e.crowded(p))
		return
	}
	e.move(p, e.next(p), Reason{})
}

func (e *Engine) next(p *Payment) Event {
	switch behind := e.preceded(p); {
	case p.Earliest > e.now:
		return EventSchedule
	case p.bare():
		return e.nextBare(p)
	case p.Net:
		return e.nextNetted(p)
	case p.Kind == KindIssue && p.Confirm != 0:
		return EventAsk // what it takes of the issuer must be there when the issuer says yes
	case behind || !e.covered(p):
		return e.lack(p, behind)
	}
	return p.ready()
}

// lack is what happens to a payment that cannot go now, because of one before it or
// because of what its accounts have. Where it may not wait, the two reasons are told
// apart as ISO 20022 does: AM04 is that the funds are not there for it, which are
// promised to what waits before it, kept for higher bands or missing; AM23, that they
// are, and it is above a limit that settlement keeps to: what its sender pays at most
// to another or to all, or owes in a netting cycle.
func (e *Engine) lack(p *Payment, behind bool) Event {
	switch {
	case !p.AtOnce && p.Kind.waits():
		return EventLack
	case !behind && (p.Net || e.affords(p) && !e.within(p)):
		return EventExceed
	}
	return EventShort
}

// ready is what happens to a payment whose money is there.
func (p *Payment) ready() Event {
	switch {
	case p.Net:
		return EventNet
	case p.Confirm == 0:
		return EventCover
	}
	return EventReserve
}

// preceded tells whether something waits, in any queue that a new payment would
// join, that it may not overtake.
func (e *Engine) preceded(p *Payment) bool {
	if p.Kind == KindNet {
		return false // all have an interest in it
	}
	for account := range p.debits() {
		q := &e.queues[account-1]
		if q.precedes(p.Band) && (!e.passes(account) || q.first().Band < p.Band || e.aboutToGo(account)) {
			return true
		}
	}
	return false
}

// aboutToGo tells whether something waits for an account that goes with what has
// happened just now. Only what cannot go is passed.
func (e *Engine) aboutToGo(account AccountID) bool {
	return len(e.group.credited) > 0 && e.nextOf(account) != nil
}

// served tells whether it is a waiting payment's turn in every queue in which it
// stands: it is the next or, where the owner lets payments pass, of the same band.
func (e *Engine) served(p *Payment) bool {
	for account := range p.debits() {
		first := e.queues[account-1].first()
		if first != p && (first.Band != p.Band || !e.passes(account)) {
			return false
		}
	}
	return true
}

// nextOf is the waiting payment of an account whose turn it is and whose money is
// there; nil when there is none.
func (e *Engine) nextOf(account AccountID) *Payment {
	q := &e.queues[account-1]
	first := q.first()
	switch {
	case first == nil:
		return nil
	case e.served(first) && e.paid(first):
		return first
	case !e.passes(account):
		return nil
	}
	for p := range q.bands[first.Band].all() {
		if e.served(p) && e.paid(p) {
			return p
		}
	}
	return nil
}

// beforeAt is what goes before a payment that can go, at accounts that are still to be
// looked at and let what can go pass what cannot: only that, and not what can go itself.
// It is the payment when there is nothing.
func (e *Engine) beforeAt(toLookAt []AccountID, p *Payment) *Payment {
	for account := range p.debits() {
		if !e.passes(account) || !slices.Contains(toLookAt, account) {
			continue
		}
		if first := e.nextOf(account); first != nil && first.Band == p.Band && first.Turn < p.Turn {
			return e.beforeAt(toLookAt, first)
		}
	}
	return p
}

// covered tells whether all legs of a payment can be posted now.
func (e *Engine) covered(p *Payment) bool { return e.paid(p) && e.taken(p) }

// paid tells whether the accounts that are debited have the money.
func (e *Engine) paid(p *Payment) bool {
	return e.affords(p) && e.within(p) && (p.Kind != KindNet || e.fitTogether([]*Payment{p}))
}

// affords is the same as far as the money alone is concerned, and no limit.
func (e *Engine) affords(p *Payment) bool {
	band := p.Band
	if p.Kind.Liquidity() {
		band = BandUrgent // what an owner has set aside does not bound its own money
	}
	for account, takes := range p.debits() {
		if needs, usable := p.needs(account, takes), e.usable(account, band); usable < needs {
			e.short(account, widen(needs).plus(-usable))
			return false
		}
	}
	return true
}

// taken tells whether the accounts that are credited have room for it, and that
// of an issuer for more. What is netted brings nothing before its cycle settles, and then
// what is owed is paid.
func (e *Engine) taken(p *Payment) bool {
	if p.Net || p.Kind == KindNet {
		return true
	}
	for _, leg := range p.Legs {
		debit, credit := &e.accounts[leg.Debit-1], &e.accounts[leg.Credit-1]
		if !credit.Takes(p.gives(leg.Credit)) || debit.Role == RoleIssuance && !debit.Covers(p.takes(leg.Debit)) {
			return false
		}
		if e.probe != nil {
			e.roomLeft(leg.Credit, widen(credit.most()).plus(-credit.Posted).plus(-p.gives(leg.Credit)))
		}
	}
	return true
}

// move carries out one row of the state table. The checks come first; behind
// the mark everything must succeed.
func (e *Engine) move(p *Payment, event Event, why Reason) {
	row := lookup(p.State, event)
	if row == nil {
		broken("payment %d is %s: it cannot %s", p.ID, p.State, event)
	}
	if row.reason != "" {
		why.Code = row.reason
	}
	if row.to == StateHeld && p.ByCover() {
		why.Code = ReasonUncovered // outside it looks as if it waited for its cover
	}
	// From here on nothing may fail.
	from := p.State
	if from != StateNone {
		p.Past = append(slices.Clip(p.Past), Step{from, p.Status, p.Reason, p.Since})
	}
	p.State, p.Reason, p.Since = row.to, why, e.now
	switch {
	case from == StateWaiting:
		e.leave(p)
	case from == StateNetted && row.to != StateSettled:
		e.leaveCycle(p)
	}
	switch row.to {
	case StateWaiting:
		e.enqueue(p, event == EventDefer || p.Kind == KindNet)
	case StateNetted:
		e.enterCycle(p)
	case StateReserved:
		e.reserve(p, 1)
	case StateSettled:
		if from == StateReserved {
			e.reserve(p, -1)
		}
		if p.ByCover() {
			p.CoveredBy = e.cover(p.Pair)
		}
		if from != StateNetted { // the positions of its cycle have moved
			e.post(p)
		}
	case StateNone, StateScheduled, StateHeld, StateAsked, StateUncovered, StateDiverted, StateRejected, StateCancelled, StateDelivered:
		if from == StateReserved {
			e.reserve(p, -1)
		}
	}
	if from == StateReserved || row.to == StateSettled {
		e.rest(p)
	}
	if !e.jointly && from != StateReserved && from != StateNetted && (row.to == StateReserved || row.to == StateSettled) {
		e.bounded(p)
	}
	e.touch(p)
	e.watch(p)
	e.tell(p, row)
	if row.to == StateSettled {
		e.uncovered(p)
	}
	if row.to == StateSettled && p.Kind == KindNet {
		e.discharge(p.Cycle)
	}
	if from == StateWaiting || from == StateReserved || from == StateNetted {
		e.stir(p)
	}
}

// enqueue puts a payment behind what waits in its band, or before all of that, wherever
// it must wait.
func (e *Engine) enqueue(p *Payment, front bool) {
	if first, some := e.firstTurn(p); front && some {
		p.Turn = first - 1
	} else {
		e.lastTurn++
		p.Turn = e.lastTurn
	}
	e.join(p)
	if p.Net {
		return
	}
	for account := range p.debits() {
		e.group.enqueued = append(e.group.enqueued, enqueued{account, e.before(p, account)})
	}
}

// join puts a payment into all its queues at its turn.
func (e *Engine) join(p *Payment) {
	if p.Net {
		e.nets[p.Legs[0].Debit-1].add(p, p.Legs[0].Amount)
		return
	}
	for account, takes := range p.debits() {
		e.queues[account-1].add(p, takes)
	}
	e.expect(p, 1)
	if e.proof != nil {
		e.proof.add(p)
	}
}

// leave takes it out of all of them.
func (e *Engine) leave(p *Payment) {
	if p.Net {
		e.nets[p.Legs[0].Debit-1].remove(p, p.Legs[0].Amount)
		return
	}
	for account, takes := range p.debits() {
		e.queues[account-1].remove(p, takes)
	}
	e.expect(p, -1)
	if e.proof != nil {
		e.proof.remove(p)
	}
}

// stir notes that what waits where a payment stood may move now.
func (e *Engine) stir(p *Payment) {
	for account := range p.debits() {
		e.group.credited = append(e.group.credited, account)
	}
}

// touch has Finish hand the payment over.
func (e *Engine) touch(p *Payment) {
	if !e.group.changed[p.ID] {
		e.group.changed[p.ID] = true
		e.group.payments = append(e.group.payments, p.ID)
	}
}

// tell writes the notices of a transition.
func (e *Engine) tell(p *Payment, row *transition) {
	if p.Kind == KindNet {
		e.tellNetted(p, row)
		return
	}
	e.tellReceiver(p, row)
	if row.status == "" || row.status == p.Status {
		return
	}
	p.Status = row.status
	if p.Message != e.group.current && !e.group.answered[p.Message] {
		e.notify(Notice{Kind: NoticeStatus, To: p.Sender, Message: p.Message, Payment: p.ID, Status: p.Status, Reason: p.Reason})
	}
}

// tellReceiver forwards the payment: when it has settled or, where somebody must
// confirm first, when that one is asked; in the end that one hears the outcome.
func (e *Engine) tellReceiver(p *Payment, row *transition) {
	if row.forward && p.Receiver != 0 {
		e.notify(Notice{Kind: NoticeForward, To: p.Receiver, Message: p.Message, Payment: p.ID, Attempt: len(p.Attempts)})
	}
	if row.outcome != "" {
		n := Notice{Kind: NoticeOutcome, To: p.Confirm, Message: p.Message, Payment: p.ID, Status: row.outcome, Reason: p.Reason, Attempt: len(p.Attempts)}
		if e.group.word != 0 {
			n.Message, n.First = e.group.word, true
		}
		e.notify(n)
	}
}

func (e *Engine) notify(n Notice) { e.group.notices = append(e.group.notices, n) }

// reserve earmarks the legs of a payment, or gives them back.
func (e *Engine) reserve(p *Payment, sign int64) {
	for _, leg := range p.Legs {
		a := e.account(leg.Debit)
		e.use(p, &leg, 0, sign*leg.Amount)
		if a.Reserved += sign * leg.Amount; !e.jointly {
			a.sound()
		}
	}
}

// rest ends what a payment does to accounts. While payments settle together that
// waits until all have.
func (e *Engine) rest(p *Payment) {
	if e.jointly {
		return
	}
	for _, leg := range p.Legs {
		for _, id := range []AccountID{leg.Debit, leg.Credit} {
			e.accounts[id-1].sound()
			e.accounts[id-1].lower()
		}
	}
}

// post moves the money of every leg.
func (e *Engine) post(p *Payment) {
	for i, leg := range p.Legs {
		debit, credit := e.account(leg.Debit), e.account(leg.Credit)
		e.lastEntry++
		e.booked = e.Booking()
		entry := Entry{ID: e.lastEntry, Payment: p.ID, Leg: i, Debit: leg.Debit, Credit: leg.Credit, Amount: leg.Amount, At: e.booked}
		entry.Debited, entry.Credited = debit.book(entry.ID, -leg.Amount), credit.book(entry.ID, leg.Amount)
		e.roomier(leg.Debit)
		if credit.Posted > maxBalance { // a ceiling may have been lowered since it was promised
			broken("account %d holds more than an account can: %d", credit.ID, credit.Posted)
		}
		e.use(p, &leg, leg.Amount, 0)
		e.giveBack(p, &leg)
		e.group.entries = append(e.group.entries, entry)
		e.group.credited = append(e.group.credited, leg.Credit)
	}
}

// settleWaiting lets go what can go, account by account in the order in which
// they were credited, until nothing moves.
func (e *Engine) settleWaiting() {
	e.keepCaps()
	for n := 0; n < len(e.group.credited); n++ {
		account := e.group.credited[n]
		e.proof.mark(account)
		if e.queues[account-1].first() != nil {
			e.group.fill(account)
		}
		for p := e.nextOf(account); p != nil; p = e.nextOf(account) {
			if p = e.beforeAt(e.group.credited[n+1:], p); !e.taken(p) {
				e.end(p, EventRefuse, noRoom, e.crowded(p))
				continue
			}
			e.move(p, p.ready(), Reason{})
		}
		for p := e.nextIn(account); p != nil; p = e.nextIn(account) {
			e.move(p, EventNet, Reason{})
		}
	}
	e.group.credited = e.group.credited[:0]
}

// Tick moves engine time forward and lets happen what is due: a payment whose
// time is up expires, one whose earliest time has come goes on.
func (e *Engine) Tick(now Moment) {
	if now < e.now {
		return
	}
	e.now = now
	for p := e.due(); p != nil; p = e.due() {
		if p.Kind == KindNet {
			e.recast(p)
		} else if p.State == StateScheduled && (p.Reject == 0 || p.Reject > now) {
			e.proceed(p)
		} else {
			e.end(p, EventExpire, Reason{}, e.outwaited(p))
		}
	}
	e.expireCases()
	e.settleWaiting()
}

// Finish ends a group and returns what it did. Payments that have ended leave
// memory: the archive has them from now on.
func (e *Engine) Finish() Changes {
	e.clear()
	c := Changes{Messages: e.group.messages, Letters: e.group.letters, Entries: e.group.entries, Cases: e.cases.changes(), Notices: e.group.notices, Late: e.group.late, Controls: e.group.changedControls()}
	for _, id := range slices.Sorted(maps.Keys(e.group.accounts)) {
		c.Accounts = append(c.Accounts, e.accounts[id-1])
	}
	for _, id := range e.group.payments {
		p := e.open[id]
		c.Payments = append(c.Payments, *p)
		if p.State.Final() {
			delete(e.open, id)
		}
		e.senders.note(p)
	}
	c.Cycles, c.Positions = e.changedCycles()
	e.tidy()
	clear(e.messages)
	e.reset()
	return c
}
