// Package simulation plays a whole gateway, step by step, under a seed: the
// desk, the log, the lane, the kernel, the books, the mailboxes, and banks that
// send, ask again and read. Time is virtual: a day passes as fast as the machine
// computes it. The network loses, delays, doubles and reorders what it carries;
// the log's server loses what it had not synced, answers late or never, and takes
// the same group twice; the gateway is killed at any moment, loses its books, finds
// older ones, or a bit in them flipped; banks forget what they have read, send
// again, or send what they must not.
//
// Banks pay, exchange at rates that stand and by quotes, by another way where the first
// closes, and bear charges themselves; they send covers and advices, give back, ask back
// and withdraw, set limits and reservations, move their own money, ask about all of it,
// and ask each other about payments and accounts; payments add up in netting cycles; a
// settlement day closes and the next one opens with standing orders; banks join, and are
// barred and let in again. [Result.Unseen] names what did
// not happen in a run.
//
// What has come to its end is checked and forgotten while the run goes on: see family.go.
// Nothing may wait that could go, and no mailbox count as read further
// than its bank has said. Before the gateway ends, a lane that begins from the books must
// know what the one that ends knows.
//
// Desk, binder, lane, books and mailboxes are the program's own. What is played is
// what surrounds them, each within its contract. In the end everything that was
// acknowledged is held against what the banks were told, what the books hold and
// what the log gives when it is applied again, by a follower beside the run which
// nothing in it waits to hear from.
//
// The same seed gives the same run to the last byte. It never measures anything,
// and nothing outside a test or a proof may depend on it. Read [Run] first, then
// world.go.
package simulation
