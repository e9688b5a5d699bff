package messages

import "iter"

// EntryTransactionView is one transaction behind an entry.
type EntryTransactionView struct{ Node }

// References are those of the payment.
func (t EntryTransactionView) References() ReferencesView {
	return ReferencesView{PaymentIDView{t.Child("Refs")}}
}

// Amount is the amount of the transaction; first versions only have the amount
// that moved between the agents.
func (t EntryTransactionView) Amount() AmountView {
	return AmountView{first(t.Node, "Amt", "AmtDtls/TxAmt/Amt")}
}

// Direction is Credit or Debit; in first versions, and where it is empty, it is
// that of the entry.
func (t EntryTransactionView) Direction() string { return t.Child("CdtDbtInd").Text() }

// Amounts are the amounts behind the transaction.
func (t EntryTransactionView) Amounts() AmountDetailsView {
	return AmountDetailsView{t.Child("AmtDtls")}
}

// Availability is when which part of the amount can be used.
func (t EntryTransactionView) Availability() iter.Seq[AvailabilityView] {
	return views(t.Node, asAvailability, "Avlbty")
}

// Code tells what kind of transaction it is, where it is not that of the entry.
func (t EntryTransactionView) Code() TransactionCodeView {
	return TransactionCodeView{t.Child("BkTxCd")}
}

// Charges are those taken from the transaction.
func (t EntryTransactionView) Charges() iter.Seq[EntryChargeView] { return entryCharges(t.Node) }

func (t EntryTransactionView) party(name string) PartyView {
	return PartyView{t.Child("RltdPties").Child(name)}
}

func (t EntryTransactionView) account(name string) AccountView {
	return AccountView{t.Child("RltdPties").Child(name)}
}

func (t EntryTransactionView) agent(name string) AgentView {
	return AgentView{t.Child("RltdAgts").Child(name)}
}

// InitiatingParty initiated the payment, where it is not the debtor.
func (t EntryTransactionView) InitiatingParty() PartyView { return t.party("InitgPty") }

// Debtor is who owes.
func (t EntryTransactionView) Debtor() PartyView { return t.party("Dbtr") }

// DebtorAccount is the account that is debited.
func (t EntryTransactionView) DebtorAccount() AccountView { return t.account("DbtrAcct") }

// UltimateDebtor is on whose behalf the debtor pays.
func (t EntryTransactionView) UltimateDebtor() PartyView { return t.party("UltmtDbtr") }

// Creditor is who is owed.
func (t EntryTransactionView) Creditor() PartyView { return t.party("Cdtr") }

// CreditorAccount is the account that is credited.
func (t EntryTransactionView) CreditorAccount() AccountView { return t.account("CdtrAcct") }

// UltimateCreditor is on whose behalf the creditor receives.
func (t EntryTransactionView) UltimateCreditor() PartyView { return t.party("UltmtCdtr") }

// TradingParty trades on behalf of another.
func (t EntryTransactionView) TradingParty() PartyView { return t.party("TradgPty") }

// InstructingAgent sent the payment to the servicer; newer versions only.
func (t EntryTransactionView) InstructingAgent() AgentView { return t.agent("InstgAgt") }

// InstructedAgent received the payment; newer versions only.
func (t EntryTransactionView) InstructedAgent() AgentView { return t.agent("InstdAgt") }

// DebtorAgent holds the debtor's account.
func (t EntryTransactionView) DebtorAgent() AgentView { return t.agent("DbtrAgt") }

// CreditorAgent holds the creditor's account.
func (t EntryTransactionView) CreditorAgent() AgentView { return t.agent("CdtrAgt") }

// Intermediaries are the agents between debtor and creditor agent.
func (t EntryTransactionView) Intermediaries() iter.Seq[AgentView] {
	return views(t.Child("RltdAgts"), asAgent, "IntrmyAgt1", "IntrmyAgt2", "IntrmyAgt3")
}

// LocalInstrument is the scheme's instrument; newer versions only.
func (t EntryTransactionView) LocalInstrument() string {
	return code(first(t.Node, "LclInstrm", "PmtTpInf/LclInstrm"))
}

// Purpose is why the payment is made, such as SALA.
func (t EntryTransactionView) Purpose() string { return code(t.Child("Purp")) }

// Remittance is what the payment is for.
func (t EntryTransactionView) Remittance() RemittanceView { return RemittanceView{t.Child("RmtInf")} }

// AcceptedText is when the order was accepted, as received.
func (t EntryTransactionView) AcceptedText() string { return t.At("RltdDts/AccptncDtTm").Text() }

// SettlementDateText is the interbank settlement date, as received.
func (t EntryTransactionView) SettlementDateText() string {
	return t.At("RltdDts/IntrBkSttlmDt").Text()
}

// TransactionText is when the transaction was made, as received.
func (t EntryTransactionView) TransactionText() string { return t.At("RltdDts/TxDtTm").Text() }

// ReturnReason is why the payment came back.
func (t EntryTransactionView) ReturnReason() ReasonView { return ReasonView{t.Child("RtrInf")} }

// ReturnedCode tells what kind of transaction came back.
func (t EntryTransactionView) ReturnedCode() TransactionCodeView {
	return TransactionCodeView{t.At("RtrInf/OrgnlBkTxCd")}
}

// Text is further information.
func (t EntryTransactionView) Text() string { return t.Child("AddtlTxInf").Text() }

// ReferencesView holds the references of a transaction behind an entry.
type ReferencesView struct{ PaymentIDView }

// MessageID is the identifier of the message that brought the payment.
func (r ReferencesView) MessageID() string { return r.Child("MsgId").Text() }

// ServicerRef is the account servicer's reference.
func (r ReferencesView) ServicerRef() string { return r.Child("AcctSvcrRef").Text() }

// PaymentInformationID is the batch within the message.
func (r ReferencesView) PaymentInformationID() string { return r.Child("PmtInfId").Text() }

// MandateID is the mandate of a direct debit.
func (r ReferencesView) MandateID() string { return r.Child("MndtId").Text() }

// ChequeNumber is the number of a cheque.
func (r ReferencesView) ChequeNumber() string { return r.Child("ChqNb").Text() }

// OwnerTransactionID is the account owner's reference of a securities
// transaction; not in first versions.
func (r ReferencesView) OwnerTransactionID() string { return r.Child("AcctOwnrTxId").Text() }

// ServicerTransactionID is the account servicer's reference of a securities
// transaction; not in first versions.
func (r ReferencesView) ServicerTransactionID() string { return r.Child("AcctSvcrTxId").Text() }

// MarketTransactionID is the market infrastructure's reference; not in first
// versions.
func (r ReferencesView) MarketTransactionID() string { return r.Child("MktInfrstrctrTxId").Text() }

// ReturnID is the reference of the return; in the newest version only.
func (r ReferencesView) ReturnID() string { return r.Child("RtrId").Text() }

// Proprietary yields references of other kinds, by type.
func (r ReferencesView) Proprietary() iter.Seq2[string, string] {
	return func(yield func(kind, reference string) bool) {
		for c := range r.All("Prtry") {
			if !yield(c.Child("Tp").Text(), c.Child("Ref").Text()) {
				return
			}
		}
	}
}
