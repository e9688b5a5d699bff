package messages

import (
	"fmt"
	"iter"
)

// payment writes one transaction into the open element.
func (w *Writer) payment(p *Payment) {
	for _, n := range p.Others { // before what is added to it, such as charges
		w.Copy(n)
	}
	w.paymentID(p)
	w.paymentType(p.Type)
	w.amountGiven("IntrBkSttlmAmt", p.Amount)
	w.Text("IntrBkSttlmDt", p.SettlementDate.String())
	w.Text("SttlmPrty", p.Priority)
	w.settlementTimes(p.Times)
	w.accepted(p.Accepted)
	w.amountGiven("InstdAmt", p.InstructedAmount)
	w.rateGiven("XchgRate", p.ExchangeRate)
	w.quote(p.Quote)
	w.Text("ChrgBr", p.ChargeBearer)
	w.ChargesTaken("ChrgsInf", p.Charges)
	w.Agent("InstgAgt", p.InstructingAgent)
	w.Agent("InstdAgt", p.InstructedAgent)
	w.parties(&p.Parties)
	for _, text := range p.Instructions {
		w.Open("InstrForNxtAgt")
		w.Text("InstrInf", text)
		w.Close()
	}
	w.Code("Purp", p.Purpose)
	w.remittance(p.Remittance)
	if p.Underlying != nil {
		w.Open("UndrlygCstmrCdtTrf")
		w.underlying(*p.Underlying)
		w.Close()
	}
}

// underlying writes the payment that is covered, without what older versions
// have no place for.
func (w *Writer) underlying(p Payment) {
	if !w.Has("PmtId") {
		p.InstructionID, p.EndToEndID, p.TransactionID, p.UETR, p.ClearingRef = "", "", "", "", ""
		p.Type, p.Purpose = PaymentType{}, ""
	}
	w.payment(&p)
}

func (w *Writer) paymentID(p *Payment) {
	if p.InstructionID == "" && p.EndToEndID == "" && p.TransactionID == "" && p.UETR == "" && p.ClearingRef == "" {
		return
	}
	w.Open("PmtId")
	w.Text("InstrId", p.InstructionID)
	w.Text("EndToEndId", p.EndToEndID)
	w.Text("TxId", p.TransactionID)
	w.Maybe("UETR", p.UETR)
	w.Maybe("ClrSysRef", p.ClearingRef)
	w.Close()
}

// amountGiven writes an amount unless it is Money{}.
func (w *Writer) amountGiven(name string, m Money) {
	if m != (Money{}) {
		w.Amount(name, m)
	}
}

// rateGiven writes a rate unless it is zero, which is no rate.
func (w *Writer) rateGiven(name string, rate Decimal) {
	if rate.Sign() != 0 {
		w.Text(name, rate.String())
	}
}

func (w *Writer) settlementTimes(t SettlementTimes) {
	if t == (SettlementTimes{}) {
		return
	}
	w.Open("SttlmTmReq")
	w.Text("CLSTm", t.CLS.String())
	w.Text("TillTm", t.Till.String())
	w.Text("FrTm", t.From.String())
	w.Text("RjctTm", t.Reject.String())
	w.Close()
}

// accepted writes the acceptance time, which newer versions keep with other
// times.
func (w *Writer) accepted(text string) {
	if text == "" {
		return
	}
	if !w.Has("AddtlDtTm") {
		w.Text("AccptncDtTm", text)
		return
	}
	w.Open("AddtlDtTm")
	w.Text("AccptncDtTm", text)
	w.Close()
}

func (w *Writer) quote(q Quote) {
	if q == (Quote{}) {
		return
	}
	w.Open("AgrdRate")
	w.Text("UnitCcy", q.UnitCurrency)
	w.Text("QtdCcy", q.QuotedCurrency)
	w.rateGiven("PreAgrdXchgRate", q.Rate)
	w.Text("QtId", q.ID)
	w.Close()
}

