package gateway

import (
	"encoding/json"
	"fmt"

	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// The market in the lane: rates that stand and quotes that were made of them. Only
// entries of the log change it, and the books keep it row by row.

// marketOf is the market, or a part of it, as it stands in the books.
func marketOf(books *store.Books, part string) (*routing.Market, error) {
	kept, err := books.Market(part)
	if err != nil {
		return nil, err
	}
	rows := make([]routing.MarketRow, len(kept))
	for i, row := range kept {
		rows[i] = routing.MarketRow(row)
	}
	m, err := routing.MarketOf(rows)
	if err != nil {
		return nil, fmt.Errorf("read the market in the books: %w", err)
	}
	return m, nil
}

// marketRows are the rows that this group has changed.
func (w *work) marketRows() []store.MarketRow {
	w.market.Forget(w.engine.Now())
	changed := w.market.Drain()
	rows := make([]store.MarketRow, len(changed))
	for i, row := range changed {
		rows[i] = store.MarketRow(row)
	}
	return rows
}

// planner plans by what stands in the books now, this group's orders before included.
func (w *work) planner() *routing.Planner {
	return &routing.Planner{Directory: w.directory, Market: w.market, Now: w.engine.Now(), Available: func(id settlement.AccountID) int64 {
		a, _ := w.engine.Account(id)
		return a.Available()
	}}
}

// quoteOnce refuses the second payment of one message that names a quote.
func (w *work) quoteOnce(identity settlement.Identity, passage *routing.Passage) settlement.Reason {
	if passage == nil || passage.Quote == "" {
		return settlement.Reason{}
	}
	for _, taken := range w.quoted {
		if taken == passage.Quote {
			return settlement.Reason{Code: "AM05", Text: "another payment of the message names the quote"}
		}
	}
	w.quoted[identity] = passage.Quote
	return settlement.Reason{}
}

// useQuote gives a quote to the payment that came with it, unless it was refused, or
// was none because the message has been here before.
func (w *work) useQuote(quote string, identity settlement.Identity) {
	p, known := w.engine.Find(identity)
	if known && p.Place == w.place() && p.State != settlement.StateRejected {
		w.market.Use(quote, p.ID)
	}
}

// ratesFacts are what a provider says it stands by from now on.
type ratesFacts struct {
	Rates []routing.StandingRate `json:"rates"`
	Valid settlement.Moment      `json:"valid"` // for how long
}

// rates takes in what a provider stands by. Whoever is no provider (any more) changes
// nothing.
func (w *work) rates(o *Order) error {
	var facts ratesFacts
	if err := json.Unmarshal(o.Facts, &facts); err != nil {
		return err
	}
	provider, known := w.directory.ByBIC(o.From)
	if !known || !provider.Provider || provider.Standing != routing.StandingActive {
		return nil
	}
	for _, s := range facts.Rates {
		s.Provider, s.Since, s.Until = provider.ID, w.engine.Now(), w.engine.Now()+facts.Valid
		w.market.Stand(s)
	}
	return nil
}

// quoteFacts are what somebody asks a quote for.
type quoteFacts struct {
	routing.QuoteRequest
	Nonce [16]byte `json:"nonce"` // so that nobody can tell the identifiers beforehand
}

// quotes makes the quotes that somebody asks for.
func (w *work) quotes(o *Order) error {
	var facts quoteFacts
	if err := json.Unmarshal(o.Facts, &facts); err != nil {
		return err
	}
	asker, known := w.directory.ByBIC(o.From)
	if !known || !asker.Standing.Sends() || w.market.Full(asker.ID) {
		return nil
	}
	place := w.place()
	for i, q := range w.planner().Quotes(asker, &facts.QuoteRequest) {
		q.ID = quoteID(facts.Nonce, place, i)
		w.market.Offer(q)
	}
	return nil
}

// quoteID is the identifier of the n-th quote of an order.
func quoteID(nonce [16]byte, place settlement.Place, n int) string {
	return assigned(identify("quote", string(nonce[:]), placeText(place), fmt.Sprint(n)))
}
