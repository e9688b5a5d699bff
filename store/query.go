package store

import (
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
)

// Accounts are all accounts, by number.
func (b *Books) Accounts() (all []settlement.Account, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		return each(tx, bucketAccounts, func(key, value []byte) error {
			a, err := decodeAccount(settlement.AccountID(number32(key)), value)
			all = append(all, a)
			return err
		})
	})
	return all, err
}

// Standing is what a kernel needs to tell what would become of what is open: all as
// it stands at one moment, without what has ended.
func (b *Books) Standing() (kernel settlement.Books, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		s, err := stateIn(tx)
		kernel.Now, kernel.Booked, kernel.LastPayment, kernel.LastMessage, kernel.LastEntry, kernel.LastTurn = s.Now, s.Booked, s.Payment, s.Message, s.Entry, s.Turn
		return errors.Join(err, b.loadAccounts(tx, &kernel), b.loadControls(tx, &kernel), b.loadOpen(tx, &kernel), b.loadCycles(tx, &kernel))
	})
	return kernel, err
}

// Open are the payments that have not ended, in the order of their arrival.
func (b *Books) Open() ([]settlement.Payment, error) {
	var kernel settlement.Books
	err := b.view(func(tx *bbolt.Tx) error { return b.loadOpen(tx, &kernel) })
	return kernel.Open, err
}

// PaymentsDown visits the payments from that number downwards, the latest first,
// until visit says no. The books keep a read open meanwhile, so a visit is short
// and visits are few.
func (b *Books) PaymentsDown(from settlement.PaymentID, visit func(*settlement.Payment) bool) error {
	return b.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucketPayments).Cursor()
		for id := from; id > 0; id-- {
			key, sealed := cursor.Seek(key64(uint64(id)))
			if key == nil || number64(key) != uint64(id) {
				continue // not given yet
			}
			value, err := unseal(bucketPayments, key, sealed)
			if err != nil {
				return err
			}
			p, err := decodePayment(id, value)
			if err != nil {
				return fmt.Errorf("%w: payment %d: %w", ErrCorrupt, id, err)
			}
			if !visit(&p) {
				return nil
			}
		}
		return nil
	})
}
