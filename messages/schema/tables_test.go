package schema_test

import (
	"fmt"
	"os"
	"testing"

	"dragoman/messages/schema"
)

// TestTables checks how much the tables hold and take.
func TestTables(t *testing.T) {
	const mostBytes = 12 << 20
	info, err := os.Stat("tables.bin")
	if err != nil {
		t.Fatal(err)
	}
	ids := schema.IDs()
	most, largest := 0, ""
	for i, id := range ids {
		if i > 0 && ids[i-1] >= id {
			t.Errorf("%s comes after %s", id, ids[i-1])
		}
		s := schema.Lookup(id)
		if s == nil || s.ID() != id {
			t.Fatalf("%s is listed and not found", id)
		}
		n := len(particles(s))
		if n > most {
			most, largest = n, id
		}
	}
	t.Logf("%d message types in %d bytes; the largest, %s, has %d particles", len(ids), info.Size(), largest, most)
	if len(ids) < 666 || info.Size() > mostBytes {
		t.Errorf("%d message types in %d bytes, wanted 666 in %d", len(ids), info.Size(), mostBytes)
	}
	// A span names its particle in 13 bits.
	if most >= 1<<13 {
		t.Errorf("%s has %d particles, wanted fewer than %d", largest, most, 1<<13)
	}
}

// TestAssumptions checks what the reader takes for granted of all schemas.
func TestAssumptions(t *testing.T) {
	for _, id := range schema.IDs() {
		for _, p := range particles(schema.Lookup(id)) {
			if p.Any {
				continue
			}
			names := map[string]bool{}
			for i := range p.Type.Slots {
				slot := &p.Type.Slots[i]
				optional := false
				for k := range slot.Alternatives {
					a := &slot.Alternatives[k]
					// One name stands at one place: no element needs looking ahead.
					if names[a.Name] {
						t.Errorf("%s: %s has %s at two places", id, p.Type.Name, a.Name)
					}
					names[a.Name] = true
					optional = optional || a.Min == 0
					if a.Max < 1 || a.Min > a.Max || a.Min < 0 {
						t.Errorf("%s: %s occurs %d to %d times", id, a.Name, a.Min, a.Max)
					}
				}
				if optional != slot.Optional || len(slot.Alternatives) == 0 {
					t.Errorf("%s: slot %d of %s", id, i, p.Type.Name)
				}
			}
		}
	}
	for k := schema.Complex; k <= schema.Base64; k++ {
		if fmt.Sprint(k) == "" {
			t.Errorf("kind %d has no name", int(k))
		}
	}
}
