package store

import (
	_ "embed"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/s2"
)

// Codecs of packed bytes; the first byte names the codec, so that another can
// be added without touching what is there. 1 was zstd, with the dictionary a fifth
// smaller on messages of 3 KB, for five times the time of S2 both ways.
const (
	codecS2     = 2 // alone, for what is so long that a dictionary adds nothing
	codecTagged = 3 // S2 with tags
)

// tags is what messages of ISO 20022 have in common: names of elements in the order in
// which they stand, and nobody's values. Packed with it a pacs.008 of 3 KB takes 1.4 KB
// instead of 1.65, and a pacs.002 less than two thirds, for more time: see docs/performance.md. What was
// packed is unpacked with it: never change it, another dictionary is another codec.
//
//go:embed dictionary.txt
var tags []byte

// tagged is S2 with tags; it makes its tables when it is first used.
var tagged = s2.MakeDict(tags, nil)

// maxTagged is up to how many bytes the dictionary is used.
const maxTagged = 64 << 10

// maxPayload bounds what is unpacked: more than any body the gateway takes.
const maxPayload = 16 << 20

// scratch is room to compress in: what is kept then has its exact size.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// Pack compresses bytes for the books. The same bytes give the same packed ones.
func Pack(payload []byte) []byte {
	room, _ := scratch.Get().(*[]byte)
	defer scratch.Put(room)
	most := s2.MaxEncodedLen(len(payload))
	if most < 0 {
		panic("store: a payload of 4 GB") // none comes near maxPayload
	}
	if cap(*room) < most {
		*room = make([]byte, most)
	}
	codec, encode := byte(codecTagged), tagged.Encode
	if len(payload) > maxTagged {
		codec, encode = codecS2, s2.Encode
	}
	squeezed := encode((*room)[:cap(*room)], payload)
	return append(append(make([]byte, 0, 1+len(squeezed)+checksumSize), codec), squeezed...)
}

// Unpack undoes Pack.
func Unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 || packed[0] != codecS2 && packed[0] != codecTagged {
		return nil, errors.New("packed with an unknown codec")
	}
	n, err := s2.DecodedLen(packed[1:])
	if err == nil && n > maxPayload {
		return nil, fmt.Errorf("unpack: %d bytes are more than any payload", n)
	}
	decode := tagged.Decode
	if packed[0] == codecS2 {
		decode = s2.Decode
	}
	payload, err := decode(nil, packed[1:])
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return payload, nil
}
