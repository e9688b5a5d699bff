package gateway

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"dragoman/messages"
	"dragoman/messages/codes"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// Settlement days: where the calendars stand is kept in the books beside the
// directory, and moves with engine time. The lane begins each phase, whatever tick or
// decision brings its moment; the kernel knows of days only what it is told to end or
// to put off.

// days are where the calendars stand, in the order of the directory.
type days []routing.BusinessDay

// upcoming is the phase that begins next of all calendars.
type upcoming struct {
	calendar int // index into days
	next     routing.BusinessDay
	at       settlement.Moment // 0: none ever
}

// decodeDays reads where the calendars stand from the books.
func decodeDays(encoded []byte) (all days, err error) {
	if len(encoded) > 0 {
		err = json.Unmarshal(encoded, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("the settlement days in the books cannot be read: %w", err)
	}
	return all, nil
}

func loadDays(books *store.Books) (days, error) {
	encoded, err := books.Days()
	if err != nil {
		return nil, err
	}
	return decodeDays(encoded)
}

// lookUpcoming finds the phase that begins next; of several at one moment that of the
// calendar which has been in the directory longest.
func (l *Lane) lookUpcoming() {
	l.upcoming = upcoming{}
	for i, day := range l.days {
		t, ok := l.directory.Timetable(day.Calendar)
		if !ok {
			continue
		}
		next, at, ok := t.Next(day)
		if ok && (l.upcoming.at == 0 || at < l.upcoming.at) {
			l.upcoming = upcoming{i, next, at}
		}
	}
}

// adoptCalendars has calendars that are new stand where engine time is. Before there
// is any they wait.
func (w *work) adoptCalendars() {
	now := w.engine.Now()
	if now == 0 || len(w.days) == len(w.directory.Calendars) {
		return
	}
	for _, c := range w.directory.Calendars[len(w.days):] {
		t, _ := w.directory.Timetable(c.Name)
		day, _ := t.Begin(now)
		w.days, w.turned = append(w.days, day), true
	}
	w.lookUpcoming()
}

// maxPhases bounds the phases that one step of time begins: those of all calendars on
// some days. Farther jumps, which two operators have accepted, leave days out, and
// what happens on none is not announced.
const maxPhases = 2000

// moveTime moves engine time and begins the phases of settlement days on the way.
func (w *work) moveTime(to settlement.Moment) {
	w.beginPhases(to)
	w.engine.Tick(to)
	w.adoptCalendars()
}

// beginPhases begins every phase whose moment has come by then, in order. What is due
// before a day opens happens before it, and what is due with the opening behind the
// standing orders.
func (w *work) beginPhases(to settlement.Moment) {
	for range maxPhases {
		if w.closeDue(to) {
			continue
		}
		u := w.upcoming
		if u.at == 0 || u.at > to {
			return
		}
		at := max(u.at, w.engine.Now())
		if u.next.Phase == routing.PhaseOpen {
			w.engine.Tick(at - 1)
		} else {
			w.engine.Tick(at)
		}
		if w.closeDue(at) { // of what came in with that
			continue
		}
		w.begin(u, at)
		w.lookUpcoming()
	}
	for i := range w.days { // far behind: they stand where time is
		if t, ok := w.directory.Timetable(w.days[i].Calendar); ok {
			w.days[i], _ = t.Begin(to)
		}
	}
	w.lookUpcoming()
}

// begin begins one phase.
func (w *work) begin(u upcoming, at settlement.Moment) {
	before := w.days[u.calendar]
	w.days[u.calendar], w.turned = u.next, true
	t, _ := w.directory.Timetable(u.next.Calendar)
	if u.next.Phase == routing.PhaseOpen {
		for _, currency := range w.directory.CurrenciesOf(t) {
			w.engine.BeginDay(currency)
		}
		w.standingOrders(t, u.next.Date)
	}
	if u.next.Phase == routing.PhaseBank || u.next.Phase == routing.PhaseClosed {
		w.engine.Optimise(t.Currencies)
	}
	if u.next.Phase == routing.PhaseClosed {
		w.engine.EndDay(w.closing(t))
		w.days[u.calendar].Closed = at
	}
	w.announcePhase(t, u.next, at)
	if u.next.Phase == routing.PhaseClosed {
		w.closeStatements(t, before, at)
	}
}

// phaseEvents are the codes under which phases are announced
// (ExternalSystemEventType1Code).
func phaseEvent(p routing.Phase) (event codes.SystemEventType, text string) {
	switch p {
	case routing.PhaseOpen:
		return codes.SystemEventTypeSTDY, "%s has opened for %s"
	case routing.PhaseCustomer:
		return codes.SystemEventTypeCUSC, "%s takes no more customer payments for %s"
	case routing.PhaseBank:
		return codes.SystemEventTypeIBKC, "%s takes no more payments for %s; what waits may settle until it closes"
	case routing.PhaseClosed:
	}
	return codes.SystemEventTypeSYSC, "%s has closed for %s"
}

// announcePhase tells everybody who holds a currency of the calendar (admi.004).
func (w *work) announcePhase(t *routing.Timetable, day routing.BusinessDay, at settlement.Moment) {
	event, text := phaseEvent(day.Phase)
	d := &Decision{Event: string(event), Text: fmt.Sprintf(text, day.Calendar, day.Date), Time: timeOf(at)}
	w.announced[w.engine.Announce(w.messageOfDay(day.Calendar, day.Date.String(), string(day.Phase)), w.holders(w.directory.CurrenciesOf(t), nil))] = d
}

// messageOfDay is a message that no order brought: time did.
func (w *work) messageOfDay(parts ...string) settlement.Message {
	m := settlement.Message{Place: w.place(), Identity: identify(append([]string{"day"}, parts...)...)}
	m.Digest = sha256.Sum256(m.Identity[:])
	if self, ok := w.directory.ByBIC(w.directory.Self); ok {
		m.Sender = self.ID
	}
	return m
}

// holders are the participants with an account in one of the currencies, in the order
// of the directory; with wanted only those of which it says so.
func (w *work) holders(currencies []messages.Currency, wanted func(*routing.Participant) bool) (all []settlement.ParticipantID) {
	for i := range w.directory.Participants {
		p := &w.directory.Participants[i]
		if p.BIC != w.directory.Self && (wanted == nil || wanted(p)) && len(w.accountsIn(p, currencies)) > 0 {
			all = append(all, p.ID)
		}
	}
	return all
}

func (l *Lane) accountsIn(p *routing.Participant, currencies []messages.Currency) (all []routing.Account) {
	for _, currency := range currencies {
		for _, role := range []settlement.Role{settlement.RoleWallet, settlement.RoleIssuance} {
			if id := l.directory.AccountOf(p.ID, currency, role); id != 0 {
				all = append(all, l.directory.Accounts[id-1])
			}
		}
	}
	return all
}

// closing says what the close of a calendar's day means to a payment: it is that of
// one of the calendars that the payment follows, and it can settle again when all of
// them are open.
func (w *work) closing(t *routing.Timetable) func(*settlement.Payment) settlement.Closing {
	return func(p *settlement.Payment) settlement.Closing {
		all, carried := w.directory.DaysOf(p)
		if !slices.ContainsFunc(all, func(one *routing.Timetable) bool { return one.Name == t.Name }) {
			return settlement.Closing{}
		}
		_, opens, _ := routing.Common(w.engine.Now(), all...)
		return settlement.Closing{Concerned: true, Opens: opens, Carried: carried}
	}
}
