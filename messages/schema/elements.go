package schema

import (
	"bytes"
	"slices"
	"strings"
)

// wrappers are the root elements around AppHdr and Document that scheme
// operators and vendors use, by local name: their namespaces vary by version.
var wrappers = []string{
	"Envelope", "RequestPayload", "ResponsePayload", "BusMsg", "BusinessMessage", "BizMsgEnvlp", "BizMsg", "DataPDU", "Body", "Message", "Msg",
	"FedNow", "FedNowIncoming", "FedNowOutgoing", "Fedwire", "FedwireFundsIncoming", "FedwireFundsOutgoing", "TCH", "TCHMessage",
}

func wrapper(local string) bool {
	return slices.Contains(wrappers, local) || strings.HasPrefix(local, "FedNow") || strings.HasPrefix(local, "Fedwire") || strings.HasPrefix(local, "TCH")
}

// open decides how the element that begins at b[i] is read and, inside a part,
// checks it against the schema.
func (r *reader) open(next *frame, i int, space, local string) {
	parent := &r.frames[r.depth]
	switch parent.mode {
	case modeWrapper:
		r.openInWrapper(next, i, space, local)
	case modeValue:
		if !parent.children {
			r.fault(ruleChild, reasonFormat, i, r.path(), "%s holds a value; element %s may not stand in it", parent.particle.Name, clip(local))
		}
		parent.children = true
	case modeTyped:
		r.openTyped(next, parent, i, space, local)
	case modeSkip:
	}
}

func (r *reader) openInWrapper(next *frame, i int, space, local string) {
	s := ByNamespace(space)
	unknown := s == nil && strings.HasPrefix(space, NamespacePrefix) && (local == "Document" || local == "AppHdr")
	if s == nil && !unknown {
		next.mode = modeWrapper
		if r.depth == 0 && !wrapper(local) {
			next.mode = modeSkip
			r.fault("envelope.unknown-root", reasonFormat, i, "/"+clip(local), "root element %s of namespace %s is neither an ISO 20022 message nor a known envelope", clip(local), quote(space))
		}
		return
	}
	part := &r.document
	if local == "AppHdr" || s != nil && strings.HasPrefix(s.id, "head.001") {
		part = &r.header
	}
	if part.Namespace != "" {
		r.fault("policy.second-document", reasonFormat, i, "/"+clip(local), "the envelope holds a second %s", clip(local))
		return
	}
	part.Namespace, part.Start, next.part = space, i, part
	if next.bindings > len(predeclared) {
		part.Inherited = slices.Clone(r.bindings[len(predeclared):next.bindings])
	}
	switch {
	case unknown:
		r.fault("schema.unknown-type", reasonFormat, i, "/"+local, "unknown message type %s: it is not among the %d compiled in", quote(strings.TrimPrefix(space, NamespacePrefix)), len(directory().decoded))
		part.Faulty = true
	case local != s.root.Name:
		part.ID = s.id
		part.Faulty = true
		r.fault("schema.root", reasonFormat, i, "/"+clip(local), "the root element of %s is %s, not %s", s.id, s.root.Name, clip(local))
	default:
		part.ID = s.id
		r.openRoot(next, s, part)
	}
}

func (r *reader) openRoot(next *frame, s *Schema, part *Part) {
	r.schema = s
	prefix, _ := splitName(r.text[next.nameFrom:next.nameTo])
	if r.prefix = ""; prefix != "" {
		r.prefix = r.text[next.nameFrom : next.nameFrom+len(prefix)+1]
	}
	r.ix.parts[r.ix.count] = partSpans{schema: s, first: len(r.spans)}
	r.ix.count++
	next.particle, next.typ, next.mode, next.position = &s.particles[0], s.root.Type, modeTyped, 1
	part.Root = Node{r.ix, len(r.spans)}
	r.addSpan(next)
	r.checkAttributes(next)
}

func (r *reader) addSpan(next *frame) {
	next.span = len(r.spans)
	r.spans = append(r.spans, newSpan(next.nameFrom-1, 0, 0, next.particle.index))
}

func (r *reader) openTyped(next, parent *frame, i int, space, local string) {
	a := r.step(parent, space, local)
	if a == nil {
		if a = r.recover(parent, i, space, local); a == nil {
			return
		}
	}
	next.particle, next.position = a, parent.count
	if parent.taken != a {
		next.position = r.siblings(parent, a) + 1
	}
	r.addSpan(next)
	if a.Any {
		return
	}
	next.typ, next.mode = a.Type, modeTyped
	if a.Type.Simple() {
		next.mode = modeValue
	}
	r.checkAttributes(next)
}

