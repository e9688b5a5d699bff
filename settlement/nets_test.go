package settlement

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// maxNets bounds the payments of a small cycle: all their sets are tried.
const maxNets = 9

// TestNetsAreExact plays small netting cycles. The positions that are told come to zero,
// and to what the payments say; what settles when the window ends is the greatest set, by
// trying all of them, in which no account ends below zero and nobody's payment is
// overtaken by another of its own; every payment settles in one cycle and once.
func TestNetsAreExact(t *testing.T) {
	cycles, whole, partly, nothing, twice := 0, 0, 0, 0, 0
	check(t, 500, func(t *rapid.T) {
		w, banks := newWorld(), []string{"ALPHA", "BETA", "GAMMA", "DELTA"}
		play := func(text string) {
			t.Helper()
			if _, err := w.line(text); err != nil {
				t.Fatal(err)
			}
		}
		for _, bank := range banks {
			play(fmt.Sprintf("issue %s USD %d.00", bank, rapid.IntRange(1, 12).Draw(t, bank)))
		}
		settledIn := map[PaymentID]CycleID{}
		for round := range 2 {
			for n := range rapid.IntRange(1, maxNets-4).Draw(t, "payments") {
				from := rapid.IntRange(0, 3).Draw(t, "from")
				to := (from + rapid.IntRange(1, 3).Draw(t, "to")) % 4
				play(fmt.Sprintf("pay n%d-%d %s %s USD %d.00 net %s", round, n, banks[from], banks[to], rapid.IntRange(1, 25).Draw(t, "amount"), rapid.SampledFrom([]string{"normal", "normal", "high", "urgent"}).Draw(t, "band")))
			}
			var members []Payment
			for _, p := range w.payments {
				if p.State == StateNetted {
					members = append(members, p)
				}
			}
			slices.SortFunc(members, func(a, b Payment) int { return cmp.Or(cmp.Compare(a.Band, b.Band), cmp.Compare(a.Turn, b.Turn)) })
			if len(members) > maxNets {
				t.Skip("too many to try all sets")
			}
			want := greatestNet(w, members)
			before := len(w.entries)
			play("cycle USD defer")
			cycles++
			exactPositions(t, w, members)
			moved := int64(0)
			for _, e := range w.entries[before:] {
				if w.accounts[e.Debit].Role == RoleNetting {
					moved -= e.Amount
				} else {
					moved += e.Amount
				}
			}
			if moved != 0 {
				t.Fatalf("%d more goes into the netting account than comes out of it", moved)
			}
			for i := range members {
				p := w.payments[members[i].ID]
				if got, should := p.State == StateSettled, want&(1<<i) != 0; got != should {
					t.Fatalf("payment %d is %s, and the greatest set is %b of %d", p.ID, p.State, want, len(members))
				}
				if p.State == StateSettled {
					if in, before := settledIn[p.ID]; before || p.Cycle == 0 {
						t.Fatalf("payment %d settles in cycle %d and has in %d", p.ID, p.Cycle, in)
					}
					settledIn[p.ID] = p.Cycle
				} else if round == 1 && p.Past[0].State == StateNetted {
					twice++
				}
			}
			switch want {
			case 0:
				nothing++
			case 1<<len(members) - 1:
				whole++
			default:
				partly++
			}
		}
		if findings := w.audit(); len(findings) > 0 {
			t.Fatal(findings)
		}
	})
	t.Logf("%d cycles: %d whole, %d in part, %d not at all; %d payments were put off again", cycles, whole, partly, nothing, twice)
	if whole < 10 || partly < 10 || nothing < 2 || twice < 2 {
		t.Error("the cycles are too plain")
	}
}

// exactPositions wants the positions that are told when a cycle closes to be what its
// payments come to, and all of them together to be nothing.
func exactPositions(t *rapid.T, w *world, members []Payment) {
	nets, told, sum := map[AccountID]int64{}, 0, int64(0)
	for i := range members {
		leg := members[i].Legs[0]
		nets[leg.Debit], nets[leg.Credit] = nets[leg.Debit]-leg.Amount, nets[leg.Credit]+leg.Amount
	}
	for _, n := range w.notices {
		if n.Kind != NoticePosition || n.Final {
			continue
		}
		p := n.Positions[0]
		if told++; p.Net() != nets[p.Account] {
			t.Fatalf("account %d is told %d, its payments come to %d", p.Account, p.Net(), nets[p.Account])
		}
		sum += p.Net()
	}
	if told != len(nets) || sum != 0 {
		t.Fatalf("%d accounts of %d are told positions, which come to %d", told, len(nets), sum)
	}
}

// greatestNet tries all sets of payments, which stand in the order in which they go. Of
// those that are feasible one holds all others; it is the greatest.
func greatestNet(w *world, members []Payment) (greatest uint) {
	union := uint(0)
	for set := range uint(1) << len(members) {
		if netFits(w, members, set) {
			union |= set
			if bits.OnesCount(set) > bits.OnesCount(greatest) {
				greatest = set
			}
		}
	}
	if union != greatest {
		panic(fmt.Sprintf("feasible sets come to %b together, the greatest is %b", union, greatest))
	}
	return greatest
}

func netFits(w *world, members []Payment, set uint) bool {
	ends, stopped := map[AccountID]int64{}, map[AccountID]bool{}
	for i := range members {
		leg := members[i].Legs[0]
		switch in := set&(1<<i) != 0; {
		case !in:
			stopped[leg.Debit] = true
		case stopped[leg.Debit]:
			return false
		default:
			ends[leg.Debit], ends[leg.Credit] = ends[leg.Debit]-leg.Amount, ends[leg.Credit]+leg.Amount
		}
	}
	for id, net := range ends {
		if w.accounts[id].Posted+net < 0 {
			return false
		}
	}
	return true
}
