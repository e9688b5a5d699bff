package settlement

import (
	"fmt"
	"strings"
)

// tryOut is a line "try FROM TO CURRENCY" and the amounts of payments of one message;
// words before an amount are about that payment: "of PAYMENT" makes it a return,
// "covered PAIR" a transfer that a cover settles.
func (w *world) tryOut(f []string) string {
	var batch []Instruction
	in := Instruction{Band: BandNormal}
	for i := 3; i < len(f); i++ {
		switch f[i] {
		case "urgent":
			in.Band = BandUrgent
		case "at-once":
			in.AtOnce = true
		case "confirm":
			i++
			in.Confirm = w.bank(f[i])
		case "same":
			in.Identity = batch[len(batch)-1].Identity
		case "of":
			i++
			in.Returns = w.names[f[i]]
		case "covered":
			i++
			in.Pair = identityOf("pair", f[i]+f[1]+f[2]+f[i+1])
		default:
			in.Kind, in.Sender, in.Receiver = KindCustomer, w.bank(f[0]), w.bank(f[1])
			in.Legs = []Leg{{w.open(f[0], f[2]), w.open(f[1], f[2]), minor(f[i])}}
			switch {
			case in.Returns != 0:
				in.Kind, in.Returned = KindReturn, in.Legs[0].Amount
			case in.Pair != (Identity{}):
				in.Legs = nil
			}
			if in.Identity == (Identity{}) {
				in.Identity = identityOf(f[0], fmt.Sprint("tried", i))
			}
			batch = append(batch, in)
			in = Instruction{Band: BandNormal}
		}
	}
	w.engine.Try(Message{Sender: w.bank(f[0]), Test: true}, batch)
	w.keep()
	var words []string
	for _, n := range w.notices {
		for i, o := range n.Outcomes {
			if o.Asked != i {
				words = append(words, fmt.Sprint("in place ", o.Asked))
			}
			words = append(words, strings.TrimSpace(string(o.Status)+" "+o.Reason.Code))
		}
	}
	return strings.Join(words, " ")
}
