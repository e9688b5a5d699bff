package settlement

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// standoff is a small system in which payments wait, many of them with legs in two
// currencies, and nothing has been freed together yet.
func standoff(seed uint64) *world {
	w := newWorld()
	standoffIn(w, seed)
	return w
}

func standoffIn(w *world, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 21))
	do := func(format string, args ...any) {
		if _, err := w.line(fmt.Sprintf(format, args...)); err != nil {
			panic(err)
		}
	}
	banks := []string{"A", "B", "C", "D"}[:2+random.IntN(3)]
	other := func(not string) string {
		for {
			if b := banks[random.IntN(len(banks))]; b != not {
				return b
			}
		}
	}
	for _, bank := range banks {
		for _, currency := range []string{"USD", "EUR"} {
			do("saving %s %s alone", bank, currency)
			if random.IntN(2) == 0 {
				do("issue %s %s 0.%02d", bank, currency, 1+random.IntN(6))
			}
		}
	}
	for n := range 3 + random.IntN(6) {
		from := other("")
		to := other(from)
		text := fmt.Sprintf("pay p%d %s %s USD 0.%02d", n, from, to, 1+random.IntN(9))
		for random.IntN(2) == 0 {
			payer := []string{to, from}[random.IntN(2)]
			text += fmt.Sprintf(" and %s %s %s 0.%02d", payer, other(payer), []string{"EUR", "EUR", "USD"}[random.IntN(3)], 1+random.IntN(9))
		}
		if text += " " + []string{"normal", "normal", "high", "urgent"}[random.IntN(4)]; random.IntN(6) == 0 {
			text += " confirm " + to
		}
		do("%s", text)
	}
}

// possible tells from first principles whether exactly these waiting payments can
// go at once: nobody is overtaken, and every account ends with what it has promised.
func (w *world) possible(waiting []Payment, in map[PaymentID]bool) bool {
	left := map[AccountID]int64{}
	for id, a := range w.accounts {
		if a.Role != RoleIssuance {
			left[id] = a.Posted - a.Reserved + a.Line
		}
	}
	for _, p := range waiting {
		if !in[p.ID] {
			continue
		}
		for _, before := range waiting {
			earlier := before.Band < p.Band || before.Band == p.Band && before.Turn < p.Turn
			if !in[before.ID] && earlier && shareAccount(&p, &before) {
				return false
			}
		}
		for _, leg := range p.Legs {
			left[leg.Debit] -= leg.Amount
			if p.Confirm == 0 {
				left[leg.Credit] += leg.Amount
			}
		}
	}
	for _, free := range left {
		if free < 0 {
			return false
		}
	}
	return true
}

func shareAccount(p, q *Payment) bool {
	return slices.ContainsFunc(p.Legs, func(l Leg) bool {
		return slices.ContainsFunc(q.Legs, func(m Leg) bool { return l.Debit == m.Debit })
	})
}

// TestEngineFindsTheGreatestSet tries every set of waiting payments of small
// systems. What the engine lets go when all accounts take part is the union of all
// that are possible, and that is possible itself.
func TestEngineFindsTheGreatestSet(t *testing.T) {
	const systems = 4000
	sets, linked, moved, whole := 0, 0, 0, 0
	for seed := range uint64(systems) {
		w := standoff(seed)
		var waiting []Payment
		for _, id := range slices.Sorted(maps.Keys(w.payments)) {
			if p := w.payments[id]; p.State == StateWaiting {
				waiting = append(waiting, p)
			}
		}
		best := map[PaymentID]bool{}
		for bits := range 1 << len(waiting) {
			in := map[PaymentID]bool{}
			for i, p := range waiting {
				if bits>>i&1 == 1 {
					in[p.ID] = true
				}
			}
			if sets++; w.possible(waiting, in) {
				maps.Copy(best, in)
			}
		}
		if !w.possible(waiting, best) {
			t.Fatalf("seed %d: the union %v of the sets that are possible is not", seed, best)
		}
		for id := range w.accounts {
			w.engine.SetSaving(id, SavingTogether, false)
		}
		w.keep()
		for _, p := range waiting {
			now := w.payments[p.ID]
			if gone := now.State != StateWaiting; gone != best[p.ID] {
				t.Fatalf("seed %d: payment %d is %s; the greatest set is %v", seed, p.ID, now.State, best)
			}
			if len(p.Legs) > 1 && best[p.ID] {
				linked++
			}
		}
		if len(best) > 0 {
			moved++
		}
		if len(best) == len(waiting) {
			whole++
		}
		if findings := w.audit(); len(findings) > 0 {
			t.Fatalf("seed %d: audit:\n%s", seed, strings.Join(findings, "\n"))
		}
	}
	t.Logf("%d systems, %d sets tried; %d systems moved, %d of them whole; %d payments with several legs among what moved", systems, sets, moved, whole, linked)
	if moved < systems/20 || linked < systems/20 || whole == moved {
		t.Error("the systems are too plain")
	}
}

