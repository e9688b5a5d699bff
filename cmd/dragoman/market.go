package main

import (
	"context"
	"encoding/json"
	"flag"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
)

// What changes one currency into another: rates, quotes, and the ways of a payment.

func ratesCommand() command {
	c := command{
		name: "rates", usage: "--as NAME [--stand FROM/TO=RATE[,FROM/TO=RATE...] [--fee DECIMAL] [--valid DURATION]]", summary: "list the exchange rates that stand; as a provider, stand by some",
		help: `
A provider stands by a rate until its time is up or it says another. RATE is a
decimal, units of the second currency for one of the first; none withdraws it.
--fee is what the provider takes of each payment besides, in the first currency.

  dragoman rates --as ginkgo-fx --stand CNY/THB=4.9312,THB/CNY=0.2019 --valid 10m`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		stand := flags.String("stand", "", "`RATES` to stand by, such as CNY/THB=4.9312")
		fee := flags.String("fee", "", "`DECIMAL` that is taken of each payment")
		valid := flags.Duration("valid", 10*time.Minute, "for how long")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		request, err := c.rates(*stand, *fee, *valid)
		if err != nil {
			return err
		}
		client, err := who.open()
		if err != nil {
			return err
		}
		if *stand == "" {
			return client.rates(ctx, "", *who.json, std)
		}
		body, err := json.Marshal(request)
		if err != nil {
			return err
		}
		var taken struct{ Place string }
		answer, err := client.call(ctx, "POST", "/v1/rates", jsonBody, body, &taken)
		if err != nil {
			say(std.out, "%s", answer)
			return err
		}
		return client.rates(ctx, taken.Place, *who.json, std)
	}
	return c
}

// rates reads FROM/TO=RATE,….
func (c command) rates(text, fee string, valid time.Duration) (gateway.RateRequest, error) {
	request := gateway.RateRequest{ValidSeconds: int64(valid / time.Second)}
	if text == "" {
		return request, nil
	}
	for one := range strings.SplitSeq(text, ",") {
		pair, rate, found := strings.Cut(one, "=")
		from, to, slash := strings.Cut(pair, "/")
		source, err := messages.ParseCurrency(from)
		target, wrong := messages.ParseCurrency(to)
		if !found || !slash || err != nil || wrong != nil {
			return request, c.usagef("--stand: %q is not FROM/TO=RATE, such as CNY/THB=4.9312", one)
		}
		offer := gateway.RateOffer{From: source, To: target, Tiers: []gateway.RateTier{}}
		if rate != "none" {
			offer.Tiers = append(offer.Tiers, gateway.RateTier{Rate: rate, Fee: fee})
		}
		request.Rates = append(request.Rates, offer)
	}
	return request, nil
}

