package messages_test

import (
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	"dragoman/messages"
)

// writtenReceipt writes a receipt; change is called in the place of its
// supplementary data.
func writtenReceipt(id string, change func(*messages.Writer)) ([]byte, error) {
	w := messages.NewWriter(id)
	w.Open("Rct")
	w.Open("MsgHdr")
	w.Text("MsgId", "A")
	w.Close()
	w.Open("RctDtls")
	w.Open("OrgnlMsgId")
	w.Text("MsgId", "B")
	w.Close()
	w.Close()
	change(w)
	w.Close()
	return w.Bytes()
}

// What cannot be written validly is an error that names rule and place; no
// bytes come with it.
func TestWriterErrors(t *testing.T) {
	payment := func(write func(*messages.Writer)) func(*messages.Writer) {
		return func(w *messages.Writer) {
			w.Open("FIToFICstmrCdtTrf")
			w.Open("CdtTrfTxInf")
			write(w)
			w.Close()
			w.Close()
		}
	}
	const transaction = "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf"
	for _, test := range []struct {
		name       string
		write      func(*messages.Writer)
		rule, path string
		says       string
	}{
		{"nothing at all", func(*messages.Writer) {}, "schema.missing", "/Document/FIToFICstmrCdtTrf", "missing"},
		{"unknown element", payment(func(w *messages.Writer) { w.Text("Amount", "1") }), "schema.unexpected", transaction + "/Amount", "no element Amount"},
		{"unknown group", payment(func(w *messages.Writer) { w.Open("Payer") }), "schema.unexpected", transaction + "/Payer", "no element Payer"},
		{"element of another place", func(w *messages.Writer) { w.Open("CdtTrfTxInf") }, "schema.unexpected", "/Document/CdtTrfTxInf", ""},
		{"no name", payment(func(w *messages.Writer) { w.Text("", "1") }), "schema.unexpected", transaction, ""},
		{"name with a prefix", payment(func(w *messages.Writer) { w.Text("p:ChrgBr", "SHAR") }), "schema.unexpected", transaction + "/p:ChrgBr", ""},
		{"missing element", payment(func(w *messages.Writer) { w.Text("ChrgBr", "SHAR") }), "schema.missing", transaction + "/PmtId", "missing in CdtTrfTxInf"},
		{"missing choice", payment(func(w *messages.Writer) {
			w.Open("ChrgsInf")
			w.AmountText("Amt", "EUR", "1")
			w.Close()
		}), "schema.missing", transaction + "/ChrgsInf/Agt", ""},
		{"both of a choice", payment(func(w *messages.Writer) {
			w.Open("Purp")
			w.Text("Cd", "SALA")
			w.Text("Prtry", "x")
			w.Close()
		}), "schema.choice", transaction + "/Purp/Prtry", "beside Cd"},
		{"one too many", payment(func(w *messages.Writer) {
			w.Text("ChrgBr", "SHAR")
			w.Text("ChrgBr", "DEBT")
			w.Open("PmtId")
			w.Text("EndToEndId", "1")
			w.Close()
			w.AmountText("IntrBkSttlmAmt", "EUR", "1")
		}), "schema.occurs", transaction + "/ChrgBr", "2 times"},
		{"too long", payment(func(w *messages.Writer) {
			w.Open("PmtId")
			w.Text("InstrId", strings.Repeat("é", 36))
		}), "schema.length", transaction + "/PmtId/InstrId", "36 characters"},
		{"not a code", payment(func(w *messages.Writer) { w.Text("ChrgBr", "ALL") }), "schema.enumeration", transaction + "/ChrgBr", "ALL"},
		{"not a date", payment(func(w *messages.Writer) { w.Text("IntrBkSttlmDt", "2026-02-30") }), "schema.date", transaction + "/IntrBkSttlmDt", ""},
		{"not of the pattern", payment(func(w *messages.Writer) { w.Open("PmtId"); w.Text("UETR", "8A562C67-CA16-48BA-B074-65581BE6F011") }), "schema.pattern", transaction + "/PmtId/UETR", ""},
		{"exponent", payment(func(w *messages.Writer) { w.AmountText("IntrBkSttlmAmt", "EUR", "1e5") }), "schema.decimal", transaction + "/IntrBkSttlmAmt", "no exponent"},
		{"negative amount", payment(func(w *messages.Writer) { w.AmountText("IntrBkSttlmAmt", "EUR", "-1") }), "schema.minimum", transaction + "/IntrBkSttlmAmt", "minimum"},
		{"19 digits", payment(func(w *messages.Writer) { w.AmountText("IntrBkSttlmAmt", "EUR", "1234567890123456789") }), "schema.total-digits", transaction + "/IntrBkSttlmAmt", ""},
		{"six decimals", payment(func(w *messages.Writer) { w.AmountText("IntrBkSttlmAmt", "EUR", "0.000001") }), "schema.fraction-digits", transaction + "/IntrBkSttlmAmt", ""},
		{"amount without digits", payment(func(w *messages.Writer) { w.AmountText("IntrBkSttlmAmt", "EUR", "") }), "schema.decimal", transaction + "/IntrBkSttlmAmt", ""},
		{"amount without currency", payment(func(w *messages.Writer) { w.Text("IntrBkSttlmAmt", "1") }), "schema.attribute", transaction + "/IntrBkSttlmAmt", "currency"},
		{"currency without amount", payment(func(w *messages.Writer) { w.AmountText("ChrgBr", "EUR", "SHAR") }), "schema.attribute", transaction + "/ChrgBr", ""},
		{"currency that is none", payment(func(w *messages.Writer) { w.AmountText("IntrBkSttlmAmt", `E" x="`, "1") }), "schema.pattern", transaction + "/IntrBkSttlmAmt", ""},
		{"child in a value", payment(func(w *messages.Writer) { w.Open("ChrgBr") }), "schema.child", transaction + "/ChrgBr", "holds a value"},
		{"value in a group", payment(func(w *messages.Writer) { w.Text("PmtId", "1") }), "schema.text", transaction + "/PmtId", "holds elements"},
		{"forbidden character", payment(func(w *messages.Writer) { w.Open("PmtId"); w.Text("InstrId", "a\x00b") }), "xml.character", transaction + "/PmtId/InstrId", "forbids"},
		{"half a character", payment(func(w *messages.Writer) { w.Open("PmtId"); w.Text("InstrId", "a\xc3") }), "policy.utf8", transaction + "/PmtId/InstrId", "UTF-8"},
		{"not closed", func(w *messages.Writer) { w.Open("FIToFICstmrCdtTrf"); w.Open("GrpHdr") }, "schema.order", "/Document/FIToFICstmrCdtTrf/GrpHdr", "2 elements are still open"},
		{"closed too often", func(w *messages.Writer) { w.Close() }, "schema.order", "/Document", "Close without Open"},
		{"foreign content where none may stand", func(w *messages.Writer) { w.Copy(donor(t, `<x:a xmlns:x="urn:x"/>`)) }, "schema.unexpected", "/Document/a", "foreign"},
		{"element of another message", payment(func(w *messages.Writer) {
			_, part := readDocument(t, `<Document`+ns+`>`+rctBody+`</Document>`)
			w.Copy(part.Root.Child("Rct"))
		}), "schema.unexpected", transaction + "/Rct", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := messages.NewWriter("pacs.008.001.08")
			test.write(w)
			out, err := w.Bytes()
			var wrong *messages.WriteError
			if out != nil || !errors.As(err, &wrong) {
				t.Fatalf("%q, %v", out, err)
			}
			if wrong.Rule != test.rule || strings.TrimSuffix(wrong.Path, "/") != test.path || !strings.Contains(wrong.Text, test.says) {
				t.Errorf("%s at %s: %s; want %s at %s", wrong.Rule, wrong.Path, wrong.Text, test.rule, test.path)
			}
			if !strings.HasPrefix(err.Error(), "write "+wrong.Path) || !errors.Is(w.Err(), err) {
				t.Errorf("%v, %v", err, w.Err())
			}
		})
	}
}

