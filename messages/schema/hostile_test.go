package schema_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"dragoman/messages/schema"
)

const hostile = "testdata/hostile"

// plain is the valid message that the hostile ones are made of.
func plain(t testing.TB) string {
	t.Helper()
	return string(readFile(t, filepath.Join(hostile, "plain.xml")))
}

// change is plain with the first old replaced.
func change(t testing.TB, old, with string) string {
	t.Helper()
	text := plain(t)
	if !strings.Contains(text, old) {
		t.Fatalf("plain.xml has no %s", old)
	}
	return strings.Replace(text, old, with, 1)
}

const megabyte = 1 << 20

// nested is n elements in one another.
func nested(name string, n int) string {
	return strings.Repeat("<"+name+">", n) + strings.Repeat("</"+name+">", n)
}

// attributes are n attributes, each with the text between its number and its
// value.
func attributes(n int, name string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` `+name+`="v%d"`, i, i)
	}
	return b.String()
}

// made are the hostile messages too large for a file, by the name under which
// INDEX.txt lists them.
func made(t testing.TB) map[string]func() string {
	const wildcard, group, name, amount = `<x xmlns="urn:x"/>`, "<GrpHdr>", "Debtor", ">100.00<"
	in := func(old, with string) func() string { return func() string { return change(t, old, with) } }
	_, bare, _ := strings.Cut(plain(t), "?>")
	many := func(s string) string { return strings.Repeat(s, megabyte/len(s)) }
	return map[string]func() string{
		"@depth-64":               in(wildcard, `<x xmlns="urn:x">`+nested("x", schema.MaxDepth-6)+`</x>`),
		"@depth-65":               in(wildcard, `<x xmlns="urn:x">`+nested("x", schema.MaxDepth-5)+`</x>`),
		"@depth-100000":           in(wildcard, `<x xmlns="urn:x">`+nested("x", 100_000)+`</x>`),
		"@depth-wrappers":         func() string { return nested("Envelope", 1000) },
		"@depth-in-envelopes":     func() string { return strings.Repeat("<Envelope>", 60) + bare + strings.Repeat("</Envelope>", 60) },
		"@depth-open":             func() string { return strings.Repeat("<Envelope>", 1000) },
		"@depth-same-element":     in(group, strings.Repeat(group, 1000)),
		"@attribute-value":        in("<Dbtr>", `<Dbtr a="`+many("x")+`">`),
		"@attribute-name":         in("<Dbtr>", `<Dbtr `+many("x")+`="">`),
		"@attribute-currency":     in(`"EUR"`, `"`+many("E")+`"`),
		"@attributes-64":          in(wildcard, `<x`+attributes(64, "a%d")+`/>`),
		"@attributes-65":          in(wildcard, `<x`+attributes(65, "a%d")+`/>`),
		"@attributes-100000":      in(wildcard, `<x`+attributes(100_000, "a%d")+`/>`),
		"@attributes-in-group":    in("<Dbtr>", `<Dbtr`+attributes(64, "a%d")+`>`),
		"@namespaces":             in(wildcard, `<x`+attributes(60, "xmlns:a%d")+`><x`+attributes(60, "xmlns:b%d")+`><x`+attributes(60, "xmlns:c%d")+`><x`+attributes(60, "xmlns:d%d")+`><x`+attributes(60, "xmlns:e%d")+`/></x></x></x></x>`),
		"@namespace-name":         in(wildcard, `<x xmlns="`+many("u")+`"/>`),
		"@namespace-references":   in(wildcard, `<x xmlns="`+many("&amp;")+`"/>`),
		"@namespace-of-root":      func() string { return `<Document xmlns="` + many("u") + `"/>` },
		"@namespace-unknown-type": func() string { return `<Document xmlns="` + schema.NamespacePrefix + many("u") + `"/>` },
		"@name":                   in(group, "<"+many("n")+"/>"+group),
		"@name-of-root":           func() string { return "<" + many("n") + "/>" },
		"@name-open":              func() string { return "<Envelope><" + many("n") + ">" },
		"@name-end":               in("</Dbtr>", "</"+many("n")+">"),
		"@name-prefix":            in("<Dbtr>", "<"+many("n")+":Dbtr>"),
		"@name-colons":            in("<Dbtr>", "<"+many("n:")+"Dbtr>"),
		"@name-in-value":          in(name, "<"+many("n")+"/>"),
		"@name-beyond-ascii":      in(group, "<"+many("ñ")+"/>"+group),
		"@text-in-value":          in(name, many("x")),
		"@text-beyond-bmp":        in(name, many("😀")),
		"@text-in-group":          in(group, many("x")+group),
		"@text-pattern":           in("BANKFRPP", many("B")),
		"@text-date":              in("2026-11-23T10:00:00Z", many("2")),
		"@text-enumeration":       in("SHAR", many("S")),
		"@slashes-in-value":       in(name, many("/")),
		"@slashes-in-wildcard":    in(wildcard, `<x xmlns="urn:x">`+many("/")+`</x>`),
		"@slashes-in-comment":     in(wildcard, "<!--"+many("</")+"-->"+wildcard),
		"@digits":                 in(amount, ">"+many("1")+"<"),
		"@digits-zeros":           in(amount, ">"+many("0")+"1<"),
		"@digits-fraction":        in(amount, ">1."+many("0")+"<"),
		"@digits-year":            in("2026-", many("9")+"-"),
		"@digits-seconds":         in(":00Z", ":00."+many("9")+"Z"),
		"@comments":               in(group, many("<!---->")+group),
		"@comments-before":        func() string { return many("<!---->") + bare },
		"@comments-in-value":      in(name, many("a<!---->")[:8*140]),
		"@comment-in-value":       in(name, "<!--"+many("x")+"-->D"),
		"@cdata-in-value":         in(name, many("<![CDATA[x]]>")),
		"@cdata-empty":            in(name, many("<![CDATA[]]>")+"D"),
		"@cdata-line-ends":        in(name, "<![CDATA["+many("\r\n")+"]]>"),
		"@references":             in(name, many("&#65;")),
		"@reference-zeros":        in(name, "&#"+many("0")+"65;"),
		"@reference-open":         in(name, "&#"+many("0")),
		"@instructions":           in(group, many("<?x?>")+group),
		"@instructions-before":    func() string { return many("<?x?>") + bare },
		"@siblings-unknown":       in(group, strings.Repeat("<Unknown/>", 100_000)+group),
		"@siblings-not-closed":    in(group, strings.Repeat("<Unknown>", 100_000)+group),
		"@siblings-known":         in("<CdtTrfTxInf>", strings.Repeat("<CdtTrfTxInf/>", 100_000)+"<CdtTrfTxInf>"),
		"@siblings-twice":         in("<Nm>Debtor</Nm>", strings.Repeat("<Nm>D</Nm>", 200_000)),
		"@siblings-self-closing":  in("<Dbtr>", strings.Repeat("<Dbtr/>", 200_000)+"<Dbtr>"),
		"@siblings-wildcard":      in(wildcard, `<x xmlns="urn:x">`+strings.Repeat("<x/>", 200_000)+"</x>"),
		"@siblings-other-space":   in(group, strings.Repeat(`<GrpHdr xmlns="urn:x"/>`, 50_000)+group),
		"@siblings-in-envelope":   func() string { return "<Envelope>" + strings.Repeat("<x/>", 200_000) + "</Envelope>" },
		"@headers": func() string {
			return "<Envelope>" + many(`<AppHdr xmlns="`+schema.NamespacePrefix+`head.001.001.02"/>`) + "</Envelope>"
		},
		"@less-than":            func() string { return many("<") },
		"@less-than-in-group":   in(group, many("<")+group),
		"@ampersands":           in(name, many("&")),
		"@blanks":               in(group, many(" \n")+group),
		"@blanks-in-tag":        in("<Dbtr>", "<Dbtr"+many(" ")+">"),
		"@blanks-in-end-tag":    in("</Dbtr>", "</Dbtr"+many(" ")+">"),
		"@blanks-around-amount": in(amount, ">"+many(" ")+"1<"),
		"@nuls":                 func() string { return many("\x00") },
		"@random":               func() string { return many("\x8f\x13\xfe\x00<a") },
	}
}

