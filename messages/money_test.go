package messages

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestParseMoney(t *testing.T) {
	for _, test := range []struct {
		text, code string
		minor      int64
		amount     string
	}{
		{"10", "USD", 1000, "10.00"},
		{"10.", "USD", 1000, "10.00"},
		{".5", "USD", 50, "0.50"},
		{"+.5", "USD", 50, "0.50"},
		{"+5", "USD", 500, "5.00"},
		{"-0", "USD", 0, "0.00"},
		{"-0.00", "USD", 0, "0.00"},
		{"0", "JPY", 0, "0"},
		{"1.000", "USD", 100, "1.00"},
		{"1.0000000000000000000000000", "USD", 100, "1.00"},
		{"000000000000000000000000000000001.23", "USD", 123, "1.23"},
		{"0.01", "USD", 1, "0.01"},
		{"5.0", "JPY", 5, "5"},
		{"1050", "JPY", 1050, "1050"},
		{"1.05", "KWD", 1050, "1.050"},
		{"0.001", "BHD", 1, "0.001"},
		{"0.0001", "CLF", 1, "0.0001"},
		{"12345.6789", "UYW", 123456789, "12345.6789"},
		{"999999999999999.99", "USD", 99999999999999999, "999999999999999.99"},
		{"1000000.00", "EUR", 100000000, "1000000.00"},
		{"92233720368547758.07", "USD", math.MaxInt64 / 100 * 100, ""}, // 19 digits: refused below
		{"92233720368547758", "USD", 9223372036854775800, "92233720368547758.00"},
		{"999999999999999999", "JPY", 999999999999999999, "999999999999999999"},
		{"123456789012345678.00000000", "JPY", 123456789012345678, "123456789012345678"},
		{"100", "BGN", 10000, "100.00"},
	} {
		m, err := ParseMoney(test.text, MustCurrency(test.code))
		if test.amount == "" {
			if !errors.Is(err, ErrDigits) {
				t.Errorf("%s %s: got %v, %v", test.text, test.code, m, err)
			}
			continue
		}
		if err != nil || m.Minor() != test.minor || m.Amount() != test.amount || m.String() != test.code+" "+test.amount {
			t.Errorf("%s %s: got %d (%s), %v; want %d (%s)", test.text, test.code, m.Minor(), m, err, test.minor, test.amount)
		}
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	for _, test := range []struct {
		text, code string
		want       error
	}{
		{"", "USD", ErrSyntax},
		{".", "USD", ErrSyntax},
		{"+", "USD", ErrSyntax},
		{"-", "USD", ErrSyntax},
		{"-.", "USD", ErrSyntax},
		{"1e5", "USD", ErrSyntax},
		{"1E5", "USD", ErrSyntax},
		{"1e-2", "USD", ErrSyntax},
		{"NaN", "USD", ErrSyntax},
		{"INF", "USD", ErrSyntax},
		{"Infinity", "USD", ErrSyntax},
		{"0x10", "USD", ErrSyntax},
		{"0x10p2", "USD", ErrSyntax},
		{"0b1", "USD", ErrSyntax},
		{"1_000", "USD", ErrSyntax},
		{"1,000", "USD", ErrSyntax},
		{"1,5", "USD", ErrSyntax},
		{"1.2.3", "USD", ErrSyntax},
		{"1..2", "USD", ErrSyntax},
		{"--5", "USD", ErrSyntax},
		{"+-5", "USD", ErrSyntax},
		{"5-", "USD", ErrSyntax},
		{"5+", "USD", ErrSyntax},
		{"(5)", "USD", ErrSyntax},
		{" 5", "USD", ErrSyntax},
		{"5 ", "USD", ErrSyntax},
		{"5\n", "USD", ErrSyntax},
		{"5\x00", "USD", ErrSyntax},
		{"\x005", "USD", ErrSyntax},
		{"\u2212" + "5", "USD", ErrSyntax}, // minus sign
		{"\uff15", "USD", ErrSyntax},       // full-width five
		{"\u0665", "USD", ErrSyntax},       // Arabic-Indic five
		{"1\uff0e5", "USD", ErrSyntax},     // full-width full stop
		{"1О0", "USD", ErrSyntax},          // Cyrillic O
		{"1\u00a0000", "USD", ErrSyntax},   // no-break space
		{"\xff5", "USD", ErrSyntax},        // not UTF-8
		{"USD5", "USD", ErrSyntax},         //
		{"-5", "USD", ErrNegative},         //
		{"-0.01", "USD", ErrNegative},      //
		{"-.5", "USD", ErrNegative},        //
		{"0.001", "USD", ErrPrecision},     //
		{"1.005", "EUR", ErrPrecision},     //
		{"0.5", "JPY", ErrPrecision},       //
		{"1.0001", "KWD", ErrPrecision},    //
		{"0.00001", "CLF", ErrPrecision},   //
		{"0.000001", "USD", ErrDigits},     // six fraction digits
		{"1234567890123456789", "JPY", ErrDigits},
		{"1234567890123456780", "JPY", ErrDigits},
		{"1234567890123456.789", "KWD", ErrDigits},
		{strings.Repeat("9", 5000), "USD", ErrDigits},
		{"999999999999999999", "USD", ErrOverflow},
		{"92233720368547759", "USD", ErrOverflow},
		{"922337203685477", "CLF", nil},
		{"922337203685477581", "CLF", ErrOverflow},
		{"5", "XAU", ErrNoMinorUnit},
		{"5", "XAG", ErrNoMinorUnit},
		{"5", "XDR", ErrNoMinorUnit},
		{"5", "XTS", ErrNoMinorUnit},
		{"5", "XXX", ErrNoMinorUnit},
		{"5", "XEU", ErrNoMinorUnit},
		{"x", "XXX", ErrNoMinorUnit},
	} {
		m, err := ParseMoney(test.text, MustCurrency(test.code))
		if test.want == nil {
			if err != nil {
				t.Errorf("%s %s: %v", test.text, test.code, err)
			}
			continue
		}
		var value *ValueError
		if !errors.Is(err, test.want) || !errors.As(err, &value) || m != (Money{}) {
			t.Errorf("%q %s: got %v, %v; want %v", test.text, test.code, m, err, test.want)
		}
	}
	for _, c := range []Currency{0, 77, math.MaxUint16} {
		if _, err := ParseMoney("5", c); !errors.Is(err, ErrCurrency) {
			t.Errorf("currency %d: %v", c, err)
		}
		if _, err := NewMoney(5, c); !errors.Is(err, ErrCurrency) {
			t.Errorf("currency %d: %v", c, err)
		}
	}
	if _, err := NewMoney(5, MustCurrency("XPT")); !errors.Is(err, ErrNoMinorUnit) {
		t.Errorf("platinum: %v", err)
	}
}

func TestMoneyArithmetic(t *testing.T) {
	usd, eur := MustCurrency("USD"), MustCurrency("EUR")
	edges := []int64{0, 1, -1, 100, -100, math.MaxInt64, math.MaxInt64 - 1, math.MinInt64, math.MinInt64 + 1, 1 << 62, -1 << 62}
	for _, a := range edges {
		for _, b := range edges {
			m, _ := NewMoney(a, usd)
			n, _ := NewMoney(b, usd)
			sum, errSum := m.Add(n)
			difference, errDifference := m.Sub(n)
			exact := func(op func(z, x, y *big.Int) *big.Int, got Money, err error, name string) {
				want := op(new(big.Int), big.NewInt(a), big.NewInt(b))
				if want.IsInt64() && (err != nil || got.Minor() != want.Int64()) || !want.IsInt64() && !errors.Is(err, ErrOverflow) {
					t.Errorf("%d %s %d: got %d, %v; want %s", a, name, b, got.Minor(), err, want)
				}
			}
			exact((*big.Int).Add, sum, errSum, "+")
			exact((*big.Int).Sub, difference, errDifference, "-")
			order, err := m.Cmp(n)
			if err != nil || order != big.NewInt(a).Cmp(big.NewInt(b)) {
				t.Errorf("%d against %d: %d, %v", a, b, order, err)
			}
		}
	}
	m, _ := NewMoney(1, usd)
	n, _ := NewMoney(1, eur)
	for _, other := range []Money{n, {}} {
		_, err1 := m.Add(other)
		_, err2 := m.Sub(other)
		_, err3 := m.Cmp(other)
		for _, err := range []error{err1, err2, err3} {
			if !errors.Is(err, ErrCurrencyMismatch) {
				t.Errorf("%v and %v: %v", m, other, err)
			}
		}
	}
	if _, err := (Money{}).Add(Money{}); !errors.Is(err, ErrCurrencyMismatch) {
		t.Errorf("no currency: %v", err)
	}
	if m.Sign() != 1 || m.IsZero() || (Money{}).String() != "" || !(Money{}).IsZero() {
		t.Error("sign or zero is wrong")
	}
}

func TestMoneyAmount(t *testing.T) {
	for _, test := range []struct {
		minor int64
		code  string
		want  string
	}{
		{0, "USD", "0.00"}, {5, "USD", "0.05"}, {-5, "USD", "-0.05"}, {-150, "USD", "-1.50"},
		{7, "JPY", "7"}, {-7, "JPY", "-7"}, {7, "KWD", "0.007"}, {7, "CLF", "0.0007"},
		{math.MaxInt64, "USD", "92233720368547758.07"},
		{math.MinInt64, "USD", "-92233720368547758.08"},
		{math.MinInt64, "JPY", "-9223372036854775808"},
		{100000000000000000, "EUR", "1000000000000000.00"}, // never 1e+15
	} {
		m, err := NewMoney(test.minor, MustCurrency(test.code))
		if err != nil || m.Amount() != test.want {
			t.Errorf("%d %s: got %s, %v; want %s", test.minor, test.code, m.Amount(), err, test.want)
		}
		var again Money
		if text, _ := m.MarshalText(); again.UnmarshalText(text) != nil || again != m {
			t.Errorf("%s came back as %s", text, again)
		}
	}
}

// Every currency: what Amount writes, ParseMoney reads as the same money.
func TestMoneyRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	checked := 0
	for _, c := range Currencies() {
		if _, ok := c.Exponent(); !ok {
			continue
		}
		for range 200 {
			minor := random.Int64N(1_000_000_000_000_000_000) >> random.IntN(60)
			m, err := NewMoney(minor, c)
			if err != nil {
				t.Fatal(err)
			}
			again, err := ParseMoney(m.Amount(), c)
			if err != nil || again != m || again.Amount() != m.Amount() {
				t.Fatalf("%s came back as %s, %v", m, again, err)
			}
			checked++
		}
	}
	t.Logf("%d amounts", checked)
	if checked < 40_000 {
		t.Errorf("only %d amounts checked", checked)
	}
}

func TestParseMoneyAllocatesNothing(t *testing.T) {
	usd := MustCurrency("USD")
	var space [32]byte
	if n := testing.AllocsPerRun(100, func() {
		m, err := ParseMoney("1234567.89", usd)
		if err != nil || len(m.AppendAmount(space[:0])) == 0 {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
