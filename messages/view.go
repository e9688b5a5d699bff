package messages

import "iter"

// Views give a message's fields by their meaning, whatever its version. A view
// is a [Node] under another type: it copies nothing, reads its fields when they
// are asked for, and an absent one answers with nothing. What a view has no
// method for is reached through its Node.
//
// Fields that need care come in three steps: the node, its text as received,
// and the value that was checked (Money, BIC, UETR, …). The schema already
// guarantees the form of a text; the checks behind it (check digits, currency
// exponents) belong to the profiles, so the values are parsed where they are
// used and can be refused there.

// first is the first of the paths that leads to an element; names differ
// between versions of a message.
func first(n Node, paths ...string) Node {
	for _, path := range paths {
		if found := n.At(path); found.Exists() {
			return found
		}
	}
	return Node{}
}

// firstText is the text of the first path that leads to an element.
func firstText(n Node, paths ...string) string { return first(n, paths...).Text() }

// views yields the children of those names as views.
func views[V any](n Node, as func(Node) V, names ...string) iter.Seq[V] {
	return func(yield func(V) bool) {
		for c := range n.Children() {
			for _, name := range names {
				if c.Name() == name && !yield(as(c)) {
					return
				}
			}
		}
	}
}

// texts yields the values of the children of that name.
func texts(n Node, name string) iter.Seq[string] {
	return views(n, Node.Text, name)
}

// body is the message inside the Document, of one of the kinds.
func body(m *Message, kinds ...string) (Node, bool) {
	id := m.document.ID
	for _, kind := range kinds {
		if KindOf(id) == kind && m.document.Root.Exists() {
			for n := range m.document.Root.Children() {
				return n, true
			}
		}
	}
	return Node{}, false
}

// code is the value of a choice between a code and a proprietary text.
func code(n Node) string {
	if text := firstText(n, "Cd", "Prtry/Id", "Prtry"); text != "" {
		return text
	}
	return n.Text()
}

// AmountView is an amount with its currency.
type AmountView struct{ Node }

// CurrencyCode is the currency as received.
func (a AmountView) CurrencyCode() string { return a.Attr("Ccy") }

// Money is the amount in minor units; the error says why it is none (an
// unknown currency, more digits than the currency has).
func (a AmountView) Money() (Money, error) {
	ccy, err := ParseCurrency(a.CurrencyCode())
	if err != nil {
		return Money{}, err
	}
	return ParseMoney(a.Text(), ccy)
}

// PaymentIDView holds the references of one payment.
type PaymentIDView struct{ Node }

// InstructionID is the instructing party's reference, for this leg only.
func (p PaymentIDView) InstructionID() string { return p.Child("InstrId").Text() }

// EndToEndID is the initiating party's reference, unchanged along the chain.
func (p PaymentIDView) EndToEndID() string { return p.Child("EndToEndId").Text() }

// TransactionID is the first instructing agent's reference, unchanged along
// the interbank chain.
func (p PaymentIDView) TransactionID() string { return p.Child("TxId").Text() }

// UETRText is the unique end-to-end transaction reference as received.
func (p PaymentIDView) UETRText() string { return p.Child("UETR").Text() }

// UETR is the unique end-to-end transaction reference; the error says why it
// is none.
func (p PaymentIDView) UETR() (UETR, error) { return ParseUETR(p.UETRText()) }

// ClearingSystemRef is the clearing system's reference.
func (p PaymentIDView) ClearingSystemRef() string { return p.Child("ClrSysRef").Text() }

// ReasonView is why something has its status: StatusReasonInformation and its
// like for returns, cancellations and reversals.
type ReasonView struct{ Node }

// Code is the ISO external reason code; empty for a proprietary reason.
func (r ReasonView) Code() string {
	return firstText(r.Node, "Rsn/Cd", "StsRsn/Cd", "RtrRsn/Cd", "RvslRsn/Cd", "CxlRsn/Cd")
}

// Proprietary is a reason outside the external code sets.
func (r ReasonView) Proprietary() string {
	return firstText(r.Node, "Rsn/Prtry", "StsRsn/Prtry", "RtrRsn/Prtry", "RvslRsn/Prtry", "CxlRsn/Prtry")
}

// Originator is who gave the reason.
func (r ReasonView) Originator() PartyView {
	return PartyView{first(r.Node, "Orgtr", "StsOrgtr", "RtrOrgtr", "RvslOrgtr", "CxlOrgtr")}
}

// Text is further information, line by line.
func (r ReasonView) Text() iter.Seq[string] {
	return views(r.Node, Node.Text, "AddtlInf", "AddtlStsRsnInf", "AddtlRtrRsnInf", "AddtlRvslRsnInf", "AddtlCxlRsnInf")
}

// ChargeView is one charge taken along the chain.
type ChargeView struct{ Node }

// Amount is the charge.
func (c ChargeView) Amount() AmountView { return AmountView{first(c.Node, "Amt", "ChrgsAmt")} }

// Agent is who took the charge.
func (c ChargeView) Agent() AgentView { return AgentView{first(c.Node, "Agt", "ChrgsPty", "Pty")} }

// RemittanceView is what the payment is for.
type RemittanceView struct{ Node }

// Unstructured is free text, line by line.
func (r RemittanceView) Unstructured() iter.Seq[string] { return texts(r.Node, "Ustrd") }

// Structured are the structured parts.
func (r RemittanceView) Structured() iter.Seq[Node] { return r.All("Strd") }

// OriginalGroupView names an earlier message: OriginalGroupInformation.
type OriginalGroupView struct{ Node }

// MessageID is the identifier of the earlier message.
func (o OriginalGroupView) MessageID() string { return o.Child("OrgnlMsgId").Text() }

// MessageName is the message identifier of its type, such as pacs.008.001.08.
func (o OriginalGroupView) MessageName() string { return o.Child("OrgnlMsgNmId").Text() }

// CreatedText is when it was created, as received.
func (o OriginalGroupView) CreatedText() string { return o.Child("OrgnlCreDtTm").Text() }

// CountText is the number of its transactions, as received.
func (o OriginalGroupView) CountText() string { return o.Child("OrgnlNbOfTxs").Text() }

// ControlSumText is the sum of their amounts regardless of currency, as received.
func (o OriginalGroupView) ControlSumText() string { return o.Child("OrgnlCtrlSum").Text() }
