package messages_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/messages/schema"
)

const (
	nsHeader = "urn:iso:std:iso:20022:tech:xsd:head.001.001.01"
	nsCredit = "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"
)

// payment is a small valid pacs.008 with one of everything: text, code,
// decimal, boolean, date-time, amount, repeated element, foreign content.
const payment = `<Document xmlns="` + nsCredit + `"><FIToFICstmrCdtTrf>` +
	`<GrpHdr><MsgId>M 1</MsgId><CreDtTm>2026-11-23T14:30:00+01:00</CreDtTm><BtchBookg>true</BtchBookg><NbOfTxs>1</NbOfTxs>` +
	`<SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf></GrpHdr>` +
	`<CdtTrfTxInf><PmtId><EndToEndId>E&amp;E</EndToEndId></PmtId>` +
	`<IntrBkSttlmAmt Ccy="EUR">12.00</IntrBkSttlmAmt><XchgRate>1.5</XchgRate><ChrgBr>SHAR</ChrgBr>` +
	`<Dbtr><Nm>Zoë</Nm><PstlAdr><AdrLine>One</AdrLine><AdrLine>Two</AdrLine></PstlAdr></Dbtr>` +
	`<DbtrAgt><FinInstnId></FinInstnId></DbtrAgt><CdtrAgt><FinInstnId></FinInstnId></CdtrAgt><Cdtr></Cdtr></CdtTrfTxInf>` +
	`<SplmtryData><Envlp><n:Note xmlns:n="urn:n" z="1" n:k="v">a <n:b></n:b> c</n:Note></Envlp></SplmtryData>` +
	`</FIToFICstmrCdtTrf></Document>`

// header is a small valid business application header.
const header = `<AppHdr xmlns="` + nsHeader + `"><Fr><FIId><FinInstnId><BICFI>AAAADEFF</BICFI></FinInstnId></FIId></Fr>` +
	`<To><FIId><FinInstnId><BICFI>BBBBDEFF</BICFI></FinInstnId></FIId></To><BizMsgIdr>M 1</BizMsgIdr>` +
	`<MsgDefIdr>pacs.008.001.08</MsgDefIdr><CreDt>2026-11-23T13:30:00Z</CreDt></AppHdr>`

// rootOf reads a valid message and gives its Document, or else its AppHdr.
func rootOf(tb testing.TB, raw string) messages.Node {
	tb.Helper()
	m := messages.Read([]byte(raw), messages.Options{})
	if !m.Valid() {
		tb.Fatalf("not valid: %+v\n%s", m.Faults(), raw)
	}
	if root := m.Document().Root; root.Exists() {
		return root
	}
	return m.Header().Root
}

// replaced is the payment with one place changed.
func replaced(tb testing.TB, pairs ...string) string {
	tb.Helper()
	return replacedIn(tb, payment, pairs)
}

// replacedIn puts each second of the pairs in the place of the one before it.
func replacedIn(tb testing.TB, out string, pairs []string) string {
	tb.Helper()
	for pair := range slices.Chunk(pairs, 2) {
		if !strings.Contains(out, pair[0]) {
			tb.Fatalf("%q is not in the sample", pair[0])
		}
		out = strings.Replace(out, pair[0], pair[1], 1)
	}
	return out
}

