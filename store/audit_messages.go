package store

import (
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// marks compares the marks with those that the entries give.
func (a *auditor) marks(want map[string]settlement.EntryID) {
	rows := a.scan(bucketMarks, func(key, value []byte) error {
		r := wire.NewReader(value)
		if id := settlement.EntryID(r.Uint()); r.Err() != nil || want[string(key)] != id {
			return fmt.Errorf("it names entry %d but the entries give %d", id, want[string(key)])
		}
		return nil
	})
	if rows != uint64(len(want)) {
		a.find("%d marks stand where the entries give %d", rows, len(want))
	}
}

// messages checks that every payment belongs to the message that brought it.
func (a *auditor) messages() {
	next, payment := uint64(1), settlement.PaymentID(1)
	rows := a.scan(bucketMessages, func(key, value []byte) error {
		wrong := gap("message", number64(key), next)
		next = number64(key) + 1
		m, err := decodeMessage(settlement.MessageID(number64(key)), value)
		if err != nil {
			return err
		}
		if m.Count == 0 {
			return wrong
		}
		if m.First != payment || m.Count < 0 || uint64(m.Count) > uint64(a.state.Payment) {
			return fmt.Errorf("message %d brings payments %d and %d more, where payment %d is next", m.ID, m.First, m.Count-1, payment)
		}
		for range m.Count {
			p, ok, err := paymentIn(a.tx, payment)
			if err == nil && (!ok || p.Message != m.ID || p.Place != m.Place || p.Digest != m.Digest) {
				err = fmt.Errorf("payment %d does not belong to message %d", payment, m.ID)
			}
			wrong = errors.Join(wrong, err)
			payment++
		}
		return wrong
	})
	a.count("messages", rows, uint64(a.state.Message))
	if payment-1 != a.state.Payment {
		a.find("messages bring %d payments but there are %d", payment-1, a.state.Payment)
	}
}

// identities checks that every payment is known by its identity, its UETR and
// its further names, and every letter by its own.
func (a *auditor) identities() {
	n, known := uint64(0), &identified{tx: a.tx}
	a.scan(bucketIdentities, func(key, value []byte) error {
		wrong := gap("identity", number64(key), n+1)
		err := eachIdentity(value, func(number uint64, row identityRow) {
			n = number
			if err := known.row(&row); err != nil {
				wrong = errors.Join(wrong, fmt.Errorf("identity %d: %w", number, err))
			}
		})
		return errors.Join(wrong, err)
	})
	a.count("identities", n, a.state.Identity)
	if known.payment != a.state.Payment || len(known.names) > 0 {
		a.find("%d payments have their identities but there are %d", known.payment, a.state.Payment)
	}
}

// identified follows the rows of identities.
type identified struct {
	tx      *bbolt.Tx
	payment settlement.PaymentID  // the last one that was identified
	names   []settlement.Identity // which it still must have
}

func (k *identified) row(row *identityRow) error {
	switch {
	case row.letter:
		m, ok, err := messageIn(k.tx, settlement.MessageID(row.number))
		if err != nil || !ok || m.Letter() != row.identity {
			return errors.Join(err, fmt.Errorf("it is not that of message %d", row.number))
		}
		return nil
	case len(k.names) > 0:
		want := k.names[0]
		k.names = k.names[1:]
		if row.number != uint64(k.payment) || row.identity != want || !row.uetr.IsZero() {
			return fmt.Errorf("it is not a name of payment %d", k.payment)
		}
		return nil
	}
	k.payment++
	p, ok, err := paymentIn(k.tx, k.payment)
	k.names = nil
	for i, name := range p.Names {
		if p.Files(i) {
			k.names = append(k.names, name)
		}
	}
	if err != nil || !ok || uint64(k.payment) != row.number || p.Identity != row.identity || p.UETR != row.uetr {
		return errors.Join(err, fmt.Errorf("it is that of payment %d, where that of payment %d must be", row.number, k.payment))
	}
	return nil
}

// answers checks that nothing that came in is without an answer.
func (a *auditor) answers() {
	listed := a.scan(bucketAnswers, func(key, value []byte) error {
		r := wire.NewReader(value)
		record, err := recordIn(a.tx, r.Uint())
		if r.Err() != nil || err != nil {
			return errors.Join(r.Err(), err)
		}
		if !record.Out || uint64(record.Message) != number64(key) {
			return fmt.Errorf("record %d does not answer message %d", record.Number, number64(key))
		}
		return nil
	})
	a.counts = append(a.counts, Count{"first answers", listed})
	a.scan(bucketMessages, func(key, value []byte) error {
		m, err := decodeMessage(settlement.MessageID(number64(key)), value)
		if err != nil {
			return err
		}
		if answer, err := get(a.tx, bucketAnswers, key); answer != nil || err != nil {
			return err
		}
		return a.answered(&m)
	})
}

// answered looks for the answer to a message that has no first one: a question
// that is answered with the state of an earlier payment, or a decision that
// nobody sent.
func (a *auditor) answered(m *settlement.Message) error {
	for n := m.Record; n < a.state.Records; n++ {
		r, err := recordIn(a.tx, n)
		if err != nil {
			return err
		}
		switch {
		case n == m.Record && (r.Out || r.Place != m.Place):
			return nil // no message brought it
		case r.Place.Sequence != m.Place.Sequence:
			return fmt.Errorf("message %d is without an answer", m.ID)
		case r.Out && r.Receiver == m.Sender && r.Message == m.ID:
			return fmt.Errorf("record %d answers message %d but is not listed as its answer", n, m.ID)
		case r.Out && r.Receiver == m.Sender:
			return nil
		}
	}
	if m.Record == 0 && a.state.Records == 0 {
		return nil // nothing was ever sent
	}
	return fmt.Errorf("message %d is without an answer", m.ID)
}

// small reads what is left: how far mailboxes are read, what people decided, what
// waits for a second person, the directory.
func (a *auditor) small() {
	a.scan(bucketReaders, func(key, value []byte) error {
		r := wire.NewReader(value)
		acknowledged := r.Uint()
		end, err := mailboxEndIn(a.tx, settlement.ParticipantID(number32(key)))
		if acknowledged > end {
			err = errors.Join(err, fmt.Errorf("the mailbox of participant %d ends at %d but is acknowledged up to %d", number32(key), end, acknowledged))
		}
		return errors.Join(r.Err(), err)
	})
	a.sums()
}
