package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"go.etcd.io/bbolt"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// Mail is one message of a mailbox: Record.Mail is its number there.
type Mail struct {
	Record  Record
	Payload []byte
}

// mailboxes is what is known in memory of every participant's mailbox.
type mailboxes struct {
	sync.Mutex
	boxes map[settlement.ParticipantID]mailbox
}

// mailbox is how far one has come: numbers of messages, from 1 without a gap.
// What has been acknowledged is no part of the digest: two nodes
// that agree may have been read differently far.
type mailbox struct {
	last         uint64 // given
	acknowledged uint64 // by its owner: everything up to there
	changed      bool   // acknowledged is ahead of the file
}

// loadMailboxes reads where every mailbox stands.
func (b *Books) loadMailboxes(tx *bbolt.Tx) error {
	b.mailboxes.boxes = map[settlement.ParticipantID]mailbox{}
	err := each(tx, bucketMailboxes, func(key, value []byte) error {
		r := wire.NewReader(value)
		b.mailboxes.boxes[settlement.ParticipantID(number32(key))] = mailbox{last: r.Uint()}
		return r.Err()
	})
	return errors.Join(err, each(tx, bucketReaders, func(key, value []byte) error {
		r, party := wire.NewReader(value), settlement.ParticipantID(number32(key))
		box := b.mailboxes.boxes[party]
		box.acknowledged = min(r.Uint(), box.last)
		b.mailboxes.boxes[party] = box
		return r.Err()
	}))
}

// MailboxEnd is the number of the last message of a participant's mailbox; 0
// when it is empty.
func (b *Books) MailboxEnd(party settlement.ParticipantID) uint64 {
	return b.mailbox(party).last
}

// Acknowledged is up to where a participant has acknowledged its mailbox.
func (b *Books) Acknowledged(party settlement.ParticipantID) uint64 {
	return b.mailbox(party).acknowledged
}

func (b *Books) mailbox(party settlement.ParticipantID) mailbox {
	b.mailboxes.Lock()
	defer b.mailboxes.Unlock()
	return b.mailboxes.boxes[party]
}

// Acknowledge notes that a participant has everything up to that number safe,
// and returns how many messages that are more than before. It reaches the file
// with the next commit or [Books.SaveReaders]; a crash before means that the
// messages come once more.
func (b *Books) Acknowledge(party settlement.ParticipantID, upTo uint64) uint64 {
	b.mailboxes.Lock()
	defer b.mailboxes.Unlock()
	box := b.mailboxes.boxes[party]
	upTo = min(upTo, box.last)
	if upTo <= box.acknowledged {
		return 0
	}
	more := upTo - box.acknowledged
	box.acknowledged, box.changed = upTo, true
	b.mailboxes.boxes[party] = box
	return more
}

// SaveReaders writes what was acknowledged since the last commit.
func (b *Books) SaveReaders() error {
	changed := b.changedReaders()
	if len(changed) == 0 {
		return nil
	}
	if err := b.update(func(tx *bbolt.Tx) error { return (&commit{tx: tx, copy: b.copy}).readers(changed) }); err != nil {
		return fmt.Errorf("save how far mailboxes are read: %w", err)
	}
	b.savedReaders(changed)
	return nil
}

func (b *Books) changedReaders() map[settlement.ParticipantID]mailbox {
	b.mailboxes.Lock()
	defer b.mailboxes.Unlock()
	changed := map[settlement.ParticipantID]mailbox{}
	for party, box := range b.mailboxes.boxes {
		if box.changed {
			changed[party] = box
		}
	}
	return changed
}

// savedReaders clears the marks of what has not moved on meanwhile.
func (b *Books) savedReaders(saved map[settlement.ParticipantID]mailbox) {
	b.mailboxes.Lock()
	defer b.mailboxes.Unlock()
	for party, was := range saved {
		box := b.mailboxes.boxes[party]
		box.changed = box.acknowledged != was.acknowledged
		b.mailboxes.boxes[party] = box
	}
}

func (c *commit) readers(changed map[settlement.ParticipantID]mailbox) error {
	for _, party := range slices.Sorted(maps.Keys(changed)) {
		w := wire.NewWriter()
		w.Uint(changed[party].acknowledged)
		if err := c.keep(bucketReaders, key32(uint32(party)), w.Record()); err != nil {
			return err
		}
	}
	return nil
}

