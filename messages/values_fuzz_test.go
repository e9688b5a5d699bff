package messages

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The oracles below are the patterns of the XSDs and rational arithmetic: none of
// them shares code with the parsers.
var (
	decimalForm  = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`)
	bicForm      = regexp.MustCompile(`^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$`)
	ibanForm     = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}$`)
	leiForm      = regexp.MustCompile(`^[A-Z0-9]{18}[0-9]{2}$`)
	uetrForm     = regexp.MustCompile(`^[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$`)
	dateTimeForm = regexp.MustCompile(`^([1-9][0-9]{4,8}|[0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$`)
)

// moneyOracle gives the minor units, or false, by rational arithmetic.
func moneyOracle(text string, exponent int) (int64, bool) {
	if !decimalForm.MatchString(text) || len(text) > 200 {
		return 0, false
	}
	value, ok := new(big.Rat).SetString(strings.TrimSuffix(text, "."))
	if !ok || value.Sign() < 0 {
		return 0, false
	}
	power := func(n int64) *big.Rat {
		return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil))
	}
	if !new(big.Rat).Mul(value, power(5)).IsInt() {
		return 0, false // fractionDigits 5
	}
	digits := int64(0)
	for !new(big.Rat).Mul(value, power(digits)).IsInt() {
		digits++
	}
	if new(big.Rat).Mul(value, power(digits)).Cmp(power(18)) >= 0 {
		return 0, false // totalDigits 18
	}
	minor := new(big.Rat).Mul(value, power(int64(exponent)))
	if !minor.IsInt() || !minor.Num().IsInt64() {
		return 0, false
	}
	return minor.Num().Int64(), true
}

