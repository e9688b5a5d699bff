package schema

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const unlimited = 1 << 20

func TestExclusive(t *testing.T) {
	root := []Binding{{"", "urn:d"}, {"a", "urn:a"}, {"b", "urn:b"}, {"a", "urn:inner"}, {"xsi", xsiNamespace}}
	standing := []Binding{{"", AnyNamespace}}
	tests := []struct {
		name            string
		scope, rendered []Binding
		text, want      string
	}{
		{"plain", nil, nil, `<r><c/> t </r>`, `<r><c></c> t </r>`},
		{"what stands before it", nil, nil, "\ufeff<?xml version='1.0'?><!-- <no/> -->\n<r/>", `<r></r>`},
		{"the last declaration counts", root, standing, `<a:r/>`, `<a:r xmlns:a="urn:inner"></a:r>`},
		{"unused declarations go", root, standing, `<a:r xmlns:z="urn:z"/>`, `<a:r xmlns:a="urn:inner"></a:r>`},
		{"declared where used", root, standing, `<a:r><b:c/><b:c/></a:r>`,
			`<a:r xmlns:a="urn:inner"><b:c xmlns:b="urn:b"></b:c><b:c xmlns:b="urn:b"></b:c></a:r>`},
		{"default inherited", root, standing, `<r/>`, `<r xmlns="urn:d"></r>`},
		{"default already there", root, []Binding{{"", "urn:d"}}, `<r/>`, `<r></r>`},
		{"no namespace, elsewhere", nil, standing, `<r><c/></r>`, `<r xmlns=""><c></c></r>`},
		{"no namespace, in a document", nil, []Binding{{"", "urn:d"}}, `<r/>`, `<r xmlns=""></r>`},
		{"default undeclared inside", root, standing, `<r><c xmlns=""/><c/></r>`, `<r xmlns="urn:d"><c xmlns=""></c><c></c></r>`},
		{"redeclared to the same", root, standing, `<a:r><a:c xmlns:a="urn:inner"/></a:r>`, `<a:r xmlns:a="urn:inner"><a:c></a:c></a:r>`},
		{"redeclared to another", root, standing, `<a:r><a:c xmlns:a="urn:x"/><a:c/></a:r>`,
			`<a:r xmlns:a="urn:inner"><a:c xmlns:a="urn:x"></a:c><a:c></a:c></a:r>`},
		{"attributes sorted", root, standing, `<a:r b:a="1" z="2" a:z="3" c='4' xml:lang="de"/>`,
			`<a:r xmlns:a="urn:inner" xmlns:b="urn:b" c="4" z="2" xml:lang="de" b:a="1" a:z="3"></a:r>`},
		{"values", nil, nil, "<r a='&#9;&#10;&#13;\t\"&lt;&amp;>'>&#13;\r\n&lt;&gt;&quot;&amp;<![CDATA[<b>\r]]><!-- c -->]</r>",
			"<r a=\"&#x9;&#xA;&#xD; &quot;&lt;&amp;>\">&#xD;\n&lt;&gt;\"&amp;&lt;b&gt;\n]</r>"},
		{"a name in an attribute", root, standing, `<r xsi:type="b:T"/>`,
			`<r xmlns="urn:d" xmlns:b="urn:b" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="b:T"></r>`},
		{"a name in text", root, standing, `<r><c>x/&#98;:T</c></r>`, `<r xmlns="urn:d" xmlns:b="urn:b"><c>x/b:T</c></r>`},
		{"a name inside, where declared", nil, standing, `<r><c xmlns:q="urn:q"><d>q:T</d></c></r>`,
			`<r xmlns=""><c xmlns:q="urn:q"><d>q:T</d></c></r>`},
		{"a name in the default namespace", []Binding{{"xsi", xsiNamespace}, {"a", "urn:a"}}, []Binding{{"", "urn:d"}}, `<a:r xsi:type="T"/>`,
			`<a:r xmlns="" xmlns:a="urn:a" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="T"></a:r>`},
		{"no name", root, standing, `<r>http://x :b a: 5</r>`, `<r xmlns="urn:d" xmlns:a="urn:inner">http://x :b a: 5</r>`},
		{"the prefix xml", []Binding{{"xml", xmlNamespace}}, standing, `<xml:r xmlns:xml="http://www.w3.org/XML/1998/namespace"/>`, `<xml:r></xml:r>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := Exclusive{Scope: tt.scope, Rendered: tt.rendered, Limit: unlimited}
			for range 2 { // the second time with what the first left behind
				got, ok := x.Append([]byte("before "), tt.text)
				if want := "before " + tt.want; !ok || string(got) != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
			}
		})
	}
}

func TestExclusiveTrimAndHoles(t *testing.T) {
	const text = "<?xml version='1.0'?>\n<e> \n<h/>\n<s> </s>\n a <d>b</d> </e>"
	from := strings.Index(text, "<d>")
	x := Exclusive{Trim: true, Limit: unlimited, Holes: []Hole{
		{strings.Index(text, "<h/>"), strings.Index(text, "<h/>") + 4, "<H>"}, {from, from + len("<d>b</d>"), "<D>"},
	}}
	if got, _ := x.Append(nil, text); string(got) != "<e><H><s> </s>\n a <D></e>" {
		t.Errorf("got %s", got)
	}
	x.Holes = []Hole{{strings.Index(text, "<e>"), len(text), "<E>"}}
	if got, _ := x.Append(nil, text); string(got) != "<E>" {
		t.Errorf("the whole text replaced: got %s", got)
	}
}

// One long namespace name used often may not fill the memory.
func TestExclusiveLimit(t *testing.T) {
	x := Exclusive{Scope: []Binding{{"p", strings.Repeat("u", 1000)}}, Limit: 4000}
	if out, ok := x.Append(nil, "<r>"+strings.Repeat("<p:a/>", 100)+"</r>"); ok || len(out) > 6000 {
		t.Errorf("got %v and %d bytes", ok, len(out))
	}
	if _, err := x.AppendForeign(nil, `<p:r xmlns:p="urn:p">`+strings.Repeat("x", 4000)+"</p:r>"); err == nil {
		t.Error("the limit does not hold for foreign text")
	}
}

func TestExclusiveForeign(t *testing.T) {
	tests := []struct{ text, want, wrong string }{
		{`<a/>`, `<a xmlns=""></a>`, ""},
		{" <!-- c --> <p:a xmlns:p='urn:p'/>\n<!-- d -->", `<p:a xmlns:p="urn:p"></p:a>`, ""},
		{`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"/>`, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"></Document>`, ""},
		{`<Envelope/>`, `<Envelope xmlns=""></Envelope>`, ""},
		{``, "", "not one XML element"},
		{` <!-- <a/> --> `, "", "not one XML element"},
		{`<a/><b/>`, "", "not one XML element"},
		{`t<a/>`, "", "not one XML element"},
		{`<a/>t`, "", "not one XML element"},
		{`<a/><![CDATA[t]]>`, "", "not one XML element"},
		{`<a/>&#x41;`, "", "not one XML element"},
		{`<p:a/>`, "", "not declared"},
		{`</x><x>`, "", "second root"},
		{`<a>`, "", "does not match"},
		{`<a/></x>`, "", "outside"},
		{`<a/></x><!--`, "", "comment"},
		{`<?xml version="1.0"?><a/>`, "", "may not stand here"},
		{`<a><?pi?></a>`, "", "processing instruction"},
		{`<!DOCTYPE a><a/>`, "", "document type"},
		{`<a b="1" b="2"/>`, "", "twice"},
		{"<a>\x01</a>", "", "U+0001"},
		{"<a>\xff</a>", "", "UTF-8"},
		{strings.Repeat("<a>", 80) + strings.Repeat("</a>", 80), "", "64"},
	}
	for _, tt := range tests {
		x := Exclusive{Rendered: []Binding{{"", AnyNamespace}}, Limit: unlimited}
		got, err := x.AppendForeign(nil, tt.text)
		switch {
		case tt.wrong == "" && (err != nil || string(got) != tt.want):
			t.Errorf("%s\ngot  %s, %v\nwant %s", tt.text, got, err, tt.want)
		case tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)):
			t.Errorf("%s: got %v, want an error that says %q", tt.text, err, tt.wrong)
		}
	}
}

