package schema

import (
	"strings"
	"testing"
)

// A message that breaks off, wherever it does, can be viewed as far as it was
// read, and no method of its nodes fails.
func TestBrokenOffMessageIsViewed(t *testing.T) {
	const text = `<?xml version="1.0"?><!-- long enough to stand before the first end --><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08">` +
		`<FIToFICstmrCdtTrf><GrpHdr><MsgId>A&amp;<!-- c --><![CDATA[B]]></MsgId><CreDtTm>2026-01-01T00:00:00Z</CreDtTm></GrpHdr>` +
		`<CdtTrfTxInf><IntrBkSttlmAmt Ccy="EUR">1</IntrBkSttlmAmt></CdtTrfTxInf><SplmtryData><Envlp><a b="c"><d/>e</a></Envlp></SplmtryData></FIToFICstmrCdtTrf></Document>`
	viewed := 0
	for end := range len(text) {
		read := Read([]byte(text[:end]), Options{})
		if len(read.Faults) == 0 {
			t.Fatalf("a message of %d bytes that breaks off is found valid", end)
		}
		for n := range read.Document.Root.Walk() {
			viewed++
			from, to := n.Content()
			if from > to || to > end || n.Offset()+len(n.Raw()) > end {
				t.Fatalf("%d bytes: %s lies at %d to %d, its content at %d to %d", end, n.Path(), n.Offset(), n.Offset()+len(n.Raw()), from, to)
			}
			if strings.HasPrefix(n.Text(), "A&B") && n.Name() != "MsgId" {
				t.Fatalf("%d bytes: %s is %q", end, n.Path(), n.Text())
			}
		}
	}
	if want := 1500; viewed < want {
		t.Errorf("%d elements viewed, want at least %d", viewed, want)
	}
	read := Read([]byte(text[:strings.Index(text, "</CreDtTm>")]), Options{})
	if id := read.Document.Root.At("FIToFICstmrCdtTrf/GrpHdr/MsgId"); id.Text() != "A&B" {
		t.Errorf("MsgId of a message that breaks off behind it is %q, want A&B", id.Text())
	}
	if open := read.Document.Root.At("FIToFICstmrCdtTrf/GrpHdr/CreDtTm"); open.Text() != "" || !open.Faulty() {
		t.Errorf("an element that does not end has the value %q", open.Text())
	}
}

// Reading that stops at the bound of faults leaves a tree that ends.
func TestStoppedReadLeavesATree(t *testing.T) {
	const text = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf><GrpHdr><MsgId a="1" b="2">A</MsgId></GrpHdr></FIToFICstmrCdtTrf></Document>`
	for most := 1; most < 6; most++ {
		read := Read([]byte(text), Options{MaxFaults: most})
		var walk func(n Node, depth int)
		walk = func(n Node, depth int) {
			if depth > 4 {
				t.Fatalf("with at most %d faults, elements are nested deeper than the message", most)
			}
			for c := range n.Children() {
				walk(c, depth+1)
			}
		}
		walk(read.Document.Root, 1)
		if len(read.Faults) == 0 {
			t.Errorf("no faults with a bound of %d", most)
		}
	}
}