func (w *Writer) remittance(r Remittance) {
	if r.Received.Exists() {
		w.CopyAs("RmtInf", r.Received)
		return
	}
	if len(r.Unstructured) == 0 {
		return
	}
	w.Open("RmtInf")
	for _, line := range r.Unstructured {
		w.Text("Ustrd", line)
	}
	w.Close()
}

// carried are the elements of a received transaction that travel unchanged
// along the whole chain. Source: payment-flow.md of the design notes, and the
// charges, which are only added to.
var carried = map[string]bool{
	"InstdAmt": true, "XchgRate": true, "ChrgsInf": true, "InstrForCdtrAgt": true, "Purp": true,
	"Tax": true, "RgltryRptg": true, "RltdRmtInf": true, "MndtRltdInf": true, "PmtSgntr": true,
	"UndrlygAllcn": true, "UndrlygCstmrCdtTrf": true, "UndrlygFICdtTrf": true, "SplmtryData": true,
}

// Payment is the received payment for writing, to become the next one of its
// chain: what travels unchanged is taken over as it came, much of it under
// Others (instructed amount, rate, charges so far, purpose, regulatory
// reporting, the payment that is covered), where it can be taken out to be
// replaced.
//
// What belongs to the received leg alone is left out: InstructionID,
// ClearingRef, Times, both agents of the leg, accounts of agents on the way,
// instructions to the next agent, the agreed rate.
//
// The error is that of a settlement amount or date that is none.
func (t transfer) Payment() (Payment, error) {
	id := t.PaymentID()
	p := Payment{
		EndToEndID: id.EndToEndID(), TransactionID: id.TransactionID(), UETR: id.UETRText(),
		Type:         PaymentType{Received: t.own("PmtTpInf")},
		Priority:     t.Child("SttlmPrty").Text(),
		Accepted:     firstText(t.Node, "AddtlDtTm/AccptncDtTm", "AccptncDtTm"),
		ChargeBearer: t.ChargeBearer(),
		Parties:      t.Parties(),
		Remittance:   Remittance{Received: t.Remittance().Node},
	}
	for c := range t.Children() {
		if carried[c.Name()] {
			p.Others = append(p.Others, c)
		}
	}
	var err error
	if amount := t.Amount(); amount.Exists() {
		if p.Amount, err = amount.Money(); err != nil {
			return Payment{}, fmt.Errorf("%s: %w", amount.Path(), err)
		}
	}
	if text := t.SettlementDateText(); text != "" {
		if p.SettlementDate, err = ParseDate(text); err != nil {
			return Payment{}, fmt.Errorf("settlement date: %w", err)
		}
	}
	return p, nil
}

// Parties are those of the payment for writing, as they came.
func (p parties) Parties() Parties {
	return Parties{
		PreviousAgents:       receivedAgents(p.PreviousAgents()),
		Intermediaries:       receivedAgents(p.Intermediaries()),
		UltimateDebtor:       Party{Received: p.UltimateDebtor().Node},
		InitiatingParty:      Party{Received: p.InitiatingParty().Node},
		Debtor:               Party{Received: p.Debtor().Node},
		DebtorAccount:        Account{Received: p.DebtorAccount().Node},
		DebtorAgent:          Agent{Received: p.DebtorAgent().Node},
		DebtorAgentAccount:   Account{Received: p.DebtorAgentAccount().Node},
		CreditorAgent:        Agent{Received: p.CreditorAgent().Node},
		CreditorAgentAccount: Account{Received: p.CreditorAgentAccount().Node},
		Creditor:             Party{Received: p.Creditor().Node},
		CreditorAccount:      Account{Received: p.CreditorAccount().Node},
		UltimateCreditor:     Party{Received: p.UltimateCreditor().Node},
	}
}

func receivedAgents(agents iter.Seq[AgentView]) (all []Agent) {
	for a := range agents {
		all = append(all, Agent{Received: a.Node})
	}
	return all
}
