// Package bench measures what the project's own module should not depend on.
package bench

import (
	"bytes"
	"os"
	"testing"

	"dragoman/bench/libxml2"
	"dragoman/messages"
)

const (
	sampleFile = "../messages/testdata/pacs.008.001.08.xml"
	schemaFile = "../../shared/iso20022/xsd/pacs.008.001.08.xsd"
)

// BenchmarkRead measures the reader against libxml2's DOM and schema in one
// run, on the sample of messages' own BenchmarkRead.
func BenchmarkRead(b *testing.B) {
	small, err := os.ReadFile(sampleFile)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(schemaFile); err != nil {
		b.Skip("the official schemas (../shared/iso20022/xsd) are absent")
	}
	schema, err := libxml2.Load(schemaFile)
	if err != nil {
		b.Fatal(err)
	}
	for name, raw := range map[string][]byte{"small": small, "batch1000": batch(small, 1000)} {
		b.Run("dragoman/"+name, func(b *testing.B) {
			measure(b, raw, func() bool { return messages.Read(raw, messages.Options{}).Valid() })
		})
		b.Run("libxml2/"+name, func(b *testing.B) {
			measure(b, raw, func() bool { return schema.Valid(raw) })
		})
	}
}

func measure(b *testing.B, raw []byte, valid func() bool) {
	b.Helper()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if !valid() {
			b.Fatal("the sample is found invalid")
		}
	}
}

// batch repeats the sample's transaction n times.
func batch(small []byte, n int) []byte {
	const open, end = "    <CdtTrfTxInf>", "</CdtTrfTxInf>\n"
	from := bytes.Index(small, []byte(open))
	to := bytes.Index(small, []byte(end)) + len(end)
	return bytes.Join([][]byte{small[:from], bytes.Repeat(small[from:to], n), small[to:]}, nil)
}