// sameText compares two long texts and shows where they part.
func sameText(tb testing.TB, got, want string) {
	tb.Helper()
	if got == want {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	around := func(s string) string { return s[max(0, at-60):min(len(s), at+60)] }
	tb.Errorf("at byte %d:\ngot  …%s…\nwant …%s…", at, around(got), around(want))
}

func TestCanonicalSame(t *testing.T) {
	prefixed := strings.NewReplacer("<n:", "<n:", "</n:", "</n:", "</", "</p:", "<", "<p:").Replace(payment)
	prefixed = strings.Replace(prefixed, "xmlns=", "xmlns:p=", 1)
	tests := []struct{ name, raw string }{
		{"itself", payment},
		{"declaration and comments around", "\ufeff<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a -->" + payment + "<!-- b -->\n"},
		{"prefix", prefixed},
		{"prefix declared by the wrapper", `<Envelope xmlns:p="` + nsCredit + `">` + strings.Replace(prefixed, ` xmlns:p="`+nsCredit+`"`, "", 1) + `</Envelope>`},
		{"default declared by the wrapper", `<e:Envelope xmlns:e="urn:e" xmlns="` + nsCredit + `">` + strings.Replace(payment, ` xmlns="`+nsCredit+`"`, "", 1) + `</e:Envelope>`},
		{"beside a header", `<RequestPayload>` + header + payment + `</RequestPayload>`},
		{"prefixes change inside", replaced(t, "<PmtId>", `<q:PmtId xmlns:q="`+nsCredit+`">`, "</PmtId>", "</q:PmtId>")},
		{"unused declarations", replaced(t, "<Dbtr>", `<Dbtr xmlns:u="urn:u">`)},
		{"white space between elements", replaced(t, "<GrpHdr>", "\r\n\t<GrpHdr>\n ", "</GrpHdr>", "\n</GrpHdr>", "</SttlmMtd>", "</SttlmMtd> ")},
		{"white space in tags", replaced(t, "<GrpHdr>", "<GrpHdr\n>", "</GrpHdr>", "</GrpHdr >", `Ccy="EUR"`, "\tCcy = 'EUR' ")},
		{"white space around a number", replaced(t, ">12.00<", "> \n12.00\t<", ">1.5<", "> 1.5<", ">true<", ">\ttrue <", ">2026-11-23T14:30:00+01:00<", ">\n2026-11-23T14:30:00+01:00<")},
		{"comments", replaced(t, "<GrpHdr>", "<!-- a --><GrpHdr>", ">M 1<", ">M<!-- b --> 1<", ">12.00<", "><!--c-->12.<!-- d -->00<")},
		{"CDATA", replaced(t, ">E&amp;E<", "><![CDATA[E&E]]><", ">One<", ">O<![CDATA[]]>n<![CDATA[e]]><")},
		{"references", replaced(t, ">E&amp;E<", ">&#69;&#x26;&#x00045;<", ">Zoë<", ">Zo&#235;<", "EUR", "&#69;UR")},
		{"self-closing", replaced(t, "<FinInstnId></FinInstnId>", "<FinInstnId/>", "<FinInstnId></FinInstnId>", "<FinInstnId />", "<Cdtr></Cdtr>", "<Cdtr><!-- nobody --> </Cdtr>")},
		{"schema location", replaced(t, "<Document ", `<Document xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x y" `)},
		{"explicit type", replaced(t, "<GrpHdr>", `<GrpHdr xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="GroupHeader93">`)},
		{"foreign: namespace declared above", replaced(t, ` xmlns:n="urn:n"`, "", "<SplmtryData>", `<SplmtryData xmlns:n="urn:n">`)},
		{"foreign: namespace declared by the wrapper", `<Envelope xmlns:n="urn:n">` + replaced(t, ` xmlns:n="urn:n"`, "") + `</Envelope>`},
		{"foreign: markup", replaced(t, `z="1" n:k="v"`, "n:k = 'v'\n z='1'", "<n:b></n:b>", "<!-- no --><n:b />", "> c<", "> &#99;<![CDATA[]]><")},
		{"foreign: around it", replaced(t, "<Envlp>", "<Envlp> <!-- x -->\n", "</Envlp>", "\n</Envlp>")},
	}
	want := messages.Digest(rootOf(t, payment))
	if sha256.Sum256([]byte(payment)) != want {
		t.Error("the digest is not that of the canonical form")
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := rootOf(t, tt.raw)
			sameText(t, string(messages.Canonical(root)), payment)
			if messages.Digest(root) != want {
				t.Error("another digest")
			}
			sameText(t, string(messages.AppendCanonical([]byte("x"), root)), "x"+payment)
		})
	}
}

