package messages

// headOffice is the branch code that stands for the whole institution.
const headOffice = "XXX"

// BIC is a business identifier code (ISO 9362), of a bank or of any other party.
// BIC8 and the same with branch XXX name one institution and are one value, so
// that == and map keys compare parties. The zero value is none.
type BIC struct{ code [11]byte }

// ParseBIC takes 8 or 11 characters, capitals and digits only, as the XSDs have
// it (BICFIDec2014Identifier, AnyBICDec2014Identifier): four for the party, a
// country, two for the location, three for the branch or none. The country must
// be assigned in ISO 3166-1, or be XK (Kosovo) or XE, under which the Eurosystem's
// TARGET services are addressed. The errors are ErrLength, ErrSyntax and
// ErrCountry. That a BIC is well formed does not mean that it is issued.
func ParseBIC(text string) (BIC, error) {
	if len(text) != 8 && len(text) != 11 {
		if at := firstForeign(text); at < len(text) {
			return BIC{}, misplaced("BIC", text, at, "A to Z or 0 to 9")
		}
		return BIC{}, refused("BIC", ErrLength, 0, "%d characters: want 8 or 11", len(text))
	}
	for i := range len(text) {
		letter := isUpper(text[i])
		if i == 4 || i == 5 {
			if !letter {
				return BIC{}, misplaced("BIC", text, i, "the country, A to Z")
			}
		} else if !letter && !isDigit(text[i]) {
			return BIC{}, misplaced("BIC", text, i, "A to Z or 0 to 9")
		}
	}
	var b BIC
	copy(b.code[copy(b.code[:], text):], headOffice)
	if country := b.Country(); !countryKnown[country] && text[4:6] != "XE" {
		return BIC{}, refused("BIC", ErrCountry, 4, "%s is not a country code", text[4:6])
	}
	return b, nil
}

// firstForeign finds the first byte that is neither a capital nor a digit, or the
// end of the text.
func firstForeign(text string) int {
	for i := range len(text) {
		if !isUpper(text[i]) && !isDigit(text[i]) {
			return i
		}
	}
	return len(text)
}

// IsZero reports no BIC.
func (b BIC) IsZero() bool { return b == BIC{} }

// String gives 8 characters for the institution as a whole, 11 for a branch.
func (b BIC) String() string {
	switch {
	case b.IsZero():
		return ""
	case b.Branch() == headOffice:
		return string(b.code[:8])
	}
	return string(b.code[:])
}

// Full gives 11 characters, with XXX for the institution as a whole.
func (b BIC) Full() string {
	if b.IsZero() {
		return ""
	}
	return string(b.code[:])
}

// Institution gives the BIC without its branch.
func (b BIC) Institution() BIC {
	if !b.IsZero() {
		copy(b.code[8:], headOffice)
	}
	return b
}

// Country gives the country of the party; XE is none of ISO 3166.
func (b BIC) Country() Country {
	if b.IsZero() {
		return 0
	}
	return Country(b.code[4]-'A'+1)<<5 | Country(b.code[5]-'A'+1)
}

// Branch gives the three characters of the branch, XXX for the institution.
func (b BIC) Branch() string {
	if b.IsZero() {
		return ""
	}
	return string(b.code[8:])
}

// MarshalText gives String.
func (b BIC) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText is ParseBIC; the empty text is none.
func (b *BIC) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*b = BIC{}
		return nil
	}
	*b, err = ParseBIC(string(text))
	return err
}
