package messages

import (
	"bytes"
	"errors"
	"io"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// ibanSamples holds one account of each country in the IBAN registry.
const ibanSamples = "" +
	"AD1200012030200359100100 AE070331234567890123456 AL47212110090000000235698741 AT611904300234573201 " +
	"AZ21NABZ00000000137010001944 BA391290079401028494 BE68539007547034 BG80BNBG96611020345678 " +
	"BH67BMAG00001299123456 BI4210000100010000332045181 BR9700360305000010009795493P1 BY13NBRB3600900000002Z00AB00 " +
	"CH9300762011623852957 CR05015202001026284066 CY17002001280000001200527600 CZ6508000000192000145399 " +
	"DE89370400440532013000 DJ2100010000000154000100186 DK5000400440116243 DO28BAGR00000001212453611324 " +
	"EE382200221020145685 EG380019000500000000263180002 ES9121000418450200051332 FI2112345600000785 " +
	"FK88SC123456789012 FO2000400440116243 FR1420041010050500013M02606 GB29NWBK60161331926819 " +
	"GE29NB0000000101904917 GI75NWBK000000007099453 GL2000400440116243 GR1601101250000000012300695 " +
	"GT82TRAJ01020000001210029690 HN88CABF00000000000250005469 HR1210010051863000160 HU42117730161111101800000000 " +
	"IE29AIBK93115212345678 IL620108000000099999999 IQ98NBIQ850123456789012 IS140159260076545510730339 " +
	"IT60X0542811101000000123456 JO94CBJO0010000000000131000302 KW81CBKU0000000000001234560101 KZ86125KZT5004100100 " +
	"LB62099900000001001901229114 LC55HEMM000100010012001200023015 LI21088100002324013AA LT121000011101001000 " +
	"LU280019400644750000 LV80BANK0000435195001 LY83002048000020100120361 MC5811222000010123456789030 " +
	"MD24AG000225100013104168 ME25505000012345678951 MK07250120000058984 MN121234123456789123 " +
	"MR1300020001010000123456753 MT84MALT011000012345MTLCAST001S MU17BOMM0101101030300200000MUR NI45BAPR00000013000003558124 " +
	"NL91ABNA0417164300 NO9386011117947 OM810180000001299123456 PK36SCBL0000001123456702 " +
	"PL61109010140000071219812874 PS92PALS000000000400123456702 PT50000201231234567890154 QA58DOHB00001234567890ABCDEFG " +
	"RO49AAAA1B31007593840000 RS35260005601001611379 RU0304452522540817810538091310419 SA0380000000608010167519 " +
	"SC18SSCB11010000000000001497USD SD2129010501234001 SE4550000000058398257466 SI56191000000123438 " +
	"SK3112000000198742637541 SM86U0322509800000000270100 SO211000001001000100141 ST68000100010051845310112 " +
	"SV62CENR00000000000000700025 TL380080012345678910157 TN5910006035183598478831 TR330006100519786457841326 " +
	"UA213996220000026007233566001 VA59001123000012345678 VG96VPVG0000012345678901 XK051212012345678906 " +
	"YE15CBYE0001018861234567891234 "

// leiSamples are published identifiers of banks and companies.
const leiSamples = "529900T8BM49AURSDO55 5493001KJTIIGC8Y1R12 HWUPKR0MPOU8FGXBT394 7LTWFZYICNSX8D621K86 R0MUWSFPU8MPRO8K5P83"

// hostileTexts are no identifier of any kind.
func hostileTexts() []string {
	return []string{
		"", " ", "\x00", "-", "1", "A", "NaN", "1e5", "0x10", "+5", "-0", "<BICFI>", "${x}", "\xff\xfe", "\u200b", "\ufeff",
		"DEUTDEFF\x00", " DEUTDEFF", "DEUTDEFF ", "DEUTDEFF\n", "deutdeff", "DEUTDeFF", "DEUTDEF", "DEUTDEFF5", "DEUTDEFF50", "DEUTDEFF5000",
		"--BANKUS33--", "DEUT DEFF", "DEUT-DEF", "DEUT12FF", "DEUTD3FF", "DEUTDEF\u0130", "\u0410BCDUS33", "DEUTD\u0415FF", "\uff24EUTDEFF",
		"ABCDZZ22", "ABCDXX22", "ABCDUK22", "ABCDAN22", "ABCDEU22", "ABCDXA22",
		"DE89 3704 0044 0532 0130 00", "de89370400440532013000", "DE89370400440532013000 ", "DE8937040044053201300", "DE893704004405320130000",
		"DE89370400440532013O00", "DE89370400440532013\u0660\u0660", "D\u041589370400440532013000", "IBAN DE89370400440532013000",
		"DE88370400440532013000", "DE00370400440532013000", "DE8A370400440532013000", "DEAA370400440532013000", "US89370400440532013000",
		"GF1420041010050500013M02606", "AX2112345600000785", "GB29nwbk60161331926819", "gb29NWBK60161331926819", "NO9386011117947\x00",
		"GB29NWBK60161331926818", "DE", "DE8", "DE89", strings.Repeat("D", 1<<16), strings.Repeat("9", 35), strings.Repeat("\u0661", 20),
		"529900T8BM49AURSDO54", "529900T8BM49AURSDO5", "529900T8BM49AURSDO555", "529900t8bm49aursdo55", "529900T8BM49AURSD\u041e55", "529900T8BM49AURSDOXX",
		"529900T8BM49AURSDO5\u0665", "529900 T8BM49AURSDO5", "00000000000000000000",
		"EB6305C9-1F7F-49DE-AED0-16487C27B42D", "eb6305c9-1f7f-49de-aed0-16487c27b42", "eb6305c9-1f7f-49de-aed0-16487c27b42d ",
		"eb6305c9-1f7f-19de-aed0-16487c27b42d", "eb6305c9-1f7f-79de-aed0-16487c27b42d", "eb6305c9-1f7f-49de-ced0-16487c27b42d", "eb6305c9-1f7f-49de-7ed0-16487c27b42d",
		"eb6305c91f7f49deaed016487c27b42d", "{eb6305c9-1f7f-49de-aed0-16487c27b42d}", "urn:uuid:eb6305c9-1f7f-49de-aed0-16487c27b42d",
		"eb6305c9-1f7f-49de-aed0-16487c27b42g", "eb6305c9_1f7f_49de_aed0_16487c27b42d", "eb6305c9-1f7f-49de-aed0-16487c27b4\u0662", "00000000-0000-0000-0000-000000000000",
		"\u0435b6305c9-1f7f-49de-aed0-16487c27b42d", "eb6305c91-f7f-49de-aed0-16487c27b42d", "eb6305c9-1f7f-49de-aed0-16487c27b42d0",
	}
}

func TestIdentifiersRefuseHostileTexts(t *testing.T) {
	texts := hostileTexts()
	for _, text := range texts {
		bic, errBIC := ParseBIC(text)
		iban, errIBAN := ParseIBAN(text)
		lei, errLEI := ParseLEI(text)
		uetr, errUETR := ParseUETR(text)
		country, errCountry := ParseCountry(text)
		if text == "DE" {
			errCountry, country = ErrCountry, 0
		}
		if !bic.IsZero() || !iban.IsZero() || !lei.IsZero() || !uetr.IsZero() || country != 0 {
			t.Errorf("%.40q gave a value: %v %v %v %v %v", text, bic, iban, lei, uetr, country)
		}
		for _, err := range []error{errBIC, errIBAN, errLEI, errUETR} {
			var value *ValueError
			if !errors.As(err, &value) || value.Detail == "" || value.Offset < 0 || value.Offset > len(text) || len(err.Error()) > 120 {
				t.Errorf("%.40q: error %v", text, err)
			}
		}
		if !errors.Is(errCountry, ErrCountry) {
			t.Errorf("%.40q: country error %v", text, errCountry)
		}
	}
	t.Logf("%d texts", len(texts))
	if len(texts) < 80 {
		t.Errorf("only %d texts", len(texts))
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	parse := map[string]func(string) error{
		"BIC":     func(s string) error { _, err := ParseBIC(s); return err },
		"IBAN":    func(s string) error { _, err := ParseIBAN(s); return err },
		"LEI":     func(s string) error { _, err := ParseLEI(s); return err },
		"UETR":    func(s string) error { _, err := ParseUETR(s); return err },
		"country": func(s string) error { _, err := ParseCountry(s); return err },
	}
	for _, test := range []struct {
		kind, text string
		is         error
		says       string
	}{
		{"BIC", "DEUTDEF", ErrLength, "BIC: 7 characters: want 8 or 11"},
		{"BIC", "DEUTDEFF ", ErrSyntax, "BIC: character U+0020 at position 9: want A to Z or 0 to 9"},
		{"BIC", "deutdeff", ErrSyntax, `BIC: 'd' at position 1: want A to Z or 0 to 9`},
		{"BIC", "DEUT\u0415FF", ErrSyntax, "BIC: character U+0415 at position 5: want the country, A to Z"},
		{"BIC", "DEUTD\xffFF", ErrSyntax, "BIC: byte 0xFF, which is not UTF-8, at position 6: want the country, A to Z"},
		{"BIC", "DEUTZZFF", ErrCountry, "BIC: ZZ is not a country code"},
		{"IBAN", "DE12370400440532013000", ErrCheckDigits, "IBAN: check digits 12 do not fit: expected 89"},
		{"IBAN", "GB29NWBK6016133192681", ErrLength, "IBAN: 21 characters: an IBAN of GB has 22"},
		{"IBAN", "GB29NWBK601613319268199", ErrLength, "IBAN: 23 characters: an IBAN of GB has 22"},
		{"IBAN", "GB29NWBK6016133192681X", ErrSyntax, "IBAN: 'X' at position 22: want a digit"},
		{"IBAN", "GB29NW9K60161331926819", ErrSyntax, "IBAN: '9' at position 7: want A to Z"},
		{"IBAN", "GB29 NWBK60161331926819", ErrSyntax, "IBAN: character U+0020 at position 5: want A to Z"},
		{"IBAN", "FR1420041010050500013M026_6", ErrSyntax, "IBAN: '_' at position 26: want a digit"},
		{"IBAN", "AD120001203020035910010-", ErrSyntax, "IBAN: '-' at position 24: want a letter or digit"},
		{"IBAN", "D089370400440532013000", ErrSyntax, "IBAN: '0' at position 2: want the country, A to Z"},
		{"IBAN", "DEX9370400440532013000", ErrSyntax, "IBAN: 'X' at position 3: want a check digit"},
		{"IBAN", "US89370400440532013000", ErrCountry, "IBAN: country US has no IBAN"},
		{"LEI", "529900T8BM49AURSDO12", ErrCheckDigits, "LEI: check digits 12 do not fit: expected 55"},
		{"LEI", "529900T8BM49AURSDO1", ErrLength, "LEI: 19 characters: want 20"},
		{"LEI", "529900T8BM49AURSDO1A", ErrSyntax, "LEI: 'A' at position 20: want a check digit"},
		{"UETR", "EB6305C9-1F7F-49DE-AED0-16487C27B42D", ErrSyntax, "UETR: 'E' at position 1: want 0 to 9 or a to f"},
		{"UETR", "eb6305c9-1f7f-19de-aed0-16487c27b42d", ErrVersion, "UETR: UUID version 1: want 4"},
		{"UETR", "eb6305c9-1f7f-49de-ced0-16487c27b42d", ErrVersion, "UETR: UUID variant c: want 8, 9, a or b"},
		{"UETR", "eb6305c9-1f7f-49de-aed0-16487c27b42", ErrLength, "UETR: 35 characters: want 36"},
		{"UETR", "eb6305c9+1f7f-49de-aed0-16487c27b42d", ErrSyntax, "UETR: '+' at position 9: want a hyphen"},
		{"country", "UK", ErrCountry, "country: UK is not a country code"},
		{"country", "de", ErrCountry, `country: "de" is not two letters A to Z`},
	} {
		err := parse[test.kind](test.text)
		if !errors.Is(err, test.is) || err.Error() != test.says {
			t.Errorf("%s %q: got %v; want %s", test.kind, test.text, err, test.says)
		}
	}
}

func TestBIC(t *testing.T) {
	for _, test := range []struct{ text, short, full, country, branch string }{
		{"DEUTDEFF", "DEUTDEFF", "DEUTDEFFXXX", "DE", "XXX"},
		{"DEUTDEFFXXX", "DEUTDEFF", "DEUTDEFFXXX", "DE", "XXX"},
		{"DEUTDEFF500", "DEUTDEFF500", "DEUTDEFF500", "DE", "500"},
		{"1234US00", "1234US00", "1234US00XXX", "US", "XXX"},
		{"NCBVXKPR", "NCBVXKPR", "NCBVXKPRXXX", "XK", "XXX"},
		{"TRGTXEPMCLM", "TRGTXEPMCLM", "TRGTXEPMCLM", "XE", "CLM"},
	} {
		b, err := ParseBIC(test.text)
		if err != nil || b.String() != test.short || b.Full() != test.full || b.Country().String() != test.country || b.Branch() != test.branch {
			t.Errorf("%s: got %s, %s, %s, %s, %v", test.text, b, b.Full(), b.Country(), b.Branch(), err)
		}
		if again, err := ParseBIC(b.String()); err != nil || again != b {
			t.Errorf("%s came back as %s, %v", b, again, err)
		}
		if again, err := ParseBIC(b.Full()); err != nil || again != b {
			t.Errorf("%s came back as %s, %v", b.Full(), again, err)
		}
		if office, err := ParseBIC(test.text[:8]); err != nil || b.Institution() != office {
			t.Errorf("%s: institution %s, %v", test.text, b.Institution(), err)
		}
	}
	var none BIC
	if none.String() != "" || none.Full() != "" || none.Branch() != "" || none.Country() != 0 || !none.Institution().IsZero() {
		t.Error("the zero BIC is not empty")
	}
}

func TestCountries(t *testing.T) {
	known := 0
	for a := byte('A'); a <= 'Z'; a++ {
		for b := byte('A'); b <= 'Z'; b++ {
			code := string([]byte{a, b})
			c, err := ParseCountry(code)
			if want := strings.Contains(countryCodes, code+" "); want != (err == nil) || err == nil && c.String() != code {
				t.Errorf("%s: got %s, %v", code, c, err)
			}
			if err == nil {
				known++
			}
		}
	}
	t.Logf("%d countries", known)
	if known != 250 || len(countryCodes) != 3*250 {
		t.Errorf("%d countries; ISO 3166-1 has 249, and XK", known)
	}
	if Country(0).String() != "" {
		t.Error("the zero country is not empty")
	}
}

func TestIBANOfEveryCountry(t *testing.T) {
	samples := strings.Fields(ibanSamples)
	seen := map[string]bool{}
	for _, text := range samples {
		i, err := ParseIBAN(text)
		if err != nil || i.String() != text || i.Country().String() != text[:2] || i.BBAN() != text[4:] {
			t.Errorf("%s: got %s, %s, %s, %v", text, i, i.Country(), i.BBAN(), err)
		}
		seen[text[:2]] = true
	}
	t.Logf("%d countries", len(seen))
	if len(seen) != len(ibanTable) || len(ibanTable) < 89 {
		t.Errorf("%d countries sampled, the registry has %d", len(seen), len(ibanTable))
	}
	for _, row := range ibanTable {
		if _, err := ParseCountry(row.country); err != nil || !seen[row.country] || len(row.bban) > 30 || strings.Trim(row.bban, "nac") != "" {
			t.Errorf("%s %s: %v", row.country, row.bban, err)
		}
	}
	if (IBAN{}).String() != "" || (IBAN{}).BBAN() != "" || (IBAN{}).Country() != 0 {
		t.Error("the zero IBAN is not empty")
	}
}

func TestIBANSmallLetters(t *testing.T) {
	upper, err := ParseIBAN("FR1420041010050500013M02606")
	if err != nil {
		t.Fatal(err)
	}
	small, err := ParseIBAN("FR1420041010050500013m02606")
	if err != nil || small != upper {
		t.Errorf("got %s, %v", small, err)
	}
}

// sameRemainder are check digits that leave the remainder of others: a plain
// "remainder is 1" would take both.
func TestCheckDigitsHaveOneForm(t *testing.T) {
	found := 0
	for n := range 2000 {
		account := big.NewInt(int64(n)).String()
		account = "37040044" + strings.Repeat("0", 10-len(account)) + account
		valid := 0
		for check := range 100 {
			text := "DE" + string([]byte{'0' + byte(check/10), '0' + byte(check%10)}) + account
			if _, err := ParseIBAN(text); err == nil {
				valid++
				if check < 2 || check > 98 {
					t.Errorf("%s is taken", text)
				}
				if check <= 2 || check >= 97 {
					found++
				}
			}
		}
		if valid != 1 {
			t.Errorf("account %s has %d pairs of check digits", account, valid)
		}
	}
	t.Logf("%d accounts with check digits 02, 97 or 98", found)
	if found < 20 {
		t.Errorf("only %d", found)
	}
}

// A single wrong digit, and two neighbouring digits changed over, are always seen.
func TestCheckDigitsDetectErrors(t *testing.T) {
	var wrong, swapped int
	try := func(text string, parse func(string) error) {
		for at := range len(text) {
			if !isDigit(text[at]) {
				continue
			}
			for digit := byte('0'); digit <= '9'; digit++ {
				changed := text[:at] + string(rune(digit)) + text[at+1:]
				if digit != text[at] {
					wrong++
					if parse(changed) == nil {
						t.Errorf("%s changed to %s is not seen", text, changed)
					}
				}
			}
			if at+1 < len(text) && isDigit(text[at+1]) && text[at] != text[at+1] {
				swapped++
				changed := text[:at] + string([]byte{text[at+1], text[at]}) + text[at+2:]
				if parse(changed) == nil {
					t.Errorf("%s swapped to %s is not seen", text, changed)
				}
			}
		}
	}
	for _, text := range strings.Fields(ibanSamples) {
		try(text, func(s string) error { _, err := ParseIBAN(s); return err })
	}
	for _, text := range strings.Fields(leiSamples) {
		try(text, func(s string) error { _, err := ParseLEI(s); return err })
	}
	t.Logf("%d wrong digits, %d swaps", wrong, swapped)
	if wrong < 15_000 || swapped < 900 {
		t.Errorf("only %d wrong digits and %d swaps", wrong, swapped)
	}
}

func TestLEI(t *testing.T) {
	for _, text := range strings.Fields(leiSamples) {
		l, err := ParseLEI(text)
		if err != nil || l.String() != text {
			t.Errorf("%s: got %s, %v", text, l, err)
		}
	}
	if (LEI{}).String() != "" {
		t.Error("the zero LEI is not empty")
	}
}

func TestUETR(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	for range 1000 {
		u, err := NewUETR(random)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseUETR(u.String())
		if err != nil || again != u || again.String() != u.String() {
			t.Fatalf("%s came back as %s, %v", u, again, err)
		}
		if again, err = UETRFromBytes(u.Bytes()); err != nil || again != u {
			t.Fatalf("%s came back from its bytes as %s, %v", u, again, err)
		}
	}
	fixed, err := NewUETR(bytes.NewReader(bytes.Repeat([]byte{0xff}, 16)))
	if err != nil || fixed.String() != "ffffffff-ffff-4fff-bfff-ffffffffffff" {
		t.Errorf("got %s, %v", fixed, err)
	}
	if u, err := NewUETR(bytes.NewReader(make([]byte, 15))); !errors.Is(err, io.ErrUnexpectedEOF) || !u.IsZero() {
		t.Errorf("short of random bytes: %s, %v", u, err)
	}
	if _, err := NewUETR(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("no random bytes: %v", err)
	}
	if _, err := UETRFromBytes([16]byte{}); !errors.Is(err, ErrVersion) {
		t.Errorf("zero bytes: %v", err)
	}
	if (UETR{}).String() != "" {
		t.Error("the zero UETR is not empty")
	}
}

func TestIdentifiersAllocateNothing(t *testing.T) {
	for name, parse := range map[string]func() error{
		"BIC":         func() error { _, err := ParseBIC("DEUTDEFF500"); return err },
		"IBAN":        func() error { _, err := ParseIBAN("MT84MALT011000012345MTLCAST001S"); return err },
		"LEI":         func() error { _, err := ParseLEI("529900T8BM49AURSDO55"); return err },
		"UETR":        func() error { _, err := ParseUETR("eb6305c9-1f7f-49de-aed0-16487c27b42d"); return err },
		"Currency":    func() error { _, err := ParseCurrency("USD"); return err },
		"Country":     func() error { _, err := ParseCountry("DE"); return err },
		"Decimal":     func() error { _, err := ParseDecimal("1.0825"); return err },
		"DateTime":    func() error { _, err := ParseDateTime("2026-11-22T10:00:00.123+01:00"); return err },
		"Date":        func() error { _, err := ParseDate("2026-11-22"); return err },
		"TimeOfDay":   func() error { _, err := ParseTimeOfDay("10:00:00+01:00"); return err },
		"IBANCountry": func() error { i, err := ParseIBAN("DE89370400440532013000"); _ = i.Country(); return err },
	} {
		if n := testing.AllocsPerRun(100, func() {
			if err := parse(); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
