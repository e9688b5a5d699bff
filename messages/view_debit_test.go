package messages_test

import (
	"testing"

	"dragoman/messages"
)

func directDebitFields() []field[messages.DirectDebitView] {
	const own = "DrctDbtTxInf"
	type tx = messages.DirectDebitTransactionView
	fields := transferFields[tx](own, "GrpHdr", since{clearingRef: "02-", uetr: "08-"})
	fields = append(append(fields, debtorFields[tx](own)...), creditorFields[tx](own)...)
	fields = append(fields, amountFields(own+"/InstdAmt", "", tx.InstructedAmount)...)
	fields = append(fields,
		textField(own+"/ChrgBr", "", tx.ChargeBearer),
		textField(own+"/XchgRate", "", tx.ExchangeRateText),
		textField(own+"/PmtTpInf/SeqTp GrpHdr/PmtTpInf/SeqTp", "", tx.SequenceType),
		textField(own+"/ReqdColltnDt", "", tx.CollectionDateText),
		textField(own+"/DrctDbtTx/MndtRltdInf/MndtId", "", tx.MandateID),
		textField(own+"/DrctDbtTx/MndtRltdInf/DtOfSgntr", "", tx.MandateSignedText),
		partyField(own+"/DrctDbtTx/CdtrSchmeId", "", tx.CreditorScheme),
		textField(own+"/DrctDbtTx/PreNtfctnId", "", tx.PreNotificationID),
		textField(own+"/DrctDbtTx/PreNtfctnDt", "", tx.PreNotificationDateText),
		partyField(own+"/InitgPty", "", tx.InitiatingParty),
		codeField(own+"/Purp", "", tx.Purpose),
	)
	return append(groupSettlementFields[messages.DirectDebitView](),
		through(func(v messages.DirectDebitView) tx { return head(v.Transactions()) }, fields...)...)
}

func TestViewDirectDebit(t *testing.T) {
	walk(t, "pacs.003", 11, messages.ViewDirectDebit, directDebitFields())
}

func TestViewDirectDebitCorpus(t *testing.T) {
	walkCorpus(t, "pacs.003", 3, messages.ViewDirectDebit, directDebitFields())
}

func institutionDebitFields() []field[messages.InstitutionDirectDebitView] {
	const own, debit = "CdtInstr", "CdtInstr/DrctDbtTxInf"
	type collection = messages.CollectionView
	type tx = messages.InstitutionDebitView
	debits := transferFields[tx](debit, own, since{clearingRef: "", uetr: "03-"})[2:] // agents stand with the collection only
	debits = append(append(debits, debtorFields[tx](debit)...), timeFields[tx](debit, "", "")...)
	debits = append(debits,
		agentField(own+"/InstgAgt", "", tx.InstructingAgent),
		agentField(own+"/InstdAgt", "", tx.InstructedAgent),
		agentField(debit+"/Dbtr", "", func(t tx) messages.AgentView { return t.Debtor().Agent() }),
		textField(debit+"/InstrForDbtrAgt", "", tx.DebtorAgentInstruction),
		codeField(debit+"/Purp", "03-", tx.Purpose),
		textField(debit+"/RmtInf/Ustrd", "", func(t tx) string { return head(t.Remittance().Unstructured()) }),
	)
	fields := append(legFields[collection](own, "GrpHdr"), creditorFields[collection](own)...)
	fields = append(fields, amountFields(own+"/TtlIntrBkSttlmAmt", "", collection.Total)...)
	fields = append(fields,
		textField(own+"/CdtId", "", collection.CreditID),
		textField(own+"/IntrBkSttlmDt", "", collection.SettlementDateText),
		agentField(own+"/IntrmyAgt1", "", func(c collection) messages.AgentView { return head(c.Intermediaries()) }),
	)
	fields = append(fields, through(func(c collection) tx { return head(c.Transactions()) }, debits...)...)
	all := append(groupFields[messages.InstitutionDirectDebitView](),
		textField("GrpHdr/NbOfTxs", "", func(v messages.InstitutionDirectDebitView) string { return v.Group().CountText() }))
	return append(all, through(func(v messages.InstitutionDirectDebitView) collection { return head(v.Credits()) }, fields...)...)
}

func TestViewInstitutionDirectDebit(t *testing.T) {
	walk(t, "pacs.010", 5, messages.ViewInstitutionDirectDebit, institutionDebitFields())
}

func TestViewInstitutionDirectDebitCorpus(t *testing.T) {
	walkCorpus(t, "pacs.010", 5, messages.ViewInstitutionDirectDebit, institutionDebitFields())
}