// TestNeverSplit plays random histories and looks after every event: a payment's
// legs are all posted or none, all reserved or none, and nothing of any currency
// appears or vanishes.
func TestNeverSplit(t *testing.T) {
	const histories, events = 60, 250
	posted, reserved := 0, 0
	for seed := range uint64(histories) {
		h := &history{world: newWorld(), random: rand.New(rand.NewPCG(seed, 31))}
		for range events {
			text := h.event()
			known := len(h.entries)
			if _, err := h.line(text); err != nil {
				t.Fatal(err)
			}
			legs := map[PaymentID]int{}
			for _, e := range h.entries[known:] {
				legs[e.Payment]++
			}
			for id, n := range legs {
				if p := h.payments[id]; n != len(p.Legs) || p.State != StateSettled {
					t.Fatalf("seed %d: %s: %d of %d legs of payment %d are posted together, which is %s", seed, text, n, len(p.Legs), id, p.State)
				}
				if len(h.payments[id].Legs) > 1 {
					posted++
				}
			}
			promised, sum := map[AccountID]int64{}, map[Currency]int64{}
			for _, p := range h.payments {
				if p.State == StateReserved {
					for _, leg := range p.Legs {
						promised[leg.Debit] += leg.Amount
					}
					if len(p.Legs) > 1 {
						reserved++
					}
				}
			}
			for id, a := range h.accounts {
				if sum[a.Currency] += a.Posted; a.Reserved != promised[id] {
					t.Fatalf("seed %d: %s: account %d has %d reserved, its payments %d", seed, text, id, a.Reserved, promised[id])
				}
			}
			for currency, all := range sum {
				if all != 0 {
					t.Fatalf("seed %d: %s: all accounts in %s come to %d", seed, text, currency, all)
				}
			}
		}
	}
	t.Logf("%d payments with several legs posted; reserved ones seen %d times", posted, reserved)
	if posted < 100 || reserved < 100 {
		t.Error("the histories are too plain")
	}
}

// TestOneGroupTwoArrivals: of two payments that begin to wait in one group the
// first can go together with what waits already, though the second never can.
func TestOneGroupTwoArrivals(t *testing.T) {
	w := newWorld()
	if _, err := w.line("pay q BETA ALPHA USD 1.00"); err != nil {
		t.Fatal(err)
	}
	leg := func(amount int64) []Leg { return []Leg{{w.open("ALPHA", "USD"), w.open("BETA", "USD"), amount}} }
	w.engine.Submit(Message{Sender: w.bank("ALPHA"), Digest: Digest{1}}, []Instruction{
		{Identity: Identity{1}, Kind: KindCustomer, Sender: w.bank("ALPHA"), Receiver: w.bank("BETA"), Legs: leg(100)},
		{Identity: Identity{2}, Kind: KindCustomer, Sender: w.bank("ALPHA"), Receiver: w.bank("BETA"), Legs: leg(1 << 40)},
	})
	w.keep()
	for id, want := range map[PaymentID]State{1: StateSettled, 2: StateSettled, 3: StateWaiting} {
		if p := w.payments[id]; p.State != want {
			t.Errorf("payment %d is %s, want %s", id, p.State, want)
		}
	}
}
