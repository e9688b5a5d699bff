package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Covers and advices: payments whose money moves by another one, or elsewhere.

// methodCover is the settlement method of a customer transfer with a cover.
const methodCover = "COVE"

// byCover marks customer transfers whose money moves by a payment of its own: a
// pacs.009 with the same UETR, by which it is found. Without one it cannot be.
func (f *facts) byCover(method string) {
	if method != methodCover {
		return
	}
	for i := range f.letter.Payments {
		p := &f.letter.Payments[i]
		if p.Covered = true; !p.UETRGiven && p.Refusal.Code == "" {
			p.Refusal = settlement.Reason{Code: "CH21", Text: "a transfer with a cover payment (COVE) needs a UETR, by which its cover is found"}
		}
	}
}

// pair gives a transfer with a cover, and a cover, the name under which they find
// each other: whoever sends the cover, it brings the same receiver the same amount
// under the same UETR.
func (w *work) pair(in *settlement.Instruction, p *routing.Payment) {
	receiver, known := w.directory.ByID(in.Receiver)
	if !known || !p.UETRGiven || !p.Covered && p.Kind != settlement.KindCover {
		return
	}
	in.Pair = identify("pair", receiver.BIC.Full(), p.UETR, p.Amount.Currency().Code(), fmt.Sprint(p.Amount.Minor()))
}

// twiceCovered refuses the cover of a customer transfer that settles here itself,
// and the other way round: together they would pay it twice.
func (w *work) twiceCovered(l *routing.Letter, p *routing.Payment) settlement.Reason {
	other := map[settlement.Kind]settlement.Kind{settlement.KindCover: settlement.KindCustomer, settlement.KindCustomer: settlement.KindCover}[p.Kind]
	if other == 0 || !p.UETRGiven || p.Covered {
		return settlement.Reason{}
	}
	first, known := w.engine.Find(byUETR(l.Sender.Full(), other, p.UETR))
	if !known || first.ByCover() || first.State == settlement.StateRejected || first.State == settlement.StateCancelled {
		return settlement.Reason{}
	}
	return settlement.Reason{Code: "AM05", Text: "a transfer of this UETR settles here already: with its cover it would be paid twice"}
}

// serviceOf is the business service under which an advice came: in its header, and
// nowhere else, it says that it is one. Of anything else it is not repeated.
func (a *answer) serviceOf(p *settlement.Payment, f *answerFacts) (string, error) {
	if p.Kind != settlement.KindAdvice {
		return "", nil
	}
	m, err := a.read(f.Record)
	if err != nil {
		return "", err
	}
	h, _ := messages.ViewHeader(m)
	return h.Service(), nil
}
