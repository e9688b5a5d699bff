package store

import (
	"slices"
	"sync"

	"go.etcd.io/bbolt"

	"dragoman/messages"
	"dragoman/settlement"
)

// Accounts are all accounts, by number.
func (b *Books) Accounts() (all []settlement.Account, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		return each(tx, bucketAccounts, func(key, value []byte) error {
			a, err := decodeAccount(settlement.AccountID(number32(key)), value)
			all = append(all, a)
			return err
		})
	})
	return all, err
}

// ByUETR finds the payments of a UETR, in the order of their arrival. A UETR can
// name several: a transfer and its cover, or the legs of a chain.
func (b *Books) ByUETR(uetr messages.UETR) []settlement.PaymentID {
	b.uetrs.RLock()
	defer b.uetrs.RUnlock()
	return slices.Clone(b.uetrs.payments[uetr])
}

// uetrIndex finds payments by UETR. It lives in memory: as random keys in the
// file it would be the bottleneck of every commit.
type uetrIndex struct {
	sync.RWMutex
	payments map[messages.UETR][]settlement.PaymentID
	last     settlement.PaymentID
}

// add takes in a payment when it is first seen.
func (x *uetrIndex) add(p *settlement.Payment) {
	if p.ID <= x.last {
		return
	}
	x.last = p.ID
	if !p.UETR.IsZero() {
		x.payments[p.UETR] = append(x.payments[p.UETR], p.ID)
	}
}
