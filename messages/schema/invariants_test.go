package schema_test

import (
	"bytes"
	"testing"

	"dragoman/messages/schema"
)

// walk checks what holds of every node of a message that was read, be it valid
// or not: where it lies, and that its path leads to it.
func walk(t testing.TB, text []byte, result schema.Result) {
	t.Helper()
	for _, part := range []schema.Part{result.Header, result.Document} {
		if !part.Root.Exists() {
			continue
		}
		if part.Start < 0 || part.End < part.Start || part.End > len(text) {
			t.Fatalf("the part lies at %d..%d of %d", part.Start, part.End, len(text))
		}
		checkChildren(t, text, part.Root, part.Start, part.End)
	}
}

// checkChildren checks a node that must lie in from..to, and those below it.
func checkChildren(t testing.TB, text []byte, n schema.Node, from, to int) {
	t.Helper()
	raw := n.Raw()
	start := n.Offset()
	end := start + len(raw)
	if start < from || end > to || len(raw) == 0 || raw[0] != '<' || &raw[0] != &text[start] {
		t.Fatalf("%s lies at %d..%d, outside of %d..%d", n.Path(), start, end, from, to)
	}
	low, high := n.Content()
	if low < start || high < low || high > end {
		t.Fatalf("%s at %d..%d has content %d..%d", n.Path(), start, end, low, high)
	}
	if !bytes.HasPrefix(raw[1:], []byte(n.QName())) {
		t.Fatalf("%s is written %.40q", n.Path(), raw)
	}
	for range n.Attributes() {
		// Reading them to the end is the test.
	}
	if n.Type() != nil && n.Type().Simple() && len(n.Text()) > len(raw) {
		t.Fatalf("%s has a text longer than itself", n.Path())
	}
	if n.SelfClosed() { // or broken off, with children
		low, high = start, end
	}
	for c := range n.Children() {
		if c.Parent() != n {
			t.Fatalf("%s is no child of %s", c.Path(), n.Path())
		}
		checkChildren(t, text, c, low, high)
		low = c.Offset() + len(c.Raw())
	}
}
