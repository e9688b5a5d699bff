// Package routing knows who takes part and how money gets from one to the
// other: participants, their accounts, currencies and issuers, corridors. It
// turns the facts of a payment into legs for the kernel, or into the reason why
// there is no way.
//
// It is as pure as the kernel: a [Directory] changes only by entries of the log,
// and [Directory.Plan] depends on nothing but the directory, the facts and
// engine time. It never moves money, never reads a message and never calls
// anybody.
//
// Read [Directory] first, then [Directory.Plan].
package routing
