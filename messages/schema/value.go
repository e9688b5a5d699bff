package schema

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fastValue names the scan that covers nearly all values of a type: plain
// ASCII, nothing to decode, no white space to trim. What it does not accept is
// looked at again by check, which alone finds fault.
type fastValue uint8

const (
	fastNever fastValue = iota
	fastText
	fastPattern
	fastEnumeration
	fastDecimal
	fastTimes
)

// prepare derives what the scans need from the facets.
func (t *Type) prepare() {
	t.minValue, t.maxValue = newBound(t.MinInclusive), newBound(t.MaxInclusive)
	switch {
	case t.Kind == String && t.automaton != nil && t.enum == nil:
		t.fast = fastPattern
	case t.enum != nil && t.automaton == nil && t.Kind == String:
		t.fast = fastEnumeration
	case t.Kind == String && t.automaton == nil:
		t.fast = fastText
	case t.Kind == Decimal && t.maxValue == nil && (t.minValue == nil || t.minValue.digits == ""):
		t.fast = fastDecimal
	case t.Kind >= DateTime && t.Kind <= GMonth && t.automaton == nil:
		t.fast = fastTimes
	}
}

// plain holds the bytes that stand for themselves in text: ASCII without '<',
// '&', ']' (which may begin "]]>") and the line ends that XML changes.
var plain = func() (set [256]bool) {
	for c := 0x20; c < 0x7f; c++ {
		set[c] = c != '<' && c != '&' && c != ']'
	}
	set['\t'], set['\n'] = true, true
	return set
}()

// scan checks the value that begins at b[i] and ends before the next '<'. It
// returns the place of that '<'; false means: not decided here.
func (t *Type) scan(b []byte, i int) (end int, ok bool) {
	switch t.fast {
	case fastText:
		j := i
		for j < len(b) && plain[b[j]] {
			j++
		}
		return j, t.lengthFits(j - i)
	case fastPattern:
		end, ok = t.automaton.scan(b, i)
		return end, ok && t.lengthFits(end-i)
	case fastEnumeration:
		j := i
		for j < len(b) && plain[b[j]] {
			j++
		}
		_, ok = t.enum[string(b[i:j])]
		return j, ok && t.lengthFits(j-i)
	case fastDecimal:
		return t.scanDecimal(b, i)
	case fastTimes:
		j := i
		for j < len(b) && b[j] != '<' && j-i < maxPlainTime {
			j++
		}
		return j, validTime(t.Kind, b[i:j])
	case fastNever:
	}
	return i, false
}

// maxPlainTime bounds the scan for a date-time; longer ones take the long way.
const maxPlainTime = 48

func (t *Type) lengthFits(n int) bool {
	return n >= t.MinLength && (t.MaxLength < 0 || n <= t.MaxLength)
}

// scanDecimal accepts digits[.digits] within the digit facets.
func (t *Type) scanDecimal(b []byte, i int) (int, bool) {
	start := i
	for i < len(b) && b[i] == '0' {
		i++
	}
	first := i
	for i < len(b) && b[i]-'0' < 10 {
		i++
	}
	digits, fraction, found := i-first, 0, i > start
	if i < len(b) && b[i] == '.' {
		i++
		first, last := i, i
		for i < len(b) && b[i]-'0' < 10 {
			i++
			if b[i-1] != '0' {
				last = i
			}
		}
		fraction, found = last-first, found || i > first
	}
	return i, found && t.digitsFit(digits, fraction)
}

func (t *Type) digitsFit(whole, fraction int) bool {
	return (t.TotalDigits < 0 || whole+fraction <= t.TotalDigits) && (t.FractionDigits < 0 || fraction <= t.FractionDigits)
}

// objection says why a value is not of its type.
type objection struct{ rule, text string }

func object(rule, format string, args ...any) *objection {
	return &objection{rule, fmt.Sprintf(format, args...)}
}

// CheckValue tells whether value (already decoded) is of the simple type t; if
// not, rule and text say why.
func (t *Type) CheckValue(value string) (rule, text string, ok bool) {
	if o := t.check(value); o != nil {
		return o.rule, o.text, false
	}
	return "", "", true
}

// check is the whole of XSD for the simple types of ISO 20022.
func (t *Type) check(value string) *objection {
	if t.Kind != String {
		value = strings.Trim(value, " \t\r\n") // whiteSpace="collapse"
	}
	var length int
	switch t.Kind {
	case String:
		length = utf8.RuneCountInString(value)
	case Decimal:
		return t.checkDecimal(value)
	case Base64:
		var ok bool
		if length, ok = base64Length(value); !ok {
			return object("schema.base64", "%s is not base64", quote(value))
		}
	case Boolean:
		if value != "true" && value != "false" && value != "1" && value != "0" {
			return object("schema.boolean", "%s is neither true nor false", quote(value))
		}
	default:
		if !validTime(t.Kind, []byte(value)) {
			return object("schema."+strings.ReplaceAll(t.Kind.String(), " ", "-"), "%s is not a valid %s (%s)", quote(value), t.Kind, timeShapes[t.Kind])
		}
	}
	return t.checkFacets(value, length)
}

