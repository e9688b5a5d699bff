package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"

	bbolt "go.etcd.io/bbolt"
)

// bolt is a plain double-entry loop on bbolt, with nothing around it: transfers that
// come in while a commit is written go into the next one together.
type bolt struct{}

func (bolt) name() string { return "bbolt, bare transfer in this process" }

var (
	accountBucket  = []byte("accounts")
	transferBucket = []byte("transfers")
)

// booking is a transfer that waits for its commit.
type booking struct {
	transfer
	done chan error
}

func (bolt) run(ctx context.Context, folder string, w Workload) (f Figures, err error) {
	db, err := bbolt.Open(filepath.Join(folder, "ledger"), 0o600, nil)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := fillBolt(db, w.Accounts); err != nil {
		return f, err
	}
	waiting := make(chan booking, w.Clients)
	written := make(chan struct{})
	go func() {
		defer close(written)
		commitAll(db, waiting)
	}()
	answers := make([]chan error, w.Clients)
	for i := range answers {
		answers[i] = make(chan error, 1)
	}
	f, err = closedLoop(ctx, w, func(_ context.Context, client int, t transfer) error {
		waiting <- booking{t, answers[client]}
		return <-answers[client]
	})
	close(waiting)
	<-written
	return f, errors.Join(err, balancedBolt(db, w.Accounts))
}

// balancedBolt holds the books against themselves, as is done with the others.
func balancedBolt(db *bbolt.DB, accounts int) error {
	return db.View(func(tx *bbolt.Tx) error {
		var total int64
		for i := range accounts {
			total += balance(tx.Bucket(accountBucket), i)
		}
		if total != initialMinor*int64(accounts) {
			return fmt.Errorf("money was made: balances are %d", total)
		}
		return nil
	})
}

func fillBolt(db *bbolt.DB, accounts int) error {
	return db.Update(func(tx *bbolt.Tx) error {
		if _, err := tx.CreateBucket(transferBucket); err != nil {
			return err
		}
		b, err := tx.CreateBucket(accountBucket)
		for i := 0; i < accounts && err == nil; i++ {
			err = b.Put(key(i), binary.BigEndian.AppendUint64(nil, uint64(initialMinor)))
		}
		return err
	})
}

// commitAll writes what waits, all of it in one commit at a time.
func commitAll(db *bbolt.DB, waiting <-chan booking) {
	var group []booking
	for first := range waiting {
		group = append(group[:0], first)
		for more := true; more; {
			select {
			case b, open := <-waiting:
				if more = open; open {
					group = append(group, b)
				}
			default:
				more = false
			}
		}
		err := db.Update(func(tx *bbolt.Tx) error {
			for _, b := range group {
				if err := bookBolt(tx, b.transfer); err != nil {
					return err
				}
			}
			return nil
		})
		for _, b := range group {
			b.done <- err
		}
	}
}

func bookBolt(tx *bbolt.Tx, t transfer) error {
	transfers := tx.Bucket(transferBucket)
	if transfers.Get(t.name[:]) != nil {
		return errors.New("a transfer of that name is booked already")
	}
	if err := post(tx, t.debtor, -t.minor); err != nil {
		return err
	}
	if err := post(tx, t.creditor, t.minor); err != nil {
		return err
	}
	return transfers.Put(t.name[:], binary.BigEndian.AppendUint64(append(key(t.debtor), key(t.creditor)...), uint64(t.minor))) //nolint:gosec // above zero
}

func post(tx *bbolt.Tx, account int, minor int64) error {
	b := tx.Bucket(accountBucket)
	after := balance(b, account) + minor
	if after < 0 {
		return fmt.Errorf("account %d is short", account)
	}
	return b.Put(key(account), binary.BigEndian.AppendUint64(nil, uint64(after)))
}

func balance(b *bbolt.Bucket, account int) int64 {
	return int64(binary.BigEndian.Uint64(b.Get(key(account)))) //nolint:gosec // written by us
}

func key(account int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(account)) } //nolint:gosec // a small number
