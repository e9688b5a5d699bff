package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// updateSessions, set in the environment, writes what the program says now into
// the sessions: look at the difference before you commit it.
const updateSessions = "DRAGOMAN_UPDATE_SESSIONS"

// A session is a text of commands and what a person sees:
//
//	$ dragoman validate - <receipt.xml
//	what comes on standard output
//	! what comes on standard error
//	[exit 0]
//
// Lines before the first command, and those that begin with #, are for the
// reader.
func TestSessions(t *testing.T) {
	sessions, err := filepath.Glob(filepath.Join("testdata", "*.session"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("testdata")
	commands := 0
	for _, path := range sessions {
		name := filepath.Base(path)
		t.Run(strings.TrimSuffix(name, ".session"), func(t *testing.T) {
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got, n := replay(t, string(want))
			commands += n
			if got == string(want) {
				return
			}
			if os.Getenv(updateSessions) != "" {
				if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("%s: run with %s=1 and look at the difference; the first one is:\n%s", name, updateSessions, firstDifference(got, string(want)))
		})
	}
	t.Logf("%d commands in %d sessions", commands, len(sessions))
	if commands < 60 {
		t.Errorf("%d commands, want at least 60", commands)
	}
}

// replay runs the commands of a session and gives it as it is now.
func replay(t *testing.T, session string) (now string, commands int) {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(session) {
		command, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "$ dragoman")
		switch {
		case ok:
			commands++
			out.WriteString(line)
			out.WriteString(runLine(t, command))
		case commands == 0 || strings.HasPrefix(line, "#"):
			out.WriteString(line)
		}
	}
	return out.String(), commands
}

// progressLine is how far long work is: it comes when a machine is slow and goes again.
var progressLine = regexp.MustCompile(`\r(\[[= ]+\] +\d+% [^\r\n]*| *)`)

// runLine runs one command line, without the program's name, and gives its
// outputs and its exit code as a session shows them.
func runLine(t *testing.T, line string) string {
	t.Helper()
	line, input, _ := strings.Cut(line, " <")
	var raw []byte
	if input != "" {
		var err error
		if raw, err = os.ReadFile(input); err != nil {
			t.Fatal(err)
		}
	}
	var out, complaints bytes.Buffer
	code := run(context.Background(), strings.Fields(line), streams{bytes.NewReader(raw), &out, &complaints})
	text := out.String()
	if text != "" && !strings.HasSuffix(text, "\n") {
		t.Errorf("dragoman%s: the output does not end its last line", line)
	}
	said := progressLine.ReplaceAllString(complaints.String(), "")
	for complaint := range strings.Lines(said) {
		text += "! " + complaint
	}
	return text + fmt.Sprintf("[exit %d]\n", code)
}

func firstDifference(got, want string) string {
	is, should := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(is), len(should)) {
		a, b := "(the end)", "(the end)"
		if i < len(is) {
			a = is[i]
		}
		if i < len(should) {
			b = should[i]
		}
		if a != b {
			return fmt.Sprintf("line %d is\n%s\nand should be\n%s", i+1, a, b)
		}
	}
	return ""
}
