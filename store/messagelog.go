package store

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"dragoman/settlement"
	"dragoman/store/wire"
)

// tree is a Merkle tree whose hashes lie in a bucket, in the order in which
// tlog stores them, behind a prefix.
type tree struct {
	bucket *bbolt.Bucket
	prefix []byte
}

func (t tree) key(index int64) []byte {
	return binary.BigEndian.AppendUint64(append(make([]byte, 0, len(t.prefix)+8), t.prefix...), uint64(index)) //nolint:gosec // indexes are not negative
}

// ReadHashes is what tlog asks for.
func (t tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		value := t.bucket.Get(t.key(index))
		if len(value) != len(hashes[i]) {
			return nil, fmt.Errorf("%w: the message log lacks hash %d", ErrCorrupt, index)
		}
		copy(hashes[i][:], value)
	}
	return hashes, nil
}

// add puts the n-th record's hash into the tree.
func (t tree) add(n uint64, leaf tlog.Hash) error {
	at := int64(n) //nolint:gosec // far below 2^63
	hashes, err := tlog.StoredHashesForRecordHash(at, leaf, t)
	if err != nil {
		return err
	}
	first := tlog.StoredHashIndex(0, at)
	for i, hash := range hashes {
		if err := t.bucket.Put(t.key(first+int64(i)), append([]byte(nil), hash[:]...)); err != nil {
			return err
		}
	}
	return nil
}

func globalTree(tx *bbolt.Tx) tree { return tree{bucket: tx.Bucket(bucketHashes)} }

func partyTree(tx *bbolt.Tx, party settlement.ParticipantID) tree {
	return tree{bucket: tx.Bucket(bucketBranches), prefix: key32(uint32(party))}
}

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
	packed := slices.Clip(r.Packed) // two records may share it: the checksum must not go behind it in place
	if err := c.keep(bucketPayloads, key64(r.Number), packed); err != nil {
		return err
	}
	leaf := tlog.RecordHash(value)
	if err := globalTree(c.tx).add(r.Number, leaf); err != nil {
		return err
	}
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
	n := partySize(c.tx, party)
	w := wire.NewWriter()
	w.Uint(number)
	if err := c.keep(bucketParties, key3264(uint32(party), n), w.Record()); err != nil {
		return err
	}
	return partyTree(c.tx, party).add(n, leaf)
}

// partySize is how many records a party's log has: one more than the number in
// its last key.
func partySize(tx *bbolt.Tx, party settlement.ParticipantID) uint64 {
	cursor := tx.Bucket(bucketParties).Cursor()
	key, _ := cursor.Seek(key32(uint32(party) + 1))
	if key == nil {
		key, _ = cursor.Last()
	} else {
		key, _ = cursor.Prev()
	}
	if len(key) != partyKeySize || number32(key) != uint32(party) {
		return 0
	}
	return number64(key[4:]) + 1
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
		head, err = treeHead(partyTree(tx, party), partySize(tx, party))
		return err
	})
	return head, err
}

// emptyRoot is that of a log without records.
func emptyRoot() tlog.Hash {
	root, _ := tlog.TreeHash(0, nil) // nothing is read
	return root
}

func treeHead(t tree, size uint64) (Head, error) {
	root, err := tlog.TreeHash(int64(size), t) //nolint:gosec // far below 2^63
	return Head{size, root}, err
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

func readLogged(tx *bbolt.Tx, number uint64) (Record, []byte, error) {
	value, err := get(tx, bucketRecords, key64(number))
	if err != nil {
		return Record{}, nil, err
	}
	if value == nil {
		return Record{}, nil, fmt.Errorf("%w: the message log lacks record %d", ErrCorrupt, number)
	}
	r, err := decodeRecord(number, value)
	if err != nil {
		return r, nil, fmt.Errorf("%w: record %d: %w", ErrCorrupt, number, err)
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
