package settlement

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestProofSavesLooksAndNothingElse plays histories twice: once as always, once by
// looking at everything each time. They end the same.
func TestProofSavesLooksAndNothingElse(t *testing.T) {
	const histories, events = 80, 200
	looks, all := 0, 0
	for seed := range uint64(histories) {
		run := func(forgetful bool) *world {
			h := &history{world: newWorld(), random: rand.New(rand.NewPCG(seed, 71))}
			h.forgetful = forgetful
			for range events {
				text := h.event()
				if _, err := h.line(text); err != nil {
					t.Fatal(err)
				}
			}
			return h.world
		}
		one, other := run(false), run(true)
		if !slices.Equal(one.entries, other.entries) || fmt.Sprint(one.payments) != fmt.Sprint(other.payments) {
			t.Fatalf("seed %d: the proof let something wait that could go, or the other way round", seed)
		}
		looks += one.engine.proof.looks
		all += other.engine.proof.looks
	}
	t.Logf("%d looks, without proofs %d", looks, all)
	if looks >= all {
		t.Error("the proofs save nothing")
	}
}

// TestProofInTown does the same where many wait: banks that owe each other much more
// than they have, some payments with legs in two currencies, some taken back, now
// and then some money. What goes is the same, group by group, and few groups cost a
// look at everything.
func TestProofInTown(t *testing.T) {
	const banks, groups, before = 40, 800, 1500
	looks, all, moved := 0, 0, 0
	for seed := range uint64(3) {
		play := func(forgetful bool) (entries [][]Entry, looks int) {
			w := newTown(banks, 0)
			w.random = rand.New(rand.NewPCG(seed, 72))
			e := w.engine
			for n := range before + groups {
				currencies := 1
				if w.random.IntN(10) == 0 {
					currencies = 2
				}
				e.Submit(w.pay(currencies, 10_000))
				if n < before {
					continue
				}
				switch w.random.IntN(8) {
				case 0:
					id := AccountID(1 + w.random.IntN(2*banks))
					e.SetLine(id, e.accounts[id-1].Line+w.random.Int64N(2000))
				case 1:
					last, _, _, _ := e.Counters()
					e.Cancel(PaymentID(1+w.random.Uint64N(uint64(last))), Reason{Code: "DS02"})
				case 2:
					last, _, _, _ := e.Counters()
					e.Reprioritise(PaymentID(1+w.random.Uint64N(uint64(last))), Band(w.random.IntN(int(bandCount))))
				}
				if forgetful {
					e.proof.forget()
				}
				entries = append(entries, e.Finish().Entries)
			}
			return entries, e.proof.looks
		}
		one, few := play(false)
		other, many := play(true)
		for n := range one {
			if !slices.Equal(one[n], other[n]) {
				t.Fatalf("seed %d group %d: %d entries, without proof %d", seed, n, len(one[n]), len(other[n]))
			}
			moved += len(one[n])
		}
		looks, all = looks+few, all+many
	}
	t.Logf("%d entries; %d looks, without proofs %d", moved, looks, all)
	if looks*4 > all || moved == 0 {
		t.Error("the proofs save too little, or nothing moved")
	}
}
