package profile_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dragoman/messages/codes"
	"dragoman/messages/profile"
	"dragoman/messages/schema"
)

// TestTables holds every row to what a row must have.
func TestTables(t *testing.T) {
	reasons, ok := codes.ForType("ExternalStatusReason1Code")
	if !ok {
		t.Fatal("the set of status reasons is not there")
	}
	form := regexp.MustCompile(`^(base|cpmi|cbpr)(\.[a-z]+)+$`)
	for _, name := range profile.Names() {
		seen := map[string]bool{}
		for _, rule := range named(t, name).Rules {
			switch {
			case seen[rule.ID]:
				t.Errorf("%s: %s stands twice", name, rule.ID)
			case !form.MatchString(rule.ID):
				t.Errorf("%s: the form of the id is wrong", rule.ID)
			case rule.Says == "" || strings.HasSuffix(rule.Says, "."):
				t.Errorf("%s: Says is %q", rule.ID, rule.Says)
			case rule.Source == "":
				t.Errorf("%s has no source", rule.ID)
			case rule.Check == nil:
				t.Errorf("%s checks nothing", rule.ID)
			case len(rule.At) == 0 && len(rule.Types) == 0:
				t.Errorf("%s stands nowhere", rule.ID)
			case rule.Action == profile.Warn && !strings.HasPrefix(rule.Limits, "warns"):
				t.Errorf("%s warns and Limits does not begin with why: %q", rule.ID, rule.Limits)
			case rule.Action == profile.Refuse && strings.HasPrefix(rule.Limits, "warns"):
				t.Errorf("%s refuses and Limits says that it warns", rule.ID)
			}
			seen[rule.ID] = true
			for _, reason := range []string{rule.Reason, rule.Debtor, rule.Creditor} {
				if !reasons.Known(reason) && (reason != "" || rule.Reason == "") {
					t.Errorf("%s: %q is no ISO status reason", rule.ID, reason)
				}
			}
		}
	}
}

// TestLimits finds the rule of every known limit.
func TestLimits(t *testing.T) {
	for id := range profile.Limits {
		found := false
		for _, name := range profile.Names() {
			for _, rule := range named(t, name).Rules {
				found = found || rule.ID == id && rule.Limits == profile.Limits[id]
			}
		}
		if !found {
			t.Errorf("no rule %s has the limit that is known of it", id)
		}
	}
}

// TestPlacesExist finds every place of every rule in a schema of one of its
// kinds, so that a slip of the pen does not make a rule that never applies.
func TestPlacesExist(t *testing.T) {
	found := map[string]bool{}
	types := map[string]bool{}
	for _, id := range placeSchemas {
		collect(schema.Lookup(id), id, found, types)
	}
	places := 0
	for _, name := range profile.Names() {
		for _, rule := range named(t, name).Rules {
			for _, place := range rule.At {
				places++
				if !placeIsIn(found, rule.Kinds, place) {
					t.Errorf("%s: no schema of %v has %s", rule.ID, rule.Kinds, place)
				}
			}
			for _, pattern := range rule.Types {
				if !typeIsIn(types, pattern) {
					t.Errorf("%s: no schema has a type %s", rule.ID, pattern)
				}
			}
		}
	}
	t.Logf("%d places looked up", places)
	if places < 300 {
		t.Errorf("%d places, want at least 300", places)
	}
}

// placeSchemas are where places are looked up: of each message that rules name
// the version of the 2026 release, or a usual one; and an old one for its types.
var placeSchemas = []string{
	"head.001.001.02", "pacs.002.001.10", "pacs.003.001.08", "pacs.004.001.09", "pacs.007.001.09", "pacs.008.001.08",
	"pacs.009.001.08", "pacs.010.001.03", "pain.001.001.09", "pain.008.001.08", "camt.052.001.08", "camt.053.001.08",
	"camt.054.001.08", "camt.056.001.08", "pacs.008.001.01",
}

// collect notes "pacs.008 GrpHdr/MsgId" for all chains of names that stand below
// each other, and all simple types.
func collect(s *schema.Schema, id string, found, types map[string]bool) {
	message := strings.Join(strings.Split(id, ".")[:2], ".")
	seen := map[string]bool{}
	var walk func(typ *schema.Type, names []string)
	walk = func(typ *schema.Type, names []string) {
		for n := 1; n <= len(names); n++ {
			found[message+" "+strings.Join(names[len(names)-n:], "/")] = true
		}
		key := typ.Name + " " + strings.Join(names[max(0, len(names)-4):], "/")
		if typ.Simple() || seen[key] {
			types[typ.Name] = types[typ.Name] || typ.Simple()
			return
		}
		seen[key] = true
		for _, slot := range typ.Slots {
			for _, alternative := range slot.Alternatives {
				if !alternative.Any {
					walk(alternative.Type, append(names[:len(names):len(names)], alternative.Name))
				}
			}
		}
	}
	walk(s.Root().Type, []string{s.Root().Name})
}

func placeIsIn(found map[string]bool, kinds []string, place string) bool {
	for key := range found {
		message, path, _ := strings.Cut(key, " ")
		if path != place {
			continue
		}
		area, _, _ := strings.Cut(message, ".")
		for _, kind := range kinds {
			if kind == area || strings.HasPrefix(kind, message) {
				return true
			}
		}
		if len(kinds) == 0 || strings.HasPrefix(place, "AppHdr") {
			return true
		}
	}
	return false
}

func typeIsIn(types map[string]bool, pattern string) bool {
	for name := range types {
		if matched, _ := filepath.Match(pattern, name); matched {
			return true
		}
	}
	return false
}

// TestSources opens every document that a rule was taken from and looks for the
// words that its section begins with.
func TestSources(t *testing.T) {
	shared := sharedFolder(t, "design")
	cited := map[string]bool{}
	for _, name := range profile.Names() {
		for _, rule := range named(t, name).Rules {
			for _, source := range sources(rule) {
				cited[source] = true
			}
		}
	}
	for source := range cited {
		place, words, _ := strings.Cut(source, " § ")
		files, err := filepath.Glob(filepath.Join(shared, place))
		if err != nil || len(files) == 0 {
			t.Errorf("source %q: no such file", source)
			continue
		}
		if !anyHolds(t, files, words) {
			t.Errorf("source %q: the words are not there", source)
		}
	}
	t.Logf("%d sources looked up", len(cited))
	if len(cited) < 30 {
		t.Errorf("%d sources, want at least 30", len(cited))
	}
}

// sources takes apart what a rule was taken from.
func sources(rule profile.Rule) []string { return strings.Split(rule.Source, "; ") }

func anyHolds(t *testing.T, files []string, words string) bool {
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.Join(strings.Fields(string(raw)), " "), words) {
			return true
		}
	}
	return false
}

// sharedFolder is the folder of data beside the project. Without it the test is
// skipped, unless DRAGOMAN_REQUIRE_CORPUS is 1.
func sharedFolder(t testing.TB, inside string) string {
	t.Helper()
	shared := filepath.Join("..", "..", "..", "shared")
	if _, err := os.Stat(filepath.Join(shared, inside)); err != nil {
		if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
			t.Fatalf("DRAGOMAN_REQUIRE_CORPUS is 1 and there is no %s", inside)
		}
		t.Skipf("no %s beside the project; skipped", inside)
	}
	return shared
}
