package routing

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// StandingRate is the rate that a provider stands by until it says otherwise or its
// time is up.
type StandingRate struct {
	Provider settlement.ParticipantID `json:"provider"`
	From     messages.Currency        `json:"from"`
	To       messages.Currency        `json:"to"`
	Tiers    []Tier                   `json:"tiers"` // by rising bound; without any the rate is withdrawn
	Since    settlement.Moment        `json:"since"`
	Until    settlement.Moment        `json:"until"` // from then on it does not count
}

// Quote is an exchange that was offered to one participant: it holds until it
// expires, and for one payment.
type Quote struct {
	ID       string                   `json:"id"` // a v4 UUID, as AgrdRate/QtId has it
	Number   uint64                   `json:"number"`
	Asker    settlement.ParticipantID `json:"asker"`
	Receiver settlement.ParticipantID `json:"receiver,omitempty"` // 0: whoever has an account in the target currency
	Hops     []Hop                    `json:"hops"`
	Made     settlement.Moment        `json:"made"`
	Expires  settlement.Moment        `json:"expires"` // at that moment it has
	Used     settlement.PaymentID     `json:"used,omitempty"`
}

// From is the currency that is paid, To the one that arrives.
func (q *Quote) From() messages.Currency { return q.Hops[0].From }

// To is the currency that arrives.
func (q *Quote) To() messages.Currency { return q.Hops[len(q.Hops)-1].To }

// Bounds of the market. Whoever asks without end must not fill the memory of
// everybody.
const (
	// DefaultQuote is how long a quote holds.
	DefaultQuote = 600 * time.Second
	// quoteKept is for how long an expired quote is still known as one: longer than
	// any payment that names it is on its way.
	quoteKept = time.Hour
	// maxQuotes bounds the quotes of one participant that are neither used nor
	// forgotten.
	maxQuotes = 10_000
	// MaxTiers bounds the tiers of one rate.
	MaxTiers = 20
	// MaxValidity is how long a rate stands at most without being said again.
	MaxValidity = 24 * time.Hour
)

// Market is what providers offer: their standing rates and the quotes that were
// made of them. Only entries of the log change it. What changed is drained with
// every group, row by row, so that a stream of rates costs a row each.
type Market struct {
	standings map[currencyPair][]StandingRate // by provider
	quotes    map[string]*Quote
	line      []*Quote // in the order in which they were made
	unused    map[settlement.ParticipantID]int
	last      uint64
	changed   map[string][]byte
}

type currencyPair struct{ from, to messages.Currency }

// NewMarket is an empty market.
func NewMarket() *Market {
	return &Market{
		standings: map[currencyPair][]StandingRate{}, quotes: map[string]*Quote{},
		unused: map[settlement.ParticipantID]int{}, changed: map[string][]byte{},
	}
}

// MarketRow is a piece of the market as the books keep it; without a value it is
// taken out.
type MarketRow struct {
	Key   string
	Value []byte
}

// RowRates begins the keys of rates, RowQuotes those of quotes.
const (
	RowRates  = "rate/"
	RowQuotes = "quote/"
)

func (s *StandingRate) key() string {
	return fmt.Sprintf("%s%08x/%s%s", RowRates, uint32(s.Provider), s.From.Code(), s.To.Code())
}

// MarketOf is the market that the books hold.
func MarketOf(rows []MarketRow) (*Market, error) {
	m := NewMarket()
	for _, row := range rows {
		if err := m.restore(row); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(m.line, func(a, b *Quote) int { return cmp.Compare(a.Number, b.Number) })
	if n := len(m.line); n > 0 {
		m.last = m.line[n-1].Number
	}
	return m, nil
}

// restore takes a row of the books in, if it is what it must be.
func (m *Market) restore(row MarketRow) (err error) {
	switch {
	case strings.HasPrefix(row.Key, RowRates):
		var s StandingRate
		if err = json.Unmarshal(row.Value, &s); err == nil && s.key() != row.Key {
			err = errors.New("it is another's row")
		}
		m.put(s)
	case strings.HasPrefix(row.Key, RowQuotes):
		q := new(Quote)
		if err = json.Unmarshal(row.Value, q); err == nil && (RowQuotes+q.ID != row.Key || !exact(q.Hops)) {
			err = errors.New("the quote is not what its rate gives")
		}
		m.add(q)
	default:
		err = errors.New("there are no such rows")
	}
	if err != nil {
		return fmt.Errorf("row %s of the market: %w", row.Key, err)
	}
	return nil
}

// AuditMarket lists what is wrong with the rows of a market: what a quote gives that its
// rate does not, and a quote that was used by a payment which is none of its asker's.
// payment finds one of the books.
func AuditMarket(rows []MarketRow, payment func(settlement.PaymentID) (settlement.Payment, bool, error)) (findings []string, err error) {
	m, numbers := NewMarket(), map[uint64]string{}
	for _, row := range rows {
		if err := m.restore(row); err != nil {
			findings = append(findings, err.Error())
		}
	}
	for _, q := range m.line {
		if other, taken := numbers[q.Number]; taken {
			findings = append(findings, fmt.Sprintf("the quotes %s and %s have one number, %d", other, q.ID, q.Number))
		}
		if numbers[q.Number] = q.ID; q.Used == 0 {
			continue
		}
		p, known, err := payment(q.Used)
		if err != nil {
			return findings, err
		}
		if !known || p.Sender != q.Asker {
			findings = append(findings, fmt.Sprintf("quote %s was used by payment %d, which is none of participant %d's", q.ID, q.Used, q.Asker))
		}
	}
	return findings, nil
}

// exact tells whether hops follow each other and are what their rates give.
func exact(hops []Hop) bool {
	for i := range hops {
		if !hops[i].Exact() || i > 0 && (hops[i].From != hops[i-1].To || hops[i].Paid() != hops[i-1].Bought) {
			return false
		}
	}
	return len(hops) > 0
}

// Drain gives the rows that have changed since the last time, by key.
func (m *Market) Drain() []MarketRow {
	if len(m.changed) == 0 {
		return nil
	}
	rows := make([]MarketRow, 0, len(m.changed))
	for key, value := range m.changed {
		rows = append(rows, MarketRow{key, value})
	}
	slices.SortFunc(rows, func(a, b MarketRow) int { return cmp.Compare(a.Key, b.Key) })
	clear(m.changed)
	return rows
}

func (m *Market) change(key string, value any) {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err) // plain values
	}
	m.changed[key] = encoded
}

