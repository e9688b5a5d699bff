package gateway

import (
	"net/http"

	"dragoman/messages"
	"dragoman/settlement"
)

// LimitsView is the answer to GET /v1/accounts/{account}/limits: what its owner has
// set, and what is left of it.
type LimitsView struct {
	Account      string            `json:"account"`
	Owner        messages.BIC      `json:"owner"`
	Currency     string            `json:"currency"`
	Limits       []LimitView       `json:"limits"`
	Reservations []ReservationView `json:"reservations"`
}

// LimitView is one limit. Used and Left may be below zero: more came in than was
// paid, or the limit was lowered below what was in use.
type LimitView struct {
	Towards messages.BIC `json:"towards,omitzero"` // whom; none: all others together
	Limit   string       `json:"limit"`
	Used    string       `json:"used"`
	Left    string       `json:"left"`
}

// ReservationView is one reservation.
type ReservationView struct {
	Priority string `json:"priority"` // for whose payments
	Amount   string `json:"amount"`
	Left     string `json:"left"`
}

// accountLimits shows the limits and reservations of an account to its owner and to the
// gateway's own people.
func (d *Door) accountLimits(w http.ResponseWriter, r *http.Request, c Caller) error {
	directory := d.node.Directory()
	account, known := directory.ByName(r.PathValue("account"))
	owner, _ := directory.ByID(account.Owner)
	if !known || owner == nil || owner.BIC != c.Participant && !c.staff() {
		return notFound("no account of that name is known to you")
	}
	all, err := d.node.Books.Controls()
	if err != nil {
		return err
	}
	view := LimitsView{Account: directory.AccountName(account), Owner: owner.BIC, Currency: account.Currency.Code(), Limits: []LimitView{}, Reservations: []ReservationView{}}
	for i := range all {
		one := &all[i]
		if one.Account != account.ID {
			continue
		}
		if one.Kind == settlement.ControlReservation {
			view.Reservations = append(view.Reservations, ReservationView{bandNames[one.Band], amountOf(one.Amount, account.Currency), amountOf(one.Left(), account.Currency)})
			continue
		}
		limit := LimitView{Limit: amountOf(one.Amount, account.Currency), Used: amountOf(one.Used+one.Promised, account.Currency), Left: amountOf(one.Left(), account.Currency)}
		if one.Kind == settlement.ControlBilateral {
			towards, _ := directory.ByID(directory.Accounts[one.Towards-1].Owner)
			limit.Towards = towards.BIC
		}
		view.Limits = append(view.Limits, limit)
	}
	return reply(w, http.StatusOK, view)
}
