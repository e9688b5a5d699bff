package schema

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// Bounds of what is read. Each is a policy of ours, not of XML.
const (
	// DefaultMaxBytes bounds the input unless Options says otherwise: ten
	// times the gateway's largest body.
	DefaultMaxBytes = 64 << 20
	// DefaultMaxFaults is how many faults are reported before reading stops.
	DefaultMaxFaults = 100
	// MaxDepth bounds nesting; the deepest ISO 20022 type is at 21.
	MaxDepth = 64
	// maxAttributes bounds the attributes of one element; real ones have four.
	maxAttributes = 64
	// maxBindings bounds the namespace declarations in force at one place: each
	// prefix is looked for among them. Real messages have under ten.
	maxBindings = 256
)

// Options bound a Read. The zero value means the defaults.
type Options struct {
	MaxBytes  int
	MaxFaults int
}

// Result is what a Read found.
type Result struct {
	Header   Part
	Document Part
	Faults   []Fault
}

// Read checks raw in one pass and indexes the AppHdr and the Document in it:
// either alone, or both under a wrapper. It never fails: what is wrong is in
// Result.Faults. raw must not be changed as long as the result is in use.
func Read(raw []byte, opt Options) Result {
	if opt.MaxBytes <= 0 {
		opt.MaxBytes = DefaultMaxBytes
	}
	if opt.MaxFaults <= 0 {
		opt.MaxFaults = DefaultMaxFaults
	}
	r, _ := readers.Get().(*reader)
	defer readers.Put(r)
	return r.read(raw, opt)
}

var readers = sync.Pool{New: func() any { return new(reader) }}

// mode says how the content of an open element is read.
type mode uint8

const (
	modeTyped   mode = iota // element of a schema with children
	modeValue               // element of a schema with a value, read the long way
	modeSkip                // well-formedness only
	modeWrapper             // around AppHdr and Document
)

// frame is one open element.
type frame struct {
	typ        *Type
	particle   *Particle // its declaration; nil in modeSkip and modeWrapper
	taken      *Particle // alternative taken in the current slot
	slot       int       // current slot of typ
	count      int32     // how often taken has occurred
	position   int32     // position among siblings of the same name
	span       int       // its span; -1 for none
	nameFrom   int
	nameTo     int
	content    int   // offset of its content
	bindings   int   // namespace bindings before it
	part       *Part // set on a part's root
	jump       jump
	mode       mode
	children   bool // a value that has child elements
	declares   bool // it declares namespaces inside a part
	selfClosed bool
}

// reader holds the state of one Read; it is pooled so that a Read allocates
// only what it returns.
type reader struct {
	Options
	b      []byte
	text   string
	ix     *Index
	spans  []span
	depth  int // open elements; frames[depth] is the innermost
	frames [MaxDepth + 2]frame

	bindings []Binding
	attrs    [maxAttributes]attr
	attrUsed int

	// The fast path serves elements of schema written with prefix, which is
	// bound to its namespace, while no element inside the part redeclares.
	schema     *Schema
	prefix     string
	redeclared int

	rootSeen bool
	stop     bool // a fatal fault was found
	faults   []Fault
	header   Part
	document Part
}

func (r *reader) read(raw []byte, opt Options) Result {
	r.reset(raw, opt)
	if i := r.prolog(); i >= 0 {
		r.run(i)
	}
	if !r.stop && len(r.faults) == 0 && !r.header.Exists() && !r.document.Exists() {
		r.fault("envelope.empty", reasonFormat, 0, "", "the envelope holds neither an AppHdr nor a Document")
	}
	r.abandon()
	r.ix.spans = r.spans
	if len(r.faults) > 0 {
		locate(raw, r.faults)
	}
	for _, part := range []*Part{&r.header, &r.document} {
		if part.Exists() && part.End == 0 {
			part.End, part.Faulty = len(raw), true
		}
	}
	res := Result{Header: r.header, Document: r.document, Faults: r.faults}
	// Nothing that belongs to the caller stays behind in the pool.
	r.b, r.text, r.ix, r.spans, r.faults = nil, "", nil, nil, nil
	r.header, r.document = Part{}, Part{}
	clear(r.bindings)
	clear(r.attrs[:r.attrUsed])
	return res
}

