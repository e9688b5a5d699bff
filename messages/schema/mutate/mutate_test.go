package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"dragoman/messages/schema"
	"dragoman/messages/schema/internal/libxml"
	"dragoman/messages/schema/internal/sample"
)

const shared = "../../../../shared/iso20022"

// need skips the test without the corpus or xmllint, unless
// DRAGOMAN_REQUIRE_CORPUS is 1.
func need(t *testing.T) {
	t.Helper()
	_, err := os.Stat(shared)
	if err == nil && libxml.Available() {
		return
	}
	if os.Getenv("DRAGOMAN_REQUIRE_CORPUS") == "1" {
		t.Fatalf("DRAGOMAN_REQUIRE_CORPUS is 1 and %s or %s is absent", shared, libxml.Command)
	}
	t.Skipf("%s or %s is absent", shared, libxml.Command)
}

// TestDifferential is the short form of the command. Its seed is the same in every
// run; DRAGOMAN_SEED takes another.
func TestDifferential(t *testing.T) {
	need(t)
	o := options{shared: shared, seed: 1, mutants: 4_000, minTypes: 80, minPerKind: 50, perJob: 16, out: t.ArtifactDir()}
	if testing.Short() {
		o.mutants, o.minPerKind, o.perJob = 1_000, 15, 8
	}
	if s := os.Getenv("DRAGOMAN_SEED"); s != "" {
		seed, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		o.seed = seed
	}
	t.Logf("DRAGOMAN_SEED=%d", o.seed)
	var out bytes.Buffer
	r, err := differ(t.Context(), o, &out)
	if err != nil {
		t.Fatal(err)
	}
	r.print(&out)
	t.Log(out.String())
	if err := r.failure(o); err != nil {
		t.Error(err)
	}
}

func TestSameSeedSameMessages(t *testing.T) {
	need(t)
	p, err := newPlan(options{shared: shared, mutants: 1000, perJob: 4})
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.kinds {
		a, b, other := p.job(7, i), p.job(7, i), p.job(8, i)
		if len(a.documents) != len(b.documents) || a.typ != b.typ {
			t.Fatalf("%s: the same seed gives %d messages of %s, then %d of %s", p.kinds[i].name, len(a.documents), a.typ.schema.ID(), len(b.documents), b.typ.schema.ID())
		}
		for k := range a.documents {
			if !bytes.Equal(a.documents[k].text, b.documents[k].text) {
				t.Fatalf("%s: message %d differs under the same seed", p.kinds[i].name, k)
			}
		}
		if len(other.documents) > 0 && bytes.Equal(a.documents[0].text, other.documents[0].text) {
			t.Errorf("%s: another seed gives the same message", p.kinds[i].name)
		}
	}
}

const space = schema.NamespacePrefix + "admi.002.001.01"

// reject is a valid admi.002.001.01 with the given date and time.
func reject(when string) string {
	return `<Document xmlns="` + space + `"><admi.002.001.01><RltdRef><Ref>1</Ref></RltdRef><Rsn><RjctgPtyRsn>FF01</RjctgPtyRsn><RjctnDtTm>` + when + `</RjctnDtTm></Rsn></admi.002.001.01></Document>`
}

// writer is a writer of messages that repeats itself under the same seed.
func writer(seed uint64) *sample.Writer {
	return &sample.Writer{Rand: rand.New(rand.NewPCG(seed, 0))}
}

func TestExplanations(t *testing.T) {
	need(t)
	judge, err := libxml.NewJudge(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlan(options{shared: shared, mutants: 100, perJob: 2})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, why string }{
		"space before a date":      {reject(" 2026-11-23T10:00:00"), "white space"},
		"line end behind a date":   {reject("2026-11-23T10:00:00\n"), "white space"},
		"empty CDATA":              {strings.Replace(reject("2026-11-23T10:00:00"), "<Rsn>", "<Rsn><![CDATA[]]>", 1), "white space"},
		"CDATA of blanks":          {strings.Replace(reject("2026-11-23T10:00:00"), "</Rsn>", "<!-- <![CDATA[ --><![CDATA[ \n]]></Rsn>", 1), "white space"},
		"blanks in xsi:type":       {strings.Replace(reject("2026-11-23T10:00:00"), "<Ref>", `<Ref xmlns:x="http://www.w3.org/2001/XMLSchema-instance" xmlns:o="`+space+`" x:type=" o:Max35Text ">`, 1), "white space"},
		"Document in a wildcard":   {withWildcard(p, t, `<Document xmlns="%s"/>`), "lax content"},
		"xsi:type in a wildcard":   {withWildcard(p, t, `<a xmlns="" xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="none"/>`), "lax content"},
		"seconds near sixty":       {reject("2026-11-23T23:59:59.99999999999999999Z"), "long numbers"},
		"point in base64":          {withBase64(p, t, "QUJ.D"), "base64 characters"},
		"CDATA end in base64":      {withBase64(p, t, "<![CDATA[QUJD]]]]>REVG"), "base64 characters"},
		"no base64 but for points": {withBase64(p, t, "QUJ.DA"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			typ := typeOf(t, p, c.text)
			verdicts, err := judge.Ask(t.Context(), typ.xsd, [][]byte{[]byte(c.text)})
			if err != nil {
				t.Fatal(err)
			}
			found := compare(typ, []byte(c.text), verdicts[0])
			if found.differs != (c.why != "") {
				t.Fatalf("differs: %v; libxml2 %+v, the reader %+v", found.differs, verdicts[0], found.faults)
			}
			if !found.differs {
				return
			}
			why, err := p.explain(t.Context(), judge, typ, []byte(c.text), found)
			if err != nil || why != c.why {
				t.Errorf("explained by %q, %v; wanted %q", why, err, c.why)
			}
			// Without explanations it is a difference, and can be made smaller.
			bare := *p
			bare.explanations = nil
			small, after, err := bare.shrink(t.Context(), judge, typ, []byte(c.text))
			if err != nil || !after.differs || len(small) > len(c.text) {
				t.Errorf("shrunk to %d of %d bytes, differs %v, %v", len(small), len(c.text), after.differs, err)
			}
		})
	}
}

