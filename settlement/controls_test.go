package settlement

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dragoman/messages"
)

// keepControl keeps a control as the books do.
func (w *world) keepControl(c Control) {
	i, found := slices.BinarySearchFunc(w.controls, c, CompareControls)
	switch {
	case c.Gone && found:
		w.controls = slices.Delete(w.controls, i, i+1)
	case c.Gone:
	case found:
		w.controls[i] = c
	default:
		w.controls = slices.Insert(w.controls, i, c)
	}
}

// controlLine carries out a line about limits, reservations and places in queues:
//
//	reserve BANK CURRENCY urgent|high AMOUNT|none
//	limit BANK CURRENCY OTHER|all AMOUNT|none
//	day CURRENCY                    what was used counts no longer
//	front NAME, back NAME           within its band
//	controls BANK CURRENCY          what is set, with what is left of it
func (w *world) controlLine(f []string) (got string, known bool) {
	w.sequence++
	switch f[0] {
	case "reserve", "limit":
		c := ControlChange{Account: w.open(f[1], f[2]), Kind: ControlReservation, Band: bands[f[3]], Remove: f[4] == "none"}
		switch {
		case f[0] == "limit" && f[3] == "all":
			c.Kind, c.Band = ControlMultilateral, 0
		case f[0] == "limit":
			c.Kind, c.Band, c.Towards = ControlBilateral, 0, w.open(f[3], f[2])
		}
		if !c.Remove {
			c.Amount = minor(f[4])
		}
		why := w.engine.Control([]ControlChange{c})
		w.keep()
		return strings.TrimSpace(why.Code + " " + w.told()), true
	case "day":
		w.engine.BeginDay(messages.MustCurrency(f[1]))
	case "front", "back":
		w.engine.Reorder(w.names[f[1]], f[0] == "front")
	case "controls":
		return w.listControls(w.open(f[1], f[2])), true
	default:
		return "", false
	}
	w.keep()
	return w.told(), true
}

func (w *world) listControls(id AccountID) string {
	var words []string
	decimal := func(n int64) string {
		sign := ""
		if n < 0 {
			n, sign = -n, "-"
		}
		return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
	}
	for _, c := range w.engine.Controls(id) {
		name := "all"
		switch c.Kind {
		case ControlReservation:
			name = []string{"urgent", "high"}[c.Band]
		case ControlBilateral:
			name = w.bankName(w.accounts[c.Towards].Owner)
		case ControlMultilateral:
		}
		words = append(words, fmt.Sprintf("%s %s of %s", name, decimal(c.Left()), decimal(c.Amount)))
	}
	return strings.Join(words, ", ")
}

// crowdOf is an engine in which payments wait that the multilateral step has not
// looked at, under reservations and limits of which some are in use.
func crowdOf(seed uint64) *Engine {
	random := rand.New(rand.NewPCG(seed, 21))
	w := newWorld()
	e := w.engine
	banks := 2 + random.IntN(2)
	names := []string{"A", "B", "C"}[:banks]
	w.open("ISSUER", "USD")
	for _, bank := range names {
		w.open(bank, "USD")
	}
	pair := func() (string, string) {
		a := random.IntN(banks)
		return names[a], names[(a+1+random.IntN(banks-1))%banks]
	}
	for _, bank := range names {
		if random.IntN(3) > 0 {
			_, _ = w.line(fmt.Sprintf("issue %s USD 0.%02d", bank, 1+random.IntN(15)))
		}
	}
	for range random.IntN(6) {
		a, b := pair()
		switch random.IntN(4) {
		case 0:
			_, _ = w.line(fmt.Sprintf("limit %s USD %s 0.%02d", a, b, random.IntN(12)))
		case 1:
			_, _ = w.line(fmt.Sprintf("limit %s USD all 0.%02d", a, random.IntN(15)))
		default:
			_, _ = w.line(fmt.Sprintf("reserve %s USD %s 0.%02d", a, []string{"urgent", "high"}[random.IntN(2)], 1+random.IntN(8)))
		}
	}
	n := 0
	submit := func() {
		a, b := pair()
		n++
		in := Instruction{Identity: identityOf(a, fmt.Sprint(n)), Kind: KindCustomer, Sender: w.bank(a), Receiver: w.bank(b), Band: Band(random.IntN(int(bandCount)))}
		in.Legs = []Leg{{w.open(a, "USD"), w.open(b, "USD"), 1 + random.Int64N(9)}}
		if c, d := pair(); random.IntN(5) == 0 && c != a {
			in.Legs = append(in.Legs, Leg{w.open(c, "USD"), w.open(d, "USD"), 1 + random.Int64N(9)})
		}
		if random.IntN(9) == 0 {
			in.Confirm = in.Receiver
		}
		e.Submit(Message{Sender: in.Sender, Digest: Digest{byte(n)}}, []Instruction{in})
	}
	submit()
	w.keep()
	for range 3 + random.IntN(6) {
		submit()
	}
	return e
}

