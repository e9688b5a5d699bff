package messages

import (
	"cmp"
	"strings"
	"time"
)

// DateTime is an ISODateTime: an xs:dateTime with or without an offset from UTC.
// It keeps its text, so that nothing of a message is lost: fraction digits beyond
// nanoseconds, "Z" against "+00:00", 24:00:00. Equal texts are equal values (==);
// Compare compares moments. The text is part of the string that was parsed and
// keeps that alive. The zero value is none.
type DateTime struct {
	text string
	moment
}

// Date is an ISODate: an xs:date, which may carry an offset too. It is kept and
// compared as DateTime is; it compares as the moment at which the day begins.
type Date struct {
	text string
	moment
}

// TimeOfDay is an ISOTime: an xs:time with or without an offset. It is kept and
// compared as DateTime is, as if all times were of one day.
type TimeOfDay struct {
	text string
	moment
}

// moment is a reading of clock and calendar.
type moment struct {
	seconds int64 // of the reading as written, since 1970-01-01T00:00:00 where it was read
	offset  int16 // minutes east of UTC, when known
	known   bool  // an offset was written
}

// maxOffset is the largest distance from UTC in XSD, in minutes (14 hours).
const maxOffset = 14 * 60

// ParseDateTime takes an xs:dateTime of XSD 1.0 without white space around it.
// 24:00:00 is the midnight that ends the day. The errors are ErrSyntax, ErrDate
// (a day that is not in the calendar, a leap second, year 0000) and ErrRange
// (years before 0001, which XSD knows and no message has, or of ten digits).
func ParseDateTime(text string) (DateTime, error) {
	scan := clockScan{kind: "date-time", text: text}
	year, month, day := scan.date()
	scan.literal('T')
	seconds := scan.clock()
	m := scan.finish(year, month, day, seconds)
	if scan.err != nil {
		return DateTime{}, scan.err
	}
	return DateTime{text, m}, nil
}

// ParseNormalisedDateTime takes an ISONormalisedDateTime: a date-time in UTC,
// written with Z. The errors are those of ParseDateTime.
func ParseNormalisedDateTime(text string) (DateTime, error) {
	d, err := ParseDateTime(text)
	if err == nil && !strings.HasSuffix(text, "Z") {
		return DateTime{}, refused("date-time", ErrSyntax, len(text)-1, "a normalised date-time ends with Z")
	}
	return d, err
}

// ParseDate takes an xs:date without white space around it. The errors are those
// of ParseDateTime.
func ParseDate(text string) (Date, error) {
	scan := clockScan{kind: "date", text: text}
	year, month, day := scan.date()
	m := scan.finish(year, month, day, 0)
	if scan.err != nil {
		return Date{}, scan.err
	}
	return Date{text, m}, nil
}

// ParseTimeOfDay takes an xs:time without white space around it; 24:00:00 is the
// same as 00:00:00. The errors are ErrSyntax and ErrDate.
func ParseTimeOfDay(text string) (TimeOfDay, error) {
	scan := clockScan{kind: "time", text: text}
	seconds := scan.clock()
	m := scan.finish(1970, 1, 1, seconds%(24*60*60))
	if scan.err != nil {
		return TimeOfDay{}, scan.err
	}
	return TimeOfDay{text, m}, nil
}

// NewDateTime writes a moment as ISO 20022 has it, with the offset of t in
// figures ("+00:00" for UTC) and only as many fraction digits as are needed. The
// errors are ErrRange (years not of four digits) and ErrDate (an offset that is
// not of whole minutes or over 14 hours).
func NewDateTime(t time.Time) (DateTime, error) {
	return writeDateTime(t, "2006-01-02T15:04:05.999999999-07:00")
}

// NewNormalisedDateTime writes a moment in UTC with Z. The error is ErrRange.
func NewNormalisedDateTime(t time.Time) (DateTime, error) {
	return writeDateTime(t.UTC(), "2006-01-02T15:04:05.999999999Z07:00")
}

func writeDateTime(t time.Time, layout string) (DateTime, error) {
	_, offset := t.Zone()
	switch {
	case t.Year() < 1 || t.Year() > 9999:
		return DateTime{}, refused("date-time", ErrRange, 0, "year %d: want 1 to 9999", t.Year())
	case offset%60 != 0 || offset < -maxOffset*60 || offset > maxOffset*60:
		return DateTime{}, refused("date-time", ErrDate, 0, "an offset of %d seconds cannot be written", offset)
	}
	return ParseDateTime(t.Format(layout))
}

// NewDate writes a day without offset. The errors are ErrDate and ErrRange.
func NewDate(year int, month time.Month, day int) (Date, error) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	switch {
	case year < 1 || year > 9999:
		return Date{}, refused("date", ErrRange, 0, "year %d: want 1 to 9999", year)
	case t.Month() != month || t.Day() != day:
		return Date{}, refused("date", ErrDate, 0, "there is no day %d in month %d of %d", day, month, year)
	}
	return ParseDate(t.Format(time.DateOnly))
}

// Offset gives the distance from UTC in minutes, east positive. It is false when
// none was written, and the moment is then not known.
func (m moment) Offset() (minutes int, known bool) { return int(m.offset), m.known }

