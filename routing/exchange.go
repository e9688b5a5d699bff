package routing

import (
	"math/big"
	"strings"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// Passage is what becomes of a payment between its sender and its receiver, where it
// does not arrive as it was sent.
type Passage struct {
	Quote   string // the quote that it uses up; empty: it goes by the rate that stands
	Arrives messages.Money
	// Rate is what XchgRate says; 0 where nothing was exchanged.
	Rate messages.Decimal
	// Charges are what was taken out of the payment on the way; those that its sender
	// pays besides are not among them.
	Charges []Charge
}

// exchanges tells whether a payment arrives in another currency: it names a quote or
// a bound, its creditor's account is in a currency into which a corridor exchanges,
// or no corridor carries it as it is and one exchanges it.
func (pay *Payment) exchanges(d *Directory, sender, receiver *Participant) bool {
	if pay.Quote != "" || pay.Bound.Sign() > 0 {
		return true
	}
	_, ok := pay.into(d, sender, receiver)
	return ok
}

// into is the currency in which a payment arrives that names no quote; false: the
// one in which it is sent.
func (pay *Payment) into(d *Directory, sender, receiver *Participant) (messages.Currency, bool) {
	currency := pay.Amount.Currency()
	if pay.Into != 0 {
		if pay.Into == currency {
			return 0, false
		}
		_, ok := d.CorridorInto(sender.BIC, receiver.BIC, currency, pay.Into)
		return pay.Into, ok
	}
	if _, plain := d.Corridor(sender.BIC, receiver.BIC, currency); plain && pay.Bound.Sign() == 0 {
		return 0, false
	}
	c, ok := d.Exchanging(sender.BIC, receiver.BIC, currency)
	return c.Into, ok && d.AccountOf(receiver.ID, c.Into, settlement.RoleWallet) != 0
}

// CorridorOf is the corridor whose rules hold for the messages of a payment.
func (d *Directory) CorridorOf(pay *Payment, sender, receiver *Participant) (Corridor, bool) {
	currency := pay.Amount.Currency()
	if !pay.exchanges(d, sender, receiver) {
		return d.Corridor(sender.BIC, receiver.BIC, currency)
	}
	if into, ok := pay.into(d, sender, receiver); ok && pay.Quote == "" {
		return d.CorridorInto(sender.BIC, receiver.BIC, currency, into)
	}
	return d.Exchanging(sender.BIC, receiver.BIC, currency)
}

// besides tells that the sender pays charges besides the amount: of banks' own
// payments nothing is ever taken out.
func (pay *Payment) besides() bool { return pay.Bearer == "DEBT" || pay.Bearer == "" }

// Service levels whose payments are in haste.
var hasty = map[string]bool{"URGP": true, "SDVA": true, "INST": true, "G005": true}

func (pay *Payment) urgent() bool { return pay.Priority == "URGT" || hasty[pay.Service] }

// correspondent is the way through another participant's account; nil: there is none.
func (p *Planner) correspondent(sender, receiver *Participant, pay *Payment) (*Route, *Passage) {
	routes, why := p.Routes(Request{
		Sender: sender, Receiver: receiver, From: pay.Amount.Currency(), To: pay.Amount.Currency(), Amount: pay.Amount.Minor(),
		Besides: pay.besides(), Urgent: pay.urgent(),
	})
	if why.Code != "" {
		return nil, nil
	}
	return &routes[0], p.passage(&routes[0], pay, "")
}

// planExchange plans a payment that arrives in another currency.
func (p *Planner) planExchange(sender, receiver *Participant, l *Letter, pay *Payment, in settlement.Instruction) (settlement.Instruction, *Passage) {
	var route *Route
	if pay.Quote != "" {
		route, in.Refusal = p.quoted(sender, receiver, pay)
	} else {
		route, in.Refusal = p.byStandingRate(sender, receiver, pay)
	}
	if in.Refusal.Code != "" {
		return in, nil
	}
	paid, err := messages.NewMoney(route.Paid, pay.Amount.Currency())
	if err == nil {
		in.Refusal = p.tooMuch(&route.Corridor, route.Legs[0].Debit, paid)
	} else {
		in.Refusal = settlement.Reason{Code: "AM12", Text: err.Error()}
	}
	if in.Refusal.Code != "" {
		return in, nil
	}
	in.Legs, in.Diverts = route.Legs, pay.Quote == "" // a quote is for one way
	if p.govern(&route.Corridor, l, pay, &in); in.Refusal.Code != "" {
		in.Legs = nil
		return in, nil
	}
	return in, p.passage(route, pay, pay.Quote)
}

// byStandingRate finds the best of the rates that stand.
func (p *Planner) byStandingRate(sender, receiver *Participant, pay *Payment) (*Route, settlement.Reason) {
	into, ok := pay.into(p.Directory, sender, receiver)
	if !ok {
		return nil, settlement.Reason{Code: codeNoRate, Text: "no corridor exchanges " + pay.Amount.Currency().Code() + " from the sender to the receiver"}
	}
	routes, why := p.Routes(Request{
		Sender: sender, Receiver: receiver, From: pay.Amount.Currency(), To: into, Amount: pay.Amount.Minor(),
		Besides: pay.besides(), Urgent: pay.urgent(), Bound: pay.Bound,
	})
	if why.Code != "" {
		return nil, why
	}
	return &routes[0], settlement.Reason{}
}

// quoted holds a payment against the quote that it names. To whoever may not use it
// a quote does not exist.
func (p *Planner) quoted(sender, receiver *Participant, pay *Payment) (*Route, settlement.Reason) {
	q, known := p.Market.Quote(strings.ToLower(pay.Quote))
	if !known || q.Asker != sender.ID || q.Receiver != 0 && q.Receiver != receiver.ID {
		return nil, settlement.Reason{Code: codeQuote, Text: "the sender has no such quote for this receiver"}
	}
	agreed := q.Hops[0].Paid()
	if pay.besides() {
		agreed = q.Hops[0].Sold
	}
	switch {
	case q.Used != 0:
		return nil, settlement.Reason{Code: codeQuoteUsed, Text: "another payment has used the quote"}
	case p.Now >= q.Expires:
		return nil, settlement.Reason{Code: codeExpired, Text: "the quote expired at " + time.Unix(0, int64(q.Expires)).UTC().Format(time.RFC3339)}
	case q.From() != pay.Amount.Currency() || pay.Into != 0 && pay.Into != q.To():
		return nil, settlement.Reason{Code: codeCurrency, Text: "the quote changes " + q.From().Code() + " into " + q.To().Code()}
	case pay.Amount.Minor() != agreed:
		return nil, settlement.Reason{Code: codeWrongAmount, Text: "the quote is for " + minor(agreed, q.From()) + " " + q.From().Code()}
	}
	corridor, ok := p.CorridorInto(sender.BIC, receiver.BIC, q.From(), q.To())
	r := Request{Sender: sender, Receiver: receiver, From: q.From(), To: q.To(), Bound: pay.Bound}
	if why := p.noExchange(ok, r); why.Code != "" {
		return nil, why
	}
	if !p.changes(r, q.Hops) {
		return nil, settlement.Reason{Code: codeNoRate, Text: "the provider of the quote changes nothing at present"}
	}
	route := p.exchanged(r, corridor, q.Hops)
	if p.judge(&route, r); route.lost {
		return nil, settlement.Reason{Code: codeWrongAmount, Text: route.Why}
	}
	return &route, settlement.Reason{}
}

// passage is what becomes of a payment on a route; nil: it arrives as it was sent.
func (p *Planner) passage(route *Route, pay *Payment, quote string) *Passage {
	currency := pay.Amount.Currency()
	if len(route.Hops) > 0 {
		currency = route.Hops[len(route.Hops)-1].To
	}
	arrives, err := messages.NewMoney(route.Arrives, currency)
	if err != nil {
		panic(err) // accounts have currencies with minor units
	}
	passage := &Passage{Quote: strings.ToLower(quote), Arrives: arrives, Rate: overall(route.Hops)}
	for i, c := range route.Charges {
		if i > 0 || !pay.besides() {
			passage.Charges = append(passage.Charges, c)
		}
	}
	if quote == "" && len(route.Hops) == 0 && arrives == pay.Amount && len(passage.Charges) == 0 {
		return nil
	}
	return passage
}

// overall is the rate of all hops together, in the digits that a message can carry: of
// a single one as its provider wrote it, of several rounded down.
func overall(hops []Hop) messages.Decimal {
	switch len(hops) {
	case 0:
		return messages.Decimal{}
	case 1:
		return hops[0].Rate
	}
	mantissa, scale := big.NewInt(1), 0
	for i := range hops {
		m, s := parts(hops[i].Rate)
		mantissa.Mul(mantissa, m)
		scale += s
	}
	for ten := big.NewInt(10); scale > maxRateFractions || scale > 0 && mantissa.Cmp(rateCeiling) >= 0; scale-- {
		mantissa.Quo(mantissa, ten)
	}
	text := mantissa.String()
	if len(text) <= scale {
		text = strings.Repeat("0", scale-len(text)+1) + text
	}
	rate, err := ParseRate(text[:len(text)-scale] + "." + text[len(text)-scale:])
	if scale == 0 {
		rate, err = ParseRate(text)
	}
	if err != nil {
		return messages.Decimal{} // too large or too small to be told
	}
	return rate
}
