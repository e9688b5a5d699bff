package settlement

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestQueueAgainstList holds the queue against a plain sorted list over random
// additions and removals.
func TestQueueAgainstList(t *testing.T) {
	steps, removed, firsts := 0, 0, 0
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 3))
		var q queue
		var list []*Payment
		for n := range uint64(400) {
			steps++
			if random.IntN(5) < 3 || len(list) == 0 {
				p := &Payment{ID: PaymentID(n + 1), Turn: firstTurn + n, Instruction: Instruction{Band: Band(random.IntN(int(bandCount))), Legs: []Leg{{Amount: 1 + random.Int64N(9)}}}}
				if first := slices.IndexFunc(list, func(other *Payment) bool { return other.Band == p.Band }); first >= 0 && random.IntN(4) == 0 {
					p.Turn = list[first].Turn - 1 - random.Uint64N(3) // its owner puts it before the others
					firsts++
				}
				q.add(p, p.Legs[0].Amount)
				list = append(list, p)
				slices.SortFunc(list, func(a, b *Payment) int { return cmp.Or(cmp.Compare(a.Band, b.Band), cmp.Compare(a.Turn, b.Turn)) })
			} else {
				i := 0 // mostly from the front, as settlement does
				if random.IntN(3) == 0 {
					i = random.IntN(len(list))
				}
				q.remove(list[i], list[i].Legs[0].Amount)
				list = slices.Delete(list, i, i+1)
				removed++
			}
			var first *Payment
			value := int64(0)
			for i, p := range list {
				if value += p.Legs[0].Amount; i == 0 {
					first = p
				}
			}
			if got := slices.Collect(q.all()); !slices.Equal(got, list) || q.first() != first || q.upTo(BandNormal) != widen(value) {
				t.Fatalf("seed %d step %d: %d payments worth %v, want %d worth %d", seed, n, len(got), q.upTo(BandNormal), len(list), value)
			}
		}
	}
	t.Logf("%d steps, %d removals, %d put first", steps, removed, firsts)
	if firsts < steps/20 {
		t.Error("too few are put first")
	}
}
