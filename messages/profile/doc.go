// Package profile holds what a message must obey beyond its schema: rule tables
// that a person can read like a rulebook.
//
// A [Rule] says in one row where it applies, what must hold there, from which
// document or sample that was taken, which ISO status reason a breach has, and
// whether a breach refuses the message or only warns. Three profiles are built
// of such rows:
//
//	base      sums and counts, header against document, identifiers, code sets
//	cpmi      base, and the twelve CPMI harmonised data requirements
//	cbpr2026  base, and the CBPR+ usage rules of the 2026 release
//
// Each message is walked once; at each element the rules that name its place or
// its type are run.
//
// The verdict on a message has two halves, neither of which repeats the other:
// the faults of its schema ([messages.Message.Faults]) and the refusals of its
// profile ([Profile.Check]). A message is good when both are empty. A profile
// looks also at a message that its schema refuses, so that a sender learns
// everything at once; only where the reader gave up (not XML, refused by policy,
// too many faults) it says nothing, and its silence is no acceptance. The order
// of elements is the schema's alone: five of the samples that are given as valid
// keep cbpr2026 and break the ISO schema, by libxml2's verdict as by ours
// (testdata/violations/valid.txt). They are refused, by the schema.
//
// What cbpr2026 is known not to cover is in each rule's Limits and, as a page, in
// docs/profiles.md.
//
// The room never looks at a clock, a directory or an earlier message: a rule
// that would need one (the UETR of the payment that a cover belongs to) is not
// here. It never changes a message and never decides whether to accept one.
//
// Read [Rule] first, then the tables in base.go, cpmi.go and cbpr_*.go; the same
// tables as a page are docs/profiles.md.
package profile
