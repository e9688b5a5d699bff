package simulation

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// How many runs may pass before a fault must have been found: fewer payments, kills and
// cuts together than the project's gate plays every time.
const (
	playSeeds  = 20
	proofSeeds = 3
)

// short are the faults that the project's gate looks for in every run: three of the kernel,
// which is compiled in seconds, one of the letters that are to go out and one of the decisions.
func short() []string {
	return []string{"approved-twice", "both-ways", "letter-dropped", "limits-end-with-day", "net-twice"}
}

// TestPlantedFaults: a fault that somebody builds into the program is found. Each is
// compiled into a program of its own. All of them take an hour: DRAGOMAN_PLANTED=all, or
// the names of some with commas between, or short.
func TestPlantedFaults(t *testing.T) {
	wanted := os.Getenv("DRAGOMAN_PLANTED")
	if wanted == "" {
		t.Skip("DRAGOMAN_PLANTED is not set: all, short, or the names of files in testdata/planted")
	}
	files, err := filepath.Glob("testdata/planted/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Split(wanted, ",")
	if wanted == "short" {
		names = short()
	}
	if wanted == "all" || slices.Contains(names, "none") {
		t.Run("without a fault", nothingFound)
	}
	sought, found := 0, 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if wanted != "all" && !slices.Contains(names, name) {
			continue
		}
		sought++
		t.Run(name, func(t *testing.T) {
			f := plant(t, file)
			program := compile(t, f.by, f.changed)
			for seed := range f.by.seeds() {
				begun := time.Now()
				if output, violated := f.by.look(t, program, seed+1); violated {
					found++
					t.Logf("%s found %s with seed %d, after %s%.0f s:\n%s", f.by, name, seed+1, played(output), time.Since(begun).Seconds(), telling(output))
					return
				}
			}
			t.Errorf("%s: nobody noticed in %d runs", f.by, f.by.seeds())
		})
	}
	if t.Logf("%d of %d planted faults found", found, sought); wanted != "all" && sought < len(slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "none" })) {
		t.Errorf("%v: some of these are no files in testdata/planted", names)
	}
	const atLeast = 30
	if wanted == "all" && found < atLeast {
		t.Errorf("%d planted faults were found, want %d", found, atLeast)
	}
}

// nothingFound: what is found in a program without a fault would say nothing of one with a
// fault.
func nothingFound(t *testing.T) {
	program := compile(t, looking{}, nil)
	for _, by := range looks() {
		if by.test != "" {
			program = compile(t, by, nil)
		}
		for seed := range by.seeds() {
			begun := time.Now()
			output, violated := by.look(t, program, seed+1)
			if violated {
				t.Errorf("%s, seed %d:\n%s", by, seed+1, last(output, 12))
			}
			t.Logf("%s: nothing with seed %d, after %s%.0f s", by, seed+1, played(output), time.Since(begun).Seconds())
		}
	}
}

// looking is what looks for a fault, as the first line of its file names it, always
// with less than what the project's gate plays in every run: "histories" are the random
// ones of the kernel.
type looking struct {
	name string
	args []string // of the program; its seed comes behind
	test string   // the package whose tests are the program, of which each run is the same
}

func looks() []looking {
	return []looking{
		{name: "simulate", args: []string{"simulate", "--payments", "4000", "--shrink=false", "--seed"}},
		{name: "prove crash", args: []string{"prove", "crash", "--payments", "1500", "--kills", "8", "--seed"}},
		{name: "prove power", args: []string{"prove", "power", "--payments", "700", "--cuts", "6", "--errors", "1", "--seed"}},
		{name: "prove cluster", args: []string{"prove", "cluster", "--strikes", "8", "--seed"}},
		{name: "histories", args: []string{"-test.run", "^(TestRandomHistories|TestOneAttemptCommits)$"}, test: "settlement"},
	}
}

func (l looking) String() string { return l.name }

// seeds are how many runs it has.
func (l looking) seeds() int {
	switch {
	case l.test != "":
		return 1
	case l.name == "simulate":
		return playSeeds
	}
	return proofSeeds
}

// planted is a fault as its file describes it.
type planted struct {
	by      looking
	changed map[string]string // source files, and what is compiled in their place
}

// TestPlantedFaultsFit: every fault can still be planted where it was.
func TestPlantedFaultsFit(t *testing.T) {
	files, err := filepath.Glob("testdata/planted/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		plant(t, file)
	}
}

// compile builds the program with other files in the place of some.
func compile(t *testing.T, l looking, changed map[string]string) (program string) {
	t.Helper()
	overlay, err := json.Marshal(map[string]any{"Replace": changed})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	list := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(folder, "dragoman")
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", list, "-o", program, "./cmd/dragoman")
	if l.test != "" {
		build = exec.CommandContext(t.Context(), "go", "test", "-c", "-overlay", list, "-o", program, "./"+l.test)
	}
	build.Dir = root(t)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return program
}

func root(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// plant makes the changed source files of a fault: a copy for each.
func plant(t *testing.T, file string) planted {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	f := planted{by: looks()[0], changed: map[string]string{}}
	for _, l := range looks() {
		if l.name == first {
			f.by = l
		}
	}
	parts := strings.Split(string(text), "\n-- ")
	if len(parts) < 3 || len(parts)%2 == 0 {
		t.Fatalf("%s: a description, then pairs of '-- FILE' and '-- becomes'", file)
	}
	folder := t.TempDir()
	for pair := range slices.Chunk(parts[1:], 2) {
		path, before, _ := strings.Cut(pair[0], "\n")
		_, after, _ := strings.Cut(pair[1], "\n")
		source := filepath.Join(root(t), path)
		content, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		before, after = strings.TrimRight(before, "\n"), strings.TrimRight(after, "\n")
		if strings.Count(string(content), before) != 1 {
			t.Fatalf("%s: the text to be changed stands in %s %d times", file, path, strings.Count(string(content), before))
		}
		copied := filepath.Join(folder, strings.ReplaceAll(path, "/", "-"))
		if err := os.WriteFile(copied, []byte(strings.Replace(string(content), before, after, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		f.changed[source] = copied
	}
	return f
}

// look runs what looks for faults; it says whether something was violated.
func (l looking) look(t *testing.T, program string, seed int) (string, bool) {
	t.Helper()
	run := exec.CommandContext(t.Context(), program, l.args...)
	if run.Dir = filepath.Join(root(t), l.test); l.test == "" {
		run.Args = append(run.Args, strconv.Itoa(seed))
	}
	output, err := run.CombinedOutput()
	var exit *exec.ExitError
	return string(output), errors.As(err, &exit) && (exit.ExitCode() == 1 || strings.Contains(string(output), "broken invariant"))
}

// played is how many payments a run took, if it says that.
func played(output string) string {
	for line := range strings.Lines(output) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "payments" {
			return strings.TrimSuffix(fields[1], ":") + " payments and "
		}
	}
	return ""
}

// telling are the lines that say what was found.
func telling(output string) string {
	var all []string
	for line := range strings.SplitSeq(strings.ReplaceAll(output, "\r", "\n"), "\n") {
		for _, word := range []string{"VIOLATED", "VIOLATION", "broken invariant", "panic:", "lost", "twice"} {
			if at := strings.Index(line, word); at >= 0 && len(all) < 5 {
				all = append(all, line[at:min(len(line), at+300)]) // what is before it is progress
				break
			}
		}
	}
	if len(all) == 0 {
		return last(output, 12)
	}
	return strings.Join(all, "\n")
}

func last(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
