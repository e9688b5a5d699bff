package simulation

import (
	"maps"
	"testing"
)

// TestSimulation: whatever goes wrong, what was acknowledged has one effect and one
// final answer, and the same seed gives the same run.
func TestSimulation(t *testing.T) {
	payments := 4000
	if testing.Short() {
		payments = 1500
	}
	for seed := range uint64(2) {
		s := Settings{Seed: seed, Payments: payments, Folder: t.TempDir()}
		r, err := Run(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("seed %d: %d payments, %d acknowledged messages, faults %v, states %v, digest %s", seed, r.Payments, r.Acknowledged, r.Faults, r.States, r.Digest)
		for _, v := range r.Violations {
			t.Errorf("seed %d: %s %s", seed, v.Subject, v.Text)
		}
		if seed > 0 {
			continue
		}
		s.Folder = t.TempDir()
		again, err := Run(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if again.Digest != r.Digest || !maps.Equal(again.Faults, r.Faults) {
			t.Errorf("the same seed gave %s and %s", r.Digest, again.Digest)
		}
	}
}

// TestNothingGoesWrong: the control. Without faults no fault is counted and nothing
// is violated.
func TestNothingGoesWrong(t *testing.T) {
	without, err := Parse("none")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), Settings{Seed: 7, Payments: 1000, Without: without, Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Faults) > 0 || len(r.Violations) > 0 || r.Acknowledged != r.Messages {
		t.Errorf("faults %v, violations %v, %d of %d messages acknowledged", r.Faults, r.Violations, r.Acknowledged, r.Messages)
	}
}

func TestParse(t *testing.T) {
	without, err := Parse("net,books.torn")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range All() {
		wanted := f == NetLost || f == NetDoubled || f == NetSlow || f == NetCut || f == BooksTorn
		if without[f] == wanted {
			t.Errorf("%s is left out: %v", f, without[f])
		}
	}
	if _, err := Parse("net,weather"); err == nil {
		t.Error("weather is a fault")
	}
}
