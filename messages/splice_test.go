package messages_test

import (
	"errors"
	"strings"
	"testing"

	"dragoman/messages"
)

// A receipt is the smallest message with everything a splice meets: values,
// optional elements, a repeated element, a place for foreign content.
const (
	receiptID = "camt.025.001.05"
	receiptNS = "urn:iso:std:iso:20022:tech:xsd:camt.025.001.05"
	newerID   = "camt.025.001.08"
	newerNS   = "urn:iso:std:iso:20022:tech:xsd:camt.025.001.08"
	rctBody   = "<Rct><MsgHdr><MsgId>A</MsgId></MsgHdr><RctDtls><OrgnlMsgId><MsgId>B</MsgId></OrgnlMsgId></RctDtls></Rct>"
)

// receipt is one with foreign content at its end.
func receipt(attributes, foreign string) string {
	return `<Document` + attributes + `><Rct><MsgHdr><MsgId>A</MsgId></MsgHdr><RctDtls><OrgnlMsgId><MsgId>B</MsgId></OrgnlMsgId></RctDtls>` +
		`<SplmtryData><Envlp>` + foreign + `</Envlp></SplmtryData></Rct></Document>`
}

// prefixedReceipt is a receipt whose own elements have the prefix p.
func prefixedReceipt(attributes, foreign string) string {
	out := strings.ReplaceAll(receipt(attributes, "#"), "<", "<p:")
	return strings.Replace(strings.ReplaceAll(out, "<p:/", "</p:"), "#", foreign, 1)
}

// readDocument reads a text whose document is valid.
func readDocument(tb testing.TB, text string) (*messages.Message, messages.Part) {
	tb.Helper()
	m := messages.Read([]byte(text), messages.Options{})
	if !m.Valid() || !m.Document().Root.Exists() {
		tb.Fatalf("the message of the test is not valid: %+v\n%s", m.Faults(), text)
	}
	return m, m.Document()
}

// readPart reads a text with one part, which is valid.
func readPart(tb testing.TB, text string) (*messages.Message, messages.Part) {
	tb.Helper()
	m := messages.Read([]byte(text), messages.Options{})
	if !m.Valid() {
		tb.Fatalf("the message is not valid: %+v\n%s", m.Faults(), text)
	}
	if m.Document().Exists() {
		return m, m.Document()
	}
	return m, m.Header()
}

// spliced carries edits out on the document of a text.
func spliced(tb testing.TB, text string, edit func(*messages.Splice, messages.Node)) (string, error) {
	tb.Helper()
	m, part := readDocument(tb, text)
	s := messages.NewSplice(m, part)
	edit(s, part.Root)
	out, err := s.Bytes()
	if err != nil && out != nil {
		tb.Errorf("bytes come with the error %v", err)
	}
	return string(out), err
}

const ns = ` xmlns="` + receiptNS + `"`

