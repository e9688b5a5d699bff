package schema_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/sample"
)

// recoveryCase is a fragment changed in plain.xml and all faults that follow.
type recoveryCase struct {
	name   string
	edits  [][2]string
	faults []string
}

// recoveryCases reads testdata/recovery.txt, which says how it is written.
func recoveryCases(t *testing.T) []recoveryCase {
	var cases []recoveryCase
	for line := range strings.Lines(string(readFile(t, filepath.Join("testdata", "recovery.txt")))) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		mark, rest, _ := strings.Cut(line, " ")
		rest = strings.ReplaceAll(rest, `\n`, "\n")
		if mark == "==" {
			cases = append(cases, recoveryCase{name: rest})
			continue
		}
		c := &cases[len(cases)-1]
		switch mark {
		case "-":
			c.edits = append(c.edits, [2]string{rest, ""})
		case "+":
			c.edits[len(c.edits)-1][1] = rest
		case "!":
			c.faults = append(c.faults, rest)
		default:
			t.Fatalf("recovery.txt: %s", line)
		}
	}
	return cases
}

// TestRecovery compares all faults of each message: rule, path, place, reason.
func TestRecovery(t *testing.T) {
	cases := recoveryCases(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := plain(t)
			for _, e := range c.edits {
				if strings.Count(text, e[0]) != 1 {
					t.Fatalf("%d times %q in the message", strings.Count(text, e[0]), e[0])
				}
				text = strings.Replace(text, e[0], e[1], 1)
			}
			var got []string
			for _, f := range schema.Read([]byte(text), schema.Options{}).Faults {
				got = append(got, fmt.Sprintf("%s %s %d:%d %s", f.Rule, f.Path, f.Line, f.Column, f.Reason))
			}
			if g, w := strings.Join(got, "\n! "), strings.Join(c.faults, "\n! "); g != w {
				t.Errorf("got\n! %s\nwanted\n! %s\n%s", g, w, sentences(schema.Read([]byte(text), schema.Options{}).Faults))
			}
		})
	}
	const wanted = 50
	t.Logf("%d cases", len(cases))
	if len(cases) < wanted {
		t.Errorf("%d cases, wanted %d", len(cases), wanted)
	}
}

// TestAtLeastTwice removes one of two elements that must occur twice, which only
// pacs.029 knows, in the two ways of reading.
func TestAtLeastTwice(t *testing.T) {
	s := schema.Lookup("pacs.029.001.02")
	w := sample.Writer{Rand: rand.New(rand.NewPCG(1, 1))}
	// Near the end of the input the reader does not read ahead.
	text := string(w.Message(s)) + "<!--" + strings.Repeat(" ", 200) + "-->"
	if f := schema.Read([]byte(text), schema.Options{}).Faults; len(f) > 0 {
		t.Fatal(sentences(f))
	}
	from := strings.Index(text, "<MvmntRcrd>")
	end := strings.Index(text, "</MvmntRcrd>") + len("</MvmntRcrd>")
	for name, changed := range map[string]string{
		"one":                     text[:from] + text[end:],
		"one, the long way":       strings.Replace(text[:from]+text[end:], "<SttlmReq", `<SttlmReq xmlns:x="urn:x"`, 1),
		"one, then another":       text[:from] + strings.Replace(text[end:], "</MvmntRcrd>", "</MvmntRcrd><NbOfMvmntRcrds>1</NbOfMvmntRcrds>", 1),
		"one, then a strange one": text[:from] + strings.Replace(text[end:], "</MvmntRcrd>", "</MvmntRcrd><Strange/>", 1),
	} {
		found := false
		faults := schema.Read([]byte(changed), schema.Options{}).Faults
		for _, f := range faults {
			found = found || f.Rule == "schema.missing" && strings.HasSuffix(f.Path, "/MvmntRcrd") && strings.Contains(f.Text, "at least 2 times")
		}
		if !found {
			t.Errorf("%s: %s", name, sentences(faults))
		}
	}
}
