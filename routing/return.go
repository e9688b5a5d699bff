package routing

import (
	"math/bits"
	"slices"

	"dragoman/messages"
	"dragoman/settlement"
)

// PlanReturn turns one return of a letter into an instruction: the legs of the
// original, turned round. The original is the zero payment where nobody knows it;
// whether enough of it is left is for the kernel to say.
func (d *Directory) PlanReturn(l *Letter, p *Payment, original *settlement.Payment) settlement.Instruction {
	in := settlement.Instruction{Identity: p.Identity, Kind: p.Kind, Digest: l.Digest, Band: bandOf(p.Priority), Earliest: p.EarliestTime, Reject: p.RejectTime}
	if uetr, err := messages.ParseUETR(p.UETR); err == nil {
		in.UETR = uetr
	}
	sender, ok := d.ByBIC(l.Sender)
	if !ok {
		in.Refusal = settlement.Reason{Code: "DNOR"}
		return in
	}
	in.Sender = sender.ID
	if in.Refusal = wrongItself(sender, l, p); in.Refusal.Code != "" {
		return in
	}
	receiver, why := d.returnsTo(sender, p, original)
	if why.Code != "" {
		in.Refusal = why
		return in
	}
	in.Receiver, in.Returns, in.UETR = receiver.ID, original.ID, original.UETR
	if in.Legs, in.Returned, in.Refusal = d.returnLegs(sender, p, original); in.Refusal.Code != "" {
		return in
	}
	c := d.corridorOf(&settlement.Payment{Instruction: in})
	if d.onItsDays(&c, p, l.Received, &in); in.Refusal.Code != "" {
		in.Legs = nil
	}
	return in
}

// returnsTo is who gets a payment back: who sent it. A payment that its returner
// never received is unknown to it, whatever others know of it.
func (d *Directory) returnsTo(sender *Participant, p *Payment, original *settlement.Payment) (*Participant, settlement.Reason) {
	settled := original.State == settlement.StateSettled
	asked := original.Confirm == sender.ID && original.State == settlement.StateReserved
	switch {
	case original.ID == 0 || original.Receiver != sender.ID || !settled && !asked:
		return nil, settlement.Reason{Code: settlement.ReasonUnknownOriginal}
	case asked:
		return nil, settlement.Reason{Code: settlement.ReasonUnknownOriginal, Text: "the payment has not settled: refuse it by a pacs.002"}
	case original.Kind == settlement.KindReturn:
		return nil, settlement.Reason{Code: "AG01", Text: "a return is not returned: send the money by a new payment"}
	case original.ByCover():
		return nil, settlement.Reason{Code: "AG01", Text: "the payment moved nothing itself: return the cover (pacs.009) that did"}
	case original.Kind.Liquidity() || original.Kind == settlement.KindAdvice:
		return nil, settlement.Reason{Code: settlement.ReasonUnknownOriginal}
	}
	receiver, known := d.ByID(original.Sender)
	switch {
	case !known:
		return nil, settlement.Reason{Code: "CNOR"}
	case !p.To.IsZero() && p.To.Institution() != receiver.BIC.Institution():
		return nil, settlement.Reason{Code: "RC04", Text: "the instructed agent is not the one who sent the payment"}
	case !receiver.Standing.TakesPart():
		return nil, settlement.Reason{Code: receiver.Standing.NoReceiver()}
	}
	return receiver, settlement.Reason{}
}

// returnLegs turn the original round: from the account that it brought money to the
// one that it was taken from.
func (d *Directory) returnLegs(sender *Participant, p *Payment, original *settlement.Payment) ([]settlement.Leg, int64, settlement.Reason) {
	first, last := original.Legs[0], original.Legs[len(original.Legs)-1]
	for _, leg := range original.Legs {
		if d.Accounts[leg.Credit-1].Owner == sender.ID {
			last = leg
		}
	}
	got := original.Received(last.Credit)
	account := d.Accounts[last.Credit-1]
	switch {
	case p.Amount.Currency() != account.Currency:
		return nil, 0, settlement.Reason{Code: "CURR", Text: "the payment was in " + account.Currency.Code()}
	case p.OriginalAmount != (messages.Money{}) && (p.OriginalAmount.Currency() != account.Currency || p.OriginalAmount.Minor() != got):
		return nil, 0, settlement.Reason{Code: "AM09", Text: "the original amount was " + minor(got, account.Currency) + " " + account.Currency.Code()}
	}
	if d.Accounts[first.Debit-1].Currency != account.Currency {
		legs, why := turned(original.Legs, last.Credit, p.Amount.Minor(), got)
		return legs, p.Amount.Minor(), why
	}
	leg := settlement.Leg{Debit: last.Credit, Credit: first.Debit, Amount: p.Amount.Minor()}
	return []settlement.Leg{leg}, leg.Amount, settlement.Reason{}
}

// turned are the legs by which an exchanged payment goes back as it came, at its own
// rate: of the whole exactly what was exchanged, of a part the same part of each leg,
// rounded down. What was taken besides stays where it is.
func turned(legs []settlement.Leg, received settlement.AccountID, amount, got int64) ([]settlement.Leg, settlement.Reason) {
	if amount > got { // no leg is ever more than it was
		return nil, settlement.Reason{Code: settlement.ReasonReturnedMore, Text: "it is more than is left of the payment"}
	}
	last := slices.IndexFunc(legs, func(leg settlement.Leg) bool { return leg.Credit == received })
	var back []settlement.Leg
	for _, leg := range slices.Backward(legs[:last+1]) {
		high, low := bits.Mul64(uint64(leg.Amount), uint64(amount))                         //nolint:gosec // above zero
		part, _ := bits.Div64(high, low, uint64(got))                                       //nolint:gosec // above zero, and no less than amount
		turned := settlement.Leg{Debit: leg.Credit, Credit: leg.Debit, Amount: int64(part)} //nolint:gosec // at most leg.Amount
		if turned.Amount == 0 {
			return nil, settlement.Reason{Code: "AM06", Text: "it comes to nothing in the currency that was sent"}
		}
		back = append(back, turned)
	}
	return back, settlement.Reason{}
}
