package simulation

import (
	"os"
	"strconv"
	"testing"
)

func TestRun(t *testing.T) {
	payments := 3000
	seed := uint64(1)
	if v := os.Getenv("DRAGOMAN_SEED"); v != "" {
		seed, _ = strconv.ParseUint(v, 10, 64)
	}
	if v := os.Getenv("DRAGOMAN_PAYMENTS"); v != "" {
		payments, _ = strconv.Atoi(v)
	}
	s := Settings{Seed: seed, Payments: payments, Folder: t.TempDir()}
	r, err := Run(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Violations) > 0 {
		s.Folder = t.TempDir()
		if err := Explain(t.Context(), s, &r); err != nil {
			t.Error(err)
		}
	}
	for i, l := range r.History {
		if i > len(r.History)-60 {
			t.Log(l)
		}
	}
	r.History = nil
	t.Logf("%+v", r)
	for _, v := range r.Violations {
		t.Errorf("%s: %s", v.Subject, v.Text)
	}
}
