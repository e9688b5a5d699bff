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
}

var roleNames = map[settlement.Role]string{settlement.RoleWallet: "wallet", settlement.RoleIssuance: "issuance", settlement.RoleRounding: "rounding"}

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
		views = append(views, accountView{
			d.node.Directory().AccountName(routing.Account{Owner: a.Owner, Currency: a.Currency, Role: a.Role}), owner.BIC, a.Currency.Code(), roleNames[a.Role], amountOf(a.Posted, a.Currency), amountOf(a.Reserved, a.Currency),
			amountOf(a.Line, a.Currency), amountOf(a.Available(), a.Currency),
		})
	}
	return reply(w, http.StatusOK, map[string]any{"accounts": views})
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
