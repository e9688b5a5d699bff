package schema

import (
	"slices"
	"testing"
)

func TestNamespacesInScope(t *testing.T) {
	const text = "\ufeff<?xml version='1.0'?><!-- <a xmlns='urn:no'> -->" +
		`<Envelope xmlns:w="urn:w" xmlns:xml="http://www.w3.org/XML/1998/namespace">` +
		`<w:Other xmlns:gone="urn:gone" note="a>b"><x/><w:y xmlns:z="urn:z"/></w:Other><![CDATA[]]>` +
		`<h:AppHdr xmlns:h="urn:iso:std:iso:20022:tech:xsd:head.001.001.02" xmlns="urn:default">` +
		`<h:Fr xmlns:w="urn:w2"><h:FIId/></h:Fr></h:AppHdr></Envelope>`
	r := Read([]byte(text), Options{})
	root := r.Header.Root
	id := root.At("Fr/FIId")
	if !id.Exists() {
		t.Fatal(r.Faults)
	}
	outer := []Binding{{"w", "urn:w"}}
	if got := root.InheritedNamespaces(); !slices.Equal(got, outer) {
		t.Errorf("around the header: %v", got)
	}
	own := []Binding{{"h", NamespacePrefix + "head.001.001.02"}, {"", "urn:default"}}
	if got := root.DeclaredNamespaces(nil); !slices.Equal(got, own) {
		t.Errorf("on the header: %v", got)
	}
	want := slices.Concat(outer, own, []Binding{{"w", "urn:w2"}})
	if got := id.InheritedNamespaces(); !slices.Equal(got, want) {
		t.Errorf("around FIId: %v", got)
	}
	if (Node{}).InheritedNamespaces() != nil || (Node{}).DeclaredNamespaces(nil) != nil {
		t.Error("an absent element has no namespaces")
	}
}

func TestEscapes(t *testing.T) {
	const value = "a&b<c>d\"e'f\tg\nh\ri€"
	if got := string(AppendText([]byte("x"), value)); got != "xa&amp;b&lt;c&gt;d\"e'f\tg\nh&#xD;i€" {
		t.Errorf("text: %s", got)
	}
	if got := string(AppendAttribute([]byte("x"), value)); got != "xa&amp;b&lt;c>d&quot;e'f&#x9;g&#xA;h&#xD;i€" {
		t.Errorf("attribute: %s", got)
	}
}