// What a splice of the message in gives, byte for byte.
func TestSpliceEdits(t *testing.T) {
	plain := `<Document` + ns + `>` + rctBody + `</Document>`
	laidOut := "<Document" + ns + ">\n <Rct><!-- c -->\n  <MsgHdr>\n   <MsgId>A</MsgId>\n  </MsgHdr>\n" +
		"  <RctDtls><OrgnlMsgId><MsgId>1</MsgId></OrgnlMsgId></RctDtls>\n  <RctDtls><OrgnlMsgId><MsgId>2</MsgId></OrgnlMsgId></RctDtls>\n" +
		"  <RctDtls><OrgnlMsgId><MsgId>3</MsgId></OrgnlMsgId></RctDtls>\n </Rct>\n</Document>"
	for _, test := range []struct {
		name, in string
		edit     func(*messages.Splice, messages.Node)
		// old and new are what differs in the outcome; every occurrence.
		old, new string
	}{
		{"nothing", laidOut, func(*messages.Splice, messages.Node) {}, "", ""},
		{"set", laidOut, func(s *messages.Splice, root messages.Node) { s.Set(root.At("Rct/MsgHdr/MsgId"), "Z") }, "<MsgId>A<", "<MsgId>Z<"},
		{"set escapes", plain, func(s *messages.Splice, root messages.Node) { s.Set(root.At("Rct/MsgHdr/MsgId"), "<&>\"'\r]]>é😀") },
			"<MsgId>A<", "<MsgId>&lt;&amp;&gt;\"'&#xD;]]&gt;é😀<"},
		{"set over comment, CDATA and reference", strings.Replace(plain, ">A<", "><!-- x --><![CDATA[a]]>&#65;<", 1), func(s *messages.Splice, root messages.Node) { s.Set(root.At("Rct/MsgHdr/MsgId"), "Z") },
			"<!-- x --><![CDATA[a]]>&#65;", "Z"},
		{"delete", strings.Replace(plain, "</MsgHdr>", "<CreDtTm>2026-01-02T03:04:05Z</CreDtTm></MsgHdr>", 1), func(s *messages.Splice, root messages.Node) { s.Delete(root.At("Rct/MsgHdr/CreDtTm")) },
			"<CreDtTm>2026-01-02T03:04:05Z</CreDtTm>", ""},
		{"only the first", laidOut, only(1), "\n  <RctDtls><OrgnlMsgId><MsgId>2</MsgId></OrgnlMsgId></RctDtls>\n  <RctDtls><OrgnlMsgId><MsgId>3</MsgId></OrgnlMsgId></RctDtls>", ""},
		{"only the second", laidOut, only(2), "<RctDtls><OrgnlMsgId><MsgId>1</MsgId></OrgnlMsgId></RctDtls>\n  <RctDtls><OrgnlMsgId><MsgId>2</MsgId></OrgnlMsgId></RctDtls>\n  <RctDtls><OrgnlMsgId><MsgId>3</MsgId></OrgnlMsgId></RctDtls>",
			"<RctDtls><OrgnlMsgId><MsgId>2</MsgId></OrgnlMsgId></RctDtls>"},
		{"only the last, changed", laidOut, func(s *messages.Splice, root messages.Node) {
			only(3)(s, root)
			for n := range root.At("Rct").All("RctDtls") {
				if n.Index() == 3 {
					s.Set(n.At("OrgnlMsgId/MsgId"), "9")
				}
			}
		}, "<RctDtls><OrgnlMsgId><MsgId>1</MsgId></OrgnlMsgId></RctDtls>\n  <RctDtls><OrgnlMsgId><MsgId>2</MsgId></OrgnlMsgId></RctDtls>\n  <RctDtls><OrgnlMsgId><MsgId>3</MsgId>",
			"<RctDtls><OrgnlMsgId><MsgId>9</MsgId>"},
		{"insert in the middle", plain, func(s *messages.Splice, root messages.Node) {
			s.Insert(root.At("Rct/RctDtls/OrgnlMsgId"), "OrgtrNm", text("OrgtrNm", "O"))
		}, "<MsgId>B</MsgId>", "<MsgId>B</MsgId><OrgtrNm>O</OrgtrNm>"},
		{"insert two, last first", plain, func(s *messages.Splice, root messages.Node) {
			s.Insert(root.At("Rct/RctDtls/OrgnlMsgId"), "OrgtrNm", text("OrgtrNm", "O"))
			s.Insert(root.At("Rct/RctDtls/OrgnlMsgId"), "MsgNmId", text("MsgNmId", "N"))
		}, "<MsgId>B</MsgId>", "<MsgId>B</MsgId><MsgNmId>N</MsgNmId><OrgtrNm>O</OrgtrNm>"},
		{"insert behind those of the same name", plain, func(s *messages.Splice, root messages.Node) {
			s.Insert(root.Child("Rct"), "RctDtls", func(w *messages.Writer) {
				for _, id := range []string{"C", "D"} {
					w.Open("RctDtls")
					w.Open("OrgnlMsgId")
					w.Text("MsgId", id)
					w.Close()
					w.Close()
				}
			})
		}, "</RctDtls>", "</RctDtls><RctDtls><OrgnlMsgId><MsgId>C</MsgId></OrgnlMsgId></RctDtls><RctDtls><OrgnlMsgId><MsgId>D</MsgId></OrgnlMsgId></RctDtls>"},
		{"insert nothing", plain, func(s *messages.Splice, root messages.Node) {
			s.Insert(root.At("Rct/RctDtls/OrgnlMsgId"), "OrgtrNm", text("OrgtrNm", ""))
		}, "", ""},
		{"delete, then insert before it", strings.Replace(plain, ">B</MsgId>", ">B</MsgId><OrgtrNm>O</OrgtrNm>", 1), func(s *messages.Splice, root messages.Node) {
			s.Delete(root.At("Rct/RctDtls/OrgnlMsgId/OrgtrNm"))
			s.Insert(root.At("Rct/RctDtls/OrgnlMsgId"), "MsgNmId", text("MsgNmId", "N"))
		}, "<OrgtrNm>O</OrgtrNm>", "<MsgNmId>N</MsgNmId>"},
		{"replace by several", plain, func(s *messages.Splice, root messages.Node) {
			s.Replace(root.At("Rct/RctDtls/OrgnlMsgId/MsgId"), func(w *messages.Writer) { w.Text("MsgId", "X"); w.Text("MsgNmId", "Y") })
		}, "<MsgId>B</MsgId>", "<MsgId>X</MsgId><MsgNmId>Y</MsgNmId>"},
		{"replace another part of a choice", strings.Replace(plain, "</OrgnlMsgId>", "</OrgnlMsgId><OrgnlPmtId><TxId>T</TxId></OrgnlPmtId>", 1), func(s *messages.Splice, root messages.Node) {
			s.Replace(root.At("Rct/RctDtls/OrgnlPmtId/TxId"), text("PrtryId", "P"))
		}, "<TxId>T</TxId>", "<PrtryId>P</PrtryId>"},
		{"relabel", plain, relabel(newerID), receiptNS, newerNS},
		{"relabel and change", plain, func(s *messages.Splice, root messages.Node) {
			s.Set(root.At("Rct/MsgHdr/MsgId"), "Z")
			s.Relabel(newerID)
		}, ns + "><Rct><MsgHdr><MsgId>A", ` xmlns="` + newerNS + `"><Rct><MsgHdr><MsgId>Z`},
		{"relabel and back", plain, func(s *messages.Splice, _ messages.Node) { s.Relabel(newerID); s.Relabel(receiptID) }, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, err := spliced(t, test.in, test.edit)
			if err != nil {
				t.Fatal(err)
			}
			if test.old != "" && !strings.Contains(test.in, test.old) {
				t.Fatalf("the test is wrong: %s is not in the message", test.old)
			}
			want := test.in
			if test.old != "" {
				want = strings.ReplaceAll(want, test.old, test.new)
			}
			sameText(t, out, want)
		})
	}
}

