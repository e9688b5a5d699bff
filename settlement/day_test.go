package settlement

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestDaysEndInRandomHistories: whenever a day ends, nothing of its currency is left
// that could settle before the next one, and the books are sound.
func TestDaysEndInRandomHistories(t *testing.T) {
	const histories, events = 100, 300
	ended, carried, later := 0, 0, 0
	for seed := range uint64(histories) {
		h := &history{world: newWorld(), random: rand.New(rand.NewPCG(seed, 77))}
		for n := range events {
			text := h.event()
			closes, carry := n%30 == 29, n%60 == 59
			opens := h.engine.Now() + 1 + Moment(h.random.Int64N(30))
			if closes {
				text = fmt.Sprintf("close USD opens %d", opens)
			}
			if carry {
				text += " carry"
			}
			if _, err := h.line(text); err != nil {
				t.Fatalf("seed %d: %s: %v", seed, text, err)
			}
			if !closes {
				continue
			}
			for _, p := range h.books().Open {
				if p.Kind.Liquidity() || len(p.Legs) == 0 || h.accounts[p.Legs[0].Debit].Currency.Code() != "USD" {
					continue
				}
				switch {
				case p.State == StateReserved && carry: // it has been asked, and may still answer
				case p.State == StateNetted: // it ends with its cycle
				case len(p.Attempts) > 0: // its way has closed, and it takes another
				case p.Earliest < opens:
					t.Fatalf("seed %d event %d: payment %d is %s from %d, and the next day opens at %d", seed, n, p.ID, p.State, p.Earliest, opens)
				case carry:
					carried++
				default:
					later++
				}
			}
			for _, p := range h.payments {
				if p.Reason.Code == ReasonClosed && p.Since == h.engine.Now() {
					ended++
				}
			}
		}
		if findings := h.audit(); len(findings) > 0 {
			t.Fatalf("seed %d: audit:\n%s", seed, strings.Join(findings, "\n"))
		}
	}
	t.Logf("%d payments ended with their day, %d were carried over, %d were for later", ended, carried, later)
	if ended < 1000 || carried < 1000 || later < 10 {
		t.Error("the histories are too plain")
	}
}
