package gateway

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// Lane applies the log: group by group, in order, each exactly once. It turns
// orders into events of the kernel and what the kernel says into messages, and
// writes both with the log's place in one transaction of the books.
type Lane struct {
	books     *store.Books
	engine    *settlement.Engine
	directory *routing.Directory
	market    *routing.Market
	state     store.State // as the books will stand after the groups applied so far
	recent    *recent
	templates *templates
	doors     doorMarks
	keys      []byte // chain of the signing keys
	reign     reign
	known     uint64 // up to which version the rules are known

	days     days     // where the calendars stand
	upcoming upcoming // the phase that begins next
	requests requests // that wait for a second person
	claims   claims   // quarantines that stand in the log behind what is applied
	accepted int      // how often an operator has accepted the clock
	// bare are entries that are taken out and could not even be refused.
	bare    map[settlement.Place]bool
	suppose *supposing         // in a what-if: what is otherwise than the log has it
	observe func(*store.Batch) // in a what-if: is shown what each group did
	// fault is for tests alone: it breaks the lane at orders of their choice.
	fault func(settlement.Place, *Order)
}

// NewLane stands where the books stand.
func NewLane(books *store.Books) (*Lane, error) {
	kernel, err := books.Load()
	if err != nil {
		return nil, err
	}
	l := &Lane{
		books: books, recent: newRecent(), templates: newTemplates(), state: books.State(),
		claims: claims{}, bare: map[settlement.Place]bool{}, known: rulesKnown,
	}
	if l.requests, err = loadRequests(books); err != nil {
		return nil, err
	}
	if l.doors, err = loadDoorMarks(books); err != nil {
		return nil, err
	}
	if l.reign, err = loadReign(books); err != nil {
		return nil, err
	}
	if l.keys, err = books.Keys(); err != nil {
		return nil, err
	}
	if l.directory, err = directoryOf(books); err != nil {
		return nil, err
	}
	if l.market, err = marketOf(books, ""); err != nil {
		return nil, err
	}
	if l.days, err = loadDays(books); err != nil {
		return nil, err
	}
	l.lookUpcoming()
	l.engine = settlement.Restore(archive{l}, kernel)
	return l, nil
}

// directoryOf is the directory as it stands in the books.
func directoryOf(books *store.Books) (*routing.Directory, error) {
	d := new(routing.Directory)
	encoded, err := books.Directory()
	if err == nil && len(encoded) > 0 {
		err = json.Unmarshal(encoded, d)
	}
	if err != nil {
		return nil, fmt.Errorf("read the directory in the books: %w", err)
	}
	return d.Ready(), nil
}

// archive reads ended payments back for the kernel. Damaged books stop the lane:
// to go on with less would be to guess.
type archive struct{ lane *Lane }

func (a archive) Payment(id settlement.PaymentID) (settlement.Payment, bool) {
	if p := a.lane.recent.payments[id]; p != nil {
		return *p, true
	}
	p, ok, err := a.lane.books.Payment(id)
	if err != nil {
		panic(err)
	}
	return p, ok
}

func (a archive) Case(id settlement.CaseID) (settlement.Case, bool) {
	if c := a.lane.recent.cases[id]; c != nil {
		return *c, true
	}
	c, ok, err := a.lane.books.Case(id)
	if err != nil {
		panic(err)
	}
	return c, ok
}

func (a archive) Message(id settlement.MessageID) (settlement.Message, bool) {
	if m := a.lane.recent.messages[id]; m != nil {
		return *m, true
	}
	m, ok, err := a.lane.books.Message(id)
	if err != nil {
		panic(err)
	}
	return m, ok
}

// Directory is the directory as it stands in memory, at what was applied last.
func (l *Lane) Directory() *routing.Directory { return l.directory }

// Clock is engine time, when something is due next by itself (0: never), and how
// often an operator has accepted the clock.
func (l *Lane) Clock() (now, due settlement.Moment, accepted int) {
	return l.engine.Now(), l.due(), l.accepted
}

