package main

import (
	"math/rand/v2"
	"strings"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/sample"
)

// message is a valid message that a fault is about to change.
type message struct {
	r       *rand.Rand
	writer  *sample.Writer
	schema  *schema.Schema
	text    string
	nodes   []schema.Node // all elements but those below wildcards
	groups  []schema.Node // those with children
	values  []schema.Node
	foreign []schema.Node // those at wildcards
}

// newMessage reads text; nil when the reader finds it faulty.
func newMessage(w *sample.Writer, text []byte) *message {
	read := schema.Read(text, schema.Options{})
	part := read.Document
	if !part.Exists() {
		part = read.Header
	}
	if len(read.Faults) > 0 || !part.Root.Exists() {
		return nil
	}
	m := &message{r: w.Rand, writer: w, schema: part.Root.Schema(), text: string(text)}
	for n := range part.Root.Walk() {
		m.nodes = append(m.nodes, n)
		switch {
		case n.Wildcard():
			m.foreign = append(m.foreign, n)
		case n.Type().Simple():
			m.values = append(m.values, n)
		default:
			m.groups = append(m.groups, n)
		}
	}
	return m
}

// pick draws one of nodes that fits.
func (m *message) pick(nodes []schema.Node, fits func(schema.Node) bool) (schema.Node, bool) {
	if len(nodes) == 0 {
		return schema.Node{}, false
	}
	first := m.r.IntN(len(nodes))
	for k := range nodes {
		if n := nodes[(first+k)%len(nodes)]; fits == nil || fits(n) {
			return n, true
		}
	}
	return schema.Node{}, false
}

// one draws one of the texts.
func (m *message) one(texts ...string) string { return texts[m.r.IntN(len(texts))] }

func (m *message) chance(percent int) bool { return m.r.IntN(100) < percent }

// outer bounds the whole element.
func outer(n schema.Node) (from, to int) { return n.Offset(), n.Offset() + len(n.Raw()) }

// splice is the message with the bytes from..to replaced.
func (m *message) splice(from, to int, with string) string {
	return m.text[:from] + with + m.text[to:]
}

// remove is the message without the element.
func (m *message) remove(n schema.Node) string {
	from, to := outer(n)
	return m.splice(from, to, "")
}

// replace is the message with the element replaced.
func (m *message) replace(n schema.Node, with string) string {
	from, to := outer(n)
	return m.splice(from, to, with)
}

// parts are the element's tags and what is between them. A self-closing
// element is given as a pair of tags.
func parts(n schema.Node) (open, content, end string) {
	raw := string(n.Raw())
	if n.SelfClosed() {
		return strings.TrimRight(strings.TrimSuffix(raw, "/>"), " \t\r\n") + ">", "", "</" + n.QName() + ">"
	}
	from, to := n.Content()
	at := n.Offset()
	return raw[:from-at], raw[from-at : to-at], raw[to-at:]
}

// fill is the message with the element's content replaced; content is XML.
func (m *message) fill(n schema.Node, content string) string {
	open, _, end := parts(n)
	return m.replace(n, open+content+end)
}

// setValue is the message with the element's value replaced.
func (m *message) setValue(n schema.Node, value string) string {
	return m.fill(n, escape(value))
}

// escape writes a value as text, with white space as itself.
func escape(value string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(value)
}

// inStartTag is the message with text put behind the element's name.
func (m *message) inStartTag(n schema.Node, text string) string {
	at := n.Offset() + 1 + len(n.QName())
	return m.splice(at, at, text)
}

// gaps are the places between the children of a group, its start and end
// included; none if it closes itself.
func gaps(n schema.Node) []int {
	if n.SelfClosed() {
		return nil
	}
	from, _ := n.Content()
	places := []int{from}
	for c := range n.Children() {
		_, to := outer(c)
		places = append(places, to)
	}
	return places
}

// gap draws a place between the children of some group.
func (m *message) gap() (at int, group schema.Node, ok bool) {
	group, ok = m.pick(m.groups, func(n schema.Node) bool { return !n.SelfClosed() })
	if !ok {
		return 0, group, false
	}
	places := gaps(group)
	return places[m.r.IntN(len(places))], group, true
}

func children(n schema.Node) []schema.Node {
	var all []schema.Node
	for c := range n.Children() {
		all = append(all, c)
	}
	return all
}

// prefix is what stands before the element's local name, colon included.
func prefix(n schema.Node) string {
	p, _, found := strings.Cut(n.QName(), ":")
	if !found {
		return ""
	}
	return p + ":"
}

// write is an element as p declares it, with a valid value or content, in the
// namespace that the prefix stands for.
func (m *message) write(p *schema.Particle, prefix string) string {
	if p.Any {
		return sample.Foreign(m.r, p.AnySpace)
	}
	m.writer.Prefix = strings.TrimSuffix(prefix, ":")
	return m.writer.Element(p)
}