// hostileCase is one line of INDEX.txt.
type hostileCase struct {
	name  string
	rules []string
	text  []byte
}

// hostileCases reads INDEX.txt: a file or the name of a made message, and the
// rules of its faults in the order found; "rule*n" stands for n of the same.
func hostileCases(t testing.TB) []hostileCase {
	t.Helper()
	made := made(t)
	files, err := filepath.Glob(filepath.Join(hostile, "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	unlisted := map[string]bool{}
	for _, f := range files {
		unlisted[filepath.Base(f)] = true
	}
	for name := range made {
		unlisted[name] = true
	}
	var cases []hostileCase
	for line := range strings.Lines(string(readFile(t, filepath.Join(hostile, "INDEX.txt")))) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		c := hostileCase{name: words[0], rules: words[1:]}
		if text := made[c.name]; text != nil {
			c.text = []byte(text())
		} else {
			c.text = readFile(t, filepath.Join(hostile, c.name))
		}
		if !unlisted[c.name] {
			t.Errorf("INDEX.txt lists %s twice", c.name)
		}
		delete(unlisted, c.name)
		cases = append(cases, c)
	}
	for name := range unlisted {
		t.Errorf("INDEX.txt does not list %s", name)
	}
	return cases
}

// rules of faults as INDEX.txt writes them.
func rules(faults []schema.Fault) []string {
	if len(faults) == 0 {
		return []string{"valid"}
	}
	var out []string
	for i := 0; i < len(faults); {
		n := 1
		for i+n < len(faults) && faults[i+n].Rule == faults[i].Rule {
			n++
		}
		rule := faults[i].Rule
		if n > 1 {
			rule += fmt.Sprintf("*%d", n)
		}
		out = append(out, rule)
		i += n
	}
	return out
}

// slow is far more than a megabyte takes when time grows with its length alone,
// also under the race detector on a busy machine.
const slow = 5 * time.Second

// TestHostile reads every message of the hostile corpus: the right rules in the
// right order, short sentences, and no long wait.
func TestHostile(t *testing.T) {
	cases := hostileCases(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			faults := schema.Read(c.text, schema.Options{}).Faults
			if took := time.Since(start); took > slow {
				t.Errorf("%d bytes took %v", len(c.text), took)
			}
			if got := strings.Join(rules(faults), " "); got != strings.Join(c.rules, " ") {
				t.Errorf("%s: got %s, wanted %s\n%s", c.name, got, strings.Join(c.rules, " "), sentences(faults))
			}
			for _, f := range faults {
				checkFault(t, c.text, f)
			}
		})
	}
	const wanted = 60
	t.Logf("%d hostile messages", len(cases))
	if len(cases) < wanted {
		t.Errorf("%d hostile messages, wanted %d", len(cases), wanted)
	}
}

