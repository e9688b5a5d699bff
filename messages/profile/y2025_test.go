package profile_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dragoman/messages"
)

// changedIn2026 is why samples of 2025 are refused by the rules of 2026. The
// maximal samples of both years are made alike and hold whatever may be sent, so
// that what those of 2026 lack alone was taken away; likewise what the minimal
// samples of 2026 have alone was made mandatory. TestRelease2025 checks just that.
var changedIn2026 = map[string]string{
	"cbpr.unused.agent BrnchId":      "the branch of the creditor agent and of the charges account agent was taken away, in all messages that had it",
	"cbpr.unused.agent Othr":         "the other identification of the charges account agent was taken away",
	"cbpr.unused.agent AdrTp":        "the address type of the charges account agent was taken away",
	"cbpr.unused.location PstlAdr":   "the postal address for remittance advice was taken away, in all messages that had it",
	"cbpr.unused.return MndtRltdInf": "the mandate of the original transaction was taken away",
	"cbpr.required.return RtrId":     "the return's own identification was made mandatory",
}

var position = regexp.MustCompile(`\[\d+\]`)

// elements are the paths of a document, without positions.
func elements(m *messages.Message) map[string]bool {
	paths := map[string]bool{}
	for n := range m.Document().Root.Walk() {
		paths[position.ReplaceAllString(n.Path(), "")] = true
	}
	return paths
}

// TestRelease2025: the samples of 2025 are refused for changes of 2026 and for
// nothing else. testdata/y2025.txt pins each refusal.
func TestRelease2025(t *testing.T) {
	var found strings.Builder
	found.WriteString("# The samples of 2025 that cbpr2026 refuses; y2025_test.go says why\n")
	explained := map[string]bool{}
	for _, file := range files(t, "examples/y2025/*.xml", 20) {
		m, name := readFile(t, file), filepath.Base(file)
		of2025 := elements(m)
		of2026 := elements(readFile(t, filepath.Join(filepath.Dir(file), "..", "y2026", name)))
		var gone []string
		for _, fault := range named(t, "cbpr2026").Check(m) {
			found.WriteString(name + " " + fault.Rule + " " + fault.Path + "\n")
			path := position.ReplaceAllString(fault.Path, "")
			change := fault.Rule + " " + path[strings.LastIndexByte(path, '/')+1:]
			explained[change] = true
			if changedIn2026[change] == "" {
				t.Errorf("%s: no change of 2026 explains %s at %s: %s", name, fault.Rule, fault.Path, fault.Text)
			}
			if of2025[path] == of2026[path] {
				t.Errorf("%s: %s at %s, and the samples of the two years do not differ there", name, fault.Rule, path)
			}
			gone = append(gone, path)
		}
		if strings.Contains(name, ".max.") {
			sameBut(t, name, of2025, of2026, gone)
		}
	}
	for change := range changedIn2026 {
		if !explained[change] {
			t.Errorf("no sample is refused for %s", change)
		}
	}
	compareWithFile(t, filepath.Join("testdata", "y2025.txt"), found.String())
}

// sameBut compares the elements of the two years but for what is gone and what
// stood in it.
func sameBut(t *testing.T, name string, of2025, of2026 map[string]bool, gone []string) {
	t.Helper()
	for path := range of2025 {
		refused := false
		for _, place := range gone {
			refused = refused || path == place || strings.HasPrefix(path, place+"/")
		}
		if refused == of2026[path] {
			t.Errorf("%s: %s is refused: %v; the sample of 2026 has it: %v", name, path, refused, of2026[path])
		}
	}
	for path := range of2026 {
		if !of2025[path] {
			t.Errorf("%s: %s is in the sample of 2026 only", name, path)
		}
	}
	t.Logf("%s: %d elements in 2025, %d in 2026", name, len(of2025), len(of2026))
}
