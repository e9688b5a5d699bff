package schema

import "bytes"

// span is where one element lies. Sixteen bytes an element keep the index of a
// valid message below two thirds of what the issue of memory allows: elements
// are rarely shorter than ten bytes.
type span struct {
	tag      uint32 // offset of the '<' of the start tag
	end      uint32 // offset of the '<' of the end tag; of the tag's end if it closes itself
	next     uint32 // index of the first span after this element and its descendants
	particle uint16
	flags    uint16
}

const (
	flagDecode    = 1 << iota // the value holds references, CDATA, comments or line ends to change
	flagSelfClose             // <Name/>
	flagBroken                // a fault lies here or below: the value may not be of its type
)

// Index is what Read leaves behind: the message's bytes and where everything is.
type Index struct {
	raw   []byte
	text  string // the same bytes as raw
	spans []span
	parts [2]partSpans
	count int
}

type partSpans struct {
	schema *Schema
	first  int // span of the part's root
}

// Part is an AppHdr or a Document found in the input.
type Part struct {
	// ID is the message identifier of the part's namespace, such as
	// pacs.008.001.08; empty when that type is not compiled in.
	ID string
	// Namespace is the namespace of the root element, as written.
	Namespace string
	// Root is the root element. It is absent when the type is unknown.
	Root Node
	// Start and End bound the root element in the input; End is the end of the
	// input when the element does not end.
	Start, End int
	// Inherited are the namespaces that elements around the part declare, the
	// innermost last. What leaves the envelope must take along those it uses.
	Inherited []Binding
	// Faulty tells that some fault lies in this part.
	Faulty bool
}

// Binding is a namespace prefix, empty for the default, and what it stands for.
type Binding struct{ Prefix, URI string }

// Exists tells whether the part was found, be it valid or not.
func (p Part) Exists() bool { return p.Namespace != "" }

func (ix *Index) schemaOf(i int) *Schema {
	if ix.count == 2 && i >= ix.parts[1].first {
		return ix.parts[1].schema
	}
	return ix.parts[0].schema
}

func (ix *Index) rootOf(i int) int {
	if ix.count == 2 && i >= ix.parts[1].first {
		return ix.parts[1].first
	}
	return ix.parts[0].first
}

func (ix *Index) particle(i int) *Particle { return &ix.schemaOf(i).particles[ix.spans[i].particle] }

// contentStart is the offset behind the start tag's '>'.
func (ix *Index) contentStart(i int) int { return tagEnd(ix.raw, int(ix.spans[i].tag)) }

// tagEnd returns the offset behind the '>' of the well-formed tag at from.
func tagEnd(b []byte, from int) int {
	i := from + 1
	for {
		switch b[i] {
		case '>':
			return i + 1
		case '"', '\'':
			i += 1 + bytes.IndexByte(b[i+1:], b[i])
		}
		i++
	}
}

// outerEnd is the offset behind the whole element.
func (ix *Index) outerEnd(i int) int {
	s := &ix.spans[i]
	if s.flags&flagSelfClose != 0 {
		return int(s.end)
	}
	return tagEnd(ix.raw, int(s.end))
}