func FuzzMoney(f *testing.F) {
	for _, text := range []string{
		"", "0", "-0", "10", "10.", ".5", "+5", "-5", "1e5", "NaN", "0x10", "1.000", "0.001", "0.000001", "999999999999999.99", "999999999999999999",
		"92233720368547758.07", "922337203685477580.7", "1234567890123456789", "00000000000000000000001", "1.2.3", "１", "5\x00", " 5",
	} {
		for _, code := range []string{"USD", "JPY", "KWD", "CLF", "XAU"} {
			f.Add(text, code)
		}
	}
	f.Fuzz(func(t *testing.T, text, code string) {
		currency, err := ParseCurrency(code)
		if err != nil {
			currency = MustCurrency("USD")
		}
		exponent, counted := currency.Exponent()
		money, err := ParseMoney(text, currency)
		want, ok := moneyOracle(text, exponent)
		if len(text) <= 200 && (err == nil) != (ok && counted) || err == nil && len(text) <= 200 && money.Minor() != want {
			t.Fatalf("%q %s: got %v, %v; want %d, %v", text, currency, money, err, want, ok && counted)
		}
		if err == nil {
			again, err := ParseMoney(money.Amount(), currency)
			if len(money.Amount()) <= 19 && (err != nil || again != money) {
				t.Fatalf("%q: %s came back as %v, %v", text, money, again, err)
			}
			var marshalled Money
			if err := marshalled.UnmarshalText([]byte(money.String())); err != nil || marshalled != money {
				t.Fatalf("%q: %s came back as %v, %v", text, money, marshalled, err)
			}
		}
		if decimal, err := ParseDecimal(text); err == nil {
			if again, err := ParseDecimal(decimal.String()); err != nil || again != decimal || decimal.Cmp(again) != 0 {
				t.Fatalf("%q: %s came back as %s, %v", text, decimal, again, err)
			}
			if value, ok := new(big.Rat).SetString(strings.TrimSuffix(text, ".")); !ok || value.Cmp(rat(t, decimal)) != 0 {
				t.Fatalf("%q became %s", text, decimal)
			}
		} else if decimalForm.MatchString(text) && len(text) <= 38 {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

// remainder97 is the check of ISO 7064 done with big integers.
func remainder97(text string) int64 {
	var digits strings.Builder
	for _, r := range strings.ToUpper(text) {
		value, err := strconv.ParseInt(string(r), 36, 64)
		if err != nil {
			return -1
		}
		digits.WriteString(strconv.FormatInt(value, 10))
	}
	n, _ := new(big.Int).SetString(digits.String(), 10)
	return new(big.Int).Mod(n, big.NewInt(97)).Int64()
}

func ibanOracle(text string) bool {
	if !ibanForm.MatchString(text) || remainder97(text[4:]+text[:4]) != 1 || text[2:4] < "02" || text[2:4] > "98" {
		return false
	}
	for _, row := range ibanTable {
		if row.country == text[:2] {
			classes := strings.NewReplacer("n", "[0-9]", "a", "[A-Z]", "c", "[A-Za-z0-9]").Replace(row.bban)
			return regexp.MustCompile("^" + classes + "$").MatchString(text[4:])
		}
	}
	return false
}

func FuzzIdentifiers(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	for _, text := range strings.Fields(ibanSamples + " " + leiSamples + " DEUTDEFF DEUTDEFFXXX TRGTXEPMCLM eb6305c9-1f7f-49de-aed0-16487c27b42d USD DE") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		bic, err := ParseBIC(text)
		form := bicForm.MatchString(text) && (text[4:6] == "XE" || strings.Contains(countryCodes, text[4:6]+" "))
		if (err == nil) != form {
			t.Fatalf("BIC %q: %v", text, err)
		}
		if err == nil && (bic.String() != strings.TrimSuffix(text[:8]+text[8:], "XXX") && bic.String() != text || bic.Full() != (text + "XXX")[:11]) {
			t.Fatalf("BIC %q became %s", text, bic)
		}
		iban, err := ParseIBAN(text)
		if (err == nil) != ibanOracle(text) || err == nil && iban.String() != strings.ToUpper(text) {
			t.Fatalf("IBAN %q: %s, %v", text, iban, err)
		}
		lei, err := ParseLEI(text)
		if (err == nil) != (leiForm.MatchString(text) && remainder97(text) == 1 && text[18:] >= "02" && text[18:] <= "98") || err == nil && lei.String() != text {
			t.Fatalf("LEI %q: %s, %v", text, lei, err)
		}
		uetr, err := ParseUETR(text)
		if (err == nil) != uetrForm.MatchString(text) || err == nil && uetr.String() != text {
			t.Fatalf("UETR %q: %s, %v", text, uetr, err)
		}
		if c, err := ParseCurrency(text); err == nil && c.Code() != text {
			t.Fatalf("currency %q became %s", text, c)
		}
		if c, err := ParseCountry(text); err == nil && c.String() != text {
			t.Fatalf("country %q became %s", text, c)
		}
	})
}

// dateTimeOracle leaves the calendar to the standard library.
func dateTimeOracle(text string) bool {
	part := dateTimeForm.FindStringSubmatch(text)
	if part == nil {
		return false
	}
	n := func(i int) int { v, _ := strconv.Atoi(part[i]); return v }
	day := time.Date(n(1), time.Month(n(2)), n(3), 0, 0, 0, 0, time.UTC)
	if n(1) == 0 || day.Year() != n(1) || int(day.Month()) != n(2) || day.Day() != n(3) {
		return false
	}
	end := part[4]+part[5]+part[6] == "240000" && strings.Trim(part[7], ".0") == ""
	if !end && (n(4) > 23 || n(5) > 59 || n(6) > 59) {
		return false
	}
	if zone := part[8]; len(zone) == 6 {
		hours, minutes := zone[1:3], zone[4:]
		return minutes < "60" && (hours < "14" || hours+minutes == "1400")
	}
	return true
}

func FuzzDateTime(f *testing.F) {
	for _, text := range []string{
		"", "2024-02-29T12:00:00", "2023-02-29T12:00:00Z", "2024-01-01T24:00:00.000", "2024-01-01T24:00:01", "2016-12-31T23:59:60Z", "0000-01-01T00:00:00",
		"-0001-01-01T00:00:00", "12345-01-01T00:00:00-14:00", "2024-01-01T00:00:00.0000000000000000000001+13:59", "2024-01-01T00:00:00+14:01", "2024-01-01", "12:00:00Z",
		"2024-01-01T00:00:00.", "2024-01-01t00:00:00z", "２024-01-01T00:00:00", "2024-01-01T00:00:00\x00",
	} {
		f.Add(text, "2024-01-01T00:00:00Z")
		f.Add(text, "2024-01-01T10:00:00.5")
	}
	f.Fuzz(func(t *testing.T, text, other string) {
		d, err := ParseDateTime(text)
		if (err == nil) != dateTimeOracle(text) {
			t.Fatalf("%q: %v", text, err)
		}
		if err == nil {
			checkDateTime(t, d, text)
			if o, err := ParseDateTime(other); err == nil {
				order, known := d.Compare(o)
				back, knownBack := o.Compare(d)
				at, hasOffset := d.Time()
				otherAt, otherHas := o.Time()
				if order != -back || known != knownBack || !known && hasOffset == otherHas {
					t.Fatalf("%s against %s: %d and %d", d, o, order, back)
				}
				if hasOffset && otherHas && at.Compare(otherAt) != 0 && at.Compare(otherAt) != order {
					t.Fatalf("%s against %s: %d, times say %d", d, o, order, at.Compare(otherAt))
				}
			}
		}
		if date, errDate := ParseDate(text); errDate == nil {
			year, month, day := date.Day()
			if again, err := NewDate(year, month, day); year <= 9999 && (err != nil || !strings.HasPrefix(text, again.String())) {
				t.Fatalf("date %q became %s, %v", text, again, err)
			}
		}
		if c, err := ParseTimeOfDay(text); err == nil && (c.SinceMidnight() < 0 || c.SinceMidnight() >= 24*time.Hour || !dateTimeOracle("2024-01-01T"+text)) {
			t.Fatalf("time %q is %s after midnight", text, c.SinceMidnight())
		}
	})
}

func checkDateTime(t *testing.T, d DateTime, text string) {
	t.Helper()
	if order, known := d.Compare(d); d.String() != text || order != 0 || !known {
		t.Fatalf("%q became %s", text, d)
	}
	at, ok := d.Time()
	if _, known := d.Offset(); ok != known {
		t.Fatalf("%q: time %v, offset %v", text, ok, known)
	}
	if !ok || strings.IndexByte(text, '-') > 4 || strings.Contains(text, "T24") {
		return
	}
	if want, err := time.Parse(time.RFC3339Nano, text); err != nil || !want.Equal(at) {
		t.Fatalf("%q is %s, the standard library says %s, %v", text, at, want, err)
	}
}
