package settlement

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// history drives a world with random events under a seed.
type history struct {
	said int // statements about payments, so that no two are the same message
	*world
	random *rand.Rand
	names  []string
}

var historyBanks = []string{"ALPHA", "BETA", "GAMMA", "DELTA"}

func (h *history) pick(of []string) string { return of[h.random.IntN(len(of))] }

func (h *history) event() string {
	from, to := h.pick(historyBanks), h.pick(historyBanks)
	for to == from {
		to = h.pick(historyBanks)
	}
	currency := h.pick([]string{"USD", "EUR"})
	amount := fmt.Sprintf("%d.%02d", h.random.IntN(100), 1+h.random.IntN(99))
	known := func() string {
		if len(h.names) == 0 || h.random.IntN(20) == 0 {
			return "nobody"
		}
		return h.pick(h.names)
	}
	fresh := func() string {
		h.names = append(h.names, fmt.Sprintf("p%d", len(h.names)))
		return h.names[len(h.names)-1]
	}
	if h.random.IntN(10) == 0 {
		return h.controlEvent(known)
	}
	if h.random.IntN(14) == 0 {
		return h.cycleEvent(fresh(), from, to)
	}
	switch h.random.IntN(32) {
	case 26, 29, 30, 31: // of what was received, mostly; parts that together may be too much
		return h.giveBackAny(fresh)
	case 28:
		return fmt.Sprintf("%s %s %s %s %s %s pair c%d until %d", h.pick([]string{"cover", "covered"}), fresh(), from, historyBanks[(slices.Index(historyBanks, from)+1)%4], "USD", h.pick([]string{"5.00", "7.00"}), h.random.IntN(3), int64(h.engine.Now())+1+h.random.Int64N(40))
	case 27:
		return fmt.Sprintf("%s %s %s %s %s 5.00 pair c%d%s", h.pick([]string{"cover", "covered", "advise"}), fresh(), from, historyBanks[(slices.Index(historyBanks, from)+1)%4], "USD", h.random.IntN(3), h.pick([]string{"", " hold", fmt.Sprintf(" from %d", int64(h.engine.Now())+3)}))
	case 25:
		return fmt.Sprintf("saving %s %s %s", from, currency, h.pick([]string{"together", "together", "together bypass", "pairs", "alone", "alone bypass"}))
	case 24:
		switch h.random.IntN(8) {
		case 0:
			return "suspend " + from // what is open ends; nothing keeps the bank from going on here
		case 1, 2:
			return "optimise " + h.pick([]string{"USD", "EUR", "USD EUR"})
		}
	case 20, 21:
		return fmt.Sprintf("%s %s %s %s %s until %d", h.pick([]string{"ask", "redeem"}), fresh(), from, currency, amount, int64(h.engine.Now())+1+h.random.Int64N(40))
	case 22:
		return fmt.Sprintf("transfer %s %s %s %s %s", fresh(), from, to, currency, amount)
	case 23:
		return fmt.Sprintf("word %s by %s %s", known(), h.pick([]string{"ISSUER", "ISSUER", from}), h.pick([]string{"yes", "AC04"}))
	case 0:
		return fmt.Sprintf("issue %s %s %s", from, currency, amount)
	case 1:
		return fmt.Sprintf("recall %s %s by %s", known(), h.pick([]string{"a1", "a2", known()}), from)
	case 2:
		return fmt.Sprintf("inquire %s by %s", known(), from)
	case 3:
		return fmt.Sprintf("tick %d", int64(h.engine.Now())+h.random.Int64N(20)-2)
	case 4:
		return fmt.Sprintf("%s %s by %s%s", h.pick([]string{"confirm", "confirm", "decline", "mumble"}), known(), to, h.pick([]string{"", " attempt 1", " attempt 2", " reason RC11", " attempt 1 reason AB07"}))
	case 5:
		return h.pick([]string{"hold ", "release "}) + known()
	case 6:
		return fmt.Sprintf("refuse %s RR04", known())
	case 7:
		return fmt.Sprintf("reprioritise %s %s", known(), h.pick([]string{"urgent", "high", "normal"}))
	case 8:
		if h.random.IntN(3) == 0 {
			return fmt.Sprintf("ceiling %s %s %s", from, currency, h.pick([]string{"0", "150" + amount[len(amount)-3:]}))
		}
		return fmt.Sprintf("line %s %s %s", from, currency, amount)
	case 9:
		return h.about(known(), to)
	}
	name := fmt.Sprintf("p%d", len(h.names))
	if len(h.names) > 0 && h.random.IntN(10) == 0 {
		name = known()
	} else {
		h.names = append(h.names, name)
	}
	text := fmt.Sprintf("pay %s %s %s %s %s", name, from, to, currency, amount)
	for h.random.IntN(3) == 0 { // more legs, mostly in the other currency, some on the same accounts
		payer := h.pick([]string{to, to, from})
		payee := h.pick(slices.DeleteFunc(slices.Clone(historyBanks), func(b string) bool { return b == payer }))
		text += fmt.Sprintf(" and %s %s %s %d.%02d", payer, payee, h.pick([]string{"USD", "EUR"}), h.random.IntN(60), 1+h.random.IntN(99))
	}
	text += " " + h.pick([]string{"urgent", "high", "normal"})
	if h.random.IntN(3) == 0 {
		text += fmt.Sprintf(" until %d", int64(h.engine.Now())+h.random.Int64N(40)-2)
	}
	if h.random.IntN(5) == 0 {
		text += " confirm " + to
		if h.random.IntN(2) == 0 {
			text += fmt.Sprintf(" within %d", 1+h.random.Int64N(20))
		}
	}
	if h.random.IntN(6) == 0 {
		text += fmt.Sprintf(" from %d", int64(h.engine.Now())+h.random.Int64N(20)-2)
	}
	if h.random.IntN(10) == 0 {
		text += " at-once"
	}
	if h.random.IntN(10) == 0 {
		text += fmt.Sprintf(" name a%d", h.random.IntN(5))
	}
	if h.random.IntN(10) == 0 {
		text += " hold"
	}
	return text + h.detours(name, from, to)
}

