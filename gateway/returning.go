package gateway

import (
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Returns as the lane plans and forwards them.

// planReturn plans one return: the original is found as the returning bank knows
// it, and its references become those that its sender knows.
func (w *work) planReturn(l *routing.Letter, p *routing.Payment, record uint64) (settlement.Instruction, answerFacts) {
	facts := factsOf(l, p, record)
	facts.Why = p.Why.Code
	original := w.originalOf(l, p)
	in := w.directory.PlanReturn(l, p, &original)
	if in.Returns == 0 {
		return in, facts
	}
	known, err := decodeFacts(original.Facts)
	if err != nil {
		panic(err) // the books are damaged: to go on would be to guess
	}
	facts.UETR, facts.EndToEndID = known.UETR, first(p.EndToEndID, known.EndToEndID)
	facts.OriginalID, facts.OriginalType = known.MessageID, known.MessageType
	return in, facts
}

// originalOf finds the payment that a return gives back: by the message in which it
// was forwarded, else as its sender named it. Who sent it stands in the return, as
// instructed agent, as creditor agent of the return or in the header. Of several
// that are called alike it is the first that the returning bank was sent.
func (w *work) originalOf(l *routing.Letter, p *routing.Payment) settlement.Payment {
	returner, _ := w.directory.ByBIC(l.Sender)
	uetr, wrong := messages.ParseUETR(p.Original.UETR)
	meant := func(o *settlement.Payment) bool {
		reached := o.State == settlement.StateSettled || o.State == settlement.StateReserved && o.Confirm == returner.ID
		return o.Receiver == returner.ID && reached && (wrong != nil || o.UETR == uetr)
	}
	if o, known := w.engine.Payment(askedPayment(p.Original.OriginalID)); known && meant(&o) {
		return o
	}
	for _, name := range w.namesOfOriginal(l, p) {
		if o, known := w.engine.Find(name); known && meant(&o) {
			return o
		}
	}
	return settlement.Payment{}
}

// namesOfOriginal are the names under which the original may be known.
func (w *work) namesOfOriginal(l *routing.Letter, p *routing.Payment) (names []settlement.Identity) {
	o := &p.Original
	if o.UETR != "" {
		names = append(names, asReceived(l.Sender.Full(), o.UETR))
	}
	senders := []messages.BIC{p.To}
	if p.Creditor != p.To {
		senders = append(senders, p.Creditor)
	}
	for _, bic := range senders {
		sender, known := w.directory.ByBIC(bic)
		if !known {
			continue
		}
		for _, kind := range kindsOf(o.OriginalType) {
			if o.UETR != "" {
				names = append(names, byUETR(sender.BIC.Full(), kind, o.UETR))
			}
			names = append(names, byReferences(sender.BIC.Full(), kind, o.OriginalID, o.TxID, o.EndToEndID))
		}
	}
	return names
}

// tryReturn renders a return before it is decided, as tryForward does a payment.
func (w *work) tryReturn(f *answerFacts, receiver *routing.Participant) (definition string, err error) {
	m, err := w.read(f.Record)
	if err != nil {
		return "", err
	}
	ready := renderAhead(wantedBy(receiver, f.MessageType), func(wanted, id string, created messages.DateTime) ([]byte, string, error) {
		return forwardReturn(m, f, wanted, id, created)
	})
	w.forwarded[forwardKey{f.Record, f.Transaction}] = ready
	return ready.definition, ready.err
}

// forwardReturn makes the message by which one return reaches who sent the
// original: the document as it came, reduced to that return. What it says of the
// message that brought the original names the one that this bank sent.
func forwardReturn(m *messages.Message, f *answerFacts, wanted, id string, created messages.DateTime) (document []byte, definition string, err error) {
	doc := m.Document()
	body := firstChild(doc.Root)
	back, n := messages.Node{}, 0
	for tx := range body.All("TxInf") {
		if n == f.Transaction {
			back = tx
		}
		n++
	}
	s := messages.NewSplice(m, doc)
	group := body.Child("GrpHdr")
	s.Set(group.Child("MsgId"), id)
	s.Set(group.Child("CreDtTm"), created.String())
	if n > 1 {
		s.Only(back)
		s.Set(group.Child("NbOfTxs"), "1")
		for _, sum := range []string{"CtrlSum", "TtlRtrdIntrBkSttlmAmt"} {
			if at := group.Child(sum); at.Exists() {
				s.Set(at, back.Child("RtrdIntrBkSttlmAmt").Text())
			}
		}
	}
	for _, holder := range []messages.Node{body, back} {
		original := holder.Child("OrgnlGrpInf")
		for element, value := range map[string]string{"OrgnlMsgId": f.OriginalID, "OrgnlMsgNmId": f.OriginalType} {
			if at := original.Child(element); at.Exists() {
				s.Set(at, value)
			}
		}
		if at := original.Child("OrgnlCreDtTm"); at.Exists() {
			s.Delete(at) // that of the message that this bank never saw
		}
	}
	return finish(s, uniqueReference{back, "TxInf", "OrgnlUETR"}, doc.ID, f.UETR, wanted)
}

// withReturns says to who sent a payment how much of it has gone back. The status
// stays that it settled: a final state never changes.
func (a *answer) withReturns(p *settlement.Payment, why settlement.Reason) settlement.Reason {
	if p.State != settlement.StateSettled || why.Text != "" {
		return why
	}
	f, err := decodeFacts(p.Facts)
	if back, _ := a.engine.Returned(p.ID); back > 0 && err == nil {
		why.Text = "returned " + amountOf(back, f.Currency) + " of " + amountOf(f.Amount, f.Currency) + " " + f.Currency.Code()
	}
	return why
}
