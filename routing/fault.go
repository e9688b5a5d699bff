package routing

import (
	"math/bits"
	"slices"

	"dragoman/messages"
	"dragoman/settlement"
)

// Returns of exchanged payments: who bears what the rate has moved since.
//
// Where the source is at fault, the receiver gives back exactly what it got, and what
// that comes to is by the rate that stands today: the source bears the difference.
// Otherwise the destination is, and exactly what the source gave comes back, at the
// rate of the original. Who returns says whose fault it is by the reason it gives: what
// does not say that it is the source's is the destination's own.

// sourceFaults are the reasons of returns (ExternalReturnReason1Code) by which the
// payment was wrong when it was sent.
var sourceFaults = map[string]bool{
	"AC01": true, // the account number is wrong
	"AC03": true, // so is the creditor's
	"AC04": true, // the account is closed
	"AC07": true, // so is the creditor's
	"AC14": true, // an agent in the chain is wrong
	"AM05": true, // the same payment again
	"DUPL": true, // the same
	"AM09": true, // the amount is not what was agreed
	"CURR": true, // nor is the currency
	"BE01": true, // name and account do not fit
	"BE04": true, // the creditor's address is missing
	"BE05": true, // the creditor does not know who sent it
	"BE06": true, // the creditor is not known
	"BE07": true, // the debtor's address is missing
	"CNOR": true, // the creditor agent is not known
	"RC04": true, // nor is its identifier
	"RC07": true, // nor its BIC
	"CUST": true, // the debtor wants it back
	"FOCR": true, // a recall was granted
	"DC04": true, // the transfer that the money covers never came
	"RF01": true, // the reference is not unique
	"RR01": true, // what rules want of the debtor's account is missing
	"RR02": true, // or of the debtor's name
	"RR03": true, // or of the creditor's
	"UPAY": true, // the payment is not justified
}

// Given is a return of a payment that was taken in before.
type Given struct {
	Amount int64 // of what the receiver got, minor units
	Legs   []settlement.Leg
	// Today tells that it went by the rate of its own day, not by the original's.
	Today bool
}

// today is the way of a return by the rates that stand now, its provider's fee taken
// out of it; nil: nobody changes the money now, or it would not come back to the
// account from which it was sent.
func (p *Planner) today(sender, receiver *Participant, amount messages.Money, from, to settlement.AccountID) *Route {
	r := Request{Sender: sender, Receiver: receiver, From: amount.Currency(), To: p.Accounts[to-1].Currency, Amount: amount.Minor()}
	routes := p.exchanges(r, Corridor{})
	p.rank(routes, r)
	for i := range routes {
		route := &routes[i]
		arrives := slices.ContainsFunc(route.Legs, func(leg settlement.Leg) bool { return leg.Credit == to })
		if !route.lost && route.Legs[0].Debit == from && arrives {
			return route
		}
	}
	return nil
}

// wayBack says what becomes of such a return: all charges are taken out of it.
func wayBack(route *Route) *Passage {
	arrives, err := messages.NewMoney(route.Arrives, route.Hops[len(route.Hops)-1].To)
	if err != nil {
		panic(err) // accounts have currencies with minor units
	}
	return &Passage{Arrives: arrives, Rate: overall(route.Hops), Charges: route.Charges}
}

// asItCame says what becomes of a return at the rate of the original.
func (d *Directory) asItCame(legs []settlement.Leg) *Passage {
	last := legs[len(legs)-1]
	arrives, err := messages.NewMoney(last.Amount, d.Accounts[last.Credit-1].Currency)
	if err != nil {
		panic(err) // accounts have currencies with minor units
	}
	return &Passage{Arrives: arrives}
}

// turned are the legs by which an exchanged payment goes back as it came, at its own
// rate: of the whole exactly what was exchanged, of a part the same part of each leg,
// rounded down. What completes the whole brings what is left of each leg, so that parts
// together are exact, too. What was taken besides stays where it is.
func turned(legs []settlement.Leg, received settlement.AccountID, amount, got int64, before []Given) ([]settlement.Leg, settlement.Reason) {
	more := settlement.Reason{Code: settlement.ReasonReturnedMore, Text: "it is more than is left of the payment"}
	if amount > got { // no leg is ever more than it was
		return nil, more
	}
	last := slices.IndexFunc(legs, func(leg settlement.Leg) bool { return leg.Credit == received })
	all := amount
	for i := range before {
		all += before[i].Amount
	}
	var back []settlement.Leg
	for _, leg := range slices.Backward(legs[:last+1]) {
		one := settlement.Leg{Debit: leg.Credit, Credit: leg.Debit, Amount: share(leg.Amount, amount, got)}
		if all == got {
			one.Amount = leg.Amount
			for i := range before {
				one.Amount -= before[i].of(leg, got)
			}
		}
		switch {
		case one.Amount > 0:
		case all > got:
			return nil, more
		default:
			return nil, settlement.Reason{Code: "AM06", Text: "it comes to nothing in the currency that was sent"}
		}
		back = append(back, one)
	}
	return back, settlement.Reason{}
}

// of is how much of a leg an earlier return has brought back; of one that went by
// another rate, what it would have brought by the original's.
func (g *Given) of(leg settlement.Leg, got int64) int64 {
	for _, back := range g.Legs {
		if !g.Today && back.Debit == leg.Credit && back.Credit == leg.Debit {
			return back.Amount
		}
	}
	return share(leg.Amount, g.Amount, got)
}

// share is the part of an amount that is to it as part is to whole, rounded down.
func share(amount, part, whole int64) int64 {
	high, low := bits.Mul64(uint64(amount), uint64(part)) //nolint:gosec // above zero
	of, _ := bits.Div64(high, low, uint64(whole))         //nolint:gosec // above zero, and no less than part
	return int64(of)                                      //nolint:gosec // at most amount
}
