package configs

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// TestReference holds the reference file and the Go types to each other: every
// key of the one is a key of the other, and each is explained by a comment.
func TestReference(t *testing.T) {
	if _, err := Parse("dragoman.yaml", []byte(Reference())); err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseBytes([]byte(Reference()), 0)
	if err != nil {
		t.Fatal(err)
	}
	inFile := map[string]int{} // key path without entry numbers, to its first line
	collect("", file.Docs[0].Body, inFile)
	inTypes := map[string]bool{}
	keysBelow("", reflect.TypeFor[Config](), inTypes)
	for key := range inTypes {
		if inFile[key] == 0 {
			t.Errorf("%s is not in the reference file", key)
		}
	}
	for key, line := range inFile {
		if !inTypes[key] {
			t.Errorf("line %d: %s is not a key", line, key)
		}
	}
	t.Logf("%d keys", len(inTypes))
	if len(inTypes) < 57 {
		t.Errorf("%d keys, want at least 57", len(inTypes))
	}
	lines := strings.Split(Reference(), "\n")
	for key, line := range inFile {
		if !explained(lines, line-1) {
			t.Errorf("line %d: %s has no comment", line, key)
		}
	}
}

// explained finds a comment above a key, or above the key before it which it
// shares the comment with, or below when the value is a list, or beside the dash.
func explained(lines []string, at int) bool {
	comment := regexp.MustCompile(`^\s*(- )?#`)
	return comment.MatchString(lines[at-1]) || comment.MatchString(lines[at+1]) || comment.MatchString(lines[at-2])
}

func collect(path string, n ast.Node, into map[string]int) {
	switch v := n.(type) {
	case *ast.MappingNode:
		for _, pair := range v.Values {
			collect(path, pair, into)
		}
	case *ast.MappingValueNode:
		key := below(path, v.Key.String())
		if line := v.Key.GetToken().Position.Line; into[key] == 0 {
			into[key] = line
		}
		collect(key, v.Value, into)
	case *ast.SequenceNode:
		for _, item := range v.Values {
			collect(path, item, into)
		}
	}
}

func keysBelow(path string, t reflect.Type, into map[string]bool) {
	for f := range fieldsOf(t) {
		key := below(path, f.key)
		into[key] = true
		below := t.FieldByIndex(f.index).Type
		if below.Kind() == reflect.Slice {
			below = below.Elem()
		}
		if below.Kind() == reflect.Struct {
			keysBelow(key, below, into)
		}
	}
}

// TestTags checks that every tag can be read: a wrong one would be found only by
// the first user who makes that mistake.
func TestTags(t *testing.T) {
	count := 0
	var visit func(reflect.Type)
	visit = func(of reflect.Type) {
		for f := range fieldsOf(of) {
			count++
			field := of.FieldByIndex(f.index)
			if form := f.tag.Get("form"); form != "" {
				shapeOf(form)
			}
			if f.tag.Get("min") != "" && bound(f.tag.Get("min"), reflect.Zero(field.Type)) >= bound(f.tag.Get("max"), reflect.Zero(field.Type)) {
				t.Errorf("%s: min is not below max", f.key)
			}
			if text, ok := f.tag.Lookup("default"); ok && f.tag.Get("allow") != "" && !slices.Contains(strings.Fields(f.tag.Get("allow")), text) {
				t.Errorf("%s: the default %s is not allowed", f.key, text)
			}
			below := field.Type
			if below.Kind() == reflect.Slice {
				below = below.Elem()
			}
			if below.Kind() == reflect.Struct {
				visit(below)
			}
		}
	}
	visit(reflect.TypeFor[Config]())
	if count < 57 {
		t.Errorf("%d keys were visited, want at least 57", count)
	}
}

// TestDefaults: the node's defaults are those of the reference, and nothing else
// comes with them.
func TestDefaults(t *testing.T) {
	c := Default()
	if c.Node.HTTPS.Listen == "" || c.Node.Limits.RequestsPerSecond == 0 {
		t.Errorf("defaults are empty: %+v", c.Node)
	}
	if len(c.Participants)+len(c.Currencies)+len(c.Corridors) > 0 {
		t.Error("the examples of the reference are among the defaults")
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	c.Node.Log.Level = "debug"
	if Default().Node.Log.Level != "info" {
		t.Error("two defaults share their values")
	}
}
