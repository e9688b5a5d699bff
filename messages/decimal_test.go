package messages

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func decimalOf(t testing.TB, text string) Decimal {
	t.Helper()
	d, err := ParseDecimal(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseDecimal(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "-0.000": "0", "+1": "1", "1.0": "1", "10": "10", "100.00": "100", ".5": "0.5", "-.5": "-0.5", "5.": "5",
		"1.0825": "1.0825", "0.0000000001": "0.0000000001", "0.12345678901234567": "0.12345678901234567",
		"123456789012345678": "123456789012345678", "00012.3400": "12.34", "-9.99": "-9.99",
		"99999999999999999999999999999999999999":         "99999999999999999999999999999999999999",
		"0.00000000000000000000000000000000000001":       "0.00000000000000000000000000000000000001",
		"1234567890123456789.0000000000000000001":        "1234567890123456789.0000000000000000001",
		"10000000000000000000":                           "10000000000000000000",
		"100000000000000000000000000000.50":              "100000000000000000000000000000.5",
		"0." + strings.Repeat("0", 5000):                 "0",
		"0." + strings.Repeat("9", 29):                   "0." + strings.Repeat("9", 29),
		strings.Repeat("0", 5000) + "7":                  "7",
		"-18446744073709551616.18446744073709551":        "-18446744073709551616.18446744073709551",
		"17014118346046923173168730371588.105727":        "17014118346046923173168730371588.105727",
		"+0.0000000000000000000000000000000000000000000": "0",
	} {
		d, err := ParseDecimal(text)
		if err != nil || d.String() != want {
			t.Errorf("%.60s: got %s, %v; want %s", text, d, err, want)
		}
		if again := decimalOf(t, want); again != d {
			t.Errorf("%s and %s are not one value", text, want)
		}
	}
	for text, want := range map[string]error{
		"": ErrSyntax, ".": ErrSyntax, "-": ErrSyntax, "1e5": ErrSyntax, "NaN": ErrSyntax, "0x10": ErrSyntax, "1,5": ErrSyntax, " 1": ErrSyntax, "１": ErrSyntax,
		strings.Repeat("9", 39):              ErrDigits,
		"0." + strings.Repeat("0", 38) + "1": ErrDigits,
		"1" + strings.Repeat("0", 38):        ErrDigits,
	} {
		if d, err := ParseDecimal(text); !errors.Is(err, want) || d != (Decimal{}) {
			t.Errorf("%q: got %s, %v; want %v", text, d, err, want)
		}
	}
}

func rat(t testing.TB, d Decimal) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(d.String())
	if !ok {
		t.Fatalf("%s is no number", d)
	}
	return r
}

// randomDecimal spreads over sizes, scales and signs.
func randomDecimal(t testing.TB, random *rand.Rand, digits int) Decimal {
	var text strings.Builder
	if random.IntN(2) == 0 {
		text.WriteByte('-')
	}
	point := random.IntN(digits)
	text.WriteByte('0')
	for i := range random.IntN(digits) {
		if i == point {
			text.WriteByte('.')
		}
		text.WriteString(strconv.Itoa(random.IntN(10)))
	}
	return decimalOf(t, text.String())
}

func TestDecimalArithmeticAgainstRationals(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var overflows int
	limit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(38), nil))
	const rounds = 50_000
	for range rounds {
		a, b := randomDecimal(t, random, 38), randomDecimal(t, random, 38)
		if a.Cmp(b) != rat(t, a).Cmp(rat(t, b)) || b.Cmp(a) != -a.Cmp(b) || (a.Cmp(b) == 0) != (a == b) {
			t.Fatalf("%s against %s: %d", a, b, a.Cmp(b))
		}
		for name, op := range map[string]struct {
			got  func(Decimal) (Decimal, error)
			want func(x, y *big.Rat) *big.Rat
		}{
			"+": {a.Add, new(big.Rat).Add}, "-": {a.Sub, new(big.Rat).Sub},
		} {
			got, err := op.got(b)
			want := op.want(rat(t, a), rat(t, b))
			digits := new(big.Rat).Mul(want, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(a.Scale(), b.Scale()))), nil)))
			fits := digits.Abs(digits).Cmp(limit) < 0
			switch {
			case err == nil && rat(t, got).Cmp(want) != 0, err == nil && got != decimalOf(t, got.String()):
				t.Fatalf("%s %s %s: got %s, want %s", a, name, b, got, want.FloatString(40))
			case err != nil && (fits || !errors.Is(err, ErrOverflow)):
				t.Fatalf("%s %s %s: %v", a, name, b, err)
			case err != nil:
				overflows++
			}
		}
	}
	t.Logf("%d sums and differences, %d of them out of range", 2*rounds, overflows)
	if overflows < 1000 {
		t.Errorf("only %d out of range", overflows)
	}
}