// The first error stands, and calls after it do nothing.
func TestWriterFirstErrorStands(t *testing.T) {
	w := messages.NewWriter("pacs.008.001.08")
	w.Text("Nothing", "x")
	first := w.Err()
	w.Open("FIToFICstmrCdtTrf")
	w.Close()
	w.Close()
	w.Text("Other", "\xff")
	w.Copy(donor(t, "<x xmlns=''/>"))
	if w.Has("FIToFICstmrCdtTrf") || w.Required("FIToFICstmrCdtTrf") {
		t.Error("a writer with an error has places for elements")
	}
	if _, err := w.Bytes(); !errors.Is(err, first) || first == nil {
		t.Errorf("%v, then %v", first, err)
	}
}

// A message type that is not compiled in is an error of Bytes, not a panic.
func TestWriterOfAnUnknownType(t *testing.T) {
	for _, id := range []string{"", "pacs.008", "pacs.008.001.99", "Document"} {
		w := messages.NewWriter(id)
		w.Open("x")
		w.Text("y", "z")
		w.Close()
		if w.ID() != "" || w.Version() != 0 || w.Has("x") {
			t.Errorf("%q: %s %d", id, w.ID(), w.Version())
		}
		var wrong *messages.WriteError
		if out, err := w.Bytes(); out != nil || !errors.As(err, &wrong) || wrong.Rule != "schema.unknown-type" {
			t.Errorf("%q: %q, %v", id, out, err)
		}
	}
}

