package settlement

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"dragoman/messages"
)

// emptyArchive is that of an engine whose first payment is still to come.
type emptyArchive struct{}

func (emptyArchive) Payment(PaymentID) (Payment, bool) { return Payment{}, false }
func (emptyArchive) Message(MessageID) (Message, bool) { return Message{}, false }

func (emptyArchive) Case(CaseID) (Case, bool) { return Case{}, false }

// town is a system of many banks with accounts in two currencies.
type town struct {
	engine *Engine
	random *rand.Rand
	banks  int
}

// newTown opens the accounts and gives each so much.
func newTown(banks int, balance int64) *town {
	t := &town{engine: NewEngine(emptyArchive{}), random: rand.New(rand.NewPCG(uint64(banks), 1)), banks: banks}
	for _, code := range []string{"USD", "EUR"} {
		currency := messages.MustCurrency(code)
		for n := range banks {
			t.engine.OpenAccount(ParticipantID(n+1), currency, RoleWallet)
		}
	}
	for i := range t.engine.accounts {
		t.engine.SetLine(AccountID(i+1), balance)
	}
	t.engine.Finish()
	return t
}

func (t *town) leg(currency int, most int64) Leg {
	a, b := t.random.IntN(t.banks), t.random.IntN(t.banks-1)
	if b >= a {
		b++
	}
	return Leg{AccountID(currency*t.banks + a + 1), AccountID(currency*t.banks + b + 1), 1 + t.random.Int64N(most)}
}

// pay is a payment of its own message, with legs in so many currencies.
func (t *town) pay(currencies int, most int64) (Message, []Instruction) {
	var in Instruction
	binary.LittleEndian.PutUint64(in.Identity[:], t.random.Uint64())
	binary.LittleEndian.PutUint64(in.Identity[8:], t.random.Uint64())
	in.Kind, in.Band, in.Sender, in.Receiver = KindCustomer, BandNormal, 1, 2
	for c := range currencies {
		in.Legs = append(in.Legs, t.leg(c, most))
	}
	m := Message{Sender: 1}
	copy(m.Digest[:], in.Identity[:])
	return m, []Instruction{in}
}

// BenchmarkApply is what the kernel alone does with payments whose money is there,
// in groups of 256: number them, know them again, post them, say so.
func BenchmarkApply(b *testing.B) {
	const group = 256
	for _, currencies := range []int{1, 2} {
		b.Run(fmt.Sprintf("currencies=%d", currencies), func(b *testing.B) {
			t := newTown(1000, 1<<50)
			type order struct {
				message      Message
				instructions []Instruction
			}
			orders, entries := make([]order, group), 0
			b.ReportAllocs()
			b.ResetTimer()
			for done := 0; done < b.N; done += group {
				b.StopTimer()
				for i := range orders {
					orders[i].message, orders[i].instructions = t.pay(currencies, 1000)
				}
				b.StartTimer()
				for i := range orders[:min(group, b.N-done)] {
					t.engine.Submit(orders[i].message, orders[i].instructions)
				}
				entries += len(t.engine.Finish().Entries)
			}
			if entries != b.N*currencies {
				b.Fatalf("%d entries of %d payments", entries, b.N)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payments/s")
		})
	}
}

// standstill is a town in which so many payments wait and none can go: everybody
// has a little money and owes much more first.
func standstill(waiting int) *town {
	t := newTown(1000, 0)
	for i := range t.engine.accounts {
		t.engine.SetSaving(AccountID(i+1), SavingAlone, false)
	}
	for range waiting {
		t.engine.Submit(t.pay(1, 10_000))
	}
	t.engine.Finish()
	return t
}

// jam is a town in which nothing can go alone, because nobody has any money: four
// fifths of what waits are rings of ten banks that owe each other the same, in any
// order, and behind them stands what nobody can pay.
func jam(waiting int) *town {
	t := newTown(1000, 0)
	for i := range t.engine.accounts {
		t.engine.SetSaving(AccountID(i+1), SavingAlone, false)
	}
	const ring = 10
	var legs []Leg
	for range waiting * 4 / 5 / ring {
		banks, amount := t.random.Perm(t.banks)[:ring], 1+t.random.Int64N(10_000)
		for i, bank := range banks {
			legs = append(legs, Leg{AccountID(bank + 1), AccountID(banks[(i+1)%ring] + 1), amount})
		}
	}
	t.random.Shuffle(len(legs), func(i, j int) { legs[i], legs[j] = legs[j], legs[i] })
	for _, leg := range legs {
		m, in := t.pay(1, 1)
		in[0].Legs = []Leg{leg}
		t.engine.Submit(m, in)
	}
	for range waiting - len(legs) {
		t.engine.Submit(t.pay(1, 10_000))
	}
	t.engine.Finish()
	return t
}

// BenchmarkGridlock looks for what can go together of so many waiting payments of
// 1,000 banks, and then has it go: look-ns/waiting is the resolution alone, from the
// queues to the list of what goes, ns/waiting all that the engine does.
func BenchmarkGridlock(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			entries, look := 0, time.Duration(0)
			for range b.N {
				b.StopTimer()
				t := jam(size)
				for i := range t.engine.accounts {
					t.engine.SetSaving(AccountID(i+1), SavingTogether, false)
				}
				start := time.Now()
				t.engine.together()
				look += time.Since(start)
				b.StartTimer()
				entries = len(t.engine.Finish().Entries)
			}
			b.ReportMetric(float64(look.Nanoseconds())/float64(b.N*size), "look-ns/waiting")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/waiting")
			b.ReportMetric(float64(entries)/float64(size), "settled/waiting")
		})
	}
}

// BenchmarkArrival is one more payment that cannot go, in a group of its own, where
// so many wait already. What it costs must not grow with them.
func BenchmarkArrival(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			t := standstill(size)
			for i := range t.engine.accounts {
				t.engine.accounts[i].Saving = SavingTogether
			}
			t.engine.Submit(t.pay(1, 10_000))
			t.engine.Finish() // a first look at everything
			entries, looks := 0, t.engine.proof.looks
			b.ResetTimer()
			for range b.N {
				t.engine.Submit(t.pay(1, 10_000))
				entries += len(t.engine.Finish().Entries)
			}
			b.ReportMetric(float64(entries)/float64(b.N), "settled/op")
			b.ReportMetric(float64(t.engine.proof.looks-looks)/float64(b.N), "looks/op")
		})
	}
}
