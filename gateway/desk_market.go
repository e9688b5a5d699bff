package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// RateRequest is the body of POST /v1/rates: what a provider stands by from now on. Of
// the same two currencies the last one said counts.
type RateRequest struct {
	Rates []RateOffer `json:"rates"`
	// ValidSeconds is how long the rates stand without being said again.
	ValidSeconds int64 `json:"validSeconds"`
}

// RateOffer is the rate of two currencies, by amount. Without tiers it is withdrawn.
type RateOffer struct {
	From  messages.Currency `json:"from"`
	To    messages.Currency `json:"to"`
	Tiers []RateTier        `json:"tiers"`
}

// RateTier is the rate of amounts up to a bound.
type RateTier struct {
	UpTo string `json:"upTo,omitempty"` // what is paid, the fee included; empty: no bound
	Rate string `json:"rate"`           // units of the target for one of the source
	Fee  string `json:"fee,omitempty"`  // in the source currency
}

// maxRates bounds the rates of one request.
const maxRates = 200

// AskQuote is the body of POST /v1/quotes.
type AskQuote struct {
	From   messages.Currency `json:"from"`
	To     messages.Currency `json:"to"`
	Amount string            `json:"amount"`
	// Side says what the amount is: source, what is paid, charges included, or
	// destination, what arrives.
	Side     string       `json:"side"`
	Receiver messages.BIC `json:"receiver,omitzero"` // whom for; without: anyone
	Seconds  int64        `json:"seconds,omitempty"` // how long the quote is to hold; 0: as long as quotes do
}

// standing turns what a provider says into rates.
func (r *RateRequest) standing() ([]routing.StandingRate, error) {
	longest := int64(routing.MaxValidity / time.Second)
	if len(r.Rates) == 0 || len(r.Rates) > maxRates || r.ValidSeconds < 1 || r.ValidSeconds > longest {
		return nil, badRequest("a request holds 1 to %d rates, which are valid for 1 to %d seconds", maxRates, longest)
	}
	rates := make([]routing.StandingRate, len(r.Rates))
	for i := range r.Rates {
		offer := &r.Rates[i]
		rates[i] = routing.StandingRate{From: offer.From, To: offer.To, Tiers: []routing.Tier{}}
		for _, tier := range offer.Tiers {
			made, err := tier.in(offer.From)
			if err != nil {
				return nil, badRequest("%s to %s: %v", offer.From.Code(), offer.To.Code(), err)
			}
			rates[i].Tiers = append(rates[i].Tiers, made)
		}
		if err := rates[i].Check(); err != nil {
			return nil, badRequest("%v", err)
		}
	}
	return rates, nil
}

func (t *RateTier) in(currency messages.Currency) (made routing.Tier, err error) {
	if made.Rate, err = routing.ParseRate(t.Rate); err != nil {
		return made, err
	}
	if made.UpTo, err = minorOf(t.UpTo, currency); err == nil {
		made.Fee, err = minorOf(t.Fee, currency)
	}
	return made, err
}

// minorOf reads an amount in minor units; none is 0.
func minorOf(text string, currency messages.Currency) (int64, error) {
	if text == "" {
		return 0, nil
	}
	m, err := messages.ParseMoney(text, currency)
	return m.Minor(), err
}

// Rates puts what a provider stands by into the log.
func (d *Desk) Rates(ctx context.Context, caller Caller, r *RateRequest) (settlement.Place, error) {
	if d.stopped != nil && d.stopped() != nil {
		return settlement.Place{}, ErrStopped
	}
	p, known := d.directory.Load().ByBIC(caller.Participant)
	if !known || !p.Provider {
		return settlement.Place{}, refused(problemForbidden, "%s is no provider of exchange rates in the directory", caller.Participant)
	}
	rates, err := r.standing()
	if err != nil {
		return settlement.Place{}, err
	}
	for i := range rates {
		for _, currency := range []messages.Currency{rates[i].From, rates[i].To} {
			if d.directory.Load().AccountOf(p.ID, currency, settlement.RoleWallet) == 0 {
				return settlement.Place{}, refused(problemChange, "%s has no account in %s", caller.Participant, currency.Code())
			}
		}
	}
	return d.put(ctx, caller, OrderRates, ratesFacts{Rates: rates, Valid: settlement.Moment(time.Duration(r.ValidSeconds) * time.Second)})
}

// put appends an order whose facts are everything there is to it.
func (d *Desk) put(ctx context.Context, caller Caller, kind OrderKind, facts any) (settlement.Place, error) {
	encoded, err := json.Marshal(facts)
	if err != nil {
		return settlement.Place{}, err
	}
	return d.orders.Append(ctx, Order{Kind: kind, From: caller.Participant, Key: caller.Key, Received: settlement.Moment(d.clock().UnixNano()), Facts: encoded})
}

// Quoting is a request for quotes in the log: what they will be called follows from it.
type Quoting struct {
	place settlement.Place
	nonce [16]byte
}

// AskQuote puts a request for quotes into the log.
func (d *Desk) AskQuote(ctx context.Context, caller Caller, r *AskQuote) (Quoting, error) {
	var a Quoting
	if d.stopped != nil && d.stopped() != nil {
		return a, ErrStopped
	}
	facts, err := r.facts()
	if err != nil {
		return a, err
	}
	if _, err := io.ReadFull(d.random, a.nonce[:]); err != nil {
		return a, fmt.Errorf("draw a nonce: %w", err)
	}
	facts.Nonce = a.nonce
	a.place, err = d.put(ctx, caller, OrderQuote, facts)
	return a, err
}

func (r *AskQuote) facts() (quoteFacts, error) {
	f := quoteFacts{QuoteRequest: routing.QuoteRequest{From: r.From, To: r.To, Receiver: r.Receiver, Seconds: r.Seconds}}
	currency := r.From
	switch r.Side {
	case "source":
	case "destination":
		f.Buy, currency = true, r.To
	default:
		return f, badRequest("side is source, what is paid, or destination, what arrives; not %q", r.Side)
	}
	if !r.From.Active() || !r.To.Active() || r.From == r.To || r.Seconds < 0 {
		return f, badRequest("a quote is from one current currency into another, for 0 or more seconds")
	}
	m, err := messages.ParseMoney(r.Amount, currency)
	if err != nil || m.Sign() <= 0 {
		return f, badRequest("the amount %q is none of %s above zero", clipped(r.Amount, maxReference), currency.Code())
	}
	f.Amount = m.Minor()
	return f, nil
}
