package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"dragoman/messages/schema"
)

// Types of the same name and content stand once in the tables, however many
// schemas define them. Content is compared through references, so equal types
// are found by refining classes until no class splits; cycles need no care.

type ref struct {
	def  *definition
	name string
}

type encoder struct {
	strings, patterns, simple, complex *section
	class                              map[ref]int    // class of every type of every definition
	emitted                            map[int]int    // class → reference
	automata                           map[string]int // pattern → index in its section
	err                                error
}

// section is a list of byte strings that are stored once each.
type section struct {
	index map[string]int
	items []string
}

func newSection() *section { return &section{index: map[string]int{}} }

func (s *section) add(item string) int {
	i, ok := s.index[item]
	if !ok {
		i = len(s.items)
		s.index[item] = i
		s.items = append(s.items, item)
	}
	return i
}

func (s *section) reserve() int {
	s.items = append(s.items, "")
	return len(s.items) - 1
}

// encode lays the tables out as schema.decode reads them:
//
//	magic, then five sections (strings, automata, simple types, complex types,
//	messages), each: item count, byte length of the items, end offset of every
//	item (uint32 little endian), items. Numbers inside items are uvarints.
func encode(set []*definition) ([]byte, string, error) {
	e := &encoder{strings: newSection(), patterns: newSection(), simple: newSection(), complex: newSection(), emitted: map[int]int{}, automata: map[string]int{}}
	e.classify(set)
	messages := newSection()
	for _, def := range set {
		var b record
		b.number(e.strings.add(def.id), e.strings.add(def.root))
		b.number(e.typeRef(def, def.rootType))
		messages.add(b.String())
	}
	out := []byte(schema.TablesMagic)
	for _, s := range []*section{e.strings, e.patterns, e.simple, e.complex, messages} {
		out = s.append(out)
	}
	return out, fmt.Sprintf("%d strings, %d automata, %d simple and %d complex types",
		len(e.strings.items), len(e.patterns.items), len(e.simple.items), len(e.complex.items)), e.err
}

func (s *section) append(out []byte) []byte {
	total := 0
	for _, item := range s.items {
		total += len(item)
	}
	out = binary.LittleEndian.AppendUint32(out, uint32(len(s.items))) //nolint:gosec // far below 4 G
	out = binary.LittleEndian.AppendUint32(out, uint32(total))
	end := 0
	for _, item := range s.items {
		end += len(item)
		out = binary.LittleEndian.AppendUint32(out, uint32(end)) //nolint:gosec // far below 4 G
	}
	for _, item := range s.items {
		out = append(out, item...)
	}
	return out
}

type record struct{ bytes.Buffer }

func (r *record) number(values ...int) {
	for _, v := range values {
		if v < 0 {
			panic("compile: negative number in a table")
		}
		r.Write(binary.AppendUvarint(nil, uint64(v)))
	}
}

// classify finds, for every type of every definition, the class of types that
// are equal to it.
func (e *encoder) classify(set []*definition) {
	e.class = map[ref]int{}
	count := 0
	for {
		ids := map[string]int{}
		refined := map[ref]int{}
		for _, def := range set {
			for _, t := range sortedTypes(def.types) {
				k := e.signature(def, t)
				if _, ok := ids[k]; !ok {
					ids[k] = len(ids)
				}
				refined[ref{def, t.name}] = ids[k]
			}
		}
		e.class = refined
		if len(ids) == count {
			return
		}
		count = len(ids)
	}
}

// signature is all that tells t from another type, its children by class.
func (e *encoder) signature(def *definition, t *xsdType) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d %s|%+v|", e.class[ref{def, t.name}], t.name, t.simple)
	if t.content != "" {
		fmt.Fprintf(&b, "%d %s %d %v|", e.class[ref{def, t.content}], t.attr.name, e.class[ref{def, t.attr.typ}], t.attr.required)
	}
	for _, s := range t.slots {
		for _, p := range s {
			fmt.Fprintf(&b, "%s %d %d %d %s %v,", p.name, e.class[ref{def, p.typ}], p.min, p.max, p.wildcard, p.skip)
		}
		b.WriteByte(';')
	}
	return b.String()
}

// typeRef emits the type if need be and returns its reference: twice the index
// in its section, plus one for a complex type.
func (e *encoder) typeRef(def *definition, name string) int {
	t := def.types[name]
	class := e.class[ref{def, name}]
	if i, ok := e.emitted[class]; ok {
		return i
	}
	if t.simple != nil {
		i := 2 * e.simple.add(e.simpleType(t))
		e.emitted[class] = i
		return i
	}
	at := e.complex.reserve()
	i := 2*at + 1
	e.emitted[class] = i // before the children: a type may hold itself
	e.complex.items[at] = e.complexType(def, t)
	return i
}

func (e *encoder) simpleType(t *xsdType) string {
	f := t.simple
	var b record
	b.number(e.strings.add(t.name), int(f.kind), f.minLength+1, f.maxLength+1, f.totalDigits+1, f.fractionDigit+1)
	b.number(e.strings.add(f.minInclusive), e.strings.add(f.maxInclusive), e.pattern(f.patterns)+1, len(f.enumeration))
	for _, v := range f.enumeration {
		b.number(e.strings.add(v))
	}
	return b.String()
}

func (e *encoder) pattern(patterns []string) int {
	if len(patterns) == 0 {
		return -1
	}
	source := strings.Join(patterns, "|")
	if i, ok := e.automata[source]; ok {
		return i
	}
	a, err := compilePatterns(source)
	if err != nil {
		e.err = err
		return -1
	}
	var b record
	b.number(e.strings.add(source), len(a.next), len(a.next[0]))
	b.Write(a.class[:])
	for _, accept := range a.accept {
		b.number(map[bool]int{true: 1}[accept])
	}
	b.Write(slices.Concat(a.next...))
	e.automata[source] = e.patterns.add(b.String())
	return e.automata[source]
}

func (e *encoder) complexType(def *definition, t *xsdType) string {
	var b record
	b.number(e.strings.add(t.name))
	if t.content != "" {
		b.number(1, e.typeRef(def, t.content), e.strings.add(t.attr.name), e.typeRef(def, t.attr.typ), map[bool]int{true: 1}[t.attr.required])
		return b.String()
	}
	b.number(0, len(t.slots))
	for _, s := range t.slots {
		b.number(len(s))
		for _, p := range s {
			if p.wildcard != "" {
				b.number(1, e.strings.add(p.wildcard), p.min, p.max)
				continue
			}
			b.number(0, e.strings.add(p.name), p.min, p.max, e.typeRef(def, p.typ))
		}
	}
	return b.String()
}
