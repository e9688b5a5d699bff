package profile_test

import (
	"testing"

	"dragoman/messages"
	"dragoman/messages/profile"
)

// BenchmarkCheck examines a message that keeps all rules, as nearly all do; read
// is the reading of the same message, for comparison.
func BenchmarkCheck(b *testing.B) {
	for _, size := range []struct {
		name string
		raw  []byte
	}{
		{"small", sample(b, "pacs.008")},
		{"batch1000", batchOf(b, 1000)},
	} {
		m := messages.Read(size.raw, messages.Options{})
		b.Run("read/"+size.name, func(b *testing.B) {
			b.SetBytes(int64(len(size.raw)))
			b.ReportAllocs()
			for b.Loop() {
				messages.Read(size.raw, messages.Options{})
			}
		})
		for _, name := range profile.Names() {
			if name == "cbpr2026" && size.name == "batch1000" {
				continue // it has no batches
			}
			p := named(b, name)
			if faults := p.Check(m); len(faults) > 0 {
				b.Fatal(faults[0])
			}
			b.Run(name+"/"+size.name, func(b *testing.B) {
				b.SetBytes(int64(len(size.raw)))
				b.ReportAllocs()
				for b.Loop() {
					p.Check(m)
				}
			})
		}
	}
}
