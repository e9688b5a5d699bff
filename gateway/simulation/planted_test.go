package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// seeds are how many runs may pass before a fault must have been found.
const seeds = 3

// TestPlantedFaults: a fault that somebody builds into the program is found. Each is
// compiled into a program of its own. It takes minutes: DRAGOMAN_PLANTED=all, or the
// name of one.
func TestPlantedFaults(t *testing.T) {
	wanted := os.Getenv("DRAGOMAN_PLANTED")
	if wanted == "" {
		t.Skip("DRAGOMAN_PLANTED is not set: all, or the name of a file in testdata/planted")
	}
	files, err := filepath.Glob("testdata/planted/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	// What is found in a program without a fault says nothing of one with a fault.
	t.Run("without a fault", func(t *testing.T) {
		if wanted != "all" {
			t.Skip("only before all")
		}
		program := compile(t, nil)
		for _, prove := range []bool{false, true} {
			for seed := range seeds {
				if output, violated := look(t.Context(), program, prove, seed+1); violated {
					t.Fatalf("seed %d:\n%s", seed+1, last(output, 12))
				}
			}
		}
	})
	found := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if wanted != "all" && wanted != name {
			continue
		}
		t.Run(name, func(t *testing.T) {
			program, prove := plant(t, file)
			for seed := range seeds {
				if output, violated := look(t.Context(), program, prove, seed+1); violated {
					found++
					t.Logf("found with seed %d:\n%s", seed+1, telling(output))
					return
				}
			}
			t.Error("nobody noticed")
		})
	}
	const atLeast = 12
	if t.Logf("%d planted faults found", found); wanted == "all" && found < atLeast {
		t.Errorf("%d planted faults were found, want %d", found, atLeast)
	}
}

// TestPlantedFaultsFit: every fault can still be planted where it was.
func TestPlantedFaultsFit(t *testing.T) {
	files, err := filepath.Glob("testdata/planted/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		change(t, file)
	}
}

// plant builds the program with a fault in it.
func plant(t *testing.T, file string) (program string, prove bool) {
	t.Helper()
	changed, prove := change(t, file)
	return compile(t, changed), prove
}

// compile builds the program with other files in the place of some.
func compile(t *testing.T, changed map[string]string) (program string) {
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

// change makes the changed source files of a fault: a copy for each.
func change(t *testing.T, file string) (changed map[string]string, prove bool) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "\n-- ")
	if len(parts) < 3 || len(parts)%2 == 0 {
		t.Fatalf("%s: a description, then pairs of '-- FILE' and '-- becomes'", file)
	}
	folder := t.TempDir()
	changed = map[string]string{}
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
		changed[source] = copied
	}
	return changed, strings.HasPrefix(string(text), "prove\n")
}

// look runs what looks for faults; it says whether something was violated.
func look(ctx context.Context, program string, prove bool, seed int) (string, bool) {
	args := []string{"simulate", "--payments", "4000", "--shrink=false"}
	if prove {
		args = []string{"prove", "crash", "--payments", "1500", "--kills", "8"}
	}
	args = append(args, "--seed", string(rune('0'+seed)))
	output, err := exec.CommandContext(ctx, program, args...).CombinedOutput()
	var exit *exec.ExitError
	return string(output), errors.As(err, &exit) && (exit.ExitCode() == 1 || strings.Contains(string(output), "broken invariant"))
}

// telling are the lines that say what was found.
func telling(output string) string {
	var all []string
	for line := range strings.SplitSeq(strings.ReplaceAll(output, "\r", "\n"), "\n") {
		for _, word := range []string{"VIOLATED", "broken invariant", "panic:", "lost", "twice"} {
			if strings.Contains(line, word) && len(all) < 5 {
				all = append(all, line[:min(len(line), 300)])
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
