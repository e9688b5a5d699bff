package messages

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"dragoman/messages/schema"
)

// Splice changes named fields of a received part and leaves every other byte
// as it came: remittance, regulatory and supplementary data, white space,
// comments and prefixes included. Edits are collected in any order and carried
// out by Bytes, which reads the outcome again and refuses to return what the
// schema does not allow. The first mistake stands; calls after it do nothing.
//
// What a part inherits from an envelope (namespace declarations) is added to
// its root element; nothing else is. What is written anew is written by the
// schema of the part as received, also where [Splice.Relabel] is called.
type Splice struct {
	raw      []byte
	part     Part
	id       string // message identifier of the outcome
	edits    []edit
	reopened map[int]bool // elements <Name/>, by offset, that have got an end tag
	err      error
}

// edit replaces raw[from:to]; insertions have from == to.
type edit struct {
	from, to int
	with     []byte
	// At one place, insertions into an inner element come before those into the
	// element that holds it, those into one element in the order of their slots,
	// and replacements last: they have no holder.
	holder, slot int
	added        bool // ours: it goes with what it stands in
}

// noHolder is that of a replacement.
const noHolder = -1

// slotClose is behind all slots: there the end tag of an element goes that had
// none.
const slotClose = math.MaxInt

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
	if part.Faulty || !s.lies(part.Root) {
		s.fail("the part is absent, not valid or of another message")
	}
	return s
}

func (s *Splice) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("%w: "+format, append([]any{ErrSplice}, args...)...)
	}
}

// lies tells whether n is an element of these very bytes.
func (s *Splice) lies(n Node) bool {
	at := n.Offset()
	if at < 0 || at >= len(s.raw) {
		return false
	}
	raw := n.Raw()
	return len(raw) > 0 && &raw[0] == &s.raw[at]
}

// mine checks that a node exists and lies in the part.
func (s *Splice) mine(n Node, what string) bool {
	if s.err == nil && (n.Offset() < s.part.Start || n.Offset() >= s.part.End || !s.lies(n)) {
		s.fail("%s: no such element in the part", what)
	}
	return s.err == nil
}

func (s *Splice) replace(from, to int, with []byte) {
	s.edits = append(s.edits, edit{from: from, to: to, with: with, holder: noHolder})
}

