package messages

import "time"

// maxYearDigits bounds years so that their seconds fit an int64 a hundred times.
const maxYearDigits = 9

// clockScan reads the parts of xs:dateTime, xs:date and xs:time from left to
// right. The first fault stays in err, and all that follows reads nothing.
type clockScan struct {
	kind, text string
	at         int
	err        error
}

func (s *clockScan) fail(err error, at int, format string, args ...any) {
	if s.err == nil {
		s.err = refused(s.kind, err, at, format, args...)
		s.at = len(s.text)
	}
}

// misplaced reports what stands at the place of the scan.
func (s *clockScan) misplaced(want string) {
	switch {
	case s.err != nil:
	case s.at >= len(s.text):
		s.fail(ErrSyntax, s.at, "it ends early: want %s", want)
	default:
		s.err = misplaced(s.kind, s.text, s.at, want)
		s.at = len(s.text)
	}
}

func (s *clockScan) literal(b byte) {
	if s.err == nil && s.at < len(s.text) && s.text[s.at] == b {
		s.at++
		return
	}
	s.misplaced(string(rune(b)))
}

// two reads exactly two digits.
func (s *clockScan) two(want string) int {
	for range 2 {
		if s.err != nil || s.at >= len(s.text) || !isDigit(s.text[s.at]) {
			s.misplaced(want)
			return 0
		}
		s.at++
	}
	return twoDigits(s.text, s.at-2)
}

// date reads year, month and day, and holds them against the calendar.
func (s *clockScan) date() (year, month, day int) {
	start := s.at
	year = s.year()
	s.literal('-')
	month = s.two("the month, two digits")
	s.literal('-')
	day = s.two("the day, two digits")
	switch {
	case s.err != nil:
	case month < 1 || month > 12:
		s.fail(ErrDate, start, "there is no month %d", month)
	case day < 1 || day > daysIn(year, month):
		s.fail(ErrDate, start, "there is no day %d in month %d of %d", day, month, year)
	}
	return year, month, day
}

// year reads four digits, or more without a leading zero.
func (s *clockScan) year() (year int) {
	start := s.at
	if s.text != "" && s.text[0] == '-' {
		s.fail(ErrRange, start, "years before 0001 are not taken")
		return 0
	}
	for ; s.at < len(s.text) && isDigit(s.text[s.at]); s.at++ {
		if s.at-start < maxYearDigits {
			year = year*10 + int(s.text[s.at]-'0')
		}
	}
	switch digits := s.at - start; {
	case digits < 4:
		s.misplaced("the year, four digits")
	case digits > 4 && s.text[start] == '0':
		s.fail(ErrSyntax, start, "a year of more than four digits has no leading zero")
	case digits > maxYearDigits:
		s.fail(ErrRange, start, "a year of %d digits: want at most %d", digits, maxYearDigits)
	case year == 0:
		s.fail(ErrDate, start, "there is no year 0000")
	}
	return year
}

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

// clock reads a time of day to the second and passes over its fraction.
func (s *clockScan) clock() (seconds int64) {
	start := s.at
	hour := s.two("the hour, two digits")
	s.literal(':')
	minute := s.two("the minute, two digits")
	s.literal(':')
	second := s.two("the second, two digits")
	fractionZero := true
	if s.at < len(s.text) && s.text[s.at] == '.' {
		s.at++
		first := s.at
		for ; s.at < len(s.text) && isDigit(s.text[s.at]); s.at++ {
			fractionZero = fractionZero && s.text[s.at] == '0'
		}
		if s.at == first {
			s.misplaced("a fraction digit")
		}
	}
	switch {
	case s.err != nil:
	case second == 60:
		s.fail(ErrDate, start, "XSD has no leap seconds")
	case minute > 59 || second > 59:
		s.fail(ErrDate, start, "there is no time %02d:%02d:%02d", hour, minute, second)
	case hour > 24 || hour == 24 && (minute != 0 || second != 0 || !fractionZero):
		s.fail(ErrDate, start, "the day ends at 24:00:00")
	}
	return int64(hour)*3600 + int64(minute)*60 + int64(second)
}

// finish reads the offset, if there is one, and wants the end.
func (s *clockScan) finish(year, month, day int, seconds int64) (m moment) {
	if s.err != nil {
		return m
	}
	if s.at < len(s.text) {
		m.offset, m.known = s.offset()
		if s.err == nil && s.at < len(s.text) {
			s.misplaced("the end")
		}
	}
	midnight := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	m.seconds = midnight.Unix() + seconds
	return m
}

// offset reads Z, or hours and minutes with their sign, up to 14:00.
func (s *clockScan) offset() (minutes int16, known bool) {
	start := s.at
	sign := s.text[s.at]
	if sign == 'Z' {
		s.at++
		return 0, true
	}
	if sign != '+' && sign != '-' {
		s.misplaced("Z, an offset or the end")
		return 0, false
	}
	s.at++
	hour := s.two("the hours of the offset, two digits")
	s.literal(':')
	minute := s.two("the minutes of the offset, two digits")
	total := hour*60 + minute
	if s.err == nil && (minute > 59 || total > maxOffset) {
		s.fail(ErrDate, start, "an offset is at most 14:00")
	}
	if sign == '-' {
		total = -total
	}
	return int16(total), true //nolint:gosec // below 100 hours, in minutes
}
