// Package codes holds the ISO 20022 external code sets: the lists of codes, such
// as the status reasons and the purposes, that ISO publishes apart from the
// schemas, so that a schema only says "at most four characters".
//
// Every set is a Go type with the codes as values: [StatusReason]("AB05") knows
// whether it is a published code ([StatusReason.Known]) and what it means
// ([StatusReason.Meaning]). A reader of messages, who meets the sets as XSD types,
// starts at [ForType] and holds a [Set]. The codes that a gateway itself writes
// have constants, named after type and code: [StatusReasonAB05].
//
// The sets are those of one [Edition], compiled in. A code that a later edition
// adds is unknown here until the tables are generated again (go generate), and
// some XSD types have no published set at all: for them ForType says so.
//
// This package never says whether a code may be used in a message, a market or a
// role: that is a profile's matter. It corrects nothing: a code in lower case or
// between spaces is unknown. It never decodes at start, allocates on lookup, or
// changes after the program is built; all of it is safe for concurrent use.
package codes

//go:generate go run ./gen -from ../../../shared/iso20022/code_sets
