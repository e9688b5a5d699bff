package main

import (
	"math/big"
	"time"

	"dragoman/gateway"
	"dragoman/settlement/days"
)

// figuresView are the figures of a day in one currency, as JSON, with what tables of
// several days need of them.
type figuresView struct {
	gateway.FigureView

	settled     *big.Int
	share, used int64 // of value, in hundredths of a per cent
	delay, wait time.Duration
}

func figuresOf(all []days.Figures) []figuresView {
	views := []figuresView{}
	for _, f := range all {
		views = append(views, figuresView{
			FigureView: gateway.FigureOf(f),
			settled:    f.SettledValue, share: days.Share(f.SettledValue, f.Value), used: days.Share(f.Liquidity, f.Value),
			delay: f.MeanDelay, wait: f.MeanWait,
		})
	}
	return views
}
