package messages

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// The verdicts are those of XSD 1.0; xmllint --schema gave the same ones, but for
// the years that are refused here on purpose (ErrRange).
func TestParseDateTime(t *testing.T) {
	for text, want := range map[string]error{
		"2024-02-29T12:00:00":                     nil,
		"2026-11-22T10:00:00+01:00":               nil,
		"2026-11-22T10:00:00.123Z":                nil,
		"2024-01-01T24:00:00":                     nil,
		"2024-01-01T24:00:00.0":                   nil,
		"2024-12-31T24:00:00Z":                    nil,
		"12345-01-01T00:00:00":                    nil,
		"2024-01-01T00:00:00.0000000000000000001": nil,
		"2024-01-01T00:00:00+14:00":               nil,
		"2024-01-01T00:00:00-14:00":               nil,
		"2024-01-01T00:00:00-00:00":               nil,
		"2000-02-29T00:00:00":                     nil,
		"0001-01-01T00:00:00":                     nil,
		"999999999-12-31T23:59:59":                nil,

		"2023-02-29T12:00:00":       ErrDate,
		"1900-02-29T12:00:00":       ErrDate,
		"2100-02-29T00:00:00":       ErrDate,
		"2024-04-31T00:00:00":       ErrDate,
		"2024-13-01T00:00:00":       ErrDate,
		"2024-00-01T00:00:00":       ErrDate,
		"2024-01-00T00:00:00":       ErrDate,
		"2024-01-32T00:00:00":       ErrDate,
		"2024-01-01T24:00:00.1":     ErrDate,
		"2024-01-01T24:00:01":       ErrDate,
		"2024-01-01T24:01:00":       ErrDate,
		"2024-01-01T25:00:00":       ErrDate,
		"2024-01-01T00:60:00":       ErrDate,
		"2024-01-01T00:00:61":       ErrDate,
		"2024-01-01T23:59:60":       ErrDate,
		"2016-12-31T23:59:60Z":      ErrDate,
		"0000-01-01T00:00:00":       ErrDate,
		"2024-01-01T00:00:00+14:01": ErrDate,
		"2024-01-01T00:00:00-14:01": ErrDate,
		"2024-01-01T00:00:00+13:60": ErrDate,
		"2024-01-01T00:00:00+99:99": ErrDate,

		"-0001-01-01T00:00:00":                        ErrRange,
		"-0000-01-01T00:00:00":                        ErrRange,
		"9999999999-01-01T00:00:00":                   ErrRange,
		strings.Repeat("9", 5000) + "-01-01T00:00:00": ErrRange,

		"":                              ErrSyntax,
		"T":                             ErrSyntax,
		"2024":                          ErrSyntax,
		"2024-01-01":                    ErrSyntax,
		"2024-01-01T":                   ErrSyntax,
		"2024-01-01T00:00":              ErrSyntax,
		"2024-01-01T00:00Z":             ErrSyntax,
		"2024-01-01 00:00:00":           ErrSyntax,
		"2024-01-01t00:00:00":           ErrSyntax,
		"2024-01-01T00:00:00z":          ErrSyntax,
		"2024-01-01T00:00:00.":          ErrSyntax,
		"2024-01-01T00:00:00.Z":         ErrSyntax,
		"2024-01-01T00:00:00,5":         ErrSyntax,
		"2024-01-01T00:00:00+0100":      ErrSyntax,
		"2024-01-01T00:00:00+1:00":      ErrSyntax,
		"2024-01-01T00:00:00+01":        ErrSyntax,
		"2024-01-01T00:00:00+":          ErrSyntax,
		"2024-01-01T00:00:00ZZ":         ErrSyntax,
		"2024-01-01T00:00:00Z+01:00":    ErrSyntax,
		"2024-01-01T00:00:00 Z":         ErrSyntax,
		"2024-01-01T00:00:00[UTC]":      ErrSyntax,
		" 2024-01-01T00:00:00":          ErrSyntax,
		"2024-01-01T00:00:00 ":          ErrSyntax,
		"2024-01-01T00:00:00\n":         ErrSyntax,
		"2024-01-01T00:00:00\x00":       ErrSyntax,
		"+2024-01-01T00:00:00":          ErrSyntax,
		"02024-01-01T00:00:00":          ErrSyntax,
		"00000-01-01T00:00:00":          ErrSyntax,
		"999-01-01T00:00:00":            ErrSyntax,
		"24-01-01T00:00:00":             ErrSyntax,
		"2024-1-1T00:00:00":             ErrSyntax,
		"2024-001T00:00:00":             ErrSyntax,
		"20240101T000000":               ErrSyntax,
		"2024/01/01T00:00:00":           ErrSyntax,
		"2024-01-01T0:00:00":            ErrSyntax,
		"2024-01-01T-1:00:00":           ErrSyntax,
		"2024-01-01T00:00:0x":           ErrSyntax,
		"2024-01-01T00:00:1e1":          ErrSyntax,
		"2024\u201001\u201001T00:00:00": ErrSyntax, // hyphens that are not "-"
		"202\uff14-01-01T00:00:00":      ErrSyntax, // full-width four
		"2024-01-01\u042200:00:00":      ErrSyntax, // Cyrillic T
		"2024-01-01T00:00:00\u22120100": ErrSyntax, // minus sign
		"NaN":                           ErrSyntax,
		"now":                           ErrSyntax,
	} {
		d, err := ParseDateTime(text)
		if want == nil {
			if err != nil || d.String() != text {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		var value *ValueError
		if !errors.Is(err, want) || !errors.As(err, &value) || value.Offset > len(text) || !d.IsZero() || len(err.Error()) > 120 {
			t.Errorf("%.60q: got %v, %v; want %v", text, d, err, want)
		}
	}
}

func TestParseDateAndTimeOfDay(t *testing.T) {
	for text, want := range map[string]error{
		"2024-01-01": nil, "2024-01-01Z": nil, "2024-01-01+01:00": nil, "2024-01-01-14:00": nil, "2024-02-29": nil,
		"2024-01-01T": ErrSyntax, "2024-01-01T00:00:00": ErrSyntax, "2024-02-30": ErrDate, "0000-01-01": ErrDate, "-2024-01-01": ErrRange,
		"2024-01-01+14:01": ErrDate, "2024-01": ErrSyntax, "20240101": ErrSyntax, "240101": ErrSyntax, "2024-01-01 ": ErrSyntax, "": ErrSyntax, "01.01.2024": ErrSyntax,
	} {
		d, err := ParseDate(text)
		if !errors.Is(err, want) || err == nil && d.String() != text || err != nil && !d.IsZero() {
			t.Errorf("date %q: got %v, %v; want %v", text, d, err, want)
		}
	}
	for text, want := range map[string]error{
		"12:00:00": nil, "24:00:00": nil, "24:00:00Z": nil, "12:00:00.123+01:00": nil, "00:00:00-14:00": nil,
		"12:00": ErrSyntax, "1200": ErrSyntax, "12:00:60": ErrDate, "24:00:01": ErrDate, "12:00:00.": ErrSyntax, "": ErrSyntax, "T12:00:00": ErrSyntax, "12:00:00 PM": ErrSyntax,
		"CURRENT_TIME": ErrSyntax,
	} {
		c, err := ParseTimeOfDay(text)
		if !errors.Is(err, want) || err == nil && c.String() != text || err != nil && !c.IsZero() {
			t.Errorf("time %q: got %v, %v; want %v", text, c, err, want)
		}
	}
	if d, err := ParseNormalisedDateTime("2024-01-01T00:00:00Z"); err != nil || d.IsZero() {
		t.Errorf("normalised: %v", err)
	}
	for _, text := range []string{"2024-01-01T00:00:00", "2024-01-01T00:00:00+00:00", "Z", ""} {
		if d, err := ParseNormalisedDateTime(text); !errors.Is(err, ErrSyntax) || !d.IsZero() {
			t.Errorf("normalised %q: %v, %v", text, d, err)
		}
	}
}

func TestDateTimeErrorsSayWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"2024-02-30T00:00:00":       "date-time: there is no day 30 in month 2 of 2024",
		"2024-13-01T00:00:00":       "date-time: there is no month 13",
		"2024-01-01 00:00:00":       "date-time: character U+0020 at position 11: want T",
		"2024-01-01T00:00":          "date-time: it ends early: want :",
		"2016-12-31T23:59:60Z":      "date-time: XSD has no leap seconds",
		"2024-01-01T24:00:01":       "date-time: the day ends at 24:00:00",
		"2024-01-01T00:61:00":       "date-time: there is no time 00:61:00",
		"0000-01-01T00:00:00":       "date-time: there is no year 0000",
		"2024-01-01T00:00:00+15:00": "date-time: an offset is at most 14:00",
		"2024-01-01T00:00:00+0100":  "date-time: '0' at position 23: want :",
		"2024-01-01T00:00:00GMT":    "date-time: 'G' at position 20: want Z, an offset or the end",
		"2024-01-01T00:00:00ZZ":     "date-time: 'Z' at position 21: want the end",
	} {
		if _, err := ParseDateTime(text); err == nil || err.Error() != want {
			t.Errorf("%s: got %v; want %s", text, err, want)
		}
	}
}

func TestDateTimeAsTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-22T10:00:00+01:00":              "2026-11-22T09:00:00Z",
		"2026-11-22T10:00:00.5-05:30":            "2026-11-22T15:30:00.5Z",
		"2026-11-22T24:00:00Z":                   "2026-11-23T00:00:00Z",
		"2026-12-31T24:00:00.000-14:00":          "2027-01-01T14:00:00Z",
		"2024-02-29T23:59:59.999999999Z":         "2024-02-29T23:59:59.999999999Z",
		"2024-02-29T23:59:59.9999999999999Z":     "2024-02-29T23:59:59.999999999Z",
		"0001-01-01T00:00:00Z":                   "0001-01-01T00:00:00Z",
		"1582-10-10T00:00:00Z":                   "1582-10-10T00:00:00Z",
		"2026-11-22T10:00:00.1200000000000000Z":  "2026-11-22T10:00:00.12Z",
		"2026-11-22T10:00:00.00000000000000001Z": "2026-11-22T10:00:00Z",
	} {
		d, err := ParseDateTime(text)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := d.Time()
		if !ok || got.UTC().Format(time.RFC3339Nano) != want || !d.TimeIn(time.Local).Equal(got) {
			t.Errorf("%s: got %s, %v; want %s", text, got.UTC().Format(time.RFC3339Nano), ok, want)
		}
		minutes, known := d.Offset()
		if _, seconds := got.Zone(); seconds != minutes*60 || !known {
			t.Errorf("%s: offset %d against %d seconds", text, minutes, seconds)
		}
	}
	bare, err := ParseDateTime("2026-07-01T10:00:00.25")
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := bare.Time(); ok || !got.IsZero() {
		t.Errorf("a date-time without offset gave %s", got)
	}
	if _, known := bare.Offset(); known {
		t.Error("an offset that was not written is known")
	}
	place := time.FixedZone("here", 2*60*60)
	if got := bare.TimeIn(place).UTC().Format(time.RFC3339Nano); got != "2026-07-01T08:00:00.25Z" {
		t.Errorf("read in its place it is %s", got)
	}
}

