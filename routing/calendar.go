package routing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// Calendar says on which days a payment system settles, and when on those days. All
// times are those of its own zone.
//
// A day that opens no earlier than it closes opens on the evening before: 21:00 to
// 18:00 are 21 hours.
type Calendar struct {
	Name string `json:"name"`
	Zone string `json:"zone"` // IANA name
	// Offsets are what the zone's name means: see OffsetsOf.
	Offsets []Offset `json:"offsets,omitempty"`
	// Currencies are those whose payments follow it where no corridor names another.
	Currencies []messages.Currency `json:"currencies,omitempty"`
	Open       TimeOfDay           `json:"open"`
	// CustomerCutOff and BankCutOff are until when customer payments (pacs.008) and
	// those between banks are taken for the day; empty: until it closes.
	CustomerCutOff TimeOfDay    `json:"customerCutOff,omitempty"`
	BankCutOff     TimeOfDay    `json:"bankCutOff,omitempty"`
	Close          TimeOfDay    `json:"close"`
	Weekly         []string     `json:"weeklyClosed,omitempty"` // weekdays in small letters
	Holidays       []Date       `json:"holidays,omitempty"`
	Special        []SpecialDay `json:"specialDays,omitempty"`
}

// SpecialDay is a settlement day with hours of its own: a short day, or one on which
// the system works though it would be closed. Cut-offs keep their distance to the
// close.
type SpecialDay struct {
	Date  Date      `json:"date"`
	Open  TimeOfDay `json:"open"`
	Close TimeOfDay `json:"close"`
}

// Day is a settlement day: the moments at which its phases begin. It settles from
// Open until before Close.
type Day struct {
	Date                        Date
	Open, Customer, Bank, Close settlement.Moment

	closes, shift int // minutes: of the close after midnight, and how much earlier that is than usual
}

// Timetable is a calendar made ready to be asked.
type Timetable struct {
	Calendar
	open, customer, bank, close int // minutes after midnight of the day's date
	weekly                      [7]bool
	holidays                    map[Date]bool
	special                     map[Date]SpecialDay
}

// Bounds of a calendar: no directory needs more, and it is written whole at every
// change.
const (
	maxCalendarDays = 1000 // holidays and special days each
	maxOffsets      = 200
	maxCalendarName = 35 // as messages name systems
)

// timetable reads a calendar, or says what is wrong with it.
func timetable(c Calendar) (*Timetable, error) {
	t := &Timetable{Calendar: c, holidays: map[Date]bool{}, special: map[Date]SpecialDay{}}
	wrong := func(format string, args ...any) (*Timetable, error) {
		return nil, refuse("calendar %s: %s", c.Name, fmt.Sprintf(format, args...))
	}
	switch {
	case c.Name == "" || len(c.Name) > maxCalendarName || c.Zone == "":
		return wrong("it needs a name of at most %d characters and a time zone", maxCalendarName)
	case len(c.Offsets) == 0 || len(c.Offsets) > maxOffsets || !slices.IsSortedFunc(c.Offsets, func(a, b Offset) int { return int(a.From - b.From) }):
		return wrong("it does not say what the clocks of %s show", c.Zone)
	case len(c.Holidays) > maxCalendarDays || len(c.Special) > maxCalendarDays:
		return wrong("it has more than %d holidays or special days", maxCalendarDays)
	}
	for _, name := range c.Weekly {
		day := slices.IndexFunc(weekdays, func(known string) bool { return known == name })
		if day < 0 {
			return wrong("%q is no day of the week", name)
		}
		t.weekly[day] = true
	}
	if !slices.Contains(t.weekly[:], false) {
		return wrong("it is closed on every day of the week")
	}
	for _, date := range c.Holidays {
		t.holidays[date] = true
	}
	for _, s := range c.Special {
		if _, _, ok := hours(s.Open, s.Close); !ok || t.special[s.Date] != (SpecialDay{}) {
			return wrong("the hours of %s are no times of day, or stand there twice", s.Date)
		}
		t.special[s.Date] = s
	}
	var ok bool
	if t.open, t.close, ok = hours(c.Open, c.Close); !ok {
		return wrong("open %q and close %q are no times of day, such as 08:30", c.Open, c.Close)
	}
	customer, wrongCustomer := t.cutOff(c.CustomerCutOff, t.close)
	bank, wrongBank := t.cutOff(c.BankCutOff, t.close)
	if wrongCustomer || wrongBank || customer > bank {
		return wrong("the cut-offs are not between open and close, first that for customers and then that for banks")
	}
	t.customer, t.bank = customer, bank
	for _, s := range c.Special {
		if t.overlaps(s.Date) {
			return wrong("the day of %s and the one beside it settle at the same time", s.Date)
		}
	}
	return t, nil
}