// detours gives a payment other ways now and then: through somebody else, for another
// amount. It draws apart, so that the rest of a history is as it would be without.
func (h *history) detours(name, from, to string) string {
	random := rand.New(rand.NewPCG(uint64(len(h.names)), uint64(h.engine.Now()))) //nolint:gosec // not for secrets
	pick := func(of []string) string { return of[random.IntN(len(of))] }
	if random.IntN(3) != 0 || h.world.names[name] != 0 {
		return ""
	}
	for range 1 + random.IntN(3) {
		through := pick(slices.DeleteFunc(slices.Clone(historyBanks), func(b string) bool { return b == from || b == to }))
		text := fmt.Sprintf("way %s %s %s %s %d.50 and %s %s %s %d.25", name, from, through, pick([]string{"USD", "EUR"}), random.IntN(60), through, to, pick([]string{"USD", "EUR"}), random.IntN(60))
		if random.IntN(3) == 0 {
			text += fmt.Sprintf(" confirm %s within %d", to, 1+random.Int64N(20))
		}
		if random.IntN(2) == 0 {
			text += fmt.Sprintf(" until %d", int64(h.engine.Now())+random.Int64N(80))
		}
		h.divertLine(strings.Fields(text))
	}
	return " diverts" + pick([]string{"", fmt.Sprintf(" confirm %s within %d", to, 1+random.Int64N(5)), fmt.Sprintf(" confirm %s within %d", to, 1+random.Int64N(5)), fmt.Sprintf(" until %d", int64(h.engine.Now())+1+random.Int64N(10))})
}