func (r *reader) reset(raw []byte, opt Options) {
	r.Options = opt
	r.b = raw
	r.text = unsafe.String(unsafe.SliceData(raw), len(raw)) //nolint:gosec // raw is not changed, see Read; saves a copy of every message
	r.depth, r.redeclared, r.attrUsed = 0, 0, 0
	r.rootSeen, r.stop = false, false
	r.schema, r.prefix = nil, ""
	r.bindings = append(r.bindings[:0], predeclared[:]...)
	r.frames[0] = frame{mode: modeWrapper, span: -1}
	r.ix = &Index{raw: raw, text: r.text}
	r.spans = nil
}

// predeclared are the namespaces in scope before anything is declared.
var predeclared = [...]Binding{{"xml", xmlNamespace}, {"xmlns", xmlnsNamespace}, {"", ""}}

// minElement is the shortest element that ISO 20022 repeats: <Id/>.
const minElement = 5

// fewSlashes: with no more than one '/' to so many bytes, their number is a
// good enough bound of the number of elements.
const fewSlashes = 16

// elements bounds the number of elements. Every one has a '/' of its own, in
// its end tag or in "/>"; where there are suspiciously many, such as in base64,
// the tags are counted.
func elements(b []byte) int {
	n := bytes.Count(b, []byte("/"))
	if n <= len(b)/fewSlashes {
		return n
	}
	n = 0
	for i := bytes.IndexByte(b, '<'); i >= 0; {
		rest := b[i:]
		skip := 1
		switch {
		case bytes.HasPrefix(rest, []byte(commentOpen)):
			skip = bytes.Index(rest, []byte(commentClose))
		case bytes.HasPrefix(rest, []byte(cdataOpen)):
			skip = bytes.Index(rest, []byte(cdataClose))
		case len(rest) > 1 && rest[1] != '/' && rest[1] != '?':
			n++
		}
		next := bytes.IndexByte(rest[max(skip, 0):], '<')
		if skip < 0 || next < 0 {
			break
		}
		i += skip + next
	}
	return min(n, len(b)/minElement+1)
}

// prolog checks what can be said of the whole input and reads the XML
// declaration. It returns where to go on, or -1.
func (r *reader) prolog() int {
	b := r.b
	switch {
	case len(b) > r.MaxBytes || len(b) > math.MaxInt32:
		r.fatal("policy.size", 0, "the input has %d bytes; at most %d are read", len(b), r.MaxBytes)
		return -1
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}), bytes.HasPrefix(b, []byte{0xff, 0xfe}),
		bytes.HasPrefix(b, []byte{0, '<'}), bytes.HasPrefix(b, []byte{'<', 0}), bytes.HasPrefix(b, []byte{0, 0}):
		r.fatal("policy.encoding", 0, "the input is UTF-16 or UTF-32; send UTF-8")
		return -1
	}
	i := 0
	if bytes.HasPrefix(b, byteOrderMark) {
		i = len(byteOrderMark)
	}
	if i = r.declaration(i); i < 0 {
		return -1
	}
	if !utf8.Valid(b) {
		at := 0
		for {
			c, size := utf8.DecodeRune(b[at:])
			if c == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		r.fatal("policy.utf8", at, "byte 0x%02X is not valid UTF-8 here", b[at])
		return -1
	}
	r.spans = make([]span, 0, elements(b))
	return i
}

