package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// TestScrubberFindsDamage: sound books have none; a flipped bit and a missing row in
// the middle of any bucket are found within one round, while the books grow.
func TestScrubberFindsDamage(t *testing.T) {
	raw := soundBooks(t, 30)
	path := filepath.Join(t.TempDir(), "books.db")
	round := func(do func(b *bbolt.Bucket, key, value []byte) error, bucket []byte) string {
		t.Helper()
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		books, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer books.Close() //nolint:errcheck // thrown away
		if do != nil {
			err = books.update(func(tx *bbolt.Tx) error {
				b := tx.Bucket(bucket)
				cursor := b.Cursor()
				key, value := cursor.First()
				for range rowsOf(b) / 2 {
					key, value = cursor.Next()
				}
				return do(b, append([]byte(nil), key...), append([]byte(nil), value...))
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for s := books.NewScrubber(); s.Rounds() == 0; {
			for _, fault := range s.Step(context.Background()) {
				if !errors.Is(fault, ErrCorrupt) {
					t.Errorf("not told as damage: %v", fault)
				}
				all = append(all, fault.Error())
			}
		}
		return strings.Join(all, "\n")
	}
	if found := round(nil, nil); found != "" {
		t.Errorf("sound books: %s", found)
	}
	for _, bucket := range buckets() {
		found := round(func(b *bbolt.Bucket, key, value []byte) error {
			value[len(value)/2] ^= 4
			return b.Put(key, value)
		}, bucket)
		if !strings.Contains(found, string(bucket)) {
			t.Errorf("a flipped bit in %s: %q", bucket, found)
		}
	}
	for _, all := range spans(&Group{}, &State{}) {
		found := round(func(b *bbolt.Bucket, key, _ []byte) error { return b.Delete(key) }, all.bucket)
		if !strings.Contains(found, "is missing") {
			t.Errorf("a row of %s is removed: %q", all.bucket, found)
		}
	}
	t.Logf("%d buckets, %d of them numbered", len(buckets()), len(spans(&Group{}, &State{})))
}
