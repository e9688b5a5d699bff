package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Rules of the schema that more than one place uses.
const (
	ruleMissing          = "schema.missing"
	ruleUnexpected       = "schema.unexpected"
	ruleOrder            = "schema.order"
	ruleOccurs           = "schema.occurs"
	ruleChoice           = "schema.choice"
	ruleChild            = "schema.child"
	ruleText             = "schema.text"
	ruleAttribute        = "schema.attribute"
	ruleAttributeMissing = "schema.attribute-missing"
)

// fault records a fault and goes on, up to the bound.
func (r *reader) fault(rule, reason string, at int, path, format string, args ...any) {
	if len(r.faults) == r.MaxFaults {
		return // one place may have several
	}
	r.faults = append(r.faults, Fault{Rule: rule, Path: path, Offset: at, Reason: reason, Text: fmt.Sprintf(format, args...)})
	for k := 1; k <= r.depth; k++ {
		f := &r.frames[k]
		if f.span >= 0 {
			r.spans[f.span].mark(flagBroken)
		}
		if f.part != nil {
			f.part.Faulty = true
		}
	}
	r.stop = r.stop || len(r.faults) >= r.MaxFaults
}

// fatal records a fault after which the rest cannot be read.
func (r *reader) fatal(rule string, at int, format string, args ...any) int {
	r.fault(rule, reasonFormat, at, r.path(), format, args...)
	r.stop = true
	return at
}

// path leads to the innermost open element.
func (r *reader) path() string {
	var path strings.Builder
	first := 1
	for k := 1; k <= r.depth; k++ {
		if r.frames[k].part != nil {
			first = k
		}
	}
	for k := first; k <= r.depth; k++ {
		f := &r.frames[k]
		_, local := splitName(r.text[f.nameFrom:f.nameTo])
		path.WriteString(step(f.particle, clip(local), f.position))
	}
	return path.String()
}

// step is one step of a path; elements that may repeat carry their position.
func step(p *Particle, local string, position int32) string {
	if p != nil && p.Repeats() {
		return "/" + local + "[" + strconv.Itoa(int(position)) + "]"
	}
	return "/" + local
}

// attrFault records a fault of an element whose tag is being read.
func (r *reader) attrFault(f *frame, rule, reason string, at int, format string, args ...any) {
	path := r.path()
	if f.part != nil {
		path = ""
		f.part.Faulty = true
	}
	if f.span >= 0 {
		r.spans[f.span].mark(flagBroken)
	}
	r.fault(rule, reason, at, path+step(f.particle, f.particle.Name, f.position), format, args...)
}

func (r *reader) textFault(at int) {
	f := &r.frames[r.depth]
	r.fault(ruleText, reasonFormat, at, r.path(), "%s holds elements; text may not stand in it", f.particle.Name)
}

// recover explains why the element may not stand here and says how to read on:
// the particle by which to check it, or nil to pass over it.
func (r *reader) recover(f *frame, i int, space, local string) *Particle {
	path := r.path()
	p, slot := f.typ.Element(local)
	if p == nil || space != r.schema.namespace {
		r.fault(ruleUnexpected, reasonUnexpected, i, path+"/"+clip(local), "%s; expected %s", r.stranger(f, space, local), expected(f))
		return nil
	}
	path += step(p, local, r.siblings(f, p)+1)
	switch {
	case f.taken == p:
		f.count++
		r.fault(ruleOccurs, reasonFormat, i, path, "%s may occur at most %s here", local, times(p.Max))
	case f.taken != nil && slot == f.slot:
		r.fault(ruleChoice, reasonFormat, i, path, "%s may not stand beside %s: only one of %s is allowed", local, f.taken.Name, alternatives(&f.typ.Slots[slot]))
	case f.taken != nil && slot < f.slot:
		if r.tooEarly(f, slot) {
			return r.step(f, space, local)
		}
		r.fault(ruleOrder, reasonFormat, i, path, "%s must stand before %s", local, f.taken.Name)
	default:
		before := jump{name: local, slot: f.slot, count: f.count, taken: f.taken, fault: len(r.faults), at: i, path: path}
		r.missing(f, slot, i)
		f.jump, f.taken, f.slot, f.count = before, p, slot, 1
	}
	return p
}

