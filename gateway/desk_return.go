package gateway

import (
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// returning reads a pacs.004: payments that the sender received and gives back, each
// by a payment of its own.
func (f *facts) returning() bool {
	v, ok := messages.ViewReturn(f.message)
	if !ok {
		return false
	}
	f.letter.ID, f.agent = v.Group().MessageID(), v.Group().InstructingAgent()
	reason := reasonOf(v.Reasons())
	for t := range v.Transactions() {
		f.goesBack(t, orGroup(t.OriginalGroup(), v.OriginalGroup()), reason)
	}
	if len(f.letter.Payments) == 0 && f.letter.Refusal.Code == "" {
		f.letter.Refusal = unnamedReturn
	}
	return true
}

// unnamedReturn refuses the return of a message as a whole: each payment was
// forwarded alone, so that its return names it and says how much comes back.
var unnamedReturn = settlement.Reason{Code: "CH21", Text: "name each payment that goes back in TxInf, with its amount"}

func (f *facts) goesBack(t messages.ReturnTransactionView, group messages.OriginalGroupView, reason settlement.Reason) {
	if f.agent.BICText() == "" {
		f.agent = t.InstructingAgent()
	}
	p := routing.Payment{
		Kind: settlement.KindReturn, Priority: t.Priority(), Date: t.SettlementDateText(), Transaction: len(f.letter.Payments),
		InstrID: t.ReturnID(), Original: askedOf(t, group), Why: reasonOf(t.Reasons()),
	}
	if p.Why.Code == "" {
		p.Why = reason
	}
	p.EndToEndID, p.TxID, p.UETR = p.Original.EndToEndID, p.Original.TxID, p.Original.UETR
	p.UETRGiven = p.UETR != ""
	var err error
	if p.Amount, err = t.Amount().Money(); err != nil {
		p.Refusal = settlement.Reason{Code: "AM12", Text: err.Error()}
	}
	f.times(t, &p)
	p.From, p.To = bicOf(t.InstructingAgent()), bicOf(t.InstructedAgent())
	p.Debtor, p.Creditor = bicOf(t.Chain().DebtorAgent()), bicOf(t.Chain().CreditorAgent())
	if h, _ := messages.ViewHeader(f.message); p.Creditor.IsZero() {
		p.Creditor = bicOf(h.To().Agent())
	}
	if why := returnSums(t, &p); p.Refusal.Code == "" {
		p.Refusal = why
	}
	p.Identity = byReturn(f.letter.Sender.Full(), f.letter.ID, &p)
	if !p.UETRGiven {
		p.UETR = assigned(p.Identity)
	}
	f.letter.Payments = append(f.letter.Payments, p)
}

// byReturn is the identity of a return: its own identifier, among the returns of
// what it gives back. Where it has none, its message's stands for it.
func byReturn(sender, messageID string, p *routing.Payment) settlement.Identity {
	o := &p.Original
	if p.InstrID == "" {
		return identify(sender, "pacs.004", "MsgId", messageID, o.UETR, o.OriginalID, o.TxID, o.EndToEndID)
	}
	if o.UETR != "" {
		return identify(sender, "pacs.004", "RtrId", p.InstrID, o.UETR)
	}
	return identify(sender, "pacs.004", "RtrId", p.InstrID, o.OriginalID, o.TxID, o.EndToEndID)
}

// returnReference is the name of a return by its message and its own identifier,
// which stands where a payment has its instruction identifier.
func returnReference(sender, messageID, returnID, endToEndID string) settlement.Identity {
	return identify(sender, "pacs.004", "message", messageID, returnID, endToEndID)
}

// returnSums holds the amounts of a return against each other, as far as they are
// given and of one currency: what went back before charges, compensation and
// charges make what goes back. What it says of the original's amount is kept for
// the lane, which knows the original.
func returnSums(t messages.ReturnTransactionView, p *routing.Payment) settlement.Reason {
	wrong := func(text string) settlement.Reason { return settlement.Reason{Code: "AM09", Text: text} }
	if stated := firstAmount(t.OriginalAmount(), t.OriginalReference().Amount()); stated.Exists() {
		original, err := stated.Money()
		if err != nil {
			return settlement.Reason{Code: "AM12", Text: err.Error()}
		}
		p.OriginalAmount = original
	}
	before, err := t.InstructedAmount().Money()
	if err != nil || before.Currency() != p.Amount.Currency() || t.ExchangeRateText() != "" {
		return settlement.Reason{}
	}
	sum := before.Minor()
	if extra, err := t.Compensation().Money(); err == nil && extra.Currency() == before.Currency() {
		sum += extra.Minor()
	}
	for charge := range t.Charges() {
		taken, err := charge.Amount().Money()
		if err != nil || taken.Currency() != before.Currency() {
			return settlement.Reason{}
		}
		sum -= taken.Minor()
	}
	if sum != p.Amount.Minor() {
		return wrong("RtrdIntrBkSttlmAmt is not RtrdInstdAmt with compensation and less charges")
	}
	return settlement.Reason{}
}

func firstAmount(all ...messages.AmountView) (one messages.AmountView) {
	for _, amount := range all {
		if amount.Exists() {
			return amount
		}
	}
	return one
}
