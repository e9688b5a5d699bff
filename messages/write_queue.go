package messages

import "strconv"

// TransactionAnswer is a camt.006 for writing: payments, settled or waiting.
// Write counts the payments.
type TransactionAnswer struct {
	Answer
	Page         Page // of an answer in several messages
	Transactions []TransactionReport
}

// TransactionReport is one payment for writing, or why nothing is said of it.
type TransactionReport struct {
	Reference PaymentReference
	From, To  SystemMember
	Direction string // Credit or Debit; empty: not said
	Payment   QueuedPayment
	Entry     QueueEntry
	Errors    []QueryError // instead of all but the reference
}

// SystemMember is one end of a payment for writing: system, member and account.
type SystemMember struct {
	System  string // external market infrastructure code, such as TGT, else proprietary
	Member  Agent
	Country string
	Account Account
}

// QueuedPayment is a payment as a system holds it, for writing.
type QueuedPayment struct {
	MessageID        string // of the message that brought it
	EndToEndID       string
	TransactionID    string
	Execution        Moment // requested
	SettlementDate   Date
	Statuses         []QueueStatus
	InstructedAmount Money // Money{}: not said; so in Amount
	Amount           Money // interbank settlement amount
	MessageName      string
	Priority         string // HIGH, NORM, URGT or LOWW, else proprietary
	Processing       Period // when it may be carried out
	Type             string
	InstructingAgent Agent
	InstructedAgent  Agent
	Debtor           Party
	DebtorAgent      Agent
	CreditorAgent    Agent
	Creditor         Party
	// Order is the transaction as it was received: its parties and agents are
	// repeated where none is set above and as far as they fit the version.
	Order Node
}

// QueueStatus is what became of a payment, for writing.
type QueueStatus struct {
	Code   string // a final status, else a pending one, else proprietary
	Time   Moment
	Reason string // a code of the schema's lists, else proprietary
	Text   string // explains a rejection: then Reason has at most four characters
}

// QueueEntry is the entry of a payment on an account, for writing.
type QueueEntry struct {
	Account     Account
	Amount      Money // Money{}: not said
	Date        Moment
	Status      string // BOOK, PDNG or FUTR
	EntryID     string
	StatementID string
}

// Write writes the answer in that version of camt.006.
func (a TransactionAnswer) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.006")
	w.answer(a.Answer, a.Page, func() {
		if len(a.Transactions) == 0 {
			return
		}
		w.Open("BizRpt")
		w.Open("TxsSummry")
		w.Text("NbOfNtries", strconv.Itoa(len(a.Transactions)))
		w.Close()
		for i := range a.Transactions {
			w.transactionReport(&a.Transactions[i])
		}
		w.Close()
	})
	w.Close()
	return w.Bytes()
}

func (w *Writer) transactionReport(t *TransactionReport) {
	w.Open("TxRpt")
	w.PaymentReference("PmtId", &t.Reference)
	w.Open("TxOrErr")
	w.errors("BizErr", t.Errors)
	if len(t.Errors) == 0 {
		w.Open("Tx")
		w.systemMember("PmtTo", &t.To)
		w.systemMember("PmtFr", &t.From)
		w.Text("CdtDbtInd", t.Direction)
		w.queuedPayment(&t.Payment)
		w.queueEntry(&t.Entry)
		w.Close()
	}
	w.Close()
	w.Close()
}

func (w *Writer) systemMember(name string, m *SystemMember) {
	w.Open(name)
	w.Code("SysId", m.System)
	w.Agent("MmbId", m.Member)
	w.Text("Ctry", m.Country)
	if !m.Account.IsZero() {
		w.AccountID("AcctId", m.Account)
	}
	w.Close()
}

func (w *Writer) queuedPayment(p *QueuedPayment) {
	w.Open("Pmt")
	w.Text("MsgId", p.MessageID)
	w.Moment("ReqdExctnDt", p.Execution)
	for _, s := range p.Statuses {
		w.queueStatus(s)
	}
	w.ChosenAmount("InstdAmt", p.InstructedAmount)
	w.ChosenAmount("IntrBkSttlmAmt", p.Amount)
	if p.MessageName != "" {
		w.Open("PmtMtd")
		w.Text("XMLMsgNm", p.MessageName)
		w.Close()
	}
	w.Code("Prty", p.Priority)
	w.Period("PrcgVldtyTm", p.Processing)
	w.Code("Tp", p.Type)
	w.Text("TxId", p.TransactionID)
	w.Text("IntrBkSttlmDt", p.SettlementDate.String())
	w.Text("EndToEndId", p.EndToEndID)
	w.Open("Pties")
	w.orderAgent("InstgAgt", p.InstructingAgent, p.Order)
	w.orderAgent("InstdAgt", p.InstructedAgent, p.Order)
	w.orderParty("UltmtDbtr", Party{}, p.Order)
	w.orderParty("Dbtr", p.Debtor, p.Order)
	w.orderAgent("DbtrAgt", p.DebtorAgent, p.Order)
	w.orderAgent("IntrmyAgt1", Agent{}, p.Order)
	w.orderAgent("IntrmyAgt2", Agent{}, p.Order)
	w.orderAgent("IntrmyAgt3", Agent{}, p.Order)
	w.orderAgent("CdtrAgt", p.CreditorAgent, p.Order)
	w.orderParty("Cdtr", p.Creditor, p.Order)
	w.orderParty("UltmtCdtr", Party{}, p.Order)
	w.Close()
	w.Close()
}

func (w *Writer) queueStatus(s QueueStatus) {
	w.Open("Sts")
	if s.Code != "" {
		w.Open("Cd")
		w.Text(w.admitting(s.Code, "Fnl", "Pdg", "Prtry"), s.Code)
		w.Close()
	}
	w.Moment("DtTm", s.Time)
	switch {
	case s.Text != "":
		w.Open("Rsn")
		w.Open("PrtryRjctn")
		w.Text("PrtryStsRsn", s.Reason)
		w.Text("Rsn", s.Text)
		w.Close()
		w.Close()
	case s.Reason != "":
		w.Open("Rsn")
		w.Text(w.admitting(s.Reason, "PdgSttlm", "PdgFlngSttlm", "Canc", "Sspd", "Umtchd", "Prtry"), s.Reason)
		w.Close()
	}
	w.Close()
}

func (w *Writer) queueEntry(e *QueueEntry) {
	if e.Account.IsZero() {
		return
	}
	w.Open("AcctNtry")
	w.Account("Acct", e.Account)
	w.Open("Ntry")
	w.Text("Id", e.EntryID)
	w.Moment("Dt", e.Date)
	if e.Amount != (Money{}) {
		w.Amount("Amt", e.Amount)
	}
	w.Text("Sts", e.Status)
	w.Text("StmtId", e.StatementID)
	w.Close()
	w.Close()
}
