package routing

import (
	"dragoman/messages"
	"dragoman/settlement"
)

// PlanReturn turns one return of a letter into an instruction: the legs of the
// original, turned round, or those of an exchange of today. The original is the zero
// payment where nobody knows it, before are its returns so far; whether enough of it is
// left is for the kernel to say. Of one that does not arrive as it was sent it also says
// what becomes of it.
func (p *Planner) PlanReturn(l *Letter, pay *Payment, original *settlement.Payment, before []Given) (settlement.Instruction, *Passage) {
	in := settlement.Instruction{Identity: pay.Identity, Kind: pay.Kind, Digest: l.Digest, Band: bandOf(pay.Priority), Earliest: pay.EarliestTime, Reject: pay.RejectTime}
	if uetr, err := messages.ParseUETR(pay.UETR); err == nil {
		in.UETR = uetr
	}
	sender, ok := p.ByBIC(l.Sender)
	if !ok {
		in.Refusal = settlement.Reason{Code: "DNOR"}
		return in, nil
	}
	in.Sender = sender.ID
	if in.Refusal = wrongItself(sender, l, pay); in.Refusal.Code != "" {
		return in, nil
	}
	receiver, why := p.returnsTo(sender, pay, original)
	if why.Code != "" {
		in.Refusal = why
		return in, nil
	}
	in.Receiver, in.Returns, in.UETR = receiver.ID, original.ID, original.UETR
	var passage *Passage
	if in.Legs, passage, in.Refusal = p.returnLegs(sender, receiver, pay, original, before); in.Refusal.Code != "" {
		return in, nil
	}
	in.Returned = pay.Amount.Minor()
	c := p.corridorOf(&settlement.Payment{Instruction: in})
	if p.onItsDays(&c, pay, l.Received, &in); in.Refusal.Code != "" {
		in.Legs = nil
	}
	return in, passage
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
func (p *Planner) returnLegs(sender, receiver *Participant, pay *Payment, original *settlement.Payment, before []Given) ([]settlement.Leg, *Passage, settlement.Reason) {
	first, last := original.Legs[0], original.Legs[len(original.Legs)-1]
	for _, leg := range original.Legs {
		if p.Accounts[leg.Credit-1].Owner == sender.ID {
			last = leg
		}
	}
	got := original.Received(last.Credit)
	account := p.Accounts[last.Credit-1]
	switch {
	case pay.Amount.Currency() != account.Currency:
		return nil, nil, settlement.Reason{Code: "CURR", Text: "the payment was in " + account.Currency.Code()}
	case pay.OriginalAmount != (messages.Money{}) && (pay.OriginalAmount.Currency() != account.Currency || pay.OriginalAmount.Minor() != got):
		return nil, nil, settlement.Reason{Code: "AM09", Text: "the original amount was " + minor(got, account.Currency) + " " + account.Currency.Code()}
	}
	if p.Accounts[first.Debit-1].Currency != account.Currency {
		if sourceFaults[pay.Why.Code] {
			if route := p.today(sender, receiver, pay.Amount, last.Credit, first.Debit); route != nil {
				return route.Legs, wayBack(route), settlement.Reason{}
			}
		}
		legs, why := turned(original.Legs, last.Credit, pay.Amount.Minor(), got, before)
		if why.Code != "" {
			return nil, nil, why
		}
		return legs, p.asItCame(legs), settlement.Reason{}
	}
	leg := settlement.Leg{Debit: last.Credit, Credit: first.Debit, Amount: pay.Amount.Minor()}
	return []settlement.Leg{leg}, nil, settlement.Reason{}
}
