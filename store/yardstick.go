package store

import (
	"encoding/binary"
	"errors"
	"time"

	"go.etcd.io/bbolt"
)

// MeasureCommits is a yardstick for this machine: a plain double-entry loop on
// bbolt, without messages, checks or log. Each commit moves money so many times
// between ten accounts and writes an entry each time. The clock gives the time
// since it began and whether to go on; the result is what each commit took.
func MeasureCommits(path string, each int, clock func() (time.Duration, bool)) (taken []time.Duration, err error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	accounts, entries := []byte("accounts"), []byte("entries")
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket(accounts)
		_, other := tx.CreateBucket(entries)
		return errors.Join(err, other)
	})
	n := uint64(0)
	for before, ok := clock(); ok && err == nil; {
		err = db.Update(func(tx *bbolt.Tx) error {
			for range each {
				n++
				if err := moveOne(tx.Bucket(accounts), tx.Bucket(entries), n); err != nil {
					return err
				}
			}
			return nil
		})
		var now time.Duration
		now, ok = clock()
		taken = append(taken, now-before)
		before = now
	}
	return taken, err
}

// moveOne moves one unit from one of ten accounts to another.
func moveOne(accounts, entries *bbolt.Bucket, n uint64) error {
	const count = 10
	debit, credit := uint32(n%count), uint32((n+1+n/count%(count-1))%count)
	for _, leg := range []struct {
		account uint32
		amount  int64
	}{{debit, -1}, {credit, 1}} {
		key := key32(leg.account)
		balance := int64(0)
		if value := accounts.Get(key); value != nil {
			balance = int64(binary.BigEndian.Uint64(value)) //nolint:gosec // as written below
		}
		if err := accounts.Put(key, binary.BigEndian.AppendUint64(nil, uint64(balance+leg.amount))); err != nil { //nolint:gosec // two's complement
			return err
		}
	}
	entry := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, debit), credit)
	return entries.Put(key64(n), binary.BigEndian.AppendUint64(entry, 1))
}
