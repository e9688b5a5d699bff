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

// historyWords begin the lines that must be drawn.
const historyWords = `pay issue ask redeem transfer standing return cover covered advise confirm decline mumble word
	recall inquire investigate reply check verify chase credit hold release refuse reprioritise front back
	reserve limit ceiling line saving day close optimise tick suspend bar
	cycle window cap`

// TestInvariants plays histories of all orders with all features on, and looks after
// every one of them: payments are whole, every account holds what its payments come to
// and every asset balances, what waits keeps its order, limits and reservations are kept,
// also by what goes together, and the audit finds nothing. In the end an engine that is
// restored from the books goes on in the same way.
func TestInvariants(t *testing.T) {
	histories, events, seen, words := 0, 0, map[string]int{}, map[string]int{}
	check(t, 400, func(t *rapid.T) { // a fifth of that with -short
		histories++
		h := &history{world: newWorld(), random: rand.New(&drawn{t: t})}
		x := watching(h.world)
		for range rapid.IntRange(60, 200).Draw(t, "events") {
			text := h.event()
			if wrong := x.line(text); wrong != "" {
				t.Fatal(wrong)
			}
			events++
			word, _, _ := strings.Cut(text, " ")
			words[word]++
			if findings := h.audit(); len(findings) > 0 {
				t.Fatalf("%s: audit:\n%s", text, strings.Join(findings, "\n"))
			}
		}
		for what, n := range x.seen {
			seen[what] += n
		}
		for _, p := range h.payments {
			seen["took another way"] += len(p.Attempts)
		}
		restored := Restore(h.world, h.books())
		restored.Route(h.route)
		restored.Tick(restored.Now() + 5)
		h.engine.Tick(h.engine.Now() + 5)
		if one, other := fmt.Sprint(restored.Finish()), fmt.Sprint(h.engine.Finish()); one != other {
			t.Fatalf("restored it goes on with\n%s\nand otherwise with\n%s", one, other)
		}
	})
	t.Logf("%d events, %v; seen %v", events, words, seen)
	for word := range strings.FieldsSeq(historyWords) {
		if words[word] == 0 {
			t.Errorf("no line %q was drawn", word)
		}
	}
	for _, what := range []string{"several legs posted", "several legs promised", "went while others waited", "under a limit", "beside a reservation", "took another way", "a cycle settled"} {
		if seen[what] < histories/8 {
			t.Errorf("%s: %d times only", what, seen[what])
		}
	}
}

// TestOrderDoesNotMatterInHistories plays the same lines where accounts were opened in
// another order, with every feature whose outcome the rules leave to no order: the same
// payments go.
func TestOrderDoesNotMatterInHistories(t *testing.T) {
	histories, compared, moved := 0, 0, 0
	check(t, 150, func(t *rapid.T) {
		histories++
		h := &history{world: newWorld(), random: rand.New(&drawn{t: t}), plain: true}
		var lines []string
		for range rapid.IntRange(60, 200).Draw(t, "events") {
			lines = append(lines, h.event())
			if _, err := h.line(lines[len(lines)-1]); err != nil {
				t.Fatal(err)
			}
		}
		other := newWorld()
		for _, bank := range slices.Sorted(maps.Keys(h.banks)) {
			other.banks[bank] = h.banks[bank]
		}
		for _, name := range rapid.Permutation(slices.Sorted(maps.Keys(h.byName))).Draw(t, "accounts") {
			f := strings.Fields(name)
			if len(f) == 3 {
				other.openAs(f[0], f[1], RoleReserve, 0)
			} else {
				other.open(f[0], f[1])
			}
		}
		for n, text := range lines {
			if _, err := other.line(text); err != nil {
				t.Fatal(err)
			}
			if n < len(lines)-1 {
				continue
			}
			for id, one := range h.payments {
				two := other.payments[id]
				if compared++; one.State != two.State || one.Since != two.Since {
					t.Fatalf("payment %d is %s since %d, and with the accounts in another order %s since %d:\n%s", id, one.State, one.Since, two.State, two.Since, strings.Join(lines, "\n"))
				}
				if one.State == StateSettled && len(one.Past) > 0 {
					moved++
				}
			}
		}
	})
	t.Logf("%d payments compared, %d of them had waited and went", compared, moved)
	if moved < histories {
		t.Error("the histories are too plain")
	}
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
