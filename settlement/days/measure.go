package days

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"time"

	"dragoman/settlement"
)

// Measure adds up what happens, group by group.
type Measure struct {
	since    settlement.Moment
	accounts map[settlement.AccountID]place
	payments map[settlement.PaymentID]*arrived
	sums     map[settlement.Currency]*sums
}

// place is an account as a measure sees it.
type place struct {
	currency settlement.Currency
	wallet   bool
	position *big.Int // what has come in by payments, less what has gone out
	lowest   *big.Int // the lowest position at the end of any group, at most zero
}

type arrived struct {
	at      settlement.Moment
	values  map[settlement.Currency]*big.Int
	settled bool
}

type sums struct {
	count, settled       int
	value, settledValue  *big.Int
	delay, untilTheClose time.Duration // of those that settled; of the others until the close
}

// Figures are what a day came to in one currency. Amounts are in minor units and as
// large as a sum may be.
type Figures struct {
	Currency     settlement.Currency
	Count        int      // payments
	Value        *big.Int // of them
	Settled      int
	SettledValue *big.Int
	// MeanDelay is from arrival to settlement, of what settled. MeanWait counts what
	// did not settle too, until the close.
	MeanDelay, MeanWait time.Duration
	// Liquidity is what accounts paid before they were paid, each at its worst, all
	// together: what they must have held for the day to go as it went.
	Liquidity *big.Int
}

// NewMeasure is a measure of nothing yet. Payments that came before since do not
// count.
func NewMeasure(since settlement.Moment) *Measure {
	return &Measure{
		since:    since,
		accounts: map[settlement.AccountID]place{}, payments: map[settlement.PaymentID]*arrived{},
		sums: map[settlement.Currency]*sums{},
	}
}

// Group takes in what one group did, and when it was booked. Payments are those of
// customers and banks: money that an owner moves for itself is none, nor is what is
// refused at once.
func (m *Measure) Group(at settlement.Moment, c settlement.Changes) {
	for i := range c.Accounts {
		m.account(&c.Accounts[i])
	}
	for i := range c.Payments {
		if p := &c.Payments[i]; !p.Kind.Liquidity() {
			m.payment(at, p)
		}
	}
	touched := map[settlement.AccountID]bool{}
	for i := range c.Entries {
		e := &c.Entries[i]
		if m.payments[e.Payment] == nil {
			continue
		}
		amount := big.NewInt(e.Amount)
		m.accounts[e.Debit].position.Sub(m.accounts[e.Debit].position, amount)
		m.accounts[e.Credit].position.Add(m.accounts[e.Credit].position, amount)
		touched[e.Debit] = true
	}
	for id := range touched {
		if a := m.accounts[id]; a.position.Cmp(a.lowest) < 0 {
			a.lowest.Set(a.position)
		}
	}
}

func (m *Measure) account(a *settlement.Account) {
	if _, known := m.accounts[a.ID]; !known {
		wallet := a.Role == settlement.RoleWallet
		m.accounts[a.ID] = place{currency: a.Currency, wallet: wallet, position: new(big.Int), lowest: new(big.Int)}
	}
}

func (m *Measure) payment(at settlement.Moment, p *settlement.Payment) {
	a := m.payments[p.ID]
	if a == nil {
		if p.State == settlement.StateRejected || at < m.since {
			return
		}
		a = &arrived{at: at, values: m.values(p)}
		m.payments[p.ID] = a
		for currency, value := range a.values {
			s := m.of(currency)
			s.count++
			s.value.Add(s.value, value)
		}
	}
	if p.State != settlement.StateSettled || a.settled {
		return
	}
	a.settled = true
	for currency, value := range a.values {
		s := m.of(currency)
		s.settled++
		s.settledValue.Add(s.settledValue, value)
		s.delay += time.Duration(at - a.at)
	}
}

// values are what a payment moves, by currency.
func (m *Measure) values(p *settlement.Payment) map[settlement.Currency]*big.Int {
	all := map[settlement.Currency]*big.Int{}
	for _, leg := range p.Legs {
		currency := m.accounts[leg.Debit].currency
		if all[currency] == nil {
			all[currency] = new(big.Int)
		}
		all[currency].Add(all[currency], big.NewInt(leg.Amount))
	}
	return all
}

func (m *Measure) of(currency settlement.Currency) *sums {
	if m.sums[currency] == nil {
		m.sums[currency] = &sums{value: new(big.Int), settledValue: new(big.Int)}
	}
	return m.sums[currency]
}

// Figures are the sums at the close, by currency.
func (m *Measure) Figures(closing settlement.Moment) []Figures {
	for _, a := range m.payments {
		if a.settled {
			continue
		}
		for currency := range a.values {
			m.sums[currency].untilTheClose += time.Duration(max(closing-a.at, 0))
		}
	}
	var all []Figures
	for currency, s := range m.sums {
		f := Figures{
			Currency: currency, Count: s.count, Value: s.value, Settled: s.settled, SettledValue: s.settledValue,
			MeanDelay: mean(s.delay, s.settled), MeanWait: mean(s.delay+s.untilTheClose, s.count), Liquidity: new(big.Int),
		}
		s.untilTheClose = 0
		for _, id := range slices.Sorted(maps.Keys(m.accounts)) {
			if a := m.accounts[id]; a.wallet && a.currency == currency {
				f.Liquidity.Sub(f.Liquidity, a.lowest)
			}
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b Figures) int { return cmp.Compare(a.Currency.Code(), b.Currency.Code()) })
	return all
}

func mean(sum time.Duration, count int) time.Duration {
	if count == 0 {
		return 0
	}
	return sum / time.Duration(count)
}

// Share is part of whole in hundredths of a per cent, rounded down; 10,000 where
// there is no whole.
func Share(part, whole *big.Int) int64 {
	if whole.Sign() == 0 {
		return 10_000
	}
	s := new(big.Int).Mul(part, big.NewInt(10_000))
	return s.Quo(s, whole).Int64()
}
