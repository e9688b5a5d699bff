package moovconv_test

import (
	"encoding/xml"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moov-io/iso20022/pkg/document"

	"dragoman/messages"
	"dragoman/messages/moovconv"
)

// The defects of moov-io/iso20022 that the package's doc names. A test that
// fails here is good news: the library has become better, and the doc is to be
// changed.

// pinned says that a defect is still there.
func pinned(tb testing.TB, there bool, defect string) {
	tb.Helper()
	if !there {
		tb.Errorf("moov-io improved: no longer true: %s", defect)
	}
}

func convert(tb testing.TB, raw string) document.Iso20022Document {
	tb.Helper()
	doc, err := moovconv.Document(read(tb, raw))
	if err != nil {
		tb.Fatal(err)
	}
	return doc
}

// written is what moov writes for a valid message.
func written(tb testing.TB, raw string) string {
	tb.Helper()
	out, err := xml.Marshal(convert(tb, raw))
	if err != nil {
		tb.Fatal(err)
	}
	return string(out)
}

// accepts tells whether moov reads a text by its own reader and finds it valid.
func accepts(raw string) bool {
	doc, err := document.ParseIso20022Document([]byte(raw))
	return err == nil && doc.Validate() == nil
}

// reads is what moov writes for what its own reader has read.
func reads(tb testing.TB, raw string) string {
	tb.Helper()
	doc, err := document.ParseIso20022Document([]byte(raw))
	if err != nil {
		tb.Fatalf("moov-io does not read it: %v", err)
	}
	out, err := xml.Marshal(doc)
	if err != nil {
		tb.Fatal(err)
	}
	return string(out)
}

// withAccount is the sample with an account of the debtor, given by its IBAN.
func withAccount(tb testing.TB) string {
	return replaced(tb, payment, "<DbtrAgt>", "<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct><DbtrAgt>")
}

func withForeign(tb testing.TB) string {
	return replaced(tb, payment, "</FIToFICstmrCdtTrf>",
		`<SplmtryData><Envlp><n:Note xmlns:n="urn:n" n:k="v">a<n:b>deep</n:b>c</n:Note></Envlp></SplmtryData></FIToFICstmrCdtTrf>`)
}

func withBatch(tb testing.TB, value string) string {
	return replaced(tb, payment, "<NbOfTxs>", "<BtchBookg>"+value+"</BtchBookg><NbOfTxs>")
}

func TestDefectsOfTheStructs(t *testing.T) {
	amount := func(text string) any {
		transfer, err := moovconv.As[credit](read(t, replaced(t, payment, "12.50", text)))
		if err != nil {
			t.Fatal(err)
		}
		return transfer.CdtTrfTxInf[0].IntrBkSttlmAmt.Value
	}
	pinned(t, amount("999999999999999.99") == 1e15, "999999999999999.99 becomes 1e15")
	pinned(t, amount("999999999999999.99") == amount("1000000000000000.00"), "two amounts are one")
	pinned(t, amount("12.00") == amount("12.0"), "12.00 and 12.0 are one")

	transfer, err := moovconv.As[credit](read(t, withForeign(t)))
	if err != nil {
		t.Fatal(err)
	}
	pinned(t, transfer.SplmtryData[0].Envlp.Item == "ac", "foreign content is just the text of its outermost element")

	pinned(t, written(t, withBatch(t, "false")) == written(t, payment), "a boolean that is false is as if absent")
	pinned(t, written(t, withBatch(t, "1")) == written(t, withBatch(t, "true")), "1 and true are one")
	for _, moment := range []string{"2026-11-23T24:00:00", "12026-11-23T14:30:00"} {
		_, err := moovconv.Document(read(t, replaced(t, payment, "2026-11-23T14:30:00+01:00", moment)))
		pinned(t, err != nil, moment+" cannot be held")
	}
}

func TestDefectsOfValidate(t *testing.T) {
	if !accepts(payment) {
		t.Fatal("moov-io refuses the plain sample, so nothing can be said")
	}
	read(t, withAccount(t))
	pinned(t, !accepts(withAccount(t)), "an account with just an IBAN is refused")
	read(t, replaced(t, payment, "Zoë", strings.Repeat("ë", 71)))
	pinned(t, !accepts(replaced(t, payment, "Zoë", strings.Repeat("ë", 71))), "lengths count bytes")
	for _, change := range []struct{ from, to, defect string }{
		{"AAAADEFF", "--BANKUS33--", "--BANKUS33-- passes as a BIC"},
		{`"EUR"`, `"xEURx"`, "xEURx passes as a currency"},
		{"12.50", "NaN", "NaN passes as an amount"},
		{"12.50", "Inf", "infinity passes as an amount"},
		{"12.50", "-5", "a negative amount passes"},
		{"12.50", "0x10p2", "a hexadecimal amount passes"},
		{"12.50", "1_000", "1_000 passes as an amount"},
		{"12.50", "1e5", "1e5 passes as an amount"},
		{"12.50", "", "an empty amount passes"},
		{"<CreDtTm>2026-11-23T14:30:00+01:00</CreDtTm>", "", "a missing date-time is not missed"},
		{"<Dbtr><Nm>Zoë</Nm></Dbtr>", "", "a missing group is not missed"},
	} {
		raw := replaced(t, payment, change.from, change.to)
		if messages.Read([]byte(raw), messages.Options{}).Valid() {
			t.Errorf("%s: we find it valid ourselves", change.defect)
		}
		pinned(t, accepts(raw), change.defect)
	}
}

