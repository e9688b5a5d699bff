package configs

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// reader turns a parsed file into a Config and remembers where everything stood.
type reader struct {
	config   *Config
	problems Problems
	said     map[string]bool // keys of which nothing more is to be said
}

// read reads a text over a Config. The problems are those of syntax, keys and
// kinds of values; what the values say is checked afterwards.
func read(path string, text []byte, into *Config) *reader {
	into.file, into.places = path, map[string]place{"": {1, 1}}
	r := &reader{config: into, said: map[string]bool{}}
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // a byte order mark
	if !utf8.Valid(text) {
		r.whole(Problem{File: path, Text: "not text in UTF-8"})
		return r
	}
	file, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	switch {
	case err != nil:
		r.whole(syntaxProblem(path, err))
	case len(file.Docs) > 1:
		r.fault("", file.Docs[1], "a second document begins here; the file holds one")
	case len(file.Docs) == 0 || file.Docs[0].Body == nil:
		r.whole(into.Problem("", "the file is empty; it needs at least node.operator"))
	default:
		r.value("", file.Docs[0].Body, reflect.ValueOf(into).Elem(), "")
	}
	return r
}

// whole notes a problem after which nothing else can be judged.
func (r *reader) whole(p Problem) {
	r.said[""] = true
	r.problems = append(r.problems, p)
}

// fault notes a problem at a node.
func (r *reader) fault(key string, at ast.Node, format string, args ...any) {
	p := placeOf(at)
	r.said[key] = true
	r.problems = append(r.problems, Problem{r.config.file, p.line, p.column, key, fmt.Sprintf(format, args...)})
}

func placeOf(n ast.Node) place {
	if m, ok := n.(*ast.MappingValueNode); ok {
		n = m.Key
	}
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return place{}
	}
	return place{n.GetToken().Position.Line, n.GetToken().Position.Column}
}

// value reads one node into what the Config has at that path. An entry of a list
// is described as what its key is.
func (r *reader) value(path string, n ast.Node, into reflect.Value, what string) {
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.DirectiveNode:
		r.fault(path, n, "anchors, aliases, tags and directives are not used here; write the value itself")
		return
	}
	if into.Kind() != reflect.Struct {
		if _, known := r.config.places[path]; !known || into.Kind() != reflect.Slice {
			r.config.places[path] = placeOf(n)
		}
	}
	switch into.Kind() {
	case reflect.Struct:
		r.mapping(path, n, into)
	case reflect.Slice:
		r.list(path, n, into, what)
	default:
		if err := setScalar(n, into); err != nil {
			r.fault(path, n, "%v", err)
		}
	}
}

func (r *reader) list(path string, n ast.Node, into reflect.Value, what string) {
	items, ok := n.(*ast.SequenceNode)
	if _, null := n.(*ast.NullNode); null {
		r.fault(path, n, "has no value; [] is an empty list")
		return
	}
	if !ok {
		r.fault(path, n, "expected a list, each entry after a dash; [] is an empty one")
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(items.Values), len(items.Values)))
	for i, item := range items.Values {
		at := entry(path, i)
		r.config.places[at] = placeOf(item)
		if into.Index(i).Kind() == reflect.Struct {
			setDefaults(into.Index(i))
		}
		r.value(at, item, into.Index(i), what)
	}
}

func (r *reader) mapping(path string, n ast.Node, into reflect.Value) {
	var pairs []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		pairs = m.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{m}
	default:
		r.fault(path, n, "expected keys and values; the keys are: %s", strings.Join(keysOf(into.Type()), ", "))
		return
	}
	seen := map[string]place{}
	for _, pair := range pairs {
		r.pair(path, pair, into, seen)
	}
	for field := range fieldsOf(into.Type()) {
		key := below(path, field.key)
		if _, given := seen[field.key]; field.required && !given && !r.said[key] {
			r.said[key] = true
			r.problems = append(r.problems, r.config.Problem(key, "is missing"))
		}
	}
}

// pair reads one key and its value; seen are the keys of the mapping so far.
func (r *reader) pair(path string, pair *ast.MappingValueNode, into reflect.Value, seen map[string]place) {
	name, ok := pair.Key.(*ast.StringNode)
	if !ok {
		r.fault(path, pair.Key, "a key is a plain word; the keys here are: %s", strings.Join(keysOf(into.Type()), ", "))
		return
	}
	key := below(path, name.Value)
	field, known := fieldNamed(into.Type(), name.Value)
	if !known {
		keys := keysOf(into.Type())
		hint := ""
		if near := nearest(name.Value, keys); near != "" {
			hint = fmt.Sprintf("did you mean %s? ", near)
			r.said[below(path, near)] = true // not missing, only misspelt
		}
		r.fault(key, pair.Key, "unknown key; %sallowed here: %s", hint, strings.Join(keys, ", "))
		return
	}
	if first, again := seen[field.key]; again {
		r.fault(key, pair.Key, "this key stands at line %d already", first.line)
		return
	}
	seen[field.key] = placeOf(pair.Key)
	r.config.places[key] = placeOf(pair.Key)
	r.value(key, pair.Value, into.FieldByIndex(field.index), field.key)
}

// syntaxProblem gives what the parser cannot read, without its drawing of the
// place.
func syntaxProblem(path string, err error) Problem {
	p := Problem{File: path, Text: "not YAML: " + err.Error()}
	var located interface {
		GetMessage() string
		GetToken() *token.Token
	}
	if errors.As(err, &located) {
		p.Text = "not YAML: " + located.GetMessage()
		if t := located.GetToken(); t != nil && t.Position != nil {
			p.Line, p.Column = t.Position.Line, t.Position.Column
		}
	}
	return p
}
