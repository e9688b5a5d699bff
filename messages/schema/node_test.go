package schema_test

import (
	"strings"
	"sync"
	"testing"

	"dragoman/messages/schema"
)

// TestAbsentNode checks that every method of a node that is not there answers
// with nothing.
func TestAbsentNode(t *testing.T) {
	read := schema.Read([]byte(plain(t)), schema.Options{})
	for name, n := range map[string]schema.Node{
		"zero": {}, "no header": read.Header.Root, "no child": read.Document.Root.Child("None"), "no path": read.Document.Root.At("FIToFICstmrCdtTrf/None/Id"),
		"above the root": read.Document.Root.Parent(),
	} {
		from, to := n.Content()
		switch {
		case n.Exists(), n.Name() != "", n.QName() != "", n.Text() != "", n.Attr("Ccy") != "", n.Path() != "":
			t.Errorf("%s says something", name)
		case n.Type() != nil, n.Particle() != nil, n.Schema() != nil, n.Raw() != nil, n.Offset() != -1, from != 0, to != 0:
			t.Errorf("%s has something", name)
		case n.Wildcard(), n.SelfClosed(), n.Faulty(), n.Parent().Exists(), n.At("a/b").Exists(), n.Child("a").Exists(), n.Index() != 1:
			t.Errorf("%s is something", name)
		}
		for range n.Children() {
			t.Errorf("%s has children", name)
		}
		for range n.All("a") {
			t.Errorf("%s has children by name", name)
		}
		for range n.Walk() {
			t.Errorf("%s has descendants", name)
		}
		for range n.Attributes() {
			t.Errorf("%s has attributes", name)
		}
	}
}

// TestNode follows a message with a header, prefixes, repetitions and a
// wildcard.
func TestNode(t *testing.T) {
	text := string(readFile(t, hostile+"/header-and-document.xml"))
	second := `<CdtTrfTxInf><PmtId><EndToEndId>E-2</EndToEndId></PmtId></CdtTrfTxInf>`
	text = strings.Replace(text, "</CdtTrfTxInf>", "</CdtTrfTxInf>"+second, 1)
	text = strings.Replace(text, "<Nm>Debtor</Nm>", `<q:Nm xmlns:q="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08">A &amp; <!-- B --><![CDATA[<C>]]></q:Nm>`, 1)
	read := schema.Read([]byte(text), schema.Options{})
	root := read.Document.Root
	body := root.Child("FIToFICstmrCdtTrf")
	first := body.Child("CdtTrfTxInf")
	name := first.At("Dbtr/Nm")
	last := schema.Node{}
	for n := range body.All("CdtTrfTxInf") {
		last = n
	}
	foreign := first.At("SplmtryData/Envlp").Child("")
	for got, want := range map[string]string{
		read.Header.ID: "head.001.001.02", read.Document.ID: "pacs.008.001.08", root.Path(): "/Document", read.Header.Root.At("BizMsgIdr").Path(): "/AppHdr/BizMsgIdr",
		last.At("PmtId/EndToEndId").Path(): "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/PmtId/EndToEndId",
		name.QName():                       "q:Nm", name.Name(): "Nm", name.Text(): "A & <C>",
		first.Child("IntrBkSttlmAmt").Attr("Ccy"): "EUR", first.Child("IntrBkSttlmAmt").Attr("ccy"): "", first.Text(): "",
		foreign.Path():        "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/SplmtryData[1]/Envlp/x",
		string(foreign.Raw()): `<x xmlns="urn:x"/>`, string(last.Raw()): second,
		root.Schema().ID() + " " + read.Header.Root.Schema().ID(): "pacs.008.001.08 head.001.001.02",
		name.Type().Name: "Max140Text", name.Particle().Name: "Nm",
	} {
		if got != want {
			t.Errorf("got %q, wanted %q", got, want)
		}
	}
	switch {
	case !foreign.Wildcard() || foreign.Type() != nil || !foreign.SelfClosed():
		t.Error("the wildcard is not seen as one")
	case name.Wildcard(), name.SelfClosed():
		t.Error("the name is seen as a wildcard")
	case !last.Faulty() || !body.Faulty() || first.Faulty() || name.Faulty() || read.Header.Faulty || !read.Document.Faulty:
		t.Errorf("faults are seen where they are not: %s", sentences(read.Faults))
	case root.Parent().Exists(), read.Header.Root.Parent().Exists(), name.Parent().Parent() != first:
		t.Error("parents")
	}
}

// TestIterationStops breaks off every iteration after the first.
func TestIterationStops(t *testing.T) {
	body := schema.Read(batch(t, 3), schema.Options{}).Document.Root.Child("FIToFICstmrCdtTrf")
	count := 0
	for range body.Children() {
		count++
		break
	}
	for range body.All("CdtTrfTxInf") {
		count++
		break
	}
	for range body.Walk() {
		count++
		break
	}
	for range body.At("CdtTrfTxInf/IntrBkSttlmAmt").Attributes() {
		count++
		break
	}
	if count != 4 {
		t.Errorf("%d steps, wanted 4", count)
	}
}

// TestConcurrent reads many messages of types not yet decoded at the same time;
// the race detector looks on.
func TestConcurrent(t *testing.T) {
	const readers = 8
	good := []byte(plain(t))
	bad := []byte(strings.Replace(plain(t), "SHAR", "NONE", 1))
	ids := schema.IDs()
	var wait sync.WaitGroup
	for i := range readers {
		wait.Go(func() {
			for k := range 40 {
				if schema.Lookup(ids[(7*k+i)%len(ids)]) == nil {
					t.Error("a listed type is not found")
				}
				if f := schema.Read(good, schema.Options{}).Faults; len(f) != 0 {
					t.Error(sentences(f))
				}
				if f := schema.Read(bad, schema.Options{}).Faults; len(f) != 1 || f[0].Rule != "schema.enumeration" {
					t.Error(sentences(f))
				}
			}
		})
	}
	wait.Wait()
}

// TestLookup checks how schemas are found.
func TestLookup(t *testing.T) {
	const id = "pacs.008.001.08"
	s := schema.Lookup(id)
	if s == nil || s != schema.ByNamespace(schema.NamespacePrefix+id) || s.ID() != id || s.Namespace() != schema.NamespacePrefix+id || s.Root().Name != "Document" {
		t.Errorf("%s: %+v", id, s)
	}
	for _, other := range []string{"", "pacs.008.001.99", "pacs", "PACS.008.001.08", "zzzz", "a", id + " "} {
		if schema.Lookup(other) != nil || schema.ByNamespace(schema.NamespacePrefix+other) != nil || schema.ByNamespace(other) != nil {
			t.Errorf("%q is found", other)
		}
	}
	if typ := s.TypeNamed("Max35Text"); typ == nil || typ.MaxLength != 35 || typ.Kind.String() != "text" {
		t.Errorf("Max35Text: %+v", typ)
	}
	none, _ := s.Root().Type.Element("None")
	body, slot := s.Root().Type.Element("FIToFICstmrCdtTrf")
	if s.TypeNamed("None") != nil || none != nil || body == nil || slot != 0 {
		t.Error("types and elements that are not there")
	}
	for from := range len(body.Type.Slots) + 1 {
		if p, slot := body.Type.ElementFrom("CdtTrfTxInf", from); p == nil || slot != 1 {
			t.Errorf("CdtTrfTxInf from slot %d: %v at %d", from, p, slot)
		}
	}
}
