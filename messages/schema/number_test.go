package schema

import "testing"

// TestNumber: numbers have no gaps, the root's is zero, and each names its own
// particle among all types that a message can hold.
func TestNumber(t *testing.T) {
	for _, id := range []string{"pacs.008.001.08", "camt.053.001.12", "head.001.001.02", "admi.002.001.01"} {
		s := Lookup(id)
		if n := s.Root().Number(); n != 0 {
			t.Errorf("%s: the root has number %d", id, n)
		}
		named := map[int]*Particle{0: s.Root()}
		seen := map[*Type]bool{s.Root().Type: true}
		for queue := []*Type{s.Root().Type}; len(queue) > 0; queue = queue[1:] {
			for _, slot := range queue[0].Slots {
				for i := range slot.Alternatives {
					p := &slot.Alternatives[i]
					if other := named[p.Number()]; other != nil {
						t.Errorf("%s: %s and %s both have number %d", id, other.Name, p.Name, p.Number())
					}
					named[p.Number()] = p
					if p.Type != nil && !seen[p.Type] {
						seen[p.Type] = true
						queue = append(queue, p.Type)
					}
				}
			}
		}
		for n := range len(named) {
			if named[n] == nil {
				t.Errorf("%s: no particle has number %d of %d", id, n, len(named))
			}
		}
		t.Logf("%s: %d particles", id, len(named))
	}
}
