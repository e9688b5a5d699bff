package messages_test

import (
	"testing"

	"dragoman/messages"
)

type backView interface {
	legView
	originalView
	timedView
	Amount() messages.AmountView
	InstructedAmount() messages.AmountView
	Compensation() messages.AmountView
	OriginalAmount() messages.AmountView
	OriginalClearingSystemRef() string
	SettlementDateText() string
	ExchangeRateText() string
	ChargeBearer() string
	Priority() string
}

// backFields are those of returns and reversals; back is Rtrd or Rvsd.
func backFields[T backView](own, back, sinceGroup, sincePurpose string) []field[T] {
	fields := append(legFields[T](own, "GrpHdr"), originalFields[T](own, "09-", sinceGroup, sincePurpose)...)
	fields = append(fields, amountFields(own+"/"+back+"IntrBkSttlmAmt", "", func(t T) messages.AmountView { return t.Amount() })...)
	fields = append(fields, amountFields(own+"/"+back+"InstdAmt", "", func(t T) messages.AmountView { return t.InstructedAmount() })...)
	fields = append(fields, amountFields(own+"/CompstnAmt", "", func(t T) messages.AmountView { return t.Compensation() })...)
	fields = append(fields, amountFields(own+"/OrgnlIntrBkSttlmAmt", "", func(t T) messages.AmountView { return t.OriginalAmount() })...)
	return append(fields,
		textField(own+"/OrgnlClrSysRef", "02-", T.OriginalClearingSystemRef),
		textField(own+"/IntrBkSttlmDt GrpHdr/IntrBkSttlmDt", "", T.SettlementDateText),
		textField(own+"/XchgRate", "", T.ExchangeRateText),
		textField(own+"/ChrgBr", "", T.ChargeBearer),
	)
}

func returnFields() []field[messages.ReturnView] {
	const own = "TxInf"
	type back = messages.ReturnView
	type tx = messages.ReturnTransactionView
	fields := append(backFields[tx](own, "Rtrd", "", "08-"), timeFields[tx](own, "11-", "11-")...)
	fields = append(fields, reasonFields(own+"/RtrRsnInf", "", func(t tx) messages.ReasonView { return head(t.Reasons()) })...)
	fields = append(fields, through(tx.Chain, chainFields(own+"/RtrChain")...)...)
	fields = append(fields, amountFields(own+"/ChrgsInf/Amt "+own+"/ChrgsInf/ChrgsAmt", "", func(t tx) messages.AmountView { return head(t.Charges()).Amount() })...)
	fields = append(fields,
		textField(own+"/RtrId", "", tx.ReturnID),
		textField(own+"/SttlmPrty "+own+"/PmtTpInf/InstrPrty GrpHdr/PmtTpInf/InstrPrty", "05-", tx.Priority),
		textField(own+"/OrgnlIntrBkSttlmDt", "08-", tx.OriginalSettlementDateText),
		textField(own+"/ClrSysRef", "08-", tx.ClearingSystemRef),
		textField(own+"/AgrdRate/QtId", "14-", tx.QuoteID),
		textField(own+"/SttlmTmIndctn/DbtDtTm", "09-", tx.DebitedText),
	)
	all := append(groupSettlementFields[back](), reasonFields("OrgnlGrpInf/RtrRsnInf", "", func(v back) messages.ReasonView { return head(v.Reasons()) })...)
	all = append(all,
		textField("OrgnlGrpInf/OrgnlMsgId", "", func(v back) string { return v.OriginalGroup().MessageID() }),
		flagField("GrpHdr/GrpRtr", "", back.Whole))
	return append(all, through(func(v back) tx { return head(v.Transactions()) }, fields...)...)
}

// chainFields are the parties of a return; accounts are newer.
func chainFields(own string) []field[messages.ChainView] {
	type chain = messages.ChainView
	fields := append(debtorFields[chain](own), creditorFields[chain](own)...)
	for i := range fields {
		fields[i].only = "08-"
		switch fields[i].places {
		case own + "/DbtrAcct", own + "/DbtrAgtAcct", own + "/CdtrAcct", own + "/CdtrAgtAcct":
			fields[i].only = "10-"
		}
	}
	return append(fields,
		partyField(own+"/InitgPty", "08-", chain.InitiatingParty),
		agentField(own+"/PrvsInstgAgt1", "08-", func(c chain) messages.AgentView { return head(c.PreviousAgents()) }),
		agentField(own+"/IntrmyAgt1", "08-", func(c chain) messages.AgentView { return head(c.Intermediaries()) }),
	)
}

func TestViewReturn(t *testing.T) { walk(t, "pacs.004", 15, messages.ViewReturn, returnFields()) }

func TestViewReturnCorpus(t *testing.T) {
	walkCorpus(t, "pacs.004", 30, messages.ViewReturn, returnFields())
}

func reversalFields() []field[messages.ReversalView] {
	const own = "TxInf"
	type back = messages.ReversalView
	type tx = messages.ReversalTransactionView
	fields := append(backFields[tx](own, "Rvsd", "05-", "08-"),
		textField(own+"/RvslId", "", tx.ReversalID),
		textField(own+"/SttlmPrty", "05-", tx.Priority))
	fields = append(fields, reasonFields(own+"/RvslRsnInf", "", func(t tx) messages.ReasonView { return head(t.Reasons()) })...)
	all := append(groupSettlementFields[back](), reasonFields("OrgnlGrpInf/RvslRsnInf", "", func(v back) messages.ReasonView { return head(v.Reasons()) })...)
	all = append(all,
		textField("OrgnlGrpInf/OrgnlMsgId", "", func(v back) string { return v.OriginalGroup().MessageID() }),
		flagField("GrpHdr/GrpRvsl", "", back.Whole))
	return append(all, through(func(v back) tx { return head(v.Transactions()) }, fields...)...)
}

func TestViewReversal(t *testing.T) { walk(t, "pacs.007", 13, messages.ViewReversal, reversalFields()) }