func only(number int) func(*messages.Splice, messages.Node) {
	return func(s *messages.Splice, root messages.Node) {
		for n := range root.At("Rct").All("RctDtls") {
			if n.Index() == number {
				s.Only(n)
			}
		}
	}
}

func relabel(id string) func(*messages.Splice, messages.Node) {
	return func(s *messages.Splice, _ messages.Node) { s.Relabel(id) }
}

func text(name, value string) func(*messages.Writer) {
	return func(w *messages.Writer) { w.Text(name, value) }
}

// Elements written <Name/> get an end tag when something is put into them.
func TestSpliceOpensWhatClosedItself(t *testing.T) {
	in := strings.Replace(string(sample(t)), "</SttlmInf>\n", "</SttlmInf><PmtTpInf />\n", 1)
	out, err := spliced(t, in, func(s *messages.Splice, root messages.Node) {
		group := root.At("FIToFICstmrCdtTrf/GrpHdr")
		// A child of the outer element, directly behind it.
		s.Insert(group, "InstdAgt", func(w *messages.Writer) { w.Agent("InstdAgt", messages.Agent{MemberID: "1"}) })
		s.Insert(group.Child("PmtTpInf"), "ClrChanl", text("ClrChanl", "RTGS"))
		s.Insert(group.Child("PmtTpInf"), "InstrPrty", text("InstrPrty", "HIGH"))
	})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(in, "<PmtTpInf />", "<PmtTpInf ><InstrPrty>HIGH</InstrPrty><ClrChanl>RTGS</ClrChanl></PmtTpInf>"+
		"<InstdAgt><FinInstnId><ClrSysMmbId><MmbId>1</MmbId></ClrSysMmbId></FinInstnId></InstdAgt>", 1)
	sameText(t, out, want[strings.Index(want, "<Document"):strings.LastIndex(want, ">")+1])
}

// An empty value is set once, however it is written.
func TestSpliceSetsAnEmptyValue(t *testing.T) {
	for _, empty := range []string{"<Prty/>", "<Prty></Prty>", "<Prty  />", "<Prty\n/>"} {
		header := `<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.03"><Fr><FIId><FinInstnId><BICFI>ALPHCNBJXXX</BICFI></FinInstnId></FIId></Fr>` +
			`<To><FIId><FinInstnId><BICFI>BETATHBKXXX</BICFI></FinInstnId></FIId></To><BizMsgIdr>1</BizMsgIdr><MsgDefIdr>pacs.008.001.08</MsgDefIdr>` +
			`<CreDt>2026-11-23T09:30:15Z</CreDt>` + empty + `</AppHdr>`
		m, part := readPart(t, header)
		s := messages.NewSplice(m, part)
		s.Set(part.Root.Child("Prty"), "HIGH")
		out, err := s.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		open := strings.Replace(strings.TrimSuffix(empty, "</Prty>"), "/>", ">", 1)
		sameText(t, string(out), strings.Replace(header, empty, open+"HIGH</Prty>", 1))
		s.Set(part.Root.Child("Prty"), "NORM")
		if out, err := s.Bytes(); out != nil || !errors.Is(err, messages.ErrSplice) {
			t.Errorf("%s: set twice it is %s, %v", empty, out, err)
		}
	}
}

