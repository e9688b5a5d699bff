package messages

import "iter"

// EntryView is one entry on an account.
type EntryView struct{ directed }

func asEntry(n Node) EntryView { return EntryView{directed{n}} }

// Reference is the servicer's reference of the entry; not in first versions.
func (e EntryView) Reference() string { return e.Child("NtryRef").Text() }

// Reversal tells that the entry takes an earlier one back. Its direction is
// its own: the reversal of a credit is a debit.
func (e EntryView) Reversal() bool { return isTrue(e.Child("RvslInd")) }

// Status is BOOK, PDNG, INFO, FUTR or a proprietary status.
func (e EntryView) Status() string { return code(e.Child("Sts")) }

// BookedText is the date or date-time of booking, as received.
func (e EntryView) BookedText() string { return dateText(e.Child("BookgDt")) }

// ValueDateText is the date or date-time from which it counts, as received.
func (e EntryView) ValueDateText() string { return dateText(e.Child("ValDt")) }

// ServicerRef is the account servicer's reference of the transaction.
func (e EntryView) ServicerRef() string { return e.Child("AcctSvcrRef").Text() }

// Code tells what kind of transaction it is.
func (e EntryView) Code() TransactionCodeView { return TransactionCodeView{e.Child("BkTxCd")} }

// Availability is when which part of the amount can be used.
func (e EntryView) Availability() iter.Seq[AvailabilityView] {
	return views(e.Node, asAvailability, "Avlbty")
}

// Amounts are the amounts behind the entry.
func (e EntryView) Amounts() AmountDetailsView { return AmountDetailsView{e.Child("AmtDtls")} }

// Charges are those booked with the entry.
func (e EntryView) Charges() iter.Seq[EntryChargeView] { return entryCharges(e.Node) }

// Batches tell of entries that stand for several transactions.
func (e EntryView) Batches() iter.Seq[BatchView] {
	as := func(n Node) BatchView { return BatchView{n} }
	if e.Child("Btch").Exists() {
		return views(e.Node, as, "Btch")
	}
	return nested(e.Node, "NtryDtls", "Btch", as)
}

// Transactions are the transactions behind the entry, of all its details.
func (e EntryView) Transactions() iter.Seq[EntryTransactionView] {
	return func(yield func(EntryTransactionView) bool) {
		for c := range e.Children() {
			switch c.Name() {
			case "TxDtls": // in first versions
				if !yield(EntryTransactionView{c}) {
					return
				}
			case "NtryDtls":
				for t := range c.All("TxDtls") {
					if !yield(EntryTransactionView{t}) {
						return
					}
				}
			}
		}
	}
}

// Text is further information.
func (e EntryView) Text() string { return e.Child("AddtlNtryInf").Text() }

// TransactionCodeView tells what kind of transaction was entered: by the ISO
// bank transaction code, by a proprietary one, or by both.
type TransactionCodeView struct{ Node }

// Domain is the external domain code, such as PMNT.
func (c TransactionCodeView) Domain() string { return c.At("Domn/Cd").Text() }

// Family is the external family code, such as RCDT.
func (c TransactionCodeView) Family() string { return c.At("Domn/Fmly/Cd").Text() }

// Subfamily is the external sub-family code, such as XBCT.
func (c TransactionCodeView) Subfamily() string { return c.At("Domn/Fmly/SubFmlyCd").Text() }

// Proprietary is the servicer's own code.
func (c TransactionCodeView) Proprietary() string { return c.At("Prtry/Cd").Text() }

// Issuer is who defines the proprietary code.
func (c TransactionCodeView) Issuer() string { return c.At("Prtry/Issr").Text() }

// AmountDetailsView are the amounts behind an entry or transaction.
type AmountDetailsView struct{ Node }

// Instructed is what was ordered.
func (a AmountDetailsView) Instructed() ExchangedAmountView {
	return ExchangedAmountView{a.Child("InstdAmt")}
}

