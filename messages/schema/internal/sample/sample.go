// Package sample writes messages that a schema allows: the walker behind the
// mutation differential and the tests of memory bounds. What it writes is
// well-formed and, as far as the tables go, valid; whether it really is, an
// independent validator decides.
//
// It is for tests and tools only. [Writer] is the type to read first.
package sample

import (
	"math/rand/v2"
	"strings"

	"dragoman/messages/schema"
)

// Form says how much of what a schema leaves open is written.
type Form int

const (
	// Minimal has nothing that may be absent.
	Minimal Form = iota
	// Random has each optional element by chance.
	Random
	// Full has every optional element, repeated ones more than once, as far
	// as the budget goes.
	Full
)

// Writer writes messages. The same random source gives the same messages. What
// it finds out of a schema it keeps, so one Writer serves many messages; Toward
// must then stay the same.
type Writer struct {
	Rand *rand.Rand
	Form Form
	// Budget bounds the elements of one message: beyond it only what is
	// required is written.
	Budget int
	// Prefix is put before every name; empty for the default namespace.
	Prefix string
	// Indent separates elements by line ends and tabs.
	Indent bool
	// Toward, if set, draws Random messages to the particles it names: what
	// leads to one is written more often than by chance.
	Toward func(*schema.Particle) bool

	out    strings.Builder
	count  int
	chance int // percent with which an optional element comes in Random
	height map[*schema.Type]int
	leads  map[*schema.Type]bool // types that hold, at some depth, what Toward names
}

// Message writes one message of schema s.
func (w *Writer) Message(s *schema.Schema) []byte {
	declaration := " xmlns"
	if w.Prefix != "" {
		declaration += ":" + w.Prefix
	}
	w.begin(s.Root())
	w.element(s.Root(), 0, declaration+`="`+s.Namespace()+`"`)
	return []byte(w.out.String())
}

// Element writes one element of the least form, without declaring its namespace.
func (w *Writer) Element(p *schema.Particle) string {
	form, indent := w.Form, w.Indent
	w.Form, w.Indent = Minimal, false
	w.begin(p)
	w.element(p, 0, "")
	w.Form, w.Indent = form, indent
	return w.out.String()
}

func (w *Writer) begin(p *schema.Particle) {
	w.out.Reset()
	w.count = 0
	w.chance = 10 + w.Rand.IntN(80)
	if w.height == nil {
		w.height, w.leads = map[*schema.Type]int{}, map[*schema.Type]bool{}
	}
	if _, known := w.height[p.Type]; known || p.Any {
		return
	}
	// Types may hold each other: rounds until nothing changes.
	for changed := true; changed; {
		changed = w.measure(p.Type)
	}
}

// unknownHeight is above every real one.
const unknownHeight = 1000

// measure sets, for t and what it holds, the least number of levels with which
// the type can be written, and whether it leads to what is wanted. It tells
// whether anything changed.
func (w *Writer) measure(t *schema.Type) bool {
	seen := map[*schema.Type]bool{}
	changed := false
	var visit func(t *schema.Type)
	visit = func(t *schema.Type) {
		if t == nil || seen[t] {
			return
		}
		seen[t] = true
		least, leads := 0, w.leads[t]
		for i := range t.Slots {
			for k := range t.Slots[i].Alternatives {
				visit(t.Slots[i].Alternatives[k].Type)
				leads = leads || w.leadsTo(&t.Slots[i].Alternatives[k])
			}
			if !t.Slots[i].Optional {
				_, h := w.lowest(&t.Slots[i])
				least = max(least, h+1)
			}
		}
		if old, ok := w.height[t]; !ok || old != least || leads != w.leads[t] {
			w.height[t], w.leads[t] = least, leads
			changed = true
		}
	}
	visit(t)
	return changed
}

// leadsTo tells whether p is, or holds at some depth, what Toward names.
func (w *Writer) leadsTo(p *schema.Particle) bool {
	return w.Toward != nil && (w.Toward(p) || w.leads[p.Type])
}

