package gateway

import (
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"slices"
	"strings"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// grower makes a message larger without making it invalid: what is optional comes in,
// what may stand several times does, as a copy or as
// something else, texts are as long as they may be and full of odd
// characters. What the message says it leaves, so that it is still about something.
type grower struct {
	random *rand.Rand
	words  []string // values that mean something here, taken where a type admits them
	dense  float64  // how much of what may be there is
	left   int      // elements that may still be added
	out    strings.Builder
}

// grown is a larger copy of the first document in a message, which is valid.
func grown(random *rand.Rand, raw []byte, words []string) []byte {
	root := messages.Read(raw, messages.Options{}).Document().Root
	g := grower{random: random, words: words, dense: []float64{0.01, 0.05, 0.3}[random.IntN(3)], left: 5 + random.IntN(120)}
	from := root.Offset()
	g.element(root)
	return slices.Concat(raw[:from], []byte(g.out.String()), raw[from+len(root.Raw()):])
}

// element copies an element and adds to it.
func (g *grower) element(n messages.Node) {
	raw := string(n.Raw())
	if n.Wildcard() || n.Type() == nil || n.Type().Simple() || n.SelfClosed() {
		g.out.WriteString(raw)
		return
	}
	g.out.WriteString(raw[:strings.IndexByte(raw, '>')+1])
	for i := range n.Type().Slots {
		g.slot(n, &n.Type().Slots[i])
	}
	g.out.WriteString("</" + n.QName() + ">")
}

// slot copies what stands at one place of an element, perhaps twice, or puts something
// where nothing does.
func (g *grower) slot(n messages.Node, slot *schema.Slot) {
	there := 0
	for c := range n.Children() {
		at := slices.IndexFunc(slot.Alternatives, func(p schema.Particle) bool { return p.Name == c.Name() })
		if at < 0 {
			continue
		}
		there++
		g.element(c)
		if p := &slot.Alternatives[at]; p.Repeats() && g.chance() {
			if g.random.IntN(2) == 0 {
				g.element(c)
			} else {
				g.add(p, c.QName())
			}
		}
	}
	if there == 0 && slot.Optional && g.chance() {
		if p := &slot.Alternatives[g.random.IntN(len(slot.Alternatives))]; !p.Any {
			prefix, _, prefixed := strings.Cut(n.QName(), ":")
			g.add(p, map[bool]string{true: prefix + ":"}[prefixed]+p.Name)
		}
	}
}

func (g *grower) chance() bool { return g.left > 0 && g.random.Float64() < g.dense }

// add makes up an element.
func (g *grower) add(p *schema.Particle, name string) {
	g.left--
	value, ok := "", false
	if p.Type.Simple() {
		if value, ok = g.value(p.Type); !ok {
			return
		}
		attribute := ""
		if p.Type.AttrName != "" {
			attribute = ` ` + p.Type.AttrName + `="CNY"`
		}
		fmt.Fprintf(&g.out, "<%s%s>%s</%s>", name, attribute, schema.AppendText(nil, value), name)
		return
	}
	prefix, _, prefixed := strings.Cut(name, ":")
	fmt.Fprintf(&g.out, "<%s>", name)
	for i := range p.Type.Slots {
		slot := &p.Type.Slots[i]
		inner := &slot.Alternatives[g.random.IntN(len(slot.Alternatives))]
		if inner.Any || slot.Optional && (g.left <= 0 || g.random.IntN(3) > 0) {
			continue
		}
		for range max(int(inner.Min), 1) {
			g.add(inner, map[bool]string{true: prefix + ":"}[prefixed]+inner.Name)
		}
	}
	fmt.Fprintf(&g.out, "</%s>", name)
}

// value is one that a type admits: a word that means something, the longest, or any.
func (g *grower) value(t *schema.Type) (string, bool) {
	for range 40 {
		v := g.candidate(t)
		if _, _, ok := t.CheckValue(v); ok && v != "" {
			return v, true
		}
	}
	return "", false
}

func (g *grower) candidate(t *schema.Type) string {
	switch {
	case len(t.Enumeration) > 0:
		return pickFrom(g.random, t.Enumeration...)
	case g.random.IntN(3) == 0:
		return pickFrom(g.random, g.words...)
	case t.Pattern != "" && t.Kind == schema.String:
		tree, err := syntax.Parse(t.Pattern, syntax.Perl)
		if err != nil {
			return ""
		}
		var out strings.Builder
		g.matching(tree, &out)
		return out.String()
	}
	switch t.Kind {
	case schema.Decimal:
		return pickFrom(g.random, "0", "1", "0.01", "100.00", "999999999999.99", "9999999999999.99999", "123456789012345678", strings.Repeat("9", max(t.TotalDigits, 1)), "-1")
	case schema.Boolean:
		return pickFrom(g.random, "true", "false")
	case schema.DateTime:
		return pickFrom(g.random, "2026-11-23T10:00:00Z", "0001-01-01T00:00:00", "9999-12-31T23:59:59.999+14:00", "2026-11-23T24:00:00-14:00", "2026-02-28T23:59:60Z")
	case schema.Date:
		return pickFrom(g.random, "2026-11-23", "0001-01-01", "9999-12-31", "2026-11-24+14:00", "1969-12-31")
	case schema.Time:
		return pickFrom(g.random, "00:00:00", "24:00:00", "23:59:59.999999-14:00")
	case schema.GYear:
		return "2026"
	case schema.GYearMonth:
		return "2026-11"
	case schema.GMonth:
		return "--11"
	case schema.Base64:
		return "QUJD"
	case schema.String, schema.Complex:
	}
	most := t.MaxLength
	if most < 0 || most > 2000 {
		most = 2000
	}
	return g.text(pickFrom(g.random, max(t.MinLength, 1), most, most, most/2+1))
}

// text has n characters of one of several sorts.
func (g *grower) text(n int) string {
	all := []rune(pickFrom(g.random, "x", "ABCdef 0123", "&<>\"'", "é€漢😀𠀀", "/:?(.,+-)", "a\u2028\u0085\u00a0\ufeff\u200b", "\t x\n"))
	out := make([]rune, n)
	for i := range out {
		out[i] = all[g.random.IntN(len(all))]
	}
	return string(out)
}

// matching writes a text that a pattern of ISO 20022 accepts.
func (g *grower) matching(e *syntax.Regexp, out *strings.Builder) {
	low, high := 1, 1
	switch e.Op { //nolint:exhaustive // what patterns of ISO 20022 consist of
	case syntax.OpLiteral:
		out.WriteString(string(e.Rune))
		return
	case syntax.OpCharClass:
		pair := 2 * g.random.IntN(len(e.Rune)/2)
		out.WriteRune(e.Rune[pair] + rune(g.random.IntN(int(e.Rune[pair+1]-e.Rune[pair])+1)))
		return
	case syntax.OpAlternate:
		g.matching(e.Sub[g.random.IntN(len(e.Sub))], out)
		return
	case syntax.OpRepeat:
		low, high = e.Min, e.Max
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest:
		low, high = map[syntax.Op]int{syntax.OpPlus: 1}[e.Op], 1
	}
	if high < 0 {
		high = low + 3
	}
	for range low + g.random.IntN(high-low+1) {
		for _, sub := range e.Sub {
			g.matching(sub, out)
		}
	}
}

func pickFrom[T any](random *rand.Rand, all ...T) T { return all[random.IntN(len(all))] }

// filledIn is a copy of a message in which one value is another that its type admits:
// what the message is about may no longer be there.
func filledIn(random *rand.Rand, raw []byte, words []string) []byte {
	var values []messages.Node
	for n := range messages.Read(raw, messages.Options{}).Document().Root.Walk() {
		if !n.Wildcard() && n.Type() != nil && n.Type().Simple() && !n.SelfClosed() {
			values = append(values, n)
		}
	}
	n := values[random.IntN(len(values))]
	g := grower{random: random, words: words}
	value, ok := g.value(n.Type())
	if !ok {
		return raw
	}
	from, to := n.Content()
	return slices.Concat(raw[:from], schema.AppendText(nil, value), raw[to:])
}
