package messages

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dragoman/messages/schema"
)

// Writer writes one Document, AppHdr or fragment of it. It works from the same
// tables as the reader, so that schema-invalid XML cannot come out of it: order
// is taken from the schema whatever the order of calls, every value is checked
// against its type, and what is missing, repeated or foreign is an error of
// Bytes. The first error stands; calls after it do nothing.
//
// An empty value and an optional element in which nothing was written are left
// out, so that a caller need not ask which of its fields are set.
//
// The zero Writer is of no use: begin with [NewWriter].
type Writer struct {
	schema *schema.Schema
	prefix string // with colon, of every element
	space  string // the default namespace; empty in a fragment, which does not know
	buf    []byte
	open   []openElement
	pieces []piece // children written so far of all open elements
	spare  []byte  // scratch for putting children in order
	err    error

	scratch    *scratch // where buf and its like come from; nil in a fragment
	hasForeign bool     // it was not made from the tables: Bytes looks at it again
}

// openElement is an element whose end tag is not written yet.
type openElement struct {
	particle *schema.Particle
	slot     int // of the parent's type
	start    int // offset of its '<'
	content  int // offset of its content
	pieces   int // first of its pieces
	disorder bool
}

// piece is one child that stands complete in buf, from where it starts to
// where the next one does.
type piece struct {
	particle *schema.Particle
	slot     int
	start    int
}

// WriteError says which element could not be written validly, and why.
type WriteError struct {
	Path string // as Fault.Path, without positions
	Rule string // as Fault.Rule
	Text string
}

func (e *WriteError) Error() string { return fmt.Sprintf("write %s: %s", e.Path, e.Text) }

// usualWriteDepth is how deep most messages nest.
const usualWriteDepth = 12

// NewWriter begins the part of that message identifier, such as
// pacs.002.001.14 or head.001.001.03.
func NewWriter(id string) *Writer {
	w := &Writer{schema: schema.Lookup(id)}
	if w.schema == nil {
		w.err = &WriteError{Path: "/", Rule: "schema.unknown-type", Text: fmt.Sprintf("message type %q is not compiled in", id)}
		return w
	}
	s := newScratch()
	w.scratch, w.buf, w.spare, w.open, w.pieces = s, s.buf, s.spare, s.open, s.pieces
	root := w.schema.Root()
	w.begin(openElement{particle: root})
	w.buf = append(w.buf[:len(w.buf)-1], ` xmlns="`...)
	w.space = w.schema.Namespace()
	w.buf = append(append(w.buf, w.space...), `">`...)
	w.open[0].content = len(w.buf)
	return w
}

// fragmentWriter writes children of an element of a received message, with the
// prefix that its elements have.
func fragmentWriter(parent Node) *Writer {
	w := &Writer{schema: parent.Schema()}
	if i := strings.IndexByte(parent.QName(), ':'); i >= 0 {
		w.prefix = parent.QName()[:i+1]
	}
	w.open = append(w.open, openElement{particle: parent.Particle()})
	return w
}

// ID is the message identifier that is being written.
func (w *Writer) ID() string {
	if w.schema == nil {
		return ""
	}
	return w.schema.ID()
}

// Version is the last number of the message identifier.
func (w *Writer) Version() int {
	id := w.ID()
	n, err := strconv.Atoi(id[strings.LastIndexByte(id, '.')+1:])
	if err != nil {
		return 0
	}
	return n
}

// Err is the first error; Bytes returns it too.
func (w *Writer) Err() error { return w.err }

// Has tells whether the open element can hold a child of that name in this
// version of the message.
func (w *Writer) Has(name string) bool {
	if w.err != nil {
		return false
	}
	p, _ := w.parent().particle.Type.Element(name)
	return p != nil
}

func (w *Writer) parent() *openElement { return &w.open[len(w.open)-1] }

// fail records the first error, at a child of the open element.
func (w *Writer) fail(rule, name, format string, args ...any) {
	if w.err != nil {
		return
	}
	var path strings.Builder
	for i := range w.open {
		path.WriteString("/" + w.open[i].particle.Name)
	}
	if name != "" {
		path.WriteString("/" + name)
	}
	w.err = &WriteError{Path: path.String(), Rule: rule, Text: fmt.Sprintf(format, args...)}
}

// child finds the declaration of a child of the open element.
func (w *Writer) child(name string) (*schema.Particle, int) {
	if w.err != nil {
		return nil, 0
	}
	o := w.parent()
	from := 0
	if len(w.pieces) > o.pieces {
		from = w.pieces[len(w.pieces)-1].slot
	}
	p, slot := o.particle.Type.ElementFrom(name, from)
	if p == nil {
		w.fail("schema.unexpected", name, "%s has no element %s in %s", o.particle.Name, name, w.schema.ID())
	}
	return p, slot
}

