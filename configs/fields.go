package configs

import (
	"iter"
	"reflect"
	"strings"
)

// field is one key of a mapping, as the tags of its Go field have it.
type field struct {
	key      string
	required bool // a file must give it
	nonempty bool
	tag      reflect.StructTag
	index    []int
}

// fieldsOf gives the keys of a mapping in their order.
func fieldsOf(t reflect.Type) iter.Seq[field] {
	return func(yield func(field) bool) {
		for _, f := range reflect.VisibleFields(t) {
			name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if name == "" {
				continue
			}
			required := options == "required"
			if !yield(field{name, required, required || options == "nonempty", f.Tag, f.Index}) {
				return
			}
		}
	}
}

func fieldNamed(t reflect.Type, key string) (field, bool) {
	for f := range fieldsOf(t) {
		if f.key == key {
			return f, true
		}
	}
	return field{}, false
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for f := range fieldsOf(t) {
		keys = append(keys, f.key)
	}
	return keys
}

// setDefaults gives a new entry of a list what it has without keys.
func setDefaults(entry reflect.Value) {
	for f := range fieldsOf(entry.Type()) {
		if text, ok := f.tag.Lookup("default"); ok {
			entry.FieldByIndex(f.index).SetString(text)
		}
	}
}
