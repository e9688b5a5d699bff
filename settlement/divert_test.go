package settlement

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// detour is a random day on which ALPHA pays BETA through providers that run out of
// money, are suspended, or have nobody answer.
type detour struct {
	*world
	random *rand.Rand
	names  []string
}

var detourProviders = []string{"FXA", "FXB", "FXC", "FXD"}

func (d *detour) pick(of []string) string { return of[d.random.IntN(len(of))] }

// pays is a payment with up to three other ways.
func (d *detour) pays() []string {
	name := fmt.Sprintf("p%d", len(d.names))
	d.names = append(d.names, name)
	providers := slices.Clone(detourProviders)
	d.random.Shuffle(len(providers), func(i, j int) { providers[i], providers[j] = providers[j], providers[i] })
	way := func(through string) string {
		text := fmt.Sprintf("%s ALPHA %s USD %d.00 and %s BETA EUR %d.00", name, through, 1+d.random.IntN(30), through, 1+d.random.IntN(30))
		return text + d.pick([]string{"", " confirm BETA within 3", " confirm BETA within 9"}) + d.pick([]string{"", fmt.Sprintf(" until %d", int64(d.engine.Now())+d.random.Int64N(30))})
	}
	var lines []string
	for _, through := range providers[:d.random.IntN(4)] {
		lines = append(lines, "way "+way(through))
	}
	return append(lines, "pay "+way(providers[3])+d.pick([]string{" diverts", " diverts", " diverts hold", " diverts from 40", ""}))
}

func (d *detour) event() []string {
	name := "nobody"
	if len(d.names) > 0 {
		name = d.pick(d.names[max(0, len(d.names)-8):])
	}
	switch d.random.IntN(12) {
	case 0, 1, 2:
		return d.pays()
	case 3, 4:
		return []string{fmt.Sprintf("tick %d", int64(d.engine.Now())+d.random.Int64N(8))}
	case 5, 6, 7:
		name = d.askedOf(name)
		return []string{fmt.Sprintf("%s %s by BETA%s%s", d.pick([]string{"confirm", "confirm", "decline"}), name, d.pick([]string{"", " attempt 1", " attempt 1", " attempt 2", " attempt 3"}), d.pick([]string{"", " reason RC11"}))}
	case 8:
		return []string{fmt.Sprintf("issue %s EUR %d.00", d.pick(detourProviders), 1+d.random.IntN(50))}
	case 9:
		return []string{d.pick([]string{"release ", "hold "}) + name}
	case 10:
		if d.random.IntN(8) == 0 {
			return []string{"suspend " + d.pick(detourProviders)}
		}
		return []string{fmt.Sprintf("ceiling %s USD %d.00", d.pick(detourProviders), d.random.IntN(120))}
	}
	return []string{"recall " + name + " by ALPHA", "issue ALPHA USD 20.00"}
}

// askedOf is mostly a payment that BETA is or was asked about.
func (d *detour) askedOf(otherwise string) string {
	var asked []string
	for _, name := range d.names {
		if p := d.payments[d.world.names[name]]; p.State == StateReserved || len(p.Attempts) > 0 && p.Attempts[0].Asked != 0 {
			asked = append(asked, name)
		}
	}
	if len(asked) == 0 || d.random.IntN(10) == 0 {
		return otherwise
	}
	return d.pick(asked)
}

// TestOneAttemptCommits plays such days: of all attempts of a payment at most one ever
// moves money, what a dead one was stays as it is, no word about it decides anything,
// and every yes to one is counted.
func TestOneAttemptCommits(t *testing.T) {
	settled, died, words := map[int]int{}, map[string]int{}, 0
	check(t, 300, func(t *rapid.T) {
		d := &detour{world: newWorld(), random: rand.New(&drawn{t: t})}
		x := watching(d.world)
		lines := []string{"issue ALPHA USD 900.00", "issue FXA EUR 60.00", "issue FXB EUR 60.00", "issue FXC EUR 20.00"}
		for range rapid.IntRange(20, 100).Draw(t, "events") {
			lines = append(lines, d.event()...)
			for _, text := range lines {
				before, late := maps.Clone(d.payments), d.late
				if wrong := x.line(text); wrong != "" {
					t.Fatal(wrong)
				}
				words += d.once(t, text, before, d.late-late)
				if findings := d.audit(); len(findings) > 0 {
					t.Fatalf("%s: audit:\n%s", text, strings.Join(findings, "\n"))
				}
			}
			lines = lines[:0]
		}
		for _, p := range d.payments {
			for i := range p.Attempts {
				died[p.Attempts[i].Reason.Code]++
			}
			if p.State == StateSettled && p.Diverts {
				settled[len(p.Attempts)+1]++
			}
		}
		restored := Restore(d.world, d.books())
		restored.Route(d.route)
		restored.Tick(restored.Now() + 30)
		d.engine.Tick(d.engine.Now() + 30)
		if one, other := fmt.Sprint(restored.Finish()), fmt.Sprint(d.engine.Finish()); one != other {
			t.Fatalf("restored it goes on with\n%s\nand otherwise with\n%s", one, other)
		}
	})
	t.Logf("attempts died of %v; settled by number of attempt %v; %d words about dead ones", died, settled, words)
	for _, code := range []string{"AB03", "AB05", "AG10", "AM23", "RC11"} {
		if died[code] < 5 {
			t.Errorf("%d attempts died of %s, want at least 5", died[code], code)
		}
	}
	if settled[2] < 10 || settled[3] < 1 || words < 20 {
		t.Error("the days are too plain")
	}
}

