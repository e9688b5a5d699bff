package messages_test

import (
	"testing"

	"dragoman/messages"
)

// originalView names an earlier payment.
type originalView interface {
	OriginalGroup() messages.OriginalGroupView
	OriginalInstructionID() string
	OriginalEndToEndID() string
	OriginalTransactionID() string
	OriginalUETRText() string
	OriginalReference() messages.ReferenceView
}

// originalFields are those of the payment that a message is about. sinceUETR
// and sinceGroup are the versions with a UETR, and with the message named
// beside the payment.
func originalFields[T originalView](own, sinceUETR, sinceGroup, sinceParties string) []field[T] {
	fields := []field[T]{
		textField(own+"/OrgnlGrpInf/OrgnlMsgId", sinceGroup, func(t T) string { return t.OriginalGroup().MessageID() }),
		textField(own+"/OrgnlGrpInf/OrgnlMsgNmId", sinceGroup, func(t T) string { return t.OriginalGroup().MessageName() }),
		textField(own+"/OrgnlGrpInf/OrgnlCreDtTm", sinceGroup, func(t T) string { return t.OriginalGroup().CreatedText() }),
		textField(own+"/OrgnlInstrId", "", T.OriginalInstructionID),
		textField(own+"/OrgnlEndToEndId", "", T.OriginalEndToEndID),
		textField(own+"/OrgnlTxId", "", T.OriginalTransactionID),
		textField(own+"/OrgnlUETR", sinceUETR, T.OriginalUETRText),
	}
	return append(fields, through(T.OriginalReference, referenceFields(own+"/OrgnlTxRef", sinceParties)...)...)
}

func referenceFields(own, sincePurpose string) []field[messages.ReferenceView] {
	type ref = messages.ReferenceView
	fields := append(debtorFields[ref](own), creditorFields[ref](own)...)
	fields = append(fields, amountFields(own+"/IntrBkSttlmAmt", "", ref.Amount)...)
	fields = append(fields, amountFields(own+"/Amt/InstdAmt "+own+"/Amt/EqvtAmt/Amt", "", ref.InstructedAmount)...)
	return append(fields,
		textField(own+"/IntrBkSttlmDt", "", ref.SettlementDateText),
		textField(own+"/SttlmInf/SttlmMtd", "", ref.SettlementMethod),
		codeField(own+"/Purp", sincePurpose, ref.Purpose),
		textField(own+"/RmtInf/Ustrd", "", func(r ref) string { return head(r.Remittance().Unstructured()) }),
	)
}

func statusFields() []field[messages.StatusReportView] {
	const own, of = "TxInfAndSts", "OrgnlGrpInfAndSts"
	type report = messages.StatusReportView
	type tx = messages.TransactionStatusView
	type group = messages.GroupStatusView
	fields := append(legFields[tx](own, "GrpHdr"), originalFields[tx](own, "10-", "06-", "09-")...)
	fields = append(fields, reasonFields(own+"/StsRsnInf", "", func(t tx) messages.ReasonView { return head(t.Reasons()) })...)
	fields = append(fields, amountFields(own+"/ChrgsInf/Amt "+own+"/ChrgsInf/ChrgsAmt", "", func(t tx) messages.AmountView { return head(t.Charges()).Amount() })...)
	fields = append(fields,
		textField(own+"/StsId", "", tx.StatusID),
		textField(own+"/TxSts", "", tx.Status),
		textField(own+"/AccptncDtTm", "", tx.AcceptedText),
		field[tx]{own + "/PrcgDt", "Dt DtTm", "13-", tx.ProcessedText},
		field[tx]{own + "/FctvIntrBkSttlmDt", "Dt DtTm", "10-", tx.SettlementDateText},
		textField(own+"/AcctSvcrRef", "03-", tx.ServicerRef),
		textField(own+"/ClrSysRef", "03-", tx.ClearingSystemRef),
	)
	groups := reasonFields(of+"/StsRsnInf", "", func(g group) messages.ReasonView { return head(g.Reasons()) })
	groups = append(groups,
		textField(of+"/OrgnlMsgId", "", group.MessageID),
		textField(of+"/OrgnlMsgNmId", "", group.MessageName),
		textField(of+"/OrgnlCreDtTm", "", group.CreatedText),
		textField(of+"/OrgnlNbOfTxs", "", group.CountText),
		textField(of+"/OrgnlCtrlSum", "", group.ControlSumText),
		textField(of+"/GrpSts", "", group.Status),
		textField(of+"/NbOfTxsPerSts/DtldSts", "", func(g group) string { return head(g.Counts()).Status() }),
		textField(of+"/NbOfTxsPerSts/DtldNbOfTxs", "", func(g group) string { return head(g.Counts()).CountText() }),
		textField(of+"/NbOfTxsPerSts/DtldCtrlSum", "", func(g group) string { return head(g.Counts()).ControlSumText() }),
	)
	all := groupFields[report]()
	all = append(all, textField("GrpHdr/OrgnlBizQry/MsgId", "12-", func(v report) string { return v.Query().MessageID() }))
	all = append(all, through(func(v report) group { return head(v.Groups()) }, groups...)...)
	return append(all, through(func(v report) tx { return head(v.Transactions()) }, fields...)...)
}

func TestViewStatusReport(t *testing.T) {
	walk(t, "pacs.002", 15, messages.ViewStatusReport, statusFields())
}

func TestViewStatusReportCorpus(t *testing.T) {
	walkCorpus(t, "pacs.002", 40, messages.ViewStatusReport, statusFields())
}

func statusRequestFields() []field[messages.StatusRequestView] {
	const own = "TxInf"
	type request = messages.StatusRequestView
	type tx = messages.TransactionRequestView
	fields := append(legFields[tx](own, "GrpHdr"), originalFields[tx](own, "03-", "", "02-")...)
	fields = append(fields,
		textField(own+"/StsReqId", "", tx.RequestID),
		textField(own+"/AccptncDtTm", "", tx.AcceptedText),
		textField(own+"/ClrSysRef", "", tx.ClearingSystemRef),
	)
	all := append(groupFields[request](),
		textField("OrgnlGrpInf/OrgnlMsgId", "", func(v request) string { return head(v.Groups()).MessageID() }),
		textField("OrgnlGrpInf/OrgnlNbOfTxs", "", func(v request) string { return head(v.Groups()).CountText() }),
		textField("OrgnlGrpInf/OrgnlCtrlSum", "", func(v request) string { return head(v.Groups()).ControlSumText() }))
	return append(all, through(func(v request) tx { return head(v.Transactions()) }, fields...)...)
}

func TestViewStatusRequest(t *testing.T) {
	walk(t, "pacs.028", 7, messages.ViewStatusRequest, statusRequestFields())
}

func TestViewStatusRequestCorpus(t *testing.T) {
	walkCorpus(t, "pacs.028", 1, messages.ViewStatusRequest, statusRequestFields())
}
