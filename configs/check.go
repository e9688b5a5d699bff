package configs

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// checker collects what is wrong with the values of a Config.
type checker struct {
	config   *Config
	problems Problems
	said     map[string]bool // keys that have been found wrong
}

func (k *checker) fault(key, format string, args ...any) {
	if !k.said[key] {
		k.said[key] = true
		k.problems = append(k.problems, k.config.Problem(key, format, args...))
	}
}

// values checks every value against the tags of its field.
func (k *checker) values(path string, of reflect.Value) {
	for f := range fieldsOf(of.Type()) {
		k.field(below(path, f.key), of.FieldByIndex(f.index), f)
	}
}

func (k *checker) field(path string, v reflect.Value, f field) {
	switch {
	case v.Kind() == reflect.Struct:
		k.values(path, v)
	case v.Kind() == reflect.Slice:
		if f.nonempty && v.Len() == 0 {
			k.fault(path, "is empty%s", allowed(f))
		}
		for i := range v.Len() {
			if at := entry(path, i); v.Index(i).Kind() == reflect.Struct {
				k.values(at, v.Index(i))
			} else {
				k.single(at, v.Index(i), f, true)
			}
		}
	default:
		k.single(path, v, f, f.nonempty)
	}
}

// allowed tells what a key allows, where it has a list of that.
func allowed(f field) string {
	if words := f.tag.Get("allow"); words != "" {
		return "; allowed here: " + strings.Join(strings.Fields(words), ", ")
	}
	return ""
}

func (k *checker) single(path string, v reflect.Value, f field, nonempty bool) {
	text := show(v)
	words := strings.Fields(f.tag.Get("allow"))
	switch {
	case v.Kind() == reflect.String && text == "":
		if nonempty || len(words) > 0 {
			k.fault(path, "is empty%s", allowed(f))
		}
	case len(words) > 0 && !slices.Contains(words, text):
		hint := ""
		if near := nearest(text, words); near != "" {
			hint = fmt.Sprintf("; did you mean %s?", near)
		}
		k.fault(path, "%.40q is not allowed%s%s", text, hint, allowed(f))
	case f.tag.Get("form") != "":
		if s := shapeOf(f.tag.Get("form")); !s.fits(text) {
			k.fault(path, "%.60q is not %s", text, s.want)
		}
	case f.tag.Get("min") != "":
		low, high := f.tag.Get("min"), f.tag.Get("max")
		if n := v.Int(); n < bound(low, v) || n > bound(high, v) {
			k.fault(path, "%s is not between %s and %s", text, low, high)
		}
	}
}

// show gives a value as a file has it.
func show(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return v.String()
	}
	return fmt.Sprint(v.Interface())
}

// bound reads a min or max tag as a value of that kind.
func bound(text string, like reflect.Value) int64 {
	var n int64
	var err error
	switch like.Interface().(type) {
	case time.Duration:
		var d time.Duration
		d, err = time.ParseDuration(text)
		n = int64(d)
	case Size:
		var s Size
		s, err = ParseSize(text)
		n = int64(s)
	default:
		n, err = strconv.ParseInt(text, 10, 64)
	}
	if err != nil {
		panic("configs: bound " + text)
	}
	return n
}
