package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Limits and reservations as decisions: what a bank also sets by ISO messages.

// controlRequest is a decision about limits or reservations as if a message had
// brought it.
func (d *Decision) controlRequest() (routing.ControlRequest, string) {
	currency, err := messages.ParseCurrency(d.Currency)
	if err != nil {
		return routing.ControlRequest{}, err.Error()
	}
	c := routing.ControlRequest{Currency: currency, Account: d.Account, Amount: d.Amount, Remove: d.Remove, Kind: settlement.ControlReservation, Band: d.Band}
	switch {
	case d.Action == ActionLimit && d.Bank.IsZero():
		c.Kind, c.Band = settlement.ControlMultilateral, 0
	case d.Action == ActionLimit:
		c.Kind, c.Band, c.Towards = settlement.ControlBilateral, 0, d.Bank
	case d.Band >= settlement.BandNormal:
		return c, "money is reserved for urgent or for high payments"
	}
	if (d.Amount == "") != d.Remove {
		return c, "name an amount, or that it is to be removed, and not both"
	}
	return c, ""
}

// fitsControl tells why a decision about limits or reservations makes no sense.
func (s *situation) fitsControl(d *Decision, by holder) string {
	c, why := d.controlRequest()
	if why != "" {
		return why
	}
	if by.bank.Standing != routing.StandingActive {
		return "the participant is suspended"
	}
	account, reason := s.directory.OwnWallet(by.bank, c.Account, c.Currency)
	switch {
	case reason.Code != "":
		return reason.Text
	case c.Kind == settlement.ControlBilateral && s.directory.WalletTowards(account, c.Towards) == 0:
		return "the counterparty of the limit has no account for this money"
	case c.Remove:
		return ""
	}
	if _, err := messages.ParseMoney(c.Amount, account.Currency); err != nil {
		return err.Error()
	}
	return ""
}

// control sets or removes a limit or a reservation.
func (w *work) control(d *Decision, by holder) (refusal string) {
	c, why := d.controlRequest()
	if why != "" {
		return why
	}
	changes, reason := w.controlChange(&c, by.bank)
	if reason.Code == "" {
		reason = w.engine.Control(changes)
	}
	return reason.Text
}

// reorder puts a payment before or behind all of its priority. One that is held has
// no place, but to its owner it waits like any other: nothing tells it apart.
func (w *work) reorder(d *Decision) bool {
	p, _ := w.engine.Payment(d.Payment)
	return p.State == settlement.StateHeld || w.engine.Reorder(d.Payment, d.Put == settlement.PutFirst)
}

// putNames are the places within a priority, as people say them.
var putNames = [...]string{settlement.PutFirst: "front", settlement.PutLast: "back"}

func putNamed(name string) settlement.Put {
	for put, known := range putNames {
		if known == name && known != "" {
			return settlement.Put(put)
		}
	}
	return settlement.PutNowhere
}

// controlText says what is set or removed.
func (d *Decision) controlText() string {
	amount := "nothing"
	if !d.Remove {
		amount = d.Amount
	}
	switch {
	case d.Action == ActionReserve:
		return fmt.Sprintf("%s %s for payments of priority %s", amount, d.Currency, bandNames[min(d.Band, settlement.BandNormal)])
	case d.Remove:
		amount = "without"
	}
	if d.Bank.IsZero() {
		return fmt.Sprintf("what is paid to all others in %s: %s", d.Currency, amount)
	}
	return fmt.Sprintf("what is paid to %s in %s: %s", d.Bank, d.Currency, amount)
}
