package gateway

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"dragoman/messages"
	"dragoman/settlement"
)

// TestContinue asks how the second day of testdata/continue.txt goes on. An answer is
// how many payments are open and expected, how many settle and how much, the mean wait
// of all, the liquidity used, and how many settle only then or no longer.
func TestContinue(t *testing.T) {
	s := newStage(t)
	s.play(filepath.Join("testdata", "continue.txt"))
	cny := messages.MustCurrency("CNY")
	of := func(bank string, amount int64) []SupposedAmount {
		return []SupposedAmount{{Bank: s.bics[bank], Currency: cny, Amount: amount}}
	}
	monday := firstMoment.Truncate(24 * time.Hour)
	at := func(clock time.Duration) settlement.Moment {
		return settlement.Moment(monday.Add(24*time.Hour + clock).UnixNano())
	}
	before, err := os.ReadFile(BooksPath(s.folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		point Point
		s     Supposition
		o     Outlook
		want  string
	}{
		{"nothing comes", Point{}, Supposition{}, Outlook{}, "1 open, 0 come: 0 of 1, 0, wait 8h30m0s, liquidity 0, +0 -0; same"},
		{"the money comes", Point{}, Supposition{Balances: of("ALPHA", 1000)}, Outlook{}, "1 open, 0 come: 1 of 1, 9000, wait 0s, liquidity 9000, +1 -0"},
		{"one cent less does not do", Point{}, Supposition{Balances: of("ALPHA", 999)}, Outlook{}, "1 open, 0 come: 0 of 1, 0, wait 8h30m0s, liquidity 0, +0 -0"},
		// With what BETA pays at eleven, a ring of three goes; then ALPHA has nothing left.
		{"as on the day before", Point{}, Supposition{}, Outlook{Expect: monday}, "1 open, 4 come: 3 of 5, 18000, wait 2h48m0s, liquidity 8000, +0 -0; same"},
		{"ALPHA holds more", Point{}, Supposition{Balances: of("ALPHA", 4000)}, Outlook{Expect: monday}, "1 open, 4 come: 4 of 5, 21000, wait 1h18m0s, liquidity 11000, +1 -0"},
		{"and GAMMA does not answer", Point{}, Supposition{Balances: of("ALPHA", 4000), Failed: []messages.BIC{s.bics["GAMMA"]}}, Outlook{Expect: monday}, "1 open, 4 come: 3 of 5, 18000, wait 2h30m0s, liquidity 9000, +0 -0"},
		// At the end of the day its optimisation lets what can go pass.
		{"BETA fails", Point{}, Supposition{Failed: []messages.BIC{s.bics["BETA"]}}, Outlook{Expect: monday}, "1 open, 4 come: 1 of 4, 4000, wait 7h0m0s, liquidity 4000, +0 -2"},
		{"nobody goes together", Point{}, Supposition{Saving: "alone"}, Outlook{Expect: monday, Until: at(17 * time.Hour)}, "1 open, 4 come: 0 of 5, 0, wait 6h0m0s, liquidity 0, +0 -3"},
		{"nobody does, but at the end of the day", Point{}, Supposition{Saving: "alone"}, Outlook{Expect: monday}, "1 open, 4 come: 3 of 5, 18000, wait 7h0m0s, liquidity 8000, +0 -0"},
		{"until noon", Point{}, Supposition{}, Outlook{Expect: monday, Until: at(12*time.Hour - 1)}, "1 open, 2 come: 3 of 3, 18000, wait 50m0s, liquidity 8000, +0 -0; same"},
		// From Monday, half past ten, its own rest comes: BETA's 50.00 and what follows.
		{"from a time that has passed", Point{Time: monday.Add(10*time.Hour + 30*time.Minute)}, Supposition{}, Outlook{Expect: monday}, "0 open, 3 come: 2 of 3, 8000, wait 1h50m0s, liquidity 5000, +0 -0; same"},
		{"with another balance", Point{Time: monday.Add(10*time.Hour + 30*time.Minute)}, Supposition{Balances: of("BETA", -2000)}, Outlook{Expect: monday}, "0 open, 3 come: 1 of 3, 3000, wait 4h10m0s, liquidity 3000, +0 -1"},
	} {
		r, err := Continue(context.Background(), NATSSettings{}, s.folder, t.TempDir(), c.point, c.s, c.o, zap.NewNop(), func(_, _ uint64) {})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := continuedOf(&r); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	for want, c := range map[string]struct {
		point Point
		s     Supposition
		o     Outlook
	}{
		"no wallet":       {s: Supposition{Lines: of("GATEWAY", 1)}},
		"already":         {o: Outlook{Until: at(9 * time.Hour)}},
		"know nothing":    {o: Outlook{Expect: monday.Add(24 * time.Hour)}},
		"is none of them": {point: Point{Group: 1 << 40}},
		"the log begins":  {point: Point{Time: monday}},
	} {
		if _, err := Continue(context.Background(), NATSSettings{}, s.folder, t.TempDir(), c.point, c.s, c.o, zap.NewNop(), func(_, _ uint64) {}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
	after, err := os.ReadFile(BooksPath(s.folder))
	if err != nil || string(before) != string(after) {
		t.Errorf("the books were changed (%v)", err)
	}
}

// continuedOf says in a line what becomes of a day.
func continuedOf(r *Continued) string {
	f := r.Is[0]
	text := fmt.Sprintf("%d open, %d come: %d of %d, %d, wait %s, liquidity %d, +%d -%d", r.Open, r.Expected, f.Settled, f.Count, f.SettledValue, f.MeanWait.Round(time.Minute), f.Liquidity, len(r.Now), len(r.NoLonger))
	if r.AsItIs == r.Otherwise {
		text += "; same"
	}
	return text
}