func TestCanonicalDifferent(t *testing.T) {
	tests := []struct{ name, raw string }{
		{"text", replaced(t, ">M 1<", ">M 2<")},
		{"white space in text", replaced(t, ">M 1<", ">M  1<")},
		{"white space around text", replaced(t, ">M 1<", ">M 1 <")},
		{"case", replaced(t, "Zoë", "ZOË")},
		{"composed and decomposed letters", replaced(t, "Zoë", "Zoe\u0308")},
		{"carriage return", replaced(t, ">One<", ">One&#13;<")},
		{"amount", replaced(t, "12.00", "12.01")},
		{"an amount's digits", replaced(t, "12.00", "12.0")},
		{"leading zero", replaced(t, "12.00", "012.00")},
		{"sign", replaced(t, ">1.5<", ">+1.5<")},
		{"currency", replaced(t, "EUR", "USD")},
		{"boolean's form", replaced(t, ">true<", ">1<")},
		{"another offset, same moment", replaced(t, "14:30:00+01:00", "13:30:00Z")},
		{"order", replaced(t, "<AdrLine>One</AdrLine><AdrLine>Two</AdrLine>", "<AdrLine>Two</AdrLine><AdrLine>One</AdrLine>")},
		{"one element more", replaced(t, "<AdrLine>One</AdrLine>", "<AdrLine>One</AdrLine><AdrLine>One</AdrLine>")},
		{"one element less", replaced(t, "<XchgRate>1.5</XchgRate>", "")},
		{"an empty group less", replaced(t, "<SplmtryData>", "<SplmtryData><Envlp><x/></Envlp></SplmtryData><SplmtryData>")},
		{"two values for one", replaced(t, "<AdrLine>One</AdrLine><AdrLine>Two</AdrLine>", "<AdrLine>OneTwo</AdrLine>")},
		{"markup as text", replaced(t, ">One<", ">&lt;/AdrLine&gt;&lt;AdrLine&gt;<")},
		{"another version", strings.ReplaceAll(payment, "pacs.008.001.08", "pacs.008.001.09")},
		{"foreign: text", replaced(t, ">a <", ">b <")},
		{"foreign: white space", replaced(t, ">a <", ">a  <")},
		{"foreign: attribute", replaced(t, `z="1"`, `z="2"`)},
		{"foreign: no attribute", replaced(t, ` z="1"`, ``)},
		{"foreign: attribute in no namespace", replaced(t, `n:k="v"`, `k="v"`)},
		{"foreign: namespace", replaced(t, `xmlns:n="urn:n"`, `xmlns:n="urn:m"`)},
		{"foreign: prefix", replaced(t, `xmlns:n="urn:n"`, `xmlns:m="urn:n"`, "<n:", "<m:", "<n:", "<m:", "</n:", "</m:", "</n:", "</m:", " n:k", " m:k")},
		{"foreign: namespace of a name in a value", replaced(t, `n:k="v"`, `n:k="o:T" xmlns:o="urn:o"`)},
	}
	forms := map[string]string{payment: "the sample"}
	digests := map[[32]byte]string{messages.Digest(rootOf(t, payment)): "the sample"}
	for _, tt := range tests {
		root := rootOf(t, tt.raw)
		form, digest := string(messages.Canonical(root)), messages.Digest(root)
		if other := forms[form]; other != "" {
			t.Errorf("%s: the same form as %s", tt.name, other)
		}
		if other := digests[digest]; other != "" {
			t.Errorf("%s: the same digest as %s", tt.name, other)
		}
		forms[form], digests[digest] = tt.name, tt.name
	}
	// The meaning of a name in a value is part of what is said.
	one := replaced(t, `n:k="v"`, `n:k="o:T" xmlns:o="urn:o"`)
	other := strings.Replace(one, `xmlns:o="urn:o"`, `xmlns:o="urn:other"`, 1)
	if messages.Digest(rootOf(t, one)) == messages.Digest(rootOf(t, other)) {
		t.Error("o:T in two namespaces has one digest")
	}
}

