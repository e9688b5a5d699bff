package messages

// ReservationAnswer is a camt.047 for writing: reservations of liquidity.
// Without reservations and errors it says that there are none.
type ReservationAnswer struct {
	Answer
	Current []ReservationReport // for the day
	Default []ReservationReport // where none is set for the day
}

// ReservationID names a reservation for writing.
type ReservationID struct {
	ReservationID string // the system's own
	System        System
	Type          string // such as HPAR or UPAR, else proprietary
	Owner         Agent
	Account       Account
}

// ReservationReport is one reservation for writing, or why nothing is said of it.
type ReservationReport struct {
	ID     ReservationID
	Amount Money
	Status string // ENAB, DISA, DELD, REQD or BLKD, else proprietary
	Start  Moment
	Errors []QueryError // instead of all but the identification
}

// Write writes the answer in that version of camt.047.
func (a ReservationAnswer) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.047")
	w.answer(a.Answer, Page{}, func() {
		if len(a.Errors) > 0 && len(a.Current)+len(a.Default) == 0 {
			return
		}
		w.Open("BizRpt")
		w.reservations("CurRsvatn", a.Current)
		w.reservations("DfltRsvatn", a.Default)
		w.Close()
	})
	w.Close()
	return w.Bytes()
}

func (w *Writer) reservations(name string, reservations []ReservationReport) {
	for i := range reservations {
		r := &reservations[i]
		w.Open(name)
		w.reservationID("RsvatnId", &r.ID)
		w.Open("RsvatnOrErr")
		w.errors("BizErr", r.Errors)
		if len(r.Errors) == 0 {
			w.Open("Rsvatn")
			w.ChosenAmount("Amt", r.Amount)
			w.Code("Sts", r.Status)
			w.Moment("StartDtTm", r.Start)
			w.Close()
		}
		w.Close()
		w.Close()
	}
}

func (w *Writer) reservationID(name string, id *ReservationID) {
	w.Open(name)
	w.Text("RsvatnId", id.ReservationID)
	w.System("SysId", id.System)
	w.Code("Tp", id.Type)
	w.Agent("AcctOwnr", id.Owner)
	if !id.Account.IsZero() {
		w.AccountID("AcctId", id.Account)
	}
	w.Close()
}
