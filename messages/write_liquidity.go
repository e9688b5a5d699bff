package messages

// LiquidityCreditTransfer is a camt.050 for writing: it moves one's own money
// from one account to another of the same system.
type LiquidityCreditTransfer struct {
	MessageID       string
	Created         DateTime
	InstructionID   string
	EndToEndID      string // demanded where any reference is given
	TransactionID   string
	UETR            string
	Creditor        Agent
	CreditorAccount Account
	Amount          Money
	Debtor          Agent
	DebtorAccount   Account
	SettlementDate  Date
}

// Write writes the transfer in that version of camt.050.
func (t LiquidityCreditTransfer) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.050")
	w.Open("MsgHdr")
	w.Text("MsgId", t.MessageID)
	w.Text("CreDtTm", t.Created.String())
	w.Close()
	w.Open("LqdtyCdtTrf")
	w.Open("LqdtyTrfId")
	w.Text("InstrId", t.InstructionID)
	w.Text("EndToEndId", t.EndToEndID)
	w.Text("TxId", t.TransactionID)
	w.Text("UETR", t.UETR)
	w.Close()
	w.Agent("Cdtr", t.Creditor)
	w.Account("CdtrAcct", t.CreditorAccount)
	w.ChosenAmount("TrfdAmt", t.Amount)
	w.Agent("Dbtr", t.Debtor)
	w.Account("DbtrAcct", t.DebtorAccount)
	w.Text("SttlmDt", t.SettlementDate.String())
	w.Close()
	w.Close()
	return w.Bytes()
}
