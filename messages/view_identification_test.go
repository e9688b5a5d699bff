package messages_test

import (
	"testing"

	"dragoman/messages"
)

type identificationView interface {
	MessageID() string
	CreatedText() string
	Creator() messages.PartyView
	FirstAgent() messages.AgentView
	Assigner() messages.PartyView
	Assignee() messages.PartyView
}

func identificationFields[V identificationView]() []field[V] {
	return []field[V]{
		textField("Assgnmt/MsgId", "", V.MessageID),
		textField("Assgnmt/CreDtTm", "", V.CreatedText),
		partyField("Assgnmt/Cretr", "", V.Creator),
		agentField("Assgnmt/FrstAgt", "", V.FirstAgent),
		partyField("Assgnmt/Assgnr", "", V.Assigner),
		partyField("Assgnmt/Assgne", "", V.Assignee),
	}
}

func subjectFields(own string) []field[messages.SubjectView] {
	type subject = messages.SubjectView
	return []field[subject]{
		partyField(own+"/Pty", "", subject.Party),
		accountField(own+"/Acct", "", subject.Account),
		agentField(own+"/Agt", "", subject.Agent),
		textField(own+"/Acct/Prxy/Id", "03-", func(s subject) string { _, alias := s.Account().Proxy(); return alias }),
	}
}

func TestViewIdentificationRequest(t *testing.T) {
	type view = messages.IdentificationRequestView
	type verification = messages.VerificationView
	fields := append(through(verification.Subject, subjectFields("Vrfctn/PtyAndAcctId")...),
		textField("Vrfctn/Id", "", verification.ID))
	walk(t, "acmt.023", 3, messages.ViewIdentificationRequest, append(identificationFields[view](),
		through(func(v view) verification { return head(v.Verifications()) }, fields...)...))
}

func identificationReportFields() []field[messages.IdentificationReportView] {
	type view = messages.IdentificationReportView
	type verdict = messages.VerdictView
	fields := append(through(verdict.Subject, subjectFields("Rpt/OrgnlPtyAndAcctId")...),
		textField("Rpt/OrgnlId", "", verdict.VerificationID),
		flagField("Rpt/Vrfctn", "", verdict.Verified),
		codeField("Rpt/Rsn", "", verdict.Reason))
	fields = append(fields, through(verdict.Updated, subjectFields("Rpt/UpdtdPtyAndAcctId")...)...)
	all := append(identificationFields[view](),
		textField("OrgnlAssgnmt/MsgId", "", view.RequestID),
		textField("OrgnlAssgnmt/CreDtTm", "", view.RequestCreatedText))
	return append(all, through(func(v view) verdict { return head(v.Verdicts()) }, fields...)...)
}

func TestViewIdentificationReport(t *testing.T) {
	walk(t, "acmt.024", 3, messages.ViewIdentificationReport, identificationReportFields())
}
