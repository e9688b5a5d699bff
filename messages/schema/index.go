package schema

import (
	"bytes"
	"encoding/binary"
)

// span is where one element lies: the offset of the '<' of its start tag; its
// end, the '<' of its end tag or, if it closes itself, what follows its tag; the
// index of the first span after it and its descendants; its particle and flags.
//
// It is packed, little-endian, because a row of <Id/>, the densest message that
// a schema allows, must not take three times its own size.
type span [spanSize]byte

const (
	spanSize = 4 + 4 + 4 + 2
	// particleBits leave room for the flags; the largest schema has 674 particles.
	particleBits = 13
)

const (
	flagDecode    = 1 << (particleBits + iota) // the value holds references, CDATA, comments or line ends to change
	flagSelfClose                              // <Name/>
	flagBroken                                 // a fault lies here or below: the value may not be of its type
)

func newSpan(tag, end, next int, particle uint16) (s span) {
	binary.LittleEndian.PutUint32(s[0:], uint32(tag)) //nolint:gosec // below math.MaxInt32, see prolog
	s.close(end, next)
	binary.LittleEndian.PutUint16(s[12:], particle)
	return s
}

func (s *span) tag() int  { return int(binary.LittleEndian.Uint32(s[0:])) }
func (s *span) end() int  { return int(binary.LittleEndian.Uint32(s[4:])) }
func (s *span) next() int { return int(binary.LittleEndian.Uint32(s[8:])) }

func (s *span) particle() int { return int(binary.LittleEndian.Uint16(s[12:]) & (1<<particleBits - 1)) }

// close sets where the element ends and what comes after it.
func (s *span) close(end, next int) {
	binary.LittleEndian.PutUint32(s[4:], uint32(end))  //nolint:gosec // below math.MaxInt32, see prolog
	binary.LittleEndian.PutUint32(s[8:], uint32(next)) //nolint:gosec // no more than bytes
}

func (s *span) has(flag uint16) bool { return binary.LittleEndian.Uint16(s[12:])&flag != 0 }

func (s *span) mark(flag uint16) {
	binary.LittleEndian.PutUint16(s[12:], binary.LittleEndian.Uint16(s[12:])|flag)
}

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

func (ix *Index) particle(i int) *Particle { return &ix.schemaOf(i).particles[ix.spans[i].particle()] }

// contentStart is the offset behind the start tag's '>'.
func (ix *Index) contentStart(i int) int { return tagEnd(ix.raw, ix.spans[i].tag()) }

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
	if s.has(flagSelfClose) {
		return s.end()
	}
	return tagEnd(ix.raw, s.end())
}
