package routing

import (
	"math/rand/v2"
	"testing"

	"dragoman/settlement"
)

// TestPartsTogetherAreExact gives payments back in random parts at their own rate: none
// brings more than its share of a leg, and what completes the whole makes the sum of
// each leg what it was, whatever rate another part went by.
func TestPartsTogetherAreExact(t *testing.T) {
	const cases = 20_000
	random := rand.New(rand.NewPCG(4, 2))
	parts, mixed := 0, 0
	for n := range cases {
		got := 2 + random.Int64N(1_000_000)
		legs := []settlement.Leg{
			{Debit: 1, Credit: 2, Amount: 1 + random.Int64N(9_000_000)}, {Debit: 2, Credit: 3, Amount: 1 + random.Int64N(9_000_000)}, {Debit: 3, Credit: 4, Amount: got},
			{Debit: 1, Credit: 2, Amount: 7}, {Debit: 3, Credit: 9, Amount: 1}, // a fee, and what rounding left over
		}
		var before []Given
		var sums [3]int64
		for left := got; left > 0; {
			amount := min(left, 1+random.Int64N(got))
			back, why := turned(legs, 4, amount, got, before)
			if why.Code == "AM06" && left > amount { // a smaller part comes to nothing
				before, sums, left = nil, [3]int64{}, got
				continue
			}
			if why.Code == "AM06" {
				break
			}
			if why.Code != "" || len(back) != 3 {
				t.Fatalf("case %d: %d of %d: %v %v", n, amount, got, back, why)
			}
			today := random.IntN(5) == 0
			for i, leg := range back {
				original := legs[2-i]
				if leg.Debit != original.Credit || leg.Credit != original.Debit {
					t.Fatalf("case %d: leg %+v turns %+v round", n, leg, original)
				}
				if share := share(original.Amount, amount, got); left > amount && leg.Amount != share {
					t.Fatalf("case %d: %d of %d brings %d of leg %+v, its share is %d", n, amount, got, leg.Amount, original, share)
				}
				if today {
					sums[i] += share(original.Amount, amount, got)
					leg.Amount = 1
				} else {
					sums[i] += leg.Amount
				}
			}
			if left == amount && !today {
				for i, sum := range sums {
					if sum != legs[2-i].Amount {
						t.Fatalf("case %d: the parts bring %d of leg %+v", n, sum, legs[2-i])
					}
				}
			}
			if today {
				mixed++
			}
			before, parts, left = append(before, Given{Amount: amount, Legs: back, Today: today}), parts+1, left-amount
		}
	}
	t.Logf("%d payments went back in %d parts, %d of them by another rate", cases, parts, mixed)
	if parts < 2*cases || mixed < cases/10 {
		t.Error("the cases are too plain")
	}
	if _, why := turned([]settlement.Leg{{Debit: 1, Credit: 2, Amount: 5}}, 2, 6, 5, nil); why.Code != settlement.ReasonReturnedMore {
		t.Errorf("more than there was: %v", why)
	}
}
