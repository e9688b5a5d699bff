package store

import (
	"bytes"
	"context"
	"fmt"

	"go.etcd.io/bbolt"
)

// scrubRows and scrubBytes bound what one step of a scrub reads in one transaction:
// some milliseconds of work, so that nobody notices.
const (
	scrubRows  = 1000
	scrubBytes = 4 << 20
)

// Scrubber reads the whole file again and again, a little at a time, and finds values
// whose checksum does not fit, and pages that cannot be read, long before anybody
// asks for them. It looks at checksums and gaps alone: an audit looks at everything.
type Scrubber struct {
	books  *Books
	bucket int
	behind []byte // last key that was read; nil: none of the bucket yet

	rounds int
	rows   uint64 // of this round
}

// NewScrubber begins at the first bucket.
func (b *Books) NewScrubber() *Scrubber { return &Scrubber{books: b} }

// Rounds is how often the whole file has been read.
func (s *Scrubber) Rounds() int { return s.rounds }

// Step reads a little further and returns what is damaged there. After a page that
// cannot be read it goes on with the next bucket.
func (s *Scrubber) Step(ctx context.Context) (faults []error) {
	all := buckets()
	bucket := all[s.bucket]
	done := false
	err := s.books.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucket).Cursor()
		key, sealed := cursor.First()
		if s.behind != nil {
			if key, sealed = cursor.Seek(s.behind); bytes.Equal(key, s.behind) {
				key, sealed = cursor.Next()
			}
		}
		size := 0
		for n := 0; n < scrubRows && size < scrubBytes && ctx.Err() == nil; n++ {
			if key == nil {
				done = true
				return nil
			}
			if _, err := unseal(bucket, key, sealed); err != nil {
				faults = append(faults, err)
			}
			if err := s.follows(bucket, key); err != nil {
				faults = append(faults, err)
			}
			s.behind = append(s.behind[:0:0], key...)
			s.rows++
			size += len(sealed)
			key, sealed = cursor.Next()
		}
		return nil
	})
	if err != nil {
		faults = append(faults, fmt.Errorf("%s behind %x: %w", bucket, s.behind, err))
		done = true
	}
	if done {
		s.behind, s.bucket = nil, (s.bucket+1)%len(all)
		if s.bucket == 0 {
			s.rounds, s.rows = s.rounds+1, 0
		}
	}
	return faults
}

// follows finds gaps in what is numbered without one.
func (s *Scrubber) follows(bucket, key []byte) error {
	for _, all := range spans(&Group{}, &State{}) {
		if !bytes.Equal(all.bucket, bucket) {
			continue
		}
		want := all.first
		if s.behind != nil {
			want = number64(s.behind) + 1
		}
		if len(key) != 8 {
			return corrupt("%s/%x is no number", bucket, key)
		}
		if number64(key) != want {
			return corrupt("%s/%x is missing", bucket, key64(want))
		}
	}
	return nil
}
