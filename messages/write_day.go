package messages

// BusinessDayAnswer is a camt.019 for writing: days and hours of systems.
type BusinessDayAnswer struct {
	Answer
	Days []BusinessDay
}

// BusinessDay is one day of one or more systems for writing, or why nothing is
// said of it.
type BusinessDay struct {
	Systems        []System
	Date           Moment
	Status         string // ACTV, SUSP, CLSG, CLSD, else proprietary
	StatusValidity Period
	Hours          []SystemHours
	Errors         []QueryError // instead of all but the systems
}

// SystemHours is when a system works in one currency, or in all, for writing.
type SystemHours struct {
	Currency Currency // zero: all
	Opens    TimeOfDay
	Closes   TimeOfDay
	Events   []SystemEvent
	Closures []SystemClosure
}

// SystemEvent is something that happens at a system during the day, for writing.
type SystemEvent struct {
	Type       string // external system event type, such as ZCOT, else proprietary
	Scheduled  DateTime
	Effective  DateTime
	Start, End DateTime
}

// SystemClosure is when a system does not work, and why, for writing.
type SystemClosure struct {
	Period Period
	Reason string // BHOL, SMTN, NOOP, RCVR, ADTW, else proprietary
}

// Write writes the answer in that version of camt.019.
func (a BusinessDayAnswer) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.019")
	w.answer(a.Answer, Page{}, func() {
		for i := range a.Days {
			w.businessDay(&a.Days[i])
		}
	})
	w.Close()
	return w.Bytes()
}

func (w *Writer) businessDay(d *BusinessDay) {
	w.Open("BizRpt")
	for _, s := range d.Systems {
		w.System("SysId", s)
	}
	w.Open("BizDayOrErr")
	w.errors("BizErr", d.Errors)
	if len(d.Errors) == 0 {
		w.Open("BizDayInf")
		w.Moment("SysDt", d.Date)
		if d.Status != "" {
			w.Open("SysSts")
			w.Code("Sts", d.Status)
			w.Period("VldtyTm", d.StatusValidity)
			w.Close()
		}
		for i := range d.Hours {
			w.systemHours(&d.Hours[i])
		}
		w.Close()
	}
	w.Close()
	w.Close()
}

func (w *Writer) systemHours(h *SystemHours) {
	w.Open("SysInfPerCcy")
	w.Text("SysCcy", h.Currency.Code())
	w.Open("SsnPrd")
	w.Text("FrTm", h.Opens.String())
	w.Text("ToTm", h.Closes.String())
	w.Close()
	for _, e := range h.Events {
		w.Open("Evt")
		w.Code("Tp", e.Type)
		w.Text("SchdldTm", e.Scheduled.String())
		w.Text("FctvTm", e.Effective.String())
		w.Text("StartTm", e.Start.String())
		w.Text("EndTm", e.End.String())
		w.Close()
	}
	for _, c := range h.Closures {
		w.Open("ClsrInf")
		w.Period("Prd", c.Period)
		w.Code("Rsn", c.Reason)
		w.Close()
	}
	w.Close()
}