// A writer writes one message.
func TestWriterIsUsedOnce(t *testing.T) {
	var w *messages.Writer
	out, err := writtenReceipt(receiptID, func(used *messages.Writer) { w = used })
	if err != nil {
		t.Fatal(err)
	}
	kept := string(out)
	w.Text("MsgId", "again")
	w.Open("Rct")
	w.Close()
	if again, err := w.Bytes(); again != nil || err == nil || !strings.Contains(err.Error(), "already written") {
		t.Errorf("%q, %v", again, err)
	}
	if _, err := writtenReceipt(receiptID, func(*messages.Writer) {}); err != nil {
		t.Fatal(err)
	}
	sameText(t, string(out), kept)
}

// The order of calls says nothing but for elements of one name.
func TestWriterRepairsTheOrder(t *testing.T) {
	w := messages.NewWriter(receiptID)
	w.Open("Rct")
	w.Open("RctDtls")
	w.Open("ReqHdlg")
	w.Text("Desc", "second")
	w.Text("StsCd", "2")
	w.Close()
	w.Open("ReqHdlg")
	w.Text("StsCd", "1")
	w.Close()
	w.Open("OrgnlMsgId")
	w.Text("OrgtrNm", "O")
	w.Text("MsgId", "B")
	w.Close()
	w.Close()
	w.Open("MsgHdr")
	w.Text("MsgId", "A")
	w.Close()
	w.Close()
	out, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	sameText(t, string(out), `<Document`+ns+`><Rct><MsgHdr><MsgId>A</MsgId></MsgHdr><RctDtls><OrgnlMsgId><MsgId>B</MsgId><OrgtrNm>O</OrgtrNm></OrgnlMsgId>`+
		`<ReqHdlg><StsCd>2</StsCd><Desc>second</Desc></ReqHdlg><ReqHdlg><StsCd>1</StsCd></ReqHdlg></RctDtls></Rct></Document>`)
}

