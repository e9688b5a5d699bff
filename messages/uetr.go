package messages

import (
	"encoding/hex"
	"fmt"
	"io"
)

// UETR is a unique end-to-end transaction reference: a random UUID (version 4),
// held as its 16 bytes. The zero value is none.
type UETR struct{ id [16]byte }

// uetrLength is the length of the text: 32 hexadecimal digits and four hyphens.
const uetrLength = 36

// ParseUETR takes the one form that the XSDs allow (UUIDv4Identifier): small
// letters, hyphens, version 4 and variant 8, 9, a or b in their places. The
// errors are ErrLength, ErrSyntax and ErrVersion.
func ParseUETR(text string) (UETR, error) {
	var u UETR
	digits := 0
	for i := range len(text) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if text[i] != '-' {
				return UETR{}, misplaced("UETR", text, i, "a hyphen")
			}
			continue
		}
		nibble, ok := hexDigit(text[i])
		if !ok {
			return UETR{}, misplaced("UETR", text, i, "0 to 9 or a to f")
		}
		if i < uetrLength {
			u.id[digits/2] |= nibble << (4 * (1 - digits%2))
			digits++
		}
	}
	switch {
	case len(text) != uetrLength:
		return UETR{}, refused("UETR", ErrLength, 0, "%d characters: want %d", len(text), uetrLength)
	case text[14] != '4':
		return UETR{}, refused("UETR", ErrVersion, 14, "UUID version %c: want 4", text[14])
	case u.id[8]>>6 != 2:
		return UETR{}, refused("UETR", ErrVersion, 19, "UUID variant %c: want 8, 9, a or b", text[19])
	}
	return u, nil
}

// hexDigit reads one digit; capitals are none, for a UETR has small letters.
func hexDigit(b byte) (nibble byte, ok bool) {
	switch {
	case isDigit(b):
		return b - '0', true
	case 'a' <= b && b <= 'f':
		return b - 'a' + 10, true
	}
	return 0, false
}

// NewUETR makes a UETR of 16 random bytes; the caller says where they come from,
// crypto/rand.Reader outside tests. Its error is that of the reader.
func NewUETR(random io.Reader) (UETR, error) {
	var u UETR
	if _, err := io.ReadFull(random, u.id[:]); err != nil {
		return UETR{}, fmt.Errorf("draw random bytes for a UETR: %w", err)
	}
	u.id[6] = u.id[6]&0x0f | 0x40 // version 4
	u.id[8] = u.id[8]&0x3f | 0x80 // the variant that goes with it
	return u, nil
}

// UETRFromBytes takes what Bytes gave. The error is ErrVersion.
func UETRFromBytes(id [16]byte) (UETR, error) {
	if id[6]>>4 != 4 || id[8]>>6 != 2 {
		return UETR{}, refused("UETR", ErrVersion, 0, "the bytes are not a version 4 UUID")
	}
	return UETR{id}, nil
}

// Bytes gives the 16 bytes, for keys; they order as the text does.
func (u UETR) Bytes() [16]byte { return u.id }

// IsZero reports no UETR.
func (u UETR) IsZero() bool { return u == UETR{} }

// String gives the 36 characters, and "" for none.
func (u UETR) String() string {
	if u.IsZero() {
		return ""
	}
	var text [uetrLength]byte
	at := 0
	for i, width := range [5]int{4, 2, 2, 2, 6} {
		if i > 0 {
			text[at] = '-'
			at++
		}
		from := [5]int{0, 4, 6, 8, 10}[i]
		at += hex.Encode(text[at:], u.id[from:from+width])
	}
	return string(text[:])
}

// MarshalText gives String.
func (u UETR) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText is ParseUETR; the empty text is none.
func (u *UETR) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*u = UETR{}
		return nil
	}
	*u, err = ParseUETR(string(text))
	return err
}