// overlaps tells whether a day with hours of its own runs into the one before or
// behind it.
func (t *Timetable) overlaps(date Date) bool {
	own, _ := t.Day(date)
	before, open := t.Day(date - 1)
	if open && before.Close > own.Open {
		return true
	}
	after, open := t.Day(date + 1)
	return open && own.Close > after.Open
}

// weekdays are their names as calendars write them, from Sunday.
var weekdays = func() (names []string) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		names = append(names, strings.ToLower(day.String()))
	}
	return names
}()

// hours are opening and closing time in minutes after the midnight with which the
// day's date begins.
func hours(opens, closes TimeOfDay) (from, to int, ok bool) {
	from, fine := opens.minutes()
	to, ok = closes.minutes()
	if from >= to {
		from -= minutesADay
	}
	return from, to, ok && fine
}

// cutOff reads a time between open and close; none is the one that holds otherwise.
func (t *Timetable) cutOff(text TimeOfDay, otherwise int) (minutes int, wrong bool) {
	if text == "" {
		return otherwise, false
	}
	minutes, ok := text.minutes()
	return minutes, !ok || minutes <= t.open || minutes > t.close
}

// Day is the settlement day of a date; false when the system is closed on it.
func (t *Timetable) Day(date Date) (Day, bool) {
	opens, closes := t.open, t.close
	if s, special := t.special[date]; special {
		opens, closes, _ = hours(s.Open, s.Close)
	} else if t.weekly[date.Weekday()] || t.holidays[date] {
		return Day{}, false
	}
	d := Day{Date: date, closes: closes, shift: t.close - closes}
	d.Open, d.Close = t.moment(date, opens), t.moment(date, closes)
	d.Customer, d.Bank = t.within(d, t.customer), t.within(d, t.bank)
	return d, true
}

func (t *Timetable) moment(date Date, minutes int) settlement.Moment {
	return local{date, minutes}.moment(t.Offsets)
}

// within is a cut-off on a day: as long before the close as on other days, and not
// before the day opens.
func (t *Timetable) within(d Day, cutOff int) settlement.Moment {
	return max(d.Open, t.moment(d.Date, min(cutOff-d.shift, d.closes)))
}

// longestClosure bounds the search for a day on which a system works. A calendar
// that is closed for longer has come to its end.
const longestClosure = 400

// From is the first settlement day of that date or later; false when there is none
// for more than a year.
func (t *Timetable) From(date Date) (Day, bool) {
	for n := range Date(longestClosure) {
		if d, ok := t.Day(date + n); ok {
			return d, true
		}
	}
	return Day{}, false
}

// At is the settlement day that is open at a moment, or the one that opens next.
func (t *Timetable) At(now settlement.Moment) (Day, bool) {
	d, ok := t.From(t.Date(now))
	for ok && d.Close <= now {
		d, ok = t.From(d.Date + 1)
	}
	return d, ok
}

// Date is what the system's clocks show.
func (t *Timetable) Date(now settlement.Moment) Date { return dateAt(now, t.Offsets) }

// Common is the next day on which several systems all settle: its date, and when
// the last of them opens. It may have begun. False when there is none for more than
// a year.
func Common(now settlement.Moment, all ...*Timetable) (date Date, opens settlement.Moment, found bool) {
	if len(all) == 0 {
		return 0, 0, false
	}
	date = all[0].Date(now)
	for n := range Date(longestClosure) {
		if opens, found = together(now, date+n, all); found {
			return date + n, opens, true
		}
	}
	return 0, 0, false
}

func together(now settlement.Moment, date Date, all []*Timetable) (settlement.Moment, bool) {
	var opens, closes settlement.Moment
	for i, t := range all {
		d, ok := t.Day(date)
		if !ok {
			return 0, false
		}
		if opens = max(opens, d.Open); i == 0 || d.Close < closes {
			closes = d.Close
		}
	}
	return opens, closes > max(opens, now)
}
