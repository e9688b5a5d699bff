package store

import (
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/s2"
)

// Codecs of packed bytes; the first byte names the codec, so that another can
// be added without touching what is there. 1 was zstd: a fifth smaller on messages
// of 3 KB, for five times the time of S2 both ways.
const codecS2 = 2

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
	squeezed := s2.Encode((*room)[:cap(*room)], payload)
	return append(append(make([]byte, 0, 1+len(squeezed)+checksumSize), codecS2), squeezed...)
}

// Unpack undoes Pack.
func Unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 || packed[0] != codecS2 {
		return nil, errors.New("packed with an unknown codec")
	}
	n, err := s2.DecodedLen(packed[1:])
	if err == nil && n > maxPayload {
		return nil, fmt.Errorf("unpack: %d bytes are more than any payload", n)
	}
	payload, err := s2.Decode(nil, packed[1:])
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return payload, nil
}
