package routing

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"dragoman/messages"
)

// oracle is f(rate) in exact fractions: the product, rounded half to even.
func oracle(minor int64, from, to messages.Currency, rate string) *big.Int {
	r, ok := new(big.Rat).SetString(rate)
	if !ok {
		panic(rate)
	}
	source, _ := from.Exponent()
	target, _ := to.Exponent()
	x := new(big.Rat).Mul(new(big.Rat).SetInt64(minor), r)
	x.Mul(x, new(big.Rat).SetFrac(tenTo(target), tenTo(source)))
	double := new(big.Rat).Mul(x, big.NewRat(2, 1))
	whole := new(big.Int).Quo(x.Num(), x.Denom())
	rest := new(big.Rat).Sub(double, new(big.Rat).SetInt(new(big.Int).Mul(whole, big.NewInt(2))))
	switch rest.Cmp(big.NewRat(1, 1)) {
	case 1:
		return whole.Add(whole, big.NewInt(1))
	case 0:
		if whole.Bit(0) == 1 {
			return whole.Add(whole, big.NewInt(1))
		}
	}
	return whole
}

// TestExchangeIsExact compares both directions with exact fractions, for currencies
// with 0, 2, 3 and 4 digits behind the point.
func TestExchangeIsExact(t *testing.T) {
	currencies := []messages.Currency{
		messages.MustCurrency("JPY"), messages.MustCurrency("CNY"), messages.MustCurrency("THB"), messages.MustCurrency("BHD"), messages.MustCurrency("CLF"),
	}
	seed := [2]uint64{2026, 11}
	random := rand.New(rand.NewPCG(seed[0], seed[1]))
	t.Logf("seed %d", seed)
	cases, ties := 0, 0
	for range 20_000 {
		from, to := currencies[random.IntN(len(currencies))], currencies[random.IntN(len(currencies))]
		rate := randomRate(random)
		d, err := ParseRate(rate)
		if err != nil {
			t.Fatalf("%s: %v", rate, err)
		}
		minor := random.Int64N([]int64{100, 100_000, 1_000_000_000_000}[random.IntN(3)]) + 1
		want := oracle(minor, from, to, rate)
		got, ok := exchanged(minor, from, to, d)
		if ok != (want.Cmp(big.NewInt(maxAmount)) <= 0) || ok && want.Cmp(big.NewInt(got)) != 0 {
			t.Fatalf("%d %s at %s: %d %s, want %s", minor, from, rate, got, to, want)
		}
		x, ok := needed(minor, to, from, d)
		if !ok {
			continue
		}
		cases++
		if oracle(x, to, from, rate).Cmp(big.NewInt(minor)) < 0 || x > 1 && oracle(x-1, to, from, rate).Cmp(big.NewInt(minor)) >= 0 {
			t.Fatalf("%d %s at %s: %d %s is not the least amount that comes to it", minor, from, rate, x, to)
		}
		if exchangedTie(x, to, from, rate) {
			ties++
		}
	}
	t.Logf("%d inverse cases, %d on the half", cases, ties)
	if cases < 10_000 {
		t.Errorf("only %d cases went both ways", cases)
	}
}

func randomRate(random *rand.Rand) string {
	digits := random.Int64N([]int64{10, 1000, 99_999_999_999}[random.IntN(3)]) + 1
	return new(big.Rat).SetFrac(big.NewInt(digits), tenTo(random.IntN(maxRateFractions+1))).FloatString(maxRateFractions)
}

func exchangedTie(minor int64, from, to messages.Currency, rate string) bool {
	r, _ := new(big.Rat).SetString(rate)
	source, _ := from.Exponent()
	target, _ := to.Exponent()
	r.Mul(r, new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(2*minor), tenTo(target)), tenTo(source)))
	return r.IsInt() && r.Num().Bit(0) == 1
}

// TestHalfToEven is where the least amount lies just behind a half that is rounded
// down.
func TestHalfToEven(t *testing.T) {
	jpy, cny := messages.MustCurrency("JPY"), messages.MustCurrency("CNY")
	for _, c := range []struct {
		minor    int64
		from, to messages.Currency
		rate     string
		want     int64
	}{
		{5, jpy, cny, "0.005", 2}, // 2.5 fen
		{15, jpy, cny, "0.005", 8},
		{50, cny, jpy, "1", 0},
		{150, cny, jpy, "1", 2},
		{151, cny, jpy, "1", 2},
		{1, cny, cny, "0.4999999999", 0},
	} {
		rate, err := ParseRate(c.rate)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := exchanged(c.minor, c.from, c.to, rate); got != c.want || !ok {
			t.Errorf("%d %s at %s: %d, want %d", c.minor, c.from, c.rate, got, c.want)
		}
	}
	rate, _ := ParseRate("1")
	if x, ok := needed(1, cny, jpy, rate); !ok || x != 51 {
		t.Errorf("1 yen needs %d fen, want 51: 50 are rounded to the even 0", x)
	}
	if x, ok := needed(2, cny, jpy, rate); !ok || x != 150 {
		t.Errorf("2 yen need %d fen, want 150: those are rounded to the even 2", x)
	}
}

func TestParseRate(t *testing.T) {
	for _, text := range []string{"4.93", "0.0000000001", "99999999999", "1", "0.1234567891"} {
		if _, err := ParseRate(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "1e5", "NaN", "Inf", "0.00000000001", "100000000000", "12.34567891234", "1,5", " 1"} {
		if rate, err := ParseRate(text); err == nil {
			t.Errorf("%q is taken as the rate %s", text, rate)
		}
	}
}

// TestHops checks that what is paid, sold, taken and bought fits together whichever
// of them is given.
func TestHops(t *testing.T) {
	seed := [2]uint64{600, 4}
	random := rand.New(rand.NewPCG(seed[0], seed[1]))
	t.Logf("seed %d", seed)
	codes := []string{"JPY", "CNY", "BHD", "CLF", "THB"}
	made := 0
	for range 5_000 {
		s := StandingRate{Provider: 1, From: messages.MustCurrency(codes[random.IntN(5)]), To: messages.MustCurrency(codes[random.IntN(5)])}
		bound := int64(0)
		for range 1 + random.IntN(3) {
			rate, err := ParseRate(randomRate(random))
			if err != nil {
				t.Fatal(err)
			}
			bound += 1 + random.Int64N(1_000_000)
			s.Tiers = append(s.Tiers, Tier{UpTo: bound, Rate: rate, Fee: random.Int64N(500)})
		}
		if random.IntN(2) == 0 {
			s.Tiers[len(s.Tiers)-1].UpTo = 0
		}
		amount := 1 + random.Int64N(1_500_000)
		paid, okPaid := s.Pay(amount)
		sold, okSold := s.Sell(amount)
		bought, okBought := s.Buy(amount)
		switch {
		case okPaid && (paid.Paid() != amount || !paid.Exact() || paid.Residual != 0):
			t.Fatalf("%+v: pay %d gives %+v", s, amount, paid)
		case okSold && (sold.Sold != amount || !sold.Exact() || sold.Residual != 0):
			t.Fatalf("%+v: sell %d gives %+v", s, amount, sold)
		case okBought && (bought.Bought != amount || !bought.Exact()):
			t.Fatalf("%+v: buy %d gives %+v", s, amount, bought)
		}
		for _, ok := range []bool{okPaid, okSold, okBought} {
			if ok {
				made++
			}
		}
	}
	if t.Logf("%d hops", made); made < 5_000 {
		t.Errorf("only %d hops were made", made)
	}
}
