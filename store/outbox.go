package store

import (
	"fmt"

	"go.etcd.io/bbolt"

	"dragoman/store/wire"
)

// Mail is one row of the outbox: a message that is still to be mailed.
type Mail struct {
	Row     uint64
	Record  Record
	Payload []byte
}

// Outbox reads up to most rows behind that row, in order.
func (b *Books) Outbox(after uint64, most int) (mails []Mail, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucketOutbox).Cursor()
		for key, sealed := cursor.Seek(key64(after + 1)); key != nil && len(mails) < most; key, sealed = cursor.Next() {
			value, err := unseal(bucketOutbox, key, sealed)
			if err != nil {
				return err
			}
			row := wire.NewReader(value)
			number := row.Uint()
			if row.Err() != nil {
				return fmt.Errorf("%w: outbox/%x: %w", ErrCorrupt, key, row.Err())
			}
			r, payload, err := readLogged(tx, number)
			if err != nil {
				return err
			}
			mails = append(mails, Mail{number64(key), r, payload})
		}
		return nil
	})
	return mails, err
}

// Mailed removes rows that the mailboxes have acknowledged. It is not part of
// the digest: two nodes that agree may have mailed differently far.
func (b *Books) Mailed(rows []uint64) error {
	return b.db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(bucketOutbox)
		for _, row := range rows {
			if err := bucket.Delete(key64(row)); err != nil {
				return fmt.Errorf("clear outbox row %d: %w", row, err)
			}
		}
		return nil
	})
}
