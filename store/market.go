package store

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// MarketRow is a piece of the market: a rate or a quote. What the value says is the
// lane's matter. In a batch, no value takes the row out.
type MarketRow struct {
	Key   string
	Value []byte
}

// market writes what the group changed of the market.
func (c *commit) market(batch *Batch) error {
	for _, row := range batch.Market {
		var err error
		if row.Value == nil {
			err = c.drop(bucketMarket, []byte(row.Key))
		} else {
			err = c.put(bucketMarket, []byte(row.Key), row.Value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Market are the rows of the market whose keys begin so, by key.
func (b *Books) Market(prefix string) (rows []MarketRow, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucketMarket).Cursor()
		for key, sealed := cursor.Seek([]byte(prefix)); key != nil && bytes.HasPrefix(key, []byte(prefix)); key, sealed = cursor.Next() {
			value, err := unseal(bucketMarket, key, sealed)
			if err != nil {
				return err
			}
			rows = append(rows, MarketRow{string(key), bytes.Clone(value)})
		}
		return nil
	})
	return rows, err
}

// MarketValue is one row of the market; nil when there is none.
func (b *Books) MarketValue(key string) (value []byte, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		found, err := get(tx, bucketMarket, []byte(key))
		value = bytes.Clone(found)
		return err
	})
	return value, err
}
