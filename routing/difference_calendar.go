package routing

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"dragoman/messages"
)

func (c *comparison) calendar(old *Directory, next Calendar) {
	subject := "calendar " + next.Name
	var before Calendar
	if t, known := old.Timetable(next.Name); known {
		before = t.Calendar
	}
	c.field(subject, "time zone", before.Zone, next.Zone)
	c.field(subject, "changes of its clocks", clocks(before.Offsets), clocks(next.Offsets))
	c.field(subject, "currencies", codesOf(before.Currencies), codesOf(next.Currencies))
	c.field(subject, "opens", string(before.Open), string(next.Open))
	c.field(subject, "cut-off for customers", string(before.CustomerCutOff), string(next.CustomerCutOff))
	c.field(subject, "cut-off for banks", string(before.BankCutOff), string(next.BankCutOff))
	c.field(subject, "closes", string(before.Close), string(next.Close))
	c.field(subject, "closed weekly", strings.Join(before.Weekly, ", "), strings.Join(next.Weekly, ", "))
	c.dates(subject, "holiday", before.Holidays, next.Holidays)
	c.special(subject, before.Special, next.Special)
}

// clocks tells apart what two machines know of a zone: how often its clocks change,
// and the beginning of a digest of when and how.
func clocks(offsets []Offset) string {
	if len(offsets) == 0 {
		return ""
	}
	sum := sha256.Sum256(fmt.Append(nil, offsets))
	return fmt.Sprintf("%d (%x)", len(offsets)-1, sum[:4])
}

func codesOf(currencies []messages.Currency) string {
	var words []string
	for _, currency := range currencies {
		words = append(words, currency.Code())
	}
	return strings.Join(words, ", ")
}

func (c *comparison) dates(subject, field string, before, next []Date) {
	for _, date := range before {
		if !slices.Contains(next, date) {
			c.field(subject, field, date.String(), "")
		}
	}
	for _, date := range next {
		if !slices.Contains(before, date) {
			c.field(subject, field, "", date.String())
		}
	}
}

func (c *comparison) special(subject string, before, next []SpecialDay) {
	hours := func(all []SpecialDay, date Date) string {
		for _, s := range all {
			if s.Date == date {
				return fmt.Sprintf("%s to %s", s.Open, s.Close)
			}
		}
		return ""
	}
	for _, s := range before {
		if hours(next, s.Date) == "" {
			c.field(subject, "hours of "+s.Date.String(), hours(before, s.Date), "")
		}
	}
	for _, s := range next {
		c.field(subject, "hours of "+s.Date.String(), hours(before, s.Date), hours(next, s.Date))
	}
}
