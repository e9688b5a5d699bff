package messages_test

import (
	"testing"

	"dragoman/messages"
)

type assignedView interface {
	AssignmentID() string
	CreatedText() string
	Assigner() messages.PartyView
	Assignee() messages.PartyView
}

func assignmentFields[V assignedView](sinceNames string) []field[V] {
	const bics = "Pty/Id/OrgId/AnyBIC Pty/Id/OrgId/BICOrBEI Agt/FinInstnId/BICFI Agt/FinInstnId/BIC ."
	return []field[V]{
		textField("Assgnmt/Id", "", V.AssignmentID),
		textField("Assgnmt/CreDtTm", "", V.CreatedText),
		partyField("Assgnmt/Assgnr", sinceNames, V.Assigner),
		partyField("Assgnmt/Assgne", sinceNames, V.Assignee),
		{"Assgnmt/Assgnr", bics, "", func(v V) string { return v.Assigner().BICText() }},
		{"Assgnmt/Assgne", bics, "", func(v V) string { return v.Assignee().BICText() }},
	}
}

func caseFields(place, only, sinceNames string) []field[messages.CaseView] {
	type view = messages.CaseView
	return []field[view]{
		textField(place+"/Id", only, view.ID),
		partyField(place+"/Cretr", sinceNames, view.Creator),
		flagField(place+"/ReopCaseIndctn", only, view.Reopened),
	}
}

// cancelledFields name the payment to cancel; originalFields with the interbank
// amount and date.
func cancelledFields[T interface {
	originalView
	OriginalClearingSystemRef() string
	OriginalAmount() messages.AmountView
	OriginalSettlementDateText() string
	Assigner() messages.PartyView
	Assignee() messages.PartyView
}](own, all, sinceUETR, sincePurpose string) []field[T] {
	fields := originalFields[T](own, sinceUETR, all, sincePurpose)[3:]
	for i := range fields {
		if fields[i].only == "" {
			fields[i].only = all
		}
	}
	fields = append(fields, amountFields(own+"/OrgnlIntrBkSttlmAmt", all, func(t T) messages.AmountView { return t.OriginalAmount() })...)
	return append(fields,
		textField(own+"/OrgnlClrSysRef", all, T.OriginalClearingSystemRef),
		textField(own+"/OrgnlIntrBkSttlmDt", all, T.OriginalSettlementDateText),
		partyField(own+"/Assgnr", all, T.Assigner),
		partyField(own+"/Assgne", all, T.Assignee),
	)
}

func cancellationFields() []field[messages.CancellationRequestView] {
	const own, of = "Undrlyg/TxInf", "Undrlyg/OrgnlGrpInfAndCxl"
	type view = messages.CancellationRequestView
	type tx = messages.CancellationView
	type group = messages.GroupCancellationView
	fields := cancelledFields[tx](own, "", "08-", "07-")
	fields = append(fields, reasonFields(own+"/CxlRsnInf", "", func(t tx) messages.ReasonView { return head(t.Reasons()) })...)
	fields = append(fields, through(tx.Case, caseFields(own+"/Case", "", "")...)...)
	fields = append(fields,
		textField(own+"/CxlId", "", tx.CancellationID),
		textField(own+"/OrgnlGrpInf/OrgnlMsgId "+of+"/OrgnlMsgId", "", func(t tx) string { return t.OriginalGroup().MessageID() }),
		textField(own+"/OrgnlGrpInf/OrgnlMsgNmId "+of+"/OrgnlMsgNmId", "", func(t tx) string { return t.OriginalGroup().MessageName() }),
	)
	groups := append(reasonFields(of+"/CxlRsnInf", "", func(g group) messages.ReasonView { return head(g.Reasons()) }),
		textField(of+"/GrpCxlId", "", group.CancellationID),
		textField(of+"/OrgnlMsgId", "", group.MessageID),
		textField(of+"/NbOfTxs", "", group.CountText),
		textField(of+"/CtrlSum", "", group.ControlSumText),
		flagField(of+"/GrpCxl", "", group.Whole),
	)
	groups = append(groups, through(group.Case, caseFields(of+"/Case", "", "")...)...)
	all := append(assignmentFields[view](""), through(view.Case, caseFields("Case", "", "")...)...)
	all = append(all,
		textField("CtrlData/NbOfTxs", "", view.CountText),
		textField("CtrlData/CtrlSum", "", view.ControlSumText))
	all = append(all, through(func(v view) group { return head(v.Groups()) }, groups...)...)
	return append(all, through(func(v view) tx { return head(v.Transactions()) }, fields...)...)
}

func TestViewCancellationRequest(t *testing.T) {
	walk(t, "camt.056", 12, messages.ViewCancellationRequest, cancellationFields())
}

func TestViewCancellationRequestCorpus(t *testing.T) {
	walkCorpus(t, "camt.056", 10, messages.ViewCancellationRequest, cancellationFields())
}

func outcomeFields(place, all string) []field[messages.OutcomeView] {
	type view = messages.OutcomeView
	return append(amountFields(place+"/IntrBkSttlmAmt", all, view.Amount),
		textField(place+"/EndToEndId", "09-", view.EndToEndID),
		textField(place+"/UETR", "09-", view.UETRText),
		textField(place+"/TxId", "09-", view.TransactionID),
		textField(place+"/IntrBkSttlmDt", all, view.SettlementDateText),
		textField(place+"/Compstn/Amt", "08-", func(v view) string { return v.Compensation().Text() }),
		textField(place+"/ChrgsInf/Amt "+place+"/Chrgs/Amt", "08-", func(v view) string { return head(v.Charges()).Amount().Text() }),
	)
}

