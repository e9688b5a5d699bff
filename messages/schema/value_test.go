package schema_test

import (
	"encoding/base64"
	"fmt"
	"math/big"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/sample"
)

// simpleTypes are the simple types of all schemas that differ in what they
// accept, in order.
func simpleTypes() []*schema.Type {
	seen := map[string]bool{}
	var all []*schema.Type
	for _, id := range schema.IDs() {
		for _, p := range particles(schema.Lookup(id)) {
			for _, t := range []*schema.Type{p.Type, attributeType(p.Type)} {
				if t == nil || !t.Simple() {
					continue
				}
				key := fmt.Sprint(t.Kind, t.MinLength, t.MaxLength, t.TotalDigits, t.FractionDigits, t.MinInclusive, t.MaxInclusive, t.Pattern, t.Enumeration)
				if !seen[key] {
					seen[key] = true
					all = append(all, t)
				}
			}
		}
	}
	return all
}

func attributeType(t *schema.Type) *schema.Type {
	if t == nil {
		return nil
	}
	return t.AttrType
}

// rounds is how many random values each type is tried with.
func rounds() int {
	if testing.Short() {
		return 100
	}
	return 1000
}

// edited is value with up to three characters changed, put in or taken out.
func edited(r *rand.Rand, value, set string) string {
	v, from := []rune(value), []rune(set)
	for range r.IntN(4) {
		at, c := r.IntN(len(v)+1), from[r.IntN(len(from))]
		switch k := r.IntN(3); {
		case k == 0 || at == len(v):
			v = slices.Insert(v, at, c)
		case k == 1:
			v = slices.Delete(v, at, at+1)
		default:
			v[at] = c
		}
	}
	return string(v)
}

// TestPatterns compares every pattern of the schemas with Go's regular
// expressions on random values.
func TestPatterns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	patterns, accepted, rejected := map[string]bool{}, 0, 0
	for _, typ := range simpleTypes() {
		if typ.Pattern == "" || patterns[typ.Pattern] {
			continue
		}
		patterns[typ.Pattern] = true
		// In XSD \d is any decimal digit, and . any character but line ends.
		pattern := strings.ReplaceAll(strings.ReplaceAll(typ.Pattern, `\d`, `\p{Nd}`), ".*", `[^\n\r]*`)
		pattern = regexp.MustCompile(`\[([^\]]*)\\p`).ReplaceAllString(pattern, `[$1\p`)
		reference := regexp.MustCompile(`^(?:` + pattern + `)$`)
		in, out := 0, 0
		for range rounds() {
			value := edited(r, sample.Value(r, typ), "AZaz09-+./():;?' \n\r\t٣９Äé😀")
			rule, _, ok := typ.CheckValue(value)
			want := reference.MatchString(value)
			if typ.Kind != schema.String { // white space around it does not count
				want = reference.MatchString(strings.Trim(value, " \t\r\n"))
			}
			switch {
			case !ok && rule != "schema.pattern": // another facet spoke first
			case ok != want:
				t.Fatalf("pattern %s, value %q: the reader %v, Go %v", typ.Pattern, value, ok, want)
			case ok:
				in++
			default:
				out++
			}
		}
		if in == 0 || out == 0 && typ.Pattern != ".*Z" {
			t.Errorf("pattern %s: %d values in it, %d not", typ.Pattern, in, out)
		}
		accepted += in
		rejected += out
	}
	const wanted = 65
	t.Logf("%d patterns, %d values in them, %d not", len(patterns), accepted, rejected)
	if len(patterns) < wanted {
		t.Errorf("%d patterns, wanted %d", len(patterns), wanted)
	}
}

var decimalForm = regexp.MustCompile(`^[ \t\r\n]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*$`)