// A splice that cannot be carried out says so and returns nothing.
func TestSpliceRefusals(t *testing.T) {
	plain := `<Document` + ns + `>` + rctBody + `</Document>`
	withForeign := receipt(ns, `<x:a xmlns:x="urn:x"><x:b/></x:a>`)
	id := func(root messages.Node) messages.Node { return root.At("Rct/MsgHdr/MsgId") }
	_, other := readDocument(t, plain)
	_, distant := readDocument(t, strings.Repeat(" ", 4096)+plain)
	for _, test := range []struct {
		name, in string
		edit     func(*messages.Splice, messages.Node)
		rule     string // of the fault of a SpliceError; empty: another error
		says     string
	}{
		{"absent element", plain, func(s *messages.Splice, root messages.Node) { s.Set(root.At("Rct/Nothing"), "x") }, "", "no such element"},
		{"zero node", plain, func(s *messages.Splice, _ messages.Node) { s.Delete(messages.Node{}) }, "", "no such element"},
		{"element of another message", plain, func(s *messages.Splice, _ messages.Node) { s.Set(id(other.Root), "x") }, "", "no such element"},
		{"element beyond the message", plain, func(s *messages.Splice, _ messages.Node) { s.Only(id(distant.Root)) }, "", "no such element"},
		{"value of a group", plain, func(s *messages.Splice, root messages.Node) { s.Set(root.Child("Rct"), "x") }, "", "holds no value"},
		{"value of foreign content", withForeign, func(s *messages.Splice, root messages.Node) { s.Set(foreignOf(root), "x") }, "", "holds no value"},
		{"child of foreign content", withForeign, func(s *messages.Splice, root messages.Node) { s.Insert(foreignOf(root), "b", text("b", "x")) }, "", "cannot hold it"},
		{"child of a value", plain, func(s *messages.Splice, root messages.Node) { s.Insert(id(root), "b", text("b", "x")) }, "", "cannot hold it"},
		{"unknown child", plain, func(s *messages.Splice, root messages.Node) { s.Insert(root, "Nothing", text("Nothing", "x")) }, "", "cannot hold it"},
		{"no value of the type", plain, func(s *messages.Splice, root messages.Node) { s.Set(id(root), strings.Repeat("x", 36)) }, "schema.length", "36 characters"},
		{"empty value", plain, func(s *messages.Splice, root messages.Node) { s.Set(id(root), "") }, "schema.length", ""},
		{"forbidden character", plain, func(s *messages.Splice, root messages.Node) { s.Set(id(root), "\x01") }, "xml.character", ""},
		{"not UTF-8", plain, func(s *messages.Splice, root messages.Node) { s.Set(id(root), "\xff") }, "policy.utf8", ""},
		{"required element deleted", plain, func(s *messages.Splice, root messages.Node) { s.Delete(id(root)) }, "schema.missing", ""},
		{"root deleted", plain, func(s *messages.Splice, root messages.Node) { s.Delete(root) }, "xml.empty", ""},
		{"root replaced", plain, func(s *messages.Splice, root messages.Node) { s.Replace(root, text("Document", "x")) }, "", "cannot be replaced"},
		{"one too many", plain, func(s *messages.Splice, root messages.Node) {
			s.Insert(root.At("Rct/MsgHdr"), "MsgId", text("MsgId", "C"))
		}, "schema.occurs", ""},
		{"second of a choice", strings.Replace(plain, "</OrgnlMsgId>", "</OrgnlMsgId><OrgnlPmtId><TxId>T</TxId></OrgnlPmtId>", 1), func(s *messages.Splice, root messages.Node) {
			s.Insert(root.At("Rct/RctDtls/OrgnlPmtId"), "PrtryId", text("PrtryId", "P"))
		}, "schema.choice", ""},
		{"writer's error", plain, func(s *messages.Splice, root messages.Node) {
			s.Insert(root.At("Rct/MsgHdr"), "CreDtTm", text("CreDtTm", "yesterday"))
		}, "", "CreDtTm"},
		{"fragment not closed", plain, func(s *messages.Splice, root messages.Node) {
			s.Insert(root.At("Rct/RctDtls"), "OrgnlPmtId", func(w *messages.Writer) { w.Open("OrgnlPmtId") })
		}, "", "still open"},
		{"fragment closed too often", plain, func(s *messages.Splice, root messages.Node) {
			s.Insert(root.At("Rct/RctDtls"), "OrgnlPmtId", func(w *messages.Writer) { w.Close() })
		}, "", "Close without Open"},
		{"set twice", plain, func(s *messages.Splice, root messages.Node) { s.Set(id(root), "x"); s.Set(id(root), "y") }, "", "overlap"},
		{"set and replaced", plain, func(s *messages.Splice, root messages.Node) {
			s.Set(id(root), "x")
			s.Replace(id(root), text("MsgId", "y"))
		}, "", "overlap"},
		{"set inside what is deleted", plain, func(s *messages.Splice, root messages.Node) {
			s.Delete(root.At("Rct/MsgHdr"))
			s.Set(id(root), "x")
		}, "", "overlap"},
		{"inserted into what is replaced", plain, func(s *messages.Splice, root messages.Node) {
			s.Insert(root.At("Rct/RctDtls/OrgnlMsgId"), "MsgNmId", text("MsgNmId", "N"))
			s.Replace(root.At("Rct/RctDtls"), func(*messages.Writer) {})
		}, "", "overlap"},
		{"another kind of message", plain, relabel("camt.050.001.05"), "", "not another version"},
		{"unknown version", plain, relabel("camt.025.001.77"), "", "not another version"},
		{"content that the version does not have", string(sample(t)), relabel("pacs.008.001.01"), "schema.unexpected", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := spliced(t, test.in, test.edit)
			var invalid *messages.SpliceError
			switch {
			case err == nil:
				t.Fatal("it was carried out")
			case errors.As(err, &invalid) != (test.rule != ""):
				t.Errorf("the error is %v", err)
			case test.rule != "" && invalid.Faults[0].Rule != test.rule:
				t.Errorf("the fault is %+v, want %s", invalid.Faults[0], test.rule)
			case test.rule == "" && !errors.Is(err, messages.ErrSplice):
				t.Errorf("%v is no ErrSplice", err)
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error says %q, want %q in it", err, test.says)
			}
		})
	}
}

