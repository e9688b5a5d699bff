package routing

import (
	"slices"
	"strings"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// Short is what becomes of payments that a netting cycle cannot settle when its window
// ends.
type Short string

// Ways to treat them. Empty is ShortDeferred.
const (
	ShortDeferred Short = "next-cycle"
	ShortRefused  Short = "refuse"
)

// Netting says when the cycles of a currency close, and how they settle. Corridors of the
// mode DeferredNet need it.
type Netting struct {
	Currency messages.Currency `json:"currency"`
	// Closes are when cycles close on a settlement day, by the clocks of the calendar of
	// the currency. They also close when that takes no more payments, and with the day.
	Closes []TimeOfDay `json:"closes,omitempty"`
	// Window is how long those who owe may find the money, in seconds; never beyond the
	// close of the day. 0: it must be there.
	Window int64 `json:"windowSeconds,omitempty"`
	Short  Short `json:"short,omitempty"`
}

// Bounds of netting: cycles of a day, and a window in seconds.
const (
	maxCloses = 100
	maxWindow = 24 * 3600
)

// setNetting adds the netting of a currency or replaces it, and gives the gateway the
// account through which positions move.
func (d *Directory) setNetting(n Netting) error {
	self, known := d.ByBIC(d.Self)
	switch {
	case !known || !n.Currency.Active():
		return refuse("netting in %s: it must be a current currency, and the gateway itself takes part", n.Currency)
	case len(n.Closes) > maxCloses || n.Window < 0 || n.Window > maxWindow:
		return refuse("netting in %s: at most %d cycles a day, and a window of %d seconds", n.Currency, maxCloses, maxWindow)
	case !slices.Contains([]Short{"", ShortDeferred, ShortRefused}, n.Short):
		return refuse("netting in %s: short %q is neither %s nor %s", n.Currency, n.Short, ShortDeferred, ShortRefused)
	}
	if n.Short == ShortDeferred {
		n.Short = "" // one choice has one name, so that directories can be compared
	}
	for _, at := range n.Closes {
		if _, ok := at.minutes(); !ok {
			return refuse("netting in %s: %q is no time of day, such as 11:00", n.Currency, at)
		}
	}
	if d.AccountOf(self.ID, n.Currency, settlement.RoleNetting) == 0 {
		d.open(Account{Owner: self.ID, Currency: n.Currency, Role: settlement.RoleNetting})
	}
	if i := slices.IndexFunc(d.Netting, func(known Netting) bool { return known.Currency == n.Currency }); i >= 0 {
		d.Netting[i] = n
		return nil
	}
	d.Netting = append(d.Netting, n)
	return nil
}

// checkNetting wants for every corridor that nets what it needs, and a calendar where
// cycles close by its clocks.
func (d *Directory) checkNetting() error {
	for i := range d.Corridors {
		c := &d.Corridors[i]
		if c.Mode != DeferredNet {
			continue
		}
		if _, known := d.NettingOf(c.Currency); !known {
			return refuse("corridor %s: mode %s needs netting of that currency", c.Currency, DeferredNet)
		}
		if c.Into != 0 || c.Calendar != "" || !c.Issuer.IsZero() {
			return refuse("corridor %s: mode %s is for money of the currency's own issuer, on the days of the currency, and without an exchange", c.Currency, DeferredNet)
		}
	}
	for i := range d.Netting {
		if n := &d.Netting[i]; len(n.Closes) > 0 && d.calendarOf[n.Currency] == nil {
			return refuse("netting in %s: it follows no calendar, by whose clocks cycles could close", n.Currency)
		}
	}
	return nil
}

// NettingOf is the netting of a currency; false: there is none.
func (d *Directory) NettingOf(currency messages.Currency) (*Netting, bool) {
	i := slices.IndexFunc(d.Netting, func(n Netting) bool { return n.Currency == currency })
	if i < 0 {
		return nil, false
	}
	return &d.Netting[i], true
}

// CycleCloses is when a cycle that opened at a moment closes by itself; 0: never.
func (d *Directory) CycleCloses(currency messages.Currency, opened settlement.Moment) (next settlement.Moment) {
	n, known := d.NettingOf(currency)
	t := d.calendarOf[currency]
	if !known || t == nil {
		return 0
	}
	day, ok := t.At(opened)
	if !ok {
		return 0
	}
	for _, at := range append([]settlement.Moment{day.Bank, day.Close}, t.moments(day, n.Closes)...) {
		if at > opened && (next == 0 || at < next) {
			next = at
		}
	}
	return next
}

func (t *Timetable) moments(day Day, all []TimeOfDay) (at []settlement.Moment) {
	for _, text := range all {
		if minutes, ok := text.minutes(); ok {
			at = append(at, t.within(day, minutes))
		}
	}
	return at
}

// WindowEnds is when the window of a cycle that closes at a moment ends.
func (d *Directory) WindowEnds(n *Netting, closed settlement.Moment) settlement.Moment {
	ends := closed + settlement.Moment(time.Duration(n.Window)*time.Second)
	if t := d.calendarOf[n.Currency]; t != nil {
		if day, ok := t.At(closed - 1); ok && day.Open <= closed { // at the close itself the day counts that ends
			ends = min(ends, day.Close)
		}
	}
	return ends
}

// SettlementDate is the day on which something in a currency settles: that of its
// calendar, else that of Greenwich.
func (d *Directory) SettlementDate(currency messages.Currency, at settlement.Moment) Date {
	if t := d.calendarOf[currency]; t != nil {
		return t.Date(at)
	}
	return dateAt(at, nil)
}

func (c *comparison) netting(old *Directory, n Netting) {
	subject := "netting in " + n.Currency.Code()
	before := Netting{Window: -1}
	if known, ok := old.NettingOf(n.Currency); ok {
		before = *known
	}
	closes := func(all []TimeOfDay) string {
		words := make([]string, len(all))
		for i := range all {
			words[i] = string(all[i])
		}
		return strings.Join(words, ", ")
	}
	window := func(seconds int64) string {
		if seconds < 0 {
			return ""
		}
		return (time.Duration(seconds) * time.Second).String()
	}
	c.field(subject, "cycles close at", closes(before.Closes), closes(n.Closes))
	c.field(subject, "window", window(before.Window), window(n.Window))
	c.field(subject, "who is short", string(before.Short), string(n.Short))
}