func TestDefectsOfWriting(t *testing.T) {
	for _, pin := range []struct{ raw, writes, defect string }{
		{replaced(t, payment, "12.50", "1000000.00"), ">1e+06<", "1000000.00 is written 1e+06"},
		{withAccount(t), "</IBAN><Othr><Id></Id></Othr>", "empty branches of choices are written"},
		{payment, "<CreDtTm>2026-11-23T14:30:00</CreDtTm>", "the offset of a time is dropped"},
		{withForeign(t), "<Envlp><Item>ac</Item></Envlp>", "foreign content is written as Item"},
	} {
		pinned(t, strings.Contains(written(t, pin.raw), pin.writes), pin.defect)
	}
	head, err := moovconv.Header(read(t, header))
	if err != nil {
		t.Fatal(err)
	}
	out, err := xml.Marshal(head)
	if err != nil {
		t.Fatal(err)
	}
	pinned(t, strings.HasPrefix(string(out), "<AppHdr><Fr>"), "a header is written without its namespace")
}

func TestDefectsOfTheReader(t *testing.T) {
	prefixed := strings.NewReplacer("</", "</p:", "<", "<p:", "xmlns=", "xmlns:p=").Replace(payment)
	for _, pin := range []struct{ raw, defect string }{
		{prefixed, "a prefixed message is not read"},
		{"<Envelope>" + payment + "</Envelope>", "a message in an envelope is not read"},
		{header, "a header is not read"},
	} {
		read(t, pin.raw)
		_, err := document.ParseIso20022Document([]byte(pin.raw))
		pinned(t, err != nil, pin.defect)
	}
	for _, pin := range []struct{ from, to, has, lacks, defect string }{
		{"<MsgId>M 1</MsgId>", "<MsgId>M 1</MsgId><MsgId>M 2</MsgId>", "M 2", "M 1", "the last of two wins"},
		{"<IntrBkSttlmDt>", `<IntrBkSttlmAmt Ccy="USD">7</IntrBkSttlmAmt><IntrBkSttlmDt>`, `Ccy="USD">7<`, "12.5", "the last of two amounts wins"},
		{"<MsgId>", "<Bogus>1</Bogus><MsgId>", "M 1", "Bogus", "an unknown element is dropped"},
		{"<MsgId>M 1</MsgId><CreDtTm>2026-11-23T14:30:00+01:00</CreDtTm>", "<CreDtTm>2026-11-23T14:30:00+01:00</CreDtTm><MsgId>M 1</MsgId>", "M 1", "Bogus", "any order is taken"},
		{"<MsgId>", `<MsgId xmlns="urn:other">`, "M 1", "urn:other", "an element of another namespace is taken"},
		{"</FIToFICstmrCdtTrf>", "</FIToFICstmrCdtTrf><FIToFICstmrCdtTrf><GrpHdr><MsgId>M 2</MsgId></GrpHdr></FIToFICstmrCdtTrf>", "M 2", "M 1", "a second message overwrites the first"},
	} {
		raw := replaced(t, payment, pin.from, pin.to)
		if messages.Read([]byte(raw), messages.Options{}).Valid() {
			t.Errorf("%s: we find it valid ourselves", pin.defect)
		}
		got := reads(t, raw)
		pinned(t, accepts(raw) && strings.Contains(got, pin.has) && !strings.Contains(got, pin.lacks), pin.defect)
	}
}

func TestMissingVersions(t *testing.T) {
	supported := moovconv.Supported()
	const theirTypes = 164 // with those that we have no schema of
	t.Logf("%d types", len(supported))
	pinned(t, len(supported) <= theirTypes, "it has no more types than it had")
	for _, id := range []string{"pacs.009.001.08", "pacs.004.001.09", "pacs.028.001.03", "head.001.001.03", "camt.053.001.13"} {
		pinned(t, !slices.Contains(supported, id), id+" is missing")
	}
}

// How much of what banks send survives moov-io/iso20022.
func TestDefectsByTheCorpus(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "iso20022")
	if _, err := os.Stat(root); err != nil {
		if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
			t.Fatalf("the corpus is required: %v", err)
		}
		t.Skip("the message corpus is not beside this checkout")
	}
	var documents, converted, accepted, valid, same int
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".xml" {
			return err
		}
		raw, err := fs.ReadFile(os.DirFS(root), path)
		if err != nil {
			return err
		}
		m := messages.Read(raw, messages.Options{})
		if !m.Document().Root.Exists() || m.Document().Faulty {
			return nil
		}
		documents++
		doc, err := moovconv.Document(m)
		if err != nil {
			return nil //nolint:nilerr // most types are missing; counted
		}
		converted++
		if doc.Validate() == nil {
			accepted++
		}
		out, err := xml.Marshal(doc)
		if err != nil {
			return err
		}
		if again := messages.Read(out, messages.Options{}); again.Valid() {
			valid++
			if messages.Digest(again.Document().Root) == messages.Digest(m.Document().Root) {
				same++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("of %d valid documents moov-io has a struct for %d, accepts %d, writes %d validly and %d without change", documents, converted, accepted, valid, same)
	if documents < 580 || converted < 235 {
		t.Errorf("only %d documents and %d conversions, want at least 580 and 235", documents, converted)
	}
	pinned(t, accepted < converted*2/3, "a third of the valid documents that have a struct are refused")
	pinned(t, valid < converted/2, "most valid documents are written invalid")
	pinned(t, same < converted/5, "four of five valid documents are changed")
}
