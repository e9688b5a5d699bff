package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/settlement"
)

// question reads what asks about an earlier payment: a status request
// (pacs.028) or a recall (camt.056).
func (f *facts) question() bool {
	root := f.message.Document().Root
	kind := messages.KindOf(f.letter.Type)
	var asked messages.Node
	switch kind {
	case "pacs.028":
		body := firstChild(root)
		f.letter.ID = body.At("GrpHdr/MsgId").Text()
		f.agent = messages.AgentView{Node: body.At("GrpHdr/InstgAgt")}
		asked = body.Child("TxInf")
		f.original(body.Child("OrgnlGrpInf"))
	case "camt.056":
		body := firstChild(root)
		f.letter.ID = body.At("Assgnmt/Id").Text()
		f.agent = messages.AgentView{Node: body.At("Assgnmt/Assgnr/Agt")}
		asked = body.At("Undrlyg/TxInf")
		f.letter.Asked.CaseID = first(asked.At("Case/Id").Text(), body.At("Case/Id").Text(), asked.Child("CxlId").Text())
		f.original(body.At("Undrlyg/OrgnlGrpInfAndCxl"))
	default:
		return false
	}
	f.original(asked.Child("OrgnlGrpInf"))
	a := &f.letter.Asked
	a.InstrID, a.EndToEndID = asked.Child("OrgnlInstrId").Text(), asked.Child("OrgnlEndToEndId").Text()
	a.TxID, a.UETR = asked.Child("OrgnlTxId").Text(), asked.Child("OrgnlUETR").Text()
	f.letter.Target = f.target()
	return true
}

func firstChild(n messages.Node) messages.Node {
	for c := range n.Children() {
		return c
	}
	return messages.Node{}
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func (f *facts) original(group messages.Node) {
	a := &f.letter.Asked
	a.OriginalID = first(a.OriginalID, group.Child("OrgnlMsgId").Text())
	a.OriginalType = first(a.OriginalType, group.Child("OrgnlMsgNmId").Text())
}

// target is the identity of the payment that a question is about: the same
// making as in payment.
func (f *facts) target() settlement.Identity {
	kind := settlement.KindCustomer
	if messages.KindOf(f.letter.Asked.OriginalType) == "pacs.009" {
		kind = settlement.KindCore
	}
	a, sender := &f.letter.Asked, f.letter.Sender.Full()
	if a.UETR != "" {
		return identify(sender, fmt.Sprint(kind), a.UETR)
	}
	return identify(sender, fmt.Sprint(kind), a.OriginalID, a.TxID, a.EndToEndID)
}