func (t *Type) checkFacets(value string, length int) *objection {
	switch {
	case t.Kind != String && t.Kind != Base64:
	case length < t.MinLength && length == 0:
		return object("schema.length", "it is empty; at least %s required", count(t.MinLength, t.Kind))
	case length < t.MinLength:
		return object("schema.length", "%s has %s; at least %d required", quote(value), count(length, t.Kind), t.MinLength)
	case t.MaxLength >= 0 && length > t.MaxLength:
		return object("schema.length", "%s has %s; at most %d allowed", quote(value), count(length, t.Kind), t.MaxLength)
	}
	if t.enum != nil {
		if _, ok := t.enum[value]; !ok {
			return object("schema.enumeration", "%s is not one of the codes of %s: %s", quote(value), t.Name, list(t.Enumeration))
		}
	}
	if t.automaton != nil && !t.automaton.match(value) {
		return object("schema.pattern", "%s does not have the form of %s: %s", quote(value), t.Name, t.Pattern)
	}
	return nil
}

func count(n int, k Kind) string {
	unit := "character"
	if k == Base64 {
		unit = "octet"
	}
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

func (t *Type) checkDecimal(value string) *objection {
	d, ok := parseDecimal(value)
	switch {
	case !ok:
		return object("schema.decimal", "%s is not a decimal number: digits with an optional sign and point, no exponent", quote(value))
	case t.TotalDigits >= 0 && len(d.whole)+len(d.fraction) > t.TotalDigits:
		return object("schema.total-digits", "%s has %d digits; at most %d allowed", quote(value), len(d.whole)+len(d.fraction), t.TotalDigits)
	case t.FractionDigits >= 0 && len(d.fraction) > t.FractionDigits:
		return object("schema.fraction-digits", "%s has %d digits after the point; at most %d allowed", quote(value), len(d.fraction), t.FractionDigits)
	case t.minValue != nil && d.compare(t.minValue) < 0:
		return object("schema.minimum", "%s is below the minimum of %s", quote(value), t.MinInclusive)
	case t.maxValue != nil && d.compare(t.maxValue) > 0:
		return object("schema.maximum", "%s is above the maximum of %s", quote(value), t.MaxInclusive)
	}
	return t.checkFacets(value, 0)
}

// decimal is a number without leading zeros before the point and without
// trailing ones after it.
type decimal struct {
	negative        bool
	whole, fraction string
}

// bound is a facet's limit; all those of ISO 20022 are whole and not negative.
type bound struct{ digits string }

func newBound(facet string) *bound {
	if facet == "" {
		return nil
	}
	return &bound{strings.TrimLeft(facet, "0")}
}

func parseDecimal(s string) (decimal, bool) {
	var d decimal
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative = s[0] == '-'
		s = s[1:]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if whole == "" && fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return d, false
	}
	d.whole, d.fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	return d, true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}

// compare is negative, zero or positive as d is below, at or above the limit.
func (d decimal) compare(limit *bound) int {
	switch {
	case d.negative && d.whole+d.fraction != "":
		return -1
	case len(d.whole) != len(limit.digits):
		return len(d.whole) - len(limit.digits)
	case d.whole != limit.digits:
		return strings.Compare(d.whole, limit.digits)
	}
	return len(d.fraction)
}

// sextet is the value of a base64 character, or one of the marks below.
var sextet = func() (table [256]uint8) {
	for i := range table {
		table[i] = sextetNone
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		table[c] = uint8(i)
	}
	for _, c := range []byte(" \t\r\n") {
		table[c] = sextetSpace
	}
	table['='] = sextetPad
	return table
}()

const (
	sextetPad = 64 + iota
	sextetSpace
	sextetNone
)

// base64Length is the number of octets that value stands for; XSD allows white
// space between its characters. It makes no copy: a value may be the most of a
// message.
func base64Length(value string) (int, bool) {
	n, pad, last := 0, 0, uint8(0)
	for i := range len(value) {
		switch v := sextet[value[i]]; {
		case v == sextetPad:
			pad++
		case v == sextetSpace:
		case v == sextetNone || pad > 0:
			return 0, false
		default:
			n++
			last = v
		}
	}
	// Bits of the last character that no octet takes must be zero.
	switch {
	case pad == 0 && n%4 == 0, pad == 1 && n%4 == 3 && last&3 == 0, pad == 2 && n%4 == 2 && last&15 == 0:
		return n * 6 / 8, true
	}
	return 0, false
}

// maxQuoted bounds how much of a value an error sentence repeats.
const maxQuoted = 60

func quote(value string) string {
	count := 0
	for at := range value {
		if count == maxQuoted {
			value = value[:at] + "…"
			break
		}
		count++
	}
	return strconv.Quote(value)
}

// maxListed bounds how many names an error sentence lists.
const maxListed = 12

func list(names []string) string {
	if len(names) > maxListed {
		return strings.Join(names[:maxListed], ", ") + fmt.Sprintf(" and %d more", len(names)-maxListed)
	}
	return strings.Join(names, ", ")
}
