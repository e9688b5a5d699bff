package gateway

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// QueueEntry is one payment that has not ended.
type QueueEntry struct {
	UETR      string       `json:"uetr"`
	PaymentID string       `json:"paymentId"`
	Sender    messages.BIC `json:"sender"`
	Receiver  messages.BIC `json:"receiver,omitzero"`
	Currency  string       `json:"currency"`
	Amount    string       `json:"amount"`
	Priority  string       `json:"priority"`
	// For is what it waits for: liquidity, compliance, confirmation by the receiver
	// or issuer, or its earliest time.
	For     string    `json:"for"`
	Since   time.Time `json:"since"`
	Expires time.Time `json:"expires,omitzero"` // when it is rejected if nothing happens

	band    settlement.Band
	arrived settlement.PaymentID
}

// QueueTotal sums up what waits of one participant in one currency.
type QueueTotal struct {
	Sender   messages.BIC `json:"sender"`
	Currency string       `json:"currency"`
	Payments int          `json:"payments"`
	Amount   string       `json:"amount"`
}

// QueueView is the answer to GET /v1/queue.
type QueueView struct {
	Queue  []QueueEntry `json:"queue"`  // by sender and currency, urgent first, then as they came
	Totals []QueueTotal `json:"totals"` // of everything that the filters let through
	// More is how many entries are not listed.
	More int `json:"more,omitempty"`
}

// waitsFor says what a payment waits for; empty: it has ended. A bank is not to
// learn of a hold: to it the payment waits like any other.
func waitsFor(p *settlement.Payment, inside bool) string {
	switch p.State {
	case settlement.StateHeld:
		switch {
		case inside:
			return "compliance"
		case p.ByCover():
			return "its cover"
		}
		return "liquidity"
	case settlement.StateWaiting:
		if p.Net {
			return "room under its cap"
		}
		return "liquidity"
	case settlement.StateNetted:
		return "its netting cycle"
	case settlement.StateReserved, settlement.StateAsked:
		return "confirmation"
	case settlement.StateScheduled:
		return "its time"
	case settlement.StateUncovered:
		return "its cover"
	case settlement.StateNone, settlement.StateDiverted, settlement.StateSettled, settlement.StateRejected, settlement.StateCancelled, settlement.StateDelivered:
	}
	return ""
}

func (d *Door) queue(w http.ResponseWriter, r *http.Request, c Caller) error {
	query := r.URL.Query()
	most, err := strconv.Atoi(orElse(query.Get("max"), strconv.Itoa(maxFetch)))
	if err != nil || most < 1 || most > maxFetch {
		return badRequest("max must be a number from 1 to %d", maxFetch)
	}
	var sender messages.BIC
	if text := query.Get("participant"); text != "" {
		if sender, err = messages.ParseBIC(text); err != nil {
			return badRequest("participant: %v", err)
		}
	}
	open, err := d.node.Books.Open()
	if err != nil {
		return err
	}
	view := QueueView{Queue: []QueueEntry{}, Totals: []QueueTotal{}}
	sums := map[QueueTotal]int64{} // by sender and currency, minor units
	counts := map[QueueTotal]int{}
	for i := range open {
		e, amount, ok := d.node.queueEntry(&open[i], c.staff())
		if !ok || !c.staff() && e.Sender != c.Participant || !sender.IsZero() && e.Sender != sender || !slices.Contains([]string{"", e.Currency}, query.Get("currency")) {
			continue
		}
		view.Queue = append(view.Queue, e)
		key := QueueTotal{Sender: e.Sender, Currency: e.Currency}
		sums[key] += amount
		counts[key]++
	}
	for key, sum := range sums {
		currency, _ := messages.ParseCurrency(key.Currency)
		key.Amount, key.Payments = amountOf(sum, currency), counts[key]
		view.Totals = append(view.Totals, key)
	}
	slices.SortFunc(view.Totals, func(a, b QueueTotal) int {
		return cmp.Or(cmp.Compare(a.Sender.String(), b.Sender.String()), cmp.Compare(a.Currency, b.Currency))
	})
	slices.SortFunc(view.Queue, func(a, b QueueEntry) int {
		return cmp.Or(cmp.Compare(a.Sender.String(), b.Sender.String()), cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.band, b.band), cmp.Compare(a.arrived, b.arrived))
	})
	if len(view.Queue) > most {
		view.More, view.Queue = len(view.Queue)-most, view.Queue[:most]
	}
	return reply(w, http.StatusOK, view)
}

// queueEntry shows a payment that has not ended; inside tells of a hold.
func (n *Node) queueEntry(p *settlement.Payment, inside bool) (e QueueEntry, amount int64, ok bool) {
	directory := n.Directory()
	sender, known := directory.ByID(p.Sender)
	f, err := decodeFacts(p.Facts)
	if !known || err != nil || waitsFor(p, inside) == "" {
		return e, 0, false
	}
	currency, shown := f.Currency, f.Amount
	if len(p.Legs) > 0 { // one without moves nothing itself
		amount = p.Legs[0].Amount
		currency, shown = directory.Accounts[p.Legs[0].Debit-1].Currency, amount
	}
	e = QueueEntry{
		UETR: uetrOf(p), PaymentID: n.receiptID(p), Sender: sender.BIC, Currency: currency.Code(), Amount: amountOf(shown, currency), Priority: bandNames[p.Band],
		For: waitsFor(p, inside), Since: timeOf(p.Since), band: p.Band, arrived: p.ID,
	}
	if receiver, known := directory.ByID(p.Receiver); known {
		e.Receiver = receiver.BIC
	}
	if !inside && (p.State == settlement.StateHeld || p.State == settlement.StateWaiting) {
		e.Since = timeOf(p.Arrived) // when a hold began or ended is not for outside
	}
	if p.Reject != 0 {
		e.Expires = timeOf(p.Reject)
	}
	return e, amount, true
}

// uetrOf is the UETR by which people know a payment.
func uetrOf(p *settlement.Payment) string {
	if p.UETR.IsZero() {
		return ""
	}
	return p.UETR.String()
}
