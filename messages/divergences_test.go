package messages_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dragoman/messages"
)

// TestDivergencesHaveAWitness asks a second, independent validator about every
// kind of message on which we and libxml2 differ (docs/divergences.md): it must
// be of our opinion.
func TestDivergencesHaveAWitness(t *testing.T) {
	witness := readJacoelho(t)
	if witness == nil {
		if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
			t.Fatal("the schemas are required: ../shared/iso20022 is not there")
		}
		t.Skip("the schemas of ../shared/iso20022 are not there")
	}
	plain := string(sample(t))
	replace := func(old, with string) string {
		t.Helper()
		if !strings.Contains(plain, old) {
			t.Fatalf("the sample has no %q", old)
		}
		return strings.Replace(plain, old, with, 1)
	}
	for _, c := range []struct{ kind, text string }{
		{"nothing changed", plain},
		{"space around a date and time", replace("<CreDtTm>", "<CreDtTm> ")},
		{"an empty CDATA section between elements", replace("<MsgId>", "<![CDATA[]]><MsgId>")},
		{"white space in a CDATA section between elements", replace("<MsgId>", "<![CDATA[ ]]><MsgId>")},
		{"white space around the value of xsi:type", strings.Replace(replace("<MsgId>", `<MsgId xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type=" p:Max35Text ">`), "<Document ", `<Document xmlns:p="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08" `, 1)},
		{"a second very near to the next", replace("2026-11-23T09:30:15.250+08:00", "2026-11-23T23:59:59.99999999999999+08:00")},
		{"25 digits, zeros behind the point counted", replace("<ChrgBr>", "<XchgRate>1.000000000000000000000000</XchgRate><ChrgBr>")},
	} {
		ours := messages.Read([]byte(c.text), messages.Options{})
		theirs := witness([]byte(c.text))
		t.Logf("%-50s ours %v, the witness: %v", c.kind, ours.Valid(), theirs)
		if !ours.Valid() || theirs != nil {
			t.Errorf("%s: ours %v, the witness: %v", c.kind, ours.Faults(), theirs)
		}
	}
}

// TestDivergenceBase64HasAWitness: here it is libxml2 that takes what we refuse.
func TestDivergenceBase64HasAWitness(t *testing.T) {
	const schema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"><xs:element name="a" type="xs:base64Binary"/></xs:schema>`
	path := filepath.Join(t.TempDir(), "base64.xsd")
	if err := os.WriteFile(path, []byte(schema), 0o600); err != nil {
		t.Fatal(err)
	}
	witness := compileJacoelho(t, path)
	if err := witness([]byte("<a>QUJDREVG</a>")); err != nil {
		t.Fatal(err)
	}
	if err := witness([]byte("<a>QUJ.D-REVG</a>")); err == nil {
		t.Error("the witness takes characters outside the alphabet")
	}
}
