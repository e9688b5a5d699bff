package main

import "dragoman/messages"

// payment is what the transactions of credit transfers and direct debits have
// in common.
type payment interface {
	PaymentID() messages.PaymentIDView
	Amount() messages.AmountView
	InstructedAmount() messages.AmountView
	ExchangeRateText() string
	SettlementDateText() string
	Priority() string
	InstructingAgent() messages.AgentView
	InstructedAgent() messages.AgentView
	UltimateDebtor() messages.PartyView
	Debtor() messages.PartyView
	DebtorAccount() messages.AccountView
	DebtorAgent() messages.AgentView
	CreditorAgent() messages.AgentView
	Creditor() messages.PartyView
	CreditorAccount() messages.AccountView
	UltimateCreditor() messages.PartyView
	Child(name string) messages.Node
	Remittance() messages.RemittanceView
}

func (s sheet) customerTransfer(m *messages.Message) bool {
	v, ok := messages.ViewCustomerCreditTransfer(m)
	if !ok {
		return false
	}
	s.group(v.Group())
	n := 0
	for t := range v.Transactions() {
		n++
		s.payment(n, t)
		s.field("Charges", t.ChargeBearer())
		for c := range t.Charges() {
			s.field("Charge taken", amount(c.Amount())+" by "+agent(c.Agent()))
		}
	}
	return true
}

func (s sheet) institutionTransfer(m *messages.Message) bool {
	v, ok := messages.ViewInstitutionCreditTransfer(m)
	if !ok {
		return false
	}
	s.field("Variant", v.Variant().String())
	s.group(v.Group())
	n := 0
	for t := range v.Transactions() {
		n++
		s.payment(n, t)
		if u := t.Underlying(); u.Exists() {
			s.field("Covers", party(u.Debtor())+" to "+party(u.Creditor()))
		}
	}
	return true
}

func (s sheet) directDebit(m *messages.Message) bool {
	n := 0
	if v, ok := messages.ViewDirectDebit(m); ok {
		s.group(v.Group())
		for t := range v.Transactions() {
			n++
			s.payment(n, t)
			s.field("Mandate", t.MandateID())
			s.field("Collection date", t.CollectionDateText())
		}
		return true
	}
	v, ok := messages.ViewInstitutionDirectDebit(m)
	if !ok {
		return false
	}
	s.group(v.Group())
	for credit := range v.Credits() {
		for t := range credit.Transactions() {
			n++
			s.payment(n, t)
			s.field("Collected for", party(credit.Creditor()))
		}
	}
	return true
}

func (s sheet) payment(n int, t payment) {
	say(s.out, "Payment %d\n", n)
	id := t.PaymentID()
	s.field("Amount", amount(t.Amount()))
	s.field("Instructed", amount(t.InstructedAmount()))
	s.field("Exchange rate", t.ExchangeRateText())
	s.field("Settlement date", t.SettlementDateText())
	s.field("Priority", t.Priority())
	s.field("UETR", id.UETRText())
	s.field("Instruction id", id.InstructionID())
	s.field("End-to-end id", id.EndToEndID())
	s.field("Transaction id", id.TransactionID())
	s.field("Ultimate debtor", party(t.UltimateDebtor()))
	s.field("Debtor", party(t.Debtor()))
	s.account("  account", t.DebtorAccount())
	s.field("Debtor agent", agent(t.DebtorAgent()))
	s.leg(t)
	s.field("Creditor agent", agent(t.CreditorAgent()))
	s.field("Creditor", party(t.Creditor()))
	s.account("  account", t.CreditorAccount())
	s.field("Ultimate creditor", party(t.UltimateCreditor()))
	s.field("Purpose", choice(t.Child("Purp")))
	s.remittance(t.Remittance())
}
