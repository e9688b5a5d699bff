// Package messages is where ISO 20022 enters and leaves: it reads, validates,
// views, splices and writes messages, and holds the values they are made of.
//
// Every payment passes this room. It accepts what a bank may validly send, in
// any version that is compiled in; refuses everything else with a reason that
// the sender can act on; and never changes a digit of money.
//
// It never talks to anybody, never keeps anything, knows no corridor, no
// account and no clock, and never forwards a byte it was not asked to change
// otherwise than as it came.
//
// Read [Message] first. Its rooms: schema (tables and the one-pass reader),
// codes (external code sets), profile (rules beyond the schema), moovconv (for
// programs that hold moov-io structs).
package messages
