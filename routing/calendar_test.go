package routing

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"dragoman/messages"
	"dragoman/settlement"
)

func zoneOffsets(t *testing.T, zone string) []Offset {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return OffsetsOf(location)
}

func moment(t *testing.T, text string) settlement.Moment {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return settlement.Moment(at.UnixNano())
}

func date(t *testing.T, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestClocksOfZones: every hour of years, in zones of all kinds, is shown as the
// zone's rules have it, and is found again by what is shown.
func TestClocksOfZones(t *testing.T) {
	hours := 0
	for _, zone := range []string{"UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Apia"} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		offsets := OffsetsOf(location)
		for at := time.Date(2025, 1, 1, 0, 30, 0, 0, time.UTC); at.Year() < 2040; at = at.Add(time.Hour) {
			hours++
			shown := at.In(location)
			m := settlement.Moment(at.UnixNano())
			if got := dateAt(m, offsets).String(); got != shown.Format(time.DateOnly) {
				t.Fatalf("%s: %s is on %s, not %s", zone, at, shown.Format(time.DateOnly), got)
			}
			back := local{date(t, shown.Format(time.DateOnly)), shown.Hour()*60 + shown.Minute()}.moment(offsets)
			again := time.Unix(0, int64(back)).In(location)
			if again.Format(time.DateTime) != shown.Format(time.DateTime) || back > m || m-back > settlement.Moment(time.Hour) {
				t.Fatalf("%s: %s is found as %s", zone, shown, again)
			}
		}
	}
	t.Logf("%d hours", hours)
	if hours < 1_000_000 {
		t.Errorf("%d hours, want a million", hours)
	}
}

// TestTimesThatClocksSkipOrRepeat, in Berlin: 2:30 does not exist on the last Sunday
// of March and comes twice on that of October.
func TestTimesThatClocksSkipOrRepeat(t *testing.T) {
	offsets := zoneOffsets(t, "Europe/Berlin")
	for _, c := range []struct {
		date    string
		minutes int
		want    string
	}{
		{"2027-03-28", 1*60 + 59, "2027-03-28T00:59:00Z"},
		{"2027-03-28", 2 * 60, "2027-03-28T01:00:00Z"},
		{"2027-03-28", 2*60 + 30, "2027-03-28T01:00:00Z"}, // skipped: when clocks are put forward
		{"2027-03-28", 3 * 60, "2027-03-28T01:00:00Z"},
		{"2027-10-31", 2*60 + 30, "2027-10-31T00:30:00Z"}, // twice: the first
		{"2027-10-31", 3 * 60, "2027-10-31T02:00:00Z"},
		{"2027-10-31", 24 * 60, "2027-10-31T23:00:00Z"},
		{"2027-10-31", -60, "2027-10-30T21:00:00Z"},
	} {
		if got := (local{date(t, c.date), c.minutes}).moment(offsets); got != moment(t, c.want) {
			t.Errorf("%s + %d minutes: %s, want %s", c.date, c.minutes, instant(got), c.want)
		}
	}
	// Far behind what is written down the last offset holds.
	if got, want := (local{date(t, "2200-07-01"), 0}).moment(offsets), moment(t, "2200-06-30T23:00:00Z"); got != want {
		t.Errorf("2200: %s", instant(got))
	}
	if got := dateAt(moment(t, "1969-12-31T22:59:59Z"), offsets); got != -1 {
		t.Errorf("the day before the first is %s", got)
	}
}

// target is a calendar with a short day, a working Saturday and a holiday.
func target(t *testing.T) Calendar {
	t.Helper()
	return Calendar{
		Name: "T", Zone: "Europe/Berlin", Offsets: zoneOffsets(t, "Europe/Berlin"), Currencies: []messages.Currency{messages.MustCurrency("EUR")},
		Open: "07:00", CustomerCutOff: "17:00", BankCutOff: "17:30", Close: "18:00", Weekly: []string{"saturday", "sunday"},
		Holidays: []Date{date(t, "2026-12-25")},
		Special:  []SpecialDay{{date(t, "2026-12-24"), "07:00", "12:00"}, {date(t, "2026-12-19"), "09:00", "18:00"}},
	}
}

