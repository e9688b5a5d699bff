package messages

// Return is a pacs.004 for writing: money of settled payments that goes back.
type Return struct {
	MessageID        string
	Created          DateTime
	Sums             bool // write control sum and total
	SettlementDate   Date // of all returns
	Settlement       Settlement
	Type             PaymentType // from pacs.004.001.11 on
	InstructingAgent Agent
	InstructedAgent  Agent
	// Original is the message whose payments are returned, where it is one for
	// all; the payments then need not name it.
	Original OriginalGroup
	Payments []ReturnedPayment
}

// ReturnedPayment is one payment that is returned, for writing.
type ReturnedPayment struct {
	ReturnID         string
	Original         OriginalPayment
	Type             PaymentType // from pacs.004.001.11 on
	Amount           Money       // interbank settlement amount that goes back
	SettlementDate   Date
	Priority         string          // settlement priority; left out before pacs.004.001.05
	Times            SettlementTimes // from pacs.004.001.11 on
	InstructedAmount Money
	ExchangeRate     Decimal // zero: not given
	Quote            Quote   // from pacs.004.001.14 on
	Compensation     Money
	ChargeBearer     string
	Charges          []Charge
	ClearingRef      string // left out before pacs.004.001.08
	InstructingAgent Agent
	InstructedAgent  Agent
	// Chain names who gives back (the debtor) and who gets back (the creditor).
	// It is left out before pacs.004.001.08, its accounts before .10.
	Chain   Parties
	Reasons []Reason
}

// ReturnOf begins the return of all payments of a received pacs.008 or pacs.009
// to who sent them, in full and through the same system, in the reverse chain
// of parties. Reasons, identifiers and dates are to be filled in, and payments
// that are not returned taken out. The error is that of an amount or date that
// is none.
func ReturnOf(m *Message) (Return, error) {
	group := message{bodyOf(m)}.Group()
	r := Return{
		Settlement:       Settlement{Method: group.SettlementMethod(), ClearingSystem: group.ClearingSystem()},
		InstructingAgent: Agent{Received: group.InstructedAgent().Node},
		InstructedAgent:  Agent{Received: group.InstructingAgent().Node},
	}
	for _, original := range OriginalPayments(m) {
		t := asTransfer(original.Received, group)
		payment, err := t.Payment()
		if err != nil {
			return Return{}, err
		}
		r.Payments = append(r.Payments, ReturnedPayment{
			Original:         original,
			Amount:           payment.Amount,
			Priority:         payment.Priority,
			InstructingAgent: Agent{Received: t.Child("InstdAgt")},
			InstructedAgent:  Agent{Received: t.Child("InstgAgt")},
			Chain:            payment.Parties.Reversed(),
		})
	}
	return r, nil
}

// Write writes the return in that version of pacs.004.
func (r Return) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("pacs.004")
	w.Open("GrpHdr")
	w.Text("MsgId", r.MessageID)
	w.Text("CreDtTm", r.Created.String())
	w.Number("NbOfTxs", len(r.Payments))
	if r.Sums {
		amounts := make([]Money, len(r.Payments))
		for i := range r.Payments {
			amounts[i] = r.Payments[i].Amount
		}
		w.sums("TtlRtrdIntrBkSttlmAmt", amounts)
	}
	w.Text("IntrBkSttlmDt", r.SettlementDate.String())
	w.settlement(r.Settlement)
	w.paymentType(r.Type)
	w.Agent("InstgAgt", r.InstructingAgent)
	w.Agent("InstdAgt", r.InstructedAgent)
	w.Close()
	w.Open("OrgnlGrpInf")
	w.originalGroup(r.Original)
	w.Close()
	for i := range r.Payments {
		w.Open("TxInf")
		w.returned(&r.Payments[i])
		w.Close()
	}
	w.Close()
	return w.Bytes()
}

func (w *Writer) returned(p *ReturnedPayment) {
	w.Text("RtrId", p.ReturnID)
	w.originalPayment(&p.Original)
	w.paymentType(p.Type)
	w.amountGiven("RtrdIntrBkSttlmAmt", p.Amount)
	w.Text("IntrBkSttlmDt", p.SettlementDate.String())
	w.Maybe("SttlmPrty", p.Priority)
	w.settlementTimes(p.Times)
	w.amountGiven("RtrdInstdAmt", p.InstructedAmount)
	w.rateGiven("XchgRate", p.ExchangeRate)
	w.quote(p.Quote)
	w.amountGiven("CompstnAmt", p.Compensation)
	w.Text("ChrgBr", p.ChargeBearer)
	w.ChargesTaken("ChrgsInf", p.Charges)
	w.Maybe("ClrSysRef", p.ClearingRef)
	w.Agent("InstgAgt", p.InstructingAgent)
	w.Agent("InstdAgt", p.InstructedAgent)
	w.chain(p.Chain)
	for _, reason := range p.Reasons {
		w.Reason("RtrRsnInf", reason)
	}
}

// chain writes RtrChain as far as the version has it.
func (w *Writer) chain(p Parties) {
	if !w.Has("RtrChain") {
		return
	}
	w.Open("RtrChain")
	if !w.Has("DbtrAcct") {
		p.DebtorAccount, p.DebtorAgentAccount = Account{}, Account{}
		p.CreditorAccount, p.CreditorAgentAccount = Account{}, Account{}
	}
	w.parties(&p)
	w.Close()
}