// typeOf is the message type whose namespace the text names first.
func typeOf(t *testing.T, p *plan, text string) *messageType {
	t.Helper()
	_, rest, _ := strings.Cut(text, schema.NamespacePrefix)
	id, _, _ := strings.Cut(rest, `"`)
	for _, typ := range p.types {
		if typ.schema.ID() == id {
			return typ
		}
	}
	t.Fatalf("no type %s", id)
	return nil
}

// with is a message of some job of the kind, with what it drew replaced.
func with(p *plan, t *testing.T, name string, replace func(m *message) string) string {
	t.Helper()
	for i, k := range p.kinds {
		if k.name != name {
			continue
		}
		for seed := range uint64(100) {
			for _, d := range p.job(seed, i).documents {
				if m := newMessage(writer(seed), d.text); d.kind == unchanged && m != nil {
					if text := replace(m); text != "" {
						return text
					}
				}
			}
		}
	}
	t.Fatalf("no message for %s", name)
	return ""
}

func withWildcard(p *plan, t *testing.T, content string) string {
	return with(p, t, "wildcard-well-formed", func(m *message) string {
		// The wildcards of pacs are lax; some others skip all checks.
		if n, ok := m.wildcard(); ok && strings.HasPrefix(m.schema.ID(), "pacs.") {
			return m.replace(n, strings.ReplaceAll(content, "%s", m.schema.Namespace()))
		}
		return ""
	})
}

func withBase64(p *plan, t *testing.T, content string) string {
	return with(p, t, "base64", func(m *message) string {
		if n, ok := m.pickOf(schema.Base64); ok {
			return m.fill(n, content)
		}
		return ""
	})
}

// TestFailure checks that the command fails below its numbers.
func TestFailure(t *testing.T) {
	p := &plan{kinds: []kind{{name: "a"}}}
	o := options{mutants: 10, minTypes: 1, minPerKind: 10}
	full := func() *report {
		r := newReport(p)
		r.kinds["a"] = &tally{count: 10, valid: 5, invalid: 5}
		r.types["x"] = 10
		return r
	}
	if err := full().failure(o); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*report){
		"fewer mutants":    func(r *report) { r.kinds["a"].count = 9 },
		"too few valid":    func(r *report) { r.kinds["a"].valid = 2 },
		"too few invalid":  func(r *report) { r.kinds["a"].invalid = 2 },
		"fewer types":      func(r *report) { clear(r.types) },
		"a difference":     func(r *report) { r.differences = []string{"x"} },
		"a base not valid": func(r *report) { r.unchanged.invalid = 1 },
		"fewer of some kind": func(r *report) {
			r.kinds["a"].count, r.plan = 19, &plan{kinds: []kind{{name: "a"}, {name: "b"}}}
			r.kinds["b"] = &tally{count: 9, valid: 9}
		},
	} {
		r := full()
		spoil(r)
		if r.failure(o) == nil {
			t.Errorf("%s: no failure", name)
		}
	}
}

// acknowledged is a valid message of another type.
const acknowledged = `<Document xmlns="` + schema.NamespacePrefix + `admi.007.001.01"><RctAck><MsgId><MsgId>1</MsgId></MsgId><Rpt><RltdRef><Ref>1</Ref></RltdRef><ReqHdlg><StsCd>1</StsCd></ReqHdlg></Rpt></RctAck></Document>`

// TestCompare checks what counts as a difference.
func TestCompare(t *testing.T) {
	good, bad := reject("2026-11-23T10:00:00Z"), reject("yesterday")
	typ := &messageType{schema: schema.Lookup("admi.002.001.01")}
	if faults := schema.Read([]byte(acknowledged), schema.Options{}).Faults; len(faults) > 0 {
		t.Fatal(faults)
	}
	instruction := strings.Replace(good, "<Rsn>", "<?a?><Rsn>", 1)
	for _, c := range []struct {
		name    string
		text    string
		theirs  bool
		differs bool
	}{
		{"both valid", good, true, false}, {"both invalid", bad, false, false},
		{"ours valid", good, false, true}, {"theirs valid", bad, true, true},
		{"policy alone", instruction, true, false}, {"policy and more", strings.Replace(instruction, "Z<", "X<", 1), true, true},
		{"valid of another type", acknowledged, false, false},
	} {
		if got := compare(typ, []byte(c.text), libxml.Verdict{WellFormed: true, Valid: c.theirs}).differs; got != c.differs {
			t.Errorf("%s: differs %v", c.name, got)
		}
	}
}

// TestUsage checks what the command says when it cannot work.
func TestUsage(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-shared", filepath.Join(t.TempDir(), "none")}, &out); err == nil {
		t.Error("no error without schemas")
	}
	if err := run(t.Context(), []string{"-unknown"}, &out); err == nil {
		t.Error("no error for an unknown flag")
	}
}
