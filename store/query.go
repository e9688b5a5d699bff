package store

import (
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

// Open are the payments that have not ended, in the order of their arrival.
func (b *Books) Open() ([]settlement.Payment, error) {
	var kernel settlement.Books
	err := b.view(func(tx *bbolt.Tx) error { return b.loadOpen(tx, &kernel) })
	return kernel.Open, err
}