// xmllint is the oracle: on random documents both give the same bytes.
func TestExclusiveEqualsLibxml2(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
			t.Fatal("xmllint is required")
		}
		t.Skip("xmllint is not installed")
	}
	const documents, seed = 150, 1
	t.Logf("%d documents, seed %d", documents, seed)
	random := rand.New(rand.NewPCG(seed, 0))
	path := filepath.Join(t.TempDir(), "in.xml")
	for range documents {
		g := generator{random: random}
		g.element(0, []string{""})
		if err := os.WriteFile(path, []byte(g.out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		cmd := exec.Command(xmllint, "--exc-c14n", path)
		cmd.Stderr = &stderr
		want, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s\n%s", err, &stderr, &g.out)
		}
		x := Exclusive{Limit: unlimited}
		if got, ok := x.Append(nil, g.out.String()); !ok || string(got) != string(want) {
			t.Fatalf("seed %d:\n%s\ngot  %s\nwant %s", seed, &g.out, got, want)
		}
	}
}

// generator writes random well-formed documents without comments, which
// xmllint would keep, and without names in values, which are our addition.
type generator struct {
	random *rand.Rand
	out    strings.Builder
}

func (g *generator) pick(from ...string) string { return from[g.random.IntN(len(from))] }

func (g *generator) element(depth int, scope []string) {
	declared := map[string]bool{}
	declarations := ""
	for range g.random.IntN(4) {
		prefix := g.pick("", "", "p", "q", "r")
		if declared[prefix] {
			continue
		}
		declared[prefix] = true
		uri := g.pick("urn:1", "urn:2", "urn:3")
		if prefix == "" {
			declarations += fmt.Sprintf(` xmlns="%s"`, g.pick(uri, uri, ""))
		} else {
			declarations += fmt.Sprintf(" xmlns:%s='%s'", prefix, uri)
			scope = append(scope[:len(scope):len(scope)], prefix)
		}
	}
	name := qualified(g.pick(scope...), g.pick("a", "b", "c"))
	g.out.WriteString("<" + name + declarations)
	used := map[string]bool{}
	for range g.random.IntN(4) {
		local := g.pick("k", "l", "m", "n", "o")
		if used[local] { // also under another prefix, which may be the same namespace
			continue
		}
		used[local] = true
		fmt.Fprintf(&g.out, " %s=%s", qualified(g.pick(scope...), local), g.pick(`"1"`, `'"'`, "'a\tb\n'", `"&#9;&#xA;&#13;"`, `"&lt;&amp;>'"`))
	}
	if g.random.IntN(5) == 0 {
		g.out.WriteString(g.pick("/>", " />"))
		return
	}
	g.out.WriteString(">")
	for range g.random.IntN(6) {
		if depth < 5 && g.random.IntN(2) == 0 {
			g.element(depth+1, scope)
			continue
		}
		g.out.WriteString(g.pick("t", " ", "\n", "&#13;", "&gt;&lt;&amp;", "<![CDATA[<x>&amp;]]>", "é€😀", `"'`, "\r\n"))
	}
	g.out.WriteString("</" + name + g.pick("", " ") + ">")
}

func qualified(prefix, local string) string {
	if prefix == "" {
		return local
	}
	return prefix + ":" + local
}
