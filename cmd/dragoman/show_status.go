package main

import (
	"dragoman/messages"
	"dragoman/messages/codes"
)

// statuses prints a pacs.002.
func (s sheet) statuses(m *messages.Message) bool {
	root := m.Document().Root
	if messages.KindOf(m.Document().ID) != "pacs.002" {
		return false
	}
	for body := range root.Children() {
		for part := range body.Children() {
			switch part.Name() {
			case "GrpHdr":
				s.group(messages.GroupView{Node: part})
			case "OrgnlGrpInfAndSts":
				original := messages.OriginalGroupView{Node: part}
				s.field("Original message", original.MessageID()+" "+original.MessageName())
				s.status("GrpSts", part)
			case "TxInfAndSts":
				say(s.out, "Payment\n")
				s.field("UETR", part.Child("OrgnlUETR").Text())
				s.field("Instruction id", part.Child("OrgnlInstrId").Text())
				s.field("End-to-end id", part.Child("OrgnlEndToEndId").Text())
				s.field("Transaction id", part.Child("OrgnlTxId").Text())
				s.status("TxSts", part)
			}
		}
	}
	return true
}

func (s sheet) status(name string, n messages.Node) {
	status := codes.PaymentTransactionStatus(n.Child(name).Text())
	s.field("Status", explained(string(status), status.Meaning()))
	for info := range n.All("StsRsnInf") {
		reason := messages.ReasonView{Node: info}
		code := codes.StatusReason(reason.Code())
		s.field("Reason", explained(string(code), code.Meaning())+reason.Proprietary())
		for text := range reason.Text() {
			s.field("", text)
		}
	}
}
