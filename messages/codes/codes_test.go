package codes_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"dragoman/messages/codes"
)

// corpus returns a folder of ../shared/iso20022, and skips the test where it is
// not present.
func corpus(t *testing.T, folder string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "iso20022", folder)
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
			t.Fatalf("the corpus is required and absent: %v", err)
		}
		t.Skipf("../shared/iso20022/%s is not beside the project", folder)
	}
	return dir
}

// published is one file of code_sets.
type published struct {
	Name, Description string
	Codes             map[string]string
}

func readPublished(t *testing.T) []published {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(corpus(t, "code_sets"), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var sets []published
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var set published
		if err := json.Unmarshal(content, &set); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		sets = append(sets, set)
	}
	return sets
}

func TestEveryPublishedCode(t *testing.T) {
	const wantSets, wantCodes = 128, 3084
	sets, count := readPublished(t), 0
	for _, want := range sets {
		set, ok := codes.ForType(want.Name)
		if !ok {
			t.Errorf("no set for %s", want.Name)
			continue
		}
		if set.Name() != want.Name || set.Description() != want.Description || set.Len() != len(want.Codes) {
			t.Errorf("%s: got %s, %q, %d codes", want.Name, set.Name(), set.Description(), set.Len())
		}
		if got := slices.Collect(maps.Keys(maps.Collect(set.Codes()))); len(got) != len(want.Codes) {
			t.Errorf("%s: Codes yields %d different codes, want %d", want.Name, len(got), len(want.Codes))
		}
		last := ""
		for code, meaning := range set.Codes() {
			if code <= last || meaning != want.Codes[code] {
				t.Errorf("%s: Codes yields %q after %q with meaning %q", want.Name, code, last, meaning)
			}
			last = code
		}
		for code, meaning := range want.Codes {
			got, known := set.Lookup(code)
			if !known || got != meaning || !set.Known(code) {
				t.Errorf("%s: Lookup(%q) = %q, %v, want %q", want.Name, code, got, known, meaning)
			}
			count++
		}
	}
	t.Logf("%d sets, %d codes", len(sets), count)
	if len(sets) < wantSets || count < wantCodes {
		t.Errorf("%d sets and %d codes checked, want at least %d and %d", len(sets), count, wantSets, wantCodes)
	}
	if all := slices.Collect(codes.Sets()); len(all) != len(sets) {
		t.Errorf("Sets yields %d sets, want %d", len(all), len(sets))
	}
}

// typesWithoutSet are the External…Code types of the compiled schemas whose codes
// are not among the published sets: their values cannot be checked.
var typesWithoutSet = []string{
	"ExternalBankTransactionDomain1Code",
	"ExternalBankTransactionDomainCode",
	"ExternalBankTransactionFamily1Code",
	"ExternalBankTransactionFamilyCode",
	"ExternalBankTransactionSubFamily1Code",
	"ExternalBankTransactionSubFamilyCode",
	"ExternalCardTransactionCategory1Code",
	"ExternalChequeAgentInstruction1Code",
	"ExternalClearingSystemMemberCode",
	"ExternalCollateralReferenceDataStatusReason1Code",
	"ExternalCommunicationFormat1Code",
	"ExternalCreditLineType1Code",
	"ExternalFinancialInstitutionIdentification1Code",
	"ExternalFinancialInstrumentProductType1Code",
	"ExternalMandateSetupReason1Code",
	"ExternalNotificationCancellationReason1Code",
	"ExternalPaymentMethode1Code",
	"ExternalRegulatoryReportingType1Code",
	"ExternalSecuritiesUpdateReason1Code",
	"ExternalServiceCategory1Code",
}

func TestEverySchemaType(t *testing.T) {
	const wantFiles, wantTypes = 624, 114
	paths, err := filepath.Glob(filepath.Join(corpus(t, "xsd"), "*.xsd"))
	if err != nil {
		t.Fatal(err)
	}
	typeName := regexp.MustCompile(`<xs:simpleType name="(External[A-Za-z0-9]*Code)"`)
	files, types := 0, map[string]bool{}
	for _, path := range paths {
		schema, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := typeName.FindAllSubmatch(schema, -1)
		for _, match := range found {
			types[string(match[1])] = true
		}
		if len(found) > 0 {
			files++
		}
	}
	t.Logf("%d types in %d schemas", len(types), files)
	if files < wantFiles || len(types) < wantTypes {
		t.Errorf("%d types in %d schemas, want at least %d in %d", len(types), files, wantTypes, wantFiles)
	}
	var without []string
	for _, name := range slices.Sorted(maps.Keys(types)) {
		if _, ok := codes.ForType(name); !ok {
			without = append(without, name)
		}
	}
	if !slices.Equal(without, typesWithoutSet) {
		t.Errorf("types without a set:\n%q\nwant\n%q", without, typesWithoutSet)
	}
}

