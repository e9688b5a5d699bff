// Package store keeps the books: one bbolt file that holds what the kernel
// decided, every message verbatim in a Merkle log, and every participant's mailbox. The effects of a group of the log and the log's place are written in
// one transaction, so that after any crash the lane goes on at the next place.
//
// The room decides nothing and sends nothing. It never changes a record once
// written, never reads a value without checking its checksum, and never guesses:
// what does not fit is an error that names bucket and key.
//
// Read [Books] first; layout.go draws the file.
package store
