package schema

import (
	"iter"
	"strconv"
	"strings"
)

// Node is one element of a message that was read: a place in the index, cheap
// to copy. The zero Node is an absent element; every method is safe on it and
// answers with nothing, so that paths need no checks on the way.
//
// Text returned by a Node is a window on the input, which must therefore not be
// changed after Read.
type Node struct {
	ix *Index
	i  int
}

// Exists tells whether the element is there.
func (n Node) Exists() bool { return n.ix != nil }

func (n Node) particle() *Particle { return n.ix.particle(n.i) }

// Particle is the element's declaration in its schema; nil when absent.
func (n Node) Particle() *Particle {
	if n.ix == nil {
		return nil
	}
	return n.particle()
}

// Schema is the schema of the part that holds the element; nil when absent.
func (n Node) Schema() *Schema {
	if n.ix == nil {
		return nil
	}
	return n.ix.schemaOf(n.i)
}

// Name is the element's local name.
func (n Node) Name() string {
	if n.ix == nil {
		return ""
	}
	p := n.particle()
	if !p.Any {
		return p.Name
	}
	_, local := splitName(n.QName())
	return local
}

// QName is the name as written, with its prefix.
func (n Node) QName() string {
	if n.ix == nil {
		return ""
	}
	from := n.ix.spans[n.i].tag() + 1
	return n.ix.text[from:nameEnd(n.ix.raw, from)]
}

// Type is the element's type; nil for an absent element and for the content of
// a wildcard.
func (n Node) Type() *Type {
	if n.ix == nil {
		return nil
	}
	return n.particle().Type
}

// Wildcard tells whether the element stands at a wildcard of the schema, where
// anything well-formed may stand. Its content is not indexed: see Raw.
func (n Node) Wildcard() bool { return n.ix != nil && n.particle().Any }

// Children are the child elements in document order.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.ix == nil {
			return
		}
		for i, end := n.i+1, n.ix.spans[n.i].next(); i < end; i = n.ix.spans[i].next() {
			if !yield(Node{n.ix, i}) {
				return
			}
		}
	}
}

// Child is the first child of that name.
func (n Node) Child(name string) Node {
	if n.ix == nil {
		return Node{}
	}
	spans, particles := n.ix.spans, n.ix.schemaOf(n.i).particles
	for i, end := n.i+1, spans[n.i].next(); i < end; i = spans[i].next() {
		if particles[spans[i].particle()].Name == name {
			return Node{n.ix, i}
		}
	}
	return Node{}
}

// All are the children of that name in document order.
func (n Node) All(name string) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := range n.Children() {
			if c.particle().Name == name && !yield(c) {
				return
			}
		}
	}
}

// At follows a path of first children, such as PmtId/EndToEndId.
func (n Node) At(path string) Node {
	for n.ix != nil && path != "" {
		var name string
		name, path, _ = strings.Cut(path, "/")
		n = n.Child(name)
	}
	return n
}

// Walk is the element and all its descendants in document order.
func (n Node) Walk() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.ix == nil {
			return
		}
		for i, end := n.i, n.ix.spans[n.i].next(); i < end; i++ {
			if !yield(Node{n.ix, i}) {
				return
			}
		}
	}
}

// Parent is the element that holds this one; a part's root has none.
func (n Node) Parent() Node {
	if n.ix == nil || n.i == n.ix.rootOf(n.i) {
		return Node{}
	}
	parent := n.ix.rootOf(n.i)
	for i := parent + 1; i < n.i; {
		if next := n.ix.spans[i].next(); next > n.i {
			parent = i
			i++
		} else {
			i = next
		}
	}
	return Node{n.ix, parent}
}

// Raw is the whole element as it was received, tags included.
func (n Node) Raw() []byte {
	if n.ix == nil {
		return nil
	}
	return n.ix.raw[n.ix.spans[n.i].tag():n.ix.outerEnd(n.i)]
}

// Offset is where the element's start tag begins in the input; -1 when absent.
func (n Node) Offset() int {
	if n.ix == nil {
		return -1
	}
	return n.ix.spans[n.i].tag()
}

// Content bounds what stands between the element's tags.
func (n Node) Content() (from, to int) {
	if n.ix == nil {
		return 0, 0
	}
	s := &n.ix.spans[n.i]
	if s.has(flagSelfClose) {
		return s.end(), s.end()
	}
	return n.ix.contentStart(n.i), s.end()
}

// SelfClosed tells whether the element was written <Name/>.
func (n Node) SelfClosed() bool {
	return n.ix != nil && n.ix.spans[n.i].has(flagSelfClose)
}

// Text is the element's value: references and CDATA resolved, comments gone,
// line ends as XML has them, and, but for text types, surrounding white space
// trimmed. It is empty for an element with children.
func (n Node) Text() string {
	if n.ix == nil {
		return ""
	}
	t := n.particle().Type
	if t == nil || !t.Simple() {
		return ""
	}
	from, to := n.Content()
	if n.ix.spans[n.i].has(flagDecode) {
		return collapse(t, decodeContent(n.ix.raw[from:to]))
	}
	return collapse(t, n.ix.text[from:to])
}

func collapse(t *Type, value string) string {
	if t.Kind == String {
		return value
	}
	return strings.Trim(value, " \t\r\n")
}

// Attr is the value of the element's attribute of that name, which is in no
// namespace; empty when it is not there.
func (n Node) Attr(name string) string {
	for a := range n.Attributes() {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// Attribute is a name as written and a decoded value.
type Attribute struct{ Name, Value string }

// Attributes are those of the start tag as written, namespace declarations
// included.
func (n Node) Attributes() iter.Seq[Attribute] {
	return func(yield func(Attribute) bool) {
		if n.ix == nil {
			return
		}
		raw := n.ix.raw
		i := nameEnd(raw, n.ix.spans[n.i].tag()+1)
		for {
			i = skipSpace(raw, i)
			if raw[i] == '>' || raw[i] == '/' {
				return
			}
			end := nameEnd(raw, i)
			name := n.ix.text[i:end]
			i = skipSpace(raw, skipSpace(raw, end)+1) // past =
			end = i + 1 + strings.IndexByte(n.ix.text[i+1:], raw[i])
			if !yield(Attribute{name, decodeAttribute(n.ix.text[i+1 : end])}) {
				return
			}
			i = end + 1
		}
	}
}

// Index is the element's position among siblings of the same name, from one.
func (n Node) Index() int {
	count := 1
	if parent := n.Parent(); parent.Exists() {
		for sibling := range parent.All(n.particle().Name) {
			if sibling.i == n.i {
				break
			}
			count++
		}
	}
	return count
}

// Path leads from the part's root to the element, as in Fault.Path.
func (n Node) Path() string {
	if n.ix == nil {
		return ""
	}
	step := "/" + n.Name()
	if n.particle().Repeats() {
		step += "[" + strconv.Itoa(n.Index()) + "]"
	}
	return n.Parent().Path() + step
}

// Faulty tells whether a schema fault lies in the element or below.
func (n Node) Faulty() bool {
	return n.ix != nil && n.ix.spans[n.i].has(flagBroken)
}
