package routing

import (
	"fmt"
	"sort"
	"strconv"
	"time"

	"dragoman/settlement"
)

// Date is a calendar day, counted from 1 January 1970. It belongs to no time zone.
type Date int32

// ParseDate reads a date as messages and files have it: 2026-11-23.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fmt.Errorf("%.20q is no date, such as 2026-11-23", text)
	}
	return Date(t.Unix() / secondsADay), nil //nolint:gosec // years have four digits
}

// String is the date as ParseDate reads it.
func (d Date) String() string {
	return time.Unix(int64(d)*secondsADay, 0).UTC().Format(time.DateOnly)
}

// MarshalText is the date in the directory.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the date of a directory.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

// Weekday is its day of the week.
func (d Date) Weekday() time.Weekday {
	return time.Unix(int64(d)*secondsADay, 0).UTC().Weekday()
}

const (
	secondsADay   = 24 * 3600
	minutesADay   = 24 * 60
	secondsMinute = 60
)

// TimeOfDay is a time by the clocks of a calendar's zone, to the minute: 08:30. The
// end of a day is 24:00. Empty: not given.
type TimeOfDay string

// minutes counts from midnight; false when the text is no time of day.
func (t TimeOfDay) minutes() (int, bool) {
	if len(t) != len("08:30") || t[2] != ':' {
		return 0, false
	}
	hours, wrong := strconv.ParseUint(string(t[:2]), 10, 8)
	minutes, wrongToo := strconv.ParseUint(string(t[3:]), 10, 8)
	n := int(hours)*60 + int(minutes)
	return n, wrong == nil && wrongToo == nil && minutes < 60 && n <= minutesADay
}

// Offset is how far the clocks of a zone are ahead of UTC from a moment on, in
// seconds.
type Offset struct {
	From  int64 `json:"from"` // Unix time
	Ahead int64 `json:"ahead"`
}

// Years of which a calendar keeps the changes of its clocks: from before any day
// that it is asked about to far beyond any payment's. Later the last one holds.
const (
	firstZoneYear = 2025
	lastZoneYear  = 2060
)

// OffsetsOf writes down when the clocks of a zone change. They go into the log with
// the calendar, so that no decision depends on what a machine knows of time zones.
func OffsetsOf(zone *time.Location) []Offset {
	ahead := func(at int64) int64 {
		_, seconds := time.Unix(at, 0).In(zone).Zone()
		return int64(seconds)
	}
	at := time.Date(firstZoneYear, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	end := time.Date(lastZoneYear, 12, 31, 0, 0, 0, 0, time.UTC).Unix()
	all := []Offset{{at, ahead(at)}}
	for ; at < end; at += secondsADay {
		was := ahead(at)
		if ahead(at+secondsADay) == was {
			continue
		}
		into := sort.Search(secondsADay, func(seconds int) bool { return ahead(at+int64(seconds)) != was })
		all = append(all, Offset{at + int64(into), ahead(at + int64(into))})
	}
	return all
}

// local is a date and the minutes after its midnight, on the clocks of a zone. They
// may be more than a day or below zero.
type local struct {
	date    Date
	minutes int
}

// moment is when the clocks show that. A time that they skip is the moment at which
// they are put forward; of a time that they show twice the first counts.
func (l local) moment(offsets []Offset) settlement.Moment {
	shown := int64(l.date)*secondsADay + int64(l.minutes)*secondsMinute
	at := shown
	for i, o := range offsets {
		if at = shown - o.Ahead; i+1 == len(offsets) || at < offsets[i+1].From {
			if i > 0 {
				at = max(at, o.From)
			}
			break
		}
	}
	return settlement.Moment(at * int64(time.Second))
}

// dateAt is the date that the clocks of a zone show.
func dateAt(at settlement.Moment, offsets []Offset) Date {
	seconds, ahead := int64(at)/int64(time.Second), int64(0)
	for i, o := range offsets {
		if i == 0 || seconds >= o.From {
			ahead = o.Ahead
		}
	}
	shown := seconds + ahead
	if shown < 0 {
		shown -= secondsADay - 1 // rounds down
	}
	return Date(shown / secondsADay) //nolint:gosec // a Moment is within 300 years
}
