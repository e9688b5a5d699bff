// Package settlement is the kernel: it decides what happens to every payment
// and moves the money. It is a deterministic machine. The same events in the
// same order give the same balances, states and notices, on every machine and
// in every year.
//
// It knows participants, accounts, payments and legs, and never corridors,
// calendars, messages or networks. It has no clock (time is an event), no
// randomness, no goroutine, no I/O and no logger, and nothing in it depends on
// the order of a map. A refusal is an outcome that it records; a broken
// invariant panics with [Broken], which stops the lane before anything is kept.
//
// Read [Engine] first, then the table in state.go, which is the machine.
package settlement
