package gateway

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/settlement"
)

// TestWhatIf asks of the morning of testdata/whatif.txt what would have become of it.
// An answer is how many payments settle and how much, the mean wait of all, the
// liquidity used, and how many settle only then or no longer.
func TestWhatIf(t *testing.T) {
	s := newStage(t)
	s.play(filepath.Join("testdata", "whatif.txt"))
	cny := messages.MustCurrency("CNY")
	of := func(bank string, amount int64) []SupposedAmount {
		return []SupposedAmount{{Bank: s.bics[bank], Currency: cny, Amount: amount}}
	}
	later := settlement.Moment(firstMoment.Add(90 * time.Minute).UnixNano())
	towards := of("BETA", 2999)
	towards[0].Towards = s.bics["GAMMA"]
	for _, c := range []struct {
		name string
		s    Supposition
		want string
	}{
		{"nothing is changed", Supposition{}, "3 of 4, 13000, wait 1h0m0s, liquidity 6000, +0 -0; same"},
		{"ALPHA holds more", Supposition{Balances: of("ALPHA", 3000)}, "3 of 4, 13000, wait 30m0s, liquidity 8000, +0 -0"},
		{"ALPHA holds less", Supposition{Balances: of("ALPHA", -1)}, "0 of 4, 0, wait 1h45m0s, liquidity 0, +0 -3"},
		{"ALPHA holds less than nothing", Supposition{Balances: of("ALPHA", -7000)}, "0 of 4, 0, wait 1h45m0s, liquidity 0, +0 -3; 1000 never there"},
		{"too late to matter", Supposition{From: later, Balances: of("BETA", -5000), Lines: of("ALPHA", 0)}, "3 of 4, 13000, wait 1h0m0s, liquidity 6000, +0 -0"},
		{"ALPHA has a credit line", Supposition{Lines: of("ALPHA", 50000)}, "4 of 4, 63000, wait 30m0s, liquidity 56000, +1 -0"},
		{"ALPHA has a limit", Supposition{Limits: of("ALPHA", 6000)}, "3 of 4, 13000, wait 1h0m0s, liquidity 6000, +0 -0"},
		{"ALPHA has a smaller one", Supposition{Limits: of("ALPHA", 5999)}, "0 of 4, 0, wait 1h45m0s, liquidity 0, +0 -3"},
		{"BETA has a limit towards GAMMA", Supposition{Limits: towards}, "0 of 4, 0, wait 1h45m0s, liquidity 0, +0 -3"},
		{"GAMMA fails", Supposition{Failed: []messages.BIC{s.bics["GAMMA"]}}, "0 of 3, 0, wait 2h0m0s, liquidity 0, +0 -3"},
		{"nobody goes together", Supposition{Saving: "alone"}, "0 of 4, 0, wait 1h45m0s, liquidity 0, +0 -3"},
	} {
		r, err := WhatIf(context.Background(), NATSSettings{}, s.folder, t.TempDir(), c.s, 0, zap.NewNop(), func(_, _ uint64) {})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := toldOf(&r); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	nobody := Supposition{Lines: of("GATEWAY", 1)}
	if _, err := WhatIf(context.Background(), NATSSettings{}, s.folder, t.TempDir(), nobody, 0, zap.NewNop(), func(_, _ uint64) {}); err == nil || !strings.Contains(err.Error(), "no wallet") {
		t.Errorf("a line of who has no wallet: %v", err)
	}
}

// toldOf says in a line what became of the morning.
func toldOf(r *Supposed) string {
	f := r.Is[0]
	text := fmt.Sprintf("%d of %d, %d, wait %s, liquidity %d, +%d -%d", f.Settled, f.Count, f.SettledValue, f.MeanWait.Round(time.Minute), f.Liquidity, len(r.Now), len(r.NoLonger))
	for _, l := range r.Left {
		text += fmt.Sprintf("; %d never there", -l.Amount)
	}
	if r.Otherwise == r.Own {
		text += "; same"
	}
	return text
}
