package messages

import "fmt"

// Currency is one code of ISO 4217, current or withdrawn, held in two bytes. Get
// one from ParseCurrency; the zero value is no currency at all. Values are
// comparable and order as their codes do.
//
// The bits are the three letters, five bits each ('A' is 1), so that a stored
// Currency keeps its meaning when codes are added to the table.
type Currency uint16

// CurrencyKind tells what a code of ISO 4217 stands for.
type CurrencyKind uint8

// The kinds. Only codes that have a minor unit can be Money, whatever their kind;
// which kinds a corridor settles is not decided here.
const (
	CurrencyUnknown       CurrencyKind = iota // not in ISO 4217
	CurrencyOrdinary                          // circulating or scriptural money of a country or union
	CurrencyFund                              // funds code: an index or accounting unit such as CLF, CHE, USN
	CurrencyMetal                             // XAU, XAG, XPT, XPD
	CurrencyUnitOfAccount                     // XDR, XUA, XSU and the bond market units XBA to XBD
	CurrencyTest                              // XTS
	CurrencyNone                              // XXX, no currency involved
	CurrencyHistoric                          // withdrawn, see Withdrawn
)

// String names the kind for a person: "fund", "metal" …
func (k CurrencyKind) String() string {
	switch k {
	case CurrencyOrdinary:
		return "currency"
	case CurrencyFund:
		return "fund"
	case CurrencyMetal:
		return "metal"
	case CurrencyUnitOfAccount:
		return "unit of account"
	case CurrencyTest:
		return "test"
	case CurrencyNone:
		return "none"
	case CurrencyHistoric:
		return "historic"
	case CurrencyUnknown:
	}
	return "unknown"
}

// noMinorUnit is the exponent of codes for which ISO 4217 says "N.A.".
const noMinorUnit = -1

// currencyRow is what ISO 4217 says of one code.
type currencyRow struct {
	code      string
	number    uint16 // numeric code; 0 where none was ever assigned (XFO, XFU)
	exponent  int8   // fraction digits of the minor unit, or noMinorUnit
	kind      CurrencyKind
	withdrawn string // "2026-01"; empty while current
	name      string
}

// currencyIndex leads from a Currency to its row. Row 0 stands for unknown.
var currencyIndex = indexCurrencies()

func indexCurrencies() (index [1 << 15]uint8) {
	for i, row := range currencyTable[1:] {
		c, _ := packCurrency(row.code)
		index[c] = uint8(i + 1) // a test holds the table below 256 rows
	}
	return index
}

func packCurrency(code string) (Currency, bool) {
	if len(code) != 3 || !isUpper(code[0]) || !isUpper(code[1]) || !isUpper(code[2]) {
		return 0, false
	}
	return Currency(code[0]-'A'+1)<<10 | Currency(code[1]-'A'+1)<<5 | Currency(code[2]-'A'+1), true
}

// ParseCurrency takes a three-letter code, in capitals and nothing else, current
// or historic. The error is ErrCurrency.
func ParseCurrency(code string) (Currency, error) {
	c, ok := packCurrency(code)
	if !ok {
		return 0, refused("currency", ErrCurrency, 0, "%.12q is not three letters A to Z", code)
	}
	if currencyIndex[c] == 0 {
		return 0, refused("currency", ErrCurrency, 0, "%s is not a code of ISO 4217", code)
	}
	return c, nil
}

// MustCurrency is ParseCurrency for codes written in the program; it panics on an
// unknown one. Never give it input.
func MustCurrency(code string) Currency {
	c, err := ParseCurrency(code)
	if err != nil {
		panic(err)
	}
	return c
}

func (c Currency) row() *currencyRow { return &currencyTable[currencyIndex[c&(1<<15-1)]] }

// Known reports a code of ISO 4217, current or historic.
func (c Currency) Known() bool { return c.row().kind != CurrencyUnknown }

// Active reports a code on the current list (List One): what ISO 20022 calls
// ActiveCurrencyCode. Metals, funds and XXX are on that list too.
func (c Currency) Active() bool {
	kind := c.row().kind
	return kind != CurrencyUnknown && kind != CurrencyHistoric
}

// Code gives the three letters, and "" for no currency.
func (c Currency) Code() string { return c.row().code }

// String is Code.
func (c Currency) String() string { return c.Code() }

// Number gives the numeric code, written with three digits ("008"); "" where
// there is none. A number can serve twice: 532 was ANG and is XCG.
func (c Currency) Number() string {
	if n := c.row().number; n != 0 {
		return fmt.Sprintf("%03d", n)
	}
	return ""
}

// Name gives the English name of ISO 4217.
func (c Currency) Name() string { return c.row().name }

// Kind tells what the code stands for.
func (c Currency) Kind() CurrencyKind { return c.row().kind }

// Withdrawn gives the month of withdrawal ("2026-01") of a historic code, else "".
func (c Currency) Withdrawn() string { return c.row().withdrawn }

// Exponent gives the number of fraction digits of the minor unit (0, 2, 3 or 4).
// It is false for codes without one, and for no currency.
func (c Currency) Exponent() (digits int, ok bool) {
	e := c.row().exponent
	return int(e), e >= 0
}

// MarshalText gives the code.
func (c Currency) MarshalText() ([]byte, error) { return []byte(c.Code()), nil }

// UnmarshalText is ParseCurrency; the empty text is no currency.
func (c *Currency) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*c = 0
		return nil
	}
	*c, err = ParseCurrency(string(text))
	return err
}

// Currencies gives every known code, in the order of the table: the current list
// first, then the historic codes, each alphabetically.
func Currencies() []Currency {
	all := make([]Currency, 0, len(currencyTable)-1)
	for _, row := range currencyTable[1:] {
		c, _ := packCurrency(row.code)
		all = append(all, c)
	}
	return all
}
