package routing

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"dragoman/messages"
	"dragoman/settlement"
)

func rateOf(t *testing.T, text string) messages.Decimal {
	t.Helper()
	rate, err := ParseRate(text)
	if err != nil {
		t.Fatal(err)
	}
	return rate
}

// TestMarketIsItsRows: whatever happens to a market, one that is made of the rows that
// it has given answers the same, and a row costs what it changes and no more.
func TestMarketIsItsRows(t *testing.T) {
	seed := [2]uint64{11, 2026}
	random := rand.New(rand.NewPCG(seed[0], seed[1]))
	t.Logf("seed %d", seed)
	codes := []messages.Currency{messages.MustCurrency("CNY"), messages.MustCurrency("THB"), messages.MustCurrency("JPY")}
	m, kept, now := NewMarket(), map[string][]byte{}, settlement.Moment(1)
	largest, forgotten, used := 0, 0, 0
	for n := range 3_000 {
		now += settlement.Moment(random.Int64N(int64(DefaultQuote) / 20))
		switch from, to := random.IntN(3), random.IntN(3); {
		case from == to:
			m.Forget(now)
		case random.IntN(3) == 0:
			s := StandingRate{Provider: settlement.ParticipantID(1 + random.IntN(4)), From: codes[from], To: codes[to], Since: now, Until: now + 1e12}
			if random.IntN(4) > 0 {
				s.Tiers = []Tier{{Rate: rateOf(t, randomRate(random))}}
			}
			m.Stand(s)
		default:
			for _, s := range m.Rates(codes[from], codes[to], now) {
				if h, ok := s.Pay(1 + random.Int64N(1e9)); ok {
					id := fmt.Sprintf("quote-%d", n)
					m.Offer(Quote{ID: id, Asker: 9, Hops: []Hop{h}, Made: now, Expires: now + settlement.Moment(DefaultQuote)})
					if random.IntN(2) == 0 {
						m.Use(id, settlement.PaymentID(n+1))
						used++
					}
					break
				}
			}
		}
		rows := m.Drain()
		for _, row := range rows {
			if row.Value == nil {
				delete(kept, row.Key)
				forgotten++
			} else {
				kept[row.Key] = bytes.Clone(row.Value)
				largest = max(largest, len(row.Value))
			}
		}
	}
	again, err := MarketOf(rowsOf(kept))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(again.All(now)), fmt.Sprint(m.All(now)); got != want {
		t.Errorf("rates\n got %s\nwant %s", got, want)
	}
	for id, q := range m.quotes {
		if got, known := again.Quote(id); !known || fmt.Sprint(got) != fmt.Sprint(*q) {
			t.Errorf("%s is %v, want %v", id, got, *q)
		}
	}
	if len(again.quotes) != len(m.quotes) || again.last != m.last || again.unused[9] != m.unused[9] {
		t.Errorf("%d quotes up to %d, %d unused; want %d, %d, %d", len(again.quotes), again.last, again.unused[9], len(m.quotes), m.last, m.unused[9])
	}
	t.Logf("%d quotes, %d used, %d rows forgotten, the largest has %d bytes", m.last, used, forgotten, largest)
	if m.last < 500 || used < 200 || forgotten < 200 || largest > 1000 {
		t.Error("the test shows less than it should, or rows are large")
	}
}

func rowsOf(kept map[string][]byte) (rows []MarketRow) {
	for key, value := range kept {
		rows = append(rows, MarketRow{key, value})
	}
	return rows
}

// TestDamagedMarket: a quote whose amounts are not those of its rate is no quote.
func TestDamagedMarket(t *testing.T) {
	s := StandingRate{Provider: 1, From: messages.MustCurrency("CNY"), To: messages.MustCurrency("THB"), Tiers: []Tier{{Rate: rateOf(t, "4.93")}}, Until: 9}
	h, _ := s.Pay(100_00)
	m := NewMarket()
	m.Stand(s)
	m.Offer(Quote{ID: "q", Asker: 1, Hops: []Hop{h}, Made: 1, Expires: 2})
	rows := m.Drain()
	if _, err := MarketOf(rows); err != nil || len(rows) != 2 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for i, row := range rows {
		damaged := rowsOf(map[string][]byte{row.Key: bytes.Replace(row.Value, []byte("10000"), []byte("10002"), 1), rows[1-i].Key: rows[1-i].Value})
		if _, err := MarketOf(damaged); (err == nil) != (i == 1) {
			t.Errorf("row %s with another amount: %v", row.Key, err)
		}
		damaged = []MarketRow{{row.Key + "x", row.Value}}
		if _, err := MarketOf(damaged); err == nil {
			t.Errorf("row %s under another key is taken", row.Key)
		}
	}
}

// TestCheckRates: what a provider may say.
func TestCheckRates(t *testing.T) {
	cny, thb := messages.MustCurrency("CNY"), messages.MustCurrency("THB")
	tier := func(upTo int64) Tier { return Tier{UpTo: upTo, Rate: rateOf(t, "1")} }
	for _, c := range []struct {
		from, to messages.Currency
		tiers    []Tier
		ok       bool
	}{
		{cny, thb, nil, true},
		{cny, thb, []Tier{tier(0)}, true},
		{cny, thb, []Tier{tier(5), tier(6), tier(0)}, true},
		{cny, thb, []Tier{tier(5), tier(5)}, false},
		{cny, thb, []Tier{tier(0), tier(5)}, false},
		{cny, thb, []Tier{{UpTo: 5, Rate: rateOf(t, "1"), Fee: -1}}, false},
		{cny, thb, []Tier{{UpTo: -5, Rate: rateOf(t, "1")}}, false},
		{cny, thb, []Tier{{}}, false},
		{cny, thb, make([]Tier, MaxTiers+1), false},
		{cny, cny, []Tier{tier(0)}, false},
		{0, thb, []Tier{tier(0)}, false},
	} {
		s := StandingRate{From: c.from, To: c.to, Tiers: c.tiers}
		if err := s.Check(); (err == nil) != c.ok {
			t.Errorf("%v: %v", c.tiers, err)
		}
	}
}
