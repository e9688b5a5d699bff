package gateway

import (
	"fmt"
	"math"
	"slices"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Messages by which a bank asks about its own accounts, and by which it controls
// them. Nothing here reaches another's.

// isQuery tells whether a kind of message asks about accounts and changes nothing.
func isQuery(kind string) bool {
	return slices.Contains([]string{"camt.003", "camt.005", "camt.009", "camt.046"}, kind)
}

// isControl tells whether a kind of message sets limits or reservations, isQueue
// whether it is about payments that wait. Both are answered by a camt.025.
func isControl(kind string) bool {
	return slices.Contains([]string{"camt.011", "camt.012", "camt.048", "camt.049"}, kind)
}

func isQueue(kind string) bool { return kind == "camt.007" || kind == "camt.008" }

// controlling takes in such a message; false: it is none.
func (w *work) controlling(m settlement.Message, l *routing.Letter, sender *routing.Participant) bool {
	switch kind := messages.KindOf(l.Type); {
	case isControl(kind):
		changes, why := w.controlChanges(l, sender)
		if why.Code != "" {
			w.engine.Reject(m, why)
		} else {
			w.engine.Adjust(m, changes)
		}
	case isQueue(kind):
		w.engine.Rearrange(m, w.rearrangements(l, sender))
	case isQuery(kind):
		if why := w.queryRefusal(l, sender); why.Code != "" {
			w.engine.Reject(m, why)
		} else {
			w.engine.Disclose(m)
		}
	default:
		return false
	}
	return true
}

// controlChanges plans what a message sets and removes, or says why it cannot be.
func (w *work) controlChanges(l *routing.Letter, sender *routing.Participant) (all []settlement.ControlChange, why settlement.Reason) {
	for i := range l.Controls {
		changes, why := w.controlChange(&l.Controls[i], sender)
		if why.Code != "" {
			return nil, why
		}
		all = append(all, changes...)
	}
	return all, settlement.Reason{}
}

// controlChange plans one request: for all that are set of a kind it is several
// changes.
func (w *work) controlChange(c *routing.ControlRequest, sender *routing.Participant) ([]settlement.ControlChange, settlement.Reason) {
	if !sender.Standing.TakesPart() {
		return nil, settlement.Reason{Code: sender.Standing.NoSender()}
	}
	account, why := w.directory.OwnWallet(sender, c.Account, c.Currency)
	if why.Code != "" {
		return nil, why
	}
	one := settlement.ControlChange{Account: account.ID, Kind: c.Kind, Band: c.Band, Remove: c.Remove}
	if c.Kind == settlement.ControlBilateral && !c.All {
		if one.Towards = w.directory.WalletTowards(account, c.Towards); one.Towards == 0 {
			return nil, settlement.Reason{Code: "AC03", Text: "the counterparty of the limit has no account for this money"}
		}
	}
	changes := []settlement.ControlChange{one}
	if c.All {
		if changes = w.every(c, one); len(changes) == 0 {
			return nil, settlement.Reason{Code: "NARR", Text: "there is no such limit or reservation"}
		}
	}
	if c.Remove {
		return changes, settlement.Reason{}
	}
	for i := range changes {
		if changes[i].Amount, why = w.newAmount(c, &changes[i], account); why.Code != "" {
			return nil, why
		}
	}
	return changes, settlement.Reason{}
}

// every makes one change of each that is set of a kind.
func (w *work) every(c *routing.ControlRequest, like settlement.ControlChange) (all []settlement.ControlChange) {
	for _, set := range w.engine.Controls(like.Account) {
		if set.Kind == c.Kind && (c.Every || set.Band == c.Band) {
			one := like
			one.Band, one.Towards = set.Band, set.Towards
			all = append(all, one)
		}
	}
	return all
}

// newAmount is what a change sets.
func (w *work) newAmount(c *routing.ControlRequest, change *settlement.ControlChange, account routing.Account) (int64, settlement.Reason) {
	set, is := w.set(change)
	if c.Was != "" {
		if was, err := messages.ParseMoney(c.Was, account.Currency); err != nil || !is || was.Minor() != set {
			return 0, settlement.Reason{Code: "NARR", Text: "the limit is not what the message says it was"}
		}
	}
	amount, err := messages.ParseMoney(c.Amount, account.Currency)
	switch {
	case err != nil:
		return 0, settlement.Reason{Code: "AM12", Text: err.Error()}
	case c.Step == routing.StepSet:
		return amount.Minor(), settlement.Reason{}
	case !is:
		return 0, settlement.Reason{Code: "NARR", Text: "there is no such limit to change by an amount"}
	case c.Step == routing.StepUp:
		if set > math.MaxInt64-amount.Minor() {
			return 0, settlement.Reason{Code: "AM12", Text: "no account holds as much"}
		}
		return set + amount.Minor(), settlement.Reason{}
	case amount.Minor() > set:
		return 0, settlement.Reason{Code: "AM12", Text: "the limit would be below zero"}
	}
	return set - amount.Minor(), settlement.Reason{}
}

// set is what is set where a change sets something else.
func (w *work) set(change *settlement.ControlChange) (amount int64, is bool) {
	for _, c := range w.engine.Controls(change.Account) {
		if c.Kind == change.Kind && c.Band == change.Band && c.Towards == change.Towards {
			return c.Amount, true
		}
	}
	return 0, false
}

// rearrangements are what a message wants of payments that wait.
func (w *work) rearrangements(l *routing.Letter, sender *routing.Participant) []settlement.Rearrangement {
	all := make([]settlement.Rearrangement, len(l.Questions))
	var open []settlement.Payment
	for i := range l.Questions {
		q := &l.Questions[i]
		all[i] = settlement.Rearrangement{
			Target: referenceOf(q, false), Cancel: q.Change.Cancel, Move: q.Change.Move, Band: q.Change.Band, Put: q.Change.Put, Refusal: q.Reason,
		}
		if q.UETR == "" && q.TxID != "" {
			if open == nil {
				open = w.engine.OpenOf(sender.ID)
			}
			all[i].Target.Payment = withTxID(open, q.TxID)
		}
	}
	return all
}

// withTxID is the payment of that transaction identifier; 0: there is none, or
// there are several.
func withTxID(open []settlement.Payment, id string) (found settlement.PaymentID) {
	for i := range open {
		if f, err := decodeFacts(open[i].Facts); err == nil && f.TxID == id {
			if found != 0 {
				return 0
			}
			found = open[i].ID
		}
	}
	return found
}

// codeNotFound and codeTooLarge are what an answer says of a question that cannot
// be answered: ISO external system error handling.
const (
	codeNotFound = "X050"
	codeTooLarge = "X030"
)

// queryRefusal finds why a question is not answered.
func (w *work) queryRefusal(l *routing.Letter, sender *routing.Participant) settlement.Reason {
	for i := range l.Searches {
		for _, name := range l.Searches[i].Accounts {
			if a, known := w.directory.ByName(name); !known || a.Owner != sender.ID {
				return settlement.Reason{Code: codeNotFound, Text: "the sender has no account " + name}
			}
		}
	}
	if messages.KindOf(l.Type) == "camt.005" {
		if n := len(w.openFor(l, sender)); n > maxTransactions {
			return settlement.Reason{Code: codeTooLarge, Text: fmt.Sprintf("%d payments are too many for one answer of at most %d", n, maxTransactions)}
		}
	}
	return settlement.Reason{}
}
