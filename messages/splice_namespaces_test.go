package messages_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"dragoman/messages"
)

// What a part inherits from its envelope it takes along, if it mentions it.
func TestSpliceInheritedNamespaces(t *testing.T) {
	const envelope = "urn:swift:xsd:envelope"
	const own, foreign = ` xmlns:p="` + receiptNS + `"`, `<x:a xmlns:x="urn:x"/>`
	plain := "<Document>" + rctBody + "</Document>"
	for _, test := range []struct {
		name, in string
		want     string // the document
	}{
		{"own default", `<Envelope xmlns="` + envelope + `"><Document` + ns + `>` + rctBody + `</Document></Envelope>`, `<Document` + ns + `>` + rctBody + `</Document>`},
		{"default of the envelope", `<w:Envelope xmlns:w="urn:w"` + ns + `>` + plain + `</w:Envelope>`, `<Document` + ns + `>` + rctBody + `</Document>`},
		{"innermost counts", `<w:Envelope xmlns:w="urn:w" xmlns="urn:outer"><w:Body` + ns + `>` + plain + `</w:Body></w:Envelope>`, `<Document` + ns + `>` + rctBody + `</Document>`},
		{"prefix of the envelope", `<w:Envelope xmlns:w="urn:w"` + own + `>` + prefixedReceipt("", foreign) + `</w:Envelope>`, prefixedReceipt(own, foreign)},
		{"prefix of the outer envelope", `<w:Envelope xmlns:w="urn:w"` + own + `><w:Body>` + prefixedReceipt("", foreign) + `</w:Body></w:Envelope>`, prefixedReceipt(own, foreign)},
		{"default that nothing uses", `<Envelope xmlns="` + envelope + `">` + prefixedReceipt(own, foreign) + `</Envelope>`, prefixedReceipt(own, foreign)},
		{"prefix that nothing uses", `<w:Envelope xmlns:w="urn:w" xmlns:unused="urn:u"><Document` + ns + `>` + rctBody + `</Document></w:Envelope>`, `<Document` + ns + `>` + rctBody + `</Document>`},
		{"prefix that the part declares itself", `<w:Envelope xmlns:w="urn:w">` + receipt(ns+` xmlns:w="urn:mine"`, `<w:a/>`) + `</w:Envelope>`, receipt(ns+` xmlns:w="urn:mine"`, `<w:a/>`)},
		{"prefix of foreign content", `<w:Envelope xmlns:w="urn:w">` + receipt(ns, `<w:a/>`) + `</w:Envelope>`, receipt(` xmlns:w="urn:w"`+ns, `<w:a/>`)},
		{"prefix of an attribute of foreign content", `<w:Envelope xmlns:w="urn:w">` + receipt(ns, `<x:a xmlns:x="urn:x" w:b="1"/>`) + `</w:Envelope>`, receipt(` xmlns:w="urn:w"`+ns, `<x:a xmlns:x="urn:x" w:b="1"/>`)},
		{"qualified name in an attribute", `<w:Envelope xmlns:w="urn:w">` + receipt(ns, `<x:a xmlns:x="urn:x" b="w:c"/>`) + `</w:Envelope>`, receipt(` xmlns:w="urn:w"`+ns, `<x:a xmlns:x="urn:x" b="w:c"/>`)},
		{"qualified name in text", `<w:Envelope xmlns:w="urn:w">` + receipt(ns, `<x:a xmlns:x="urn:x"> w:c </x:a>`) + `</w:Envelope>`, receipt(` xmlns:w="urn:w"`+ns, `<x:a xmlns:x="urn:x"> w:c </x:a>`)},
		{"path in text", `<w:Envelope xmlns:w="urn:w">` + receipt(ns, `<x:a xmlns:x="urn:x">//w:c/@w:d</x:a>`) + `</w:Envelope>`, receipt(` xmlns:w="urn:w"`+ns, `<x:a xmlns:x="urn:x">//w:c/@w:d</x:a>`)},
		{"list of prefixes", `<w:Envelope xmlns:w="urn:w">` + receipt(ns, `<x:a xmlns:x="urn:x" PrefixList="ds w"/>`) + `</w:Envelope>`, receipt(` xmlns:w="urn:w"`+ns, `<x:a xmlns:x="urn:x" PrefixList="ds w"/>`)},
		{"name written by reference", `<w:Envelope xmlns:w="urn:w">` + receipt(ns, `<x:a xmlns:x="urn:x" b="&#119;:c"/>`) + `</w:Envelope>`, receipt(` xmlns:w="urn:w"`+ns, `<x:a xmlns:x="urn:x" b="&#119;:c"/>`)},
		{"name in pieces", `<w:Envelope xmlns:w="urn:w" xmlns:long="urn:l">` + receipt(ns, `<x:a xmlns:x="urn:x">lo<![CDATA[ng]]>:c</x:a>`) + `</w:Envelope>`, receipt(` xmlns:long="urn:l" xmlns:w="urn:w"`+ns, `<x:a xmlns:x="urn:x">lo<![CDATA[ng]]>:c</x:a>`)},
		{"word that is no prefix", `<w:Envelope xmlns:w="urn:w">` + receipt(ns, `<x:a xmlns:x="urn:x">now-where w.c</x:a>`) + `</w:Envelope>`, receipt(ns, `<x:a xmlns:x="urn:x">now-where w.c</x:a>`)},
		{"foreign content in the default of the envelope", `<Envelope xmlns="` + envelope + `">` + prefixedReceipt(own, `<a/>`) + `</Envelope>`, prefixedReceipt(` xmlns="`+envelope+`"`+own, `<a/>`)},
		{"default undone by the envelope", `<w:Envelope xmlns:w="urn:w" xmlns="urn:d"><w:Body xmlns="">` + prefixedReceipt(own, `<a/>`) + `</w:Body></w:Envelope>`, prefixedReceipt(own, `<a/>`)},
		{"namespace name with everything", `<w:Envelope xmlns:w="urn:&quot;&amp;&lt;'&#10;&#9;">` + receipt(ns, `<w:a/>`) + `</w:Envelope>`, receipt(` xmlns:w="urn:&quot;&amp;&lt;'&#xA;&#x9;"`+ns, `<w:a/>`)},
		{"type of an element of the message", `<w:Envelope xmlns:w="urn:w" xmlns:q="` + receiptNS + `" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Document` + ns + `>` + strings.Replace(rctBody, "<MsgId>", `<MsgId xsi:type="q:Max35Text">`, 1) + `</Document></w:Envelope>`,
			`<Document xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:q="` + receiptNS + `"` + ns + `>` + strings.Replace(rctBody, "<MsgId>", `<MsgId xsi:type="q:Max35Text">`, 1) + `</Document>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, err := spliced(t, test.in, func(*messages.Splice, messages.Node) {})
			if err != nil {
				t.Fatal(err)
			}
			sameText(t, out, test.want)
			_, before := readDocument(t, test.in)
			_, after := readDocument(t, out)
			if messages.Digest(before.Root) != messages.Digest(after.Root) {
				t.Errorf("it says something else:\n%s\n%s", messages.Canonical(before.Root), messages.Canonical(after.Root))
			}
		})
	}
}

// What is written into a message has the prefix of the element it goes into.
func TestSpliceWritesInTheNamespaceOfThePlace(t *testing.T) {
	insert := func(s *messages.Splice, root messages.Node) {
		s.Insert(root.At("Rct/RctDtls/OrgnlMsgId"), "OrgtrNm", text("OrgtrNm", "O"))
		s.Insert(root.At("Rct/RctDtls"), "OrgnlPmtId", func(w *messages.Writer) {
			w.Open("OrgnlPmtId")
			w.Text("TxId", "T")
			w.Close()
		})
	}
	for _, test := range []struct{ name, in, want string }{
		{"default", `<Document` + ns + `><Rct>#<MsgId>B</MsgId>@</Rct></Document>`, ""},
		{"one prefix", `<p:Document xmlns:p="` + receiptNS + `"><p:Rct>#<p:MsgId>B</p:MsgId>@</p:Rct></p:Document>`, "p:p:"},
		{"another default below", `<p:Document xmlns:p="` + receiptNS + `" xmlns="urn:other"><p:Rct>#<MsgId` + ns + `>B</MsgId>@</p:Rct></p:Document>`, "p:p:"},
		{"another prefix below", `<p:Document xmlns:p="` + receiptNS + `" xmlns:q="` + receiptNS + `"><p:Rct>#<p:MsgId>B</p:MsgId>@</p:Rct></p:Document>`, "q:p:"},
		{"the same prefix otherwise before it", `<q:Document xmlns:q="` + receiptNS + `" xmlns:p="urn:other"><q:Rct>#<q:MsgId>B</q:MsgId>@</q:Rct></q:Document>`, "q:q:"},
	} {
		t.Run(test.name, func(t *testing.T) {
			outer, inner := "", ""
			if test.want != "" {
				outer, inner = test.want[2:], test.want[:2]
			}
			head := strings.NewReplacer("O:", outer, "I:", inner).Replace("<O:MsgHdr><O:MsgId>A</O:MsgId></O:MsgHdr><O:RctDtls><I:OrgnlMsgId>")
			tail := strings.NewReplacer("O:", outer, "I:", inner).Replace("</I:OrgnlMsgId></O:RctDtls>")
			in := strings.NewReplacer("#", head, "@", tail).Replace(test.in)
			out, err := spliced(t, in, insert)
			if err != nil {
				t.Fatal(err)
			}
			added := strings.NewReplacer("O:", outer, "I:", inner).Replace("<I:OrgtrNm>O</I:OrgtrNm></I:OrgnlMsgId><O:OrgnlPmtId><O:TxId>T</O:TxId></O:OrgnlPmtId></O:RctDtls>")
			sameText(t, out, strings.NewReplacer("#", head, "@", added).Replace(test.in))
		})
	}
}

// A relabelled message is of the new version, foreign content says what it said.
func TestSpliceRelabelNamespaces(t *testing.T) {
	old, fresh := `"`+receiptNS+`"`, `"`+newerNS+`"`
	const instance = ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
	for _, test := range []struct{ name, in, want string }{
		{"default", `<Document xmlns=` + old + `>` + rctBody + `</Document>`, `<Document xmlns=` + fresh + `>` + rctBody + `</Document>`},
		{"single quotes and spaces", `<Document xmlns = '` + receiptNS + "'\n>" + rctBody + `</Document>`, `<Document xmlns = '` + newerNS + "'\n>" + rctBody + `</Document>`},
		{"by reference", `<Document xmlns="` + strings.Replace(receiptNS, "05", "0&#53;", 1) + `">` + rctBody + `</Document>`, `<Document xmlns=` + fresh + `>` + rctBody + `</Document>`},
		{"prefix", prefixedReceipt(` xmlns:p=`+old, `<x:a xmlns:x="urn:x"/>`), prefixedReceipt(` xmlns:p=`+fresh, `<x:a xmlns:x="urn:x"/>`)},
		{"behind its location", `<Document` + instance + ` xsi:schemaLocation="` + receiptNS + ` ` + receiptNS + `.xsd" xmlns=` + old + `>` + rctBody + `</Document>`,
			`<Document` + instance + ` xsi:schemaLocation="` + receiptNS + ` ` + receiptNS + `.xsd" xmlns=` + fresh + `>` + rctBody + `</Document>`},
		{"two names for it", `<Document xmlns=` + old + ` xmlns:p=` + old + `>` + strings.ReplaceAll(rctBody, "MsgHdr>", "p:MsgHdr>") + `</Document>`, `<Document xmlns=` + fresh + ` xmlns:p=` + fresh + `>` + strings.ReplaceAll(rctBody, "MsgHdr>", "p:MsgHdr>") + `</Document>`},
		{"declared again below", `<Document xmlns=` + old + `>` + strings.Replace(rctBody, "<RctDtls>", `<RctDtls xmlns=`+old+`>`, 1) + `</Document>`, `<Document xmlns=` + fresh + `>` + strings.Replace(rctBody, "<RctDtls>", `<RctDtls xmlns=`+fresh+`>`, 1) + `</Document>`},
		{"declared above", `<w:Envelope xmlns:w="urn:w" xmlns=` + old + `><Document>` + rctBody + `</Document></w:Envelope>`, `<Document xmlns=` + fresh + `>` + rctBody + `</Document>`},
		{"type by name", `<Document xmlns=` + old + ` xmlns:q=` + old + instance + `>` + strings.Replace(rctBody, "<MsgId>", `<MsgId xsi:type="q:Max35Text">`, 1) + `</Document>`, `<Document xmlns=` + fresh + ` xmlns:q=` + fresh + instance + `>` + strings.Replace(rctBody, "<MsgId>", `<MsgId xsi:type="q:Max35Text">`, 1) + `</Document>`},
		{"foreign content of its own", receipt(` xmlns=`+old, `<x:a xmlns:x="urn:x">1</x:a>`), receipt(` xmlns=`+fresh, `<x:a xmlns:x="urn:x">1</x:a>`)},
		{"foreign content with its own default", receipt(` xmlns=`+old, `<a xmlns="urn:x">1</a>`), receipt(` xmlns=`+fresh, `<a xmlns="urn:x">1</a>`)},
		{"foreign content in no namespace", receipt(` xmlns=`+old, `<a xmlns="">1</a>`), receipt(` xmlns=`+fresh, `<a xmlns="">1</a>`)},
		{"foreign content in the message's default", receipt(` xmlns=`+old, `<a><b/></a>`), receipt(` xmlns=`+fresh, `<a xmlns=`+old+`><b/></a>`)},
		{"foreign content that closes itself", receipt(` xmlns=`+old, `<a/>`), receipt(` xmlns=`+fresh, `<a xmlns=`+old+`/>`)},
		{"foreign content with the message's default inside", receipt(` xmlns=`+old, `<x:a xmlns:x="urn:x"><b/></x:a>`), receipt(` xmlns=`+fresh, `<x:a xmlns=`+old+` xmlns:x="urn:x"><b/></x:a>`)},
		{"foreign content with the message's prefix", receipt(` xmlns=`+old+` xmlns:p=`+old, `<p:a b="p:c"/>`), receipt(` xmlns=`+fresh+` xmlns:p=`+fresh, `<p:a xmlns:p=`+old+` b="p:c"/>`)},
		{"foreign content that names a type of the message", receipt(` xmlns=`+old+instance, `<x:a xmlns:x="urn:x" xsi:type="Max35Text"/>`), receipt(` xmlns=`+fresh+instance, `<x:a xmlns=`+old+` xmlns:x="urn:x" xsi:type="Max35Text"/>`)},
		{"foreign content that declares the message's namespace", receipt(` xmlns=`+old, `<p:a xmlns:p=`+old+`/>`), receipt(` xmlns=`+fresh, `<p:a xmlns:p=`+old+`/>`)},
		{"prefix of an element before", strings.Replace(receipt(` xmlns=`+old, `<x:a xmlns:x="urn:x">p</x:a>`), "<MsgHdr", `<MsgHdr xmlns:p=`+old, 1), strings.Replace(receipt(` xmlns=`+fresh, `<x:a xmlns:x="urn:x">p</x:a>`), "<MsgHdr", `<MsgHdr xmlns:p=`+fresh, 1)},
		{"foreign content between", receipt(` xmlns=`+old+` xmlns:p="urn:p"`, `<p:a/>`), receipt(` xmlns=`+fresh+` xmlns:p="urn:p"`, `<p:a/>`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, err := spliced(t, test.in, relabel(newerID))
			if err != nil {
				t.Fatal(err)
			}
			sameText(t, out, test.want)
			if _, part := readDocument(t, out); part.ID != newerID {
				t.Errorf("it is %s", part.ID)
			}
			sameMeaning(t, test.in, out)
		})
	}
}

// Foreign content that is put in keeps its namespace, too.
func TestSpliceRelabelWithForeignContentPutIn(t *testing.T) {
	for _, content := range []string{`<a><b/></a>`, `<x:a xmlns:x="urn:x"><b/></x:a>`} {
		from := donor(t, content)
		out, err := spliced(t, `<Document`+ns+`>`+rctBody+`</Document>`, func(s *messages.Splice, root messages.Node) {
			s.Insert(root.Child("Rct"), "SplmtryData", func(w *messages.Writer) { w.Copy(from.Parent().Parent()) })
			s.Relabel(newerID)
		})
		if err != nil {
			t.Fatal(err)
		}
		_, part := readDocument(t, out)
		if messages.Digest(foreignOf(part.Root)) != messages.Digest(from) {
			t.Errorf("%s has become %s", content, foreignOf(part.Root).Raw())
		}
	}
}

// Our own declarations go with what is deleted around them.
func TestSpliceRelabelWithoutTheForeignContent(t *testing.T) {
	out, err := spliced(t, receipt(ns, `<a/>`), func(s *messages.Splice, root messages.Node) {
		s.Relabel(newerID)
		s.Delete(root.At("Rct/SplmtryData"))
	})
	if err != nil {
		t.Fatal(err)
	}
	sameText(t, out, `<Document xmlns="`+newerNS+`">`+rctBody+`</Document>`)
}

// sameMeaning compares a part with its relabelled form through another
// parser: the message's elements have the new namespace, all else is the same.
func sameMeaning(tb testing.TB, before, after string) {
	tb.Helper()
	_, old := readPart(tb, before)
	_, fresh := readPart(tb, after)
	was, is := meaning(tb, before), meaning(tb, after)
	for i := range was {
		if !was[i].foreign && was[i].name.Space == old.Namespace {
			was[i].name.Space = fresh.Namespace
		}
	}
	if !slices.EqualFunc(was, is, saying.equal) {
		tb.Errorf("it says something else:\n%v\n%v", was, is)
	}
}

// saying is a start tag, or text, as another parser sees it.
type saying struct {
	name       xml.Name
	attributes []string // sorted; names with their namespaces
	text       string
	foreign    bool // inside Envlp or Sgntr
}

func (s saying) equal(other saying) bool {
	return s.name == other.name && s.text == other.text && slices.Equal(s.attributes, other.attributes)
}

// meaning is all that the one part in a text says.
func meaning(tb testing.TB, text string) (all []saying) {
	tb.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	inside, foreign, depth := 0, 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			tb.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			if inside == 0 && (token.Name.Local == "Document" || token.Name.Local == "AppHdr") {
				inside = depth
			}
			if inside > 0 {
				all = append(all, saying{name: token.Name, attributes: attributes(token), foreign: foreign > 0})
			}
			if foreign == 0 && (token.Name.Local == "Envlp" || token.Name.Local == "Sgntr") {
				foreign = depth
			}
		case xml.EndElement:
			if foreign == depth {
				foreign = 0
			}
			if inside == depth {
				inside = 0
			}
			depth--
		case xml.CharData:
			if t := bytes.TrimSpace(token); inside > 0 && len(t) > 0 {
				all = append(all, saying{text: string(t), foreign: foreign > 0})
			}
		}
	}
}

// attributes are those that are no namespace declarations. A name of a schema
// type is left to the reader, which resolves it.
func attributes(token xml.StartElement) (all []string) {
	for _, a := range token.Attr {
		if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
			all = append(all, a.Name.Space+" "+a.Name.Local+"="+a.Value)
		}
	}
	slices.Sort(all)
	return all
}
