package gateway

import (
	"slices"

	"dragoman/messages"
	"dragoman/routing"
)

// calendar reads a line of the directory.
//
//	calendar NAME ZONE [CURRENCY…] open TIME close TIME [cut-off TIME] [bank-cut-off TIME] [closed WEEKDAY]… [holiday DATE]… [special DATE OPEN CLOSE]…
func (s *stage) calendar(at scenarioLine, f []string) routing.Calendar {
	s.t.Helper()
	c := routing.Calendar{Name: f[1], Zone: f[2]}
	var err error
	if c.Offsets, err = ZoneOffsets(c.Zone); err != nil {
		s.fatal(at.place, "%v", err)
	}
	date := func(text string) routing.Date {
		d, err := routing.ParseDate(text)
		if err != nil {
			s.fatal(at.place, "%v", err)
		}
		return d
	}
	begin := slices.Index(f, "open")
	if begin < 0 {
		s.fatal(at.place, "when does it open?")
	}
	for _, code := range f[3:begin] {
		c.Currencies = append(c.Currencies, messages.MustCurrency(code))
	}
	for i := begin; i+1 < len(f); i++ {
		next := f[i+1]
		switch f[i] {
		case "open":
			c.Open = routing.TimeOfDay(next)
		case "close":
			c.Close = routing.TimeOfDay(next)
		case "cut-off":
			c.CustomerCutOff = routing.TimeOfDay(next)
		case "bank-cut-off":
			c.BankCutOff = routing.TimeOfDay(next)
		case "closed":
			c.Weekly = append(c.Weekly, next)
		case "holiday":
			c.Holidays = append(c.Holidays, date(next))
		case "special":
			c.Special = append(c.Special, routing.SpecialDay{Date: date(next), Open: routing.TimeOfDay(f[i+2]), Close: routing.TimeOfDay(f[i+3])})
		}
	}
	return c
}
