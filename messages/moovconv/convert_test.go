package moovconv_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/moov-io/iso20022/pkg/admi_v02"
	"github.com/moov-io/iso20022/pkg/head_v01"
	"github.com/moov-io/iso20022/pkg/head_v02"
	"github.com/moov-io/iso20022/pkg/pacs_v08"
	"github.com/moov-io/iso20022/pkg/pacs_v10"

	"dragoman/messages"
	"dragoman/messages/moovconv"
	"dragoman/messages/schema"
)

const (
	nsCredit  = "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"
	nsHeader  = "urn:iso:std:iso:20022:tech:xsd:head.001.001.01"
	nsHeader2 = "urn:iso:std:iso:20022:tech:xsd:head.001.001.02"
)

// payment is a small valid credit transfer.
const payment = `<Document xmlns="` + nsCredit + `"><FIToFICstmrCdtTrf>` +
	`<GrpHdr><MsgId>M 1</MsgId><CreDtTm>2026-11-23T14:30:00+01:00</CreDtTm><NbOfTxs>1</NbOfTxs>` +
	`<SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf></GrpHdr>` +
	`<CdtTrfTxInf><PmtId><EndToEndId>E 1</EndToEndId></PmtId>` +
	`<IntrBkSttlmAmt Ccy="EUR">12.50</IntrBkSttlmAmt><IntrBkSttlmDt>2026-11-23</IntrBkSttlmDt><ChrgBr>SHAR</ChrgBr>` +
	`<Dbtr><Nm>Zoë</Nm></Dbtr><DbtrAgt><FinInstnId><BICFI>AAAADEFF</BICFI></FinInstnId></DbtrAgt>` +
	`<CdtrAgt><FinInstnId><BICFI>BBBBDEFF</BICFI></FinInstnId></CdtrAgt><Cdtr></Cdtr></CdtTrfTxInf>` +
	`</FIToFICstmrCdtTrf></Document>`

const header = `<AppHdr xmlns="` + nsHeader + `"><Fr><FIId><FinInstnId><BICFI>AAAADEFF</BICFI></FinInstnId></FIId></Fr>` +
	`<To><FIId><FinInstnId><BICFI>BBBBDEFF</BICFI></FinInstnId></FIId></To><BizMsgIdr>M 1</BizMsgIdr>` +
	`<MsgDefIdr>pacs.008.001.08</MsgDefIdr><CreDt>2026-11-23T13:30:00Z</CreDt></AppHdr>`

// replaced is text with one place changed.
func replaced(tb testing.TB, text, from, to string) string {
	tb.Helper()
	if !strings.Contains(text, from) {
		tb.Fatalf("%q is not in the sample", from)
	}
	return strings.Replace(text, from, to, 1)
}

// read reads a message that must be valid.
func read(tb testing.TB, raw string) *messages.Message {
	tb.Helper()
	m := messages.Read([]byte(raw), messages.Options{})
	if !m.Valid() {
		tb.Fatalf("not valid: %+v\n%s", m.Faults()[0], raw)
	}
	return m
}

type credit = *pacs_v08.FIToFICustomerCreditTransferV08

// Prefixes and envelopes, which moov's own reader refuses, do no harm.
func TestDocument(t *testing.T) {
	prefixed := strings.NewReplacer("</", "</p:", "<", "<p:", "xmlns=", "xmlns:p=").Replace(payment)
	for name, raw := range map[string]string{
		"plain":    payment,
		"prefixed": prefixed,
		"wrapped":  "<Envelope>" + header + prefixed + "</Envelope>",
		"comments": replaced(t, payment, ">M 1<", "><!-- x -->M<![CDATA[ ]]>&#49;<"),
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := moovconv.Document(read(t, raw))
			if err != nil {
				t.Fatal(err)
			}
			if doc.NameSpace() != nsCredit || doc.GetXmlName().Local != "Document" || doc.Validate() != nil {
				t.Errorf("namespace %q, name %v, Validate says %v", doc.NameSpace(), doc.GetXmlName(), doc.Validate())
			}
			transfer, err := moovconv.As[credit](read(t, raw))
			if err != nil {
				t.Fatal(err)
			}
			if transfer.GrpHdr.MsgId != "M 1" || len(transfer.CdtTrfTxInf) != 1 {
				t.Fatalf("got %+v", transfer)
			}
			tx := transfer.CdtTrfTxInf[0]
			if tx.IntrBkSttlmAmt.Value != 12.5 || tx.IntrBkSttlmAmt.Ccy != "EUR" || string(*tx.Dbtr.Nm) != "Zoë" || string(*tx.CdtrAgt.FinInstnId.BICFI) != "BBBBDEFF" {
				t.Errorf("got %+v", tx)
			}
		})
	}
}

