package gateway

import (
	"dragoman/routing"
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
	Definition  string // version in which it goes to its receiver; empty: it was refused before
}

func factsOf(l *routing.Letter, p *routing.Payment, record uint64) answerFacts {
	return answerFacts{
		Record: record, MessageID: l.ID, MessageType: l.Type, InstrID: p.InstrID, EndToEndID: p.EndToEndID,
		TxID: p.TxID, UETR: p.UETR, UETRGiven: p.UETRGiven, Transaction: p.Transaction,
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
	return w.Record()
}

func decodeFacts(b []byte) (answerFacts, error) {
	r := wire.NewReader(b)
	f := answerFacts{Record: r.Uint(), MessageID: r.Text(), MessageType: r.Text(), InstrID: r.Text(), EndToEndID: r.Text(), TxID: r.Text(), UETR: r.Text()}
	f.UETRGiven, f.Transaction, f.Definition = r.Flag(), int(r.Uint()), r.Text() //nolint:gosec // a position
	return f, r.Err()
}
