package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	File   string // empty for a Config made in Go
	Line   int    // from 1; 0 when there is no place
	Column int    // from 1, in characters
	Key    string // path of the key: participants[0].bic, entries counted from 0
	Text   string
}

// Error gives "file:line:column: key: text".
func (p Problem) Error() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
		}
		b.WriteString(": ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	return b.String() + p.Text
}

// Problems are all problems of a configuration, in the order of the file. It is
// the error of Load and Validate.
type Problems []Problem

// Error gives one problem a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Err sorts the problems by place; it is nil when there is none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return p
}

// place is where a value stands, or its key where the value is a list or has
// keys of its own.
type place struct{ line, column int }

// Problem makes a problem of a key, or of the nearest key above it that the file
// gives, so that whoever reads more out of the values can point at them too.
func (c *Config) Problem(key, format string, args ...any) Problem {
	p := Problem{File: c.file, Key: key, Text: fmt.Sprintf(format, args...)}
	for at := key; ; at = parent(at) {
		if found, ok := c.places[at]; ok {
			p.Line, p.Column = found.line, found.column
			return p
		}
		if at == "" {
			return p
		}
	}
}

// parent takes the last step off a path.
func parent(key string) string {
	return key[:max(0, strings.LastIndexAny(key, ".["))]
}

// below makes the path of a key in a mapping.
func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// entry makes the path of an entry of a list.
func entry(path string, index int) string { return fmt.Sprintf("%s[%d]", path, index) }
