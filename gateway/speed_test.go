package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store"
)

// speedRig has ten banks that pay each other, as 'dragoman bench' has.
type speedRig struct {
	tb        testing.TB
	books     *store.Books
	lane      *Lane
	directory *routing.Directory
	banks     []messages.BIC
	sample    []byte
	payments  int
	groups    uint64
}

func newSpeedRig(tb testing.TB, edits ...func(*routing.Change)) *speedRig {
	r := &speedRig{tb: tb, directory: new(routing.Directory).Ready(), sample: samplePayment(tb)}
	cny := messages.MustCurrency("CNY")
	issuer := mustBIC(tb, "PBOCCNBJXXX")
	change := routing.Change{
		Self:         mustBIC(tb, testGateway),
		Participants: []routing.Participant{{BIC: mustBIC(tb, testGateway), Name: "Gateway"}, {BIC: issuer, Name: "Issuer"}},
		Accounts:     []routing.AccountChange{{Owner: issuer, Currency: cny, Role: settlement.RoleIssuance}},
		Corridors:    []routing.Corridor{{Currency: cny, Mode: routing.SettleThenDeliver, Profile: "base"}},
	}
	for i := range 10 {
		bank := mustBIC(tb, fmt.Sprintf("BNK%cHKHHXXX", 'A'+i))
		r.banks = append(r.banks, bank)
		change.Participants = append(change.Participants, routing.Participant{BIC: bank, Name: bank.String()})
		change.Accounts = append(change.Accounts, routing.AccountChange{Owner: bank, Currency: cny, Role: settlement.RoleWallet, Line: 1 << 50})
	}
	for _, edit := range edits {
		edit(&change)
	}
	var err error
	if r.books, err = store.Open(filepath.Join(tb.TempDir(), "books.db")); err == nil {
		r.lane, err = NewLane(r.books)
	}
	if err == nil {
		r.directory, err = r.directory.Apply(change)
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = r.books.Close() })
	facts, err := json.Marshal(change)
	if err != nil {
		tb.Fatal(err)
	}
	if err := r.lane.Apply([]Entry{r.entry(Order{Kind: OrderDirectory, Facts: facts})}); err != nil {
		tb.Fatal(err)
	}
	return r
}

// entry is what the desk hands on.
func (r *speedRig) entry(orders ...Order) Entry {
	r.groups++
	g := &Group{Door: "test", Number: r.groups, At: settlement.Moment(1763889000e9 + int64(r.groups)*1e6), Orders: orders}
	return Entry{r.groups, g.Encode(), g}
}

// body is the next payment.
func (r *speedRig) body() (from messages.BIC, raw []byte) {
	r.payments++
	n := r.payments
	from = r.banks[n%10]
	to := r.banks[(n+1+n/10%9)%10]
	for _, change := range [][2]string{
		{"8a562c67-ca16-48ba-b074-65581be6f011", fmt.Sprintf("%08x-ca16-48ba-b074-65581be6f011", n)}, {"DRGM-20261123-000001", fmt.Sprintf("DRGM-%015d", n)},
		{"ALPHCNBJXXX", from.Full()}, {"BETATHBKXXX", to.Full()}, {"1250000.50", "12.50"},
	} {
		if raw == nil {
			raw = r.sample
		}
		raw = bytes.ReplaceAll(raw, []byte(change[0]), []byte(change[1]))
	}
	return from, raw
}

// take is what the desk does with a body before the log has it.
func (r *speedRig) take(from messages.BIC, raw []byte) Order {
	read := readLetter(raw, from, 1, r.directory)
	if read.unreadable != nil || read.letter.Refusal.Code != "" {
		r.tb.Fatal(read.unreadable, read.letter.Refusal)
	}
	o := Order{Kind: OrderMessage, From: from, Key: "key", Received: 1, Payload: store.Pack(raw), Facts: encodeLetter(read.letter)}
	o.ahead = lookAhead(&o, read.letter, raw, read.message, r.directory)
	return o
}

func (r *speedRig) group(size int) Entry {
	orders := make([]Order, size)
	for i := range orders {
		orders[i] = r.take(r.body())
	}
	return r.entry(orders...)
}

// processor is what this process has used of it.
func processor(tb testing.TB) time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// BenchmarkDesk is the desk's work on one payment of 3 KB, beside the log.
func BenchmarkDesk(b *testing.B) {
	r := newSpeedRig(b)
	from, raw := r.body()
	b.ReportAllocs()
	for b.Loop() {
		o := r.take(from, raw)
		_ = receiptOf(o.ahead.letter, settlement.Place{}, [32]byte{})
	}
}

// BenchmarkLane applies groups of single payments as the desk hands them on, and
// commits them: processor time of a payment in each, in microseconds.
func BenchmarkLane(b *testing.B) { benchmarkLane(b) }

// BenchmarkLaneAdvices is BenchmarkLane where every bank wants a camt.054 of
// every booking.
func BenchmarkLaneAdvices(b *testing.B) {
	benchmarkLane(b, func(c *routing.Change) {
		for i := range c.Participants {
			c.Participants[i].Advice = true
		}
	})
}

func benchmarkLane(b *testing.B, edits ...func(*routing.Change)) {
	for _, size := range []int{1, 64, 1000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			r := newSpeedRig(b, edits...)
			var advance, commit time.Duration
			payments := 0
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				entries := []Entry{r.group(size)}
				b.StartTimer()
				start := processor(b)
				batches, err := r.lane.Advance(entries)
				if err != nil {
					b.Fatal(err)
				}
				middle := processor(b)
				if _, err := r.books.Commit(batches); err != nil {
					b.Fatal(err)
				}
				advance, commit = advance+middle-start, commit+processor(b)-middle
				r.lane.Committed()
				payments += size
			}
			b.ReportMetric(float64(advance.Nanoseconds())/1e3/float64(payments), "advance-µs/payment")
			b.ReportMetric(float64(commit.Nanoseconds())/1e3/float64(payments), "commit-µs/payment")
			b.ReportMetric(0, "ns/op")
			if findings, err := r.books.Audit(); err != nil || len(findings) > 0 {
				b.Fatal(err, findings)
			}
		})
	}
}

// BenchmarkStatement is how long the longest statement holds up the lane.
func BenchmarkStatement(b *testing.B) {
	r := newSpeedRig(b)
	for range maxStatementEntries / 1000 {
		orders := make([]Order, 1000)
		for i := range orders {
			from, raw := r.body()
			for from != r.banks[0] {
				from, raw = r.body()
			}
			orders[i] = r.take(from, raw)
		}
		if err := r.lane.Apply([]Entry{r.entry(orders...)}); err != nil {
			b.Fatal(err)
		}
	}
	account, _ := r.lane.engine.Account(2)
	asked := 0
	for b.Loop() {
		asked++
		raw := question("camt.060.001.05", fmt.Sprint("Q-", asked), "camt.053", "BNKAHKHH-CNY-W", r.banks[0].Full(), groupTime(-10), groupTime(0).Add(time.Duration(r.groups)*time.Millisecond))
		if err := r.lane.Apply([]Entry{r.entry(r.take(r.banks[0], raw))}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(account.Entries), "entries")
}
