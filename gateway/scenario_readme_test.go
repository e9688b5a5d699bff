package gateway

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// scenarioWord is how verbs, options and kinds of messages look that a scenario may use.
var scenarioWord = regexp.MustCompile(`^([a-z][a-z-]+|[a-z]{4}\.\d{3})$`)

// TestScenarioWordsAreDocumented walks every word that a scenario can be written with, or
// that banks hear in one in words of its own: the cases of the switches that read and
// write them. Each must stand in the README, for who reads a scenario reads that first.
func TestScenarioWordsAreDocumented(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("testdata", "scenarios", "README"))
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, word := range regexp.MustCompile(`[a-z]{4}\.\d{3}|[a-z][a-z-]*`).FindAllString(string(readme), -1) {
		documented[word] = true
	}
	files, err := filepath.Glob("scenario*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	words := 0
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			for _, word := range wordsOfCase(n) {
				words++
				if !documented[word] {
					t.Errorf("%s: the README does not say what %q means", file, word)
				}
			}
			return true
		})
	}
	const least = 120
	if words < least {
		t.Errorf("%d words found, want at least %d", words, least)
	}
	t.Logf("%d words", words)
}

// wordsOfCase are the words for which a case of a switch stands.
func wordsOfCase(n ast.Node) (words []string) {
	clause, ok := n.(*ast.CaseClause)
	if !ok {
		return nil
	}
	for _, e := range clause.List {
		literal, ok := e.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			continue
		}
		if word, err := strconv.Unquote(literal.Value); err == nil && scenarioWord.MatchString(word) {
			words = append(words, word)
		}
	}
	return words
}
