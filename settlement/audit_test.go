package settlement

import (
	"strings"
	"testing"
)

// held is what an audit looks at.
type held struct {
	entries  []Entry
	payments []Payment
	accounts []Account
	controls []Control
	cycles   []Cycle
	staked   []Position
}

func (h *held) audit() []string {
	a := NewAudit()
	a.Controls(h.controls)
	for _, c := range h.cycles {
		a.Cycle(c)
	}
	for _, p := range h.staked {
		a.Position(p)
	}
	for _, e := range h.entries {
		a.Entry(e)
	}
	for _, p := range h.payments {
		a.Payment(p)
	}
	a.Accounts(h.accounts)
	return a.Findings()
}

// first is the first payment in a state.
func (h *held) first(t *testing.T, s State) *Payment {
	for i := range h.payments {
		if h.payments[i].State == s {
			return &h.payments[i]
		}
	}
	t.Fatalf("no payment is %s", s)
	return nil
}

func (h *held) account(id AccountID) *Account { return &h.accounts[id-1] }

// settled is the first cycle that has settled something.
func (h *held) settled(t *testing.T) *Cycle {
	for i := range h.cycles {
		if c := &h.cycles[i]; c.State == CycleSettled && c.Settlement != 0 {
			return c
		}
	}
	t.Fatal("no cycle has settled")
	return nil
}

// faultySeed is that of a history which has all that is broken.
const faultySeed = 46

