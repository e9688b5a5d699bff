package gateway

import (
	"iter"
	"strings"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store/wire"
)

// What payments say of an exchange, and how one leaves that does not arrive as it was
// sent.

// InstructionQuote and InstructionRate begin what a payment tells the gateway in
// InstrForNxtAgt/InstrInf: the quote that it uses, or the least rate that it accepts.
// From pacs.008.001.13 on, AgrdRate/QtId names a quote as well, and
// AgrdRate/PreAgrdXchgRate without one is such a rate.
const (
	InstructionQuote = "/QUOTE/"
	InstructionRate  = "/RATE/"
)

// maxQuoteID is the length of the identifier of a quote, a UUID.
const maxQuoteID = 36

// exchangeable is what the desk reads of a payment about its exchange.
type exchangeable interface {
	NextAgentInstructions() iter.Seq[messages.InstructionView]
	CreditorAccount() messages.AccountView
	ChargeBearer() string
	ServiceLevel() string
}

// agreement is what newer customer transfers have besides.
type agreement interface {
	QuoteID() string
	AgreedRateText() string
}

func (f *facts) exchange(t exchangeable, p *routing.Payment) {
	bound := ""
	if a, ok := t.(agreement); ok {
		if p.Quote = a.QuoteID(); p.Quote == "" {
			bound = a.AgreedRateText()
		}
	}
	for instruction := range t.NextAgentInstructions() {
		text := strings.TrimSpace(instruction.Text())
		if quote, ok := strings.CutPrefix(text, InstructionQuote); ok && p.Quote == "" {
			p.Quote = clipped(quote, maxQuoteID)
			if p.Quote == "" {
				p.Quote = "?" // it wants one, and none is so called
			}
		}
		if rate, ok := strings.CutPrefix(text, InstructionRate); ok {
			bound = rate
		}
	}
	if bound != "" {
		var err error
		if p.Bound, err = routing.ParseRate(bound); err != nil && p.Refusal.Code == "" {
			p.Refusal = settlement.Reason{Code: "AM12", Text: "the least rate that is accepted is no rate"}
		}
	}
	if currency, err := messages.ParseCurrency(t.CreditorAccount().CurrencyCode()); err == nil {
		p.Into = currency
	}
	p.Bearer, p.Service = t.ChargeBearer(), t.ServiceLevel()
}

// writeExchange writes what a payment says of its exchange into the facts of its
// message.
func writeExchange(w *wire.Writer, p *routing.Payment) {
	w.Text(p.Quote)
	w.Text(p.Bound.String())
	w.Uint(uint64(p.Into))
	w.Text(p.Bearer)
	w.Text(p.Service)
}

func readExchange(r *wire.Reader, p *routing.Payment) {
	p.Quote, p.Bound, p.Into = r.Text(), readDecimal(r), messages.Currency(r.Uint()) //nolint:gosec // written from a Currency
	p.Bearer, p.Service = r.Text(), r.Text()
}

func readDecimal(r *wire.Reader) messages.Decimal {
	d, err := messages.ParseDecimal(r.Text())
	if err != nil {
		return messages.Decimal{} // of a record that cannot be read: its reader says so
	}
	return d
}

// writePassage writes what becomes of a payment on its way; nil: nothing does.
func writePassage(w *wire.Writer, p *routing.Passage) {
	w.Flag(p != nil)
	if p == nil {
		return
	}
	w.Text(p.Quote)
	writeMoney(w, p.Arrives)
	w.Text(p.Rate.String())
	w.Uint(uint64(len(p.Charges)))
	for _, c := range p.Charges {
		w.Text(c.Agent.String())
		writeMoney(w, c.Amount)
	}
}

func readPassage(r *wire.Reader) *routing.Passage {
	if !r.Flag() {
		return nil
	}
	p := &routing.Passage{Quote: r.Text(), Arrives: readMoney(r), Rate: readDecimal(r)}
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		p.Charges = append(p.Charges, routing.Charge{Agent: readBIC(r), Amount: readMoney(r)})
	}
	return p
}

