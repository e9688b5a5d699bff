package gateway

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
)

// Bounds of one page. A page may be shorter than asked for, even empty, while
// there are further ones: it ends when so many payments have been looked at.
const (
	maxPage  = 1000
	maxLooks = 20_000 // some 40 ms, in which the books keep a read open
)

// filter says which payments a list shall have.
type filter struct {
	state, status        string
	currency             messages.Currency
	counterparty, party  settlement.ParticipantID
	direction            string
	from, to             settlement.Moment // from inclusive, to exclusive
	endToEndID, message  string
	uetr                 messages.UETR
	byCounterparty, byMe bool
}

// payments lists the payments in which the caller has a part, the latest first.
func (d *Door) payments(w http.ResponseWriter, r *http.Request, c Caller) error {
	v := d.node.viewer(c)
	q := query{values: r.URL.Query()}
	f := q.filter(v)
	most := int(q.number("max", 100, maxPage)) //nolint:gosec // at most maxPage
	start := q.cursor("cursor", d.node.Books.State().Payment)
	if err := q.err(); err != nil {
		return err
	}
	views, next, err := d.node.page(v, f, start, most)
	if err != nil {
		return err
	}
	answer := map[string]any{"payments": views}
	if next != 0 {
		answer["next"] = cursorText(next)
	}
	return reply(w, http.StatusOK, answer)
}

// page collects the payments of one page and tells where the next one starts; 0
// when there is none.
func (n *Node) page(v viewer, f filter, start settlement.PaymentID, most int) (views []paymentView, next settlement.PaymentID, err error) {
	if start, err = n.last(v, start, f); err != nil {
		return nil, 0, err
	}
	views = []paymentView{}
	looks := 0
	var fault error
	err = n.Books.PaymentsDown(start, func(p *settlement.Payment) bool {
		if len(views) == most || looks == maxLooks {
			next = p.ID
			return false
		}
		looks++
		facts, err := decodeFacts(p.Facts)
		if err != nil {
			fault = fmt.Errorf("read the facts of payment %d: %w", p.ID, err)
			return false
		}
		if f.ordered(v) && facts.Received < f.from-clockSlack {
			return false // and so are all before it
		}
		if v.part(p) == partNone || !f.takes(v, p, &facts) {
			return true
		}
		view, err := v.payment(p)
		if err != nil {
			fault = err
			return false
		}
		views = append(views, view)
		return true
	})
	if err == nil {
		err = fault
	}
	return views, next, err
}

// clockSlack is how far the times of payments may be out of the order of their
// numbers: orders of one group come in any order, and doors have clocks.
const clockSlack = settlement.Moment(time.Minute)

// last is the highest payment number up to start that may have come before the
// end of the filter's time.
func (n *Node) last(v viewer, start settlement.PaymentID, f filter) (settlement.PaymentID, error) {
	if f.to == 0 || !f.ordered(v) {
		return start, nil
	}
	low, high := settlement.PaymentID(0), start // everything above high is too late
	for low < high {
		middle := low + (high-low+1)/2
		p, ok, err := n.Books.Payment(middle)
		if err != nil {
			return 0, err
		}
		facts, err := decodeFacts(p.Facts)
		if ok && err != nil {
			return 0, err
		}
		if !ok || facts.Received > f.to+clockSlack {
			high = middle - 1
		} else {
			low = middle
		}
	}
	return low, nil
}

// ordered tells that the times which the viewer may know are in the order of the
// numbers: those at which payments came, not those at which they were delivered.
func (f *filter) ordered(v viewer) bool { return v.all || f.direction == "out" }

// takes tells whether the filter lets a payment through, by what the viewer may
// know of it.
func (f *filter) takes(v viewer, p *settlement.Payment, facts *answerFacts) bool {
	steps := v.steps(p)
	now := steps[len(steps)-1]
	part := v.part(p)
	switch {
	case f.state != "" && f.state != now.State, f.status != "" && f.status != now.Status:
		return false
	case f.currency != 0 && f.currency != facts.Currency:
		return false
	case f.endToEndID != "" && f.endToEndID != facts.EndToEndID, !f.uetr.IsZero() && f.uetr != p.UETR:
		return false
	case f.message != "" && (part == partReceiver || f.message != facts.MessageID):
		return false
	case f.direction == "out" && p.Sender != f.party, f.direction == "in" && p.Receiver != f.party && p.Confirm != f.party:
		return false
	case f.byMe && p.Sender != f.party && p.Receiver != f.party:
		return false
	case f.byCounterparty && (f.counterparty == 0 || p.Sender != f.counterparty && p.Receiver != f.counterparty):
		return false
	}
	at := facts.Received
	if part == partReceiver {
		at = v.delivered(p)
	}
	return f.from <= at && (f.to == 0 || at < f.to)
}