// may tells from first principles whether the front pieces of all queues can go at
// once.
func may(e *Engine, queues [][]*Payment, pieces []int) bool {
	set := map[*Payment]int{}
	for i, n := range pieces {
		for _, p := range queues[i][:n] {
			set[p]++
		}
	}
	out, in := make([][bandCount]int64, len(queues)), make([]int64, len(queues))
	paid, got := map[[2]AccountID]int64{}, map[[2]AccountID]int64{}
	for p, stands := range set {
		accounts := 0
		for range p.debits() {
			accounts++
		}
		if stands != accounts {
			return false // it is split
		}
		for _, leg := range p.Legs {
			out[leg.Debit-1][p.Band] += leg.Amount
			paid[[2]AccountID{leg.Debit, leg.Credit}] += leg.Amount
			paid[[2]AccountID{leg.Debit, 0}] += leg.Amount
			if p.Confirm == 0 {
				in[leg.Credit-1] += leg.Amount
				got[[2]AccountID{leg.Credit, leg.Debit}] += leg.Amount
				got[[2]AccountID{leg.Credit, 0}] += leg.Amount
			}
		}
	}
	for i := range queues {
		left := e.accounts[i].spendable() + in[i]
		urgent, high, normal := out[i][BandUrgent], out[i][BandHigh], out[i][BandNormal]
		keepUrgent, keepHigh := int64(0), int64(0)
		for _, c := range e.controls[i].all() {
			switch {
			case c.Kind == ControlReservation && c.Band == BandUrgent:
				keepUrgent = max(0, c.Left()-urgent)
			case c.Kind == ControlReservation:
				keepHigh = max(0, c.Left()-high)
			case paid[[2]AccountID{c.Account, c.Towards}] > 0 && c.Left()-paid[[2]AccountID{c.Account, c.Towards}]+got[[2]AccountID{c.Account, c.Towards}] < 0:
				return false
			}
		}
		left -= urgent + high + normal
		if left < 0 || high > 0 && left < keepUrgent || normal > 0 && left < keepUrgent+keepHigh {
			return false
		}
	}
	return true
}

// TestGreatestSetUnderControls tries every set of front pieces in small worlds
// with reservations and limits: those that can go are closed under union, and the
// multilateral step takes their union.
func TestGreatestSetUnderControls(t *testing.T) {
	const worlds = 4000
	moved, bound, sets := 0, 0, 0
	for seed := range uint64(worlds) {
		e := crowdOf(seed)
		queues := make([][]*Payment, len(e.queues))
		for i := range e.queues {
			queues[i] = slices.Collect(e.queues[i].all())
		}
		best, try := make([]int, len(queues)), make([]int, len(queues))
		var each func(i int)
		each = func(i int) {
			if i < len(try) {
				for try[i] = 0; try[i] <= len(queues[i]); try[i]++ {
					each(i + 1)
				}
				return
			}
			if sets++; may(e, queues, try) {
				for k := range best {
					best[k] = max(best[k], try[k])
				}
			}
		}
		each(0)
		if !may(e, queues, best) {
			t.Fatalf("seed %d: the union %v of sets that can go cannot go", seed, best)
		}
		want := map[PaymentID]bool{}
		for i, n := range best {
			for _, p := range queues[i][:n] {
				want[p.ID] = true
			}
		}
		together := e.together()
		for _, p := range together {
			if !want[p.ID] {
				t.Fatalf("seed %d: payment %d goes, but the greatest set is %v", seed, p.ID, want)
			}
		}
		if len(together) != len(want) {
			t.Fatalf("seed %d: %d payments go, the greatest set is %v", seed, len(together), want)
		}
		if len(want) > 0 {
			moved++
		}
		free := *e
		free.controls = make([]*controls, len(e.controls))
		if len(free.together()) != len(want) {
			bound++
		}
		e.Finish() // panics if a limit or a reservation is broken
	}
	t.Logf("%d worlds, %d sets tried; in %d something goes, in %d controls keep something back", worlds, sets, moved, bound)
	if moved < worlds/20 || bound < worlds/20 {
		t.Error("the worlds are too plain")
	}
}
