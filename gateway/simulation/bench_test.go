package simulation

import "testing"

// BenchmarkSimulation plays b.N payments: what a run costs for each.
func BenchmarkSimulation(b *testing.B) {
	b.ReportAllocs()
	r, err := Run(b.Context(), Settings{Seed: 1, Payments: b.N, Folder: b.TempDir()})
	if err != nil || len(r.Violations) > 0 {
		b.Fatal(err, r.Violations)
	}
}
