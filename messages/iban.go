package messages

// maxIBANLength is what ISO 13616 and the XSDs (IBAN2007Identifier) allow.
const maxIBANLength = 34

// IBAN is an international bank account number (ISO 13616) of a country in the
// IBAN registry, in electronic form. The zero value is none.
type IBAN struct {
	code   [maxIBANLength]byte
	length uint8
}

// ibanBBANs leads from a country to the form of its basic account number.
var ibanBBANs = indexIBANs()

func indexIBANs() (bbans [1 << 10]string) {
	for _, row := range ibanTable {
		c, _ := packCountry(row.country)
		bbans[c] = row.bban
	}
	return bbans
}

// ParseIBAN takes the electronic form: no blanks, country in capitals, check
// digits, then the account number in the length and form of its country. Where
// that form allows letters and digits alike, small letters are taken as the XSD
// takes them, and are turned into capitals, for they stand for the same account
// and have the same check digits. The errors are ErrSyntax, ErrCountry, ErrLength
// and ErrCheckDigits. National check digits inside the account number are not
// looked at.
func ParseIBAN(text string) (IBAN, error) {
	if len(text) < 4 {
		return IBAN{}, refused("IBAN", ErrLength, 0, "%d characters are too few", len(text))
	}
	country, ok := packCountry(text[:2])
	if !ok {
		at := 0
		if isUpper(text[0]) {
			at = 1
		}
		return IBAN{}, misplaced("IBAN", text, at, "the country, A to Z")
	}
	for i := 2; i < 4; i++ {
		if !isDigit(text[i]) {
			return IBAN{}, misplaced("IBAN", text, i, "a check digit")
		}
	}
	form := ibanBBANs[country]
	if form == "" {
		return IBAN{}, refused("IBAN", ErrCountry, 0, "country %s has no IBAN", text[:2])
	}
	iban, at := fillIBAN(text, form)
	if at < len(text) {
		return IBAN{}, misplaced("IBAN", text, at, ibanPlace(form, at-4))
	}
	if len(text) != 4+len(form) {
		return IBAN{}, refused("IBAN", ErrLength, 0, "%d characters: an IBAN of %s has %d", len(text), text[:2], 4+len(form))
	}
	account := iban.code[4:len(text)]
	if expected := checkDigits(mod97(mod97(0, account), iban.code[:2])); expected != twoDigits(text, 2) {
		return IBAN{}, refused("IBAN", ErrCheckDigits, 2, "check digits %s do not fit: expected %02d", text[2:4], expected)
	}
	return iban, nil
}

// fillIBAN copies the text in capitals up to the first character that does not
// fit the form, and tells where that is; past the form, any letter or digit fits,
// as the length is then what is wrong.
func fillIBAN(text, form string) (IBAN, int) {
	var iban IBAN
	copy(iban.code[:4], text)
	for i := 4; i < len(text); i++ {
		b, place := text[i], byte('c')
		if i-4 < len(form) {
			place = form[i-4]
		}
		if place == 'c' && 'a' <= b && b <= 'z' {
			b -= 'a' - 'A'
		}
		fits := isDigit(b) && place != 'a' || isUpper(b) && place != 'n'
		if !fits {
			return IBAN{}, i
		}
		if i < maxIBANLength {
			iban.code[i] = b
		}
	}
	iban.length = uint8(min(len(text), maxIBANLength))
	return iban, len(text)
}

func ibanPlace(form string, at int) string {
	if at < len(form) {
		switch form[at] {
		case 'n':
			return "a digit"
		case 'a':
			return "A to Z"
		}
	}
	return "a letter or digit"
}

// IsZero reports no IBAN.
func (i IBAN) IsZero() bool { return i.length == 0 }

// String gives the electronic form. It names an account: keep it out of logs.
func (i IBAN) String() string { return string(i.code[:i.length]) }

// Country gives the country of the account.
func (i IBAN) Country() Country {
	c, _ := packCountry(string(i.code[:2]))
	return c
}

// BBAN gives the national account number, all after the check digits.
func (i IBAN) BBAN() string {
	if i.IsZero() {
		return ""
	}
	return string(i.code[4:i.length])
}

// MarshalText gives String.
func (i IBAN) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText is ParseIBAN; the empty text is none.
func (i *IBAN) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*i = IBAN{}
		return nil
	}
	*i, err = ParseIBAN(string(text))
	return err
}
