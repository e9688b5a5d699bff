package gateway

import (
	"crypto/sha256"
	"fmt"

	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store/wire"
)

// encodeLetter writes the facts of a message order.
func encodeLetter(l *routing.Letter) []byte {
	w := wire.NewWriter()
	w.Text(l.Sender.String())
	w.Flag(l.Test)
	w.Text(l.Type)
	w.Text(l.ID)
	w.Fixed(l.Identity[:])
	w.Fixed(l.Digest[:])
	w.Int(int64(l.Received))
	writeReason(w, l.Refusal)
	w.Uint(uint64(len(l.Payments)))
	for i := range l.Payments {
		p := &l.Payments[i]
		w.Fixed(p.Identity[:])
		w.Uint(uint64(p.Kind))
		for _, bic := range []messages.BIC{p.From, p.To, p.Debtor, p.Creditor} {
			w.Text(bic.String())
		}
		w.Uint(uint64(p.Amount.Currency()))
		w.Int(p.Amount.Minor())
		w.Text(p.Priority)
		w.Int(int64(p.EarliestTime))
		w.Int(int64(p.RejectTime))
		w.Text(p.Date)
		writeReason(w, p.Refusal)
		for _, reference := range []string{p.InstrID, p.EndToEndID, p.TxID, p.UETR} {
			w.Text(reference)
		}
		w.Flag(p.UETRGiven)
		w.Uint(uint64(p.Transaction)) //nolint:gosec // a position
		w.Text(p.DebitAccount)
		w.Text(p.CreditAccount)
		writeExchange(w, p)
		w.Flag(p.Covered)
		if p.Kind == settlement.KindReturn {
			writeOriginal(w, p)
		}
	}
	w.Uint(uint64(len(l.Questions)))
	for i := range l.Questions {
		writeQuestion(w, &l.Questions[i])
	}
	for _, text := range asked(&l.Asked) {
		w.Text(*text)
	}
	w.Text(l.Verdict.Status)
	writeReason(w, l.Verdict.Reason)
	w.Uint(uint64(len(l.Reports)))
	for _, report := range l.Reports {
		for _, text := range []string{report.ID, report.Type, report.Account} {
			w.Text(text)
		}
		w.Int(int64(report.From))
		w.Int(int64(report.To))
	}
	writeControls(w, l)
	return w.Record()
}

func writeReason(w *wire.Writer, r settlement.Reason) {
	w.Text(r.Code)
	w.Text(r.Text)
}

func readReason(r *wire.Reader) settlement.Reason {
	return settlement.Reason{Code: r.Text(), Text: r.Text()}
}

func writeQuestion(w *wire.Writer, q *routing.Question) {
	for _, text := range asked(&q.Asked) {
		w.Text(*text)
	}
	w.Uint(uint64(len(q.Names)))
	for i := range q.Names {
		w.Fixed(q.Names[i][:])
	}
	w.Uint(uint64(q.Says))
	writeReason(w, q.Reason)
	w.Text(q.Status)
	w.Flag(q.Whole)
	w.Flag(q.Final)
	w.Uint(uint64(len(q.Cases)))
	for i := range q.Cases {
		w.Fixed(q.Cases[i][:])
	}
	w.Text(q.Account.Bank.String())
	w.Text(q.Account.IBAN)
	w.Text(q.Account.Assignee.String())
}

func readNames(r *wire.Reader) (names []settlement.Identity) {
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		var name settlement.Identity
		r.Fixed(name[:])
		names = append(names, name)
	}
	return names
}

func readQuestion(r *wire.Reader) (q routing.Question) {
	for _, text := range asked(&q.Asked) {
		*text = r.Text()
	}
	q.Names = readNames(r)
	q.Says, q.Reason = settlement.Say(r.Uint()), readReason(r) //nolint:gosec // written from a Say
	q.Status, q.Whole, q.Final = r.Text(), r.Flag(), r.Flag()
	q.Cases = readNames(r)
	q.Account = routing.Holder{Bank: readBIC(r), IBAN: r.Text(), Assignee: readBIC(r)}
	return q
}

