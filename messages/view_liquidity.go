package messages

// liquidityTransfer moves money between accounts of one system.
type liquidityTransfer struct {
	message
	transfer Node
}

// PaymentID holds the references.
func (l liquidityTransfer) PaymentID() PaymentIDView {
	return PaymentIDView{l.transfer.Child("LqdtyTrfId")}
}

// Amount is what moves; its currency may be implied by the accounts.
func (l liquidityTransfer) Amount() AmountView { return chosenAmount(l.transfer.Child("TrfdAmt")) }

// Debtor is whose account is debited.
func (l liquidityTransfer) Debtor() AgentView { return AgentView{l.transfer.Child("Dbtr")} }

// DebtorAccount is the account that is debited.
func (l liquidityTransfer) DebtorAccount() AccountView {
	return AccountView{l.transfer.Child("DbtrAcct")}
}

// Creditor is whose account is credited.
func (l liquidityTransfer) Creditor() AgentView { return AgentView{l.transfer.Child("Cdtr")} }

// CreditorAccount is the account that is credited.
func (l liquidityTransfer) CreditorAccount() AccountView {
	return AccountView{l.transfer.Child("CdtrAcct")}
}

// SettlementDateText is when it moves, as received.
func (l liquidityTransfer) SettlementDateText() string { return l.transfer.Child("SttlmDt").Text() }

// LiquidityCreditTransferView is a camt.050: the debtor moves its own money.
type LiquidityCreditTransferView struct{ liquidityTransfer }

// ViewLiquidityCreditTransfer views m as a camt.050; false when it is none.
func ViewLiquidityCreditTransfer(m *Message) (LiquidityCreditTransferView, bool) {
	n, ok := body(m, "camt.050")
	return LiquidityCreditTransferView{liquidityTransfer{message{n}, n.Child("LqdtyCdtTrf")}}, ok
}

// LiquidityDebitTransferView is a camt.051: the creditor pulls money to itself.
type LiquidityDebitTransferView struct{ liquidityTransfer }

// ViewLiquidityDebitTransfer views m as a camt.051; false when it is none.
func ViewLiquidityDebitTransfer(m *Message) (LiquidityDebitTransferView, bool) {
	n, ok := body(m, "camt.051")
	return LiquidityDebitTransferView{liquidityTransfer{message{n}, n.Child("LqdtyDbtTrf")}}, ok
}
