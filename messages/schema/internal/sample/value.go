package sample

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"strings"

	"dragoman/messages/schema"
)

// attempts is how often a value that does not fit is made anew.
const attempts = 50

// Value is a value of the simple type t, by chance one at its limits.
func Value(r *rand.Rand, t *schema.Type) string {
	for range attempts {
		v := candidate(r, t)
		if _, _, ok := t.CheckValue(v); ok {
			return v
		}
	}
	// Small limits are met by trying all short numbers.
	for _, v := range []string{"1", "0", "10", "100", "2026", "2026Z", "2026-11-23T10:00:00Z"} {
		if _, _, ok := t.CheckValue(v); ok {
			return v
		}
	}
	return ""
}

func candidate(r *rand.Rand, t *schema.Type) string {
	switch {
	case len(t.Enumeration) > 0:
		return t.Enumeration[r.IntN(len(t.Enumeration))]
	case t.Kind == schema.String && t.Pattern != "":
		return Matching(r, t.Pattern)
	}
	switch t.Kind {
	case schema.Decimal:
		return number(r, t)
	case schema.Boolean:
		return []string{"true", "false", "1", "0"}[r.IntN(4)]
	case schema.DateTime:
		return date(r) + "T" + clock(r) + offset(r)
	case schema.Date:
		return date(r) + offset(r)
	case schema.Time:
		return clock(r) + offset(r)
	case schema.GYear:
		return date(r)[:4] + offset(r)
	case schema.GYearMonth:
		return date(r)[:7] + offset(r)
	case schema.GMonth:
		return "-" + date(r)[4:7] + offset(r)
	case schema.Base64:
		return binary(r, t)
	case schema.String, schema.Complex:
	}
	return Text(r, length(r, t))
}

// longText bounds a text whose type allows much more, and longest one that is
// to reach its type's limit: libxml2 refuses a text of ten million bytes.
const (
	longText = 80
	longest  = 25_000
)

// length is one that the type allows, often the least or the most.
func length(r *rand.Rand, t *schema.Type) int {
	least := max(t.MinLength, 0)
	most := t.MaxLength
	if most < 0 || most > longest || most > least+longText && r.IntN(20) > 0 {
		most = least + longText
	}
	switch r.IntN(6) {
	case 0:
		return least
	case 1:
		return most
	}
	return least + r.IntN(most-least+1)
}

const (
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-?:().,'+"
	marks   = `&<>"'!#$%*;=@[\]^_{|}~`
)

// Characters outside ASCII: in the basic plane (two and three bytes of UTF-8),
// and above it (four).
const (
	BMP           = "äßéñçøłĐЖяΩ中文日本한국ｱ€„…"
	Supplementary = "𝔄😀🂡𠀀"
)

// Text has n characters: most often of the SWIFT set, at times any.
func Text(r *rand.Rand, n int) string {
	set := letters
	switch r.IntN(8) {
	case 0:
		set += marks
	case 1:
		set += marks + BMP
	case 2:
		set = BMP + Supplementary
	}
	from := []rune(set)
	out := make([]rune, n)
	for i := range out {
		out[i] = from[r.IntN(len(from))]
	}
	return string(out)
}

func digits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "0123456789"[r.IntN(10)]
	}
	return string(b)
}

// usualDigits is what XSD wants every validator to support; libxml2 refuses
// more than 24.
const usualDigits = 18

func number(r *rand.Rand, t *schema.Type) string {
	total, fraction := t.TotalDigits, t.FractionDigits
	if total < 0 || total > usualDigits {
		total = usualDigits
	}
	if fraction < 0 || fraction > total {
		fraction = total
	}
	places := r.IntN(fraction + 1)
	whole := r.IntN(max(total-places, 0) + 1)
	if r.IntN(3) > 0 {
		places, whole = min(places, 2), min(whole, 1+r.IntN(6))
	}
	v := digits(r, whole)
	if whole == 0 {
		v = "0"
	}
	if places > 0 {
		v += "." + digits(r, places)
	}
	if t.MinInclusive == "" && r.IntN(8) == 0 {
		v = "-" + v
	}
	return v
}

func date(r *rand.Rand) string {
	return fmt.Sprintf("%04d-%02d-%02d", 1990+r.IntN(60), 1+r.IntN(12), 1+r.IntN(28))
}

func clock(r *rand.Rand) string {
	v := fmt.Sprintf("%02d:%02d:%02d", r.IntN(24), r.IntN(60), r.IntN(60))
	if r.IntN(3) == 0 {
		v += "." + digits(r, 1+r.IntN(9))
	}
	return v
}

func offset(r *rand.Rand) string {
	switch r.IntN(4) {
	case 0:
		return "Z"
	case 1:
		return fmt.Sprintf("+%02d:%02d", r.IntN(14), r.IntN(60))
	case 2:
		return fmt.Sprintf("-%02d:%02d", r.IntN(14), r.IntN(60))
	}
	return ""
}

func binary(r *rand.Rand, t *schema.Type) string {
	b := make([]byte, length(r, t))
	for i := range b {
		b[i] = byte(r.Uint32()) //nolint:gosec // its low byte
	}
	return base64.StdEncoding.EncodeToString(b)
}

// Matching is a text that the pattern facet accepts. Go's syntax for what ISO
// 20022 uses of XSD's patterns is the same.
func Matching(r *rand.Rand, pattern string) string {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	var out strings.Builder
	generate(r, tree, &out)
	return out.String()
}

// fewRepeats bounds * and + in a generated text.
const fewRepeats = 8

func generate(r *rand.Rand, e *syntax.Regexp, out *strings.Builder) {
	if e.Op == syntax.OpLiteral {
		out.WriteString(string(e.Rune))
		return
	}
	if e.Op == syntax.OpCharClass {
		pair := 2 * r.IntN(len(e.Rune)/2)
		out.WriteRune(e.Rune[pair] + r.Int32N(e.Rune[pair+1]-e.Rune[pair]+1))
		return
	}
	if e.Op == syntax.OpAnyCharNotNL {
		out.WriteByte(letters[r.IntN(len(letters))])
		return
	}
	if e.Op == syntax.OpAlternate {
		generate(r, e.Sub[r.IntN(len(e.Sub))], out)
		return
	}
	low, high := times(e)
	for range low + r.IntN(high-low+1) {
		for _, sub := range e.Sub {
			generate(r, sub, out)
		}
	}
}

// times is how often what e holds may stand there: once in a concatenation or
// a group.
func times(e *syntax.Regexp) (low, high int) {
	low, high = 1, 1
	if e.Op == syntax.OpRepeat {
		low, high = e.Min, e.Max
	}
	if e.Op == syntax.OpStar || e.Op == syntax.OpQuest {
		low = 0
	}
	if e.Op == syntax.OpStar || e.Op == syntax.OpPlus || high < 0 {
		high = low + fewRepeats
	}
	return low, high
}
