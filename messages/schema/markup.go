package schema

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// The parts of XML 1.0 (fifth edition) and Namespaces in XML 1.0 that the
// reader needs besides tags: names, references, comments, CDATA.

var byteOrderMark = []byte("\ufeff")

const (
	xmlNamespace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsNamespace = "http://www.w3.org/2000/xmlns/"
	xsiNamespace   = "http://www.w3.org/2001/XMLSchema-instance"
)

var space = [256]bool{' ': true, '\t': true, '\n': true, '\r': true}

func skipSpace(b []byte, i int) int {
	for i < len(b) && space[b[i]] {
		i++
	}
	return i
}

// endsName holds the bytes that cannot be part of a name and delimit it.
var endsName = [256]bool{' ': true, '\t': true, '\n': true, '\r': true, '>': true, '/': true, '=': true, '<': true, '"': true, '\'': true, '&': true, '?': true}

func nameEnd(b []byte, i int) int {
	for i < len(b) && !endsName[b[i]] {
		i++
	}
	return i
}

func splitName(qname string) (prefix, local string) {
	if i := strings.IndexByte(qname, ':'); i >= 0 {
		return qname[:i], qname[i+1:]
	}
	return "", qname
}

// validName tells whether s is an XML Name (production 5).
func validName(s []byte) bool {
	for i, r := range string(s) {
		if !nameRune(r, i == 0) {
			return false
		}
	}
	return len(s) > 0
}

// beginsName tells whether a name may begin as s does.
func beginsName(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return nameRune(first, true)
}

func nameRune(r rune, first bool) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '_', r == ':':
		return true
	case r >= '0' && r <= '9', r == '-', r == '.', r == 0xB7, r >= 0x300 && r <= 0x36F, r >= 0x203F && r <= 0x2040:
		return !first
	case r < 0xC0 || r == 0xD7 || r == 0xF7 || r == 0x37E:
		return false
	}
	return r <= 0x1FFF || r == 0x200C || r == 0x200D || r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF ||
		r >= 0x3001 && r <= 0xD7FF || r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFFFD || r >= 0x10000 && r <= 0xEFFFF
}

// badChar returns the offset of the first character that XML forbids, or -1.
// The input is valid UTF-8.
func badChar(s []byte) int {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < 0x20 && !space[c] {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		if r == 0xFFFE || r == 0xFFFF {
			return i
		}
		i += size
	}
	return -1
}

// reference resolves the reference at s[0] == '&'; size 0 means it is none
// that XML defines without a DTD.
func reference[S []byte | string](s S) (r rune, size int) {
	end := 1
	for end < len(s) && inReference[s[end]] {
		end++
	}
	if end == len(s) || s[end] != ';' {
		return 0, 0
	}
	switch string(s[1:end]) {
	case "amp":
		r = '&'
	case "lt":
		r = '<'
	case "gt":
		r = '>'
	case "quot":
		r = '"'
	case "apos":
		r = '\''
	default:
		if r = charReference(s[1:end]); r == 0 {
			return 0, 0
		}
	}
	return r, end + 1
}

// inReference holds the bytes between & and ; of the references without a DTD.
var inReference = func() (set [256]bool) {
	for _, c := range []byte("#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") {
		set[c] = true
	}
	return set
}()

// charReference reads #1234 or #x12AB; 0 means it is not a character of XML.
func charReference[S []byte | string](s S) (r rune) {
	base, i := rune(10), 1
	if len(s) > 1 && s[1] == 'x' {
		base, i = 16, 2
	}
	if i >= len(s) || s[0] != '#' {
		return 0
	}
	for ; i < len(s); i++ {
		d := rune(99)
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			d = rune(c - '0')
		case c >= 'a' && c <= 'f':
			d = rune(c-'a') + 10
		case c >= 'A' && c <= 'F':
			d = rune(c-'A') + 10
		}
		if d >= base {
			return 0
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0
		}
	}
	if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r >= 0xD800 && r <= 0xDFFF || r == 0xFFFE || r == 0xFFFF {
		return 0
	}
	return r
}

const (
	commentOpen, commentClose = "<!--", "-->"
	cdataOpen, cdataClose     = "<![CDATA[", "]]>"
	piOpen, piClose           = "<?", "?>"
)

// decodeContent gives the value of well-formed content without elements.
func decodeContent(b []byte) string {
	var out strings.Builder
	out.Grow(len(b))
	for i := 0; i < len(b); {
		switch {
		case b[i] == '&':
			r, size := reference(b[i:])
			out.WriteRune(r)
			i += size
		case b[i] == '\r':
			out.WriteByte('\n')
			i++
			if i < len(b) && b[i] == '\n' {
				i++
			}
		case b[i] != '<':
			out.WriteByte(b[i])
			i++
		case bytes.HasPrefix(b[i:], []byte(commentOpen)):
			i += len(commentOpen) + bytes.Index(b[i+len(commentOpen):], []byte(commentClose)) + len(commentClose)
		case bytes.HasPrefix(b[i:], []byte(cdataOpen)):
			from := i + len(cdataOpen)
			to := from + bytes.Index(b[from:], []byte(cdataClose))
			writeLines(&out, b[from:to])
			i = to + len(cdataClose)
		default: // a processing instruction, which was refused where it stands
			i += bytes.Index(b[i:], []byte(piClose)) + len(piClose)
		}
	}
	return out.String()
}

// writeLines writes text with the line ends that XML gives to a program.
func writeLines(out *strings.Builder, text []byte) {
	for i, c := range text {
		switch {
		case c != '\r':
			out.WriteByte(c)
		case i+1 == len(text) || text[i+1] != '\n':
			out.WriteByte('\n')
		}
	}
}

// decodeAttribute gives the value of a well-formed attribute: references
// resolved, white space normalised to spaces.
func decodeAttribute(s string) string {
	if !strings.ContainsAny(s, "&\t\n\r") {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	for i := 0; i < len(s); {
		switch {
		case s[i] == '&':
			r, size := reference(s[i:])
			out.WriteRune(r)
			i += size
			continue
		case s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n': // one line end, written for its second byte
		case space[s[i]]:
			out.WriteByte(' ')
		default:
			out.WriteByte(s[i])
		}
		i++
	}
	return out.String()
}

// ForbiddenCharacter tells whether the text, which is valid UTF-8, holds a
// character that XML forbids even as a reference.
func ForbiddenCharacter(text string) bool {
	for _, r := range text {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return true
		}
	}
	return false
}