// declaration reads <?xml version="1.x" encoding="UTF-8" standalone="…"?>.
func (r *reader) declaration(i int) int {
	if !strings.HasPrefix(r.text[i:], "<?xml") || i+5 >= len(r.b) || !space[r.b[i+5]] {
		return i
	}
	end := strings.Index(r.text[i:], piClose)
	if end < 0 {
		r.fatal("xml.declaration", i, "the XML declaration does not end with ?>")
		return -1
	}
	rest := r.text[i+5 : i+end]
	version, rest, ok := pseudoAttribute(rest, "version")
	if !ok {
		r.fatal("xml.declaration", i, `the XML declaration must begin with version="1.0"`)
		return -1
	}
	if !strings.HasPrefix(version, "1.") || len(version) < 3 || !allDigits(version[2:]) {
		r.fatal("policy.version", i, "the declared version of XML is %s; send 1.0", quote(version))
		return -1
	}
	encoding, rest, named := pseudoAttribute(rest, "encoding")
	standalone, rest, alone := pseudoAttribute(rest, "standalone")
	if skipSpace([]byte(rest), 0) != len(rest) || alone && standalone != "yes" && standalone != "no" {
		r.fatal("xml.declaration", i, "the XML declaration has %s where only version, encoding and standalone may stand, in that order", quote(strings.TrimSpace(rest)))
		return -1
	}
	if named && !strings.EqualFold(encoding, "UTF-8") {
		r.fatal("policy.encoding", i, "the declared encoding is %s; send UTF-8", quote(encoding))
		return -1
	}
	return i + end + len(piClose)
}

// pseudoAttribute cuts ` name="value"` from the front of s.
func pseudoAttribute(s, name string) (value, rest string, ok bool) {
	t := strings.TrimLeft(s, " \t\r\n")
	if t == s || !strings.HasPrefix(t, name) {
		return "", s, false
	}
	t, ok = strings.CutPrefix(strings.TrimLeft(t[len(name):], " \t\r\n"), "=")
	t = strings.TrimLeft(t, " \t\r\n")
	if !ok || t == "" || t[0] != '"' && t[0] != '\'' {
		return "", s, false
	}
	end := strings.IndexByte(t[1:], t[0])
	if end < 0 {
		return "", s, false
	}
	return t[1 : 1+end], t[2+end:], true
}

// run is the one pass. What it meets most, an element of the current schema
// without surprises, it does at once; everything else goes to general.
func (r *reader) run(i int) {
	b := r.b
	for !r.stop {
		for i < len(b) && space[b[i]] {
			i++
		}
		if i >= len(b) {
			r.end(i)
			return
		}
		if b[i] != '<' {
			i = r.charData(i)
			continue
		}
		f := &r.frames[r.depth]
		if i+1 < len(b) && b[i+1] == '/' && r.depth > 0 {
			name := r.text[f.nameFrom:f.nameTo]
			if e := i + 2 + len(name); e < len(b) && r.text[i+2:e] == name && b[e] == '>' {
				r.closeElement(i)
				i = e + 1
				continue
			}
		} else if f.mode == modeTyped && r.redeclared == 0 && i+fastWindow <= len(b) {
			if next := r.fast(f, i); next > 0 {
				i = next
				continue
			}
		}
		i = r.general(i)
	}
}

// fastWindow is how many bytes must follow for the fast path to read ahead
// without looking at the end of the input: more than any prefix, name and
// currency attribute it accepts.
const fastWindow = 128

// maxFastName bounds prefix and name on the fast path.
const maxFastName = 80