// Open begins a child that holds elements; Close ends it.
func (w *Writer) Open(name string) {
	p, slot := w.child(name)
	if p == nil {
		return
	}
	if p.Type.Simple() {
		w.fail("schema.child", name, "%s holds a value, not elements", name)
		return
	}
	w.begin(openElement{particle: p, slot: slot})
}

func (w *Writer) begin(o openElement) {
	o.start, o.pieces = len(w.buf), len(w.pieces)
	w.buf = append(w.buf, '<')
	w.buf = append(append(w.buf, w.prefix...), o.particle.Name...)
	w.buf = append(w.buf, '>')
	o.content = len(w.buf)
	w.open = append(w.open, o)
}

// Close ends the innermost open element.
func (w *Writer) Close() {
	if w.err != nil {
		return
	}
	if len(w.open) == 1 {
		w.fail("schema.order", "", "Close without Open")
		return
	}
	o := *w.parent()
	empty := len(w.pieces) == o.pieces
	if empty && o.particle.Min == 0 {
		w.buf = w.buf[:o.start]
		w.open = w.open[:len(w.open)-1]
		return
	}
	if w.complete(); w.err != nil {
		return
	}
	w.endTag(o.particle.Name)
	w.pieces = w.pieces[:o.pieces]
	w.open = w.open[:len(w.open)-1]
	w.add(o.particle, o.slot, o.start)
}

func (w *Writer) endTag(name string) {
	w.buf = append(append(w.buf, '<', '/'), w.prefix...)
	w.buf = append(append(w.buf, name...), '>')
}

// add counts a finished child of the open element.
func (w *Writer) add(p *schema.Particle, slot, start int) {
	o := w.parent()
	if len(w.pieces) > o.pieces && w.pieces[len(w.pieces)-1].slot > slot {
		o.disorder = true
	}
	w.pieces = append(w.pieces, piece{p, slot, start})
}

// complete puts the children of the open element in schema order and checks
// occurrence, choices and what is required.
func (w *Writer) complete() {
	o := w.parent()
	if o.disorder {
		w.reorder(o)
	}
	done := w.pieces[o.pieces:]
	for s := range o.particle.Type.Slots {
		slot := &o.particle.Type.Slots[s]
		n := 0
		for n < len(done) && done[n].slot == s {
			if done[n].particle != done[0].particle {
				w.fail("schema.choice", done[n].particle.Name, "%s may not stand beside %s", done[n].particle.Name, done[0].particle.Name)
				return
			}
			n++
		}
		switch {
		case n == 0 && slot.Optional:
		case n == 0:
			w.fail("schema.missing", slot.Alternatives[0].Name, "it is missing in %s", o.particle.Name)
			return
		case n > int(done[0].particle.Max) || n < int(done[0].particle.Min):
			w.fail("schema.occurs", done[0].particle.Name, "it occurs %d times", n)
			return
		}
		done = done[n:]
	}
}

// reorder moves the children of o into the order of their slots; children of
// one slot keep the order in which they were written.
func (w *Writer) reorder(o *openElement) {
	done := w.pieces[o.pieces:]
	w.spare = append(w.spare[:0], w.buf[o.content:]...)
	type extent struct {
		piece
		end int
	}
	parts := make([]extent, len(done))
	for i, p := range done {
		parts[i] = extent{p, len(w.buf)}
		if i+1 < len(done) {
			parts[i].end = done[i+1].start
		}
	}
	slices.SortStableFunc(parts, func(a, b extent) int { return a.slot - b.slot })
	w.buf = w.buf[:o.content]
	for i, p := range parts {
		done[i] = piece{p.particle, p.slot, len(w.buf)}
		w.buf = append(w.buf, w.spare[p.start-o.content:p.end-o.content]...)
	}
}

// Text writes a child with a value. An empty value is left out.
func (w *Writer) Text(name, value string) { w.value(name, "", value) }

// Maybe is Text for an element that not every version of the message has:
// where it has none, nothing is written.
func (w *Writer) Maybe(name, value string) {
	if value != "" && w.Has(name) {
		w.Text(name, value)
	}
}

// Amount writes a child with an amount of money and its currency.
func (w *Writer) Amount(name string, m Money) {
	w.value(name, m.Currency().Code(), m.Amount())
}

// AmountText is Amount for a decimal as it was received, digit for digit.
func (w *Writer) AmountText(name, currency, decimal string) { w.value(name, currency, decimal) }

// Number writes a child with a count.
func (w *Writer) Number(name string, n int) { w.value(name, "", strconv.Itoa(n)) }

