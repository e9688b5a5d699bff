package days

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"testing"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// TestDaysAreTheSameEverywhere: whoever makes the day of a seed makes this one.
func TestDaysAreTheSameEverywhere(t *testing.T) {
	sum := sha256.Sum256([]byte(fmt.Sprint(*Make(Setting{Seed: 7}))))
	if got, want := hex.EncodeToString(sum[:8]), "2930848640b98b5a"; got != want {
		t.Errorf("the day of seed 7 is %s, not %s", got, want)
	}
}

// TestAmountsAreLognormal: half of them are below the median, and as many as there
// must be are within one and two sigma of it, that is within factors of 4.48 and 20.1.
func TestAmountsAreLognormal(t *testing.T) {
	r := &dice{1}
	const draws = 100_000
	var below, within, within2 int
	for range draws {
		a := r.lognormal()
		if a < 5_000_000 {
			below++
		}
		if a > 5_000_000*100/448 && a < 5_000_000*448/100 {
			within++
		}
		if a > 5_000_000*100/2009 && a < 5_000_000*2009/100 {
			within2++
		}
	}
	t.Logf("of %d: %d below the median, %d and %d within one and two sigma", draws, below, within, within2)
	for _, c := range []struct{ got, want int }{{below, 50_000}, {within, 68_269}, {within2, 95_450}} {
		if c.got < c.want-600 || c.got > c.want+600 {
			t.Errorf("%d, not about %d", c.got, c.want)
		}
	}
}

// TestOursIsNeverLess: without bypass the greatest set of the whole day has in it
// whatever another algorithm settles, on every day. With bypass that is no theorem:
// on these days it holds.
func TestOursIsNeverLess(t *testing.T) {
	last := uint64(20)
	if testing.Short() {
		last = 2
	}
	more := 0
	for seed := uint64(1); seed <= last; seed++ {
		d := Make(Setting{Seed: seed})
		theirs, ours, bypassing := Play(d, Algorithms[BechSoramaki]), Play(d, Algorithms[Ours]), Play(d, Algorithms[Ours+1])
		for i := range theirs {
			if ours[i].SettledValue.Cmp(theirs[i].SettledValue) < 0 || bypassing[i].SettledValue.Cmp(theirs[i].SettledValue) < 0 {
				t.Errorf("seed %d %s: ours settles %v, with bypass %v, Bech-Soramäki %v",
					seed, theirs[i].Currency, ours[i].SettledValue, bypassing[i].SettledValue, theirs[i].SettledValue)
			}
			if ours[i].SettledValue.Cmp(theirs[i].SettledValue) > 0 {
				more++
			}
			if held := d.held(i); ours[1-i].Liquidity.Cmp(held) > 0 {
				t.Errorf("seed %d: %v was used of the %v there are", seed, ours[1-i].Liquidity, held)
			}
		}
	}
	t.Logf("%d days; ours settles more in %d cases", last, more)
	if more == 0 {
		t.Error("ours never settles more: payments of two currencies are never freed together")
	}
}

// held is what all banks hold of a currency at first; figures are in the order of
// codes, EUR first, and a day's currencies are not.
func (d *Day) held(currency int) *big.Int {
	sum := new(big.Int)
	for _, amount := range d.Holdings[currency] {
		sum.Add(sum, big.NewInt(amount))
	}
	return sum
}

// TestMeasure measures a day that can be added up by hand: bank 1 has 10.00; it pays
// 8.00 at once and 5.00 when bank 2 has given back 4.00, one minute later; 7.00 never
// go.
func TestMeasure(t *testing.T) {
	at := func(minute int) settlement.Moment {
		return opening + settlement.Moment(minute)*settlement.Moment(time.Minute)
	}
	pay := func(minute, from, to int, amount int64) Payment {
		return Payment{At: at(minute), Sender: from, Receiver: to, Provider: -1, Amount: amount}
	}
	d := &Day{
		Currencies: []settlement.Currency{messages.MustCurrency("USD")}, Holdings: [][]int64{{1000, 0}},
		Payments: []Payment{pay(0, 0, 1, 800), pay(0, 0, 1, 500), pay(1, 1, 0, 400), pay(540, 0, 1, 700)},
	}
	f := Play(d, Algorithms[0])[0]
	got := fmt.Sprint(f.Count, f.Value, f.Settled, f.SettledValue, f.MeanDelay, f.MeanWait, f.Liquidity)
	// Bank 1 pays 8.00 before it is paid and then 1.00 more; bank 2 nothing. The mean
	// wait has the last hour of the last payment in it.
	if want := fmt.Sprint(4, 2400, 3, 1700, 20*time.Second, 15*time.Minute+15*time.Second, 900); got != want {
		t.Errorf("measured %s, not %s", got, want)
	}
	if s := Share(big.NewInt(1), big.NewInt(3)); s != 3333 {
		t.Errorf("a third is %d", s)
	}
}
