package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// codeSet is one external code set as published.
type codeSet struct {
	name        string // "ExternalStatusReason1Code"
	typeName    string // "StatusReason"
	description string
	codes       []code // in byte order
}

type code struct{ value, meaning string }

var (
	setName   = regexp.MustCompile(`^External([A-Z][A-Za-z]*)[0-9]+Code$`)
	codeValue = regexp.MustCompile(`^[A-Z0-9]{1,35}$`)
)

// readSets reads every JSON file of the folder and returns the sets in the byte
// order of their type names.
func readSets(dir string) ([]codeSet, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list code sets: %w", err)
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no code set (*.json) in %s", dir)
	}
	var sets []codeSet
	for _, path := range paths {
		set, err := readSet(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		sets = append(sets, set)
	}
	slices.SortFunc(sets, func(a, b codeSet) int { return strings.Compare(a.typeName, b.typeName) })
	for i := 1; i < len(sets); i++ {
		if sets[i].typeName == sets[i-1].typeName {
			return nil, fmt.Errorf("two sets for type %s: %s and %s", sets[i].typeName, sets[i-1].name, sets[i].name)
		}
	}
	return sets, nil
}

func readSet(path string) (codeSet, error) {
	file, err := os.Open(path)
	if err != nil {
		return codeSet{}, err
	}
	defer file.Close() //nolint:errcheck // only read
	var published struct {
		Name        string            `json:"name"`
		Description string            `json:"description"`
		Codes       map[string]string `json:"codes"`
	}
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&published); err != nil {
		return codeSet{}, err
	}
	match := setName.FindStringSubmatch(published.Name)
	if match == nil {
		return codeSet{}, fmt.Errorf("set name %q is not External…<digit>Code", published.Name)
	}
	set := codeSet{name: published.Name, typeName: match[1], description: published.Description}
	if err := oneLine(set.description); err != nil {
		return codeSet{}, fmt.Errorf("description: %w", err)
	}
	for value, meaning := range published.Codes {
		if !codeValue.MatchString(value) {
			return codeSet{}, fmt.Errorf("code %q is not 1 to 35 capital letters and digits", value)
		}
		if err := oneLine(meaning); err != nil {
			return codeSet{}, fmt.Errorf("meaning of %s: %w", value, err)
		}
		set.codes = append(set.codes, code{value, meaning})
	}
	slices.SortFunc(set.codes, func(a, b code) int { return strings.Compare(a.value, b.value) })
	return set, nil
}

// oneLine wants a text that is one line of codes.txt.
func oneLine(text string) error {
	if text == "" {
		return fmt.Errorf("empty")
	}
	if i := strings.IndexFunc(text, unicode.IsControl); i >= 0 {
		return fmt.Errorf("control character at byte %d of %q", i, text)
	}
	return nil
}
