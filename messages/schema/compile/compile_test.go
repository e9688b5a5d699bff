package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const shared = "../../../../shared/iso20022/xsd"

// corpus skips the test without the shared schemas, unless
// DRAGOMAN_REQUIRE_CORPUS is 1.
func corpus(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(shared); err == nil {
		return
	}
	if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
		t.Fatalf("DRAGOMAN_REQUIRE_CORPUS is 1 and %s is absent", shared)
	}
	t.Skipf("%s is absent", shared)
}

// TestRegenerate compiles all schemas again: the bytes must be those committed.
func TestRegenerate(t *testing.T) {
	if testing.Short() {
		t.Skip("not in short runs: it takes long under the race detector")
	}
	corpus(t)
	committed, err := os.ReadFile("../tables.bin")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "tables.bin")
	var said bytes.Buffer
	if err := run([]string{"-from", shared, "-moov", "-o", out}, &said); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(strings.TrimPrefix(said.String(), out+": "))
	if !bytes.Equal(committed, made) {
		t.Errorf("tables.bin has %d bytes, compiling makes other %d: run go generate ./messages/schema", len(committed), len(made))
	}
}

const space = namespacePrefix + "test.001.001.01"

// xsd is a schema with the given global definitions besides the usual ones.
func xsd(definitions string) string {
	return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="` + space + `" targetNamespace="` + space + `" elementFormDefault="qualified">
<xs:element name="Document" type="Document"/>
<xs:complexType name="Document"><xs:sequence><xs:element name="A" type="A"/></xs:sequence></xs:complexType>
<xs:simpleType name="T"><xs:restriction base="xs:string"/></xs:simpleType>
` + definitions + `</xs:schema>`
}

func group(content string) string {
	return xsd(`<xs:complexType name="A">` + content + `</xs:complexType>`)
}
func simple(content string) string {
	return xsd(`<xs:simpleType name="A">` + content + `</xs:simpleType>`)
}
func facet(content string) string {
	return simple(`<xs:restriction base="xs:string">` + content + `</xs:restriction>`)
}

const valid = `<xs:sequence><xs:element name="B" type="T" minOccurs="0" maxOccurs="unbounded"/><xs:choice><xs:element name="C" type="T"/><xs:any namespace="##any" processContents="lax"/></xs:choice></xs:sequence>`

// TestAccepts checks that the fragments below are refused for what is in them.
func TestAccepts(t *testing.T) {
	for _, text := range []string{
		group(valid), simple(`<xs:restriction base="xs:decimal"><xs:totalDigits value="3"/><xs:annotation/></xs:restriction>`),
		facet(`<xs:pattern value="a{2,}[b-d]+|(x\.y)?."/>`), group(`<xs:annotation/>` + valid),
		group(`<xs:simpleContent><xs:extension base="T"><xs:attribute name="Ccy" type="T" use="required"/></xs:extension></xs:simpleContent>`),
	} {
		def, err := parseXSD([]byte(text))
		if err == nil {
			_, _, err = encode([]*definition{def})
		}
		if err != nil {
			t.Errorf("%v: %s", err, text)
		}
	}
}

// TestRefuses checks that a schema beyond the part of XSD that ISO 20022 uses
// is refused, not compiled in part.
func TestRefuses(t *testing.T) {
	element := func(attributes string) string {
		return group(`<xs:sequence><xs:element name="B" type="T" ` + attributes + `/></xs:sequence>`)
	}
	pattern := func(p string) string { return facet(`<xs:pattern value="` + p + `"/>`) }
	cases := map[string]string{
		"not XML":                        `<xs:schema`,
		"not a schema of ISO 20022":      strings.ReplaceAll(group(valid), space, "urn:other"),
		"no target namespace":            strings.Replace(group(valid), "targetNamespace", "other", 1),
		"unqualified elements":           strings.Replace(group(valid), `"qualified"`, `"unqualified"`, 1),
		"two roots":                      xsd(`<xs:element name="Other" type="T"/>`),
		"no root":                        strings.Replace(group(valid), `<xs:element name="Document" type="Document"/>`, "", 1),
		"root with nillable":             strings.Replace(group(valid), `type="Document"/>`, `type="Document" nillable="true"/>`, 1),
		"a type that is absent":          xsd(""),
		"root type absent":               strings.Replace(group(valid), `name="Document" type="Document"`, `name="Document" type="None"`, 1),
		"import":                         xsd(`<xs:import namespace="urn:x"/>`),
		"include":                        xsd(`<xs:include schemaLocation="x.xsd"/>`),
		"global attribute":               xsd(`<xs:attribute name="a" type="T"/>`),
		"global group":                   xsd(`<xs:group name="g"/>`),
		"all":                            group(`<xs:all/>`),
		"nested sequence":                group(`<xs:sequence><xs:sequence/></xs:sequence>`),
		"choice in choice":               group(`<xs:choice><xs:choice/></xs:choice>`),
		"sequence in choice":             group(`<xs:choice><xs:sequence/></xs:choice>`),
		"optional sequence":              group(`<xs:sequence minOccurs="0"/>`),
		"repeated choice":                group(`<xs:choice maxOccurs="2"><xs:element name="B" type="T"/></xs:choice>`),
		"two sequences":                  group(`<xs:sequence><xs:element name="B" type="T"/></xs:sequence><xs:sequence/>`),
		"sequence and choice":            group(`<xs:sequence/><xs:choice><xs:element name="B" type="T"/></xs:choice>`),
		"group reference":                group(`<xs:sequence><xs:group ref="g"/></xs:sequence>`),
		"element reference":              group(`<xs:sequence><xs:element ref="Document"/></xs:sequence>`),
		"type inside an element":         group(`<xs:sequence><xs:element name="B"><xs:simpleType/></xs:element></xs:sequence>`),
		"element of no type":             group(`<xs:sequence><xs:element name="B"/></xs:sequence>`),
		"element of a built-in type":     group(`<xs:sequence><xs:element name="B" type="xs:string"/></xs:sequence>`),
		"attribute of a group":           group(`<xs:sequence/><xs:attribute name="a" type="T"/>`),
		"mixed content":                  xsd(`<xs:complexType name="A" mixed="true"><xs:sequence/></xs:complexType>`),
		"abstract type":                  xsd(`<xs:complexType name="A" abstract="true"><xs:sequence/></xs:complexType>`),
		"complex content":                group(`<xs:complexContent><xs:extension base="T"/></xs:complexContent>`),
		"simple content restricted":      group(`<xs:simpleContent><xs:restriction base="T"/></xs:simpleContent>`),
		"simple content without more":    group(`<xs:simpleContent><xs:extension base="T"/></xs:simpleContent>`),
		"two attributes":                 group(`<xs:simpleContent><xs:extension base="T"><xs:attribute name="a" type="T"/><xs:attribute name="b" type="T"/></xs:extension></xs:simpleContent>`),
		"attribute with a default":       group(`<xs:simpleContent><xs:extension base="T"><xs:attribute name="a" type="T" default="x"/></xs:extension></xs:simpleContent>`),
		"attribute of a built-in type":   group(`<xs:simpleContent><xs:extension base="T"><xs:attribute name="a" type="xs:string"/></xs:extension></xs:simpleContent>`),
		"attribute prohibited":           group(`<xs:simpleContent><xs:extension base="T"><xs:attribute name="a" type="T" use="prohibited"/></xs:extension></xs:simpleContent>`),
		"extension of a group":           xsd(`<xs:complexType name="A"><xs:simpleContent><xs:extension base="Document"><xs:attribute name="a" type="T"/></xs:extension></xs:simpleContent></xs:complexType>`),
		"nillable element":               element(`nillable="true"`),
		"default of an element":          element(`default="x"`),
		"fixed element":                  element(`fixed="x"`),
		"minOccurs that is none":         element(`minOccurs="x"`),
		"maxOccurs that is none":         element(`maxOccurs="x"`),
		"maxOccurs of zero":              element(`maxOccurs="0"`),
		"maxOccurs below minOccurs":      element(`minOccurs="3" maxOccurs="2"`),
		"wildcard of other namespaces":   group(`<xs:sequence><xs:any namespace="##other"/></xs:sequence>`),
		"wildcard of a list":             group(`<xs:sequence><xs:any namespace="urn:a urn:b"/></xs:sequence>`),
		"wildcard of no namespace":       group(`<xs:sequence><xs:any namespace="##local" processContents="lax"/></xs:sequence>`),
		"strict wildcard":                group(`<xs:sequence><xs:any namespace="##any" processContents="strict"/></xs:sequence>`),
		"wildcard that is strict unsaid": group(`<xs:sequence><xs:any namespace="##any"/></xs:sequence>`),
		"attribute of a wildcard":        group(`<xs:sequence><xs:any notNamespace="urn:x" processContents="lax"/></xs:sequence>`),
		"one name at two places":         group(`<xs:sequence><xs:element name="B" type="T"/><xs:element name="B" type="T"/></xs:sequence>`),
		"list type":                      simple(`<xs:list itemType="T"/>`),
		"union type":                     simple(`<xs:union memberTypes="T"/>`),
		"restriction of an own type":     simple(`<xs:restriction base="T"/>`),
		"unknown base":                   simple(`<xs:restriction base="xs:duration"/>`),
		"restriction with a type inside": simple(`<xs:restriction><xs:simpleType/></xs:restriction>`),
		"final type":                     xsd(`<xs:simpleType name="A" final="list"><xs:restriction base="xs:string"/></xs:simpleType>`),
		"white space":                    facet(`<xs:whiteSpace value="collapse"/>`),
		"exclusive minimum":              facet(`<xs:minExclusive value="0"/>`),
		"length that is none":            facet(`<xs:maxLength value="x"/>`),
		"negative length":                facet(`<xs:minLength value="-2"/>`),
		"fixed facet":                    facet(`<xs:maxLength value="3" fixed="true"/>`),
		"minimum with a fraction":        simple(`<xs:restriction base="xs:decimal"><xs:minInclusive value="0.5"/></xs:restriction>`),
		"negative minimum":               simple(`<xs:restriction base="xs:decimal"><xs:minInclusive value="-1"/></xs:restriction>`),
		"minimum of a text":              facet(`<xs:minInclusive value="1"/>`),
		"digits of a text":               facet(`<xs:totalDigits value="1"/>`),
		"length of a decimal":            simple(`<xs:restriction base="xs:decimal"><xs:maxLength value="1"/></xs:restriction>`),
		"negated class":                  pattern(`[^a]`),
		"subtracted class":               pattern(`[a-z-[b]]`),
		"category":                       pattern(`\p{L}`),
		"class escape":                   pattern(`\w`),
		"character outside ASCII":        pattern(`é`),
		"range outside ASCII":            pattern(`[a-é]`),
		"range backwards":                pattern(`[z-a]`),
		"class not closed":               pattern(`[a`),
		"group not closed":               pattern(`(a`),
		"group not opened":               pattern(`a)`),
		"quantifier alone":               pattern(`*a`),
		"quantifier not closed":          pattern(`a{2`),
		"quantifier that is none":        pattern(`a{x}`),
		"upper quantifier that is none":  pattern(`a{1,x}`),
		"quantifier backwards":           pattern(`a{3,2}`),
		"escape at the end":              pattern(`a\`),
		"too many states":                pattern(`[ab]*a[ab]{9}`),
	}
	for name, text := range cases {
		def, err := parseXSD([]byte(text))
		if err == nil {
			_, _, err = encode([]*definition{def})
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	t.Logf("%d schemas refused", len(cases))
}

// TestPatterns compares automata with Go's regular expressions on patterns that
// use all of what the compiler knows.
func TestPatterns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	const letters = "abcxy019.-\\ \n٣é"
	set := []rune(letters)
	for _, p := range []string{`a*`, `a+b?`, `(a|b)*c`, `a{2}`, `a{2,}`, `a{0,3}b`, `[a-c0-9.\-]{1,4}`, `(ab|a)(c|bc)`, `(a{1,2}){2}`, `((a)|(b))+`, `a|b|c`, `\d+`, `.`, `.*x`, `(a?b?c?)*`, `a{0}b`, `()a`, `\.\-\\`, `[.]`} {
		a, err := compilePatterns(p)
		if err != nil {
			t.Fatal(err)
		}
		reference := regexp.MustCompile(`^(?:` + strings.ReplaceAll(strings.ReplaceAll(p, `\d`, `\p{Nd}`), `.*`, `[^\n\r]*`) + `)$`)
		matched := 0
		for range 20_000 {
			value := make([]rune, r.IntN(6))
			for i := range value {
				value[i] = set[r.IntN(len(set))]
			}
			state := 1
			for _, c := range value {
				symbol := int(c)
				switch c {
				case '٣':
					symbol = symbolDigit
				case 'é':
					symbol = symbolOther
				}
				state = int(a.next[state][a.class[symbol]])
			}
			if want := reference.MatchString(string(value)); a.accept[state] != want {
				t.Fatalf("pattern %s, value %q: %v", p, string(value), a.accept[state])
			} else if want {
				matched++
			}
		}
		if matched == 0 {
			t.Errorf("pattern %s: no value in it", p)
		}
	}
}

// TestRun checks the command's own errors.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "out.bin")
	arguments := []string{"-from", dir, "-o", out}
	if err := run(arguments, io.Discard); err == nil {
		t.Error("no error without schemas")
	}
	write("a.xsd", group(valid))
	if err := run(arguments, io.Discard); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	write("b.xsd", group(`<xs:sequence/>`)) // the same message again: the first counts
	if err := run(arguments, io.Discard); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(out); err != nil || !bytes.Equal(first, again) {
		t.Errorf("the second schema of a message counts: %v", err)
	}
	write("c.xsd", "<xs:schema")
	if err := run(arguments, io.Discard); err == nil || !strings.Contains(err.Error(), "c.xsd") {
		t.Errorf("error %v, wanted one that names c.xsd", err)
	}
	if err := run([]string{"-from", filepath.Join(dir, "none")}, io.Discard); err == nil {
		t.Error("no error for a directory that is absent")
	}
	if err := run([]string{"-none"}, io.Discard); err == nil {
		t.Error("no error for an unknown flag")
	}
}
