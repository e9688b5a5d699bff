package gateway

import (
	"slices"
	"time"

	"dragoman/messages"
	"dragoman/routing"
)

// Netting cycles in scenarios.

// netting reads a line of the directory.
//
//	netting CURRENCY [closes TIME]… [window D] [short refuse]
func (s *stage) netting(at scenarioLine, f []string) routing.Netting {
	s.t.Helper()
	n := routing.Netting{Currency: messages.MustCurrency(f[1])}
	for i := 2; i+1 < len(f); i += 2 {
		switch next := f[i+1]; f[i] {
		case "closes":
			n.Closes = append(n.Closes, routing.TimeOfDay(next))
		case "window":
			d, err := time.ParseDuration(next)
			if err != nil {
				s.fatal(at.place, "%v", err)
			}
			n.Window = int64(d / time.Second)
		case "short":
			n.Short = routing.Short(next)
		}
	}
	return n
}

// netWords are those of a camt.088: its type, which way the money goes, how much, and how
// many payments that is.
func netWords(m *messages.Message) (words []string) {
	v, _ := messages.ViewNetReport(m)
	words = append(words, v.Type())
	for o := range v.Obligations() {
		if words = append(words, o.Direction(), o.Amount().Text()); o.TradeCountText() != "" {
			words = append(words, o.TradeCountText())
		}
	}
	return words
}

// movementWords are those of a pacs.029: of each movement whose it is, its direction and
// its amount. They come to nothing.
func (s *stage) movementWords(m *messages.Message) (words []string) {
	s.t.Helper()
	v, _ := messages.ViewMultilateralSettlement(m)
	sum := int64(0)
	for r := range v.Requests() {
		for _, one := range slices.Collect(r.Movements()) {
			money, err := one.Amount().Money()
			bic, wrong := messages.ParseBIC(one.Participant().BICText())
			if err != nil || wrong != nil {
				s.t.Errorf("a movement: %v %v", err, wrong)
			}
			if sum += money.Minor(); one.Direction() == "DBIT" {
				sum -= 2 * money.Minor()
			}
			words = append(words, s.short(bic), one.Direction(), money.Amount())
		}
	}
	if sum != 0 {
		s.t.Errorf("the movements come to %d", sum)
	}
	return words
}
