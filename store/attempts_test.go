package store

import (
	"reflect"
	"testing"

	"dragoman/settlement"
)

// TestAttemptsAreKept writes payments with and without ways that they have taken in
// vain, and reads them back.
func TestAttemptsAreKept(t *testing.T) {
	legs := []settlement.Leg{{Debit: 1, Credit: 2, Amount: 100}, {Debit: 3, Credit: 4, Amount: 1 << 60}}
	attempts := []settlement.Attempt{
		{Legs: legs, Facts: []byte("first"), Asked: 7, Reason: settlement.Reason{Code: "AB05", Text: "late"}, Ended: 99},
		{Legs: legs[:1], Reason: settlement.Reason{Code: "AG10"}, Ended: 1 << 60},
	}
	for _, in := range []settlement.Instruction{{Legs: legs}, {Legs: legs, Diverts: true}} {
		p := settlement.Payment{ID: 5, Instruction: in}
		if in.Diverts {
			p.Attempts = attempts
		}
		got, records, err := decodePaymentRow(5, encodePayment(p, []uint64{3, 8}))
		if err != nil || !reflect.DeepEqual(got, p) || len(records) != 2 {
			t.Errorf("written %+v, read %+v (%v)", p, got, err)
		}
	}
}