func sentences(faults []schema.Fault) string {
	var b strings.Builder
	for _, f := range faults {
		fmt.Fprintf(&b, "  %s %d:%d %s: %s\n", f.Rule, f.Line, f.Column, f.Path, f.Text)
	}
	return b.String()
}

// Bounds of what a fault may hold, in bytes: a path of 64 steps, each cut to 60
// bytes and a position; a sentence with a few quotations and names.
const (
	longestPath = 64 * 80
	longestText = 2000
)

// checkFault checks what holds of every fault.
func checkFault(t testing.TB, text []byte, f schema.Fault) {
	t.Helper()
	line, column := schema.Locate(text, f.Offset)
	switch {
	case f.Offset < 0 || f.Offset > len(text) || f.Line != line || f.Column != column || line < 1 || column < 1:
		t.Errorf("%s at %d, %d:%d, of %d bytes", f.Rule, f.Offset, f.Line, f.Column, len(text))
	case len(f.Path) > longestPath || len(f.Text) > longestText:
		t.Errorf("%s has a path of %d and a text of %d bytes", f.Rule, len(f.Path), len(f.Text))
	case f.Text == "" || f.Rule == "" || len(f.Reason) != 4:
		t.Errorf("%+v lacks something", f)
	}
}

// TestHostileOracle asks libxml2 about the hostile files that are bare messages.
func TestHostileOracle(t *testing.T) {
	judge := oracle(t)
	xsd := corpus(t, "xsd", "pacs.008.001.08.xsd")
	var cases []hostileCase
	var texts [][]byte
	for _, c := range hostileCases(t) {
		// A foreign schema is not libxml2's to know, and content of a wildcard
		// is not ours.
		if strings.HasPrefix(c.name, "@") || strings.HasPrefix(c.rules[0], "envelope.") || bytes.Contains(c.text, []byte("AppHdr")) || c.name == "envelope-in-envelope.xml" {
			continue
		}
		cases = append(cases, c)
		texts = append(texts, c.text)
	}
	verdicts, err := judge.Ask(t.Context(), xsd, texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		faults := schema.Read(c.text, schema.Options{}).Faults
		if len(faults) > 0 && !refused(faults) {
			continue
		}
		if verdicts[i].Valid != (len(faults) == 0) {
			t.Errorf("%s: libxml2 %+v; the reader %s", c.name, verdicts[i], sentences(faults))
		}
		if ill := len(faults) > 0 && strings.HasPrefix(faults[len(faults)-1].Rule, "xml."); ill == verdicts[i].WellFormed {
			t.Errorf("%s: libxml2 says well-formed: %v; the reader %s", c.name, verdicts[i].WellFormed, sentences(faults))
		}
	}
	t.Logf("%d hostile messages compared with libxml2", len(cases))
}

