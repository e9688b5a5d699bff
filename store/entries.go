package store

import (
	"fmt"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// markEvery is how many entries of an account lie between two of its marks: so
// many must be walked at the most to find where an interval of the past ends,
// and so rarely does an entry cost a row more.
const markEvery = 256

// marks notes where an account stands after every so-many-th of its entries.
func (c *commit) marks(e *settlement.Entry) error {
	for _, account := range marked(e) {
		w := wire.NewWriter()
		w.Uint(uint64(e.ID))
		if err := c.put(bucketMarks, markKey(account, e.At), w.Record()); err != nil {
			return err
		}
	}
	return nil
}

// marked are the accounts that are marked at an entry.
func marked(e *settlement.Entry) (accounts []settlement.AccountID) {
	for _, account := range []settlement.AccountID{e.Debit, e.Credit} {
		if e.Of(account).Number%markEvery == 0 {
			accounts = append(accounts, account)
		}
	}
	return accounts
}

// markKey orders marks by account and time. Booking times are after 1970.
func markKey(account settlement.AccountID, at settlement.Moment) []byte {
	return key3264(uint32(account), uint64(max(at, 0)))
}

// Back visits the entries of an account below that number that are booked before
// that time, the newest first, as long as visit wants.
func (b *Books) Back(account settlement.AccountID, below settlement.EntryID, before settlement.Moment, visit func(settlement.Entry) bool) error {
	return b.view(func(tx *bbolt.Tx) error {
		id, err := nextMark(tx, account, before)
		if err == nil && id == 0 {
			id, err = newest(tx, account)
		}
		if err != nil {
			return err
		}
		for id != 0 {
			value, err := get(tx, bucketEntries, key64(uint64(id)))
			if err == nil && value == nil {
				err = fmt.Errorf("%w: there is no entry %d", ErrCorrupt, id)
			}
			if err != nil {
				return err
			}
			e, err := decodeEntry(id, value)
			if err != nil {
				return fmt.Errorf("%w: entry %d: %w", ErrCorrupt, id, err)
			}
			if e.ID < below && e.At < before && !visit(e) {
				return nil
			}
			id = e.Of(account).Before
		}
		return nil
	})
}

// newest is the last entry of an account; 0 when it has none.
func newest(tx *bbolt.Tx, account settlement.AccountID) (settlement.EntryID, error) {
	value, err := get(tx, bucketAccounts, key32(uint32(account)))
	if err != nil || value == nil {
		return 0, err
	}
	a, err := decodeAccount(account, value)
	return a.Last, err
}

// nextMark is the first marked entry of an account that is booked at or after
// that time; 0 when there is none.
func nextMark(tx *bbolt.Tx, account settlement.AccountID, at settlement.Moment) (settlement.EntryID, error) {
	key, sealed := tx.Bucket(bucketMarks).Cursor().Seek(markKey(account, at))
	if len(key) != 12 || number32(key) != uint32(account) {
		return 0, nil
	}
	value, err := unseal(bucketMarks, key, sealed)
	if err != nil {
		return 0, err
	}
	r := wire.NewReader(value)
	id := settlement.EntryID(r.Uint())
	if r.Err() != nil {
		return 0, fmt.Errorf("%w: marks/%x: %w", ErrCorrupt, key, r.Err())
	}
	return id, nil
}
