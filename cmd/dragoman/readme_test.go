package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"dragoman/messages/schema"
)

// fenced is a fenced block of a page: its language and its text.
var fenced = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// What the pages for people tell them to type works, and where a page shows what
// comes of it, that comes of it.
func TestCommandsOfThePages(t *testing.T) {
	t.Chdir("../..")
	for page, least := range map[string]int{"README.md": 12, "messages/README.md": 8} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		checked, now := 0, string(text)
		blocks := fenced.FindAllStringSubmatch(string(text), -1)
		for i, block := range blocks {
			if block[1] != "sh" {
				continue
			}
			out := ""
			for command := range strings.Lines(block[2]) {
				out += typed(t, strings.TrimSpace(command))
				checked++
			}
			if i+1 < len(blocks) && blocks[i+1][1] == "text" && out != blocks[i+1][2] {
				now = strings.Replace(now, block[0]+"\n\n"+blocks[i+1][0], block[0]+"\n\n```text\n"+out+"```", 1)
			}
		}
		t.Logf("%s: %d commands", page, checked)
		if checked < least {
			t.Errorf("%s has %d commands, want at least %d", page, checked, least)
		}
		if now == string(text) {
			continue
		}
		if os.Getenv(updateSessions) == "" {
			t.Errorf("%s shows what does not come (%s=1 writes what does): %s", page, updateSessions, firstDifference(now, string(text)))
		} else if err := os.WriteFile(page, []byte(now), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// The number of message types that the first page gives is the true one.
func TestNumberOfMessageTypes(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf(" %d message\ntypes", len(schema.IDs())); !strings.Contains(string(text), want) {
		t.Errorf("README.md does not say%s", want)
	}
}

// notRun are commands that would build, test or measure everything.
var notRun = []string{"go build ", "go test ", "go run ", ".ci/run"}

// typed runs a command of a page and gives its standard output. A command may
// fail with what it shows; it may not be wrong.
func typed(t *testing.T, command string) string {
	t.Helper()
	for _, prefix := range notRun {
		if strings.HasPrefix(command, prefix) {
			return ""
		}
	}
	words := strings.Fields(command)
	if words[0] == "dragoman" {
		var out, complaints bytes.Buffer
		if code := run(t.Context(), words[1:], streams{strings.NewReader(""), &out, &complaints}); code == exitUsage || complaints.Len() > 0 {
			t.Errorf("%s: exit %d, %s", command, code, complaints.String())
		}
		return out.String()
	}
	if words[0] != "go" {
		t.Errorf("%s: a page may have commands of dragoman and of go", command)
		return ""
	}
	if testing.Short() {
		return ""
	}
	c := exec.CommandContext(t.Context(), words[0], words[1:]...)
	c.Env = append(os.Environ(), "GOBIN="+t.TempDir())
	out, err := c.Output()
	if err != nil {
		t.Errorf("%s: %v", command, err)
	}
	return string(out)
}
