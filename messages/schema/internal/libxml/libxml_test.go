package libxml

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	said := strings.Join([]string{
		"judged-000000.xml validates",
		"judged-000001.xml:3: element Id: Schemas validity error : Element 'Id': too long",
		"judged-000001.xml fails to validate",
		"judged-000002.xml:1: parser error : Start tag expected",
		"judged-000000.xml validates, says the text of a message",
		"        ^",
		"judged-000003.xml:1: namespace error : Namespace prefix p is not defined",
		"judged-000003.xml validates",
		"judged-9.xml validates",
		"",
	}, "\n")
	verdicts, err := parse(said, 4)
	if err != nil {
		t.Fatal(err)
	}
	wanted := []Verdict{
		{WellFormed: true, Valid: true},
		{WellFormed: true, Reason: "element Id: Schemas validity error : Element 'Id': too long"},
		{Reason: "parser error : Start tag expected"},
		{WellFormed: true, Valid: true},
	}
	for i := range wanted {
		if verdicts[i] != wanted[i] {
			t.Errorf("document %d: %+v, wanted %+v", i, verdicts[i], wanted[i])
		}
	}
	if _, err := parse("judged-000000.xml validates\n", 2); err == nil {
		t.Error("a document without a verdict passed")
	}
}

func TestAsk(t *testing.T) {
	if !Available() {
		if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
			t.Fatalf("DRAGOMAN_REQUIRE_CORPUS is 1 and %s is absent", Command)
		}
		t.Skipf("%s is absent", Command)
	}
	dir := t.TempDir()
	xsd := filepath.Join(dir, "a.xsd")
	if err := os.WriteFile(xsd, []byte(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:decimal"/></xs:schema>`), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := NewJudge(dir)
	if err != nil {
		t.Fatal(err)
	}
	documents := [][]byte{[]byte("<a>1</a>"), []byte("<a>x</a>"), []byte("<a>"), []byte(""), []byte("<a>\x00</a>"), []byte("<p:a>1</p:a>")}
	for range maxBatch {
		documents = append(documents, documents[0])
	}
	verdicts, err := j.Ask(t.Context(), xsd, documents)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range verdicts {
		wellFormed, valid := i != 2 && i != 3 && i != 4, i == 0 || i > 5
		if v.WellFormed != wellFormed || v.Valid != valid || (v.Reason == "") != valid {
			t.Errorf("%q: %+v", documents[i], v)
		}
	}
	if _, err := j.Ask(t.Context(), filepath.Join(dir, "none.xsd"), documents[:1]); err == nil {
		t.Error("no error without a schema")
	}
	if !strings.Contains(Version(t.Context()), "libxml") {
		t.Errorf("version %q", Version(t.Context()))
	}
}