// lowest is the alternative that needs the fewest levels.
func (w *Writer) lowest(s *schema.Slot) (*schema.Particle, int) {
	var best *schema.Particle
	least := unknownHeight
	for k := range s.Alternatives {
		p := &s.Alternatives[k]
		h, ok := w.height[p.Type]
		if p.Any {
			h, ok = 0, true
		}
		if ok && h < least || best == nil {
			best = p
			if ok {
				least = h
			}
		}
	}
	return best, least
}

func (w *Writer) element(p *schema.Particle, depth int, attributes string) {
	w.count++
	if p.Any {
		w.out.WriteString(Foreign(w.Rand, p.AnySpace))
		return
	}
	name := p.Name
	if w.Prefix != "" {
		name = w.Prefix + ":" + name
	}
	if p.Type.AttrName != "" && (p.Type.AttrRequired || w.optional()) {
		attributes += " " + p.Type.AttrName + `="` + Escape(Value(w.Rand, p.Type.AttrType)) + `"`
	}
	w.out.WriteString("<" + name + attributes + ">")
	if p.Type.Simple() {
		w.out.WriteString(Escape(Value(w.Rand, p.Type)))
	} else if w.slots(p.Type, depth+1) {
		w.line(depth)
	}
	w.out.WriteString("</" + name + ">")
}

func (w *Writer) line(depth int) {
	if w.Indent {
		w.out.WriteString("\n" + strings.Repeat("\t", depth))
	}
}

// slots writes the content of a complex type and tells whether there was any.
func (w *Writer) slots(t *schema.Type, depth int) bool {
	before := w.count
	for i := range t.Slots {
		slot := &t.Slots[i]
		wanted := w.wanted(slot)
		if wanted == nil && slot.Optional && !w.optional() {
			continue
		}
		p, _ := w.lowest(slot)
		if wanted != nil {
			p = wanted
		} else if w.open() {
			p = &slot.Alternatives[w.Rand.IntN(len(slot.Alternatives))]
		}
		for range w.occurrences(p) {
			w.line(depth)
			w.element(p, depth, "")
		}
	}
	return w.count > before
}

// wanted is, two times out of three, an alternative that leads to what Toward
// names.
func (w *Writer) wanted(s *schema.Slot) *schema.Particle {
	if w.Toward == nil || !w.open() || w.Rand.IntN(3) == 0 {
		return nil
	}
	first := w.Rand.IntN(len(s.Alternatives))
	for k := range s.Alternatives {
		if p := &s.Alternatives[(first+k)%len(s.Alternatives)]; w.leadsTo(p) {
			return p
		}
	}
	return nil
}

// open tells whether more than the least may be written.
func (w *Writer) open() bool { return w.Form != Minimal && w.count < w.Budget }

// optional decides whether something optional is written.
func (w *Writer) optional() bool {
	return w.open() && (w.Form == Full || w.Rand.IntN(100) < w.chance)
}

// maxRepeats bounds the occurrences of one element; a few show what many do.
const maxRepeats = 3

func (w *Writer) occurrences(p *schema.Particle) int {
	least := max(int(p.Min), 1)
	most := min(int(p.Max), max(least, maxRepeats))
	if !w.open() {
		return least
	}
	if w.Form == Full {
		return min(most, max(least, 2))
	}
	return least + w.Rand.IntN(most-least+1)
}

// Escape writes a value as XML text or attribute value.
func Escape(value string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;").Replace(value)
}

// Foreign is content for a wildcard that admits the given namespace.
func Foreign(r *rand.Rand, space string) string {
	if space != "##any" {
		return `<f:Foreign xmlns:f="` + space + `"><f:A>1</f:A></f:Foreign>`
	}
	choices := []string{
		`<f:Any xmlns:f="urn:foreign" a="1"><f:B>text</f:B>mixed</f:Any>`,
		`<Any xmlns=""><B/>mixed<C x="1"></C></Any>`,
		`<f:Any xmlns:f="urn:foreign"/>`,
		`<Any xmlns="urn:foreign:other">1</Any>`,
	}
	return choices[r.IntN(len(choices))]
}