func TestHeader(t *testing.T) {
	got, err := moovconv.Header(read(t, "<Envelope>"+header+payment+"</Envelope>"))
	if one, ok := got.(*head_v01.BusinessApplicationHeaderV01); err != nil || !ok || one.BizMsgIdr != "M 1" || string(*one.To.FIId.FinInstnId.BICFI) != "BBBBDEFF" {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = moovconv.Header(read(t, replaced(t, header, nsHeader, nsHeader2)))
	if two, ok := got.(*head_v02.BusinessApplicationHeaderV02); err != nil || !ok || two.BizMsgIdr != "M 1" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestErrors(t *testing.T) {
	invalid := messages.Read([]byte(replaced(t, payment, "12.50", "12,50")), messages.Options{})
	if _, err := moovconv.Document(invalid); !errors.Is(err, moovconv.ErrNotValid) {
		t.Errorf("an invalid document: %v", err)
	}
	if _, err := moovconv.As[credit](invalid); !errors.Is(err, moovconv.ErrNotValid) {
		t.Errorf("an invalid document: %v", err)
	}
	if _, err := moovconv.Document(read(t, header)); !errors.Is(err, moovconv.ErrNotValid) {
		t.Errorf("no document: %v", err)
	}
	if _, err := moovconv.Header(read(t, payment)); !errors.Is(err, moovconv.ErrNotValid) {
		t.Errorf("no header: %v", err)
	}
	if _, err := moovconv.As[*pacs_v10.FIToFIPaymentStatusReportV10](read(t, payment)); err == nil || !strings.Contains(err.Error(), "pacs.008.001.08 is a *pacs_v08.FIToFICustomerCreditTransferV08, not a *pacs_v10.") {
		t.Errorf("another struct: %v", err)
	}
	late := replaced(t, header, "13:30:00Z", "24:00:00Z")
	if _, err := moovconv.Header(read(t, late)); err == nil || !strings.Contains(err.Error(), "cannot hold") {
		t.Errorf("24:00:00: %v", err)
	}
}

func TestUnsupported(t *testing.T) {
	_, err := moovconv.Document(read(t, minimal(t, schema.Lookup("pacs.009.001.08"))))
	var unsupported *moovconv.UnsupportedError
	if !errors.As(err, &unsupported) || unsupported.ID != "pacs.009.001.08" || !slices.Contains(unsupported.Versions, "pacs.009.001.09") {
		t.Fatalf("got %v", err)
	}
	if want := "moovconv: moov-io/iso20022 has no pacs.009.001.08; it has " + strings.Join(unsupported.Versions, ", "); err.Error() != want {
		t.Errorf("got %s, want %s", err, want)
	}
	_, err = moovconv.Header(read(t, strings.ReplaceAll(header, "head.001.001.01", "head.001.001.03")))
	if !errors.As(err, &unsupported) || !slices.Equal(unsupported.Versions, []string{"head.001.001.01", "head.001.001.02"}) {
		t.Errorf("a header: %v", err)
	}
	netting := &moovconv.UnsupportedError{ID: "pacs.029.001.02"}
	if text := netting.Error(); !strings.Contains(text, "no version of pacs.029; it has acmt.007.001.03, ") {
		t.Errorf("a message that is not there at all: %s", text)
	}
}

// Every type that moov has can be converted.
func TestEveryVersion(t *testing.T) {
	const atLeast = 160
	count := 0
	for _, id := range moovconv.Supported() {
		m := read(t, minimal(t, schema.Lookup(id)))
		var err error
		if strings.HasPrefix(id, "head.") {
			_, err = moovconv.Header(m)
		} else {
			_, err = moovconv.Document(m)
		}
		if err != nil {
			t.Errorf("%s: %v", id, err)
		}
		count++
	}
	t.Logf("%d types", count)
	if count < atLeast {
		t.Errorf("only %d types, want at least %d", count, atLeast)
	}
}

// minimal writes the least message that a schema allows.
func minimal(tb testing.TB, s *schema.Schema) string {
	var out strings.Builder
	element(tb, &out, s.Root(), ` xmlns="`+s.Namespace()+`"`)
	return out.String()
}

func element(tb testing.TB, out *strings.Builder, p *schema.Particle, attributes string) {
	if p.Any {
		out.WriteString(`<ds:x xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>`)
		return
	}
	if p.Type.AttrName != "" {
		attributes += " " + p.Type.AttrName + `="` + value(tb, p.Type.AttrType) + `"`
	}
	out.WriteString("<" + p.Name + attributes + ">")
	if p.Type.Simple() {
		out.WriteString(value(tb, p.Type))
	}
	for _, slot := range p.Type.Slots {
		first := &slot.Alternatives[0]
		for range first.Min {
			if slot.Optional {
				break
			}
			element(tb, out, first, "")
		}
	}
	out.WriteString("</" + p.Name + ">")
}

// value is some value of a simple type.
func value(tb testing.TB, t *schema.Type) string {
	candidates := append(slices.Clone(t.Enumeration), "A", "1", "AAAA", "EUR", "DE", "AAAADEFF", "DE89370400440532013000",
		"2026-11-23", "2026-11-23T14:30:00Z", "14:30:00", "2026", "2026-11", "--11", "true", "12345678", "YWJj",
		"123", "12", "1234", "12345", "123456", "7245005WBNJAFHBD0S37", "8a562c67-ca16-48ba-b074-65581be6f001", "+49-30901820", "ABCDE0123456",
		"US0378331005", "001", "AAA", "AAAAAA", "0.5", "EEABCDEFGHIJ", "pacs.008.001.08")
	for _, v := range candidates {
		if _, _, ok := t.CheckValue(v); ok {
			return v
		}
	}
	tb.Fatalf("no value for %s: %s", t.Name, t.Pattern)
	return ""
}

func ExampleAs() {
	m := messages.Read([]byte(`<a:Document xmlns:a="urn:iso:std:iso:20022:tech:xsd:admi.004.001.02">
  <a:SysEvtNtfctn><a:EvtInf><a:EvtCd>OPEN</a:EvtCd><a:EvtParam>EUR</a:EvtParam></a:EvtInf></a:SysEvtNtfctn>
</a:Document>`), messages.Options{})
	event, err := moovconv.As[*admi_v02.SystemEventNotificationV02](m)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(event.EvtInf.EvtCd, event.EvtInf.EvtParam)
	// Output: OPEN [EUR]
}
