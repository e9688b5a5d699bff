package gateway

import (
	"fmt"
	"net/http"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// accountView is one account with its balance.
type accountView struct {
	Account   string       `json:"account"` // its name in messages
	Owner     messages.BIC `json:"owner"`
	Currency  string       `json:"currency"`
	Role      string       `json:"role"`
	Posted    string       `json:"posted"`
	Reserved  string       `json:"reserved"`
	Line      string       `json:"line"`
	Available string       `json:"available"`
	Issuer    string       `json:"issuer,omitempty"`  // the operating bank that owes it; empty: the currency's own issuer
	Grade     string       `json:"grade,omitempty"`   // of a wallet
	Ceiling   string       `json:"ceiling,omitempty"` // what it may hold or have outstanding
}

var roleNames = map[settlement.Role]string{settlement.RoleWallet: "wallet", settlement.RoleIssuance: "issuance", settlement.RoleRounding: "rounding", settlement.RoleReserve: "reserve", settlement.RoleNetting: "netting"}

func (d *Door) accounts(w http.ResponseWriter, _ *http.Request, c Caller) error {
	all, err := d.node.Books.Accounts()
	if err != nil {
		return err
	}
	views := []accountView{}
	for i := range all {
		a := &all[i]
		owner, _ := d.node.Directory().ByID(a.Owner)
		if owner == nil || owner.BIC != c.Participant && !c.staff() {
			continue
		}
		views = append(views, d.accountView(a, owner.BIC))
	}
	return reply(w, http.StatusOK, map[string]any{"accounts": views})
}

func (d *Door) accountView(a *settlement.Account, owner messages.BIC) accountView {
	directory := d.node.Directory()
	v := accountView{
		Account: directory.AccountName(routing.Account{Owner: a.Owner, Currency: a.Currency, Role: a.Role, Issuer: a.Issuer}), Owner: owner, Currency: a.Currency.Code(), Role: roleNames[a.Role],
		Posted: amountOf(a.Posted, a.Currency), Reserved: amountOf(a.Reserved, a.Currency), Line: amountOf(a.Line, a.Currency), Available: amountOf(a.Available(), a.Currency),
	}
	if issuer, known := directory.ByID(a.Issuer); known {
		v.Issuer = issuer.BIC.String()
	}
	if id := directory.AccountIn(a.Owner, a.Currency, a.Role, a.Issuer); id != 0 {
		v.Grade = directory.Accounts[id-1].Grade
	}
	if a.Ceiling > 0 {
		v.Ceiling = amountOf(a.Ceiling, a.Currency)
	}
	return v
}

// amountOf writes minor units as a decimal with sign.
func amountOf(minor int64, currency messages.Currency) string {
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	m, err := messages.NewMoney(minor, currency)
	if err != nil {
		return fmt.Sprint(minor)
	}
	return sign + m.Amount()
}
