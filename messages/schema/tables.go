package schema

import (
	_ "embed"
	"encoding/binary"
	"sort"
	"strings"
	"sync"
)

// TablesMagic opens tables.bin; its last byte is the format's version.
const TablesMagic = "DRGXSD\x00\x01"

// NamespacePrefix opens every ISO 20022 namespace; the message identifier follows.
const NamespacePrefix = "urn:iso:std:iso:20022:tech:xsd:"

//go:embed tables.bin
var tablesBin string

// tables is the parsed directory of tables.bin; schemas are decoded one by one
// when first asked for.
type tables struct {
	strings, patterns, simple, complex, messages section

	decoded []lazySchema
}

type lazySchema struct {
	once   sync.Once
	schema *Schema
}

type section struct{ ends, items string }

func (s section) len() int { return len(s.ends) / 4 }

func (s section) item(i int) string {
	from := uint32(0)
	if i > 0 {
		from = load32(s.ends[4*i-4:])
	}
	return s.items[from:load32(s.ends[4*i:])]
}

func load32(s string) uint32 { return binary.LittleEndian.Uint32([]byte(s[:4])) }

var directory = sync.OnceValue(func() *tables {
	rest, ok := strings.CutPrefix(tablesBin, TablesMagic)
	if !ok {
		panic("schema: tables.bin is not of this program's format; run go generate ./messages/schema")
	}
	var t tables
	for _, s := range []*section{&t.strings, &t.patterns, &t.simple, &t.complex, &t.messages} {
		n, size := int(load32(rest)), int(load32(rest[4:]))
		s.ends, s.items = rest[8:8+4*n], rest[8+4*n:8+4*n+size]
		rest = rest[8+4*n+size:]
	}
	t.decoded = make([]lazySchema, t.messages.len())
	return &t
})

// Lookup returns the schema of a message identifier such as pacs.008.001.08,
// or nil when it is not compiled in.
func Lookup(id string) *Schema {
	t := directory()
	i, found := sort.Find(t.messages.len(), func(i int) int { return strings.Compare(id, t.messageID(i)) })
	if !found {
		return nil
	}
	lazy := &t.decoded[i]
	lazy.once.Do(func() { lazy.schema = t.decode(i) })
	return lazy.schema
}

// ByNamespace is Lookup by target namespace.
func ByNamespace(namespace string) *Schema {
	id, ok := strings.CutPrefix(namespace, NamespacePrefix)
	if !ok {
		return nil
	}
	return Lookup(id)
}

// IDs lists every compiled message type, sorted.
func IDs() []string {
	t := directory()
	ids := make([]string, t.messages.len())
	for i := range ids {
		ids[i] = t.messageID(i)
	}
	return ids
}

func (t *tables) messageID(i int) string {
	r := cursor{t.messages.item(i)}
	return t.strings.item(r.number())
}

// cursor reads uvarints off a table item. The tables are part of the program,
// so a malformed one is a build defect and panics by index.
type cursor struct{ rest string }

func (c *cursor) number() int {
	v, shift := 0, 0
	for i := 0; ; i++ {
		b := c.rest[i]
		v |= int(b&0x7f) << shift
		shift += 7
		if b < 0x80 {
			c.rest = c.rest[i+1:]
			return v
		}
	}
}

func (c *cursor) take(n int) string {
	s := c.rest[:n]
	c.rest = c.rest[n:]
	return s
}

// decoder builds one Schema; types it meets twice are built once.
type decoder struct {
	*tables
	types map[int]*Type
	order []*Type // complex types as met, whose particles are numbered at the end
}

func (t *tables) decode(i int) *Schema {
	r := cursor{t.messages.item(i)}
	id, root := t.strings.item(r.number()), t.strings.item(r.number())
	d := decoder{tables: t, types: map[int]*Type{}}
	s := &Schema{id: id, namespace: NamespacePrefix + id, types: map[string]*Type{}}
	s.root = newParticle(root, d.typ(r.number()), 1, 1)
	s.number(d.order)
	for _, typ := range d.types {
		s.types[typ.Name] = typ
	}
	return s
}