func correctionFields() []field[messages.CorrectionView] {
	const own = "CrrctnTx"
	type view = messages.CorrectionView
	in := func(paths string) string { return under(own+"/IntrBk/", paths) + " " + under(own+"/Initn/", paths) }
	return append(amountFields(own+"/IntrBk/IntrBkSttlmAmt "+own+"/Initn/InstdAmt "+own+"/CcyAmt", "-13", view.Amount),
		textField(in("GrpHdr/MsgId"), "03-13", view.MessageID),
		textField(in("GrpHdr/MsgNmId"), "03-13", view.MessageName),
		textField(in("InstrId")+" "+own+"/AssgnrInstrId", "-13", view.InstructionID),
		textField(in("EndToEndId"), "03-13", view.EndToEndID),
		textField(in("TxId"), "03-13", view.TransactionID),
		textField(in("UETR"), "09-13", view.UETRText),
		textField(in("IntrBkSttlmDt ReqdExctnDt/Dt ReqdExctnDt/DtTm ReqdExctnDt ReqdColltnDt")+" "+own+"/ValDt", "-13", view.SettlementDateText),
	)
}

func resolutionFields() []field[messages.ResolutionView] {
	const own, of = "CxlDtls/TxInfAndSts", "CxlDtls/OrgnlGrpInfAndSts"
	type view = messages.ResolutionView
	type tx = messages.CancellationStatusView
	type group = messages.GroupCancellationStatusView
	type modified = messages.ModificationStatusView
	fields := cancelledFields[tx](own, "03-", "09-", "08-")
	fields = append(fields, reasonFields(own+"/CxlStsRsnInf", "03-", func(t tx) messages.ReasonView { return head(t.Reasons()) })...)
	fields = append(fields, through(tx.Case, caseFields(own+"/RslvdCase", "03-", "03-")...)...)
	fields = append(fields, through(tx.Outcome, outcomeFields(own+"/RsltnRltdInf", "03-")...)...)
	fields = append(fields,
		textField(own+"/CxlStsId", "03-", tx.StatusID),
		textField(own+"/TxCxlSts", "03-", tx.Status),
		textField(own+"/OrgnlGrpInf/OrgnlMsgId "+of+"/OrgnlMsgId", "03-", func(t tx) string { return t.OriginalGroup().MessageID() }),
	)
	groups := append(reasonFields(of+"/CxlStsRsnInf", "03-", func(g group) messages.ReasonView { return head(g.Reasons()) }),
		textField(of+"/OrgnlGrpCxlId", "03-", group.CancellationID),
		textField(of+"/OrgnlMsgId", "03-", group.MessageID),
		textField(of+"/GrpCxlSts", "03-", group.Status),
	)
	groups = append(groups, through(group.Case, caseFields(of+"/RslvdCase", "03-", "03-")...)...)
	modifications := append(reasonFields("ModDtls/ModStsRsnInf", "08-13", func(c modified) messages.ReasonView { return head(c.Reasons()) }),
		textField("ModDtls/ModStsId", "08-13", modified.StatusID),
		textField("ModDtls/OrgnlEndToEndId", "08-13", modified.OriginalEndToEndID),
		textField("ModDtls/RslvdCase/Id", "08-13", func(c modified) string { return c.Case().ID() }),
		textField("ModDtls/RsltnRltdInf/IntrBkSttlmAmt", "08-13", func(c modified) string { return c.Outcome().Amount().Text() }),
	)
	all := append(assignmentFields[view]("03-"), through(view.Case, caseFields("RslvdCase", "", "03-")...)...)
	all = append(all, through(view.DuplicateOf, caseFields("Sts/DplctOf", "", "03-")...)...)
	all = append(all,
		textField("Sts/Conf", "", view.Confirmation),
		codeField("Sts/RjctdMod", "", func(v view) string { return head(v.RejectedModifications()) }),
		textField("Sts/RjctdCxl/RsnCd", "01", func(v view) string { reason, _ := v.RejectedCancellation(); return reason }),
		textField("Sts/RjctdCxl/Rsn", "01", func(v view) string { _, text := v.RejectedCancellation(); return text }),
		flagField("Sts/AssgnmtCxlConf", "", func(v view) bool { cancelled, given := v.AssignmentCancelled(); return cancelled && given }),
		textField("ClmNonRctDtls/Accptd/DtPrcd", "08-13", func(v view) string { processed, _ := v.ClaimAccepted(); return processed }),
		agentField("ClmNonRctDtls/Accptd/OrgnlNxtAgt", "08-13", func(v view) messages.AgentView { _, next := v.ClaimAccepted(); return next }),
		codeField("ClmNonRctDtls/Rjctd", "08-13", view.ClaimRejected))
	all = append(all, through(view.Outcome, outcomeFields("RsltnRltdInf", "03-")...)...)
	all = append(all, through(view.Correction, correctionFields()...)...)
	all = append(all, through(view.Modification, modifications...)...)
	all = append(all, through(func(v view) group { return head(v.Groups()) }, groups...)...)
	return append(all, through(func(v view) tx { return head(v.Transactions()) }, fields...)...)
}

func TestViewResolution(t *testing.T) {
	walk(t, "camt.029", 13, messages.ViewResolution, resolutionFields())
}

func TestViewResolutionCorpus(t *testing.T) {
	walkCorpus(t, "camt.029", 10, messages.ViewResolution, resolutionFields())
}
