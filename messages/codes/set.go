package codes

import (
	_ "embed" // codes.txt
	"iter"
	"strings"
)

// text holds all sets. Its form, for each set:
//
//	ExternalStatusReason1Code                  the name
//	AB01@00005 AB02@00046 …                    the index: records of one width, in byte order
//	AB01 Clearing process aborted due to …     the body: a line for each code
//	AB02 …
//
// A record is the code, filled up with spaces to the longest code of the set,
// '@', and the place of its meaning in the body. Lookups search the index where
// it lies: nothing is decoded at start and nothing is allocated.
//
//go:embed codes.txt
var text string

// placeDigits is the width of a meaning's place in an index record.
const placeDigits = 5

// row describes one set and where it lies in text.
type row struct {
	typeName    string // "StatusReason"
	name        string // "ExternalStatusReason1Code"
	description string
	codes       int // number of codes
	index       int // place of the first index record in text
	width       int // of a code in the index
	body        int // place of the body in text
}

// Set is one external code set. It is a small value: compare it with ==, copy it.
// The zero Set has no codes.
type Set struct{ number uint8 }

// Sets returns all sets in the byte order of their names.
func Sets() iter.Seq[Set] {
	return func(yield func(Set) bool) {
		for i := 1; i < len(rows); i++ {
			if !yield(Set{uint8(i)}) {
				return
			}
		}
	}
}

// ForType returns the set of an XSD simple type such as
// "ExternalStatusReason1Code". The version digits do not count, since ISO
// publishes one list for all versions of the type; neither does their absence
// ("ExternalPurposeCode"). false means that this edition has no such set, so
// that values of the type cannot be checked.
func ForType(xsdTypeName string) (Set, bool) {
	name, external := strings.CutPrefix(xsdTypeName, "External")
	name, isCode := strings.CutSuffix(name, "Code")
	if !external || !isCode {
		return Set{}, false
	}
	name = strings.TrimRight(name, "0123456789")
	low, high := 1, len(rows)
	for low < high {
		mid := (low + high) / 2
		switch strings.Compare(rows[mid].typeName, name) {
		case 0:
			return Set{uint8(mid)}, true
		case -1:
			low = mid + 1
		default:
			high = mid
		}
	}
	return Set{}, false
}

// Name returns the published name, "ExternalStatusReason1Code".
func (s Set) Name() string { return rows[s.number].name }

// Description returns what the set is for, as published.
func (s Set) Description() string { return rows[s.number].description }

// Len returns the number of codes.
func (s Set) Len() int { return rows[s.number].codes }

// Codes returns the codes with their meanings, in byte order of the codes.
func (s Set) Codes() iter.Seq2[string, string] {
	return func(yield func(code, meaning string) bool) {
		r := &rows[s.number]
		for i := range r.codes {
			if !yield(r.code(i), r.meaning(i)) {
				return
			}
		}
	}
}

// Known reports whether the set has exactly this code: case counts, and spaces
// around it make another, unknown code.
func (s Set) Known(code string) bool {
	_, known := rows[s.number].find(code)
	return known
}

// Lookup returns the published meaning of a code; false for an unknown code.
func (s Set) Lookup(code string) (meaning string, known bool) {
	r := &rows[s.number]
	i, known := r.find(code)
	if !known {
		return "", false
	}
	return r.meaning(i), true
}

// String returns the name.
func (s Set) String() string { return s.Name() }

func (s Set) meaning(code string) string {
	meaning, _ := s.Lookup(code)
	return meaning
}

// find returns the position of the code in the set.
func (r *row) find(code string) (position int, known bool) {
	low, high := 0, r.codes
	for low < high {
		mid := (low + high) / 2
		found := r.code(mid)
		switch {
		case found == code:
			return mid, true
		case found < code:
			low = mid + 1
		default:
			high = mid
		}
	}
	return 0, false
}

// code returns the code of an index record, without the filling spaces.
func (r *row) code(position int) string {
	start := r.index + position*r.record()
	end := start + r.width
	for text[end-1] == ' ' {
		end--
	}
	return text[start:end]
}

// meaning returns the rest of the body's line that an index record points at.
func (r *row) meaning(position int) string {
	digits := r.index + position*r.record() + r.width + len("@")
	place := 0
	for _, digit := range []byte(text[digits : digits+placeDigits]) {
		place = place*10 + int(digit-'0')
	}
	meaning, _, _ := strings.Cut(text[r.body+place:], "\n")
	return meaning
}

// record returns the length of an index record: code, '@', place, space.
func (r *row) record() int { return r.width + len("@") + placeDigits + len(" ") }
