package schema

// AppendText appends the value s as the content of an element: & < > and
// carriage return as references, everything else as it is.
func AppendText(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		if reference := textReference(s[i]); reference != "" {
			dst = append(append(dst, s[from:i]...), reference...)
			from = i + 1
		}
	}
	return append(dst, s[from:]...)
}

func textReference(c byte) string {
	switch c {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '\r':
		return "&#xD;"
	}
	return ""
}

// AppendAttribute appends the value s as that of an attribute, without the
// double quotes around it.
func AppendAttribute(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		if reference := attributeReference(s[i]); reference != "" {
			dst = append(append(dst, s[from:i]...), reference...)
			from = i + 1
		}
	}
	return append(dst, s[from:]...)
}

func attributeReference(c byte) string {
	switch c {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '"':
		return "&quot;"
	case '\t':
		return "&#x9;"
	case '\n':
		return "&#xA;"
	case '\r':
		return "&#xD;"
	}
	return ""
}

func appendQuoted(dst []byte, value string) []byte {
	return append(AppendAttribute(append(dst, '=', '"'), value), '"')
}
