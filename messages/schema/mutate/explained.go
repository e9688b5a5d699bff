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
// in docs/divergences.md.
type explanation struct {
	name string
	// aside: not a divergence but something that is not compared, as policy is
	// not. Of the others there are at most three.
	aside bool
	// without is the text with what the explanation speaks of taken out, so
	// that nothing is left to disagree about; empty when it does not apply.
	without func(text string, c comparison) string
}

func explanations() []explanation {
	return []explanation{
		{"lax content", true, withoutForeign},
		{"white space", false, withoutSpace},
		{"long numbers", false, withoutLongNumbers},
		{"base64 characters", false, withoutStray},
	}
}

// explain names the explanation of a difference; empty when there is none. An
// explanation holds if both agree that the text without it is valid.
func (p *plan) explain(ctx context.Context, judge *libxml.Judge, t *messageType, text []byte, c comparison) (string, error) {
	for _, e := range p.explanations {
		without := e.without(string(text), c)
		if without == "" {
			continue
		}
		verdicts, err := judge.Ask(ctx, t.xsd, [][]byte{[]byte(without)})
		if err != nil {
			return "", err
		}
		if after := compare(t, []byte(without), verdicts[0]); after.theirs.Valid && len(after.faults) == 0 {
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

// nodesOf are the elements that we find in a text.
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
		gap := func(from, to int) {
			if strings.Contains(text[from:to], "<![CDATA[") {
				edits = append(edits, edit{from, to, withoutCDATA(text[from:to])})
			}
		}
		for c := range n.Children() {
			gap(from, c.Offset())
			_, from = outer(c)
		}
		gap(from, to)
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

// Beyond these libxml2 refuses a decimal, or begins to round seconds.
const (
	mostDigits   = 24
	mostFraction = 13
)

var secondsFraction = regexp.MustCompile(`(:\d\d\.\d{9})\d*`)

// withoutLongNumbers cuts numbers short that XML Schema does not bound.
func withoutLongNumbers(text string, c comparison) string {
	if len(c.faults) > 0 {
		return ""
	}
	var edits []edit
	for n := range nodesOf(text) {
		if n.Wildcard() || !n.Type().Simple() {
			continue
		}
		from, to := n.Content()
		value := n.Text()
		switch k := n.Type().Kind; {
		case k == schema.Decimal && len(strings.Trim(value, "+-.")) > mostDigits:
			edits = append(edits, edit{from, to, short(n.Type(), value)})
		case (k == schema.DateTime || k == schema.Time) && len(value)-strings.IndexByte(value, '.') > mostFraction:
			edits = append(edits, edit{from, to, secondsFraction.ReplaceAllString(value, "$1")})
		}
	}
	return apply(text, edits)
}

// short is a decimal of the type with few digits, of the same sign if it can be.
func short(t *schema.Type, value string) string {
	for _, s := range []string{value[:1] + "1", "0", "1"} {
		if _, _, ok := t.CheckValue(s); ok {
			return s
		}
	}
	return value
}

var stray = regexp.MustCompile(`[^A-Za-z0-9+/= \t\r\n]`)

// withoutStray takes characters that base64 does not have out of the values
// that we refuse for them; libxml2 passes over such characters.
func withoutStray(text string, c comparison) string {
	if !c.theirs.Valid {
		return ""
	}
	places := map[int]bool{}
	for _, f := range c.faults {
		if f.Rule != "schema.base64" {
			return ""
		}
		places[f.Offset] = true
	}
	var edits []edit
	for n := range nodesOf(text) {
		if from, to := n.Content(); places[from] && n.Type() != nil && n.Type().Kind == schema.Base64 {
			edits = append(edits, edit{from, to, stray.ReplaceAllString(n.Text(), "")})
		}
	}
	return apply(text, edits)
}
