package messages

import "iter"

// ChargesNotificationView is a camt.105: charges that the sender has taken or
// will take from an account of the receiver.
type ChargesNotificationView struct{ message }

// ViewChargesNotification views m as a camt.105; false when it is none.
func ViewChargesNotification(m *Message) (ChargesNotificationView, bool) {
	n, ok := body(m, "camt.105")
	return ChargesNotificationView{message{n}}, ok
}

// totals is where the sums stand: in the group header itself in first versions.
func (v ChargesNotificationView) totals() Node { return firstOr(v.Group().Node, "TtlChrgs") }

// CountText is the number of charges, as received.
func (v ChargesNotificationView) CountText() string { return v.totals().Child("NbOfChrgsRcrds").Text() }

// ControlSumText is the sum of the charges regardless of currency, as received.
func (v ChargesNotificationView) ControlSumText() string { return v.totals().Child("CtrlSum").Text() }

// Total is the sum of the charges.
func (v ChargesNotificationView) Total() AmountView {
	return AmountView{v.totals().Child("TtlChrgsAmt")}
}

// Requester asks for the charges.
func (v ChargesNotificationView) Requester() AgentView {
	return AgentView{v.Group().Child("ChrgsRqstr")}
}

// Records are the charges, in order, however the message arranges them: one,
// those of one transaction, or those of each type.
func (v ChargesNotificationView) Records() iter.Seq[ChargeRecordView] {
	group := v.Group().Node
	return func(yield func(ChargeRecordView) bool) {
		for charges := range v.All("Chrgs") {
			if charges.Child("Amt").Exists() {
				if !yield(ChargeRecordView{charges, Node{}, group}) {
					return
				}
				continue
			}
			if !arranged(charges, group, yield) {
				return
			}
		}
	}
}

// arranged yields the records of camt.105.001.03: Sngl is one; PerTx and PerTp
// hold several and say what they have in common.
func arranged(charges, group Node, yield func(ChargeRecordView) bool) bool {
	for c := range charges.Children() {
		if c.Name() == "Sngl" {
			if !yield(ChargeRecordView{c, Node{}, group}) {
				return false
			}
			continue
		}
		for record := range c.All("Rcrd") {
			if !yield(ChargeRecordView{record, c, group}) {
				return false
			}
		}
	}
	return true
}

// ChargeRecordView is what is charged for one transaction. What it does not say
// itself is said by the set in which it stands or by the group header.
type ChargeRecordView struct {
	Node
	set, group Node
}

func (c ChargeRecordView) own(name string) Node {
	for _, n := range [...]Node{c.Node, c.set, c.group} {
		if found := n.Child(name); found.Exists() {
			return found
		}
	}
	return Node{}
}

// ID identifies the record.
func (c ChargeRecordView) ID() string { return firstText(c.Node, "RcrdId", "ChrgsRcrdId") }

// ChargesID identifies the charges of which the record is one.
func (c ChargeRecordView) ChargesID() string { return c.own("ChrgsId").Text() }

// Transactions are the references of the payments that are charged; one in
// camt.105.001.03.
func (c ChargeRecordView) Transactions() iter.Seq[ReferencesView] {
	return views(c.Node, func(n Node) ReferencesView { return ReferencesView{PaymentIDView{n}} }, "UndrlygTx")
}

// Amount is the charge, or the sum of Breakdown.
func (c ChargeRecordView) Amount() AmountView {
	return AmountView{first(c.Node, "Amt", "TtlChrgsPerRcrd/TtlChrgsAmt")}
}

// Direction is DBIT when the account is debited, CRDT when it is credited.
func (c ChargeRecordView) Direction() string {
	return firstText(c.Node, "CdtDbtInd", "TtlChrgsPerRcrd/CdtDbtInd")
}

// Breakdown is the charge by type, where several types are charged for one
// transaction.
func (c ChargeRecordView) Breakdown() iter.Seq[ChargeItemView] {
	return views(c.Node, func(n Node) ChargeItemView { return ChargeItemView{n} }, "ChrgsBrkdwn")
}

// Type is the external charge type.
func (c ChargeRecordView) Type() string { return code(c.own("Tp")) }

// ValueDateText is the value date of the charge, as received.
func (c ChargeRecordView) ValueDateText() string { return dateText(c.Child("ValDt")) }

// Requester asks for the charge.
func (c ChargeRecordView) Requester() AgentView { return AgentView{c.own("ChrgsRqstr")} }

// Debtor is the debtor of the payment.
func (c ChargeRecordView) Debtor() PartyView { return PartyView{c.Child("Dbtr")} }

// DebtorAgent is the debtor agent of the payment.
func (c ChargeRecordView) DebtorAgent() AgentView { return AgentView{c.Child("DbtrAgt")} }

// DebtorAgentAccount is the debtor agent's account.
func (c ChargeRecordView) DebtorAgentAccount() AccountView {
	return AccountView{c.Child("DbtrAgtAcct")}
}

// Account is charged.
func (c ChargeRecordView) Account() AccountView { return AccountView{c.own("ChrgsAcct")} }

// AccountOwner owns the account that is charged.
func (c ChargeRecordView) AccountOwner() AgentView { return AgentView{c.own("ChrgsAcctOwnr")} }

// Instruction is what the receiver is asked to do: a code with words.
func (c ChargeRecordView) Instruction() InstructionView {
	return InstructionView{c.Child("InstrForInstdAgt")}
}

// Text is further information.
func (c ChargeRecordView) Text() string { return c.own("AddtlInf").Text() }

// ChargeItemView is what is charged under one type.
type ChargeItemView struct{ Node }

// Amount is the charge.
func (c ChargeItemView) Amount() AmountView { return AmountView{c.Child("Amt")} }

// Direction is DBIT or CRDT.
func (c ChargeItemView) Direction() string { return c.Child("CdtDbtInd").Text() }

// Type is the external charge type.
func (c ChargeItemView) Type() string { return code(c.Child("Tp")) }