// ErrGap says that the log does not go on where the books stand.
var ErrGap = errors.New("the log does not go on where the books stand")

// Entry is one message of the ORDERS stream.
type Entry struct {
	Sequence uint64
	Data     []byte
	group    *Group // what Data says, where that is known already
}

func (e *Entry) read() (*Group, error) {
	if e.group != nil {
		return e.group, nil
	}
	return DecodeGroup(e.Data)
}

// Apply applies entries and commits them together. After an error the lane must
// not be used again: memory may be ahead of the books. What stands before a
// [Poison] is committed.
func (l *Lane) Apply(entries []Entry) error {
	batches, poison := l.Advance(entries)
	if len(batches) == 0 {
		return poison
	}
	if l.observe != nil {
		for i := range batches {
			l.observe(&batches[i])
		}
	}
	_, err := l.books.Commit(batches)
	l.Committed()
	return errors.Join(poison, err)
}

// Advance applies entries in memory alone. The books must be given the batches
// before anything of them is shown, in order; meanwhile more may be applied. With
// an error come the batches of the entries before the one that it is about.
func (l *Lane) Advance(entries []Entry) ([]store.Batch, error) {
	batches := make([]store.Batch, 0, len(entries))
	for _, e := range entries {
		if e.Sequence != l.state.Sequence+1 {
			return batches, fmt.Errorf("%w: entry %d after %d", ErrGap, e.Sequence, l.state.Sequence)
		}
		batch, err := l.group(e)
		if err != nil {
			return batches, err
		}
		batches = append(batches, batch)
	}
	return batches, nil
}

// Committed tells that the books have all that was applied: what memory kept for
// them is forgotten.
func (l *Lane) Committed() {
	room := l.recent.records
	if l.recent = newRecent(); cap(room) <= 4*maxRemembered {
		clear(room)
		l.recent.records = room[:0]
	}
}

// work is one group while it is applied.
type work struct {
	*Lane
	sequence  uint64
	order     uint32
	at        settlement.Moment // time of the group
	createdAt messages.DateTime // the same as messages say it
	records   []store.Record
	changed   bool           // the directory
	rekeyed   bool           // the chain of signing keys
	reigned   bool           // who leads, or by which rules
	readers   []store.Reader // how far mailboxes were read
	group     *Group
	turned    bool   // where settlement days stand
	told      []int  // how many notices there were before each order
	writing   int    // which notice is being written; -1: none yet
	life      string // that the log begins; empty: none

	ahead     map[uint64]*ahead // of messages that came in, by record
	forwarded map[forwardKey]forwarded
	announced map[settlement.MessageID]*Decision
	closed    map[settlement.MessageID]*closedDay     // of which statements are written
	cycles    map[settlement.CycleID]settlement.Cycle // that the group has changed
	quoted    map[settlement.Identity]string          // quotes that payments of the message name
	confirmed map[settlement.PaymentID]bool           // issues and redemptions that settled in this group

	decisions, pending, quarantined []store.Kept
}

// recordsAnOrder is how many records of the message log an order mostly leads to:
// itself, the payment to its receiver, the answer, and a part of two advices.
const recordsAnOrder = 5

// next is a group of which nothing is applied yet.
func (l *Lane) next(sequence uint64) *work {
	return &work{
		Lane: l, sequence: sequence, writing: -1, ahead: map[uint64]*ahead{},
		forwarded: map[forwardKey]forwarded{}, announced: map[settlement.MessageID]*Decision{},
		quoted: map[settlement.Identity]string{}, closed: map[settlement.MessageID]*closedDay{},
		cycles: map[settlement.CycleID]settlement.Cycle{},
	}
}

