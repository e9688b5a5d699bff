package messages

import (
	"cmp"
	"math"
	"math/bits"
	"strconv"
)

// maxDecimalDigits bounds the digits of a Decimal, so that 128 bits always hold
// them (10^38 < 2^127). The widest type in the schemas has 30.
const maxDecimalDigits = 38

// Decimal is an exact decimal number: a rate, a percentage, a control sum. It
// holds up to 38 digits, any of them after the point. Trailing zeros are not
// kept, so that equal numbers are equal values (==); the lexical form stays in
// the message. The zero value is 0.
type Decimal struct {
	magnitude uint128
	scale     uint8 // digits after the point, 0 to 38
	negative  bool
}

// ParseDecimal takes an xs:decimal without white space around it: the forms that
// ParseMoney takes, and negative ones. The error is ErrSyntax or ErrDigits.
func ParseDecimal(text string) (Decimal, error) {
	negative, whole, fraction, err := splitDecimal("decimal", text)
	if err != nil {
		return Decimal{}, err
	}
	if digits := len(whole) + len(fraction); digits > maxDecimalDigits {
		return Decimal{}, refused("decimal", ErrDigits, 0, "%d digits, at most %d are held", digits, maxDecimalDigits)
	}
	var magnitude uint128
	for _, digits := range [2]string{whole, fraction} {
		for i := range len(digits) {
			magnitude, _ = magnitude.times(uint128{lo: 10})
			magnitude, _ = magnitude.plus(uint128{lo: uint64(digits[i] - '0')})
		}
	}
	d, _ := newDecimal(negative, magnitude, len(fraction))
	return d, nil
}

// newDecimal brings a number to its one form: no trailing zeros, no minus zero.
// It is false when more than 38 digits remain.
func newDecimal(negative bool, magnitude uint128, scale int) (Decimal, bool) {
	for scale > 0 {
		quotient, digit := magnitude.dividedBy64(10)
		if digit != 0 {
			break
		}
		magnitude = quotient
		scale--
	}
	if scale > maxDecimalDigits || magnitude.compare(powersOfTen[maxDecimalDigits]) >= 0 {
		return Decimal{}, false
	}
	return Decimal{magnitude, uint8(scale), negative && magnitude != uint128{}}, true //nolint:gosec // 0 to 38
}

// Sign gives -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.magnitude == uint128{}:
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// Scale gives the number of digits after the point.
func (d Decimal) Scale() int { return int(d.scale) }

// Neg gives the number with the other sign.
func (d Decimal) Neg() Decimal {
	d.negative = d.Sign() > 0
	return d
}

// Add gives the exact sum. The error is ErrOverflow: more than 38 digits.
func (d Decimal) Add(other Decimal) (Decimal, error) {
	scale := max(d.scale, other.scale)
	a, fitsA := d.magnitude.times(powersOfTen[scale-d.scale])
	b, fitsB := other.magnitude.times(powersOfTen[scale-other.scale])
	var sum uint128
	negative, fits := d.negative, true
	switch {
	case d.negative == other.negative:
		sum, fits = a.plus(b)
	case a.compare(b) >= 0:
		sum = a.minus(b)
	default:
		sum, negative = b.minus(a), other.negative
	}
	result, inRange := newDecimal(negative, sum, int(scale))
	if !fitsA || !fitsB || !fits || !inRange {
		return Decimal{}, refused("decimal", ErrOverflow, 0, "the sum has more than %d digits", maxDecimalDigits)
	}
	return result, nil
}

// Sub gives the exact difference. The error is ErrOverflow.
func (d Decimal) Sub(other Decimal) (Decimal, error) { return d.Add(other.Neg()) }

// Cmp gives -1, 0 or 1 as d is less than, equal to or more than the other.
func (d Decimal) Cmp(other Decimal) int {
	if order := cmp.Compare(d.Sign(), other.Sign()); order != 0 {
		return order
	}
	scale := max(d.scale, other.scale)
	a, fitsA := d.magnitude.times(powersOfTen[scale-d.scale])
	b, fitsB := other.magnitude.times(powersOfTen[scale-other.scale])
	order := a.compare(b)
	switch { // only the one of the smaller scale is multiplied; past 128 bits it is the larger
	case !fitsA:
		order = 1
	case !fitsB:
		order = -1
	}
	if d.negative {
		return -order
	}
	return order
}

