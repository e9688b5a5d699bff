package schema

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Exclusive renders one well-formed element so that it can stand by itself or
// elsewhere, as Exclusive XML Canonicalization 1.0 without comments does:
// references and CDATA resolved, attributes sorted, a namespace declared where
// it is used. Prefixes and white space stay, since signatures cover them.
//
// A prefix counts as used, too, where text or an attribute value names it as in
// xsi:type="p:Name": such prefixes are what that standard calls the
// InclusiveNamespaces PrefixList. Without them the content would lose its
// meaning on the way.
type Exclusive struct {
	// Scope is in force around the element, outermost first.
	Scope []Binding
	// Rendered is declared where the result will stand, outermost first.
	Rendered []Binding
	// Trim drops white space between elements.
	Trim bool
	// Holes are parts of the text, in order and each a whole element, that are
	// given otherwise.
	Holes []Hole
	// Limit bounds the result in bytes: a long namespace name used in many
	// places grows without bound.
	Limit int

	out             []byte
	scope, rendered []Binding
	open            []openTag
	listed          []string // prefixes that the content names
	prefixes        []string
	attributes      []boundAttribute
}

// ruleUnknownRoot is the one fault of a text that is well-formed and no message.
const ruleUnknownRoot = "envelope.unknown-root"

// Hole is a part of a text that is replaced.
type Hole struct {
	Start, End int
	Text       string
}

// AnyNamespace in [Exclusive.Rendered] stands for a namespace that is not
// known: whatever the result uses it declares itself.
const AnyNamespace = "##any"

// openTag is an element whose end has not come.
type openTag struct {
	qname           string
	scope, rendered int // declarations before it
}

type boundAttribute struct {
	space, local string
	Attribute
}

// Append appends the first element of text, which is well-formed; what stands
// before it is passed over. It returns false when the result would exceed the
// limit.
func (x *Exclusive) Append(dst []byte, text string) ([]byte, bool) {
	x.out = dst
	x.scope = append(x.scope[:0], x.Scope...)
	x.rendered = append(x.rendered[:0], x.Rendered...)
	x.open = x.open[:0]
	x.list(text)
	ok := x.render(text, len(dst)+x.Limit)
	dst, x.out = x.out, nil
	return dst, ok
}

// AppendNode is Append for a node and everything in it.
func (x *Exclusive) AppendNode(dst []byte, n Node) ([]byte, bool) {
	return x.Append(dst, n.ix.text[n.Offset():n.ix.outerEnd(n.i)])
}

// AppendForeign is Append for a text that nobody has checked: it must be one
// well-formed element that declares the namespaces it uses. The error says what
// else it is.
func (x *Exclusive) AppendForeign(dst []byte, text string) ([]byte, error) {
	const around, end = "<x>", "</x>"
	whole := around + text + end
	for _, f := range Read([]byte(whole), Options{MaxBytes: math.MaxInt32}).Faults {
		if f.Rule != ruleUnknownRoot {
			return dst, fmt.Errorf("it is not well-formed XML: %s", f.Text)
		}
	}
	from := nextTag(whole, len(around))
	to := elementEnd(whole, from)
	rest := nextTag(whole, to)
	outside := decodeText(whole[len(around):from]) + decodeText(whole[to:rest])
	if to == from || rest != len(whole)-len(end) || strings.Trim(outside, " \t\r\n") != "" {
		return dst, errors.New("it is not one XML element")
	}
	dst, ok := x.Append(dst, whole[from:to])
	if !ok {
		return dst, errors.New("it declares too long namespaces in too many places")
	}
	return dst, nil
}

func (x *Exclusive) render(text string, limit int) bool {
	p := newPieces(text, x.Holes)
	before := pieceEnd
	for kind, from, to := p.next(); kind != pieceNone; kind, from, to = p.next() {
		switch kind {
		case pieceStart:
			x.startTag(&p.tag)
		case pieceEnd:
			x.endTag()
		case pieceHole:
			x.out = append(x.out, p.hole.Text...)
		case pieceText:
			leaf := before == pieceStart && strings.HasPrefix(text[to:], "</")
			if s := decodeText(text[from:to]); !x.Trim || leaf || strings.Trim(s, " \t\r\n") != "" {
				x.out = AppendText(x.out, s)
			}
		case pieceNone:
		}
		if before = kind; len(x.out) > limit {
			return false
		}
	}
	return true
}