// Unprefixed foreign content takes the namespace that is in force around it.
func TestCanonicalForeignDefault(t *testing.T) {
	const body = `<SplmtryData><Envlp><Note>x</Note></Envlp></SplmtryData>`
	own := replaced(t, payment[strings.Index(payment, "<SplmtryData>"):strings.Index(payment, "</FIToFI")], body)
	if got := string(messages.Canonical(rootOf(t, own))); got != own {
		t.Errorf("in the message's namespace:\ngot  %s\nwant %s", got, own)
	}
	none := strings.Replace(own, "<Note>", `<Note xmlns="">`, 1)
	if got := string(messages.Canonical(rootOf(t, none))); got != none {
		t.Errorf("in no namespace:\ngot  %s\nwant %s", got, none)
	}
	for node := range rootOf(t, own).At("FIToFICstmrCdtTrf/SplmtryData/Envlp").Children() {
		sameText(t, string(messages.Canonical(node)), `<Note xmlns="`+nsCredit+`">x</Note>`)
		sameText(t, string(messages.ToJSON(node)), `{"#xml":"<Note xmlns=\"`+nsCredit+`\">x</Note>"}`)
	}
}

func TestCanonicalPart(t *testing.T) {
	root := rootOf(t, payment)
	got := string(messages.Canonical(root.At("FIToFICstmrCdtTrf/CdtTrfTxInf/IntrBkSttlmAmt")))
	if want := `<IntrBkSttlmAmt xmlns="` + nsCredit + `" Ccy="EUR">12.00</IntrBkSttlmAmt>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := string(messages.Canonical(rootOf(t, header))); got != header {
		t.Errorf("got  %s\nwant %s", got, header)
	}
}

// What is not valid has no canonical form, and is the same only byte by byte.
func TestCanonicalOfFaulty(t *testing.T) {
	one := messages.Read([]byte(replaced(t, "12.00", "12,00")), messages.Options{}).Document().Root
	two := messages.Read([]byte(replaced(t, "12.00", "12,00", "<GrpHdr>", "<GrpHdr >")), messages.Options{}).Document().Root
	if messages.Canonical(one) != nil || messages.AppendCanonical([]byte("x"), one) != nil || messages.ToJSON(one) != nil {
		t.Error("a faulty message has a form")
	}
	if messages.Digest(one) == messages.Digest(two) || messages.Digest(one) != sha256.Sum256(one.Raw()) {
		t.Error("the digest of a faulty message is not that of its bytes")
	}
	var absent messages.Node
	if messages.Canonical(absent) != nil || messages.ToJSON(absent) != nil || messages.Digest(absent) != sha256.Sum256(nil) {
		t.Error("an absent element has a form")
	}
}

// A long namespace name that thousands of foreign elements use would make a
// form of many times the message.
func TestCanonicalIsBounded(t *testing.T) {
	item := `<SplmtryData><Envlp><l:x>.</l:x></Envlp></SplmtryData>`
	from := strings.Index(payment, "<SplmtryData>")
	raw := payment[:from] + strings.Repeat(item, 5000) + payment[strings.Index(payment, "</FIToFI"):]
	raw = strings.Replace(raw, "<Document ", `<Document xmlns:l="urn:`+strings.Repeat("long", 1000)+`" `, 1)
	root := rootOf(t, raw)
	if messages.Canonical(root) != nil || messages.ToJSON(root) != nil {
		t.Error("the form is not bounded")
	}
	if messages.Digest(root) != sha256.Sum256([]byte(raw)) {
		t.Error("the digest is not that of the bytes")
	}
	m := messages.Read([]byte(raw), messages.Options{})
	if _, err := m.JSON(); err == nil || !strings.Contains(err.Error(), "foreign content") {
		t.Errorf("JSON: %v", err)
	}
	// Under the bound the pieces of a batch do not disturb each other.
	short := strings.Replace(raw, strings.Repeat("long", 1000), "l", 1)
	form := messages.Canonical(rootOf(t, short))
	if got := bytes.Count(form, []byte(`<l:x xmlns:l="urn:l">.</l:x>`)); got != 5000 {
		t.Errorf("%d of 5000 pieces declare what they use", got)
	}
}

// The pool keeps nothing of one message for the next.
func TestCanonicalAgain(t *testing.T) {
	wrapped := `<Envelope xmlns:n="urn:other" xmlns:o="urn:o">` + header + payment + `</Envelope>`
	for range 3 {
		for _, raw := range []string{wrapped, payment, replaced(t, `xmlns:n="urn:n"`, `xmlns:n="urn:2"`)} {
			first := messages.Digest(rootOf(t, raw))
			if second := sha256.Sum256(messages.Canonical(rootOf(t, raw))); first != second {
				t.Fatalf("two digests of %s", raw)
			}
		}
	}
}

// The forms rely on it: where a type has an attribute, a valid element has it.
func TestAttributesAreRequired(t *testing.T) {
	const atLeast = 500
	count := 0
	for _, id := range schema.IDs() {
		seen := map[*schema.Type]bool{}
		var look func(*schema.Type)
		look = func(typ *schema.Type) {
			if typ == nil || seen[typ] {
				return
			}
			seen[typ] = true
			if typ.AttrName != "" {
				count++
				if !typ.AttrRequired {
					t.Errorf("%s: %s may stand without %s", id, typ.Name, typ.AttrName)
				}
			}
			for _, slot := range typ.Slots {
				for _, p := range slot.Alternatives {
					look(p.Type)
				}
			}
		}
		look(schema.Lookup(id).Root().Type)
	}
	t.Logf("%d types with an attribute", count)
	if count < atLeast {
		t.Errorf("only %d types with an attribute, want at least %d", count, atLeast)
	}
}

func ExampleDigest() {
	const namespace = "urn:iso:std:iso:20022:tech:xsd:admi.004.001.02"
	sent := `<Document xmlns="` + namespace + `"><SysEvtNtfctn><EvtInf><EvtCd>OPEN</EvtCd></EvtInf></SysEvtNtfctn></Document>`
	resent := `<?xml version="1.0"?>
<a:Document xmlns:a="` + namespace + `">
  <a:SysEvtNtfctn>
    <a:EvtInf> <!-- second try --> <a:EvtCd><![CDATA[OPEN]]></a:EvtCd></a:EvtInf>
  </a:SysEvtNtfctn>
</a:Document>`
	one := messages.Read([]byte(sent), messages.Options{}).Document().Root
	two := messages.Read([]byte(resent), messages.Options{}).Document().Root
	fmt.Println(messages.Digest(one) == messages.Digest(two))
	fmt.Printf("%s\n", messages.Canonical(two.At("SysEvtNtfctn/EvtInf/EvtCd")))
	// Output:
	// true
	// <EvtCd xmlns="urn:iso:std:iso:20022:tech:xsd:admi.004.001.02">OPEN</EvtCd>
}

func BenchmarkCanonical(b *testing.B) {
	for _, size := range []int{1, 1000} {
		raw := batchOf(b, size)
		root := messages.Read(raw, messages.Options{}).Document().Root
		buffer := make([]byte, 0, len(raw))
		b.Run(fmt.Sprintf("append/%d", size), func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				buffer = messages.AppendCanonical(buffer[:0], root)
			}
		})
		b.Run(fmt.Sprintf("digest/%d", size), func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				messages.Digest(root)
			}
		})
	}
}
