package settlement

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dragoman/messages"
)

// Netting cycles in scenarios.

// cycleLine carries out a line about cycles; false when it is none.
//
//	cap BANK CURRENCY AMOUNT
//	cycle CURRENCY [until MOMENT] [defer]: the open cycle closes
//	window CURRENCY: the window of the one that has closed ends
func (w *world) cycleLine(f []string) bool {
	switch f[0] {
	case "cap":
		w.engine.SetCap(w.open(f[1], f[2]), minor(f[3]))
	case "cycle":
		t := Terms{Defer: f[len(f)-1] == "defer"}
		if len(f) > 3 {
			t.Until = moment(f[3])
		}
		w.sequence++
		w.bank("GATEWAY")
		w.engine.CloseCycle(Message{Place: Place{Sequence: w.sequence}, Sender: w.bank("GATEWAY"), Identity: identityOf("GATEWAY", fmt.Sprint("cycle", w.sequence))}, messages.MustCurrency(f[1]), t)
	case "window":
		w.engine.EndWindow(messages.MustCurrency(f[1]))
	default:
		return false
	}
	return true
}

// cycleWords are what is told of a cycle: net BANK POSITION, movements ISSUER BANK
// POSITION…, or netted ISSUER STATUS.
func (w *world) cycleWords(n Notice) string {
	words := []string{map[NoticeKind]string{NoticePosition: "net", NoticeNetting: "movements", NoticeNetted: "netted"}[n.Kind], w.bankName(n.To)}
	if n.Kind == NoticeNetted {
		words = append(words, string(n.Status), n.Reason.Code)
	}
	for _, p := range n.Positions {
		if n.Kind == NoticeNetting {
			words = append(words, w.bankName(w.accounts[p.Account].Owner))
		}
		m, err := messages.NewMoney(p.Net(), messages.MustCurrency("USD"))
		if err != nil {
			panic(err)
		}
		words = append(words, m.Amount())
	}
	if n.Final && n.Kind != NoticeNetted {
		words = append(words, "final")
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// auditCycles gives the cycles and positions that were kept to an audit.
func (w *world) auditCycles(a *Audit) {
	for id := CycleID(1); int(id) <= len(w.cycles); id++ {
		a.Cycle(w.cycles[id])
	}
	for _, p := range w.staked {
		a.Position(p)
	}
}

// cycleBooks are the cycles that a restart finds.
func (w *world) cycleBooks() (b CycleBooks) {
	for id := CycleID(1); int(id) <= len(w.cycles); id++ {
		if b.Last = id; !w.cycles[id].State.Ended() {
			b.Live = append(b.Live, w.cycles[id])
		}
	}
	for _, p := range w.staked {
		if !w.cycles[p.Cycle].State.Ended() {
			b.Positions = append(b.Positions, p)
		}
	}
	slices.SortFunc(b.Positions, ComparePositions)
	return b
}

// staking are all positions, in order.
func (w *world) staking() []Position {
	return slices.SortedFunc(maps.Values(w.staked), ComparePositions)
}

// cycleEvent is a random event of netting: mostly payments, in one currency so that
// they add up.
func (h *history) cycleEvent(name, from, to string) string {
	switch h.random.IntN(12) {
	case 0, 1:
		return fmt.Sprintf("cycle USD until %d%s", int64(h.engine.Now())+h.random.Int64N(8), h.pick("", " defer"))
	case 2:
		return "window USD"
	case 3:
		return fmt.Sprintf("cap %s USD %s", from, h.pick("0", "60.00", "150.00"))
	}
	text := fmt.Sprintf("pay %s %s %s USD %d.%02d net %s", name, from, to, h.random.IntN(100), 1+h.random.IntN(99), h.pick("urgent", "high", "normal", "normal"))
	if h.random.IntN(4) == 0 {
		text += fmt.Sprintf(" until %d", int64(h.engine.Now())+1+h.random.Int64N(40))
	}
	return text + h.pick("", "", "", "", "", " hold", " at-once", fmt.Sprintf(" from %d", int64(h.engine.Now())+h.random.Int64N(20)))
}
