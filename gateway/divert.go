package gateway

import (
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store/wire"
)

// Payments whose way closes, and the next one.

// divert plans a payment anew when its way has closed, as if it came now: by the rates,
// the money and the corridors of this moment, within what its sender allows. A way
// that was taken in vain is not taken again, nor one that only opens on a later day.
func (w *work) divert(p *settlement.Payment) (settlement.Way, bool) {
	f, err := decodeFacts(p.Facts)
	if err != nil {
		panic(err) // the books are damaged: to go on would be to guess
	}
	sender, known := w.directory.ByID(p.Sender)
	receiver, reached := w.directory.ByID(p.Receiver)
	amount, err := messages.NewMoney(f.Amount, f.Currency)
	if f.Again == nil || !known || !reached || err != nil {
		return settlement.Way{}, false
	}
	pay := *f.Again
	pay.Identity, pay.Kind, pay.To, pay.Amount = p.Identity, p.Kind, receiver.BIC, amount
	l := &routing.Letter{Sender: sender.BIC, Type: f.MessageType, ID: f.MessageID, Digest: p.Digest}
	in, passage := w.plannerOf(p).Plan(l, &pay)
	if in.Refusal.Code != "" || in.Net || in.Receiver != p.Receiver || in.Earliest > max(w.engine.Now(), p.Earliest) {
		return settlement.Way{}, false
	}
	before := arrives(&f)
	if f.Passage = passage; arrives(&f) != before {
		return settlement.Way{}, false // corridors have changed since
	}
	if f.Definition, err = w.tryAgain(&f, receiver); err != nil {
		return settlement.Way{}, false
	}
	return settlement.Way{
		Legs: in.Legs, Confirm: in.Confirm, Answer: in.Answer, Earliest: in.Earliest, Reject: in.Reject, AtOnce: in.AtOnce, Facts: f.encode(),
	}, true
}

// arrives is the currency in which a payment reaches its receiver.
func arrives(f *answerFacts) messages.Currency {
	if f.Passage != nil {
		return f.Passage.Arrives.Currency()
	}
	return f.Currency
}

// plannerOf plans another way of a payment: not by one that it has taken, and as if
// what is set aside for it were not.
func (w *work) plannerOf(p *settlement.Payment) *routing.Planner {
	planner := w.planner()
	available := planner.Available
	planner.Available = func(id settlement.AccountID) int64 {
		free := available(id)
		for _, leg := range p.Legs {
			if p.State == settlement.StateReserved && leg.Debit == id {
				free += leg.Amount
			}
		}
		return free
	}
	planner.Tried = [][]settlement.Leg{p.Legs}
	for i := range p.Attempts {
		planner.Tried = append(planner.Tried, p.Attempts[i].Legs)
	}
	return planner
}

// tryAgain renders a payment for its receiver as it arrives on another way, so that one
// that cannot be written takes none.
func (w *work) tryAgain(f *answerFacts, receiver *routing.Participant) (definition string, err error) {
	m, err := w.read(f.Record)
	if err != nil {
		return "", err
	}
	_, definition, err = forward(m, passing{f.Transaction, f.UETR, f.Passage}, wantedBy(receiver, f.MessageType), markID, w.created())
	return definition, err
}

// attemptOf is the payment as it went in one of its attempts, from 0.
func attemptOf(p settlement.Payment, attempt int) settlement.Payment {
	if attempt < len(p.Attempts) {
		p.Facts, p.Legs = p.Attempts[attempt].Facts, p.Attempts[attempt].Legs
		p.Attempts = p.Attempts[:attempt]
	}
	return p
}

// attemptView is a way that a payment has taken in vain.
type attemptView struct {
	Through []messages.BIC `json:"through"`
	Arrives string         `json:"arrives,omitempty"` // what would have arrived
	Reason  string         `json:"reason"`
	Text    string         `json:"text,omitempty"`
	Ended   string         `json:"ended"` // engine time
}

// attempts are the ways that a payment has taken in vain, for its sender and those who
// see all.
func (v viewer) attempts(p *settlement.Payment) ([]attemptView, error) {
	if v.part(p) == partReceiver {
		return nil, nil
	}
	var views []attemptView
	for i := range p.Attempts {
		one := &p.Attempts[i]
		f, err := decodeFacts(one.Facts)
		if err != nil {
			return nil, err
		}
		view := attemptView{Through: v.directory.Through(p, one.Legs), Reason: one.Reason.Code, Text: one.Reason.Text, Ended: timeText(one.Ended)}
		if v.all && one.Asked != 0 {
			view.Text = ""
		}
		if f.Passage != nil {
			view.Arrives = f.Passage.Arrives.String()
		}
		views = append(views, view)
	}
	return views, nil
}

// diversion is what of a payment another way of it is planned from.
func diversion(p *routing.Payment) *routing.Payment {
	return &routing.Payment{
		Priority: p.Priority, EarliestTime: p.EarliestTime, RejectTime: p.RejectTime, Date: p.Date,
		Bound: p.Bound, Into: p.Into, Bearer: p.Bearer, Service: p.Service,
	}
}

func writePlan(w *wire.Writer, p *routing.Payment) {
	w.Flag(p != nil)
	if p == nil {
		return
	}
	w.Text(p.Priority)
	w.Int(int64(p.EarliestTime))
	w.Int(int64(p.RejectTime))
	w.Text(p.Date)
	writeExchange(w, p)
}

func readPlan(r *wire.Reader) *routing.Payment {
	if !r.Flag() {
		return nil
	}
	p := &routing.Payment{Priority: r.Text(), EarliestTime: settlement.Moment(r.Int()), RejectTime: settlement.Moment(r.Int()), Date: r.Text()}
	readExchange(r, p)
	return p
}
