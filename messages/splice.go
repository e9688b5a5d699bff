package messages

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dragoman/messages/schema"
)

// Splice changes named fields of a received part and leaves every other byte
// as it came: remittance, regulatory and supplementary data, white space,
// comments and prefixes included. Edits are collected in any order and carried
// out by Bytes, which reads the outcome again and refuses to return what the
// schema does not allow.
//
// What a part inherits from an envelope (namespace declarations) is added to
// its root element; nothing else is.
type Splice struct {
	raw   []byte
	part  Part
	id    string // message identifier of the outcome
	edits []edit
	err   error
}

// edit replaces raw[from:to]; insertions have from == to and keep their order.
type edit struct {
	from, to int
	with     []byte
}

// ErrSplice is wrapped by every error of Bytes but schema faults.
var ErrSplice = errors.New("splice")

// SpliceError says that the outcome would not be valid.
type SpliceError struct{ Faults []Fault }

func (e *SpliceError) Error() string {
	return fmt.Sprintf("splice: the outcome is not valid: %s: %s", e.Faults[0].Path, e.Faults[0].Text)
}

// NewSplice begins to change a part of m, its header or its document. The part
// must be valid.
func NewSplice(m *Message, part Part) *Splice {
	s := &Splice{raw: m.raw, part: part, id: part.ID}
	if !part.Root.Exists() || part.Faulty {
		s.fail("the part is absent or not valid")
	}
	return s
}

func (s *Splice) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("%w: "+format, append([]any{ErrSplice}, args...)...)
	}
}

// mine checks that a node exists and lies in the part.
func (s *Splice) mine(n Node, what string) bool {
	if s.err == nil && (!n.Exists() || n.Offset() < s.part.Start || n.Offset() >= s.part.End) {
		s.fail("%s: no such element in the part", what)
	}
	return s.err == nil
}

func (s *Splice) edit(from, to int, with []byte) {
	s.edits = append(s.edits, edit{from, to, with})
}

// Set replaces the value of an element.
func (s *Splice) Set(n Node, value string) {
	if !s.mine(n, "set") {
		return
	}
	if !n.Type().Simple() || n.SelfClosed() {
		s.fail("set %s: it holds no value", n.Path())
		return
	}
	from, to := n.Content()
	s.edit(from, to, appendEscaped(nil, value))
}

// SetAmount replaces amount and currency of an element; other attributes of
// its tag, such as namespace declarations, go.
func (s *Splice) SetAmount(n Node, m Money) {
	if s.mine(n, "set amount") {
		s.Replace(n, func(w *Writer) { w.Amount(n.Name(), m) })
	}
}

// Replace puts what write writes, one or more elements, in the place of n.
func (s *Splice) Replace(n Node, write func(*Writer)) {
	if !s.mine(n, "replace") {
		return
	}
	if fragment, ok := s.fragment(n.Parent(), write); ok {
		s.edit(n.Offset(), n.Offset()+len(n.Raw()), fragment)
	}
}

// fragment writes children of parent.
func (s *Splice) fragment(parent Node, write func(*Writer)) ([]byte, bool) {
	if !parent.Exists() {
		s.fail("the root of a part cannot be replaced")
		return nil, false
	}
	w := fragmentWriter(parent)
	write(w)
	if w.err == nil && len(w.open) != 1 {
		w.fail("schema.order", "", "%d elements are still open", len(w.open)-1)
	}
	if w.err != nil {
		s.fail("%w", w.err)
	}
	return w.buf, w.err == nil
}

// Delete removes an element.
func (s *Splice) Delete(n Node) {
	if s.mine(n, "delete") {
		s.edit(n.Offset(), n.Offset()+len(n.Raw()), nil)
	}
}

// Only removes all siblings of n that have its name: a batch becomes the
// message of one transaction.
func (s *Splice) Only(n Node) {
	if !s.mine(n, "only") {
		return
	}
	first, last := n, n
	for sibling := range n.Parent().All(n.Name()) {
		if sibling.Offset() < first.Offset() {
			first = sibling
		}
		last = sibling
	}
	end := n.Offset() + len(n.Raw())
	s.edit(first.Offset(), n.Offset(), nil)
	s.edit(end, max(end, last.Offset()+len(last.Raw())), nil)
}

