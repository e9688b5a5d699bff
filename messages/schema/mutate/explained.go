package main

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/libxml"
)

// explanation is one reason why the verdicts may differ; each has its section
// in docs/divergences.md, and there are at most three.
type explanation struct {
	name string
	// without is the text with what the explanation speaks of taken out, so
	// that nothing is left to disagree about; empty when it does not apply.
	without func(text string, c comparison) string
}

func explanations() []explanation {
	return []explanation{
		{"lax content", withoutForeign},
		{"white space", withoutSpace},
		{"base64 characters", withoutStray},
	}
}

// explain names the explanation of a difference; empty when there is none. An
// explanation holds if both agree that the text without it is valid.
func explain(ctx context.Context, judge *libxml.Judge, t *messageType, text []byte, c comparison) (string, error) {
	for _, e := range explanations() {
		without := e.without(string(text), c)
		if without == "" {
			continue
		}
		verdicts, err := judge.Ask(ctx, t.xsd, [][]byte{[]byte(without)})
		if err != nil {
			return "", err
		}
		if after := compare([]byte(without), verdicts[0]); after.theirs.Valid && len(after.faults) == 0 {
			return e.name, nil
		}
	}
	return "", nil
}

// edit is a piece of the text to be replaced.
type edit struct {
	from, to int
	with     string
}

// apply makes the edits, which are in order and do not overlap.
func apply(text string, edits []edit) string {
	var out strings.Builder
	at := 0
	for _, e := range edits {
		out.WriteString(text[at:e.from] + e.with)
		at = e.to
	}
	return out.String() + text[at:]
}

// inOrder sorts edits by place.
func inOrder(edits []edit) []edit {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	return edits
}

// withoutForeign replaces what stands at wildcards by an element that no
// schema knows: we look at its form alone, libxml2 validates what it knows.
func withoutForeign(text string, c comparison) string {
	if len(c.faults) > 0 {
		return ""
	}
	var edits []edit
	for n := range nodesOf(text) {
		if n.Wildcard() {
			space := n.Particle().AnySpace
			if space == "##any" {
				space = "urn:unknown"
			}
			from, to := outer(n)
			edits = append(edits, edit{from, to, `<unknown xmlns="` + space + `"/>`})
		}
	}
	return apply(text, edits)
}

// nodesOf are the elements of a text that we find valid.
func nodesOf(text string) func(func(schema.Node) bool) {
	read := schema.Read([]byte(text), schema.Options{})
	if read.Document.Exists() {
		return read.Document.Root.Walk()
	}
	return read.Header.Root.Walk()
}

// withoutSpace takes out white space that XML Schema ignores and libxml2 does
// not: around dates and times, in xsi:type, and CDATA sections with nothing
// else between elements.
func withoutSpace(text string, c comparison) string {
	if len(c.faults) > 0 {
		return ""
	}
	var edits []edit
	for n := range nodesOf(text) {
		from, to := n.Content()
		switch {
		case n.Wildcard():
			continue
		case n.Type().Simple():
			if k := n.Type().Kind; k >= schema.DateTime && k <= schema.GMonth && text[from:to] != n.Text() {
				edits = append(edits, edit{from, to, n.Text()})
			}
			continue
		}
		for c := range n.Children() {
			edits = append(edits, edit{from, c.Offset(), withoutCDATA(text[from:c.Offset()])})
			// What follows the child's start tag is the child's own matter.
			_, from = outer(c)
		}
		edits = append(edits, edit{from, to, withoutCDATA(text[from:to])})
	}
	return typeSpace.ReplaceAllString(apply(text, inOrder(edits)), "$1$2")
}

var typeSpace = regexp.MustCompile(`(:type\s*=\s*["'])\s*([^"'\s]+)\s*`)

// withoutCDATA drops the CDATA sections of what stands between two elements.
func withoutCDATA(text string) string {
	const open, end, comment, commentEnd = "<![CDATA[", "]]>", "<!--", "-->"
	var out strings.Builder
	for text != "" {
		switch {
		case strings.HasPrefix(text, open):
			text = text[strings.Index(text, end)+len(end):]
		case strings.HasPrefix(text, comment):
			n := len(comment) + strings.Index(text[len(comment):], commentEnd) + len(commentEnd)
			out.WriteString(text[:n])
			text = text[n:]
		default:
			out.WriteByte(text[0])
			text = text[1:]
		}
	}
	return out.String()
}

var stray = regexp.MustCompile(`[^A-Za-z0-9+/= \t\r\n]`)

// withoutStray takes characters that base64 does not have out of the values
// that we refuse for them; libxml2 passes over such characters.
func withoutStray(text string, c comparison) string {
	if !c.theirs.Valid {
		return ""
	}
	var edits []edit
	for _, f := range c.faults {
		if f.Rule != "schema.base64" {
			return ""
		}
		end := f.Offset + strings.IndexByte(text[f.Offset:], '<')
		edits = append(edits, edit{f.Offset, end, stray.ReplaceAllString(text[f.Offset:end], "")})
	}
	return apply(text, edits)
}
