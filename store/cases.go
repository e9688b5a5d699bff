package store

import (
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// What banks have asked each other.

func encodeCase(c settlement.Case) []byte {
	w := wire.NewWriter()
	w.Uint(uint64(c.Kind))
	w.Uint(uint64(c.Message))
	w.Uint(uint64(c.Item)) //nolint:gosec // a position
	w.Uint(uint64(c.Payment))
	w.Uint(uint64(c.Asker))
	w.Uint(uint64(c.Asked))
	writeIdentities(w, c.Names)
	w.Uint(uint64(c.State))
	for _, at := range []settlement.Moment{c.Opened, c.Since, c.Until} {
		w.Int(int64(at))
	}
	w.Uint(uint64(c.Said.Message))
	w.Uint(uint64(c.Said.Part)) //nolint:gosec // a position
	w.Uint(uint64(c.Said.Turn)) //nolint:gosec // a count
	writeReason(w, c.Reason)
	return w.Record()
}

//nolint:gosec // every conversion undoes one of encodeCase
func decodeCase(id settlement.CaseID, b []byte) (settlement.Case, error) {
	r := wire.NewReader(b)
	c := settlement.Case{
		ID: id, Kind: settlement.CaseKind(r.Uint()), Message: settlement.MessageID(r.Uint()), Item: int(r.Uint()), Payment: settlement.PaymentID(r.Uint()),
		Asker: settlement.ParticipantID(r.Uint()), Asked: settlement.ParticipantID(r.Uint()), Names: readIdentities(r), State: settlement.CaseState(r.Uint()),
		Opened: settlement.Moment(r.Int()), Since: settlement.Moment(r.Int()), Until: settlement.Moment(r.Int()),
		Said: settlement.Said{Message: settlement.MessageID(r.Uint()), Part: int(r.Uint()), Turn: int(r.Uint())}, Reason: readReason(r),
	}
	return c, r.Err()
}

func (c *commit) cases(batch *Batch) error {
	for i := range batch.Changes.Cases {
		one := &batch.Changes.Cases[i]
		if err := c.put(bucketCases, key64(uint64(one.ID)), encodeCase(*one)); err != nil {
			return err
		}
	}
	return nil
}

// Case is a case as last changed; false when there is none of that number.
func (b *Books) Case(id settlement.CaseID) (c settlement.Case, ok bool, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		value, err := get(tx, bucketCases, key64(uint64(id)))
		if value == nil || err != nil {
			return err
		}
		c, err = decodeCase(id, value)
		ok = err == nil
		return err
	})
	return c, ok, err
}

// loadCases reads all cases: there is one for some thousands of payments.
func (b *Books) loadCases(tx *bbolt.Tx, kernel *settlement.Books) error {
	return each(tx, bucketCases, func(key, value []byte) error {
		c, err := decodeCase(settlement.CaseID(number64(key)), value)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		kernel.Cases.Take(c, kernel.Now)
		return nil
	})
}

// cases checks every case beside its payment and its messages.
func (a *auditor) cases(kernel *settlement.Audit) {
	rows := a.scan(bucketCases, func(key, value []byte) error {
		c, err := decodeCase(settlement.CaseID(number64(key)), value)
		if err != nil {
			return err
		}
		p, _, err := paymentIn(a.tx, c.Payment)
		kernel.Case(c, p)
		err = errors.Join(err, a.sentBy(c.Message, c.Asker, c.ID))
		if c.Said.Message != 0 {
			err = errors.Join(err, a.sentBy(c.Said.Message, c.Asked, c.ID))
		}
		return err
	})
	kernel.CasesEnd()
	a.counts = append(a.counts, Count{"cases", rows})
}

// sentBy checks that a message of a case is of the participant who must have sent it.
func (a *auditor) sentBy(id settlement.MessageID, sender settlement.ParticipantID, of settlement.CaseID) error {
	m, ok, err := messageIn(a.tx, id)
	if err == nil && (!ok || m.Sender != sender) {
		err = fmt.Errorf("message %d of case %d is not of participant %d", id, of, sender)
	}
	return err
}

func writeCredits(w *wire.Writer, credits []settlement.Credit) {
	w.Uint(uint64(len(credits)))
	for _, c := range credits {
		w.Text(string(c.Status))
		writeReason(w, c.Reason)
		w.Int(int64(c.At))
		w.Flag(c.Passed)
	}
}

func readCredits(r *wire.Reader) (credits []settlement.Credit) {
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		credits = append(credits, settlement.Credit{Status: settlement.Status(r.Text()), Reason: readReason(r), At: settlement.Moment(r.Int()), Passed: r.Flag()})
	}
	return credits
}

func writeCaseIDs(w *wire.Writer, ids []settlement.CaseID) {
	w.Uint(uint64(len(ids)))
	for _, id := range ids {
		w.Uint(uint64(id))
	}
}

func readCaseIDs(r *wire.Reader) (ids []settlement.CaseID) {
	for n := r.Uint(); n > 0 && r.Err() == nil; n-- {
		ids = append(ids, settlement.CaseID(r.Uint()))
	}
	return ids
}
