package settlement

import (
	"crypto/sha256"
	"testing"
)

// TestOneAnswerInAGroup: a payment that waits and settles within one group of the
// log is answered once. The first answer is written when the group ends and says
// that it has settled; a second one would say it again.
func TestOneAnswerInAGroup(t *testing.T) {
	w := newWorld()
	issuer, payer, payee := w.open("ISSUER", "USD"), w.open("ALPHA", "USD"), w.open("BETA", "USD")
	w.keep()
	instruction := Instruction{
		Identity: identityOf("ALPHA", "p"), Kind: KindCustomer, Sender: w.bank("ALPHA"), Receiver: w.bank("BETA"), Legs: []Leg{{payer, payee, 100}},
	}
	w.engine.Submit(Message{Place: Place{Sequence: 1}, Sender: w.bank("ALPHA"), Digest: sha256.Sum256([]byte("p"))}, []Instruction{instruction})
	if p, _ := w.engine.Payment(1); p.State != StateWaiting {
		t.Fatalf("the payment is %s; the test is about one that waits", p.State)
	}
	w.engine.Decide(Message{Place: Place{Sequence: 1, Order: 1}, Sender: w.bank("ISSUER")}, Instruction{
		Identity: identityOf("ISSUER", "i"), Kind: KindIssue, Sender: w.bank("ISSUER"), Legs: []Leg{{issuer, payer, 100}},
	})
	w.keep()
	answers := 0
	for _, n := range w.notices {
		if n.Kind == NoticeStatus {
			t.Errorf("beside the first answer there is one of status %s", n.Status)
		}
		if n.Kind == NoticeGroup {
			answers++
		}
	}
	if p := w.payments[1]; answers != 1 || p.State != StateSettled || p.Status != StatusSettled {
		t.Errorf("%d first answers; the payment is %s, its status %s", answers, p.State, p.Status)
	}
	if findings := w.audit(); len(findings) > 0 {
		t.Error(findings)
	}
}
