package settlement

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// giveBack plays "return NAME FROM TO CURRENCY AMOUNT of PAYMENT [urgent|until T|hold|…]".
func (w *world) giveBack(f []string) string {
	in := w.instruction(f[:5], f[7:])
	in.Kind, in.Returns, in.Returned = KindReturn, w.names[f[6]], in.Legs[0].Amount
	w.submit(f[0], f[1], in, strings.Join(f, " "))
	return w.answer()
}

// TestReturnsAreBounded: a payment goes back in so many parts and no more, each a
// payment of its own that is found again after a restart.
func TestReturnsAreBounded(t *testing.T) {
	w := newWorld()
	play := func(line string) string {
		t.Helper()
		got, err := w.line(line)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	play("issue ALPHA USD 300.00")
	play("pay p ALPHA BETA USD 300.00")
	for i := range MaxReturns {
		if got := play(fmt.Sprintf("return r%d BETA ALPHA USD 1.00 of p", i)); got != "ACSC" {
			t.Fatalf("return %d: %s", i, got)
		}
	}
	if got := play("return more BETA ALPHA USD 1.00 of p"); got != "RJCT AM18" {
		t.Errorf("one more: %s", got)
	}
	if settled, open := w.engine.Returned(w.names["p"]); settled != MaxReturns*100 || open != 0 {
		t.Errorf("returned %d and %d open", settled, open)
	}
	if n := len(slices.Collect(w.engine.Returns(w.names["p"]))); n != MaxReturns {
		t.Errorf("%d returns are found", n)
	}
	if findings := w.audit(); len(findings) > 0 {
		t.Error(findings)
	}
}

// TestAuditOfReturns finds what no history of the engine leads to.
func TestAuditOfReturns(t *testing.T) {
	leg := []Leg{{Debit: 1, Credit: 2, Amount: 100}}
	back := []Leg{{Debit: 2, Credit: 1, Amount: 60}}
	original := Payment{ID: 1, Instruction: Instruction{Sender: 1, Receiver: 2, Legs: leg}, State: StateSettled}
	one := Payment{ID: 2, Instruction: Instruction{Kind: KindReturn, Sender: 2, Receiver: 1, Legs: back, Returns: 1, Returned: 60}, State: StateSettled}
	for name, test := range map[string]struct {
		change func(original *Payment, returns []Payment) []Payment
		known  bool
		want   string
	}{
		"sound":         {func(_ *Payment, r []Payment) []Payment { return r[:1] }, true, ""},
		"refused":       {func(_ *Payment, r []Payment) []Payment { r[1].State = StateRejected; return r }, true, ""},
		"more":          {func(_ *Payment, r []Payment) []Payment { return r }, true, "come to 120 but it brought 100"},
		"waits as well": {func(_ *Payment, r []Payment) []Payment { r[1].State = StateWaiting; return r }, true, "come to 120"},
		"unknown":       {func(_ *Payment, r []Payment) []Payment { return r[:1] }, false, "does not come before it"},
		"later":         {func(o *Payment, r []Payment) []Payment { o.ID = 9; return r[:1] }, true, "does not come before it"},
		"not settled":   {func(o *Payment, r []Payment) []Payment { o.State = StateWaiting; return r[:1] }, true, "which is waiting"},
		"another's":     {func(o *Payment, r []Payment) []Payment { o.Receiver = 3; return r[:1] }, true, "between others"},
		"nothing":       {func(_ *Payment, r []Payment) []Payment { r[0].Returned = 0; return r[:1] }, true, "returns nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			a, o, second := NewAudit(), original, one
			second.ID = 3
			for _, r := range test.change(&o, []Payment{one, second}) {
				a.Return(r, o, test.known)
			}
			found := strings.Join(a.Findings(), "; ")
			if (test.want == "") != (found == "") || !strings.Contains(found, test.want) {
				t.Errorf("found %q, want %q", found, test.want)
			}
		})
	}
}
