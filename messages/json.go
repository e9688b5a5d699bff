package messages

import (
	"fmt"
	"slices"

	"dragoman/messages/schema"
)

// Names of the JSON form that are no names of elements; see [Message.JSON].
const (
	jsonText      = "#"
	jsonXML       = "#xml"
	jsonEnvelope  = "#envelope"
	jsonNamespace = "@xmlns"
	jsonAttribute = "@" // and the attribute's name
)

// JSON is the message in JSON, which [FromJSON] turns back without loss. The
// message must be valid by its schemas.
//
//	{"AppHdr": {"@xmlns": "urn:iso:…:head.001.001.02", "Fr": {…}, …},
//	 "Document": {"@xmlns": "urn:iso:…:pacs.008.001.08",
//	   "FIToFICstmrCdtTrf": {
//	     "GrpHdr": {"MsgId": "A1", "NbOfTxs": "1", …},
//	     "CdtTrfTxInf": [{…, "IntrBkSttlmAmt": {"@Ccy": "EUR", "#": "12.00"}, …}],
//	     "SplmtryData": [{"Envlp": {"#xml": "<x:Note xmlns:x=\"urn:x\">…</x:Note>"}}]}}}
//
// An element is a member under its name: an object if it holds elements, else a
// string. The order of members says nothing; the schema knows it.
//
// An element that may repeat is an array, also where it stands once.
//
// Every value is a string as received, numbers and booleans as well: a JSON
// number would lose 1.00 against 1.0 and its 17th digit in most programs, and a
// JSON boolean 1 against true.
//
// An element with an attribute is an object: "@Ccy" the attribute, "#" the
// value. "@xmlns" stands in the root element and names its type and version.
//
// What stands at a wildcard is XML as text under "#xml"; it declares all the
// namespaces it uses.
//
// AppHdr and Document together were in a wrapper. Unless that is a plain
// <Envelope>, it is kept as XML text under "#envelope", with an empty AppHdr and
// Document to show their places.
func (m *Message) JSON() ([]byte, error) {
	if !m.Valid() {
		return nil, fmt.Errorf("a message that is not valid has no JSON form: %s: %s", m.faults[0].Path, m.faults[0].Text)
	}
	w := jsonWriter{out: make([]byte, 0, len(m.raw))}
	w.out = append(w.out, '{')
	ok := w.envelope(m)
	for _, part := range []Part{m.header, m.document} {
		if part.Exists() && ok {
			if len(w.out) > 1 {
				w.out = append(w.out, ',')
			}
			ok = w.element(part.Root)
		}
	}
	if !ok {
		return nil, fmt.Errorf("the foreign content of the message would become more than %d times the message", maxForeignGrowth)
	}
	return append(w.out, '}'), nil
}

// ToJSON is one element and all that is in it in JSON, {"Document":{…}}. It is
// nil where [Canonical] is. [FromJSON] reads back the root element of a part.
func ToJSON(n Node) []byte {
	if !n.Exists() || n.Faulty() {
		return nil
	}
	w := jsonWriter{out: make([]byte, 0, len(n.Raw()))}
	w.out = append(w.out, '{')
	if !w.element(n) {
		return nil
	}
	return append(w.out, '}')
}

// jsonWriter writes the JSON of one message.
type jsonWriter struct {
	out     []byte
	open    [schema.MaxDepth]openLevel
	depth   int
	foreign foreignContent
	xml     []byte // a wildcard's content before it is escaped
}

// element writes the member of n. It returns false when foreign content grows
// beyond bound.
func (w *jsonWriter) element(root Node) bool {
	w.foreign.forget()
	w.foreign.start(root, schema.AnyNamespace)
	for e := range root.Walk() {
		at := e.Offset()
		for w.depth > 0 && w.open[w.depth-1].end <= at {
			w.closeElement()
		}
		if w.depth > 0 {
			w.key(e)
		} else {
			w.name(e)
		}
		if !w.value(e) {
			return false
		}
	}
	for w.depth > 0 {
		w.closeElement()
	}
	return true
}

