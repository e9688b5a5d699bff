package messages_test

import (
	"strings"
	"testing"

	"dragoman/messages"
)

const headerText = `<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.03"><Fr><FIId><FinInstnId><BICFI>ALPHCNBJXXX</BICFI></FinInstnId></FIId></Fr>` +
	`<To><FIId><FinInstnId><BICFI>BETATHBKXXX</BICFI></FinInstnId></FIId></To><BizMsgIdr>1</BizMsgIdr><MsgDefIdr>` + receiptID + `</MsgDefIdr>` +
	`<CreDt>2026-11-23T09:30:15Z</CreDt></AppHdr>`

// A message is a header, a document, or both in some envelope; each part is
// where it says it is.
func TestReadFindsTheParts(t *testing.T) {
	document := `<Document` + ns + `>` + rctBody + `</Document>`
	for _, test := range []struct {
		name, text       string
		header, document string
	}{
		{"document", document, "", document},
		{"header", headerText, headerText, ""},
		{"declaration, comments and byte order mark", "\ufeff<?xml version='1.0' encoding='utf-8'?>\n<!-- a -->" + document + "<!-- b -->\n", "", document},
		{"envelope", `<Envelope xmlns="urn:swift:xsd:envelope">` + headerText + document + `</Envelope>`, headerText, document},
		{"prefixed envelope", `<e:RequestPayload xmlns:e="urn:e">` + "\n" + headerText + "\n" + document + "\n" + `</e:RequestPayload>`, headerText, document},
		{"envelopes in an envelope", `<DataPDU><Body>` + headerText + `<More>x</More>` + document + `</Body></DataPDU>`, headerText, document},
		{"document before header", `<Envelope>` + document + headerText + `</Envelope>`, headerText, document},
		{"header in an envelope", `<Envelope>` + headerText + `</Envelope>`, headerText, ""},
		{"document in an envelope", `<BusMsg>` + document + `</BusMsg>`, "", document},
	} {
		m := messages.Read([]byte(test.text), messages.Options{})
		if !m.Valid() || len(m.Faults()) != 0 || string(m.Raw()) != test.text {
			t.Errorf("%s: %+v", test.name, m.Faults())
		}
		for _, part := range []struct {
			messages.Part
			want, id string
		}{{m.Header(), test.header, "head.001.001.03"}, {m.Document(), test.document, receiptID}} {
			if got := test.text[part.Start:part.End]; got != part.want || string(part.Root.Raw()) != part.want {
				t.Errorf("%s: the part is %q, want %q", test.name, got, part.want)
			}
			if exists := part.want != ""; part.Exists() != exists || part.Root.Exists() != exists || exists && part.ID != part.id {
				t.Errorf("%s: the part is %+v", test.name, part.Part)
			}
		}
	}
}

// What is wrong with one part does not spoil the other.
func TestReadKeepsThePartsApart(t *testing.T) {
	document := `<Document` + ns + `>` + rctBody + `</Document>`
	for name, text := range map[string]string{
		"header":   `<Envelope>` + strings.Replace(headerText, "<BizMsgIdr>1</BizMsgIdr>", "", 1) + document + `</Envelope>`,
		"document": `<Envelope>` + headerText + strings.Replace(document, "<MsgId>A</MsgId>", "", 1) + `</Envelope>`,
	} {
		m := messages.Read([]byte(text), messages.Options{})
		if len(m.Faults()) != 1 || m.Header().Faulty != (name == "header") || m.Document().Faulty != (name == "document") {
			t.Errorf("%s: %+v", name, m.Faults())
		}
		if m.Header().Root.Child("MsgDefIdr").Text() != receiptID || m.Document().Root.At("Rct/RctDtls/OrgnlMsgId/MsgId").Text() != "B" {
			t.Errorf("%s: what could be read cannot be viewed", name)
		}
	}
}

// The options bound what is read and what is reported.
func TestReadOptions(t *testing.T) {
	text := `<Document` + ns + `><Rct>` + strings.Repeat("<Nothing/>", 200) + `</Rct></Document>`
	if faults := messages.Read([]byte(text), messages.Options{MaxFaults: 7}).Faults(); len(faults) != 7 {
		t.Errorf("%d faults, want 7", len(faults))
	}
	if faults := messages.Read([]byte(text), messages.Options{}).Faults(); len(faults) != 100 {
		t.Errorf("%d faults, want 100", len(faults))
	}
	if faults := messages.Read([]byte(text), messages.Options{MaxBytes: len(text) - 1}).Faults(); len(faults) != 1 || faults[0].Rule != "policy.size" {
		t.Errorf("%+v, want policy.size", faults)
	}
}

// A fault of a rule beyond the schema says where its element stands.
func TestMessageFault(t *testing.T) {
	text := "\ufeff<w:Envelope xmlns:w='urn:é'>\r\n<Document" + ns + ">\n<Rct><MsgHdr><MsgId>€😀</MsgId><!-- é --></MsgHdr>" +
		"<RctDtls><OrgnlMsgId><MsgId>B</MsgId></OrgnlMsgId></RctDtls>\n <RctDtls><OrgnlMsgId><MsgId>C</MsgId></OrgnlMsgId></RctDtls></Rct></Document></w:Envelope>"
	m, part := readDocument(t, text)
	var second messages.Node
	for n := range part.Root.Child("Rct").All("RctDtls") {
		second = n
	}
	for _, test := range []struct {
		at           messages.Node
		missing      string
		path         string
		line, column int
	}{
		{part.Root, "", "/Document", 2, 1},
		{part.Root.At("Rct/MsgHdr/MsgId"), "", "/Document/Rct/MsgHdr/MsgId", 3, 14},
		{part.Root.At("Rct/RctDtls"), "", "/Document/Rct/RctDtls[1]", 3, 50},
		{second.At("OrgnlMsgId/MsgId"), "", "/Document/Rct/RctDtls[2]/OrgnlMsgId/MsgId", 4, 23},
		{second, "OrgnlPmtId/TxId", "/Document/Rct/RctDtls[2]/OrgnlPmtId/TxId", 4, 2},
		{messages.Node{}, "", "", 1, 1},
	} {
		f := m.FaultBelow("base.rule", "RC01", test.at, test.missing, "%d of %s", 3, "them")
		want := messages.Fault{Rule: "base.rule", Path: test.path, Offset: max(test.at.Offset(), 0), Line: test.line, Column: test.column, Reason: "RC01", Text: "3 of them"}
		if f != want {
			t.Errorf("the fault is %+v, want %+v", f, want)
		}
		if test.missing == "" && m.Fault("base.rule", "RC01", test.at, "%d of %s", 3, "them") != want {
			t.Errorf("Fault and FaultBelow differ at %s", test.path)
		}
	}
}

// KindOf and the kinds of the parts.
func TestKindOf(t *testing.T) {
	for id, want := range map[string]string{"pacs.008.001.08": "pacs.008", "head.001.001.03": "head.001", "pacs.008": "pacs.008", "pacs": "pacs", "": "", "a.b.c": "a.b"} {
		if got := messages.KindOf(id); got != want {
			t.Errorf("the kind of %q is %q, want %q", id, got, want)
		}
	}
}
