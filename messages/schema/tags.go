package schema

import (
	"bytes"
	"strings"
)

// The long way: everything that run does not do at once, in full.

// attr is one attribute of the start tag being read.
type attr struct {
	name, value string // as written
	at          int    // offset of the name
	space       string // namespace, "" for none
}

// general reads whatever begins with the '<' at b[i].
func (r *reader) general(i int) int {
	rest := r.text[i:]
	switch {
	case strings.HasPrefix(rest, "</"):
		return r.endTag(i)
	case strings.HasPrefix(rest, commentOpen):
		return r.comment(i)
	case strings.HasPrefix(rest, cdataOpen):
		return r.cdata(i)
	case strings.HasPrefix(rest, "<!DOCTYPE"):
		return r.fatal("policy.dtd", i, "a document type definition is not accepted")
	case strings.HasPrefix(rest, "<!"):
		return r.fatal("xml.markup", i, "%s is not XML markup", quote(rest[:min(len(rest), 12)]))
	case strings.HasPrefix(rest, piOpen):
		return r.instruction(i)
	}
	return r.startTag(i)
}

func (r *reader) comment(i int) int {
	from := i + len(commentOpen)
	n := strings.Index(r.text[from:], "--")
	if n < 0 || !strings.HasPrefix(r.text[from+n:], commentClose) {
		return r.fatal("xml.comment", i, "the comment does not end with --> or holds -- before its end")
	}
	if bad := badChar(r.b[from : from+n]); bad >= 0 {
		return r.badCharacter(from + bad)
	}
	return from + n + len(commentClose)
}

func (r *reader) cdata(i int) int {
	f := &r.frames[r.depth]
	from := i + len(cdataOpen)
	n := strings.Index(r.text[from:], cdataClose)
	switch {
	case r.depth == 0:
		return r.outside(i)
	case n < 0:
		return r.fatal("xml.cdata", i, "the CDATA section does not end with ]]>")
	}
	if bad := badChar(r.b[from : from+n]); bad >= 0 {
		return r.badCharacter(from + bad)
	}
	if f.mode == modeTyped && skipSpace(r.b[:from+n], from) < from+n {
		r.textFault(i)
	}
	return from + n + len(cdataClose)
}

func (r *reader) instruction(i int) int {
	n := strings.Index(r.text[i:], piClose)
	target := nameEnd(r.b, i+2)
	switch {
	case n < 0:
		return r.fatal("xml.instruction", i, "the processing instruction does not end with ?>")
	case target > i+n || target < i+n && !space[r.b[target]] || !validName(r.b[i+2:target]) || strings.EqualFold(r.text[i+2:target], "xml"):
		return r.fatal("xml.instruction", i, "%s may not stand here", quote(r.text[i:min(target, i+n)]))
	}
	if bad := badChar(r.b[i : i+n]); bad >= 0 {
		return r.badCharacter(i + bad)
	}
	if r.rootSeen {
		r.fault("policy.instruction", reasonFormat, i, r.path(), "processing instruction %s is not accepted", quote(r.text[i+2:target]))
	}
	return i + n + len(piClose)
}

// outside answers text outside the root element.
func (r *reader) outside(i int) int {
	if r.rootSeen {
		return r.fatal("policy.trailing", i, "there is content after the end of the message")
	}
	return r.fatal("xml.outside", i, "there is text before the root element")
}

func (r *reader) badCharacter(i int) int {
	return r.fatal("xml.character", i, "character U+%04X is not allowed in XML", []rune(r.text[i:min(len(r.text), i+4)])[0])
}

// charData reads text from b[i], which is neither white space nor '<', to the
// next '<'.
func (r *reader) charData(i int) int {
	if r.depth == 0 {
		return r.outside(i)
	}
	end := bytes.IndexByte(r.b[i:], '<')
	if end < 0 {
		return r.fatal("xml.end", len(r.b), "the input ends inside text")
	}
	text := r.b[i : i+end]
	if !r.checkReferences(i, text) {
		return i
	}
	if n := bytes.Index(text, []byte(cdataClose)); n >= 0 {
		return r.fatal("xml.text", i+n, "]]> may not stand in text")
	}
	if r.frames[r.depth].mode == modeTyped && strings.Trim(decodeContent(text), " \t\r\n") != "" {
		r.textFault(i)
	}
	return i + end
}

