package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
		"was killed", "RJCT DUPL", "RJCT DS0H", "RJCT AG11", "RJCT CNOR", "camt.029 CNCL", "pacs.004 AC04", "camt.029 RJCR CUST", "it waits for 0.01", "1232.80 THB arrive", "PDNG, RJCT TM01", "it closes with", "export.zip", "the audit is clean", "the same digest",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the demonstration does not show %q:\n%s", want, out)
		}
	}
	shownInFront(t, string(out))
}

// varies is what differs from run to run: folders, digests, UETRs, numbers, and how wide
// they are.
var varies = regexp.MustCompile(`/\S*/|[0-9a-f]{64}|[0-9a-f-]{36}|\d+|\s+`)

// shownInFront wants every line of the excerpt in front of the first page to come
// in the demonstration, but for what differs from run to run.
func shownInFront(t *testing.T, out string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	plain := func(line string) string { return varies.ReplaceAllString(strings.TrimSpace(line), "*") }
	came, shown := map[string]bool{"…": true, "": true}, 0
	for line := range strings.Lines(out) {
		came[plain(line)] = true
	}
	for _, block := range fenced.FindAllStringSubmatch(string(page), -1) {
		if block[1] != "text" || !strings.HasPrefix(block[2], "» ") {
			continue
		}
		for line := range strings.Lines(block[2]) {
			shown++
			if !came[plain(line)] {
				t.Errorf("README.md shows what the demonstration does not: %s", line)
			}
		}
	}
	if shown < 20 {
		t.Errorf("README.md shows %d lines of the demonstration, want at least 20", shown)
	}
}
