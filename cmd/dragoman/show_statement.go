package main

import "dragoman/messages"

// statements prints a camt.052, camt.053 or camt.054.
func (s sheet) statements(m *messages.Message) bool {
	for _, view := range []func(*messages.Message) (messages.ReportingView, bool){
		messages.ViewAccountReport, messages.ViewStatement, messages.ViewNotification,
	} {
		if v, ok := view(m); ok {
			s.group(v.Group())
			n := 0
			for st := range v.Statements() {
				n++
				s.statement(n, st)
			}
			return true
		}
	}
	return false
}

func (s sheet) statement(n int, st messages.StatementView) {
	say(s.out, "Statement %d\n", n)
	s.account("Account", st.Account())
	s.field("Owner", party(st.Owner()))
	s.field("Servicer", agent(st.Servicer()))
	s.field("Statement id", st.StatementID())
	s.field("Sequence", st.ElectronicSequenceText())
	s.field("Created", st.CreatedText())
	for b := range st.Balances() {
		s.field("Balance", words(directed(b.Amount(), b.Direction()), b.DateText(), choice(b.At("Tp/CdOrPrtry"))))
	}
	s.field("Entries", st.Totals().CountText())
	entries := 0
	for e := range st.Entries() {
		entries++
		s.statementEntry(entries, e)
	}
	s.field("Text", st.Text())
}

func (s sheet) statementEntry(n int, e messages.EntryView) {
	say(s.out, "Entry %d\n", n)
	s.field("Amount", directed(e.Amount(), e.Direction()))
	s.field("Status", choice(e.Child("Sts")))
	s.field("Booked", e.BookedText())
	s.field("Value date", e.ValueDateText())
	s.field("Reference", words(e.Reference(), e.ServicerRef()))
	code := e.Code()
	s.field("Code", words(code.Domain(), code.Family(), code.Subfamily(), code.Proprietary()))
	if e.Reversal() {
		s.field("Reversal", "of an earlier entry")
	}
	for t := range e.Transactions() {
		s.entryTransaction(t)
	}
	s.field("Text", e.Text())
}

func (s sheet) entryTransaction(t messages.EntryTransactionView) {
	id := t.References()
	s.field("Transaction", directed(t.Amount(), t.Direction()))
	s.field("UETR", id.UETRText())
	s.field("Instruction id", id.InstructionID())
	s.field("End-to-end id", id.EndToEndID())
	s.field("Transaction id", id.TransactionID())
	s.field("Debtor", party(t.Debtor()))
	s.account("  account", t.DebtorAccount())
	s.field("Debtor agent", agent(t.DebtorAgent()))
	s.field("Creditor agent", agent(t.CreditorAgent()))
	s.field("Creditor", party(t.Creditor()))
	s.account("  account", t.CreditorAccount())
	s.field("Purpose", choice(t.Child("Purp")))
	s.remittance(t.Remittance())
	s.field("Text", t.Text())
}