func TestConvertRoundsHalfToEven(t *testing.T) {
	for _, test := range []struct {
		amount, rate   string
		from, to       string
		want, residual string
	}{
		{"100.00", "1.0825", "EUR", "USD", "USD 108.25", "0"},
		{"0.01", "0.5", "EUR", "USD", "USD 0.00", "0.005"},
		{"0.03", "0.5", "EUR", "USD", "USD 0.02", "-0.005"},
		{"0.05", "0.5", "EUR", "USD", "USD 0.02", "0.005"},
		{"0.03", "-0.5", "EUR", "USD", "USD -0.02", "0.005"},
		{"0.01", "-0.5", "EUR", "USD", "USD 0.00", "-0.005"},
		{"1.00", "0.333", "EUR", "USD", "USD 0.33", "0.003"},
		{"1.00", "0.3351", "EUR", "USD", "USD 0.34", "-0.0049"},
		{"100.00", "163.456", "EUR", "JPY", "JPY 16346", "-0.4"},
		{"1000", "0.0061", "JPY", "EUR", "EUR 6.10", "0"},
		{"1000", "0.00205", "JPY", "KWD", "KWD 2.050", "0"},
		{"1.234", "3.2501", "KWD", "USD", "USD 4.01", "0.0006234"},
		{"1", "1", "JPY", "CLF", "CLF 1.0000", "0"},
		{"999999999999999.99", "0.0000000001", "USD", "USD", "USD 100000.00", "-0.000000000001"},
		{"12.34", "0", "USD", "EUR", "EUR 0.00", "0"},
	} {
		m, err := ParseMoney(test.amount, MustCurrency(test.from))
		if err != nil {
			t.Fatal(err)
		}
		got, residual, err := m.Convert(decimalOf(t, test.rate), MustCurrency(test.to))
		if err != nil || got.String() != test.want || residual.String() != test.residual {
			t.Errorf("%s at %s: got %s and %s, %v; want %s and %s", m, test.rate, got, residual, err, test.want, test.residual)
		}
	}
}

func TestConvertRefuses(t *testing.T) {
	usd, jpy, clf := MustCurrency("USD"), MustCurrency("JPY"), MustCurrency("CLF")
	most, _ := NewMoney(math.MaxInt64, jpy)
	one, _ := NewMoney(1, usd)
	for _, test := range []struct {
		money Money
		rate  string
		to    Currency
		want  error
	}{
		{most, "2", jpy, ErrOverflow},
		{most, "1", clf, ErrOverflow},
		{most, "0.1", clf, ErrOverflow},
		{most, strings.Repeat("9", 38), jpy, ErrOverflow},
		{most, "0." + strings.Repeat("9", 38), usd, ErrOverflow},
		{one, "0." + strings.Repeat("9", 38), usd, ErrOverflow},
		{one, "1", MustCurrency("XAU"), ErrNoMinorUnit},
		{one, "1", 0, ErrCurrency},
		{Money{}, "1", usd, ErrCurrency},
	} {
		got, residual, err := test.money.Convert(decimalOf(t, test.rate), test.to)
		if !errors.Is(err, test.want) || got != (Money{}) || residual != (Decimal{}) {
			t.Errorf("%v at %s: got %v, %v, %v; want %v", test.money, test.rate, got, residual, err, test.want)
		}
	}
	if _, err := decimalOf(t, "0.001").Money(usd); !errors.Is(err, ErrPrecision) {
		t.Errorf("a tenth of a cent: %v", err)
	}
	if _, err := decimalOf(t, "1").Money(MustCurrency("XAU")); !errors.Is(err, ErrNoMinorUnit) {
		t.Errorf("gold: %v", err)
	}
}

// converted + residual is the product, and the residual is at most half a unit.
func TestConvertLosesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	codes := []string{"JPY", "USD", "KWD", "CLF"}
	var rounded, ties int
	const rounds = 50_000
	for range rounds {
		from, to := MustCurrency(codes[random.IntN(4)]), MustCurrency(codes[random.IntN(4)])
		m, _ := NewMoney(random.Int64N(1_000_000_000_000_000)>>random.IntN(50)-1000, from)
		rate := randomDecimal(t, random, 1+random.IntN(11))
		got, residual, err := m.Convert(rate, to)
		exact := new(big.Rat).Mul(rat(t, m.Decimal()), rat(t, rate))
		if err != nil {
			if bound := big.NewRat(math.MaxInt64, 10_000); !errors.Is(err, ErrOverflow) || exact.Abs(exact).Cmp(bound) < 0 {
				t.Fatalf("%s at %s to %s: %v", m, rate, to, err)
			}
			continue
		}
		if sum := new(big.Rat).Add(rat(t, got.Decimal()), rat(t, residual)); sum.Cmp(exact) != 0 {
			t.Fatalf("%s at %s: %s and %s make %s, want %s", m, rate, got, residual, sum.FloatString(30), exact.FloatString(30))
		}
		exponent, _ := to.Exponent()
		half := big.NewRat(1, 2*[]int64{1, 10, 100, 1000, 10_000}[exponent])
		size := new(big.Rat).Abs(rat(t, residual))
		if size.Cmp(half) > 0 || size.Cmp(half) == 0 && got.Minor()%2 != 0 {
			t.Fatalf("%s at %s: %s leaves %s", m, rate, got, residual)
		}
		if residual.Sign() != 0 {
			rounded++
		}
		if size.Cmp(half) == 0 {
			ties++
		}
	}
	t.Logf("%d conversions, %d rounded, %d ties", rounds, rounded, ties)
	if rounded < 15_000 || ties < 100 {
		t.Errorf("only %d rounded and %d ties", rounded, ties)
	}
}
