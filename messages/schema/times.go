package schema

import (
	"bytes"
	"math"
)

// Dates and times as XSD 1.0 has them: proleptic Gregorian, no year zero, no
// leap second, 24:00:00 allowed, offset up to 14:00.

var timeShapes = [...]string{
	DateTime: "such as 2026-11-23T14:30:00+01:00", Date: "such as 2026-11-23", Time: "such as 14:30:00+01:00",
	GYear: "such as 2026", GYearMonth: "such as 2026-11", GMonth: "such as --11",
}

func validTime(k Kind, b []byte) bool {
	var ok bool
	switch k {
	case Time:
		b, ok = timeOfDay(b)
	case GMonth:
		if ok = len(b) >= 4 && b[0] == '-' && b[1] == '-'; ok {
			ok = inRange(b[2:], 1, 12)
			b = b[4:]
		}
	default:
		b, ok = calendar(k, b)
	}
	return ok && validOffset(b)
}

// calendar reads the date part of k and, for DateTime, the time of day.
func calendar(k Kind, b []byte) (rest []byte, ok bool) {
	year, b, ok := year(b)
	if !ok || k == GYear {
		return b, ok
	}
	if len(b) < 3 || b[0] != '-' || !inRange(b[1:], 1, 12) {
		return nil, false
	}
	month := two(b[1:])
	b = b[3:]
	if k == GYearMonth {
		return b, true
	}
	if len(b) < 3 || b[0] != '-' || !inRange(b[1:], 1, daysIn(year, month)) {
		return nil, false
	}
	b = b[3:]
	if k == Date {
		return b, true
	}
	if len(b) == 0 || b[0] != 'T' {
		return nil, false
	}
	return timeOfDay(b[1:])
}

// two is the number of the first two digits, -1 if they are not digits.
func two(b []byte) int {
	if len(b) < 2 || b[0]-'0' > 9 || b[1]-'0' > 9 {
		return -1
	}
	return int(b[0]-'0')*10 + int(b[1]-'0')
}

func inRange(b []byte, low, high int) bool {
	n := two(b)
	return n >= low && n <= high
}

// year reads a year of at least four digits, the first of which is no zero when
// there are more. It must fit an int64; libxml2 has the same limit.
func year(b []byte) (int, []byte, bool) {
	b = bytes.TrimPrefix(b, []byte("-"))
	n, value := 0, 0
	for n < len(b) && b[n]-'0' < 10 {
		digit := int(b[n] - '0')
		if value > (math.MaxInt64-digit)/10 {
			return 0, nil, false
		}
		value = value*10 + digit
		n++
	}
	return value, b[n:], n >= 4 && (n == 4 || b[0] != '0') && value != 0
}

// daysIn counts a year before year one as its distance, as libxml2 does; only
// 29 February of such years depends on it.
func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

func timeOfDay(b []byte) (rest []byte, ok bool) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return nil, false
	}
	hour, minute, second := two(b), two(b[3:]), two(b[6:])
	if hour < 0 || minute < 0 || second < 0 || hour > 24 || minute > 59 || second > 59 {
		return nil, false
	}
	b = b[8:]
	nonZero := minute+second > 0
	if len(b) > 0 && b[0] == '.' {
		n := 1
		for n < len(b) && b[n]-'0' < 10 {
			nonZero = nonZero || b[n] != '0'
			n++
		}
		if n == 1 {
			return nil, false
		}
		b = b[n:]
	}
	return b, hour < 24 || !nonZero
}

func validOffset(b []byte) bool {
	switch {
	case len(b) == 0:
		return true
	case len(b) == 1:
		return b[0] == 'Z'
	case len(b) != 6 || b[0] != '+' && b[0] != '-' || b[3] != ':':
		return false
	}
	hour, minute := two(b[1:]), two(b[4:])
	return hour >= 0 && minute >= 0 && minute < 60 && (hour < 14 || hour == 14 && minute == 0)
}
