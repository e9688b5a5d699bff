package routing

import (
	"fmt"
	"time"

	"dragoman/settlement"
)

// Late is what becomes of payments that come after their cut-off, or on a day on
// which their system is closed.
type Late string

// Ways to treat late payments. Empty is LateByPriority: urgent ones are refused,
// since they would be of no use a day later, and the others wait for the next day.
const (
	LateByPriority Late = "by-priority"
	LateRefused    Late = "refuse"
	LateNextDay    Late = "next-day"
)

func (l Late) refuses(band settlement.Band) bool {
	return l == LateRefused || (l == LateByPriority || l == "") && band == settlement.BandUrgent
}

// wholeSecond is how long a cut-off lasts: at its very second a payment is still
// taken.
const wholeSecond settlement.Moment = 1e9

// farthest is how many days ahead a payment may name its settlement date: while
// duplicates are surely known.
const farthest = 365

// Timetable is the calendar of that name.
func (d *Directory) Timetable(name string) (*Timetable, bool) {
	t, ok := d.timetables[name]
	return t, ok
}

// TimetableOf is the calendar that a corridor's payments follow; false: they settle
// at any time.
func (d *Directory) TimetableOf(c *Corridor) (*Timetable, bool) {
	if c.Calendar != "" {
		return d.Timetable(c.Calendar)
	}
	t, ok := d.calendarOf[c.Currency]
	return t, ok
}

// onItsDay finds when a payment settles first: at once, at the opening of the day
// that it asks for, or, when it comes late, at the next opening or not at all. What
// counts is when the door took it, for that is what its sender can prove.
func (d *Directory) onItsDay(c *Corridor, p *Payment, received settlement.Moment, in *settlement.Instruction) {
	t, follows := d.TimetableOf(c)
	if !follows {
		return
	}
	day, why := t.dayOf(c, p, received, in.Band)
	if in.Refusal = why; why.Code != "" {
		return
	}
	from := day.Open
	if in.Earliest >= day.Close { // the sender's own earliest time
		later, ok := t.At(in.Earliest)
		if !ok {
			in.Refusal = noDay(t)
			return
		}
		from = later.Open
	}
	if from > received {
		in.Earliest = max(in.Earliest, from)
	}
	if in.Reject != 0 && in.Earliest >= in.Reject {
		in.Refusal = settlement.Reason{Code: "TM01", Text: "it would be rejected before " + t.Name + " opens on " + t.Date(in.Earliest).String()}
	}
}

// dayOf is the settlement day of a payment, or why there is none.
func (t *Timetable) dayOf(c *Corridor, p *Payment, received settlement.Moment, band settlement.Band) (Day, settlement.Reason) {
	day, ok := t.At(received)
	if !ok {
		return Day{}, noDay(t)
	}
	today := t.Date(received)
	wanted := today // a date that has passed is as today's
	if date, err := ParseDate(p.Date[:min(len(p.Date), len("2026-11-23"))]); err == nil {
		wanted = max(wanted, date)
	}
	if wanted > today+farthest {
		return Day{}, settlement.Reason{Code: "DT04", Text: fmt.Sprintf("a payment may be sent at most %d days before it settles", farthest)}
	}
	if wanted > day.Date || wanted == day.Date && received < day.Open {
		later, ok := t.From(wanted)
		if !ok {
			return Day{}, noDay(t)
		}
		return later, settlement.Reason{}
	}
	cutOff, name := t.cutOffOf(c, p.Kind, day)
	open := received >= day.Open
	switch {
	case open && received < cutOff+wholeSecond:
		return day, settlement.Reason{}
	case c.Late.refuses(band) && open:
		return Day{}, settlement.Reason{Code: "TM01", Text: fmt.Sprintf("the cut-off of %s for %s was at %s", t.Name, name, instant(cutOff))}
	case c.Late.refuses(band):
		return Day{}, settlement.Reason{Code: "TM01", Text: fmt.Sprintf("%s is closed and opens at %s", t.Name, instant(day.Open))}
	case open:
		if day, ok = t.From(day.Date + 1); !ok {
			return Day{}, noDay(t)
		}
	}
	return day, settlement.Reason{}
}

// cutOffOf is until when the corridor takes payments of a kind on a day, and what
// they are called.
func (t *Timetable) cutOffOf(c *Corridor, kind settlement.Kind, day Day) (cutOff settlement.Moment, name string) {
	own, cutOff, name := c.BankCutOff, day.Bank, "payments between banks"
	if kind == settlement.KindCustomer {
		own, cutOff, name = c.CustomerCutOff, day.Customer, "customer payments"
	}
	if minutes, ok := own.minutes(); ok {
		cutOff = t.within(day, minutes)
	}
	return cutOff, name
}

func noDay(t *Timetable) settlement.Reason {
	return settlement.Reason{Code: "TM01", Text: t.Name + " has no settlement day for more than a year"}
}

func instant(m settlement.Moment) string { return time.Unix(0, int64(m)).UTC().Format(time.RFC3339) }
