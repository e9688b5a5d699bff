package gateway

import (
	"fmt"
	"net/http"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// paymentView is one payment as its parties see it.
type paymentView struct {
	UETR       string       `json:"uetr"`
	MessageID  string       `json:"messageId"`
	InstrID    string       `json:"instructionId,omitempty"`
	EndToEndID string       `json:"endToEndId,omitempty"`
	Sender     messages.BIC `json:"sender"`
	Receiver   messages.BIC `json:"receiver,omitzero"`
	Amount     string       `json:"amount,omitempty"`
	State      string       `json:"state"`
	Status     string       `json:"status"`
	Reason     string       `json:"reason,omitempty"`
	Text       string       `json:"text,omitempty"`
	Place      string       `json:"place"`
	id         settlement.PaymentID
}

// outside is what a bank may know of a state: a hold looks like any other wait.
func outside(s settlement.State) string {
	switch s {
	case settlement.StateHeld:
		return settlement.StateWaiting.String()
	case settlement.StateNone, settlement.StateScheduled, settlement.StateWaiting, settlement.StateReserved, settlement.StateAsked, settlement.StateSettled, settlement.StateRejected, settlement.StateCancelled:
	}
	return s.String()
}

func (d *Door) payment(w http.ResponseWriter, r *http.Request, c Caller) error {
	views, err := d.node.payments(r.PathValue("uetr"))
	if err != nil {
		return err
	}
	mine := []paymentView{}
	for _, v := range views {
		if c.may(routing.RoleOperator) || c.may(routing.RoleCompliance) || v.Sender == c.Participant || v.Receiver == c.Participant && v.State == settlement.StateSettled.String() {
			mine = append(mine, v)
		}
	}
	if len(mine) == 0 {
		return notFound("no payment with UETR %s is known to you", r.PathValue("uetr"))
	}
	return reply(w, http.StatusOK, map[string]any{"payments": mine})
}

// payments finds the payments of a UETR.
func (n *Node) payments(uetr string) ([]paymentView, error) {
	id, err := messages.ParseUETR(uetr)
	if err != nil {
		return nil, badRequest("%v", err)
	}
	var views []paymentView
	found, err := n.Books.ByUETR(id)
	if err != nil {
		return nil, err
	}
	for _, id := range found {
		p, ok, err := n.Books.Payment(id)
		if err != nil || !ok {
			return nil, fmt.Errorf("payment %d: %w", id, err)
		}
		v, err := n.view(p)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

func (n *Node) view(p settlement.Payment) (paymentView, error) {
	f, err := decodeFacts(p.Facts)
	if err != nil {
		return paymentView{}, err
	}
	v := paymentView{
		UETR: f.UETR, MessageID: f.MessageID, InstrID: f.InstrID, EndToEndID: f.EndToEndID, State: outside(p.State), Status: string(p.Status),
		Reason: p.Reason.Code, Text: p.Reason.Text, Place: fmt.Sprintf("%d.%d", p.Place.Sequence, p.Place.Order), id: p.ID,
	}
	directory := n.Directory()
	if sender, ok := directory.ByID(p.Sender); ok {
		v.Sender = sender.BIC
	}
	if receiver, ok := directory.ByID(p.Receiver); ok {
		v.Receiver = receiver.BIC
	}
	if len(p.Legs) > 0 {
		account := directory.Accounts[p.Legs[0].Debit-1]
		if money, err := messages.NewMoney(p.Legs[0].Amount, account.Currency); err == nil {
			v.Amount = money.String()
		}
	}
	return v, nil
}

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
		if owner == nil || owner.BIC != c.Participant && !c.may(routing.RoleOperator) {
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
