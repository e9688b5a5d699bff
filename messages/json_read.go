package messages

import (
	"fmt"

	"strings"

	"dragoman/messages/schema"
)

// FromJSON turns the JSON form of a message (see [Message.JSON]) into XML, in
// canonical form. The schema gives the elements their order. What the JSON form
// does not know is an error, always a [*JSONError]: an unknown name, a name
// given twice, a value of another kind, and anything that is not JSON. Whether
// the message is valid is then for [Read] to say.
func FromJSON(data []byte) ([]byte, error) {
	b := jsonReader{jsonScanner: jsonScanner{}, out: make([]byte, 0, len(data))}
	if len(data) > MaxJSONBytes {
		return nil, &JSONError{Path: "$", Line: 1, Column: 1, Text: fmt.Sprintf("the text has %d bytes; at most %d are read", len(data), MaxJSONBytes)}
	}
	b.text = string(data)
	if b.scan(); b.err == nil {
		b.message()
	}
	if b.err != nil {
		return nil, b.err
	}
	return b.out, nil
}

// jsonReader writes XML from scanned JSON.
type jsonReader struct {
	jsonScanner
	out       []byte
	exclusive schema.Exclusive
	placed    []int // values by the place of their element; see elements
	depth     int   // open elements
}

func (b *jsonReader) refuse(value int, format string, args ...any) bool {
	if b.err == nil {
		b.err = b.errorAt(int(b.values[value].at), b.path(value), format, args...)
	}
	return false
}

// want checks the kind of a value.
func (b *jsonReader) want(value int, kind jsonKind, what string) bool {
	got := b.values[value].kind
	return got == kind || b.refuse(value, "%s must be %s, not %s", what, jsonKindNames[kind], jsonKindNames[got])
}

// str is the value of a string that may stand in XML.
func (b *jsonReader) str(value int, what string) (string, bool) {
	if !b.want(value, jsonString, what) {
		return "", false
	}
	v := &b.values[value]
	s := b.decode(v.at, v.end, v.escaped)
	if schema.ForbiddenCharacter(s) {
		return "", b.refuse(value, "%s holds a character that XML forbids", what)
	}
	return s, true
}

// memberValues yields what is in the object, by name.
func (b *jsonReader) memberValues(object int) func(yield func(name string, value int) bool) {
	return func(yield func(string, int) bool) {
		for k := object + 1; k < int(b.values[object].next); k = int(b.values[k].next) {
			if !yield(b.keyOf(&b.values[k]), k) {
				return
			}
		}
	}
}

// message writes AppHdr and Document, and what is around them.
func (b *jsonReader) message() {
	if !b.want(0, jsonObject, "a message") {
		return
	}
	header, document, envelope := 0, 0, 0
	for name, value := range b.memberValues(0) {
		place := &document
		switch name {
		case jsonEnvelope:
			place = &envelope
		case "AppHdr":
			place = &header
		case "Document", "Xchg":
		default:
			b.refuse(value, "this is not part of a message; AppHdr, Document, Xchg and %s are", jsonEnvelope)
			return
		}
		if *place > 0 {
			b.refuse(value, "a message has only one of these; another stands before")
			return
		}
		*place = value
	}
	if header == 0 && document == 0 {
		b.refuse(0, "a message has an AppHdr or a Document")
		return
	}
	b.exclusive.Limit = maxForeignGrowth*len(b.text) + foreignRoom
	b.inEnvelope(header, document, envelope)
}

// inEnvelope writes the parts, each 0 if absent, into the envelope.
func (b *jsonReader) inEnvelope(header, document, envelope int) {
	var around [3]string // before, between and behind the parts
	first, second := header, document
	switch {
	case envelope > 0:
		var swap, ok bool
		if around, swap, ok = b.envelope(envelope, header > 0, document > 0); !ok {
			return
		}
		if swap {
			first, second = document, header
		}
	case header > 0 && document > 0:
		around = [3]string{plainEnvelope, "", plainEnvelopeEnd}
	}
	for k, part := range [...]int{first, second} {
		b.out = append(b.out, around[k]...)
		if part > 0 && !b.part(part) {
			return
		}
	}
	b.out = append(b.out, around[2]...)
}

// envelope cuts the envelope at the places of the parts; swap tells that the
// Document comes first.
func (b *jsonReader) envelope(value int, header, document bool) (around [3]string, swap, ok bool) {
	s, ok := b.str(value, jsonEnvelope)
	if !ok {
		return around, false, false
	}
	r := schema.Read([]byte(s), schema.Options{})
	for _, f := range r.Faults {
		if f.Rule != "schema.missing" { // the parts are empty
			return around, false, b.refuse(value, "the envelope cannot be used: %s", f.Text)
		}
	}
	if r.Header.Exists() != header || r.Document.Exists() != document {
		return around, false, b.refuse(value, "the envelope must hold an empty element for each part, and no other")
	}
	first, second := r.Header, r.Document
	if swap = header && document && second.Start < first.Start; swap {
		first, second = second, first
	}
	if !header {
		first.Start, first.End = 0, 0
	}
	if !document {
		second.Start, second.End = len(s), len(s)
	}
	return [3]string{s[:first.Start], s[first.End:second.Start], s[second.End:]}, swap, true
}

// part writes an AppHdr or a Document.
func (b *jsonReader) part(value int) bool {
	if !b.want(value, jsonObject, "it") {
		return false
	}
	namespace := ""
	for name, v := range b.memberValues(value) {
		if name == jsonNamespace {
			var ok bool
			if namespace, ok = b.str(v, jsonNamespace); !ok {
				return false
			}
			break
		}
	}
	name := b.keyOf(&b.values[value])
	s := schema.ByNamespace(namespace)
	switch {
	case namespace == "":
		return b.refuse(value, "%s, which names the type of the message, is missing", jsonNamespace)
	case s == nil:
		return b.refuse(value, "unknown message type %q", strings.TrimPrefix(namespace, schema.NamespacePrefix))
	case s.Root().Name != name:
		return b.refuse(value, "%s begins with %s", s.ID(), s.Root().Name)
	}
	b.exclusive.Rendered = append(b.exclusive.Rendered[:0], schema.Binding{URI: namespace})
	b.out = append(append(append(b.out, '<'), name...), ` xmlns="`+namespace+`">`...)
	b.depth = 1
	if !b.elements(s.Root().Type, value) {
		return false
	}
	b.endTag(name)
	return true
}

func (b *jsonReader) endTag(name string) {
	b.out = append(append(append(b.out, "</"...), name...), '>')
}
