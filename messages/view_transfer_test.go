package messages_test

import (
	"testing"

	"dragoman/messages"
)

// messageGroup and the interfaces below are what views of several kinds share.
type messageGroup interface{ Group() messages.GroupView }

// groupFields are those of a group header.
func groupFields[V messageGroup]() []field[V] {
	return through(func(v V) messages.GroupView { return v.Group() },
		textField("GrpHdr/MsgId", "", messages.GroupView.MessageID),
		textField("GrpHdr/CreDtTm", "", messages.GroupView.CreatedText),
	)
}

// groupSettlementFields are those of a group header of payments.
func groupSettlementFields[V messageGroup]() []field[V] {
	fields := groupFields[V]()
	fields = append(fields, through(func(v V) messages.GroupView { return v.Group() },
		textField("GrpHdr/NbOfTxs", "", messages.GroupView.CountText),
		textField("GrpHdr/CtrlSum", "", messages.GroupView.ControlSumText),
		textField("GrpHdr/IntrBkSttlmDt", "", messages.GroupView.SettlementDateText),
		textField("GrpHdr/SttlmInf/SttlmMtd", "", messages.GroupView.SettlementMethod),
		accountField("GrpHdr/SttlmInf/SttlmAcct", "", messages.GroupView.SettlementAccount),
		field[messages.GroupView]{"GrpHdr/SttlmInf/ClrSys", "Cd ClrSysId Prtry", "", messages.GroupView.ClearingSystem},
	)...)
	return append(fields, through(func(v V) messages.GroupView { return v.Group() },
		amountFields("GrpHdr/TtlIntrBkSttlmAmt GrpHdr/TtlRtrdIntrBkSttlmAmt GrpHdr/TtlRvsdIntrBkSttlmAmt", "", messages.GroupView.Total)...)...)
}

type legView interface {
	InstructingAgent() messages.AgentView
	InstructedAgent() messages.AgentView
}

// legFields are those of all transactions between two agents; own and group are
// where transaction and group header stand.
func legFields[T legView](own, group string) []field[T] {
	return []field[T]{
		agentField(own+"/InstgAgt "+group+"/InstgAgt", "", func(t T) messages.AgentView { return t.InstructingAgent() }),
		agentField(own+"/InstdAgt "+group+"/InstdAgt", "", func(t T) messages.AgentView { return t.InstructedAgent() }),
	}
}

type partiesView interface {
	Debtor() messages.PartyView
	DebtorAccount() messages.AccountView
	DebtorAgent() messages.AgentView
	DebtorAgentAccount() messages.AccountView
	CreditorAgent() messages.AgentView
	CreditorAgentAccount() messages.AccountView
	Creditor() messages.PartyView
	CreditorAccount() messages.AccountView
	UltimateDebtor() messages.PartyView
	UltimateCreditor() messages.PartyView
}

// debtorFields and creditorFields are the parties of a payment.
func debtorFields[T partiesView](own string) []field[T] {
	return []field[T]{
		partyField(own+"/Dbtr", "", func(t T) messages.PartyView { return t.Debtor() }),
		accountField(own+"/DbtrAcct", "", func(t T) messages.AccountView { return t.DebtorAccount() }),
		agentField(own+"/DbtrAgt", "", func(t T) messages.AgentView { return t.DebtorAgent() }),
		accountField(own+"/DbtrAgtAcct", "", func(t T) messages.AccountView { return t.DebtorAgentAccount() }),
		partyField(own+"/UltmtDbtr", "", func(t T) messages.PartyView { return t.UltimateDebtor() }),
	}
}

func creditorFields[T partiesView](own string) []field[T] {
	return []field[T]{
		agentField(own+"/CdtrAgt", "", func(t T) messages.AgentView { return t.CreditorAgent() }),
		accountField(own+"/CdtrAgtAcct", "", func(t T) messages.AccountView { return t.CreditorAgentAccount() }),
		partyField(own+"/Cdtr", "", func(t T) messages.PartyView { return t.Creditor() }),
		accountField(own+"/CdtrAcct", "", func(t T) messages.AccountView { return t.CreditorAccount() }),
		partyField(own+"/UltmtCdtr", "", func(t T) messages.PartyView { return t.UltimateCreditor() }),
	}
}

// versions of a field in one kind of message.
type since struct{ clearingRef, uetr string }

type transferView interface {
	legView
	PaymentID() messages.PaymentIDView
	Amount() messages.AmountView
	SettlementDateText() string
	Priority() string
	ServiceLevel() string
	LocalInstrument() string
}

