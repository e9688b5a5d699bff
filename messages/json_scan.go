package messages

import (
	"fmt"
	"strconv"
	"strings"

	"dragoman/messages/schema"
)

// JSONError says why a text is not the JSON form of a message.
type JSONError struct {
	// Path leads to the place, $.Document.FIToFICstmrCdtTrf.CdtTrfTxInf[2].Amt;
	// the first item of an array is 0.
	Path string
	// Offset counts bytes; Line and Column count from one, Column in characters.
	Offset, Line, Column int
	// Text is a sentence for a person.
	Text string
}

func (e *JSONError) Error() string {
	return fmt.Sprintf("JSON, line %d, column %d, %s: %s", e.Line, e.Column, e.Path, e.Text)
}

// Bounds of what [FromJSON] reads.
const (
	// MaxJSONBytes bounds the text: as much as an XML message may have.
	MaxJSONBytes = schema.DefaultMaxBytes
	// maxJSONDepth bounds nesting: each element of a message may be an array
	// and an object.
	maxJSONDepth = 2*schema.MaxDepth + 1
)

// jsonKind is what a JSON value is.
type jsonKind uint8

const (
	jsonObject jsonKind = iota
	jsonArray
	jsonString
)

var jsonKindNames = [...]string{"an object", "an array", "a string"}

// jsonValue is where one value lies: flat, in the order of the text, each
// followed by what is in it. It has 24 bytes and stands for at least three of
// the text.
type jsonValue struct {
	at, end       uint32 // of a string without its quotes; end only of a string
	key, keyEnd   uint32 // of its name in an object, without quotes
	next          uint32 // index of the first value behind it; 0 while it is open
	kind          jsonKind
	escaped       bool
	keyEscaped    bool
	insideAnArray bool
}

// jsonScanner cuts a text into values, strictly by RFC 8259; beyond that it
// refuses a surrogate without its other half, which is no character.
type jsonScanner struct {
	text   string
	i      int
	values []jsonValue
	err    error
}

// scan reads the whole text.
func (s *jsonScanner) scan() {
	s.space()
	s.value(jsonValue{}, 0)
	if s.space(); s.err == nil && s.i < len(s.text) {
		s.fail(s.i, "there is text behind the end of the value")
	}
}

func (s *jsonScanner) fail(at int, format string, args ...any) bool {
	if s.err == nil {
		s.err = s.errorAt(at, s.path(len(s.values)), format, args...)
	}
	return false
}

func (s *jsonScanner) errorAt(at int, path, format string, args ...any) error {
	line, column := schema.Locate([]byte(s.text), at)
	return &JSONError{Path: path, Offset: at, Line: line, Column: column, Text: fmt.Sprintf(format, args...)}
}

func (s *jsonScanner) space() {
	for s.i < len(s.text) && strings.IndexByte(" \t\r\n", s.text[s.i]) >= 0 {
		s.i++
	}
}

// peek is the next byte, or 0 at the end; NUL cannot stand outside a string.
func (s *jsonScanner) peek() byte {
	if s.i < len(s.text) {
		return s.text[s.i]
	}
	return 0
}

// value reads one value, of which v already holds the key.
func (s *jsonScanner) value(v jsonValue, depth int) bool {
	if depth > maxJSONDepth {
		return s.fail(s.i, "values are nested more than %d deep", maxJSONDepth)
	}
	index, ok := len(s.values), false
	v.at = uint32(s.i) //nolint:gosec // below MaxJSONBytes
	s.values = append(s.values, v)
	switch s.peek() {
	case '{':
		v.kind = jsonObject
		ok = s.members(v.kind, depth)
	case '[':
		v.kind = jsonArray
		ok = s.members(v.kind, depth)
	case '"':
		v.kind = jsonString
		v.at, v.end, v.escaped, ok = s.str()
	default:
		s.refuseBare()
	}
	if ok {
		v.next = uint32(len(s.values)) //nolint:gosec // below MaxJSONBytes
		s.values[index] = v
	}
	return ok
}

// members reads an object or an array from its opening bracket to its end.
func (s *jsonScanner) members(kind jsonKind, depth int) bool {
	end := byte('}')
	if kind == jsonArray {
		end = ']'
	}
	s.i++
	if s.space(); s.peek() == end {
		s.i++
		return true
	}
	for {
		s.space()
		v := jsonValue{insideAnArray: kind == jsonArray}
		if kind == jsonObject && !s.memberKey(&v) {
			return false
		}
		if !s.value(v, depth+1) {
			return false
		}
		s.space()
		switch s.peek() {
		case end:
			s.i++
			return true
		case ',':
			s.i++
		default:
			return s.fail(s.i, "a comma or %q must stand here", end)
		}
	}
}

func (s *jsonScanner) memberKey(v *jsonValue) (ok bool) {
	if s.peek() != '"' {
		return s.fail(s.i, "a name in double quotes must stand here")
	}
	if v.key, v.keyEnd, v.keyEscaped, ok = s.str(); !ok {
		return false
	}
	if s.space(); s.peek() != ':' {
		return s.fail(s.i, "a colon must stand here")
	}
	s.i++
	s.space()
	return true
}

func (s *jsonScanner) keyOf(v *jsonValue) string { return s.decode(v.key, v.keyEnd, v.keyEscaped) }

// path leads to the value of that index, or to the innermost one around it that
// was read.
func (s *jsonScanner) path(index int) string {
	path := "$"
	for i := 0; i != index; {
		k, item := i+1, 0
		for k < len(s.values) && s.values[k].next != 0 && int(s.values[k].next) <= index {
			k = int(s.values[k].next)
			item++
		}
		if k >= len(s.values) {
			break
		}
		if v := &s.values[k]; v.insideAnArray {
			path += "[" + strconv.Itoa(item) + "]"
		} else {
			path += "." + s.keyOf(v)
		}
		i = k
	}
	return path
}