// jump remembers where an element stood before another came that left required
// ones out, so that those can still come: then the other came too early, and
// nothing is missing.
type jump struct {
	slot  int
	count int32
	taken *Particle
	name  string
	fault int // the first fault that was reported for it
	at    int
	path  string // of the element that came; empty when there was no jump
}

// tooEarly is called when an element of that slot comes behind its place. If
// the last jump left its slot out, it is the jump that was wrong: the faults
// found then are replaced by that one, and the state before it comes back.
func (r *reader) tooEarly(f *frame, slot int) bool {
	j := f.jump
	if j.path == "" || slot < j.slot || slot == j.slot && j.taken != nil {
		return false
	}
	parent := r.path() + "/"
	kept := r.faults[:j.fault]
	for _, fault := range r.faults[j.fault:] {
		if rest, below := strings.CutPrefix(fault.Path, parent); fault.Rule != ruleMissing || fault.Offset != j.at || !below || strings.Contains(rest, "/") {
			kept = append(kept, fault)
		}
	}
	r.faults = kept
	f.slot, f.count, f.taken, f.jump = j.slot, j.count, j.taken, jump{}
	r.fault(ruleOrder, reasonFormat, j.at, j.path, "%s may not stand here yet; expected %s", j.name, expected(f))
	return true
}

func (r *reader) stranger(f *frame, space, local string) string {
	if space == r.schema.namespace {
		return fmt.Sprintf("%s is not an element of %s (%s)", clip(local), f.particle.Name, f.typ.Name)
	}
	return fmt.Sprintf("%s is of namespace %s, not of the message's", clip(local), quote(space))
}

func times(n int32) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(int(n)) + " times"
}

// anyElement stands for a wildcard in paths and sentences.
const anyElement = "*"

func alternatives(s *Slot) string {
	names := make([]string, len(s.Alternatives))
	for k := range s.Alternatives {
		names[k] = s.Alternatives[k].Name
		if s.Alternatives[k].Any {
			names[k] = anyElement
		}
	}
	return strings.Join(names, "|")
}

// expected names what may come next.
func expected(f *frame) string {
	var names []string
	s := f.slot
	if a := f.taken; a != nil {
		if f.count < a.Max {
			names = append(names, a.Name)
		}
		s++
		if f.count < a.Min {
			s = len(f.typ.Slots)
		}
	}
	for ; s < len(f.typ.Slots); s++ {
		names = append(names, strings.Split(alternatives(&f.typ.Slots[s]), "|")...)
		if !f.typ.Slots[s].Optional {
			break
		}
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == "" })
	if len(names) == 0 {
		return "the end of " + f.particle.Name
	}
	if len(names) == 1 {
		return names[0]
	}
	return "one of " + list(names)
}

// missing reports the required slots between where f stands and slot.
func (r *reader) missing(f *frame, slot, at int) {
	s := f.slot
	if a := f.taken; a != nil {
		if f.count < a.Min {
			r.fault(ruleMissing, reasonMissing, at, r.path()+"/"+a.Name, "%s must occur at least %d times in %s", a.Name, a.Min, f.particle.Name)
		}
		s++
	}
	for ; s < slot; s++ {
		if required := &f.typ.Slots[s]; !required.Optional && !r.occurred(f, required) {
			names := alternatives(required)
			verb := "is missing in"
			switch {
			case names == anyElement:
				verb = "(any element) is missing in"
			case required.Choice():
				verb = "(one of them) is missing in"
			}
			r.fault(ruleMissing, reasonMissing, at, r.path()+"/"+names, "%s %s %s", names, verb, f.particle.Name)
		}
	}
}

// occurred tells whether an element of the slot came at a wrong place.
func (r *reader) occurred(f *frame, slot *Slot) bool {
	for k := range slot.Alternatives {
		if r.siblings(f, &slot.Alternatives[k]) > 0 {
			return true
		}
	}
	return false
}

// checkComplete reports what is required and has not come by the end.
func (r *reader) checkComplete(f *frame, at int) {
	if a := f.taken; a == nil || f.count < a.Min || int(f.typ.lastRequired) > f.slot {
		r.missing(f, len(f.typ.Slots), at)
	}
}
