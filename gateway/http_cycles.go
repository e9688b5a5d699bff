package gateway

import (
	"net/http"
	"strconv"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// CycleView is one netting cycle, in the answer to GET /v1/cycles.
type CycleView struct {
	Cycle    uint64     `json:"cycle"`
	Currency string     `json:"currency"`
	State    string     `json:"state"`
	Opened   time.Time  `json:"opened"`
	Closed   *time.Time `json:"closed,omitempty"`
	Until    *time.Time `json:"until,omitempty"` // of a closed one: when its window ends
	Ended    *time.Time `json:"ended,omitempty"`
	Left     uint64     `json:"left,omitempty"` // payments that the end of its window took out
	// Positions are the caller's own; for the gateway's own people all.
	Positions []PositionView `json:"positions"`
}

// PositionView is what one account pays and gets in a cycle.
type PositionView struct {
	Participant messages.BIC `json:"participant"`
	Account     string       `json:"account"`
	Pays        string       `json:"pays"`
	Gets        string       `json:"gets"`
	Net         string       `json:"net"`
	Payments    uint64       `json:"payments"`
}

// maxCyclesRead bounds the cycles that one answer looks at.
const maxCyclesRead = 10_000

func (d *Door) cycles(w http.ResponseWriter, r *http.Request, c Caller) error {
	query := r.URL.Query()
	most, err := strconv.Atoi(orElse(query.Get("max"), "100"))
	if err != nil || most < 1 || most > maxFetch {
		return badRequest("max must be a number from 1 to %d", maxFetch)
	}
	before, err := strconv.ParseUint(orElse(query.Get("before"), "0"), 10, 63)
	if err != nil || before == 1 {
		return badRequest("before must be the number of a cycle behind the first")
	}
	from := settlement.CycleID(0) // from the last
	if before > 0 {
		from = settlement.CycleID(before - 1)
	}
	views, read := []CycleView{}, 0
	err = d.node.Books.CyclesDown(from, func(cycle settlement.Cycle, positions []settlement.Position) bool {
		v := d.cycleView(&cycle, positions, c)
		wanted := query.Get("currency")
		if (len(v.Positions) > 0 || c.staff()) && (wanted == "" || wanted == v.Currency) {
			views = append(views, v)
		}
		read++
		return len(views) < most && read < maxCyclesRead
	})
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, map[string]any{"cycles": views})
}

func (d *Door) cycleView(cycle *settlement.Cycle, positions []settlement.Position, c Caller) CycleView {
	v := CycleView{
		Cycle: uint64(cycle.ID), Currency: cycle.Currency.Code(), State: cycle.State.String(), Opened: timeOf(cycle.Opened), Left: cycle.Left, Positions: []PositionView{},
	}
	for _, one := range []struct {
		at   settlement.Moment
		into **time.Time
	}{{cycle.Closed, &v.Closed}, {cycle.Until, &v.Until}, {cycle.Ended, &v.Ended}} {
		if one.at != 0 {
			t := timeOf(one.at)
			*one.into = &t
		}
	}
	directory := d.node.Directory()
	for _, p := range positions {
		if int(p.Account) > len(directory.Accounts) {
			continue // the directory is older than the books
		}
		account := directory.Accounts[p.Account-1]
		owner, known := directory.ByID(account.Owner)
		if !known || p.Payments == 0 || owner.BIC != c.Participant && !c.staff() {
			continue
		}
		v.Positions = append(v.Positions, PositionView{
			Participant: owner.BIC, Account: directory.AccountName(account), Payments: p.Payments,
			Pays: amountOf(p.Pays, cycle.Currency), Gets: amountOf(p.Gets, cycle.Currency), Net: amountOf(p.Net(), cycle.Currency),
		})
	}
	return v
}
