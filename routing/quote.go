package routing

import (
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// QuoteRequest is what somebody wants an exchange to be offered for.
type QuoteRequest struct {
	From messages.Currency `json:"from"`
	To   messages.Currency `json:"to"`
	// Amount is in minor units: of From what is paid, charges included, or with Buy of
	// To what arrives.
	Amount   int64        `json:"amount"`
	Buy      bool         `json:"buy,omitempty"`
	Receiver messages.BIC `json:"receiver,omitzero"` // whom for; without: anyone
	Seconds  int64        `json:"seconds,omitempty"` // how long it is to hold; 0: DefaultQuote
}

// MaxQuoted is how many offers are made of one request.
const MaxQuoted = 5

// Quotes are the offers for a request, the best first, without identifiers. None are
// made for what cannot be paid.
func (p *Planner) Quotes(asker *Participant, q *QuoteRequest) (quotes []Quote) {
	r := Request{Sender: asker, Receiver: &Participant{}, From: q.From, To: q.To, Amount: q.Amount, Buy: q.Buy}
	if !q.Receiver.IsZero() {
		receiver, known := p.ByBIC(q.Receiver)
		if !known {
			return nil
		}
		_, carried := p.CorridorInto(asker.BIC, receiver.BIC, q.From, q.To)
		if r.Receiver = receiver; p.noExchange(carried, r).Code != "" {
			return nil
		}
	}
	holds := DefaultQuote
	if q.Seconds > 0 {
		holds = min(holds, time.Duration(q.Seconds)*time.Second)
	}
	routes := p.exchanges(r, Corridor{})
	p.rank(routes, r)
	for i := range routes[:min(len(routes), MaxQuoted)] {
		quotes = append(quotes, Quote{Asker: asker.ID, Receiver: r.Receiver.ID, Hops: routes[i].Hops, Made: p.Now, Expires: p.Now + settlement.Moment(holds)})
	}
	return quotes
}
