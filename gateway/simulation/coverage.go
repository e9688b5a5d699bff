package simulation

import "dragoman/settlement"

// Enough is from how many payments on a run must have seen everything.
const Enough = 20_000

// Unseen are the faults that never struck and the states in which no payment was,
// of a run that left nothing out.
func (r *Result) Unseen(without map[Fault]bool) []string {
	var unseen []string
	for _, f := range All() {
		if r.Faults[f] == 0 && !without[f] {
			unseen = append(unseen, string(f))
		}
	}
	for _, s := range []settlement.State{
		settlement.StateWaiting, settlement.StateHeld, settlement.StateReserved, settlement.StateSettled, settlement.StateRejected, settlement.StateCancelled,
	} {
		if r.States[s.String()] == 0 {
			unseen = append(unseen, s.String())
		}
	}
	return unseen
}
