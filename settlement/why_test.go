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
		if (p.State == StateSettled || p.State == StateReserved) && !p.bare() { // what is settled by its cover moves nothing itself
			gone = append(gone, p.ID)
		}
	}
	return gone
}

// explained looks at what is said of payments that wait.
type explained struct {
	binds                     map[Constraint]int
	freed, never, more, tried int
}

// payment wants of one that waits that exactly the amount that is named frees it, that
// one minor unit less does not, and, where none is named, that neither a fortune does nor
// any of some amounts. What goes then is what was said.
func (x *explained) payment(h *history, p *Payment) string {
	why := h.engine.Why(p.ID)
	if x.binds[why.Binds]++; why.Binds == BindsNothing {
		return "nothing binds it"
	}
	payer := p.Legs[0].Debit
	if !why.Frees {
		x.never++
		for _, amount := range []int64{0, 1 << 50, h.random.Int64N(100), h.random.Int64N(30_000), h.random.Int64N(30_000), h.random.Int64N(30_000)} {
			if x.tried++; slices.Contains(h.richer(payer, amount), p.ID) {
				return fmt.Sprintf("%d more frees it, although it was said that nothing does", amount)
			}
		}
		return ""
	}
	x.freed++
	if len(why.Freed) > 1 {
		x.more++
	}
	gone := h.richer(payer, why.Least)
	if !slices.Contains(gone, p.ID) || !slices.Equal(slices.Sorted(slices.Values(gone)), slices.Sorted(slices.Values(why.Freed))) {
		return fmt.Sprintf("with %d more %v go, it was said %v", why.Least, gone, why.Freed)
	}
	if slices.Contains(h.richer(payer, why.Least-1), p.ID) {
		return fmt.Sprintf("%d more frees it, and one minor unit less does, too", why.Least)
	}
	return ""
}

// TestExactlyWhatIsMissing plays histories of all orders, with days that end, and has
// every payment that waits explained: as owners chose, where all go together, and where
// all let their payments pass each other, among accounts that may be full.
func TestExactlyWhatIsMissing(t *testing.T) {
	histories := uint64(120)
	if testing.Short() {
		histories = 40
	}
	const events, every = 180, 20
	seen := [3]explained{}
	for i := range seen {
		seen[i].binds = map[Constraint]int{}
	}
	for seed := range histories {
		h := &history{world: newWorld(), random: rand.New(rand.NewPCG(seed, 41))}
		x := &seen[seed%3]
		for n := range events {
			text := h.event()
			if n%40 == 39 {
				text = fmt.Sprintf("close %s opens %d%s", h.pick("USD", "EUR"), h.soon(20)+3, h.pick("", " carry", " carry"))
			}
			if _, err := h.line(text); err != nil {
				t.Fatal(err)
			}
			if seed%3 > 0 {
				for i := range h.engine.accounts {
					h.engine.SetSaving(AccountID(i+1), SavingTogether, seed%3 == 2)
				}
				h.keep()
			}
			if n%every != every-1 {
				continue
			}
			before := fmt.Sprint(h.books())
			for _, p := range h.books().Open {
				if p.State != StateWaiting {
					x.binds[h.engine.Why(p.ID).Binds]++
				} else if wrong := x.payment(h, &p); wrong != "" {
					t.Fatalf("seed %d event %d payment %d: %s: %+v", seed, n, p.ID, wrong, h.engine.Why(p.ID))
				}
			}
			if after := fmt.Sprint(h.books()); after != before {
				t.Fatalf("seed %d event %d: explaining has changed something", seed, n)
			}
		}
	}
	all := explained{binds: map[Constraint]int{}}
	for i, x := range seen {
		t.Logf("%s: bound by %v; %d freed by an amount, %d of them with others, %d by none", []string{"as chosen", "together", "passing"}[i], x.binds, x.freed, x.more, x.never)
		if x.freed < int(histories) || x.never < int(histories)/2 || x.more < int(histories)/4 {
			t.Error("the histories are too plain")
		}
		for b, n := range x.binds {
			all.binds[b] += n
		}
	}
	for b := BindsOrder; b <= BindsCover; b++ {
		if b != BindsRoom && all.binds[b] == 0 {
			t.Errorf("none is bound by %d", b)
		}
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
