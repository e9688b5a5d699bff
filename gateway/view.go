package gateway

import (
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// What of a payment each may know. Sender and receiver see their own; the
// receiver only what has been sent to it, and not what went before; who must
// confirm it from when it was asked. A hold looks to all of them like any other
// wait. The gateway's own people see everything.

// part is what somebody has to do with a payment.
type part int

const (
	partNone part = iota
	partSender
	partReceiver // or who must confirm it
	partSupervisor
)

// viewer looks at payments for a caller.
type viewer struct {
	party     settlement.ParticipantID
	all       bool
	directory *routing.Directory
}

func (n *Node) viewer(c Caller) viewer {
	v := viewer{all: c.staff(), directory: n.Directory()}
	if p, ok := v.directory.ByBIC(c.Participant); ok {
		v.party = p.ID
	}
	return v
}

func (v viewer) part(p *settlement.Payment) part {
	switch {
	case v.all:
		return partSupervisor
	case v.party == 0:
		return partNone
	case p.Sender == v.party:
		return partSender
	case v.from(p) < len(p.Past)+1:
		return partReceiver
	}
	return partNone
}

// from is the first state of a payment that its receiver, or who must confirm it,
// may know; behind the last one when there is none.
func (v viewer) from(p *settlement.Payment) int {
	states := []settlement.State{}
	switch v.party {
	case p.Confirm:
		states = []settlement.State{settlement.StateReserved, settlement.StateAsked, settlement.StateSettled}
	case p.Receiver:
		states = []settlement.State{settlement.StateSettled, settlement.StateDelivered}
	}
	for i, step := range p.Past {
		if slices.Contains(states, step.State) {
			return i
		}
	}
	if slices.Contains(states, p.State) {
		return len(p.Past)
	}
	return len(p.Past) + 1
}

// delivered is when a payment became known to its receiver.
func (v viewer) delivered(p *settlement.Payment) settlement.Moment {
	if i := v.from(p); i < len(p.Past) {
		return p.Past[i].Since
	}
	return p.Since
}

// outside is what a bank may know of a state.
func outside(p *settlement.Payment, s settlement.State) settlement.State {
	switch {
	case s != settlement.StateHeld:
		return s
	case p.ByCover():
		return settlement.StateUncovered
	}
	return settlement.StateWaiting
}

// stepView is one state of a payment.
type stepView struct {
	State  string `json:"state"`
	Status string `json:"status,omitempty"` // ISO 20022, last told to the sender
	Reason string `json:"reason,omitempty"`
	Text   string `json:"text,omitempty"`
	Since  string `json:"since"` // engine time
}

// steps are the states of a payment, the last one as it is now. To a bank, states
// that look alike are one.
func (v viewer) steps(p *settlement.Payment) []stepView {
	all := append(slices.Clone(p.Past), settlement.Step{State: p.State, Status: p.Status, Reason: p.Reason, Since: p.Since})
	if v.all {
		withoutWords(all)
	}
	if v.part(p) == partReceiver {
		all = all[v.from(p):]
		for i := range all {
			if !all[i].State.Final() {
				all[i].Status, all[i].Reason = "", settlement.Reason{} // they may tell of what went before
			}
		}
	}
	var views []stepView
	for _, step := range all {
		state := step.State
		if !v.all {
			state = outside(p, state)
		}
		next := stepView{state.String(), string(step.Status), step.Reason.Code, step.Reason.Text, timeText(step.Since)}
		if last := len(views) - 1; !v.all && last >= 0 && views[last].State == next.State {
			continue
		}
		views = append(views, next)
	}
	return views
}

// withoutWords leaves of what a bank said, that was asked to confirm, the codes: its words
// may speak of its customer. The gateway's people find them in the message, as those who
// may read messages do, of which a record is kept.
func withoutWords(all []settlement.Step) {
	for i := 1; i < len(all); i++ {
		if before := all[i-1].State; before == settlement.StateReserved || before == settlement.StateAsked {
			all[i].Reason.Text = ""
		}
	}
}

// timeText writes a time with milliseconds; none for the zero time.
func timeText(m settlement.Moment) string {
	if m == 0 {
		return ""
	}
	return time.Unix(0, int64(m)).UTC().Format("2006-01-02T15:04:05.000Z")
}

// paymentView is one payment as its parties see it.
type paymentView struct {
	ID          string       `json:"paymentId"` // as in the receipt
	UETR        string       `json:"uetr,omitempty"`
	Type        string       `json:"messageType"`
	MessageID   string       `json:"messageId,omitempty"` // of the sender's message
	InstrID     string       `json:"instructionId,omitempty"`
	EndToEndID  string       `json:"endToEndId,omitempty"`
	TxID        string       `json:"transactionId,omitempty"`
	Transaction int          `json:"transaction"` // position in its message, from 0
	Sender      messages.BIC `json:"sender"`
	Receiver    string       `json:"receiver,omitempty"`
	Amount      string       `json:"amount,omitempty"`
	Priority    string       `json:"priority,omitempty"`
	State       string       `json:"state"`
	Status      string       `json:"status,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	Text        string       `json:"text,omitempty"`
	Since       string       `json:"since"`
	Received    string       `json:"received,omitempty"` // at the door
	Expires     string       `json:"expires,omitempty"`
	Place       string       `json:"place"`
	Number      uint64       `json:"number,omitempty"` // for the gateway's own people

	// ReturnOf is, of a return, the payment that it gives back. Of a payment, Returns
	// are those of it that the viewer knows of, Returned what they come to, and Left
	// what has not gone back.
	ReturnOf     string   `json:"returnOf,omitempty"`
	ReturnReason string   `json:"returnReason,omitempty"`
	Returns      []string `json:"returns,omitempty"`
	Returned     string   `json:"returned,omitempty"`
	Left         string   `json:"left,omitempty"`

	// Attempts are the ways that it has taken in vain.
	Attempts []attemptView `json:"attempts,omitempty"`
	Steps    []stepView    `json:"steps,omitempty"`
	Credits  []creditView  `json:"credits,omitempty"`
	Cases    []caseView    `json:"cases,omitempty"`
	Messages []messageView `json:"messages,omitempty"`
}

var bandNames = map[settlement.Band]string{settlement.BandUrgent: "urgent", settlement.BandHigh: "high", settlement.BandNormal: "normal"}

// payment shows a payment to somebody who has a part in it.
func (v viewer) payment(p *settlement.Payment) (paymentView, error) {
	f, err := decodeFacts(p.Facts)
	if err != nil {
		return paymentView{}, fmt.Errorf("read the facts of payment %d: %w", p.ID, err)
	}
	steps := v.steps(p)
	now := steps[len(steps)-1]
	sender := v.name(p.Sender)
	view := paymentView{
		ID: receiptID(sender, p.Digest, f.Transaction), UETR: f.UETR, Type: f.MessageType, InstrID: f.InstrID, EndToEndID: f.EndToEndID, TxID: f.TxID,
		Transaction: f.Transaction, Sender: sender, Receiver: f.To, Priority: bandNames[p.Band],
		State: now.State, Status: now.Status, Reason: now.Reason, Text: now.Text, Since: now.Since, Place: placeText(p.Place),
	}
	if p.Receiver != 0 {
		view.Receiver = v.name(p.Receiver).String()
	}
	if f.Currency != 0 {
		view.Amount = amountOf(f.Amount, f.Currency) + " " + f.Currency.Code()
	}
	if v.part(p) == partReceiver {
		view.Priority, view.Transaction = "", 0
		return view, nil
	}
	view.MessageID, view.Received = f.MessageID, timeText(f.Received)
	if !p.State.Final() {
		view.Expires = timeText(p.Reject)
	}
	if v.all {
		view.Number = uint64(p.ID)
	}
	return view, nil
}

func (v viewer) name(id settlement.ParticipantID) messages.BIC {
	if p, ok := v.directory.ByID(id); ok {
		return p.BIC
	}
	return messages.BIC{}
}

// receiptID is how a receipt names a payment.
func receiptID(sender messages.BIC, digest settlement.Digest, transaction int) string {
	id := identify(sender.Full(), string(digest[:]), fmt.Sprint(transaction))
	return hex.EncodeToString(id[:])
}
