package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestDemo runs the demonstration as people do, killed process included: its
// exit code is that of the audit and of the rebuild.
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
	for _, want := range []string{"was killed", "the audit is clean", "the same digest", "rejected 1 × DUPL", "rejected 1 × CNOR"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the demonstration does not show %q:\n%s", want, out)
		}
	}
	if waiting := regexp.MustCompile(`(?m)^ +\S+ Bank +\d+ +\d+ +1 `).Find(out); waiting == nil {
		t.Errorf("no payment has waited:\n%s", out)
	}
}
