package profile_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"dragoman/messages"
	"dragoman/messages/profile"
	"dragoman/messages/schema"
)

// ids are the rules of the faults, in order.
func ids(faults []schema.Fault) []string {
	var rules []string
	for _, fault := range faults {
		rules = append(rules, fault.Rule)
	}
	return rules
}

// changed is a sample with each from replaced by to, wherever it stands.
func changed(t testing.TB, name string, fromTo ...string) *messages.Message {
	t.Helper()
	raw := sample(t, name)
	for edit := range slices.Chunk(fromTo, 2) {
		if !bytes.Contains(raw, []byte(edit[0])) {
			t.Fatalf("%s does not hold %q", name, edit[0])
		}
		raw = bytes.ReplaceAll(raw, []byte(edit[0]), []byte(edit[1]))
	}
	return messages.Read(raw, messages.Options{})
}

func TestByName(t *testing.T) {
	if want := []string{"base", "cpmi", "cbpr2026"}; !slices.Equal(profile.Names(), want) {
		t.Errorf("the profiles are %v, want %v", profile.Names(), want)
	}
	for _, name := range profile.Names() {
		if p := named(t, name); p.Name != name || p.Says == "" || len(p.Rules) == 0 {
			t.Errorf("ByName(%q) = %+v", name, p)
		}
	}
	for _, name := range []string{"", "none", "CBPR2026", "cbpr"} {
		if p, ok := profile.ByName(name); ok || p != nil {
			t.Errorf("ByName(%q) = %v", name, p)
		}
	}
}

func TestKindOf(t *testing.T) {
	for _, test := range []struct {
		sample, from, to string
		want             profile.Kind
	}{
		{"pacs.008", "", "", profile.Kind{Area: "pacs", Message: "pacs.008", Variant: "pacs.008"}},
		{"pacs.008.stp", "", "", profile.Kind{Area: "pacs", Message: "pacs.008", Variant: "pacs.008.stp"}},
		{"pacs.009.core", "", "", profile.Kind{Area: "pacs", Message: "pacs.009", Variant: "pacs.009.core"}},
		{"pacs.009.adv", "", "", profile.Kind{Area: "pacs", Message: "pacs.009", Variant: "pacs.009.adv"}},
		{"pacs.009.cov", "", "", profile.Kind{Area: "pacs", Message: "pacs.009", Variant: "pacs.009.cov"}},
		// What it carries prevails over what its header says.
		{"pacs.009.cov", "cbprplus.cov.03", "cbprplus.03", profile.Kind{Area: "pacs", Message: "pacs.009", Variant: "pacs.009.cov"}},
		{"pacs.009.core", "cbprplus.03", "cbprplus.cov.03", profile.Kind{Area: "pacs", Message: "pacs.009", Variant: "pacs.009.cov"}},
		// Without a service, settlement by cover means an advice.
		{"pacs.009.adv", "<BizSvc>swift.cbprplus.adv.03</BizSvc>", "", profile.Kind{Area: "pacs", Message: "pacs.009", Variant: "pacs.009.adv"}},
		{"pacs.009.core", "<BizSvc>swift.cbprplus.03</BizSvc>", "", profile.Kind{Area: "pacs", Message: "pacs.009", Variant: "pacs.009.core"}},
		{"camt.052", "", "", profile.Kind{Area: "camt", Message: "camt.052", Variant: "camt.052"}},
		{"camt.052", "xsd:camt.052.001.08", "xsd:none.of.these", profile.Kind{}},
	} {
		m := changed(t, test.sample, test.from, test.to)
		if got := profile.KindOf(m); got != test.want {
			t.Errorf("%s with %q for %q is %+v, want %+v", test.sample, test.to, test.from, got, test.want)
		}
	}
}

