package messages

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// The facets of ISO 20022 amounts (ActiveCurrencyAndAmount_SimpleType and its
// like in the XSDs): digits in all, and digits after the point.
const (
	maxAmountDigits   = 18
	maxAmountFraction = 5
)

// Money is an amount in minor units of one currency: 1050 of USD is USD 10.50,
// 1050 of JPY is JPY 1050, 1050 of KWD is KWD 1.050. It is comparable, takes 16
// bytes, and never meets a float. The zero value is no money in no currency.
//
// Messages carry amounts of zero or more; ParseMoney holds to that. Money itself
// may be negative, so that differences and account movements can be computed.
type Money struct {
	minor    int64
	currency Currency
}

// NewMoney makes an amount of minor units. The error is ErrCurrency or
// ErrNoMinorUnit: gold, SDR, XXX and their like are no money.
func NewMoney(minor int64, currency Currency) (Money, error) {
	if _, err := minorDigits(currency); err != nil {
		return Money{}, err
	}
	return Money{minor, currency}, nil
}

// ParseMoney turns the decimal of an ISO 20022 amount element into minor units,
// exactly or not at all.
//
// It accepts what the XSDs accept of xs:decimal once white space is taken off:
// digits with an optional point, "10", "10." and ".5" alike, leading zeros, a
// plus sign, and minus before zero only. Zeros that end the fraction count
// nowhere: "1.000" is 100 cents and "5.0" is 5 yen. Refused are ErrSyntax
// (exponents, NaN, separators, blanks, other alphabets, nothing at all),
// ErrNegative, ErrDigits (over 18 digits, or over 5 of fraction), ErrPrecision
// (a fraction of a minor unit), ErrOverflow (more than an int64 of minor units,
// which 18 digits before the point can be), ErrCurrency and ErrNoMinorUnit.
func ParseMoney(decimal string, currency Currency) (Money, error) {
	exponent, err := minorDigits(currency)
	if err != nil {
		return Money{}, err
	}
	negative, whole, fraction, err := splitDecimal("amount", decimal)
	switch {
	case err != nil:
		return Money{}, err
	case negative && len(whole)+len(fraction) > 0:
		return Money{}, refused("amount", ErrNegative, 0, "an amount is never below zero")
	case len(fraction) > maxAmountFraction:
		return Money{}, refused("amount", ErrDigits, 0, "%d fraction digits, at most %d are allowed", len(fraction), maxAmountFraction)
	case len(whole)+len(fraction) > maxAmountDigits:
		return Money{}, refused("amount", ErrDigits, 0, "%d digits, at most %d are allowed", len(whole)+len(fraction), maxAmountDigits)
	case len(fraction) > exponent:
		return Money{}, refused("amount", ErrPrecision, 0, "%d fraction digits, %s has %d", len(fraction), currency, exponent)
	}
	var minor uint64 // at most 10^18 before scaling: cannot overflow
	for i := range len(whole) {
		minor = minor*10 + uint64(whole[i]-'0')
	}
	for i := range len(fraction) {
		minor = minor*10 + uint64(fraction[i]-'0')
	}
	high, minor := bits.Mul64(minor, powersOfTen[exponent-len(fraction)].lo)
	if high != 0 || minor > math.MaxInt64 {
		return Money{}, refused("amount", ErrOverflow, 0, "more than %d minor units of %s", int64(math.MaxInt64), currency)
	}
	return Money{int64(minor), currency}, nil
}

// minorDigits gives the exponent of a code that can be money.
func minorDigits(c Currency) (int, error) {
	switch exponent, ok := c.Exponent(); {
	case ok:
		return exponent, nil
	case c.Known():
		return 0, refused("amount", ErrNoMinorUnit, 0, "%s (%s) has no minor unit", c, c.Name())
	}
	return 0, refused("amount", ErrCurrency, 0, "the currency is not known")
}

// splitDecimal takes an xs:decimal apart: its sign, its whole digits without
// leading zeros, its fraction digits without trailing zeros.
func splitDecimal(kind, text string) (negative bool, whole, fraction string, err error) {
	at := 0
	if text != "" && (text[0] == '-' || text[0] == '+') {
		negative = text[0] == '-'
		at++
	}
	start := at
	for at < len(text) && isDigit(text[at]) {
		at++
	}
	whole = strings.TrimLeft(text[start:at], "0")
	digits := at - start
	if at < len(text) && text[at] == '.' {
		start = at + 1
		for at = start; at < len(text) && isDigit(text[at]); {
			at++
		}
		fraction = strings.TrimRight(text[start:at], "0")
		digits += at - start
	}
	if at < len(text) {
		return false, "", "", misplaced(kind, text, at, "digits with at most one point")
	}
	if digits == 0 {
		return false, "", "", refused(kind, ErrSyntax, 0, "there is no digit")
	}
	return negative, whole, fraction, nil
}

