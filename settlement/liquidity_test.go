package settlement

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func from(purses ...int) outlets {
	all := outlets{-1, -1, -1, -1}
	copy(all[:], purses)
	return all
}

func into(purses ...int) inlets {
	all := inlets{-1, -1, -1, -1, -1}
	copy(all[:], purses)
	return all
}

// TestUbinRing is the published instance of Project Ubin: a ring of four banks
// with 1,250 payments each, the first one larger than any balance.
func TestUbinRing(t *testing.T) {
	balances := []int64{800_000, 800_000, 1_201_000, 1_335_000}
	large := []int64{5_001_000, 5_005_000, 5_006_000, 5_008_000}
	var c clearing
	for _, balance := range balances {
		c.addPurse(widen(balance))
		c.addQueue()
	}
	for bank := range balances {
		for n := range 1250 {
			amount := int64(bank+1) * 1000
			if n == 0 {
				amount = large[bank]
			}
			c.addClaim(bank, amount, from(bank), into((bank+1)%4))
		}
	}
	count, value := 0, int64(0)
	for bank, standing := range c.resolve() {
		count += standing
		for _, n := range c.queues[bank][:standing] {
			value += c.claims[n].amount
		}
	}
	final := []int64{int64(c.purses[0].free.low), int64(c.purses[1].free.low), int64(c.purses[2].free.low), int64(c.purses[3].free.low)}
	t.Logf("%d payments worth %d; final balances %d", count, value, final)
	if count != 4500 || value != 31_132_000 || !slices.Equal(final, []int64{4_134_000, 1_000, 1_000, 0}) {
		t.Errorf("want 4500 payments worth 31132000 and balances [4134000 1000 1000 0]")
	}
}

// small is a random instance that can be solved by trying everything: banks with
// accounts in two currencies, bilateral limits, and payments of which some are
// linked across the currencies.
func small(seed uint64) *clearing {
	random := rand.New(rand.NewPCG(seed, 11))
	var c clearing
	banks := 2 + random.IntN(3)
	for range 2 * banks {
		c.addPurse(widen(random.Int64N(8)))
		c.addQueue()
	}
	limits := map[[2]int]int{}
	limit := func(a, b int) int {
		n, known := limits[[2]int{a, b}]
		if !known {
			n = c.addPurse(widen(random.Int64N(12)))
			limits[[2]int{a, b}] = n
		}
		return n
	}
	pay := func(currency int) int {
		a, b := random.IntN(banks), random.IntN(banks-1)
		if b >= a {
			b++
		}
		a, b = a+currency*banks, b+currency*banks
		pays, gets := from(a), into(b)
		if seed%3 == 0 {
			pays, gets = from(a, limit(a, b)), into(b, limit(b, a))
		}
		return c.addClaim(a, 1+random.Int64N(9), pays, gets)
	}
	for range 3 + random.IntN(5) {
		first := pay(random.IntN(2))
		if random.IntN(3) == 0 {
			c.link(first, pay(random.IntN(2)))
		}
	}
	return &c
}

// feasible tells whether these front pieces break nothing, from first principles.
func feasible(c *clearing, free []int64, standing []int) bool {
	left := slices.Clone(free)
	in := func(n int) bool { return c.claims[n].place < standing[c.claims[n].queue] }
	for n := range c.claims {
		if !in(n) {
			if in(c.claims[n].link) {
				return false
			}
			continue
		}
		for _, p := range c.claims[n].pays {
			if p >= 0 {
				left[p] -= c.claims[n].amount
			}
		}
		for _, p := range c.claims[n].gets {
			if p >= 0 {
				left[p] += c.claims[n].amount
			}
		}
	}
	return slices.Min(left) >= 0
}

// TestClearingFindsTheGreatestSet tries every set of small instances: the one
// found is feasible and contains every other that is.
func TestClearingFindsTheGreatestSet(t *testing.T) {
	const instances = 6000
	sets, linked, moved := 0, 0, 0
	for seed := range uint64(instances) {
		c := small(seed)
		free := make([]int64, len(c.purses))
		for i := range c.purses {
			free[i] = int64(c.purses[i].free.low)
		}
		for n := range c.claims {
			if c.claims[n].link != n {
				linked++
			}
			for _, p := range c.claims[n].pays { // undo what all claims together do
				if p >= 0 {
					free[p] += c.claims[n].amount
				}
			}
			for _, p := range c.claims[n].gets {
				if p >= 0 {
					free[p] -= c.claims[n].amount
				}
			}
		}
		best := make([]int, len(c.queues))
		try := make([]int, len(c.queues))
		var each func(queue int)
		each = func(queue int) {
			if queue < len(try) {
				for try[queue] = 0; try[queue] <= len(c.queues[queue]); try[queue]++ {
					each(queue + 1)
				}
				return
			}
			if sets++; feasible(c, free, try) {
				for i := range best {
					best[i] = max(best[i], try[i])
				}
			}
		}
		each(0)
		found := c.resolve()
		if !slices.Equal(found, best) || !feasible(c, free, found) {
			t.Fatalf("seed %d: found %v, the union of all feasible sets is %v", seed, found, best)
		}
		if slices.Max(found) > 0 {
			moved++
		}
	}
	t.Logf("%d instances, %d sets tried, %d linked claims, %d instances moved", instances, sets, linked, moved)
	if linked < instances/10 || moved < instances/10 || moved == instances {
		t.Error("the instances are too plain")
	}
}

// BenchmarkClearing resolves a system in which most payments wait for each other.
func BenchmarkClearing(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			standing := 0
			for range b.N {
				b.StopTimer()
				c := crowd(size, 1000)
				b.StartTimer()
				standing = 0
				for _, n := range c.resolve() {
					standing += n
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/payment")
			b.ReportMetric(float64(standing)/float64(size), "settled/payment")
		})
	}
}

func crowd(size, banks int) *clearing {
	random := rand.New(rand.NewPCG(uint64(size), 5))
	var c clearing
	for range banks {
		c.addPurse(widen(random.Int64N(20_000)))
		c.addQueue()
	}
	for range size {
		a, b := random.IntN(banks), random.IntN(banks-1)
		if b >= a {
			b++
		}
		c.addClaim(a, 1+random.Int64N(10_000), from(a), into(b))
	}
	return &c
}
