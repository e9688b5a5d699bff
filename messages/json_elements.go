package messages

import (
	"fmt"
	"slices"
	"strings"

	"dragoman/messages/schema"
)

// elements writes what is in an object of the type, in the order of its schema.
func (b *jsonReader) elements(t *schema.Type, object int) bool {
	from := len(b.placed)
	defer func() { b.placed = b.placed[:from] }()
	for range slots(t) {
		b.placed = append(b.placed, 0)
	}
	if !b.place(t, object, b.placed[from:]) {
		return false
	}
	for k, p := range slots(t) {
		if value := b.placed[from+k]; value > 0 && !b.occurrences(p, value) {
			return false
		}
	}
	return true
}

// slots yields the particles of a type in the order of its schema.
func slots(t *schema.Type) func(yield func(int, *schema.Particle) bool) {
	return func(yield func(int, *schema.Particle) bool) {
		n := 0
		for i := range t.Slots {
			for k := range t.Slots[i].Alternatives {
				if !yield(n, &t.Slots[i].Alternatives[k]) {
					return
				}
				n++
			}
		}
	}
}

// place puts each member of the object at the place of its element.
func (b *jsonReader) place(t *schema.Type, object int, placed []int) bool {
	namespace := 0
	for name, value := range b.memberValues(object) {
		place := &namespace
		if name != jsonNamespace || b.depth > 1 {
			if place = placeOf(t, name, placed); place == nil {
				return b.refuse(value, "%s has no %s; it has %s", t.Name, quoteName(name), elementNames(t))
			}
		}
		if *place > 0 {
			return b.refuse(value, "it is given twice")
		}
		*place = value
	}
	return true
}

func placeOf(t *schema.Type, name string, placed []int) *int {
	for k, p := range slots(t) {
		if p.Name == name && !p.Any || p.Any && name == jsonXML {
			return &placed[k]
		}
	}
	return nil
}

// maxNamed bounds how much of a name, and how many names, an error repeats.
const maxNamed = 40

func quoteName(name string) string {
	if len(name) > maxNamed {
		name = strings.ToValidUTF8(name[:maxNamed], "") + "…"
	}
	return fmt.Sprintf("%q", name)
}

func elementNames(t *schema.Type) string {
	var names []string
	for _, p := range slots(t) {
		name := p.Name
		if p.Any {
			name = jsonXML
		}
		names = append(names, name)
	}
	if len(names) > maxNamed {
		names = append(names[:maxNamed], "…")
	}
	return strings.Join(slices.Compact(names), ", ")
}

// occurrences writes the elements of one particle.
func (b *jsonReader) occurrences(p *schema.Particle, value int) bool {
	if !p.Repeats() {
		return b.element(p, value)
	}
	if !b.want(value, jsonArray, "it may repeat and") {
		return false
	}
	for k := value + 1; k < int(b.values[value].next); k = int(b.values[k].next) {
		if !b.element(p, k) {
			return false
		}
	}
	return true
}

func (b *jsonReader) element(p *schema.Particle, value int) bool {
	switch {
	case p.Any:
		return b.wildcard(value)
	case !p.Type.Simple():
		return b.group(p, value)
	case p.Type.AttrName != "":
		return b.attributed(p, value)
	}
	s, ok := b.str(value, "it")
	if ok {
		b.out = append(append(append(b.out, '<'), p.Name...), '>')
		b.out = schema.AppendText(b.out, collapseSpace(p.Type, s))
		b.endTag(p.Name)
	}
	return ok
}

func (b *jsonReader) wildcard(value int) bool {
	s, ok := b.str(value, jsonXML)
	if !ok {
		return false
	}
	before := len(b.out)
	var err error
	if b.out, err = b.exclusive.AppendForeign(b.out, s); err != nil {
		return b.refuse(value, "%s: %s", jsonXML, err)
	}
	b.exclusive.Limit -= len(b.out) - before
	return true
}

// group writes an element that holds others.
func (b *jsonReader) group(p *schema.Particle, value int) bool {
	if !b.want(value, jsonObject, "it holds elements and") {
		return false
	}
	b.depth++
	b.out = append(append(append(b.out, '<'), p.Name...), '>')
	if !b.elements(p.Type, value) {
		return false
	}
	b.endTag(p.Name)
	b.depth--
	return true
}

// attributed writes a value with an attribute, {"@Ccy": "EUR", "#": "12.00"}.
func (b *jsonReader) attributed(p *schema.Particle, value int) bool {
	t := p.Type
	if !b.want(value, jsonObject, "it has an attribute and") {
		return false
	}
	attribute, text := 0, 0
	for name, v := range b.memberValues(value) {
		place := &text
		switch name {
		case jsonText:
		case jsonAttribute + t.AttrName:
			place = &attribute
		default:
			return b.refuse(v, "%s has no %s; it has %s%s and %s", t.Name, quoteName(name), jsonAttribute, t.AttrName, jsonText)
		}
		if *place > 0 {
			return b.refuse(v, "it is given twice")
		}
		*place = v
	}
	if text == 0 {
		return b.refuse(value, "the value, %q, is missing", jsonText)
	}
	return b.writeAttributed(p, attribute, text)
}

func (b *jsonReader) writeAttributed(p *schema.Particle, attribute, text int) bool {
	b.out = append(append(b.out, '<'), p.Name...)
	if attribute > 0 {
		s, ok := b.str(attribute, "it")
		if !ok {
			return false
		}
		b.out = append(append(append(b.out, ' '), p.Type.AttrName...), `="`...)
		b.out = append(schema.AppendAttribute(b.out, s), '"')
	}
	s, ok := b.str(text, "it")
	if ok {
		b.out = schema.AppendText(append(b.out, '>'), collapseSpace(p.Type, s))
		b.endTag(p.Name)
	}
	return ok
}
