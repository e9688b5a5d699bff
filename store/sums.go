package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"go.etcd.io/bbolt"

	"dragoman/store/wire"
)

// Of some buckets nothing else in the books tells which rows they must have: what the
// lane keeps in them follows from the log alone. So the books keep what their rows come
// to, and an audit finds a row that is missing, that is another one, or that nobody
// wrote, also where every checksum fits.

// summed are those buckets. Of meta it is all but the state and the sums themselves.
func summed() [][]byte {
	return [][]byte{bucketMeta, bucketDirectory, bucketDecisions, bucketPending, bucketQuarantined, bucketMarket}
}

// sum is what the rows of a bucket come to, in whatever order they were written: the sum
// of their hashes, modulo 2^64 in each of four parts. It is meant against damage and
// defects, and not against who can write the file.
type sum [4]uint64

// count adds a row, or takes it away.
func (s *sum) count(bucket, key, value []byte, away bool) {
	h := sha256.Sum256(slices.Concat(bucket, []byte{0}, key, []byte{0}, value))
	for i := range s {
		part := binary.BigEndian.Uint64(h[8*i:])
		if away {
			part = -part
		}
		s[i] += part
	}
}

// counted tells whether a row belongs to the sum of its bucket, and which that is; -1: it
// has none.
func counted(bucket, key []byte) int {
	if bytes.Equal(bucket, bucketMeta) && (bytes.Equal(key, keyState) || bytes.Equal(key, keySums)) {
		return -1
	}
	return slices.IndexFunc(summed(), func(one []byte) bool { return bytes.Equal(one, bucket) })
}

// sumsIn are the sums of the books in a transaction, in the order of summed.
func sumsIn(tx *bbolt.Tx) ([]sum, error) {
	all := make([]sum, len(summed()))
	value, err := get(tx, bucketMeta, keySums)
	if value == nil || err != nil {
		if before, _ := stateIn(tx); before.Sequence > 0 && err == nil {
			err = corrupt("meta/sums is missing")
		}
		return all, err // nothing was written yet
	}
	r := wire.NewReader(value)
	for i := range all {
		for k := range all[i] {
			all[i][k] = r.Uint()
		}
	}
	if r.Err() != nil {
		return nil, corrupt("meta/sums: %v", r.Err())
	}
	return all, nil
}

// recount keeps the sum of a bucket when a row of it changes; nil: it is taken out.
func (c *commit) recount(bucket, key, value []byte) error {
	at := counted(bucket, key)
	if at < 0 {
		return nil
	}
	before, err := get(c.tx, bucket, key)
	if err != nil {
		return err
	}
	if before != nil {
		c.sums[at].count(bucket, key, before, true)
	}
	if value != nil {
		c.sums[at].count(bucket, key, value, false)
	}
	return nil
}

// keepSums writes the sums.
func (c *commit) keepSums() error {
	w := wire.NewWriter()
	for i := range c.sums {
		for _, part := range c.sums[i] {
			w.Uint(part)
		}
	}
	return c.keep(bucketMeta, keySums, w.Record())
}

// sums compares the rows of those buckets with what they came to when they were written.
func (a *auditor) sums() {
	want, err := sumsIn(a.tx)
	if err != nil {
		a.find("%v", err)
		return
	}
	for i, bucket := range summed() {
		var got sum
		a.scan(bucket, func(key, value []byte) error {
			if counted(bucket, key) == i {
				got.count(bucket, key, value, false)
			}
			return nil
		})
		if got != want[i] {
			a.find("%s: a row is missing, is another one, or was never written: its rows do not come to what was written", bucket)
		}
	}
}
