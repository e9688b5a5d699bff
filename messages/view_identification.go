package messages

import "iter"

// IdentificationRequestView is an acmt.023: the question whether accounts exist
// and belong to those named.
type IdentificationRequestView struct{ identification }

// ViewIdentificationRequest views m as an acmt.023; false when it is none.
func ViewIdentificationRequest(m *Message) (IdentificationRequestView, bool) {
	n, ok := body(m, "acmt.023")
	return IdentificationRequestView{identification{n}}, ok
}

// Verifications are what is asked, in order.
func (v IdentificationRequestView) Verifications() iter.Seq[VerificationView] {
	return views(v.Node, func(n Node) VerificationView { return VerificationView{n} }, "Vrfctn")
}

// identification is what request and report share.
type identification struct{ Node }

// MessageID is the assigner's identifier of the message.
func (v identification) MessageID() string { return v.At("Assgnmt/MsgId").Text() }

// CreatedText is when the message was created, as received.
func (v identification) CreatedText() string { return v.At("Assgnmt/CreDtTm").Text() }

// Creator wrote the request.
func (v identification) Creator() PartyView { return PartyView{v.At("Assgnmt/Cretr")} }

// FirstAgent received the request from its creator.
func (v identification) FirstAgent() AgentView { return AgentView{v.At("Assgnmt/FrstAgt")} }

// Assigner is who sends the message.
func (v identification) Assigner() PartyView { return PartyView{v.At("Assgnmt/Assgnr")} }

// Assignee is who receives the message.
func (v identification) Assignee() PartyView { return PartyView{v.At("Assgnmt/Assgne")} }

// VerificationView is one party and account to be verified.
type VerificationView struct{ Node }

// ID identifies the question within the message.
func (v VerificationView) ID() string { return v.Child("Id").Text() }

// Subject is the party and account in question.
func (v VerificationView) Subject() SubjectView { return SubjectView{v.Child("PtyAndAcctId")} }

// SubjectView is a party with its account and the agent that holds it.
type SubjectView struct{ Node }

// Party is the account's owner.
func (s SubjectView) Party() PartyView { return PartyView{s.Child("Pty")} }

// Account is the account. Its Proxy is the alias to be looked up, from
// acmt.023.001.03 on.
func (s SubjectView) Account() AccountView { return AccountView{s.Child("Acct")} }

// Agent holds the account.
func (s SubjectView) Agent() AgentView { return AgentView{s.Child("Agt")} }

// IdentificationReportView is an acmt.024: the answer to an acmt.023.
type IdentificationReportView struct{ identification }

// ViewIdentificationReport views m as an acmt.024; false when it is none.
func ViewIdentificationReport(m *Message) (IdentificationReportView, bool) {
	n, ok := body(m, "acmt.024")
	return IdentificationReportView{identification{n}}, ok
}

// RequestID is the identifier of the request message.
func (v IdentificationReportView) RequestID() string { return v.At("OrgnlAssgnmt/MsgId").Text() }

// RequestCreatedText is when the request was created, as received.
func (v IdentificationReportView) RequestCreatedText() string {
	return v.At("OrgnlAssgnmt/CreDtTm").Text()
}

// Verdicts are the answers, in order.
func (v IdentificationReportView) Verdicts() iter.Seq[VerdictView] {
	return views(v.Node, func(n Node) VerdictView { return VerdictView{n} }, "Rpt")
}

// VerdictView is the answer to one question.
type VerdictView struct{ Node }

// VerificationID identifies the question.
func (v VerdictView) VerificationID() string { return v.Child("OrgnlId").Text() }

// Verified tells that party and account belong together.
func (v VerdictView) Verified() bool { return isTrue(v.Child("Vrfctn")) }

// Reason is the external verification reason, such as AC01 or NMTC.
func (v VerdictView) Reason() string { return code(v.Child("Rsn")) }

// Subject is what was asked about.
func (v VerdictView) Subject() SubjectView { return SubjectView{v.Child("OrgnlPtyAndAcctId")} }

// Updated is what the subject should be, or what stands behind its alias.
func (v VerdictView) Updated() SubjectView { return SubjectView{v.Child("UpdtdPtyAndAcctId")} }
