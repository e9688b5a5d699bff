package messages

// LEI is a legal entity identifier (ISO 17442): 18 characters and two check
// digits. The zero value is none.
type LEI struct{ code [20]byte }

// ParseLEI takes 20 characters: capitals and digits, the last two the check
// digits by mod 97-10 (ISO 7064). The errors are ErrLength, ErrSyntax and
// ErrCheckDigits. That an LEI fits does not mean that it is issued or lives.
func ParseLEI(text string) (LEI, error) {
	if at := firstForeign(text); at < len(text) {
		return LEI{}, misplaced("LEI", text, at, "A to Z or 0 to 9")
	}
	if len(text) != 20 {
		return LEI{}, refused("LEI", ErrLength, 0, "%d characters: want 20", len(text))
	}
	for i := 18; i < 20; i++ {
		if !isDigit(text[i]) {
			return LEI{}, misplaced("LEI", text, i, "a check digit")
		}
	}
	var l LEI
	copy(l.code[:], text)
	if expected := checkDigits(mod97(0, l.code[:18])); expected != twoDigits(text, 18) {
		return LEI{}, refused("LEI", ErrCheckDigits, 18, "check digits %s do not fit: expected %02d", text[18:], expected)
	}
	return l, nil
}

// mod97 continues the remainder of a number modulo 97 by characters, of which
// each letter stands for two digits, A for 10 to Z for 35.
func mod97(remainder uint64, text []byte) uint64 {
	const soon = 1 << 56 // 100 times as much still fits
	for _, b := range text {
		if isDigit(b) {
			remainder = remainder*10 + uint64(b-'0')
		} else {
			remainder = remainder*100 + uint64(b-'A'+10)
		}
		if remainder >= soon {
			remainder %= 97
		}
	}
	return remainder % 97
}

// checkDigits gives the two digits, 02 to 98, that bring a number with that
// remainder to 1 modulo 97. No other pair is right: 00, 01 and 99 leave the same
// remainder as 97, 98 and 02 and would let one account have two names.
func checkDigits(remainder uint64) int {
	return 98 - int(remainder*100%97)
}

// twoDigits reads two places that are known to be digits.
func twoDigits(text string, at int) int {
	return int(text[at]-'0')*10 + int(text[at+1]-'0')
}

// IsZero reports no LEI.
func (l LEI) IsZero() bool { return l == LEI{} }

// String gives the 20 characters, and "" for none.
func (l LEI) String() string {
	if l.IsZero() {
		return ""
	}
	return string(l.code[:])
}

// MarshalText gives String.
func (l LEI) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText is ParseLEI; the empty text is none.
func (l *LEI) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*l = LEI{}
		return nil
	}
	*l, err = ParseLEI(string(text))
	return err
}