// key writes what leads to the value of e: nothing but a comma if e continues
// an array.
func (w *jsonWriter) key(e Node) {
	parent, p := &w.open[w.depth-1], e.Particle()
	last := parent.last
	parent.last = p
	if last == p {
		w.out = append(w.out, ',')
		return
	}
	if last != nil && last.Repeats() {
		w.out = append(w.out, ']')
	}
	if last != nil || w.depth == 1 { // "@xmlns" stands before
		w.out = append(w.out, ',')
	}
	w.name(e)
	if p.Repeats() {
		w.out = append(w.out, '[')
	}
}

func (w *jsonWriter) name(e Node) {
	name := e.Name()
	if e.Wildcard() {
		name = jsonXML
	}
	w.out = append(append(append(w.out, '"'), name...), `":`...)
}

func (w *jsonWriter) value(e Node) bool {
	if e.Wildcard() {
		var ok bool
		if w.xml, ok = w.foreign.append(w.xml[:0], e, w.open[:w.depth]); ok {
			w.out = appendJSONString(w.out, string(w.xml))
		}
		return ok
	}
	t := e.Type()
	if !t.Simple() {
		w.out = append(w.out, '{')
		if w.depth == 0 {
			w.out = appendJSONString(append(w.out, `"@xmlns":`...), e.Schema().Namespace())
		}
		_, end := e.Content()
		w.open[w.depth] = openLevel{node: e, end: end}
		w.depth++
		return true
	}
	if t.AttrName == "" {
		w.out = appendJSONString(w.out, elementValue(e, t))
		return true
	}
	w.out = append(append(append(w.out, `{"@`...), t.AttrName...), `":`...)
	w.out = appendJSONString(w.out, e.Attr(t.AttrName))
	w.out = append(appendJSONString(append(w.out, `,"#":`...), elementValue(e, t)), '}')
	return true
}

func (w *jsonWriter) closeElement() {
	w.depth--
	w.foreign.leave(w.depth)
	if last := w.open[w.depth].last; last != nil && last.Repeats() {
		w.out = append(w.out, ']')
	}
	w.out = append(w.out, '}')
}

// envelope writes the member "#envelope" if it is needed.
func (w *jsonWriter) envelope(m *Message) bool {
	x := schema.Exclusive{Trim: true, Limit: maxForeignGrowth*len(m.raw) + foreignRoom}
	plain := ""
	for _, part := range []Part{m.header, m.document} {
		if part.Exists() {
			x.Holes = append(x.Holes, schema.Hole{Start: part.Start, End: part.End, Text: emptyPart(part)})
			plain += emptyPart(part)
		}
	}
	if len(x.Holes) == 2 {
		plain = plainEnvelope + plain + plainEnvelopeEnd
	}
	slices.SortFunc(x.Holes, func(a, b schema.Hole) int { return a.Start - b.Start })
	wrapped, ok := x.Append(nil, string(m.raw))
	if ok && string(wrapped) != plain {
		w.out = append(append(w.out, '"'), jsonEnvelope+`":`...)
		w.out = appendJSONString(w.out, string(wrapped))
	}
	return ok
}

// emptyPart shows the place of a part in an envelope.
func emptyPart(p Part) string {
	name := p.Root.Name()
	return "<" + name + ` xmlns="` + p.Namespace + `"></` + name + ">"
}

// The wrapper of AppHdr and Document where none was given.
const (
	plainEnvelope    = "<Envelope>"
	plainEnvelopeEnd = "</Envelope>"
)

// appendJSONString appends s, which holds only characters that XML allows, as a
// JSON string.
func appendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(append(dst, s[from:i]...), '\\')
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, c)
		case '\n':
			dst = append(dst, 'n')
		case '\r':
			dst = append(dst, 'r')
		default:
			dst = append(dst, 't')
		}
	}
	return append(append(dst, s[from:]...), '"')
}
