package gateway

import (
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// What banks set on their own accounts and queues: limits (camt.011, camt.012),
// reservations (camt.048, camt.049), and the place of waiting payments (camt.007,
// camt.008).

// controlling reads such a message; false when it is none.
func (f *facts) controlling() bool {
	if v, ok := messages.ViewLimitModification(f.message); ok {
		f.letter.ID = v.Group().MessageID()
		for c := range v.Changes() {
			f.setLimit(c)
		}
		if len(f.letter.Controls) == 0 {
			f.refuse("CH21", "no limit is named")
		}
		return true
	}
	if v, ok := messages.ViewLimitDeletion(f.message); ok {
		f.letter.ID = v.Group().MessageID()
		c := f.limit(v.ID())
		c.All, c.Remove = v.All(), true
		f.control(c)
		return true
	}
	if v, ok := messages.ViewReservationModification(f.message); ok {
		f.letter.ID = v.Group().MessageID()
		c := f.reservation(v.ID())
		f.amount(&c, v.Amount())
		if v.IsDefault() {
			f.refuse("CH17", textStanding)
		}
		f.starts(v.StartText())
		f.control(c)
		return true
	}
	if v, ok := messages.ViewReservationDeletion(f.message); ok {
		f.letter.ID = v.Group().MessageID()
		c := routing.ControlRequest{Kind: settlement.ControlReservation, Every: true}
		if v.ID().Exists() {
			c = f.reservation(v.ID())
		}
		c.All, c.Remove = c.Every, true
		f.control(c)
		return true
	}
	return f.queueing()
}

// textStanding explains why there are no default limits and reservations.
const textStanding = "limits and reservations stand until they are changed or removed: set the current ones"

// refuse refuses the whole message; the first reason stands.
func (f *facts) refuse(code, text string) {
	if f.letter.Refusal.Code == "" {
		f.letter.Refusal = settlement.Reason{Code: code, Text: text}
	}
}

func (f *facts) control(c routing.ControlRequest) { f.letter.Controls = append(f.letter.Controls, c) }

func (f *facts) starts(text string) {
	if text != "" {
		f.refuse("CH17", "limits and reservations hold at once: leave out StartDtTm")
	}
}

func (f *facts) owner(bic string) {
	if !f.ownBIC(bic) {
		f.refuse("DS0H", "the account is not the sender's")
	}
}

// limit reads which limit is meant.
func (f *facts) limit(id messages.LimitIDView) routing.ControlRequest {
	f.owner(id.Owner().BICText())
	c := routing.ControlRequest{Account: id.Account().Identification(), Towards: bicOf(id.Counterparty())}
	switch id.Type() {
	case limitBilateral:
		c.Kind = settlement.ControlBilateral
	case limitMultilateral:
		c.Kind = settlement.ControlMultilateral
		if id.Counterparty().Exists() {
			f.refuse("CH17", "a multilateral limit has no counterparty")
		}
	default:
		f.refuse("CH16", "limits are bilateral (BILI) or multilateral (MULT) here, not "+clipped(id.Type(), maxReference))
	}
	return c
}

// Types of limits and reservations.
const (
	limitBilateral    = "BILI"
	limitMultilateral = "MULT"
	reservationUrgent = "UPAR"
	reservationHigh   = "HPAR"
)

func (f *facts) setLimit(v messages.LimitChangeView) {
	c := f.limit(v.ID())
	c.All = v.All()
	if v.IsDefault() {
		f.refuse("CH17", textStanding)
	}
	if v.Direction() == messages.Credit {
		f.refuse("CH16", "limits bound what is paid: CdtDbtInd is DBIT or left out")
	}
	f.starts(v.StartText())
	if !c.All && c.Kind == settlement.ControlBilateral && c.Towards.IsZero() {
		f.refuse("CH21", "a bilateral limit names its counterparty by BIC")
	}
	f.amount(&c, v.Amount())
	c.Was = v.OldAmount().Text()
	if step := v.Increase(); step.Exists() {
		f.amount(&c, step)
		c.Step = routing.StepUp
	} else if step := v.Decrease(); step.Exists() {
		f.amount(&c, step)
		c.Step = routing.StepDown
	}
	f.control(c)
}

// amount reads an amount whose currency may be that of the account.
func (f *facts) amount(c *routing.ControlRequest, a messages.AmountView) {
	c.Amount = a.Text()
	if a.CurrencyCode() == "" {
		return
	}
	currency, err := messages.ParseCurrency(a.CurrencyCode())
	if err != nil {
		f.refuse("AM03", err.Error())
	}
	c.Currency = currency
}

// reservationBands are the bands for which money is reserved, by the type of the
// reservation.
var reservationBands = map[string]settlement.Band{reservationUrgent: settlement.BandUrgent, reservationHigh: settlement.BandHigh}

func (f *facts) reservation(id messages.ReservationIDView) routing.ControlRequest {
	f.owner(id.Owner().BICText())
	band, known := reservationBands[id.Type()]
	if !known {
		f.refuse("CH16", "money is reserved for urgent (UPAR) or high (HPAR) payments here, not for "+clipped(id.Type(), maxReference))
	}
	return routing.ControlRequest{Kind: settlement.ControlReservation, Band: band, Account: id.Account().Identification()}
}

// queueing reads what a bank wants of payments that wait.
func (f *facts) queueing() bool {
	if v, ok := messages.ViewTransactionModification(f.message); ok {
		f.letter.ID = v.Group().MessageID()
		for m := range v.Modifications() {
			q := f.waiting(m.Reference())
			q.Change, q.Reason = queueChange(m)
			f.letter.Questions = append(f.letter.Questions, q)
		}
		return true
	}
	if v, ok := messages.ViewTransactionCancellation(f.message); ok {
		f.letter.ID = v.Group().MessageID()
		q := f.waiting(v.Reference())
		q.Change.Cancel = true
		f.letter.Questions = append(f.letter.Questions, q)
		return true
	}
	return false
}

// waiting is the payment that a reference means: by UETR or, among those that wait,
// by its transaction identifier.
func (f *facts) waiting(r messages.PaymentReferenceView) routing.Question {
	q := routing.Question{Asked: routing.Asked{UETR: r.UETRText(), TxID: r.TransactionID(), EndToEndID: r.EndToEndID()}}
	if uetr, err := messages.ParseUETR(r.Proprietary()); err == nil && q.UETR == "" {
		q.UETR = uetr.String()
	}
	if q.UETR != "" {
		for _, kind := range kindsOf("") {
			q.Names = append(q.Names, byUETR(f.letter.Sender.Full(), kind, q.UETR))
		}
	}
	return q
}

// Places in a queue, as a camt.007 says them in a priority of its own kind.
const (
	putFront = "FRONT"
	putBack  = "BACK"
)

// queueChange reads what is to change, or why it cannot.
func queueChange(m messages.PaymentModificationView) (c routing.QueueChange, why settlement.Reason) {
	refusal := func(text string) (routing.QueueChange, settlement.Reason) {
		return c, settlement.Reason{Code: "CH17", Text: text}
	}
	switch {
	case m.Instruction() != "":
		return refusal("Instr is not carried out here")
	case m.Type() != "":
		return refusal("the type of a payment cannot be changed")
	case m.ProcessingTime().Exists():
		return refusal("the times of a payment cannot be changed: take it back and send another")
	}
	bands := map[string]settlement.Band{"URGT": settlement.BandUrgent, "HIGH": settlement.BandHigh, "NORM": settlement.BandNormal, "LOWW": settlement.BandNormal}
	switch priority := m.Priority(); priority {
	case "":
		return refusal("nothing is to change")
	case putFront:
		c.Put = settlement.PutFirst
	case putBack:
		c.Put = settlement.PutLast
	default:
		band, known := bands[priority]
		if !known {
			return refusal("the priority is URGT, HIGH or NORM, or of its own kind FRONT or BACK")
		}
		c.Move, c.Band = true, band
	}
	return c, settlement.Reason{}
}
