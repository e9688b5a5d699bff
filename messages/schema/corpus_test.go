package schema_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/libxml"
)

// shared holds the schemas and messages that are not part of the project.
const shared = "../../../shared/iso20022"

// corpus is the path of something in shared; the test is skipped without it,
// unless DRAGOMAN_REQUIRE_CORPUS is 1.
func corpus(t testing.TB, parts ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{shared}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		absent(t, path)
	}
	return path
}

// oracle skips the test where xmllint is not installed, as corpus does.
func oracle(t testing.TB) *libxml.Judge {
	t.Helper()
	if !libxml.Available() {
		absent(t, libxml.Command)
	}
	judge, err := libxml.NewJudge(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return judge
}

func absent(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
		t.Fatalf("DRAGOMAN_REQUIRE_CORPUS is 1 and %s is absent", what)
	}
	t.Skipf("%s is absent", what)
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// refused tells whether there is a fault that is not one of policy.
func refused(faults []schema.Fault) bool {
	for _, f := range faults {
		if !strings.HasPrefix(f.Rule, "policy.") {
			return true
		}
	}
	return false
}

// TestCorpus compares the reader with the verdicts of libxml2 that INDEX.tsv
// records.
func TestCorpus(t *testing.T) {
	index := readFile(t, corpus(t, "messages", "INDEX.tsv"))
	count, valid := 0, 0
	for line := range strings.Lines(strings.SplitN(string(index), "\n", 2)[1]) {
		columns := strings.Split(line, "\t")
		result := schema.Read(readFile(t, corpus(t, columns[0])), schema.Options{})
		count++
		wanted := columns[2] == "valid"
		if wanted {
			valid++
		}
		if wanted != !refused(result.Faults) {
			t.Errorf("%s: libxml2 says %s (%s); the reader: %+v", columns[0], columns[2], columns[4], result.Faults)
		}
		if id := result.Header.ID + result.Document.ID; id != columns[1] {
			t.Errorf("%s is of type %q; the reader says %q", columns[0], columns[1], id)
		}
	}
	const wanted = 875
	t.Logf("%d messages, %d valid", count, valid)
	if count < wanted {
		t.Errorf("%d messages, wanted %d", count, wanted)
	}
}

// TestEnvelopes cuts header and document out of every envelope of cbpr and
// mt-mx-pairs and compares the reader's verdict on each part, read inside the
// envelope, with libxml2's on the part alone.
func TestEnvelopes(t *testing.T) {
	judge := oracle(t)
	var files []string
	for _, folder := range []string{"cbpr", "mt-mx-pairs"} {
		err := filepath.WalkDir(corpus(t, folder), func(path string, _ os.DirEntry, err error) error {
			if filepath.Ext(path) == ".xml" {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	count, parts, valid, unknown := 0, 0, 0, 0
	for _, file := range files {
		raw := readFile(t, file)
		result := schema.Read(raw, schema.Options{MaxFaults: 10_000})
		for _, cut := range cutParts(t, raw) {
			part := result.Document
			if strings.HasPrefix(cut.id, "head.") {
				part = result.Header
			}
			xsd := filepath.Join(shared, "xsd", cut.id+".xsd")
			if _, err := os.Stat(xsd); err != nil { // camt.058, 105.001.02, 106.001.02
				unknown++
				if i := slices.IndexFunc(result.Faults, func(f schema.Fault) bool { return f.Rule == "schema.unknown-type" }); i < 0 || !part.Faulty {
					t.Errorf("%s: there is no schema of %s, but the reader says %+v", file, cut.id, result.Faults)
				}
				continue
			}
			verdicts, err := judge.Ask(t.Context(), xsd, [][]byte{cut.text})
			if err != nil {
				t.Fatal(err)
			}
			parts++
			if verdicts[0].Valid {
				valid++
			}
			if part.ID != cut.id || part.Faulty == verdicts[0].Valid {
				t.Errorf("%s: %s: libxml2 %+v; the reader: faulty %v, %+v", file, cut.id, verdicts[0], part.Faulty, result.Faults)
			}
		}
		count++
	}
	t.Logf("%d files; %d parts with a schema, %d valid; %d parts of unknown type", count, parts, valid, unknown)
	if count < 228 || parts < 416 || valid < 400 {
		t.Errorf("%d files with %d parts, %d valid; wanted 228 with 416, 400 valid", count, parts, valid)
	}
}

// cutPart is an AppHdr or Document as a document of its own.
type cutPart struct {
	id   string
	text []byte
}

// cutParts finds the parts with encoding/xml, which knows nothing of our
// reader, and gives each the namespace declarations that it inherits.
func cutParts(t *testing.T, raw []byte) []cutPart {
	var out []cutPart
	var scope []xml.Attr
	d := xml.NewDecoder(bytes.NewReader(raw))
	for from := d.InputOffset(); ; from = d.InputOffset() {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		id, iso := strings.CutPrefix(start.Name.Space, schema.NamespacePrefix)
		if !iso || start.Name.Local != "AppHdr" && start.Name.Local != "Document" {
			scope = append(scope, start.Attr...) // a wrapper; it has few of them
			continue
		}
		nameEnd := from + 1 + int64(bytes.IndexAny(raw[from+1:], " \t\r\n/>"))
		text := append([]byte(nil), raw[from:nameEnd]...)
		for _, a := range scope {
			text = append(text, declaration(a, start.Attr)...)
		}
		if err := d.Skip(); err != nil {
			t.Fatal(err)
		}
		out = append(out, cutPart{id, append(text, raw[nameEnd:d.InputOffset()]...)})
	}
}

// declaration writes a namespace declaration unless own has one of that prefix.
func declaration(a xml.Attr, own []xml.Attr) string {
	for _, o := range own {
		if o.Name == a.Name {
			return ""
		}
	}
	switch {
	case a.Name.Space == "xmlns":
		return " xmlns:" + a.Name.Local + `="` + a.Value + `"`
	case a.Name.Space == "" && a.Name.Local == "xmlns":
		return ` xmlns="` + a.Value + `"`
	}
	return ""
}
