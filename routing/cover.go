package routing

import (
	"time"

	"dragoman/settlement"
)

// CoverPatience is how long a transfer waits for its cover where no corridor between
// the two banks says how long payments may wait: a day, in which the cover can come
// by way of correspondents.
const CoverPatience = 24 * time.Hour

// planBare turns a payment into an instruction that moves nothing: an advice, or a
// customer transfer whose money moves by its cover. It needs no account, and no
// corridor: the cover may come from another bank.
func (d *Directory) planBare(sender *Participant, p *Payment, now settlement.Moment, in settlement.Instruction) settlement.Instruction {
	receiver, _ := d.ByBIC(p.To)
	if receiver.ID == sender.ID {
		in.Refusal = settlement.Reason{Code: "AG12"}
		return in
	}
	in.Receiver = receiver.ID
	if p.Kind == settlement.KindAdvice {
		return in
	}
	patience := CoverPatience
	if c, ok := d.Corridor(sender.BIC, receiver.BIC, p.Amount.Currency()); ok && c.Patience > 0 {
		patience = time.Duration(c.Patience) * time.Second
	}
	if until := max(now, in.Earliest) + settlement.Moment(patience); in.Reject == 0 || until < in.Reject {
		in.Reject = until
	}
	return in
}