// maxReference bounds how much of a reference an error sentence repeats.
const maxReference = 32

// checkReferences checks characters and references of text or of an attribute.
func (r *reader) checkReferences(at int, text []byte) bool {
	if bad := badChar(text); bad >= 0 {
		r.badCharacter(at + bad)
		return false
	}
	for n := 0; ; n++ {
		next := bytes.IndexByte(text[n:], '&')
		if next < 0 {
			return true
		}
		n += next
		if _, size := reference(text[n:]); size == 0 {
			end := bytes.IndexByte(text[n:], ';') + 1
			if end == 0 || end > maxReference {
				end = min(len(text)-n, maxReference)
			}
			r.fatal("xml.reference", at+n, "%s is not a reference that XML defines: only &amp; &lt; &gt; &quot; &apos; and characters by number are", quote(string(text[n:n+end])))
			return false
		}
	}
}

// endTag reads an end tag that is not plainly that of the open element.
func (r *reader) endTag(i int) int {
	if r.depth == 0 {
		return r.fatal("xml.end-tag", i, "an end tag stands outside the message")
	}
	f := &r.frames[r.depth]
	e := nameEnd(r.b, i+2)
	open := r.text[f.nameFrom:f.nameTo]
	if name := r.text[i+2 : e]; name != open {
		return r.fatal("xml.end-tag", i, "the end tag </%s> does not match the open element <%s>", clip(name), clip(open))
	}
	e = skipSpace(r.b, e)
	if e >= len(r.b) || r.b[e] != '>' {
		return r.fatal("xml.end-tag", i, "the end tag </%s> does not end with >", clip(open))
	}
	r.closeElement(i)
	return e + 1
}

func clip(name string) string {
	if len(name) > maxQuoted {
		return strings.ToValidUTF8(name[:maxQuoted], "") + "…"
	}
	return name
}

// startTag reads a start tag in full: attributes, namespaces, declaration.
func (r *reader) startTag(i int) int {
	nameTo := nameEnd(r.b, i+1)
	if !validName(r.b[i+1 : nameTo]) {
		return r.fatal("xml.name", i, "%s is not the name of an element", quote(r.text[i+1:nameTo]))
	}
	end, selfClosed := r.readAttributes(nameTo)
	if r.stop {
		return i
	}
	bindings := len(r.bindings)
	r.declare()
	space, local, ok := r.resolve(r.text[i+1:nameTo], i+1, true)
	if r.stop || !ok || !r.resolveAttributes() {
		return i
	}
	switch {
	case r.depth == 0 && r.rootSeen:
		return r.fatal("policy.second-root", i, "a second root element <%s> follows the message", clip(local))
	case r.depth >= MaxDepth:
		return r.fatal("policy.depth", i, "elements are nested more than %d deep", MaxDepth)
	}
	r.rootSeen = true
	next := frame{mode: modeSkip, span: -1, nameFrom: i + 1, nameTo: nameTo, content: end, bindings: bindings}
	r.open(&next, i, space, local)
	if r.stop {
		return i
	}
	if next.declares = len(r.bindings) > bindings && next.mode <= modeValue && next.part == nil; next.declares {
		r.redeclared++
	}
	if selfClosed && next.span >= 0 {
		r.spans[next.span].mark(flagSelfClose)
	}
	next.selfClosed = selfClosed
	r.push(next)
	if selfClosed {
		r.closeElement(end)
	}
	return end
}

// readAttributes reads attributes from b[i] to the end of the tag.
func (r *reader) readAttributes(i int) (end int, selfClosed bool) {
	r.attrUsed = 0
	for {
		s := skipSpace(r.b, i)
		switch {
		case s >= len(r.b):
			return r.fatal("xml.end", s, "the input ends inside a tag"), false
		case r.b[s] == '>':
			return s + 1, false
		case r.b[s] == '/':
			if s+1 < len(r.b) && r.b[s+1] == '>' {
				return s + 2, true
			}
			return r.fatal("xml.tag", s, "/ must be followed by > at the end of a tag"), false
		case s == i:
			return r.fatal("xml.tag", s, "%s may not stand in a tag here", quote(r.text[s:min(len(r.text), s+1)])), false
		case r.attrUsed == maxAttributes:
			return r.fatal("policy.attributes", s, "an element has more than %d attributes", maxAttributes), false
		}
		if i = r.readAttribute(s); r.stop {
			return i, false
		}
	}
}

