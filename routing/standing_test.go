package routing

import (
	"strings"
	"testing"

	"dragoman/messages"
)

// TestStandingOrdersThatCannotBe are refused.
func TestStandingOrdersThatCannotBe(t *testing.T) {
	without := town(t)
	d := without.with(t, Change{Calendars: []Calendar{{Name: "C", Zone: "UTC", Offsets: []Offset{{}}, Open: "08:00", Close: "17:00", Currencies: []messages.Currency{cny}}}})
	good := StandingOrder{Name: "S", From: bic(alpha), To: bic(beta), Currency: cny, Amount: 1}
	for _, c := range []struct {
		d     *Directory
		want  string
		spoil func(*StandingOrder)
	}{
		{d, "", func(*StandingOrder) {}},
		{d, "", func(o *StandingOrder) { o.Amount = 0 }},
		{d, "needs a name", func(o *StandingOrder) { o.Name = "" }},
		{d, "not negative", func(o *StandingOrder) { o.Amount = -1 }},
		{d, "where it comes from", func(o *StandingOrder) { o.To = o.From }},
		{d, "no wallet in CNY", func(o *StandingOrder) { o.To = bic(gamma) }},
		{d, "no wallet in THB", func(o *StandingOrder) { o.Currency = messages.MustCurrency("THB") }},
		{without, "follows no calendar", func(*StandingOrder) {}},
	} {
		o := good
		c.spoil(&o)
		_, err := c.d.Apply(Change{Standing: []StandingOrder{o}})
		if got := errorText(err); c.want == "" && err != nil || !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q, want %q", o, got, c.want)
		}
	}
	twice := d.with(t, Change{Standing: []StandingOrder{good}})
	good.Amount = 2
	if twice = twice.with(t, Change{Standing: []StandingOrder{good}}); len(twice.Standing) != 1 || twice.Standing[0].Amount != 2 {
		t.Errorf("replaced by name: %+v", twice.Standing)
	}
}