func TestForType(t *testing.T) {
	for name, want := range map[string]string{
		"ExternalStatusReason1Code":       "ExternalStatusReason1Code",
		"ExternalStatusReason2Code":       "ExternalStatusReason1Code",
		"ExternalPurposeCode":             "ExternalPurpose1Code",
		"ExternalAcceptedReason1Code":     "ExternalAcceptedReason1Code",
		"ExternalVerificationReason1Code": "ExternalVerificationReason1Code",
		"StatusReason1Code":               "",
		"ExternalStatusReason1":           "",
		"ExternalStatusReason1Code ":      "",
		"externalStatusReason1Code":       "",
		"ExternalStatusreason1Code":       "",
		"ExternalStatusReason1aCode":      "",
		"ExternalCode":                    "",
		"External1Code":                   "",
		"Externa":                         "",
		"Code":                            "",
		"":                                "",
		"Max35Text":                       "",
	} {
		set, ok := codes.ForType(name)
		if ok != (want != "") || set.Name() != want {
			t.Errorf("ForType(%q) = %q, %v, want %q", name, set.Name(), ok, want)
		}
	}
}

func TestUnknownCodes(t *testing.T) {
	for _, code := range []codes.StatusReason{
		"", " ", "A", "AB0", "AB055", "AB05 ", " AB05", "AB05\x00", "AB05\n", "ab05", "Ab05",
		"\u0410B05",              // Cyrillic A
		"\uff21B05",              // full-width A
		"AB0\u041e",              // Cyrillic O
		"AB\u200b05",             // zero-width space inside
		"AB\xff5",                // not UTF-8
		"AB05@00207", "AB05AB06", // what stands in the table beside it
		"ACSC", // of another set
		"ZZZZ", "0000", "\x00", "@", "\xff\xff\xff\xff",
	} {
		if meaning, known := code.Set().Lookup(string(code)); known || meaning != "" {
			t.Errorf("Lookup(%q) = %q, %v", code, meaning, known)
		}
		if code.Known() || code.Meaning() != "" {
			t.Errorf("%q: Known %v, Meaning %q", code, code.Known(), code.Meaning())
		}
	}
	// A set of codes of several lengths fills the short ones up with spaces.
	if c := codes.LocalInstrument("05"); !c.Known() || codes.LocalInstrument("05 ").Known() {
		t.Errorf("local instrument %q: Known %v; with a space: %v", c, c.Known(), codes.LocalInstrument("05 ").Known())
	}
	if c := codes.LocalInstrument("INSTNT01IDEAL"); !c.Known() {
		t.Errorf("%q is unknown", c)
	}
}

func TestZeroSet(t *testing.T) {
	var none codes.Set
	if none.Name() != "" || none.Len() != 0 || none.Known("") || none.Known("AB05") {
		t.Errorf("zero Set: name %q, %d codes", none.Name(), none.Len())
	}
	for code := range none.Codes() {
		t.Errorf("zero Set yields %q", code)
	}
}

// TestConstants wants every named constant in its set, named after its code.
func TestConstants(t *testing.T) {
	const want = 86
	file, err := parser.ParseFile(token.NewFileSet(), "constants.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		typeName := spec.Type.(*ast.Ident).Name
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		set, ok := codes.ForType("External" + typeName + "1Code")
		if !ok || !set.Known(code) || spec.Names[0].Name != typeName+code {
			t.Errorf("%s %s = %q: the set is there: %v, the code: %v", spec.Names[0].Name, typeName, code, ok, set.Known(code))
		}
		count++
		return true
	})
	t.Logf("%d constants", count)
	if count < want {
		t.Errorf("%d constants, want at least %d", count, want)
	}
}

func TestLookupAllocatesNothing(t *testing.T) {
	code := codes.StatusReasonAB05
	allocations := testing.AllocsPerRun(100, func() {
		set, _ := codes.ForType("ExternalPurpose1Code")
		if _, known := set.Lookup("SALA"); !known || !code.Known() || code.Meaning() == "" {
			t.Error("SALA or AB05 is unknown")
		}
	})
	if allocations != 0 {
		t.Errorf("%v allocations, want 0", allocations)
	}
}

// FuzzLookup compares the search with a walk over the whole set.
func FuzzLookup(f *testing.F) {
	for _, code := range []string{"AB05", "", "05", "INSTNT01IDEAL", "ab05", "\u0410B05", "AB05@00207", "zzzz "} {
		f.Add(uint8(110), code)
		f.Add(uint8(68), code)
	}
	sets := slices.Collect(codes.Sets())
	f.Fuzz(func(t *testing.T, number uint8, code string) {
		set := sets[int(number)%len(sets)]
		want, wantKnown := "", false
		for candidate, meaning := range set.Codes() {
			if candidate == code {
				want, wantKnown = meaning, true
			}
		}
		got, known := set.Lookup(code)
		if got != want || known != wantKnown || set.Known(code) != wantKnown {
			t.Errorf("%s: Lookup(%q) = %q, %v, want %q, %v", set, code, got, known, want, wantKnown)
		}
	})
}

func BenchmarkKnown(b *testing.B) {
	set := codes.StatusReasonAB05.Set()
	b.ReportAllocs()
	for b.Loop() {
		if !set.Known("RR04") {
			b.Fatal("RR04 is unknown")
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	set := codes.StatusReasonAB05.Set()
	b.ReportAllocs()
	for b.Loop() {
		if _, known := set.Lookup("RR04"); !known {
			b.Fatal("RR04 is unknown")
		}
	}
}

func BenchmarkForType(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := codes.ForType("ExternalStatusReason1Code"); !ok {
			b.Fatal("no set")
		}
	}
}
