package gateway

import (
	"fmt"
	"slices"

	"dragoman/messages/codes"
	"dragoman/routing"
	"dragoman/settlement"
)

// standingOrders makes the transfers that banks have ordered for the opening of a day.
func (w *work) standingOrders(t *routing.Timetable, date routing.Date) {
	for i := range w.directory.Standing {
		if o := &w.directory.Standing[i]; o.Amount > 0 && slices.Contains(t.Currencies, o.Currency) {
			w.standingOrder(o, date)
		}
	}
}

// standingOrder moves the money of one order, urgent like every liquidity transfer:
// at once or not at all. Of one that is not made the payer hears.
func (w *work) standingOrder(o *routing.StandingOrder, date routing.Date) {
	from, _ := w.directory.ByBIC(o.From)
	to, _ := w.directory.ByBIC(o.To)
	leg := settlement.Leg{
		Debit:  w.directory.AccountOf(from.ID, o.Currency, settlement.RoleWallet),
		Credit: w.directory.AccountOf(to.ID, o.Currency, settlement.RoleWallet), Amount: o.Amount,
	}
	if held, _ := w.engine.Account(leg.Credit); o.UpTo {
		leg.Amount = o.Amount - held.Posted
	}
	if leg.Amount <= 0 {
		return // the receiver has as much already
	}
	m := w.messageOfDay("standing order", o.Name, date.String())
	m.Sender = from.ID
	in := settlement.Instruction{Identity: m.Identity, Kind: settlement.KindTransfer, Sender: from.ID, Band: settlement.BandUrgent, Legs: []settlement.Leg{leg}}
	if !to.Standing.Receives() {
		in.Refusal = settlement.Reason{Code: to.Standing.NoReceiver()}
	}
	if !from.Standing.Sends() {
		in.Refusal = settlement.Reason{Code: from.Standing.NoSender()}
	}
	facts := answerFacts{MessageID: standingID(date), MessageType: typeDecision, Received: w.at, Amount: leg.Amount, Currency: o.Currency}
	in.Facts = facts.encode()
	w.engine.Decide(m, in)
	made, _ := w.engine.Find(m.Identity)
	if made.State == settlement.StateSettled {
		return
	}
	text := fmt.Sprintf("standing order %s: %s %s to %s was not moved: %s", o.Name, o.Currency.Code(), amountOf(leg.Amount, o.Currency), o.To, why(made.Reason))
	w.announced[w.engine.Announce(w.messageOfDay("standing order not made", o.Name, date.String()), []settlement.ParticipantID{from.ID})] = &Decision{Event: eventNotMade, Text: clipped(text, maxEventText)}
}

// eventNotMade is the code of the event that a standing order was not made.
const eventNotMade = "SORD"

// standingID is what entries show as the reference of a standing order: its day.
func standingID(date routing.Date) string { return standingPrefix + date.String() }

const standingPrefix = "STANDING-"

func why(r settlement.Reason) string {
	return first(r.Text, codes.StatusReason(r.Code).Meaning())
}
