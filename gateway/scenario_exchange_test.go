package gateway

import (
	"context"
	"strings"
	"testing"
	"time"

	"dragoman/messages"
)

// What banks say of exchanges in a scenario.

// rate has a provider stand by a rate:
//
//	rate PROVIDER CURRENCY CURRENCY RATE [fee AMOUNT] [up-to AMOUNT RATE [fee AMOUNT]]… [valid D]
//	rate PROVIDER CURRENCY CURRENCY none
//
// The first rate is of the tier without a bound, which comes last.
func (s *stage) rate(at scenarioLine, f []string) {
	s.t.Helper()
	said := RateRequest{Rates: []RateOffer{{From: messages.MustCurrency(f[1]), To: messages.MustCurrency(f[2])}}, ValidSeconds: 600}
	offer := &said.Rates[0]
	if f[3] != "none" {
		last := RateTier{Rate: f[3]}
		tier := &last
		for i := 4; i < len(f); i++ {
			switch f[i] {
			case "fee":
				tier.Fee = f[i+1]
				i++
			case "up-to":
				offer.Tiers = append(offer.Tiers, RateTier{UpTo: f[i+1], Rate: f[i+2]})
				tier = &offer.Tiers[len(offer.Tiers)-1]
				i += 2
			case "valid":
				d, err := time.ParseDuration(f[i+1])
				if err != nil {
					s.fatal(at.place, "%v", err)
				}
				said.ValidSeconds = int64(d / time.Second)
				i++
			}
		}
		offer.Tiers = append(offer.Tiers, last)
	}
	provider := s.bic(at, f[0])
	if _, err := s.node.Desk.Rates(context.Background(), Caller{Participant: provider, Key: "key of " + provider.String()}, &said); err != nil {
		s.fatal(at.place, "%v", err)
	}
	applyAll(s.t, s.node)
}

// quote asks for an offer and keeps the best under a name:
//
//	quote NAME BANK CURRENCY AMOUNT into CURRENCY [for BANK] [seconds N]     so much is paid
//	quote NAME BANK CURRENCY buys CURRENCY AMOUNT [for BANK] [seconds N]     so much arrives
//	quote none BANK …                                                        nobody offers any
func (s *stage) quote(at scenarioLine, f []string) {
	s.t.Helper()
	bank := s.bic(at, f[1])
	said := AskQuote{From: messages.MustCurrency(f[2]), Side: "source"}
	if f[3] == "buys" {
		said.Side, said.To, said.Amount = "destination", messages.MustCurrency(f[4]), f[5]
	} else {
		said.Amount, said.To = f[3], messages.MustCurrency(f[5])
	}
	o := optionsOf(f[6:])
	if o.has("for") {
		said.Receiver = s.bic(at, o.text("for", ""))
	}
	if o.has("seconds") {
		said.Seconds = s.minor(o.text("seconds", ""), messages.MustCurrency("JPY"))
	}
	caller := Caller{Participant: bank, Key: "key of " + bank.String()}
	ask, err := s.node.Desk.AskQuote(context.Background(), caller, &said)
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	applyAll(s.t, s.node)
	offers, err := s.node.quotesOf(ask)
	if err != nil || (len(offers) == 0) != (f[0] == "none") {
		s.fatal(at.place, "there are %d offers: %v", len(offers), err)
	}
	if len(offers) > 0 {
		s.quotes[f[0]] = offers[0].ID
	}
}

// exchange makes a payment name a quote, a bound or the currency of the creditor's
// account: where the version has no element for it, as an instruction to the gateway.
func (s *stage) exchange(at scenarioLine, version string, p *messages.Payment, o options) {
	s.t.Helper()
	if o.has("ordered") {
		currency, amount, _ := strings.Cut(o.text("ordered", ""), " ")
		m, err := messages.ParseMoney(amount, messages.MustCurrency(currency))
		if err != nil {
			s.fatal(at.place, "%v", err)
		}
		p.InstructedAmount, p.ExchangeRate = m, decimalOf(s, at, o.text("at", "1"))
	}
	p.Parties.CreditorAccount.Currency = o.text("account", "")
	newer := version >= "pacs.008.001.13"
	switch {
	case o.has("quote") && newer:
		p.Quote = messages.Quote{ID: first(s.quotes[o.text("quote", "")], o.text("quote", "")), Rate: decimalOf(s, at, "1")}
	case o.has("bound") && newer:
		p.Quote = messages.Quote{Rate: decimalOf(s, at, o.text("bound", ""))}
	case o.has("quote"):
		p.Instructions = []string{InstructionQuote + first(s.quotes[o.text("quote", "")], o.text("quote", ""))}
	case o.has("bound"):
		p.Instructions = []string{InstructionRate + o.text("bound", "")}
	}
}

func decimalOf(s *stage, at scenarioLine, text string) messages.Decimal {
	s.t.Helper()
	d, err := messages.ParseDecimal(text)
	if err != nil {
		s.fatal(at.place, "%v", err)
	}
	return d
}

// rates has a bank ask for rates by a camt.016: "rates NAME BANK [CURRENCY CURRENCY]".
func (s *stage) rates(at scenarioLine, f []string) *sentMessage {
	s.t.Helper()
	from, to := "", ""
	if len(f) > 3 {
		from, to = f[2], f[3]
	}
	return &sentMessage{name: f[0], from: s.bic(at, f[1]), raw: rateQuestion(s.t, f[0], from, to)}
}

// rateQuestion is a camt.016 for the rate of two currencies; without them for all.
func rateQuestion(t *testing.T, id, from, to string) []byte {
	t.Helper()
	w := messages.NewWriter("camt.016.001.04")
	w.Open("GetCcyXchgRate")
	w.Open("MsgHdr")
	w.Text("MsgId", id)
	w.Close()
	if from != "" {
		for _, name := range []string{"CcyQryDef", "CcyCrit", "NewCrit", "SchCrit"} {
			w.Open(name)
		}
		w.Text("SrcCcy", from)
		w.Text("TrgtCcy", to)
		for range 4 {
			w.Close()
		}
	}
	w.Close()
	raw, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// rateWords are those of a camt.017: of each pair its currencies and rate, or the error.
func rateWords(m *messages.Message) (words []string) {
	v, _ := messages.ViewRateAnswer(m)
	for r := range v.Rates() {
		words = append(words, r.Pair().SourceCode(), r.Pair().TargetCode(), r.RateText())
	}
	for e := range v.Errors() {
		words = append(words, e.Code())
	}
	return words
}
