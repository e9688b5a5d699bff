package routing

import (
	"slices"

	"dragoman/messages"
	"dragoman/settlement"
)

// Phase is a part of a settlement day.
type Phase string

// Phases of a day, in order. Between the cut-off for banks and the close what waits
// may still settle, and nothing new is taken for the day.
const (
	PhaseOpen     Phase = "open"
	PhaseCustomer Phase = "customer cut-off"
	PhaseBank     Phase = "end of day"
	PhaseClosed   Phase = "closed"
)

var phases = []Phase{PhaseOpen, PhaseCustomer, PhaseBank, PhaseClosed}

// BusinessDay is where a calendar stands: on which date, in which phase. It changes
// only by engine time and by changes of the directory.
type BusinessDay struct {
	Calendar string `json:"calendar"`
	Date     Date   `json:"date"`
	Phase    Phase  `json:"phase"`
	// Closed is when the day before this one closed, or when the calendar was new:
	// from there on is the day's statement.
	Closed settlement.Moment `json:"closed"`
}

// starts is when a phase of a day begins.
func (d Day) starts(p Phase) settlement.Moment {
	switch p {
	case PhaseOpen:
		return d.Open
	case PhaseCustomer:
		return d.Customer
	case PhaseBank:
		return d.Bank
	case PhaseClosed:
	}
	return d.Close
}

// Begin is the business day of a calendar that is new at a moment.
func (t *Timetable) Begin(now settlement.Moment) (BusinessDay, bool) {
	day, ok := t.At(now)
	b := BusinessDay{Calendar: t.Name, Date: day.Date - 1, Phase: PhaseClosed, Closed: now}
	if now < day.Open {
		return b, ok // the day before has closed, whether it was one or not
	}
	b.Date = day.Date
	for _, p := range phases {
		if day.starts(p) <= now {
			b.Phase = p
		}
	}
	return b, ok
}

// Next is the phase that follows, and when it begins; false when there are no more
// days. A date that has become a holiday while its day was open closes at once.
func (t *Timetable) Next(b BusinessDay) (next BusinessDay, at settlement.Moment, ok bool) {
	next = b
	if b.Phase == PhaseClosed {
		day, ok := t.From(b.Date + 1)
		next.Date, next.Phase = day.Date, PhaseOpen
		return next, day.Open, ok
	}
	day, open := t.Day(b.Date)
	if !open {
		next.Phase = PhaseClosed
		return next, b.Closed, true
	}
	for _, p := range phases[slices.Index(phases, b.Phase)+1:] {
		next.Phase, at = p, day.starts(p)
		if p == PhaseClosed || at < day.Close { // a cut-off at the close is none
			break
		}
	}
	return next, at, true
}

// DaysOf are the calendars that a payment follows, one of each of its two currencies
// where it is exchanged, and whether it waits for the next day when one of them closes.
func (d *Directory) DaysOf(p *settlement.Payment) (all []*Timetable, carried bool) {
	c := d.corridorOf(p)
	for _, currency := range []messages.Currency{c.Currency, c.Into} {
		one := c
		one.Currency = currency
		if t, follows := d.TimetableOf(&one); follows && currency != 0 && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all, c.CarryOver
}

// corridorOf is the corridor that a payment goes through: through a correspondent the
// one that leads on from there. A return may go where none
// leads: it has the calendars of its currencies all the same.
func (d *Directory) corridorOf(p *settlement.Payment) Corridor {
	sent, received := p.Legs[0], p.Legs[len(p.Legs)-1]
	for _, leg := range p.Legs {
		if d.Accounts[leg.Credit-1].Owner == p.Receiver {
			received = leg
		}
	}
	c := Corridor{Currency: d.Accounts[sent.Debit-1].Currency}
	if into := d.Accounts[received.Credit-1].Currency; into != c.Currency {
		c.Into = into
	}
	sender, known := d.ByID(p.Sender)
	receiver, knownToo := d.ByID(p.Receiver)
	if through, other := d.ByID(d.Accounts[received.Debit-1].Owner); other && c.Into == 0 {
		sender = through
	}
	if !known || !knownToo {
		return c
	}
	found, ok := d.corridor(sender.BIC, receiver.BIC, c.Currency, func(one *Corridor) bool { return one.Into == c.Into })
	if !ok {
		return c
	}
	return found
}

// CurrenciesOf are those whose payments follow a calendar, all or those of some
// corridors, in the order of the directory.
func (d *Directory) CurrenciesOf(t *Timetable) []messages.Currency {
	all := slices.Clone(t.Currencies)
	for i := range d.Corridors {
		if c := &d.Corridors[i]; c.Calendar == t.Name && !slices.Contains(all, c.Currency) {
			all = append(all, c.Currency)
		}
	}
	return all
}
