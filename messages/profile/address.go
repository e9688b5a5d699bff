package profile

import (
	"strings"

	"dragoman/messages/schema"
)

// The rules on postal addresses. The market accepts two forms: structured, with
// at least town and country, and hybrid, which adds at most two address lines
// that repeat nothing. A third form, lines alone, ended on unstructuredEnd.

// unstructuredEnd is the first day on which an address of lines alone is
// refused. Source: design/payment-flow.md, CPMI requirements as rules.
const unstructuredEnd = "2026-11-14"

// maxAddressLines bounds the lines of a hybrid address. Source: the same.
const maxAddressLines = 2

// addressParts are the structured elements; AdrTp says nothing of the place.
var addressParts = map[string]bool{
	"CareOf": true, "Dept": true, "SubDept": true, "StrtNm": true, "BldgNb": true, "BldgNm": true, "Flr": true,
	"UnitNb": true, "PstBx": true, "Room": true, "PstCd": true, "TwnNm": true, "TwnLctnNm": true, "DstrctNm": true,
	"CtrySubDvsn": true, "Ctry": true,
}

// linesAlone tells whether an address has lines and nothing else.
func linesAlone(address schema.Node) bool {
	lines := false
	for part := range address.Children() {
		if addressParts[part.Name()] {
			return false
		}
		lines = lines || part.Name() == "AdrLine"
	}
	return lines
}

// structured: the address has not only lines.
func structured(x *Exam, at schema.Node) {
	if linesAlone(at) {
		x.Fault(at, "the address has address lines only; it must give at least TwnNm and Ctry")
	}
}

// structuredInTime is structured from unstructuredEnd on, by the day on which
// the message was made.
func structuredInTime(x *Exam, at schema.Node) {
	if madeOn(x) >= unstructuredEnd {
		structured(x, at)
	}
}

// madeOn is the day of the message's creation as its sender wrote it; the
// greatest of texts when nobody wrote one, so that a rule with a date applies.
func madeOn(x *Exam) string {
	made := x.Body().At("GrpHdr/CreDtTm").Text()
	if made == "" {
		made = x.Header().Child("CreDt").Text()
	}
	if len(made) < len(unstructuredEnd) {
		return "9999-12-31"
	}
	return made[:len(unstructuredEnd)]
}

// townAndCountry: an address that is not of lines alone has both.
func townAndCountry(x *Exam, at schema.Node) {
	if linesAlone(at) {
		return
	}
	missing(x, at, "TwnNm", "")
	missing(x, at, "Ctry", "")
}

// fewLines: a hybrid address has at most maxAddressLines.
func fewLines(x *Exam, at schema.Node) {
	if linesAlone(at) {
		return
	}
	count := 0
	for line := range at.All("AdrLine") {
		if count++; count > maxAddressLines {
			x.Fault(line, "this is address line %d; a hybrid address has at most %d", count, maxAddressLines)
			return
		}
	}
}

// minRepeated is the shortest structured value that is looked for in the lines:
// shorter ones (a floor, a country code) occur in words by chance.
const minRepeated = 3

// nothingRepeated: no line holds a structured value as a word of its own.
func nothingRepeated(x *Exam, at schema.Node) {
	for line := range at.All("AdrLine") {
		for part := range at.Children() {
			if addressParts[part.Name()] && holdsWord(line.Text(), part.Text()) {
				x.Fault(line, "the address line repeats %s", part.Name())
				break
			}
		}
	}
}

// holdsWord tells whether word stands in line with no letter or digit next to
// it.
func holdsWord(line, word string) bool {
	if len(word) < minRepeated {
		return false
	}
	for from := 0; ; {
		i := strings.Index(line[from:], word)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(word)
		if (i == 0 || !alphanumeric(line[i-1])) && (end == len(line) || !alphanumeric(line[end])) {
			return true
		}
		from = i + 1
	}
}

// alphanumeric counts every byte of a letter beyond ASCII as a letter.
func alphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

// addressRules are the four rules on addresses for the profile of that name,
// which says itself when lines alone are refused.
func addressRules(profile, source string, kinds []string, says string, unstructured Check) []Rule {
	row := func(name, says string, check Check) Rule {
		return Rule{
			ID: profile + ".address." + name, Says: says, Kinds: kinds, At: []string{"PstlAdr"},
			Check:  ofAddress(check),
			Reason: "CH16", Debtor: "BE07", Creditor: "BE04", Source: source,
		}
	}
	return []Rule{
		row("structured", says, unstructured),
		row("town", "an address has a town and a country", townAndCountry),
		row("lines", "a hybrid address has at most two address lines", fewLines),
		row("repeated", "address lines repeat nothing that a structured element says", nothingRepeated),
	}
}

// ofAddress keeps a check to addresses: in RmtLctnDtls the same name holds a
// name and an address.
func ofAddress(check Check) Check {
	return func(x *Exam, at schema.Node) {
		if strings.HasPrefix(at.Type().Name, "PostalAddress") {
			check(x, at)
		}
	}
}
