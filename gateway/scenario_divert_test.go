package gateway

import (
	"fmt"
	"strings"

	"dragoman/messages"
)

// attempted keeps a forwarded payment under the number of its attempt, too: "say"
// answers it with "attempt N".
func (s *stage) attempted(name string, raw []byte) {
	n := 1
	for s.delivered[fmt.Sprint("forwarded ", name, n)] != nil {
		n++
	}
	s.delivered[fmt.Sprint("forwarded ", name, n)] = raw
}

// attempts is what a bank may read of the ways that a payment has taken in vain: of
// each who was on it, by the names of the scenario, and why it ended.
func (s *stage) attempts(at scenarioLine, bank, name string) string {
	s.t.Helper()
	uetr, err := messages.ParseUETR(s.payments[name].uetr)
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	views, err := s.node.timelines(uetr, Caller{Participant: s.bic(at, bank)})
	if err != nil {
		s.t.Fatal(err)
	}
	var words []string
	for _, v := range views {
		for _, one := range v.Attempts {
			for _, bic := range one.Through {
				words = append(words, s.short(bic))
			}
			words = append(words, one.Reason)
		}
	}
	return strings.Join(words, " ")
}

// chargeWords are those of a camt.105: of each record the payment and the charge.
func (s *stage) chargeWords(m *messages.Message) (words []string) {
	v, _ := messages.ViewChargesNotification(m)
	for r := range v.Records() {
		for tx := range r.Transactions() {
			words = append(words, s.nameOf("", tx.EndToEndID(), ""))
		}
		words = append(words, r.Direction(), r.Amount().CurrencyCode(), r.Amount().Text())
	}
	return words
}
