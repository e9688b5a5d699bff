package messages

// Parts of balances, limits and entries, written from plain values.

// Moment is a day or a time of a day, for writing where a message takes either.
// The time is written when both are set.
type Moment struct {
	Date Date
	Time DateTime
}

// IsZero reports no moment.
func (m Moment) IsZero() bool { return m == Moment{} }

// String is the moment as it is written.
func (m Moment) String() string {
	if !m.Time.IsZero() {
		return m.Time.String()
	}
	return m.Date.String()
}

// Moment writes a choice between a date and a date-time.
func (w *Writer) Moment(name string, m Moment) {
	if m.IsZero() {
		return
	}
	w.Open(name)
	if m.Time.IsZero() {
		w.Text("Dt", m.Date.String())
	} else {
		w.Text("DtTm", m.Time.String())
	}
	w.Close()
}

// SignedAmount writes an amount under that name and its direction: what is
// below zero is a debit, zero is a credit.
func (w *Writer) SignedAmount(name string, m Money) {
	w.Amount(name, magnitude(m))
	w.Text("CdtDbtInd", direction(m))
}

func direction(m Money) string {
	if m.Sign() < 0 {
		return Debit
	}
	return Credit
}

// magnitude is m without its sign. The least int64 has none and is left to the
// schema to refuse.
func magnitude(m Money) Money {
	if m.Sign() < 0 {
		m.minor = -m.minor
	}
	return m
}

// ChosenAmount writes a choice between an amount with and one without a
// currency: the one with it. Money{} is left out.
func (w *Writer) ChosenAmount(name string, m Money) {
	if m == (Money{}) {
		return
	}
	w.Open(name)
	w.Amount("AmtWthCcy", m)
	w.Close()
}

// impliedAmount writes an amount without its currency, which is that of the
// account or system; another one would be lost and is an error.
func (w *Writer) impliedAmount(name string, m Money, currency string) {
	if m.Currency().Code() != currency || currency == "" {
		w.fail("base.currency", name, "an amount in %q cannot be written where %q is implied", m.Currency().Code(), currency)
		return
	}
	w.Text(name, m.Amount())
}

// codeOrText writes a code where older versions have the code alone and newer
// ones a choice between code and proprietary text.
func (w *Writer) codeOrText(name, value string) {
	p, _ := w.child(name)
	switch {
	case p == nil:
	case p.Type.Simple():
		w.Text(name, value)
	default:
		w.Code(name, value)
	}
}
