package profile

import (
	"errors"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// An IBAN is refused for what ISO 13616 says of all: country, length, check
// digits. That its country has digits where it has letters only warns, for
// samples that we must accept are made up without regard to it.

func validIBAN(x *Exam, at schema.Node) {
	text := at.Text()
	_, err := messages.ParseIBAN(text)
	if breaksForm(text, err) {
		_, err = messages.ParseIBAN(intoForm(text))
		if err == nil || errors.Is(err, messages.ErrCheckDigits) {
			err = nil // the length is right; the check digits are those of text
			if remainder97(text) != 1 {
				err = messages.ErrCheckDigits
			}
		}
	}
	faultOf(x, at, err)
}

func nationalIBAN(x *Exam, at schema.Node) {
	if _, err := messages.ParseIBAN(at.Text()); breaksForm(at.Text(), err) {
		faultOf(x, at, err)
	}
}

// breaksForm tells whether err is about a capital where the country has a digit,
// or a digit where it has a letter.
func breaksForm(text string, err error) bool {
	if !errors.Is(err, messages.ErrSyntax) {
		return false
	}
	var value *messages.ValueError
	if !errors.As(err, &value) || value.Offset < 4 {
		return false
	}
	b := text[value.Offset]
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z'
}

// intoForm swaps letters and digits until they are where the country has them.
func intoForm(text string) string {
	repaired := []byte(text)
	for range text {
		_, err := messages.ParseIBAN(string(repaired))
		if !breaksForm(string(repaired), err) {
			break
		}
		var value *messages.ValueError
		errors.As(err, &value)
		if b := &repaired[value.Offset]; *b <= '9' {
			*b = 'A'
		} else {
			*b = '0'
		}
	}
	return string(repaired)
}

// remainder97 is the remainder that must be one: the account number, then
// country and check digits, letters as 10 to 35.
func remainder97(text string) int {
	remainder := 0
	for i := range text {
		switch b := text[(i+4)%len(text)] | ' '; {
		case b >= 'a':
			remainder = (remainder*100 + int(b-'a') + 10) % 97
		default:
			remainder = (remainder*10 + int(b-'0')) % 97
		}
	}
	return remainder
}
