package messages_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// element is one element of a message that is to be written.
type element struct {
	particle *schema.Particle
	value    string        // of a simple type
	currency string        // its attribute
	foreign  messages.Node // what stands at a wildcard
	children []element     // in the order of the schema
}

// instances makes valid messages by chance, from the tables alone.
type instances struct {
	tb      testing.TB
	random  *rand.Rand
	left    int // elements that may still come; then only what is required
	foreign map[string]messages.Node
}

func newInstances(tb testing.TB, random *rand.Rand) *instances {
	i := &instances{tb: tb, random: random, foreign: map[string]messages.Node{}}
	const signature = "http://www.w3.org/2000/09/xmldsig#"
	for space, content := range map[string]string{
		"##any":   `<q:a b="1"><w:c/>mixed &amp; <d xmlns=""/></q:a>`,
		signature: `<q:Signature xmlns:q="` + signature + `"><q:KeyName>k</q:KeyName></q:Signature>`,
	} {
		// Its prefixes are declared around it, so that a copy must take them along.
		_, part := readDocument(tb, `<w:Envelope xmlns:w="urn:w">`+receipt(ns+` xmlns:q="urn:q"`, content)+`</w:Envelope>`)
		i.foreign[space] = foreignOf(part.Root)
	}
	return i
}

// message is the root element of one.
func (i *instances) message(s *schema.Schema) element {
	i.left = 20 + i.random.IntN(200)
	e, _ := i.element(s.Root())
	return e
}

// element makes one; false when it may be absent and has nothing in it: a writer
// leaves it out.
func (i *instances) element(p *schema.Particle) (element, bool) {
	i.left--
	e := element{particle: p}
	switch {
	case p.Any:
		e.foreign = i.foreign[p.AnySpace]
		if !e.foreign.Exists() {
			i.tb.Fatalf("a wildcard of %s", p.AnySpace)
		}
		return e, true
	case p.Type.Simple():
		e.value = i.value(p.Type)
		if p.Type.AttrName != "" {
			e.currency = i.value(p.Type.AttrType)
		}
		return e, true
	}
	for k := range p.Type.Slots {
		e.children = append(e.children, i.slot(&p.Type.Slots[k])...)
	}
	return e, len(e.children) > 0 || p.Min > 0
}

func (i *instances) slot(slot *schema.Slot) (all []element) {
	if slot.Optional && (i.left <= 0 || i.random.IntN(3) > 0) {
		return nil
	}
	p := &slot.Alternatives[i.random.IntN(len(slot.Alternatives))]
	times := max(int(p.Min), 1)
	if most := min(int(p.Max), times+3); i.left > 0 && i.random.IntN(2) == 0 {
		times += i.random.IntN(most - times + 1)
	}
	for range times {
		if e, ok := i.element(p); ok {
			all = append(all, e)
		}
	}
	return all
}

// value is one of the type: a writer takes no empty one.
func (i *instances) value(t *schema.Type) string {
	for range 200 {
		v := i.candidate(t)
		if _, _, ok := t.CheckValue(v); ok && v != "" {
			return v
		}
	}
	i.tb.Fatalf("no value for %s: %s, pattern %q", t.Name, t.Kind, t.Pattern)
	return ""
}

func (i *instances) candidate(t *schema.Type) string {
	day := fmt.Sprintf("%04d-%02d-%02d", 1990+i.random.IntN(60), 1+i.random.IntN(12), 1+i.random.IntN(28))
	clock := fmt.Sprintf("%02d:%02d:%02d", i.random.IntN(24), i.random.IntN(60), i.random.IntN(60))
	zone := []string{"", "Z", "+01:00", "-13:59"}[i.random.IntN(4)]
	switch {
	case len(t.Enumeration) > 0:
		return t.Enumeration[i.random.IntN(len(t.Enumeration))]
	case t.Pattern != "" && t.Kind == schema.String:
		tree, err := syntax.Parse(t.Pattern, syntax.Perl)
		if err != nil {
			i.tb.Fatalf("%s: %v", t.Name, err)
		}
		var out strings.Builder
		i.matching(tree, &out)
		return out.String()
	}
	switch t.Kind {
	case schema.Decimal:
		number := fmt.Sprint(i.random.IntN([]int{10, 1000, 1_000_000_000}[i.random.IntN(3)]))
		if t.FractionDigits != 0 && i.random.IntN(2) == 0 {
			number += fmt.Sprintf(".%02d", i.random.IntN(100))
		}
		return number
	case schema.Boolean:
		return []string{"true", "false", "1", "0"}[i.random.IntN(4)]
	case schema.DateTime:
		return day + "T" + clock + []string{"", ".25"}[i.random.IntN(2)] + zone
	case schema.Date:
		return day + zone
	case schema.Time:
		return clock + zone
	case schema.GYear:
		return day[:4]
	case schema.GYearMonth:
		return day[:7]
	case schema.GMonth:
		return "-" + day[4:7]
	case schema.Base64:
		return base64.StdEncoding.EncodeToString([]byte(i.text(1 + i.random.IntN(20))))
	case schema.String, schema.Complex:
	}
	least, most := max(t.MinLength, 1), t.MaxLength
	if most < 0 || most > least+40 {
		most = least + 40
	}
	return i.text(least + i.random.IntN(most-least+1))
}