// transferFields are those of all payments.
func transferFields[T transferView](own, group string, s since) []field[T] {
	fields := append(legFields[T](own, group), amountFields(own+"/IntrBkSttlmAmt", "", func(t T) messages.AmountView { return t.Amount() })...)
	return append(fields,
		textField(own+"/PmtId/InstrId", "", func(t T) string { return t.PaymentID().InstructionID() }),
		textField(own+"/PmtId/EndToEndId", "", func(t T) string { return t.PaymentID().EndToEndID() }),
		textField(own+"/PmtId/TxId", "", func(t T) string { return t.PaymentID().TransactionID() }),
		textField(own+"/PmtId/ClrSysRef", s.clearingRef, func(t T) string { return t.PaymentID().ClearingSystemRef() }),
		textField(own+"/PmtId/UETR", s.uetr, func(t T) string { return t.PaymentID().UETRText() }),
		textField(own+"/IntrBkSttlmDt "+group+"/IntrBkSttlmDt", "", func(t T) string { return t.SettlementDateText() }),
		textField(own+"/SttlmPrty "+own+"/PmtTpInf/InstrPrty "+group+"/PmtTpInf/InstrPrty", "", func(t T) string { return t.Priority() }),
		field[T]{own + "/PmtTpInf " + group + "/PmtTpInf", "SvcLvl/Cd SvcLvl/Prtry", "", func(t T) string { return t.ServiceLevel() }},
		field[T]{own + "/PmtTpInf " + group + "/PmtTpInf", "LclInstrm/Cd LclInstrm/Prtry", "", func(t T) string { return t.LocalInstrument() }},
	)
}

type timedView interface {
	CLSTimeText() string
	TillTimeText() string
	FromTimeText() string
	RejectTimeText() string
}

func timeFields[T timedView](own, cls, rest string) []field[T] {
	return []field[T]{
		textField(own+"/SttlmTmReq/CLSTm", cls, func(t T) string { return t.CLSTimeText() }),
		textField(own+"/SttlmTmReq/TillTm", rest, func(t T) string { return t.TillTimeText() }),
		textField(own+"/SttlmTmReq/FrTm", rest, func(t T) string { return t.FromTimeText() }),
		textField(own+"/SttlmTmReq/RjctTm", rest, func(t T) string { return t.RejectTimeText() }),
	}
}

func customerTransferFields() []field[messages.CustomerCreditTransferView] {
	const own = "CdtTrfTxInf"
	type tx = messages.CustomerTransactionView
	fields := transferFields[tx](own, "GrpHdr", since{clearingRef: "02-", uetr: "08-"})
	fields = append(fields, timeFields[tx](own, "", "02-")...)
	fields = append(append(fields, debtorFields[tx](own)...), creditorFields[tx](own)...)
	fields = append(fields, amountFields(own+"/InstdAmt", "", tx.InstructedAmount)...)
	fields = append(fields, amountFields(own+"/ChrgsInf/Amt "+own+"/ChrgsInf/ChrgsAmt", "", func(t tx) messages.AmountView { return head(t.Charges()).Amount() })...)
	fields = append(fields,
		agentField(own+"/ChrgsInf/Agt "+own+"/ChrgsInf/Pty "+own+"/ChrgsInf/ChrgsPty", "", func(t tx) messages.AgentView { return head(t.Charges()).Agent() }),
		textField(own+"/XchgRate", "", tx.ExchangeRateText),
		textField(own+"/ChrgBr", "", tx.ChargeBearer),
		textField(own+"/AddtlDtTm/AccptncDtTm "+own+"/AccptncDtTm", "", tx.AcceptedText),
		textField(own+"/AddtlDtTm/XpryDtTm GrpHdr/XpryDtTm", "13-", tx.ExpiryText),
		textField(own+"/AgrdRate/QtId", "13-", tx.QuoteID),
		textField(own+"/AgrdRate/PreAgrdXchgRate", "13-", tx.AgreedRateText),
		textField(own+"/SttlmTmIndctn/DbtDtTm", "", tx.DebitedText),
		textField(own+"/SttlmTmIndctn/CdtDtTm", "", tx.CreditedText),
		codeField(own+"/PmtTpInf/CtgyPurp GrpHdr/PmtTpInf/CtgyPurp", "", tx.CategoryPurpose),
		agentField(own+"/PrvsInstgAgt1 "+own+"/PrvsInstgAgt", "", func(t tx) messages.AgentView { return head(t.PreviousAgents()) }),
		agentField(own+"/IntrmyAgt1", "", func(t tx) messages.AgentView { return head(t.Intermediaries()) }),
		partyField(own+"/InitgPty", "", tx.InitiatingParty),
		codeField(own+"/Purp", "", tx.Purpose),
		textField(own+"/RmtInf/Ustrd", "", func(t tx) string { return head(t.Remittance().Unstructured()) }),
		textField(own+"/InstrForCdtrAgt/Cd", "", func(t tx) string { return head(t.CreditorAgentInstructions()).Code() }),
		textField(own+"/InstrForCdtrAgt/InstrInf", "", func(t tx) string { return head(t.CreditorAgentInstructions()).Text() }),
		textField(own+"/InstrForNxtAgt/Cd", "", func(t tx) string { return head(t.NextAgentInstructions()).Code() }),
	)
	return append(groupSettlementFields[messages.CustomerCreditTransferView](),
		through(func(v messages.CustomerCreditTransferView) tx { return head(v.Transactions()) }, fields...)...)
}

