package routing

import (
	"cmp"
	"fmt"
	"slices"

	"dragoman/messages"
	"dragoman/settlement"
)

// Kinds of routes.
const (
	RouteDirect        = "direct"        // a corridor leads from sender to receiver
	RouteCorrespondent = "correspondent" // through the account of a participant that passes payments on
	RouteExchange      = "exchange"      // a provider changes the currency
	RouteBridge        = "bridge"        // two exchanges, through a third currency
)

// Charge is what somebody on the way takes of a payment.
type Charge struct {
	Agent  messages.BIC   `json:"agent"`
	Amount messages.Money `json:"amount"`
}

// Route is one way from sender to receiver: every leg of it, so that what is taken
// is settled whole or not at all.
type Route struct {
	Kind     string
	Through  []settlement.ParticipantID
	Corridor Corridor // says when it settles, and how long it may take
	Hops     []Hop
	Charges  []Charge
	Legs     []settlement.Leg
	Paid     int64 // by the sender, charges included, minor units of the currency sent
	Arrives  int64 // at the receiver, minor units of the currency received
	// Short is the first account on the way, not the sender's, whose money is not there
	// now; 0: none is.
	Short settlement.AccountID
	// Why is why the route cannot be taken or why another was; empty: it is the one.
	Why  string
	lost bool // it cannot be taken at all
}

// Request is what a route is wanted for.
type Request struct {
	Sender, Receiver *Participant
	From, To         messages.Currency
	// Amount is in minor units: of From what the sender pays, or with Buy of To what
	// arrives.
	Amount int64
	Buy    bool
	// Besides has the sender pay charges besides the amount (DEBT); otherwise they are
	// taken out of it.
	Besides bool
	Urgent  bool // fastest before cheapest
	Bound   messages.Decimal
}

// Planner plans payments by what stands in the books: the directory, the market and
// the money that is there. The same three, letter and time always give the same plan.
type Planner struct {
	*Directory
	Market *Market
	// Available is what the owner of an account may spend now.
	Available func(settlement.AccountID) int64
	Now       settlement.Moment
	// Tried are the legs of ways that the payment has taken in vain.
	Tried [][]settlement.Leg
}

// maxRoutes bounds the routes that are looked at for one payment: planning stands in
// the way of everybody.
const maxRoutes = 64

// Routes are the ways of a payment, the one to take first, and of each of the others
// why it is not. Without any the reason says what is missing.
func (p *Planner) Routes(r Request) ([]Route, settlement.Reason) {
	var routes []Route
	if r.From == r.To {
		routes = p.direct(r)
	} else {
		corridor, ok := p.CorridorInto(r.Sender.BIC, r.Receiver.BIC, r.From, r.To)
		if why := p.noExchange(ok, r); why.Code != "" {
			return nil, why
		}
		routes = p.exchanges(r, corridor)
	}
	if len(routes) == 0 {
		return nil, p.nothing(r)
	}
	p.rank(routes, r)
	if routes[0].lost {
		return routes, settlement.Reason{Code: codeOf(&routes[0]), Text: routes[0].Why}
	}
	for i := range routes[1:] {
		if other := &routes[i+1]; !other.lost {
			other.Why = p.lostTo(other, &routes[0], r)
		}
	}
	return routes, settlement.Reason{}
}

func (p *Planner) nothing(r Request) settlement.Reason {
	if r.From != r.To {
		return settlement.Reason{Code: codeNoRate, Text: fmt.Sprintf("nobody changes %s into %s now", r.From.Code(), r.To.Code())}
	}
	return p.noRoute(false, false, r.Sender, r.Receiver, r.From)
}

// Reasons of payments that are exchanged.
const (
	codeNoRate      = "RC15" // no way into the currency
	codeWrongAmount = "AM09" // not the amount that was agreed
	codeExpired     = "TM01" // the quote came to its end before the payment came
	codeQuote       = "RR12" // the identification is none of a quote of the sender
	codeQuoteUsed   = "AM05" // another payment had it
	codeCurrency    = "CURR" // not the currency of the quote
)

