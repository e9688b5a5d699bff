package schema

// Kind is what a type holds: children, or a value of one XSD base.
type Kind uint8

// The kinds of ISO 20022: ten simple bases, and types with children.
const (
	Complex Kind = iota
	String
	Decimal
	Boolean
	DateTime
	Date
	Time
	GYear
	GYearMonth
	GMonth
	Base64
)

var kindNames = [...]string{"group of elements", "text", "decimal number", "true or false", "date and time", "date", "time", "year", "year and month", "month", "base64 data"}

// String names the kind for a person.
func (k Kind) String() string { return kindNames[k] }

// Unbounded is the Max of a particle that may repeat without limit.
const Unbounded = 1<<31 - 1

// Schema is one compiled message type or header.
type Schema struct {
	id        string
	namespace string
	root      Particle
	particles []Particle // every particle of every type; a span holds its index
	types     map[string]*Type
}

// ID is the message identifier, such as pacs.008.001.08.
func (s *Schema) ID() string { return s.id }

// Namespace is the target namespace of the schema.
func (s *Schema) Namespace() string { return s.namespace }

// Root is the one global element: Document, AppHdr or Xchg.
func (s *Schema) Root() *Particle { return &s.root }

// TypeNamed is the type of that name in this schema, or nil.
func (s *Schema) TypeNamed(name string) *Type { return s.types[name] }

// Particle is an element (or wildcard) at its place in a type.
type Particle struct {
	Name     string
	Type     *Type // nil for a wildcard
	Min, Max int32
	Any      bool   // xs:any: content is checked for well-formedness only
	AnySpace string // namespace a wildcard accepts; ##any for every one

	key, mask uint64 // first eight bytes of Name, for one-load comparison
	index     uint16 // place in Schema.particles
}

// Number is the particle's place among all those of its schema, counted from
// zero without gaps, the root first. A table made for one schema may be looked
// up by it; it says nothing across schemas or releases.
func (p *Particle) Number() int { return int(p.index) }

// Repeats tells whether the particle may occur more than once.
func (p *Particle) Repeats() bool { return p.Max > 1 }

// Slot is one position of a type's sequence. A choice is one slot with several
// alternatives, of which one is taken (and may repeat as its Max says).
type Slot struct {
	Alternatives []Particle
	Optional     bool // some alternative may be absent
}

// Choice tells whether the slot offers alternatives.
func (s *Slot) Choice() bool { return len(s.Alternatives) > 1 }

// Type is a simple type, a simple type with one attribute, or a sequence of
// slots.
type Type struct {
	Name  string
	Kind  Kind
	Slots []Slot // Kind Complex only

	// Attribute of a simple type, in ISO 20022 always the currency of an amount.
	AttrName     string
	AttrType     *Type
	AttrRequired bool

	// Facets. Lengths count characters (octets for base64); -1 means not set.
	MinLength, MaxLength        int
	TotalDigits, FractionDigits int
	MinInclusive, MaxInclusive  string
	Pattern                     string // joined by | where XSD names several
	Enumeration                 []string

	lastRequired int // last slot that may not stay empty, -1 for none

	automaton *automaton
	enum      map[string]struct{}
	fast      fastValue
	minValue  *bound
	maxValue  *bound
}

// Simple tells whether the type holds a value and no children.
func (t *Type) Simple() bool { return t.Kind != Complex }

// Element is the particle of that name among the type's slots and the number
// of its slot; nil when the type has no such element.
func (t *Type) Element(name string) (*Particle, int) { return t.ElementFrom(name, 0) }

// ElementFrom is Element for callers that mostly ask in schema order: the
// search begins at the slot where the last one ended.
func (t *Type) ElementFrom(name string, slot int) (*Particle, int) {
	for n := range t.Slots {
		i := slot + n
		if i >= len(t.Slots) {
			i -= len(t.Slots)
		}
		for k := range t.Slots[i].Alternatives {
			if p := &t.Slots[i].Alternatives[k]; p.Name == name && !p.Any {
				return p, i
			}
		}
	}
	return nil, 0
}
