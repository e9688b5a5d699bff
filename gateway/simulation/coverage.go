package simulation

import (
	"dragoman/messages"
	"dragoman/settlement"
)

// Enough is from how many payments on a run must have seen everything.
const Enough = 20_000

// Unseen are the faults that never struck, the states in which no payment was, and what
// banks never did or never heard, of a run that left nothing out.
func (r *Result) Unseen(without map[Fault]bool) []string {
	var unseen []string
	for _, f := range All() {
		if r.Faults[f] == 0 && !without[f] {
			unseen = append(unseen, string(f))
		}
	}
	for s := settlement.StateScheduled; s <= settlement.StateDiverted; s++ {
		if r.States[s.String()] == 0 {
			unseen = append(unseen, s.String())
		}
	}
	for _, name := range wanted(without) {
		if r.Traffic[name] == 0 {
			unseen = append(unseen, name)
		}
	}
	return unseen
}

// outcomes are what comes of the traffic besides the letters themselves.
var outcomes = [...]string{
	"exchange by quote", "exchange with bound", "rates", "returned", "issue", "redeem", "own money",
	"control ACPT", "control RJCT", "move ACPT", "move RJCT", "withdrawal ACPT", "withdrawal RJCT",
	"event STDY", "event CUSC", "event IBKC", "event SYSC", "event SORD", "statement", "standing order",
	"net report CYCLE", "net report FINAL", "cycle ACSC", "diverted ACSC", "diverted RJCT", "charges told",
	"investigation CLSD", "investigation RJCT", "account check yes", "account check no PN01", "account check no PN02", "account check " + noReply, "account check no NR01",
	ownApproval, approvedAgain, startCompared,
}

// wanted names all traffic that a run must have. What a fault brings is not wanted
// without it.
func wanted(without map[Fault]bool) (all []string) {
	faulty := map[kind]Fault{kindConflict: BankConflict, kindForged: BankForges, kindUnknown: BankLost}
	for k := kindPlain; k <= kindVerdict; k++ {
		if k != kindMalformed && !without[faulty[k]] { // that one is counted at the door
			all = append(all, k.String())
		}
	}
	for _, q := range queries {
		all = append(all, kindQuery.String()+" "+messages.KindOf(q.version))
	}
	if !without[BooksLost] {
		all = append(all, lateLog)
	}
	if !without[BankSuspended] {
		for _, s := range barred {
			all = append(all, "standing "+string(s))
		}
	}
	return append(all, outcomes[:]...)
}