func codeOf(r *Route) string {
	if len(r.Hops) > 0 {
		return codeWrongAmount
	}
	return codeNoRate
}

// noExchange finds why a payment cannot be exchanged whatever the rates are.
func (p *Planner) noExchange(corridor bool, r Request) settlement.Reason {
	for _, currency := range []messages.Currency{r.From, r.To} {
		if _, issued := p.Issuance(currency); !issued {
			return settlement.Reason{Code: "AM03", Text: "nobody issues " + currency.Code() + " here"}
		}
	}
	switch {
	case r.Sender.ID == r.Receiver.ID:
		return settlement.Reason{Code: "AG12"}
	case !corridor:
		return settlement.Reason{Code: codeNoRate, Text: fmt.Sprintf("no corridor carries %s into %s from the sender to the receiver", r.From.Code(), r.To.Code())}
	case p.AccountOf(r.Sender.ID, r.From, settlement.RoleWallet) == 0:
		return settlement.Reason{Code: "AC09", Text: "the sender has no account in " + r.From.Code()}
	case p.AccountOf(r.Receiver.ID, r.To, settlement.RoleWallet) == 0:
		return settlement.Reason{Code: "AC09", Text: "the receiver has no account in " + r.To.Code()}
	}
	return settlement.Reason{}
}

// direct are the ways within one currency.
func (p *Planner) direct(r Request) (routes []Route) {
	from, to := p.AccountOf(r.Sender.ID, r.From, settlement.RoleWallet), p.AccountOf(r.Receiver.ID, r.From, settlement.RoleWallet)
	if from == 0 || to == 0 || from == to {
		return nil
	}
	if corridor, ok := p.Corridor(r.Sender.BIC, r.Receiver.BIC, r.From); ok {
		legs := []settlement.Leg{{Debit: from, Credit: to, Amount: r.Amount}}
		routes = append(routes, Route{Kind: RouteDirect, Corridor: corridor, Legs: legs, Paid: r.Amount, Arrives: r.Amount})
	}
	for _, a := range p.Accounts {
		if !a.Passes || a.Currency != r.From || a.ID == from || a.ID == to || len(routes) >= maxRoutes {
			continue
		}
		if route, ok := p.through(r, a, from, to); ok {
			routes = append(routes, route)
		}
	}
	return routes
}

// through is the way through an account of a correspondent: corridors must lead
// there and on.
func (p *Planner) through(r Request, a Account, from, to settlement.AccountID) (Route, bool) {
	owner, _ := p.ByID(a.Owner)
	toward, there := p.Corridor(r.Sender.BIC, owner.BIC, r.From)
	onward, on := p.Corridor(owner.BIC, r.Receiver.BIC, r.From)
	net := r.Amount
	if !r.Besides && !r.Buy {
		net -= a.Fee
	}
	if !there || !on || toward.Mode == DeferredNet || onward.Mode == DeferredNet || owner.Standing != StandingActive || net <= 0 || a.Fee > maxAmount-net {
		return Route{}, false
	}
	route := Route{Kind: RouteCorrespondent, Through: []settlement.ParticipantID{a.Owner}, Corridor: onward, Paid: net + a.Fee, Arrives: net}
	route.Legs = []settlement.Leg{{Debit: from, Credit: a.ID, Amount: net}, {Debit: a.ID, Credit: to, Amount: net}}
	if a.Fee > 0 {
		route.Legs = append(route.Legs, settlement.Leg{Debit: from, Credit: a.ID, Amount: a.Fee})
		route.Charges = []Charge{p.charge(owner.BIC, a.Fee, r.From)}
	}
	return route, true
}

func (p *Planner) charge(agent messages.BIC, minor int64, currency messages.Currency) Charge {
	amount, err := messages.NewMoney(minor, currency)
	if err != nil {
		panic(err) // the currency is one of an account
	}
	return Charge{agent, amount}
}