func writeMoney(w *wire.Writer, m messages.Money) {
	w.Uint(uint64(m.Currency()))
	w.Int(m.Minor())
}

func readMoney(r *wire.Reader) messages.Money {
	currency, minor := messages.Currency(r.Uint()), r.Int() //nolint:gosec // written from a Currency
	m, err := messages.NewMoney(minor, currency)
	if err != nil {
		return messages.Money{}
	}
	return m
}

// passing is one payment of a message on its way to the receiver.
type passing struct {
	transaction int
	uetr        string
	passage     *routing.Passage // nil: it arrives as it was sent
}

// arriving is the amount that arrives.
func (p *passing) arriving(payment messages.Node) (messages.Money, error) {
	if p.passage != nil {
		return p.passage.Arrives, nil
	}
	return amountIn(payment.Child("IntrBkSttlmAmt"))
}

func amountIn(n messages.Node) (messages.Money, error) { return messages.AmountView{Node: n}.Money() }

// pass rewrites what the way has changed of a payment: the amount that arrives, by
// what rate, and what was taken out of it. What was ordered stays, or stands there
// from now on. What the sender has told the gateway itself goes no further.
func pass(s *messages.Splice, payment messages.Node, p *routing.Passage) {
	amount, ordered := payment.Child("IntrBkSttlmAmt"), payment.Child("InstdAmt")
	sent, err := amountIn(amount)
	s.SetAmount(amount, p.Arrives)
	if has(payment, "InstdAmt") && !ordered.Exists() && err == nil {
		s.Insert(payment, "InstdAmt", func(w *messages.Writer) { w.Amount("InstdAmt", sent) })
	}
	if has(payment, "XchgRate") && p.Rate.Sign() > 0 {
		passRate(s, payment, p, orElse(ordered.Attr("Ccy"), sent.Currency().Code()) == p.Arrives.Currency().Code(), sent)
	}
	takenOut(s, payment, p.Charges)
	for instruction := range payment.All("InstrForNxtAgt") {
		text := strings.TrimSpace(messages.InstructionView{Node: instruction}.Text())
		if strings.HasPrefix(text, InstructionQuote) || strings.HasPrefix(text, InstructionRate) {
			s.Delete(instruction)
		}
	}
}

// takenOut tells what was taken out of a payment, where its version has a place for that.
func takenOut(s *messages.Splice, payment messages.Node, all []routing.Charge) {
	if !has(payment, "ChrgsInf") || len(all) == 0 {
		return
	}
	charges := make([]messages.Charge, len(all))
	for i, c := range all {
		charges[i] = messages.Charge{Amount: c.Amount, Agent: messages.Agent{BIC: c.Agent}}
	}
	s.Insert(payment, "ChrgsInf", func(w *messages.Writer) { w.ChargesTaken("ChrgsInf", charges) })
}

// passRate says by what rate what was ordered became what arrives. Where it was
// ordered in that currency there is no rate; where it was ordered in a third one, the
// sender's own stays.
func passRate(s *messages.Splice, payment messages.Node, p *routing.Passage, asOrdered bool, sent messages.Money) {
	rate, ordered := payment.Child("XchgRate"), payment.Child("InstdAmt")
	switch {
	case asOrdered && rate.Exists():
		s.Delete(rate)
	case asOrdered || ordered.Exists() && ordered.Attr("Ccy") != sent.Currency().Code():
	case rate.Exists():
		s.Set(rate, p.Rate.String())
	default:
		s.Insert(payment, "XchgRate", func(w *messages.Writer) { w.Text("XchgRate", p.Rate.String()) })
	}
}

// has tells whether the version of a payment knows an element.
func has(payment messages.Node, name string) bool {
	element, _ := payment.Type().Element(name)
	return element != nil
}