// mailboxEndIn is MailboxEnd as the file has it.
func mailboxEndIn(tx *bbolt.Tx, party settlement.ParticipantID) (uint64, error) {
	key := key32(uint32(party))
	if tx.Bucket(bucketMailboxes).Get(key) == nil {
		return 0, nil
	}
	return numberIn(tx, bucketMailboxes, key)
}

// Mailbox reads messages of a mailbox from that number on, in order: at most so
// many, and no more once they have that many bytes together.
func (b *Books) Mailbox(party settlement.ParticipantID, from uint64, most, mostBytes int) (mails []Mail, err error) {
	// The file may be ahead of what is known in memory for a moment, and what is
	// not known there cannot be acknowledged yet.
	end := b.MailboxEnd(party)
	if from > end {
		return nil, nil
	}
	most = int(min(uint64(max(most, 0)), end-from+1)) //nolint:gosec // not above most
	size := 0
	err = b.view(func(tx *bbolt.Tx) error {
		id := listID{&listMails, party}
		numbers, err := id.from(tx, from-1, most)
		if err != nil {
			return err
		}
		for i, item := range numbers {
			if size >= mostBytes {
				break
			}
			r, payload, err := readLogged(tx, number64(item))
			if err != nil {
				return err
			}
			if r.Receiver != party || r.Mail != from+uint64(i) {
				return corrupt("mail %d of participant %d is record %d, which says otherwise", from+uint64(i), party, r.Number)
			}
			mails = append(mails, Mail{r, payload})
			size += len(payload)
		}
		return nil
	})
	return mails, err
}

// mail gives a record the next number of its receiver's mailbox.
func (c *commit) mail(r *Record) error {
	last, known := c.ends[r.Receiver]
	if !known {
		last = c.books.MailboxEnd(r.Receiver)
	}
	r.Mail = last + 1
	c.ends[r.Receiver] = r.Mail
	mails, err := c.list(listID{&listMails, r.Receiver})
	if err != nil {
		return err
	}
	if mails.add(key64(r.Number)); mails.size != r.Mail {
		return corrupt("the mailbox of participant %d lists %d mails, not %d", r.Receiver, mails.size, r.Mail)
	}
	return nil
}

// mailboxEnds writes how far the mailboxes have come that a group wrote to.
func (c *commit) mailboxEnds(batch *Batch) error {
	written := map[settlement.ParticipantID]bool{}
	for i := range batch.Records {
		if batch.Records[i].Mailed {
			written[batch.Records[i].Receiver] = true
		}
	}
	for _, party := range slices.Sorted(maps.Keys(written)) {
		w := wire.NewWriter()
		w.Uint(c.ends[party])
		if err := c.put(bucketMailboxes, key32(uint32(party)), w.Record()); err != nil {
			return err
		}
	}
	return nil
}

// mailed makes known what a commit has put into mailboxes.
func (b *Books) mailed(ends map[settlement.ParticipantID]uint64) {
	b.mailboxes.Lock()
	defer b.mailboxes.Unlock()
	for party, last := range ends {
		box := b.mailboxes.boxes[party]
		box.last = last
		b.mailboxes.boxes[party] = box
	}
}

// Readers is up to where every mailbox is acknowledged, as far as a file can
// still tell: it is for books that are damaged and about to be built anew.
func Readers(path string) map[settlement.ParticipantID]uint64 {
	readers := map[settlement.ParticipantID]uint64{}
	db, err := openFile(path, true)
	if err != nil {
		return readers
	}
	b := &Books{}
	b.db.Store(db)
	defer db.Close() //nolint:errcheck // only read
	_ = b.view(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(bucketReaders)
		if bucket == nil {
			return nil
		}
		return bucket.ForEach(func(key, sealed []byte) error {
			if value, err := unseal(bucketReaders, key, sealed); err == nil && len(key) == 4 {
				readers[settlement.ParticipantID(number32(key))] = wire.NewReader(value).Uint()
			}
			return nil
		})
	})
	return readers
}