// query reads the parameters of a request; the first mistake stands, and one that
// nobody has read is a mistake too.
type query struct {
	values url.Values
	read   []string
	fault  error
}

func (q *query) text(name string) string {
	q.read = append(q.read, name)
	if len(q.values[name]) > 1 {
		q.wrong("%s is given twice", name)
	}
	return q.values.Get(name)
}

func (q *query) wrong(format string, args ...any) {
	if q.fault == nil {
		q.fault = badRequest(format, args...)
	}
}

func (q *query) err() error {
	for name := range q.values {
		if !slices.Contains(append(q.read, "after"), name) {
			q.wrong("there is no parameter %q; there are %v", name, q.read)
		}
	}
	return q.fault
}

func (q *query) number(name string, otherwise, most uint64) uint64 {
	text := q.text(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n < 1 || n > most {
		q.wrong("%s must be a number from 1 to %d", name, most)
	}
	return n
}

func (q *query) oneOf(name string, allowed ...string) string {
	text := q.text(name)
	if text != "" && !slices.Contains(allowed, text) {
		q.wrong("%s must be one of %v", name, allowed)
	}
	return text
}

func (q *query) time(name string) settlement.Moment {
	text := q.text(name)
	if text == "" {
		return 0
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Year() < 1980 || t.Year() > 2200 {
		q.wrong("%s must be a time such as 2026-01-31T09:00:00Z", name)
		return 0
	}
	return settlement.Moment(t.UnixNano())
}

// bank is a participant by its BIC; 0 when nobody has it.
func (q *query) bank(name string, v viewer) (id settlement.ParticipantID, given bool) {
	text := q.text(name)
	if text == "" {
		return 0, false
	}
	bic, err := messages.ParseBIC(text)
	if err != nil {
		q.wrong("%s: %v", name, err)
		return 0, true
	}
	if p, ok := v.directory.ByBIC(bic); ok {
		id = p.ID
	}
	return id, true
}

// cursorText writes where a page starts.
func cursorText(id settlement.PaymentID) string { return strconv.FormatUint(uint64(id), 36) }

func (q *query) cursor(name string, otherwise settlement.PaymentID) settlement.PaymentID {
	text := q.text(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 36, 64)
	if err != nil {
		q.wrong("%s must be the next of the page before", name)
	}
	return min(settlement.PaymentID(n), otherwise)
}

// filter reads what a list shall have. Only the gateway's own people may ask for
// another's list.
func (q *query) filter(v viewer) filter {
	f := filter{
		state: q.oneOf("state", v.states()...), status: q.text("status"), direction: q.oneOf("direction", "in", "out"),
		from: q.time("from"), to: q.time("to"), endToEndID: q.text("endToEndId"), message: q.text("messageId"), party: v.party,
	}
	f.counterparty, f.byCounterparty = q.bank("counterparty", v)
	if party, given := q.bank("participant", v); given {
		if !v.all && party != v.party && q.fault == nil {
			q.fault = ErrNotAllowed
		}
		f.party, f.byMe = party, true
	}
	if v.all && f.direction != "" && !f.byMe {
		q.wrong("direction needs a participant")
	}
	if text := q.text("currency"); text != "" {
		currency, err := messages.ParseCurrency(text)
		if err != nil {
			q.wrong("currency: %v", err)
		}
		f.currency = currency
	}
	if text := q.text("uetr"); text != "" {
		uetr, err := messages.ParseUETR(text)
		if err != nil {
			q.wrong("uetr: %v", err)
		}
		f.uetr = uetr
	}
	return f
}

// states are those by which the viewer can ask.
func (v viewer) states() []string {
	var names []string
	for s := settlement.StateWaiting; s <= settlement.StateNetted; s++ {
		if v.all || s != settlement.StateHeld {
			names = append(names, s.String())
		}
	}
	return names
}
