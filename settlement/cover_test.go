package settlement

import (
	"strings"
	"testing"
)

// pair plays "cover|covered|advise NAME FROM TO CURRENCY AMOUNT pair PAIR [options]": a
// cover, a transfer that is settled by one, an advice.
func (w *world) pair(f []string) string {
	in := w.instruction(f[1:6], f[8:])
	in.Pair = identityOf("pair", f[7]+f[3]+f[4]+f[5])
	switch f[0] {
	case "cover":
		in.Kind = KindCover
	case "covered":
		in.Legs = nil
	case "advise":
		in.Kind, in.Legs, in.Pair = KindAdvice, nil, Identity{}
	}
	w.submit(f[1], f[2], in, strings.Join(f, " "))
	return w.answer()
}

// TestAuditOfCovers finds transfers that nothing, something else or another's cover
// has settled.
func TestAuditOfCovers(t *testing.T) {
	pair := identityOf("pair", "p")
	transfer := Payment{ID: 1, Instruction: Instruction{Kind: KindCustomer, Receiver: 2, Pair: pair}, State: StateSettled, CoveredBy: 2}
	cover := Payment{ID: 2, Instruction: Instruction{Kind: KindCover, Receiver: 2, Pair: pair}, State: StateSettled}
	for name, test := range map[string]struct {
		change func(*Payment)
		known  bool
		want   string
	}{
		"sound":       {func(*Payment) {}, true, ""},
		"unknown":     {func(*Payment) {}, false, "no cover of it"},
		"not settled": {func(c *Payment) { c.State = StateWaiting }, true, "no cover of it"},
		"another":     {func(c *Payment) { c.Pair = identityOf("pair", "q") }, true, "no cover of it"},
		"a transfer":  {func(c *Payment) { c.Kind = KindCustomer }, true, "no cover of it"},
		"elsewhere":   {func(c *Payment) { c.Receiver = 3 }, true, "no cover of it"},
	} {
		a, c := NewAudit(), cover
		test.change(&c)
		a.Cover(transfer, c, test.known)
		if found := strings.Join(a.Findings(), "; "); (test.want == "") != (found == "") || !strings.Contains(found, test.want) {
			t.Errorf("%s: found %q, want %q", name, found, test.want)
		}
	}
	a := NewAudit()
	a.Cover(transfer, cover, true)
	transfer.ID = 3
	a.Cover(transfer, cover, true)
	if found := strings.Join(a.Findings(), "; "); !strings.Contains(found, "settled another") {
		t.Errorf("one cover for two: %q", found)
	}
}
