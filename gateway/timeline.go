package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"time"

	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store"
)

// messageView is one message about a payment, as it stands in the message log.
// Its bytes are at /v1/messages/{record}.
type messageView struct {
	Record  uint64 `json:"record"`
	Type    string `json:"messageType"`
	ID      string `json:"messageId,omitempty"`
	From    string `json:"from"`
	To      string `json:"to,omitempty"` // empty: the gateway
	At      string `json:"at"`
	Digest  string `json:"digest"` // SHA-256 of its bytes
	Size    int    `json:"size"`
	Mailbox uint64 `json:"mailbox,omitempty"` // its number in the receiver's mailbox
	Place   string `json:"place"`             // of the log's entry that brought or caused it
}

// payment answers where the payments of a UETR stand, and how they came there.
func (d *Door) payment(w http.ResponseWriter, r *http.Request, c Caller) error {
	uetr, err := messages.ParseUETR(r.PathValue("uetr"))
	if err != nil {
		return badRequest("%v", err)
	}
	var found []paymentView
	err = d.node.lookTwice(r.Context(), func() (bool, error) {
		found, err = d.node.timelines(uetr, c)
		return len(found) > 0, err
	})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return notFound("no payment with UETR %s is known to you", uetr)
	}
	return reply(w, http.StatusOK, map[string]any{"payments": found})
}

// readPatience is how long a read waits for the books to reach a place.
const readPatience = 5 * time.Second

// lookTwice looks, and if there is nothing looks again when everything has been
// applied that was in the log at the time of the request: what is acknowledged
// is never said not to exist.
func (n *Node) lookTwice(ctx context.Context, look func() (found bool, err error)) error {
	if found, err := look(); found || err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, readPatience)
	defer cancel()
	if n.Fresh(ctx) != nil {
		return &requestError{problemBehind, "it is not among what the books have applied, and there is more in the log; ask again", time.Second}
	}
	_, err := look()
	return err
}

// reach waits until the books have applied a place that a receipt named, or all that
// there is.
func (n *Node) reach(ctx context.Context, text string) error {
	if text == afterNow {
		return n.Fresh(ctx)
	}
	place, ok := parsePlace(text)
	if !ok {
		return badRequest("after must be a place as receipts name it, such as 12.0")
	}
	return n.applies(ctx, place)
}

// afterNow stands for the place behind everything that was acknowledged by then, at
// whatever node.
const afterNow = "now"

// timelines are the payments of a UETR in which the caller has a part.
func (n *Node) timelines(uetr messages.UETR, c Caller) ([]paymentView, error) {
	ids, err := n.Books.ByUETR(uetr)
	if err != nil {
		return nil, err
	}
	v := n.viewer(c)
	var views []paymentView
	var all []settlement.Payment
	for _, id := range ids {
		p, ok, err := n.Books.Payment(id)
		if err != nil {
			return nil, err
		}
		if !ok || v.part(&p) == partNone {
			continue
		}
		view, err := v.payment(&p)
		if err != nil {
			return nil, err
		}
		view.Steps, view.Credits = v.steps(&p), v.credits(&p)
		if view.Attempts, err = v.attempts(&p); err != nil {
			return nil, err
		}
		if view.Cases, err = n.cases(v, &p); err != nil {
			return nil, err
		}
		if view.Messages, err = n.messagesOf(v, &p); err != nil {
			return nil, err
		}
		views, all = append(views, view), append(all, p)
	}
	return views, linkReturns(views, all)
}

// linkReturns ties the returns of a timeline to what they give back. A return has the
// UETR of its original and comes after it, so that both are there for whoever has a
// part in both; of one that waits, who sent the original knows nothing yet.
func linkReturns(views []paymentView, all []settlement.Payment) error {
	for i := range all {
		original := slices.IndexFunc(all, func(p settlement.Payment) bool { return p.ID == all[i].Returns })
		f, err := decodeFacts(all[i].Facts)
		if err != nil {
			return err
		}
		views[i].ReturnReason = f.Why
		if all[i].Returns == 0 || original < 0 {
			continue
		}
		views[i].ReturnOf = views[original].ID
		if s := all[i].State; s != settlement.StateRejected && s != settlement.StateCancelled {
			views[original].Returns = append(views[original].Returns, views[i].ID)
		}
	}
	for i := range all {
		back, given := int64(0), int64(0)
		for k := range all {
			if r := &all[k]; r.Returns == all[i].ID && slices.Contains(views[i].Returns, views[k].ID) {
				back, given = back+r.Returned, all[i].Received(r.Legs[0].Debit)
			}
		}
		if back == 0 {
			continue
		}
		f, err := decodeFacts(all[i].Facts)
		if err != nil {
			return err
		}
		views[i].Returned = amountOf(back, f.Currency) + " " + f.Currency.Code()
		views[i].Left = amountOf(given-back, f.Currency) + " " + f.Currency.Code()
	}
	return nil
}

// logged is a record of the message log with its bytes.
type logged struct {
	store.Record
	payload []byte
}

// messagesOf lists the messages about a payment that the viewer sent or was sent,
// in the order of the message log.
func (n *Node) messagesOf(v viewer, p *settlement.Payment) ([]messageView, error) {
	records, err := n.recordsOf(p)
	if err != nil {
		return nil, err
	}
	var views []messageView
	for _, number := range slices.Sorted(maps.Keys(records)) {
		r := records[number]
		if !v.mayRead(&r.Record) {
			continue
		}
		sum := sha256.Sum256(r.payload)
		view := messageView{
			Record: number, Type: r.Type, ID: r.ID, From: v.name(r.Sender).String(), At: timeText(r.At),
			Digest: hex.EncodeToString(sum[:]), Size: len(r.payload), Mailbox: r.Mail, Place: placeText(r.Place),
		}
		if r.Receiver != 0 {
			view.To = v.name(r.Receiver).String()
		}
		views = append(views, view)
	}
	return views, nil
}

// mayRead tells whether a record of the message log is the viewer's own, or the
// viewer sees all.
func (v viewer) mayRead(r *store.Record) bool {
	return v.all || v.party != 0 && (r.Sender == v.party || r.Receiver == v.party)
}

// recordsOf are the records about a payment: the message that brought it, the
// answer to that as a whole, what went out for the payment alone, and the requests
// that this answers.
func (n *Node) recordsOf(p *settlement.Payment) (map[uint64]logged, error) {
	f, err := decodeFacts(p.Facts)
	if err != nil {
		return nil, err
	}
	numbers, err := n.Books.PaymentRecords(p.ID)
	if err != nil {
		return nil, err
	}
	if f.MessageType != typeDecision {
		numbers = append(numbers, f.Record)
	}
	if answer, ok, err := n.Books.Answer(p.Message); err != nil {
		return nil, err
	} else if ok {
		numbers = append(numbers, answer)
	}
	records := map[uint64]logged{}
	for i := 0; i < len(numbers); i++ {
		r, payload, err := n.Books.Record(numbers[i])
		if err != nil {
			return nil, err
		}
		records[numbers[i]] = logged{r, payload}
		if r.Message == 0 || r.Message == p.Message {
			continue
		}
		request, ok, err := n.Books.Message(r.Message)
		if err != nil {
			return nil, err
		}
		if _, known := records[request.Record]; ok && !known {
			numbers = append(numbers, request.Record)
		}
	}
	return records, nil
}
