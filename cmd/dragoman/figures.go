package main

import (
	"math/big"
	"time"

	"dragoman/settlement"
	"dragoman/settlement/days"
)

// figuresView are the figures of a day in one currency, as JSON. Amounts are strings.
type figuresView struct {
	Currency     string `json:"currency"`
	Count        int    `json:"payments"`
	Value        string `json:"value"`
	Settled      int    `json:"settledPayments"`
	SettledValue string `json:"settledValue"`
	Delay        string `json:"meanDelay"`
	Wait         string `json:"meanWait"`
	Liquidity    string `json:"liquidityUsed"`

	settled     *big.Int
	share, used int64 // of value, in hundredths of a per cent
	delay, wait time.Duration
}

func figuresOf(all []days.Figures) []figuresView {
	views := []figuresView{}
	for _, f := range all {
		views = append(views, figuresView{
			Currency: f.Currency.Code(), Count: f.Count, Value: amountText(f.Value, f.Currency),
			Settled: f.Settled, SettledValue: amountText(f.SettledValue, f.Currency),
			Delay: f.MeanDelay.Round(time.Millisecond).String(), Wait: f.MeanWait.Round(time.Millisecond).String(),
			Liquidity: amountText(f.Liquidity, f.Currency),
			settled:   f.SettledValue, share: days.Share(f.SettledValue, f.Value), used: days.Share(f.Liquidity, f.Value),
			delay: f.MeanDelay, wait: f.MeanWait,
		})
	}
	return views
}

// amountText writes a sum of amounts, which may be larger than any amount.
func amountText(minor *big.Int, currency settlement.Currency) string {
	digits, _ := currency.Exponent()
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	whole, rest := new(big.Int).QuoRem(minor, scale, new(big.Int))
	if digits == 0 {
		return whole.String()
	}
	text := rest.String()
	for len(text) < digits {
		text = "0" + text
	}
	return whole.String() + "." + text
}
