package naive

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Histories of so many events show most of what can happen, and one that fails is
// quickly cut down.
const historySize = 80

// TestKernelDoesWhatTheModelDoes plays random histories to the kernel and to the
// model. DRAGOMAN_EVENTS says how many events, DRAGOMAN_SEED where to begin.
func TestKernelDoesWhatTheModelDoes(t *testing.T) {
	events, first := 50_000, uint64(1)
	if testing.Short() {
		events = 10_000
	}
	if text := os.Getenv("DRAGOMAN_EVENTS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		events = n
	}
	if text := os.Getenv("DRAGOMAN_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		first = n
	}
	seen := newCoverage()
	// What is rare is waited for, so that no verdict depends on luck; not in a short run.
	all := !testing.Short()
	for seed := first; seen.events < events || all && len(seen.missing()) > 0 && seen.events < events+500_000; seed++ {
		w := makeWorld(seed, historySize)
		seen.histories++
		seen.events += len(w.events)
		for _, e := range w.events {
			seen.happened[e.what]++
		}
		if err := play(w, w.events, seen); err != nil {
			t.Fatalf("seed %d: %s", seed, smallest(w, err))
		}
	}
	t.Log(seen)
	if missing := seen.missing(); all && len(missing) > 0 {
		t.Errorf("never came: %s", strings.Join(missing, ", "))
	}
	if seen.events < events {
		t.Errorf("%d events, %d were wanted", seen.events, events)
	}
}

// smallest cuts a history that fails down to one of which no event can be left out.
func smallest(w *world, why error) string {
	events := w.events
	for cut := len(events) / 2; cut > 0; {
		smaller := false
		for at := 0; at+cut <= len(events); {
			rest := append(append([]event(nil), events[:at]...), events[at+cut:]...)
			if err := play(w, rest, newCoverage()); err != nil {
				events, why, smaller = rest, err, true
				continue
			}
			at += cut
		}
		if cut > 1 || !smaller {
			cut /= 2
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%v\n%d banks, %d currencies", why, w.banks, len(w.currencies))
	for i, e := range events {
		fmt.Fprintf(&b, "\n%3d %v", i+1, e)
	}
	return b.String()
}