// fast reads the start tag at b[i] if it is the next element the type expects,
// written plainly; a value is read through to its end tag. It returns where to
// go on, or 0 when the long way must decide, with nothing changed.
func (r *reader) fast(f *frame, i int) int {
	b := r.b
	p := i + 1
	if r.prefix != "" {
		if r.text[p:p+len(r.prefix)] != r.prefix {
			return 0
		}
		p += len(r.prefix)
	}
	a, slot := f.match(b[p:p+maxFastName], binary.LittleEndian.Uint64(b[p:]))
	if a == nil {
		return 0
	}
	e := p + len(a.Name)
	t := a.Type
	if b[e] == '>' {
		if t.AttrRequired {
			return 0
		}
		e++
	} else if e = r.fastAttribute(t, e); e == 0 {
		return 0
	}
	if t.Kind != Complex {
		end, ok := t.scan(b, e)
		name := r.text[i+1 : p+len(a.Name)]
		after := end + 2 + len(name)
		if !ok || after >= len(b) || b[end] != '<' || b[end+1] != '/' || b[after] != '>' || r.text[end+2:after] != name {
			return 0
		}
		f.take(a, slot)
		r.spans = append(r.spans, newSpan(i, end, len(r.spans)+1, a.index))
		return after + 1
	}
	if r.depth >= MaxDepth {
		return 0
	}
	f.take(a, slot)
	r.push(frame{typ: t, particle: a, position: f.count, span: len(r.spans), nameFrom: i + 1, nameTo: p + len(a.Name), content: e, bindings: len(r.bindings), mode: modeTyped})
	r.spans = append(r.spans, newSpan(i, 0, 0, a.index))
	return e
}

// match finds the alternative whose name b begins with, among those that may
// come next. word is the first eight bytes of b.
func (f *frame) match(b []byte, word uint64) (*Particle, int) {
	slots := f.typ.Slots
	s := f.slot
	if a := f.taken; a != nil {
		if a.named(b, word) {
			if f.count < a.Max {
				return a, s
			}
			return nil, 0
		}
		if f.count < a.Min {
			return nil, 0
		}
		s++
	}
	for ; s < len(slots); s++ {
		slot := &slots[s]
		for k := range slot.Alternatives {
			if a := &slot.Alternatives[k]; a.named(b, word) {
				return a, s
			}
		}
		if !slot.Optional {
			break
		}
	}
	return nil, 0
}

// named tells whether b begins with the particle's name and the name ends there.
func (p *Particle) named(b []byte, word uint64) bool {
	if word&p.mask != p.key || p.mask == 0 {
		return false
	}
	n := len(p.Name)
	return n < maxFastName && (n <= 8 || string(b[8:n]) == p.Name[8:]) && (b[n] == '>' || b[n] == ' ')
}

func (f *frame) take(a *Particle, slot int) {
	if f.taken == a {
		f.count++
		return
	}
	f.taken, f.slot, f.count = a, slot, 1
}

// fastAttribute accepts exactly ` Ccy="EUR">` at b[e] and returns the offset
// behind it, or 0.
func (r *reader) fastAttribute(t *Type, e int) int {
	name := t.AttrName
	if name == "" || t.AttrType.automaton == nil || len(name) > 8 {
		return 0
	}
	b := r.b
	v := e + 1 + len(name) + 2
	if r.text[e+1:e+1+len(name)] != name || b[v-2] != '=' || b[v-1] != '"' {
		return 0
	}
	end, ok := t.AttrType.automaton.scan(b, v)
	if !ok || end+1 >= len(b) || b[end] != '"' || b[end+1] != '>' {
		return 0
	}
	return end + 2
}

// abandon ends the elements that the last fault left open at the end of the
// input: what was read in them can be viewed, a value that breaks off cannot.
func (r *reader) abandon() {
	for k := 1; k <= r.depth; k++ {
		r.abandonSpan(r.frames[k].span)
	}
	if last := len(r.spans) - 1; last >= 0 && r.spans[last].next() == 0 {
		r.abandonSpan(last) // its start tag had the fault
	}
}

func (r *reader) abandonSpan(i int) {
	if i < 0 {
		return
	}
	r.spans[i].close(len(r.b), len(r.spans))
	r.spans[i].mark(flagSelfClose | flagBroken)
}

func (r *reader) push(f frame) {
	r.depth++
	r.frames[r.depth] = f
}

// end is reached at the end of the input.
func (r *reader) end(i int) {
	switch {
	case r.depth > 0:
		f := &r.frames[r.depth]
		r.fatal("xml.end", i, "the input ends inside element %s", clip(r.text[f.nameFrom:f.nameTo]))
	case !r.rootSeen:
		r.fatal("xml.empty", i, "there is no element in the input")
	}
}