func (l *Lane) group(e Entry) (batch store.Batch, err error) {
	w := l.next(e.Sequence)
	g := &Group{}
	defer func() {
		if cause := recover(); cause != nil {
			err = w.poison(g, cause)
		}
	}()
	if g, err = e.read(); err != nil {
		g = &Group{At: l.engine.Booking()}
		if err = w.unreadable(e, err); err != nil {
			return batch, err
		}
	}
	if err := l.newer(g); err != nil {
		return batch, err
	}
	w.at, w.group = g.At, g
	w.records = slices.Grow(w.records, recordsAnOrder*len(g.Orders)+1)
	l.engine.Route(w.divert)
	l.engine.Begin(g.At)
	w.enforce()
	if !l.doors.repeated(g) { // the orders of a copy have been applied
		for i := range g.Orders {
			w.order = uint32(i)
			if err := w.apply(&g.Orders[i]); err != nil {
				return batch, w.poison(g, err)
			}
		}
	}
	if w.changed {
		w.enforce()
	}
	changes := l.engine.Finish()
	if err := w.notices(changes); err != nil {
		return batch, w.poison(g, err)
	}
	l.doors = l.doors.with(g)
	return w.done(nextHash(l.state.LogHash, e.Data), changes)
}

// done is what a group did, and moves on to where the books stand behind it.
func (w *work) done(logHash [32]byte, changes settlement.Changes) (batch store.Batch, err error) {
	l := w.Lane
	l.state.Before = l.state.LogHash
	l.state.Sequence, l.state.LogHash, l.state.Now = w.sequence, logHash, l.engine.Now()
	l.state.Booked = l.engine.Booking()
	l.state.Payment, l.state.Message, l.state.Entry, l.state.Turn = l.engine.Counters()
	l.state.Records += uint64(len(w.records))
	batch = store.Batch{State: l.state, Changes: changes, Records: w.records, Decisions: w.decisions, Pending: w.pending, Quarantined: w.quarantined, Doors: l.doors.encode()}
	batch.Life = w.life
	if batch.Read = w.readers; w.reigned {
		batch.Reign = l.reign.encode()
	}
	if w.rekeyed {
		batch.Keys = l.keys
	}
	batch.Market = w.marketRows()
	if w.turned {
		if batch.Days, err = json.Marshal(l.days); err != nil {
			return batch, err
		}
	}
	if w.changed {
		batch.Directory, err = json.Marshal(l.directory)
	}
	return batch, err
}

// apply feeds one order to the kernel.
func (w *work) apply(o *Order) (err error) {
	w.told = append(w.told, w.engine.Told())
	if w.taken(o) {
		err = w.quarantine(o)
	} else {
		err = w.carry(o)
	}
	if err != nil {
		return err
	}
	return w.expireRequests()
}

func (w *work) carry(o *Order) error {
	if w.fault != nil {
		w.fault(w.place(), o)
	}
	switch o.Kind {
	case OrderMessage:
		return w.letter(o)
	case OrderTick:
		if w.reign.mayTick(w.group) {
			w.tick(o.Received)
		}
		return nil
	case OrderDirectory:
		return w.change(o)
	case OrderOperator:
		return w.operate(o)
	case OrderRefused:
		return w.refused(o)
	case OrderView:
		_, err := w.received(o, TypeView, "")
		return err
	case OrderExport:
		_, err := w.received(o, TypeExport, "")
		return err
	case OrderBackup:
		_, err := w.received(o, TypeBackup, "")
		return err
	case OrderKey:
		return w.changeKey(o)
	case OrderRates:
		return w.rates(o)
	case OrderQuote:
		return w.quotes(o)
	case OrderLife:
		return w.beginLife(o)
	case OrderLeader:
		return w.claimLead(o, w.group)
	case OrderRules:
		return w.changeRules(o)
	case OrderRead:
		return w.markRead(o)
	case OrderBarrier:
		return nil
	case OrderTrim:
		_, err := w.received(o, TypeTrim, "")
		return err
	}
	return fmt.Errorf("order of unknown kind %d: a newer program wrote it", o.Kind)
}

