package messages

// EntryTransaction is one transaction behind an entry, for writing.
type EntryTransaction struct {
	References References
	// Amount is the amount of the transaction, below zero for a debit. In
	// versions .01 and .02 it is written without its direction as the amount
	// that moved (Amounts.Transaction), unless that is given too. Versions .03
	// to .06 demand it.
	Amount                         Money
	Amounts                        AmountDetails
	Code                           TransactionCode // where it is not that of the entry
	Charges                        []EntryCharge
	Debtor, UltimateDebtor         Party
	Creditor, UltimateCreditor     Party
	DebtorAccount, CreditorAccount Account
	DebtorAgent, CreditorAgent     Agent
	// InstructingAgent and InstructedAgent bound the leg; left out in versions
	// to .06.
	InstructingAgent, InstructedAgent Agent
	Purpose                           string   // external purpose code, else proprietary
	Remittance                        []string // lines of at most 140 characters
	Accepted                          DateTime
	SettlementDate                    Date
	ReturnReason                      Reason
	Text                              string // at most 500 characters
	// Order is the transaction as it was received, such as the CdtTrfTxInf of a
	// pacs.008: its parties, accounts, agents, purpose and remittance are
	// repeated where none is set above and as far as they fit the version.
	Order Node
}

// References are those of a transaction behind an entry, for writing.
type References struct {
	MessageID            string // of the message that brought the payment
	ServicerRef          string
	PaymentInformationID string // left out in version .01
	InstructionID        string
	EndToEndID           string
	TransactionID        string
	UETR                 string // left out in versions to .07
	MandateID            string
	ChequeNumber         string
	ClearingRef          string
}

// ReferencesIn takes over the references of a payment and of the message that
// brought it.
func ReferencesIn(m *Message, p PaymentIDView) References {
	return References{
		MessageID:     message{bodyOf(m)}.Group().MessageID(),
		InstructionID: p.InstructionID(),
		EndToEndID:    p.EndToEndID(),
		TransactionID: p.TransactionID(),
		UETR:          p.UETRText(),
		ClearingRef:   p.ClearingSystemRef(),
	}
}

func (w *Writer) entryTransaction(t *EntryTransaction) {
	w.Open("TxDtls")
	w.references(&t.References)
	moved := t.Amount
	if w.Has("Amt") {
		moved = Money{}
		if t.Amount != (Money{}) {
			w.SignedAmount("Amt", t.Amount)
		}
	}
	w.amountDetails(&t.Amounts, moved)
	if t.Code != (TransactionCode{}) {
		w.transactionCode("BkTxCd", t.Code)
	}
	w.charges(t.Charges)
	w.entryParties(t)
	w.entryAgents(t)
	if t.Purpose != "" {
		w.Code("Purp", t.Purpose)
	} else {
		w.orderPart("Purp", t.Order)
	}
	if len(t.Remittance) > 0 {
		w.Open("RmtInf")
		for _, line := range t.Remittance {
			w.Text("Ustrd", line)
		}
		w.Close()
	} else {
		w.orderPart("RmtInf", t.Order)
	}
	w.Open("RltdDts")
	w.Text("AccptncDtTm", t.Accepted.String())
	w.Text("IntrBkSttlmDt", t.SettlementDate.String())
	w.Close()
	w.Reason("RtrInf", t.ReturnReason)
	w.Text("AddtlTxInf", t.Text)
	w.Close()
}

func (w *Writer) references(r *References) {
	w.Open("Refs")
	w.referenceTexts(r)
	w.Close()
}

// referenceTexts writes references into the open element.
func (w *Writer) referenceTexts(r *References) {
	w.Text("MsgId", r.MessageID)
	w.Text("AcctSvcrRef", r.ServicerRef)
	w.Maybe("PmtInfId", r.PaymentInformationID)
	w.Text("InstrId", r.InstructionID)
	w.Text("EndToEndId", r.EndToEndID)
	w.Maybe("UETR", r.UETR)
	w.Text("TxId", r.TransactionID)
	w.Text("MndtId", r.MandateID)
	w.Text("ChqNb", r.ChequeNumber)
	w.Text("ClrSysRef", r.ClearingRef)
}

func (w *Writer) entryParties(t *EntryTransaction) {
	w.Open("RltdPties")
	w.orderParty("Dbtr", t.Debtor, t.Order)
	w.orderAccount("DbtrAcct", t.DebtorAccount, t.Order)
	w.orderParty("UltmtDbtr", t.UltimateDebtor, t.Order)
	w.orderParty("Cdtr", t.Creditor, t.Order)
	w.orderAccount("CdtrAcct", t.CreditorAccount, t.Order)
	w.orderParty("UltmtCdtr", t.UltimateCreditor, t.Order)
	w.Close()
}

func (w *Writer) entryAgents(t *EntryTransaction) {
	w.Open("RltdAgts")
	if w.Has("InstgAgt") {
		w.orderAgent("InstgAgt", t.InstructingAgent, t.Order)
		w.orderAgent("InstdAgt", t.InstructedAgent, t.Order)
	}
	w.orderAgent("DbtrAgt", t.DebtorAgent, t.Order)
	w.orderAgent("CdtrAgt", t.CreditorAgent, t.Order)
	if t.Order.Exists() {
		w.orderAgent("IntrmyAgt1", Agent{}, t.Order)
		w.orderAgent("IntrmyAgt2", Agent{}, t.Order)
		w.orderAgent("IntrmyAgt3", Agent{}, t.Order)
	}
	w.Close()
}
