package messages_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"dragoman/messages"
)

// paymentJSON is the sample payment in JSON.
const paymentJSON = `{"Document":{"@xmlns":"` + nsCredit + `","FIToFICstmrCdtTrf":{` +
	`"GrpHdr":{"MsgId":"M 1","CreDtTm":"2026-11-23T14:30:00+01:00","BtchBookg":"true","NbOfTxs":"1","SttlmInf":{"SttlmMtd":"INDA"}},` +
	`"CdtTrfTxInf":[{"PmtId":{"EndToEndId":"E&E"},"IntrBkSttlmAmt":{"@Ccy":"EUR","#":"12.00"},"XchgRate":"1.5","ChrgBr":"SHAR",` +
	`"Dbtr":{"Nm":"Zoë","PstlAdr":{"AdrLine":["One","Two"]}},"DbtrAgt":{"FinInstnId":{}},"CdtrAgt":{"FinInstnId":{}},"Cdtr":{}}],` +
	`"SplmtryData":[{"Envlp":{"#xml":"<n:Note xmlns:n=\"urn:n\" z=\"1\" n:k=\"v\">a <n:b></n:b> c</n:Note>"}}]}}}`

// headerJSON is the member of the sample header.
const headerJSON = `"AppHdr":{"@xmlns":"` + nsHeader + `","Fr":{"FIId":{"FinInstnId":{"BICFI":"AAAADEFF"}}},` +
	`"To":{"FIId":{"FinInstnId":{"BICFI":"BBBBDEFF"}}},"BizMsgIdr":"M 1","MsgDefIdr":"pacs.008.001.08","CreDt":"2026-11-23T13:30:00Z"}`

func toJSON(tb testing.TB, raw string) string {
	tb.Helper()
	out, err := messages.Read([]byte(raw), messages.Options{}).JSON()
	if err != nil {
		tb.Fatal(err)
	}
	if !json.Valid(out) {
		tb.Fatalf("not JSON: %s", out)
	}
	return string(out)
}

func fromJSON(tb testing.TB, text string) string {
	tb.Helper()
	out, err := messages.FromJSON([]byte(text))
	if err != nil {
		tb.Fatalf("%v\n%s", err, text)
	}
	return string(out)
}

func TestJSON(t *testing.T) {
	sameText(t, toJSON(t, payment), paymentJSON)
	sameText(t, fromJSON(t, paymentJSON), payment)
	sameText(t, string(messages.ToJSON(rootOf(t, payment))), paymentJSON)
	sameText(t, toJSON(t, header), "{"+headerJSON+"}")
	sameText(t, fromJSON(t, "{"+headerJSON+"}"), header)
	both := "<Envelope>" + header + payment + "</Envelope>"
	bothJSON := "{" + headerJSON + "," + paymentJSON[1:]
	sameText(t, toJSON(t, both), bothJSON)
	sameText(t, fromJSON(t, bothJSON), both)
	sameText(t, string(messages.ToJSON(rootOf(t, payment).At("FIToFICstmrCdtTrf/GrpHdr/MsgId"))), `{"MsgId":"M 1"}`)
	sameText(t, string(messages.ToJSON(rootOf(t, payment).At("FIToFICstmrCdtTrf/GrpHdr/SttlmInf"))),
		`{"SttlmInf":{"@xmlns":"`+nsCredit+`","SttlmMtd":"INDA"}}`)
}