func TestKindIs(t *testing.T) {
	k := profile.Kind{Area: "pacs", Message: "pacs.009", Variant: "pacs.009.cov"}
	for _, name := range []string{"pacs", "pacs.009", "pacs.009.cov"} {
		if !k.Is(name) {
			t.Errorf("%+v is not %q", k, name)
		}
	}
	for _, name := range []string{"", "pac", "pacs.00", "pacs.009.core", "camt"} {
		if k.Is(name) {
			t.Errorf("%+v is %q", k, name)
		}
	}
}

// TestParts: a bare document and a bare header are examined by themselves, and
// what cannot be read is passed over.
func TestParts(t *testing.T) {
	whole := sample(t, "pacs.008")
	from, to := bytes.Index(whole, []byte("<AppHdr")), bytes.Index(whole, []byte("</AppHdr>"))+len("</AppHdr>")
	header := whole[from:to]
	document := whole[bytes.Index(whole, []byte("<Document")) : bytes.Index(whole, []byte("</Document>"))+len("</Document>")]
	for name, test := range map[string]struct {
		raw  string
		want []string
	}{
		"bare document": {string(document), nil},
		"bare header":   {string(header), nil},
		"bare header without service": {
			strings.Replace(string(header), "<BizSvc>swift.cbprplus.03</BizSvc>", "", 1),
			[]string{"cbpr.header.service.given"},
		},
		"bare document with a fault": {
			strings.Replace(string(document), "<ChrgBr>SHAR", "<ChrgBr>CRED", 1), []string{"cbpr.charges.cred"},
		},
		"document of an unknown type": {
			strings.Replace(string(whole), "xsd:pacs.008.001.08", "xsd:pacs.998.001.08", 1), []string{"base.header.definition"},
		},
		"nothing":  {"", nil},
		"no XML":   {"pay me", nil},
		"cut off":  {string(whole[:len(whole)/2]), nil},
		"no parts": {"<Envelope/>", nil},
	} {
		m := messages.Read([]byte(test.raw), messages.Options{})
		if got := ids(both(named(t, "cbpr2026").Examine(m))); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// TestUnstructuredUntil: the CPMI rule begins with a day, that of CBPR+ 2026 with
// the release.
func TestUnstructuredUntil(t *testing.T) {
	const address, lines = "<StrtNm>Hauptstrasse</StrtNm><TwnNm>Berlin</TwnNm><Ctry>DE</Ctry>", "<AdrLine>Hauptstrasse 1, Berlin</AdrLine>"
	for _, test := range []struct {
		made string
		want []string
	}{
		{"2026-11-13T23:59:59-12:00", nil},
		{"2026-11-14T00:00:00+14:00", []string{"cpmi.address.structured"}},
		{"2027-01-01T00:00:00Z", []string{"cpmi.address.structured"}},
	} {
		m := changed(t, "pacs.008", address, lines, "<CreDtTm>2026-11-20T09:30:00+00:00", "<CreDtTm>"+test.made)
		if got := ids(named(t, "cpmi").Check(m)); !slices.Equal(got, test.want) {
			t.Errorf("cpmi, made %s: %v, want %v", test.made, got, test.want)
		}
		if got := ids(named(t, "cbpr2026").Check(m)); !slices.Equal(got, []string{"cbpr.address.structured"}) {
			t.Errorf("cbpr2026, made %s: %v", test.made, got)
		}
	}
}

func TestHeaderEnds(t *testing.T) {
	for _, test := range []struct {
		name string
		edit []string
		want []string
	}{
		{"a head office is its eight characters", []string{"<BICFI>SNDRGB2LXXX</BICFI></FinInstnId></FIId></Fr>", "<BICFI>SNDRGB2L</BICFI></FinInstnId></FIId></Fr>"}, nil},
		{"a branch is not", []string{"<BICFI>SNDRGB2LXXX</BICFI></FinInstnId></FIId></Fr>", "<BICFI>SNDRGB2L123</BICFI></FinInstnId></FIId></Fr>"}, []string{"base.header.from"}},
		{"a copy goes to somebody else", []string{"RCVRDEFFXXX</BICFI></FinInstnId></FIId>", "OTHRDEFFXXX</BICFI></FinInstnId></FIId>", "<Prty>NORM", "<CpyDplct>COPY</CpyDplct><Prty>NORM"}, nil},
		{"a duplicate does not", []string{"RCVRDEFFXXX</BICFI></FinInstnId></FIId>", "OTHRDEFFXXX</BICFI></FinInstnId></FIId>", "<Prty>NORM", "<CpyDplct>DUPL</CpyDplct><Prty>NORM"}, []string{"base.header.to"}},
		{"a copy comes from the same", []string{"SNDRGB2LXXX</BICFI></FinInstnId></FIId>", "OTHRGB2LXXX</BICFI></FinInstnId></FIId>", "<Prty>NORM", "<CpyDplct>CODU</CpyDplct><Prty>NORM"}, []string{"base.header.from"}},
	} {
		if got := ids(named(t, "base").Check(changed(t, "pacs.008", test.edit...))); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestIBAN(t *testing.T) {
	for _, test := range []struct {
		iban string
		want []string // refusals and warnings of base
	}{
		{"GB29NWBK60161331926819", nil},
		{"GB28NWBK60161331926819", []string{"base.iban"}},                   // check digits
		{"GB25123456789012345678", []string{"base.iban.form"}},              // digits for the bank
		{"GB26123456789012345678", []string{"base.iban", "base.iban.form"}}, // and wrong check digits
		{"GB2512345678901234567", []string{"base.iban", "base.iban.form"}},  // and too short
		{"ZZ29NWBK60161331926819", []string{"base.iban"}},                   // no such country
		{"US29NWBK60161331926819", []string{"base.iban"}},                   // a country without IBANs
		{"GB29nwbk60161331926819", []string{"base.iban"}},                   // small letters where capitals stand
		{"GB29NWBK601613319268190", []string{"base.iban"}},                  // too long
		{"GB", []string{"base.iban"}},                                       // hardly begun
		{"", []string{"base.iban"}},                                         //
		{"GB29NWBK6016133192681\u00e9", []string{"base.iban"}},              // no letter of ours
		{"GB29NWBK60161331926819GB29NWBK60161331", []string{"base.iban"}},   // much too long
		{"DEA9370400440532013000", []string{"base.iban"}},                   // check digits that are none
		{"DE89\uff13704004405320130", []string{"base.iban"}},                // full-width digit
	} {
		m := changed(t, "pacs.008", "GB29NWBK60161331926819", test.iban)
		if got := ids(both(named(t, "base").Examine(m))); !slices.Equal(got, test.want) {
			t.Errorf("%q: %v, want %v", test.iban, got, test.want)
		}
	}
}

func TestSums(t *testing.T) {
	for _, test := range []struct {
		name string
		edit []string
		want []string
	}{
		{"zeros at the end do not count", []string{">1000.3<", ">1000.300<"}, nil},
		{"nor at the beginning", []string{">1000.3<", ">001000.3<"}, nil},
		{"a cent too little", []string{">1000.3<", ">1000.29<"}, []string{"base.sum.group"}},
		{"a billionth too much", []string{">1000.3<", ">1000.300000001<"}, []string{"base.sum.group"}},
		{"18 digits", []string{">1000.10<", ">999999999999999.99<", ">0.20<", ">0.01<", ">1000.3<", ">1000000000000000.00<", ">1000.30<", ">1000000000000000.0<"}, nil},
		{"control sums count across currencies", []string{`"EUR">0.20`, `"USD">0.20`}, []string{"base.sum.settlement"}},
		{"an amount that is none is the schema's", []string{">0.20<", ">1e5<"}, nil},
		{"a sum that is none, too", []string{">1000.3<", ">NaN<"}, nil},
		{"a count that is none", []string{">2</NbOfTxs>", ">two</NbOfTxs>"}, []string{"base.count.group"}},
	} {
		if got := ids(named(t, "base").Check(changed(t, "batch.pacs.008", test.edit...))); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestFaultPlaces: a fault says what Message.Fault would say of its place, also
// behind a byte order mark and across lines.
func TestFaultPlaces(t *testing.T) {
	raw := slices.Concat([]byte("\ufeff"), bytes.ReplaceAll(sample(t, "pacs.008"), []byte("Ultimate Debtor Ltd</Nm>"), []byte("Zürich é</Nm>")))
	raw = bytes.ReplaceAll(raw, []byte("<ChrgBr>SHAR"), []byte("<ChrgBr>CRED"))
	m := messages.Read(raw, messages.Options{})
	found := named(t, "cbpr2026").Check(m)
	if want := []string{"cbpr.charges.cred", "cbpr.charset.text"}; !slices.Equal(ids(found), want) {
		t.Fatalf("%v, want %v", ids(found), want)
	}
	for _, fault := range found {
		line, column := schema.Locate(raw, fault.Offset)
		if fault.Line != line || fault.Column != column {
			t.Errorf("%s is at %d:%d, want %d:%d", fault.Rule, fault.Line, fault.Column, line, column)
		}
	}
	if found[0].Offset > found[1].Offset {
		t.Error("not in document order")
	}
}

// batchOf is a pacs.008 of n transactions, each the same.
func batchOf(t testing.TB, n int) []byte {
	t.Helper()
	raw := sample(t, "batch.pacs.008")
	from := bytes.Index(raw, []byte("      <CdtTrfTxInf>"))
	end := bytes.Index(raw, []byte("</CdtTrfTxInf>\n")) + len("</CdtTrfTxInf>\n")
	b := slices.Concat(raw[:from], bytes.Repeat(raw[from:end], n), raw[bytes.Index(raw, []byte("    </FIToFICstmrCdtTrf>")):])
	b = bytes.Replace(b, []byte("<NbOfTxs>2<"), fmt.Appendf(nil, "<NbOfTxs>%d<", n), 1)
	b = bytes.Replace(b, []byte("<CtrlSum>1000.3<"), fmt.Appendf(nil, "<CtrlSum>%d.%d<", n*1000+n/10, n%10), 1)
	return bytes.Replace(b, []byte(">1000.30<"), fmt.Appendf(nil, ">%d.%d<", n*1000+n/10, n%10), 1)
}

func TestBatch(t *testing.T) {
	const size = 1000
	raw := batchOf(t, size)
	m := messages.Read(raw, messages.Options{})
	if !m.Valid() {
		t.Fatal(m.Faults())
	}
	if found := both(named(t, "cpmi").Examine(m)); len(found) > 0 {
		t.Errorf("a good batch has %d faults, first %v", len(found), found[0])
	}
	bad := messages.Read(bytes.ReplaceAll(raw, []byte("DE89370400440532013000"), []byte("DE88370400440532013000")), messages.Options{})
	found := named(t, "base").Check(bad)
	if len(found) != profile.MaxFaults {
		t.Errorf("%d faults are told of, want %d", len(found), profile.MaxFaults)
	}
	if want := "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[100]/CdtrAcct/Id/IBAN"; found[len(found)-1].Path != want {
		t.Errorf("the last is at %s, want %s", found[len(found)-1].Path, want)
	}
}

// TestConcurrent is for the race detector: programs are compiled on first use.
func TestConcurrent(t *testing.T) {
	m := changed(t, "pacs.008", "<ChrgBr>SHAR", "<ChrgBr>CRED")
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			for _, name := range profile.Names() {
				p, _ := profile.ByName(name)
				if found := p.Check(m); name == "cbpr2026" && len(found) != 1 {
					t.Errorf("%v", found)
				}
			}
		})
	}
	done.Wait()
}