// Flag writes a child that says true or false.
func (w *Writer) Flag(name string, b bool) { w.value(name, "", strconv.FormatBool(b)) }

func (w *Writer) value(name, attribute, value string) {
	if value == "" && attribute == "" || w.err != nil {
		return
	}
	p, slot := w.child(name)
	if p == nil {
		return
	}
	t, plain := p.Type, isPlain(value)
	switch {
	case !t.Simple():
		w.fail("schema.text", name, "%s holds elements, not a value", name)
	case !plain && !utf8.ValidString(value):
		w.fail("policy.utf8", name, "the value is not UTF-8")
	case (t.AttrName == "") != (attribute == ""):
		w.fail("schema.attribute", name, "an amount has a currency and nothing else has")
	case attribute != "":
		w.check(t.AttrType, name, attribute, false)
	}
	if w.check(t, name, value, plain); w.err != nil {
		return
	}
	start := len(w.buf)
	w.buf = append(append(append(w.buf, '<'), w.prefix...), name...)
	if attribute != "" {
		w.buf = append(append(w.buf, ' '), t.AttrName...)
		w.buf = append(schema.AppendAttribute(append(w.buf, '=', '"'), attribute), '"')
	}
	w.buf = append(w.buf, '>')
	if plain {
		w.buf = append(w.buf, value...)
	} else {
		w.buf = schema.AppendText(w.buf, value)
	}
	w.endTag(name)
	w.add(p, slot, start)
}

// isPlain tells of a text that needs no look at its characters: printable
// ASCII without markup, as most values are.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '&' || c == '<' || c == '>' {
			return false
		}
	}
	return true
}

func (w *Writer) check(t *schema.Type, name, value string, plain bool) {
	if w.err != nil {
		return
	}
	if rule, text, ok := t.CheckValue(value); !ok {
		w.fail(rule, name, "%s", text)
	} else if !plain && schema.ForbiddenCharacter(value) {
		w.fail("xml.character", name, "the value holds a character that XML forbids")
	}
}

// Copy writes a received element, and all below it, as a child of the open
// element under the same name. What this version of the message cannot hold is
// an error.
func (w *Writer) Copy(n Node) { w.CopyAs(n.Name(), n) }

// CopyAs is Copy under another name.
func (w *Writer) CopyAs(name string, n Node) {
	switch t := n.Type(); {
	case !n.Exists():
	case t == nil:
		w.wildcard(n)
	case !t.Simple():
		w.Open(name)
		for c := range n.Children() {
			w.Copy(c)
		}
		w.Close()
	case t.AttrName != "":
		w.AmountText(name, n.Attr(t.AttrName), n.Text())
	default:
		w.Text(name, n.Text())
	}
}

// wildcard writes foreign content where the schema has a wildcard.
func (w *Writer) wildcard(n Node) {
	if w.err != nil {
		return
	}
	o := w.parent()
	for s := range o.particle.Type.Slots {
		if p := &o.particle.Type.Slots[s].Alternatives[0]; p.Any {
			start := len(w.buf)
			w.buf = append(w.buf, w.foreign(n)...)
			w.hasForeign = true
			w.add(p, s, start)
			return
		}
	}
	w.fail("schema.unexpected", n.Name(), "%s has no place for foreign content", o.particle.Name)
}

// Bytes ends the part and returns it: <Document xmlns="…">…</Document>.
func (w *Writer) Bytes() ([]byte, error) {
	if w.err == nil && len(w.open) != 1 {
		w.fail("schema.order", "", "%d elements are still open", len(w.open)-1)
	}
	if w.err == nil {
		w.complete()
	}
	defer w.release()
	if w.err != nil {
		return nil, w.err
	}
	w.endTag(w.open[0].particle.Name)
	out := bytes.Clone(w.buf)
	w.err = errWritten
	if w.hasForeign {
		if faults := schema.Read(out, schema.Options{MaxBytes: len(out)}).Faults; len(faults) > 0 {
			w.err = &WriteError{Path: faults[0].Path, Rule: faults[0].Rule, Text: faults[0].Text}
			return nil, w.err
		}
	}
	return out, nil
}

var errWritten = &WriteError{Path: "/", Rule: "schema.order", Text: "the message is already written"}

// EnvelopeNamespace is that of the element in which header and document travel
// together.
const EnvelopeNamespace = "urn:swift:xsd:envelope"

// Envelope puts a written header and document into one message.
func Envelope(header, document []byte) []byte {
	out := make([]byte, 0, len(header)+len(document)+160)
	out = append(out, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<Envelope xmlns="`+EnvelopeNamespace+`">`...)
	out = append(append(out, header...), document...)
	return append(out, "</Envelope>\n"...)
}
