package store

import (
	"bytes"
	"context"

	"go.etcd.io/bbolt"
)

// Compare lists in what two books differ, row by row: those of a node and those
// that the log gives must be the same, byte for byte, but for how far mailboxes
// are read. It is stricter than their digests, which were written with the books.
func Compare(ctx context.Context, one, other *Books) (differences []string, err error) {
	a := &auditor{ctx: ctx}
	err = one.view(func(x *bbolt.Tx) error {
		return other.view(func(y *bbolt.Tx) error {
			for _, bucket := range buckets() {
				if !bytes.Equal(bucket, bucketReaders) {
					a.differ(bucket, x.Bucket(bucket).Cursor(), y.Bucket(bucket).Cursor())
				}
			}
			return ctx.Err()
		})
	})
	return a.allFindings(), err
}

// differ walks the same bucket of both.
func (a *auditor) differ(bucket []byte, x, y *bbolt.Cursor) {
	xKey, xValue := x.First()
	yKey, yValue := y.First()
	for (xKey != nil || yKey != nil) && a.ctx.Err() == nil {
		switch order := bytes.Compare(xKey, yKey); {
		case yKey == nil || xKey != nil && order < 0:
			a.find("%s/%x stands only in the first", bucket, xKey)
			xKey, xValue = x.Next()
			continue
		case xKey == nil || order > 0:
			a.find("%s/%x stands only in the second", bucket, yKey)
			yKey, yValue = y.Next()
			continue
		case !bytes.Equal(xValue, yValue):
			a.find("%s/%x differs", bucket, xKey)
		}
		xKey, xValue = x.Next()
		yKey, yValue = y.Next()
	}
}
