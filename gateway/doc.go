// Package gateway is where the outside meets the machine: doors take messages
// in, the desk reads and checks them and puts them into the one ordered log,
// the lane applies the log to kernel and books, the relay mails what the books
// say is to be mailed.
//
//	door → Desk → ORDERS (JetStream) → Lane → kernel, books → Relay → mailboxes
//
// Nothing is acknowledged before the log has it on disk. Nothing is decided
// outside the log: what could differ between two nodes is an entry of it. The
// room moves no money itself and keeps no state that the books do not have.
//
// Read [Lane] first, then [Desk].
package gateway
