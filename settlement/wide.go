package settlement

import "math/bits"

// wide is a sum of many amounts, which may not fit 64 bits although each does.
type wide struct {
	high int64
	low  uint64
}

func widen(n int64) wide { return wide{n >> 63, uint64(n)} } //nolint:gosec // two's complement

// plus adds an amount, which may be negative.
func (w wide) plus(n int64) wide {
	low, carry := bits.Add64(w.low, uint64(n), 0)   //nolint:gosec // two's complement
	return wide{w.high + n>>63 + int64(carry), low} //nolint:gosec // 0 or 1
}

// minus is the difference of two sums.
func (w wide) minus(v wide) wide {
	low, borrow := bits.Sub64(w.low, v.low, 0)
	return wide{w.high - v.high - int64(borrow), low} //nolint:gosec // 0 or 1
}

// add is the sum of two sums.
func (w wide) add(v wide) wide {
	low, carry := bits.Add64(w.low, v.low, 0)
	return wide{w.high + v.high + int64(carry), low} //nolint:gosec // 0 or 1
}

func (w wide) negative() bool { return w.high < 0 }

// less compares two sums.
func (w wide) less(v wide) bool {
	return w.high < v.high || w.high == v.high && w.low < v.low
}
