package messages

// RateAnswer is a camt.017 for writing: exchange rates.
type RateAnswer struct {
	Answer
	Rates []Rate
}

// Rate is the rate of one pair of currencies for writing, or why there is none.
type Rate struct {
	Source, Target Currency
	Rate           Decimal // at most 11 digits, 10 of them after the point
	QuotedIn       Currency
	Quoted         DateTime
	// Lowest and Highest bound the rate; left out where the version has no
	// element for them.
	Lowest, Highest RateLimit
	Errors          []QueryError // instead of the rate
}

// RateLimit bounds a rate, for writing: by a rate or by per cent of it.
type RateLimit struct{ Rate, Percent Decimal }

// Write writes the answer in that version of camt.017.
func (a RateAnswer) Write(id string) ([]byte, error) {
	w := NewWriter(id)
	w.openKind("camt.017")
	w.answer(a.Answer, Page{}, func() {
		for i := range a.Rates {
			w.rate(&a.Rates[i])
		}
	})
	w.Close()
	return w.Bytes()
}

func (w *Writer) rate(r *Rate) {
	w.Open("CcyXchgRpt")
	w.Open("CcyRef")
	w.Text("SrcCcy", r.Source.Code())
	w.Text("TrgtCcy", r.Target.Code())
	w.Close()
	w.Open("CcyXchgOrErr")
	w.errors("BizErr", r.Errors)
	if len(r.Errors) == 0 {
		w.Open("CcyXchg")
		w.Text("XchgRate", r.Rate.String())
		w.Text("QtdCcy", r.QuotedIn.Code())
		w.Text("QtnDt", r.Quoted.String())
		w.rateLimit("LwLmt", r.Lowest)
		w.rateLimit("HghLmt", r.Highest)
		w.Close()
	}
	w.Close()
	w.Close()
}

func (w *Writer) rateLimit(name string, l RateLimit) {
	if l == (RateLimit{}) || !w.Has(name) {
		return
	}
	w.Open(name)
	if l.Rate != (Decimal{}) {
		w.Text("Rate", l.Rate.String())
	}
	if l.Percent != (Decimal{}) {
		w.Text("Pctg", l.Percent.String())
	}
	w.Close()
}
