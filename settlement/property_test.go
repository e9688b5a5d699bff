package settlement

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawn is a source of randomness that rapid draws, so that a history that fails is
// made shorter until it is short. Rapid likes small numbers; a history that is like
// a day needs all alike, so they are mixed (SplitMix64).
type drawn struct {
	t *rapid.T
	n uint64
}

// Uint64 is that of rand.Source.
func (d *drawn) Uint64() uint64 {
	d.n += 0x9e3779b97f4a7c15
	z := d.n + rapid.Uint64().Draw(d.t, "random")
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// check has rapid try so many cases, always the same: a verdict must not depend on
// luck. With -rapid.seed other cases are tried.
func check(t *testing.T, cases int, property func(*rapid.T)) {
	t.Helper()
	for name, value := range map[string]string{"rapid.seed": "1", "rapid.checks": fmt.Sprint(cases)} {
		f := flag.Lookup(name)
		if f.Value.String() != f.DefValue {
			continue
		}
		if err := f.Value.Set(value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
	}
	rapid.Check(t, property)
}

// TestInvariants plays histories of all events with all features on, and looks
// after every one of them: what waits keeps its order, payments are whole, nothing
// of any currency appears or vanishes, and the audit finds nothing. In the end an
// engine that is restored from the books goes on in the same way.
func TestInvariants(t *testing.T) {
	events, overtook, diverted := 0, 0, 0
	check(t, 150, func(t *rapid.T) {
		h := &history{world: newWorld(), random: rand.New(&drawn{t: t})}
		for range rapid.IntRange(20, 120).Draw(t, "events") {
			before := maps.Clone(h.payments)
			known := len(h.entries)
			text := h.event()
			if _, err := h.line(text); err != nil {
				t.Fatal(err)
			}
			events++
			h.whole(t, text, known)
			overtook += h.order(t, text, before)
			if findings := h.audit(); len(findings) > 0 {
				t.Fatalf("%s: audit:\n%s", text, strings.Join(findings, "\n"))
			}
		}
		for _, p := range h.payments {
			diverted += len(p.Attempts)
		}
		restored := Restore(h.world, h.books())
		restored.Route(h.route)
		restored.Tick(restored.Now() + 5)
		h.engine.Tick(h.engine.Now() + 5)
		if one, other := fmt.Sprint(restored.Finish()), fmt.Sprint(h.engine.Finish()); one != other {
			t.Fatalf("restored it goes on with\n%s\nand otherwise with\n%s", one, other)
		}
	})
	t.Logf("%d events; payments went while others waited %d times; %d took another way", events, overtook, diverted)
	if events < 1000 || overtook == 0 || diverted == 0 {
		t.Error("the histories are too plain")
	}
}

// whole wants the legs of a payment posted all or none, those of one attempt alone, and of every currency as
// much held as issued.
func (w *world) whole(t *rapid.T, text string, known int) {
	legs := map[PaymentID]int{}
	for _, e := range w.entries[known:] {
		if p := w.payments[e.Payment]; e.Leg >= len(p.Legs) || p.Legs[e.Leg] != (Leg{e.Debit, e.Credit, e.Amount}) {
			t.Fatalf("%s: entry %d is of no leg on which payment %d settled", text, e.ID, e.Payment)
		}
		legs[e.Payment]++
	}
	for id, n := range legs {
		if p := w.payments[id]; n != len(p.Legs) || p.State != StateSettled {
			t.Fatalf("%s: %d of %d legs of payment %d are posted, which is %s", text, n, len(p.Legs), id, p.State)
		}
	}
	sums := map[Currency]int64{}
	for _, a := range w.accounts {
		if sums[a.Currency] += a.Posted; a.Role != RoleIssuance && a.Posted-a.Reserved < -a.Line {
			t.Fatalf("%s: account %d is below its floor: %+v", text, a.ID, a)
		}
	}
	for currency, sum := range sums {
		if sum != 0 {
			t.Fatalf("%s: all accounts in %s come to %d", text, currency, sum)
		}
	}
}

// order wants that nothing, new or waiting, went before what waited and still does
// for the same money and comes first: by band, and by turn where the owner lets
// nothing pass. It
// tells how often something of a higher band went past what waits.
func (w *world) order(t *rapid.T, text string, before map[PaymentID]Payment) (passed int) {
	gone := func(s State) bool { return s == StateSettled || s == StateReserved }
	for id, now := range w.payments {
		if gone(before[id].State) || !gone(now.State) || now.Kind == KindNet { // a cycle that settles passes everything
			continue
		}
		for _, other := range w.payments {
			if other.State != StateWaiting || before[other.ID].State != StateWaiting || now.Net || other.Net {
				continue
			}
			for account := range now.debits() {
				if other.takes(account) == 0 {
					continue
				}
				passed++
				lower := other.Band < now.Band
				later := other.Band == now.Band && (now.Turn == 0 || other.Turn < now.Turn) && !w.accounts[account].Bypass && !strings.HasPrefix(text, "optimise")
				if lower || later {
					t.Fatalf("%s: payment %d (band %d, turn %d) went before payment %d (band %d, turn %d) at account %d", text, id, now.Band, now.Turn, other.ID, other.Band, other.Turn, account)
				}
			}
		}
	}
	return passed
}

// TestOrderOfAccountsDoesNotMatter opens the accounts of the same system in
// different orders: the same payments go.
func TestOrderOfAccountsDoesNotMatter(t *testing.T) {
	moved := 0
	check(t, 500, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		plain := standoff(seed)
		names := slices.Sorted(maps.Keys(plain.byName))
		shuffled := newWorld()
		for _, name := range rapid.Permutation(names).Draw(t, "accounts") {
			bank, currency, _ := strings.Cut(name, " ")
			shuffled.open(bank, currency)
		}
		standoffIn(shuffled, seed)
		for _, w := range []*world{plain, shuffled} {
			for _, name := range names {
				w.engine.SetSaving(w.byName[name], SavingTogether, false)
			}
			w.keep()
		}
		for name, id := range plain.names {
			one, other := plain.payments[id], shuffled.payments[shuffled.names[name]]
			if one.State != other.State {
				t.Fatalf("payment %s is %s, and with the accounts in another order %s", name, one.State, other.State)
			}
			if one.State == StateSettled && len(one.Past) > 0 {
				moved++
			}
		}
	})
	t.Logf("%d payments went together", moved)
	if moved == 0 {
		t.Error("nothing went together")
	}
}

// digestOf is a digest of one's own for every identity.
func digestOf(id Identity) (d Digest) {
	copy(d[:], id[:])
	return d
}

// TestCancelAndSettleRace has a payment's money come and its sender take it back in
// one group, in either order: exactly one of the two wins, and both banks are told
// what did.
func TestCancelAndSettleRace(t *testing.T) {
	const races = 100_000
	random := rand.New(rand.NewPCG(1, 51))
	w := newWorld()
	issuer, payer, payee := w.open("ISSUER", "USD"), w.open("ALPHA", "USD"), w.open("BETA", "USD")
	w.keep()
	wins := map[State]int{}
	for n := range uint64(races) {
		if n%1000 == 999 { // the archive of this test is a map: it need not hold them all
			clear(w.payments)
			clear(w.messages)
			w.entries = nil
		}
		identity := func(kind byte) (id Identity) {
			id[0], id[1], id[2], id[3], id[4] = byte(n), byte(n>>8), byte(n>>16), kind, 1
			return id
		}
		amount := 1 + random.Int64N(1000)
		w.engine.Submit(Message{Sender: w.bank("ALPHA"), Digest: digestOf(identity(1))}, []Instruction{{
			Identity: identity(1), Kind: KindCustomer, Sender: w.bank("ALPHA"), Receiver: w.bank("BETA"), Legs: []Leg{{payer, payee, amount}},
		}})
		w.keep()
		id, _, _, _ := w.engine.Counters()
		settle := func() {
			w.engine.Decide(Message{Sender: w.bank("ISSUER")}, Instruction{Identity: identity(2), Kind: KindIssue, Sender: w.bank("ISSUER"), Legs: []Leg{{issuer, payer, amount}}})
		}
		cancel := func() {
			w.engine.Recall(Message{Sender: w.bank("ALPHA"), Identity: identity(3)}, []Reference{{Payment: id}})
		}
		if random.IntN(2) == 0 {
			settle()
			cancel()
		} else {
			cancel()
			settle()
		}
		w.keep()
		p := w.payments[id]
		wins[p.State]++
		told := map[string]int{}
		for _, notice := range w.notices {
			told[fmt.Sprint(notice.Kind, notice.To, notice.Status)]++
			if notice.Kind == NoticeResolved {
				told["resolved "+string(notice.Outcomes[0].Status)]++
			}
		}
		settled := p.State == StateSettled
		forwarded, resolution := told[fmt.Sprint(NoticeForward, w.bank("BETA"), "")], "resolved CNCL"
		status := told[fmt.Sprint(NoticeStatus, w.bank("ALPHA"), StatusRejected)]
		if settled {
			resolution, status = "resolved PDCR", told[fmt.Sprint(NoticeStatus, w.bank("ALPHA"), StatusSettled)]
		}
		if !settled && p.State != StateCancelled || settled != (forwarded == 1) || told[resolution] != 1 || status != 1 {
			t.Fatalf("race %d: the payment is %s, told %v", n, p.State, told)
		}
		if !settled { // what was to pay it goes back, so that the next one waits
			w.engine.Decide(Message{Sender: w.bank("ALPHA")}, Instruction{Identity: identity(4), Kind: KindRedeem, Sender: w.bank("ALPHA"), Legs: []Leg{{payer, issuer, amount}}})
			w.keep()
		}
	}
	t.Logf("%d races: %v", races, wins)
	if wins[StateSettled] < races/3 || wins[StateCancelled] < races/3 {
		t.Error("one of the two hardly ever won")
	}
}