// allocated is how many bytes one Read of text takes from the heap.
func allocated(text []byte) (bytes int, faults []schema.Fault) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	result := schema.Read(text, schema.Options{})
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc), result.Faults
}

// checkMemory checks the bounds of memory for one text; the schema it needs
// must have been decoded before.
func checkMemory(t *testing.T, name string, text []byte) (valid bool) {
	t.Helper()
	took, faults := allocated(text)
	bound := 8*len(text) + megabyte
	if len(faults) == 0 {
		bound = 3*len(text) + 64<<10
	}
	if took > bound {
		t.Errorf("%s: %d bytes take %d bytes of memory, %d.%02d times, bound %d; %d faults", name, len(text), took, took/len(text), 100*took/len(text)%100, bound, len(faults))
	}
	return len(faults) == 0
}

func TestHostileMemory(t *testing.T) {
	skipShort(t)
	schema.Read([]byte(plain(t)), schema.Options{})
	schema.Lookup("head.001.001.02")
	for _, c := range hostileCases(t) {
		checkMemory(t, c.name, c.text)
	}
}

// TestTruncated reads a message broken off at every byte.
func TestTruncated(t *testing.T) {
	text := []byte(plain(t))
	end := bytes.LastIndex(text, []byte("</Document>")) + len("</Document>")
	for i := range end {
		faults := schema.Read(text[:i:i], schema.Options{}).Faults
		if len(faults) == 0 {
			t.Fatalf("no fault in the first %d bytes", i)
		}
		last := faults[len(faults)-1]
		if last.Rule[:4] != "xml." {
			t.Errorf("the first %d bytes: %s", i, sentences(faults))
		}
		for _, f := range faults {
			checkFault(t, text[:i], f)
		}
	}
	t.Logf("%d prefixes", end)
}

// TestSubstituted reads a message with every byte replaced in turn.
func TestSubstituted(t *testing.T) {
	text := []byte(plain(t))
	count := 0
	for i, old := range text {
		for _, b := range []byte("<>/&;\"'=:!?-[] \n\x00\x80\xc3\xffA0") {
			text[i] = b
			result := schema.Read(text, schema.Options{})
			for _, f := range result.Faults {
				checkFault(t, text, f)
			}
			walk(t, text, result)
			count++
		}
		text[i] = old
	}
	t.Logf("%d texts", count)
}

// TestLimits checks the limits that the caller sets.
func TestLimits(t *testing.T) {
	text := []byte(plain(t))
	if f := schema.Read(text, schema.Options{MaxBytes: len(text)}).Faults; len(f) > 0 {
		t.Errorf("at the limit of size: %s", sentences(f))
	}
	f := schema.Read(text, schema.Options{MaxBytes: len(text) - 1}).Faults
	if got := strings.Join(rules(f), " "); got != "policy.size" {
		t.Errorf("above the limit of size: %s", got)
	}
	bad := []byte(change(t, "<GrpHdr>", strings.Repeat("<X/>", 20)+"<GrpHdr>"))
	for _, most := range []int{1, 7, 20} {
		if f := schema.Read(bad, schema.Options{MaxFaults: most}).Faults; len(f) != most {
			t.Errorf("%d faults, wanted %d", len(f), most)
		}
	}
	if f := schema.Read(bad, schema.Options{MaxFaults: 21}).Faults; len(f) != 20 {
		t.Errorf("%d faults, wanted all 20", len(f))
	}
}
