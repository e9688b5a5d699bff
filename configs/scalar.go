package configs

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Size is a number of bytes.
type Size int64

// unit is a suffix of sizes.
type unit struct {
	name  string
	bytes int64
}

func units() []unit {
	return []unit{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"kB", 1e3}, {"MB", 1e6}}
}

// ParseSize takes a whole number with kB, MB, KiB or MiB.
func ParseSize(text string) (Size, error) {
	for _, u := range units() {
		digits, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimSuffix(digits, " "), 10, 32)
		if err != nil {
			break
		}
		return Size(int64(n) * u.bytes), nil // 32 bits times 2^20 fit
	}
	return 0, fmt.Errorf("%.40q is not a size; write a whole number with kB, MB, KiB or MiB, such as 6MiB", text)
}

// String gives the shortest form that ParseSize takes.
func (s Size) String() string {
	for _, u := range []unit{{"MiB", 1 << 20}, {"MB", 1e6}, {"KiB", 1 << 10}, {"kB", 1e3}} {
		if s != 0 && int64(s)%u.bytes == 0 {
			return strconv.FormatInt(int64(s)/u.bytes, 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10) + " bytes"
}

var (
	errNoValue  = errors.New("has no value")
	errNoScalar = errors.New("expected one value, on one line")
)

// setScalar reads a single value. The error tells what is expected.
func setScalar(n ast.Node, into reflect.Value) error {
	text, isText, err := scalar(n)
	if err != nil {
		return err
	}
	switch into.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%.40q is not a duration; write one such as 500ms, 30s, 5m or 240h", text)
		}
		into.SetInt(int64(d))
		return nil
	case Size:
		size, err := ParseSize(text)
		if err != nil {
			return err
		}
		into.SetInt(int64(size))
		return nil
	}
	switch into.Kind() {
	case reflect.Bool:
		if isText || text != "true" && text != "false" {
			return fmt.Errorf("expected true or false, without quotes; found %.40q", text)
		}
		into.SetBool(text == "true")
	case reflect.Int:
		i, err := strconv.Atoi(text)
		if err != nil || isText || strconv.Itoa(i) != text {
			return fmt.Errorf("expected a whole number, without quotes; found %.40q", text)
		}
		into.SetInt(int64(i))
	case reflect.String:
		if !isText {
			return fmt.Errorf("YAML reads %.40s as a number or a truth value; put it in quotes: %.40q", text, text)
		}
		into.SetString(text)
	default:
		panic("configs: a key of kind " + into.Kind().String())
	}
	return nil
}

// scalar gives a value as it was written, and whether YAML takes it for text.
func scalar(n ast.Node) (text string, isText bool, err error) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, true, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, false, nil
	case *ast.NullNode:
		return "", false, errNoValue
	}
	return "", false, errNoScalar
}