func TestViewCustomerCreditTransfer(t *testing.T) {
	walk(t, "pacs.008", 14, messages.ViewCustomerCreditTransfer, customerTransferFields())
}

func TestViewCustomerCreditTransferCorpus(t *testing.T) {
	walkCorpus(t, "pacs.008", 80, messages.ViewCustomerCreditTransfer, customerTransferFields())
}

func institutionTransferFields() []field[messages.InstitutionCreditTransferView] {
	const own, under = "CdtTrfTxInf", "CdtTrfTxInf/UndrlygCstmrCdtTrf"
	type tx = messages.InstitutionTransactionView
	fields := transferFields[tx](own, "GrpHdr", since{clearingRef: "02-", uetr: "08-"})
	fields = append(fields, timeFields[tx](own, "", "02-")...)
	fields = append(append(fields, debtorFields[tx](own)...), creditorFields[tx](own)...)
	fields = append(fields,
		textField(own+"/XpryDtTm GrpHdr/XpryDtTm", "12-", tx.ExpiryText),
		agentField(own+"/Dbtr", "", func(t tx) messages.AgentView { return t.Debtor().Agent() }),
		agentField(own+"/Cdtr", "", func(t tx) messages.AgentView { return t.Creditor().Agent() }),
		agentField(own+"/PrvsInstgAgt1 "+own+"/PrvsInstgAgt", "", func(t tx) messages.AgentView { return head(t.PreviousAgents()) }),
		agentField(own+"/IntrmyAgt1", "", func(t tx) messages.AgentView { return head(t.Intermediaries()) }),
		codeField(own+"/Purp", "08-", tx.Purpose),
		textField(own+"/RmtInf/Ustrd", "", func(t tx) string { return head(t.Remittance().Unstructured()) }),
		textField(own+"/InstrForCdtrAgt/InstrInf", "", func(t tx) string { return head(t.CreditorAgentInstructions()).Text() }),
	)
	covered := from("02-", append(debtorFields[messages.UnderlyingTransferView](under), creditorFields[messages.UnderlyingTransferView](under)...))
	covered = append(covered, amountFields(under+"/InstdAmt", "02-", messages.UnderlyingTransferView.InstructedAmount)...)
	covered = append(covered,
		textField(under+"/RmtInf/Ustrd", "02-", func(u messages.UnderlyingTransferView) string { return head(u.Remittance().Unstructured()) }),
		textField(under+"/PmtId/UETR", "12-", func(u messages.UnderlyingTransferView) string { return u.PaymentID().UETRText() }),
		partyField(under+"/InitgPty", "02-", messages.UnderlyingTransferView.InitiatingParty),
	)
	fields = append(fields, through(tx.Underlying, covered...)...)
	return append(groupSettlementFields[messages.InstitutionCreditTransferView](),
		through(func(v messages.InstitutionCreditTransferView) tx { return head(v.Transactions()) }, fields...)...)
}

// from narrows fields to some versions.
func from[V any](only string, fields []field[V]) []field[V] {
	for i := range fields {
		fields[i].only = only
	}
	return fields
}

func TestViewInstitutionCreditTransfer(t *testing.T) {
	walk(t, "pacs.009", 13, messages.ViewInstitutionCreditTransfer, institutionTransferFields())
}

func TestViewInstitutionCreditTransferCorpus(t *testing.T) {
	walkCorpus(t, "pacs.009", 40, messages.ViewInstitutionCreditTransfer, institutionTransferFields())
}