// exchanges are the ways into another currency: every rate that stands, and every
// pair of rates through a third currency.
func (p *Planner) exchanges(r Request, corridor Corridor) (routes []Route) {
	for _, rate := range p.Market.Rates(r.From, r.To, p.Now) {
		if hops, ok := chain(r, &rate); ok && p.changes(r, hops) {
			routes = append(routes, p.exchanged(r, corridor, hops))
		}
	}
	for _, bridge := range p.Currencies() {
		if bridge == r.From || bridge == r.To {
			continue
		}
		for _, first := range p.Market.Rates(r.From, bridge, p.Now) {
			for _, second := range p.Market.Rates(bridge, r.To, p.Now) {
				if len(routes) >= maxRoutes {
					return routes
				}
				if hops, ok := chain(r, &first, &second); ok && p.changes(r, hops) {
					routes = append(routes, p.exchanged(r, corridor, hops))
				}
			}
		}
	}
	return routes
}

// chain makes the hops of a request out of rates that follow each other.
func chain(r Request, rates ...*StandingRate) ([]Hop, bool) {
	hops, ok := make([]Hop, len(rates)), true
	if r.Buy {
		wanted := r.Amount
		for i := len(rates) - 1; i >= 0 && ok; i-- {
			hops[i], ok = rates[i].Buy(wanted)
			wanted = hops[i].Paid()
		}
		return hops, ok
	}
	amount := r.Amount
	for i := 0; i < len(rates) && ok; i++ {
		if i == 0 && r.Besides {
			hops[i], ok = rates[i].Sell(amount)
		} else {
			hops[i], ok = rates[i].Pay(amount)
		}
		amount = hops[i].Bought
	}
	return hops, ok
}

// changes tells whether the providers of hops can carry them out: they take part,
// are neither sender nor receiver, and have accounts on both sides.
func (p *Planner) changes(r Request, hops []Hop) bool {
	for i := range hops {
		h := &hops[i]
		provider, known := p.ByID(h.Provider)
		if !known || !provider.Provider || provider.Standing != StandingActive || h.Provider == r.Sender.ID || h.Provider == r.Receiver.ID {
			return false
		}
		if p.AccountOf(h.Provider, h.From, settlement.RoleWallet) == 0 || p.AccountOf(h.Provider, h.To, settlement.RoleWallet) == 0 {
			return false
		}
		if h.Residual > 0 && p.rounding(h.To) == 0 {
			return false
		}
	}
	return true
}

// rounding is the gateway's account for what rounding leaves over; 0: it has none.
func (p *Planner) rounding(currency messages.Currency) settlement.AccountID {
	self, ok := p.ByBIC(p.Self)
	if !ok {
		return 0
	}
	return p.AccountOf(self.ID, currency, settlement.RoleRounding)
}

// exchanged is the route of hops: who pays whom in which currency.
func (p *Planner) exchanged(r Request, corridor Corridor, hops []Hop) Route {
	last := &hops[len(hops)-1]
	route := Route{Kind: RouteExchange, Corridor: corridor, Hops: hops, Paid: hops[0].Paid(), Arrives: last.Bought}
	if len(hops) > 1 {
		route.Kind = RouteBridge
	}
	var besides []settlement.Leg
	payer := r.Sender.ID
	for i := range hops {
		h := &hops[i]
		provider, _ := p.ByID(h.Provider)
		route.Through = append(route.Through, h.Provider)
		debit, credit := p.AccountOf(payer, h.From, settlement.RoleWallet), p.AccountOf(h.Provider, h.From, settlement.RoleWallet)
		if debit != credit { // a provider does not pay itself
			route.Legs = append(route.Legs, settlement.Leg{Debit: debit, Credit: credit, Amount: h.Sold})
		}
		if h.Fee > 0 {
			route.Charges = append(route.Charges, p.charge(provider.BIC, h.Fee, h.From))
			if debit != credit {
				besides = append(besides, settlement.Leg{Debit: debit, Credit: credit, Amount: h.Fee})
			}
		}
		if h.Residual > 0 {
			besides = append(besides, settlement.Leg{Debit: p.AccountOf(h.Provider, h.To, settlement.RoleWallet), Credit: p.rounding(h.To), Amount: h.Residual})
		}
		payer = h.Provider
	}
	route.Legs = append(route.Legs, settlement.Leg{
		Debit: p.AccountOf(payer, last.To, settlement.RoleWallet), Credit: p.AccountOf(r.Receiver.ID, last.To, settlement.RoleWallet), Amount: last.Bought,
	})
	route.Legs = append(route.Legs, besides...)
	return route
}

