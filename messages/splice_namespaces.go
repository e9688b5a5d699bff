package messages

import (
	"bytes"
	"iter"
	"slices"
	"strings"

	"dragoman/messages/schema"
)

// A namespace declared around an element holds in it. What moves to another
// place, or stays where a declaration around it changes, gets a declaration of
// its own for every prefix that it mentions, so that it goes on saying the same.

// inherited edits the root's start tag: what elements around the part declare,
// and the part mentions, is declared there.
func (s *Splice) inherited() (edits []edit) {
	root := s.part.Root
	at := root.Offset() + 1 + len(root.QName())
	declared := map[string]bool{"xml": true}
	for a := range declarations(root) {
		declared[a.prefix] = true
	}
	for _, b := range slices.Backward(s.part.Inherited) {
		if declared[b.Prefix] {
			continue
		}
		declared[b.Prefix] = true
		if b.URI == "" || !mentions(s.raw[s.part.Start:s.part.End], b.Prefix) {
			continue
		}
		if b.URI == s.part.Namespace {
			b.URI = schema.NamespacePrefix + s.id
		}
		edits = append(edits, edit{from: at, to: at, with: appendDeclaration(nil, b.Prefix, b.URI), holder: root.Offset(), added: true})
	}
	return edits
}

// renamed gives every declaration of the message's namespace the new name, and
// pins the old one where foreign content uses it.
func (s *Splice) renamed() (edits []edit) {
	if s.id == s.part.ID {
		return nil
	}
	renamed := []byte(schema.NamespacePrefix + s.id)
	scope := slices.Clone(s.part.Inherited)
	var open []openScope
	for n := range s.part.Root.Walk() {
		for len(open) > 0 && open[len(open)-1].end <= n.Offset() {
			scope = scope[:open[len(open)-1].bindings]
			open = open[:len(open)-1]
		}
		if n.Wildcard() {
			if pins := s.pins(n, scope); len(pins) > 0 {
				at := n.Offset() + 1 + len(n.QName())
				edits = append(edits, edit{from: at, to: at, with: pins, holder: n.Offset(), added: true})
			}
			continue
		}
		_, end := n.Content()
		open = append(open, openScope{end, len(scope)})
		for d := range declarations(n) {
			scope = append(scope, schema.Binding{Prefix: d.prefix, URI: d.uri})
			if d.uri == s.part.Namespace {
				edits = append(edits, edit{from: d.from, to: d.to, with: renamed, holder: noHolder, added: true})
			}
		}
	}
	return edits
}

// openScope is an element whose end has not come: where its content ends, and
// how many bindings there were before it.
type openScope struct{ end, bindings int }

// pins are declarations of the old namespace for the foreign element n.
func (s *Splice) pins(n Node, scope []schema.Binding) (pins []byte) {
	for prefix, uri := range missing(n, scope) {
		if uri == s.part.Namespace {
			pins = appendDeclaration(pins, prefix, uri)
		}
	}
	return pins
}

// missing yields what the foreign element n mentions and does not declare
// itself, with what it stands for by the declarations around it, outermost
// first: a prefix once.
func missing(n Node, scope []schema.Binding) iter.Seq2[string, string] {
	return func(yield func(prefix, uri string) bool) {
		done := map[string]bool{}
		for d := range declarations(n) {
			done[d.prefix] = true
		}
		for _, b := range slices.Backward(scope) {
			if done[b.Prefix] {
				continue
			}
			done[b.Prefix] = true
			if mentions(n.Raw(), b.Prefix) && !yield(b.Prefix, b.URI) {
				return
			}
		}
	}
}

// foreign is the element n of a wildcard as it can stand in what w writes: with
// the declarations that it needs there.
func (w *Writer) foreign(n Node) []byte {
	raw := n.Raw()
	at := 1 + len(n.QName())
	out := slices.Clone(raw[:at])
	for prefix, uri := range missing(n, scopeAround(n)) {
		if known := prefix == "" && w.space != "" && uri == w.space; !known {
			out = appendDeclaration(out, prefix, uri)
		}
	}
	return append(out, raw[at:]...)
}

// scopeAround are the declarations in force around n, outermost first.
func scopeAround(n Node) []schema.Binding {
	var around []Node
	for p := n.Parent(); p.Exists(); p = p.Parent() {
		around = append(around, p)
	}
	scope := []schema.Binding{{}} // without a declaration, no prefix is no namespace
	scope = append(scope, around[len(around)-1].InheritedNamespaces()...)
	for _, p := range slices.Backward(around) {
		scope = p.DeclaredNamespaces(scope)
	}
	return scope
}

// declaration is an attribute xmlns or xmlns:prefix, and where its value is.
type declaration struct {
	prefix, uri string
	from, to    int
}

// declarations are those in the start tag of n.
func declarations(n Node) iter.Seq[declaration] {
	return func(yield func(declaration) bool) {
		raw, at := n.Raw(), 1+len(n.QName())
		for a := range n.Attributes() {
			// Neither a name nor the = behind it holds a quotation mark.
			open := at + bytes.IndexAny(raw[at:], `"'`)
			end := open + 1 + bytes.IndexByte(raw[open+1:], raw[open])
			at = end + 1
			prefix, ok := strings.CutPrefix(a.Name, "xmlns")
			if !ok || prefix != "" && prefix[0] != ':' {
				continue
			}
			if !yield(declaration{strings.TrimPrefix(prefix, ":"), a.Value, n.Offset() + open + 1, n.Offset() + end}) {
				return
			}
		}
	}
}

func appendDeclaration(to []byte, prefix, uri string) []byte {
	to = append(to, " xmlns"...)
	if prefix != "" {
		to = append(append(to, ':'), prefix...)
	}
	return append(schema.AppendAttribute(append(to, '=', '"'), uri), '"')
}

// mentions tells whether an element uses the prefix, or may: in the name of an
// element or attribute, or as a word of text or of an attribute's value, such as
// a qualified name or a list of prefixes. Where words are written in pieces, by
// references or with a comment in them, it says yes.
func mentions(raw []byte, prefix string) bool {
	if prefix == "" {
		return mentionsDefault(raw)
	}
	if bytes.Contains(raw, []byte("&#")) || bytes.Contains(raw, []byte("<!")) {
		return true
	}
	for i := 0; ; i++ {
		next := bytes.Index(raw[i:], []byte(prefix))
		if next < 0 {
			return false
		}
		i += next
		end := i + len(prefix)
		if (i == 0 || !inWord(raw[i-1])) && (end == len(raw) || !inWord(raw[end])) {
			return true
		}
	}
}

// inWord tells whether c cannot stand beside a prefix. Bytes outside ASCII may
// be of either sort.
func inWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

// mentionsDefault tells whether the default namespace is used, or may be: by an
// element without prefix, or by the name in an attribute such as xsi:type.
func mentionsDefault(raw []byte) bool {
	if bytes.Contains(raw, []byte(":type")) {
		return true
	}
	for {
		i := bytes.IndexByte(raw, '<')
		if i < 0 || i+1 == len(raw) {
			return false
		}
		raw = raw[i+1:]
		end := bytes.IndexAny(raw, ": \t\r\n/>")
		if raw[0] != '!' && raw[0] != '?' && end > 0 && raw[end] != ':' {
			return true
		}
	}
}
