package store

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// records appends the batch's records to the message log, the global one and
// those of the parties, and what is to be mailed to the mailboxes.
func (c *commit) records(batch *Batch) error {
	for i := range batch.Records {
		r := &batch.Records[i]
		r.Number = c.state.Records
		if err := c.record(r); err != nil {
			return fmt.Errorf("record %d: %w", r.Number, err)
		}
		c.state.Records++
	}
	return c.mailboxEnds(batch)
}

func (c *commit) record(r *Record) error {
	if r.Mailed {
		if err := c.mail(r); err != nil {
			return err
		}
	}
	value := encodeRecord(r)
	if err := c.put(bucketRecords, key64(r.Number), value); err != nil {
		return err
	}
	packed := r.Packed
	if !r.own {
		packed = slices.Clip(packed)
	}
	if err := c.keep(bucketPayloads, key64(r.Number), packed); err != nil {
		return err
	}
	leaf := tlog.RecordHash(value)
	global, err := c.tree(listID{&listHashes, 0}, r.Number)
	if err != nil {
		return err
	}
	global.add(leaf)
	for _, party := range parties(r) {
		if err := c.partyRecord(party, r.Number, leaf); err != nil {
			return err
		}
	}
	if r.First {
		w := wire.NewWriter()
		w.Uint(r.Number)
		if err := c.put(bucketAnswers, key64(uint64(r.Message)), w.Record()); err != nil {
			return err
		}
	}
	return nil
}

// parties are those in whose own log a record stands, each once.
func parties(r *Record) []settlement.ParticipantID {
	switch {
	case r.Sender == 0 || r.Sender == r.Receiver:
		return []settlement.ParticipantID{r.Receiver}
	case r.Receiver == 0:
		return []settlement.ParticipantID{r.Sender}
	}
	return []settlement.ParticipantID{r.Sender, r.Receiver}
}

func (c *commit) partyRecord(party settlement.ParticipantID, number uint64, leaf tlog.Hash) error {
	own, err := c.list(listID{&listParties, party})
	if err != nil {
		return err
	}
	branch, err := c.tree(listID{&listBranches, party}, own.size)
	if err != nil {
		return err
	}
	own.add(key64(number))
	branch.add(leaf)
	return nil
}

// partySize is how many records a party's log has.
func partySize(tx *bbolt.Tx, party settlement.ParticipantID) (uint64, error) {
	size, _, err := listID{&listParties, party}.end(tx)
	return size, err
}

// Head is the root of a log of so many records.
type Head struct {
	Size uint64
	Root tlog.Hash
}

// Head is that of the global log.
func (b *Books) Head() (head Head, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		state, err := stateIn(tx)
		head = Head{state.Records, state.Root}
		return err
	})
	return head, err
}

// PartyHead is that of a participant's own log.
func (b *Books) PartyHead(party settlement.ParticipantID) (head Head, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		size, err := partySize(tx, party)
		if err == nil {
			head, err = treeHead(partyTree(tx, party), size)
		}
		return err
	})
	return head, err
}

// Answer is the number of the record that answered a message first; false when
// none has.
func (b *Books) Answer(id settlement.MessageID) (number uint64, ok bool, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		value, err := get(tx, bucketAnswers, key64(uint64(id)))
		if value == nil || err != nil {
			return err
		}
		r := wire.NewReader(value)
		number, ok = r.Uint(), true
		return r.Err()
	})
	return number, ok, err
}

// Record reads one record of the global log with its bytes.
func (b *Books) Record(number uint64) (r Record, payload []byte, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		r, payload, err = readLogged(tx, number)
		return err
	})
	return r, payload, err
}

// recordIn is a record without its bytes.
func recordIn(tx *bbolt.Tx, number uint64) (Record, error) {
	value, err := get(tx, bucketRecords, key64(number))
	if err != nil {
		return Record{}, err
	}
	if value == nil {
		return Record{}, fmt.Errorf("%w: the message log lacks record %d", ErrCorrupt, number)
	}
	r, err := decodeRecord(number, value)
	if err != nil {
		return r, fmt.Errorf("%w: record %d: %w", ErrCorrupt, number, err)
	}
	return r, nil
}

// numberIn reads a row that holds one number.
func numberIn(tx *bbolt.Tx, bucket, key []byte) (uint64, error) {
	value, err := get(tx, bucket, key)
	if err != nil {
		return 0, err
	}
	if value == nil {
		return 0, fmt.Errorf("%w: %s/%x is missing", ErrCorrupt, bucket, key)
	}
	r := wire.NewReader(value)
	number := r.Uint()
	if r.Err() != nil {
		return 0, fmt.Errorf("%w: %s/%x: %w", ErrCorrupt, bucket, key, r.Err())
	}
	return number, nil
}

func readLogged(tx *bbolt.Tx, number uint64) (Record, []byte, error) {
	r, err := recordIn(tx, number)
	if err != nil {
		return r, nil, err
	}
	packed, err := get(tx, bucketPayloads, key64(number))
	if err != nil {
		return r, nil, err
	}
	payload, err := Unpack(packed)
	if err != nil {
		return r, nil, fmt.Errorf("%w: record %d: %w", ErrCorrupt, number, err)
	}
	if sum := sha256.Sum256(append(r.Salt[:], payload...)); sum != r.Digest {
		return r, nil, fmt.Errorf("%w: the bytes of record %d are not those that were logged", ErrCorrupt, number)
	}
	return r, payload, nil
}