// rank judges routes and puts the best first.
func (p *Planner) rank(routes []Route, r Request) {
	for i := range routes {
		p.judge(&routes[i], r)
	}
	slices.SortStableFunc(routes, func(a, b Route) int { return better(&a, &b, r) })
}

// judge finds what keeps a route from being taken, and whether the money on the way
// is there.
func (p *Planner) judge(route *Route, r Request) {
	if p.tried(route.Legs) {
		route.lost, route.Why = true, "it was taken in vain"
		return
	}
	if r.Bound.Sign() > 0 && len(route.Hops) > 0 && !p.within(route, r.Bound) {
		route.lost, route.Why = true, "its rate is below "+r.Bound.String()+", which the sender accepts"
		return
	}
	if route.Corridor.Maximum > 0 && route.Paid > route.Corridor.Maximum {
		route.lost, route.Why = true, "the corridor carries at most "+minor(route.Corridor.Maximum, r.From)
		return
	}
	own, needs := route.Legs[0].Debit, map[settlement.AccountID]int64{}
	for _, leg := range route.Legs {
		if needs[leg.Debit] += leg.Amount; leg.Debit != own && route.Short == 0 && needs[leg.Debit] > p.Available(leg.Debit) {
			route.Short = leg.Debit
		}
	}
}

// within tells whether what the sender gets for what is exchanged is no less than
// the bound says.
func (p *Planner) within(route *Route, bound messages.Decimal) bool {
	first, last := &route.Hops[0], &route.Hops[len(route.Hops)-1]
	least, ok := exchanged(first.Sold, first.From, last.To, bound)
	return ok && last.Bought+last.Residual >= least
}

// better orders routes: those that can be taken, those whose money is there, then by
// cost or, where the sender is in haste, by steps.
func better(a, b *Route, r Request) int {
	cost := cmp.Or(cmp.Compare(b.Arrives, a.Arrives), cmp.Compare(a.Paid, b.Paid))
	steps := cmp.Or(compareBool(a.Corridor.Mode == ConfirmThenSettle, b.Corridor.Mode == ConfirmThenSettle), cmp.Compare(len(a.Through), len(b.Through)))
	if r.Urgent {
		cost, steps = steps, cost
	}
	return cmp.Or(compareBool(a.lost, b.lost), compareBool(a.Short != 0, b.Short != 0), cost, steps, slices.Compare(a.Through, b.Through))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// lostTo says why a route that could be taken is not.
func (p *Planner) lostTo(route, taken *Route, r Request) string {
	switch {
	case route.Short != 0 && taken.Short == 0:
		return "would wait: money on the way is not there now"
	case r.Urgent && len(route.Through) != len(taken.Through):
		return fmt.Sprintf("slower: %d parties on the way, not %d", len(route.Through), len(taken.Through))
	case route.Arrives < taken.Arrives:
		return minor(taken.Arrives-route.Arrives, r.To) + " " + r.To.Code() + " less arrives"
	case route.Paid > taken.Paid:
		return minor(route.Paid-taken.Paid, r.From) + " " + r.From.Code() + " more is paid"
	}
	return "costs the same and comes behind it"
}
