package main

import (
	"math/bits"
	"time"
)

// histogram counts durations. Its buckets are 1/64 of their value wide, so that a
// quantile is right within 2 %; memory does not grow with what is counted.
type histogram struct {
	counts [histogramBuckets]uint32
	total  uint64
	most   time.Duration
}

const (
	histogramSub     = 6 // bits: 64 buckets for each power of two
	histogramBuckets = (64 - histogramSub) << histogramSub
)

func (h *histogram) add(d time.Duration) {
	d = max(d, 0)
	h.counts[bucketOf(uint64(d))]++
	h.total++
	h.most = max(h.most, d)
}

// bucketOf keeps the first seven bits of a value and its magnitude.
func bucketOf(v uint64) int {
	if v < 1<<histogramSub {
		return int(v)
	}
	shift := bits.Len64(v) - histogramSub - 1
	return shift<<histogramSub + int(v>>shift) //nolint:gosec // below histogramBuckets
}

// upperOf is the highest value of a bucket.
func upperOf(bucket int) time.Duration {
	if bucket < 2<<histogramSub {
		return time.Duration(bucket)
	}
	shift := bucket>>histogramSub - 1
	return time.Duration((bucket-shift<<histogramSub+1)<<shift - 1)
}

func (h *histogram) merge(other *histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.total += other.total
	h.most = max(h.most, other.most)
}

// quantile is the duration that so many of a thousand do not exceed.
func (h *histogram) quantile(perMille uint64) time.Duration {
	wanted := (h.total*perMille + 999) / 1000
	seen := uint64(0)
	for i, n := range h.counts {
		if seen += uint64(n); n > 0 && seen >= wanted {
			return min(upperOf(i), h.most)
		}
	}
	return 0
}