func (w *work) place() settlement.Place {
	return settlement.Place{Sequence: w.sequence, Order: w.order}
}

// received logs a message that came in and returns the number of its record.
func (w *work) received(o *Order, kind, id string) (uint64, error) {
	a := o.ahead
	if a == nil {
		payload, err := store.Unpack(o.Payload)
		if err != nil {
			return 0, err
		}
		a = &ahead{payload: payload, digest: store.DigestOf(o.Nonce, payload)}
	}
	sender, _ := w.directory.ByBIC(o.From)
	r := store.Record{Type: kind, ID: id, From: o.From.Full(), Key: o.Key, Place: w.place(), At: o.Received, Salt: o.Nonce}
	if sender != nil {
		r.Sender = sender.ID
	}
	r.Digest, r.Packed = a.digest, o.Payload
	number := w.add(r, a.payload)
	w.ahead[number] = a
	return number, nil
}

// add takes a record into the message log and returns its number. It names the
// parties, so that the record says for itself who they are.
func (w *work) add(r store.Record, payload []byte) uint64 {
	r.Logged = w.engine.Booking()
	if r.From, r.To = orElse(r.From, w.bic(r.Sender)), w.bic(r.Receiver); r.Out && r.From == "" {
		r.From = w.directory.Self.Full()
	}
	r.Payload = payload
	number := w.state.Records + uint64(len(w.records))
	w.records = append(w.records, r)
	w.recent.add(number, &r)
	if r.First {
		w.recent.answers[r.Message] = number
	}
	return number
}

// bic names a participant; 0 has no name.
func (w *work) bic(id settlement.ParticipantID) string {
	if p, ok := w.directory.ByID(id); ok {
		return p.BIC.Full()
	}
	return ""
}

// created is the creation time of the messages of this group: that of the
// group, so that every node writes the same.
func (w *work) created() messages.DateTime {
	if w.createdAt != (messages.DateTime{}) {
		return w.createdAt
	}
	t, err := messages.NewDateTime(time.Unix(0, int64(w.at)).UTC().Truncate(time.Millisecond))
	if err != nil {
		panic(err) // the door's clock is far outside any calendar
	}
	w.createdAt = t
	return t
}

// change makes the directory of an empty log. Later only decisions of two people
// change it: an entry of this kind is refused then, and recorded.
func (w *work) change(o *Order) error {
	var c routing.Change
	if err := json.Unmarshal(o.Facts, &c); err != nil {
		return err
	}
	if len(w.directory.Participants) > 0 {
		r := w.decisionOf(o, Decision{Action: ActionApply, Change: &c})
		r.Outcome, r.Why = OutcomeRefused, "the directory exists: two operators change it"
		return w.keepDecision(r)
	}
	_, err := w.changeTo(c)
	return err
}

// refused logs a body that was no message.
func (w *work) refused(o *Order) error {
	if _, err := w.received(o, "", ""); err != nil {
		return err
	}
	var facts refusedFacts
	if err := json.Unmarshal(o.Facts, &facts); err != nil {
		return err
	}
	to, known := w.directory.ByBIC(o.From)
	if !facts.Mail || !known {
		return nil
	}
	var digest [32]byte
	if n, err := hex.Decode(digest[:], []byte(facts.Digest)); err != nil || n != len(digest) {
		return fmt.Errorf("the digest of a refused body: %q", facts.Digest)
	}
	fault := messages.Fault{Rule: facts.Rule, Reason: facts.Reason, Text: facts.Text, Path: facts.Path, Line: facts.Line, Column: facts.Column}
	document, err := reject(fault, digest, time.Unix(0, int64(w.at)))
	if err != nil {
		return err
	}
	id := fmt.Sprintf("DRGM-%d-R%d", w.sequence, w.order) // notices are numbered apart
	a := &answer{work: w, from: w.directory.Self, to: to, notice: &settlement.Notice{}, id: id}
	return a.send(rejectDefinition, document, store.Record{})
}
