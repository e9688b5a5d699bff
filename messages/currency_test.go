package messages

import (
	"encoding/json"
	"errors"
	"testing"
)

// The counts are those of ISO 4217 List One in 2026.
func TestCurrencyTableIsWhole(t *testing.T) {
	exponents := map[int8]int{}
	kinds := map[CurrencyKind]int{}
	seen := map[string]bool{}
	numbers := map[uint16]string{}
	for i, row := range currencyTable[1:] {
		c, ok := packCurrency(row.code)
		if !ok || seen[row.code] {
			t.Errorf("row %d: code %q malformed or twice", i+1, row.code)
		}
		seen[row.code] = true
		if c.row() != &currencyTable[i+1] {
			t.Errorf("%s: index leads elsewhere", row.code)
		}
		if row.name == "" || row.kind == CurrencyUnknown {
			t.Errorf("%s: no name or no kind", row.code)
		}
		if (row.kind == CurrencyHistoric) != (len(row.withdrawn) == len("2026-01")) {
			t.Errorf("%s: kind %s, withdrawn %q", row.code, row.kind, row.withdrawn)
		}
		kinds[row.kind]++
		if row.kind == CurrencyHistoric {
			continue
		}
		if other := numbers[row.number]; other != "" || row.number == 0 {
			t.Errorf("%s: number %d is missing or that of %s", row.code, row.number, other)
		}
		numbers[row.number] = row.code
		exponents[row.exponent]++
	}
	t.Logf("%d codes: kinds %v, exponents of List One %v", len(seen), kinds, exponents)
	for exponent, want := range map[int8]int{0: 17, 2: 139, 3: 7, 4: 2, noMinorUnit: 13} {
		if exponents[exponent] != want {
			t.Errorf("exponent %d: %d codes, List One has %d", exponent, exponents[exponent], want)
		}
	}
	wantKinds := map[CurrencyKind]int{
		CurrencyOrdinary: 155, CurrencyFund: 10, CurrencyMetal: 4, CurrencyUnitOfAccount: 7,
		CurrencyTest: 1, CurrencyNone: 1, CurrencyHistoric: 55,
	}
	for kind, want := range wantKinds {
		if kinds[kind] != want {
			t.Errorf("kind %s: %d codes, want %d", kind, kinds[kind], want)
		}
	}
	if len(currencyTable) > 256 || len(Currencies()) != len(seen) {
		t.Errorf("%d rows do not fit an index of bytes", len(currencyTable))
	}
}

func TestCurrency(t *testing.T) {
	for _, want := range []struct {
		code     string
		exponent int
		number   string
		kind     CurrencyKind
		active   bool
	}{
		{"USD", 2, "840", CurrencyOrdinary, true},
		{"EUR", 2, "978", CurrencyOrdinary, true},
		{"ALL", 2, "008", CurrencyOrdinary, true},
		{"XCG", 2, "532", CurrencyOrdinary, true},
		{"ZWG", 2, "924", CurrencyOrdinary, true},
		{"SLE", 2, "925", CurrencyOrdinary, true},
		{"VED", 2, "926", CurrencyOrdinary, true},
		{"MRU", 2, "929", CurrencyOrdinary, true},
		{"MGA", 2, "969", CurrencyOrdinary, true},
		{"IDR", 2, "360", CurrencyOrdinary, true}, // golang.org/x/text has 0
		{"IQD", 3, "368", CurrencyOrdinary, true}, // golang.org/x/text has 0
		{"BHD", 3, "048", CurrencyOrdinary, true},
		{"JOD", 3, "400", CurrencyOrdinary, true},
		{"KWD", 3, "414", CurrencyOrdinary, true},
		{"LYD", 3, "434", CurrencyOrdinary, true},
		{"OMR", 3, "512", CurrencyOrdinary, true},
		{"TND", 3, "788", CurrencyOrdinary, true},
		{"JPY", 0, "392", CurrencyOrdinary, true},
		{"KRW", 0, "410", CurrencyOrdinary, true},
		{"ISK", 0, "352", CurrencyOrdinary, true},
		{"UGX", 0, "800", CurrencyOrdinary, true},
		{"VND", 0, "704", CurrencyOrdinary, true},
		{"XAF", 0, "950", CurrencyOrdinary, true},
		{"CLP", 0, "152", CurrencyOrdinary, true},
		{"CLF", 4, "990", CurrencyFund, true},
		{"UYW", 4, "927", CurrencyFund, true},
		{"UYI", 0, "940", CurrencyFund, true},
		{"CHE", 2, "947", CurrencyFund, true},
		{"CHW", 2, "948", CurrencyFund, true},
		{"COU", 2, "970", CurrencyFund, true},
		{"MXV", 2, "979", CurrencyFund, true},
		{"USN", 2, "997", CurrencyFund, true},
		{"BOV", 2, "984", CurrencyFund, true},
		{"XAD", 2, "396", CurrencyFund, true},
		{"XAU", -1, "959", CurrencyMetal, true},
		{"XAG", -1, "961", CurrencyMetal, true},
		{"XPT", -1, "962", CurrencyMetal, true},
		{"XPD", -1, "964", CurrencyMetal, true},
		{"XDR", -1, "960", CurrencyUnitOfAccount, true},
		{"XSU", -1, "994", CurrencyUnitOfAccount, true},
		{"XUA", -1, "965", CurrencyUnitOfAccount, true},
		{"XTS", -1, "963", CurrencyTest, true},
		{"XXX", -1, "999", CurrencyNone, true},
		{"ANG", 2, "532", CurrencyHistoric, false},
		{"BGN", 2, "975", CurrencyHistoric, false},
		{"HRK", 2, "191", CurrencyHistoric, false},
		{"ZWL", 2, "932", CurrencyHistoric, false},
		{"ITL", 0, "380", CurrencyHistoric, false},
		{"DEM", 2, "276", CurrencyHistoric, false},
		{"XFU", -1, "", CurrencyHistoric, false},
	} {
		c, err := ParseCurrency(want.code)
		if err != nil {
			t.Errorf("%s: %v", want.code, err)
			continue
		}
		exponent, ok := c.Exponent()
		if exponent != want.exponent || ok != (want.exponent >= 0) || c.Number() != want.number ||
			c.Kind() != want.kind || c.Active() != want.active || c.String() != want.code || !c.Known() {
			t.Errorf("%s: got exponent %d, number %s, kind %s, active %v", c, exponent, c.Number(), c.Kind(), c.Active())
		}
	}
}

