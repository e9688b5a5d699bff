package gateway

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// QuoteView is a quote as its asker sees it.
type QuoteView struct {
	ID       string            `json:"quoteId"`
	Asker    messages.BIC      `json:"asker"`
	Receiver messages.BIC      `json:"receiver,omitzero"`
	From     messages.Currency `json:"from"`
	To       messages.Currency `json:"to"`
	// Pays is what is paid in all, Fee the part of it that the first provider takes.
	// A payment that names the quote is of Pays or, where the debtor bears the charges
	// (DEBT), of Pays without Fee.
	Pays    string    `json:"pays"`
	Fee     string    `json:"fee"`
	Arrives string    `json:"arrives"`
	Hops    []HopView `json:"exchanges"`
	Made    time.Time `json:"made"`
	Expires time.Time `json:"expires"`
	State   string    `json:"state"` // open, used or expired
}

// HopView is one exchange of a quote.
type HopView struct {
	Provider messages.BIC      `json:"provider"`
	From     messages.Currency `json:"from"`
	To       messages.Currency `json:"to"`
	Rate     string            `json:"rate"`
	Sold     string            `json:"sold"`
	Fee      string            `json:"fee"`
	Bought   string            `json:"bought"`
	Rounding string            `json:"rounding"` // what the rate gives above what is bought
}

// QuotesView is the answer to POST /v1/quotes: the best first.
type QuotesView struct {
	Place  string      `json:"place"`
	Quotes []QuoteView `json:"quotes"`
}

// RateView is a rate that stands.
type RateView struct {
	Provider messages.BIC      `json:"provider"`
	From     messages.Currency `json:"from"`
	To       messages.Currency `json:"to"`
	Tiers    []RateTier        `json:"tiers"`
	Since    time.Time         `json:"since"`
	Until    time.Time         `json:"until"`
}

// RatesView is the answer to GET /v1/rates.
type RatesView struct {
	Rates []RateView `json:"rates"`
}

func (d *Door) putRates(w http.ResponseWriter, r *http.Request, c Caller) error {
	var request RateRequest
	if err := readJSONUpTo(w, r, &request, d.limits.Body); err != nil {
		return err
	}
	place, err := d.node.Desk.Rates(r.Context(), c, &request)
	if err != nil {
		return err
	}
	return reply(w, http.StatusAccepted, map[string]string{"place": placeText(place)})
}

// rates are public among those who take part: who pays by them must see them all.
func (d *Door) rates(w http.ResponseWriter, _ *http.Request, _ Caller) error {
	market, err := marketOf(d.node.Books, routing.RowRates)
	if err != nil {
		return err
	}
	view := RatesView{Rates: []RateView{}}
	for _, s := range market.All(d.node.Books.State().Now) {
		view.Rates = append(view.Rates, rateView(d.node.Directory(), &s))
	}
	return reply(w, http.StatusOK, view)
}

func rateView(d *routing.Directory, s *routing.StandingRate) RateView {
	v := RateView{Provider: bicOfID(d, s.Provider), From: s.From, To: s.To, Since: timeOf(s.Since), Until: timeOf(s.Until)}
	for _, t := range s.Tiers {
		tier := RateTier{Rate: t.Rate.String()}
		if t.UpTo != 0 {
			tier.UpTo = amountOf(t.UpTo, s.From)
		}
		if t.Fee != 0 {
			tier.Fee = amountOf(t.Fee, s.From)
		}
		v.Tiers = append(v.Tiers, tier)
	}
	return v
}

func bicOfID(d *routing.Directory, id settlement.ParticipantID) messages.BIC {
	p, known := d.ByID(id)
	if !known {
		return messages.BIC{}
	}
	return p.BIC
}

// quoteWait is how long the answer to a request for quotes waits for the books.
const quoteWait = 5 * time.Second

func (d *Door) askQuotes(w http.ResponseWriter, r *http.Request, c Caller) error {
	var request AskQuote
	if err := readJSON(w, r, &request); err != nil {
		return err
	}
	view, err := d.node.quote(r.Context(), c, &request)
	if err != nil {
		return err
	}
	return reply(w, http.StatusCreated, view)
}