// rates shows the rates as they stand behind a place in the log.
func (c *client) rates(ctx context.Context, after string, asJSON bool, std streams) error {
	var found gateway.RatesView
	answer, err := c.call(ctx, "GET", "/v1/rates?"+url.Values{"after": {after}}.Encode(), jsonBody, nil, &found)
	if err != nil || asJSON {
		say(std.out, "%s", answer)
		return err
	}
	if len(found.Rates) == 0 {
		say(std.out, "no rate stands\n")
		return nil
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	say(table, "FROM\tTO\tPROVIDER\tUP TO\tRATE\tFEE\tUNTIL\n")
	for _, r := range found.Rates {
		for _, tier := range r.Tiers {
			say(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.From, r.To, r.Provider, tier.UpTo, tier.Rate, tier.Fee, moment(r.Until))
		}
	}
	return table.Flush()
}

func quoteCommand() command {
	c := command{
		name: "quote", usage: "--as NAME --from CODE --to CODE (--amount DECIMAL | --buy DECIMAL) [--for BIC] | ID", summary: "have an exchange offered, or look at a quote",
		help: `
--amount is what is paid, charges included; --buy is what is to arrive. A quote
holds for ten minutes and for one payment: 'dragoman draft --quote ID' names it.

  dragoman quote --as jade-bank --from CNY --to THB --amount 250.00 --for ORCHTHBK`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		from := flags.String("from", "", "`CODE` of the currency that is paid")
		to := flags.String("to", "", "`CODE` of the currency that arrives")
		amount := flags.String("amount", "", "how much is paid, a `DECIMAL`")
		buy := flags.String("buy", "", "how much is to arrive, a `DECIMAL`")
		receiver := flags.String("for", "", "`BIC` of the bank that is paid")
		ids, err := c.parse(flags, args, std)
		if err != nil {
			return err
		}
		request := gateway.AskQuote{Amount: *amount, Side: "source"}
		if len(ids) == 0 {
			if err := c.quoteRequest(&request, *from, *to, *buy, *receiver); err != nil {
				return err
			}
		}
		client, err := who.open()
		if err != nil {
			return err
		}
		return client.quote(ctx, &request, ids, *who.json, std)
	}
	return c
}

func (c command) quoteRequest(r *gateway.AskQuote, from, to, buy, receiver string) (err error) {
	if r.From, err = messages.ParseCurrency(from); err != nil {
		return c.usagef("--from: %v", err)
	}
	if r.To, err = messages.ParseCurrency(to); err != nil {
		return c.usagef("--to: %v", err)
	}
	if receiver != "" {
		if r.Receiver, err = messages.ParseBIC(receiver); err != nil {
			return c.usagef("--for: %v", err)
		}
	}
	if (r.Amount == "") == (buy == "") {
		return c.usagef("either --amount, what is paid, or --buy, what is to arrive")
	}
	if buy != "" {
		r.Amount, r.Side = buy, "destination"
	}
	return nil
}

// quote shows the quote of an id, or those that are made for a request.
func (c *client) quote(ctx context.Context, request *gateway.AskQuote, ids []string, asJSON bool, std streams) error {
	var made gateway.QuotesView
	var answer []byte
	var err error
	if len(ids) > 0 {
		made.Quotes = make([]gateway.QuoteView, 1)
		answer, err = c.call(ctx, "GET", "/v1/quotes/"+url.PathEscape(ids[0]), jsonBody, nil, &made.Quotes[0])
	} else {
		var body []byte
		if body, err = json.Marshal(request); err != nil {
			return err
		}
		answer, err = c.call(ctx, "POST", "/v1/quotes", jsonBody, body, &made)
	}
	if err != nil || asJSON {
		say(std.out, "%s", answer)
		return err
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	say(table, "QUOTE\tPAYS\tFEE\tARRIVES\tRATE\tPROVIDER\tEXPIRES\tSTATE\n")
	for i := range made.Quotes {
		q := &made.Quotes[i]
		rate, provider := exchanges(q.Hops)
		say(table, "%s\t%s %s\t%s\t%s %s\t%s\t%s\t%s\t%s\n", q.ID, q.Pays, q.From, q.Fee, q.Arrives, q.To, rate, provider, moment(q.Expires), q.State)
	}
	return table.Flush()
}

// exchanges are the rates and providers of hops on one line.
func exchanges(hops []gateway.HopView) (rate, provider string) {
	var rates, providers []string
	for _, h := range hops {
		rates, providers = append(rates, h.Rate), append(providers, h.Provider.String())
	}
	return strings.Join(rates, " × "), strings.Join(providers, ", ")
}

func routeCommand() command {
	c := command{
		name: "route", usage: "--as NAME --from BIC --to BIC --currency CODE --amount DECIMAL [--into CODE]", summary: "show which ways a payment has now, and why each is taken or not",
		help: `
Directly, through a correspondent, by an exchange, or through a third currency,
as things stand: rates, fees, corridors and the money that is there. The one
that is taken comes first. Cheapest first, or with --urgent fastest first.

  dragoman route --as jade-bank --from JADECNBJ --to ORCHTHBK --currency CNY --into THB --amount 250.00`,
	}
	c.run = func(ctx context.Context, args []string, std streams) error {
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		who := addClientFlags(flags)
		query := map[string]*string{
			"from": flags.String("from", "", "`BIC` of the sender"), "to": flags.String("to", "", "`BIC` of the receiver"),
			"currency": flags.String("currency", "", "`CODE` of the currency that is sent"), "into": flags.String("into", "", "`CODE` of the currency that arrives; without it the same"),
			"amount": flags.String("amount", "", "how much is sent, a `DECIMAL`"), "charges": flags.String("charges", "SHAR", "who bears charges: DEBT, SHAR or CRED"),
		}
		urgent := flags.Bool("urgent", false, "fastest before cheapest")
		if err := c.parseNone(flags, args, std); err != nil {
			return err
		}
		values := url.Values{}
		for name, value := range query {
			values.Set(name, *value)
		}
		if *urgent {
			values.Set("priority", "urgent")
		}
		client, err := who.open()
		if err != nil {
			return err
		}
		return client.route(ctx, values, *who.json, std)
	}
	return c
}

func (c *client) route(ctx context.Context, query url.Values, asJSON bool, std streams) error {
	var found gateway.RoutesView
	answer, err := c.call(ctx, "GET", "/v1/routes?"+query.Encode(), jsonBody, nil, &found)
	if err != nil || asJSON {
		say(std.out, "%s", answer)
		return err
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	if len(found.Routes) > 0 {
		say(table, "ROUTE\tTHROUGH\tSETTLES\tPAYS\tARRIVES\tRATE\tVERDICT\n")
	}
	for i := range found.Routes {
		r := &found.Routes[i]
		var through []string
		for _, bic := range r.Through {
			through = append(through, bic.String())
		}
		rate, _ := exchanges(r.Exchanges)
		verdict := r.Why
		if r.Taken {
			verdict = "taken"
		}
		say(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Kind, strings.Join(through, ", "), r.Settles, r.Pays, r.Arrives, rate, verdict)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if found.Reason != "" {
		say(std.out, "a payment would be refused: %s, %s\n", found.Reason, found.Text)
	}
	return nil
}