// Set replaces the value of an element; its attributes stay.
func (s *Splice) Set(n Node, value string) {
	if !s.mine(n, "set") {
		return
	}
	if n.Type() == nil || !n.Type().Simple() {
		s.fail("set %s: it holds no value", n.Path())
		return
	}
	from, to := n.Content()
	text := schema.AppendText(nil, value)
	if n.SelfClosed() {
		s.replace(to-len("/>"), to, fmt.Appendf(nil, ">%s</%s>", text, n.QName()))
		return
	}
	s.replace(from, to, text)
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
		s.replace(n.Offset(), n.Offset()+len(n.Raw()), fragment)
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

// Delete removes an element; white space around it stays.
func (s *Splice) Delete(n Node) {
	if s.mine(n, "delete") {
		s.replace(n.Offset(), n.Offset()+len(n.Raw()), nil)
	}
}

// Only removes all siblings that repeat n, with what stands between them: a
// batch becomes the message of one transaction.
func (s *Splice) Only(n Node) {
	if !s.mine(n, "only") {
		return
	}
	first, last := n, n
	for sibling := range n.Parent().Children() {
		if sibling.Particle() != n.Particle() {
			continue
		}
		if sibling.Offset() < first.Offset() {
			first = sibling
		}
		last = sibling
	}
	if first != n {
		s.replace(first.Offset(), n.Offset(), nil)
	}
	if last != n {
		s.replace(n.Offset()+len(n.Raw()), last.Offset()+len(last.Raw()), nil)
	}
}

// Insert adds what write writes, elements of one name, as children of parent
// at their place in the schema: behind those of the same name that are there.
func (s *Splice) Insert(parent Node, name string, write func(*Writer)) {
	if !s.mine(parent, "insert") {
		return
	}
	particle, slot := elementOf(parent.Type(), name)
	if particle == nil {
		s.fail("insert %s: %s cannot hold it", name, parent.Path())
		return
	}
	fragment, ok := s.fragment(parent, write)
	if !ok || len(fragment) == 0 {
		return
	}
	at, _ := parent.Content()
	if parent.SelfClosed() {
		s.reopen(parent)
	}
	for c := range parent.Children() {
		if slotOf(parent.Type(), c.Particle()) <= slot {
			at = c.Offset() + len(c.Raw())
		}
	}
	s.insert(parent, at, slot, fragment)
}

func (s *Splice) insert(holder Node, at, slot int, with []byte) {
	s.edits = append(s.edits, edit{from: at, to: at, with: with, holder: holder.Offset(), slot: slot})
}

// reopen makes <Name/> an element with an end tag, once.
func (s *Splice) reopen(n Node) {
	if s.reopened[n.Offset()] {
		return
	}
	if s.reopened == nil {
		s.reopened = map[int]bool{}
	}
	s.reopened[n.Offset()] = true
	_, end := n.Content()
	s.edits = append(s.edits, edit{from: end - len("/>"), to: end - len(">"), holder: noHolder})
	s.insert(n, end, slotClose, fmt.Appendf(nil, "</%s>", n.QName()))
}

func elementOf(t *schema.Type, name string) (*schema.Particle, int) {
	if t == nil {
		return nil, 0
	}
	return t.Element(name)
}

// slotOf is the position of a particle in the sequence of its type.
func slotOf(t *schema.Type, p *schema.Particle) int {
	for i := range t.Slots {
		for k := range t.Slots[i].Alternatives {
			if &t.Slots[i].Alternatives[k] == p {
				return i
			}
		}
	}
	return len(t.Slots)
}

// Relabel gives the part the namespace of another version of the same message.
// Bytes then tells whether the content is valid there. Content that is not of
// the message (supplementary data, signatures) keeps its namespace.
func (s *Splice) Relabel(id string) {
	if s.err != nil {
		return
	}
	if schema.Lookup(id) == nil || KindOf(id) != KindOf(s.part.ID) {
		s.fail("relabel: %s is not another version of %s", id, s.part.ID)
		return
	}
	s.id = id
}

// Bytes carries the edits out. Without any, it returns a window on the message
// as received, which must not be changed. The error is a [SpliceError] when the
// outcome would not be valid.
func (s *Splice) Bytes() ([]byte, error) {
	if s.err != nil {
		return nil, s.err
	}
	edits := slices.Concat(s.edits, s.inherited(), s.renamed())
	if len(edits) == 0 {
		return s.raw[s.part.Start:s.part.End:s.part.End], nil
	}
	out, err := s.apply(edits)
	if err != nil {
		return nil, err
	}
	read := schema.Read(out, schema.Options{MaxBytes: len(out)})
	if len(read.Faults) > 0 {
		return nil, &SpliceError{read.Faults}
	}
	if read.Header.ID != s.id && read.Document.ID != s.id {
		return nil, fmt.Errorf("%w: the outcome is no %s", ErrSplice, s.id)
	}
	return out, nil
}

func (s *Splice) apply(edits []edit) ([]byte, error) {
	slices.SortStableFunc(edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.holder, a.holder), cmp.Compare(a.slot, b.slot))
	})
	out := make([]byte, 0, s.part.End-s.part.Start+1024)
	at, replaced := s.part.Start, -1 // up to where raw is used; where the last replacement began
	for _, e := range edits {
		if e.from < at || e.holder == noHolder && e.from == replaced {
			if e.added {
				continue
			}
			return nil, fmt.Errorf("%w: two edits overlap at byte %d", ErrSplice, e.from)
		}
		if e.holder == noHolder {
			replaced = e.from
		}
		out = append(append(out, s.raw[at:e.from]...), e.with...)
		at = e.to
	}
	return append(out, s.raw[at:s.part.End]...), nil
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
