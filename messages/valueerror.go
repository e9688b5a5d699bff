package messages

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// Why a text is not a value. Each is an expected condition: test it with
// errors.Is. The error itself is a *ValueError, which says what is wrong where.
var (
	// ErrSyntax: a character, sign or separator stands where the form forbids it.
	ErrSyntax = errors.New("not of the required form")
	// ErrLength: too short or too long for its kind (or for its IBAN country).
	ErrLength = errors.New("wrong length")
	// ErrCountry: the country code is not assigned, or has no IBAN.
	ErrCountry = errors.New("country code not known")
	// ErrCheckDigits: the check digits do not fit the rest.
	ErrCheckDigits = errors.New("check digits do not fit")
	// ErrVersion: a UUID, but not a random one.
	ErrVersion = errors.New("not a version 4 UUID")
	// ErrCurrency: not a code of ISO 4217.
	ErrCurrency = errors.New("currency code not known")
	// ErrNoMinorUnit: a known code (gold, SDR, XXX …) in which no money is counted.
	ErrNoMinorUnit = errors.New("currency code has no minor unit")
	// ErrPrecision: more fraction digits than the currency has.
	ErrPrecision = errors.New("finer than the minor unit of the currency")
	// ErrDigits: more digits than the ISO 20022 type or Decimal holds.
	ErrDigits = errors.New("too many digits")
	// ErrNegative: an amount below zero; ISO 20022 amounts carry no sign.
	ErrNegative = errors.New("amount below zero")
	// ErrOverflow: the result does not fit; nothing was changed or cut.
	ErrOverflow = errors.New("result out of range")
	// ErrCurrencyMismatch: two amounts of different currencies.
	ErrCurrencyMismatch = errors.New("currencies differ")
	// ErrDate: well formed, but no such day or time of day exists.
	ErrDate = errors.New("no such date or time")
	// ErrRange: a year before 0001 or of more than nine digits.
	ErrRange = errors.New("year out of range")
)

// ValueError says why a text is not a value of its kind, in a sentence a sender
// can act on. It never repeats the whole text: an IBAN or a name must not reach
// a log through an error.
type ValueError struct {
	Kind   string // what was expected: "amount", "BIC", "date-time" …
	Offset int    // byte offset of the first offending place; 0 when it is the whole
	Detail string // what is wrong there
	Err    error  // one of the sentinels above
}

// Error gives kind and detail: "IBAN: check digits 12 do not fit: expected 34".
func (e *ValueError) Error() string { return e.Kind + ": " + e.Detail }

// Unwrap gives the sentinel, for errors.Is.
func (e *ValueError) Unwrap() error { return e.Err }

// refused builds a ValueError; the offset is into the text that was parsed.
func refused(kind string, err error, offset int, format string, args ...any) error {
	return &ValueError{Kind: kind, Offset: offset, Detail: fmt.Sprintf(format, args...), Err: err}
}

// misplaced reports the character at an offset, by code point where it is not
// plain ASCII: a Cyrillic or full-width look-alike cannot be told by eye.
func misplaced(kind, text string, at int, want string) error {
	r, size := utf8.DecodeRuneInString(text[at:])
	found := fmt.Sprintf("character U+%04X", r)
	switch {
	case r == utf8.RuneError && size <= 1:
		found = fmt.Sprintf("byte 0x%02X, which is not UTF-8,", text[at])
	case ' ' < r && r < utf8.RuneSelf-1:
		found = fmt.Sprintf("%q", r)
	}
	return refused(kind, ErrSyntax, at, "%s at position %d: want %s", found, at+1, want)
}

// isUpper reports one of A to Z, as byte: no other alphabet counts.
func isUpper(b byte) bool { return 'A' <= b && b <= 'Z' }

// isDigit reports one of 0 to 9, as byte: full-width and Arabic digits do not count.
func isDigit(b byte) bool { return '0' <= b && b <= '9' }
