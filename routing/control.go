package routing

import (
	"slices"

	"dragoman/messages"
	"dragoman/settlement"
)

// What banks ask of and set on their own accounts (camt.003 to camt.012, camt.046
// to camt.049), as the desk read it.

// ControlRequest sets or removes limits or reservations of the sender's account.
type ControlRequest struct {
	Kind     settlement.ControlKind
	Band     settlement.Band // of a reservation
	Towards  messages.BIC    // of a bilateral limit
	Account  string          // its name; empty: the only one that is meant
	Currency messages.Currency
	Amount   string // decimal as received
	Step     Step   // whether the amount is the new one or is added or taken off
	Was      string // what the limit must be so far, decimal; empty: not said
	All      bool   // all that are set of the kind
	Every    bool   // reservations of all bands
	Remove   bool
}

// Step is what an amount does to what is set.
type Step uint8

// Steps.
const (
	StepSet Step = iota
	StepUp
	StepDown
)

// Search describes what a question asks for; what is empty does not narrow it. An
// item is meant that fits one of a question's searches.
type Search struct {
	Accounts   []string // names
	Currencies []string
	Types      []string // of limits or reservations: ISO codes
	Towards    []string // BICs of a bilateral limit
	UETRs      []string
	EndToEnds  []string
	TxIDs      []string
	MessageIDs []string
	Priorities []string
}

// Fields are the lists of a search in the order in which they are kept.
func (s *Search) Fields() []*[]string {
	return []*[]string{&s.Accounts, &s.Currencies, &s.Types, &s.Towards, &s.UETRs, &s.EndToEnds, &s.TxIDs, &s.MessageIDs, &s.Priorities}
}

// Fits tells whether a value is among those that are asked for.
func Fits(asked []string, value string) bool { return len(asked) == 0 || slices.Contains(asked, value) }

// QueueChange is what the sender of a payment wants of it while it waits.
type QueueChange struct {
	Cancel bool
	Move   bool
	Band   settlement.Band
	Put    settlement.Put
}

// OwnWallet finds the wallet of a participant that is meant by name or, without
// one, is its only one in the currency, or its only one at all.
func (d *Directory) OwnWallet(owner *Participant, name string, currency messages.Currency) (Account, settlement.Reason) {
	if name != "" {
		a, known := d.ByName(name)
		switch {
		case !known:
			return Account{}, settlement.Reason{Code: "AC02", Text: "there is no account " + name}
		case a.Owner != owner.ID:
			return Account{}, settlement.Reason{Code: "DS0H", Text: "the account is not the sender's"}
		case currency != 0 && a.Currency != currency:
			return Account{}, settlement.Reason{Code: "AM11", Text: "the account is not in " + currency.Code()}
		}
		return a, settlement.Reason{}
	}
	var own []Account
	for _, a := range d.Accounts {
		if a.Owner == owner.ID && a.Role == settlement.RoleWallet && (currency == 0 || a.Currency == currency) {
			own = append(own, a)
		}
	}
	switch len(own) {
	case 0:
		return Account{}, settlement.Reason{Code: "AC02", Text: "the sender has no such account"}
	case 1:
		return own[0], settlement.Reason{}
	}
	return Account{}, settlement.Reason{Code: "AC02", Text: "the sender has several accounts: name the one that is meant"}
}

// WalletTowards is the wallet of another for the same money as an account holds; 0:
// there is none.
func (d *Directory) WalletTowards(a Account, other messages.BIC) settlement.AccountID {
	p, known := d.ByBIC(other)
	if !known {
		return 0
	}
	return d.AccountIn(p.ID, a.Currency, settlement.RoleWallet, a.Issuer)
}
