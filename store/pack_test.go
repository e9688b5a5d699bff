package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// The dictionary unpacks what was packed with it: it stays what it is.
func TestTags(t *testing.T) {
	const want = "02c7c92a1f73fd74a9893b6ea9ebb04f9c677848899b8b14461d17c15daac9ca"
	if sum := sha256.Sum256(tags); hex.EncodeToString(sum[:]) != want {
		t.Errorf("dictionary.txt has SHA-256 %x: books that were packed with the one before cannot be read; add a codec instead", sum)
	}
	if at := strings.Index(string(tags), "GB2L"); at >= 0 {
		t.Errorf("the dictionary holds a value: %s", tags[at-20:at+20])
	}
}

// What is packed comes back, of whatever length and kind.
func TestPack(t *testing.T) {
	message, err := os.ReadFile("../messages/testdata/pacs.008.001.08.xml")
	if err != nil {
		t.Fatal(err)
	}
	for _, payload := range [][]byte{
		nil, {0}, []byte("{}"), message, message[:len(message)/2], bytes.Repeat([]byte{0xff, 0, 7}, maxTagged/3),
		bytes.Repeat(message, maxTagged/len(message)), bytes.Repeat(message, maxTagged/len(message)+1), bytes.Repeat(message, 6<<20/len(message)), tags,
	} {
		packed := Pack(payload)
		got, err := Unpack(packed)
		if err != nil || !bytes.Equal(got, payload) {
			t.Fatalf("%d bytes, packed to %d, come back as %d: %v", len(payload), len(packed), len(got), err)
		}
		if again := Pack(payload); !bytes.Equal(again, packed) {
			t.Errorf("%d bytes are packed in two ways", len(payload))
		}
	}
	if most := len(message) * 6 / 10; len(Pack(message)) > most {
		t.Errorf("a pacs.008 of %d bytes is packed to %d, more than %d", len(message), len(Pack(message)), most)
	}
	for _, bad := range [][]byte{nil, {1}, {codecTagged}, {codecTagged, 200, 200, 200, 200, 1, 5}, {codecS2, 9, 1}} {
		if _, err := Unpack(bad); err == nil {
			t.Errorf("%x was unpacked", bad)
		}
	}
}

func BenchmarkPack(b *testing.B) {
	message, err := os.ReadFile("../messages/testdata/pacs.008.001.08.xml")
	if err != nil {
		b.Fatal(err)
	}
	packed := Pack(message)
	b.Run("pack", func(b *testing.B) {
		for b.Loop() {
			Pack(message)
		}
		b.ReportMetric(float64(len(packed))/float64(len(message)), "ratio")
	})
	b.Run("unpack", func(b *testing.B) {
		for b.Loop() {
			if _, err := Unpack(packed); err != nil {
				b.Fatal(err)
			}
		}
	})
}
