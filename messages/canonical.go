package messages

import (
	"crypto/sha256"
	"hash"
	"strings"
	"sync"

	"dragoman/messages/schema"
)

// Canonical is the canonical form of an element and all that is in it. Two
// messages that say the same have the same form; that is how the gateway knows
// a message that it has seen. The form is itself XML that [Read] accepts:
//
//   - the message's namespace is declared on the first element; prefixes,
//     comments, CDATA and white space between elements are gone;
//   - an empty element is written <A></A>; of the attributes the schema's own
//     (Ccy) stay, those of XMLSchema-instance go;
//   - values are resolved, then escaped where they must be, and white space
//     around all but text is gone. Otherwise they stay as written: 1.0 is not
//     1.00, true is not 1, Z is not +00:00;
//   - what stands at a wildcard (SplmtryData/Envlp, Sgntr) is rendered by
//     [schema.Exclusive], with its prefixes and its white space.
//
// It is nil for an absent element; for a faulty one (see [schema.Node.Faulty]),
// since what could not be understood is not in the index; and for one whose
// foreign content would become more than eight times the whole.
func Canonical(n Node) []byte {
	return AppendCanonical(make([]byte, 0, len(n.Raw())), n)
}

// AppendCanonical is Canonical behind dst; it returns nil where Canonical does.
func AppendCanonical(dst []byte, n Node) []byte {
	c, _ := canonicals.Get().(*canonical)
	defer canonicals.Put(c)
	kept := c.out
	c.out = dst
	ok := c.append(n)
	dst, c.out = c.out, kept
	if !ok {
		return nil
	}
	return dst
}

// Digest is the SHA-256 of the canonical form. An element that has none is the
// same only as its own bytes: the digest is that of the element as received.
func Digest(n Node) [sha256.Size]byte {
	c, _ := canonicals.Get().(*canonical)
	defer canonicals.Put(c)
	c.digest = c.hash
	c.hash.Reset()
	ok := c.append(n)
	c.flush()
	c.out, c.digest = c.out[:0], nil
	if !ok {
		return sha256.Sum256(n.Raw())
	}
	c.hash.Sum(c.sum[:0])
	return c.sum
}

var canonicals = sync.Pool{New: func() any { return &canonical{hash: sha256.New()} }}

// canonicalChunk is how much is gathered before it is digested.
const canonicalChunk = 8 << 10

// canonical writes one canonical form.
type canonical struct {
	out     []byte
	hash    hash.Hash
	digest  hash.Hash // hash while digesting; nil keeps everything in out
	sum     [sha256.Size]byte
	open    [schema.MaxDepth]openLevel
	depth   int
	foreign foreignContent
}

func (c *canonical) append(n Node) bool {
	if !n.Exists() || n.Faulty() {
		return false
	}
	c.depth = 0
	defer c.foreign.forget()
	c.foreign.start(n, n.Schema().Namespace())
	for e := range n.Walk() {
		at := e.Offset()
		for c.depth > 0 && c.open[c.depth-1].end <= at {
			c.closeElement()
		}
		if !c.element(e, c.depth == 0) {
			clear(c.open[:c.depth])
			return false
		}
		if len(c.out) > canonicalChunk {
			c.flush()
		}
	}
	for c.depth > 0 {
		c.closeElement()
	}
	return true
}

func (c *canonical) flush() {
	if c.digest != nil {
		_, _ = c.digest.Write(c.out) // a hash.Hash never fails
		c.out = c.out[:0]
	}
}

func (c *canonical) element(e Node, root bool) bool {
	if e.Wildcard() {
		var ok bool
		c.out, ok = c.foreign.append(c.out, e, c.open[:c.depth])
		return ok
	}
	t, name := e.Type(), e.Name()
	c.out = append(append(c.out, '<'), name...)
	if root {
		c.out = append(append(append(c.out, ` xmlns="`...), e.Schema().Namespace()...), '"')
	}
	if !t.Simple() {
		c.out = append(c.out, '>')
		_, end := e.Content()
		c.open[c.depth] = openLevel{node: e, end: end}
		c.depth++
		return true
	}
	if t.AttrName != "" { // and always required; a test checks
		c.out = append(append(append(c.out, ' '), t.AttrName...), `="`...)
		c.out = append(schema.AppendAttribute(c.out, e.Attr(t.AttrName)), '"')
	}
	c.out = schema.AppendText(append(c.out, '>'), elementValue(e, t))
	c.out = append(append(append(c.out, "</"...), name...), '>')
	return true
}

func (c *canonical) closeElement() {
	c.depth--
	c.foreign.leave(c.depth)
	c.out = append(append(append(c.out, "</"...), c.open[c.depth].node.Name()...), '>')
	c.open[c.depth] = openLevel{} // the pool keeps no message alive
}

// elementValue is the text of an element with its white space as XSD has it for the
// type: kept for text, else collapsed.
func elementValue(e Node, t *schema.Type) string {
	return collapseSpace(t, e.Text())
}

func collapseSpace(t *schema.Type, s string) string {
	if t.Kind == schema.String || !strings.ContainsAny(s, " \t\r\n") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}