func compiled(t *testing.T, c Calendar) *Timetable {
	t.Helper()
	table, err := timetable(c)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func describeDay(d Day) string {
	return d.Date.String() + " " + instant(d.Open) + " " + instant(d.Customer) + " " + instant(d.Bank) + " " + instant(d.Close)
}

func TestDays(t *testing.T) {
	winter := compiled(t, target(t))
	overnight := target(t)
	overnight.Open, overnight.Special = "19:00", nil
	night := compiled(t, overnight)
	short := target(t)
	short.Special = []SpecialDay{{date(t, "2026-12-24"), "07:00", "07:20"}}
	for _, c := range []struct {
		name     string
		calendar *Timetable
		at, want string
	}{
		{"in the morning it is that day", winter, "2026-12-22T05:00:00Z", "2026-12-22 2026-12-22T06:00:00Z 2026-12-22T16:00:00Z 2026-12-22T16:30:00Z 2026-12-22T17:00:00Z"},
		{"at the close it is the next", winter, "2026-12-22T17:00:00Z", "2026-12-23 2026-12-23T06:00:00Z 2026-12-23T16:00:00Z 2026-12-23T16:30:00Z 2026-12-23T17:00:00Z"},
		{"on a short day cut-offs move with the close", winter, "2026-12-24T00:00:00Z", "2026-12-24 2026-12-24T06:00:00Z 2026-12-24T10:00:00Z 2026-12-24T10:30:00Z 2026-12-24T11:00:00Z"},
		{"holiday and weekend", winter, "2026-12-24T11:00:00Z", "2026-12-28 2026-12-28T06:00:00Z 2026-12-28T16:00:00Z 2026-12-28T16:30:00Z 2026-12-28T17:00:00Z"},
		{"a Saturday that works", winter, "2026-12-18T20:00:00Z", "2026-12-19 2026-12-19T08:00:00Z 2026-12-19T16:00:00Z 2026-12-19T16:30:00Z 2026-12-19T17:00:00Z"},
		{"in summer", winter, "2026-07-01T00:00:00Z", "2026-07-01 2026-07-01T05:00:00Z 2026-07-01T15:00:00Z 2026-07-01T15:30:00Z 2026-07-01T16:00:00Z"},
		{"an evening belongs to the day that follows", night, "2026-12-22T18:00:00Z", "2026-12-23 2026-12-22T18:00:00Z 2026-12-23T16:00:00Z 2026-12-23T16:30:00Z 2026-12-23T17:00:00Z"},
		{"a Monday opens on Sunday evening", night, "2026-12-11T17:00:00Z", "2026-12-14 2026-12-13T18:00:00Z 2026-12-14T16:00:00Z 2026-12-14T16:30:00Z 2026-12-14T17:00:00Z"},
		{"no cut-off before the day opens", compiled(t, short), "2026-12-24T00:00:00Z", "2026-12-24 2026-12-24T06:00:00Z 2026-12-24T06:00:00Z 2026-12-24T06:00:00Z 2026-12-24T06:20:00Z"},
	} {
		day, ok := c.calendar.At(moment(t, c.at))
		if got := describeDay(day); !ok || got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestCommonDay: of two systems that are closed on different days.
func TestCommonDay(t *testing.T) {
	shanghai := compiled(t, Calendar{
		Name: "C", Zone: "Asia/Shanghai", Offsets: zoneOffsets(t, "Asia/Shanghai"), Open: "08:30", Close: "23:30", Weekly: []string{"saturday", "sunday"}, Holidays: []Date{date(t, "2026-12-23")},
	})
	berlin := compiled(t, target(t))
	for _, c := range []struct{ at, want string }{
		{"2026-12-22T07:00:00Z", "2026-12-22 2026-12-22T06:00:00Z"}, // both are open; Berlin opened last
		{"2026-12-22T15:30:00Z", "2026-12-24 2026-12-24T06:00:00Z"}, // Shanghai has closed, and has a holiday
		{"2026-12-24T12:00:00Z", "2026-12-28 2026-12-28T06:00:00Z"}, // Berlin has closed
	} {
		d, opens, ok := Common(moment(t, c.at), shanghai, berlin)
		if got := d.String() + " " + instant(opens); !ok || got != c.want {
			t.Errorf("at %s: %s, want %s", c.at, got, c.want)
		}
	}
	never := target(t)
	never.Weekly = []string{"monday", "tuesday", "wednesday", "thursday", "friday"}
	never.Special = nil
	if d, _, ok := Common(moment(t, "2026-12-22T07:00:00Z"), shanghai, compiled(t, never)); ok {
		t.Errorf("one works on weekends only, and they meet on %s", d)
	}
}

// TestCalendarsThatSayNothing are refused.
func TestCalendarsThatSayNothing(t *testing.T) {
	for name, spoil := range map[string]func(*Calendar){
		"needs a name":            func(c *Calendar) { c.Name = "" },
		"clocks":                  func(c *Calendar) { c.Offsets = nil },
		"no day of the week":      func(c *Calendar) { c.Weekly = []string{"Sunday"} },
		"every day of the week":   func(c *Calendar) { c.Weekly = weekdays },
		"no times of day":         func(c *Calendar) { c.Close = "25:00" },
		"between open and close":  func(c *Calendar) { c.BankCutOff = "18:30" },
		"first that for customer": func(c *Calendar) { c.BankCutOff = "16:30" },
		"stand there twice":       func(c *Calendar) { c.Special = append(c.Special, c.Special[0]) },
		"at the same time":        func(c *Calendar) { c.Special = append(c.Special, SpecialDay{c.Special[0].Date - 1, "13:00", "12:00"}) },
		"more than":               func(c *Calendar) { c.Holidays = make([]Date, maxCalendarDays+1) },
		"follows the calendars":   func(c *Calendar) { c.Name, c.Currencies = "U", []messages.Currency{cny} },
	} {
		d := town(t).with(t, Change{Calendars: []Calendar{{
			Name: "C", Zone: "UTC", Offsets: []Offset{{}}, Open: "08:00", Close: "17:00", Currencies: []messages.Currency{cny},
		}}})
		c := target(t)
		spoil(&c)
		if _, err := d.Apply(Change{Calendars: []Calendar{c}}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %q", err, name)
		}
	}
}

// TestCorridorsAndCalendars: what a corridor says must mean something.
func TestCorridorsAndCalendars(t *testing.T) {
	d := town(t)
	with := d.with(t, Change{Calendars: []Calendar{target(t)}})
	for _, c := range []struct {
		d    *Directory
		c    Corridor
		want string
	}{
		{d, Corridor{Rail: "other"}, "allowed is ledger"},
		{d, Corridor{Priority: "SOON"}, "none of URGT"},
		{d, Corridor{Late: "perhaps"}, "none of by-priority"},
		{d, Corridor{Calendar: "T"}, "no calendar T"},
		{d, Corridor{CustomerCutOff: "12:00"}, "needs a calendar"},
		{with, Corridor{Calendar: "T", BankCutOff: "19:00"}, "between opening and close"},
		{with, Corridor{Calendar: "T", BankCutOff: "5 pm"}, "between opening and close"},
		{with, Corridor{Calendar: "T", BankCutOff: "18:00", Rail: RailLedger, Priority: "HIGH", Late: LateNextDay}, ""},
	} {
		c.c.Currency, c.c.Mode = cny, SettleThenDeliver
		_, err := c.d.Apply(Change{Corridors: []Corridor{c.c}})
		if got := errorText(err); c.want == "" && err != nil || !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.c, got, c.want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
