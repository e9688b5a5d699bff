package gateway

import (
	"fmt"

	"dragoman/messages"
)

// forward makes the message that the receiver of one payment gets: the document
// as it came, reduced to that payment, with the gateway's own message id. What
// is not ours to change leaves byte for byte as it came. wanted is the version
// that the receiver takes; empty: the one that came.
func forward(m *messages.Message, p passing, wanted, id string, created messages.DateTime) (document []byte, definition string, err error) {
	doc := m.Document()
	body := firstChild(doc.Root)
	if messages.KindOf(doc.ID) == "camt.050" {
		s := messages.NewSplice(m, doc)
		s.Set(body.At("MsgHdr/MsgId"), id)
		if at := body.At("MsgHdr/CreDtTm"); at.Exists() {
			s.Set(at, created.String())
		}
		return finish(s, uniqueReference{body.At("LqdtyCdtTrf/LqdtyTrfId"), "", "UETR"}, doc.ID, p.uetr, wanted)
	}
	payment, n := messages.Node{}, 0
	for tx := range body.All("CdtTrfTxInf") {
		if n == p.transaction {
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
	}
	if p.passage != nil {
		pass(s, payment, p.passage)
	}
	if p.passage != nil || n > 1 {
		amount, err := p.arriving(payment)
		if err != nil {
			return nil, "", fmt.Errorf("forward %s: %w", doc.ID, err)
		}
		if sum := group.Child("CtrlSum"); sum.Exists() {
			s.Set(sum, amount.Amount())
		}
		if total := group.Child("TtlIntrBkSttlmAmt"); total.Exists() {
			s.SetAmount(total, amount)
		}
	}
	return finish(s, uniqueReference{payment.Child("PmtId"), "CdtTrfTxInf/PmtId", "UETR"}, doc.ID, p.uetr, wanted)
}

// uniqueReference is where a document has the UETR of a payment.
type uniqueReference struct {
	holder  messages.Node
	path    string // of the holder in the document's body
	element string
}

// finish writes the UETR where the message lacks it and gives the document the
// version that the receiver wants.
func finish(s *messages.Splice, references uniqueReference, received, uetr, wanted string) (document []byte, definition string, err error) {
	added := addUETR(s, references, uetr)
	definition = received
	if wanted != "" && wanted != received {
		s.Relabel(wanted)
		definition = wanted
	}
	if document, err = s.Bytes(); err != nil {
		return nil, "", fmt.Errorf("forward %s as %s: %w", received, definition, err)
	}
	if definition == received || added || references.holder.Child(references.element).Exists() {
		return document, definition, nil
	}
	// The version that came has no UETR; the one that leaves may.
	m := messages.Read(document, messages.Options{MaxBytes: MaxBody})
	s = messages.NewSplice(m, m.Document())
	references.holder = firstChild(m.Document().Root).At(references.path)
	if !addUETR(s, references, uetr) {
		return document, definition, nil
	}
	document, err = s.Bytes()
	return document, definition, err
}

// addUETR writes the UETR where a message has a place for it and none there.
func addUETR(s *messages.Splice, r uniqueReference, uetr string) bool {
	if !r.holder.Exists() || r.holder.Child(r.element).Exists() {
		return false
	}
	element, _ := r.holder.Type().Element(r.element)
	if element != nil {
		s.Insert(r.holder, r.element, func(w *messages.Writer) { w.Text(r.element, uetr) })
	}
	return element != nil
}
