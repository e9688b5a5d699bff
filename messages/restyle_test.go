package messages_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"dragoman/messages"
	"dragoman/messages/schema"
)

// restyler writes a message in another style: what it says stays the same. It
// reads by encoding/xml, so that it shares no code with the reader.
type restyler struct {
	*rand.Rand
	out    strings.Builder
	prefix string // of the message's own elements, with its colon
	space  string
	path   []*schema.Type // types of the open elements
}

func (r *restyler) pick(from ...string) string { return from[r.IntN(len(from))] }

// restyle gives the part of a message in another style, in some envelope or
// none. Foreign content must declare what it uses.
func restyle(tb testing.TB, random *rand.Rand, part messages.Part) string {
	tb.Helper()
	r := restyler{Rand: random, space: part.Namespace}
	r.prefix = r.pick("", "", "p:", "Doc:", "_1.x:")
	s := schema.Lookup(part.ID)
	declaration := fmt.Sprintf(` xmlns="%s"`, r.space)
	if r.prefix != "" {
		declaration = fmt.Sprintf(` xmlns:%s="%s"`, strings.TrimSuffix(r.prefix, ":"), r.space)
	}
	wrapper := r.pick("", "", "Envelope", "RequestPayload", "DataPDU")
	above := wrapper != "" && r.IntN(2) == 0
	r.out.WriteString(r.pick("", "\ufeff", `<?xml version="1.0" encoding="UTF-8"?>`, "<!-- a > b -->\n"))
	if wrapper != "" {
		r.out.WriteString("<w:" + wrapper + ` xmlns:w="urn:wrapper"`)
		if above {
			r.out.WriteString(declaration)
		}
		r.out.WriteString("><w:Other a='&lt;!-- >'>text</w:Other>" + r.gap())
	}
	if above {
		declaration = ""
	}
	r.elements(tb, part, s, declaration)
	if wrapper != "" {
		r.out.WriteString(r.gap() + "</w:" + wrapper + ">")
	}
	r.out.WriteString(r.pick("", "\n", "<!-- end -->"))
	return r.out.String()
}

// gap is what may stand between elements.
func (r *restyler) gap() string {
	return r.pick("", "", " ", "\n\t", "\r\n", "<!-- - -->", " <!--<x>-->\n")
}

func (r *restyler) elements(tb testing.TB, part messages.Part, s *schema.Schema, declaration string) {
	raw := part.Root.Raw()
	d := xml.NewDecoder(bytes.NewReader(raw))
	text, leaf := "", false
	for {
		from := d.InputOffset()
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			tb.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			r.out.WriteString(r.gap())
			t := r.typeOf(s, token.Name.Local)
			if t == nil {
				r.foreign(tb, d, raw[from:])
				continue
			}
			r.path = append(r.path, t)
			r.startTag(token, declaration)
			text, leaf, declaration = "", true, ""
		case xml.CharData:
			text += string(token)
		case xml.EndElement:
			r.endTag(token.Name.Local, text, leaf)
			leaf = false
		}
	}
}

func (r *restyler) typeOf(s *schema.Schema, local string) *schema.Type {
	if len(r.path) == 0 {
		return s.Root().Type
	}
	if p, _ := r.path[len(r.path)-1].Element(local); p != nil {
		return p.Type
	}
	return nil
}

// foreign copies an element as it is.
func (r *restyler) foreign(tb testing.TB, d *xml.Decoder, raw []byte) {
	from := d.InputOffset()
	for depth := 1; depth > 0; {
		token, err := d.RawToken()
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	start := bytes.IndexByte(raw, '>') + 1
	r.out.Write(raw[:start+int(d.InputOffset()-from)])
}

func (r *restyler) startTag(token xml.StartElement, declaration string) {
	t := r.path[len(r.path)-1]
	attributes := []string{declaration}
	for _, a := range token.Attr {
		if a.Name.Space == "" && a.Name.Local == t.AttrName {
			value := r.pick(a.Value, fmt.Sprintf("&#%d;%s", a.Value[0], a.Value[1:]))
			attributes = append(attributes, r.pick(` Ccy="`+value+`"`, "\n\tCcy = '"+value+"'"))
		}
	}
	if r.IntN(8) == 0 {
		attributes = append(attributes, fmt.Sprintf(` xmlns:u%d="urn:unused"`, r.IntN(9)))
	}
	if r.IntN(8) == 0 {
		attributes = append(attributes, ` xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation='a b' i:type="`+r.prefix+t.Name+`"`)
	}
	r.Shuffle(len(attributes), func(i, j int) { attributes[i], attributes[j] = attributes[j], attributes[i] })
	r.out.WriteString("<" + r.prefix + token.Name.Local + strings.Join(attributes, "") + r.pick("", "", " ", "\n") + ">")
}

func (r *restyler) endTag(local, text string, leaf bool) {
	t := r.path[len(r.path)-1]
	r.path = r.path[:len(r.path)-1]
	end := "</" + r.prefix + local + r.pick("", "", " ", "\n") + ">"
	switch {
	case !t.Simple():
		if leaf && r.IntN(2) == 0 {
			r.closeItself()
			return
		}
		r.out.WriteString(r.gap())
	case text == "" && r.IntN(2) == 0:
		r.closeItself()
		return
	case t.Kind != schema.String:
		text = strings.TrimSpace(text)
		r.out.WriteString(r.pick("", " ", "\n") + r.value(text) + r.pick("", " ", "\t"))
	default:
		r.out.WriteString(r.value(text))
	}
	r.out.WriteString(end)
}

// closeItself turns the start tag just written into one that closes itself.
func (r *restyler) closeItself() {
	s := r.out.String()
	r.out.Reset()
	r.out.WriteString(strings.TrimSuffix(s, ">") + "/>")
}

// value writes a text in one of many ways.
func (r *restyler) value(text string) string {
	var out strings.Builder
	for _, c := range text {
		switch {
		case c == '\n' && r.IntN(2) == 0:
			out.WriteString("\r\n")
		case c == '\r' || c == '&' || c == '<' || c == '>' || r.IntN(20) == 0:
			fmt.Fprintf(&out, r.pick("&#%d;", "&#x%x;", "&#x0%X;"), c)
		case r.IntN(20) == 0:
			out.WriteString("<![CDATA[" + string(c) + "]]>")
		case r.IntN(40) == 0:
			out.WriteString(string(c) + "<!-- & -->")
		default:
			out.WriteRune(c)
		}
	}
	return out.String()
}
