package gateway

import (
	"fmt"

	"dragoman/routing"
	"dragoman/settlement"
)

// carryOut does what was decided, by one person or by two. It is called only for
// what fits; that the kernel then says no is a fault of this room and recorded as
// a refusal.
func (w *work) carryOut(o *Order, d *Decision, by holder) (refusal string, err error) {
	done := true
	switch d.Action {
	case ActionHold:
		done = w.engine.Hold(d.Payment)
	case ActionRelease:
		done = w.engine.Release(d.Payment)
	case ActionRefuse:
		done = w.engine.Refuse(d.Payment, settlement.Reason{Code: w.refusalOutside(d.Payment)})
	case ActionCancel:
		done = w.engine.Cancel(d.Payment, settlement.Reason{Code: settlement.ReasonCancelled})
	case ActionReprioritise:
		done = w.engine.Reprioritise(d.Payment, d.Band)
	case ActionReorder:
		done = w.reorder(d)
	case ActionLimit, ActionReserve:
		return w.control(d, by), nil
	case ActionIssue, ActionRedeem:
		return w.issue(o, d, by)
	case ActionSuspend, ActionResume, ActionStanding:
		return w.changeTo(standingChange(w.directory, d))
	case ActionApply:
		return w.changeTo(*d.Change)
	case ActionAcceptTime:
		w.moveTime(settlement.Moment(d.Time.UnixNano()))
		w.accepted++
	case ActionAnnounce:
		w.announce(o, d)
	case ActionCloseCycle:
		return w.closeByDecision(d), nil
	case ActionRestoreAccept, ActionBackup, ActionQuarantine, ActionApprove, ActionDecline:
		// The record is all there is to it: who must know reads it there.
	}
	if !done {
		return "the payment cannot be changed any more", nil
	}
	return "", nil
}

// refusalOutside is the reason that the sender of a payment hears when compliance
// refuses it: what its corridor says. The true reason is in the record alone.
func (w *work) refusalOutside(id settlement.PaymentID) string {
	p, _ := w.engine.Payment(id)
	sender, known := w.directory.ByID(p.Sender)
	receiver, knownToo := w.directory.ByID(p.Receiver)
	if known && knownToo && len(p.Legs) > 0 {
		currency := w.directory.Accounts[p.Legs[0].Debit-1].Currency
		if c, ok := w.directory.Corridor(sender.BIC, receiver.BIC, currency); ok && c.Refusal != "" {
			return c.Refusal
		}
	}
	return routing.DefaultRefusal
}

// issue moves money between an issuance account and a bank's wallet.
func (w *work) issue(o *Order, d *Decision, by holder) (refusal string, err error) {
	m, why := w.situation().issue(d, by)
	if why != "" {
		return why, nil
	}
	identity := identify("decision", fmt.Sprint(w.sequence), fmt.Sprint(w.order))
	facts := answerFacts{MessageID: string(d.Action), MessageType: typeDecision, Received: o.Received, Amount: m.legs[0].Amount, Currency: m.currency}
	w.engine.Decide(settlement.Message{Place: w.place(), Sender: m.issuer, Identity: identity, Digest: settlement.Digest(o.digest())},
		settlement.Instruction{Identity: identity, Kind: m.kind, Sender: m.issuer, Legs: m.legs, Facts: facts.encode()})
	return "", nil
}

// changeTo makes a directory change; a refusal changes nothing.
func (w *work) changeTo(c routing.Change) (refusal string, err error) {
	next, err := w.directory.Apply(c)
	if err != nil {
		return err.Error(), nil
	}
	for _, a := range next.Accounts[len(w.directory.Accounts):] {
		if id := w.engine.OpenAccountOf(a.Owner, a.Currency, a.Role, a.Issuer); id != a.ID {
			return "", fmt.Errorf("account %d was opened as %d", a.ID, id)
		}
	}
	before := w.directory
	w.directory, w.changed = next, true
	w.bar(before)
	for _, a := range next.Accounts {
		if account, _ := w.engine.Account(a.ID); account.Granted != a.Line {
			w.engine.SetLine(a.ID, a.Line)
		}
		if account, _ := w.engine.Account(a.ID); account.Saving != a.Saving.Kernel() || account.Bypass != a.Bypass {
			w.engine.SetSaving(a.ID, a.Saving.Kernel(), a.Bypass)
		}
		if account, _ := w.engine.Account(a.ID); account.Ceiling != next.Ceiling(a) {
			w.engine.SetCeiling(a.ID, next.Ceiling(a))
		}
		if account, _ := w.engine.Account(a.ID); account.Cap != a.Cap {
			w.engine.SetCap(a.ID, a.Cap)
		}
	}
	if len(c.Calendars) > 0 {
		w.lookUpcoming()
		w.adoptCalendars()
		w.beginPhases(w.engine.Now())
	}
	return "", nil
}
