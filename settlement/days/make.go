package days

import (
	"cmp"
	"slices"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// Setting is what a made-up day is like. The zero value of a field is its default.
type Setting struct {
	Seed      uint64
	Banks     int // 20
	Payments  int // 4,000
	Liquidity int // of the value of all payments, in per cent that banks hold at first: 1 to 10 by the seed
	Exchange  int // of 100 payments, how many go from one currency to another: 5; below zero: none
}

// The day: ten hours, in which payments come at any time.
const (
	opening = settlement.Moment(7 * time.Hour)
	length  = 10 * time.Hour
)

// Payment is one of a made-up day. Exchange: the first of the sender's dollars go to
// the provider, the provider's euros to the receiver, both or neither.
type Payment struct {
	At                         settlement.Moment
	Currency                   int // index into Day.Currencies
	Sender, Receiver, Provider int // banks, from 0; Provider: -1 unless money is exchanged
	Amount, Exchanged          int64
}

// Day is a made-up day.
type Day struct {
	Setting    Setting
	Currencies []settlement.Currency
	Holdings   [][]int64 // by currency and bank, what each holds at first
	Payments   []Payment // in the order in which they come
}

// Make makes a day up: few banks send most, amounts are lognormal (a median of
// 50,000.00 and a sigma of 1.5), and each bank holds its share of what it will send.
func Make(s Setting) *Day {
	s.Banks, s.Payments = cmp.Or(s.Banks, 20), cmp.Or(s.Payments, 4_000)
	s.Liquidity = cmp.Or(s.Liquidity, 1+int((s.Seed+9)%10))
	s.Exchange = max(cmp.Or(s.Exchange, 5), 0)
	d := &Day{Setting: s, Currencies: []settlement.Currency{messages.MustCurrency("USD"), messages.MustCurrency("EUR")}}
	r := &dice{s.Seed}
	for range s.Payments {
		d.Payments = append(d.Payments, d.payment(r))
	}
	slices.SortStableFunc(d.Payments, func(a, b Payment) int { return cmp.Compare(a.At, b.At) })
	d.endow()
	return d
}

func (d *Day) payment(r *dice) Payment {
	p := Payment{
		At:       opening + settlement.Moment(r.below(uint64(length/time.Minute)))*settlement.Moment(time.Minute), //nolint:gosec // a day
		Currency: r.index(2), Sender: d.bank(r), Provider: -1, Amount: r.lognormal(),
	}
	for p.Receiver = d.bank(r); p.Receiver == p.Sender; {
		p.Receiver = d.bank(r)
	}
	if r.index(100) < d.Setting.Exchange {
		for p.Provider = r.index(d.Setting.Banks); p.Provider == p.Sender || p.Provider == p.Receiver; {
			p.Provider = r.index(d.Setting.Banks)
		}
		if p.Exchanged = p.Amount * 9 / 10; p.Currency == 1 {
			p.Exchanged = p.Amount * 10 / 9
		}
		p.Exchanged = max(p.Exchanged, 1)
	}
	return p
}

// bank draws a bank: the smaller its number, the larger it is.
func (d *Day) bank(r *dice) int { return min(r.index(d.Setting.Banks), r.index(d.Setting.Banks)) }

// endow gives every bank its share of what it will send.
func (d *Day) endow() {
	for range d.Currencies {
		d.Holdings = append(d.Holdings, make([]int64, d.Setting.Banks))
	}
	share := int64(d.Setting.Liquidity)
	for _, p := range d.Payments {
		d.Holdings[p.Currency][p.Sender] += p.Amount * share / 100
		if p.Provider >= 0 {
			d.Holdings[1-p.Currency][p.Provider] += p.Exchanged * share / 100
		}
	}
}

// dice are a generator of numbers (splitmix64) that is the same on every machine.
type dice struct{ state uint64 }

func (r *dice) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below is a number below n; that some come a little more often does not matter.
func (r *dice) below(n uint64) uint64 { return r.next() % n }

func (r *dice) index(n int) int { return int(r.below(uint64(n))) } //nolint:gosec // below n

// Fixed-point numbers of 32 binary places.
const (
	median = 95578040394 // binary logarithm of 5,000,000 minor units
	sigma  = 9294492028  // 1.5, for binary logarithms
	one    = 1 << 32
)

// roots are 2 to the power of 1/2, 1/4, 1/8 …
var roots = [...]uint64{
	6074001000, 5107605667, 4683695048, 4485121744, 4389014833, 4341736423, 4318288544, 4306612134,
	4300785774, 4297875550, 4296421177, 4295694175, 4295330720, 4295149004, 4295058149, 4295012722,
}

// lognormal draws an amount. The sum of twelve even numbers is as good as normal, and
// the power of two is put together from roots.
func (r *dice) lognormal() int64 {
	z := int64(-6 * one)
	for range 12 {
		z += int64(r.next() >> 32)
	}
	exponent := median + z/(1<<16)*(sigma/(1<<16))
	amount := uint64(one)
	for i, root := range roots {
		if exponent>>(31-i)&1 == 1 {
			amount = amount >> 8 * (root >> 8) >> 16
		}
	}
	whole := exponent >> 32
	switch {
	case whole < 0:
		return 1
	case whole > 32:
		return int64(amount << (whole - 32)) //nolint:gosec // below 2^50
	}
	return max(int64(amount>>(32-whole)), 1) //nolint:gosec // below 2^33
}
