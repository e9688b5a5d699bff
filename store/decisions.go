package store

import (
	"bytes"
	"encoding/binary"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
)

// Kept is a value that the lane keeps under the place of the entry that made it:
// a decision, a request that waits for a second person, a quarantine. What the
// value says is the lane's matter. In a batch, no value takes the row out.
type Kept struct {
	Place settlement.Place
	Value []byte
}

func placeKey(p settlement.Place) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(make([]byte, 0, 12), p.Sequence), p.Order)
}

func placeOf(key []byte) settlement.Place {
	return settlement.Place{Sequence: number64(key[:8]), Order: number32(key[8:])}
}

// decisions writes what was decided in the group.
func (c *commit) decisions(batch *Batch) error {
	for _, kind := range []struct {
		bucket []byte
		rows   []Kept
	}{{bucketDecisions, batch.Decisions}, {bucketPending, batch.Pending}, {bucketQuarantined, batch.Quarantined}} {
		for _, row := range kind.rows {
			var err error
			if row.Value == nil {
				err = c.drop(kind.bucket, placeKey(row.Place))
			} else {
				err = c.put(kind.bucket, placeKey(row.Place), row.Value)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Pending are the requests that wait for a second person, in the order in which
// they were made.
func (b *Books) Pending() (all []Kept, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		return each(tx, bucketPending, func(key, value []byte) error {
			all = append(all, Kept{placeOf(key), bytes.Clone(value)})
			return nil
		})
	})
	return all, err
}

// Decision is what an entry decided; nil when it decided nothing.
func (b *Books) Decision(place settlement.Place) ([]byte, error) {
	return b.kept(bucketDecisions, place)
}

// Quarantined is the quarantine of an entry; nil when it has none.
func (b *Books) Quarantined(place settlement.Place) ([]byte, error) {
	return b.kept(bucketQuarantined, place)
}

func (b *Books) kept(bucket []byte, place settlement.Place) (value []byte, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		found, err := get(tx, bucket, placeKey(place))
		value = bytes.Clone(found)
		return err
	})
	return value, err
}

// Decisions hands over what was decided before a place, the newest first, until
// visit says no. The zero place stands for the end.
func (b *Books) Decisions(before settlement.Place, visit func(Kept) bool) error {
	return b.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucketDecisions).Cursor()
		key, sealed := cursor.Last()
		if before != (settlement.Place{}) {
			if key, sealed = cursor.Seek(placeKey(before)); key == nil {
				key, sealed = cursor.Last()
			}
		}
		for ; key != nil; key, sealed = cursor.Prev() {
			if before != (settlement.Place{}) && bytes.Compare(key, placeKey(before)) >= 0 {
				continue
			}
			value, err := unseal(bucketDecisions, key, sealed)
			if err != nil {
				return err
			}
			if !visit(Kept{placeOf(key), bytes.Clone(value)}) {
				return nil
			}
		}
		return nil
	})
}
