package settlement

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestIndexAgainstMap: an index finds what a map of lists finds, in the same
// order, also when many entries share a key or all keys crowd in one segment.
func TestIndexAgainstMap(t *testing.T) {
	for _, c := range []struct {
		name string
		key  func(r *rand.Rand) uint64
	}{
		{"even", func(r *rand.Rand) uint64 { return r.Uint64() }},
		{"crowded", func(r *rand.Rand) uint64 { return ^r.Uint64N(1 << 40) }},
		{"shared", func(r *rand.Rand) uint64 { return r.Uint64N(50) * 0x0404040404040404 }},
		{"one", func(*rand.Rand) uint64 { return ^uint64(0) }},
	} {
		for _, reserved := range []int{0, 100, 20000} {
			random := rand.New(rand.NewPCG(1, 2))
			var x Index
			x.Reserve(reserved)
			want := map[uint64][]uint64{}
			for n := range uint64(5000) {
				key := c.key(random)
				x.Add(key, n+1)
				want[key] = append(want[key], n+1)
			}
			for key, numbers := range want {
				if got := slices.Collect(x.Candidates(key)); !slices.Equal(got, numbers) {
					t.Fatalf("%s: key %x has %v, want %v", c.name, key, got, numbers)
				}
			}
			for range 1000 {
				key := random.Uint64()
				if got := slices.Collect(x.Candidates(key)); len(got) != len(want[key]) {
					t.Fatalf("%s: key %x, which nobody added, has %v", c.name, key, got)
				}
			}
			if x.Len() != 5000 {
				t.Errorf("%s: %d entries, want 5000", c.name, x.Len())
			}
		}
	}
}

// Many that are filed at once are found as if they had been filed one by one, and of one
// key no more than were asked for.
func TestIndexAddAll(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var one, all, few Index
	want := map[uint64][]uint64{}
	var filed, room []Filed
	for n := range uint64(20_000) {
		key := random.Uint64N(3000) * 0x0005_0505_0505_0505
		if n%3 == 0 {
			key = random.Uint64()
		}
		one.Add(key, n+1)
		want[key] = append(want[key], n+1)
		if filed = append(filed, Filed{key, n + 1}); len(filed) == 700 || n == 19_999 {
			all.AddAll(filed, room, 0)
			few.AddAll(filed, nil, 2)
			filed, room = filed[:0], make([]Filed, 0, 500)
		}
	}
	for key, numbers := range want {
		if got := slices.Collect(all.Candidates(key)); !slices.Equal(got, numbers) || !slices.Equal(slices.Collect(one.Candidates(key)), numbers) {
			t.Fatalf("key %x has %v, want %v", key, got, numbers)
		}
		if got := slices.Collect(few.Candidates(key)); !slices.Equal(got, numbers[:min(2, len(numbers))]) {
			t.Fatalf("key %x has %v, want the first two of %v", key, got, numbers)
		}
	}
	if all.Len() != one.Len() {
		t.Errorf("%d entries, want %d", all.Len(), one.Len())
	}
}

// TestIndexMemory: a million entries cost at most 24 bytes each.
func TestIndexMemory(t *testing.T) {
	const entries, most = 1_000_000, 24
	for _, reserved := range []int{0, entries} {
		var x Index
		random := rand.New(rand.NewPCG(3, 4))
		x.Reserve(reserved)
		for n := range uint64(entries) {
			x.Add(random.Uint64(), n+1)
		}
		slots := 0
		for i := range x.segments {
			slots += len(x.segments[i].slots)
		}
		each := slots * 16 / entries
		t.Logf("%d entries, room reserved for %d: %d bytes each", entries, reserved, each)
		if each > most {
			t.Errorf("%d bytes an entry, want at most %d", each, most)
		}
	}
}

func BenchmarkIndexAdd(b *testing.B) {
	var x Index
	random := rand.New(rand.NewPCG(3, 4))
	for n := uint64(1); b.Loop(); n++ {
		x.Add(random.Uint64(), n)
	}
}

func BenchmarkIndexMiss(b *testing.B) {
	var x Index
	random := rand.New(rand.NewPCG(3, 4))
	for n := range uint64(1_000_000) {
		x.Add(random.Uint64(), n+1)
	}
	for b.Loop() {
		for range x.Candidates(random.Uint64()) {
			b.Fatal("found")
		}
	}
}
