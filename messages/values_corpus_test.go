package messages

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// valueElements finds leaf elements whose name says what their text is, whatever
// the prefix, and amounts with their currency.
var valueElements = regexp.MustCompile(`<(?:\w+:)?(\w+)(?: Ccy="([^"]*)")?>([^<]*)</`)

// corpusRefusals are the texts of the corpus that no schema refuses and that are
// no values all the same: sample data with countries, account forms or check
// digits that do not exist, a place-holder, and amounts of gold.
var corpusRefusals = map[string]error{
	"BANKANC0XXX": ErrCountry, "CP01AA89787": ErrCountry, "DLKLXXXX000": ErrCountry,
	"CURRENT_TIME":           ErrSyntax,
	"DE8547812":              ErrLength,
	"GB02456756789067890123": ErrSyntax, "GB78789A45678956789012": ErrSyntax, "GB98567801234512345678": ErrSyntax,
	"GB29NWBK60161331926818": ErrCheckDigits,
	"LT007044000000000000":   ErrCheckDigits, "LT007400000000000000": ErrCheckDigits,
	"LT007180000000000000": ErrCheckDigits, "LT007180000000000001": ErrCheckDigits,
	"LT007180000000000002": ErrCheckDigits, "LT007180000000000003": ErrCheckDigits,
	"XAU": ErrNoMinorUnit,
}

// Every other value in the valid messages of the corpus is taken.
func TestValuesOfTheCorpus(t *testing.T) {
	root := filepath.Join("..", "..", "shared", "iso20022")
	if _, err := os.Stat(root); err != nil {
		if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
			t.Fatalf("the corpus is required: %v", err)
		}
		t.Skip("the message corpus is not beside this checkout")
	}
	counts, met := map[string]int{}, map[string]int{}
	for _, folder := range []string{"messages/valid", "cbpr/examples", "mt-mx-pairs"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".xml" {
				return err
			}
			raw, err := os.ReadFile(path) //nolint:gosec // the corpus is ours
			for _, m := range valueElements.FindAllStringSubmatch(string(raw), -1) {
				kind, err := parseElement(m[1], m[2], m[3])
				counts[kind]++
				text := strings.TrimSpace(m[3])
				if m[2] == "XAU" {
					text = m[2]
				}
				if want := corpusRefusals[text]; kind != "" && !errors.Is(err, want) {
					t.Errorf("%s: %s %s %s: got %v, want %v", path, m[1], m[2], m[3], err, want)
				}
				if err != nil {
					met[text]++
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	delete(counts, "")
	t.Logf("values: %v; refused: %v", counts, met)
	if len(met) != len(corpusRefusals) {
		t.Errorf("%d texts refused, want %d", len(met), len(corpusRefusals))
	}
	for kind, least := range map[string]int{"amount": 1600, "BIC": 3200, "IBAN": 160, "LEI": 1000, "UETR": 280, "date-time": 1300, "date": 280} {
		if counts[kind] < least {
			t.Errorf("%d values of kind %s, want at least %d", counts[kind], kind, least)
		}
	}
}

func parseElement(name, currency, text string) (kind string, err error) {
	switch {
	case currency != "":
		c, err := ParseCurrency(currency)
		if err == nil {
			_, err = ParseMoney(strings.TrimSpace(text), c)
		}
		return "amount", err
	case strings.HasSuffix(name, "BIC") || strings.HasSuffix(name, "BICFI"):
		_, err = ParseBIC(text)
		return "BIC", err
	case name == "IBAN":
		_, err = ParseIBAN(text)
		return "IBAN", err
	case name == "LEI":
		_, err = ParseLEI(text)
		return "LEI", err
	case name == "UETR":
		_, err = ParseUETR(text)
		return "UETR", err
	case name == "CreDtTm" || name == "CreDt" || name == "DtTm":
		_, err = ParseDateTime(text)
		return "date-time", err
	case name == "IntrBkSttlmDt" || name == "ReqdExctnDt" || name == "BookgDt":
		_, err = ParseDate(text)
		return "date", err
	}
	return "", nil
}
