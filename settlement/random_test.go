package settlement

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// books are what a restart finds: everything kept so far.
func (w *world) books() Books {
	b := Books{Now: w.engine.Now(), Booked: w.engine.Booking(), Letters: w.engine.letters, Identities: w.engine.identities, Controls: w.controls, Cycles: w.cycleBooks()}
	b.LastPayment, b.LastMessage, b.LastEntry, b.LastTurn = w.engine.Counters()
	for id := AccountID(1); int(id) <= len(w.accounts); id++ {
		b.Accounts = append(b.Accounts, w.accounts[id])
	}
	for _, id := range slices.Sorted(maps.Keys(w.payments)) {
		if p := w.payments[id]; !p.State.Final() {
			b.Open = append(b.Open, p)
		}
	}
	for id := CaseID(1); int(id) <= len(w.cases); id++ {
		b.Cases.Take(w.cases[id], b.Now)
	}
	return b
}

// TestRandomHistories plays random events, restarts the engine from the books
// now and then, and audits at the end. A second run without restarts must end
// the same.
func TestRandomHistories(t *testing.T) {
	const histories, events = 300, 300
	settled, states, kinds := 0, map[State]int{}, map[Kind]int{}
	for seed := range uint64(histories) {
		restarted, plain := play(t, seed, events, true), play(t, seed, events, false)
		if !slices.Equal(restarted.entries, plain.entries) || fmt.Sprint(restarted.payments, restarted.cases, restarted.cycles, restarted.staking()) != fmt.Sprint(plain.payments, plain.cases, plain.cycles, plain.staking()) {
			t.Fatalf("seed %d: a restart changed the outcome", seed)
		}
		settled += len(plain.entries)
		for _, p := range plain.payments {
			states[p.State]++
			if p.State == StateSettled {
				kinds[p.Kind]++
			}
			if p.State == StateSettled && p.ByCover() {
				kinds[0]++
			}
		}
	}
	t.Logf("%d histories of %d events: %d entries; payments ended %v", histories, events, settled, states)
	if kinds[KindReturn] < 50 || kinds[KindCover] < 50 || kinds[0] < 40 {
		t.Errorf("%d returns, %d covers and %d transfers with a cover settled, want at least 50, 50 and 40", kinds[KindReturn], kinds[KindCover], kinds[0])
	}
	for state := StateScheduled; state <= StateNetted; state++ {
		if states[state] == 0 {
			t.Errorf("no payment ended %s", state)
		}
	}
}

func play(t *testing.T, seed uint64, events int, restarts bool) *world {
	t.Helper()
	h := &history{world: newWorld(), random: rand.New(rand.NewPCG(seed, 1))}
	cut := rand.New(rand.NewPCG(seed, 2))
	for range events {
		text := h.event()
		if _, err := h.line(text); err != nil {
			t.Fatalf("seed %d: %s: %v", seed, text, err)
		}
		if restarts && cut.IntN(30) == 0 {
			again := Restore(h.world, h.books())
			again.Route(h.route)
			if forgotten, overlooked := h.engine.Differs(again), h.engine.Overlooked(); len(forgotten)+len(overlooked) > 0 {
				t.Fatalf("seed %d: a restart forgets %q; these wait though they could go: %v", seed, forgotten, overlooked)
			}
			h.engine = again
		}
	}
	if findings := h.audit(); len(findings) > 0 {
		t.Fatalf("seed %d: audit:\n%s", seed, strings.Join(findings, "\n"))
	}
	return h.world
}
