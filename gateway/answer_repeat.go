package gateway

import (
	"maps"
	"slices"

	"dragoman/settlement"
	"dragoman/store"
)

// repeat mails again, byte for byte, what a message was answered when it came
// first: its first answer and, of each of its payments, the last status that was
// told since.
func (a *answer) repeat() error {
	numbers, err := a.firstAnswers(a.notice.Message)
	if err != nil {
		return err
	}
	said := map[string]bool{}
	for _, number := range numbers {
		first, _, err := a.record(number)
		if err != nil {
			return err
		}
		said[first.ID] = true
	}
	numbers = slices.DeleteFunc(numbers, func(number uint64) bool {
		first, _, err := a.record(number)
		return err == nil && first.Receiver != a.to.ID // it went on to another bank, which has it
	})
	later, err := a.laterStatuses(a.notice.Message, said)
	if err != nil {
		return err
	}
	for _, number := range append(numbers, later...) {
		first, _, err := a.record(number)
		if err != nil {
			return err
		}
		if err := a.again(number, store.Record{Message: first.Message}); err != nil {
			return err
		}
	}
	return nil
}

// again mails what was mailed before once more, as a record that says what is new.
func (a *answer) again(number uint64, r store.Record) error {
	first, payload, err := a.record(number)
	if err != nil {
		return err
	}
	r.Out, r.Mailed, r.Sender, r.Receiver, r.Type, r.ID = true, true, first.Sender, first.Receiver, first.Type, first.ID
	r.UETR, r.Payment, r.Place, r.At = first.UETR, first.Payment, a.place(), a.at
	r.Salt = saltOf(a.state.LogHash, a.sequence, uint64(len(a.records)))
	r.Seal(payload)
	a.add(r, payload)
	return nil
}

// laterStatuses are the records by which the sender of a message heard last of
// each of its payments, without what was said in its first answer.
func (w *work) laterStatuses(id settlement.MessageID, said map[string]bool) ([]uint64, error) {
	m, err := w.message(id)
	if err != nil {
		return nil, err
	}
	told := map[settlement.PaymentID]map[string]uint64{} // the first record of each message identifier
	note := func(number uint64, r *store.Record) {
		about := r.Payment >= m.First && r.Payment < m.First+settlement.PaymentID(m.Count) //nolint:gosec // a count
		if !about || !r.Out || r.Message != id || r.Receiver != m.Sender || said[r.ID] {
			return
		}
		if told[r.Payment] == nil {
			told[r.Payment] = map[string]uint64{}
		}
		if first, known := told[r.Payment][r.ID]; !known || number < first {
			told[r.Payment][r.ID] = number
		}
	}
	for i := range m.Count {
		numbers, err := w.books.PaymentRecords(m.First + settlement.PaymentID(i))
		if err != nil {
			return nil, err
		}
		for _, number := range numbers {
			r, _, err := w.record(number)
			if err != nil {
				return nil, err
			}
			note(number, &r)
		}
	}
	for i := range w.recent.records {
		note(w.recent.first+uint64(i), &w.recent.records[i])
	}
	var last []uint64
	for _, records := range told {
		last = append(last, slices.Max(slices.Collect(maps.Values(records))))
	}
	slices.Sort(last)
	return last, nil
}