// Minor gives the number of minor units.
func (m Money) Minor() int64 { return m.minor }

// Currency gives the currency.
func (m Money) Currency() Currency { return m.currency }

// Sign gives -1, 0 or 1.
func (m Money) Sign() int {
	switch {
	case m.minor < 0:
		return -1
	case m.minor > 0:
		return 1
	}
	return 0
}

// IsZero reports no minor units, in whatever currency.
func (m Money) IsZero() bool { return m.minor == 0 }

// Add gives the sum. The error is ErrCurrencyMismatch or ErrOverflow.
func (m Money) Add(other Money) (Money, error) {
	if err := m.sameCurrency(other); err != nil {
		return Money{}, err
	}
	sum := m.minor + other.minor
	if (sum > m.minor) != (other.minor > 0) && other.minor != 0 {
		return Money{}, refused("amount", ErrOverflow, 0, "the sum does not fit %s", m.currency)
	}
	return Money{sum, m.currency}, nil
}

// Sub gives the difference. The error is ErrCurrencyMismatch or ErrOverflow.
func (m Money) Sub(other Money) (Money, error) {
	if err := m.sameCurrency(other); err != nil {
		return Money{}, err
	}
	difference := m.minor - other.minor
	if (difference < m.minor) != (other.minor > 0) && other.minor != 0 {
		return Money{}, refused("amount", ErrOverflow, 0, "the difference does not fit %s", m.currency)
	}
	return Money{difference, m.currency}, nil
}

// Cmp gives -1, 0 or 1 as m is less than, equal to or more than the other. The
// error is ErrCurrencyMismatch.
func (m Money) Cmp(other Money) (int, error) {
	if err := m.sameCurrency(other); err != nil {
		return 0, err
	}
	switch {
	case m.minor < other.minor:
		return -1, nil
	case m.minor > other.minor:
		return 1, nil
	}
	return 0, nil
}

func (m Money) sameCurrency(other Money) error {
	if m.currency != other.currency || m.currency == 0 {
		return refused("amount", ErrCurrencyMismatch, 0, "%q and %q are not one currency", m.currency, other.currency)
	}
	return nil
}

// AppendAmount appends the decimal as a message carries it: a point, and every
// fraction digit of the currency ("10.50", "1050", "1.050"); never an exponent.
// An int64 can hold one digit more than ISO 20022 allows; the writer refuses it.
func (m Money) AppendAmount(to []byte) []byte {
	magnitude := uint64(m.minor) //nolint:gosec // two's complement on purpose
	if m.minor < 0 {
		to = append(to, '-')
		magnitude = -magnitude
	}
	exponent, _ := m.currency.Exponent()
	if exponent <= 0 {
		return strconv.AppendUint(to, magnitude, 10)
	}
	unit := powersOfTen[exponent].lo
	to = strconv.AppendUint(to, magnitude/unit, 10)
	to = append(to, '.')
	for rest := magnitude % unit; unit > 1; rest %= unit {
		unit /= 10
		to = append(to, "0123456789"[rest/unit])
	}
	return to
}

// Amount gives AppendAmount as a string.
func (m Money) Amount() string {
	var space [24]byte
	return string(m.AppendAmount(space[:0]))
}

// String gives code and amount, "USD 10.50"; "" for the zero value.
func (m Money) String() string {
	if m.currency == 0 {
		return ""
	}
	return m.currency.Code() + " " + m.Amount()
}

// MarshalText gives String.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText takes what MarshalText gives, negative amounts included.
func (m *Money) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Money{}
		return nil
	}
	code, amount, _ := strings.Cut(string(text), " ")
	currency, err := ParseCurrency(code)
	if err != nil {
		return err
	}
	if _, err := minorDigits(currency); err != nil {
		return err
	}
	value, err := ParseDecimal(amount)
	if err != nil {
		return err
	}
	money, err := value.Money(currency)
	if err != nil {
		return err
	}
	*m = money
	return nil
}