func TestDateTimeCompare(t *testing.T) {
	const unknown = 9
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00Z", 0},
		{"2026-11-22T24:00:00Z", "2026-11-23T00:00:00Z", 0},
		{"2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.500Z", 0},
		{"2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.5000000000000000001Z", -1},
		{"2026-11-22T10:00:00.09Z", "2026-11-22T10:00:00.1Z", -1},
		{"2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000Z", 0},
		{"2026-11-22T10:00:00-00:00", "2026-11-22T10:00:00+00:00", 0},
		{"2026-11-22T10:00:00+01:00", "2026-11-22T10:00:00Z", -1},
		{"2026-11-22T10:00:00", "2026-11-22T10:00:01", -1},
		{"2026-11-22T10:00:00", "2026-11-22T10:00:00Z", unknown},
		{"2026-11-22T10:00:00Z", "2026-11-23T00:00:00", unknown}, // exactly 14 hours
		{"2026-11-22T10:00:00Z", "2026-11-23T00:00:00.1", -1},
		{"2026-11-22T10:00:00Z", "2026-11-21T20:00:00", unknown},
		{"2026-11-22T10:00:00.1Z", "2026-11-21T20:00:00", 1},
		{"12345-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 1},
		{"2000-01-15T00:00:00", "2000-02-15T00:00:00Z", -1},
		{"2000-01-15T12:00:00", "2000-01-16T12:00:00Z", -1},
		{"2000-01-01T12:00:00", "1999-12-31T23:00:00Z", unknown},
		{"2000-01-16T12:00:00", "2000-01-16T12:00:00Z", unknown},
		{"2000-01-16T00:00:00", "2000-01-16T12:00:00Z", unknown},
	} {
		a, errA := ParseDateTime(test.a)
		b, errB := ParseDateTime(test.b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		order, known := a.Compare(b)
		back, knownBack := b.Compare(a)
		if known != (test.want != unknown) || known != knownBack || order != -back || known && order != test.want {
			t.Errorf("%s against %s: %d, %v and %d, %v; want %d", test.a, test.b, order, known, back, knownBack, test.want)
		}
	}
}

func TestDate(t *testing.T) {
	d, err := ParseDate("2026-03-29+02:00")
	if err != nil {
		t.Fatal(err)
	}
	if year, month, day := d.Day(); year != 2026 || month != time.March || day != 29 {
		t.Errorf("got %d-%d-%d", year, month, day)
	}
	if got := d.StartIn(time.UTC).UTC().Format(time.RFC3339); got != "2026-03-28T22:00:00Z" {
		t.Errorf("starts at %s", got)
	}
	bare, err := NewDate(2026, time.March, 29)
	if err != nil || bare.String() != "2026-03-29" {
		t.Fatalf("%s, %v", bare, err)
	}
	if got := bare.StartIn(time.FixedZone("", -3600)).UTC().Format(time.RFC3339); got != "2026-03-29T01:00:00Z" {
		t.Errorf("starts at %s", got)
	}
	if order, known := d.Compare(bare); known {
		t.Errorf("a day with and one without offset: %d", order)
	}
	next, _ := NewDate(2026, time.March, 30)
	if order, known := bare.Compare(next); !known || order != -1 {
		t.Errorf("the day before: %d, %v", order, known)
	}
	for _, test := range []struct {
		year, day int
		month     time.Month
		want      error
	}{{2026, 30, 2, ErrDate}, {2026, 0, 1, ErrDate}, {2026, 1, 13, ErrDate}, {0, 1, 1, ErrRange}, {10000, 1, 1, ErrRange}} {
		if d, err := NewDate(test.year, test.month, test.day); !errors.Is(err, test.want) || !d.IsZero() {
			t.Errorf("%d-%d-%d: %v, %v", test.year, test.month, test.day, d, err)
		}
	}
}

func TestTimeOfDay(t *testing.T) {
	for _, test := range []struct {
		text string
		want time.Duration
	}{
		{"17:30:00", 17*time.Hour + 30*time.Minute}, {"24:00:00", 0}, {"00:00:00.25Z", 250 * time.Millisecond}, {"23:59:59.9999999999", 24*time.Hour - 1},
	} {
		c, err := ParseTimeOfDay(test.text)
		if err != nil || c.SinceMidnight() != test.want {
			t.Errorf("%s: got %s, %v", test.text, c.SinceMidnight(), err)
		}
	}
	a, _ := ParseTimeOfDay("10:00:00+01:00")
	b, _ := ParseTimeOfDay("09:00:00Z")
	if order, known := a.Compare(b); order != 0 || !known {
		t.Errorf("one time in two offsets: %d, %v", order, known)
	}
	midnight, _ := ParseTimeOfDay("24:00:00Z")
	if order, known := midnight.Compare(b); order != -1 || !known {
		t.Errorf("midnight: %d, %v", order, known)
	}
}

func TestNewDateTime(t *testing.T) {
	base := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		at               time.Time
		plain, normalise string
	}{
		{base, "2026-11-22T10:00:00+00:00", "2026-11-22T10:00:00Z"},
		{base.In(time.FixedZone("", -5*3600-1800)), "2026-11-22T04:30:00-05:30", "2026-11-22T10:00:00Z"},
		{base.Add(123 * time.Millisecond), "2026-11-22T10:00:00.123+00:00", "2026-11-22T10:00:00.123Z"},
		{base.Add(time.Nanosecond), "2026-11-22T10:00:00.000000001+00:00", "2026-11-22T10:00:00.000000001Z"},
		{time.Time{}, "0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00Z"},
	} {
		plain, err1 := NewDateTime(test.at)
		normalised, err2 := NewNormalisedDateTime(test.at)
		if err1 != nil || err2 != nil || plain.String() != test.plain || normalised.String() != test.normalise {
			t.Errorf("%s: got %s and %s, %v, %v", test.at, plain, normalised, err1, err2)
		}
		if got, ok := plain.Time(); !ok || !got.Equal(test.at) {
			t.Errorf("%s came back as %s", test.at, got)
		}
	}
	for _, test := range []struct {
		at   time.Time
		want error
	}{
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), ErrRange},
		{time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), ErrRange},
		{base.In(time.FixedZone("LMT", 3208)), ErrDate},
		{base.In(time.FixedZone("", 14*3600+60)), ErrDate},
	} {
		if d, err := NewDateTime(test.at); !errors.Is(err, test.want) || !d.IsZero() {
			t.Errorf("%s: %v, %v", test.at, d, err)
		}
	}
}
