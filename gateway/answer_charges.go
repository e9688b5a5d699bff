package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/settlement"
	"dragoman/store"
)

// Charges that a sender pays besides the amount (DEBT) stand in no ChrgsInf: its own
// message was written before they were known, and the receiver gets the amount whole.
// Who takes camt.105 is told of them when the payment has settled.

// charges are such notices, for the payments that the entries of a group have settled.
func (w *work) charges(c settlement.Changes) (notices []settlement.Notice, err error) {
	for i := range c.Entries {
		e := &c.Entries[i]
		owner, known := w.directory.ByID(w.directory.Accounts[e.Debit-1].Owner)
		if e.Leg != 0 || !known || owner.Versions["camt.105"] == "" {
			continue
		}
		p, err := w.payment(e.Payment)
		if err != nil {
			return nil, err
		}
		f, err := decodeFacts(p.Facts)
		if err != nil {
			return nil, err
		}
		if p.Sender == owner.ID && besides(&p, &f) > 0 {
			notices = append(notices, settlement.Notice{Kind: settlement.NoticeCharges, To: owner.ID, Payment: p.ID, Account: e.Debit})
		}
	}
	return notices, nil
}

// besides is what a payment took from its sender's account above its amount.
func besides(p *settlement.Payment, f *answerFacts) int64 {
	if f.MessageType == typeDecision || p.Kind == settlement.KindReturn || p.Kind.Liquidity() {
		return 0
	}
	return -p.Received(p.Legs[0].Debit) - f.Amount
}

// charged writes the camt.105. Whoever was paid first by the sender has taken them.
func (a *answer) charged() error {
	p, err := a.payment(a.notice.Payment)
	if err != nil {
		return err
	}
	f, err := decodeFacts(p.Facts)
	if err != nil {
		return err
	}
	amount, err := messages.NewMoney(besides(&p, &f), f.Currency)
	if err != nil {
		return err
	}
	account := a.directory.Accounts[a.notice.Account-1]
	n := messages.ChargesNotification{
		MessageID: a.id, Created: a.created(), Sums: true, AccountOwner: messages.Agent{BIC: a.to.BIC},
		Account: messages.Account{Other: a.directory.AccountName(account), Currency: account.Currency.Code()},
		Records: []messages.ChargeRecord{{
			ID: fmt.Sprintf("%s-1", a.id), MessageName: f.MessageType, Amount: amount, Direction: messages.Debit, DebtorAgent: messages.Agent{BIC: a.to.BIC},
			References: messages.References{MessageID: f.MessageID, InstructionID: f.InstrID, EndToEndID: f.EndToEndID, TransactionID: f.TxID, UETR: f.UETR},
		}},
	}
	if through, known := a.directory.ByID(a.directory.Accounts[p.Legs[0].Credit-1].Owner); known {
		n.Requester = messages.Agent{BIC: through.BIC}
	}
	document, definition, err := firstThatFits([]string{a.to.Versions["camt.105"], defaultCharges}, n.Write)
	if err != nil {
		return err
	}
	return a.send(definition, document, store.Record{Payment: p.ID, UETR: f.UETR})
}

// defaultCharges is the version of camt.105 in which charges can always be told.
const defaultCharges = "camt.105.001.03"
