package routing

import (
	"fmt"
	"math/big"

	"dragoman/messages"
	"dragoman/settlement"
)

// A rate is exact: a decimal as its provider wrote it, units of the target currency
// for one of the source. What is exchanged, f(rate), is the product rounded once,
// half to even, to the minor unit of the target currency.
//
// Whoever fixes what is to arrive pays the least amount for which f(rate) is not
// less. Then the provider gives f(rate) all the same, and what that is above what
// arrives goes to the rounding account of the target currency. So either currency
// balances to the minor unit, and the provider never gives more than its rate says.

// Digits of a rate: those that XchgRate has in every version of the messages.
const (
	maxRateDigits    = 11
	maxRateFractions = 10
)

// ParseRate takes a rate: a decimal above zero that a message can carry.
func ParseRate(text string) (messages.Decimal, error) {
	rate, err := messages.ParseDecimal(text)
	if err != nil {
		return rate, err
	}
	return rate, checkRate(rate)
}

// rateCeiling is above every rate whose digits fit.
var rateCeiling = new(big.Int).Exp(big.NewInt(10), big.NewInt(maxRateDigits), nil)

func checkRate(rate messages.Decimal) error {
	switch mantissa, scale := parts(rate); {
	case rate.Sign() <= 0:
		return fmt.Errorf("the rate %s is not above zero", rate)
	case scale > maxRateFractions || mantissa.Cmp(rateCeiling) >= 0:
		return fmt.Errorf("the rate %s has more than %d digits, or more than %d behind the point", rate, maxRateDigits, maxRateFractions)
	}
	return nil
}

// parts are the mantissa and the scale of a decimal above zero.
func parts(d messages.Decimal) (mantissa *big.Int, scale int) {
	digits := make([]byte, 0, 40)
	for _, c := range []byte(d.String()) {
		if c >= '0' && c <= '9' {
			digits = append(digits, c)
		}
	}
	mantissa, _ = new(big.Int).SetString(string(digits), 10)
	return mantissa, d.Scale()
}

// exchanged is f(rate): what an amount in minor units comes to in another
// currency. False: it is more than an amount can be.
func exchanged(minor int64, from, to messages.Currency, rate messages.Decimal) (int64, bool) {
	m, err := messages.NewMoney(minor, from)
	if err != nil {
		return 0, false
	}
	converted, _, err := m.Convert(rate, to)
	return converted.Minor(), err == nil && converted.Minor() <= maxAmount
}

// maxAmount is the largest amount that a message can carry, in minor units: it has
// 18 digits.
const maxAmount = 1e18 - 1

// needed is the least amount in minor units that comes to at least so much. False:
// there is none.
func needed(minor int64, from, to messages.Currency, rate messages.Decimal) (int64, bool) {
	source, ok := from.Exponent()
	target, known := to.Exponent()
	if !ok || !known {
		return 0, false
	}
	mantissa, scale := parts(rate)
	// x × mantissa × 10^target ÷ 10^(scale+source) rounds to at least minor from
	// minor − ½ on; there, half to even may still round down.
	numerator := new(big.Int).Mul(big.NewInt(minor), big.NewInt(2))
	numerator.Sub(numerator, big.NewInt(1)).Mul(numerator, tenTo(scale+source))
	denominator := new(big.Int).Mul(mantissa, tenTo(target))
	denominator.Mul(denominator, big.NewInt(2))
	least, rest := new(big.Int).QuoRem(numerator, denominator, new(big.Int))
	if rest.Sign() > 0 {
		least.Add(least, big.NewInt(1))
	}
	if !least.IsInt64() {
		return 0, false
	}
	x := max(least.Int64(), 1)
	got, ok := exchanged(x, from, to, rate)
	if ok && got < minor {
		x++
		got, ok = exchanged(x, from, to, rate)
	}
	return x, ok && got >= minor
}

func tenTo(digits int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
}

// Tier is the rate of amounts up to a bound.
type Tier struct {
	UpTo int64            `json:"upTo,omitempty"` // what is paid, the fee included, minor units of the source; 0: no bound
	Rate messages.Decimal `json:"rate"`
	Fee  int64            `json:"fee,omitempty"` // what the provider takes besides, minor units of the source
}

// Hop is one exchange from one currency into another, to the minor unit.
type Hop struct {
	Provider settlement.ParticipantID `json:"provider"`
	From     messages.Currency        `json:"from"`
	To       messages.Currency        `json:"to"`
	Rate     messages.Decimal         `json:"rate"`
	Sold     int64                    `json:"sold"`               // what is exchanged, minor units of From
	Fee      int64                    `json:"fee,omitempty"`      // of the provider besides, minor units of From
	Bought   int64                    `json:"bought"`             // what goes on, minor units of To
	Residual int64                    `json:"residual,omitempty"` // f(rate) above Bought, to the rounding account
}

// Paid is what the hop costs whoever pays for it.
func (h *Hop) Paid() int64 { return h.Sold + h.Fee }

// Exact tells whether the amounts are those of the rate.
func (h *Hop) Exact() bool {
	got, ok := exchanged(h.Sold, h.From, h.To, h.Rate)
	return ok && h.Sold > 0 && h.Fee >= 0 && h.Bought > 0 && h.Residual >= 0 && got == h.Bought+h.Residual
}

// sold is the hop that a tier makes of an amount that is exchanged.
func (s *StandingRate) sold(t Tier, amount int64) (Hop, bool) {
	h := Hop{Provider: s.Provider, From: s.From, To: s.To, Rate: t.Rate, Sold: amount, Fee: t.Fee}
	if amount <= 0 {
		return h, false
	}
	var ok bool
	h.Bought, ok = exchanged(amount, s.From, s.To, t.Rate)
	return h, ok && h.Bought > 0 && t.takes(h.Paid())
}

func (t Tier) takes(paid int64) bool { return t.UpTo == 0 || paid <= t.UpTo }

// Pay is the hop for which so much is paid, the fee included. The first tier that
// takes the amount counts.
func (s *StandingRate) Pay(amount int64) (Hop, bool) {
	for _, t := range s.Tiers {
		if t.takes(amount) {
			return s.sold(t, amount-t.Fee)
		}
	}
	return Hop{}, false
}

// Sell is the hop by which so much is exchanged, and the fee is paid besides.
func (s *StandingRate) Sell(amount int64) (Hop, bool) {
	for _, t := range s.Tiers {
		if t.Fee <= maxAmount-amount && t.takes(amount+t.Fee) {
			return s.sold(t, amount)
		}
	}
	return Hop{}, false
}

// Buy is the hop by which exactly so much arrives.
func (s *StandingRate) Buy(amount int64) (Hop, bool) {
	for _, t := range s.Tiers {
		x, ok := needed(amount, s.From, s.To, t.Rate)
		if !ok {
			continue
		}
		if h, ok := s.sold(t, x); ok {
			h.Residual, h.Bought = h.Bought-amount, amount
			return h, true
		}
	}
	return Hop{}, false
}