// What holds nothing is left out, so that callers need not ask.
func TestWriterLeavesOutWhatIsEmpty(t *testing.T) {
	out, err := writtenReceipt(receiptID, func(w *messages.Writer) {
		w.Open("SplmtryData")
		w.Text("PlcAndNm", "")
		w.Maybe("Nothing", "x")
		w.Maybe("PlcAndNm", "")
		w.Copy(messages.Node{})
		w.CopyAs("PlcAndNm", messages.Node{})
		w.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	sameText(t, string(out), `<Document`+ns+`>`+rctBody+`</Document>`)
}

// Every value that XML can hold reads back as it was given.
func TestWriterEscapes(t *testing.T) {
	for _, value := range []string{
		"<a & b>", "]]>", "a]]>b", "\r", "a\rb", "a\r\nb", "\n", "\t x \t", "  ", "'\"", "&amp;", "&#13;", "<![CDATA[x]]>", "<!-- -->", "é", "漢", "😀", "\U0010ffff", "\u0085\u2028", "\ufffd", "\u202eabc",
	} {
		out, err := writtenReceipt(receiptID, func(w *messages.Writer) {
			w.Open("SplmtryData")
			w.Text("PlcAndNm", value)
			w.Open("Envlp")
			w.Copy(donor(t, "<x xmlns=''/>"))
			w.Close()
			w.Close()
		})
		if err != nil {
			t.Errorf("%q: %v", value, err)
			continue
		}
		_, part := readDocument(t, string(out))
		if got := part.Root.At("Rct/SplmtryData/PlcAndNm").Text(); got != value {
			t.Errorf("%q reads back as %q", value, got)
		}
		var other struct {
			Value string `xml:"Rct>SplmtryData>PlcAndNm"`
		}
		if err := xml.Unmarshal(out, &other); err != nil || other.Value != value {
			t.Errorf("another parser reads %q as %q, %v", value, other.Value, err)
		}
	}
}

// donor is foreign content of a message that was read.
func donor(tb testing.TB, content string) messages.Node {
	tb.Helper()
	_, part := readDocument(tb, receipt(ns, content))
	return foreignOf(part.Root)
}

// Foreign content takes along what it needs of the declarations around it.
func TestWriterCopiesForeignContent(t *testing.T) {
	const other = "camt.025.001.08"
	envelope := func(attributes, document string) string {
		return `<w:Envelope` + attributes + `>` + document + `</w:Envelope>`
	}
	for _, test := range []struct{ name, from, want string }{
		{"its own", receipt(ns, `<x:a xmlns:x="urn:x"> <!-- c --> <x:b/></x:a>`), `<x:a xmlns:x="urn:x"> <!-- c --> <x:b/></x:a>`},
		{"from around", envelope(` xmlns:w="urn:w"`, receipt(ns+` xmlns:x="urn:x"`, `<x:a w:b="1"/>`)), `<x:a xmlns:x="urn:x" xmlns:w="urn:w" w:b="1"/>`},
		{"the inner of two", envelope(` xmlns:w="urn:w" xmlns:x="urn:outer"`, receipt(ns+` xmlns:x="urn:x"`, `<x:a/>`)), `<x:a xmlns:x="urn:x"/>`},
		{"in the other message's namespace", receipt(ns, `<a><b/></a>`), `<a xmlns="` + receiptNS + `"><b/></a>`},
		{"in no namespace", prefixedReceipt(` xmlns:p="`+receiptNS+`"`, `<a><p:b/></a>`), `<a xmlns:p="` + receiptNS + `" xmlns=""><p:b/></a>`},
		{"in no namespace again", receipt(ns, `<a xmlns=""/>`), `<a xmlns=""/>`},
		{"in the same namespace", receipt(` xmlns="`+newerNS+`"`, `<a/>`), `<a/>`},
		{"in the envelope's", envelope(` xmlns:w="urn:w" xmlns="urn:d"`, prefixedReceipt(` xmlns:p="`+receiptNS+`"`, `<a/>`)), `<a xmlns="urn:d"/>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, part := readDocument(t, test.from)
			out, err := writtenReceipt(other, func(w *messages.Writer) { w.Copy(part.Root.At("Rct/SplmtryData")) })
			if err != nil {
				t.Fatal(err)
			}
			sameText(t, string(out), receipt(` xmlns="`+newerNS+`"`, test.want))
			_, copied := readDocument(t, string(out))
			if messages.Digest(foreignOf(copied.Root)) != messages.Digest(foreignOf(m.Document().Root)) {
				t.Errorf("it says something else: %s", messages.Canonical(foreignOf(copied.Root)))
			}
		})
	}
}

// Foreign content that breaks a rule is found before a byte is returned, also
// where it comes from a message that is not valid.
func TestWriterLooksAtForeignContent(t *testing.T) {
	whole := receipt(ns, `<x:a xmlns:x="urn:x"><x:b>t</x:b></x:a>`)
	supplementary := func(w *messages.Writer, foreign messages.Node) {
		w.Open("SplmtryData")
		w.Open("Envlp")
		w.Copy(foreign)
		w.Close()
		w.Close()
	}
	inReceipt := func(foreign messages.Node) ([]byte, error) {
		return writtenReceipt(receiptID, func(w *messages.Writer) { supplementary(w, foreign) })
	}
	const mostLevels = 59 // below x:a of a receipt
	for _, test := range []struct {
		name, text string
		valid      bool
		write      func(messages.Node) ([]byte, error)
		rule       string
	}{
		{"instruction", strings.Replace(whole, ">t<", "><?p i?>t<", 1), false, inReceipt, "policy.instruction"},
		{"broken off", whole[:strings.Index(whole, "</x:b>")], false, inReceipt, "xml.end-tag"},
		{"another end", strings.Replace(whole, "</x:b></x:a>", "</x:b></x:c>", 1), false, inReceipt, "xml.end-tag"},
		{"duplicate", strings.Replace(whole, "<x:b>", `<x:b y="1" y="2">`, 1), false, inReceipt, "policy.duplicate-attribute"},
		{"the wildcard admits other content", whole, true, func(foreign messages.Node) ([]byte, error) {
			w := messages.NewWriter("head.001.001.03")
			w.Open("Fr")
			w.Agent("FIId", messages.Agent{Name: "A"})
			w.Close()
			w.Open("To")
			w.Agent("FIId", messages.Agent{Name: "B"})
			w.Close()
			w.Text("BizMsgIdr", "1")
			w.Text("MsgDefIdr", "pacs.008.001.08")
			w.Text("CreDt", "2026-11-23T09:30:15Z")
			w.Open("Sgntr")
			w.Copy(foreign)
			w.Close()
			return w.Bytes()
		}, "schema.unexpected"},
		{"one level too deep", strings.Replace(whole, "<x:b>t</x:b>", strings.Repeat("<x:b>", mostLevels)+strings.Repeat("</x:b>", mostLevels), 1), true, func(foreign messages.Node) ([]byte, error) {
			_, part := readDocument(t, string(sample(t)))
			body := part.Root.Child("FIToFICstmrCdtTrf")
			w := messages.NewWriter(part.ID)
			w.Open(body.Name())
			w.Copy(body.Child("GrpHdr"))
			w.Open("CdtTrfTxInf")
			for c := range body.Child("CdtTrfTxInf").Children() {
				w.Copy(c)
			}
			supplementary(w, foreign)
			w.Close()
			w.Close()
			return w.Bytes()
		}, "policy.depth"},
	} {
		m := messages.Read([]byte(test.text), messages.Options{})
		if m.Valid() != test.valid {
			t.Fatalf("%s: the message of the test has the faults %+v", test.name, m.Faults())
		}
		out, err := test.write(foreignOf(m.Document().Root))
		var wrong *messages.WriteError
		if out != nil || !errors.As(err, &wrong) || wrong.Rule != test.rule {
			t.Errorf("%s: %q, %v, want %s", test.name, out, err, test.rule)
		}
	}
}

// An amount is written in the digits of its currency.
func TestWriterAmounts(t *testing.T) {
	for amount, want := range map[string]string{
		"EUR 1": `<Amt Ccy="EUR">1.00</Amt>`, "JPY 1500": `<Amt Ccy="JPY">1500</Amt>`, "KWD 0.005": `<Amt Ccy="KWD">0.005</Amt>`, "EUR 0": `<Amt Ccy="EUR">0.00</Amt>`,
	} {
		code, digits, _ := strings.Cut(amount, " ")
		money, err := messages.ParseMoney(digits, messages.MustCurrency(code))
		if err != nil {
			t.Fatal(err)
		}
		in := strings.Replace(string(sample(t)), "<ChrgBr>SHAR</ChrgBr>", `<ChrgBr>SHAR</ChrgBr><ChrgsInf><Amt Ccy="XXX">9</Amt><Agt><FinInstnId><Nm>N</Nm></FinInstnId></Agt></ChrgsInf>`, 1)
		out, err := spliced(t, in, func(s *messages.Splice, root messages.Node) {
			s.SetAmount(root.At("FIToFICstmrCdtTrf/CdtTrfTxInf/ChrgsInf/Amt"), money)
		})
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v; %s is not in %s", amount, err, want, out)
		}
	}
}

// Header and document travel together in an envelope that is read back.
func TestEnvelope(t *testing.T) {
	document, err := writtenReceipt(receiptID, func(*messages.Writer) {})
	if err != nil {
		t.Fatal(err)
	}
	created, err := messages.ParseDateTime("2026-11-23T09:30:15Z")
	if err != nil {
		t.Fatal(err)
	}
	header, err := messages.Header{
		From: messages.Agent{Name: "A"}, To: messages.Agent{Name: "B"}, MessageID: "1", Definition: receiptID, Created: created,
	}.Write("head.001.001.03")
	if err != nil {
		t.Fatal(err)
	}
	m := messages.Read(messages.Envelope(header, document), messages.Options{})
	if !m.Valid() {
		t.Fatal(m.Faults())
	}
	sameText(t, string(m.Raw()[m.Header().Start:m.Header().End]), string(header))
	sameText(t, string(m.Raw()[m.Document().Start:m.Document().End]), string(document))
}
