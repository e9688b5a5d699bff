package store

import (
	"fmt"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
)

// maxAbout is how many records a payment names: a payment is answered a few
// times, and who asks for its status over and over must not make it grow without
// end. The message log has the later ones all the same.
const maxAbout = 200

// about collects the numbers of the batch's records that are about one payment.
func (c *commit) about(batch *Batch) map[settlement.PaymentID][]uint64 {
	numbers := map[settlement.PaymentID][]uint64{}
	for i := range batch.Records {
		if id := batch.Records[i].Payment; id != 0 {
			numbers[id] = append(numbers[id], c.state.Records+uint64(i))
		}
	}
	return numbers
}

// paymentRow writes a payment behind the records that it named before and now.
func (c *commit) paymentRow(p *settlement.Payment, before, more []uint64) error {
	numbers := append(before, more...)
	return c.put(bucketPayments, key64(uint64(p.ID)), encodePayment(*p, numbers[:min(len(numbers), maxAbout)]))
}

// asked adds records to payments that did not change: somebody asked for them.
func (c *commit) asked(batch *Batch, about map[settlement.PaymentID][]uint64) error {
	for i := range batch.Records {
		id := batch.Records[i].Payment
		more, left := about[id]
		if !left {
			continue
		}
		delete(about, id)
		value, err := get(c.tx, bucketPayments, key64(uint64(id)))
		if err == nil && value == nil {
			err = fmt.Errorf("a record is about payment %d, which does not exist", id)
		}
		if err != nil {
			return err
		}
		p, before, err := decodePaymentRow(id, value)
		if err != nil {
			return fmt.Errorf("%w: payment %d: %w", ErrCorrupt, id, err)
		}
		if len(before) >= maxAbout {
			continue
		}
		if err := c.paymentRow(&p, before, more); err != nil {
			return err
		}
	}
	return nil
}

// PaymentRecords are the numbers of the records about a payment alone, the first
// ones first: what went out for it. The message that brought it, and the answer
// to that message as a whole, are found by the message.
func (b *Books) PaymentRecords(id settlement.PaymentID) (numbers []uint64, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		value, err := get(tx, bucketPayments, key64(uint64(id)))
		if value == nil || err != nil {
			return err
		}
		_, numbers, err = decodePaymentRow(id, value)
		return err
	})
	return numbers, err
}
