package gateway

import (
	"slices"
	"strings"
	"testing"

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

// standing reads a line of the directory.
//
//	standing NAME FROM TO CURRENCY AMOUNT [up-to]
func (s *stage) standing(at scenarioLine, f []string) routing.StandingOrder {
	s.t.Helper()
	currency := messages.MustCurrency(f[4])
	return routing.StandingOrder{
		Name: f[1], From: s.bic(at, f[2]), To: s.bic(at, f[3]), Currency: currency, Amount: s.minor(f[5], currency), UpTo: len(f) > 6,
	}
}

// days has a bank ask for settlement days.
//
//	days NAME BANK [calendar NAME] [currency CODE] [date DATE]
func (s *stage) days(at scenarioLine, f []string) *sentMessage {
	s.t.Helper()
	o := optionsOf(f[2:])
	return &sentMessage{name: f[0], from: s.bic(at, f[1]), raw: dayQuestion(s.t, f[0], o.text("calendar", ""), o.text("date", ""), o.text("currency", ""))}
}

// dayQuestion is a camt.018; what is empty does not narrow it.
func dayQuestion(t *testing.T, id, calendar, date, currency string) []byte {
	t.Helper()
	w := messages.NewWriter("camt.018.001.05")
	w.Open("GetBizDayInf")
	w.Open("MsgHdr")
	w.Text("MsgId", id)
	w.Close()
	for _, name := range []string{"BizDayInfQryDef", "Crit", "NewCrit", "SchCrit"} {
		w.Open(name)
	}
	w.System("SysId", messages.System{Code: calendar})
	w.Text("SysDt", date)
	w.Text("SysCcy", currency)
	for range 5 {
		w.Close()
	}
	raw, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// dayWords are those of a camt.019: of each day its system, date, status and hours.
func dayWords(m *messages.Message) (words []string) {
	v, _ := messages.ViewBusinessDayAnswer(m)
	for day := range v.Days() {
		for system := range day.Systems() {
			words = append(words, system.Code())
		}
		words = append(words, day.DateText(), day.Status())
		for h := range day.Hours() {
			words = append(words, h.CurrencyCode(), h.Session().FromText(), h.Session().ToText())
		}
	}
	return strings.Fields(strings.Join(words, " "))
}

// statementWords are those of a camt.053: its account, the balance before, each entry
// and the balance behind, which must be what they add up to.
func (s *stage) statementWords(m *messages.Message) (words []string) {
	s.t.Helper()
	body := firstChild(m.Document().Root)
	account := body.At("Stmt/Acct/Id/Othr/Id").Text()
	currency, _ := routing.CurrencyOfAccount(account)
	signed := func(n messages.Node) int64 {
		if n.Child("CdtDbtInd").Text() == "DBIT" {
			return -s.minor(n.Child("Amt").Text(), currency)
		}
		return s.minor(n.Child("Amt").Text(), currency)
	}
	var opening, closing, moved int64
	for n := range body.Child("Stmt").Children() {
		switch {
		case n.Name() == "Bal" && n.At("Tp/CdOrPrtry/Cd").Text() == "OPBD":
			opening = signed(n)
		case n.Name() == "Bal":
			closing = signed(n)
		case n.Name() == "Ntry":
			moved += signed(n)
			words = append(words, amountOf(signed(n), currency))
		}
	}
	if opening+moved != closing {
		s.t.Errorf("the statement of %s does not add up: %d, %d and %d", account, opening, moved, closing)
	}
	return append(append([]string{account, amountOf(opening, currency)}, words...), amountOf(closing, currency))
}