// number lays all particles in one slice, so that a span can name its particle
// in two bytes; the types' slots are windows of that slice. Index 0 is the root.
func (s *Schema) number(order []*Type) {
	count := 1
	for _, t := range order {
		for _, slot := range t.Slots {
			count += len(slot.Alternatives)
		}
	}
	s.particles = make([]Particle, 1, count)
	s.particles[0] = s.root
	for _, t := range order {
		for i := range t.Slots {
			from := len(s.particles)
			s.particles = append(s.particles, t.Slots[i].Alternatives...)
			t.Slots[i].Alternatives = s.particles[from:len(s.particles):len(s.particles)]
		}
	}
	for i := range s.particles {
		s.particles[i].index = uint16(i) // the largest ISO 20022 schema has 674 particles; a test checks
	}
}

func newParticle(name string, t *Type, lowest, highest int) Particle {
	p := Particle{Name: name, Type: t, Min: int32(lowest), Max: int32(highest)} //nolint:gosec // table values
	if highest == 0 {
		p.Max = Unbounded
	}
	var first [8]byte
	n := copy(first[:], name)
	p.key = binary.LittleEndian.Uint64(first[:])
	p.mask = ^uint64(0) >> (64 - 8*n)
	return p
}

func (d *decoder) typ(reference int) *Type {
	if t := d.types[reference]; t != nil {
		return t
	}
	t := &Type{MinLength: -1, MaxLength: -1, TotalDigits: -1, FractionDigits: -1}
	d.types[reference] = t
	if reference&1 == 0 {
		d.simpleType(t, &cursor{d.simple.item(reference / 2)})
	} else {
		d.complexType(t, &cursor{d.complex.item(reference / 2)})
	}
	return t
}

func (d *decoder) text(c *cursor) string { return d.strings.item(c.number()) }

func (d *decoder) simpleType(t *Type, c *cursor) {
	t.Name = d.text(c)
	t.Kind = Kind(c.number()) //nolint:gosec // table value
	t.MinLength, t.MaxLength = c.number()-1, c.number()-1
	t.TotalDigits, t.FractionDigits = c.number()-1, c.number()-1
	t.MinInclusive, t.MaxInclusive = d.text(c), d.text(c)
	if pattern := c.number(); pattern > 0 {
		p := cursor{d.patterns.item(pattern - 1)}
		t.Pattern = d.text(&p)
		t.automaton = newAutomaton(&p)
	}
	if n := c.number(); n > 0 {
		t.Enumeration = make([]string, n)
		t.enum = make(map[string]struct{}, n)
		for i := range t.Enumeration {
			t.Enumeration[i] = d.text(c)
			t.enum[t.Enumeration[i]] = struct{}{}
		}
	}
	t.prepare()
}

func (d *decoder) complexType(t *Type, c *cursor) {
	t.Name = d.text(c)
	if c.number() == 1 { // simple content: the base's facets and one attribute
		name := t.Name
		*t = *d.typ(c.number())
		t.Name = name
		t.AttrName = d.text(c)
		t.AttrType = d.typ(c.number())
		t.AttrRequired = c.number() == 1
		return
	}
	d.order = append(d.order, t)
	t.Slots = make([]Slot, c.number())
	t.lastRequired = -1
	for i := range t.Slots {
		slot := &t.Slots[i]
		slot.Alternatives = make([]Particle, c.number())
		for k := range slot.Alternatives {
			p := &slot.Alternatives[k]
			if c.number() == 1 {
				space := d.text(c)
				*p = newParticle("", nil, c.number(), c.number())
				p.Any, p.AnySpace = true, space
			} else {
				name := d.text(c)
				lowest, highest := c.number(), c.number()
				*p = newParticle(name, d.typ(c.number()), lowest, highest)
			}
			slot.Optional = slot.Optional || p.Min == 0
		}
		if !slot.Optional {
			t.lastRequired = i
		}
	}
}