// TestAuditFindsEveryFault breaks books that are sound, one thing at a time, and
// wants the fault named.
func TestAuditFindsEveryFault(t *testing.T) {
	faults := []struct {
		name  string
		do    func(h *held)
		finds string
	}{
		{"an entry is lost", func(h *held) { h.entries = append(h.entries[:5:5], h.entries[6:]...) }, "follows entry"},
		{"an entry is doubled", func(h *held) { h.entries = append(h.entries, h.entries[len(h.entries)-1]) }, "follows entry"},
		{"an entry moves more than its leg", func(h *held) { h.entries[0].Amount++ }, "differ from its legs"},
		{"an entry moves nothing", func(h *held) { h.entries[0].Amount = 0 }, "moves 0"},
		{"an entry goes elsewhere", func(h *held) { h.entries[0].Credit = h.entries[0].Credit%4 + 1 }, "its entries give"},
		{"an entry is of no payment", func(h *held) { h.entries[0].Payment = 1 << 40 }, "which is not there"},
		{"an entry is of no account", func(h *held) { h.entries[0].Credit = 1 << 30 }, "which is not there"},
		{"an entry is booked too early", func(h *held) { h.entries[9].At = -1 }, "is booked before"},
		{"a chain is broken", func(h *held) { h.entries[9].Debited.Before++ }, "says of account"},
		{"a balance is changed", func(h *held) { h.accounts[1].Posted++ }, "but its entries give"},
		{"an issue is changed", func(h *held) { h.accounts[0].Posted-- }, "issued but"},
		{"an account is of another issuer", func(h *held) { h.accounts[1].Issuer = 9 }, "issued but"},
		{"nothing is set aside", func(h *held) {
			for i := range h.accounts {
				h.accounts[i].Issuer = 9
			}
		}, "set aside for it"},
		{"a count of entries is changed", func(h *held) { h.accounts[1].Entries++ }, "entries up to"},
		{"an account is exchanged", func(h *held) { h.accounts[1], h.accounts[2] = h.accounts[2], h.accounts[1] }, "stands where account"},
		{"a line is taken away", func(h *held) {
			for i := range h.accounts {
				if a := &h.accounts[i]; a.Role != RoleIssuance {
					a.Granted = min(a.Line, a.Reserved-a.Posted-1)
					a.Line = a.Granted
				}
			}
		}, "below its floor"},
		{"credit that is not approved", func(h *held) { h.accounts[1].Line++ }, "of which"},
		{"money is reserved for nobody", func(h *held) { h.accounts[1].Reserved++ }, "but its reserved payments need"},
		{"a settled payment is rejected", func(h *held) { p := h.first(t, StateSettled); p.State, p.Status = StateRejected, StatusRejected }, "differ from its legs"},
		{"a rejected payment is settled", func(h *held) { p := h.first(t, StateRejected); p.State, p.Status = StateSettled, StatusSettled }, "is settled"},
		{"a settled payment is told as rejected", func(h *held) { h.first(t, StateSettled).Status = StatusRejected }, "where no event leads"},
		{"a waiting payment is told as settled", func(h *held) { h.first(t, StateWaiting).Status = StatusSettled }, "where no event leads"},
		{"a reason is lost", func(h *held) { h.first(t, StateRejected).Reason = Reason{} }, "without a reason"},
		{"a reserved payment is held", func(h *held) { p := h.first(t, StateReserved); p.State, p.Status = StateHeld, StatusPending }, "but its reserved payments need"},
		{"a payment has no turn", func(h *held) { h.first(t, StateWaiting).Turn = 0 }, "waits at turn"},
		{"a payment waits for what is there", func(h *held) {
			p := h.first(t, StateWaiting)
			p.Band, p.Turn, h.controls = BandUrgent, 1, nil
			for _, leg := range p.Legs {
				h.account(leg.Debit).Line += 1 << 40
			}
		}, "although the money is there"},
		{"a limit is lost", func(h *held) { h.controls = h.controls[1:] }, "limits and reservations but"},
		{"a limit counts other payments", func(h *held) { h.controls[0].Used++ }, "but payments give"},
		{"a limit counts other promises", func(h *held) { h.controls[0].Promised++ }, "but payments give"},
		{"a limit is exceeded", func(h *held) {
			for i := range h.controls {
				h.controls[i].Amount, h.controls[i].Stood = 0, min(h.controls[i].Used, 0)-1
			}
		}, "of its limit"},
		{"a cycle is lost", func(h *held) { h.cycles = h.cycles[1:] }, "cycle 2 follows cycle 0"},
		{"a cycle ended before it closed", func(h *held) { h.cycles[0].Ended = -1 }, "and ended at -1"},
		{"a cycle is open again", func(h *held) { h.cycles[0].State = CycleOpen }, "are both open"},
		{"a settled cycle is unwound", func(h *held) { h.settled(t).State = CycleUnwound }, "which is unwound"},
		{"a position is changed", func(h *held) { h.staked[0].Pays++ }, "but its payments give"},
		{"a position is lost", func(h *held) { h.staked = h.staked[1:] }, "but its payments give"},
		{"a cap is exceeded", func(h *held) {
			for i := range h.accounts {
				h.accounts[i].Cap = 1
			}
		}, "above its cap"},
		{"a payment settled with no cycle", func(h *held) {
			for i := range h.payments {
				if h.payments[i].Net && h.payments[i].State == StateSettled {
					h.payments[i].Cycle = 0
				}
			}
		}, "is settled in cycle 0"},
		{"a payment is in a cycle that is none", func(h *held) { h.first(t, StateNetted).Cycle = 1 << 40 }, "is netted in cycle"},
		{"a limit holds towards nobody", func(h *held) { h.controls[0].Kind, h.controls[0].Towards = ControlBilateral, 0 }, "which means nothing"},
	}
	for _, f := range faults {
		w := play(t, faultySeed, 300, false)
		h := &held{entries: append([]Entry(nil), w.entries...), controls: append([]Control(nil), w.controls...), staked: w.staking()}
		for id := CycleID(1); int(id) <= len(w.cycles); id++ {
			h.cycles = append(h.cycles, w.cycles[id])
		}
		for id := PaymentID(1); int(id) <= len(w.payments); id++ {
			h.payments = append(h.payments, w.payments[id])
		}
		for id := AccountID(1); int(id) <= len(w.accounts); id++ {
			h.accounts = append(h.accounts, w.accounts[id])
		}
		if findings := h.audit(); len(findings) > 0 {
			t.Fatalf("sound books: %v", findings)
		}
		f.do(h)
		findings := h.audit()
		if !strings.Contains(strings.Join(findings, "\n"), f.finds) {
			t.Errorf("%s: want %q among the findings, which are:\n%s", f.name, f.finds, strings.Join(findings, "\n"))
		}
	}
	t.Logf("%d faults", len(faults))
}
