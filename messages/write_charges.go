package messages

// ChargesNotification is a camt.105 for writing: charges that the sender has
// taken or will take from an account of the receiver.
type ChargesNotification struct {
	MessageID string
	Created   DateTime
	Sums      bool  // write control sum and total
	Requester Agent // who asks for the charges; left out in camt.105.001.01
	// Account is charged, and AccountOwner owns it, where a record names none.
	Account      Account
	AccountOwner Agent
	Records      []ChargeRecord
}

// ChargeRecord is one charge for one transaction, for writing.
type ChargeRecord struct {
	ID                 string
	References         References // of the payment that is charged
	MessageName        string     // message identifier of the type of References.MessageID
	Amount             Money
	Direction          string // DBIT: the account is debited; CRDT: credited; may be left out
	ValueDate          Moment
	Debtor             Party // of the payment; left out in camt.105.001.01
	DebtorAgent        Agent
	DebtorAgentAccount Account
	Account            Account
	AccountOwner       Agent
	Type               string // external charge type, else proprietary
	Instruction        string // external code of what the receiver is asked to do
	InstructionText    string
	Text               string // at most 140 characters
}

// Write writes the notification in that version of camt.105. Several records
// are written as charges per transaction from .03 on.
func (n ChargesNotification) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.105")
	w.Open("GrpHdr")
	w.Text("MsgId", n.MessageID)
	w.Text("CreDtTm", n.Created.String())
	arranged := w.Has("TtlChrgs")
	if arranged {
		w.Agent("ChrgsRqstr", n.Requester)
		w.Open("TtlChrgs")
	}
	w.Number("NbOfChrgsRcrds", len(n.Records))
	if n.Sums {
		amounts := make([]Money, len(n.Records))
		for i := range n.Records {
			amounts[i] = n.Records[i].Amount
		}
		w.sums("TtlChrgsAmt", amounts)
	}
	if arranged {
		w.Close()
		w.Account("ChrgsAcct", n.Account)
		w.Agent("ChrgsAcctOwnr", n.AccountOwner)
	}
	w.Close()
	if arranged {
		w.arrangedCharges(n.Records)
	} else {
		w.plainCharges(n)
	}
	w.Close()
	return w.Bytes()
}

// plainCharges writes each record with all that is said of it.
func (w *Writer) plainCharges(n ChargesNotification) {
	for i := range n.Records {
		r := n.Records[i]
		if r.Account.IsZero() {
			r.Account = n.Account
		}
		if r.AccountOwner.IsZero() {
			r.AccountOwner = n.AccountOwner
		}
		w.Open("Chrgs")
		w.Text("ChrgsRcrdId", r.ID)
		w.chargeRecord(&r)
		w.chargeAmount(&r)
		w.Close()
	}
}

func (w *Writer) arrangedCharges(records []ChargeRecord) {
	w.Open("Chrgs")
	if len(records) == 1 {
		w.Open("Sngl")
		w.Text("RcrdId", records[0].ID)
		w.chargeRecord(&records[0])
		w.chargeAmount(&records[0])
		w.Close()
	} else {
		w.Open("PerTx")
		for i := range records {
			w.chargeBreakdown(&records[i])
		}
		w.Close()
	}
	w.Close()
}

// chargeBreakdown writes one of several records: its charge is a breakdown in
// one item.
func (w *Writer) chargeBreakdown(r *ChargeRecord) {
	w.Open("Rcrd")
	w.Text("RcrdId", r.ID)
	w.chargeRecord(r)
	w.Open("TtlChrgsPerRcrd")
	w.Number("NbOfChrgsBrkdwnItms", 1)
	w.Amount("TtlChrgsAmt", r.Amount)
	w.Text("CdtDbtInd", r.Direction)
	w.Close()
	w.Open("ChrgsBrkdwn")
	w.chargeAmount(r)
	w.Close()
	w.Close()
}

func (w *Writer) chargeAmount(r *ChargeRecord) {
	w.Amount("Amt", r.Amount)
	w.Text("CdtDbtInd", r.Direction)
	w.Code("Tp", r.Type)
}

func (w *Writer) chargeRecord(r *ChargeRecord) {
	w.chargedTransaction(r)
	w.Moment("ValDt", r.ValueDate)
	if w.Has("Dbtr") {
		w.Party("Dbtr", r.Debtor)
	}
	w.Agent("DbtrAgt", r.DebtorAgent)
	w.Account("DbtrAgtAcct", r.DebtorAgentAccount)
	w.Account("ChrgsAcct", r.Account)
	w.Agent("ChrgsAcctOwnr", r.AccountOwner)
	w.Open("InstrForInstdAgt")
	w.Text("Cd", r.Instruction)
	w.Text("InstrInf", r.InstructionText)
	w.Close()
	w.Text("AddtlInf", r.Text)
}

func (w *Writer) chargedTransaction(r *ChargeRecord) {
	w.Open("UndrlygTx")
	w.Text("MsgNmId", r.MessageName)
	w.referenceTexts(&r.References)
	w.Close()
}
