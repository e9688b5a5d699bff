package gateway

import (
	"net/http"
	"net/url"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// RouteView is one way of a payment from sender to receiver.
type RouteView struct {
	Kind    string         `json:"kind"` // direct, correspondent, exchange or bridge
	Through []messages.BIC `json:"through"`
	Settles string         `json:"settles"` // the corridor's mode
	Pays    string         `json:"pays"`
	Arrives string         `json:"arrives"`
	Charges []ChargeView   `json:"charges"`
	// Exchanges are the changes of currency on the way.
	Exchanges []HopView `json:"exchanges"`
	Taken     bool      `json:"taken"`
	Why       string    `json:"why,omitempty"` // why another is taken, or it cannot be
}

// ChargeView is what somebody on the way takes.
type ChargeView struct {
	Agent    messages.BIC `json:"agent"`
	Amount   string       `json:"amount"`
	Currency string       `json:"currency"`
}

// RoutesView is the answer to GET /v1/routes: the one that is taken first.
type RoutesView struct {
	From   messages.BIC `json:"from"`
	To     messages.BIC `json:"to"`
	Routes []RouteView  `json:"routes"`
	// Reason is the ISO reason with which a payment would be refused now, Text the same
	// in words; empty: it would not be.
	Reason string `json:"reason,omitempty"`
	Text   string `json:"text,omitempty"`
}

// routes tells which ways a payment has, as things stand in the books.
func (d *Door) routesOf(w http.ResponseWriter, r *http.Request, c Caller) error {
	request, err := d.node.routeRequest(r.URL.Query(), c)
	if err != nil {
		return err
	}
	planner, err := d.node.planner()
	if err != nil {
		return err
	}
	routes, why := planner.Routes(request)
	view := RoutesView{From: request.Sender.BIC, To: request.Receiver.BIC, Routes: []RouteView{}, Reason: why.Code, Text: why.Text}
	for i := range routes {
		view.Routes = append(view.Routes, routeView(planner, &routes[i], &request))
	}
	return reply(w, http.StatusOK, view)
}

// planner plans by what stands in the books.
func (n *Node) planner() (*routing.Planner, error) {
	accounts, err := n.Books.Accounts()
	if err != nil {
		return nil, err
	}
	market, err := marketOf(n.Books, routing.RowRates)
	if err != nil {
		return nil, err
	}
	return &routing.Planner{Directory: n.Directory(), Market: market, Now: n.Books.State().Now, Available: func(id settlement.AccountID) int64 {
		if id == 0 || int(id) > len(accounts) {
			return 0
		}
		return accounts[id-1].Available()
	}}, nil
}

// routeRequest reads what is asked. A bank asks for its own payments.
func (n *Node) routeRequest(query url.Values, c Caller) (r routing.Request, err error) {
	directory := n.Directory()
	for _, end := range []struct {
		name string
		to   **routing.Participant
	}{{"from", &r.Sender}, {"to", &r.Receiver}} {
		bic, err := messages.ParseBIC(query.Get(end.name))
		if err != nil {
			return r, badRequest("%s: %v", end.name, err)
		}
		p, known := directory.ByBIC(bic)
		if !known {
			return r, refused(problemChange, "%s takes no part", bic)
		}
		*end.to = p
	}
	if !c.staff() && r.Sender.BIC != c.Participant {
		return r, refused(problemForbidden, "a bank asks for routes of its own payments")
	}
	if r.From, err = messages.ParseCurrency(query.Get("currency")); err != nil {
		return r, badRequest("currency: %v", err)
	}
	if r.To, err = messages.ParseCurrency(orElse(query.Get("into"), query.Get("currency"))); err != nil {
		return r, badRequest("into: %v", err)
	}
	currency := r.From
	switch query.Get("side") {
	case "", "source":
	case "destination":
		r.Buy, currency = true, r.To
	default:
		return r, badRequest("side is source or destination")
	}
	m, err := messages.ParseMoney(query.Get("amount"), currency)
	if err != nil || m.Sign() <= 0 {
		return r, badRequest("the amount %q is none of %s above zero", clipped(query.Get("amount"), maxReference), currency.Code())
	}
	r.Amount, r.Urgent, r.Besides = m.Minor(), query.Get("priority") == "urgent", query.Get("charges") == "DEBT"
	return r, nil
}

func routeView(p *routing.Planner, route *routing.Route, r *routing.Request) RouteView {
	v := RouteView{
		Kind: route.Kind, Through: []messages.BIC{}, Settles: string(route.Corridor.Mode), Pays: amountOf(route.Paid, r.From), Arrives: amountOf(route.Arrives, r.To),
		Charges: []ChargeView{}, Exchanges: []HopView{}, Taken: route.Why == "", Why: route.Why,
	}
	for _, id := range route.Through {
		v.Through = append(v.Through, bicOfID(p.Directory, id))
	}
	for _, charge := range route.Charges {
		v.Charges = append(v.Charges, ChargeView{charge.Agent, charge.Amount.Amount(), charge.Amount.Currency().Code()})
	}
	for i := range route.Hops {
		v.Exchanges = append(v.Exchanges, hopView(p.Directory, &route.Hops[i]))
	}
	return v
}
