package store

import (
	"path/filepath"
	"testing"
)

// What the buckets take, and what is free, is the whole file; pages of buckets that
// grow at their ends are full.
func TestSpace(t *testing.T) {
	const payments = 2000
	path := filepath.Join(t.TempDir(), "books.db")
	buildMany(t, path, payments)
	books, err := OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	defer books.Close() //nolint:errcheck // only read
	s, err := books.Space()
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]BucketSpace{}
	sum := s.Free + headPages*pageSize
	for _, b := range s.Buckets {
		of[b.Bucket] = b
		sum += b.Leaf + b.Branch
	}
	if sum != s.Total || len(of) != len(buckets()) {
		t.Errorf("%d buckets and the free pages make %d bytes of %d", len(of), sum, s.Total)
	}
	if of["payments"].Rows != payments || of["payloads"].Rows != 3*payments {
		t.Errorf("%d payments with %d payloads", of["payments"].Rows, of["payloads"].Rows)
	}
	for _, name := range []string{"payments", "records", "answers", "hashes", "branches"} {
		if b := of[name]; b.Occupied*10 < (b.Leaf+b.Branch)*7 {
			t.Errorf("%s: %d bytes of %d are occupied", name, b.Occupied, b.Leaf+b.Branch)
		}
	}
}