// decimalFits is XSD's decimal with its facets, by way of big.Rat.
func decimalFits(t *schema.Type, value string) bool {
	if !decimalForm.MatchString(value) {
		return false
	}
	number := strings.Trim(value, " \t\r\n")
	whole, fraction, _ := strings.Cut(strings.TrimLeft(number, "+-"), ".")
	v, ok := new(big.Rat).SetString("0" + whole + "." + fraction + "0")
	if !ok {
		panic(value)
	}
	if number[0] == '-' {
		v.Neg(v)
	}
	// The value is i / 10^n with the least n; n digits behind the point, and no
	// fewer digits than that in all.
	n, i := 0, new(big.Rat).Set(v)
	for !i.IsInt() {
		i.Mul(i, big.NewRat(10, 1))
		n++
	}
	total := max(n, len(strings.TrimLeft(new(big.Int).Abs(i.Num()).String(), "0")))
	limit := func(s string) *big.Rat { l, _ := new(big.Rat).SetString(s); return l }
	return (t.TotalDigits < 0 || total <= t.TotalDigits) && (t.FractionDigits < 0 || n <= t.FractionDigits) &&
		(t.MinInclusive == "" || v.Cmp(limit(t.MinInclusive)) >= 0) && (t.MaxInclusive == "" || v.Cmp(limit(t.MaxInclusive)) <= 0)
}

// compareType tries a type with valid values, changed by a few characters, and
// compares with another implementation.
func compareType(t *testing.T, typ *schema.Type, set string, reference func(*schema.Type, string) bool) (valid, invalid int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	for range rounds() {
		value := edited(r, sample.Value(r, typ), set)
		_, text, ok := typ.CheckValue(value)
		if want := reference(typ, value); ok != want {
			t.Fatalf("%s (%s), value %q: the reader %v (%s), the reference %v", typ.Name, typ.Kind, value, ok, text, want)
		}
		if ok {
			valid++
		} else {
			invalid++
		}
	}
	return valid, invalid
}

// compareKinds runs compareType over all types of a kind without pattern.
func compareKinds(t *testing.T, set string, reference func(*schema.Type, string) bool, kinds ...schema.Kind) {
	t.Helper()
	types, valid, invalid := 0, 0, 0
	for _, typ := range simpleTypes() {
		if slices.Contains(kinds, typ.Kind) && typ.Pattern == "" {
			v, i := compareType(t, typ, set, reference)
			types, valid, invalid = types+1, valid+v, invalid+i
		}
	}
	t.Logf("%d types, %d valid values, %d invalid", types, valid, invalid)
	if types == 0 || valid == 0 || invalid == 0 {
		t.Error("nothing was compared")
	}
}

func TestDecimals(t *testing.T) {
	compareKinds(t, "+-.0019eE, \n９", decimalFits, schema.Decimal)
}

var timeForms = map[schema.Kind]*regexp.Regexp{
	schema.DateTime:   regexp.MustCompile(`^(-?)(\d{4,18})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$`),
	schema.Date:       regexp.MustCompile(`^(-?)(\d{4,18})-(\d\d)-(\d\d)()()()()(Z|[+-]\d\d:\d\d)?$`),
	schema.Time:       regexp.MustCompile(`^()()()()(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$`),
	schema.GYear:      regexp.MustCompile(`^(-?)(\d{4,18})()()()()()()(Z|[+-]\d\d:\d\d)?$`),
	schema.GYearMonth: regexp.MustCompile(`^(-?)(\d{4,18})-(\d\d)()()()()()(Z|[+-]\d\d:\d\d)?$`),
	schema.GMonth:     regexp.MustCompile(`^()()--(\d\d)()()()()()(Z|[+-]\d\d:\d\d)?$`),
}

