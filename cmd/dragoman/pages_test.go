package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pageShell types what a page tells people to type, in a folder of its own.
type pageShell struct {
	t       *testing.T
	server  *served
	request string // the number of the last request, for the one in the page
	typed   int
}

// TestGatewayOfThePages: the commands with which the pages run a gateway work, in
// order, against a real one.
func TestGatewayOfThePages(t *testing.T) {
	if testing.Short() {
		t.Skip("starts serving processes")
	}
	for page, least := range map[string]int{"README.md": 18, "docs/operations.md": 15} {
		t.Run(page, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", "..", page))
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			shell := &pageShell{t: t}
			for _, block := range fenced.FindAllStringSubmatch(string(text), -1) {
				if block[1] != "bash" {
					continue
				}
				for line := range strings.Lines(block[2]) {
					shell.enter(strings.TrimSpace(line))
				}
			}
			if shell.server != nil {
				t.Error("the page leaves its gateway running")
				shell.server.kill()
			}
			t.Logf("%d commands", shell.typed)
			if shell.typed < least {
				t.Errorf("%d commands, want at least %d", shell.typed, least)
			}
		})
	}
}

func (s *pageShell) enter(line string) {
	s.t.Helper()
	s.typed++
	words := split(line)
	switch {
	case words[0] == "cd":
		s.t.Chdir(words[1])
	case line == "dragoman serve &":
		server, err := startServing(s.t.Context(), ".", os.Stderr)
		if err != nil {
			s.t.Fatal(err)
		}
		s.server = server
	case line == "kill %1":
		if err := s.server.stop(); err != nil {
			s.t.Errorf("the gateway ended with %v", err)
		}
		s.server = nil
	case words[0] == "dragoman":
		s.run(line, words[1:])
	default:
		s.t.Errorf("%s: nothing but dragoman, cd and kill is known here", line)
	}
}

func (s *pageShell) run(line string, words []string) {
	s.t.Helper()
	var help, out, complaints bytes.Buffer
	run(s.t.Context(), []string{words[0], "--help"}, streams{strings.NewReader(""), &help, &help})
	if strings.Contains(help.String(), "--server URL") && s.server != nil {
		words = append(words, "--server", s.server.url)
	}
	if i := slices.Index(words, "REQUEST"); i >= 0 {
		words[i] = s.request
	}
	if i := slices.Index(words, "UETR"); i >= 0 {
		raw, err := os.ReadFile("payment.xml")
		if err != nil {
			s.t.Fatal(err)
		}
		words[i] = uetrOf(raw)
	}
	code := run(s.t.Context(), words, streams{strings.NewReader(""), &out, &complaints})
	if code != exitOK {
		s.t.Fatalf("%s: exit %d\n%s%s", line, code, out.String(), complaints.String())
	}
	if m := askedAs.FindStringSubmatch(out.String()); m != nil {
		s.request = m[1]
	}
}
