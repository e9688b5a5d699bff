package messages_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/jacoelho/xsd"
	"github.com/moov-io/iso20022/pkg/document"
	"github.com/moov-io/iso20022/pkg/pacs_v08"

	"dragoman/messages"
)

// benchmarkType is the message type on which all contenders are measured.
const benchmarkType = "pacs.008.001.08"

// sample is a plain customer credit transfer of 3 KB, as a bank sends it.
func sample(tb testing.TB) []byte {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", benchmarkType+".xml"))
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// batchOf repeats the sample's transaction n times in one message.
func batchOf(tb testing.TB, n int) []byte {
	tb.Helper()
	raw := sample(tb)
	const open, end = "    <CdtTrfTxInf>", "</CdtTrfTxInf>\n"
	from := bytes.Index(raw, []byte(open))
	to := bytes.Index(raw, []byte(end)) + len(end)
	out := bytes.Replace(raw[:from:from], []byte("<NbOfTxs>1<"), []byte("<NbOfTxs>"+strconv.Itoa(n)+"<"), 1)
	for range n {
		out = append(out, raw[from:to]...)
	}
	return append(out, raw[to:]...)
}

// contender reads one message in full: parse, and validate as far as it can.
type contender struct {
	name string
	read func(raw []byte) error
	// rejects tells that the contender finds the valid sample invalid; what is
	// measured is then its time to say so, which is to its advantage.
	rejects bool
}

func contenders(tb testing.TB) []contender {
	return []contender{
		{name: "dragoman", read: readDragoman},
		{name: "moov", read: readMoov, rejects: true}, // wants both branches of a choice
		{name: "jacoelho", read: readJacoelho(tb)},
		{name: "encoding-xml", read: readEncodingXML},
		{name: "tag-scan", read: scanTags},
	}
}

// readDragoman is what the gateway does: well-formedness, policies, full schema
// validation and the index of spans.
func readDragoman(raw []byte) error {
	if m := messages.Read(raw, messages.Options{}); !m.Valid() {
		return errInvalid(m.Faults()[0].Text)
	}
	return nil
}

type errInvalid string

func (e errInvalid) Error() string { return string(e) }

func readMoov(raw []byte) error {
	doc, err := document.ParseIso20022Document(raw)
	if err != nil {
		return err
	}
	return doc.Validate()
}

// readJacoelho validates with a session of the engine that is compiled from the
// official schema, which lies outside the project.
func readJacoelho(tb testing.TB) func([]byte) error {
	path := filepath.Join("..", "..", "shared", "iso20022", "xsd", benchmarkType+".xsd")
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	return compileJacoelho(tb, path)
}

func compileJacoelho(tb testing.TB, path string) func([]byte) error {
	tb.Helper()
	engine, err := xsd.Compile(context.Background(), xsd.File(path))
	if err != nil {
		tb.Fatal(err)
	}
	session, err := engine.NewSession(xsd.ValidateOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	return func(raw []byte) error { return session.Validate(context.Background(), bytes.NewReader(raw)) }
}

// readEncodingXML decodes into structs and validates nothing.
func readEncodingXML(raw []byte) error {
	var doc struct {
		Body pacs_v08.FIToFICustomerCreditTransferV08 `xml:"FIToFICstmrCdtTrf"`
	}
	return xml.Unmarshal(raw, &doc)
}

// scanTags walks from '<' to '<' and does nothing else: the yardstick for how
// fast the bytes can be looked at tag by tag.
func scanTags(raw []byte) error {
	tags := 0
	for {
		i := bytes.IndexByte(raw, '<')
		if i < 0 {
			break
		}
		tags++
		raw = raw[i+1:]
	}
	if tags == 0 {
		return errInvalid("no tag")
	}
	return nil
}

func BenchmarkRead(b *testing.B) {
	for _, c := range contenders(b) {
		for _, input := range []struct {
			name string
			raw  []byte
		}{{"small", sample(b)}, {"batch1000", batchOf(b, 1000)}} {
			b.Run(c.name+"/"+input.name, func(b *testing.B) {
				if c.read == nil {
					b.Skip("the official schemas (../shared/iso20022/xsd) are absent")
				}
				if err := c.read(input.raw); (err == nil) == c.rejects {
					b.Fatalf("read: %v; update what the contender table says of it", err)
				}
				b.SetBytes(int64(len(input.raw)))
				b.ReportAllocs()
				for b.Loop() {
					_ = c.read(input.raw)
				}
			})
		}
	}
}
