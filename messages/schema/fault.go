package schema

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// Fault is one reason why a message is refused. It is data for the sender, not
// a Go error.
type Fault struct {
	// Rule identifies what was broken: xml.* is XML itself, policy.* what we
	// refuse although XML allows it, envelope.* the wrapper, schema.* the XSD;
	// profiles add their own.
	Rule string
	// Path leads to the place: /Document/FIToFICstmrCdtTrf/CdtTrfTxInf[3]/IntrBkSttlmAmt.
	// An element that may repeat carries its position, counted from one.
	Path string
	// Offset counts bytes from the start of the input; Line and Column count
	// from one, Column in characters.
	Offset, Line, Column int
	// Reason is an ISO 20022 external status reason code, such as FF01.
	Reason string
	// Text is a sentence for a person.
	Text string
}

// ISO external status reason codes that the reader itself assigns.
const (
	reasonFormat     = "FF01" // invalid file format
	reasonMissing    = "CH21" // required compulsory element missing
	reasonContent    = "CH16" // element content formally incorrect
	reasonUnexpected = "CH17" // element not admitted
	reasonBIC        = "RC01" // bank identifier incorrect
	reasonAccount    = "AC01" // incorrect account number
	reasonDate       = "DT01" // invalid date
)

// reasonFor is the ISO code for a value that is not of its type.
func reasonFor(t *Type) string {
	switch {
	case strings.Contains(t.Name, "BIC"):
		return reasonBIC
	case strings.HasPrefix(t.Name, "IBAN"):
		return reasonAccount
	case t.Kind >= DateTime && t.Kind <= GMonth:
		return reasonDate
	}
	return reasonContent
}

// locate fills in line and column of all faults in one pass over raw; faults
// need not be in order.
func locate(raw []byte, faults []Fault) {
	order := make([]int, len(faults))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return faults[a].Offset - faults[b].Offset })
	line, start, at := 1, 0, 0
	if bytes.HasPrefix(raw, byteOrderMark) {
		start = len(byteOrderMark)
	}
	for _, i := range order {
		f := &faults[i]
		for {
			nl := bytes.IndexByte(raw[at:max(at, f.Offset)], '\n')
			if nl < 0 {
				break
			}
			at += nl + 1
			start = at
			line++
		}
		at = max(at, f.Offset)
		f.Line, f.Column = line, 1+utf8.RuneCount(raw[min(start, f.Offset):f.Offset])
	}
}

// Locate gives line and column, counted from one, of a byte of raw; columns
// count characters.
func Locate(raw []byte, offset int) (line, column int) {
	faults := []Fault{{Offset: min(offset, len(raw))}}
	locate(raw, faults)
	return faults[0].Line, faults[0].Column
}