// Stand takes in a rate. Without tiers it is withdrawn.
func (m *Market) Stand(s StandingRate) {
	m.put(s)
	m.change(s.key(), s)
}

func (m *Market) put(s StandingRate) {
	pair := currencyPair{s.From, s.To}
	all := m.standings[pair]
	i, known := slices.BinarySearchFunc(all, s.Provider, func(a StandingRate, id settlement.ParticipantID) int { return cmp.Compare(a.Provider, id) })
	if !known {
		all = slices.Insert(all, i, StandingRate{})
	}
	all[i] = s
	m.standings[pair] = all
}

// Rates are those into a currency that stand at a moment, by provider.
func (m *Market) Rates(from, to messages.Currency, now settlement.Moment) (standing []StandingRate) {
	for _, s := range m.standings[currencyPair{from, to}] {
		if len(s.Tiers) > 0 && now < s.Until {
			standing = append(standing, s)
		}
	}
	return standing
}

// All are all rates that stand at a moment, by currencies and provider.
func (m *Market) All(now settlement.Moment) (standing []StandingRate) {
	for pair := range m.standings {
		standing = append(standing, m.Rates(pair.from, pair.to, now)...)
	}
	slices.SortFunc(standing, func(a, b StandingRate) int {
		return cmp.Or(cmp.Compare(a.From.Code(), b.From.Code()), cmp.Compare(a.To.Code(), b.To.Code()), cmp.Compare(a.Provider, b.Provider))
	})
	return standing
}

// Full tells that a participant has as many open quotes as it may.
func (m *Market) Full(asker settlement.ParticipantID) bool { return m.unused[asker] >= maxQuotes }

// Offer takes in a quote and numbers it.
func (m *Market) Offer(q Quote) {
	m.last++
	q.Number = m.last
	m.add(&q)
	m.change(RowQuotes+q.ID, q)
}

func (m *Market) add(q *Quote) {
	m.quotes[q.ID] = q
	m.line = append(m.line, q)
	if q.Used == 0 {
		m.unused[q.Asker]++
	}
}

// Quote is a quote by its identifier, also one that is used or has expired.
func (m *Market) Quote(id string) (Quote, bool) {
	q := m.quotes[id]
	if q == nil {
		return Quote{}, false
	}
	return *q, true
}

// Use gives a quote to a payment: no other has it from then on.
func (m *Market) Use(id string, payment settlement.PaymentID) {
	q := m.quotes[id]
	q.Used = payment
	m.unused[q.Asker]--
	m.change(RowQuotes+id, q)
}

// Forget takes out quotes that expired so long ago that nobody names them any more.
func (m *Market) Forget(now settlement.Moment) {
	n := 0
	for _, q := range m.line {
		if now < q.Made+settlement.Moment(DefaultQuote+quoteKept) {
			break
		}
		n++
		delete(m.quotes, q.ID)
		if q.Used == 0 {
			m.unused[q.Asker]--
		}
		m.changed[RowQuotes+q.ID] = nil
	}
	m.line = slices.Delete(m.line, 0, n)
}

// Check tells what is wrong with a rate, whoever says it.
func (s *StandingRate) Check() error {
	name := s.From.Code() + " to " + s.To.Code()
	if !s.From.Active() || !s.To.Active() || s.From == s.To {
		return fmt.Errorf("%s: a rate is from one current currency into another", name)
	}
	if len(s.Tiers) > MaxTiers {
		return fmt.Errorf("%s: %d tiers, at most %d are allowed", name, len(s.Tiers), MaxTiers)
	}
	last := int64(0)
	for i, t := range s.Tiers {
		if err := checkRate(t.Rate); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		open := t.UpTo == 0
		if t.Fee < 0 || t.UpTo < 0 || open && i < len(s.Tiers)-1 || !open && t.UpTo <= last {
			return fmt.Errorf("%s: bounds rise from tier to tier, only the last has none, and no fee is below zero", name)
		}
		last = t.UpTo
	}
	return nil
}
