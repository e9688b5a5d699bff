package messages_test

import (
	"testing"

	"dragoman/messages"
)

func entryTransactionFields(places string) []field[messages.EntryTransactionView] {
	type tx = messages.EntryTransactionView
	at := func(path string) string { return beforeEach(places, "/"+path) }
	fields := append(amountFields(at("Amt")+" "+at("AmtDtls/TxAmt/Amt"), "", tx.Amount),
		textField(at("CdtDbtInd"), "03-", tx.Direction),
		codeField(at("Purp"), "", tx.Purpose),
		field[tx]{at("LclInstrm") + " " + at("PmtTpInf/LclInstrm"), "Cd Prtry", "07-", tx.LocalInstrument},
		textField(at("RmtInf/Ustrd"), "", func(t tx) string { return head(t.Remittance().Unstructured()) }),
		textField(at("RltdDts/AccptncDtTm"), "", tx.AcceptedText),
		textField(at("RltdDts/IntrBkSttlmDt"), "", tx.SettlementDateText),
		textField(at("RltdDts/TxDtTm"), "", tx.TransactionText),
		textField(at("AddtlTxInf"), "", tx.Text))
	fields = append(fields, reasonFields(at("RtrInf"), "", tx.ReturnReason)...)
	fields = append(fields, through(tx.ReturnedCode, transactionCodeFields(at("RtrInf/OrgnlBkTxCd"))...)...)
	fields = append(fields, through(tx.Code, transactionCodeFields(at("BkTxCd"))...)...)
	fields = append(fields, through(tx.Amounts, amountDetailsFields(at("AmtDtls"))...)...)
	fields = append(fields, availabilityFields(at("Avlbty"), func(t tx) messages.AvailabilityView { return head(t.Availability()) })...)
	fields = append(fields, chargeFields(at("Chrgs"), func(t tx) messages.EntryChargeView { return head(t.Charges()) })...)
	fields = append(fields, through(tx.References, entryReferenceFields(at("Refs"))...)...)
	return append(fields, entryPartyFields(at("RltdPties"), at("RltdAgts"))...)
}

func entryReferenceFields(places string) []field[messages.ReferencesView] {
	type references = messages.ReferencesView
	own := func(part int) func(references) string {
		return func(r references) string {
			for kind, reference := range r.Proprietary() {
				return [...]string{kind, reference}[part]
			}
			return ""
		}
	}
	return []field[references]{
		{places, "MsgId", "", references.MessageID},
		{places, "AcctSvcrRef", "", references.ServicerRef},
		{places, "PmtInfId", "02-", references.PaymentInformationID},
		{places, "InstrId", "", references.InstructionID},
		{places, "EndToEndId", "", references.EndToEndID},
		{places, "TxId", "", references.TransactionID},
		{places, "UETR", "08-", references.UETRText},
		{places, "MndtId", "", references.MandateID},
		{places, "ChqNb", "", references.ChequeNumber},
		{places, "ClrSysRef", "", references.ClearingSystemRef},
		{places, "AcctOwnrTxId", "03-", references.OwnerTransactionID},
		{places, "AcctSvcrTxId", "03-", references.ServicerTransactionID},
		{places, "MktInfrstrctrTxId", "03-", references.MarketTransactionID},
		{places, "RtrId", "14-", references.ReturnID},
		{places, "Prtry/Tp", "", own(0)},
		{places, "Prtry/Ref", "", own(1)},
	}
}

func entryPartyFields(parties, agents string) []field[messages.EntryTransactionView] {
	type tx = messages.EntryTransactionView
	party := func(name string) string { return beforeEach(parties, "/"+name) }
	agent := func(name string) string { return beforeEach(agents, "/"+name) }
	return []field[tx]{
		partyField(party("InitgPty"), "", tx.InitiatingParty),
		partyField(party("Dbtr"), "", tx.Debtor),
		accountField(party("DbtrAcct"), "", tx.DebtorAccount),
		partyField(party("UltmtDbtr"), "", tx.UltimateDebtor),
		partyField(party("Cdtr"), "", tx.Creditor),
		accountField(party("CdtrAcct"), "", tx.CreditorAccount),
		partyField(party("UltmtCdtr"), "", tx.UltimateCreditor),
		partyField(party("TradgPty"), "", tx.TradingParty),
		agentField(agent("InstgAgt"), "07-", tx.InstructingAgent),
		agentField(agent("InstdAgt"), "07-", tx.InstructedAgent),
		agentField(agent("DbtrAgt"), "", tx.DebtorAgent),
		agentField(agent("CdtrAgt"), "", tx.CreditorAgent),
		agentField(agent("IntrmyAgt1"), "", func(t tx) messages.AgentView { return head(t.Intermediaries()) }),
	}
}

func reportingRequestFields() []field[messages.ReportingRequestView] {
	const own = "RptgReq"
	type view = messages.ReportingRequestView
	type request = messages.ReportRequestView
	fields := append(periodFields(own+"/RptgPrd/FrToDt", "FrDt", "ToDt", "", request.Dates),
		periodFields(own+"/RptgPrd/FrToTm", "FrTm", "ToTm", "", request.Times)...)
	fields = append(fields, amountFields(own+"/ReqdTxTp/FlrLmt/Amt", "", func(r request) messages.AmountView { return head(r.Floors()).Amount() })...)
	fields = append(fields,
		textField(own+"/Id", "", request.RequestID),
		textField(own+"/ReqdMsgNmId", "", request.MessageName),
		accountField(own+"/Acct", "", request.Account),
		partyField(own+"/AcctOwnr", "", request.Owner),
		agentField(own+"/AcctSvcr", "", request.Servicer),
		textField(own+"/RptgPrd/Tp", "", request.QueryType),
		textField(under(own+"/RptgSeq/", "FrSeq FrToSeq/FrSeq"), "04-", func(r request) string { from, _ := firstBounds(r.Sequence()); return from }),
		textField(under(own+"/RptgSeq/", "ToSeq FrToSeq/ToSeq"), "04-", func(r request) string { _, to := firstBounds(r.Sequence()); return to }),
		codeField(own+"/ReqdTxTp/Sts", "", request.EntryStatus),
		textField(own+"/ReqdTxTp/CdtDbtInd", "", request.Direction),
		textField(own+"/ReqdTxTp/FlrLmt/CdtDbtInd", "", func(r request) string { return head(r.Floors()).Direction() }),
		codeField(own+"/ReqdBalTp/CdOrPrtry", "", func(r request) string { return head(r.BalanceTypes()) }),
	)
	return append(through(func(v view) request { return head(v.Requests()) }, fields...),
		textField("GrpHdr/MsgId", "", func(v view) string { return v.Group().MessageID() }),
		textField("GrpHdr/CreDtTm", "", func(v view) string { return v.Group().CreatedText() }),
		partyField("GrpHdr/MsgSndr", "", view.Sender),
	)
}

func TestViewReportingRequest(t *testing.T) {
	walkRounds(t, "camt.060", 6, queryRounds, messages.ViewReportingRequest, reportingRequestFields())
}

func TestViewReportingRequestCorpus(t *testing.T) {
	walkCorpus(t, "camt.060", 1, messages.ViewReportingRequest, reportingRequestFields())
}
