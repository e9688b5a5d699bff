package messages

// Country is a country code of two letters, held in two bytes. Get one from
// ParseCountry; the zero value is none.
type Country uint16

// countryCodes are the officially assigned codes of ISO 3166-1 alpha-2, and XK:
// Kosovo has no ISO code, yet its banks have BICs, IBANs and addresses under it.
const countryCodes = "" +
	"AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE " +
	"BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD " +
	"CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM " +
	"DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF " +
	"GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU " +
	"ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN " +
	"KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME " +
	"MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA " +
	"NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM " +
	"PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI " +
	"SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK " +
	"TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI " +
	"VN VU WF WS XK YE YT ZA ZM ZW "

// countryKnown tells which two-letter codes are countries.
var countryKnown = indexCountries()

func indexCountries() (known [1 << 10]bool) {
	for i := 0; i < len(countryCodes); i += 3 {
		c, _ := packCountry(countryCodes[i : i+2])
		known[c] = true
	}
	return known
}

func packCountry(code string) (Country, bool) {
	if len(code) != 2 || !isUpper(code[0]) || !isUpper(code[1]) {
		return 0, false
	}
	return Country(code[0]-'A'+1)<<5 | Country(code[1]-'A'+1), true
}

// ParseCountry takes a code of ISO 3166-1 alpha-2, or XK, in capitals. The error
// is ErrCountry.
func ParseCountry(code string) (Country, error) {
	c, ok := packCountry(code)
	if !ok {
		return 0, refused("country", ErrCountry, 0, "%.12q is not two letters A to Z", code)
	}
	if !countryKnown[c] {
		return 0, refused("country", ErrCountry, 0, "%s is not a country code", code)
	}
	return c, nil
}

// String gives the two letters, and "" for none.
func (c Country) String() string {
	if c == 0 {
		return ""
	}
	return string([]byte{'A' - 1 + byte(c>>5&31), 'A' - 1 + byte(c&31)})
}

// MarshalText gives the code.
func (c Country) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText is ParseCountry; the empty text is none.
func (c *Country) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*c = 0
		return nil
	}
	*c, err = ParseCountry(string(text))
	return err
}
