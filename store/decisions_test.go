package store

import (
	"path/filepath"
	"slices"
	"testing"

	"dragoman/settlement"
)

// TestKeptRows: decisions are read back from the newest on, requests until they
// are taken out, and what is taken out counts in the digest.
func TestKeptRows(t *testing.T) {
	place := func(n uint64) settlement.Place { return settlement.Place{Sequence: n, Order: uint32(n % 3)} }
	write := func(taken bool) *Books {
		b, err := Open(filepath.Join(t.TempDir(), "books.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = b.Close() })
		for n := uint64(1); n <= 5; n++ {
			batch := Batch{State: State{Sequence: n}, Decisions: []Kept{{place(n), []byte{byte(n)}}}, Pending: []Kept{{place(n), []byte{byte(n)}}}}
			if n == 5 && taken {
				batch.Pending = append(batch.Pending, Kept{place(2), nil})
			}
			if _, err := b.Commit([]Batch{batch}); err != nil {
				t.Fatal(err)
			}
		}
		return b
	}
	b := write(true)
	for _, c := range []struct {
		before settlement.Place
		most   int
		want   []byte
	}{
		{settlement.Place{}, 10, []byte{5, 4, 3, 2, 1}}, {settlement.Place{}, 2, []byte{5, 4}}, {place(4), 10, []byte{3, 2, 1}},
		{settlement.Place{Sequence: 9}, 10, []byte{5, 4, 3, 2, 1}}, {settlement.Place{Sequence: 4}, 1, []byte{3}}, {place(1), 10, nil},
	} {
		var got []byte
		err := b.Decisions(c.before, func(row Kept) bool {
			got = append(got, row.Value...)
			return len(got) < c.most
		})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("before %v at most %d: %v, want %v; %v", c.before, c.most, got, c.want, err)
		}
	}
	var waiting []byte
	rows, err := b.Pending()
	for _, row := range rows {
		waiting = append(waiting, row.Value...)
	}
	if err != nil || !slices.Equal(waiting, []byte{1, 3, 4, 5}) {
		t.Errorf("pending: %v, %v", waiting, err)
	}
	if b.State().Digest == write(false).State().Digest {
		t.Error("what is taken out does not change the digest")
	}
	if value, err := b.Decision(place(3)); err != nil || !slices.Equal(value, []byte{3}) {
		t.Errorf("decision: %v %v", value, err)
	}
	if value, err := b.Quarantined(place(3)); err != nil || value != nil {
		t.Errorf("quarantined: %v %v", value, err)
	}
}