// quote asks for quotes and waits until they are made.
func (n *Node) quote(ctx context.Context, c Caller, request *AskQuote) (QuotesView, error) {
	a, err := n.Desk.AskQuote(ctx, c, request)
	if err != nil {
		return QuotesView{}, err
	}
	waiting, stop := context.WithTimeout(ctx, quoteWait)
	defer stop()
	if err := n.WaitFor(waiting, a.place.Sequence); err != nil {
		return QuotesView{}, refused(problemBehind, "the quotes are not made yet; ask again")
	}
	offers, err := n.quotesOf(a)
	if err != nil {
		return QuotesView{}, err
	}
	view := QuotesView{Place: placeText(a.place), Quotes: []QuoteView{}}
	for i := range offers {
		view.Quotes = append(view.Quotes, n.quoteView(&offers[i]))
	}
	if len(offers) == 0 {
		return QuotesView{}, refused(problemChange, "nobody changes that much %s into %s for you now", request.From.Code(), request.To.Code())
	}
	return view, nil
}

// quotesOf are the quotes that a request has led to, the best first.
func (n *Node) quotesOf(a Quoting) ([]routing.Quote, error) { return a.Offers(n.Books) }

// Offers are the quotes that the request has led to in the books, the best first.
func (a Quoting) Offers(books *store.Books) (offers []routing.Quote, err error) {
	for i := range routing.MaxQuoted {
		q, known, err := quoteIn(books, quoteID(a.nonce, a.place, i))
		if err != nil || !known {
			return offers, err
		}
		offers = append(offers, q)
	}
	return offers, nil
}

// Place is where the request stands in the log.
func (a Quoting) Place() settlement.Place { return a.place }

func (n *Node) quoteNamed(id string) (routing.Quote, bool, error) { return quoteIn(n.Books, id) }

func quoteIn(books *store.Books, id string) (q routing.Quote, known bool, err error) {
	value, err := books.MarketValue(routing.RowQuotes + id)
	if value == nil || err != nil {
		return q, false, err
	}
	return q, true, json.Unmarshal(value, &q)
}

// getQuote shows a quote to who asked for it, and to the gateway's own people.
func (d *Door) getQuote(w http.ResponseWriter, r *http.Request, c Caller) error {
	q, known, err := d.node.quoteNamed(r.PathValue("id"))
	if err != nil {
		return err
	}
	if !known || bicOfID(d.node.Directory(), q.Asker) != c.Participant && !c.may(routing.RoleOperator) && !c.may(routing.RoleCompliance) {
		return notFound("there is no quote %q of yours", clipped(r.PathValue("id"), maxQuoteID))
	}
	return reply(w, http.StatusOK, d.node.quoteView(&q))
}

func (n *Node) quoteView(q *routing.Quote) QuoteView {
	directory, first, last := n.Directory(), &q.Hops[0], &q.Hops[len(q.Hops)-1]
	v := QuoteView{
		ID: q.ID, Asker: bicOfID(directory, q.Asker), Receiver: bicOfID(directory, q.Receiver), From: q.From(), To: q.To(),
		Pays: amountOf(first.Paid(), first.From), Fee: amountOf(first.Fee, first.From), Arrives: amountOf(last.Bought, last.To),
		Made: timeOf(q.Made), Expires: timeOf(q.Expires), State: "open",
	}
	for i := range q.Hops {
		v.Hops = append(v.Hops, hopView(directory, &q.Hops[i]))
	}
	switch {
	case q.Used != 0:
		v.State = "used"
	case n.Books.State().Now >= q.Expires:
		v.State = "expired"
	}
	return v
}

func hopView(d *routing.Directory, h *routing.Hop) HopView {
	return HopView{
		Provider: bicOfID(d, h.Provider), From: h.From, To: h.To, Rate: h.Rate.String(), Sold: amountOf(h.Sold, h.From),
		Fee: amountOf(h.Fee, h.From), Bought: amountOf(h.Bought, h.To), Rounding: amountOf(h.Residual, h.To),
	}
}