// The wrapper is kept where it is not the one that FromJSON would write.
func TestJSONEnvelope(t *testing.T) {
	emptyHeader, emptyDocument := `<AppHdr xmlns="`+nsHeader+`"></AppHdr>`, `<Document xmlns="`+nsCredit+`"></Document>`
	tests := []struct{ name, raw, envelope, back string }{
		{"bare document", payment, "", payment},
		{"plain", "<?xml version='1.0'?>\n<Envelope>\n " + header + "<!-- x --> " + payment + "</Envelope>\n", "", "<Envelope>" + header + payment + "</Envelope>"},
		{"document alone", "<Envelope> " + payment + "</Envelope>", "<Envelope>" + emptyDocument + "</Envelope>", "<Envelope>" + payment + "</Envelope>"},
		{"header alone", "<Envelope> " + header + "</Envelope>", "<Envelope>" + emptyHeader + "</Envelope>", "<Envelope>" + header + "</Envelope>"},
		{"another name", "<RequestPayload>" + header + payment + "</RequestPayload>",
			"<RequestPayload>" + emptyHeader + emptyDocument + "</RequestPayload>", "<RequestPayload>" + header + payment + "</RequestPayload>"},
		{"document first", "<Envelope>" + payment + header + "</Envelope>",
			"<Envelope>" + emptyDocument + emptyHeader + "</Envelope>", "<Envelope>" + payment + header + "</Envelope>"},
		{"transport header", "<?xml version='1.0'?><s:DataPDU xmlns:s='urn:s' xmlns:t='urn:t'>\n<s:Header a = '1'>\n<t:Ref>t:x</t:Ref><s:e> </s:e></s:Header>\n<s:Body>" +
			strings.Replace(header, " xmlns=", " xmlns:x='urn:x' xmlns=", 1) + "\n" + payment + "</s:Body>\n</s:DataPDU>",
			`<s:DataPDU xmlns:s="urn:s" xmlns:t="urn:t"><s:Header a="1"><t:Ref>t:x</t:Ref><s:e> </s:e></s:Header><s:Body>` + emptyHeader + emptyDocument + `</s:Body></s:DataPDU>`,
			`<s:DataPDU xmlns:s="urn:s" xmlns:t="urn:t"><s:Header a="1"><t:Ref>t:x</t:Ref><s:e> </s:e></s:Header><s:Body>` + header + payment + `</s:Body></s:DataPDU>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := toJSON(t, tt.raw)
			var top map[string]json.RawMessage
			var envelope string
			if err := json.Unmarshal([]byte(text), &top); err != nil {
				t.Fatal(err)
			}
			if raw, ok := top["#envelope"]; ok {
				if err := json.Unmarshal(raw, &envelope); err != nil {
					t.Fatal(err)
				}
			}
			sameText(t, envelope, tt.envelope)
			sameText(t, fromJSON(t, text), tt.back)
		})
	}
}

// Values that JSON, XML or their readers could change come through.
func TestJSONValues(t *testing.T) {
	for _, value := range []string{
		" x ", "a\tb", "a\nb", "a\r\nb\r", `"quoted"`, `back\slash`, `\u0041`, "<&>]]>", "é€😀", "\u2028\u2029", "\u007f\u0085", "{}[],:", "12.50", "null", "&amp;",
	} {
		raw := replaced(t, ">M 1<", "><![CDATA["+strings.ReplaceAll(strings.ReplaceAll(value, "]]>", "]]]]><![CDATA[>"), "\r", "]]>&#13;<![CDATA[")+"]]><")
		root := rootOf(t, raw)
		if got := root.At("FIToFICstmrCdtTrf/GrpHdr/MsgId").Text(); got != value {
			t.Fatalf("the sample holds %q, want %q", got, value)
		}
		text := toJSON(t, raw)
		sameText(t, fromJSON(t, text), string(messages.Canonical(root)))
		var decoded struct {
			Document struct {
				FIToFICstmrCdtTrf struct {
					GrpHdr struct {
						ID string `json:"MsgId"`
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(text), &decoded); err != nil || decoded.Document.FIToFICstmrCdtTrf.GrpHdr.ID != value {
			t.Errorf("encoding/json reads %q (%v), want %q", decoded.Document.FIToFICstmrCdtTrf.GrpHdr.ID, err, value)
		}
	}
}

// FromJSON takes what any program may write: other escapes, other white space,
// another order, white space around numbers.
func TestFromJSONForms(t *testing.T) {
	tests := []struct{ name, from, to string }{
		{"escapes", `"M 1"`, `"\u004d\u0020\u0031"`},
		{"short escapes", `"M 1"`, `"M 1"` + " \t\r\n "},
		{"escaped solidus", `xmlns:n=\"urn:n\"`, `xmlns:n=\"urn:n\" `},
		{"escaped name", `"MsgId"`, `"\u004DsgId"`},
		{"white space around a number", `"#":"12.00"`, `"#":" 12.00\n"`},
		{"order in an object", `"MsgId":"M 1","CreDtTm":"2026-11-23T14:30:00+01:00"`, `"CreDtTm":"2026-11-23T14:30:00+01:00","MsgId":"M 1"`},
		{"order of attribute and value", `"@Ccy":"EUR","#":"12.00"`, `"#":"12.00","@Ccy":"EUR"`},
		{"namespace last", `{"@xmlns":"` + nsCredit + `","FIToFICstmrCdtTrf":`, `{"FIToFICstmrCdtTrf":`},
		{"empty array", `"Dbtr":{`, `"PrvsInstgAgt1Acct":{},"RltdRmtInf":[],"Dbtr":{`},
		{"foreign: other markup", `<n:b></n:b>`, `<!-- x --><n:b  />`},
		{"foreign: around it", `"<n:Note`, `" \n<n:Note`},
	}
	for _, tt := range tests {
		text := strings.Replace(paymentJSON, tt.from, tt.to, 1)
		want := payment
		switch tt.name {
		case "namespace last":
			text = text[:len(text)-2] + `,"@xmlns":"` + nsCredit + `"}}`
		case "empty array":
			want = replaced(t, "<Dbtr>", "<PrvsInstgAgt1Acct></PrvsInstgAgt1Acct><Dbtr>")
			want = strings.Replace(want, "<ChrgBr>SHAR</ChrgBr><PrvsInstgAgt1Acct>", "<ChrgBr>SHAR</ChrgBr><PrvsInstgAgt1Acct>", 1)
		}
		if text == paymentJSON {
			t.Fatalf("%s: nothing was changed", tt.name)
		}
		sameText(t, fromJSON(t, text), want)
	}
}

func TestFromJSONRefuses(t *testing.T) {
	const group = "$.Document.FIToFICstmrCdtTrf"
	change := func(pairs ...string) string {
		t.Helper()
		return replacedIn(t, paymentJSON, pairs)
	}
	envelope := func(xml string) string {
		quoted, _ := json.Marshal(xml)
		return `{"#envelope":` + string(quoted) + `,` + headerJSON + `,` + paymentJSON[1:]
	}
	empty := `<AppHdr xmlns="` + nsHeader + `"/><Document xmlns="` + nsCredit + `"/>`
	tests := []struct{ name, text, path, says string }{
		{"nothing", "", "$", "a value must stand here"},
		{"white space", " \n", "$", "a value must stand here"},
		{"a word", "nonsense", "$", "not a JSON value"},
		{"a byte order mark", "\ufeff" + paymentJSON, "$", "not a JSON value"},
		{"an array", "[]", "$", "must be an object, not an array"},
		{"null", "null", "$", "leave the member out"},
		{"empty", "{}", "$", "an AppHdr or a Document"},
		{"text behind", paymentJSON + "{}", "$", "behind the end"},
		{"unknown part", `{"Dokument":{}}`, "$.Dokument", "not part of a message"},
		{"two documents", paymentJSON[:len(paymentJSON)-1] + "," + paymentJSON[1:], "$.Document", "only one"},
		{"document and exchange", paymentJSON[:len(paymentJSON)-1] + `,"Xchg":{}}`, "$.Xchg", "only one"},
		{"no namespace", change(`"@xmlns":"`+nsCredit+`",`, ""), "$.Document", "is missing"},
		{"namespace twice", change(`"@xmlns"`, `"@xmlns":"`+nsCredit+`","@xmlns"`), "$.Document.@xmlns", "given twice"},
		{"namespace not text", change(`"`+nsCredit+`"`, "8"), "$.Document.@xmlns", "must be a string"},
		{"unknown type", change("pacs.008.001.08", "pacs.008.001.99"), "$.Document", `unknown message type "pacs.008.001.99"`},
		{"namespace of another", change(nsCredit, "urn:x"), "$.Document", `unknown message type "urn:x"`},
		{"header as document", change(nsCredit, nsHeader), "$.Document", "head.001.001.01 begins with AppHdr"},
		{"document not an object", `{"Document":"x"}`, "$.Document", "must be an object, not a string"},
		{"namespace inside", change(`"MsgId"`, `"@xmlns":"urn:x","MsgId"`), group + ".GrpHdr.@xmlns", "GroupHeader93 has no"},
		{"unknown element", change(`"MsgId"`, `"MsgID"`), group + ".GrpHdr.MsgID", `GroupHeader93 has no "MsgID"; it has MsgId, CreDtTm`},
		{"long unknown element", change(`"MsgId"`, `"`+strings.Repeat("é", 100)+`"`), group + ".GrpHdr." + strings.Repeat("é", 100), "é…"},
		{"unknown beside foreign", change(`"#xml"`, `"Note":"","#xml"`), group + ".SplmtryData[0].Envlp.Note", `SupplementaryDataEnvelope1 has no "Note"; it has #xml`},
		{"element twice", change(`"MsgId"`, `"MsgId":"x","MsgId"`), group + ".GrpHdr.MsgId", "given twice"},
		{"element twice, escaped", change(`"MsgId"`, `"\u004dsgId":"x","MsgId"`), group + ".GrpHdr.MsgId", "given twice"},
		{"a number", change(`"NbOfTxs":"1"`, `"NbOfTxs":1`), group + ".GrpHdr.NbOfTxs", `write "1"`},
		{"a boolean", change(`"true"`, `true`), group + ".GrpHdr.BtchBookg", `write "true"`},
		{"null for text", change(`"M 1"`, `null`), group + ".GrpHdr.MsgId", "leave the member out"},
		{"an object for text", change(`"M 1"`, `{}`), group + ".GrpHdr.MsgId", "must be a string, not an object"},
		{"an array for one", change(`"M 1"`, `["M 1"]`), group + ".GrpHdr.MsgId", "must be a string, not an array"},
		{"one for an array", change(`["One","Two"]`, `"One"`), group + ".CdtTrfTxInf[0].Dbtr.PstlAdr.AdrLine", "may repeat and must be an array"},
		{"an array in an array", change(`["One","Two"]`, `["One",["Two"]]`), group + ".CdtTrfTxInf[0].Dbtr.PstlAdr.AdrLine[1]", "not an array"},
		{"text for a group", change(`{"SttlmMtd":"INDA"}`, `"INDA"`), group + ".GrpHdr.SttlmInf", "holds elements"},
		{"text for an amount", change(`{"@Ccy":"EUR","#":"12.00"}`, `"12.00"`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt", "it has an attribute and must be an object"},
		{"an amount without value", change(`,"#":"12.00"`, ``), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt", `"#", is missing`},
		{"an amount as number", change(`"12.00"`, `12.00`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.#", `write "12.00"`},
		{"an amount with exponent", change(`"12.00"`, `1.2E+1`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.#", `write "1.2E+1"`},
		{"a currency not text", change(`"EUR"`, `978`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.@Ccy", `write "978"`},
		{"an unknown attribute", change(`"@Ccy"`, `"@ccy"`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.@ccy", `has no "@ccy"; it has @Ccy and #`},
		{"a value twice", change(`"#"`, `"#":"1","#"`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.#", "given twice"},
		{"an attribute of a plain value", change(`"M 1"`, `{"@Ccy":"EUR","#":"M 1"}`), group + ".GrpHdr.MsgId", "must be a string"},
		{"a character XML forbids", change("M 1", `M\u0000`), group + ".GrpHdr.MsgId", "XML forbids"},
		{"another", change("M 1", "M\ufffe"), group + ".GrpHdr.MsgId", "XML forbids"},
		{"half a pair", change("M 1", `\ud800x`), group + ".GrpHdr.MsgId", "not an escape"},
		{"the other half", change("M 1", `\udc00`), group + ".GrpHdr.MsgId", "not an escape"},
		{"an unknown escape", change("M 1", `\x41`), group + ".GrpHdr.MsgId", "not an escape"},
		{"digits that are none", change("M 1", `\u00g1`), group + ".GrpHdr.MsgId", "not an escape"},
		{"a cut escape", `{"Document":"\`, "$.Document", "not an escape"},
		{"UTF-8 cut short", change("Zoë", "Zo\xc3"), group + ".CdtTrfTxInf[0].Dbtr.Nm", "0xC3 is not valid UTF-8"},
		{"a surrogate in UTF-8", change("Zoë", "\xed\xa0\x80"), group + ".CdtTrfTxInf[0].Dbtr.Nm", "UTF-8"},
		{"a line end in a string", change("M 1", "M\n1"), group + ".GrpHdr.MsgId", "must be escaped"},
		{"no end of a string", `{"Document`, "$", "inside a string"},
		{"no end of an object", `{"Document":{}`, "$", `a comma or '}'`},
		{"no end of an array", `{"Document":["1"`, "$.Document", `a comma or ']'`},
		{"a trailing comma", change(`"Two"]`, `"Two",]`), group + ".CdtTrfTxInf[0].Dbtr.PstlAdr.AdrLine[2]", "a value must stand here"},
		{"a comma before the end", `{"Document":{},}`, "$", "name in double quotes"},
		{"no colon", `{"Document" {}}`, "$", "colon"},
		{"single quotes", `{'Document':{}}`, "$", "double quotes"},
		{"a comment", `{/* x */}`, "$", "double quotes"},
		{"NaN", change(`"12.00"`, `NaN`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.#", "not a JSON value"},
		{"leading zero", change(`"12.00"`, `012`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.#", "not a JSON value"},
		{"no digit before the point", change(`"12.00"`, `.5`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.#", "not a JSON value"},
		{"no digit behind the point", change(`"12.00"`, `5.`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.#", "not a JSON value"},
		{"no exponent", change(`"12.00"`, `5e`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.#", "not a JSON value"},
		{"plus sign", change(`"12.00"`, `+5`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.#", "not a JSON value"},
		{"hexadecimal", change(`"12.00"`, `0x10`), group + ".CdtTrfTxInf[0].IntrBkSttlmAmt.#", "not a JSON value"},
		{"too deep", strings.Repeat(`{"a":`, 1000), "$" + strings.Repeat(".a", 129), "deep"},
		{"foreign: not text", change(`"#xml":"`, `"#xml":{},"x":"`), group + ".SplmtryData[0].Envlp.x", "has no"},
		{"foreign: a number", change(`"Envlp":{"#xml":"<n:Note xmlns:n=\"urn:n\" z=\"1\" n:k=\"v\">a <n:b></n:b> c</n:Note>"}`, `"Envlp":{"#xml":1}`), group + ".SplmtryData[0].Envlp.#xml", `write "1"`},
		{"foreign: two elements", change(`</n:Note>`, `</n:Note><x/>`), group + ".SplmtryData[0].Envlp.#xml", "not one XML element"},
		{"foreign: out of its place", change(`</n:Note>`, `</n:Note></Envlp><Envlp>`), group + ".SplmtryData[0].Envlp.#xml", "not well-formed"},
		{"foreign: undeclared prefix", change(`xmlns:n=\"urn:n\"`, ``), group + ".SplmtryData[0].Envlp.#xml", "not declared"},
		{"envelope: not text", `{"#envelope":{},` + paymentJSON[1:], "$.#envelope", "must be a string"},
		{"envelope: not XML", envelope("x"), "$.#envelope", "cannot be used"},
		{"envelope: one part less", envelope("<Envelope>" + empty[:strings.Index(empty, "<Document")] + "</Envelope>"), "$.#envelope", "an empty element for each part"},
		{"envelope: a part too many", strings.Replace(envelope("<Envelope>"+empty+"</Envelope>"), headerJSON+",", "", 1), "$.#envelope", "an empty element for each part"},
		{"envelope: two documents", envelope("<Envelope>" + empty + `<Document xmlns="` + nsCredit + `"/></Envelope>`), "$.#envelope", "second Document"},
		{"envelope: unknown root", envelope("<Umschlag>" + empty + "</Umschlag>"), "$.#envelope", "known envelope"},
		{"envelope: parts not empty", envelope("<Envelope>" + strings.ReplaceAll(empty, "/>", "><x/></Document>")), "$.#envelope", "cannot be used"},
		{"envelope: a DTD", envelope("<!DOCTYPE Envelope><Envelope>" + empty + "</Envelope>"), "$.#envelope", "document type definition"},
		{"envelope twice", `{"#envelope":"","#envelope":"",` + paymentJSON[1:], "$.#envelope", "only one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := messages.FromJSON([]byte(tt.text))
			var wrong *messages.JSONError
			if !errors.As(err, &wrong) {
				t.Fatalf("got %v and %s, want a JSONError", err, out)
			}
			if wrong.Path != tt.path || !strings.Contains(wrong.Text, tt.says) {
				t.Errorf("got  %s: %s\nwant %s: …%s…", wrong.Path, wrong.Text, tt.path, tt.says)
			}
			if wrong.Line < 1 || wrong.Column < 1 || wrong.Offset > len(tt.text) || out != nil {
				t.Errorf("line %d, column %d, offset %d, %d bytes", wrong.Line, wrong.Column, wrong.Offset, len(out))
			}
		})
	}
	t.Logf("%d refusals", len(tests))
}

func TestJSONErrorPosition(t *testing.T) {
	_, err := messages.FromJSON([]byte("{\n  \"Document\": {\"é\": \"1\",\n   x"))
	if want := `JSON, line 3, column 4, $.Document: a name in double quotes must stand here`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestFromJSONBoundsSize(t *testing.T) {
	big := bytes.Repeat([]byte(" "), messages.MaxJSONBytes+1)
	if _, err := messages.FromJSON(big); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("got %v", err)
	}
}

func TestJSONOfFaulty(t *testing.T) {
	_, err := messages.Read([]byte(replaced(t, "12.00", "12,00")), messages.Options{}).JSON()
	if err == nil || !strings.Contains(err.Error(), "/IntrBkSttlmAmt") {
		t.Errorf("got %v", err)
	}
	_, err = messages.Read([]byte(strings.ReplaceAll(payment, "pacs.008.001.08", "pacs.008.001.99")), messages.Options{}).JSON()
	if err == nil || !strings.Contains(err.Error(), "unknown message type") {
		t.Errorf("got %v", err)
	}
}

// Every valid message beside the project comes back with the same canonical
// form, also when the members of every object stand in another order.
func TestJSONOfTheCorpus(t *testing.T) {
	atLeast := map[string]int{"messages": 729, "cbpr": 47, "mt-mx-pairs": 141}
	for _, folder := range corpusFolders {
		t.Run(folder, func(t *testing.T) { jsonOfFolder(t, folder, atLeast[folder]) })
	}
}

func jsonOfFolder(t *testing.T, folder string, atLeast int) {
	count, parts := 0, 0
	for _, file := range corpusFiles(t, folder) {
		for _, part := range file.parts() {
			sameText(t, fromJSON(t, string(messages.ToJSON(part.Root))), string(messages.Canonical(part.Root)))
			parts++
		}
		if file.message.Valid() {
			jsonAndBack(t, file)
			count++
		}
		if t.Failed() {
			t.Fatal(file.path)
		}
	}
	t.Logf("%d valid messages, %d valid parts", count, parts)
	if count < atLeast {
		t.Errorf("only %d valid messages, want at least %d", count, atLeast)
	}
}

func jsonAndBack(t *testing.T, file corpusFile) {
	text, err := file.message.JSON()
	if err != nil {
		t.Fatalf("%s: %v", file.path, err)
	}
	back := fromJSON(t, string(text))
	again := messages.Read([]byte(back), messages.Options{})
	if !again.Valid() {
		t.Fatalf("%s: %+v", file.path, again.Faults())
	}
	for _, part := range file.parts() {
		if messages.Digest(part.Root) != messages.Digest(partOf(again, part.ID).Root) {
			t.Errorf("%s: another digest", file.path)
		}
	}
	sameText(t, fromJSON(t, reordered(t, text)), back)
	sameText(t, toJSON(t, back), string(text))
}

// reordered sorts the members of every object by their names.
func reordered(tb testing.TB, text []byte) string {
	tb.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		tb.Fatal(err)
	}
	out, err := json.Marshal(value)
	if err != nil {
		tb.Fatal(err)
	}
	return string(out)
}

// A JSON text cut or changed at random is refused or read, never a panic.
func TestFromJSONDamaged(t *testing.T) {
	random := seeded(t)
	refused := 0
	const texts = 3000
	for range texts {
		damaged := []byte(paymentJSON)
		for range 1 + random.IntN(3) {
			at := random.IntN(len(damaged))
			damaged[at] = paymentJSON[random.IntN(len(paymentJSON))]
		}
		damaged = damaged[:len(damaged)-random.IntN(2)*random.IntN(len(damaged))]
		if _, err := messages.FromJSON(damaged); err != nil {
			refused++
		}
	}
	t.Logf("%d of %d refused", refused, texts)
	if refused < texts/2 {
		t.Error("too few were refused")
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(paymentJSON))
	f.Add([]byte("{" + headerJSON + "," + paymentJSON[1:]))
	f.Add([]byte(`{"#envelope":"<Envelope><AppHdr xmlns=\"` + nsHeader + `\"/></Envelope>",` + headerJSON + `}`))
	f.Add([]byte(`{"Document":{"@xmlns":"` + nsCredit + `","FIToFICstmrCdtTrf":{}}}`))
	f.Add([]byte(`{"Xchg":{"@xmlns":"urn:iso:std:iso:20022:tech:xsd:head.002.001.01","PyldTp":1e5}}`))
	f.Add([]byte(payment))
	f.Fuzz(func(t *testing.T, data []byte) {
		xml, err := messages.FromJSON(data)
		if err != nil {
			if !errors.As(err, new(*messages.JSONError)) {
				t.Fatalf("another error: %v", err)
			}
			xml = data // it may be XML
		} else if !json.Valid(data) {
			t.Fatalf("read what is not JSON")
		}
		m := messages.Read(xml, messages.Options{})
		for _, fault := range m.Faults() {
			if err == nil && strings.HasPrefix(fault.Rule, "xml.") {
				t.Fatalf("not well-formed: %+v\n%s", fault, xml)
			}
		}
		if !m.Valid() {
			return
		}
		text, err := m.JSON()
		if err != nil {
			return // foreign content beyond bound
		}
		back := fromJSON(t, string(text))
		again := messages.Read([]byte(back), messages.Options{})
		if !again.Valid() {
			t.Fatalf("not valid any more: %+v\n%s", again.Faults(), back)
		}
		sameText(t, toJSON(t, back), string(text))
		for _, pair := range [][2]messages.Part{{m.Header(), again.Header()}, {m.Document(), again.Document()}} {
			sameText(t, string(messages.Canonical(pair[1].Root)), string(messages.Canonical(pair[0].Root)))
		}
	})
}

func ExampleFromJSON() {
	xml, err := messages.FromJSON([]byte(`{"Document": {
		"SysEvtNtfctn": {"EvtInf": {"EvtParam": ["EUR", "USD"], "EvtCd": "OPEN"}},
		"@xmlns": "urn:iso:std:iso:20022:tech:xsd:admi.004.001.02"}}`))
	fmt.Println(string(xml), err)
	_, err = messages.FromJSON([]byte(`{"Document": {
		"SysEvtNtfctn": {"EvtInf": {"EvtParam": ["EUR", 840], "EvtCd": "OPEN"}},
		"@xmlns": "urn:iso:std:iso:20022:tech:xsd:admi.004.001.02"}}`))
	fmt.Println(err)
	// Output:
	// <Document xmlns="urn:iso:std:iso:20022:tech:xsd:admi.004.001.02"><SysEvtNtfctn><EvtInf><EvtCd>OPEN</EvtCd><EvtParam>EUR</EvtParam><EvtParam>USD</EvtParam></EvtInf></SysEvtNtfctn></Document> <nil>
	// JSON, line 2, column 51, $.Document.SysEvtNtfctn.EvtInf.EvtParam[1]: it must be a string: write "840"
}

func ExampleMessage_JSON() {
	m := messages.Read([]byte(`<a:Document xmlns:a="urn:iso:std:iso:20022:tech:xsd:admi.004.001.02">
  <a:SysEvtNtfctn><a:EvtInf><a:EvtCd>OPEN</a:EvtCd><a:EvtParam>EUR</a:EvtParam></a:EvtInf></a:SysEvtNtfctn>
</a:Document>`), messages.Options{})
	text, err := m.JSON()
	fmt.Println(string(text), err)
	// Output: {"Document":{"@xmlns":"urn:iso:std:iso:20022:tech:xsd:admi.004.001.02","SysEvtNtfctn":{"EvtInf":{"EvtCd":"OPEN","EvtParam":["EUR"]}}}} <nil>
}

func BenchmarkJSON(b *testing.B) {
	for _, size := range []int{1, 1000} {
		raw := batchOf(b, size)
		m := messages.Read(raw, messages.Options{})
		text, err := m.JSON()
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("to/%d", size), func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.JSON(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("from/%d", size), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := messages.FromJSON(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
