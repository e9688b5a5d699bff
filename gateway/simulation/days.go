package simulation

import (
	"slices"
	"strings"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/routing"
)

// The settlement day of one currency. The run begins while it is open; its cut-offs and
// its close come minutes later, and the run ends when the next day has opened and what
// waited for it has ended.
const (
	calendarName  = "CHATS"
	opensNextDay  = 23 * time.Hour // since the beginning
	orderPaid     = "rent"
	orderUnpaid   = "dream"
	orderMinor    = 1500
	orderUnheard  = 900_000_000_000_000 // more than anybody has
	orderFrom     = 0                   // banks, by number
	orderTo       = 1
	orderFromPoor = 2
)

// days gives the currency its calendar, and two banks standing orders: one that can be
// carried out at the opening, and one that cannot.
func days(c *routing.Change) {
	unit := messages.MustCurrency(daily)
	calendar := routing.Calendar{
		Name: calendarName, Zone: "UTC", Currencies: []messages.Currency{unit},
		Open: "08:00", CustomerCutOff: "09:01", BankCutOff: "09:02", Close: "09:03",
	}
	calendar.Offsets = routing.OffsetsOf(time.UTC)
	c.Calendars = append(c.Calendars, calendar)
	c.Standing = append(c.Standing,
		routing.StandingOrder{Name: orderPaid, From: bicOf(bankBIC(orderFrom)), To: bicOf(bankBIC(orderTo)), Currency: unit, Amount: orderMinor},
		routing.StandingOrder{Name: orderUnpaid, From: bicOf(bankBIC(orderFromPoor)), To: bicOf(bankBIC(orderTo)), Currency: unit, Amount: orderUnheard},
	)
}

// event takes an admi.004: what happens to the day, or that a standing order was not
// carried out.
func (b *bank) event(m *gateway.Mail, read *messages.Message) {
	code, text := "", ""
	for n := range read.Document().Root.Walk() {
		switch n.Name() {
		case "EvtCd":
			code = n.Text()
		case "EvtDesc":
			text = n.Text()
		}
	}
	b.note("", "mail %d of %s: %s %s", m.Number, b.bic, code, text)
	b.events = append(b.events, code+" "+text)
	b.traffic["event "+code]++
}

// statement takes a page of a camt.053: the first begins where the statement before
// ended, and the entries lead from the first balance to the last.
func (b *bank) statement(m *gateway.Mail, read *messages.Message) {
	v, _ := messages.ViewStatement(read)
	for s := range v.Statements() {
		if opening := s.Balance("OPBD"); opening.Exists() {
			b.expect(m, "begins with", b.running, opening)
		}
		for e := range s.Entries() {
			entry, err := e.Signed()
			b.no(err)
			b.running += entry.Minor()
		}
		if closing := s.Balance("CLBD"); closing.Exists() {
			b.expect(m, "ends with", b.running, closing)
		}
		b.traffic["statement"]++
	}
}

func (b *bank) expect(m *gateway.Mail, what string, minor int64, balance messages.BalanceView) {
	stated, err := balance.Signed()
	b.no(err)
	if stated.Minor() != minor {
		b.violation("", "%s: the statement in mail %d %s %d; by what it was told before it is %d", b.bic, m.Number, what, stated.Minor(), minor)
	}
}

// checkDays wants everybody who holds the currency to have heard the same of its days,
// each once, and the day to have closed and the next one opened.
func (p *play) checkDays() {
	var first []string
	for i, b := range p.readers {
		if b.issues() && b.bic != bicOf(issuerOf(daily)) {
			if len(b.events) > 0 {
				p.violation("", "%s holds no %s and heard %v", b.bic, daily, b.events)
			}
			continue
		}
		heard := slices.DeleteFunc(slices.Clone(b.events), func(e string) bool { return strings.HasPrefix(e, "SORD") })
		if i == 0 {
			first = heard
		}
		if !slices.Equal(heard, first) {
			p.violation("", "%s heard of the days %v, others %v", b.bic, heard, first)
		}
	}
	counts := map[string]int{}
	for _, e := range first {
		code, _, _ := strings.Cut(e, " ")
		if counts[code]++; counts[e] > 0 {
			p.violation("", "it was announced twice: %s", e)
		}
		counts[e]++
	}
	if counts["SYSC"] == 0 || counts["STDY"] == 0 {
		p.violation("", "no day has closed and opened: %v", first)
	}
}

// issues tells that it is an issuer.
func (b *bank) issues() bool {
	return slices.ContainsFunc(currencies[:], func(c struct{ code, issuer string }) bool { return bicOf(c.issuer) == b.bic })
}

// opened is how often the day has opened, as a bank heard.
func (b *bank) opened() (n int64) {
	for _, e := range b.events {
		if strings.HasPrefix(e, "STDY") {
			n++
		}
	}
	return n
}

// notMade is how often a standing order of the bank was not carried out.
func (b *bank) notMade(name string) (n int64) {
	for _, e := range b.events {
		if strings.HasPrefix(e, "SORD standing order "+name+":") {
			n++
		}
	}
	return n
}

// standingOrders are what standing orders have moved.
func (p *play) standingOrders(add func(owner, currency string, minor int64)) {
	from, to := p.banks[orderFrom], p.banks[orderTo]
	made := from.opened() - from.notMade(orderPaid)
	p.traffic["standing order"] += int(made)
	add(from.bic.String(), daily, -made*orderMinor)
	add(to.bic.String(), daily, made*orderMinor)
	if poor := p.banks[orderFromPoor]; poor.opened() != poor.notMade(orderUnpaid) {
		p.violation("", "standing order %s was carried out without money", orderUnpaid)
	}
}
