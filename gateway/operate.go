package gateway

import (
	"encoding/json"
	"fmt"

	"dragoman/messages"
	"dragoman/settlement"
)

// Decision is what an operator, an issuer or a compliance officer decides; it is
// the facts of an OrderOperator.
type Decision struct {
	Action   Action               `json:"action"`
	Payment  settlement.PaymentID `json:"payment,omitempty"`
	Bank     messages.BIC         `json:"bank,omitzero"`
	Amount   string               `json:"amount,omitempty"`
	Currency string               `json:"currency,omitempty"`
	Band     settlement.Band      `json:"band,omitempty"`
	Reason   string               `json:"reason"` // why, in the decider's words
}

// Action names what is decided.
type Action string

// Actions.
const (
	ActionHold         Action = "hold"
	ActionRelease      Action = "release"
	ActionRefuse       Action = "refuse"
	ActionReprioritise Action = "reprioritise"
	ActionIssue        Action = "issue"
	ActionRedeem       Action = "redeem"
)

// operate carries a decision out. One that no longer fits changes nothing: the
// payment has settled, or the time has passed.
func (w *work) operate(o *Order) error {
	var d Decision
	if err := json.Unmarshal(o.Facts, &d); err != nil {
		return err
	}
	switch d.Action {
	case ActionHold:
		w.engine.Hold(d.Payment)
	case ActionRelease:
		w.engine.Release(d.Payment)
	case ActionRefuse:
		w.engine.Refuse(d.Payment, settlement.Reason{Code: "RR04"})
	case ActionReprioritise:
		w.engine.Reprioritise(d.Payment, d.Band)
	case ActionIssue, ActionRedeem:
		return w.issue(o, &d)
	default:
		return fmt.Errorf("action %q is unknown: a newer program wrote it", d.Action)
	}
	return nil
}

// issue moves money between a currency's issuance account and a bank's wallet.
func (w *work) issue(o *Order, d *Decision) error {
	currency, err := messages.ParseCurrency(d.Currency)
	if err != nil {
		return err
	}
	amount, err := messages.ParseMoney(d.Amount, currency)
	if err != nil {
		return err
	}
	bank, known := w.directory.ByBIC(d.Bank)
	issuance, issued := w.directory.Issuance(currency)
	if !known || !issued {
		return nil // refused at the desk already; nothing changes
	}
	wallet := w.directory.AccountOf(bank.ID, currency, settlement.RoleWallet)
	if wallet == 0 {
		return nil
	}
	leg := settlement.Leg{Debit: issuance.ID, Credit: wallet, Amount: amount.Minor()}
	kind := settlement.KindIssue
	if d.Action == ActionRedeem {
		leg.Debit, leg.Credit, kind = wallet, issuance.ID, settlement.KindRedeem
	}
	identity := identify("decision", fmt.Sprint(w.sequence), fmt.Sprint(w.order))
	facts := answerFacts{MessageID: string(d.Action), MessageType: "decision"}
	w.engine.Decide(settlement.Message{Place: w.place(), Sender: issuance.Owner, Identity: identity, Digest: settlement.Digest(o.digest())},
		settlement.Instruction{Identity: identity, Kind: kind, Sender: issuance.Owner, Legs: []settlement.Leg{leg}, Facts: facts.encode()})
	return nil
}