// text has n characters, some of which XML has its own ways with.
func (i *instances) text(n int) string {
	const all = "ABCDEFghijkl 0123456789&<>\"'\r\n\t]]]>>é€漢😀𠀀\u2028\u0085\ufffd"
	from := []rune(all)
	if i.random.IntN(3) > 0 {
		from = from[:22]
	}
	out := make([]rune, n)
	for k := range out {
		out[k] = from[i.random.IntN(len(from))]
	}
	return string(out)
}

// matching writes a text that a pattern accepts. Go writes what ISO 20022 uses
// of XSD's patterns in the same way.
func (i *instances) matching(e *syntax.Regexp, out *strings.Builder) {
	low, high := 1, 1
	switch e.Op {
	case syntax.OpLiteral:
		out.WriteString(string(e.Rune))
		return
	case syntax.OpCharClass:
		pair := 2 * i.random.IntN(len(e.Rune)/2)
		out.WriteRune(e.Rune[pair] + rune(i.random.IntN(int(e.Rune[pair+1]-e.Rune[pair])+1)))
		return
	case syntax.OpAlternate:
		i.matching(e.Sub[i.random.IntN(len(e.Sub))], out)
		return
	case syntax.OpRepeat:
		low, high = e.Min, e.Max
	case syntax.OpStar:
		low, high = 0, 5
	case syntax.OpPlus:
		low, high = 1, 5
	case syntax.OpQuest:
		low, high = 0, 1
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		out.WriteByte('x')
		return
	case syntax.OpConcat, syntax.OpCapture, syntax.OpEmptyMatch:
	case syntax.OpNoMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		i.tb.Fatalf("%s in the pattern %s", e.Op, e)
	}
	if high < 0 {
		high = low + 5
	}
	for range low + i.random.IntN(high-low+1) {
		for _, sub := range e.Sub {
			i.matching(sub, out)
		}
	}
}

// shuffled are the children in an order of chance; those of one name stay in
// theirs, since that order says something.
func (i *instances) shuffled(children []element) []element {
	out := make([]element, len(children))
	places := map[*schema.Particle][]int{}
	order := i.random.Perm(len(children))
	for k := range children {
		places[children[order[k]].particle] = append(places[children[order[k]].particle], k)
	}
	for _, c := range children {
		out[places[c.particle][0]] = c
		places[c.particle] = places[c.particle][1:]
	}
	return out
}

// call is one call of a Writer.
type call struct {
	method, name, value, currency string
	foreign                       messages.Node
}

func (c call) to(w *messages.Writer) {
	switch c.method {
	case "Open":
		w.Open(c.name)
	case "Close":
		w.Close()
	case "Text":
		w.Text(c.name, c.value)
	case "AmountText":
		w.AmountText(c.name, c.currency, c.value)
	case "Copy":
		w.Copy(c.foreign)
	}
}

// calls write the children of an element.
func (i *instances) calls(e element, all []call) []call {
	for _, c := range i.shuffled(e.children) {
		switch {
		case c.foreign.Exists():
			all = append(all, call{method: "Copy", foreign: c.foreign})
		case !c.particle.Type.Simple():
			all = append(all, call{method: "Open", name: c.particle.Name})
			all = append(i.calls(c, all), call{method: "Close"})
		case c.currency != "":
			all = append(all, call{method: "AmountText", name: c.particle.Name, value: c.value, currency: c.currency})
		default:
			all = append(all, call{method: "Text", name: c.particle.Name, value: c.value})
		}
	}
	return all
}

// written carries the calls out.
func written(id string, calls []call) ([]byte, error) {
	w := messages.NewWriter(id)
	for _, c := range calls {
		c.to(w)
	}
	return w.Bytes()
}
