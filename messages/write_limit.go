package messages

// LimitAnswer is a camt.010 for writing: limits and their use. Without limits
// and errors it says that there are none.
type LimitAnswer struct {
	Answer
	Current []LimitReport // for the day
	Default []LimitReport // where none is set for the day
}

// LimitID names a limit for writing.
type LimitID struct {
	System       System
	Counterparty Agent
	Type         string // such as BILI or MULT, else proprietary
	Owner        Agent
	Account      Account
}

// LimitReport is one limit and its use for writing, or why nothing is said of it.
type LimitReport struct {
	ID            LimitID
	Amount        Money
	Direction     string // Credit, Debit or, where it is plain, empty
	Status        string // ENAB, DISA, DELD or REQD
	Start         Moment
	Used          Money // Money{}: not said; so in what follows
	UsedDirection string
	UsedPercent   string // a decimal; empty: not said
	Remaining     Money
	Errors        []QueryError // instead of all but the identification
}

// Write writes the answer in that version of camt.010.
func (a LimitAnswer) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.010")
	w.answer(a.Answer, Page{}, func() {
		if len(a.Errors) > 0 && len(a.Current)+len(a.Default) == 0 {
			return
		}
		w.Open("BizRpt")
		w.limitReports("CurLmt", a.Current)
		w.limitReports("DfltLmt", a.Default)
		w.Close()
	})
	w.Close()
	return w.Bytes()
}

func (w *Writer) limitReports(name string, limits []LimitReport) {
	for i := range limits {
		l := &limits[i]
		w.Open(name)
		w.limitID("LmtId", &l.ID)
		w.Open("LmtOrErr")
		w.errors("BizErr", l.Errors)
		if len(l.Errors) == 0 {
			w.Open("Lmt")
			w.ChosenAmount("Amt", l.Amount)
			w.Text("CdtDbtInd", l.Direction)
			w.Text("Sts", l.Status)
			w.Moment("StartDtTm", l.Start)
			w.ChosenAmount("UsdAmt", l.Used)
			w.Text("UsdAmtCdtDbtInd", l.UsedDirection)
			w.Text("UsdPctg", l.UsedPercent)
			w.ChosenAmount("RmngAmt", l.Remaining)
			w.Close()
		}
		w.Close()
		w.Close()
	}
}

func (w *Writer) limitID(name string, id *LimitID) {
	w.Open(name)
	w.System("SysId", id.System)
	w.Agent("BilLmtCtrPtyId", id.Counterparty)
	w.Code("Tp", id.Type)
	w.Agent("AcctOwnr", id.Owner)
	if !id.Account.IsZero() {
		w.AccountID("AcctId", id.Account)
	}
	w.Close()
}