func (r *reader) readAttribute(s int) int {
	e := nameEnd(r.b, s)
	if !validName(r.b[s:e]) {
		return r.fatal("xml.name", s, "%s is not the name of an attribute", quote(r.text[s:e]))
	}
	q := skipSpace(r.b, e)
	if q >= len(r.b) || r.b[q] != '=' {
		return r.fatal("xml.attribute", s, "attribute %s has no value", clip(r.text[s:e]))
	}
	q = skipSpace(r.b, q+1)
	if q >= len(r.b) || r.b[q] != '"' && r.b[q] != '\'' {
		return r.fatal("xml.attribute", s, "the value of attribute %s is not in quotes", clip(r.text[s:e]))
	}
	n := bytes.IndexByte(r.b[q+1:], r.b[q])
	if n < 0 {
		return r.fatal("xml.attribute", s, "the value of attribute %s does not end", clip(r.text[s:e]))
	}
	value := r.b[q+1 : q+1+n]
	if lt := bytes.IndexByte(value, '<'); lt >= 0 {
		return r.fatal("xml.attribute", q+1+lt, "< may not stand in the value of attribute %s", clip(r.text[s:e]))
	}
	if !r.checkReferences(q+1, value) {
		return s
	}
	r.attrs[r.attrUsed] = attr{name: r.text[s:e], value: r.text[q+1 : q+1+n], at: s}
	r.attrUsed++
	return q + n + 2
}

// declare binds the namespaces that the tag's attributes declare.
func (r *reader) declare() {
	for k := range r.attrs[:r.attrUsed] {
		a := &r.attrs[k]
		prefix, ok := strings.CutPrefix(a.name, "xmlns")
		if !ok || prefix != "" && prefix[0] != ':' {
			continue
		}
		prefix = strings.TrimPrefix(prefix, ":")
		uri := decodeAttribute(a.value)
		switch {
		case a.name == "xmlns:" || strings.Contains(prefix, ":"),
			prefix != "" && uri == "",
			prefix == "xmlns" || uri == xmlnsNamespace,
			(prefix == "xml") != (uri == xmlNamespace):
			r.fatal("policy.namespace", a.at, "%s=%s is not a namespace declaration that XML allows", clip(a.name), quote(uri))
			return
		}
		if len(r.bindings) == maxBindings {
			r.fatal("policy.namespaces", a.at, "more than %d namespace declarations are in force", maxBindings)
			return
		}
		r.bindings = append(r.bindings, Binding{prefix, uri})
	}
}

func (r *reader) lookup(prefix string) (string, bool) {
	for k := len(r.bindings) - 1; k >= 0; k-- {
		if r.bindings[k].Prefix == prefix {
			return r.bindings[k].URI, true
		}
	}
	return "", false
}

// resolve splits a name and finds its namespace; an attribute without prefix
// is in none.
func (r *reader) resolve(qname string, at int, element bool) (space, local string, ok bool) {
	prefix, local := splitName(qname)
	if strings.Contains(local, ":") || local == "" || prefix == "" && local != qname || !beginsName(local) {
		r.fatal("policy.namespace", at, "%s is not a name with at most one prefix", quote(qname))
		return "", "", false
	}
	if prefix == "" && !element {
		return "", local, true
	}
	if space, ok = r.lookup(prefix); !ok {
		r.fatal("policy.undeclared-prefix", at, "the prefix of %s is not declared", quote(qname))
	}
	return space, local, ok
}

// resolveAttributes finds the namespaces of the tag's attributes and refuses
// two of the same name.
func (r *reader) resolveAttributes() bool {
	attrs := r.attrs[:r.attrUsed]
	for k := range attrs {
		a := &attrs[k]
		space, local, ok := r.resolve(a.name, a.at, false)
		if a.name == "xmlns" {
			space = xmlnsNamespace
		}
		if !ok {
			return false
		}
		a.space = space
		for j := range attrs[:k] {
			if _, other := splitName(attrs[j].name); attrs[j].space == space && other == local {
				r.fatal("policy.duplicate-attribute", a.at, "attribute %s is given twice", clip(a.name))
				return false
			}
		}
	}
	return true
}
