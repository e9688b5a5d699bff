package gateway

import (
	"fmt"
	"strings"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Supposition is what is supposed to have been otherwise on the days of a log.
type Supposition struct {
	From     settlement.Moment // time of the log from which on; 0: from its beginning
	Balances []SupposedAmount  // so much more, or less as far as it is there
	Lines    []SupposedAmount  // credit lines
	Limits   []SupposedAmount  // bilateral, where towards is named, or multilateral
	Failed   []messages.BIC    // banks from which nothing comes: payments are refused, the rest is not heard
	Saving   routing.Saving    // how the payments of all may be freed; empty: as each has chosen
	Bypass   bool              // and that they pass each other
}

// SupposedAmount is about one bank's wallet.
type SupposedAmount struct {
	Bank     messages.BIC
	Towards  messages.BIC // of a bilateral limit
	Currency messages.Currency
	Amount   int64 // minor units
}

// supposing keeps a lane to what is supposed.
type supposing struct {
	Supposition
	balances []SupposedAmount // what is not done yet
}

func newSupposing(s Supposition) *supposing {
	return &supposing{Supposition: s, balances: append([]SupposedAmount(nil), s.Balances...)}
}

// left are the changes of balances that could not be made.
func (s *supposing) left() (all []SupposedAmount) {
	for _, b := range s.balances {
		if b.Amount != 0 {
			all = append(all, b)
		}
	}
	return all
}

// holds tells that a group is late enough. A lane that supposes nothing has none.
func (s *supposing) holds(at settlement.Moment) bool { return s != nil && at >= s.From }

// enforce makes everything as it is supposed to be, as soon as there are accounts for
// it and whenever the directory has changed it.
func (w *work) enforce() {
	s := w.suppose
	if !s.holds(w.at) {
		return
	}
	for i := range s.balances {
		if b := &s.balances[i]; b.Amount != 0 {
			if id := w.walletOf(b.Bank, b.Currency); id != 0 {
				b.Amount -= w.engine.Suppose(id, b.Amount)
			}
		}
	}
	for _, l := range s.Lines {
		if id := w.walletOf(l.Bank, l.Currency); id != 0 {
			if a, _ := w.engine.Account(id); a.Granted != l.Amount {
				w.engine.SetLine(id, l.Amount)
			}
		}
	}
	w.enforceLimits()
	if s.Saving == "" && !s.Bypass {
		return
	}
	for _, a := range w.directory.Accounts {
		now, _ := w.engine.Account(a.ID)
		saving := now.Saving
		if s.Saving != "" {
			saving = s.Saving.Kernel()
		}
		if now.Role == settlement.RoleWallet && (now.Saving != saving || now.Bypass != s.Bypass) {
			w.engine.SetSaving(a.ID, saving, s.Bypass)
		}
	}
}

func (w *work) enforceLimits() {
	for _, l := range w.suppose.Limits {
		id := w.walletOf(l.Bank, l.Currency)
		change := settlement.ControlChange{Account: id, Kind: settlement.ControlMultilateral, Amount: l.Amount}
		if !l.Towards.IsZero() {
			change.Kind, change.Towards = settlement.ControlBilateral, w.walletOf(l.Towards, l.Currency)
		}
		if id == 0 || change.Kind == settlement.ControlBilateral && change.Towards == 0 {
			continue
		}
		set := false
		for _, c := range w.engine.Controls(id) {
			set = set || c.Kind == change.Kind && c.Towards == change.Towards && c.Amount == change.Amount
		}
		if !set {
			w.engine.Control([]settlement.ControlChange{change})
		}
	}
}

// walletOf is a bank's wallet; 0: it has none yet.
func (w *work) walletOf(bank messages.BIC, currency messages.Currency) settlement.AccountID {
	p, known := w.directory.ByBIC(bank)
	if !known {
		return 0
	}
	return w.directory.AccountOf(p.ID, currency, settlement.RoleWallet)
}

// failed tells that nothing comes from a bank.
func (s *supposing) failed(at settlement.Moment, bank messages.BIC) bool {
	if s.holds(at) {
		for _, b := range s.Failed {
			if b.Full() == bank.Full() {
				return true
			}
		}
	}
	return false
}

// fail takes in what a bank that has failed has not sent: payments keep their numbers,
// which decisions in the log name, and are refused.
func (w *work) fail(m settlement.Message, l *routing.Letter) {
	if len(l.Payments) == 0 {
		return
	}
	instructions := w.plan(l, m.Record)
	for i := range instructions {
		instructions[i].Refusal = settlement.Reason{Code: "AG10"}
	}
	w.engine.Submit(m, instructions)
}

// unknown names the first bank that a supposition is about and the directory does not
// know, or that has no such wallet.
func (s *Supposition) unknown(d *routing.Directory) error {
	wallet := func(bank messages.BIC, currency messages.Currency) error {
		p, known := d.ByBIC(bank)
		switch {
		case !known:
			return fmt.Errorf("the directory does not know %s", bank)
		case currency != 0 && d.AccountOf(p.ID, currency, settlement.RoleWallet) == 0:
			return fmt.Errorf("%s has no wallet in %s", bank, currency)
		}
		return nil
	}
	for _, list := range [][]SupposedAmount{s.Balances, s.Lines, s.Limits} {
		for _, a := range list {
			if err := wallet(a.Bank, a.Currency); err != nil {
				return err
			}
			if a.Towards.IsZero() {
				continue
			}
			if err := wallet(a.Towards, a.Currency); err != nil {
				return err
			}
		}
	}
	for _, bank := range s.Failed {
		if err := wallet(bank, 0); err != nil {
			return err
		}
	}
	if _, known := map[routing.Saving]bool{"": true, "together": true, "pairs": true, "alone": true}[s.Saving]; !known {
		return fmt.Errorf("saving %q is none of together, pairs, alone", strings.ToLower(string(s.Saving)))
	}
	return nil
}
