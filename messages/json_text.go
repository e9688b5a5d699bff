package messages

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Strings, numbers and words of JSON.

// refuseBare says what is wrong with a value without quotes: the JSON form has
// none.
func (s *jsonScanner) refuseBare() {
	rest := s.text[s.i:]
	if end := strings.IndexAny(rest, " \t\r\n,]}:\"[{"); end >= 0 {
		rest = rest[:end]
	}
	switch {
	case rest == "null":
		s.fail(s.i, "null is not accepted: leave the member out")
	case rest == "true" || rest == "false" || validJSONNumber(rest):
		s.fail(s.i, "it must be a string: write %s", quoteName(rest))
	case rest == "":
		s.fail(s.i, "a value must stand here")
	default:
		s.fail(s.i, "this is not a JSON value")
	}
}

// validJSONNumber tells whether word is -? (0 | [1-9][0-9]*) (.[0-9]+)? ([eE][+-]?[0-9]+)?
func validJSONNumber(word string) bool {
	whole, ok := cutDigits(strings.TrimPrefix(word, "-"))
	if digits := strings.TrimPrefix(word, "-"); !ok || digits[0] == '0' && len(digits)-len(whole) > 1 {
		return false
	}
	if fraction, found := strings.CutPrefix(whole, "."); found {
		if whole, ok = cutDigits(fraction); !ok {
			return false
		}
	}
	if whole == "" {
		return true
	}
	if whole[0] != 'e' && whole[0] != 'E' {
		return false
	}
	exponent := whole[1:]
	if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
		exponent = exponent[1:]
	}
	rest, ok := cutDigits(exponent)
	return ok && rest == ""
}

func cutDigits(s string) (rest string, ok bool) {
	rest = strings.TrimLeft(s, "0123456789")
	return rest, len(rest) < len(s)
}

// str reads a string and checks what stands in it.
func (s *jsonScanner) str() (at, end uint32, escaped, ok bool) {
	s.i++
	from := s.i
	for s.i < len(s.text) {
		switch c := s.text[s.i]; {
		case c == '"':
			s.i++
			return uint32(from), uint32(s.i - 1), escaped, true //nolint:gosec // below MaxJSONBytes
		case c == '\\':
			escaped = true
			_, size := jsonEscape(s.text[s.i:])
			if size == 0 {
				return 0, 0, false, s.fail(s.i, "this is not an escape that JSON defines")
			}
			s.i += size
		case c < ' ':
			return 0, 0, false, s.fail(s.i, "a control character must be escaped in a string")
		case c < utf8.RuneSelf:
			s.i++
		default:
			_, size := utf8.DecodeRuneInString(s.text[s.i:])
			if size == 1 {
				return 0, 0, false, s.fail(s.i, "byte 0x%02X is not valid UTF-8 here", c)
			}
			s.i += size
		}
	}
	return 0, 0, false, s.fail(s.i, "the text ends inside a string")
}

// jsonEscape resolves the escape at s[0] == '\\'; size 0 means it is none.
func jsonEscape(s string) (r rune, size int) {
	if len(s) < 2 {
		return 0, 0
	}
	if s[1] != 'u' {
		const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
		if k := strings.IndexByte(letters, s[1]); k >= 0 {
			return rune(meanings[k]), 2
		}
		return 0, 0
	}
	r = jsonUnit(s)
	if !utf16.IsSurrogate(r) {
		if r < 0 {
			return 0, 0
		}
		return r, 6
	}
	if r = utf16.DecodeRune(r, jsonUnit(s[6:])); r == utf8.RuneError {
		return 0, 0
	}
	return r, 12
}

// jsonUnit is the number of the escape \uXXXX at s[0], or -1.
func jsonUnit(s string) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}

// decode gives the value of a string that str has checked.
func (s *jsonScanner) decode(at, end uint32, escaped bool) string {
	raw := s.text[at:end]
	if !escaped {
		return raw
	}
	var out strings.Builder
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			out.WriteByte(raw[i])
			i++
			continue
		}
		r, size := jsonEscape(raw[i:])
		out.WriteRune(r)
		i += size
	}
	return out.String()
}