// siblings counts the children of the open element that a declares.
func (r *reader) siblings(parent *frame, a *Particle) (n int32) {
	for k := parent.span + 1; k < len(r.spans); k = r.spans[k].next() {
		if r.spans[k].particle() == int(a.index) {
			n++
		}
	}
	return n
}

// admits tells whether the particle stands for an element of that name.
func (p *Particle) admits(own bool, space, local string) bool {
	if p.Any {
		return p.AnySpace == "##any" || p.AnySpace == space
	}
	return own && p.Name == local
}

// step takes the next alternative for the element, or changes nothing and
// returns nil when the schema does not expect it here.
func (r *reader) step(f *frame, space, local string) *Particle {
	own := space == r.schema.namespace
	s := f.slot
	if a := f.taken; a != nil {
		if a.admits(own, space, local) && f.count < a.Max {
			f.count++
			return a
		}
		if f.count < a.Min {
			return nil
		}
		s++
	}
	for ; s < len(f.typ.Slots); s++ {
		slot := &f.typ.Slots[s]
		for k := range slot.Alternatives {
			if a := &slot.Alternatives[k]; a.admits(own, space, local) {
				f.take(a, s)
				return a
			}
		}
		if !slot.Optional {
			return nil
		}
	}
	return nil
}

// closeElement ends the innermost element; its end tag (or, if it closed
// itself, what follows its tag) is at b[i].
func (r *reader) closeElement(i int) {
	f := &r.frames[r.depth]
	switch f.mode {
	case modeTyped:
		if int(f.typ.lastRequired) >= f.slot {
			r.checkComplete(f, i)
		}
	case modeValue:
		if !f.children {
			r.checkValue(f, i)
		}
	case modeSkip, modeWrapper:
	}
	if f.span >= 0 {
		r.spans[f.span].close(i, len(r.spans))
	}
	if f.part != nil {
		f.part.End = i
		if !f.selfClosed {
			f.part.End = tagEnd(r.b, i)
		}
	}
	if f.declares {
		r.redeclared--
	}
	r.bindings = r.bindings[:f.bindings]
	r.depth--
}

// checkValue checks the value of f, whose content ends at b[i].
func (r *reader) checkValue(f *frame, i int) {
	content := r.b[f.content:i]
	value := r.text[f.content:i]
	if bytes.ContainsAny(content, "&<\r") {
		value = decodeContent(content)
		r.spans[f.span].mark(flagDecode)
	}
	if o := f.typ.check(value); o != nil {
		r.fault(o.rule, reasonFor(f.typ), f.content, r.path(), "%s: %s", f.particle.Name, o.text)
	}
}

// checkAttributes checks the attributes of the tag just read against the
// element's type: xsi:* are XSD's own, one may be the type's.
func (r *reader) checkAttributes(f *frame) {
	t := f.typ
	given := false
	for k := range r.attrs[:r.attrUsed] {
		a := &r.attrs[k]
		_, local := splitName(a.name)
		switch {
		case a.space == xmlnsNamespace:
		case a.space == xsiNamespace:
			r.checkInstance(f, a, local)
		case a.space == "" && local == t.AttrName:
			given = true
			if o := t.AttrType.check(decodeAttribute(a.value)); o != nil {
				r.attrFault(f, o.rule, reasonFor(t.AttrType), a.at, "attribute %s: %s", local, o.text)
			}
		default:
			r.attrFault(f, ruleAttribute, reasonUnexpected, a.at, "element %s has no attribute %s", f.particle.Name, clip(a.name))
		}
	}
	if t.AttrRequired && !given {
		r.attrFault(f, ruleAttributeMissing, reasonMissing, f.nameFrom-1, "element %s must have the attribute %s", f.particle.Name, t.AttrName)
	}
}

// checkInstance checks an attribute of the XMLSchema-instance namespace.
func (r *reader) checkInstance(f *frame, a *attr, local string) {
	switch local {
	case "schemaLocation", "noNamespaceSchemaLocation":
	case "type":
		value := strings.Trim(decodeAttribute(a.value), " ")
		prefix, name := splitName(value)
		if space, ok := r.lookup(prefix); !ok || strings.HasPrefix(value, ":") || space != r.schema.namespace || name != f.typ.Name {
			r.attrFault(f, "schema.type", reasonFormat, a.at, "xsi:type %s is not the type of %s, %s", quote(a.value), f.particle.Name, f.typ.Name)
		}
	case "nil":
		r.attrFault(f, "schema.nil", reasonFormat, a.at, "element %s cannot be nil", f.particle.Name)
	default:
		r.attrFault(f, ruleAttribute, reasonUnexpected, a.at, "element %s has no attribute %s", f.particle.Name, clip(a.name))
	}
}
