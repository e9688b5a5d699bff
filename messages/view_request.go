package messages

import "iter"

// ReportingRequestView is a camt.060: it asks for reports, statements or
// notifications on accounts.
type ReportingRequestView struct{ message }

// ViewReportingRequest views m as a camt.060; false when it is none.
func ViewReportingRequest(m *Message) (ReportingRequestView, bool) {
	n, ok := body(m, "camt.060")
	return ReportingRequestView{message{n}}, ok
}

// Sender is who asks, where it is not the sender of the message.
func (v ReportingRequestView) Sender() PartyView { return PartyView{v.At("GrpHdr/MsgSndr")} }

// Requests are the reports that are asked for.
func (v ReportingRequestView) Requests() iter.Seq[ReportRequestView] {
	return views(v.Node, func(n Node) ReportRequestView { return ReportRequestView{n} }, "RptgReq")
}

// ReportRequestView asks for one report.
type ReportRequestView struct{ Node }

// RequestID is the asker's reference.
func (r ReportRequestView) RequestID() string { return r.Child("Id").Text() }

// MessageName is the message that is asked for, such as camt.053.001.08.
func (r ReportRequestView) MessageName() string { return r.Child("ReqdMsgNmId").Text() }

// Account is the account that is asked for; absent: all of the owner.
func (r ReportRequestView) Account() AccountView { return AccountView{r.Child("Acct")} }

// Owner is whose account it is.
func (r ReportRequestView) Owner() PartyView { return PartyView{r.Child("AcctOwnr")} }

// Servicer is who holds the account.
func (r ReportRequestView) Servicer() AgentView { return AgentView{r.Child("AcctSvcr")} }

// Dates are the days that are asked for.
func (r ReportRequestView) Dates() PeriodView { return PeriodView{r.At("RptgPrd/FrToDt")} }

// Times are the times of day that are asked for.
func (r ReportRequestView) Times() PeriodView { return PeriodView{r.At("RptgPrd/FrToTm")} }

// QueryType is ALLL, CHNG or MODF: which entries are asked for.
func (r ReportRequestView) QueryType() string { return r.At("RptgPrd/Tp").Text() }

// Sequence are the numbers of the reports that are asked for; newer versions
// only.
func (r ReportRequestView) Sequence() SequenceView { return SequenceView{r.Child("RptgSeq")} }

// EntryStatus is the status of the entries that are asked for.
func (r ReportRequestView) EntryStatus() string { return code(r.At("ReqdTxTp/Sts")) }

// Direction is Credit or Debit: the entries that are asked for.
func (r ReportRequestView) Direction() string { return r.At("ReqdTxTp/CdtDbtInd").Text() }

// Floors are amounts below which entries are not asked for.
func (r ReportRequestView) Floors() iter.Seq[FloorView] {
	return views(r.Child("ReqdTxTp"), func(n Node) FloorView { return FloorView{n} }, "FlrLmt")
}

// BalanceTypes are the balances that are asked for, such as CLBD.
func (r ReportRequestView) BalanceTypes() iter.Seq[string] {
	return nested(r.Node, "ReqdBalTp", "CdOrPrtry", code)
}

// FloorView is an amount below which entries are not asked for.
type FloorView struct{ Node }

// Amount is the least amount.
func (f FloorView) Amount() AmountView { return AmountView{f.Child("Amt")} }

// Direction is CRED, DEBT or BOTH.
func (f FloorView) Direction() string { return f.Child("CdtDbtInd").Text() }

// SequenceView is a range of numbers of reports.
type SequenceView struct{ Node }

// Bounds yields the ranges, from and to; an open end is empty.
func (s SequenceView) Bounds() iter.Seq2[string, string] {
	return func(yield func(from, to string) bool) {
		for c := range s.Children() {
			var from, to string
			switch c.Name() {
			case "FrSeq":
				from = c.Text()
			case "ToSeq":
				to = c.Text()
			case "FrToSeq":
				from, to = c.Child("FrSeq").Text(), c.Child("ToSeq").Text()
			default:
				continue
			}
			if !yield(from, to) {
				return
			}
		}
	}
}

// Equal are single numbers that are meant.
func (s SequenceView) Equal() iter.Seq[string] { return texts(s.Node, "EQSeq") }

// Unequal are single numbers that are not meant.
func (s SequenceView) Unequal() iter.Seq[string] { return texts(s.Node, "NEQSeq") }