func (x *Exclusive) startTag(t *tag) {
	x.enter(t)
	x.out = append(append(x.out, '<'), t.qname...)
	x.use(t)
	for _, prefix := range x.prefixes {
		uri, _ := boundIn(x.scope, prefix)
		x.rendered = append(x.rendered, Binding{prefix, uri})
		x.out = append(x.out, " xmlns"...)
		if prefix != "" {
			x.out = append(append(x.out, ':'), prefix...)
		}
		x.out = appendQuoted(x.out, uri)
	}
	x.sortAttributes(t)
	for _, a := range x.attributes {
		x.out = append(append(x.out, ' '), a.Name...)
		x.out = appendQuoted(x.out, a.Value)
	}
	x.out = append(x.out, '>')
}

func (x *Exclusive) endTag() {
	x.out = append(append(append(x.out, "</"...), x.leave()...), '>')
}

func (x *Exclusive) enter(t *tag) {
	x.open = append(x.open, openTag{t.qname, len(x.scope), len(x.rendered)})
	x.scope = t.declared(x.scope)
}

func (x *Exclusive) leave() (qname string) {
	o := x.open[len(x.open)-1]
	x.open = x.open[:len(x.open)-1]
	x.scope, x.rendered = x.scope[:o.scope], x.rendered[:o.rendered]
	return o.qname
}

// use collects the prefixes that the tag must declare, sorted: those it uses
// and that are not rendered around it with the same meaning.
func (x *Exclusive) use(t *tag) {
	x.prefixes = x.prefixes[:0]
	prefix, _ := splitName(t.qname)
	x.need(prefix)
	for _, a := range t.attrs {
		if declared, ok := declares(a.Name); ok {
			if slices.Contains(x.listed, declared) {
				x.need(declared)
			}
		} else if prefix, _ := splitName(a.Name); prefix != "" && prefix != "xmlns" {
			x.need(prefix)
		}
	}
	if len(x.open) == 1 {
		for _, prefix := range x.listed {
			x.need(prefix)
		}
	}
	slices.Sort(x.prefixes)
	x.prefixes = slices.Compact(x.prefixes)
}

func (x *Exclusive) need(prefix string) {
	uri, found := boundIn(x.scope, prefix)
	if prefix == "xml" || !found && prefix != "" {
		return
	}
	if there, rendered := boundIn(x.rendered, prefix); there != uri || !rendered && prefix != "" {
		x.prefixes = append(x.prefixes, prefix)
	}
}

// sortAttributes orders the tag's attributes by namespace and name; those
// without a namespace come first.
func (x *Exclusive) sortAttributes(t *tag) {
	x.attributes = x.attributes[:0]
	for _, a := range t.attrs {
		prefix, local := splitName(a.Name)
		if a.Name == "xmlns" || prefix == "xmlns" {
			continue
		}
		b := boundAttribute{local: local, Attribute: a}
		switch prefix {
		case "":
		case "xml":
			b.space = xmlNamespace
		default:
			b.space, _ = boundIn(x.scope, prefix)
		}
		x.attributes = append(x.attributes, b)
	}
	slices.SortFunc(x.attributes, func(a, b boundAttribute) int {
		return cmp.Or(strings.Compare(a.space, b.space), strings.Compare(a.local, b.local))
	})
}

// list finds the declared prefixes that text or attribute values name.
func (x *Exclusive) list(text string) {
	x.listed = x.listed[:0]
	p := newPieces(text, x.Holes)
	for kind, from, to := p.next(); kind != pieceNone; kind, from, to = p.next() {
		switch kind {
		case pieceStart:
			x.enter(&p.tag)
			x.markAttributes(p.tag.attrs)
		case pieceEnd:
			x.leave()
		case pieceText:
			if s := decodeText(text[from:to]); strings.IndexByte(s, ':') >= 0 {
				x.mark(s)
			}
		case pieceHole, pieceNone:
		}
	}
}

func (x *Exclusive) markAttributes(attrs []Attribute) {
	for _, a := range attrs {
		if _, ok := declares(a.Name); ok {
			continue
		}
		x.mark(a.Value)
		// xsi:type="Name" is a name in the default namespace.
		if prefix, local := splitName(a.Name); local == "type" && prefix != "" && strings.IndexByte(a.Value, ':') < 0 {
			x.markPrefix("")
		}
	}
}

// mark marks the prefixes in scope that s names, each before a colon.
func (x *Exclusive) mark(s string) {
	for {
		colon := strings.IndexByte(s, ':')
		if colon < 0 {
			return
		}
		from := colon
		for from > 0 && namesPrefix(s[from-1]) {
			from--
		}
		if from < colon {
			x.markPrefix(s[from:colon])
		}
		s = s[colon+1:]
	}
}

func (x *Exclusive) markPrefix(prefix string) {
	if _, declared := boundIn(x.scope, prefix); (declared || prefix == "") && !slices.Contains(x.listed, prefix) {
		x.listed = append(x.listed, prefix)
	}
}

func namesPrefix(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.' || c >= 0x80
}
