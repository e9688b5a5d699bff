package profile_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dragoman/messages"
	"dragoman/messages/profile"
)

// FuzzExamine looks for messages, broken by all means, on which a rule panics,
// points outside the message or answers otherwise the second time.
func FuzzExamine(f *testing.F) {
	samples, err := filepath.Glob("testdata/samples/*.xml")
	if err != nil || len(samples) == 0 {
		f.Fatal("no samples", err)
	}
	for _, file := range samples {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := messages.Read(raw, messages.Options{})
		for _, name := range profile.Names() {
			p := named(t, name)
			verdict := p.Examine(m)
			if !slices.Equal(verdict.Refusals, p.Check(m)) {
				t.Errorf("%s: Examine and Check differ", name)
			}
			for _, fault := range both(verdict) {
				if fault.Offset < 0 || fault.Offset >= len(raw) || fault.Line < 1 || fault.Column < 1 || fault.Path == "" {
					t.Errorf("%s: %+v lies nowhere", name, fault)
				}
			}
		}
	})
}
