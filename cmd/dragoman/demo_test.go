package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestDemo runs the demonstration as people do, killed process included: its
// exit code says that every answer was as it must be and the audit is clean.
func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("the demonstration runs the whole program")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "demo", "--payments", "80").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"was killed", "RJCT DUPL", "RJCT DS0H", "RJCT AG11", "RJCT CNOR", "camt.029 CNCL", "export.zip", "the audit is clean", "the same digest",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the demonstration does not show %q:\n%s", want, out)
		}
	}
}