// giveBackAny returns a part of a payment, or all, to who sent it.
func (h *history) giveBackAny(fresh func() string) string {
	if len(h.names) == 0 {
		return "tick 0"
	}
	name := h.pick(h.names)
	p := h.payments[h.world.names[name]]
	if len(p.Legs) == 0 || p.Sender == p.Receiver || p.Receiver == 0 || p.Kind.Liquidity() {
		return "tick 0"
	}
	currency := h.accounts[p.Legs[0].Credit].Currency.Code()
	amount := p.Legs[0].Amount
	if h.random.IntN(2) == 0 {
		amount = 1 + h.random.Int64N(amount)
	}
	return fmt.Sprintf("return %s %s %s %s %d.%02d of %s", fresh(), h.bankName(p.Receiver), h.bankName(p.Sender), currency, amount/100, amount%100, name)
}

// books are what a restart finds: everything kept so far.
func (w *world) books() Books {
	b := Books{Now: w.engine.Now(), Booked: w.engine.Booking(), Letters: w.engine.letters, Identities: w.engine.identities, Controls: w.controls, Cycles: w.cycleBooks()}
	b.LastPayment, b.LastMessage, b.LastEntry, b.LastTurn = w.engine.Counters()
	for id := AccountID(1); int(id) <= len(w.accounts); id++ {
		b.Accounts = append(b.Accounts, w.accounts[id])
	}
	for _, id := range slices.Sorted(maps.Keys(w.payments)) {
		if p := w.payments[id]; !p.State.Final() {
			b.Open = append(b.Open, p)
		}
	}
	for id := CaseID(1); int(id) <= len(w.cases); id++ {
		b.Cases.Take(w.cases[id], b.Now)
	}
	return b
}

// TestRandomHistories plays random events, restarts the engine from the books
// now and then, and audits at the end. A second run without restarts must end
// the same.
func TestRandomHistories(t *testing.T) {
	const histories, events = 300, 300
	settled, states, kinds := 0, map[State]int{}, map[Kind]int{}
	for seed := range uint64(histories) {
		restarted, plain := play(t, seed, events, true), play(t, seed, events, false)
		if !slices.Equal(restarted.entries, plain.entries) || fmt.Sprint(restarted.payments, restarted.cases, restarted.cycles, restarted.staking()) != fmt.Sprint(plain.payments, plain.cases, plain.cycles, plain.staking()) {
			t.Fatalf("seed %d: a restart changed the outcome", seed)
		}
		settled += len(plain.entries)
		for _, p := range plain.payments {
			states[p.State]++
			if p.State == StateSettled {
				kinds[p.Kind]++
			}
			if p.State == StateSettled && p.ByCover() {
				kinds[0]++
			}
		}
	}
	t.Logf("%d histories of %d events: %d entries; payments ended %v", histories, events, settled, states)
	if kinds[KindReturn] < 50 || kinds[KindCover] < 50 || kinds[0] < 40 {
		t.Errorf("%d returns, %d covers and %d transfers with a cover settled, want at least 50, 50 and 40", kinds[KindReturn], kinds[KindCover], kinds[0])
	}
	for state := StateScheduled; state <= StateNetted; state++ {
		if states[state] == 0 {
			t.Errorf("no payment ended %s", state)
		}
	}
}

func play(t *testing.T, seed uint64, events int, restarts bool) *world {
	t.Helper()
	h := &history{world: newWorld(), random: rand.New(rand.NewPCG(seed, 1))}
	cut := rand.New(rand.NewPCG(seed, 2))
	for range events {
		text := h.event()
		if _, err := h.line(text); err != nil {
			t.Fatalf("seed %d: %s: %v", seed, text, err)
		}
		if restarts && cut.IntN(30) == 0 {
			h.engine = Restore(h.world, h.books())
			h.engine.Route(h.route)
		}
	}
	if findings := h.audit(); len(findings) > 0 {
		t.Fatalf("seed %d: audit:\n%s", seed, strings.Join(findings, "\n"))
	}
	return h.world
}
