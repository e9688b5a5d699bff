package settlement

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// richer plays what happens when an account has so much more money, on an engine
// restored from the books, and tells which payments go.
func (w *world) richer(account AccountID, more int64) (gone []PaymentID) {
	b := w.books()
	a := &b.Accounts[account-1]
	a.Posted += more
	a.lower()
	e := Restore(w, b)
	e.SetSaving(account, a.Saving, a.Bypass) // the same choice: what waits is looked at again
	for _, p := range e.Finish().Payments {
		if p.State != StateWaiting && !p.bare() { // what is settled by its cover moves nothing itself
			gone = append(gone, p.ID)
		}
	}
	return gone
}

// TestExactlyWhatIsMissing plays random histories and has every payment that waits
// explained. Exactly the amount that is named frees it, one minor unit less does
// not, and where none is named a fortune does not. What goes then is what was said.
func TestExactlyWhatIsMissing(t *testing.T) {
	const histories, events, every = 30, 200, 20
	binds, freed, never, more := map[Constraint]int{}, 0, 0, 0
	for seed := range uint64(histories) {
		h := &history{world: newWorld(), random: rand.New(rand.NewPCG(seed, 41))}
		plain := seed%2 == 0 // everybody goes together
		for n := range events {
			if _, err := h.line(h.event()); err != nil {
				t.Fatal(err)
			}
			if plain {
				for i := range h.engine.accounts {
					h.engine.SetSaving(AccountID(i+1), SavingTogether, false)
				}
				h.keep()
			}
			if n%every != every-1 {
				continue
			}
			before := fmt.Sprint(h.books())
			for _, p := range h.books().Open {
				x := h.engine.Why(p.ID)
				binds[x.Binds]++
				if p.State != StateWaiting {
					continue
				}
				at := fmt.Sprintf("seed %d event %d payment %d: %+v", seed, n, p.ID, x)
				if x.Binds == BindsNothing {
					t.Fatalf("%s: nothing binds it", at)
				}
				if !x.Frees {
					never++
					if gone := h.richer(p.Legs[0].Debit, 1<<50); slices.Contains(gone, p.ID) {
						t.Fatalf("%s: a fortune frees it", at)
					}
					continue
				}
				freed++
				if gone := h.richer(x.Payer, x.Least); !slices.Contains(gone, p.ID) || !slices.Equal(slices.Sorted(slices.Values(gone)), slices.Sorted(slices.Values(x.Freed))) {
					t.Fatalf("%s: with it %v go", at, gone)
				}
				if gone := h.richer(x.Payer, x.Least-1); slices.Contains(gone, p.ID) {
					t.Fatalf("%s: one minor unit less frees it, too", at)
				}
				if len(x.Freed) > 1 {
					more++
				}
			}
			if after := fmt.Sprint(h.books()); after != before {
				t.Fatalf("seed %d event %d: explaining has changed something", seed, n)
			}
		}
	}
	t.Logf("bound by %v; %d freed by an amount, %d of them with others, %d by none", binds, freed, more, never)
	for b := BindsOrder; b <= BindsLimit; b++ {
		if b != BindsRoom && binds[b] == 0 {
			t.Errorf("none is bound by %d", b)
		}
	}
	if freed < 1000 || never < 100 || more < 100 {
		t.Error("the histories are too plain")
	}
}

// TestShortfallIsFoundAtOnce: where everybody goes together, one clearing finds the
// amount, and halving is not needed.
func TestShortfallIsFoundAtOnce(t *testing.T) {
	asked, found := 0, 0
	for seed := range uint64(1500) {
		w := standoff(seed)
		for id := range w.accounts {
			w.engine.SetSaving(id, SavingTogether, false)
		}
		w.keep()
		for _, p := range w.books().Open {
			if p.State != StateWaiting {
				continue
			}
			x := w.engine.Why(p.ID)
			least, ok := w.engine.shortfall(w.engine.open[p.ID])
			if asked++; ok != x.Frees || ok && least != x.Least {
				t.Fatalf("seed %d payment %d: one clearing finds %d (%v), the explanation says %+v", seed, p.ID, least, ok, x)
			}
			if ok {
				found++
			}
		}
	}
	t.Logf("%d payments, %d freed by an amount", asked, found)
	if found < 1000 || found == asked {
		t.Error("the systems are too plain")
	}
}