// compareMoments follows the order of XSD 1.0 for xs:dateTime. When only one side
// has an offset, the order is known if it is the same for every offset the other
// may have had, up to 14 hours either way.
func compareMoments(a, b moment, fractionA, fractionB string) (order int, known bool) {
	if a.known == b.known {
		return compareSeconds(a.utc(), b.utc(), fractionA, fractionB), true
	}
	if b.known {
		order, known = compareMoments(b, a, fractionB, fractionA)
		return -order, known
	}
	const reach = maxOffset * 60
	if compareSeconds(a.utc(), b.seconds-reach, fractionA, fractionB) < 0 {
		return -1, true
	}
	if compareSeconds(a.utc(), b.seconds+reach, fractionA, fractionB) > 0 {
		return 1, true
	}
	return 0, false
}

func compareSeconds(a, b int64, fractionA, fractionB string) int {
	if order := cmp.Compare(a, b); order != 0 {
		return order
	}
	return cmp.Compare(fractionA, fractionB) // digits after the point, without trailing zeros
}

// utc gives the seconds since 1970 in UTC; as read, when no offset is known.
func (m moment) utc() int64 { return m.seconds - int64(m.offset)*60 }

// zone gives the offset as a location.
func (m moment) zone() *time.Location {
	if m.offset == 0 {
		return time.UTC
	}
	return time.FixedZone("", int(m.offset)*60)
}

// fractionOf gives the digits of a fraction of a second without trailing zeros.
func fractionOf(text string) string {
	at := strings.IndexByte(text, '.')
	if at < 0 {
		return ""
	}
	end := at + 1
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	return strings.TrimRight(text[at+1:end], "0")
}

// nanoseconds gives a fraction cut off at nine digits.
func nanoseconds(fraction string) (n int64) {
	for i := range 9 {
		n *= 10
		if i < len(fraction) {
			n += int64(fraction[i] - '0')
		}
	}
	return n
}

// IsZero reports no date-time.
func (d DateTime) IsZero() bool { return d.text == "" }

// String gives the text as it was written.
func (d DateTime) String() string { return d.text }

// Time gives the moment, in its own offset. It is false when no offset was
// written. A fraction finer than a nanosecond is cut off.
func (d DateTime) Time() (time.Time, bool) {
	if !d.known {
		return time.Time{}, false
	}
	return time.Unix(d.utc(), nanoseconds(fractionOf(d.text))).In(d.zone()), true
}

// TimeIn gives the moment, and takes a date-time without offset as read off the
// clock of that place.
func (d DateTime) TimeIn(place *time.Location) time.Time {
	if t, ok := d.Time(); ok {
		return t
	}
	t := time.Unix(d.seconds, nanoseconds(fractionOf(d.text))).UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), place)
}

// Compare gives -1, 0 or 1 as d is before, at or after the other, to the last
// digit of their fractions. It is false when just one has an offset and they are
// so near that the order depends on the other's.
func (d DateTime) Compare(other DateTime) (order int, known bool) {
	return compareMoments(d.moment, other.moment, fractionOf(d.text), fractionOf(other.text))
}

// MarshalText gives the text as it was written.
func (d DateTime) MarshalText() ([]byte, error) { return []byte(d.text), nil }

// UnmarshalText is ParseDateTime; the empty text is none.
func (d *DateTime) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = DateTime{}
		return nil
	}
	*d, err = ParseDateTime(string(text))
	return err
}

// IsZero reports no date.
func (d Date) IsZero() bool { return d.text == "" }

// String gives the text as it was written.
func (d Date) String() string { return d.text }

// Day gives the day in the calendar, whatever its offset.
func (d Date) Day() (year int, month time.Month, day int) {
	return time.Unix(d.seconds, 0).UTC().Date()
}

// StartIn gives the moment at which the day begins, in its own offset, or in that
// place when it has none.
func (d Date) StartIn(place *time.Location) time.Time {
	if d.known {
		return time.Unix(d.utc(), 0).In(d.zone())
	}
	year, month, day := d.Day()
	return time.Date(year, month, day, 0, 0, 0, 0, place)
}

// Compare gives -1, 0 or 1 as d is before, on or after the other. It is false
// when just one has an offset and the order depends on the other's.
func (d Date) Compare(other Date) (order int, known bool) {
	return compareMoments(d.moment, other.moment, "", "")
}

// MarshalText gives the text as it was written.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.text), nil }

// UnmarshalText is ParseDate; the empty text is none.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(text))
	return err
}

// IsZero reports no time.
func (t TimeOfDay) IsZero() bool { return t.text == "" }

// String gives the text as it was written.
func (t TimeOfDay) String() string { return t.text }

// SinceMidnight gives the time passed since midnight where it was read. A
// fraction finer than a nanosecond is cut off.
func (t TimeOfDay) SinceMidnight() time.Duration {
	return time.Duration(t.seconds)*time.Second + time.Duration(nanoseconds(fractionOf(t.text)))
}

// Compare gives -1, 0 or 1 as t is before, at or after the other. It is false
// when just one has an offset and the order depends on the other's.
func (t TimeOfDay) Compare(other TimeOfDay) (order int, known bool) {
	return compareMoments(t.moment, other.moment, fractionOf(t.text), fractionOf(other.text))
}

// MarshalText gives the text as it was written.
func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.text), nil }

// UnmarshalText is ParseTimeOfDay; the empty text is none.
func (t *TimeOfDay) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*t = TimeOfDay{}
		return nil
	}
	*t, err = ParseTimeOfDay(string(text))
	return err
}
