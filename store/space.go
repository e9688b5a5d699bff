package store

import (
	"fmt"

	"go.etcd.io/bbolt"
)

// BucketSpace is what one bucket takes of the file.
type BucketSpace struct {
	Bucket   string
	Rows     uint64
	Leaf     uint64 // bytes of the pages that hold its rows
	Branch   uint64 // bytes of the pages that lead to them
	Occupied uint64 // of both, bytes that something stands in
}

// Space is what the file consists of.
type Space struct {
	Total   uint64        // bytes of all pages up to the last one in use
	Free    uint64        // of those, pages that the next commits write to
	Buckets []BucketSpace // in the order in which layout.go lists them
}

// Space measures the file. It looks at every page: of large books that takes as long as
// reading them.
func (b *Books) Space() (s Space, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		s.Total = uint64(tx.Size()) //nolint:gosec // not negative
		used := uint64(headPages * pageSize)
		for _, name := range buckets() {
			bucket := tx.Bucket(name)
			if bucket == nil {
				return fmt.Errorf("%w: the bucket %s is missing", ErrCorrupt, name)
			}
			one := spaceOf(bucket.Stats())
			one.Bucket = string(name)
			used += one.Leaf + one.Branch
			s.Buckets = append(s.Buckets, one)
		}
		s.Free = s.Total - min(s.Total, used)
		return nil
	})
	return s, err
}

//nolint:gosec // counts and lengths are not negative
func spaceOf(stats bbolt.BucketStats) BucketSpace {
	return BucketSpace{
		Rows: uint64(stats.KeyN), Leaf: uint64(stats.LeafAlloc), Branch: uint64(stats.BranchAlloc),
		Occupied: uint64(stats.LeafInuse + stats.BranchInuse),
	}
}