// String gives the shortest xs:decimal of the number: "-0.5", "1.0825", "100".
func (d Decimal) String() string {
	const group = 19 // the most digits that fit a uint64
	var space [48]byte
	digits := space[:0]
	high, low := d.magnitude.dividedBy64(powersOfTen[group].lo)
	if high != (uint128{}) {
		digits = strconv.AppendUint(digits, high.lo, 10) // below 10^19, as 38 digits are the most
		var tail [group]byte
		padded := strconv.AppendUint(tail[:0], low, 10)
		for range group - len(padded) {
			digits = append(digits, '0')
		}
		digits = append(digits, padded...)
	} else {
		digits = strconv.AppendUint(digits, low, 10)
	}
	text := make([]byte, 0, len(digits)+3)
	if d.negative {
		text = append(text, '-')
	}
	point := len(digits) - int(d.scale)
	switch {
	case d.scale == 0:
		return string(append(text, digits...))
	case point > 0:
		text = append(append(text, digits[:point]...), '.')
		return string(append(text, digits[point:]...))
	}
	text = append(text, "0."...)
	for range -point {
		text = append(text, '0')
	}
	return string(append(text, digits...))
}

// MarshalText gives String.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is ParseDecimal.
func (d *Decimal) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDecimal(string(text))
	return err
}

// Decimal gives the amount in major units, exactly: USD 10.50 is 10.5. Control
// sums add amounts of several currencies as such numbers.
func (m Money) Decimal() Decimal {
	exponent, _ := m.currency.Exponent()
	d, _ := newDecimal(m.minor < 0, uint128{lo: magnitudeOf(m.minor)}, max(exponent, 0))
	return d
}

func magnitudeOf(n int64) uint64 {
	if n < 0 {
		return -uint64(n) //nolint:gosec // two's complement on purpose: right for the least int64 too
	}
	return uint64(n)
}

// Money gives the number of major units as money, exactly or not at all: the
// errors are ErrCurrency, ErrNoMinorUnit, ErrPrecision and ErrOverflow.
func (d Decimal) Money(currency Currency) (Money, error) {
	exponent, err := minorDigits(currency)
	if err != nil {
		return Money{}, err
	}
	if int(d.scale) > exponent {
		return Money{}, refused("amount", ErrPrecision, 0, "%d fraction digits, %s has %d", d.scale, currency, exponent)
	}
	minor, fits := d.magnitude.times(powersOfTen[exponent-int(d.scale)])
	return moneyOf(d.negative, minor, fits, currency)
}

// moneyOf makes money of a sign and a magnitude of minor units.
func moneyOf(negative bool, magnitude uint128, fits bool, currency Currency) (Money, error) {
	minor, limit := magnitude.lo, uint64(math.MaxInt64)
	if negative {
		minor, limit = -minor, limit+1
	}
	if !fits || magnitude.hi != 0 || magnitude.lo > limit {
		return Money{}, refused("amount", ErrOverflow, 0, "more than %d minor units of %s", limit, currency)
	}
	return Money{int64(minor), currency}, nil //nolint:gosec // two's complement on purpose
}

