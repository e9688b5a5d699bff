package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/routing"
)

// forward makes the message that the receiver of one payment gets: the document
// as it came, reduced to that payment, with the gateway's own message id. What
// is not ours to change leaves byte for byte as it came.
func forward(m *messages.Message, transaction int, uetr string, receiver *routing.Participant, id string, created messages.DateTime) (document []byte, definition string, err error) {
	doc := m.Document()
	body := firstChild(doc.Root)
	payment, n := messages.Node{}, 0
	for tx := range body.All("CdtTrfTxInf") {
		if n == transaction {
			payment = tx
		}
		n++
	}
	s := messages.NewSplice(m, doc)
	group := body.Child("GrpHdr")
	s.Set(group.Child("MsgId"), id)
	s.Set(group.Child("CreDtTm"), created.String())
	if n > 1 {
		s.Only(payment)
		s.Set(group.Child("NbOfTxs"), "1")
		amount := payment.Child("IntrBkSttlmAmt")
		if sum := group.Child("CtrlSum"); sum.Exists() {
			s.Set(sum, amount.Text())
		}
		if total := group.Child("TtlIntrBkSttlmAmt"); total.Exists() {
			s.Set(total, amount.Text())
		}
	}
	references := payment.Child("PmtId")
	if element, _ := references.Type().Element("UETR"); element != nil && !references.Child("UETR").Exists() {
		s.Insert(references, "UETR", func(w *messages.Writer) { w.Text("UETR", uetr) })
	}
	definition = doc.ID
	if wanted := receiver.Versions[messages.KindOf(doc.ID)]; wanted != "" && wanted != doc.ID {
		s.Relabel(wanted)
		definition = wanted
	}
	if document, err = s.Bytes(); err != nil {
		return nil, "", fmt.Errorf("forward %s as %s: %w", doc.ID, definition, err)
	}
	return document, definition, nil
}
