package store

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// Lists and trees are the same however they are cut into commits, and whether
// their ends were known from the commit before or are read from the file.
func TestListsAndTrees(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	b, err := Open(filepath.Join(t.TempDir(), "books.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close() //nolint:errcheck // a test's folder
	numbers, hashes := listID{&listMails, 7}, listID{&listBranches, 7}
	want := newMemoryTree()
	size, commits := uint64(0), 0
	for size < 3000 {
		commits++
		if random.IntN(4) == 0 {
			b.growth = newGrowth()
		}
		err := b.update(func(tx *bbolt.Tx) error {
			c := &commit{books: b, tx: tx}
			for range random.IntN(1 << random.IntN(9)) {
				l, err := c.list(numbers)
				if err != nil {
					return err
				}
				tree, err := c.tree(hashes, size)
				if err != nil {
					return err
				}
				leaf := tlog.RecordHash(key64(size))
				l.add(key64(size))
				tree.add(leaf)
				want.add(leaf)
				size++
			}
			if tree := b.growth.trees[hashes]; tree != nil {
				if root, err := tlog.TreeHash(want.size, want); err != nil || tree.root() != root {
					t.Fatalf("the root of %d is %s, want %s (%v)", size, tree.root(), root, err)
				}
			}
			return c.flush()
		})
		if err != nil {
			t.Fatal(err)
		}
		if commits%16 != 0 && size < 3000 {
			continue
		}
		if err := b.view(func(tx *bbolt.Tx) error {
			compareItems(t, tx, hashes, len(want.hashes), func(i int) []byte { return want.hashes[i][:] })
			compareItems(t, tx, numbers, int(size), func(i int) []byte { return key64(uint64(i)) })
			for range 20 {
				from := random.Uint64N(size + 5)
				items, err := numbers.from(tx, from, random.IntN(400))
				if err != nil || len(items) > 0 && from+uint64(len(items)) > size {
					t.Fatalf("%d items from %d of %d: %v", len(items), from, size, err)
				}
				for i, item := range items {
					if number64(item) != from+uint64(i) {
						t.Fatalf("item %d is %x", from+uint64(i), item)
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d items in %d commits", size, commits)
	if commits < 30 {
		t.Errorf("%d commits, want at least 30", commits)
	}
}

// compareItems wants a list to have those items.
func compareItems(t *testing.T, tx *bbolt.Tx, id listID, n int, want func(int) []byte) {
	t.Helper()
	size, _, err := id.end(tx)
	if err != nil || size != uint64(n) {
		t.Fatalf("%s has %d items, not %d (%v)", id.kind.bucket, size, n, err)
	}
	for at := 0; at < n; {
		items, err := id.from(tx, uint64(at), int(id.kind.perRow))
		if err != nil || len(items) == 0 {
			t.Fatalf("%s lacks item %d (%v)", id.kind.bucket, at, err)
		}
		for _, item := range items {
			if string(item) != string(want(at)) {
				t.Fatalf("%s: item %d differs", id.kind.bucket, at)
			}
			at++
		}
	}
}

// memoryTree is a Merkle tree built by tlog from the leaves alone.
type memoryTree struct {
	hashes []tlog.Hash
	size   int64
}

func newMemoryTree() *memoryTree { return &memoryTree{} }

// ReadHashes is what tlog asks for.
func (m *memoryTree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		out[i] = m.hashes[index]
	}
	return out, nil
}

func (m *memoryTree) add(leaf tlog.Hash) {
	hashes, err := tlog.StoredHashesForRecordHash(m.size, leaf, m)
	if err != nil {
		panic(err) // memory does not fail
	}
	m.hashes = append(m.hashes, hashes...)
	m.size++
}