func TestParseCurrencyRefuses(t *testing.T) {
	for _, code := range []string{
		"", "U", "US", "USDX", "usd", "Usd", "ABC", "BTC", "UЅD", "ＵＳＤ", "U$D", "US\x00", " USD", "USD ", "840", "US1", "@@@", "[[[", "\xff\xff\xff",
	} {
		if c, err := ParseCurrency(code); !errors.Is(err, ErrCurrency) || c != 0 {
			t.Errorf("%q: got %v, %v", code, c, err)
		}
	}
}

func TestUnknownCurrencyIsSafe(t *testing.T) {
	for _, c := range []Currency{0, 1, 1 << 14, 1<<15 - 1, 1 << 15, 1<<16 - 1} {
		if _, ok := c.Exponent(); ok || c.Known() || c.Active() || c.Code() != "" || c.Number() != "" || c.Kind() != CurrencyUnknown {
			t.Errorf("%d passes for a currency", c)
		}
	}
}

func TestValuesAsJSON(t *testing.T) {
	type all struct {
		Currency  Currency
		Money     Money
		Decimal   Decimal
		Country   Country
		BIC       BIC
		IBAN      IBAN
		LEI       LEI
		UETR      UETR
		DateTime  DateTime
		Date      Date
		TimeOfDay TimeOfDay
	}
	const text = `{"Currency":"KWD","Money":"USD -10.50","Decimal":"-0.0825","Country":"XK","BIC":"DEUTDEFF500",` +
		`"IBAN":"DE89370400440532013000","LEI":"529900T8BM49AURSDO55","UETR":"eb6305c9-1f7f-49de-aed0-16487c27b42d",` +
		`"DateTime":"2026-11-22T24:00:00.0+01:00","Date":"2026-11-22","TimeOfDay":"17:30:00Z"}`
	var v, empty all
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(v); err != nil || string(again) != text {
		t.Errorf("round trip gave %s, %v", again, err)
	}
	blank, err := json.Marshal(empty)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(blank, &v); err != nil || v != empty {
		t.Errorf("empty values: %s, %v", blank, err)
	}
	for _, bad := range []string{
		`{"Currency":"AAA"}`, `{"Money":"USD"}`, `{"Money":"USD 1e5"}`, `{"Money":"USD 1.001"}`, `{"Money":"XAU 1"}`,
		`{"Money":"QQQ 1"}`, `{"Decimal":""}`, `{"BIC":"X"}`, `{"IBAN":"X"}`, `{"LEI":"X"}`, `{"UETR":"X"}`,
		`{"Country":"UK"}`, `{"DateTime":"2026"}`, `{"Date":"2026"}`, `{"TimeOfDay":"2026"}`,
	} {
		if err := json.Unmarshal([]byte(bad), &v); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
