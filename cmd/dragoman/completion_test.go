package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// TestCompletion has bash take the script and complete a command and an option.
func TestCompletion(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	for _, c := range []struct {
		words, want string
		at          string
	}{
		{"dragoman valid", "validate", "1"}, {"dragoman send --se", "--server", "2"}, {"dragoman issue --curr", "--currency", "2"}, {"dragoman help repl", "replay", "2"},
	} {
		script := bashCompletion(t.Context()) + "\nCOMP_WORDS=(" + c.words + ")\nCOMP_CWORD=" + c.at + "\n_dragoman\necho \"${COMPREPLY[@]}\"\n"
		out, err := exec.CommandContext(t.Context(), bash, "-c", script).CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != c.want {
			t.Errorf("%s: %q, want %q: %v", c.words, out, c.want, err)
		}
	}
	for _, c := range commands() {
		if len(c.options(t.Context())) == 0 {
			t.Errorf("%s has no options, not even --help", c.name)
		}
		if fish := fishCompletion(t.Context()); !strings.Contains(fish, " -a "+c.name+" ") {
			t.Errorf("fish does not know %s", c.name)
		}
	}
}

func TestVersion(t *testing.T) {
	var out bytes.Buffer
	if code := run(t.Context(), []string{"version", "--json"}, streams{strings.NewReader(""), &out, &out}); code != exitOK {
		t.Fatalf("exit %d: %s", code, out.String())
	}
	var b buildInfo
	if err := json.Unmarshal(out.Bytes(), &b); err != nil || b.Go == "" {
		t.Errorf("%s: %v", out.String(), err)
	}
}
