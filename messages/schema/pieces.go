package schema

import "strings"

// Reading well-formed text once more, piece by piece, where the index has no
// spans: around the parts of a message and at wildcards.

// nextTag is the offset of the first start or end tag at or after text[i], past
// comments, CDATA and processing instructions. There is one, and the text is
// well-formed up to there.
func nextTag(text string, i int) int {
	for {
		i += strings.IndexByte(text[i:], '<')
		rest := text[i:]
		switch {
		case strings.HasPrefix(rest, commentOpen):
			i += pastMarkup(rest, commentOpen, commentClose)
		case strings.HasPrefix(rest, cdataOpen):
			i += pastMarkup(rest, cdataOpen, cdataClose)
		case strings.HasPrefix(rest, piOpen):
			i += pastMarkup(rest, piOpen, piClose)
		default:
			return i
		}
	}
}

func pastMarkup(text, open, end string) int {
	return len(open) + strings.Index(text[len(open):], end) + len(end)
}

func pastEndTag(text string, i int) int {
	return i + strings.IndexByte(text[i:], '>') + 1
}

// tag is one well-formed start tag.
type tag struct {
	text       string // the input
	qname      string
	attrs      []Attribute // values decoded
	selfClosed bool
}

// read reads the start tag at text[i] and returns the offset behind it.
func (t *tag) read(i int) int {
	end := i + 1
	for !endsName[t.text[end]] {
		end++
	}
	t.qname, t.attrs, t.selfClosed = t.text[i+1:end], t.attrs[:0], false
	for i = end; ; {
		for space[t.text[i]] {
			i++
		}
		switch t.text[i] {
		case '>':
			return i + 1
		case '/':
			t.selfClosed = true
			return i + 2
		}
		i = t.attribute(i)
	}
}

func (t *tag) attribute(i int) int {
	end := i
	for !endsName[t.text[end]] {
		end++
	}
	name := t.text[i:end]
	i = end
	for t.text[i] != '"' && t.text[i] != '\'' {
		i++
	}
	end = i + 1 + strings.IndexByte(t.text[i+1:], t.text[i])
	t.attrs = append(t.attrs, Attribute{name, decodeAttribute(t.text[i+1 : end])})
	return end + 1
}

// declared appends the tag's namespace declarations.
func (t *tag) declared(scope []Binding) []Binding {
	for _, a := range t.attrs {
		if prefix, ok := declares(a.Name); ok {
			scope = append(scope, Binding{prefix, a.Value})
		}
	}
	return scope
}

// decodeText is the value of text without elements.
func decodeText(s string) string {
	if !strings.ContainsAny(s, "&<\r") {
		return s
	}
	return decodeContent([]byte(s))
}

// pieceKind is what pieces finds next.
type pieceKind uint8

const (
	pieceNone pieceKind = iota
	pieceStart
	pieceEnd
	pieceText // characters, with the comments and CDATA in them
	pieceHole
)

// pieces cuts one well-formed element into its tags and what stands between.
type pieces struct {
	tag     tag // the start tag just read
	holes   []Hole
	hole    Hole // the hole just read
	i       int
	depth   int
	started bool
	pending bool // the start tag just read closes itself
}

// elementEnd is the offset behind the element that begins at text[i]; i itself
// if an end tag stands there.
func elementEnd(text string, i int) int {
	if text[i+1] == '/' {
		return i
	}
	p := newPieces(text[i:], nil)
	for {
		if kind, _, _ := p.next(); kind == pieceNone {
			return i + p.i
		}
	}
}

func newPieces(text string, holes []Hole) pieces {
	return pieces{tag: tag{text: text}, holes: holes, i: nextTag(text, 0)}
}

func (p *pieces) next() (kind pieceKind, from, to int) {
	from = p.i
	switch {
	case p.pending:
		p.pending = false
		p.depth--
		return pieceEnd, from, from
	case p.started && p.depth == 0:
		return pieceNone, from, from
	case len(p.holes) > 0 && p.holes[0].Start == from:
		p.hole, p.holes = p.holes[0], p.holes[1:]
		p.i, p.started = p.hole.End, true
		return pieceHole, from, p.i
	}
	if to = nextTag(p.tag.text, from); to > from {
		p.i = to
		return pieceText, from, to
	}
	if p.tag.text[from+1] == '/' {
		p.depth--
		p.i = pastEndTag(p.tag.text, from)
		return pieceEnd, from, p.i
	}
	p.i = p.tag.read(from)
	p.depth++
	p.started, p.pending = true, p.tag.selfClosed
	return pieceStart, from, p.i
}