// Convert multiplies by a rate (units of the target for one unit of m) and rounds
// once, half to even, to the minor unit of the target currency. The residual is
// what rounding left over, in major units of the target, so that
//
//	converted.Decimal() + residual = m.Decimal() × rate
//
// holds exactly, and |residual| is at most half a minor unit. The same currency
// as target gives a percentage of m. The errors are ErrCurrency, ErrNoMinorUnit
// and ErrOverflow.
func (m Money) Convert(rate Decimal, to Currency) (converted Money, residual Decimal, err error) {
	from, err := minorDigits(m.currency)
	if err != nil {
		return Money{}, Decimal{}, err
	}
	target, err := minorDigits(to)
	if err != nil {
		return Money{}, Decimal{}, err
	}
	negative := (m.minor < 0) != rate.negative
	scale := int(rate.scale) + from // of the product, in major units
	product, fits := rate.magnitude.times(uint128{lo: magnitudeOf(m.minor)})
	if scale <= target {
		minor, more := product.times(powersOfTen[target-scale])
		converted, err = moneyOf(negative, minor, fits && more, to)
		return converted, Decimal{}, err
	}
	if !fits || scale > maxDecimalDigits {
		return Money{}, Decimal{}, refused("amount", ErrOverflow, 0, "the product has more than %d digits", maxDecimalDigits)
	}
	quotient, remainder, up := product.roundedBy(scale - target)
	if converted, err = moneyOf(negative, quotient, true, to); err != nil {
		return Money{}, Decimal{}, err
	}
	residual, _ = newDecimal(negative != up, remainder, scale)
	return converted, residual, nil
}

// uint128 is a whole number below 2^128.
type uint128 struct{ hi, lo uint64 }

// powersOfTen holds 10^0 to 10^38. Up to 10^19 the low half is the whole of it.
var powersOfTen = tenPowers()

func tenPowers() (powers [maxDecimalDigits + 1]uint128) {
	powers[0] = uint128{lo: 1}
	for i := 1; i < len(powers); i++ {
		powers[i], _ = powers[i-1].times(uint128{lo: 10})
	}
	return powers
}

func (a uint128) compare(b uint128) int {
	switch {
	case a == b:
		return 0
	case a.hi < b.hi || a.hi == b.hi && a.lo < b.lo:
		return -1
	}
	return 1
}

func (a uint128) plus(b uint128) (sum uint128, fits bool) {
	var carry uint64
	sum.lo, carry = bits.Add64(a.lo, b.lo, 0)
	sum.hi, carry = bits.Add64(a.hi, b.hi, carry)
	return sum, carry == 0
}

// minus wants a to be at least b.
func (a uint128) minus(b uint128) (difference uint128) {
	var borrow uint64
	difference.lo, borrow = bits.Sub64(a.lo, b.lo, 0)
	difference.hi, _ = bits.Sub64(a.hi, b.hi, borrow)
	return difference
}

func (a uint128) times(b uint128) (product uint128, fits bool) {
	product.hi, product.lo = bits.Mul64(a.lo, b.lo)
	over1, cross1 := bits.Mul64(a.hi, b.lo)
	over2, cross2 := bits.Mul64(a.lo, b.hi)
	cross, carry1 := bits.Add64(cross1, cross2, 0)
	var carry2 uint64
	product.hi, carry2 = bits.Add64(product.hi, cross, 0)
	return product, over1|over2|carry1|carry2 == 0 && (a.hi == 0 || b.hi == 0)
}

func (a uint128) dividedBy64(by uint64) (quotient uint128, remainder uint64) {
	quotient.hi, remainder = a.hi/by, a.hi%by
	quotient.lo, remainder = bits.Div64(remainder, a.lo, by)
	return quotient, remainder
}

// roundedBy divides by 10^digits (1 to 38), half to even. The remainder is the
// distance between the rounded and the exact; up tells that rounding added it.
func (a uint128) roundedBy(digits int) (quotient, remainder uint128, up bool) {
	const step = 19 // 10^19 is the largest power in a uint64
	low := min(digits, step)
	quotient, rest := a.dividedBy64(powersOfTen[low].lo)
	remainder = uint128{lo: rest}
	if digits > step {
		quotient, rest = quotient.dividedBy64(powersOfTen[digits-step].lo)
		shifted, _ := powersOfTen[step].times(uint128{lo: rest})
		remainder, _ = shifted.plus(remainder)
	}
	rest128 := powersOfTen[digits].minus(remainder)
	order := remainder.compare(rest128)
	if order < 0 || order == 0 && quotient.lo&1 == 0 {
		return quotient, remainder, false
	}
	quotient, _ = quotient.plus(uint128{lo: 1})
	return quotient, rest128, true
}
