package gateway

import (
	"fmt"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
)

// Returns as the lane plans and forwards them.

// planReturn plans one return: the original is found as the returning bank knows
// it, and its references become those that its sender knows.
func (w *work) planReturn(planner *routing.Planner, l *routing.Letter, p *routing.Payment, record uint64, before []settlement.Instruction) (settlement.Instruction, answerFacts) {
	facts := factsOf(l, p, record)
	facts.Why = p.Why.Code
	original := w.originalOf(l, p)
	in, passage := planner.PlanReturn(l, p, &original, w.givenBack(original.ID, before))
	if in.Returns == 0 {
		return in, facts
	}
	known, err := decodeFacts(original.Facts)
	if err != nil {
		panic(err) // the books are damaged: to go on would be to guess
	}
	facts.UETR, facts.EndToEndID = known.UETR, first(p.EndToEndID, known.EndToEndID)
	facts.OriginalID, facts.OriginalType = known.MessageID, known.MessageType
	if facts.Passage = passage; passage == nil && known.Passage != nil && in.Refusal.Code == "" {
		facts.Passage = &routing.Passage{Arrives: p.Amount} // the original did not arrive as it was sent
	}
	return in, facts
}

// givenBack are the returns of a payment so far that are not refused or taken back, those
// before in the same message included.
func (w *work) givenBack(original settlement.PaymentID, before []settlement.Instruction) (all []routing.Given) {
	add := func(in *settlement.Instruction) {
		f, err := decodeFacts(in.Facts)
		if err != nil {
			panic(err) // the books are damaged: to go on would be to guess
		}
		all = append(all, routing.Given{Amount: in.Returned, Legs: in.Legs, Today: f.Passage != nil && f.Passage.Rate.Sign() > 0})
	}
	for r := range w.engine.Returns(original) {
		if r.State != settlement.StateRejected && r.State != settlement.StateCancelled {
			add(&r.Instruction)
		}
	}
	for i := range before {
		if before[i].Returns == original && before[i].Refusal.Code == "" {
			add(&before[i])
		}
	}
	return all
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
	var bare settlement.Payment // one that moved nothing, such as a transfer with a cover
	for _, name := range w.namesOfOriginal(l, p) {
		o, known := w.engine.Find(name)
		switch {
		case !known || !meant(&o):
		case len(o.Legs) > 0:
			return o
		case bare.ID == 0:
			bare = o
		}
	}
	return bare
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

// returned makes the amount what arrives, and the sums of the group those of its one
// return. What the returning bank got is not what the other had sent: that goes.
func returned(s *messages.Splice, group, back messages.Node, passage *routing.Passage, sums bool) error {
	at := back.Child("RtrdIntrBkSttlmAmt")
	amount, err := amountIn(at)
	if passage != nil {
		amount, err = passage.Arrives, nil
		s.SetAmount(at, amount)
		exchangedBack(s, back, passage)
		if original := back.Child("OrgnlIntrBkSttlmAmt"); original.Exists() {
			s.Delete(original)
		}
	}
	if err != nil || !sums && passage == nil {
		return err
	}
	if sum := group.Child("CtrlSum"); sum.Exists() {
		s.Set(sum, amount.Amount())
	}
	if total := group.Child("TtlRtrdIntrBkSttlmAmt"); total.Exists() {
		s.SetAmount(total, amount)
	}
	return nil
}

// exchangedBack says by what rate a return was exchanged, out of which amount, and what
// was taken for it. At the rate of the original that is told already.
func exchangedBack(s *messages.Splice, back messages.Node, p *routing.Passage) {
	if p.Rate.Sign() <= 0 {
		return
	}
	given, err := amountIn(back.Child("RtrdIntrBkSttlmAmt"))
	if err == nil && !back.Child("RtrdInstdAmt").Exists() {
		s.Insert(back, "RtrdInstdAmt", func(w *messages.Writer) { w.Amount("RtrdInstdAmt", given) })
	}
	if rate := back.Child("XchgRate"); rate.Exists() {
		s.Set(rate, p.Rate.String())
	} else {
		s.Insert(back, "XchgRate", func(w *messages.Writer) { w.Text("XchgRate", p.Rate.String()) })
	}
	takenOut(s, back, p.Charges)
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
	}
	if err := returned(s, group, back, f.Passage, n > 1); err != nil {
		return nil, "", fmt.Errorf("forward %s: %w", doc.ID, err)
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
		whole, currency := f.Amount, f.Currency
		if f.Passage != nil {
			whole, currency = f.Passage.Arrives.Minor(), f.Passage.Arrives.Currency()
		}
		why.Text = "returned " + amountOf(back, currency) + " of " + amountOf(whole, currency) + " " + currency.Code()
	}
	return why
}