// Insert adds what write writes, elements of one name, as children of parent
// at their place in the schema: behind those of the same name that are there.
func (s *Splice) Insert(parent Node, name string, write func(*Writer)) {
	if !s.mine(parent, "insert") {
		return
	}
	t := parent.Type()
	particle, slot := t.Element(name)
	if particle == nil || parent.SelfClosed() {
		s.fail("insert %s: %s cannot hold it", name, parent.Path())
		return
	}
	at, _ := parent.Content()
	for c := range parent.Children() {
		if _, other := t.Element(c.Name()); other <= slot {
			at = c.Offset() + len(c.Raw())
		}
	}
	if fragment, ok := s.fragment(parent, write); ok {
		s.edit(at, at, fragment)
	}
}

// Relabel gives the part the namespace of another version of the same message.
// Bytes then tells whether the content is valid there.
func (s *Splice) Relabel(id string) {
	if s.err != nil {
		return
	}
	if schema.Lookup(id) == nil || KindOf(id) != KindOf(s.id) {
		s.fail("relabel: %s is not another version of %s", id, s.id)
		return
	}
	s.id = id
}

// Bytes carries the edits out.
func (s *Splice) Bytes() ([]byte, error) {
	if s.err != nil {
		return nil, s.err
	}
	if len(s.edits) == 0 && s.id == s.part.ID && len(s.part.Inherited) == 0 {
		return s.raw[s.part.Start:s.part.End], nil
	}
	edits := slices.Concat(s.namespaces(), s.edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	out := make([]byte, 0, s.part.End-s.part.Start+1024)
	at := s.part.Start
	for _, e := range edits {
		if e.from < at {
			return nil, fmt.Errorf("%w: two edits overlap at byte %d", ErrSplice, e.from)
		}
		out = append(append(out, s.raw[at:e.from]...), e.with...)
		at = e.to
	}
	out = append(out, s.raw[at:s.part.End]...)
	if read := schema.Read(out, schema.Options{}); len(read.Faults) > 0 {
		return nil, &SpliceError{read.Faults}
	}
	return out, nil
}

// namespaces edits the root's start tag: declarations that the part inherits
// and uses are added, and the message's own namespace is renamed if it has to.
func (s *Splice) namespaces() (edits []edit) {
	root := s.part.Root
	declared := map[string]bool{}
	nameEnd := root.Offset() + 1 + len(root.QName())
	tagEnd, _ := root.Content()
	for a := range root.Attributes() {
		prefix, ok := strings.CutPrefix(a.Name, "xmlns")
		if !ok || prefix != "" && prefix[0] != ':' {
			continue
		}
		declared[strings.TrimPrefix(prefix, ":")] = true
		if a.Value == s.part.Namespace && s.id != s.part.ID {
			tag := s.raw[nameEnd:tagEnd]
			if at := bytes.Index(tag, []byte(s.part.Namespace)); at >= 0 {
				edits = append(edits, edit{nameEnd + at, nameEnd + at + len(s.part.Namespace), []byte(schema.NamespacePrefix + s.id)})
			}
		}
	}
	for _, b := range slices.Backward(s.part.Inherited) {
		if declared[b.Prefix] {
			continue
		}
		declared[b.Prefix] = true
		if b.Prefix != "" && !bytes.Contains(s.raw[s.part.Start:s.part.End], []byte(b.Prefix+":")) {
			continue
		}
		if uri := b.URI; uri != "" {
			edits = append(edits, edit{nameEnd, nameEnd, s.declaration(b)})
		}
	}
	return edits
}

func (s *Splice) declaration(b schema.Binding) []byte {
	out := []byte(" xmlns")
	if b.Prefix != "" {
		out = append(append(out, ':'), b.Prefix...)
	}
	uri := b.URI
	if uri == s.part.Namespace {
		uri = schema.NamespacePrefix + s.id
	}
	return append(appendEscaped(append(out, '=', '"'), uri), '"')
}

// KindOf is a message identifier without its variant and version: pacs.008 for
// pacs.008.001.08.
func KindOf(id string) string {
	if i := strings.IndexByte(id, '.'); i >= 0 {
		if k := strings.IndexByte(id[i+1:], '.'); k >= 0 {
			return id[:i+1+k]
		}
	}
	return id
}
