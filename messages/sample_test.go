package messages_test

import (
	"fmt"
	"regexp/syntax"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// filler writes messages in which every optional element is present. Which
// alternative of a choice it takes depends on the round; texts differ from each
// other, so that a field read from the wrong place is noticed.
type filler struct {
	tb    testing.TB
	w     *messages.Writer
	count int
	path  []string
	place uint32 // hash of round and path
	bare  bool   // write what must be there, and nothing else

	foreign messages.Node
}

// filled is a valid message of that type, parsed.
func filled(tb testing.TB, id string, round int) *messages.Message {
	tb.Helper()
	return fill(tb, id, round, false)
}

// bare is a valid message of that type without anything optional, parsed.
func bare(tb testing.TB, id string, round int) *messages.Message {
	tb.Helper()
	return fill(tb, id, round, true)
}

func fill(tb testing.TB, id string, round int, bare bool) *messages.Message {
	tb.Helper()
	s := schema.Lookup(id)
	if s == nil {
		tb.Fatalf("%s is not compiled in", id)
	}
	f := filler{tb: tb, w: messages.NewWriter(id), path: []string{id}, bare: bare, foreign: foreignElement(tb)}
	f.place = mix(uint32(round)*2654435761, id)
	f.children(s.Root().Type)
	raw, err := f.w.Bytes()
	if err != nil {
		tb.Fatalf("%s, round %d: %v", id, round, err)
	}
	m := messages.Read(raw, messages.Options{})
	if !m.Valid() {
		tb.Fatalf("%s, round %d: %+v\n%s", id, round, m.Faults()[0], raw)
	}
	return m
}

// repeatedDepth is how deep elements that may repeat are written twice.
const repeatedDepth = 4

func (f *filler) children(t *schema.Type) {
	for i := range t.Slots {
		slot := &t.Slots[i]
		p := &slot.Alternatives[0]
		if slot.Choice() {
			p = &slot.Alternatives[f.pick(p.Name, len(slot.Alternatives))]
		}
		if f.bare && slot.Optional {
			continue
		}
		if p.Any {
			f.w.Copy(f.foreign)
			continue
		}
		times := max(p.Min, 1)
		if p.Max > 1 && len(f.path) < repeatedDepth && !f.bare {
			times = max(p.Min, 2)
		}
		for range times {
			f.element(p)
		}
	}
}

// pick chooses by round and place, the same way each time.
func (f *filler) pick(what string, of int) int { return int(mix(f.place, what)>>7) % of }

// mix is the FNV-1a hash, going on from another hash.
func mix(hash uint32, text string) uint32 {
	for i := range len(text) {
		hash = (hash ^ uint32(text[i])) * 16777619
	}
	return hash
}

// foreignElement stands where the schema has a place for another namespace.
func foreignElement(tb testing.TB) messages.Node {
	tb.Helper()
	const header = `<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"><Sgntr>` +
		`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">signed</Signature></Sgntr></AppHdr>`
	n := messages.Read([]byte(header), messages.Options{}).Header().Root.At("Sgntr")
	return head(n.Children())
}

func (f *filler) element(p *schema.Particle) {
	if !p.Type.Simple() {
		place := f.place
		f.path, f.place = append(f.path, p.Name), mix(f.place, p.Name)
		f.w.Open(p.Name)
		f.children(p.Type)
		f.w.Close()
		f.path, f.place = f.path[:len(f.path)-1], place
		return
	}
	value := f.value(p)
	if p.Type.AttrName != "" {
		f.w.AmountText(p.Name, "EUR", value)
		return
	}
	f.w.Text(p.Name, value)
}

// value is the first of the candidates that the type admits.
func (f *filler) value(p *schema.Particle) string {
	t := p.Type
	if n := len(t.Enumeration); n > 0 {
		return t.Enumeration[f.pick(p.Name, n)]
	}
	f.count++
	if t.Pattern != "" {
		for _, form := range identifierForms {
			if value := form(f.count); admits(t, value) {
				return value
			}
		}
		if re, err := syntax.Parse(t.Pattern, syntax.Perl); err == nil {
			if value := string(generate(nil, re, f.count)); admits(t, value) {
				return value
			}
		}
	}
	for _, form := range sampleForms[t.Kind] {
		if value := form(f.count); (t.MaxLength < 0 || len(value) <= t.MaxLength) && admits(t, value) {
			return value
		}
	}
	f.tb.Fatalf("no value for %s of %s: %s, pattern %q, length %d to %d", strings.Join(f.path, "/")+"/"+p.Name, f.w.ID(), t.Name, t.Pattern, t.MinLength, t.MaxLength)
	return ""
}

func admits(t *schema.Type, value string) bool {
	_, _, ok := t.CheckValue(value)
	return ok
}

// generate writes a short text that fits a pattern; n varies its characters.
func generate(to []byte, re *syntax.Regexp, n int) []byte {
	if re.Op == syntax.OpLiteral {
		return append(to, string(re.Rune)...)
	}
	if re.Op == syntax.OpCharClass {
		class := n / (1 + len(to)) % (len(re.Rune) / 2)
		low, high := re.Rune[2*class], re.Rune[2*class+1]
		return append(to, string(low+rune(n/(1+len(to)))%(high-low+1))...)
	}
	if re.Op == syntax.OpAlternate {
		return generate(to, re.Sub[n%len(re.Sub)], n)
	}
	for range max(re.Min, 1) { // Min is that of a repetition, else 0
		for _, sub := range re.Sub {
			to = generate(to, sub, n)
		}
	}
	return to
}

// identifierForms are BIC, IBAN and UUID in a form that all versions admit.
var identifierForms = [...]func(n int) string{
	below(1000, "BANKDE2A%03d"), number("DE89%014d"), number("00000000-0000-4000-8000-%012d"),
}

// sampleForms write values from a number; a type without a pattern takes the
// first of its kind that it admits.
var sampleForms = map[schema.Kind][]func(n int) string{
	schema.String:     {number("Text %d"), below(1000, "T%03d"), below(100, "%02d"), below(10, "%d")},
	schema.Decimal:    {func(n int) string { return fmt.Sprintf("%d.5", 1000+n) }, number("%d"), below(100, "%d"), below(10, "%d"), below(1, "0.%d")},
	schema.Boolean:    {func(n int) string { return [...]string{"true", "false"}[n%2] }},
	schema.DateTime:   {below(60, "2026-03-04T05:06:%02d+01:00"), below(60, "2026-03-04T05:06:%02dZ")},
	schema.Date:       {func(n int) string { return fmt.Sprintf("2026-03-%02d", 1+n%28) }},
	schema.Time:       {below(60, "10:11:%02d")},
	schema.GYear:      {always("2026")},
	schema.GYearMonth: {always("2026-03")},
	schema.GMonth:     {always("--03")},
	schema.Base64:     {always("QUJD")},
}

func number(format string) func(int) string {
	return func(n int) string { return fmt.Sprintf(format, n) }
}

func below(limit int, format string) func(int) string {
	return func(n int) string { return fmt.Sprintf(format, n%limit) }
}

func always(value string) func(int) string { return func(int) string { return value } }

// Every type that is compiled in can be written with all its elements, and what
// is written is read as valid.
func TestWriterFillsEveryType(t *testing.T) {
	ids := schema.IDs()
	bytes := 0
	for _, id := range ids {
		bytes += len(filled(t, id, 0).Raw())
	}
	t.Logf("%d types, %d bytes", len(ids), bytes)
	if len(ids) < 666 {
		t.Errorf("%d types, want 666", len(ids))
	}
}
