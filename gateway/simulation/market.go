package simulation

import (
	"context"
	"math/big"
	"slices"
	"strings"
	"time"

	"dragoman/gateway"
	"dragoman/messages"
	"dragoman/routing"
)

// Exchanges: two providers stand by rates, banks pay by what stands, at least by a
// bound, or by a quote that they have asked for.

// pair is what the provider changes into what, at one of some rates, for a fee that is
// taken out of the payment.
type pair struct {
	from, into string
	rates      []string
	fee        int64
	others     []string // rates of the second provider; none: it does not change this
}

var pairs = []pair{
	{"CNY", "AED", []string{"0.5071", "0.4987", "0.51013", "0.4899"}, 25, nil},
	{"CNY", "THB", []string{"4.93", "4.9371", "5.01", "4.8876"}, 25, []string{"4.91", "4.952", "4.9", "4.8999"}},
	{"AED", "CNY", []string{"1.96", "1.9713", "1.9452", "2"}, 0, nil},
}

const (
	rateEvery = 2 * time.Second
	rateStays = 20 // seconds
)

// quoteRates has the providers say what they stand by, again and again; at night rarely.
func (p *play) quoteRates() {
	again := p.between(rateEvery/2, 2*rateEvery)
	if p.faults.healed {
		again = 10 * time.Minute
	}
	p.after(again, p.quoteRates)
	first, second := gateway.RateRequest{ValidSeconds: rateStays}, gateway.RateRequest{ValidSeconds: rateStays}
	for _, pair := range pairs {
		first.Rates = append(first.Rates, p.offer(pair, pair.rates))
		if len(pair.others) > 0 {
			second.Rates = append(second.Rates, p.offer(pair, pair.others))
		}
	}
	p.standBy(providerBIC, &first)
	p.standBy(secondBIC, &second)
}

// offer draws one of some rates.
func (p *play) offer(pair pair, rates []string) gateway.RateOffer {
	tier := gateway.RateTier{Rate: rates[p.random.IntN(len(rates))]}
	if pair.fee > 0 {
		tier.Fee = money(pair.fee, pair.from).Amount()
	}
	return gateway.RateOffer{From: messages.MustCurrency(pair.from), To: messages.MustCurrency(pair.into), Tiers: []gateway.RateTier{tier}}
}

func (p *play) standBy(bic string, said *gateway.RateRequest) {
	provider := gateway.Caller{Participant: bicOf(bic), Key: bicOf(bic).String()}
	p.node.put(func() error {
		_, err := p.node.desk.Rates(context.Background(), provider, said)
		return err
	}, func() { p.traffic["rates"]++ })
}

// exchange writes a payment that arrives in another currency.
func (b *bank) exchange(pair pair, quote *routing.Quote) *letter {
	l := b.letter(kindExchange)
	p := b.pay(l, b.other(), pair.from, 1000+b.random.Int64N(100_000))
	p.into, p.quote = pair.into, quote
	switch {
	case quote != nil:
		p.minor = quote.Hops[0].Paid()
		b.traffic["exchange by quote"]++
	case b.chance(3):
		all := slices.Concat(pair.rates, pair.others)
		p.bound = all[b.random.IntN(len(all))]
		b.traffic["exchange with bound"]++
	}
	if quote == nil && b.chance(4) {
		p.bearer = "DEBT"
	}
	b.payments[p.uetr] = p
	l.raw = b.scribe.transfer(l, b.bic)
	b.tell()
	return l
}

// seekQuote asks for a quote, of what is paid or of what arrives, and pays by it.
func (b *bank) seekQuote(pair pair) {
	side, currency := "source", pair.from
	if b.chance(2) {
		side, currency = "destination", pair.into
	}
	asks := gateway.AskQuote{
		From: messages.MustCurrency(pair.from), To: messages.MustCurrency(pair.into), Side: side, Amount: money(1000+b.random.Int64N(100_000), currency).Amount(),
	}
	var asked gateway.Quoting
	b.node.put(func() (err error) {
		asked, err = b.node.desk.AskQuote(context.Background(), b.caller(), &asks)
		return err
	}, func() { b.takeQuote(pair, asked, b.node.life) })
}

// takeQuote pays by the best offer when the gateway has applied the request. Nobody may
// offer any.
func (b *bank) takeQuote(pair pair, asked gateway.Quoting, life int) {
	switch {
	case b.node.life != life:
		return
	case b.node.books.State().Sequence < asked.Place().Sequence:
		b.after(50*time.Millisecond, func() { b.takeQuote(pair, asked, life) })
		return
	}
	offers, err := asked.Offers(b.node.books)
	b.no(err)
	if len(offers) == 0 {
		b.traffic["no quote"]++
		return
	}
	b.post(b.exchange(pair, &offers[0]))
	if b.chance(5) { // a quote is for one payment
		b.post(b.exchange(pair, &offers[0]))
	}
}

// arrives holds what has arrived of an exchanged payment against what was agreed.
func (p *payment) arrives(minor int64, currency, rate string) bool {
	p.arrived = minor
	pair := p.pair()
	if p.through = bicOf(providerBIC).String(); slices.Contains(pair.others, rate) {
		p.through = bicOf(secondBIC).String()
	}
	switch {
	case currency != p.into:
		return false
	case p.quote != nil:
		return minor == p.quote.Hops[0].Bought
	case !slices.Contains(slices.Concat(pair.rates, pair.others), rate) || p.bound != "" && minor < exchanged(p.sold(), p.bound):
		return false
	}
	return minor == exchanged(p.sold(), rate)
}

func (p *payment) pair() pair {
	return pairs[slices.IndexFunc(pairs, func(one pair) bool { return one.from == p.currency && one.into == p.into })]
}

// sold is what is exchanged: what is paid, less what is taken out of it.
func (p *payment) sold() int64 {
	if p.bearer == "DEBT" {
		return p.minor
	}
	return p.minor - p.pair().fee
}

// left is what the provider gives by its rate above what arrives: it goes to the
// gateway's account for roundings.
func (p *payment) left() int64 {
	if p.quote == nil {
		return 0
	}
	return exchanged(p.sold(), p.quote.Hops[0].Rate.String()) - p.arrived
}

func ratio(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		panic(text)
	}
	return r
}

// exchanged is an amount at a rate, rounded once, half to even. All currencies here have
// two decimals.
func exchanged(minor int64, rate string) int64 {
	exact := new(big.Rat).Mul(new(big.Rat).SetInt64(minor), ratio(rate))
	whole, rest := new(big.Int).QuoRem(exact.Num(), exact.Denom(), new(big.Int))
	switch rest.Lsh(rest, 1).Cmp(exact.Denom()) {
	case 1:
		return whole.Int64() + 1
	case 0:
		return whole.Int64() + whole.Int64()%2
	}
	return whole.Int64()
}

// rateOf is what a forwarded payment says of the rate.
func rateOf(t messages.Node) string { return strings.TrimSpace(t.Child("XchgRate").Text()) }
