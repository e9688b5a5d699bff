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
// its type are run, also when the schema was broken, so that a sender learns
// everything at once.
//
// The room never looks at a clock, a directory or an earlier message: a rule
// that would need one (the UETR of the payment that a cover belongs to) is not
// here. It never changes a message and never decides whether to accept one.
//
// Read [Rule] first, then the tables in base.go, cpmi.go and cbpr_*.go; the same
// tables as a page are docs/profiles.md.
package profile