// asked lists the fields of a question in the order in which they are written.
func asked(a *routing.Asked) []*string {
	return []*string{&a.OriginalID, &a.OriginalType, &a.UETR, &a.EndToEndID, &a.TxID, &a.InstrID}
}

// decodeLetter reads the facts of a message order.
func decodeLetter(facts []byte) (*routing.Letter, error) {
	r := wire.NewReader(facts)
	l := &routing.Letter{Sender: readBIC(r), Test: r.Flag(), Type: r.Text(), ID: r.Text()}
	r.Fixed(l.Identity[:])
	r.Fixed(l.Digest[:])
	l.Received, l.Refusal = settlement.Moment(r.Int()), readReason(r)
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		l.Payments = append(l.Payments, decodePayment(r))
	}
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		l.Questions = append(l.Questions, readQuestion(r))
	}
	for _, text := range asked(&l.Asked) {
		*text = r.Text()
	}
	l.Verdict = routing.Verdict{Status: r.Text(), Reason: readReason(r)}
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		l.Reports = append(l.Reports, routing.Report{
			ID: r.Text(), Type: r.Text(), Account: r.Text(), From: settlement.Moment(r.Int()), To: settlement.Moment(r.Int()),
		})
	}
	readControls(r, l)
	if r.Err() != nil {
		return nil, fmt.Errorf("%w: facts: %w", ErrGroup, r.Err())
	}
	return l, nil
}

//nolint:gosec // every conversion undoes one of encodeLetter
func decodePayment(r *wire.Reader) routing.Payment {
	var p routing.Payment
	r.Fixed(p.Identity[:])
	p.Kind = settlement.Kind(r.Uint())
	p.From, p.To, p.Debtor, p.Creditor = readBIC(r), readBIC(r), readBIC(r), readBIC(r)
	currency, minor := messages.Currency(r.Uint()), r.Int()
	if money, err := messages.NewMoney(minor, currency); err == nil {
		p.Amount = money
	}
	p.Priority, p.EarliestTime, p.RejectTime, p.Date, p.Refusal = r.Text(), settlement.Moment(r.Int()), settlement.Moment(r.Int()), r.Text(), readReason(r)
	p.InstrID, p.EndToEndID, p.TxID, p.UETR = r.Text(), r.Text(), r.Text(), r.Text()
	p.UETRGiven, p.Transaction = r.Flag(), int(r.Uint())
	p.DebitAccount, p.CreditAccount = r.Text(), r.Text()
	readExchange(r, &p)
	p.Covered = r.Flag()
	if p.Kind == settlement.KindReturn {
		readOriginal(r, &p)
	}
	return p
}

// writeOriginal writes what a return says of what it gives back.
func writeOriginal(w *wire.Writer, p *routing.Payment) {
	for _, text := range asked(&p.Original) {
		w.Text(*text)
	}
	w.Uint(uint64(p.OriginalAmount.Currency()))
	w.Int(p.OriginalAmount.Minor())
	writeReason(w, p.Why)
}

func readOriginal(r *wire.Reader, p *routing.Payment) {
	for _, text := range asked(&p.Original) {
		*text = r.Text()
	}
	currency, minor := messages.Currency(r.Uint()), r.Int() //nolint:gosec // written from a Currency
	if money, err := messages.NewMoney(minor, currency); err == nil {
		p.OriginalAmount = money
	}
	p.Why = readReason(r)
}

func readBIC(r *wire.Reader) messages.BIC {
	text := r.Text()
	bic, err := messages.ParseBIC(text)
	if err != nil {
		return messages.BIC{} // the empty text: none was given
	}
	return bic
}

// identify makes the identity of a payment or message from what tells it apart.
func identify(parts ...string) settlement.Identity {
	w := wire.NewWriter()
	for _, part := range parts {
		w.Text(part)
	}
	sum := sha256.Sum256(w.Record())
	return settlement.Identity(sum[:16])
}
