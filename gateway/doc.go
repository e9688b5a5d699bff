// Package gateway is where the outside meets the machine: doors take messages
// in, the desk reads and checks them and puts them into the one ordered log,
// the lane applies the log to kernel and books, and the mailboxes hand out what the
// books hold for everybody: over HTTPS themselves, over NATS through the relay.
//
//	door → Desk → ORDERS (JetStream) → Lane → kernel, books → Mailboxes → door
//	                                                  Relay → JetStream → NATS client
//
// Nothing is acknowledged before the log has it on disk. Nothing is decided
// outside the log: what could differ between two nodes is an entry of it. The
// room moves no money itself and keeps no state that the books do not have.
//
// Read [Lane] first, then [Desk].
package gateway
