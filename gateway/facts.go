package gateway

import (
	"dragoman/messages"
	"dragoman/routing"
	"dragoman/settlement"
	"dragoman/store/wire"
)

// answerFacts are what answers about a payment repeat of it. They stand in the
// kernel's Payment.Facts, which the kernel keeps and never reads.
type answerFacts struct {
	Record      uint64 // number of the message's record in the message log
	MessageID   string
	MessageType string
	InstrID     string
	EndToEndID  string
	TxID        string
	UETR        string
	UETRGiven   bool
	Transaction int
	Definition  string            // version in which it goes to its receiver; empty: it was refused before
	Received    settlement.Moment // door time
	Amount      int64             // as asked for, minor units: a refused payment has no legs
	Currency    messages.Currency
	To          string // BIC of a receiver that nobody knows
	// Passage is what becomes of the payment on its way; nil: it arrives as it was sent.
	Passage *routing.Passage

	// Again is what another way of the payment is planned from; nil: it may take none.
	Again *routing.Payment

	// Of a return: the message that brought the original, as who sent it knows it, and
	// the reason code of the return.
	OriginalID, OriginalType, Why string
}

// typeDecision stands in MessageType where no message but a decision made a
// payment; such a payment has no Record.
const typeDecision = "decision"

func factsOf(l *routing.Letter, p *routing.Payment, record uint64) answerFacts {
	return answerFacts{
		Record: record, MessageID: l.ID, MessageType: l.Type, InstrID: p.InstrID, EndToEndID: p.EndToEndID,
		TxID: p.TxID, UETR: p.UETR, UETRGiven: p.UETRGiven, Transaction: p.Transaction,
		Received: l.Received, Amount: p.Amount.Minor(), Currency: p.Amount.Currency(),
	}
}

func (f *answerFacts) encode() []byte {
	w := wire.NewWriter()
	w.Uint(f.Record)
	for _, text := range []string{f.MessageID, f.MessageType, f.InstrID, f.EndToEndID, f.TxID, f.UETR} {
		w.Text(text)
	}
	w.Flag(f.UETRGiven)
	w.Uint(uint64(f.Transaction)) //nolint:gosec // a position
	w.Text(f.Definition)
	w.Int(int64(f.Received))
	w.Int(f.Amount)
	w.Uint(uint64(f.Currency))
	for _, text := range []string{f.To, f.OriginalID, f.OriginalType, f.Why} {
		w.Text(text)
	}
	writePassage(w, f.Passage)
	writePlan(w, f.Again)
	return w.Record()
}

func decodeFacts(b []byte) (answerFacts, error) {
	r := wire.NewReader(b)
	f := answerFacts{Record: r.Uint(), MessageID: r.Text(), MessageType: r.Text(), InstrID: r.Text(), EndToEndID: r.Text(), TxID: r.Text(), UETR: r.Text()}
	f.UETRGiven, f.Transaction, f.Definition = r.Flag(), int(r.Uint()), r.Text() //nolint:gosec // a position
	f.Received, f.Amount = settlement.Moment(r.Int()), r.Int()
	f.Currency, f.To = messages.Currency(r.Uint()), r.Text() //nolint:gosec // written from a Currency
	f.OriginalID, f.OriginalType, f.Why = r.Text(), r.Text(), r.Text()
	f.Passage = readPassage(r)
	f.Again = readPlan(r)
	return f, r.Err()
}
