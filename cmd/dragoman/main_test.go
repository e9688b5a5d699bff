package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dragoman/messages"
)

// called runs the program and gives its exit code and outputs.
func called(t *testing.T, input string, args ...string) (code int, out, complaints string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, streams{strings.NewReader(input), &stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

// However a person asks for help, it is the same help, within 80 columns.
func TestHelpHowever(t *testing.T) {
	for _, ways := range [][][]string{
		{{"help"}, {"--help"}, {"-h"}, {"-help"}},
		{{"help", "validate"}, {"validate", "--help"}, {"validate", "-h"}, {"validate", "x.xml", "-help"}, {"--help", "validate"}},
		{{"help", "show"}, {"show", "--help"}},
		{{"help", "convert"}, {"convert", "--help"}},
		{{"help", "schema"}, {"schema", "--help"}},
	} {
		_, want, _ := called(t, "", ways[0]...)
		for _, args := range ways {
			if code, out, complaints := called(t, "", args...); code != exitOK || out != want || complaints != "" || want == "" {
				t.Errorf("%v: exit %d, %q, %q", args, code, out, complaints)
			}
		}
		for line := range strings.Lines(want) {
			if len(line) > 1+helpWidth+4 { // the summaries of the overview are a little longer
				t.Errorf("%v: a line of %d characters: %s", ways[0], len(line), line)
			}
		}
	}
}

// A line of validate --json has exactly the members that are promised, in that
// order.
func TestJSONLine(t *testing.T) {
	code, out, _ := called(t, `<a>&"`, "validate", "--json", "-")
	if code != exitInvalid || strings.Count(out, "\n") != 1 {
		t.Fatalf("exit %d, %q", code, out)
	}
	d := json.NewDecoder(strings.NewReader(out))
	var names []string
	depth := 0
	for d.More() || depth > 0 {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case json.Delim:
			if token == '{' || token == '[' {
				depth++
			} else {
				depth--
			}
		case string:
			names = append(names, token)
		}
	}
	want := []string{"file", "-", "message", "", "verdict", "invalid", "errors", "rule", "xml.reference", "path", "/a", "line", "column", "reason", "FF01", "text"}
	if len(names) < len(want) || names[8] != "envelope.unknown-root" {
		t.Fatalf("the strings of %s are %q", out, names)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(out), &line); err != nil || len(line) != 4 {
		t.Fatalf("%v, %v", line, err)
	}
	for _, fault := range line["errors"].([]any) {
		fault := fault.(map[string]any)
		kinds := map[string]string{}
		for name, value := range fault {
			kinds[name] = reflect.TypeOf(value).String()
		}
		if !reflect.DeepEqual(kinds, map[string]string{"rule": "string", "path": "string", "line": "float64", "column": "float64", "reason": "string", "text": "string"}) {
			t.Errorf("a fault has the members %v", kinds)
		}
	}
	if strings.Contains(out, `\u003c`) {
		t.Errorf("markup is not readable: %s", out)
	}
}

// A folder's files come in order, links to folders are followed when named, and
// a file that cannot be read does not hide the others.
func TestFolders(t *testing.T) {
	receipt, err := os.ReadFile(filepath.Join("testdata", "receipt.xml"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	t.Chdir(folder)
	for _, name := range []string{"in/b.xml", "in/a/z.xml", "in/a/y.XML", "in/c.txt", "in/d.xml"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, receipt, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("in", "link"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("in/e.xml", 0o700); err != nil { // a folder all the same
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", "in/f.xml"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"in", "link", "./in", folder + "/in"} {
		code, out, complaints := called(t, "", "validate", "--json", path)
		var files []string
		for line := range strings.Lines(out) {
			var v verdict
			if err := json.Unmarshal([]byte(line), &v); err != nil {
				t.Fatal(err)
			}
			files = append(files, v.File)
		}
		var want []string
		for _, name := range []string{"a/y.XML", "a/z.xml", "b.xml", "d.xml"} {
			want = append(want, filepath.Join(path, name))
		}
		if !reflect.DeepEqual(files, want) || code != exitUsage || !strings.Contains(complaints, "cannot read "+filepath.Join(path, "f.xml")) {
			t.Errorf("%s: exit %d, %v, %q", path, code, files, complaints)
		}
	}
	if err := os.Mkdir("empty", 0o700); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := called(t, "", "validate", "empty"); code != exitOK || out != "no *.xml files found\n" {
		t.Errorf("exit %d, %q", code, out)
	}
}

// What is converted and converted back says the same.
func TestConvertThereAndBack(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	folder, count := t.TempDir(), 0
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		before := messages.Read(raw, messages.Options{})
		if !before.Valid() {
			continue
		}
		count++
		there, back := filepath.Join(folder, "there.json"), filepath.Join(folder, "back.xml")
		for _, args := range [][]string{{"convert", "-o", there, path}, {"convert", there, "-o", back}} {
			if code, out, complaints := called(t, "", args...); code != exitOK || out != "" || complaints != "" {
				t.Fatalf("%v: exit %d, %q, %q", args, code, out, complaints)
			}
		}
		if raw, err = os.ReadFile(back); err != nil {
			t.Fatal(err)
		}
		after := messages.Read(raw, messages.Options{})
		if !after.Valid() || messages.Digest(before.Header().Root) != messages.Digest(after.Header().Root) || messages.Digest(before.Document().Root) != messages.Digest(after.Document().Root) {
			t.Errorf("%s says something else: %s", path, raw)
		}
	}
	if count < 10 {
		t.Errorf("%d messages converted, want at least 10", count)
	}
}

// A message with more faults than the reader reports says so.
func TestManyFaults(t *testing.T) {
	text := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.025.001.05">` + strings.Repeat("<x/>", 200) + `</Document>`
	if code, out, _ := called(t, text, "validate", "-"); code != exitInvalid || !strings.HasSuffix(out, "  reading stopped here: there may be more faults\n") {
		t.Errorf("exit %d, %s", code, out)
	}
}

// Values are shown on one line and cannot steer the terminal.
func TestShowIsPlainText(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "receipt.xml"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(raw), "Settled &amp; booked", "a\n\tb \u0085\u009b2J\u202eé", 1)
	for _, args := range [][]string{{"show", "-"}, {"show", "--all", "-"}} {
		code, out, _ := called(t, text, args...)
		if code != exitOK || !strings.Contains(out, " a b \ufffd2J\ufffdé\n") {
			t.Errorf("%v: exit %d, %q", args, code, out)
		}
	}
}

// An interrupt ends a walk; a full disk is no success.
func TestInterruptedAndUnwritable(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out, complaints bytes.Buffer
	if code := run(ctx, []string{"validate", "testdata"}, streams{strings.NewReader(""), &out, &complaints}); code != exitUsage || complaints.String() != "dragoman: interrupted\n" {
		t.Errorf("exit %d, %q", code, complaints.String())
	}
	for _, args := range [][]string{
		{"validate", "testdata/receipt.xml"}, {"validate", "--json", "testdata/receipt.xml"}, {"show", "testdata/receipt.xml"},
		{"show", "testdata/invalid.xml"}, {"convert", "testdata/receipt.xml"}, {"schema"},
	} {
		complaints.Reset()
		if code := run(t.Context(), args, streams{strings.NewReader(""), fullDisk{}, &complaints}); code != exitUsage || !strings.Contains(complaints.String(), errFull.Error()) {
			t.Errorf("%v: exit %d, %q", args, code, complaints.String())
		}
	}
	complaints.Reset()
	if code := run(t.Context(), []string{"show", "-"}, streams{brokenInput{}, &out, &complaints}); code != exitUsage || !strings.Contains(complaints.String(), "cannot read -: broken") {
		t.Errorf("exit %d, %q", code, complaints.String())
	}
}

var errFull = errors.New("no space left on the disk")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

type brokenInput struct{}

func (brokenInput) Read([]byte) (int, error) { return 0, errors.New("broken") }

// Whatever the message, no command panics, and their verdicts agree.
func TestCommandsOnBrokenMessages(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole := len(bytes.TrimSpace(raw))
		for end := 0; end < whole; end += 1 + whole/40 {
			text := string(raw[:end])
			valid, _, _ := called(t, text, "validate", "--profile", "cbpr2026", "-")
			shown, _, _ := called(t, text, "show", "-")
			all, _, _ := called(t, text, "show", "--all", "-")
			converted, _, _ := called(t, text, "convert", "-")
			if valid != exitInvalid || shown != exitInvalid || all != exitInvalid || converted != exitInvalid {
				t.Errorf("%s broken off after %d bytes: exit %d, %d, %d, %d", path, end, valid, shown, all, converted)
			}
			tried++
		}
	}
	if tried < 400 {
		t.Errorf("%d messages tried, want at least 400", tried)
	}
}

// A word that a command does not take is never passed over in silence.
func TestWordsThatAreNoOptions(t *testing.T) {
	for _, name := range []string{"demo", "draft", "inbox", "payments", "accounts", "queue", "calendar", "approvals", "decisions", "export", "checkpoint", "audit", "replay", "backup", "bench", "version"} {
		code, out, complaints := called(t, "", name, "elephant")
		if code != exitUsage || out != "" || !strings.Contains(complaints, `elephant`) {
			t.Errorf("%s elephant: exit %d, %q, %q", name, code, out, complaints)
		}
	}
}