// timeFits is XSD's dates and times, by way of package time.
func timeFits(t *schema.Type, value string) bool {
	parts := timeForms[t.Kind].FindStringSubmatch(strings.Trim(value, " \t\r\n"))
	if parts == nil {
		return false
	}
	number := func(i, absent int) int {
		if parts[i] == "" {
			return absent
		}
		n, err := strconv.Atoi(parts[i])
		if err != nil {
			panic(value)
		}
		return n
	}
	if year := parts[2]; year != "" && (strings.Trim(year, "0") == "" || len(year) > 4 && year[0] == '0') {
		return false
	}
	month, day := number(3, 1), number(4, 1)
	// The calendar repeats every 400 years.
	last := time.Date(2000+number(2, 2000)%400, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if month < 1 || month > 12 || day < 1 || day > last {
		return false
	}
	clock := number(5, 0)*3600 + number(6, 0)*60 + number(7, 0)
	if number(6, 0) > 59 || number(7, 0) > 59 || clock > 86400 || clock == 86400 && strings.Trim(parts[8], ".0") != "" {
		return false
	}
	if zone := parts[9]; len(zone) == 6 {
		hours, _ := strconv.Atoi(zone[1:3])
		minutes, _ := strconv.Atoi(zone[4:])
		return minutes < 60 && hours*60+minutes <= 14*60
	}
	return true
}

func TestTimes(t *testing.T) {
	compareKinds(t, "0123456789-:.TZ+ z", timeFits, schema.DateTime, schema.Date, schema.Time, schema.GYear, schema.GYearMonth, schema.GMonth)
}

// TestTimesAtLimits tries dates and times near what the calendar allows.
func TestTimesAtLimits(t *testing.T) {
	count, types := 0, simpleTypes()
	for _, kind := range []schema.Kind{schema.DateTime, schema.Date, schema.Time, schema.GYear, schema.GYearMonth, schema.GMonth} {
		i := slices.IndexFunc(types, func(t *schema.Type) bool { return t.Kind == kind && t.Pattern == "" })
		if i < 0 {
			t.Fatalf("no type of %s", kind)
		}
		typ := types[i]
		for _, year := range []string{"0000", "0001", "1900", "2000", "2023", "2024", "9999", "10000", "02024", "-0001", "-0004", "202", "--2024", "+2024", "123456789012345678"} {
			for _, day := range []string{"-02-29", "-02-30", "-12-31", "-13-01", "-00-01", "-01-00", "-04-31", "-1-01", "-01", "", "-01-1"} {
				for _, clock := range []string{"", "T00:00:00", "T23:59:59.999", "T24:00:00", "T24:00:00.000", "T24:00:00.001", "T24:00:01", "T23:60:00", "T23:59:60", "T1:00:00", "T00:00", "t00:00:00", "T00:00:00."} {
					for _, zone := range []string{"", "Z", "z", "+14:00", "-14:00", "+14:01", "+13:59", "+13:60", "+1:00", "-00:00"} {
						value := year + day + clock + zone
						switch kind {
						case schema.Time:
							value = strings.TrimPrefix(clock, "T") + zone
						case schema.GMonth:
							value = "-" + day + zone
						default:
						}
						if _, text, ok := typ.CheckValue(value); ok != timeFits(typ, value) {
							t.Errorf("%s %q: the reader %v (%s)", kind, value, ok, text)
						}
						count++
					}
				}
			}
		}
	}
	t.Logf("%d values", count)
}

// TestYearLimit checks the one bound that is ours: a year fits an int64.
func TestYearLimit(t *testing.T) {
	types := simpleTypes()
	typ := types[slices.IndexFunc(types, func(t *schema.Type) bool { return t.Kind == schema.GYear })]
	for value, want := range map[string]bool{
		"9223372036854775807": true, "-9223372036854775807": true, "9223372036854775808": false,
		"99999999999999999999999": false, "1000000000000000000Z": true,
	} {
		if _, _, ok := typ.CheckValue(value); ok != want {
			t.Errorf("year %s: %v", value, ok)
		}
	}
}

func base64Fits(t *schema.Type, value string) bool {
	compact := strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(value)
	octets, err := base64.StdEncoding.Strict().DecodeString(compact)
	return err == nil && len(octets) >= t.MinLength && (t.MaxLength < 0 || len(octets) <= t.MaxLength)
}

func TestBase64(t *testing.T) {
	compareKinds(t, "AQgwZz09+/= \n-_.é", base64Fits, schema.Base64)
	types := simpleTypes()
	typ := types[slices.IndexFunc(types, func(t *schema.Type) bool { return t.Kind == schema.Base64 })]
	for a := range 64 {
		for _, tail := range []string{"", "=", "==", "===", "A", "A=", "AA", "AA=", "A==", "=A", "= =", "=="} {
			value := "QUJD" + base64.StdEncoding.EncodeToString([]byte{byte(a << 2)})[:1] + tail
			if _, text, ok := typ.CheckValue(value); ok != base64Fits(typ, value) {
				t.Errorf("base64 %q: %v (%s)", value, ok, text)
			}
		}
	}
}

// TestBase64Sentences checks that lengths are told in octets.
func TestBase64Sentences(t *testing.T) {
	types := simpleTypes()
	typ := types[slices.IndexFunc(types, func(t *schema.Type) bool { return t.Kind == schema.Base64 && t.MaxLength == 10240 })]
	for value, want := range map[string]string{
		"": "it is empty; at least 1 octet required", base64.StdEncoding.EncodeToString(make([]byte, 10241)): "has 10241 octets; at most 10240 allowed",
	} {
		if rule, text, _ := typ.CheckValue(value); rule != "schema.length" || !strings.Contains(text, want) {
			t.Errorf("%s: %s, wanted %s", rule, text, want)
		}
	}
}

func textFits(t *schema.Type, value string) bool {
	if len(t.Enumeration) > 0 && !slices.Contains(t.Enumeration, value) {
		return false
	}
	n := utf8.RuneCountInString(value)
	return n >= t.MinLength && (t.MaxLength < 0 || n <= t.MaxLength)
}

func TestTexts(t *testing.T) {
	compareKinds(t, "Aa0 é😀\n", textFits, schema.String)
}

func TestBooleans(t *testing.T) {
	compareKinds(t, "01truefalsTF \n", func(_ *schema.Type, value string) bool {
		return slices.Contains([]string{"true", "false", "1", "0"}, strings.Trim(value, " \t\r\n"))
	}, schema.Boolean)
}

// TestFastAndSlow reads messages in two ways: as they are, where the reader
// takes elements at once, and with a namespace declared on top of them, where it
// goes the long way. The answers must be the same.
func TestFastAndSlow(t *testing.T) {
	skipShort(t)
	const slow = ` xmlns:slow="urn:slow"`
	count, valid := 0, 0
	for i, id := range schema.IDs() {
		r := rand.New(rand.NewPCG(uint64(i), 3))
		w := sample.Writer{Rand: r, Form: sample.Random, Budget: 60, Prefix: []string{"", "p"}[i%2]}
		text := string(w.Message(schema.Lookup(id)))
		root := strings.IndexByte(text, '>') + 1
		first := root + strings.IndexAny(text[root:], "/>")
		for range 10 {
			at := first + 1 + r.IntN(len(text)-first-1)
			changed := text[:at] + edited(r, text[at:min(len(text), at+10)], "0A9. -\n<>/&;é") + text[min(len(text), at+10):]
			if count%10 == 0 {
				changed = text
			}
			if !utf8.ValidString(changed) {
				continue
			}
			count++
			a := schema.Read([]byte(changed), schema.Options{})
			b := schema.Read([]byte(changed[:first]+slow+changed[first:]), schema.Options{})
			x, y := outcome(a, first, 0), outcome(b, first, len(slow))
			if k := slices.IndexFunc(x, func(line string) bool { return !slices.Contains(y, line) }); k >= 0 || len(x) != len(y) {
				t.Fatalf("%s: %d lines at once, %d the long way; only at once: %s\n%s", id, len(x), len(y), x[max(k, 0)], changed)
			}
			if len(a.Faults) == 0 {
				valid++
			}
		}
	}
	t.Logf("%d messages, %d valid", count, valid)
	if valid < 679 || count-valid < 679 {
		t.Errorf("%d messages, %d valid: too few of a kind", count, valid)
	}
}

// outcome lists faults and values; places behind first are moved back by shift.
func outcome(result schema.Result, first, shift int) (lines []string) {
	place := func(offset int) int {
		if offset > first {
			return offset - shift
		}
		return offset
	}
	for _, f := range result.Faults {
		lines = append(lines, fmt.Sprintf("%s %s %d %s", f.Rule, f.Path, place(f.Offset), f.Text))
	}
	for _, part := range []schema.Part{result.Header, result.Document} {
		for n := range part.Root.Walk() {
			from, to := n.Content()
			lines = append(lines, fmt.Sprintf("%s %d %d %q %q %v", n.Name(), place(from), place(to), n.Text(), n.Attr("Ccy"), n.Faulty()))
		}
	}
	return lines
}