// Transaction is what moved between the agents.
func (a AmountDetailsView) Transaction() ExchangedAmountView {
	return ExchangedAmountView{a.Child("TxAmt")}
}

// Countervalue is the value in the currency of the account, before charges.
func (a AmountDetailsView) Countervalue() ExchangedAmountView {
	return ExchangedAmountView{a.Child("CntrValAmt")}
}

// Announced is what will be booked.
func (a AmountDetailsView) Announced() ExchangedAmountView {
	return ExchangedAmountView{a.Child("AnncdPstngAmt")}
}

// ExchangedAmountView is an amount and how it was exchanged.
type ExchangedAmountView struct{ Node }

// Amount is the amount.
func (a ExchangedAmountView) Amount() AmountView { return AmountView{a.Child("Amt")} }

// Exchange is the rate that was used.
func (a ExchangedAmountView) Exchange() ExchangeView {
	return ExchangeView{CurrencyPairView{a.Child("CcyXchg")}}
}

// ExchangeView is an exchange of one currency into another.
type ExchangeView struct{ CurrencyPairView }

// UnitCode is the currency of which one unit is worth the rate, as received.
func (x ExchangeView) UnitCode() string { return x.Child("UnitCcy").Text() }

// RateText is the rate as received.
func (x ExchangeView) RateText() string { return x.Child("XchgRate").Text() }

// Rate is the rate, exactly; the error says why it is none.
func (x ExchangeView) Rate() (Decimal, error) { return ParseDecimal(x.RateText()) }

// ContractID is the contract under which the exchange was made.
func (x ExchangeView) ContractID() string { return x.Child("CtrctId").Text() }

// QuotedText is when the rate was quoted, as received.
func (x ExchangeView) QuotedText() string { return x.Child("QtnDt").Text() }

// EntryChargeView is one charge booked with an entry or transaction.
type EntryChargeView struct{ directed }

// entryCharges are records inside Chrgs; in first versions each Chrgs is one.
func entryCharges(n Node) iter.Seq[EntryChargeView] {
	return func(yield func(EntryChargeView) bool) {
		for c := range n.All("Chrgs") {
			if c.Child("Amt").Exists() && !yield(EntryChargeView{directed{c}}) {
				return
			}
			for r := range c.All("Rcrd") {
				if !yield(EntryChargeView{directed{r}}) {
					return
				}
			}
		}
	}
}

// Included tells whether the amount of the entry includes the charge; newer
// versions only.
func (c EntryChargeView) Included() bool { return isTrue(c.Child("ChrgInclInd")) }

// Type is the external charge type, or a proprietary one.
func (c EntryChargeView) Type() string {
	if own := c.At("Tp/PrtryCd").Text(); own != "" {
		return own
	}
	return code(c.Child("Tp"))
}

// RateText is the charge in per cent, as received.
func (c EntryChargeView) RateText() string { return c.Child("Rate").Text() }

// Bearer is DEBT, CRED, SHAR or SLEV.
func (c EntryChargeView) Bearer() string { return c.Child("Br").Text() }

// Agent is who took the charge.
func (c EntryChargeView) Agent() AgentView { return AgentView{first(c.Node, "Agt", "Pty")} }

// BatchView tells of the batch for which one entry was made.
type BatchView struct{ Node }

// MessageID is the identifier of the message that brought the batch.
func (b BatchView) MessageID() string { return b.Child("MsgId").Text() }

// PaymentInformationID is the batch within that message.
func (b BatchView) PaymentInformationID() string { return b.Child("PmtInfId").Text() }

// CountText is the number of transactions, as received.
func (b BatchView) CountText() string { return b.Child("NbOfTxs").Text() }

// Total is the sum of the transactions; not in first versions.
func (b BatchView) Total() AmountView { return AmountView{b.Child("TtlAmt")} }

// Direction is Credit or Debit.
func (b BatchView) Direction() string { return b.Child("CdtDbtInd").Text() }
