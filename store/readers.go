package store

import "dragoman/settlement"

// Where several nodes apply one log, how far a participant has read its mailbox stands
// there, so that every node knows it. It is no part of the digest all the same: at a
// node alone it does not.

// Reader is how far a participant has read its mailbox.
type Reader struct {
	Party settlement.ParticipantID
	UpTo  uint64
}

// read adds what batches say of readers to what is about to be written of them; ends are
// the last numbers that the same commit gives.
func read(batches []Batch, readers map[settlement.ParticipantID]mailbox, ends map[settlement.ParticipantID]uint64, b *Books) {
	for i := range batches {
		for _, r := range batches[i].Read {
			box, known := readers[r.Party]
			if !known {
				box = b.mailbox(r.Party)
			}
			box.acknowledged = max(box.acknowledged, min(r.UpTo, max(box.last, ends[r.Party])))
			readers[r.Party] = box
		}
	}
}

// haveRead makes known what batches say of readers.
func (b *Books) haveRead(batches []Batch) {
	for i := range batches {
		for _, r := range batches[i].Read {
			b.Acknowledge(r.Party, r.UpTo)
		}
	}
}