func foreignOf(root messages.Node) (foreign messages.Node) {
	for n := range root.Walk() {
		if n.Wildcard() {
			foreign = n
		}
	}
	return foreign
}

// The first mistake stands: what comes after it does nothing.
func TestSpliceFirstErrorStands(t *testing.T) {
	_, err := spliced(t, `<Document`+ns+`>`+rctBody+`</Document>`, func(s *messages.Splice, root messages.Node) {
		s.Set(root.At("Rct/Nothing"), "x")
		s.Relabel("camt.025.001.77")
		s.Delete(root)
		s.Insert(root, "Rct", func(*messages.Writer) { t.Error("the writer is called") })
	})
	if err == nil || !strings.Contains(err.Error(), "set: no such element") {
		t.Errorf("the error is %v", err)
	}
}

// An invalid part cannot be changed, and a part belongs to its message.
func TestSpliceWantsAValidPartOfTheMessage(t *testing.T) {
	plain := `<Document` + ns + `>` + rctBody + `</Document>`
	valid, part := readDocument(t, plain)
	again, _ := readDocument(t, plain)
	faulty := messages.Read([]byte(strings.Replace(plain, ">A<", "><", 1)), messages.Options{})
	for name, s := range map[string]*messages.Splice{
		"faulty part":             messages.NewSplice(faulty, faulty.Document()),
		"absent part":             messages.NewSplice(valid, valid.Header()),
		"part of another message": messages.NewSplice(again, part),
	} {
		if out, err := s.Bytes(); out != nil || !errors.Is(err, messages.ErrSplice) {
			t.Errorf("%s: %q, %v", name, out, err)
		}
	}
}

// The window that a splice without edits returns cannot be grown over the
// message.
func TestSpliceLeavesTheMessageAlone(t *testing.T) {
	in := `<w:Envelope xmlns:w="urn:w"><Document` + ns + `>` + rctBody + `</Document></w:Envelope>`
	raw := []byte(in)
	m := messages.Read(raw, messages.Options{})
	for _, edit := range []func(*messages.Splice, messages.Node){
		func(*messages.Splice, messages.Node) {},
		func(s *messages.Splice, root messages.Node) { s.Set(root.At("Rct/MsgHdr/MsgId"), "Z") },
	} {
		s := messages.NewSplice(m, m.Document())
		edit(s, m.Document().Root)
		out, err := s.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		_ = append(out, "+"...)
		sameText(t, string(raw), in)
	}
}
