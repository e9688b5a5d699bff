package messages

import "iter"

// OriginalGroup names the message that another one is about, for writing.
type OriginalGroup struct {
	MessageID   string
	MessageName string // message identifier, such as pacs.008.001.08
	Created     string // as received
}

// OriginalPayment names the payment that a message is about, for writing. What
// the message has no element for is left out: the UETR in versions older than
// it; Group where the version names the message once for all payments;
// ClearingRef, Amount and SettlementDate in pacs.002 and pacs.028.
type OriginalPayment struct {
	Group          OriginalGroup
	InstructionID  string
	EndToEndID     string
	TransactionID  string
	UETR           string
	ClearingRef    string
	Amount         Money // interbank settlement amount
	SettlementDate Date
	// Received is the payment as it was received, or its OrgnlTxRef: OrgnlTxRef
	// repeats what it can hold of it. Absent: no OrgnlTxRef.
	Received Node
}

// OriginalGroupIn names m.
func OriginalGroupIn(m *Message) OriginalGroup {
	group := message{bodyOf(m)}.Group()
	return OriginalGroup{MessageID: group.MessageID(), MessageName: m.document.ID, Created: group.CreatedText()}
}

// OriginalPayments name the payments of m, in order, as an answer must: those
// that m carries (pacs.003, 004, 007, 008, 009, 010), or those that it asks
// about (pacs.028, camt.056).
//
// A return or reversal is named by its own identifier as InstructionID beside
// the other references of the payment that goes back.
func OriginalPayments(m *Message) (all []OriginalPayment) {
	for o := range originals(m) {
		all = append(all, o)
	}
	return all
}

// originals yields the payments of m with the elements that carry or name them.
func originals(m *Message) iter.Seq2[OriginalPayment, Node] {
	return func(yield func(OriginalPayment, Node) bool) {
		for n := range bodyOf(m).Children() {
			switch n.Name() {
			case "CdtInstr", "Undrlyg": // of pacs.010 and camt.056
				for c := range n.Children() {
					if o, ok := originalAt(m, c); ok && !yield(o, c) {
						return
					}
				}
			default:
				if o, ok := originalAt(m, n); ok && !yield(o, n) {
					return
				}
			}
		}
	}
}

func originalAt(m *Message, n Node) (OriginalPayment, bool) {
	switch n.Name() {
	case "CdtTrfTxInf", "DrctDbtTxInf":
		return carriedPayment(m, n), true
	case "TxInf":
		if KindOf(m.document.ID) == "camt.056" {
			return namedPayment(n, CancellationView{n, originalPayment{n}}.OriginalGroup()), true
		}
		return returnedOrNamed(m, n), true
	}
	return OriginalPayment{}, false
}

// carriedPayment names a payment that m carries.
func carriedPayment(m *Message, n Node) OriginalPayment {
	t := asTransfer(n, message{bodyOf(m)}.Group())
	id := t.PaymentID()
	o := OriginalPayment{
		Group:         OriginalGroupIn(m),
		InstructionID: id.InstructionID(),
		EndToEndID:    id.EndToEndID(),
		TransactionID: id.TransactionID(),
		UETR:          id.UETRText(),
		ClearingRef:   id.ClearingSystemRef(),
		Received:      n,
	}
	o.settled(t.Amount(), t.SettlementDateText())
	return o
}

// namedPayment repeats how a message names a payment.
func namedPayment(n Node, group OriginalGroupView) OriginalPayment {
	v := originalPayment{n}
	o := OriginalPayment{
		Group:         group.again(),
		InstructionID: v.OriginalInstructionID(),
		EndToEndID:    v.OriginalEndToEndID(),
		TransactionID: v.OriginalTransactionID(),
		UETR:          v.OriginalUETRText(),
		ClearingRef:   v.OriginalClearingSystemRef(),
		Received:      v.OriginalReference().Node,
	}
	o.settled(v.OriginalAmount(), v.OriginalSettlementDateText())
	return o
}

// returnedOrNamed is a payment in pacs.004 and pacs.007, which carry money
// back, or in pacs.028, which only asks.
func returnedOrNamed(m *Message, n Node) OriginalPayment {
	o := namedPayment(n, originalPayment{n}.OriginalGroup())
	id := firstText(n, "RtrId", "RvslId")
	back := first(n, "RtrdIntrBkSttlmAmt", "RvsdIntrBkSttlmAmt")
	if !back.Exists() {
		return o
	}
	s := settlement{leg{n, message{bodyOf(m)}.Group()}}
	o.Group, o.InstructionID, o.Received = OriginalGroupIn(m), id, Node{}
	o.ClearingRef = n.Child("ClrSysRef").Text()
	o.settled(AmountView{back}, s.SettlementDateText())
	return o
}

// settled takes over amount and date. What is no valid amount of its currency
// or no date is left out: a profile has refused it before.
func (o *OriginalPayment) settled(amount AmountView, date string) {
	o.Amount, o.SettlementDate = Money{}, Date{}
	if m, err := amount.Money(); err == nil {
		o.Amount = m
	}
	if d, err := ParseDate(date); err == nil {
		o.SettlementDate = d
	}
}

func (o OriginalGroupView) again() OriginalGroup {
	return OriginalGroup{MessageID: o.MessageID(), MessageName: o.MessageName(), Created: o.CreatedText()}
}

func (w *Writer) originalGroup(o OriginalGroup) {
	w.Text("OrgnlMsgId", o.MessageID)
	w.Text("OrgnlMsgNmId", o.MessageName)
	w.Text("OrgnlCreDtTm", o.Created)
}

// originalPayment writes how the payment is named into the open element.
func (w *Writer) originalPayment(o *OriginalPayment) {
	if o.Group != (OriginalGroup{}) && w.Has("OrgnlGrpInf") {
		w.Open("OrgnlGrpInf")
		w.originalGroup(o.Group)
		w.Close()
	}
	w.Text("OrgnlInstrId", o.InstructionID)
	w.Text("OrgnlEndToEndId", o.EndToEndID)
	w.Text("OrgnlTxId", o.TransactionID)
	w.Maybe("OrgnlUETR", o.UETR)
	w.Maybe("OrgnlClrSysRef", o.ClearingRef)
	if o.Amount != (Money{}) && w.Has("OrgnlIntrBkSttlmAmt") {
		w.Amount("OrgnlIntrBkSttlmAmt", o.Amount)
	}
	w.Maybe("OrgnlIntrBkSttlmDt", o.SettlementDate.String())
	w.reference(o.Received)
}