// once wants that dead attempts stay as they were, that a payment that has settled
// takes no other way, and that a word about a dead attempt changes no payment and is
// counted if it accepts. It tells how many such words the line was.
func (d *detour) once(t *rapid.T, text string, before map[PaymentID]Payment, late int) (words int) {
	for id, now := range d.payments {
		was := before[id]
		if len(now.Attempts) < len(was.Attempts) || !reflect.DeepEqual(now.Attempts[:len(was.Attempts):len(was.Attempts)], was.Attempts) && len(was.Attempts) > 0 {
			t.Fatalf("%s: the dead attempts of payment %d were %+v and are %+v", text, id, was.Attempts, now.Attempts)
		}
		if was.State.Final() && (now.State != was.State || !slices.Equal(now.Legs, was.Legs)) {
			t.Fatalf("%s: payment %d had ended %s and is %s", text, id, was.State, now.State)
		}
	}
	f := strings.Fields(text)
	if f[0] != "confirm" && f[0] != "decline" {
		if late != 0 {
			t.Fatalf("%s: %d words came too late", text, late)
		}
		return 0
	}
	s := d.statement(f, SayYes)
	was := before[d.world.names[f[1]]]
	if n := s.Target.Attempt; n == 0 || n > len(was.Attempts) || was.Attempts[n-1].Asked == 0 {
		return 0
	}
	if now := d.payments[was.ID]; now.State != was.State || len(now.Attempts) != len(was.Attempts) || late != map[string]int{"confirm": 1}[f[0]] {
		t.Fatalf("%s: a word about a dead attempt: payment %d was %s and is %s; %d counted", text, was.ID, was.State, now.State, late)
	}
	return 1
}

// TestAuditOfAttempts breaks books in which a payment has taken a second way.
func TestAuditOfAttempts(t *testing.T) {
	faults := []struct {
		name  string
		do    func(h *held, p *Payment)
		finds string
	}{
		{"an attempt is lost", func(_ *held, p *Payment) { p.Attempts = nil }, "was diverted 1 times but has 0"},
		{"an attempt is made up", func(_ *held, p *Payment) { p.Attempts = append(p.Attempts, p.Attempts[0]) }, "was diverted 1 times but has 2"},
		{"an attempt ended for another reason", func(_ *held, p *Payment) { p.Attempts[0].Reason.Code = "AC04" }, "but it was diverted"},
		{"an attempt ended at another time", func(_ *held, p *Payment) { p.Attempts[0].Ended++ }, "but it was diverted"},
		{"an attempt had no legs", func(_ *held, p *Payment) { p.Attempts[0].Legs = nil }, "or had no legs"},
		{"it may take one way alone", func(_ *held, p *Payment) { p.Diverts = false }, "more than it may"},
		{"the dead attempt was posted", func(_ *held, p *Payment) { p.Legs, p.Attempts[0].Legs = p.Attempts[0].Legs, p.Legs }, "differ from its legs"},
		{"both attempts were posted", func(h *held, p *Payment) {
			leg := p.Attempts[0].Legs[0]
			h.entries = append(h.entries, Entry{ID: h.entries[len(h.entries)-1].ID + 1, Payment: p.ID, Debit: leg.Debit, Credit: leg.Credit, Amount: leg.Amount})
		}, "differ from its legs"},
		{"it settled twice", func(_ *held, p *Payment) { p.Past = append(p.Past, Step{State: StateSettled}) }, "has settled 2 times"},
		{"it has left its way alone", func(_ *held, p *Payment) { p.State = StateDiverted }, "taken no other"},
	}
	for _, f := range faults {
		w := newWorld()
		for _, text := range []string{
			"issue ALPHA USD 10.00", "issue FX EUR 9.00", "issue FY EUR 9.00", "way p ALPHA FY USD 10.00 and FY BETA EUR 8.90 confirm BETA",
			"pay p ALPHA FX USD 10.00 and FX BETA EUR 9.00 confirm BETA within 20 diverts", "tick 20", "confirm p by BETA attempt 2",
		} {
			if _, err := w.line(text); err != nil {
				t.Fatal(err)
			}
		}
		h := &held{entries: slices.Clone(w.entries)}
		for id := PaymentID(1); int(id) <= len(w.payments); id++ {
			h.payments = append(h.payments, w.payments[id])
		}
		for id := AccountID(1); int(id) <= len(w.accounts); id++ {
			h.accounts = append(h.accounts, w.accounts[id])
		}
		p := &h.payments[len(h.payments)-1]
		if findings := h.audit(); len(findings) > 0 || p.State != StateSettled || len(p.Attempts) != 1 {
			t.Fatalf("sound books: %v; the payment is %s", findings, p.State)
		}
		if f.do(h, p); !strings.Contains(strings.Join(h.audit(), "\n"), f.finds) {
			t.Errorf("%s: want %q among the findings, which are:\n%s", f.name, f.finds, strings.Join(h.audit(), "\n"))
		}
	}
}
